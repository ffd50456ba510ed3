"""Baselines: each carries one rule forward, with tails that are fair to small, large and empty places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.baselines import BASELINES, POINT_RULES, Rule
from corridor.forecasters.learned import shipped
from corridor.forecasters.reports_model import reports_quantiles
from corridor.inference.report_series import ReportSeries

MIDDLE, UPPER = HUB_LEVELS.index(0.5), HUB_LEVELS.index(0.9)


def series(**lines):
    """Return series from mappings of day to people."""
    return {
        place: ReportSeries(np.array(list(line)), np.array(list(line.values()), dtype=float))
        for place, line in lines.items()
    }


def quantiles(rule, known, day, place="lake", origin=None):
    """Return the quantiles of one place and day, made on the day of the last report of all."""
    last = max(int(one.days[-1]) for one in known.values()) if origin is None else origin
    return reports_quantiles(known, last, [place], [day - last], learned=shipped(), rule=POINT_RULES[rule])[0, 0]


@pytest.mark.parametrize(
    ("rule", "middle"),
    [
        (Rule.PERSISTENCE, 240),
        (Rule.DRIFT, 310),
        (Rule.DAMPED_DRIFT, 275),
        (Rule.DAMPED_STEP, 240 + 10 * 28 * (1 - np.exp(-7 / 28))),
    ],
)
def test_the_middle_of_a_baseline_is_its_point(rule, middle):
    known = series(lake={0: 100, 7: 170, 14: 240}, hill={0: 50, 7: 4_000, 14: 3_000})
    assert quantiles(rule, known, 21)[MIDDLE] == pytest.approx(middle, rel=0.01)


def test_every_rule_is_a_baseline_with_a_point_of_its_own():
    assert [one.rule for one in BASELINES] == list(Rule) == list(POINT_RULES)
    assert len(set(POINT_RULES.values())) == len(Rule)


def test_a_weighted_line_smooths_a_noisy_series():
    known = series(lake={7 * n: 1000 + 300 * (-1) ** n for n in range(9)})
    assert quantiles(Rule.PERSISTENCE, known, 63)[MIDDLE] == pytest.approx(1300, rel=0.01)
    assert 900 < quantiles(Rule.WEIGHTED_LINE, known, 63)[MIDDLE] < 1200


def test_a_place_with_many_reports_goes_by_its_own_errors():
    steady = dict.fromkeys(range(0, 700, 7), 10000)
    wild = {number: 10_000 + 4_000 * (number % 2) for number in range(0, 700, 7)}
    calm, restless = (quantiles(Rule.PERSISTENCE, series(lake=line), 700) for line in (steady, wild))
    assert np.ptp(restless[[3, 19]]) > 5 * np.ptp(calm[[3, 19]])


def test_an_empty_place_that_opened_lends_no_error_to_an_occupied_one():
    opened = {**dict.fromkeys(range(0, 70, 7), 0), 70: 18_510, 77: 18_600, 84: 18_700}
    known = series(lake=dict.fromkeys(range(0, 85, 7), 100), hill=opened)
    assert quantiles(Rule.PERSISTENCE, known, 98)[UPPER] < 200
    assert quantiles(Rule.PERSISTENCE, known, 98, "hill")[-1] < 100_000


def test_the_error_of_a_small_camp_is_scaled_before_a_large_one_takes_it():
    small = {7 * n: 100 + 40 * (n % 2) for n in range(13)}
    known = series(lake={77: 100_000, 84: 100_000}, hill=small)
    relative = quantiles(Rule.PERSISTENCE, known, 98) / 100_000
    assert relative[UPPER] < 1.2


def test_a_place_without_any_report_is_not_a_number():
    assert np.isnan(quantiles(Rule.DRIFT, series(hill={0: 5}), 7)).all()


COUNTS = st.integers(min_value=0, max_value=10**6)
LINES = st.dictionaries(st.integers(min_value=0, max_value=60), COUNTS, min_size=1, max_size=8)


@given(lake=LINES, hill=LINES, rule=st.sampled_from(list(Rule)), ahead=st.integers(min_value=1, max_value=40))
def test_quantiles_rise_are_finite_and_never_negative(lake, hill, rule, ahead):
    known = series(lake=dict(sorted(lake.items())), hill=dict(sorted(hill.items())))
    levels = quantiles(rule, known, 60 + ahead, origin=60)
    assert np.isfinite(levels).all()
    assert (levels >= 0).all()
    assert (np.diff(levels) >= 0).all()


@given(lake=LINES, hill=LINES, rule=st.sampled_from(list(Rule)))
def test_the_order_of_places_changes_nothing(lake, hill, rule):
    known = series(lake=dict(sorted(lake.items())), hill=dict(sorted(hill.items())))
    other = dict(reversed(known.items()))
    assert np.array_equal(quantiles(rule, known, 70, origin=60), quantiles(rule, other, 70, origin=60))
