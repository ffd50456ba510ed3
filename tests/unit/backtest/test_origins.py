"""Origins and targets: which days, which reports, and never a day without a report."""

import pytest

from corridor.backtest.origins import Schedule
from corridor.backtest.targets import targets_of
from corridor.errors import UsageError
from corridor.inference.report_series import report_series, true_reports
from corridor.scenario.observations import Observations
from tests.builders import START, day
from tests.reports import camps, report, reports


def test_origins_roll_from_the_first_day_while_a_target_can_follow():
    origins = Schedule(14, 30, (7, 28)).origins(camps("lake", days=80))
    assert origins == (day(30), day(44), day(58), day(72))  # a report of day 76, within three days of day 79, would do
    assert Schedule(14, 30, (28,)).origins(camps("lake", days=80)) == (day(30), day(44))


def test_a_schedule_forecasts_the_first_day_and_the_days_around_its_horizons_and_no_others():
    assert Schedule(14, 30, (10,)).days == (1, 7, 8, 9, 10, 11, 12, 13)
    assert Schedule(14, 30, (2, 10)).days == (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13)


@pytest.mark.parametrize("stated", [(0, 30, (7,)), (14, -1, (7,)), (14, 30, ()), (14, 30, (7, 0)), (14, 30, (7, 7))])
def test_a_schedule_that_makes_no_sense_is_refused(stated):
    with pytest.raises(UsageError):
        Schedule(*stated)


def nearest(lines, horizon, origin=30):
    """Return the day and figure of the target of one origin and horizon, or None."""
    found = targets_of(reports(lake=lines), [day(origin)], [horizon], ["lake"])
    return [((row.date - START).days, row.people) for row in found]


def test_the_target_is_the_report_nearest_to_the_horizon():
    assert nearest({35: 1, 38: 2, 40: 3}, 7) == [(38, 2.0)]


def test_of_two_reports_equally_near_the_earlier_is_the_target():
    assert nearest({36: 1, 38: 2}, 7) == [(36, 1.0)]


def test_a_report_more_than_three_days_off_is_no_target():
    assert nearest({33: 1, 41: 2}, 7) == []
    assert nearest({34: 1}, 7) == [(34, 1.0)]
    assert nearest({40: 1}, 7) == [(40, 1.0)]


def test_a_report_of_the_origin_or_before_is_no_target():
    assert nearest({30: 1, 29: 2}, 2) == []
    assert nearest({30: 1, 31: 2}, 2) == [(31, 2.0)]


def test_a_target_knows_its_own_horizon():
    (target,) = targets_of(reports(lake={39: 5}), [day(30)], [7], ["lake"])
    assert (target.horizon, target.nominal_horizon) == (9, 7)


@pytest.mark.parametrize(
    "fields",
    [
        {"measure": "arrivals"},
        {"use": "ignore"},
        {"group": "children"},
        {"qualifier": "more_than"},
        {"qualifier": "almost"},
        {"qualifier": "between", "count_high": 9},
        {"place": "lake+hill"},
    ],
    ids=str,
)
def test_what_is_no_figure_of_the_people_in_one_place_is_no_target(fields):
    stated = report(**{"place": "lake", "number": 37, "count": 5, **fields})
    assert true_reports(Observations((stated,))) == {}


def test_a_day_without_a_figure_is_not_zero():
    assert true_reports(Observations((report("lake", 37, None),))) == {}


def test_a_figure_held_back_is_a_target_but_is_not_learnt_from():
    held = Observations((report("lake", 37, 5, use="hold"),))
    assert [row.count for row in true_reports(held)["lake"]] == [5]
    assert report_series(held, START) == {}


def test_of_two_figures_for_a_day_the_one_known_last_stands():
    both = Observations((report("lake", 5, 90, known=9), report("lake", 5, 70)))
    assert report_series(both, START)["lake"].people.tolist() == [90.0]
    assert report_series(both.known_by(day(8)), START)["lake"].people.tolist() == [70.0]


@pytest.mark.parametrize(
    ("fields", "stands"),
    [
        ({"count": 70, "qualifier": "more_than"}, 70),
        ({"count": 70, "qualifier": "almost"}, 70),
        ({"count": 70, "count_high": 110, "qualifier": "between"}, 90),
        ({"count": 70, "qualifier": "at_least"}, 80),
        ({"count": 95, "qualifier": "at_least"}, 95),
        ({"count": 70, "qualifier": "at_most"}, 70),
        ({"count": 95, "qualifier": "at_most"}, 80),
    ],
    ids=str,
)
def test_a_hedged_figure_is_carried_forward_as_a_planner_would(fields, stands):
    both = Observations((report("lake", 5, 80), report("lake", 12, **fields)))
    assert report_series(both, START)["lake"].people.tolist() == [80.0, stands]


def test_a_report_of_a_day_before_the_calendar_is_not_carried_forward():
    both = Observations((report("lake", -5, 80), report("lake", 12, 90)))
    assert report_series(both, START)["lake"].days.tolist() == [12]
    assert report_series(Observations((report("lake", -5, 80),)), START) == {}


def test_a_first_bound_stands_as_it_is():
    first = Observations((report("lake", 5, 80, qualifier="at_least"),))
    assert report_series(first, START)["lake"].people.tolist() == [80.0]


def test_a_report_at_a_place_that_is_not_asked_for_is_no_target():
    assert targets_of(reports(lake={37: 5}), [day(30)], [7], ["hill"]) == ()
