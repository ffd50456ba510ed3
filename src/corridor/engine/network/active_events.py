"""The events in force: their subjects as rows of places and directed routes, period by period."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.network.paths import directed_routes
from corridor.engine.settings import settings_of
from corridor.scenario.events import EventKind
from corridor.scenario.routes import route_id
from corridor.scenario.timeline import periods
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corridor.engine.program import Bools, Floats
    from corridor.engine.settings import Settings
    from corridor.scenario.events import Event
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario


class PeriodEvents(NamedTuple):
    """Days of the calendar, first and last included, and the events in force on them, by kind."""

    first: int
    last: int
    by_kind: Mapping[EventKind, tuple[Event, ...]]


class ActiveEvents:
    """The events of a scenario by kind and period, with the rows of places and routes that they name.

    It is built once for a scenario, and holds the directed routes, the settings and the periods too.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        routes: tuple[Route, ...] = directed_routes(scenario)
        self.routes = routes
        self.settings: Settings = settings_of(scenario, routes)
        self.place = scenario.place_index
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
        own = self.settings.places
        self.growth: Floats = np.array([place.capacity_growth_per_day for place in own])
        self.counted_twice: Floats = np.array([place.day0_counted_twice for place in own])
        self.scaling: Floats = np.array([place.capacity_scaling for place in own])
        self.periods = tuple(self._periods())

    def _periods(self) -> Iterator[PeriodEvents]:
        for period in periods(self.scenario):
            first, last = (day_of(day, self.scenario.start) for day in (period.start, period.end))
            yield PeriodEvents(first, last, self.by_kind(period.events))

    def by_kind(self, events: Iterable[Event]) -> Mapping[EventKind, tuple[Event, ...]]:
        """Return events by their kind."""
        events_by_kind: dict[EventKind, tuple[Event, ...]] = defaultdict(tuple)
        for event in events:
            events_by_kind[event.kind] += (event,)
        return events_by_kind

    def subjects(self, events: Iterable[Event]) -> set[str]:
        """Return what events are about."""
        return {event.subject for event in events if event.subject}

    def where(self, events: Iterable[Event]) -> Bools:
        """Return which places events are about; an event without a subject is about all."""
        is_subject = np.zeros(len(self.place), dtype=np.bool_)
        for event in events:
            if event.subject is None:
                is_subject[:] = True
            elif event.subject in self.place:
                is_subject[self.place[event.subject]] = True
        return is_subject

    def most(self, events: Iterable[Event], *, unknown: float, least: float = 0.0) -> Floats:
        """Return the largest value of events at each place."""
        largest = np.full(len(self.place), least)
        for event in events:
            value = unknown if event.value is None else event.value
            at = slice(None) if event.subject is None else self.place.get(event.subject, slice(0, 0))
            largest[at] = np.maximum(largest[at], value)
        return largest

    def begun(self, events: Iterable[Event]) -> Floats:
        """Return the day on which the worst of some events began at each place; NaN is none."""
        day_begun = np.full(len(self.place), math.nan)
        worst = np.full(len(self.place), -math.inf)
        for event in events:
            p = self.place.get(event.subject or "", -1)
            value = 1.0 if event.value is None else event.value
            if p >= 0 and value > worst[p]:
                worst[p], day_begun[p] = value, day_of(event.start, self.scenario.start)
        return day_begun

    def on_routes(self, events: Iterable[Event]) -> Bools:
        """Return which directed routes events name; a road that goes both ways is one road."""
        is_named = np.zeros(len(self.routes), dtype=np.bool_)
        for event in events:
            is_named[self.roads.get(event.subject or "", [])] = True
        return is_named

    def open_routes(self, of: Mapping[EventKind, tuple[Event, ...]]) -> Bools:
        """Return which directed routes are open while events are in force, given by their kind."""
        opened = self.on_routes(of[EventKind.OPENING])
        shut = self.on_routes(of[EventKind.CLOSURE]) | self.at_ends(self.where(of[EventKind.CLOSURE]))
        is_open: Bools = ~shut & (opened | ~self.has_openings)
        return is_open

    def fighting(self, of: Mapping[EventKind, tuple[Event, ...]]) -> Floats:
        """Return the intensity of fighting at each place while events are in force; a pause stops it."""
        worst = self.most(of[EventKind.CONFLICT], unknown=1.0)
        return np.where(self.where(of[EventKind.PAUSE]), 0.0, worst)

    def at_ends(self, places: Bools) -> Bools:
        """Return which directed routes begin or end at any of some places."""
        return places[self.ends[:, 0]] | places[self.ends[:, 1]]

    def from_places(self, events: Iterable[Event]) -> Bools:
        """Return which directed routes begin at a place that events name."""
        begins_there: Bools = self.where(e for e in events if e.subject in self.place)[self.ends[:, 0]]
        return begins_there

    def relocated(self, events: Iterable[Event]) -> Floats:
        """Return how many people a day events move along each directed route."""
        people = np.zeros(len(self.routes))
        for event in events:
            if event.subject in self.directed:
                people[self.directed[event.subject]] += event.value or 0.0
        return people

    def convoys(self, route: str, events: Sequence[Event]) -> tuple[bool, list[Event]]:
        """Return whether a route ever has convoys, and the events by which it has them now."""
        r = self.directed[route]
        has = any(r in self.roads.get(e.subject or "", []) for e in self.transport)
        return has, [e for e in events if r in self.roads.get(e.subject or "", [])]

    def capacity(self, changes: Sequence[Event], day: int) -> Floats:
        """Return the capacity of each place on a day, as far as it is known; inf is unknown."""
        capacity = self.base.copy()
        for event in sorted(changes, key=lambda e: e.start):
            if event.subject in self.place and event.value is not None:
                capacity[self.place[event.subject]] = event.value
        room: Floats = capacity - self.counted_twice + self.growth * (day + 1)
        return np.multiply(room, self.scaling, out=room, where=np.isfinite(room))  # unknown stays so if scaled to 0

    def _base_capacity(self) -> Floats:
        return np.array([math.inf if p.capacity is None else float(p.capacity) for p in self.scenario.places])


def _roads(routes: Sequence[Route]) -> dict[str, list[int]]:
    """Return the directed routes that each route id names."""
    rows_of: dict[str, list[int]] = {}
    index = {route.route: r for r, route in enumerate(routes)}
    for r, route in enumerate(routes):
        rows = [r]
        if route.both_ways:
            rows.append(index[route_id(route.destination, route.origin, route.via)])
        rows_of.setdefault(route.route, []).extend(row for row in rows if row not in rows_of.get(route.route, []))
    return rows_of
