"""The ways to camps where people choose by the whole of a way: the shortest that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridor.engine.network.active_events import Register
from corridor.engine.network.paths import Way, Ways, following
from corridor.engine.network.travel_rules import fixed_value
from corridor.scenario.events import EventKind
from corridor.scenario.timeline import periods

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Bools, Floats, Ints
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

_NOWHERE = -1
_LEAST_KM = 1e-9


def whole_ways(scenario: Scenario, routes: Sequence[Route]) -> Ways:
    """Return the shortest ways from each place to each camp, for every state that the roads are ever in.

    A state is which routes are open, how many km each counts for, because it leads into fighting or not,
    and which places are besieged: ways enter no siege. People under
    siege have one way more for each route out, because they may not be free to take the shortest.
    Single routes on which people are relocated are there as well.
    """
    search = _Search(scenario, routes)
    for state in search.states():
        search.add_shortest(state)
    for r in search.relocating():
        search.keep((r,))
    rows: list[Way] = []
    first = [0]
    for found in search.found:
        rows += [search.way(legs) for legs in found]
        first.append(len(rows))
    return Ways(tuple(rows), tuple(first), following(rows))


class _State(NamedTuple):
    """Which routes are open and how long each counts, (r,), and which places are besieged, (p,)."""

    is_open: Bools
    km: Floats
    besieged: Bools


class _Search:
    """Gathers the ways from each place, none twice, in the order in which they are found."""

    def __init__(self, scenario: Scenario, routes: Sequence[Route]) -> None:
        self.scenario = scenario
        self.register = Register(scenario, routes)
        self.ends: Ints = self.register.ends
        self.km: Floats = np.array([route.distance_km for route in routes], dtype=np.float64)
        self.camps = [p for p, place in enumerate(scenario.places) if place.kind.is_final]
        self.found: list[dict[tuple[int, ...], None]] = [{} for _ in scenario.places]

    def states(self) -> list[_State]:
        """Return the states of the roads, each once."""
        detour = fixed_value(self.scenario, "conflict_detour")
        found: dict[bytes, _State] = {}
        for period in periods(self.scenario):
            of = self.register.by_kind(period.events)
            fights = (self.register.fighting(of) > 0)[self.ends[:, 1]]
            km = np.where(fights, detour * self.km, self.km)
            state = _State(self.register.open_routes(of), km, self.register.where(of[EventKind.SIEGE]))
            found.setdefault(b"".join(part.tobytes() for part in state), state)
        return list(found.values())

    def relocating(self) -> list[int]:
        """Return the routes on which people are ever relocated."""
        of = self.register.by_kind(self.scenario.events)
        named: set[str] = {event.subject for event in of[EventKind.RELOCATION] if event.subject}
        return sorted(r for route, r in self.register.directed.items() if route in named)

    def keep(self, legs: tuple[int, ...]) -> None:
        """Add a way."""
        self.found[int(self.ends[legs[0], 0])][legs] = None

    def way(self, legs: tuple[int, ...]) -> Way:
        """Return a way by its routes."""
        return Way(legs, tuple(self.ends[list(legs), 1].tolist()), float(sum(self.km[r] for r in legs)))

    def add_shortest(self, state: _State) -> None:
        """Add the shortest ways of a state, and for people under siege the shortest of each route out."""
        usable = np.flatnonzero(state.is_open & ~state.besieged[self.ends[:, 1]])
        onward = self._onward(usable, state.km)
        for next_route in onward:
            for p in range(len(self.found)):
                if next_route[p] != _NOWHERE:
                    self.keep(self._legs(p, next_route))
        for r in usable[state.besieged[self.ends[usable, 0]]]:
            end = int(self.ends[r, 1])
            for camp, next_route in zip(self.camps, onward, strict=True):
                if end == camp or next_route[end] != _NOWHERE:
                    self.keep((int(r), *self._legs(end, next_route)))

    def _legs(self, p: int, next_route: Ints) -> tuple[int, ...]:
        legs: list[int] = []
        while next_route[p] != _NOWHERE:
            legs.append(int(next_route[p]))
            p = int(self.ends[legs[-1], 1])
        return tuple(legs)

    def _onward(self, usable: Ints, km: Floats) -> list[Ints]:
        """Return for each camp the route that the shortest way to it begins with at each place."""
        size = len(self.found)
        best: dict[tuple[int, int], int] = {}
        for r in usable[np.argsort(km[usable], kind="stable")].tolist():
            best.setdefault((int(self.ends[r, 1]), int(self.ends[r, 0])), r)
        if not best or not self.camps:
            return [np.full(size, _NOWHERE) for _ in self.camps]
        at = np.array(list(best), dtype=np.int64).T
        length = np.maximum(km[list(best.values())], _LEAST_KM)
        graph = csr_array((length, (at[0], at[1])), shape=(size, size))
        _, before = dijkstra(graph, indices=self.camps, return_predecessors=True)
        return [
            np.array([best.get((int(b), p), _NOWHERE) if b >= 0 else _NOWHERE for p, b in enumerate(row)])
            for row in before
        ]
