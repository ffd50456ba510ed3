"""How many people set out each day, where the reports of the camps are taken to say so.

This is how Flee is driven: the people of all camps together, read off the reports and interpolated
between their days, grow by so many a day, and so many set out. It knows the future, so that it
serves to compare where people go, never to forecast.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.simulate import simulate_compiled
from corridor.scenario.events import EventKind
from corridor.scenario.interpolation import value_on
from corridor.scenario.observations import Measure, Use
from corridor.scenario.presets import Preset
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Floats, Ints
    from corridor.engine.run.ensemble import Ensemble
    from corridor.engine.run.simulate import Progress
    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.scenario import Scenario

_ENOUGH = 1
"""People below which Flee corrects nothing, because it would divide by next to nothing."""


@dataclass(frozen=True)
class PrescribedTotals:
    """People setting out and people in camps on every day, as prescribed by the reports of the camps.

    Attributes
    ----------
    set_out
        Shape (t,): people who set out.
    places
        Camps that are scored: those with reports in use.
    counts
        Shape (t, place): people, interpolated between reports.
    """

    set_out: Ints
    places: tuple[str, ...]
    counts: Ints


def prescribed_totals(scenario: Scenario, observations: Observations) -> PrescribedTotals:
    """Return how many people set out each day, and the counts that a simulation is scored by.

    Parameters
    ----------
    scenario
        The calendar; the preset decides what counts as the total: Flee 3.1 takes the reports of all
        camps together, Flee's newest and Corridor's own law add up the camps. A day on which the
        total falls is made up for before anybody else sets out.
    observations
        Reports of people present, of one camp or of several together.
    """
    stock = [row for row in observations if row.measure is Measure.STOCK and row.people is not None]
    singles = {row.place for row in stock if len(row.places) == 1}
    camps = [place.place for place in scenario.places if place.place in singles]
    series = {place: _corrected(scenario, place, [r for r in stock if r.place == place]) for place in camps}
    summed = [_daily(scenario, rows) for rows in series.values()]
    joint = [row for row in stock if len(row.places) > 1]
    if scenario.preset is Preset.FLEE_3_1 and joint:
        summed = [_daily(scenario, [(row.date, row.people or 0.0) for row in joint])]
    used = {row.place for row in stock if row.use is not Use.IGNORE}
    scored = [p for p in camps if p in used and scenario.place(p).kind.is_final]
    counts = np.array([_daily(scenario, series[place]) for place in scored]).reshape(len(scored), scenario.n_days).T
    total = np.sum(summed, 0) if summed else np.zeros(scenario.n_days, dtype=np.int64)
    inside = sum(place.population or 0 for place in scenario.places if place.kind.is_final)
    return PrescribedTotals(_set_out(total, starts_inside=inside > 0 or total[0] == 0), tuple(scored), counts)


def simulate_prescribed(
    scenario: Scenario,
    observations: Observations | None,
    *,
    members: int = 1000,
    seed: int,
    workers: int = 1,
    progress: Progress = None,
) -> Ensemble:
    """Simulate with as many people setting out each day as the reports of the camps grew by.

    Parameters
    ----------
    scenario
        What the user wrote.
    observations
        All reports, later ones included: the future is known. None leaves it to the fighting.
    members, seed, workers, progress
        As in :func:`corridor.simulate`.
    """
    set_out = None if observations is None else prescribed_totals(scenario, observations).set_out.tolist()
    compiled = compile_scenario(scenario, set_out)
    return simulate_compiled(compiled, members=members, seed=seed, workers=workers, progress=progress)


def _corrected(scenario: Scenario, place: str, rows: Sequence[Observation]) -> list[tuple[dt.date, float]]:
    """Return a series in the order of its table, with what came before each verification scaled to it."""
    corrected = [(row.date, row.people or 0.0) for row in rows]
    for event in scenario.events:
        if event.kind is not EventKind.VERIFICATION or event.subject != place:
            continue
        at = next((i for i, (day, _) in enumerate(corrected) if day == event.start), 0)
        if at > 0 and corrected[at - 1][1] >= _ENOUGH:
            factor = corrected[at][1] / corrected[at - 1][1]
            corrected = [(day, n * factor) for day, n in corrected[:at]] + corrected[at:]
    return corrected


def _daily(scenario: Scenario, rows: Sequence[tuple[dt.date, float]]) -> Ints:
    """Return a series, in the order of its table, for every day: whole people."""
    days = [day_of(day, scenario.start) for day, _ in rows]
    people = [count for _, count in rows]
    return np.array([value_on(days, people, t) for t in range(scenario.n_days)], dtype=np.int64)


def _set_out(total: Ints, *, starts_inside: bool) -> Ints:
    """Return how many set out each day; whoever leaves the camps is owed before anybody sets out."""
    change = np.diff(total, prepend=total[0] if starts_inside else 0)
    setting_out, owed = np.zeros_like(total), 0
    for t, more in enumerate(change):
        new = int(more) - owed
        owed = max(0, -new)
        setting_out[t] = max(0, new)
    return setting_out


def relative_difference(simulated: Floats, reported: Floats, *, rescaled: bool) -> Floats:
    """Return Flee's relative difference of each day, shape (…, t).

    ``sum |S - D| / max(sum D, 1)`` over camps, differences rounded to four decimals; rescaled, the
    simulated people of a day are first made as many as the reported ones.

    Parameters
    ----------
    simulated, reported
        Shapes (…, t, place) and (t, place), people.
    rescaled
        Whether only the split over camps counts.
    """
    total = reported.sum(-1)
    if rescaled:
        simulated_total = simulated.sum(-1)
        factor = np.divide(
            total,
            simulated_total,
            out=np.zeros(np.broadcast_shapes(total.shape, simulated_total.shape)),
            where=simulated_total > 0,
        )
        simulated = simulated * factor[..., None]
    difference: Floats = np.round(np.abs(simulated - reported), 4).sum(-1) / np.maximum(total, 1)
    return difference
