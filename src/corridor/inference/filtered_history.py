"""The filtered past: quantiles over all particles for each day, given the reports up to the end of its window.

The particles that survive to the last day share few ancestors in the distant past, so that their
own histories would look far too certain. Each window is therefore summarised when it has been fitted,
over all particles of that time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.run.ensemble import MEASURED_BY_PLACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Floats, Ints, Record
    from corridor.scenario.observations import Observation
    from corridor.scenario.scenario import Scenario

PAST_LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
"""Quantile levels that are kept of the fitted past."""

FIT_LEVELS = (0.05, 0.5, 0.95)
"""Quantile levels of the fitted value of a report."""


class Fit(NamedTuple):
    """The fitted value of what a report counts, given the reports up to it."""

    observation: Observation
    p05: float
    p50: float
    p95: float


Past = dict[str, "Floats"]
"""Quantiles by target, each (level, t, p + 1); the last is a sum: of stocks over all places but
towns, of everything else over all places."""


def under_five_groups(scenario: Scenario) -> list[int]:
    """Return the groups of children under five."""
    return [g for g, group in enumerate(scenario.groups) if group.is_under_five]


def site_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the sites: their sum is the people in sites and camps."""
    return tuple(place.place for place in scenario.places if place.kind.is_site)


def past_of(record: Record, arrived: Ints, died: Ints, scenario: Scenario) -> Past:
    """Return quantiles of a window of days.

    Parameters
    ----------
    record
        The days of every particle.
    arrived, died
        Shapes (m, p) and (m, p, g): arrivals and deaths up to the day before.
    scenario
        What the indices mean.
    """
    young = under_five_groups(scenario)
    days = {name: record.place[name] for name in MEASURED_BY_PLACE}
    days |= {name: record.group[name].sum(3) for name in record.group.dtype.names or ()}
    deaths = died[:, None] + record.group["deaths"].cumsum(1)
    days["cumulative_arrivals"] = arrived[:, None] + days["arrivals"].cumsum(1)
    days["cumulative_deaths"] = deaths.sum(3)
    if young:
        days["stock_under_five"] = record.group["stock"][..., young].sum(3)
        days["cumulative_deaths_under_five"] = deaths[..., young].sum(3)
    every = list(range(len(scenario.places)))
    sites = [p for p in every if scenario.places[p].place in site_names(scenario)]
    summed = {name: sites if name.startswith("stock") else every for name in days}
    return {name: _quantiles(values, summed[name]) for name, values in days.items()}


def _quantiles(values: Ints, summed: Sequence[int]) -> Floats:
    with_sum = np.concatenate([values, values[..., summed].sum(2, keepdims=True)], axis=2)
    quantiles: Floats = np.quantile(with_sum, PAST_LEVELS, axis=0)
    return quantiles


def joined_past(windows: Sequence[Past]) -> Past:
    """Return the quantiles of all days, from those of windows in order."""
    return {name: np.concatenate([past[name] for past in windows], axis=1) for name in windows[0]}
