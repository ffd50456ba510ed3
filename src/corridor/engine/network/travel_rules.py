"""How a day's travel is counted: in time under Corridor's own rules, in distance under Flee's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.engine.settings import RouteSettings, Settings
    from corridor.scenario.routes import Route

PARTS_OF_DAY = 24
"""A day's travel is counted in this many parts where it is counted in time; lengths are rounded."""

METRES = 1000
"""Flee's rules count distance, here in metres."""


@dataclass(frozen=True)
class Pace:
    """How long a route is, and how far people get on it in a day; in whole units of the clock."""

    length: int
    speed: int


@dataclass(frozen=True)
class Arrival:
    """What a day's travel comes to: the end of the route after so much of the day, or a part of it."""

    used: int
    offset: int
    arrives: bool
    goes_on: bool


class TimeClock:
    """Corridor's own rules: a day's travel is 24 parts of time, and what is used up is used up."""

    counts_time = True
    day = PARTS_OF_DAY

    def pace(self, route: Route, settings: RouteSettings, *, on_foot: bool = False) -> Pace:
        """Return the length of a route in parts of a day's travel, at least one.

        Rounding to whole parts moves a length by at most half a part: 0.7 km on foot.
        """
        days = route.travel_days
        if on_foot:
            days = route.distance_km / settings.foot_km_per_day
        elif days is None:
            days = route.distance_km / settings.speed_km_per_day
        return Pace(max(1, round(days * PARTS_OF_DAY)), PARTS_OF_DAY)

    def slow_speed(self, route: Route, settings: RouteSettings) -> int:
        """Return how many parts of a route people get along on a day at walking speed."""
        by_day, walking = self.pace(route, settings), self.pace(route, settings, on_foot=True)
        return max(1, round(PARTS_OF_DAY * by_day.length / walking.length))

    def depart(self, used: int, pace: Pace) -> Arrival:
        """Return where people are who set out with some of the day used up."""
        reach = (self.day - used) * pace.speed // self.day
        if pace.length > reach:
            return Arrival(self.day, reach, arrives=False, goes_on=False)
        end = used + math.ceil(pace.length * self.day / pace.speed)
        return Arrival(end, 0, arrives=True, goes_on=end < self.day)

    def resume(self, offset: int, pace: Pace) -> Arrival:
        """Return where people are who begin the day on the way."""
        left = Pace(pace.length - offset, pace.speed)
        arrival = self.depart(0, left)
        return arrival if arrival.arrives else Arrival(self.day, offset + arrival.offset, arrives=False, goes_on=False)


class DistanceClock:
    """Flee's rules: a full day's travel again after each arrival, as long as less lies behind.

    Flee gives a traveller who arrives before the day's distance is used up a full day's distance for
    the next route, and asks for the end of a route to be passed, not only reached.
    """

    counts_time = False

    def __init__(self, settings: Settings) -> None:
        self.day = round(settings.vehicle_km_per_day * METRES)

    def pace(self, route: Route, settings: RouteSettings, *, on_foot: bool = False) -> Pace:
        """Return the length of a route, at least a metre, and the day's travel on it, in metres."""
        length = max(1, round(route.distance_km * METRES))
        if on_foot:
            return Pace(length, round(settings.foot_km_per_day * METRES))
        if route.travel_days is not None:
            return Pace(length, round(route.distance_km / route.travel_days * METRES))
        return Pace(length, round(settings.speed_km_per_day * METRES))

    def slow_speed(self, route: Route, settings: RouteSettings) -> int:
        """Return how far people get on a day at walking speed, metres."""
        return self.pace(route, settings, on_foot=True).speed

    def depart(self, used: int, pace: Pace) -> Arrival:
        """Return where people are who set out with some distance behind them today."""
        if pace.speed <= pace.length:
            return Arrival(used + pace.speed, pace.speed, arrives=False, goes_on=False)
        end = used + pace.length
        return Arrival(end, 0, arrives=True, goes_on=end < pace.speed)

    def resume(self, offset: int, pace: Pace) -> Arrival:
        """Return where people are who begin the day on the way."""
        if offset + pace.speed <= pace.length:
            return Arrival(pace.speed, offset + pace.speed, arrives=False, goes_on=False)
        end = max(1, pace.length - offset)  # whoever arrives has travelled today
        return Arrival(end, 0, arrives=True, goes_on=end < pace.speed)


Clock = TimeClock | DistanceClock


def clock_of(settings: Settings) -> Clock:
    """Return how a scenario counts a day's travel."""
    return DistanceClock(settings) if settings.preset.is_flee else TimeClock()
