"""Scenario to Program: names become indices, dates become days, events become arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.layout import Layout, lay_out, same_road
from corridor.engine.program import (
    DAY_PLACE,
    PERIOD_OPTION,
    PERIOD_PLACE,
    Calendar,
    Program,
    filled_table,
)
from corridor.scenario.events import EventKind
from corridor.scenario.parameters import Fixed
from corridor.scenario.timeline import periods
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Bools, Floats
    from corridor.scenario.events import Event
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

_K = EventKind


@dataclass(frozen=True)
class Compiled:
    """A program, with the scenario and the layout that its indices mean."""

    scenario: Scenario
    layout: Layout
    program: Program


def compile_scenario(scenario: Scenario) -> Compiled:
    """Return the arrays of a scenario.

    Parameters
    ----------
    scenario
        What happens, as it is known or supposed.
    """
    layout = lay_out(scenario)
    rows = [_Period(scenario, layout, period.events) for period in periods(scenario)]
    spans = [(day_of(p.start, scenario.start), day_of(p.end, scenario.start)) for p in periods(scenario)]
    which = np.zeros(scenario.n_days, dtype=np.int64)
    for v, (first, last) in enumerate(spans):
        which[first : last + 1] = v
    by_place = ("besieged", "conflict", "corridor", "capacity")
    by_option = ("move", "exit", "corridor", "relocation")
    daily = {
        "inflow": _by_day(spans, [row.inflow() for row in rows]),
        "cold": _by_day(spans, [row.cold() for row in rows]),
        "verified": _verified(scenario),
    }
    calendar = Calendar(
        period=which,
        day_place=filled_table(DAY_PLACE, daily),
        place=filled_table(PERIOD_PLACE, {n: [getattr(row, n)() for row in rows] for n in by_place}),
        gate=np.array([row.gates() for row in rows]).reshape(len(rows), len(layout.queues)),
        is_open=np.array([row.is_open for row in rows]).reshape(len(rows), len(layout.routes)),
        option=filled_table(PERIOD_OPTION, {n: [getattr(row, f"{n}_options")() for row in rows] for n in by_option}),
    )
    return Compiled(scenario, layout, Program(layout.map, calendar))


def _by_day(spans: Sequence[tuple[int, int]], rows: Sequence[Floats]) -> Floats:
    return np.concatenate(
        [np.repeat(row[None, :], last - first + 1, 0) for (first, last), row in zip(spans, rows, strict=True)]
    )


def _verified(scenario: Scenario) -> Floats:
    index = {place.place: p for p, place in enumerate(scenario.places)}
    found = np.full((scenario.n_days, len(index)), math.nan)
    for event in scenario.events:
        day = day_of(event.start, scenario.start)
        is_within = event.kind is _K.VERIFICATION and 0 <= day < scenario.n_days
        if is_within and event.subject and event.value is not None:
            found[day, index[event.subject]] = event.value
    return found


def fixed_value(scenario: Scenario, name: str) -> float:
    """Return a parameter that must be fixed."""
    prior = scenario.parameter(name).prior
    assert isinstance(prior, Fixed), f"{name} must be fixed"
    return prior.value


class _Period:
    """The state of the map between two changes of events."""

    def __init__(self, scenario: Scenario, layout: Layout, events: tuple[Event, ...]) -> None:
        self.scenario = scenario
        self.layout = layout
        self.events = events
        self.is_besieged: Bools = np.array([self._at(_K.SIEGE, p.place) != [] for p in scenario.places])
        self.is_open: Bools = np.array([self._open(route) for route in layout.routes], dtype=np.bool_)

    def _at(self, kind: EventKind, subject: str) -> list[Event]:
        return [e for e in self.events if e.kind is kind and e.subject in {subject, None}]

    def _on(self, kind: EventKind, route: Route) -> list[Event]:
        return [e for e in self.events if e.kind is kind and e.subject and same_road(e.subject, route)]

    def _open(self, route: Route) -> bool:
        ends = (route.origin, route.destination)
        if self._on(_K.CLOSURE, route) or any(self._at(_K.CLOSURE, end) for end in ends):
            return False
        has_openings = any(
            e.kind is _K.OPENING and e.subject and same_road(e.subject, route) for e in self.scenario.events
        )
        return not has_openings or self._on(_K.OPENING, route) != []

    def _takes_people(self, place: str) -> bool:
        opens = any(e.kind is _K.CAMP_OPENS and e.subject == place for e in self.scenario.events)
        is_open = not opens or self._at(_K.CAMP_OPENS, place) != []
        return is_open and not self._at(_K.CAMP_CLOSES, place)

    def besieged(self) -> Bools:
        """Return which places are besieged."""
        return self.is_besieged

    def inflow(self) -> Floats:
        """Return how many people a day come to each place from outside the modelled area."""
        found = [sum(e.value or 0.0 for e in self._at(_K.INFLOW, p.place)) for p in self.scenario.places]
        return np.array(found, dtype=np.float64)

    def cold(self) -> Floats:
        """Return the factor on deaths in the open at each place; the coldest event counts."""
        return np.array(
            [max((e.value or 1.0 for e in self._at(_K.COLD, p.place)), default=1.0) for p in self.scenario.places]
        )

    def conflict(self) -> Floats:
        """Return the intensity of fighting at each place; a pause stops it."""
        return np.array(
            [
                0.0
                if self._at(_K.PAUSE, p.place)
                else max(
                    (1.0 if e.value is None else e.value for e in self._at(_K.CONFLICT, p.place)),
                    default=0.0,
                )
                for p in self.scenario.places
            ]
        )

    def _corridors(self, place: str) -> list[Event]:
        return [e for e in self.events if e.kind is _K.CORRIDOR and e.subject and e.subject.split(">")[0] == place]

    def corridor(self) -> Floats:
        """Return how many people a day the corridors of each place can pass."""
        return np.array([_total(self._corridors(p.place)) for p in self.scenario.places])

    def capacity(self) -> Floats:
        """Return the capacity of each place; unknown is unlimited, to the model, and a shut camp has none."""
        found = []
        for place in self.scenario.places:
            if place.kind.is_final and not self._takes_people(place.place):
                found.append(0.0)
                continue
            changes = sorted(self._at(_K.CAPACITY_CHANGE, place.place), key=lambda e: e.start)
            value = changes[-1].value if changes else place.capacity
            found.append(math.inf if value is None else float(value))
        return np.array(found)

    def gates(self) -> list[float]:
        """Return the rate of each queue's gate."""
        themap, found = self.layout.map, []
        for q, name in enumerate(self.layout.queues):
            if themap.queue.option[q] >= 0:
                route = self.layout.routes[themap.option.route[themap.queue.option[q]]]
                is_gated = any(
                    e.kind is _K.TRANSPORT and e.subject and same_road(e.subject, route) for e in self.scenario.events
                )
                found.append(_total(self._on(_K.TRANSPORT, route)) if is_gated else math.inf)
                continue
            place = self.scenario.place(name)
            kind = _K.SCREENING_RATE if themap.place.is_screening[themap.queue.place[q]] else _K.RECEPTION_RATE
            stated = sorted(self._at(kind, name), key=lambda e: e.start)
            unknown = math.inf if place.kind.is_final else math.nan
            known = unknown if place.throughput_per_day is None else float(place.throughput_per_day)
            found.append(_value(stated[-1]) if stated else known)
        return found

    def _weights(self, allowed: Sequence[bool]) -> Floats:
        softening = fixed_value(self.scenario, "softening_km")
        power = fixed_value(self.scenario, "distance_power")
        found = []
        for o, r in enumerate(self.layout.map.option.route):
            route = self.layout.routes[r]
            usable = allowed[o] and self.is_open[r] and self._takes_people(route.destination)
            found.append((softening + route.distance_km) ** -power if usable else 0.0)
        return np.array(found, dtype=np.float64)

    def _sides(self) -> list[tuple[bool, bool]]:
        index = {place.place: p for p, place in enumerate(self.scenario.places)}
        routes = [self.layout.routes[r] for r in self.layout.map.option.route]
        return [(bool(self.is_besieged[index[r.origin]]), bool(self.is_besieged[index[r.destination]])) for r in routes]

    def move_options(self) -> Floats:
        """Return the weight of each option for ordinary moves: they never cross a siege's edge."""
        return self._weights([origin == to for origin, to in self._sides()])

    def exit_options(self) -> Floats:
        """Return the weight of each option that leads out of a siege."""
        return self._weights([origin and not to for origin, to in self._sides()])

    def corridor_options(self) -> Floats:
        """Return the weight of each option that an open corridor covers."""
        routes = [self.layout.routes[r] for r in self.layout.map.option.route]
        covered = [
            any(e.subject == r.origin or same_road(e.subject or "", r) for e in self._corridors(r.origin))
            for r in routes
        ]
        sides = self._sides()
        return self._weights([o and not t and c for (o, t), c in zip(sides, covered, strict=True)])

    def relocation_options(self) -> Floats:
        """Return how many people a day are relocated by each option."""
        routes = [self.layout.routes[r] for r in self.layout.map.option.route]
        moves = [e for e in self.events if e.kind is _K.RELOCATION]
        found = [sum(e.value or 0.0 for e in moves if e.subject == r.route) for r in routes]
        return np.where([self.is_open[r] for r in self.layout.map.option.route], found, 0.0)


def _value(event: Event) -> float:
    return math.nan if event.value is None else event.value


def _total(events: Sequence[Event]) -> float:
    return sum((_value(event) for event in events), start=0.0)
