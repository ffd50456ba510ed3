"""Scenario to Program: names become indices, dates become days, events become arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.conflict_decay import decay_of, fresh_intensity
from corridor.engine.compile.new_camps import new_camps_of
from corridor.engine.compile.route_weights import takes_in, weighing_of
from corridor.engine.network.active_events import Register
from corridor.engine.network.layout import Layout, law_of, lay_out
from corridor.engine.network.travel_rules import fixed_value
from corridor.engine.program import (
    DAY_PLACE,
    PERIOD_OPTION,
    PERIOD_PLACE,
    Calendar,
    Program,
    filled_table,
)
from corridor.scenario.events import EventKind
from corridor.scenario.timeline import periods
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.compile.conflict_decay import Decay
    from corridor.engine.compile.new_camps import NewCamps
    from corridor.engine.compile.route_weights import Weighing
    from corridor.engine.program import Bools, Floats
    from corridor.scenario.events import Event
    from corridor.scenario.scenario import Scenario

_K = EventKind
_NEXT_TO_NOTHING = 1e-290
"""Least weight of an open way under Flee's law, where people choose evenly if no way weighs anything."""

_BY_PLACE = ("besieged", "suspended", "conflict", "corridor", "capacity")
_BY_OPTION = ("move", "exit", "corridor", "relocation")


@dataclass(frozen=True)
class Compiled:
    """A program, with the scenario and the layout that its indices mean."""

    scenario: Scenario
    layout: Layout
    program: Program


def compile_scenario(scenario: Scenario, given: Sequence[int] | None = None) -> Compiled:
    """Return the arrays of a scenario.

    Parameters
    ----------
    scenario
        What happens, as it is known or supposed.
    given
        How many people set out on each day, where that is known; None leaves it to the fighting.
    """
    return _compiled(scenario, lay_out(scenario), given)


def reweighed(compiled: Compiled, scenario: Scenario) -> Compiled:
    """Return a scenario compiled on the map of one that differs from it in nothing but what ways weigh.

    That is: in distance, size, novelty, fighting, chances to move on, capacity buffers and the like; not
    in places, routes and events, nor in what people look ahead to, nor in how fast they travel.
    """
    law = law_of(scenario)
    law["is_given"] = compiled.layout.map.law["is_given"]
    layout = replace(compiled.layout, map=compiled.layout.map._replace(law=law))
    is_given = bool(law["is_given"][0])
    return _compiled(scenario, layout, compiled.program.calendar.given.tolist() if is_given else None)


def _compiled(scenario: Scenario, layout: Layout, given: Sequence[int] | None) -> Compiled:
    register = Register(scenario, layout.routes)
    ground = _Ground(
        register, layout, weighing_of(scenario, layout), decay_of(scenario), new_camps_of(scenario, register)
    )
    spans = _spans(ground)
    rows = [_Period(ground, span) for span in spans]
    which = np.zeros(scenario.n_days, dtype=np.int64)
    for v, span in enumerate(spans):
        which[span.first : span.last + 1] = v
    lengths = [span.last - span.first + 1 for span in spans]
    daily = {
        "inflow": np.repeat([row.inflow() for row in rows], lengths, 0),
        "cold": np.repeat([row.cold() for row in rows], lengths, 0),
        "source": fresh_intensity(scenario, ground.decay, np.array([row.fighting for row in rows])[which]),
        "verified": _verified(scenario),
    }
    calendar = Calendar(
        period=which,
        given=np.zeros(scenario.n_days, dtype=np.int64) if given is None else np.array(given, dtype=np.int64),
        day_place=filled_table(DAY_PLACE, daily),
        place=filled_table(PERIOD_PLACE, {n: [getattr(row, n)() for row in rows] for n in _BY_PLACE}),
        gate=np.array([row.gates() for row in rows]).reshape(len(rows), len(layout.queues)),
        is_open=np.array([row.is_open for row in rows]).reshape(len(rows), len(layout.routes)),
        option=filled_table(PERIOD_OPTION, {n: [getattr(row, f"{n}_options")() for row in rows] for n in _BY_OPTION}),
    )
    layout.map.law["is_given"] = given is not None
    return Compiled(scenario, layout, Program(layout.map, calendar))


@dataclass(frozen=True)
class _Ground:
    """What every period is worked out from."""

    register: Register
    layout: Layout
    weighing: Weighing
    decay: Decay
    new_camps: NewCamps


@dataclass(frozen=True)
class _Span:
    """Days on which nothing changes, first and last included, and the events in force."""

    first: int
    last: int
    events: tuple[Event, ...]


def _spans(ground: _Ground) -> list[_Span]:
    """Return the calendar cut wherever an event, fighting's decay, a growing capacity or a new camp changes."""
    scenario = ground.register.scenario
    growing = any(fixed_value(scenario, "capacity_growth_per_day", p.place) > 0 for p in scenario.places)
    cuts = ground.decay.changes(scenario) | ground.new_camps.changes(scenario.n_days)
    cuts = set(range(scenario.n_days)) if growing else cuts
    found = []
    for period in periods(scenario):
        first, last = (day_of(day, scenario.start) for day in (period.start, period.end))
        begins = [first, *sorted(day for day in cuts if first < day <= last)]
        ends = [*(day - 1 for day in begins[1:]), last]
        found += [_Span(a, b, period.events) for a, b in zip(begins, ends, strict=True)]
    return found


def _verified(scenario: Scenario) -> Floats:
    """Return the counts that verifications set; under Flee's law they correct the reports alone."""
    index = {place.place: p for p, place in enumerate(scenario.places)}
    found = np.full((scenario.n_days, len(index)), math.nan)
    for event in () if scenario.preset.is_flee else scenario.events:
        day = day_of(event.start, scenario.start)
        is_within = event.kind is _K.VERIFICATION and 0 <= day < scenario.n_days
        if is_within and event.subject and event.value is not None:
            found[day, index[event.subject]] = event.value
    return found


class _Period:
    """The state of the map between two changes."""

    def __init__(self, ground: _Ground, span: _Span) -> None:
        register = self.register = ground.register
        self.layout = ground.layout
        self.weighing = ground.weighing
        self.span = span
        self.of = register.by_kind(span.events)
        self.is_besieged: Bools = register.where(self.of[_K.SIEGE])
        self.is_suspended: Bools = register.where(self.of[_K.CAMP_SUSPENDED])
        self.is_open: Bools = register.open_routes(self.of)
        self.fighting: Floats = register.fighting(self.of)
        self.enters: Bools = takes_in(
            register.scenario.places,
            register.opening_camps,
            register.subjects(self.of[_K.CAMP_OPENS]),
            register.subjects(self.of[_K.CAMP_CLOSES]),
        )
        intensity = self.fighting * ground.decay.factors(span.first, register.begun(self.of[_K.CONFLICT]))
        is_camp: Bools = register.is_camp & ~self.is_suspended
        pull = ground.new_camps.factors(span.first) * self.weighing.pull_of_size(self.capacity(), is_camp)
        self.length = self.weighing.length(self.fighting)
        self.weight = self.weighing.weights(intensity, is_camp, pull, self.length)
        self.passable = self.weighing.passable(self.is_open, self.enters, is_camp)

    def besieged(self) -> Bools:
        """Return which places are besieged."""
        return self.is_besieged

    def suspended(self) -> Bools:
        """Return which places are no camps for the time."""
        return self.is_suspended

    def inflow(self) -> Floats:
        """Return how many people a day come to each place from outside the modelled area."""
        found = np.zeros(len(self.register.scenario.places))
        for event in self.of[_K.INFLOW]:
            found += np.where(self.register.where((event,)), event.value or 0.0, 0.0)
        return found

    def cold(self) -> Floats:
        """Return the factor on deaths in the open at each place; the coldest event counts."""
        worst = self.register.most(self.of[_K.COLD], unknown=1.0, least=-math.inf)
        return np.where(worst == -math.inf, 1.0, worst)

    def conflict(self) -> Floats:
        """Return the intensity of fighting at each place; a pause stops it."""
        return self.fighting

    def _corridors(self, place: str) -> list[Event]:
        return [e for e in self.of[_K.CORRIDOR] if e.subject and e.subject.split(">")[0] == place]

    def corridor(self) -> Floats:
        """Return how many people a day the corridors of each place can pass."""
        return np.array([_total(self._corridors(p.place)) for p in self.register.scenario.places])

    def capacity(self) -> Floats:
        """Return the capacity of each place; unknown is unlimited, to the model, and a shut camp has none."""
        found = self.register.capacity(self.of[_K.CAPACITY_CHANGE], self.span.first)
        if self.register.scenario.preset.is_flee:
            return np.where(found < 1, math.inf, found)
        return np.where(self.register.is_camp & ~self.enters, 0.0, found)

    def gates(self) -> list[float]:
        """Return the rate of each queue's gate."""
        register = self.register
        found = []
        for q, name in enumerate(self.layout.queues):
            if self.layout.map.queue.option[q] >= 0:
                has_convoys, runs = register.convoys(name, self.of[_K.TRANSPORT])
                found.append(_total(runs) if has_convoys else math.inf)
                continue
            place = register.scenario.place(name)
            is_screening = self.layout.map.place.is_screening[self.layout.map.queue.place[q]]
            kind = _K.SCREENING_RATE if is_screening else _K.RECEPTION_RATE
            stated = sorted((e for e in self.of[kind] if e.subject in {name, None}), key=lambda e: e.start)
            unknown = math.inf if place.kind.is_final else math.nan
            known = unknown if place.throughput_per_day is None else float(place.throughput_per_day)
            found.append(_value(stated[-1]) if stated else known)
        return found

    def _weights(self, allowed: Bools) -> Floats:
        least = _NEXT_TO_NOTHING if self.register.scenario.preset.is_flee else 0.0
        taken = self.weighing.nearest(allowed & self.passable, self.length)
        return np.where(taken, np.maximum(self.weight, least), 0.0)

    def _sides(self) -> tuple[Bools, Bools, Bools]:
        """Return for each option whether it begins, ends its first route, or comes later under siege."""
        origin = self.is_besieged[self.weighing.origin]
        inside = np.append(self.is_besieged, np.False_)[self.weighing.ends]
        later: Bools = np.logical_or.reduce(inside[:, 1:], axis=1)
        return origin, inside[:, 0], later

    def move_options(self) -> Floats:
        """Return the weight of each option for ordinary moves: they never cross a siege's edge."""
        origin, _, _ = self._sides()
        inside = np.append(self.is_besieged, np.False_)[self.weighing.ends] | (
            (self.weighing.ends < 0) & origin[:, None]
        )
        return self._weights((inside == origin[:, None]).all(1))

    def exit_options(self) -> Floats:
        """Return the weight of each option that leads out of a siege."""
        origin, to, later = self._sides()
        return self._weights(origin & ~to & ~later)

    def corridor_options(self) -> Floats:
        """Return the weight of each option that an open corridor covers."""
        covered = self.register.on_routes(self.of[_K.CORRIDOR])
        covered |= self.register.from_places(self.of[_K.CORRIDOR])
        origin, to, later = self._sides()
        return self._weights(origin & ~to & ~later & covered[self.weighing.legs[:, 0]])

    def relocation_options(self) -> Floats:
        """Return how many people a day are relocated by each option: along single routes."""
        moved = self.register.relocated(self.of[_K.RELOCATION])
        first, is_single = self.weighing.legs[:, 0], (self.weighing.legs[:, 1:] < 0).all(1)
        return np.where(self.is_open[first] & is_single, moved[first], 0.0)


def _value(event: Event) -> float:
    return math.nan if event.value is None else event.value


def _total(events: Sequence[Event]) -> float:
    return sum((_value(event) for event in events), start=0.0)
