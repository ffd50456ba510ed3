"""The positions that travellers can be at within a day, all of them, enumerated before anybody moves.

A day's travel begins at a place or on the way, and every hop uses up some of the day, so that the positions of a day
form a lattice without loops: one sweep in order of what is used up moves everybody. The engine makes such positions
while it runs, and computes where people get in its kernel; here they are worked out apart from it, for small networks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from corridor.engine.network.positions import FREE, On, Rest
from corridor.engine.network.travel_rules import Pace
from corridor.engine.program import CARRIED

if TYPE_CHECKING:
    from corridor.engine.network.positions import Ground
    from corridor.engine.network.travel_rules import Arrival

REST_OF_DAY = 1 << 40
"""What counts as used up at a node where the day's travel ends."""


class At(NamedTuple):
    """A position during the day, in the order in which days are swept."""

    used: int
    place: int
    path: int = FREE
    on_foot: bool = False


class Target(NamedTuple):
    """Where people are next, and what their recent travel becomes.

    Attributes
    ----------
    position
        A node of the same day, or a position on the way overnight.
    moved
        How far people have come today if their day ends, in the units of the clock; `CARRIED` leaves the
        recent-travel index as it is, and `FORGOTTEN` sets it to nothing.
    """

    position: At | On
    moved: int = CARRIED


@dataclass
class Lattice:
    """Positions so far; `nodes` and `roads` hold where people go from there.

    What people remember of their recent travel is no part of a position. It is a number that goes with them,
    so that positions do not multiply with it.
    """

    ground: Ground
    rests: dict[Rest, None] = field(default_factory=dict)
    nodes: dict[At, list[tuple[Target, Target | None]]] = field(default_factory=dict)
    roads: dict[On, tuple[Target, Target | None, Target | None]] = field(default_factory=dict)
    waiting: list[At | On] = field(default_factory=list)

    def follow(self) -> None:
        """Follow everybody until there is no new position."""
        while self.waiting:
            position = self.waiting.pop()
            if isinstance(position, At):
                self.nodes[position] = self._hops(position)
            else:
                self.roads[position] = self._days(position)

    def begin(self, rest: Rest) -> None:
        """Add a position of rest, and the morning's node of those who may move on from it."""
        if rest in self.rests:
            return
        self.rests[rest] = None
        self.node(At(0, *rest))

    def node(self, at: At) -> At:
        """Return a node, which is new or not."""
        if at not in self.nodes:
            self.nodes[at] = []
            self.waiting.append(at)
            for rest in (self.stay(at), self.drop(at)):
                self.begin(rest)
        return at

    def stay(self, at: At) -> Rest:
        """Return where people are who stay at a node for the night."""
        return Rest(at.place, at.path, at.on_foot)

    def drop(self, at: At) -> Rest:
        """Return where people are who stay and forget their path."""
        return Rest(at.place, FREE, at.on_foot)

    def moved(self, at: At) -> int:
        """Return how far people have come who stay at a node; those whose day ends there have counted it already."""
        return at.used if self.ground.settings.minds_stints and at.used < REST_OF_DAY else CARRIED

    def is_under_way(self, at: At) -> bool:
        """Return whether people at a node may go on for having travelled little lately."""
        return self.ground.settings.minds_stints and 0 < at.used < REST_OF_DAY

    def _hops(self, at: At) -> list[tuple[Target, Target | None]]:
        """Return where each path that is open to people at a node leads: by day, and on a slow day."""
        if at.used >= REST_OF_DAY:
            return []
        first = self.ground.paths.first
        paths = range(first[at.place], first[at.place + 1]) if at.path == FREE else (at.path,)
        return [self._hop(at, o) for o in paths]

    def _hop(self, at: At, o: int) -> tuple[Target, Target | None]:
        pace = self.ground.pace(o, on_foot=at.on_foot)
        on = On(o, 0, at.on_foot)
        by_day = self._reach(on, self.ground.clock.depart(at.used, pace))
        slow = self._slow(on)
        if not slow:
            return by_day, by_day if at.on_foot else None  # whoever walks anyway walks on a slow day too
        return by_day, self._reach(on, self.ground.clock.depart(at.used, Pace(pace.length, slow)))

    def _slow(self, on: On) -> int:
        return 0 if on.on_foot else self.ground.paces[self.ground.paths.rows[on.path].routes[0]][2]

    def _ended(self, position: At | On, moved: int) -> Target:
        """Return where people end their day."""
        return Target(position, moved if self.ground.settings.minds_stints else CARRIED)

    def _reach(self, on: On, arrival: Arrival) -> Target:
        """Return the node or the position on the way where people are after a hop."""
        if not arrival.arrives:
            return self._ended(self._road(on._replace(offset=arrival.offset)), arrival.used)
        place, path = self.ground.paths.rows[on.path].places[0], self.ground.paths.following[on.path]
        if arrival.goes_on and not self.ground.ends_at(Rest(place, path)):
            return Target(self.node(At(arrival.used, place, path)))
        return self._ended(self.node(At(REST_OF_DAY, place, path)), arrival.used)

    def _road(self, on: On) -> On:
        if on not in self.roads:
            self.roads[on] = (Target(on), None, None)
            self.waiting.append(on)
        return on

    def _days(self, on: On) -> tuple[Target, Target | None, Target | None]:
        """Return where people on the way are a day later: the route open, shut, and on a slow day."""
        pace = self.ground.pace(on.path, on_foot=on.on_foot)
        clock = self.ground.clock
        if on.turned_back:
            return self._return(on, clock.resume(on.offset, pace)), None, None
        route = self.ground.paths.rows[on.path].routes[0]
        arrival = clock.resume(on.offset, pace)
        shut = self._return(on, arrival) if self.ground.turns_back_late[route] else None
        slow = self._slow(on)
        if not slow:
            return self._reach(on, arrival), shut, None
        walking = clock.resume(on.offset, Pace(pace.length, slow))
        return self._reach(on, arrival), shut, self._reach(on, walking)

    def _return(self, on: On, arrival: Arrival) -> Target:
        """Return where people are a day later whose route has been shut under way: back, once it ends."""
        if not arrival.arrives:
            return self._ended(self._road(on._replace(offset=arrival.offset, turned_back=True)), arrival.used)
        route = self.ground.paths.rows[on.path].routes[0]
        return self._ended(self.node(At(REST_OF_DAY, self.ground.origins[route])), arrival.used)
