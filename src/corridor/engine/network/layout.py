"""The fixed part of a program: which slots, queues, paths and nodes a scenario has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.merged_parts import merged_parts
from corridor.engine.network.paths import paths_of
from corridor.engine.network.position_tables import PositionTables, Slots, levels_of
from corridor.engine.network.positions import Ground, Positions, Rest
from corridor.engine.network.shortest_paths import whole_paths
from corridor.engine.network.travel_rules import clock_of
from corridor.engine.program import (
    HOME,
    NEW,
    PATH,
    PLACE,
    QUEUE,
    QUEUE_AGES,
    RULE_FLAGS,
    SETTLED,
    WAITING,
    Network,
    Table,
    filled_table,
)
from corridor.scenario.events import EventKind
from corridor.scenario.places import PlaceKind
from corridor.scenario.presets import Preset
from corridor.scenario.routes import route_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.engine.network.active_events import ActiveEvents
    from corridor.engine.network.paths import TravelPaths
    from corridor.engine.settings import Settings
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

_PASSING = (PlaceKind.SCREENING, PlaceKind.RECEPTION)


def same_road(one: str, other: Route) -> bool:
    """Whether a route id names a road, in its direction or, if it goes both ways, in either."""
    return one == other.route or (other.both_ways and one == route_id(other.destination, other.origin, other.via))


@dataclass(frozen=True)
class Layout:
    """The network of a scenario, with what its indices mean.

    Attributes
    ----------
    network
        The tables.
    routes
        The directed routes.
    paths
        The paths that people may choose.
    queues
        What each queue waits for: a place id, or a route id.
    begins
        For each place, the slot where its people are before day 0.
    tables
        The positions of the night, by their slots.
    """

    network: Network
    routes: tuple[Route, ...]
    paths: TravelPaths
    queues: tuple[str, ...]
    begins: tuple[int, ...]
    tables: PositionTables


def lay_out(active_events: ActiveEvents, *, is_prescribed: bool = False) -> Layout:
    """Return the network of a scenario.

    Parameters
    ----------
    active_events
        The scenario, with its directed routes and settings.
    is_prescribed
        Whether the number of people who set out each day is prescribed.
    """
    scenario, settings, routes = active_events.scenario, active_events.settings, active_events.routes
    is_whole = settings.whole_way and settings.awareness_level > 0
    paths = whole_paths(active_events) if is_whole else paths_of(scenario, settings, routes)
    positions = positions_of(active_events, paths)
    slots = Slots()
    resting = _resting_slots(scenario, positions, slots)
    queues = _queues(scenario, routes, paths, slots)
    tables = PositionTables(positions, resting.of, slots)
    ends = {"route": [w.routes[0] for w in paths.rows], "destination": [w.places[-1] for w in paths.rows]}
    hops, ways = tables.hops_and_ways()
    place = _place_table(scenario, paths, tables, {**resting.columns, **queues.of_place})
    rest, road, clock = tables.rest(queues.of_place), tables.road(), tables.clock()
    first_merged, merged_part = merged_parts(clock, place, rest, hops, road)
    network = Network(
        place=place,
        queue=filled_table(QUEUE, queues.rows),
        path=filled_table(PATH, {**ends, "following": paths.following, "queue": queues.of_path}),
        rest=rest,
        hop=hops,
        part_slot=ways,
        road=road,
        rester=tables.resters(resting.columns["new"]),
        slow=np.array([route.walk_probability for route in settings.routes], dtype=np.float64),
        slot=slots.table(),
        slot_block=slots.blocks(),
        share=np.array([group.share for group in scenario.groups], dtype=np.float64),
        rule_flags=rule_flags_of(settings, is_prescribed=is_prescribed),
        clock=clock,
        level=np.array(tables.level, dtype=np.int64),
        first_merged=first_merged,
        merged_part=merged_part,
        level_below=tables.level_below(),
    )
    return Layout(network, routes, paths, tuple(queues.names), _begins(network), tables)


def _place_table(
    scenario: Scenario, paths: TravelPaths, tables: PositionTables, columns: Mapping[str, Sequence[int]]
) -> Table:
    """Return the table of places, from the columns of slots and queues."""
    places = {
        **columns,
        "first_path": paths.first[:-1],
        "last_path": paths.first[1:],
        "morning": [tables.row[Rest(p)] for p in range(len(scenario.places))],
        "is_screening": [p.kind is PlaceKind.SCREENING for p in scenario.places],
        "is_camp": [p.kind.is_final for p in scenario.places],
        "is_town": [p.kind is PlaceKind.TOWN for p in scenario.places],
    }
    return filled_table(PLACE, places)


def rule_flags_of(settings: Settings, *, is_prescribed: bool) -> Table:
    """Return the rules by which people choose and set out, as far as they are the same everywhere."""
    columns = {
        "turns_back": settings.preset.is_flee,
        "waits": settings.preset is Preset.FLEE_3_1,
        "is_prescribed": is_prescribed,
        "takes_residents": settings.takes_residents,
        "is_poisson": settings.is_poisson,
        "per_day": settings.displaced_per_conflict_day,
        "share_per_day": settings.displaced_share_per_conflict_day,
        "weight_power": settings.weight_power,
        "pruning": settings.pruning_threshold,
    }
    return filled_table(RULE_FLAGS, {name: [value] for name, value in columns.items()})


def has_gate(scenario: Scenario, kind: PlaceKind) -> bool:
    """Whether everybody who comes to a place of a kind joins a queue; Flee knows no gates."""
    return kind in _PASSING or (kind.is_final and not scenario.preset.is_flee)


def _ground(scenario: Scenario, settings: Settings, paths: TravelPaths, routes: Sequence[Route]) -> Ground:
    index = scenario.place_index
    clock = clock_of(settings)
    paces = [
        (
            clock.pace(route, own),
            clock.pace(route, own, on_foot=True),
            clock.slow_speed(route, own) if own.walk_probability > 0 else 0,
        )
        for route, own in zip(routes, settings.routes, strict=True)
    ]
    closures = {e.subject for e in scenario.all_events if e.kind is EventKind.CLOSURE}
    may_shut = [
        bool({route.origin, route.destination} & closures) or any(same_road(c or "", route) for c in closures)
        for route in routes
    ]
    return Ground(
        settings=settings,
        clock=clock,
        paths=paths,
        paces=paces,
        turns_back_late=[scenario.preset.is_flee and shuts for shuts in may_shut],
        origins=[index[route.origin] for route in routes],
        holds=[has_gate(scenario, place.kind) for place in scenario.places],
        passes=[place.kind.is_final for place in scenario.places],
        n_days=scenario.n_days,
    )


def positions_of(active_events: ActiveEvents, paths: TravelPaths) -> Positions:
    """Return the positions of the night that people who choose some paths can reach."""
    scenario = active_events.scenario
    positions = Positions(_ground(scenario, active_events.settings, paths, active_events.routes))
    for p in range(len(scenario.places)):
        positions.begin(Rest(p))
        if active_events.settings.starts_on_foot:
            positions.begin(Rest(p, on_foot=True))
    positions.follow()
    return positions


@dataclass
class _Resting:
    columns: dict[str, list[int]]
    of: dict[Rest, int]


def _resting_slots(scenario: Scenario, positions: Positions, slots: Slots) -> _Resting:
    """Hand out the slots of each place one after the other: home, then all who are inside."""
    names = ("home", "rest", "new", "settled", "begin", "first_inside", "last_inside")
    columns: dict[str, list[int]] = {name: [] for name in names}
    by_place: list[list[Rest]] = [[] for _ in scenario.places]
    for rest in sorted(positions.rests):
        by_place[rest.place].append(rest)
    of: dict[Rest, int] = {}
    kinds = len(levels_of(positions))
    for p, place in enumerate(scenario.places):
        is_camp = place.kind.is_final
        exposure = SETTLED if is_camp or place.kind is PlaceKind.TOWN else WAITING
        columns["home"].append(slots.add(p, HOME) if place.kind is PlaceKind.TOWN else -1)
        columns["first_inside"].append(len(slots.place))
        columns["new"].append(slots.add(p, NEW) if is_camp and has_gate(scenario, place.kind) else -1)
        for rest in by_place[p]:
            of[rest] = slots.add_block(p, exposure, kinds)
        columns["last_inside"].append(len(slots.place))
        columns["rest"].append(-1 if is_camp else of[Rest(p)])
        columns["settled"].append(of[Rest(p)] if is_camp else -1)
        columns["begin"].append(of[Rest(p, on_foot=positions.ground.settings.starts_on_foot)])
    return _Resting(columns, of)


def _begins(network: Network) -> tuple[int, ...]:
    """Return the slot where the people of each place are before day 0.

    Residents are at home, people in camps have settled, those at screening or reception wait for
    it, others rest where they are.
    """
    at = network.place
    queues = [network.queue.slot[q] if q >= 0 else s for q, s in zip(at.pass_queue, at.begin, strict=True)]
    return tuple(np.where(at.home >= 0, at.home, queues).tolist())


@dataclass
class _Queues:
    names: list[str]
    rows: dict[str, list[int]]
    of_place: dict[str, list[int]]
    of_path: list[int]


def _queues(scenario: Scenario, routes: Sequence[Route], paths: TravelPaths, slots: Slots) -> _Queues:
    """Give each gate a queue; a boarding queue leads to the shortest path that begins with its route."""
    index = scenario.place_index
    queues = _Queues([], {"slot": [], "place": [], "path": []}, {"pass_queue": [], "admit_queue": []}, [])

    def add(name: str, place: int, path: int) -> int:
        first = slots.add_block(place, WAITING, QUEUE_AGES, queued=True)
        queues.names.append(name)
        for column, value in (("slot", first), ("place", place), ("path", path)):
            queues.rows[column].append(value)
        return len(queues.names) - 1

    for p, place in enumerate(scenario.places):
        gate = add(place.place, p, -1) if has_gate(scenario, place.kind) else -1
        queues.of_place["pass_queue"].append(-1 if place.kind.is_final else gate)
        queues.of_place["admit_queue"].append(gate if place.kind.is_final else -1)
    of_route = dict.fromkeys(range(len(routes)), -1)
    for r in _gated(scenario, routes):
        ends = [o for o, path in enumerate(paths.rows) if path.routes[0] == r]
        if ends:
            shortest = min(ends, key=lambda o: len(paths.rows[o].routes))
            of_route[r] = add(routes[r].route, index[routes[r].origin], shortest)
    queues.of_path = [of_route[path.routes[0]] for path in paths.rows]
    return queues


def _gated(scenario: Scenario, routes: Sequence[Route]) -> list[int]:
    """Return the routes on which people need a seat, place after place."""
    index = scenario.place_index
    gated = {e.subject for e in scenario.all_events if e.kind is EventKind.TRANSPORT and e.subject}
    rows = [r for r, route in enumerate(routes) if any(same_road(subject, route) for subject in gated)]
    return sorted(rows, key=lambda r: (index[routes[r].origin], r))
