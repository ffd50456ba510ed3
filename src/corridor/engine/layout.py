"""The fixed part of a program: which slots, queues, options and nodes a scenario has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.program import (
    EN_ROUTE,
    HOME,
    HOP,
    NEW,
    NODE,
    OPTION,
    PARTS_OF_DAY,
    PLACE,
    QUEUE,
    QUEUE_AGES,
    ROAD,
    SETTLED,
    SLOT,
    WAITING,
    Map,
    filled_table,
)
from corridor.scenario.events import EventKind
from corridor.scenario.places import PlaceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

_PASSING = (PlaceKind.SCREENING, PlaceKind.RECEPTION)


def directed_routes(scenario: Scenario) -> tuple[Route, ...]:
    """Return every route in each direction in which it can be used."""
    there = tuple(scenario.routes)
    back = tuple(route.reversed() for route in scenario.routes if route.both_ways)
    return there + back


def same_road(one: str, other: Route) -> bool:
    """Whether a route id names a road, in its direction or, if it goes both ways, in either."""
    return one == other.route or (other.both_ways and one == other.reversed().route)


def length_in_parts(scenario: Scenario, route: Route) -> int:
    """Return how many parts of a day's travel a route takes, at least one.

    Rounding to whole parts moves a length by at most half a part: 0.7 km on foot.
    """
    days = route.travel_days
    if days is None:
        speed = scenario.parameter(f"speed_{route.mode.value}_km_per_day").prior
        days = route.distance_km / speed.value  # type: ignore[union-attr]  # must_be_fixed
    return max(1, round(days * PARTS_OF_DAY))


@dataclass
class Slots:
    """Slots being handed out, each with its place and its class of exposure."""

    place: list[int] = field(default_factory=list)
    exposure: list[int] = field(default_factory=list)

    def add(self, place: int, exposure: int) -> int:
        """Hand out one slot."""
        self.place.append(place)
        self.exposure.append(exposure)
        return len(self.place) - 1


@dataclass(frozen=True)
class Layout:
    """The map of a scenario, with the directed routes and queues that its indices mean."""

    map: Map
    routes: tuple[Route, ...]
    queues: tuple[str, ...]
    """What each queue waits for: a place id, or a route id."""


def lay_out(scenario: Scenario) -> Layout:
    """Return the map of a scenario."""
    index = {place.place: p for p, place in enumerate(scenario.places)}
    routes = directed_routes(scenario)
    order = sorted(range(len(routes)), key=lambda r: (index[routes[r].origin], r))
    slots = Slots()
    resting = _resting_slots(scenario, slots)
    queues = _queues(scenario, routes, order, index, slots)
    lengths = [length_in_parts(scenario, route) for route in routes]
    roads = _roads(routes, lengths, index, slots)
    origins = [index[routes[r].origin] for r in order]
    first = np.searchsorted(origins, np.arange(len(index) + 1)).tolist()
    options = {"route": order, "destination": [index[routes[r].destination] for r in order]}
    nodes, hops = _nodes(first, options, lengths, roads)
    turn_back = [
        resting["rest"][index[r.origin]]
        if resting["rest"][index[r.origin]] >= 0
        else resting["settled"][index[r.origin]]
        for r in routes
    ]
    places = {
        **resting,
        **queues.of_place,
        "first_option": first[:-1],
        "last_option": first[1:],
        "start_node": range(len(index)),
        "is_screening": [p.kind is PlaceKind.SCREENING for p in scenario.places],
    }
    themap = Map(
        place=filled_table(PLACE, places),
        queue=filled_table(QUEUE, queues.rows),
        option=filled_table(OPTION, {**options, "queue": queues.of_option}),
        node=filled_table(NODE, nodes),
        hop=filled_table(HOP, hops),
        road=filled_table(ROAD, roads.rows),
        turn_back=np.array(turn_back, dtype=np.int64),
        slot=filled_table(SLOT, {"place": slots.place, "exposure": slots.exposure}),
        share=np.array([group.share for group in scenario.groups], dtype=np.float64),
    )
    return Layout(map=themap, routes=routes, queues=tuple(queues.names))


def _resting_slots(scenario: Scenario, slots: Slots) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"home": [], "rest": [], "new": [], "settled": []}
    for p, place in enumerate(scenario.places):
        is_town = place.kind is PlaceKind.TOWN
        found["home"].append(slots.add(p, HOME) if is_town else -1)
        exposure = SETTLED if is_town else WAITING
        found["rest"].append(-1 if place.kind.is_final else slots.add(p, exposure))
        found["new"].append(slots.add(p, NEW) if place.kind.is_final else -1)
        found["settled"].append(slots.add(p, SETTLED) if place.kind.is_final else -1)
    return found


@dataclass
class _Queues:
    names: list[str]
    rows: dict[str, list[int]]
    of_place: dict[str, list[int]]
    of_option: list[int]


def _queues(
    scenario: Scenario,
    routes: Sequence[Route],
    order: Sequence[int],
    index: dict[str, int],
    slots: Slots,
) -> _Queues:
    gated = {e.subject for e in scenario.all_events if e.kind is EventKind.TRANSPORT}
    names: list[str] = []
    rows: dict[str, list[int]] = {"slot": [], "place": [], "option": []}
    of_place: dict[str, list[int]] = {"pass_queue": [], "admit_queue": []}
    of_option = [-1] * len(routes)

    def add(name: str, place: int, option: int) -> int:
        first, *_ = [slots.add(place, WAITING) for _ in range(QUEUE_AGES)]
        names.append(name)
        rows["slot"].append(first)
        rows["place"].append(place)
        rows["option"].append(option)
        return len(names) - 1

    for p, place in enumerate(scenario.places):
        is_passing = place.kind in _PASSING
        of_place["pass_queue"].append(add(place.place, p, -1) if is_passing else -1)
        of_place["admit_queue"].append(add(place.place, p, -1) if place.kind.is_final else -1)
    for o, r in enumerate(order):
        if any(same_road(subject, routes[r]) for subject in gated if subject):
            of_option[o] = add(routes[r].route, index[routes[r].origin], o)
    return _Queues(names, rows, of_place, of_option)


@dataclass
class _Roads:
    slot: dict[tuple[int, int], int]
    rows: dict[str, list[int]]


def _roads(routes: Sequence[Route], lengths: Sequence[int], index: dict[str, int], slots: Slots) -> _Roads:
    """Give each part of each route a slot; people move from later parts first."""
    place_count = len(index)
    slot: dict[tuple[int, int], int] = {}
    rows: dict[str, list[int]] = {"slot": [], "route": [], "node": [], "next": []}
    for r, route in enumerate(routes):
        to = index[route.destination]
        for part in range(lengths[r] - 1, 0, -1):
            slot[r, part] = slots.add(to, EN_ROUTE)
            left = lengths[r] - part
            arrives = left <= PARTS_OF_DAY
            rows["slot"].append(slot[r, part])
            rows["route"].append(r)
            rows["node"].append(left * place_count + to if arrives else -1)
            rows["next"].append(-1 if arrives else slot[r, part + PARTS_OF_DAY])
    return _Roads(slot, rows)


def _nodes(
    first: Sequence[int],
    options: dict[str, list[int]],
    lengths: Sequence[int],
    roads: _Roads,
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """List the nodes by part of the day, then by place, and their hops; the last part has none."""
    place_count = len(first) - 1
    routes, to = options["route"], options["destination"]
    nodes: dict[str, list[int]] = {"place": [], "first_hop": [], "last_hop": []}
    hops: dict[str, list[int]] = {"node": [], "slot": []}
    for part in range(PARTS_OF_DAY + 1):
        for p in range(place_count):
            nodes["place"].append(p)
            nodes["first_hop"].append(len(hops["node"]))
            for o in range(first[p], first[p + 1]) if part < PARTS_OF_DAY else ():
                end = part + lengths[routes[o]]
                arrives = end <= PARTS_OF_DAY
                hops["node"].append(end * place_count + to[o] if arrives else -1)
                slot = -1 if arrives else roads.slot[routes[o], PARTS_OF_DAY - part]
                hops["slot"].append(slot)
            nodes["last_hop"].append(len(hops["node"]))
    return nodes, hops
