"""Truths to be found again: histories drawn as the model says that they come about, and what sources say of them.

Parameters drift from window to window as inference takes them to, the state follows hidden populations, and each
source has a bias of its own and errors of its grade; people inside are told short, and a small share of the figures
is stray. Places whose people are counted have unexplained flows, with a drift that lasts some weeks and noise of each
day. So parameters, history and figures have the joint law that the posterior assumes, and the truth must rank evenly
among its draws. What is simulated, what is told of it and what is asked stands in cases.py.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from corridor.engine.compile.compile import Compiled, compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.program import Floats, Ints
from corridor.engine.run.ensemble import ensemble_of
from corridor.engine.run.members import first_state, joined
from corridor.forecasting.forecast import forecast
from corridor.inference.calibrate import calibrate
from corridor.inference.observation_model import ObservedSeries, reporting_of
from corridor.inference.observed_series import daily
from corridor.inference.parameter_drift import adjust_populations, drift, memory_of
from corridor.inference.posterior import Posterior
from corridor.inference.unexplained_flow import DRIFT_DAYS, MONTH_DAYS, drift_sd
from corridor.inference.windows import windows
from corridor.scenario.observations import Measure, Observation, Observations
from corridor.scenario.scenario import Scenario
from corridor.streams import stream
from tests.continuing import continue_members

STRAY_SD = 1.5


class Asked(NamedTuple):
    """What a source is asked for: a measure at a place, on a day or summed over some."""

    first: int
    last: int
    place: str
    measure: Measure
    source: str


class Present(NamedTuple):
    """A number of people on the last day: everybody at some places, or only those who have never left theirs."""

    places: tuple[str, ...]
    at_home: bool = False

    def of(self, compiled: Compiled, people: Ints) -> Ints:
        """Return it for each member of a state, (m,), from its people by slot and cohort."""
        index = [p for p, row in enumerate(compiled.scenario.places) if row.place in self.places]
        slots = [compiled.layout.begins[p] for p in index]
        rows = slots if self.at_home else np.flatnonzero(np.isin(compiled.program.network.slot.place, index))
        found: Ints = people[:, rows].sum((1, 2))
        return found


@dataclass(frozen=True)
class Case:
    """A scenario, what sources are asked for in it, and the numbers that were true and are to be found again.

    Attributes
    ----------
    stated
        The scenario.
    asked
        What sources tell.
    origin, ahead
        The last day known, and how many days are forecast.
    present
        People on the last day.
    future
        A measure at a place and a number of days ahead: people on that day, or arrivals in all days up to it.
    hidden
        Uncertain parameters by their ids.
    biases
        What is believed of a source and a measure.
    """

    stated: Scenario
    asked: tuple[Asked, ...]
    origin: int
    ahead: int
    present: Mapping[str, Present]
    future: Mapping[str, tuple[str, str, int]]
    hidden: Mapping[str, str]
    biases: Mapping[str, tuple[str, str]]

    @property
    def questions(self) -> tuple[str, ...]:
        """Return what is asked, in words."""
        return (*self.present, *self.future, *self.hidden, *self.biases)

    @property
    def as_of(self) -> dt.date:
        """Return the last day known."""
        return self.stated.start + dt.timedelta(days=self.origin)


@dataclass(frozen=True)
class Truths:
    """Several truths about one scenario.

    Attributes
    ----------
    true
        What was true of each question, one number for each truth.
    reports
        What sources say of each truth up to the origin.
    """

    true: dict[str, Floats]
    reports: tuple[Observations, ...]


def truths_of(case: Case, *, count: int, seed: int) -> Truths:
    """Return truths drawn from the prior, with what sources say of each."""
    known = case.stated.known_by(case.as_of)
    compiled = compile_scenario(known)
    uncertain = uncertain_parameters(compiled)
    chance = stream(seed, "truths")
    normal = chance.standard_normal((count, len(uncertain.parameters)))
    rates = rates_of(compiled, uncertain, normal)
    start = chance.standard_normal(rates.place.shape)
    state = first_state(compiled, rates, stream(seed, "truths/groups"), start)
    spans = windows(sorted({row.last for row in case.asked}), case.origin)
    flows = unexplained_flows(case, compiled, count, chance)
    records, people = [], state.people
    for k, (first, last) in enumerate((*spans, (case.origin + 1, case.origin + case.ahead))):
        if first <= case.origin:
            innovations = chance.standard_normal(normal.shape)
            moved = drift(normal, innovations, last - first + 1, memory_of(compiled, uncertain))
            normal = adjust_populations(compiled, uncertain, state, normal, moved)
            rates = rates_of(compiled, uncertain, normal)
        ways = {"days": (first, last), "seed": 1_000_003 * seed + k, "flows": flows}
        record, state = continue_members(compiled, rates, state, **ways)
        people = state.people.copy() if last == case.origin else people
        records.append(record)
    record = joined(records, axis=1)
    reports, biases = said(known, case.asked, lambda series: daily(compiled, record, series), seed)
    future = ensemble_of(compiled, record, first_day=0).data.isel(date=slice(case.origin + 1, None))
    true = {name: asked.of(compiled, people) for name, asked in case.present.items()}
    true |= {name: ahead_of(future, *asked) for name, asked in case.future.items()}
    true |= {name: normal[:, uncertain.keys.index(key)] for name, key in case.hidden.items()}
    true |= {name: biases[key] for name, key in case.biases.items()}
    return Truths(true, reports)


def unexplained_flows(case: Case, compiled: Compiled, count: int, chance: np.random.Generator) -> Floats:
    """Return the unexplained flow of each day at each counted place, log units of the people present, (m, t, p)."""
    sd = case.stated.parameter("unseen_sd").prior.value
    counted = {row.place for row in case.asked if row.measure is Measure.STOCK}
    flows = np.zeros((count, compiled.scenario.n_days, len(compiled.scenario.places)))
    keep = np.exp(-1 / DRIFT_DAYS)
    for p, place in enumerate(compiled.scenario.places):
        if place.place not in counted:
            continue
        slope = drift_sd(sd) * chance.standard_normal(count)
        for t in range(flows.shape[1]):
            slope = keep * slope + drift_sd(sd) * np.sqrt(1 - keep**2) * chance.standard_normal(count)
            flows[:, t, p] = slope + sd / np.sqrt(MONTH_DAYS) * chance.standard_normal(count)
    return flows


def ahead_of(future: xr.Dataset, measure: str, place: str, ahead: int) -> Floats:
    """Return people present some days ahead, or arrivals in all days up to then, for each member."""
    days = future[measure].sel(place=place).to_numpy()[:, :ahead]
    found: Floats = days.sum(1) if measure == "arrivals" else days[:, -1]
    return found


def said(
    stated: Scenario, asked: Sequence[Asked], history: Callable[[ObservedSeries], Floats], seed: int
) -> tuple[tuple[Observations, ...], dict[tuple[str, str], Floats]]:
    """Return what sources say of each truth, with their biases and errors; and these biases."""
    blank = [figure(stated, row) for row in asked]
    reporting = reporting_of(stated, blank)
    truth = [history(reporting.series[row.series])[:, row.first : row.last + 1].sum(1) for row in reporting.reports]
    chance = stream(seed, "truths/said")
    found, biases = [], []
    for m in range(truth[0].size):
        bias = reporting.bias_sd * chance.standard_normal(reporting.bias_sd.size)
        biases.append(bias)
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
    return tuple(found), dict(zip(reporting.biases, np.array(biases).T, strict=True))


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


def learnt(case: Case, reports: Observations, *, draws: int, seed: int) -> Posterior:
    """Return what is believed on the last day after inference from the reports."""
    return calibrate(case.stated, reports, as_of=case.as_of, draws=draws, seed=seed)


def believed(case: Case, posterior: Posterior, *, reports: Observations | None = None, seed: int) -> dict[str, Floats]:
    """Return the draws of each question; with the reports, futures are those of the combination that a user gets."""
    found = {name: asked.of(posterior.compiled, posterior.end_state.people) for name, asked in case.present.items()}
    ways = {"horizon_days": case.ahead, "members": posterior.draws, "seed": seed}
    later = forecast(case.stated, posterior, reports, **ways)
    found |= {name: ahead_of(later.samples, *asked) for name, asked in case.future.items()}
    found |= {name: posterior.normal[:, posterior.uncertain.keys.index(key)] for name, key in case.hidden.items()}
    found |= {name: posterior.bias[:, posterior.reporting.biases.index(key)] for name, key in case.biases.items()}
    return found


def rank(draws: Floats, truth: float) -> float:
    """Return the share of draws below the truth, between 0 and 1; ties count half."""
    return float((draws < truth).mean() + 0.5 * (draws == truth).mean())
