"""The calendar of a program: what holds on each day and in each period between changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.conflict_decay import fresh_intensity
from corridor.engine.compile.route_weights import takes_in
from corridor.engine.program import DAY_PLACE, PERIOD_PATH, PERIOD_PLACE, Calendar, filled_table
from corridor.errors import BoundsError
from corridor.scenario.events import EventKind
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from corridor.engine.compile.conflict_decay import Decay
    from corridor.engine.compile.new_camps import NewCamps
    from corridor.engine.compile.route_weights import Weighing
    from corridor.engine.network.active_events import ActiveEvents
    from corridor.engine.network.layout import Layout
    from corridor.engine.program import Bools, Floats, Table
    from corridor.scenario.events import Event
    from corridor.scenario.scenario import Scenario

_K = EventKind
_MOST_WEIGHT = 1e200
"""Sum of the weights of a place up to which they can be multiplied by attractiveness and compared."""
_NEXT_TO_NOTHING = 1e-290
"""Least weight of an open path under Flee's rules, where people choose evenly if no path weighs anything."""


@dataclass(frozen=True)
class Sources:
    """What every period is worked out from."""

    active_events: ActiveEvents
    layout: Layout
    weighing: Weighing
    decay: Decay
    new_camps: NewCamps


def calendar_of(sources: Sources, prescribed: Sequence[int] | None) -> Calendar:
    """Return what holds on each day and in each period of a scenario.

    Parameters
    ----------
    sources
        What the periods are worked out from.
    prescribed
        How many people set out on each day, where that is prescribed.
    """
    scenario, layout = sources.active_events.scenario, sources.layout
    spans = _spans(sources)
    rows = [_Period(sources, span) for span in spans]
    gates = _queues(layout)
    lengths = [span.last - span.first + 1 for span in spans]
    period = np.repeat(np.arange(len(spans)), lengths)
    fighting = np.array([row.fighting for row in rows])[period]
    daily = {
        "inflow": np.repeat([row.inflow() for row in rows], lengths, 0),
        "cold": np.repeat([row.cold() for row in rows], lengths, 0),
        "source": fresh_intensity(scenario, sources.decay, fighting),
        "verified": _verified(scenario),
    }
    return Calendar(
        period=period,
        prescribed=np.array([0] * scenario.n_days if prescribed is None else prescribed, dtype=np.int64),
        day_place=filled_table(DAY_PLACE, daily),
        place=_places(rows),
        gate=np.array([row.gates(gates) for row in rows]).reshape(len(rows), len(layout.queues)),
        is_open=np.array([row.is_open for row in rows]).reshape(len(rows), len(layout.routes)),
        path=_paths(rows),
    )


def _queues(layout: Layout) -> list[tuple[str, bool, bool]]:
    """Return each queue's name, whether it waits for vehicles, and whether for screening; read once, not by period."""
    queue, is_screening = layout.network.queue, layout.network.place.is_screening
    for_vehicles, screened = (queue.path >= 0).tolist(), is_screening[queue.place].astype(bool).tolist()
    return list(zip(layout.queues, for_vehicles, screened, strict=True))


def _places(rows: Sequence[_Period]) -> Table:
    """Return the state of places in each period, (v, p)."""
    columns: dict[str, npt.ArrayLike] = {
        "besieged": [row.is_besieged for row in rows],
        "suspended": [row.is_suspended for row in rows],
        "conflict": [row.fighting for row in rows],
        "corridor": [row.corridor() for row in rows],
        "capacity": [row.capacity() for row in rows],
    }
    return filled_table(PERIOD_PLACE, columns)


def _paths(rows: Sequence[_Period]) -> Table:
    """Return the weights of paths in each period, (v, o)."""
    columns = {
        "move": [row.move_weights() for row in rows],
        "exit": [row.exit_weights() for row in rows],
        "corridor": [row.corridor_weights() for row in rows],
        "relocation": [row.relocated() for row in rows],
    }
    return filled_table(PERIOD_PATH, columns)


@dataclass(frozen=True)
class _Span:
    """Days on which nothing changes, first and last included, and the events in force, by kind."""

    first: int
    last: int
    by_kind: Mapping[EventKind, tuple[Event, ...]]


def _spans(sources: Sources) -> list[_Span]:
    """Return the calendar cut wherever an event, fighting's decay, a growing capacity or a new camp changes."""
    scenario, active_events = sources.active_events.scenario, sources.active_events
    cuts = sources.decay.changes(scenario) | sources.new_camps.changes(scenario.n_days)
    if (active_events.growth > 0).any():
        cuts = set(range(scenario.n_days))
    spans = []
    for first, last, by_kind in active_events.periods:
        begins = [first, *sorted(day for day in cuts if first < day <= last)]
        ends = [*(day - 1 for day in begins[1:]), last]
        spans += [_Span(a, b, by_kind) for a, b in zip(begins, ends, strict=True)]
    return spans


def _verified(scenario: Scenario) -> Floats:
    """Return the counts that verifications set; under Flee's rules they correct the reports alone."""
    index = scenario.place_index
    counts = np.full((scenario.n_days, len(index)), math.nan)
    for event in () if scenario.preset.is_flee else scenario.events:
        day = day_of(event.start, scenario.start)
        is_within = event.kind is _K.VERIFICATION and 0 <= day < scenario.n_days
        if is_within and event.subject and event.value is not None:
            counts[day, index[event.subject]] = event.value
    return counts


class _Period:
    """The state of the network between two changes."""

    def __init__(self, sources: Sources, span: _Span) -> None:
        active_events = self.active_events = sources.active_events
        self.layout = sources.layout
        self.weighing = sources.weighing
        self.span = span
        self.of = span.by_kind
        self.is_besieged: Bools = active_events.where(self.of[_K.SIEGE])
        self.is_suspended: Bools = active_events.where(self.of[_K.CAMP_SUSPENDED])
        self.is_open: Bools = active_events.open_routes(self.of)
        self.fighting: Floats = active_events.fighting(self.of)
        self.enters: Bools = takes_in(
            active_events.scenario.places,
            active_events.opening_camps,
            active_events.subjects(self.of[_K.CAMP_OPENS]),
            active_events.subjects(self.of[_K.CAMP_CLOSES]),
        )
        intensity = self.fighting * sources.decay.factors(span.first, active_events.begun(self.of[_K.CONFLICT]))
        is_camp: Bools = active_events.is_camp & ~self.is_suspended
        pull = sources.new_camps.factors(span.first) * self.weighing.pull_of_size(self.capacity(), is_camp)
        self.length = self.weighing.length(self.fighting)
        self.weight = self.weighing.weights(intensity, is_camp, pull, self.length)
        self._check_weights()
        self.passable = self.weighing.passable(self.is_open, self.enters, is_camp)

    def _check_weights(self) -> None:
        """Check that the weights of the paths of each place add up to a number.

        Raises
        ------
        BoundsError
            They do not: some are infinite, or no number at all.
        """
        places = self.active_events.scenario.places
        with np.errstate(over="ignore", invalid="ignore"):
            total = np.bincount(self.weighing.origin, weights=self.weight, minlength=len(places))
        wrong = np.flatnonzero(~np.isfinite(total) | (total > _MOST_WEIGHT))
        if wrong.size:
            heaviest = int(
                np.argmax(np.where(self.weighing.origin == wrong[0], np.nan_to_num(self.weight, nan=np.inf), -1))
            )
            message = (
                f"the paths from {places[wrong[0]].place} weigh too much to be compared; the one to "
                f"{places[self.weighing.destination[heaviest]].place} over {self.weighing.km[heaviest]:g} km weighs "
                f"{self.weight[heaviest]:g}. Check its distance, and the parameters softening_km, distance_power, "
                "weight_power, camp_weight, conflict_weight, foreign_weight and population_weight_power."
            )
            raise BoundsError(message)

    def inflow(self) -> Floats:
        """Return how many people a day come to each place from outside the modelled area."""
        people_per_day = np.zeros(len(self.active_events.scenario.places))
        for event in self.of[_K.INFLOW]:
            people_per_day += np.where(self.active_events.where((event,)), event.value or 0.0, 0.0)
        return people_per_day

    def cold(self) -> Floats:
        """Return the factor on deaths in the open at each place; the coldest event counts."""
        worst = self.active_events.most(self.of[_K.COLD], unknown=1.0, least=-math.inf)
        return np.where(worst == -math.inf, 1.0, worst)

    def _corridors(self, place: str) -> list[Event]:
        return [e for e in self.of[_K.CORRIDOR] if e.subject and e.subject.split(">")[0] == place]

    def corridor(self) -> Floats:
        """Return how many people a day the corridors of each place can pass."""
        return np.array([_total(self._corridors(p.place)) for p in self.active_events.scenario.places])

    def capacity(self) -> Floats:
        """Return the capacity of each place; unknown is unlimited, to the model, and a shut camp has none."""
        capacity = self.active_events.capacity(self.of[_K.CAPACITY_CHANGE], self.span.first)
        if self.active_events.scenario.preset.is_flee:
            return np.where(capacity < 1, math.inf, capacity)
        return np.where(self.active_events.is_camp & ~self.enters, 0.0, capacity)

    def gates(self, queues: Sequence[tuple[str, bool, bool]]) -> list[float]:
        """Return the rate of each queue's gate; of each queue its name, whether for vehicles, whether for screening."""
        active_events = self.active_events
        rates = []
        for name, is_for_vehicles, is_screening in queues:
            if is_for_vehicles:
                has_convoys, runs = active_events.convoys(name, self.of[_K.TRANSPORT])
                rates.append(_total(runs) if has_convoys else math.inf)
                continue
            place = active_events.scenario.place(name)
            kind = _K.SCREENING_RATE if is_screening else _K.RECEPTION_RATE
            stated = sorted((e for e in self.of[kind] if e.subject in {name, None}), key=lambda e: e.start)
            unknown = math.inf if place.kind.is_final else math.nan
            known = unknown if place.throughput_per_day is None else float(place.throughput_per_day)
            rates.append(_value(stated[-1]) if stated else known)
        return rates

    def _weights(self, allowed: Bools) -> Floats:
        least = _NEXT_TO_NOTHING if self.active_events.scenario.preset.is_flee else 0.0
        taken = self.weighing.nearest(allowed & self.passable, self.length)
        return np.where(taken, np.maximum(self.weight, least), 0.0)

    def _sides(self) -> tuple[Bools, Bools, Bools]:
        """Return for each path whether it begins, ends its first route, or comes later under siege."""
        origin = self.is_besieged[self.weighing.origin]
        inside = np.append(self.is_besieged, np.False_)[self.weighing.ends]
        later: Bools = np.logical_or.reduce(inside[:, 1:], axis=1)
        return origin, inside[:, 0], later

    def move_weights(self) -> Floats:
        """Return the weight of each path for ordinary moves: they never cross a siege's edge."""
        origin, _, _ = self._sides()
        inside = np.append(self.is_besieged, np.False_)[self.weighing.ends] | (
            (self.weighing.ends < 0) & origin[:, None]
        )
        return self._weights((inside == origin[:, None]).all(1))

    def exit_weights(self) -> Floats:
        """Return the weight of each path that leads out of a siege."""
        origin, to, later = self._sides()
        return self._weights(origin & ~to & ~later)

    def corridor_weights(self) -> Floats:
        """Return the weight of each path that an open corridor covers."""
        covered = self.active_events.on_routes(self.of[_K.CORRIDOR])
        covered |= self.active_events.from_places(self.of[_K.CORRIDOR])
        origin, to, later = self._sides()
        return self._weights(origin & ~to & ~later & covered[self.weighing.legs[:, 0]])

    def relocated(self) -> Floats:
        """Return how many people a day are relocated by each path: along single routes."""
        moved = self.active_events.relocated(self.of[_K.RELOCATION])
        first, is_single = self.weighing.legs[:, 0], (self.weighing.legs[:, 1:] < 0).all(1)
        return np.where(self.is_open[first] & is_single, moved[first], 0.0)


def _value(event: Event) -> float:
    return math.nan if event.value is None else event.value


def _total(events: Sequence[Event]) -> float:
    return sum((_value(event) for event in events), start=0.0)
