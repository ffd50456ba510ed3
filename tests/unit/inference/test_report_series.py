"""Reported stocks as a planner would carry them forward: counts, and flows reported since."""

import pytest

from corridor.inference.report_series import overtaken, report_series
from corridor.scenario.observations import Observation, Observations
from tests.builders import day


def row(measure, last, count, first=None, place="lake"):
    start = None if first is None else day(first)
    return Observation(date=day(last), period_start=start, place=place, measure=measure, count=count, source="registry")


COUNT = row("stock", 0, 1_200)
WEEKS = tuple(row("arrivals", 7 * n + 7, 930, 7 * n + 1) for n in range(8))


def test_a_count_is_brought_forward_by_the_flows_reported_since():
    rows = (COUNT, *WEEKS, row("departures", 56, 140, 50))
    series = report_series(Observations(rows), day(0))["lake"]
    assert series.days.tolist() == [0, *range(7, 57, 7)]
    assert series.people[-1] == pytest.approx(1_200 + 8 * 930 - 140)


def test_cumulative_arrivals_bring_a_count_forward_by_their_differences():
    rows = (row("stock", 10, 500), row("cumulative_arrivals", 10, 800), row("cumulative_arrivals", 20, 1_100))
    assert report_series(Observations(rows), day(0))["lake"].people[-1] == pytest.approx(800)


def test_how_far_flows_have_overtaken_a_count_is_known_for_each_place():
    lake = overtaken(Observations((COUNT, *WEEKS)), day(0))["lake"]
    assert lake == (56, pytest.approx(7_440 / 8_640))
    fresh = row("stock", 56, 8_500)
    assert overtaken(Observations((COUNT, *WEEKS, fresh)), day(0)) == {}
    assert overtaken(Observations((COUNT,)), day(0)) == {}
