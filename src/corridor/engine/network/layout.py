"""The fixed part of a program: which slots, queues, options and nodes a scenario has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.day_lattice import At, Ground, Lattice, Rest
from corridor.engine.network.indexing import Numbers, Slots
from corridor.engine.network.paths import directed_routes, ways_of
from corridor.engine.network.shortest_paths import whole_ways
from corridor.engine.network.travel_rules import clock_of, fixed_on, fixed_value, rules_of
from corridor.engine.program import (
    HOME,
    LAW,
    NEW,
    OPTION,
    PLACE,
    QUEUE,
    QUEUE_AGES,
    SETTLED,
    SLOT,
    WAITING,
    Map,
    Table,
    filled_table,
)
from corridor.scenario.events import EventKind
from corridor.scenario.places import PlaceKind
from corridor.scenario.presets import Preset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.network.paths import Ways
    from corridor.engine.network.travel_rules import Rules
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

_PASSING = (PlaceKind.SCREENING, PlaceKind.RECEPTION)


def same_road(one: str, other: Route) -> bool:
    """Whether a route id names a road, in its direction or, if it goes both ways, in either."""
    return one == other.route or (other.both_ways and one == other.reversed().route)


@dataclass(frozen=True)
class Layout:
    """The map of a scenario, with what its indices mean.

    Attributes
    ----------
    map
        The tables.
    rules
        The rules by which they were made.
    routes
        The directed routes.
    ways
        The ways behind the options.
    queues
        What each queue waits for: a place id, or a route id.
    begins
        For each place, the slot where its people are before day 0.
    """

    map: Map
    rules: Rules
    routes: tuple[Route, ...]
    ways: Ways
    queues: tuple[str, ...]
    begins: tuple[int, ...]


def lay_out(scenario: Scenario) -> Layout:
    """Return the map of a scenario."""
    rules, routes = rules_of(scenario), directed_routes(scenario)
    ways = (
        whole_ways(scenario, routes)
        if rules.whole_way and rules.awareness_level > 0
        else ways_of(scenario, rules, routes)
    )
    ground = _ground(scenario, rules, ways, routes)
    lattice = _followed(scenario, ground)
    slots = Slots()
    resting = _resting_slots(scenario, lattice, slots)
    queues = _queues(scenario, routes, ways, slots)
    numbers = Numbers(lattice, resting.of, slots, ground)
    places = {
        **resting.columns,
        **queues.of_place,
        "first_option": ways.first[:-1],
        "last_option": ways.first[1:],
        "start_node": [numbers.node[At(0, p)] for p in range(len(scenario.places))],
        "is_screening": [p.kind is PlaceKind.SCREENING for p in scenario.places],
        "is_camp": [p.kind.is_final for p in scenario.places],
        "is_town": [p.kind is PlaceKind.TOWN for p in scenario.places],
    }
    ends = {"route": [w.routes[0] for w in ways.rows], "destination": [w.places[-1] for w in ways.rows]}
    nodes, hops = numbers.nodes_and_hops()
    themap = Map(
        place=filled_table(PLACE, places),
        queue=filled_table(QUEUE, queues.rows),
        option=filled_table(OPTION, {**ends, "following": ways.following, "queue": queues.of_option}),
        node=nodes,
        hop=hops,
        road=numbers.roads(),
        rester=numbers.resters(resting.columns["new"]),
        slow=np.array([fixed_on(scenario, "walk_probability", route) for route in routes], dtype=np.float64),
        slot=filled_table(SLOT, {"place": slots.place, "exposure": slots.exposure, "queued": slots.queued}),
        share=np.array([group.share for group in scenario.groups], dtype=np.float64),
        law=law_of(scenario),
    )
    begins = _begins(themap)
    return Layout(themap, rules, routes, ways, tuple(queues.names), begins)


def law_of(scenario: Scenario) -> Table:
    """Return how people choose and set out, as far as it is the same everywhere."""
    columns = {
        "turns_back": scenario.preset.is_flee,
        "waits": scenario.preset is Preset.FLEE_3_1,
        "is_given": False,
        "takes_residents": fixed_value(scenario, "take_from_population") > 0,
        "is_poisson": fixed_value(scenario, "displaced_poisson") > 0,
        "per_day": fixed_value(scenario, "displaced_per_conflict_day"),
        "share_per_day": fixed_value(scenario, "displaced_share_per_conflict_day"),
        "weight_power": fixed_value(scenario, "weight_power"),
        "pruning": fixed_value(scenario, "pruning_threshold"),
    }
    return filled_table(LAW, {name: [value] for name, value in columns.items()})


def has_gate(scenario: Scenario, kind: PlaceKind) -> bool:
    """Whether everybody who comes to a place of a kind joins a queue; Flee knows no gates."""
    return kind in _PASSING or (kind.is_final and not scenario.preset.is_flee)


def _ground(scenario: Scenario, rules: Rules, ways: Ways, routes: Sequence[Route]) -> Ground:
    index = {place.place: p for p, place in enumerate(scenario.places)}
    clock = clock_of(scenario)
    slow = [fixed_on(scenario, "walk_probability", route) > 0 for route in routes]
    paces = [
        (clock.pace(route), clock.pace(route, on_foot=True), clock.slow_speed(route) if is_slow else 0)
        for route, is_slow in zip(routes, slow, strict=True)
    ]
    closures = {e.subject for e in scenario.all_events if e.kind is EventKind.CLOSURE}
    may_shut = [
        bool({route.origin, route.destination} & closures) or any(same_road(c or "", route) for c in closures)
        for route in routes
    ]
    return Ground(
        rules=rules,
        clock=clock,
        ways=ways,
        paces=paces,
        turns_back_late=[scenario.preset.is_flee and shuts for shuts in may_shut],
        origins=[index[route.origin] for route in routes],
        holds=[has_gate(scenario, place.kind) for place in scenario.places],
        passes=[place.kind.is_final for place in scenario.places],
    )


def _followed(scenario: Scenario, ground: Ground) -> Lattice:
    lattice = Lattice(ground)
    for p in range(len(scenario.places)):
        lattice.begin(Rest(p))
        if ground.rules.starts_on_foot:
            lattice.begin(Rest(p, on_foot=True))
    lattice.follow()
    return lattice


@dataclass
class _Resting:
    columns: dict[str, list[int]]
    of: dict[Rest, int]


def _resting_slots(scenario: Scenario, lattice: Lattice, slots: Slots) -> _Resting:
    """Hand out the slots of each place one after the other: home, then all who are inside."""
    names = ("home", "rest", "new", "settled", "begin", "first_inside", "last_inside")
    columns: dict[str, list[int]] = {name: [] for name in names}
    by_place: list[list[Rest]] = [[] for _ in scenario.places]
    for rest in sorted(lattice.rests):
        by_place[rest.place].append(rest)
    of: dict[Rest, int] = {}
    for p, place in enumerate(scenario.places):
        is_camp = place.kind.is_final
        exposure = SETTLED if is_camp or place.kind is PlaceKind.TOWN else WAITING
        columns["home"].append(slots.add(p, HOME) if place.kind is PlaceKind.TOWN else -1)
        columns["first_inside"].append(len(slots.place))
        columns["new"].append(slots.add(p, NEW) if is_camp and has_gate(scenario, place.kind) else -1)
        for rest in by_place[p]:
            of[rest] = slots.add(p, exposure)
        columns["last_inside"].append(len(slots.place))
        columns["rest"].append(-1 if is_camp else of[Rest(p)])
        columns["settled"].append(of[Rest(p)] if is_camp else -1)
        columns["begin"].append(of[Rest(p, on_foot=lattice.ground.rules.starts_on_foot)])
    return _Resting(columns, of)


def _begins(themap: Map) -> tuple[int, ...]:
    """Return the slot where the people of each place are before day 0.

    Residents are at home, people in camps have settled, those at screening or reception wait for
    it, others rest where they are.
    """
    at = themap.place
    queues = [themap.queue.slot[q] if q >= 0 else s for q, s in zip(at.pass_queue, at.begin, strict=True)]
    return tuple(np.where(at.home >= 0, at.home, queues).tolist())


@dataclass
class _Queues:
    names: list[str]
    rows: dict[str, list[int]]
    of_place: dict[str, list[int]]
    of_option: list[int]


def _queues(scenario: Scenario, routes: Sequence[Route], ways: Ways, slots: Slots) -> _Queues:
    """Give each gate a queue; a boarding queue leads to the shortest way that begins with its route."""
    index = {place.place: p for p, place in enumerate(scenario.places)}
    found = _Queues([], {"slot": [], "place": [], "option": []}, {"pass_queue": [], "admit_queue": []}, [])

    def add(name: str, place: int, option: int) -> int:
        first, *_ = [slots.add(place, WAITING, queued=True) for _ in range(QUEUE_AGES)]
        found.names.append(name)
        for column, value in (("slot", first), ("place", place), ("option", option)):
            found.rows[column].append(value)
        return len(found.names) - 1

    for p, place in enumerate(scenario.places):
        gate = add(place.place, p, -1) if has_gate(scenario, place.kind) else -1
        found.of_place["pass_queue"].append(-1 if place.kind.is_final else gate)
        found.of_place["admit_queue"].append(gate if place.kind.is_final else -1)
    of_route = dict.fromkeys(range(len(routes)), -1)
    for r in _gated(scenario, routes):
        ends = [o for o, way in enumerate(ways.rows) if way.routes[0] == r]
        if ends:
            shortest = min(ends, key=lambda o: len(ways.rows[o].routes))
            of_route[r] = add(routes[r].route, index[routes[r].origin], shortest)
    found.of_option = [of_route[way.routes[0]] for way in ways.rows]
    return found


def _gated(scenario: Scenario, routes: Sequence[Route]) -> list[int]:
    """Return the routes on which people need a seat, place after place."""
    index = {place.place: p for p, place in enumerate(scenario.places)}
    gated = {e.subject for e in scenario.all_events if e.kind is EventKind.TRANSPORT and e.subject}
    found = [r for r, route in enumerate(routes) if any(same_road(subject, route) for subject in gated)]
    return sorted(found, key=lambda r: (index[routes[r].origin], r))
