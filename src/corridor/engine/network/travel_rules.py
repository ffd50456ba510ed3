"""How people choose and travel, as a preset and the parameters say it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.scenario.parameters import Fixed
from corridor.scenario.presets import Preset

if TYPE_CHECKING:
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

PARTS_OF_DAY = 24
"""A day's travel is counted in this many parts where it is counted in time; lengths are rounded."""

METRES = 1000
"""Flee's law counts the way itself, here in metres."""

STINT_STEPS = 64
"""The recent-travel index is kept in steps of one sixty-fourth."""

_SHORT = 0.5
"""Recent-travel index below which people who mind short stints do not stay in a town."""


@dataclass(frozen=True)
class Pace:
    """How long a route is, and how far people get on it in a day; in whole units of the clock."""

    length: int
    speed: int


@dataclass(frozen=True)
class Rules:
    """The rules by which the tables of a map are made.

    Attributes
    ----------
    preset
        Whose law: Corridor's own, or Flee's with its peculiarities.
    awareness_level
        How many places ahead people choose; 0 is that nobody moves.
    starts_on_foot
        Whether people walk their first route.
    minds_stints
        Whether people who have travelled little lately do not stay in a town.
    whole_way
        Whether people choose a camp by the whole way there, instead of a place so many places ahead.
    """

    preset: Preset
    awareness_level: int
    starts_on_foot: bool
    minds_stints: bool
    whole_way: bool


def rules_of(scenario: Scenario) -> Rules:
    """Return the rules of a scenario."""
    return Rules(
        preset=scenario.preset,
        awareness_level=int(fixed_value(scenario, "awareness_level")),
        starts_on_foot=fixed_value(scenario, "start_on_foot") > 0,
        minds_stints=fixed_value(scenario, "avoid_short_stints") > 0,
        whole_way=fixed_value(scenario, "whole_way") > 0,
    )


def fixed_value(scenario: Scenario, name: str, subject: str | None = None) -> float:
    """Return a parameter that must be fixed."""
    prior = scenario.parameter(name, subject).prior
    assert isinstance(prior, Fixed), f"{name} must be fixed"
    return prior.value


def fixed_on(scenario: Scenario, name: str, route: Route) -> float:
    """Return a parameter of a route that must be fixed; a road that goes both ways is stated once."""
    for one in (route, route.reversed()) if route.both_ways else (route,):
        if scenario.parameter(name, one.route).subject is not None:
            return fixed_value(scenario, name, one.route)
    return fixed_value(scenario, name)


@dataclass(frozen=True)
class Arrival:
    """What a day's travel comes to: the end of the route after so much of the day, or a part of it."""

    used: int
    offset: int
    arrives: bool
    goes_on: bool


class TimeClock:
    """Corridor's own law: a day's travel is 24 parts of time, and what is used up is used up."""

    day = PARTS_OF_DAY

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def pace(self, route: Route, *, on_foot: bool = False) -> Pace:
        """Return the length of a route in parts of a day's travel, at least one.

        Rounding to whole parts moves a length by at most half a part: 0.7 km on foot.
        """
        days = route.travel_days
        if on_foot:
            days = route.distance_km / fixed_on(self.scenario, "speed_foot_km_per_day", route)
        elif days is None:
            speed = fixed_on(self.scenario, f"speed_{route.mode.value}_km_per_day", route)
            days = route.distance_km / speed
        return Pace(max(1, round(days * PARTS_OF_DAY)), PARTS_OF_DAY)

    def slow_speed(self, route: Route) -> int:
        """Return how many parts of a route people get along on a day at walking speed."""
        return max(1, round(PARTS_OF_DAY * self.pace(route).length / self.pace(route, on_foot=True).length))

    def depart(self, used: int, pace: Pace) -> Arrival:
        """Return what becomes of people who set out with some of the day used up."""
        reach = (self.day - used) * pace.speed // self.day
        if pace.length > reach:
            return Arrival(self.day, reach, arrives=False, goes_on=False)
        end = used + math.ceil(pace.length * self.day / pace.speed)
        return Arrival(end, 0, arrives=True, goes_on=end < self.day)

    def resume(self, offset: int, pace: Pace) -> Arrival:
        """Return what becomes of people who begin the day on the way."""
        left = Pace(pace.length - offset, pace.speed)
        found = self.depart(0, left)
        return found if found.arrives else Arrival(self.day, offset + found.offset, arrives=False, goes_on=False)


class WayClock:
    """Flee's law: a full day's travel again after each arrival, as long as less lies behind.

    Flee gives a traveller who arrives before the day's distance is used up a full day's distance for
    the next route, and asks for the end of a route to be passed, not only reached.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.day = round(fixed_value(scenario, "speed_vehicle_km_per_day") * METRES)

    def pace(self, route: Route, *, on_foot: bool = False) -> Pace:
        """Return the length of a route and the day's travel on it, in metres."""
        length = round(route.distance_km * METRES)
        if on_foot:
            return Pace(length, round(fixed_on(self.scenario, "speed_foot_km_per_day", route) * METRES))
        if route.travel_days is not None:
            return Pace(length, round(route.distance_km / route.travel_days * METRES))
        speed = fixed_on(self.scenario, f"speed_{route.mode.value}_km_per_day", route)
        return Pace(length, round(speed * METRES))

    def slow_speed(self, route: Route) -> int:
        """Return how far people get on a day at walking speed, metres."""
        return self.pace(route, on_foot=True).speed

    def depart(self, used: int, pace: Pace) -> Arrival:
        """Return what becomes of people who set out with some way behind them today."""
        if pace.speed <= pace.length:
            return Arrival(used + pace.speed, pace.speed, arrives=False, goes_on=False)
        end = used + pace.length
        return Arrival(end, 0, arrives=True, goes_on=end < pace.speed)

    def resume(self, offset: int, pace: Pace) -> Arrival:
        """Return what becomes of people who begin the day on the way."""
        if offset + pace.speed <= pace.length:
            return Arrival(pace.speed, offset + pace.speed, arrives=False, goes_on=False)
        end = max(1, pace.length - offset)  # whoever arrives has travelled today
        return Arrival(end, 0, arrives=True, goes_on=end < pace.speed)


Clock = TimeClock | WayClock


def clock_of(scenario: Scenario) -> Clock:
    """Return how a scenario counts a day's travel."""
    return WayClock(scenario) if scenario.preset.is_flee else TimeClock(scenario)


def recent(before: int, moved: int, clock: Clock) -> int:
    """Return the recent-travel index after a day, ``(before + moved / day) / 2``, in sixty-fourths.

    Rounding moves it by at most half a step; an error of the day before is halved every day, so that
    the index is never off by more than one step.
    """
    return round((before + STINT_STEPS * moved / clock.day) / 2)


def is_short(before: int, moved: int, clock: Clock) -> bool:
    """Return whether people have travelled so little lately that they do not stay in a town."""
    return (before / STINT_STEPS + moved / clock.day) / 2 < _SHORT
