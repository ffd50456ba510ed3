"""The paths to camps where people choose by the whole of a path: the shortest that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridor.engine.network.paths import TravelPath, TravelPaths, following
from corridor.scenario.events import EventKind

if TYPE_CHECKING:
    from corridor.engine.network.active_events import ActiveEvents
    from corridor.engine.program import Bools, Floats, Ints

_NOWHERE = -1
_LEAST_KM = 1e-9


def whole_paths(active_events: ActiveEvents) -> TravelPaths:
    """Return the shortest paths from each place to each camp, for every state that the roads are ever in.

    A state is which routes are open, how many km each counts for, because it leads into fighting or not,
    and which places are besieged: paths enter no siege. People under siege have one path more for each
    route out, because they may not be free to take the shortest. Single routes on which people are
    relocated are there as well.
    """
    search = _Search(active_events)
    for state in search.states():
        search.add_shortest(state)
    for r in search.relocating():
        search.add((r,))
    rows: list[TravelPath] = []
    first = [0]
    for legs_of_place in search.legs:
        rows += [search.path(legs) for legs in legs_of_place]
        first.append(len(rows))
    return TravelPaths(tuple(rows), tuple(first), following(rows))


class _State(NamedTuple):
    """Which routes are open and how long each counts, (r,), and which places are besieged, (p,)."""

    is_open: Bools
    km: Floats
    besieged: Bools


class _Search:
    """Gathers the paths from each place, none twice, in the order of the states that they belong to."""

    def __init__(self, active_events: ActiveEvents) -> None:
        self.active_events = active_events
        self.ends: Ints = active_events.ends
        self.km: Floats = np.array([route.distance_km for route in active_events.routes], dtype=np.float64)
        self.camps = np.flatnonzero(active_events.is_camp).tolist()
        self.legs: list[dict[tuple[int, ...], None]] = [{} for _ in active_events.place]

    def states(self) -> list[_State]:
        """Return the states of the roads, each once."""
        detour = self.active_events.settings.conflict_detour
        states: dict[bytes, _State] = {}
        for _, _, of in self.active_events.periods:
            fights = (self.active_events.fighting(of) > 0)[self.ends[:, 1]]
            km = np.where(fights, detour * self.km, self.km)
            state = _State(self.active_events.open_routes(of), km, self.active_events.where(of[EventKind.SIEGE]))
            states.setdefault(b"".join(part.tobytes() for part in state), state)
        return list(states.values())

    def relocating(self) -> list[int]:
        """Return the routes on which people are ever relocated."""
        of = self.active_events.by_kind(self.active_events.scenario.events)
        named: set[str] = {event.subject for event in of[EventKind.RELOCATION] if event.subject}
        return sorted(r for route, r in self.active_events.directed.items() if route in named)

    def add(self, legs: tuple[int, ...]) -> None:
        """Add a path."""
        self.legs[int(self.ends[legs[0], 0])][legs] = None

    def path(self, legs: tuple[int, ...]) -> TravelPath:
        """Return a path by its routes."""
        return TravelPath(legs, tuple(self.ends[list(legs), 1].tolist()), float(sum(self.km[r] for r in legs)))

    def add_shortest(self, state: _State) -> None:
        """Add the shortest paths of a state, and for people under siege the shortest of each route out."""
        usable = np.flatnonzero(state.is_open & ~state.besieged[self.ends[:, 1]])
        onward = self._onward(usable, state.km)
        for next_route in onward:
            for p in range(len(self.legs)):
                if next_route[p] != _NOWHERE:
                    self.add(self._legs(p, next_route))
        for r in usable[state.besieged[self.ends[usable, 0]]]:
            end = int(self.ends[r, 1])
            for camp, next_route in zip(self.camps, onward, strict=True):
                if end == camp or next_route[end] != _NOWHERE:
                    self.add((int(r), *self._legs(end, next_route)))

    def _legs(self, p: int, next_route: Ints) -> tuple[int, ...]:
        legs: list[int] = []
        while next_route[p] != _NOWHERE:
            legs.append(int(next_route[p]))
            p = int(self.ends[legs[-1], 1])
        return tuple(legs)

    def _onward(self, usable: Ints, km: Floats) -> list[Ints]:
        """Return for each camp the route that the shortest path to it begins with at each place."""
        size = len(self.legs)
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
