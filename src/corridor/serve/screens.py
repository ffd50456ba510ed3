"""What the page must know of a scenario before anything is calculated: its map, sliders, reports and days."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from corridor.report.figures.network_map import positions, route_points
from corridor.scenario.events import EventKind
from corridor.scenario.names import isolated
from corridor.scenario.observations import Measure, Observation, Observations, Qualifier, by_reports
from corridor.scenario.outlines import Box, outlines
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.routes import TravelMode
from corridor.serve.languages import Sentence
from corridor.serve.sliders import Slider, sliders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

DEFAULT_DAYS = 28
_MARGIN_DEGREES = 3.0


class ScreenPlace(BaseModel):
    """A place as the map shows it; no coordinates, no mark."""

    place: str
    name: str
    kind: PlaceKind
    lon: float | None
    lat: float | None
    capacity: int | None


class ScreenRoute(BaseModel):
    """A route as the map shows it."""

    route: str
    origin: str
    destination: str
    mode: TravelMode
    both_ways: bool
    points: list[tuple[float, float]] = Field(description="longitude and latitude; empty where an end has none")


class Siege(BaseModel):
    """Days on which a place is besieged; no end is open."""

    place: str
    start: dt.date
    end: dt.date | None


class Outline(BaseModel):
    """A country: its name and rings of longitude and latitude."""

    name: str
    rings: list[list[tuple[float, float]]]


class ScreenReport(BaseModel):
    """A report as the chart shows it."""

    date: dt.date
    place: str
    measure: Measure
    qualifier: Qualifier
    people: float
    people_high: float | None
    source: str
    known_on: dt.date
    use: str
    definition: str | None
    sentence: str = Field(description="what a text states, word for word; blank where no text was read")
    brought_from: Sentence = Field(description="file, rows or characters, what brought it; blank if by hand")


class ScreenAlternative(BaseModel):
    """A what-if that the scenario states."""

    alternative: str
    meaning: str


class Screen(BaseModel):
    """A scenario as the page opens it."""

    scenario: str
    title: str
    is_editable: bool
    start: dt.date
    end: dt.date
    known_by: dt.date
    days: int
    main_place: str
    places: list[ScreenPlace]
    routes: list[ScreenRoute]
    besieged: list[Siege]
    outlines: list[Outline]
    sliders: tuple[Slider, ...]
    reports: list[ScreenReport]
    alternatives: list[ScreenAlternative]


def screen_of(
    name: str, scenario: Scenario, observations: Observations, *, known_by: dt.date | None, is_editable: bool
) -> Screen:
    """Return what the page must know of a scenario as it was known on a day.

    Parameters
    ----------
    name
        Under which it is listed.
    scenario, observations
        As its folder has them.
    known_by
        Last day known; None takes that of the last report that leaves four weeks of the calendar.
    is_editable
        Whether the page may write to it.
    """
    known_by, days = _days_of(scenario, observations, known_by)
    where = positions(scenario)
    lines = route_points(scenario, where)
    as_known = scenario.known_by(known_by)
    return Screen(
        scenario=name,
        title=scenario.name,
        is_editable=is_editable,
        start=scenario.start,
        end=scenario.end,
        known_by=known_by,
        days=days,
        main_place=_main_place(scenario, observations),
        places=[_place(row, where.get(row.place)) for row in as_known.places],
        routes=[_route(row, lines.get(row.route, ())) for row in scenario.routes],
        besieged=[
            Siege(place=row.subject, start=row.start, end=row.end)
            for row in as_known.events
            if row.kind is EventKind.SIEGE and row.subject is not None
        ],
        outlines=_outlines(list(where.values())),
        sliders=sliders(scenario, known_by),
        reports=[_report(row) for row in observations if row.people is not None],
        alternatives=[
            ScreenAlternative(alternative=row.alternative, meaning=row.meaning) for row in scenario.alternatives
        ],
    )


def _place(row: Place, position: tuple[float, float] | None) -> ScreenPlace:
    lon, lat = position or (None, None)
    return ScreenPlace(place=row.place, name=isolated(row.name), kind=row.kind, lon=lon, lat=lat, capacity=row.capacity)


def _route(row: Route, points: Sequence[tuple[float, float]]) -> ScreenRoute:
    shown: dict[str, Any] = {name: getattr(row, name) for name in ScreenRoute.model_fields if name != "points"}
    return ScreenRoute(**shown, points=list(points))


def _days_of(scenario: Scenario, observations: Observations, known_by: dt.date | None) -> tuple[dt.date, int]:
    """Return the last day known and the days ahead, within the calendar."""
    latest = scenario.end - dt.timedelta(days=min(DEFAULT_DAYS, max(1, scenario.n_days // 2)))
    if known_by is None:
        known_by = max((row.known_on for row in observations), default=latest)
    known_by = min(max(known_by, scenario.start), scenario.end - dt.timedelta(days=1), latest)
    return known_by, min(DEFAULT_DAYS, (scenario.end - known_by).days)


def _main_place(scenario: Scenario, observations: Observations) -> str:
    """Return the counted place of rest with most reports; without any, the first that is final."""
    final = [row.place for row in scenario.places if row.kind.is_final]
    counted = {place for row in observations if row.measure is Measure.STOCK for place in row.places}
    among = [place for place in final if place in counted] or final or [scenario.places[0].place]
    return by_reports(among, observations)[0]


def _report(row: Observation) -> ScreenReport:
    own = set(ScreenReport.model_fields) - {"use", "sentence", "brought_from"}
    shown: dict[str, Any] = {name: getattr(row, name) for name in own}
    origin = row.origin
    sentence, brought_from = ("", "") if origin is None else (isolated(origin.sentence), origin.words())
    return ScreenReport(**shown, use=row.use.value, sentence=sentence, brought_from=brought_from)


def _outlines(points: list[tuple[float, float]]) -> list[Outline]:
    if not points:
        return []
    lons, lats = zip(*points, strict=True)
    box = Box(
        max(min(lons) - _MARGIN_DEGREES, -180),
        max(min(lats) - _MARGIN_DEGREES, -90),
        min(max(lons) + _MARGIN_DEGREES, 180),
        min(max(lats) + _MARGIN_DEGREES, 90),
    )
    return [Outline(name=row.name, rings=[list(ring) for ring in row.rings]) for row in outlines(box)]
