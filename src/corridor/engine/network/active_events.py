"""Who and what events are about: their subjects as rows of places and routes, looked up once."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.travel_rules import fixed_value
from corridor.scenario.events import EventKind
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from corridor.engine.program import Bools, Floats
    from corridor.scenario.events import Event
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario


class Register:
    """The places and routes of a scenario by the words that events use for them."""

    def __init__(self, scenario: Scenario, routes: Sequence[Route]) -> None:
        self.scenario = scenario
        self.routes = routes
        self.place = {place.place: p for p, place in enumerate(scenario.places)}
        self.roads = _roads(routes)
        self.directed = {route.route: r for r, route in enumerate(routes)}
        ends = [(self.place[route.origin], self.place[route.destination]) for route in routes]
        self.ends = np.array(ends, dtype=np.int64).reshape(len(ends), 2)
        self.is_camp: Bools = np.array([place.kind.is_final for place in scenario.places], dtype=np.bool_)
        every = self.by_kind(scenario.events)
        self.has_openings: Bools = self.on_routes(every[EventKind.OPENING])
        self.opening_camps = self.subjects(every[EventKind.CAMP_OPENS])
        self.transport = every[EventKind.TRANSPORT]
        self.base = self._base_capacity()
        self.growth = self._of_places("capacity_growth_per_day")
        self.counted_twice = self._of_places("day0_counted_twice")
        self.scaling = self._of_places("capacity_scaling")

    def by_kind(self, events: Iterable[Event]) -> Mapping[EventKind, tuple[Event, ...]]:
        """Return events by their kind."""
        found: dict[EventKind, tuple[Event, ...]] = defaultdict(tuple)
        for event in events:
            found[event.kind] += (event,)
        return found

    def subjects(self, events: Iterable[Event]) -> set[str]:
        """Return what events are about."""
        return {event.subject for event in events if event.subject}

    def where(self, events: Iterable[Event]) -> Bools:
        """Return which places events are about; an event without a subject is about all."""
        found = np.zeros(len(self.place), dtype=np.bool_)
        for event in events:
            if event.subject is None:
                found[:] = True
            elif event.subject in self.place:
                found[self.place[event.subject]] = True
        return found

    def most(self, events: Iterable[Event], *, unknown: float, least: float = 0.0) -> Floats:
        """Return the largest value of events at each place."""
        found = np.full(len(self.place), least)
        for event in events:
            value = unknown if event.value is None else event.value
            at = slice(None) if event.subject is None else self.place.get(event.subject, slice(0, 0))
            found[at] = np.maximum(found[at], value)
        return found

    def begun(self, events: Iterable[Event]) -> Floats:
        """Return the day on which the worst of some events began at each place; NaN is none."""
        found = np.full(len(self.place), math.nan)
        worst = np.full(len(self.place), -math.inf)
        for event in events:
            p = self.place.get(event.subject or "", -1)
            value = 1.0 if event.value is None else event.value
            if p >= 0 and value > worst[p]:
                worst[p], found[p] = value, day_of(event.start, self.scenario.start)
        return found

    def on_routes(self, events: Iterable[Event]) -> Bools:
        """Return which directed routes events name; a road that goes both ways is one road."""
        found = np.zeros(len(self.routes), dtype=np.bool_)
        for event in events:
            found[self.roads.get(event.subject or "", [])] = True
        return found

    def open_routes(self, of: Mapping[EventKind, tuple[Event, ...]]) -> Bools:
        """Return which directed routes are open while events are in force, given by their kind."""
        opened = self.on_routes(of[EventKind.OPENING])
        shut = self.on_routes(of[EventKind.CLOSURE]) | self.at_ends(self.where(of[EventKind.CLOSURE]))
        found: Bools = ~shut & (opened | ~self.has_openings)
        return found

    def fighting(self, of: Mapping[EventKind, tuple[Event, ...]]) -> Floats:
        """Return the intensity of fighting at each place while events are in force; a pause stops it."""
        worst = self.most(of[EventKind.CONFLICT], unknown=1.0)
        return np.where(self.where(of[EventKind.PAUSE]), 0.0, worst)

    def at_ends(self, places: Bools) -> Bools:
        """Return which directed routes begin or end at any of some places."""
        return places[self.ends[:, 0]] | places[self.ends[:, 1]]

    def from_places(self, events: Iterable[Event]) -> Bools:
        """Return which directed routes begin at a place that events name."""
        found: Bools = self.where(e for e in events if e.subject in self.place)[self.ends[:, 0]]
        return found

    def relocated(self, events: Iterable[Event]) -> Floats:
        """Return how many people a day events move along each directed route."""
        found = np.zeros(len(self.routes))
        for event in events:
            if event.subject in self.directed:
                found[self.directed[event.subject]] += event.value or 0.0
        return found

    def convoys(self, route: str, events: Sequence[Event]) -> tuple[bool, list[Event]]:
        """Return whether a route ever has convoys, and the events by which it has them now."""
        r = self.directed[route]
        has = any(r in self.roads.get(e.subject or "", []) for e in self.transport)
        return has, [e for e in events if r in self.roads.get(e.subject or "", [])]

    def capacity(self, changes: Sequence[Event], day: int) -> Floats:
        """Return the capacity of each place on a day, as far as it is known; inf is unknown."""
        found = self.base.copy()
        for event in sorted(changes, key=lambda e: e.start):
            if event.subject in self.place and event.value is not None:
                found[self.place[event.subject]] = event.value
        return (found - self.counted_twice + self.growth * (day + 1)) * self.scaling

    def _base_capacity(self) -> Floats:
        return np.array([math.inf if p.capacity is None else float(p.capacity) for p in self.scenario.places])

    def _of_places(self, name: str) -> Floats:
        return np.array([fixed_value(self.scenario, name, place) for place in self.place], dtype=np.float64)


def _roads(routes: Sequence[Route]) -> dict[str, list[int]]:
    """Return the directed routes that each route id names."""
    found: dict[str, list[int]] = {}
    index = {route.route: r for r, route in enumerate(routes)}
    for r, route in enumerate(routes):
        rows = [r]
        if route.both_ways:
            rows.append(index[route.reversed().route])
        found.setdefault(route.route, []).extend(row for row in rows if row not in found.get(route.route, []))
    return found
