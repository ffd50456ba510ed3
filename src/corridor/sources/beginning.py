"""A scenario from files alone: lists of places, counts, fighting and roads, put together in one sound folder."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from corridor.errors import ScenarioError
from corridor.scenario.io.read import EVERYBODY, read_folder
from corridor.scenario.io.write import write_scenario
from corridor.scenario.observations import Measure, Observation, Observations
from corridor.scenario.parameters import DEFINITIONS, LogNormal, Parameter
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.scenario import Scenario, Source
from corridor.sources.flee.account import many
from corridor.sources.flee.folder import check_free
from corridor.sources.roads.into import RouteOptions, import_routes
from corridor.sources.tables.clashes import is_of_conflict
from corridor.sources.tables.events import import_conflict, towns_of_fighting
from corridor.sources.tables.figures import HEADINGS, Entry, Kind, Reading
from corridor.sources.tables.files import read_file
from corridor.sources.tables.grades import grade_entries, source_of
from corridor.sources.tables.into import calendar_of, import_counts
from corridor.sources.tables.layouts import read_counts, title_of
from corridor.sources.tables.matching import Matcher
from corridor.sources.tables.place_lists import is_place_list, read_places
from corridor.sources.tables.sheets import SourceFile, refused

ASSUMED_TOWN = LogNormal(median=20_000, within_factor=10)
"""The residents of a town of which no file says how many it has: 2,000 to 200,000 in nine of ten cases."""

_ASSUMED = ("onset_rate_per_day", "departure_rate_per_day", "speed_foot_km_per_day", "unseen_sd")
_ROADS = (b"SQLite format 3\0", b"OSMHeader", b"LineString", b'"FeatureCollection"')
_HEAD = 4096
_FIRST_COUNT_WITHIN = 3.0


class FileKind(StrEnum):
    """What a file gives to a new scenario."""

    PLACES = "places"
    COUNTS = "counts"
    FIGHTING = "fighting"
    ROADS = "roads"


@dataclass(frozen=True)
class Begun:
    """A scenario that was begun: its folder, what each file gave, and the account of all of them."""

    folder: Path
    scenario: Scenario
    reports: int
    last_known: dt.date
    kinds: tuple[tuple[str, FileKind], ...]
    account: tuple[Entry, ...]


@dataclass
class _Files:
    """The files by what they give."""

    places: list[SourceFile] = field(default_factory=list)
    counts: list[tuple[SourceFile, Reading]] = field(default_factory=list)
    fighting: list[SourceFile] = field(default_factory=list)
    roads: list[Path] = field(default_factory=list)
    kinds: list[tuple[str, FileKind]] = field(default_factory=list)


def begin_scenario(paths: Sequence[Path], folder: Path) -> Begun:
    """Write a scenario from files, and return it with an account; the folder is written whole or not at all.

    Parameters
    ----------
    paths
        Tables of counts, and perhaps lists of places, tables of conflict events and files of roads, in any order.
    folder
        Where to; new or empty.

    Raises
    ------
    UsageError
        The folder is not free.
    ScenarioError
        A file cannot be used, or none has counts.
    """
    check_free(folder)
    files = _sorted_out(paths)
    if not files.counts:
        what = "no table of counts is among the files; they hold " + ", ".join(kind.value for _, kind in files.kinds)
        raise refused(paths[0].name, "S024", f"{what}.", "Name a table of counts too: a forecast rests on them.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        partial = room / title_of(folder.name).replace(" ", "_")
        account = tuple(_written(files, partial))
        scenario, observations = read_folder(partial)
        lines = "\n".join(_readme(scenario, files, account))
        (partial / "README.md").write_text(lines, encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    last = max((row.known_on for row in observations.to_fit()), default=scenario.start)
    return Begun(folder, scenario, len(observations), min(last, scenario.end), tuple(files.kinds), account)


def _sorted_out(paths: Sequence[Path]) -> _Files:
    files = _Files()
    for path in paths:
        if _has_roads(path):
            files.roads.append(path)
            files.kinds.append((path.name, FileKind.ROADS))
            continue
        source = read_file(path)
        if is_of_conflict(source):
            files.fighting.append(source)
            files.kinds.append((path.name, FileKind.FIGHTING))
        elif is_place_list(source):
            files.places.append(source)
            files.kinds.append((path.name, FileKind.PLACES))
        else:
            files.counts.append((source, read_counts(source, "auto", {})))
            files.kinds.append((path.name, FileKind.COUNTS))
    return files


def _has_roads(path: Path) -> bool:
    """Whether a file begins as one of roads does."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return any(mark in head for mark in _ROADS)


def _written(files: _Files, partial: Path) -> Iterator[Entry]:
    """Write the scenario step by step, and yield the account of each."""
    calendar = calendar_of([figure for _, reading in files.counts for figure in reading.figures])
    places = _listed_places(files)
    if places:
        yield Entry(Kind.READ, f"{many(len(places), 'place')} from {', '.join(one.name for one in files.places)}.")
        base = Scenario(title_of(partial.name), *calendar, (EVERYBODY,), places, ())
        write_scenario(_with_town_priors(base), Observations(()), partial)
    for source, reading in files.counts:
        done = import_counts(source, reading, partial, create=True, calendar=calendar)
        yield from (Entry(entry.kind, f"{source.name}: {entry.text}") for entry in done.account)
    yield from _towns_of_fighting(files, partial, calendar)
    yield from _routes(files, partial)
    yield from _fighting(files, partial)
    scenario, observations = read_folder(partial)
    sources = _graded(files)
    yield from grade_entries(sources)
    scenario = _with_start(replace(scenario, sources=sources), observations)
    if scenario.routes:
        scenario = _with_priors(scenario, observations)
        count = many(len(scenario.parameters), "prior")
        yield Entry(Kind.TRANSLATED, f"{count} written into scenario.toml, each with its reason: look through them.")
    write_scenario(scenario, observations, partial)


def _graded(files: _Files) -> tuple[Source, ...]:
    """Return who gave the figures, with the grades that the files support."""
    figures = [figure for _, reading in files.counts for figure in reading.figures]
    names = {figure.source: source.name for source, reading in files.counts for figure in reading.figures}
    return tuple(source_of(name, figures, file) for name, file in names.items())


def _listed_places(files: _Files) -> tuple[Place, ...]:
    """Return the places of the lists; one of no stated kind is a town, or hosts people if it is counted."""
    places: list[Place] = []
    open_kinds: set[str] = set()
    for source in files.places:
        rows, unstated = read_places(source, [place.place for place in places])
        places += rows
        open_kinds |= unstated
    matcher = Matcher(places)
    counted = {matcher.place_of(figure.spot) for _, reading in files.counts for figure in reading.figures}
    hosting = {"kind": PlaceKind.HOST_COMMUNITY, "population": None}
    return tuple(place.model_copy(update=hosting) if place.place in open_kinds & counted else place for place in places)


def _towns_of_fighting(files: _Files, partial: Path, calendar: tuple[dt.date, dt.date]) -> Iterator[Entry]:
    """Add the places of fighting as towns, where the scenario has none."""
    for source in files.fighting:
        scenario, observations = read_folder(partial)
        if _towns(scenario):
            return
        towns = towns_of_fighting(source, calendar, [place.place for place in scenario.places])
        write_scenario(_with_town_priors(replace(scenario, places=(*scenario.places, *towns))), observations, partial)
        text = f"{many(len(towns), 'town')} where there was fighting added to places.csv, of unknown population."
        yield Entry(Kind.TRANSLATED, f"{source.name}: {text}")


def _towns(scenario: Scenario) -> list[Place]:
    return [place for place in scenario.places if place.kind is PlaceKind.TOWN]


def _routes(files: _Files, partial: Path) -> Iterator[Entry]:
    """Join the places by routes if there are towns from which people may flee."""
    scenario, _ = read_folder(partial)
    if not _towns(scenario):
        text = (
            "no town is among the places, so nobody is forecast to travel: the forecast rests on the counts alone. Add "
            "a list of towns (name, lat, lon, population, kind) for a forecast that knows where people come from."
        )
        yield Entry(Kind.TO_DECIDE, text)
        yield from (
            Entry(Kind.LEFT_OUT, f"{path.name}: roads are of use once there are towns.") for path in files.roads
        )
        return
    try:
        done = import_routes(files.roads, partial, RouteOptions())
    except ScenarioError as error:
        if files.roads:
            raise
        yield from (Entry(Kind.LEFT_OUT, f"routes: {problem.what} {problem.fix}") for problem in error.problems)
        return
    yield from done.account


def _fighting(files: _Files, partial: Path) -> Iterator[Entry]:
    """Add the fighting of tables; what cannot be placed is in the account."""
    for source in files.fighting:
        try:
            account = import_conflict(source, partial, "auto").account
        except ScenarioError as error:
            account = tuple(Entry(Kind.LEFT_OUT, problem.what) for problem in error.problems)
        yield from (Entry(entry.kind, f"{source.name}: {entry.text}") for entry in account)


def _with_start(scenario: Scenario, observations: Observations) -> Scenario:
    """Return a scenario with who is where on its first day, as counted, and since when capacities are known."""
    first: dict[str, int] = {}
    for row in observations.to_fit():
        if row.date == scenario.start and not row.measure.is_flow and row.count is not None:
            first.setdefault(row.place, row.count)
    places = []
    for place in scenario.places:
        changes: dict[str, object] = {}
        if place.population is None and place.place in first:
            changes["population"] = first[place.place]
        if place.capacity is not None and place.capacity_reported_on is None:
            changes["capacity_reported_on"] = scenario.start
        places.append(place.model_copy(update=changes))
    return replace(scenario, places=tuple(places))


def _with_town_priors(scenario: Scenario) -> Scenario:
    """Return a scenario with a wide prior for the residents of each town of which no file states them."""
    reason = "assumed: no file says how many live there; write the residents into places.csv where you know them"
    unknown = [place for place in _towns(scenario) if place.population is None]
    return replace(scenario, parameters=tuple(_prior_of_population(place, ASSUMED_TOWN, reason) for place in unknown))


def _with_priors(scenario: Scenario, observations: Observations) -> Scenario:
    """Return a scenario with priors for what no file states, each with its reason."""
    priors = list(_with_town_priors(scenario).parameters)
    first: dict[str, Observation] = {}
    for row in observations.to_fit():
        if row.measure is Measure.STOCK and row.count:
            first.setdefault(row.place, row)
    for place in scenario.places:
        count = first.get(place.place)
        if place.kind.is_site and place.population is None and count is not None:
            prior = LogNormal(median=count.count or 1, within_factor=_FIRST_COUNT_WITHIN)
            reason = f"assumed: as many on the first day as first counted, on {count.date}, within a factor of 3"
            priors.append(_prior_of_population(place, prior, reason))
    return replace(scenario, parameters=(*priors, *map(_assumed, _ASSUMED)))


def _prior_of_population(place: Place, prior: LogNormal, reason: str) -> Parameter:
    row = DEFINITIONS["population"].parameter()
    return row.model_copy(update={"subject": place.place, "prior": prior, "source": reason})


def _assumed(name: str) -> Parameter:
    row = DEFINITIONS[name].parameter()
    return row.model_copy(update={"source": f"assumed: {row.source}"})


def _readme(scenario: Scenario, files: _Files, account: Sequence[Entry]) -> Iterator[str]:
    yield f"# {scenario.name}"
    yield ""
    yield "Begun by `corridor new --from`, from these files:"
    yield ""
    yield from (f"- {name}: {kind.value}" for name, kind in files.kinds)
    yield ""
    yield "Licence: not stated. Write here who published the figures and under which licence."
    for kind, heading in HEADINGS.items():
        own = [entry.text for entry in account if entry.kind is kind]
        if own:
            yield from ("", f"## {heading}", "", *(f"- {' '.join(text.split())}" for text in own))
    yield ""
