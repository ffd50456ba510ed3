"""The forecast from reports alone beside closed forms: what is carried on, which errors count, what stays sane."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.forecasters.reports_model import (
    ASSUMED,
    ASSUMED_SPREAD,
    EVENS_DAYS,
    FEW_PEOPLE,
    MEMORY_DAYS,
    Situation,
    carried_on,
    cases_of,
    opening_rate,
    rule_weights,
    situation,
    trend,
    weighted_quantiles,
)

LEVELS = (0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99)
MIDDLE = LEVELS.index(0.5)


class Line(NamedTuple):
    days: np.ndarray
    people: np.ndarray


def lines(**reports):
    """Return series from mappings of day to people."""
    return {
        place: Line(np.array(list(line)), np.array(list(line.values()), dtype=float)) for place, line in reports.items()
    }


def said(known, origin, ahead, place="lake"):
    """Return the quantiles of one place and day."""
    return trend(known, origin, [place], [origin + ahead], LEVELS)[0, 0]


def steady(first, slope, every=7, until=84):
    """Return reports that grow by a constant number of people a day."""
    return {day: first + slope * day for day in range(0, until + 1, every)}


def weeks_of(people):
    """Return weekly reports."""
    return {7 * week: count for week, count in enumerate(people)}


def test_slope_counts_days_without_a_report_as_days_without_growth():
    days, people = np.array([0.0, 28.0]), np.array([100.0, 380.0])
    # on day 28 ten a day; on day 42 the window begins at day 14, where 240 lie on the way to 380
    assert situation(days, people, np.array([28.0, 42.0, 70.0])).slope.tolist() == [10.0, 5.0, 0.0]


def test_volatility_is_the_movement_of_the_root_of_people_per_day_remembered():
    days, people = np.array([0.0, 1000.0]), np.array([100.0, 400.0])
    found = situation(days, people, np.array([1000.0, 1000.0 + MEMORY_DAYS])).volatility
    assert found == pytest.approx([10 / MEMORY_DAYS, 10 / MEMORY_DAYS / np.e])


def test_a_situation_on_a_day_knows_no_later_report():
    days, people = np.array([0.0, 10.0, 20.0, 30.0]), np.array([50.0, 90.0, 10.0, 700.0])
    whole = situation(days, people, np.array([12.0, 25.0]))
    for n, (day, kept) in enumerate(((12.0, 2), (25.0, 3))):
        cut = situation(days[:kept], people[:kept], np.array([day]))
        assert [row[n] for row in whole] == [row[0] for row in cut]


def test_growth_is_carried_on_for_its_mean_life():
    now = Situation(np.array([1000.0]), np.array([10.0]), np.zeros(1), np.zeros(1))
    assert carried_on(now, 0.0, np.array([14.0])) == 1000.0
    assert carried_on(now, 14.0, np.array([14.0])) == pytest.approx(1000 + 140 * (1 - np.exp(-1)))
    assert carried_on(now, 14.0, np.array([1e6])) == pytest.approx(1140.0)


def test_people_leave_in_proportion_and_never_fall_below_nobody():
    now = Situation(np.array([1000.0]), np.array([-500.0]), np.zeros(1), np.zeros(1))
    assert carried_on(now, 14.0, np.array([1e6])) == pytest.approx(1000 * np.exp(-7))


def test_cases_stand_a_lead_before_each_report_or_at_the_first():
    cases = cases_of(np.array([0.0, 10.0, 30.0]), np.array([5.0, 6.0, 7.0]), 14.0)
    assert cases.lead.tolist() == [10.0, 14.0]
    assert cases.before.people.tolist() == [5.0, 6.0]
    assert cases.people.tolist() == [6.0, 7.0]


def test_reports_in_quick_succession_weigh_less():
    assert cases_of(np.array([0.0, 1.0, 15.0]), np.ones(3), 7.0).weight == pytest.approx([1 / 7, 1.0])


def test_the_life_that_missed_less_is_believed_as_the_closed_form_says():
    missed = np.array([[3.0, -3.0, 1.0], [1.0, 1.0, 1.0]])
    found = rule_weights(missed, np.array([1.0, 1.0, 2.0]))
    odds = ((2 + 2) / (6 + 2)) ** (2 + 2)
    assert found == pytest.approx([odds / (1 + odds), 1 / (1 + odds)])


def test_weighted_quantiles_are_those_of_repeated_values():
    found = weighted_quantiles(np.array([3.0, 1.0]), np.array([1.0, 3.0]), [0.375, 0.875, 0.99])
    assert found.tolist() == [1.0, 3.0, 3.0]


def test_a_first_report_has_the_assumed_range():
    found = np.sqrt(said(lines(lake={0: 10_000}), 0, 14))
    spread = ASSUMED_SPREAD * np.sqrt(10_000 + FEW_PEOPLE)
    assert found[MIDDLE] == pytest.approx(100.0)
    assert (found[LEVELS.index(0.75)] - 100) / spread == pytest.approx(0.741, abs=0.02)  # Student's t, 4 degrees


def test_steady_growth_is_carried_on_more_than_half_and_a_calm_place_not_moved():
    growing, calm = (said(lines(lake=line), 84, 14)[MIDDLE] for line in (steady(1000, 100), steady(1000, 0)))
    assert 9400 + 0.5 * 1400 < growing < 9400 + 1.1 * 1400
    assert calm == pytest.approx(1000.0)


def test_a_restless_place_has_a_wider_range_than_a_calm_one():
    restless = weeks_of([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000])
    widths = [np.ptp(said(lines(lake=line), 56, 14)[[3, 19]]) for line in (restless, weeks_of([1000] * 9))]
    assert widths[0] > 3 * widths[1]


def test_the_range_grows_with_the_lead():
    known = lines(lake=weeks_of([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000]))
    widths = [np.ptp(said(known, 56, ahead)[[1, 21]]) for ahead in (1, 56)]
    assert widths[1] > widths[0]


def test_a_place_with_few_reports_learns_from_the_others_that_growth_does_not_last():
    restless = weeks_of([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000])
    alone = said(lines(lake={49: 1000, 56: 1300}), 56, 14)
    among = said(lines(lake={49: 1000, 56: 1300}, hill=restless, dale=restless), 56, 14)
    assert among[MIDDLE] < 0.9 * alone[MIDDLE]


def test_a_large_camp_is_not_given_the_factor_of_one_that_opened():
    opened = {0: 0, 7: 20, 14: 9000, 21: 12_000, 28: 12_500}
    among = said(lines(lake=steady(80_000, 10, until=28), hill=opened), 28, 14)
    assert among[-1] < 160_000


def test_an_empty_place_may_open_and_may_stay_empty():
    found = said(lines(lake={0: 0}), 14, 14)  # four weeks after its report: evens
    assert found[0] == 0.0
    assert found[LEVELS.index(0.45)] == 0.0
    assert 0 < found[LEVELS.index(0.55)] < found[-1] < 1e6


def test_the_rate_of_opening_is_the_closed_form():
    known = [(np.array([0.0, 10.0, 40.0, 50.0]), np.array([0.0, 0.0, 80.0, 0.0])), (np.array([0.0]), np.array([0.0]))]
    assert opening_rate(known) == pytest.approx((ASSUMED / 2 + 1) / (ASSUMED / 2 * EVENS_DAYS / np.log(2) + 40))


def test_the_longer_ago_a_place_was_reported_empty_the_likelier_it_has_opened():
    known = lines(lake={0: 0})
    chances = [(said(known, origin, 7) > 0).mean() for origin in (0, 30, 90)]
    assert chances == sorted(set(chances))


def test_a_range_grows_with_the_root_of_the_time_since_the_last_report():
    fresh, stale = (np.sqrt(said(lines(lake={0: 10_000}), origin, 7)) for origin in (0, 21))
    assert stale - 100 == pytest.approx(2 * (fresh - 100))


def test_places_reported_empty_again_and_again_are_believed_to_stay_so():
    found = said(lines(lake=weeks_of([0] * 9), hill=weeks_of([0] * 9)), 56, 14)
    assert found[LEVELS.index(0.9)] == 0.0


def test_a_camp_that_has_just_opened_does_not_explode():
    known = lines(lake={0: 0, 29: 24_000}, hill=weeks_of([5000, 5100, 5200, 5300, 5400]))
    found = said(known, 30, 28)
    assert found[-1] < 10 * 24_000
    assert found[MIDDLE] < 2 * 24_000
    assert np.ptp(found[[3, 19]]) > 0


def test_later_reports_change_nothing():
    known = lines(lake=weeks_of([1000, 1400, 900, 1500]), hill=weeks_of([0, 0, 800, 900]))
    more = lines(lake=weeks_of([1000, 1400, 900, 1500, 9, 8]), hill=weeks_of([0, 0, 800, 900, 70_000]))
    asked = (21, ["lake", "hill"], [28, 35, 49], LEVELS)
    assert np.array_equal(trend(known, *asked), trend(more, *asked))


def test_a_place_without_a_report_is_not_a_number():
    found = trend(lines(lake={0: 5}, hill={40: 5}), 30, ["lake", "hill", "dale"], [37], LEVELS)
    assert np.isnan(found).all(axis=(1, 2)).tolist() == [False, True, True]


def test_the_order_of_places_changes_nothing():
    known = lines(lake=weeks_of([1000, 1400, 900, 1500]), hill=weeks_of([0, 0, 800, 900]))
    turned = dict(reversed(known.items()))
    asked = (21, ["lake", "hill"], [28, 49], LEVELS)
    assert np.array_equal(trend(known, *asked), trend(turned, *asked))


def test_many_people_scale():
    path = np.array([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000])
    few, many = (said(lines(lake=weeks_of(path * factor)), 56, 14) for factor in (100, 10_000))
    assert many / few == pytest.approx(np.full(23, 100.0), rel=0.02)


@given(
    st.lists(st.integers(0, 200_000), min_size=1, max_size=12),
    st.lists(st.integers(0, 2000), max_size=12),
    st.lists(st.integers(1, 40), min_size=12, max_size=12),
)
def test_quantiles_are_finite_not_negative_and_do_not_fall(lake, hill, gaps):
    days = np.cumsum(gaps)
    known = {
        "lake": Line(days[: len(lake)], np.array(lake, dtype=float)),
        "hill": Line(days[: len(hill)], np.array(hill, dtype=float)),
    }
    found = trend(known, int(days[len(lake) - 1]) + 3, ["lake"], [int(days[-1]) + 60], LEVELS)[0, 0]
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found) >= 0).all()
