"""The forecast from reports alone: what is carried forward, which errors count, what stays sane, what it may know."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.learned import FEATURES, GROWTH_BINS, shipped
from corridor.forecasters.point_rules import MODEL_RULES, RULES, damped, rule_roots
from corridor.forecasters.replay import replayed
from corridor.forecasters.reports_model import opening_rate, overtaken_sd, reports_quantiles, widened
from corridor.forecasters.settings import EVENS_DAYS, FLOW_ERROR, LEADS_DAYS, MEMORY_DAYS, OPENING_PRIOR
from corridor.forecasters.situations import Situation, situation, weighted_quantiles

LEVELS = HUB_LEVELS
MIDDLE = LEVELS.index(0.5)


def quantiles_of(known, origin, places, leads):
    """Return quantiles with what other crises have taught."""
    return reports_quantiles(known, origin, places, leads, learned=shipped())


class Line(NamedTuple):
    days: np.ndarray
    people: np.ndarray


def lines(**reports):
    """Return series from mappings of day to people."""
    return {
        place: Line(np.array(list(line)), np.array(list(line.values()), dtype=float)) for place, line in reports.items()
    }


def forecast(known, origin, ahead, place="lake"):
    """Return the quantiles of one place and day."""
    return quantiles_of(known, origin, [place], [ahead])[0, 0]


def test_a_day_is_forecast_alike_whichever_other_days_are():
    known = lines(lake=steady(500, 20), hill=steady(3000, -10, every=11), pass_=dict.fromkeys(range(0, 80, 20), 0))
    few, many = (quantiles_of(known, 84, ["lake", "hill", "pass_"], leads) for leads in ([7, 28], range(1, 29)))
    assert few.tolist() == many[:, [6, 27]].tolist()


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
    quantiles = situation(days, people, np.array([1000.0, 1000.0 + MEMORY_DAYS])).volatility
    assert quantiles == pytest.approx([10 / MEMORY_DAYS, 10 / MEMORY_DAYS / np.e])


def test_a_situation_on_a_day_knows_no_later_report():
    days, people = np.array([0.0, 10.0, 20.0, 30.0]), np.array([50.0, 90.0, 10.0, 700.0])
    whole = situation(days, people, np.array([12.0, 25.0]))
    for n, (day, kept) in enumerate(((12.0, 2), (25.0, 3))):
        cut = situation(days[:kept], people[:kept], np.array([day]))
        assert [row[n] for row in whole] == [row[0] for row in cut]


def test_growth_lasts_its_mean_life():
    assert damped(0.0, np.array([14.0])) == 0.0
    assert damped(14.0, np.array([14.0])) == pytest.approx(14 * (1 - np.exp(-1)))
    assert damped(14.0, np.array([1e6])) == pytest.approx(14.0)
    assert damped(np.inf, np.array([9.0])) == 9.0


def points(people, slope=0.0, days=(0.0, 28.0), lead=14.0):
    """Return the people that each rule expects on the day of the last report."""
    days = np.array(days)
    on = days[-1:]
    now = Situation(np.array([people[-1]]), np.array([slope]), np.zeros(1), np.zeros(1))
    roots = rule_roots(days, np.array(people), on, np.array([lead]), now)
    return dict(zip(RULES, roots[:, 0] ** 2, strict=True))


def test_rules_of_recent_growth_carry_it_on_for_its_mean_life():
    rules = points((720.0, 1000.0), slope=10.0)
    assert rules["recent_0"] == pytest.approx(1000.0)
    assert rules["recent_14"] == pytest.approx(1000 + 140 * (1 - np.exp(-1)))
    assert rules["last_two_inf"] == pytest.approx(1140.0)
    assert rules["half_recent"] == pytest.approx(1070.0)


def test_a_line_through_roots_that_lie_on_one_carries_it_on():
    days = np.arange(0.0, 50.0, 7.0)
    rules = points(tuple((10 + day / 10) ** 2 for day in days), days=tuple(days))
    assert np.sqrt(rules["line_14_inf"]) == pytest.approx(10 + (49 + 14) / 10)
    assert np.sqrt(rules["line_42_0"]) == pytest.approx(14.9)


def test_people_leave_in_proportion_and_never_fall_below_nobody():
    rules = points((3000.0, 1000.0), slope=-500.0, lead=1e6)
    assert rules["recent_14"] == pytest.approx(1000 * np.exp(-7))
    assert min(rules.values()) >= 0


def test_cases_stand_a_lead_before_each_report_or_at_the_first():
    cases = replayed([(np.array([0.0, 10.0, 30.0]), np.array([5.0, 6.0, 7.0]))])
    fortnight = cases.subset(cases.view.lead > 8)
    assert fortnight.view.lead.tolist() == [14.0, 28.0]
    assert fortnight.view.now.people.tolist() == [6.0, 5.0]
    assert LEADS_DAYS == (7.0, 14.0, 28.0)


def test_the_shipped_file_fits_the_code_and_states_where_it_comes_from():
    learned = shipped()
    assert learned.coefficients.shape == learned.low.shape == learned.high.shape == (len(FEATURES),)
    assert learned.rule_errors.shape == (len(GROWTH_BINS) + 1, len(MODEL_RULES))
    assert (np.diff(learned.errors) >= 0).all()
    assert 0 < learned.unchanged < 1
    assert learned.provenance["command"] == "python -m verification.learning"


def test_reports_in_quick_succession_weigh_less():
    cases = replayed([(np.array([0.0, 1.0, 15.0]), np.ones(3))])
    assert cases.weight[cases.day == 1.0].tolist() == pytest.approx([1 / 7])
    assert set(cases.weight[cases.day == 15.0].tolist()) == {1.0}


def test_weighted_quantiles_are_those_of_repeated_values():
    quantiles = weighted_quantiles(np.array([3.0, 1.0]), np.array([1.0, 3.0]), [0.375, 0.875, 0.99])
    assert quantiles.tolist() == [1.0, 3.0, 3.0]


def test_steady_growth_is_carried_on_more_than_half_and_a_calm_place_not_moved():
    growing, calm = (forecast(lines(lake=line), 84, 14)[MIDDLE] for line in (steady(1000, 100), steady(1000, 0)))
    assert 9400 + 0.5 * 1400 < growing < 9400 + 1.1 * 1400
    assert calm == pytest.approx(1000.0, abs=0.1)


def test_a_restless_place_has_a_wider_range_than_a_calm_one():
    restless = weeks_of([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000])
    widths = [np.ptp(forecast(lines(lake=line), 56, 14)[[3, 19]]) for line in (restless, weeks_of([1000] * 9))]
    assert widths[0] > 3 * widths[1]


def test_the_range_grows_with_the_lead():
    known = lines(lake=weeks_of([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000]))
    widths = [np.ptp(forecast(known, 56, ahead)[[1, 21]]) for ahead in (1, 56)]
    assert widths[1] > widths[0]


def test_a_place_with_few_reports_learns_from_the_others_how_wide_its_range_is():
    restless = weeks_of([1000, 1400, 900, 1500, 1000, 1600, 900, 1400, 1000])
    calm = weeks_of([1000 + week for week in range(9)])
    widths = [
        np.ptp(forecast(lines(lake={49: 1000, 56: 1010}, hill=other, dale=other), 56, 14)[[3, 19]])
        for other in (restless, calm)
    ]
    assert widths[0] > 1.1 * widths[1]


def test_a_large_camp_is_not_given_the_factor_of_one_that_opened():
    opened = {0: 0, 7: 20, 14: 9000, 21: 12_000, 28: 12_500}
    among = forecast(lines(lake=steady(80_000, 10, until=28), hill=opened), 28, 14)
    assert among[-1] < 160_000


def test_an_empty_place_may_open_and_may_stay_empty():
    quantiles = forecast(lines(lake={0: 0}), 14, 14)  # four weeks after its report: evens
    assert quantiles[0] == 0.0
    assert quantiles[LEVELS.index(0.45)] == 0.0
    assert 0 < quantiles[LEVELS.index(0.55)] < quantiles[-1] < 1e6


def test_the_rate_of_opening_is_the_closed_form():
    known = [(np.array([0.0, 10.0, 40.0, 50.0]), np.array([0.0, 0.0, 80.0, 0.0])), (np.array([0.0]), np.array([0.0]))]
    assert opening_rate(known) == pytest.approx(
        (OPENING_PRIOR / 2 + 1) / (OPENING_PRIOR / 2 * EVENS_DAYS / np.log(2) + 40)
    )


def test_the_longer_ago_a_place_was_reported_empty_the_likelier_it_has_opened():
    known = lines(lake={0: 0})
    chances = [(forecast(known, origin, 7) > 0).mean() for origin in (0, 30, 90)]
    assert chances == sorted(set(chances))


def test_a_range_grows_with_the_time_since_the_last_report():
    fresh, stale = (np.ptp(forecast(lines(lake={0: 10_000}), origin, 7)[[3, 19]]) for origin in (0, 60))
    assert stale > 1.3 * fresh


def test_places_reported_empty_again_and_again_are_believed_to_stay_so():
    quantiles = forecast(lines(lake=weeks_of([0] * 9), hill=weeks_of([0] * 9)), 56, 14)
    assert quantiles[LEVELS.index(0.9)] == 0.0


def test_a_camp_that_has_just_opened_does_not_explode():
    known = lines(lake={0: 0, 29: 24_000}, hill=weeks_of([5000, 5100, 5200, 5300, 5400]))
    quantiles = forecast(known, 30, 28)
    assert quantiles[-1] < 10 * 24_000
    assert quantiles[MIDDLE] < 2 * 24_000
    assert np.ptp(quantiles[[3, 19]]) > 0


def test_later_reports_change_nothing():
    known = lines(lake=weeks_of([1000, 1400, 900, 1500]), hill=weeks_of([0, 0, 800, 900]))
    more = lines(lake=weeks_of([1000, 1400, 900, 1500, 9, 8]), hill=weeks_of([0, 0, 800, 900, 70_000]))
    task = (21, ["lake", "hill"], [7, 14, 28])
    assert np.array_equal(quantiles_of(known, *task), quantiles_of(more, *task))


def test_a_place_without_a_report_is_not_a_number():
    quantiles = quantiles_of(lines(lake={0: 5}, hill={40: 5}), 30, ["lake", "hill", "dale"], [7])
    assert np.isnan(quantiles).all(axis=(1, 2)).tolist() == [False, True, True]


def test_the_order_of_places_changes_nothing():
    known = lines(lake=weeks_of([1000, 1400, 900, 1500]), hill=weeks_of([0, 0, 800, 900]))
    turned = dict(reversed(known.items()))
    task = (21, ["lake", "hill"], [7, 28])
    assert np.array_equal(quantiles_of(known, *task), quantiles_of(turned, *task))


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
    origin = int(days[len(lake) - 1]) + 3
    quantiles = quantiles_of(known, origin, ["lake"], [int(days[-1]) + 60 - origin])[0, 0]
    assert np.isfinite(quantiles).all()
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles) >= 0).all()


def test_a_count_that_flows_have_overtaken_counts_less_the_older_it_is_and_the_more_came_since():
    fresh = np.array([90.0, 100.0, 110.0])
    levels = (0.1, 0.5, 0.9)
    assert overtaken_sd(0, 0.0, 0.1) == 0.0
    assert overtaken_sd(30, 0.0, 0.1) == pytest.approx(0.1)
    assert overtaken_sd(0, 0.8, 0.1) == pytest.approx(0.8 * FLOW_ERROR)
    assert widened(fresh, 0.0, levels) == pytest.approx(fresh)
    wide, wider = (widened(fresh, overtaken_sd(days, share, 0.1), levels) for days, share in ((30, 0.5), (90, 0.9)))
    assert wide[1] == wider[1] == pytest.approx(100.0)
    assert wider[0] < wide[0] < 90.0
    assert wider[2] > wide[2] > 110.0
    assert np.log1p(widened(np.array([500.0] * 3), 0.1, levels)[2]) - np.log1p(500.0) == pytest.approx(0.128, abs=0.001)
