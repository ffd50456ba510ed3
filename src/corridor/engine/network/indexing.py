"""The positions of a lattice by their numbers, and the tables of where people go from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.day_lattice import FREE, At, On, Rest
from corridor.engine.program import EN_ROUTE, HOP, NODE, RESTER, ROAD, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.engine.network.day_lattice import Ground, Lattice


@dataclass
class Slots:
    """Slots being handed out, each with its place and its class of exposure."""

    place: list[int] = field(default_factory=list)
    exposure: list[int] = field(default_factory=list)
    queued: list[bool] = field(default_factory=list)

    def add(self, place: int, exposure: int, *, queued: bool = False) -> int:
        """Hand out one slot."""
        self.place.append(place)
        self.exposure.append(exposure)
        self.queued.append(queued)
        return len(self.place) - 1


class PositionIndex:
    """The positions of a lattice by their numbers, and the tables of where people go from there.

    Nodes at which the same can happen, whatever is left of the day, are one: what people do there
    and where each path leads decides, seen from the end of the day.
    """

    def __init__(self, lattice: Lattice, rests: Mapping[Rest, int], slots: Slots, ground: Ground) -> None:
        self.lattice = lattice
        self.rests = rests
        self.ground = ground
        # Later parts of a route first, and those who have turned back before all others: nobody moves twice.
        self.on_road = sorted(lattice.roads, key=lambda on: (not on.turned_back, on.path, -on.offset, on))
        self.road = {on: slots.add(self._leads_to(on), EN_ROUTE) for on in self.on_road}
        representatives = self._representatives()
        # The latest of equal nodes represents all of them, so that hops lead onwards.
        self.order = sorted(set(representatives.values()))
        index = {at: n for n, at in enumerate(self.order)}
        self.node = {at: index[one] for at, one in representatives.items()}

    def _representatives(self) -> dict[At, At]:
        """Return for each node the one that stands for it."""
        representative: dict[At, At] = {}
        kinds: dict[tuple[object, ...], At] = {}
        for at in sorted(self.lattice.nodes, reverse=True):
            hops = tuple(tuple(representative.get(to, to) for to in pair) for pair in self.lattice.nodes[at])  # type: ignore[arg-type]
            is_morning = at.used == 0
            kind = (at.place, at.path, self.lattice.stay(at), self.lattice.keeps_going(at), is_morning, hops)
            representative[at] = kinds.setdefault(kind, at)
        return representative

    def _leads_to(self, on: On) -> int:
        path = self.ground.paths.rows[on.path]
        return self.ground.origins[path.routes[0]] if on.turned_back else path.places[0]

    def _pair(self, position: At | On | None) -> tuple[int, int]:
        """Return a position as a node and a slot, one of which is none."""
        if position is None:
            return -1, -1
        return (self.node[position], -1) if isinstance(position, At) else (-1, self.road[position])

    def nodes_and_hops(self) -> tuple[Table, Table]:
        """Return the nodes in order of the day, and the hops from each."""
        first_path = self.ground.paths.first
        nodes: list[tuple[int | bool, ...]] = []
        hops: list[tuple[int, ...]] = []
        for at in self.order:
            targets = self.lattice.nodes[at]
            begin = len(hops) if at.path == FREE else len(hops) - (at.path - first_path[at.place])
            hops += [(*self._pair(by_day), *self._pair(slow)) for by_day, slow in targets]
            end = begin if not targets else len(hops)
            stay, drop = self.rests[self.lattice.stay(at)], self.rests[self.lattice.drop(at)]
            nodes.append((at.place, at.path, begin, end, stay, drop, self.lattice.keeps_going(at)))
        return _rows(NODE, nodes), _rows(HOP, hops)

    def roads(self) -> Table:
        """Return where people on the way are next, in the order in which they move."""
        rows = []
        for on in self.on_road:
            ahead, shut, slow = self.lattice.roads[on]
            route = self.ground.paths.rows[on.path].routes[0]
            back = self._pair(shut) if shut is not None else (-1, self.rests[Rest(self.ground.origins[route])])
            back = self._pair(ahead) if on.turned_back else back
            rows.append((self.road[on], route, *self._pair(ahead), *back, *self._pair(slow)))
        return _rows(ROAD, rows)

    def resters(self, new: Sequence[int]) -> Table:
        """Return the slots of those who may move on, those with the least recent travel first."""
        order = sorted(self.rests, key=lambda rest: (rest.recent, rest))
        rows = [(self.rests[rest], self.node[At(0, *rest)]) for rest in order]
        rows += [(s, self.node[At(0, p)]) for p, s in enumerate(new) if s >= 0]
        return _rows(RESTER, [row for row in rows if self._moves(row[1])])

    def _moves(self, n: int) -> bool:
        return bool(self.lattice.nodes[self.order[n]]) or self.ground.settings.minds_stints


def _rows(kind: np.dtype[np.void], rows: Sequence[tuple[int | bool, ...]]) -> Table:
    """Return a table from its rows."""
    return np.array(list(rows), dtype=kind).view(np.recarray)
