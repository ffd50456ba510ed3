"""Baselines beside closed forms: points, slopes, past errors, and ranges that stay sane."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.baselines import (
    ASSUMED,
    SHARED,
    Rule,
    baseline_quantiles,
    past_errors,
    slope_of,
)
from corridor.inference.report_series import ReportSeries

MIDDLE = HUB_LEVELS.index(0.5)


def series(**lines):
    """Return series from mappings of day to people."""
    return {
        place: ReportSeries(np.array(list(line)), np.array(list(line.values()), dtype=float))
        for place, line in lines.items()
    }


def quantiles(rule, known, day, place="lake"):
    """Return the quantiles of one place and day."""
    return baseline_quantiles(rule, known, [place], [day], HUB_LEVELS)[0, 0]


def test_persistence_carries_the_last_report_forward():
    assert slope_of(Rule.PERSISTENCE, series(lake={0: 10, 7: 80})["lake"]).tolist() == [0, 0]


def test_drift_carries_the_slope_of_the_last_two_reports_on():
    assert slope_of(Rule.DRIFT, series(lake={0: 10, 7: 80, 9: 60})["lake"]).tolist() == [0, 10, -10]


def test_damped_drift_carries_on_half_the_slope_of_the_last_four_weeks():
    line = series(lake={0: 0, 10: 100, 30: 500, 38: 380})["lake"]
    # from day 0 to 10; from day 10 to 30, as day 0 is more than 28 days back; from day 10 to 38
    assert slope_of(Rule.DAMPED_DRIFT, line).tolist() == [0, 5, 10, 5]


def test_damped_drift_takes_the_report_before_where_none_is_recent():
    assert slope_of(Rule.DAMPED_DRIFT, series(lake={0: 0, 60: 600})["lake"]).tolist() == [0, 5]


@pytest.mark.parametrize(("rule", "middle"), [(Rule.PERSISTENCE, 240), (Rule.DRIFT, 310), (Rule.DAMPED_DRIFT, 275)])
def test_the_middle_of_a_baseline_is_its_point(rule, middle):
    known = series(lake={0: 100, 7: 170, 14: 240}, hill={0: 50, 7: 4_000, 14: 3_000})
    assert quantiles(rule, known, 21)[MIDDLE] == pytest.approx(middle, rel=1e-9)


def test_past_errors_are_those_from_each_earlier_report_to_the_one_nearest_to_the_lead():
    line = series(lake={0: 100, 6: 144, 14: 196, 30: 400})["lake"]
    # from day 0 to 14, from 6 to 14 (lead 8 is too short: 14 is wanted, 20 is nearer to 14 than to 30, six days off)
    assert past_errors(line, np.zeros(4), 14).tolist() == [4.0, 6.0]
    assert past_errors(line, np.zeros(4), 200).size == 0


def test_past_errors_of_a_trend_that_goes_on_are_none():
    line = series(lake={number: 100 + 3 * number for number in range(0, 50, 7)})["lake"]
    assert past_errors(line, slope_of(Rule.DRIFT, line), 14)[1:] == pytest.approx(0)


def test_a_place_with_many_reports_goes_by_its_own_errors():
    steady = dict.fromkeys(range(0, 700, 7), 10000)
    wild = {number: 10_000 + 4_000 * (number % 2) for number in range(0, 700, 7)}
    alone, beside = (
        quantiles(Rule.PERSISTENCE, known, 700) for known in (series(lake=steady), series(lake=steady, hill=wild))
    )
    assert beside[HUB_LEVELS.index(0.75)] == pytest.approx(alone[HUB_LEVELS.index(0.75)], abs=1)
    assert beside[-1] > alone[-1]


def test_a_place_with_one_report_leans_on_the_others():
    wild = {number: 10_000 + 4_000 * (number % 2) for number in range(0, 700, 7)}
    calm = {number: 10_000 + 10 * (number % 2) for number in range(0, 700, 7)}
    widths = []
    for other in (wild, calm):
        found = quantiles(Rule.PERSISTENCE, series(lake={693: 10_000}, hill=other), 700)
        widths.append(found[HUB_LEVELS.index(0.75)] - found[HUB_LEVELS.index(0.25)])
    assert widths[0] > 20 * widths[1]
    assert SHARED > ASSUMED


def test_the_first_forecast_of_all_has_the_assumed_range():
    found = quantiles(Rule.PERSISTENCE, series(lake={0: 9_900}), 14)
    # 0.15 of the square root of 10,000 is 15; 80 % of a normal is 1.28 of it to each side, give or take the 23 points
    root = np.sqrt(9_900)
    assert np.sqrt(found[HUB_LEVELS.index(0.9)]) - root == pytest.approx(1.28 * 15, rel=0.05)
    assert root - np.sqrt(found[HUB_LEVELS.index(0.1)]) == pytest.approx(1.28 * 15, rel=0.05)


def test_a_camp_that_opens_from_nothing_does_not_make_a_large_one_explode():
    opened = {**dict.fromkeys(range(0, 70, 7), 0), 70: 12_000, 77: 15_000, 84: 16_000}
    known = series(town_camp=dict.fromkeys(range(0, 85, 7), 90000), hill=opened)
    assert quantiles(Rule.PERSISTENCE, known, 98, "town_camp").max() < 2 * 90_000
    assert quantiles(Rule.PERSISTENCE, known, 98, "hill").max() < 100_000


def test_a_place_without_any_report_is_not_a_number():
    assert np.isnan(quantiles(Rule.DRIFT, series(hill={0: 5}), 7)).all()


COUNTS = st.integers(min_value=0, max_value=10**6)
LINES = st.dictionaries(st.integers(min_value=0, max_value=60), COUNTS, min_size=1, max_size=8)


@given(lake=LINES, hill=LINES, rule=st.sampled_from(list(Rule)), ahead=st.integers(min_value=1, max_value=40))
def test_quantiles_rise_are_finite_and_never_negative(lake, hill, rule, ahead):
    known = series(lake=dict(sorted(lake.items())), hill=dict(sorted(hill.items())))
    found = quantiles(rule, known, 60 + ahead)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert (np.diff(found) >= 0).all()


@given(lake=LINES, hill=LINES, rule=st.sampled_from(list(Rule)))
def test_the_order_of_places_changes_nothing(lake, hill, rule):
    known = series(lake=dict(sorted(lake.items())), hill=dict(sorted(hill.items())))
    other = dict(reversed(known.items()))
    assert np.array_equal(quantiles(rule, known, 70), quantiles(rule, other, 70))
