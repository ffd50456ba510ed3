"""Truths to be found again: histories drawn as the model says that they come about, and what sources say of them.

Parameters drift from stretch to stretch as inference takes them to, the state follows hidden populations, and each
source has a bias of its own and errors of its grade; people inside are told short, and a small share of the figures is
stray. So parameters, history and figures have the joint law that the posterior assumes, and the truth must rank
evenly among its draws.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import xarray as xr

import corridor
from corridor.engine.compile import compile_scenario
from corridor.engine.ensemble import ensemble_of
from corridor.engine.program import Floats
from corridor.engine.rates import rates_of, uncertain_parameters
from corridor.engine.simulate import continue_members
from corridor.engine.worlds import first_state, joined
from corridor.forecasting.forecast import forecast
from corridor.inference.assimilate import stretches
from corridor.inference.calibrate import calibrate
from corridor.inference.moves import drift, memory_of, move_populations
from corridor.inference.reporting import Series, reporting_of
from corridor.inference.series import daily
from corridor.scenario.observations import Measure, Observation, Observations
from corridor.scenario.read import read_scenario
from corridor.scenario.scenario import Scenario
from corridor.streams import stream, streams

BUNDLED = Path(corridor.__file__).parent / "bundled"
STRAY_SD = 1.5


class Asked(NamedTuple):
    """What a source is asked for: a measure at a place, on a day or summed over some."""

    first: int
    last: int
    place: str
    measure: Measure
    source: str


@dataclass(frozen=True)
class Truths:
    """Several truths about one scenario.

    Attributes
    ----------
    data
        What happened, truth (as member) x date x place, from the start to days after the origin.
    normal
        Uncertain parameters at the origin by their ids, as standard normal numbers, one for each truth.
    reports
        What sources say of each truth up to the origin.
    """

    data: xr.Dataset
    normal: dict[str, Floats]
    reports: tuple[Observations, ...]


def siege_template() -> Scenario:
    """Return the template of a siege that ships with Corridor."""
    return read_scenario(BUNDLED / "templates" / "siege")


ASKED = (
    Asked(6, 6, "plain_camp", Measure.STOCK, "Camp registry"),
    Asked(19, 19, "plain_camp", Measure.STOCK, "Truck dispatch"),
    Asked(25, 25, "old_town", Measure.INSIDE, "Ridge radio"),
    Asked(0, 30, "plain_camp", Measure.ARRIVALS, "Camp registry"),
    Asked(31, 38, "ridge_screening", Measure.ARRIVALS, "Truck dispatch"),
    Asked(40, 40, "plain_camp", Measure.STOCK, "Camp registry"),
)
ORIGIN, AHEAD = 40, 14


FUTURE = {
    "people in the camp 14 days later": ("stock", "plain_camp"),
    "people who are still inside 14 days later": ("inside", "old_town"),
    "people who reach screening in those 14 days": ("arrivals", "ridge_screening"),
}
PRESENT = {
    "people inside the siege on the last day": ("inside", "old_town"),
    "people in the camp on the last day": ("stock", "plain_camp"),
}
HIDDEN = {
    "people in the siege on the first day": "population.old_town",
    "rate at which the siege leaks": "leak_rate_per_day.old_town",
}
QUESTIONS = (*PRESENT, *FUTURE, *HIDDEN)
"""Numbers that were true and are to be found again."""


def truths_of(stated: Scenario, asked: Sequence[Asked], *, origin: int, ahead: int, count: int, seed: int) -> Truths:
    """Return truths drawn from the prior, with what sources say of each."""
    known = stated.known_by(stated.start + dt.timedelta(days=origin))
    compiled = compile_scenario(known)
    uncertain = uncertain_parameters(compiled)
    chance = stream(seed, "truths")
    normal = chance.standard_normal((count, len(uncertain.parameters)))
    rates = rates_of(compiled, uncertain, normal)
    start = chance.standard_normal(rates.place.shape)
    state = first_state(compiled, rates, streams(seed, "truths", 0), start)
    spans = stretches(sorted({row.last for row in asked}), origin)
    records = []
    for k, (first, last) in enumerate((*spans, (origin + 1, origin + ahead))):
        if first <= origin:
            kicks = chance.standard_normal(normal.shape)
            moved = drift(normal, kicks, last - first + 1, memory_of(compiled, uncertain))
            normal = move_populations(compiled, uncertain, state, normal, moved)
            rates = rates_of(compiled, uncertain, normal)
        record, state = continue_members(compiled, rates, state, days=(first, last), seed=1_000_003 * seed + k)
        records.append(record)
    record = joined(records, axis=1)
    reports = said(known, asked, lambda series: daily(compiled, record, series), seed)
    named = {key: normal[:, j] for j, key in enumerate(uncertain.keys)}
    return Truths(ensemble_of(compiled, record, first_day=0).data, named, reports)


def said(
    stated: Scenario, asked: Sequence[Asked], history: Callable[[Series], Floats], seed: int
) -> tuple[Observations, ...]:
    """Return what sources say of each truth, with their biases and errors."""
    blank = [figure(stated, row) for row in asked]
    reporting = reporting_of(stated, blank)
    truth = [history(reporting.series[row.series])[:, row.first : row.last + 1].sum(1) for row in reporting.reports]
    chance = stream(seed, "truths/said")
    found = []
    for m in range(truth[0].size):
        bias = reporting.bias_sd * chance.standard_normal(reporting.bias_sd.size)
        rows = []
        for row, values in zip(reporting.reports, truth, strict=True):
            sd = math.sqrt(row.sd**2 + 1 / (values[m] + 1))
            short = row.tail * chance.exponential() if row.observation.measure is Measure.INSIDE else 0.0
            apt = bias[row.bias] + sd * chance.standard_normal() - short
            stray = STRAY_SD * chance.standard_normal()
            error = stray if chance.random() < reporting.stray_fraction else apt
            count = max(0, round(math.expm1(math.log1p(values[m]) + error)))
            rows.append(row.observation.model_copy(update={"count": count}))
        found.append(Observations(tuple(rows)))
    return tuple(found)


def figure(stated: Scenario, asked: Asked) -> Observation:
    """Return a figure that answers a question, as yet with an arbitrary count."""
    first, last = (stated.start + dt.timedelta(days=day) for day in (asked.first, asked.last))
    return Observation(
        date=last,
        period_start=first if first < last else None,
        place=asked.place,
        measure=asked.measure,
        source=asked.source,
        count=10**6,
    )


def fates(truths: Truths) -> dict[str, Floats]:
    """Return what was true of each question, truth by truth."""
    found = {}
    for name, (measure, place) in {**PRESENT, **FUTURE}.items():
        days = truths.data[measure].sel(place=place).to_numpy()
        later = days[:, ORIGIN + 1 :].sum(1) if measure == "arrivals" else days[:, ORIGIN + AHEAD]
        found[name] = days[:, ORIGIN] if name in PRESENT else later
    return {**found, **{name: truths.normal[key] for name, key in HIDDEN.items()}}


def believed(stated: Scenario, reports: Observations, *, draws: int, seed: int) -> dict[str, Floats]:
    """Return the draws of each question after inference from the reports."""
    origin = stated.start + dt.timedelta(days=ORIGIN)
    posterior = calibrate(stated, reports, as_of=origin, draws=draws, seed=seed)
    future = forecast(stated, posterior, horizon_days=AHEAD, members=draws, seed=seed).samples
    index = {row.place: p for p, row in enumerate(stated.places)}
    at = posterior.compiled.program.map.slot.place
    found = {}
    for name, (_, place) in PRESENT.items():
        found[name] = posterior.end_state.people[:, at == index[place]].sum((1, 2))
    for name, (measure, place) in FUTURE.items():
        days = future[measure].sel(place=place).to_numpy()
        found[name] = days.sum(1) if measure == "arrivals" else days[:, -1]
    for name, key in HIDDEN.items():
        found[name] = posterior.normal[:, posterior.uncertain.keys.index(key)]
    return found


def rank(draws: Floats, truth: float) -> float:
    """Return the share of draws below the truth, between 0 and 1; ties count half."""
    return float((draws < truth).mean() + 0.5 * (draws == truth).mean())
