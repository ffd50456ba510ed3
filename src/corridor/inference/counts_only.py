"""The present of a scenario in which nothing is stated that moves people: the last count of each place stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import Uncertain, rates_of
from corridor.engine.run.members import first_state
from corridor.inference.filtered_history import PAST_LEVELS, Past, site_names
from corridor.inference.observation_model import reporting_of
from corridor.inference.posterior import Posterior
from corridor.inference.report_series import count_series, report_series
from corridor.message import Message, Several, message, several
from corridor.scenario.observations import Measure
from corridor.streams import stream
from corridor.units import day_of

if TYPE_CHECKING:
    from datetime import date

    from corridor.engine.program import Floats
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

NOTE = message(
    "No mechanism was used: the scenario has no routes, events, parameters or alternatives, so nothing in it moves "
    "people. The forecast rests on the reports alone, place by place."
)
"""What a reader of such a forecast must know first."""

_ARRIVALS = (Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS)
_NAMED = 5


def posterior_of_counts(scenario: Scenario, observations: Observations, as_of: date, draws: int) -> Posterior:
    """Return what the counts known on a day say: the last count of each place, and nothing of parameters.

    Parameters
    ----------
    scenario
        One without a mechanism.
    observations
        Reports; those that became known after the day are cut here.
    as_of
        Last day known.
    draws
        Number of draws, all alike.
    """
    known = scenario.known_by(as_of)
    days = day_of(as_of, scenario.start) + 1
    stock = _carried_forward(known, observations.known_by(as_of), days)
    people = [round(count) for count in stock[-1]]
    today = (row.model_copy(update={"population": n}) for row, n in zip(known.places, people, strict=True))
    compiled = compile_scenario(replace(known, places=tuple(today)))
    places, groups = len(known.places), len(known.groups)
    uncertain = Uncertain(())
    rates = rates_of(compiled, uncertain, np.zeros((draws, 0)))
    state = first_state(compiled, rates, stream(0, "counts only"), np.zeros((draws, places)))
    return Posterior(
        compiled=compile_scenario(known),
        as_of=as_of,
        uncertain=uncertain,
        normal=np.zeros((draws, 0)),
        bias=np.zeros((draws, 0)),
        reporting=reporting_of(scenario, ()),
        drift=np.zeros((draws, places)),
        end_state=state,
        arrived=np.zeros((draws, places), dtype=np.int64),
        died=np.zeros((draws, places, groups), dtype=np.int64),
        history=np.zeros((draws, days, 0), dtype=np.float32),
        fits=(),
        past=_past(known, stock),
        effective_sample_size=float(draws),
        particles=0,
        conflicts=(),
        notes=_notes(known, observations.known_by(as_of)),
    )


def uncounted(scenario: Scenario, observations: Observations) -> tuple[str, ...]:
    """Return the places of a scenario without a mechanism in which nobody has counted the people present.

    Parameters
    ----------
    scenario
        One with a mechanism knows of people everywhere, and has none of them.
    observations
        The reports known.
    """
    if scenario.has_mechanism:
        return ()
    counted = count_series(observations, scenario.start)
    return tuple(place.place for place in scenario.places if place.place not in counted and not place.population)


def _notes(scenario: Scenario, observations: Observations) -> tuple[str, ...]:
    """Return what a reader must know: what the forecast rests on, and what is unknown."""
    notes = [NOTE]
    missing = uncounted(scenario, observations)
    unknown = [place.name for place in scenario.places if place.place in missing]
    if unknown:
        names: Several | Message = several(unknown[:_NAMED])
        if len(unknown) > _NAMED:
            names = message("{places} and {count} more", places=several(unknown[:_NAMED]), count=len(unknown) - _NAMED)
        notes.append(
            message(
                "Nobody has counted the people present in {places}: how many they are, and what they need, is unknown.",
                places=names,
            )
        )
    if not any(row.measure in _ARRIVALS for row in observations.to_fit()):
        notes.append(message("No report counts arrivals: they are unknown, and so is what new arrivals need."))
    return tuple(notes)


def _carried_forward(scenario: Scenario, observations: Observations, days: int) -> Floats:
    """Return the people at each place on each day, (t, p): those of day 0, then of the last count."""
    series = report_series(observations, scenario.start)
    stock = np.zeros((days, len(scenario.places)))
    for p, place in enumerate(scenario.places):
        stock[:, p] = place.population or 0
        if place.place in series:
            counts = series[place.place]
            last = np.searchsorted(counts.days, np.arange(days), side="right") - 1
            stock[last >= 0, p] = counts.people[last[last >= 0]]
    return stock


def _past(scenario: Scenario, stock: Floats) -> Past:
    """Return the past as quantiles that are all alike, (level, t, p + 1), with the sum over sites at the end."""
    sites = [place.place in site_names(scenario) for place in scenario.places]
    with_sum = np.concatenate([stock, stock[:, sites].sum(1, keepdims=True)], axis=1)
    return {"stock": np.repeat(with_sum[None], len(PAST_LEVELS), axis=0)}
