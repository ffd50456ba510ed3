"""The network on a map: places, routes and country outlines, as a drawing of plain shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.report.facts.series import HIGH, LOW
from corridor.report.figures.label_placement import Area, Label, free_spot, label_for
from corridor.runs.folder import FLOWS
from corridor.scenario.events import EventKind
from corridor.scenario.observations import Measure
from corridor.scenario.outlines import Box, Country, outlines
from corridor.scenario.places import PlaceKind

if TYPE_CHECKING:
    from datetime import date

    from corridor.report.facts.context import ReportContext
    from corridor.report.languages.language import Language
    from corridor.scenario.places import Place
    from corridor.scenario.scenario import Scenario

WIDTH = 600.0
SHORTEST, TALLEST = 360.0, 620.0
MOST_LABELS = 24
KM_PER_DEGREE = 111.2
COARSE_DECIMALS = 1  # 0.1 degree is about 11 km
FINE_DECIMALS = 2
_GRID = 14
THINNEST, WIDEST_FLOW = 1.5, 12.0
"""Pixels of a way that nobody takes, and of the one that most people take; the page of `serve` has the same."""


@dataclass(frozen=True)
class Spot:
    """A place as it is drawn; lengths in pixels of the drawing."""

    place: str
    kind: str
    x: float
    y: float
    radius: float
    high_radius: float
    is_besieged: bool
    words: str


@dataclass(frozen=True)
class Line:
    """A route as it is drawn."""

    points: tuple[tuple[float, float], ...]
    is_closed: bool
    is_one_way: bool
    width: float = THINNEST


@dataclass(frozen=True)
class Drawing:
    """A map, ready for the template that turns it into SVG."""

    width: float
    height: float
    land: tuple[str, ...]
    lines: tuple[Line, ...]
    spots: tuple[Spot, ...]
    labels: tuple[Label, ...]
    countries: tuple[Label, ...]
    scale_km: float
    scale_px: float
    description: str
    not_shown: tuple[str, ...]
    widest: str = ""

    def across(self, place: str) -> float:
        """Return how far from the left a place lies, as a fraction of the width; the middle if it is not drawn."""
        return next((spot.x / self.width for spot in self.spots if spot.place == place), 0.5)


@dataclass(frozen=True)
class Frame:
    """How degrees become pixels: longitudes are shortened as in the middle of the map."""

    box: Box
    px_per_degree: float
    shrink: float

    @property
    def height(self) -> float:
        """Return the height of the drawing in pixels."""
        return (self.box.north - self.box.south) * self.px_per_degree

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a point is drawn."""
        x = (lon - self.box.west) * self.shrink * self.px_per_degree
        return round(x, 1), round((self.box.north - lat) * self.px_per_degree, 1)


def network_map(context: ReportContext) -> Drawing | None:
    """Return the places and routes of the scenario on a map; None if no place has coordinates.

    Positions of places that are or ever were besieged, and of those to which one gets from there,
    are rounded to 0.1 degree, so that the map shows nobody where people hide or by which lane they
    leave.
    """
    scenario = context.run.scenario
    where = positions(scenario)
    if not where:
        return None
    frame = _frame(list(where.values()))
    countries = outlines(frame.box)
    spots = tuple(_spot(context, row, frame, where[row.place]) for row in scenario.places if row.place in where)
    flows = _flows(context, where)
    lines = _lines(scenario, frame, where, context.origin, flows)
    scale_km, scale_px = _scale(frame)
    taken = [
        Area(spot.x - spot.radius, spot.y - spot.radius, spot.x + spot.radius, spot.y + spot.radius) for spot in spots
    ]
    taken.append(Area(0, frame.height - 34, scale_px + 60, frame.height))
    labels = _labels(context, spots, taken, (WIDTH, frame.height))
    not_shown = tuple(context.name(row.place) for row in scenario.places if row.place not in where)
    return Drawing(
        width=WIDTH,
        height=round(frame.height, 1),
        land=tuple(_path(country, frame) for country in countries),
        lines=lines,
        spots=spots,
        labels=labels,
        countries=_country_names(countries, frame, taken, context.language),
        scale_km=scale_km,
        scale_px=scale_px,
        description=_description(context, where, lines),
        not_shown=not_shown,
        widest=context.guard.text(max(flows.values()), 2) if flows else "",
    )


def positions(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude of places, coarse for sieges and the exits from them."""
    sieges = {row.subject for row in scenario.events if row.kind is EventKind.SIEGE}
    exits = {row.destination for row in scenario.routes if row.origin in sieges}
    points = {}
    for row in scenario.places:
        if row.lat is not None and row.lon is not None:
            is_coarse = row.place in sieges or (row.place in exits and not row.kind.is_final)
            decimals = COARSE_DECIMALS if is_coarse else FINE_DECIMALS
            points[row.place] = (round(row.lon, decimals), round(row.lat, decimals))
    return points


def route_points(
    scenario: Scenario, where: dict[str, tuple[float, float]]
) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return longitude and latitude of the points of each route whose ends are on the map, as far as they are stated.

    Of a way into or out of a siege the ends alone are shown, so that the map shows nobody by which lane people leave.
    """
    sieges = {row.subject for row in scenario.events if row.kind is EventKind.SIEGE}
    points = {}
    for row in scenario.routes:
        if row.origin in where and row.destination in where:
            is_coarse = bool({row.origin, row.destination} & sieges)
            inner = () if is_coarse else tuple((lon, lat) for lat, lon in row.points[1:-1])
            points[row.route] = (where[row.origin], *inner, where[row.destination])
    return points


def _frame(points: list[tuple[float, float]]) -> Frame:
    lons, lats = zip(*points, strict=True)
    shrink = max(math.cos(math.radians((min(lats) + max(lats)) / 2)), 0.2)
    wide = max((max(lons) - min(lons)) * shrink, 0.4) * 1.3
    high = max(max(lats) - min(lats), 0.4) * 1.22
    wide = max(wide, high * WIDTH / TALLEST)
    high = max(high, wide * SHORTEST / WIDTH)
    lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    box = Box(lon - wide / shrink / 2, lat - high / 2, lon + wide / shrink / 2, lat + high / 2)
    return Frame(box, WIDTH / wide, shrink)


def _spot(context: ReportContext, row: Place, frame: Frame, where: tuple[float, float]) -> Spot:
    x, y = frame.pixel(*where)
    is_besieged = row.place in context.besieged
    radius = high_radius = 3.5 if row.kind is PlaceKind.TOWN else 5.0
    words = ""
    measure, when = (
        (Measure.INSIDE, context.origin + timedelta(days=1)) if is_besieged else (Measure.STOCK, context.end)
    )
    series = context.series.find(measure, row.place)
    estimate = series.estimate(when, LOW, HIGH) if series else None
    if estimate is not None and (row.kind.is_final or is_besieged) and estimate.high >= 1:
        words = context.guard.people(estimate.low, estimate.likely, estimate.high)
        if row.kind.is_final:
            largest = max(one.largest for one in context.series.places(Measure.STOCK))
            radius, high_radius = (
                round(5 + 15 * math.sqrt(min(max(value, context.guard.below) / largest, 1)), 1)
                for value in (estimate.likely, estimate.high)
            )
    if is_besieged:
        radius = high_radius = max(9.0, round(0.05 * frame.px_per_degree, 1))
    return Spot(row.place, row.kind.value, x, y, radius, high_radius, is_besieged, words)


def line_width(likely: float, most: float) -> float:
    """Return how wide a way is drawn, pixels: by the root of the people who likely set out along it.

    Examples
    --------
    >>> line_width(0, 4000), line_width(1000, 4000), line_width(4000, 4000)
    (1.5, 6.75, 12.0)
    """
    return THINNEST + (WIDEST_FLOW - THINNEST) * math.sqrt(min(likely / most, 1.0))


def _flows(context: ReportContext, where: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Return how many people likely set out along each way that is drawn; nothing where nobody does, or few."""
    stated = context.run.run.get(FLOWS)
    drawn = route_points(context.run.scenario, where)
    flows = {
        route: float(people[1])
        for route, people in (stated.items() if isinstance(stated, dict) else ())
        if route in drawn
    }
    shown = {route: 0.0 if context.guard.hides(people) else people for route, people in flows.items()}
    return shown if any(shown.values()) else {}


def _lines(
    scenario: Scenario,
    frame: Frame,
    where: dict[str, tuple[float, float]],
    origin: date,
    flows: dict[str, float],
) -> tuple[Line, ...]:
    most = max(flows.values(), default=1.0)
    shut = {row.subject for row in scenario.events if row.kind is EventKind.CLOSURE and row.covers(origin)}
    points = route_points(scenario, where)
    lines = []
    for row in scenario.routes:
        if row.route in points:
            start, *inner, end = (frame.pixel(lon, lat) for lon, lat in points[row.route])
            middle = (round((start[0] + end[0]) / 2, 1), round((start[1] + end[1]) / 2, 1))
            is_closed = not shut.isdisjoint({row.route, row.origin, row.destination})
            width = round(line_width(flows.get(row.route, 0.0), most), 1)
            lines.append(Line((start, *(inner or [middle]), end), is_closed, not row.both_ways, width))
    return tuple(lines)


def _labels(
    context: ReportContext, spots: tuple[Spot, ...], taken: list[Area], size: tuple[float, float]
) -> tuple[Label, ...]:
    important = sorted(spots, key=lambda spot: (not spot.words, spot.kind == "town", -spot.radius))
    labels = []
    for spot in important[:MOST_LABELS]:
        text = (context.name(spot.place).partition(" (")[0], context.language.drawn(spot.words))
        label = label_for((spot.x, spot.y), spot.high_radius, text, taken, size)
        if label is not None:
            labels.append(label)
            taken.append(label.area)
    return tuple(labels)


def _country_names(
    countries: tuple[Country, ...], frame: Frame, taken: list[Area], language: Language
) -> tuple[Label, ...]:
    box = frame.box
    steps = [(number + 0.5) / _GRID for number in range(_GRID)]
    grid = [
        (box.west + (box.east - box.west) * across, box.south + (box.north - box.south) * up)
        for across in steps
        for up in steps
    ]
    labels = []
    for country in countries:
        inside = [frame.pixel(*point) for point in grid if country.holds(point)]
        label = free_spot(language.country(country.code, country.name).upper(), inside, taken, (WIDTH, frame.height))
        if label is not None and len(inside) > len(grid) / 40:
            labels.append(label)
            taken.append(label.area)
    return tuple(labels)


def _path(country: Country, frame: Frame) -> str:
    parts = []
    for ring in country.rings:
        points = (frame.pixel(*point) for point in ring)
        parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
    return "".join(parts)


def _scale(frame: Frame) -> tuple[float, float]:
    px_per_km = frame.px_per_degree / KM_PER_DEGREE
    room_km = WIDTH / 4 / px_per_km
    power = 10 ** math.floor(math.log10(room_km))
    km = max(step * power for step in (1, 2, 5) if step * power <= room_km)
    return (int(km) if km >= 1 else km), round(km * px_per_km, 1)


def _description(context: ReportContext, where: dict[str, tuple[float, float]], lines: tuple[Line, ...]) -> str:
    names = context.language.listed(context.name(place) for place in list(where)[:MOST_LABELS])
    closed = sum(line.is_closed for line in lines)
    return context.language.message(
        "Map of {places} places and {routes} routes, {closed} of them closed: {names}.",
        places=len(where),
        routes=len(lines),
        closed=closed,
        names=names,
    )
