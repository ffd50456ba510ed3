"""A whole back-test never peeks: change all that became known after an origin, and its forecasts keep every byte."""

from dataclasses import replace

import pytest

from corridor.backtest.evaluate import evaluate
from corridor.backtest.flow_scores import flow_forecasts
from corridor.backtest.origins import Schedule
from corridor.forecasters.defaults import default_forecasters
from corridor.scenario.observations import Measure, Observation, Observations
from corridor.scenario.parameters import LogNormal
from tests.builders import camp, day, drive, event, scenario, town

SCHEDULE = Schedule(every_days=14, first_day=13, horizons=(7, 14))
ORIGIN = day(41)
DRAWS = 16


def report(place, number, count, measure="stock", **fields):
    """Return a report that became known on the next day."""
    known = {"source": "agency", "reported_on": day(number + 1), **fields}
    return Observation(date=day(number), place=place, measure=measure, count=count, **known)


@pytest.fixture(scope="module")
def network():
    """Return a town and two camps with reports of people present every five days and of arrivals every week."""
    stated = scenario(
        (
            town("north", 6_000),
            camp("lake", 0, capacity=3_000, capacity_reported_on=day(0)),
            camp("hill", 0, capacity=900, capacity_reported_on=day(50)),
        ),
        (drive("north", "lake", 60), drive("north", "hill", 90)),
        (
            event("conflict", "north", 1, 60, 1.0, reported_on=day(1), end_reported_on=day(61)),
            event("closure", "north>hill", 52, 60, reported_on=day(51)),
        ),
        days=70,
        values={"onset_rate_per_day": LogNormal(median=0.03, within_factor=2), "report_sd_b": 0.1},
    )
    rows = [report(place, n, k * n * n // 4 + 40) for n in range(5, 66, 5) for k, place in ((9, "lake"), (5, "hill"))]
    rows += [report("lake", n, 30 + n * n % 90, "arrivals", period_start=day(n - 6)) for n in range(6, 68, 7)]
    return stated, Observations(tuple(rows))


def other_future(stated, reports):
    """Return another future: other figures, events and capacities, all known only after the origin."""
    places = tuple(
        row.model_copy(update={"capacity": 7})
        if row.capacity_reported_on and row.capacity_reported_on > ORIGIN
        else row
        for row in stated.places
    )
    events = tuple(
        row.model_copy(update={"end": row.end and day(48)}) if row.known_on <= ORIGIN else row
        for row in stated.events
        if row.known_on <= ORIGIN
    )
    late = event("conflict", "north", 10, 66, 0.2, reported_on=day(42))
    rows = tuple(
        row if row.known_on <= ORIGIN else row.model_copy(update={"count": 3 * row.count + 11}) for row in reports
    )
    assert sum(new is not old for new, old in zip(rows, reports, strict=True)) > 10
    return replace(stated, places=places, events=(*events, late)), Observations(rows)


def forecasts(stated, reports):
    """Return all forecasts of a back-test: of people present by model, origin, place and day; of arrivals likewise."""
    models = default_forecasters(stated, DRAWS)
    assert models.combinations, "the combination is scored, too"
    assert models.sequential, "the mechanism is scored, too"
    scores = evaluate(stated, reports, schedule=SCHEDULE, models=models, seed=7)
    key = ("model", "origin_date", "location", "target_end_date", "output_type_id")
    present = {tuple(row[part] for part in key): row["value"] for row in scores.to_hub_table()}
    targets, quantiles = flow_forecasts(stated, reports, SCHEDULE, Measure.ARRIVALS)
    arrivals = {
        (model, target.origin.isoformat(), target.place, target.end): table[n].tobytes()
        for model, table in quantiles.items()
        for n, target in enumerate(targets)
    }
    return present | arrivals


@pytest.fixture(scope="module")
def before(network):
    """Return the forecasts as they are."""
    return forecasts(*network)


def upto(table):
    """Return the forecasts made on the origin or earlier."""
    return {key: value for key, value in table.items() if key[1] <= ORIGIN.isoformat()}


def test_what_became_known_after_an_origin_changes_no_byte_of_its_forecasts(network, before):
    after = forecasts(*other_future(*network))
    assert upto(after) == upto(before)
    assert {key[0] for key in upto(before)} >= {"corridor", "mechanism", "reports", "persistence", "pooled_flows"}
    assert after != before  # later forecasts do change


def test_what_was_known_in_time_changes_forecasts(network, before):
    """Without this, bytes that never change would prove nothing."""
    stated, reports = network
    rows = list(reports)
    for measure in (Measure.STOCK, Measure.ARRIVALS):
        last = max(n for n, row in enumerate(rows) if row.known_on <= ORIGIN and row.measure is measure)
        rows[last] = rows[last].model_copy(update={"count": 2 * rows[last].count + 50})
    after = forecasts(stated, Observations(tuple(rows)))
    moved = {key[0] for key in upto(before) if upto(after)[key] != upto(before)[key]}
    assert moved >= {"corridor", "mechanism", "reports", "persistence", "pooled_flows"}
