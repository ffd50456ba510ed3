"""The positions of the night by their slots, and the tables of where people go from there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.positions import FREE, On, Rest
from corridor.engine.program import (
    CARRIED,
    CLOCK,
    EN_ROUTE,
    ENDED,
    FORGOTTEN,
    HOP,
    REST,
    RESTER,
    ROAD,
    SLOT,
    SLOT_BLOCK,
    STINT_STEPS,
    Table,
    filled_table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from corridor.engine.network.positions import Ground, Positions, Target
    from corridor.engine.program import Ints

FINE_SLOTS = 1 << 18
"""Slots of positions up to which each step of the recent-travel index is a level of its own."""

COARSE = (0, 2, 4, 6, *range(8, 16), *range(16, 32, 2), *range(32, 64, 4), 64, 72, 80, 96)
"""Levels of the recent-travel index in larger networks, in steps, as far as it goes; halved, most are levels again."""

MOST_SPANS = 1 << 20
"""Spans that a day is gone through in at most: a day's travel of a thousand km, by the metre."""


@dataclass
class Slots:
    """Slots being handed out, each with its place and its class of exposure."""

    place: list[int] = field(default_factory=list)
    exposure: list[int] = field(default_factory=list)
    queued: list[bool] = field(default_factory=list)

    def add(self, place: int, exposure: int, *, queued: bool = False) -> int:
        """Hand out one slot."""
        return self.add_block(place, exposure, 1, queued=queued)

    def add_block(self, place: int, exposure: int, size: int, *, queued: bool = False) -> int:
        """Hand out slots that follow each other; return the first."""
        first = len(self.place)
        self.place += [place] * size
        self.exposure += [exposure] * size
        self.queued += [queued] * size
        return first

    def table(self) -> Table:
        """Return all slots."""
        return filled_table(SLOT, {"place": self.place, "exposure": self.exposure, "queued": self.queued})

    def blocks(self) -> Table:
        """Return which slots that follow each other are counted alike."""
        slot = self.table()
        first = np.flatnonzero(np.concatenate([[True], slot[1:] != slot[:-1]]))
        columns = {name: slot[name][first] for name in SLOT.names or ()}
        return filled_table(SLOT_BLOCK, {**columns, "first": first, "last": [*first[1:], slot.size]})


class PositionTables:
    """The positions of the night by their slots, and the tables of where people go from there.

    Each position has as many slots as there are levels of the recent-travel index (`kinds`); the first stands for
    an index of 0, and the tables name that one.

    Attributes
    ----------
    rests, roads
        The first slot of each position, at rest and on the way.
    row
        The row of each position of rest.
    level
        The levels of the recent-travel index, in steps.
    """

    def __init__(self, positions: Positions, rests: Mapping[Rest, int], slots: Slots) -> None:
        self.positions = positions
        self.ground: Ground = positions.ground
        self.level = levels_of(positions)
        self.kinds = len(self.level)
        self.rests = rests
        self.row = {rest: i for i, rest in enumerate(sorted(rests))}
        # Later parts of a route first, and those who have turned back before all others: nobody moves twice.
        order = sorted(positions.roads, key=lambda on: (not on.turned_back, on.path, -on.offset, on))
        self.roads = {on: slots.add_block(self._leads_to(on), EN_ROUTE, self.kinds) for on in order}

    def _leads_to(self, on: On) -> int:
        route = self.ground.route(on.path)
        return self.ground.origins[route] if on.turned_back else self.ground.paths.rows[on.path].places[0]

    def rest(self, queues: Mapping[str, Sequence[int]]) -> Table:
        """Return the positions of rest, in order of places; the queues of places are known by kind of gate.

        Whoever is bound for a place further on passes a camp by.
        """
        passing = queues["pass_queue"]
        arriving = [max(pair) for pair in zip(passing, queues["admit_queue"], strict=True)]
        columns: dict[str, npt.ArrayLike] = {
            "slot": [self.rests[rest] for rest in self.row],
            "place": [rest.place for rest in self.row],
            "path": [rest.path for rest in self.row],
            "drop": [self.row[rest.forgotten()] for rest in self.row],
            "gate": [(arriving if rest.path == FREE else passing)[rest.place] for rest in self.row],
            "walks": [rest.on_foot for rest in self.row],
        }
        return filled_table(REST, columns)

    def hops_and_ways(self) -> tuple[Table, Ints]:
        """Return the first route of each path, and the slots on the way of each, by part of the way."""
        walks = any(rest.on_foot for rest in self.row)
        ways: list[int] = []
        rows = [
            self._hop(o, ways, on_foot=on_foot)
            for on_foot in ((False, True) if walks else (False,))
            for o in range(len(self.ground.paths.rows))
        ]
        return _rows(HOP, rows), np.array(ways, dtype=np.int64)

    def _hop(self, o: int, ways: list[int], *, on_foot: bool) -> tuple[int | bool, ...]:
        pace, slow = self.ground.pace(o, on_foot=on_foot), self.ground.slow_speed(o, on_foot=on_foot)
        first = first_slow = len(ways)
        if self.ground.clock.counts_time:
            offsets = list(range(min(pace.length, self.ground.clock.day + 1)))
        else:
            offsets, first_slow = [pace.speed, slow], first + 1
        ways += [self.roads.get(On(o, offset, on_foot), -1) for offset in offsets]
        end = self.ground.end(o)
        return (
            *(pace.length, pace.speed, first, slow, first_slow, self.row.get(end, -1)),
            not self.ground.ends_at(end),
        )

    def road(self) -> Table:
        """Return where people on the way are next, in the order in which they move."""
        rows = []
        for on, slot in self.roads.items():
            ahead, shut, slow = self.positions.roads[on]
            route = self.ground.route(on.path)
            back = self._target(shut) if shut else (-1, ENDED, self.rests[Rest(self.ground.origins[route])], FORGOTTEN)
            targets = (self._target(ahead), self._target(ahead) if on.turned_back else back, self._target(slow))
            columns = [column for *target, _ in targets for column in target]
            rows.append((slot, route, self.ground.origins[route], *columns, *(moved for *_, moved in targets)))
        return _rows(ROAD, rows)

    def _target(self, target: Target | None) -> tuple[int, int, int, float]:
        """Return a target as a position of rest and part of the day, or else a slot, and the day's recent travel."""
        if target is None:
            return -1, ENDED, -1, CARRIED
        position, moved = target.position, float(target.moved)
        if moved >= 0:
            moved = STINT_STEPS * moved / self.ground.clock.day
        if isinstance(position, On):
            return -1, ENDED, self.roads[position], moved
        return self.row[position], target.used, -1, moved

    def resters(self, new: Sequence[int]) -> Table:
        """Return the slots of those who may move on, in the order in which they do.

        Under Flee's rules those in camps come first. Flee moves people in the order in which they were displaced: those
        who have come to a camp are among the first, and whoever leaves it makes room for those who decide later.
        """
        waits = [self.ground.settings.preset.is_flee and not is_camp for is_camp in self.ground.passes]
        order = sorted(self.rests.items(), key=lambda item: (waits[item[0].place], item))
        rows = [(slot, self.row[rest], self.kinds) for rest, slot in order]
        rows += [(s, self.row[Rest(p)], 1) for p, s in enumerate(new) if s >= 0]
        mind = self.ground.settings.minds_stints
        moves = [mind or len(self.ground.options(rest)) > 0 for rest in self.row]
        return _rows(RESTER, [row for row in rows if moves[row[1]]])

    def level_below(self) -> Ints:
        """Return the level at each step of the recent-travel index, or the next below."""
        return np.searchsorted(self.level, np.arange(self.level[-1] + 1), side="right") - 1

    def clock(self) -> Table:
        """Return how a day is counted."""
        clock = self.ground.clock
        paces = [pace for by_day, walking, _ in self.ground.paces for pace in (by_day, walking)]
        day = clock.day if clock.counts_time else max((pace.speed for pace in paces), default=1)
        width = 1 if clock.counts_time else min((pace.length for pace in paces), default=1)
        width = max(width, -(-day // MOST_SPANS))
        columns: dict[str, npt.ArrayLike] = {
            "day": [clock.day],
            "kinds": [self.kinds],
            "width": [width],
            "spans": [day // width + 1],
            "counts_time": [clock.counts_time],
            "minds_stints": [self.ground.settings.minds_stints],
        }
        return filled_table(CLOCK, columns)


def levels_of(positions: Positions) -> tuple[int, ...]:
    """Return the levels of the recent-travel index in steps: from 0 to the most that anybody moves in a day.

    Where there are many positions, levels are further apart, so that people who differ little move together. An index
    between two levels becomes either of them by chance, so that it stays what it is on average; what is off is halved
    every day.
    """
    most = _most_steps(positions.ground)
    if (most + 1) * (len(positions.rests) + len(positions.roads)) <= FINE_SLOTS:
        return tuple(range(most + 1))
    return (*(level for level in COARSE if level < most), most)


def _most_steps(ground: Ground) -> int:
    if not ground.settings.minds_stints:
        return 0
    if ground.clock.counts_time:
        return STINT_STEPS
    chosen = {path.routes[0] for path in ground.paths.rows}
    paces = [pace for r in chosen for pace in ground.paces[r][:2]]
    last = max((min(pace.length, pace.speed) for pace in paces), default=0)
    most = max((pace.speed for pace in paces), default=0) + last
    return math.ceil(STINT_STEPS * most / ground.clock.day)


def _rows(kind: np.dtype[np.void], rows: Sequence[tuple[int | float | bool, ...]]) -> Table:
    """Return a table from its rows."""
    return np.array(list(rows), dtype=kind).view(np.recarray)
