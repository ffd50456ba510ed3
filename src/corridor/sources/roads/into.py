"""Routes into a scenario folder: the shortest ways between neighbouring places, and an account of what they rest on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from corridor.errors import UsageError
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import table_text
from corridor.scenario.places import Place
from corridor.scenario.routes import Route, TravelMode, shape_text
from corridor.sources.flee.account import many
from corridor.sources.roads.files import RoadFile, read_roads
from corridor.sources.roads.joining import roads_of, with_ends_joined
from corridor.sources.roads.neighbours import LONGER_FRACTION, Link, links_of
from corridor.sources.roads.network import network_of
from corridor.sources.roads.shapes import simplified
from corridor.sources.roads.straight import DETOUR, straight_links
from corridor.sources.roads.ways import Ways
from corridor.sources.tables.figures import Entry, Kind
from corridor.sources.tables.into import replace_tables
from corridor.sources.tables.sheets import refused

SNAP_KM = 5.0
"""A place this near to a road is on it; the way to the road, in a straight line, is part of the distance."""

MOST_PLACES = 20_000
"""More places are refused: without a road file every two of them are compared."""

_LEAST_KM, _ON_ROAD_KM = 0.01, 1.0


class RouteOptions(NamedTuple):
    """What a user decides about an import of routes."""

    snap_km: float = SNAP_KM
    detour: float = DETOUR
    mode: TravelMode = TravelMode.FOOT


def parsed_mode(text: str) -> TravelMode:
    """Return what people travel by, from what was typed.

    Raises
    ------
    UsageError
        There is no such mode.
    """
    modes = [mode.value for mode in TravelMode]
    if text not in modes:
        raise UsageError(f"'{text}' is not a mode. Use {listed(modes)}.{suggestion(text, modes)}")
    return TravelMode(text)


@dataclass(frozen=True)
class ImportedRoutes:
    """What an import of routes has done: routes added, changed and removed, and the places that have none."""

    folder: Path
    added: tuple[Route, ...]
    changed: int
    removed: int
    unchanged: int
    off_network: tuple[tuple[str, float], ...]
    islands: tuple[str, ...]
    account: tuple[Entry, ...]


class _Proposal(NamedTuple):
    """The routes that a file gives, places off the network with their distance, islands, and the account."""

    routes: tuple[Route, ...]
    off: tuple[tuple[Place, float], ...]
    islands: tuple[Place, ...]
    account: tuple[Entry, ...]


def import_routes(paths: Sequence[Path], folder: Path, options: RouteOptions) -> ImportedRoutes:
    """Put the shortest ways between neighbouring places into the routes of a scenario, and return what was done.

    Rows that an import brought, and that nobody changed, follow a new import; rows that a person wrote or changed
    stay, and no other is added for their two places.

    Parameters
    ----------
    paths
        Road files; none takes great-circle distances times the detour factor.
    folder
        The scenario.
    options
        Distance to a road, detour factor, mode of travel.

    Raises
    ------
    ScenarioError
        The files or the scenario cannot be used, or fewer than two places have coordinates.
    """
    scenario, _ = read_folder(folder)
    located = [place for place in scenario.places if place.lat is not None and place.lon is not None]
    if len(located) < 2 or len(located) > MOST_PLACES:  # noqa: PLR2004 - a route has two ends
        what = f"{len(located):,} places have coordinates; routes need two, and at most {MOST_PLACES:,}."
        raise refused("places.csv", "S023", what, "Write lat and lon, in degrees, for the places that roads join.")
    if paths:
        ways, files = read_roads(paths)
        proposal = _by_road(ways, files, located, options)
    else:
        proposal = _straight(located, options)
    rows, counts = _merged(scenario.routes, proposal.routes, frozenset(place.place for place in located))
    if rows != scenario.routes:
        replace_tables({"routes.csv": table_text(Route, rows)}, folder)
    present = {row.route for row in scenario.routes}
    account = (*proposal.account, *_left(scenario.places, located), *_merge_account(counts))
    return ImportedRoutes(
        folder,
        tuple(row for row in rows if row.route not in present),
        counts["changed"],
        counts["removed"],
        counts["unchanged"],
        tuple((place.place, km) for place, km in proposal.off),
        tuple(place.place for place in proposal.islands),
        account,
    )


def _degrees(places: Sequence[Place]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([place.lat for place in places], float), np.array([place.lon for place in places], float)


def _by_road(ways: Ways, files: Sequence[RoadFile], places: Sequence[Place], options: RouteOptions) -> _Proposal:
    """Return the shortest ways on roads, places snapped to them."""
    n_roads, all_km = ways.first.size - 1, float(ways.segment_km.sum())
    ways, ends = with_ends_joined(ways)
    lat, lon = _degrees(places)
    near = roads_of(ways).nearest(lat, lon, options.snap_km)
    on = np.flatnonzero(near.segment >= 0)
    nodes = ways.n_nodes + np.arange(on.size)
    ways = ways.with_vertices(near.segment[on], near.fraction[on], (near.lat[on], near.lon[on]), nodes)
    links = links_of(network_of(ways, nodes), nodes)
    snapped = [places[index] for index in on.tolist()]
    off_km = near.off_km[on]
    routes = tuple(_route(link, snapped, off_km, files, options) for link in links)
    linked = {end for route in routes for end in (route.origin, route.destination)}
    islands = tuple(place for place in snapped if place.place not in linked)
    off = tuple((places[k], float(near.off_km[k])) for k in np.flatnonzero(near.segment < 0).tolist())
    account = (
        Entry(Kind.READ, f"{many(n_roads, 'road')} of {all_km:,.0f} km from {', '.join(file.name for file in files)}."),
        Entry(Kind.TRANSLATED, _how(links, off_km, options)),
        *_ends_joined(ends),
        *_licences(files),
        *_parts(links, snapped),
        *_off(off, options),
        *(Entry(Kind.LEFT_OUT, f"{place.place}: its road leads to no other place.") for place in islands),
    )
    return _Proposal(routes, off, islands, account)


def _how(links: Sequence[Link], off_km: NDArray[np.float64], options: RouteOptions) -> str:
    away = int((off_km > _ON_ROAD_KM).sum())
    text = (
        f"{many(len(links), 'route')}: the shortest way between two places that no third lies between, that is, the "
        f"way through it would be more than {LONGER_FRACTION:.0%} longer; both ways, one-way streets too; by "
        f"{options.mode.value}."
    )
    if away:
        text += (
            f" {many(away, 'place')} {'is' if away == 1 else 'are'} more than {_ON_ROAD_KM:g} km from a road, at most "
            f"{options.snap_km:g} km: the straight line to it is part of the distance."
        )
    return text


def _ends_joined(count: int) -> Iterator[Entry]:
    if count:
        yield Entry(Kind.TRANSLATED, f"{many(count, 'loose end')} of roads joined to another road within 50 m.")


def _licences(files: Iterable[RoadFile]) -> Iterator[Entry]:
    for licence in dict.fromkeys(file.licence for file in files if file.licence):
        yield Entry(Kind.TO_DECIDE, f"the distances come from data under {licence}: say so where you show them.")


def _parts(links: Sequence[Link], places: Sequence[Place]) -> Iterator[Entry]:
    """Yield what the network falls into, if it is not one."""
    one, other = (np.array([end[side] for end in links], dtype=int) for side in (0, 1))
    graph = coo_array((np.ones(one.size), (one, other)), shape=(len(places), len(places)))
    _, part = connected_components(graph, directed=False)
    groups = [np.flatnonzero(part == number).tolist() for number in np.unique(part)]
    several = sorted((group for group in groups if len(group) > 1), key=len, reverse=True)
    if len(several) > 1:
        names = "; ".join(", ".join(places[k].place for k in group[:5]) + ", …" * (len(group) > 5) for group in several)  # noqa: PLR2004
        yield Entry(Kind.TO_DECIDE, f"the roads fall into {len(several)} parts that no road joins: {names}.")


def _off(off: Iterable[tuple[Place, float]], options: RouteOptions) -> Iterator[Entry]:
    for place, km in off:
        text = (
            f"{place.place}: the nearest road is some {math.ceil(km):,} km away, more than {options.snap_km:g} km "
            "(--snap-km): it has no route."
        )
        yield Entry(Kind.LEFT_OUT, text)


def _left(places: Iterable[Place], located: Sequence[Place]) -> Iterator[Entry]:
    known = {place.place for place in located}
    names = [place.place for place in places if place.place not in known]
    if names:
        text = f"{many(len(names), 'place')} without lat and lon in places.csv: {', '.join(names)}."
        yield Entry(Kind.LEFT_OUT, text)


def _straight(places: Sequence[Place], options: RouteOptions) -> _Proposal:
    lat, lon = _degrees(places)
    links = straight_links(lat, lon, options.detour)
    routes = tuple(_route(link, places, np.zeros(len(places)), (), options) for link in links)
    text = (
        f"no road file: {many(len(links), 'route')} between places that no third lies between, as long as the great "
        f"circle × {options.detour:g} (--detour); by {options.mode.value}, both ways."
    )
    doubt = "roads may be missing, or barred by water, mountains or a border: delete what does not exist."
    return _Proposal(routes, (), (), (Entry(Kind.TRANSLATED, text), Entry(Kind.TO_DECIDE, doubt)))


def _route(
    link: Link,
    places: Sequence[Place],
    off_km: NDArray[np.float64],
    files: Sequence[RoadFile],
    options: RouteOptions,
) -> Route:
    one, other = places[link.one], places[link.other]
    km = round(max(link.km + off_km[link.one] + off_km[link.other], _LEAST_KM), 2)
    ends = ((one.lat or 0.0, one.lon or 0.0), (other.lat or 0.0, other.lon or 0.0))
    how = "shortest way by road" if files else f"great circle x {options.detour:g}"
    notes = {
        "x_distance": how,
        "x_file": " + ".join(file.name for file in files),
        "x_sha256": " + ".join(file.digest for file in files),
        "x_import": "routes",
        "x_imported_km": f"{km:g}",
        "x_licence": "; ".join(dict.fromkeys(file.licence for file in files if file.licence)),
    }
    points = (ends[0], *link.points, ends[1]) if files else ()
    return Route(
        origin=one.place,
        destination=other.place,
        distance_km=km,
        mode=options.mode,
        both_ways=True,
        shape=shape_text(simplified(points, km)) if points else None,
        notes={key: text for key, text in notes.items() if text},
    )


def _merged(
    present: Sequence[Route], proposed: Sequence[Route], located: frozenset[str]
) -> tuple[tuple[Route, ...], Counter[str]]:
    """Return the routes of the scenario with those of an import; what a person wrote or changed stays."""
    counts: Counter[str] = Counter()
    waiting = {frozenset((row.origin, row.destination)): row for row in proposed}
    rows: list[Route] = []
    for row in present:
        new = waiting.pop(frozenset((row.origin, row.destination)), None)
        if row.notes.get("x_import") != "routes" or row.notes.get("x_imported_km") != f"{row.distance_km:g}":
            rows.append(row)
            counts["by_hand"] += new is not None
        elif new is not None:
            same = new.model_copy(update={"origin": row.origin, "destination": row.destination, "mode": row.mode})
            turned = same if row.origin == new.origin else row
            rows.append(turned)
            counts["unchanged" if turned == row else "changed"] += 1
        elif {row.origin, row.destination} <= located:
            counts["removed"] += 1
        else:
            rows.append(row)
    counts["added"] = len(waiting)
    return (*rows, *waiting.values()), counts


def _merge_account(counts: Counter[str]) -> Iterator[Entry]:
    if counts["by_hand"]:
        yield Entry(Kind.LEFT_OUT, f"{many(counts['by_hand'], 'route')} that a person wrote or changed: hers stay.")
    if counts["removed"]:
        text = f"{many(counts['removed'], 'route')} of an earlier import removed: its places are no neighbours now."
        yield Entry(Kind.TRANSLATED, text)
