"""The positions that people can spend a night at: at rest in a place, or on the way.

They are found from place to place. Positions during a day are not: they come into being while a member is
simulated, when somebody first stands there. Where travel is counted in distance, it does not matter to where people
can spend the night how far they have come before; where it is counted in time, parts of the day are followed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from corridor.engine.network.travel_rules import Pace
from corridor.engine.program import CARRIED, ENDED
from corridor.errors import BoundsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.network.paths import TravelPaths
    from corridor.engine.network.travel_rules import Arrival, Clock
    from corridor.engine.settings import Settings

FREE = -1
"""The path of people who are bound to none."""

MOST_POSITIONS = 2_000_000
"""Positions of the night that are held in memory."""

LONGEST_WAY_DAYS = 3_660
"""People are followed so long on one route, or to the end of the calendar if that is later."""


class Rest(NamedTuple):
    """A position overnight in a place: bound to a path or not, and about to walk or not."""

    place: int
    path: int = FREE
    on_foot: bool = False

    def forgotten(self) -> Rest:
        """Return where people are who forget their path."""
        return Rest(self.place, FREE, self.on_foot)


class On(NamedTuple):
    """A position overnight on the first route of a path; turned back is on the way to its origin."""

    path: int
    offset: int
    on_foot: bool = False
    turned_back: bool = False


class Target(NamedTuple):
    """Where people are next, and what their recent travel becomes.

    Attributes
    ----------
    position
        A position of rest, or one on the way.
    used
        How much of the day is used up by those who may go on; `ENDED` is all of it.
    moved
        How far people have come today if their day ends, in the units of the clock; `CARRIED` leaves the
        recent-travel index as it is, and `FORGOTTEN` sets it to nothing.
    """

    position: Rest | On
    used: int = ENDED
    moved: int = CARRIED


@dataclass(frozen=True)
class Ground:
    """What positions are found from: paths, and the pace of each route.

    Attributes
    ----------
    settings, clock, paths
        How people choose and how a day's travel counts.
    paces
        For each route, the pace by day, on foot, and the speed of a slow day (0 is none).
    turns_back_late
        For each route, whether people on it learn at its end that it was shut meanwhile.
    origins
        For each route, the place where it begins.
    holds, passes
        For each place, whether a gate takes in everybody who comes, and whether it lets by those who
        are bound further.
    n_days
        Length of the calendar.
    """

    settings: Settings
    clock: Clock
    paths: TravelPaths
    paces: Sequence[tuple[Pace, Pace, int]]
    turns_back_late: Sequence[bool]
    origins: Sequence[int]
    holds: Sequence[bool]
    passes: Sequence[bool]
    n_days: int

    def route(self, path: int) -> int:
        """Return the first route of a path."""
        return self.paths.rows[path].routes[0]

    def end(self, path: int) -> Rest:
        """Return where people rest at the end of the first route of a path."""
        return Rest(self.paths.rows[path].places[0], self.paths.following[path])

    def ends_at(self, rest: Rest) -> bool:
        """Return whether the day's travel ends at a place whatever is left of the day."""
        return self.holds[rest.place] and (rest.path == FREE or not self.passes[rest.place])

    def pace(self, path: int, *, on_foot: bool) -> Pace:
        """Return the pace on the first route of a path."""
        by_day, walking, _ = self.paces[self.route(path)]
        return walking if on_foot else by_day

    def slow_speed(self, path: int, *, on_foot: bool) -> int:
        """Return the speed of a slow day on the first route of a path; 0 is none: whoever walks, walks on it too."""
        return 0 if on_foot else self.paces[self.route(path)][2]

    def options(self, rest: Rest) -> range:
        """Return the paths that are open to people at a position of rest."""
        if rest.path != FREE:
            return range(rest.path, rest.path + 1)
        return range(self.paths.first[rest.place], self.paths.first[rest.place + 1])


@dataclass
class Positions:
    """Positions of the night so far; for those on the way, where people are a day later.

    What people remember of their recent travel is no part of a position. It is a number that goes with them,
    so that positions do not multiply with it.
    """

    ground: Ground
    rests: dict[Rest, None] = field(default_factory=dict)
    roads: dict[On, tuple[Target, Target | None, Target | None]] = field(default_factory=dict)
    parts: set[tuple[int, Rest]] = field(default_factory=set)
    waiting: list[tuple[int, Rest] | On] = field(default_factory=list)

    def follow(self) -> None:
        """Follow everybody until there is no new position.

        Raises
        ------
        BoundsError
            There are more positions than a computer of usual size can hold.
        """
        while self.waiting:
            position = self.waiting.pop()
            if isinstance(position, On):
                self.roads[position] = self._days(position)
            else:
                self._set_out(*position)
            if len(self.rests) + len(self.roads) > MOST_POSITIONS:
                raise BoundsError(self._too_many())

    def _too_many(self) -> str:
        places = Counter(rest.place for rest in self.rests)
        place, count = places.most_common(1)[0]
        return (
            f"people could spend the night in more than {MOST_POSITIONS:,} positions, {count:,} of them at place "
            f"number {place + 1} of places.csv: too many roads meet there, or people look too many places ahead. Lower "
            "awareness_level, or merge places that lie close together."
        )

    def begin(self, rest: Rest) -> Rest:
        """Add a position of rest, from which people may set out in the morning."""
        if rest not in self.rests:
            self.rests[rest] = None
            self.begin(rest.forgotten())
            self._pass(0, rest)
        return rest

    def _pass(self, used: int, rest: Rest) -> None:
        """Let people set out at a part of the day; distance behind them does not matter to where they get."""
        part = (used if self.ground.clock.counts_time else 0, rest)
        if part not in self.parts:
            self.parts.add(part)
            self.waiting.append(part)

    def _set_out(self, used: int, rest: Rest) -> None:
        for o in self.ground.options(rest):
            pace, on = self.ground.pace(o, on_foot=rest.on_foot), On(o, 0, rest.on_foot)
            self._reach(on, self.ground.clock.depart(used, pace))
            slow = self.ground.slow_speed(o, on_foot=rest.on_foot)
            if slow:
                self._reach(on, self.ground.clock.depart(used, Pace(pace.length, slow)))

    def _ended(self, position: Rest | On, moved: int) -> Target:
        """Return where people end their day."""
        return Target(position, ENDED, moved if self.ground.settings.minds_stints else CARRIED)

    def _reach(self, on: On, arrival: Arrival) -> Target:
        """Return where people are after a hop, at its end or on the way."""
        if not arrival.arrives:
            return self._ended(self._road(on._replace(offset=arrival.offset)), arrival.used)
        rest = self.begin(self.ground.end(on.path))
        if arrival.goes_on and not self.ground.ends_at(rest):
            self._pass(arrival.used, rest)
            return Target(rest, arrival.used)
        return self._ended(rest, arrival.used)

    def _road(self, on: On) -> On:
        if on not in self.roads:
            self.roads[on] = (Target(on), None, None)
            self.waiting.append(on)
        return on

    def _days(self, on: On) -> tuple[Target, Target | None, Target | None]:
        """Return where people on the way are a day later: the route open, shut, and on a slow day."""
        pace, clock = self.ground.pace(on.path, on_foot=on.on_foot), self.ground.clock
        if on.offset > pace.speed * max(LONGEST_WAY_DAYS, self.ground.n_days):
            return Target(on), None, None
        arrival = clock.resume(on.offset, pace)
        if on.turned_back:
            return self._return(on, arrival), None, None
        shut = self._return(on, arrival) if self.ground.turns_back_late[self.ground.route(on.path)] else None
        slow = self.ground.slow_speed(on.path, on_foot=on.on_foot)
        if not slow:
            return self._reach(on, arrival), shut, None
        walking = clock.resume(on.offset, Pace(pace.length, slow))
        return self._reach(on, arrival), shut, self._reach(on, walking)

    def _return(self, on: On, arrival: Arrival) -> Target:
        """Return where people are a day later whose route has been shut under way: back, once it ends."""
        if not arrival.arrives:
            return self._ended(self._road(on._replace(offset=arrival.offset, turned_back=True)), arrival.used)
        return self._ended(self.begin(Rest(self.ground.origins[self.ground.route(on.path)])), arrival.used)
