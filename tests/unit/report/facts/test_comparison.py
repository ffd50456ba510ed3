"""Reports beside the fit."""

from datetime import date

import pytest

from corridor.report.facts.comparison import Status, compare_reports, distance, figure, fitted
from corridor.report.facts.series import series_table
from corridor.report.facts.wording import Guard
from corridor.runs.rows import QuantileRow
from corridor.scenario.observations import Observation

START, ORIGIN = date(2020, 1, 1), date(2020, 1, 10)


def rows(measure, place, values):
    """Return quantile rows: each value is (p05, p50, p95) of one day after another."""
    for offset, triple in enumerate(values):
        day = date(2020, 1, 1 + offset)
        for level, value in zip((0.05, 0.5, 0.95), triple, strict=True):
            yield QuantileRow(ORIGIN, measure, (day - ORIGIN).days, day, place, "quantile", level, value)


@pytest.fixture
def series():
    return series_table(
        [
            *rows("stock", "camp", [(90 + 10 * n, 100 + 10 * n, 110 + 10 * n) for n in range(10)]),
            *rows("stock", "annex", [(40, 50, 60)] * 10),
            *rows("cumulative_arrivals", "camp", [(9 * n, 10 * n, 12 * n) for n in range(10)]),
            *rows("arrivals", "camp", [(9, 10, 12)] * 10),
            *rows("cumulative_deaths", "camp", [(n, 2 * n, 3 * n) for n in range(10)]),
        ],
        [],
    )


def report(**fields):
    return Observation(
        **{"date": date(2020, 1, 5), "place": "camp", "measure": "stock", "count": 140, "source": "S"} | fields
    )


def compared(series, **fields):
    (row,) = compare_reports([report(**fields)], series, start=START, origin=ORIGIN)
    return row


def test_people_present_are_compared_on_the_day(series):
    assert fitted(report(), series, START).likely == 140


def test_people_of_several_places_add_up(series):
    found = fitted(report(place="camp+annex"), series, START)
    assert (found.low, found.likely, found.high) == (170, 190, 210)


def test_arrivals_over_days_are_the_growth_of_the_cumulative_count(series):
    found = fitted(report(measure="arrivals", period_start=date(2020, 1, 3)), series, START)
    assert found.likely == 30


def test_arrivals_of_one_day_are_compared_with_that_day(series):
    assert fitted(report(measure="arrivals"), series, START).likely == 10


def test_a_count_since_the_beginning_is_the_cumulative_count(series):
    assert fitted(report(measure="cumulative_arrivals"), series, START).likely == 40


def test_arrivals_at_several_places_are_not_summed(series):
    assert fitted(report(measure="arrivals", place="camp+annex"), series, START) is None


def test_a_group_or_an_unknown_place_cannot_be_compared(series):
    assert fitted(report(group="women"), series, START) is None
    assert fitted(report(place="elsewhere"), series, START) is None


@pytest.mark.parametrize(
    ("fields", "agrees"),
    [
        ({"count": 140}, True),
        ({"count": 151}, False),
        ({"count": 129}, False),
        ({"count": 20, "qualifier": "at_least"}, True),
        ({"count": 151, "qualifier": "more_than"}, False),
        ({"count": 900, "qualifier": "almost"}, True),
        ({"count": 129, "qualifier": "at_most"}, False),
        ({"count": 10, "count_high": 130, "qualifier": "between"}, True),
        ({"count": 10, "count_high": 129, "qualifier": "between"}, False),
    ],
)
def test_a_hedged_figure_agrees_with_whatever_it_leaves_open(series, fields, agrees):
    assert compared(series, **fields).agrees is agrees


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.USED),
        ({"use": "hold"}, Status.HELD),
        ({"use": "ignore"}, Status.IGNORED),
        ({"reported_on": date(2020, 1, 11)}, Status.LATER),
        ({"date": date(2020, 1, 11)}, Status.LATER),
        ({"count": None}, Status.NO_FIGURE),
    ],
)
def test_each_report_has_a_fate(series, fields, status):
    assert compared(series, **fields).status is status


@pytest.mark.parametrize(
    ("count", "said"),
    [(140, "agrees"), (168, "20 % above"), (105, "25 % below"), (420, "3 × the fit"), (14, "0.1 × the fit")],
)
def test_distance_is_said_in_words(series, count, said):
    assert distance(compared(series, count=count), Guard(10)) == said


def test_distance_of_a_small_count_keeps_to_its_side(series):
    assert distance(compared(series, count=3), Guard(10)) == "below"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"count": 84, "qualifier": "more_than"}, "more than 84"),
        ({"count": 45_678, "qualifier": "about"}, "about 45,678"),
        ({"count": 5, "count_high": 20, "qualifier": "between"}, "<10 to 20"),
        ({"count": 4}, "fewer than 10"),
        ({"count": None}, "no figure"),
    ],
)
def test_figures_are_said_with_their_hedge_and_small_ones_hidden(fields, said):
    assert figure(report(**fields), Guard(10)) == said
