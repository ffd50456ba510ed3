"""Back-test of flows: periods as reported, targets that begin after the origin, and nothing known too early."""

import numpy as np
import pytest

from corridor.backtest.evaluate import evaluate
from corridor.backtest.flow_scores import COLUMNS, flow_series, score_flows
from corridor.backtest.origins import Schedule
from corridor.forecasters.flows import NAMES, POOL, RULES, FlowSeries, flow_past, flow_quantiles, past_errors, rates
from corridor.scenario.observations import Measure, Observations
from tests.builders import START, day
from tests.reports import camps, report

SCHEDULE = Schedule(14, 28, (7, 14))
MIDDLE = 11


def weekly(counts, place="lake", measure="arrivals"):
    """Return weekly reports, the first for days 1 to 7."""
    return [
        report(place, 7 * (n + 1), count, measure=measure, period_start=day(7 * n + 1))
        for n, count in enumerate(counts)
    ]


def totals(counts, place="lake"):
    """Return weekly reports of cumulative arrivals."""
    return [report(place, 7 * n, count, measure="cumulative_arrivals") for n, count in enumerate(counts)]


def test_cumulative_counts_are_read_as_increases_and_falls_as_corrections():
    series = flow_series(Observations(tuple(totals([100, 150, 120, 200]))), Measure.CUMULATIVE_ARRIVALS, START)["lake"]
    assert series.people.tolist() == [50, 80]
    assert series.end.tolist() == [7, 21]
    assert series.length.tolist() == [7, 7]


def test_rules_are_zero_last_mean_of_four_and_a_damped_mean():
    series = FlowSeries(np.arange(7, 42, 7), np.full(5, 7.0), np.array([0.0, 70.0, 0.0, 70.0, 140.0]))
    zero, last, four, damped = rates(series)[:, -1] * 7
    assert (zero, last, four) == (0.0, 140.0, 70.0)
    weight = 2.0 ** (-np.arange(5)[::-1] / 4)
    assert damped == pytest.approx(weight @ series.people / weight.sum())
    assert past_errors(series, 2)[1].tolist() == pytest.approx(np.sqrt([0, 10, 20]) - np.sqrt([0, 10, 0]))


def test_a_place_where_nobody_arrives_keeps_its_zeros():
    series = {"lake": FlowSeries(np.arange(7, 301, 7), np.full(42, 7.0), np.array([0.0] * 39 + [50.0, 0.0, 0.0]))}
    quantiles = flow_quantiles(flow_past(series, 1), "lake", 7.0)[POOL]
    assert quantiles[MIDDLE] < 1
    assert (np.diff(quantiles) >= 0).all()


def test_arrivals_alone_can_be_scored_and_rows_have_the_columns():
    counts = np.random.default_rng(3).poisson(300, 16).tolist()
    rows = score_flows(camps("lake", days=120), Observations(tuple(weekly(counts))), SCHEDULE)
    assert {(row["model"], row["nominal_horizon"]) for row in rows} == {(n, h) for n in NAMES for h in (7, 14)}
    assert all(tuple(row) == COLUMNS for row in rows)
    assert next(row for row in rows if row["model"] == POOL)["skill"] > -0.2
    scores = evaluate(camps("lake", days=120), Observations(tuple(weekly(counts))), schedule=SCHEDULE, seed=1)
    assert (scores.targets, scores.to_rows(), list(scores.flows)) == ((), [], rows)


def test_departures_and_cumulative_arrivals_are_scored_too():
    rows = [*weekly(range(100, 116), measure="departures"), *totals(range(0, 1600, 100))]
    scored = score_flows(camps("lake", days=120), Observations(tuple(rows)), SCHEDULE)
    assert {row["measure"] for row in scored} == {"departures", "cumulative_arrivals"}


def test_no_target_begins_before_its_origin():
    fortnights = [
        report("lake", 14 * (n + 1), 100 + n, measure="arrivals", period_start=day(14 * n + 1)) for n in range(8)
    ]
    rows = score_flows(camps("lake", days=120), Observations(tuple(fortnights)), Schedule(14, 35, (7,)))
    assert rows == []  # a period of 14 days that ends within ten days of the origin began before it


def test_what_became_known_after_an_origin_changes_no_byte_of_its_forecast():
    counts = np.random.default_rng(5).poisson(200, 16)
    origin = day(56)
    plain, changed = (
        flow_series(
            Observations(
                tuple(row if row.date <= origin else row.model_copy(update={"count": count}) for row in rows)
            ).known_by(origin),
            Measure.ARRIVALS,
            START,
        )
        for rows, count in ((weekly(counts.tolist()), 1), (weekly(counts.tolist()), 10**6))
    )
    first, second = (flow_quantiles(flow_past(known, 2), "lake", 7.0) for known in (plain, changed))
    assert all(first[name].tobytes() == second[name].tobytes() for name in (POOL, *RULES))
