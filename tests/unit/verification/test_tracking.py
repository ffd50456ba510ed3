"""Expected people that are set right by reports: by none too early, and by each as much as it says."""

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.presets import Preset
from tests.builders import camp, day, drive, event, scenario, town, under
from verification.expected.day_matrix import Collapse, run_expected
from verification.expected.tracking import Count, Learning, Totals, counts_of, tracked_stock

DAYS = 12
HOME, ONE, TWO = range(3)
ONLY_STOCK = Learning(gain=0.0)
ONE_PERSON = 0.2
"""What one person, added to growth lest nothing be divided by zero, may change here."""

VALUES = {"take_from_population": 0, "move_chance_camp": 0.0}


def stated(days=DAYS):
    """Return a town that both camps are equally near to, so that half of 100 people a day go to each."""
    places = (town("home", 1_000), camp("one", 500), camp("two", 500))
    routes = (drive("home", "one", 20), drive("home", "two", 20))
    return under(Preset.FLEE_NEWEST, scenario(places, routes, (event("conflict", "home"),), days=days, values=VALUES))


def collapse(days=DAYS):
    return Collapse(compile_scenario(stated(days), [100] * days))


def plain():
    return run_expected(collapse())


def test_without_reports_people_are_as_expected():
    assert tracked_stock(collapse(), ()) == pytest.approx(plain())
    assert plain()[:, ONE] == pytest.approx(500 + 50 * np.arange(1, DAYS + 1))


def test_a_report_counts_from_the_day_after_it_became_known_with_those_who_came_since():
    found = tracked_stock(collapse(), [Count(known=5, day=3, place=ONE, people=1_000)], learning=ONLY_STOCK)
    usual = plain()
    assert found[:6] == pytest.approx(usual[:6])
    assert found[6:, ONE] == pytest.approx(1_000 + 50 * np.arange(3, 9))
    assert found[:, TWO] == pytest.approx(usual[:, TWO])


def test_a_report_of_an_earlier_day_than_the_last_is_passed_over():
    counts = [Count(4, 4, ONE, 1_000), Count(6, 2, ONE, 9_000)]
    alone = tracked_stock(collapse(), counts[:1], learning=ONLY_STOCK)
    assert tracked_stock(collapse(), counts, learning=ONLY_STOCK) == pytest.approx(alone)


def test_camps_add_up_to_the_total_that_is_given_whatever_scale_reports_are_on():
    totals = 1_000 + 100.0 * np.arange(1, DAYS + 1)
    counts = [Count(3, 3, ONE, 6_000), Count(3, 3, TWO, 2_000)]
    found = tracked_stock(collapse(), counts, Totals((ONE, TWO), totals), ONLY_STOCK)
    assert found.sum(1) == pytest.approx(totals)
    assert found[4, [ONE, TWO]] == pytest.approx(np.array([0.75, 0.25]) * totals[3] + 50)


def test_growth_that_is_reported_turns_later_arrivals_that_way():
    counts = [Count(0, 0, ONE, 550), Count(0, 0, TWO, 550), Count(4, 4, ONE, 850), Count(4, 4, TWO, 650)]
    found = np.diff(tracked_stock(collapse(), counts, learning=Learning(gain=1.0, floor=0.0)), axis=0)
    assert found[2] == pytest.approx([0, 50, 50])
    assert found[-1] == pytest.approx([0, 75, 25], abs=ONE_PERSON)
    half = np.diff(tracked_stock(collapse(), counts, learning=Learning(gain=0.5, floor=0.0)), axis=0)
    ratio = np.sqrt(3)
    assert half[-1] == pytest.approx([0, 100 * ratio / (1 + ratio), 100 / (1 + ratio)], abs=ONE_PERSON)


def test_a_single_report_changes_attractiveness_by_no_more_than_the_most():
    counts = [Count(0, 0, ONE, 550), Count(4, 4, ONE, 90_000)]
    found = tracked_stock(collapse(), counts, learning=Learning(gain=1.0, longest=1.0))
    assert np.diff(found[:, ONE])[-1] == pytest.approx(100 * np.e / (np.e + 1))


def test_attractiveness_alone_may_be_learnt():
    counts = [Count(0, 0, ONE, 550), Count(0, 0, TWO, 550), Count(4, 4, ONE, 850), Count(4, 4, TWO, 650)]
    found = tracked_stock(collapse(), counts, learning=Learning(gain=1.0, floor=0.0, sets_stock=False))
    assert found[:5] == pytest.approx(plain()[:5])
    assert np.diff(found[4:], axis=0)[:, ONE] == pytest.approx(np.full(DAYS - 5, 75), abs=ONE_PERSON)


def test_an_empty_camp_is_filled_as_reported():
    found = tracked_stock(collapse(), [Count(-1, -1, TWO, 0), Count(2, 2, TWO, 70)], learning=ONLY_STOCK)
    assert found[0, TWO] == pytest.approx(50)
    assert found[3:, TWO] == pytest.approx(70 + 50 * np.arange(1, DAYS - 2))


@pytest.mark.parametrize("t", [0, 3, 7])
def test_nothing_that_becomes_known_later_changes_a_day(t):
    rng = np.random.default_rng(t)
    past = [Count(k, k, p, float(rng.integers(400, 2_000))) for k in range(t) for p in (ONE, TWO)]
    totals = rng.uniform(1_000, 3_000, DAYS)
    other = np.where(np.arange(DAYS) < t, totals, 5_000.0)
    future = [Count(max(t, k), k, ONE, 77_777.0) for k in range(DAYS)]
    one = tracked_stock(collapse(), past, Totals((ONE, TWO), totals))
    two = tracked_stock(collapse(), [*past, *future], Totals((ONE, TWO), other))
    assert np.array_equal(one[: t + 1], two[: t + 1])


def test_counts_are_those_of_single_camps_in_use_in_the_order_in_which_they_became_known():
    def row(number, place, count, **more):
        return Observation(date=day(number), place=place, measure="stock", count=count, source="test", **more)

    rows = (
        row(5, "one", 50),
        row(1, "two", 10, reported_on=day(6)),
        row(2, "one", 20, use="ignore"),
        row(3, "one;two", 30),
    )
    assert counts_of(stated(), Observations(rows)) == (Count(5, 5, ONE, 50.0), Count(6, 1, TWO, 10.0))


def test_reports_leave_the_rates_of_the_compiled_scenario_as_they_were():
    expected = collapse()
    before = expected.rates.place["attract"].copy()
    counts = [Count(0, 0, ONE, 550), Count(4, 4, ONE, 90_000)]
    first = tracked_stock(expected, counts)
    assert np.array_equal(expected.rates.place["attract"], before)
    assert np.array_equal(tracked_stock(expected, counts), first)
