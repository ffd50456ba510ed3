"""The positions of a lattice by their numbers, and the tables of where people go from there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.day_lattice import FREE, At, Rest
from corridor.engine.program import CARRIED, EN_ROUTE, FORGOTTEN, HOP, NODE, RESTER, ROAD, STINT_STEPS, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.engine.network.day_lattice import Lattice, On, Target


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

    def add_block(self, place: int, exposure: int, size: int) -> int:
        """Hand out slots that follow each other; return the first."""
        first, *_ = [self.add(place, exposure) for _ in range(size)]
        return first


class PositionIndex:
    """The positions of a lattice by their numbers, and the tables of where people go from there.

    Nodes at which the same can happen, whatever is left of the day, are one: what people do there
    and where each path leads decides, seen from the end of the day.

    Each position has as many slots, or cells during the day, as there are values of the recent-travel index
    (`kinds`); the first stands for an index of 0, and the tables name that one.
    """

    def __init__(self, lattice: Lattice, rests: Mapping[Rest, int], slots: Slots) -> None:
        self.lattice = lattice
        self.rests = rests
        self.ground = lattice.ground
        self.kinds = kinds_of(lattice)
        # Later parts of a route first, and those who have turned back before all others: nobody moves twice.
        self.on_road = sorted(lattice.roads, key=lambda on: (not on.turned_back, on.path, -on.offset, on))
        self.road = {on: slots.add_block(self._leads_to(on), EN_ROUTE, self.kinds) for on in self.on_road}
        representatives = self._representatives()
        # The latest of equal nodes represents all of them, so that hops lead onwards.
        self.order = sorted(set(representatives.values()))
        index = {at: n for n, at in enumerate(self.order)}
        self.node = {at: index[one] * self.kinds for at, one in representatives.items()}

    def _representatives(self) -> dict[At, At]:
        """Return for each node the one that stands for it."""
        lattice = self.lattice
        representative: dict[At, At] = {}
        kinds: dict[tuple[object, ...], At] = {}
        for at in sorted(lattice.nodes, reverse=True):
            hops = tuple(
                tuple(None if to is None else (representative.get(to.position, to.position), to.moved) for to in pair)  # type: ignore[arg-type]
                for pair in lattice.nodes[at]
            )
            is_morning = at.used == 0
            kind = (at.place, at.path, lattice.stay(at), lattice.moved(at), lattice.is_under_way(at), is_morning, hops)
            representative[at] = kinds.setdefault(kind, at)
        return representative

    def _leads_to(self, on: On) -> int:
        path = self.ground.paths.rows[on.path]
        return self.ground.origins[path.routes[0]] if on.turned_back else path.places[0]

    def _target(self, target: Target | None) -> tuple[int, int, float]:
        """Return a target as a cell and a slot, one of which is none, and the recent travel of the day."""
        if target is None:
            return -1, -1, CARRIED
        position, moved = target.position, self._share_of_day(target.moved)
        return (self.node[position], -1, moved) if isinstance(position, At) else (-1, self.road[position], moved)

    def _share_of_day(self, moved: int) -> float:
        """Return a distance in steps of the recent-travel index; what is no distance as it is."""
        return STINT_STEPS * moved / self.ground.clock.day if moved >= 0 else moved

    def nodes_and_hops(self) -> tuple[Table, Table]:
        """Return the nodes in order of the day, and the hops from each."""
        first_path = self.ground.paths.first
        nodes: list[tuple[int | float | bool, ...]] = []
        hops: list[tuple[int | float, ...]] = []
        for at in self.order:
            targets = self.lattice.nodes[at]
            begin = len(hops) if at.path == FREE else len(hops) - (at.path - first_path[at.place])
            hops += [_hop(self._target(by_day), self._target(slow)) for by_day, slow in targets]
            end = begin if not targets else len(hops)
            stay, drop = self.rests[self.lattice.stay(at)], self.rests[self.lattice.drop(at)]
            moved = self._share_of_day(self.lattice.moved(at))
            nodes.append((at.place, at.path, begin, end, stay, drop, moved, self.lattice.is_under_way(at)))
        return _rows(NODE, nodes), _rows(HOP, hops)

    def roads(self) -> Table:
        """Return where people on the way are next, in the order in which they move."""
        rows = []
        for on in self.on_road:
            ahead, shut, slow = self.lattice.roads[on]
            route = self.ground.paths.rows[on.path].routes[0]
            back = self._target(shut) if shut else (-1, self.rests[Rest(self.ground.origins[route])], FORGOTTEN)
            targets = (self._target(ahead), self._target(ahead) if on.turned_back else back, self._target(slow))
            columns = [column for cell, slot, _ in targets for column in (cell, slot)]
            rows.append((self.road[on], route, *columns, *(moved for *_, moved in targets)))
        return _rows(ROAD, rows)

    def resters(self, new: Sequence[int]) -> Table:
        """Return the slots of those who may move on, in the order in which they do for an equal index."""
        rows = [(self.rests[rest], self.node[At(0, *rest)], self.kinds) for rest in sorted(self.rests)]
        rows += [(s, self.node[At(0, p)], 1) for p, s in enumerate(new) if s >= 0]
        return _rows(RESTER, [row for row in rows if self._moves(row[1] // self.kinds)])

    def _moves(self, n: int) -> bool:
        return bool(self.lattice.nodes[self.order[n]]) or self.ground.settings.minds_stints


def kinds_of(lattice: Lattice) -> int:
    """Return how many values the recent-travel index can have: those from 0 to the most that anybody moves in a day."""
    ends = [to.moved for pairs in lattice.nodes.values() for pair in pairs for to in pair if to]
    ends += [to.moved for targets in lattice.roads.values() for to in targets if to]
    ends += [lattice.moved(at) for at in lattice.nodes]
    most = max(ends, default=0)
    return 1 + math.ceil(STINT_STEPS * most / lattice.ground.clock.day) if most > 0 else 1


def _hop(by_day: tuple[int, int, float], slow: tuple[int, int, float]) -> tuple[int | float, ...]:
    return (*by_day[:2], *slow[:2], by_day[2], slow[2])


def _rows(kind: np.dtype[np.void], rows: Sequence[tuple[int | float | bool, ...]]) -> Table:
    """Return a table from its rows."""
    return np.array(list(rows), dtype=kind).view(np.recarray)
