"""The positions of a lattice by their numbers, and the tables of where people go from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.network.positions import FREE, Rest
from corridor.engine.program import CARRIED, FORGOTTEN, STINT_STEPS, Table
from verification.expected.lattice import At, Lattice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.network.layout import Layout
    from verification.expected.lattice import Target


def _table(ints: str, floats: str = "", flags: str = "") -> np.dtype[np.void]:
    kinds = ((ints, np.int64), (floats, np.float64), (flags, np.bool_))
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()], align=True)


NODE = _table("place path first_hop last_hop stay drop", "moved", "is_under_way")
"""A place at a part of the day, in order of the parts. Path that people there are bound to, -1 is
free to choose; hops follow the paths of the place. Slots of those who stay, and of those who stay
and forget their path, with a recent-travel index of 0. Travel of the day in steps of the index, and
whether people are under way, so that they may go on for having travelled little lately."""

HOP = _table("cell slot slow_cell slow_slot", "moved slow_moved")
"""Cell reached today, or else slot on the way where the day ends; the same on a slow day; -1 is none.
Travel of the day in steps of the index, where the day ends; -1 leaves the index as it is."""

ROAD = _table("slot route cell next shut_cell shut_slot slow_cell slow_next", "moved shut_moved slow_moved")
"""A slot on the way; cell or slot reached on the next day, the same if the route is shut, and on a
slow day; -1 is none. Travel of the day as in HOP; -2 sets the index to 0."""

RESTER = _table("slot cell kinds")
"""A slot of people who may move on in the morning, the cell that they do so from, and how many values of the
recent-travel index are told apart there."""


class Day(NamedTuple):
    """Every position of a day, and where people go from there; a node has a cell for each value of the index."""

    node: Table
    hop: Table
    road: Table
    rester: Table


def day_of(layout: Layout) -> Day:
    """Return every position of a day on a layout, with the slots of the layout."""
    lattice = Lattice(layout.tables.ground)
    for rest in layout.tables.rests:
        lattice.begin(rest)
    lattice.follow()
    index = PositionIndex(lattice, layout)
    nodes, hops = index.nodes_and_hops()
    return Day(nodes, hops, index.roads(), index.resters(layout.network.place.new.tolist()))


class PositionIndex:
    """The positions of a lattice by their numbers, and the tables of where people go from there.

    Nodes at which the same can happen, whatever is left of the day, are one: what people do there
    and where each path leads decides, seen from the end of the day.

    Each position has as many slots, or cells during the day, as there are values of the recent-travel index
    (`kinds`); the first stands for an index of 0, and the tables name that one.
    """

    def __init__(self, lattice: Lattice, layout: Layout) -> None:
        self.lattice = lattice
        self.rests, self.road = layout.tables.rests, layout.tables.roads
        self.ground = lattice.ground
        self.kinds = layout.tables.kinds
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
        for on in self.road:
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


def _hop(by_day: tuple[int, int, float], slow: tuple[int, int, float]) -> tuple[int | float, ...]:
    return (*by_day[:2], *slow[:2], by_day[2], slow[2])


def _rows(kind: np.dtype[np.void], rows: Sequence[tuple[int | float | bool, ...]]) -> Table:
    """Return a table from its rows."""
    return np.array(list(rows), dtype=kind).view(np.recarray)
