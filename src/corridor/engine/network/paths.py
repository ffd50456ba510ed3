"""The paths that people may choose from a place: one route, or several in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.scenario.places import PlaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.engine.settings import Settings
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario


@dataclass(frozen=True)
class TravelPath:
    """A path from a place: the routes in a row, their length in all, and the places at their ends."""

    routes: tuple[int, ...]
    places: tuple[int, ...]
    length_km: float


@dataclass(frozen=True)
class TravelPaths:
    """The paths from each place, place after place.

    Attributes
    ----------
    rows
        The paths.
    first
        Index of the first path of each place, and one more.
    following
        For each path, the one that its rest is at the end of its first route; -1 is none.
    """

    rows: tuple[TravelPath, ...]
    first: tuple[int, ...]
    following: tuple[int, ...]


def directed_routes(scenario: Scenario) -> tuple[Route, ...]:
    """Return every route in each direction in which it can be used."""
    there = tuple(scenario.routes)
    back = tuple(route.reversed() for route in scenario.routes if route.both_ways)
    return there + back


@dataclass(frozen=True)
class _Search:
    """Finds all paths from a place that visit no place twice."""

    awareness_level: int
    routes: Sequence[Route]
    out: Sequence[Sequence[int]]
    ends: Sequence[int]
    travelled: Sequence[int]
    is_marker: Sequence[bool]

    def look(self, r: int, before: TravelPath, visited: frozenset[int], steps: int) -> Iterator[TravelPath]:
        """Yield the paths that continue another along a route; markers cost no step."""
        end = self.ends[r]
        path = TravelPath(
            (*before.routes, self.travelled[r]),
            (*before.places, end),
            before.length_km + self.routes[r].distance_km,
        )
        if self.is_marker[end]:
            steps -= 1
        else:
            yield path
        if self.awareness_level > steps:
            for following in self.out[end]:
                if self.ends[following] not in visited:
                    yield from self.look(following, path, visited | {end}, steps + 1)


def paths_of(scenario: Scenario, settings: Settings, routes: Sequence[Route]) -> TravelPaths:
    """Return all paths that people may choose from, as far ahead as they are aware of places.

    Where routes run side by side, Flee weighs each and then travels on the first of them; under
    Corridor's own rules people travel on the one that they chose.
    """
    index = scenario.place_index
    out: list[list[int]] = [[] for _ in index]
    for r, route in enumerate(routes):
        out[index[route.origin]].append(r)
    search = _Search(
        awareness_level=settings.awareness_level,
        routes=routes,
        out=out,
        ends=[index[route.destination] for route in routes],
        travelled=_travelled(routes, first_of_parallels=settings.preset.is_flee),
        is_marker=[place.kind is PlaceKind.MARKER for place in scenario.places],
    )
    rows: list[TravelPath] = []
    first = [0]
    for p in range(len(index)):
        if settings.awareness_level > 0:
            for r in out[p]:
                rows += search.look(r, TravelPath((), (), 0.0), frozenset({p}), 1)
        first.append(len(rows))
    return TravelPaths(tuple(rows), tuple(first), following(rows))


def _travelled(routes: Sequence[Route], *, first_of_parallels: bool) -> list[int]:
    if not first_of_parallels:
        return list(range(len(routes)))
    earliest: dict[tuple[str, str], int] = {}
    return [earliest.setdefault((route.origin, route.destination), r) for r, route in enumerate(routes)]


def following(rows: Sequence[TravelPath]) -> tuple[int, ...]:
    """Return for each path the one that its rest is at the end of its first route; -1 is none."""
    origin_of = {row.routes: o for o, row in reversed(list(enumerate(rows)))}
    return tuple(origin_of[row.routes[1:]] if len(row.routes) > 1 else -1 for row in rows)
