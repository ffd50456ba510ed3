"""The slow drift of parameters, and the hidden populations that change with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.rates import prior_values
from corridor.engine.settings import fixed_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.compile.rates import Uncertain
    from corridor.engine.program import Floats, Ints, State


def memory_of(compiled: Compiled, uncertain: Uncertain) -> Floats:
    """Return how many days each uncertain parameter remembers; hidden populations have their own."""
    names = ["population_days" if p.name == "population" else "parameter_days" for p in uncertain.parameters]
    return np.array([fixed_value(compiled.scenario, name) for name in names])


def drift(normal: Floats, innovations: Floats, days: int, memory_days: Floats) -> Floats:
    """Return parameters after some days of slow drift.

    ``x' = a x + sqrt(1 - a**2) z`` with ``a = exp(-days / memory_days)``: an Ornstein-Uhlenbeck
    process whose long-run law is the prior, standard normal.

    Parameters
    ----------
    normal, innovations
        Shape (m, parameter), standard normal.
    days, memory_days
        How long they drift, and how long each parameter remembers.
    """
    keep: Floats = np.exp(-days / memory_days)
    fresh: Floats = np.sqrt(1 - keep**2)
    return keep * normal + fresh * innovations


def adjust_populations(compiled: Compiled, uncertain: Uncertain, state: State, before: Floats, moved: Floats) -> Floats:
    """Make the state follow the drifted sizes of hidden populations; return the parameters.

    Who has left stays out: the difference is made up among those still there, in the state that is
    changed in place. Where too few are left for that, the particle keeps its size.
    """
    normal = moved.copy()
    for j, slot in _hidden(compiled, uncertain):
        cells = state.people[:, slot, :]
        old, new = (_size(uncertain, x, j) for x in (before, moved))
        change = new - old
        possible = cells.sum(1) + change >= 0
        normal[~possible, j] = before[~possible, j]
        change[~possible] = 0
        state.tally.joined[:] += change
        spread_change(cells, change, compiled.program.network.share)
    return normal


def gone_from_hidden(compiled: Compiled, uncertain: Uncertain, state: State, normal: Floats) -> Floats:
    """Return by how many people each hidden population has shrunk since it began, (m, population).

    Parameters
    ----------
    compiled
        What the indices mean.
    uncertain
        The parameters.
    state
        Where everybody is.
    normal
        The parameters, (m, parameter).
    """
    columns = [
        _size(uncertain, normal, j) - state.people[:, slot, :].sum(1) for j, slot in _hidden(compiled, uncertain)
    ]
    return np.column_stack([np.zeros((normal.shape[0], 0)), *columns])


def _hidden(compiled: Compiled, uncertain: Uncertain) -> Iterator[tuple[int, int]]:
    """Yield the index of the size of each hidden population among the parameters, and the slot that it begins in."""
    index = compiled.scenario.place_index
    for j, parameter in enumerate(uncertain.parameters):
        if parameter.name == "population" and parameter.subject is not None:
            yield j, compiled.layout.begins[index[parameter.subject]]


def _size(uncertain: Uncertain, normal: Floats, j: int) -> Ints:
    """Return the size of a hidden population of each particle, people, (m,)."""
    return np.rint(prior_values(uncertain.parameters[j], normal[:, j])).astype(np.int64)


def spread_change(cells: Ints, change: Ints, share: Floats) -> None:
    """Add people to the cohorts, or take them away, in proportion; the cells change in place."""
    total = cells.sum(1)
    groups = share.size
    pattern = np.zeros(cells.shape)
    pattern[:, :groups] = share / share.sum()
    shrinking = change < 0
    pattern[shrinking] = cells[shrinking] / np.maximum(total[shrinking], 1)[:, None]
    part = np.trunc(pattern * change[:, None]).astype(np.int64)
    cells += part
    rest = change - part.sum(1)
    cells[:, 0] += np.maximum(rest, 0)
    for k in range(cells.shape[1]):
        taken = np.minimum(np.maximum(-rest, 0), cells[:, k])
        cells[:, k] -= taken
        rest += taken
