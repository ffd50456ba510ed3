"""Figures of a file into a scenario folder: what is new is added, revisions are dated, nothing is overwritten."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corridor.errors import ScenarioError
from corridor.provenance import today
from corridor.scenario.checks.settings import MAX_DAYS
from corridor.scenario.io.read import EVERYBODY, read_folder
from corridor.scenario.io.write import move_in, table_text, write_scenario
from corridor.scenario.observations import REVISES, Observation, Observations, Use
from corridor.scenario.places import Place
from corridor.scenario.scenario import Scenario, Source
from corridor.sources.flee.account import many
from corridor.sources.tables.figures import Entry, Figure, Kind, Reading, counted, listed_rows
from corridor.sources.tables.grades import grade_entries, source_of
from corridor.sources.tables.layouts import title_of
from corridor.sources.tables.matching import Matcher, Unmatched, new_places
from corridor.sources.tables.sheets import SourceFile, refused

_DAYS_AHEAD = 92
_TABLES = ("scenario.toml", "places.csv", "routes.csv", "events.csv", "observations.csv", "stocks.csv", "README.md")
_NO_DAYS = dt.timedelta(0)


@dataclass(frozen=True)
class Imported:
    """What an import has done to a scenario folder."""

    folder: Path
    reading: Reading
    added: int
    revised: int
    unchanged: int
    created: tuple[Place, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    account: tuple[Entry, ...] = ()


@dataclass
class _Merge:
    """Gathers what new rows do to the rows that are there."""

    rows: list[Observation]
    day: dt.date
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.by_subject: dict[tuple[object, ...], list[Observation]] = {}
        self.by_place: dict[str, list[Observation]] = {}
        for row in self.rows:
            self.by_subject.setdefault(row.subject, []).append(row)
            self.by_place.setdefault(row.place, []).append(row)

    def take(self, row: Observation) -> None:
        """Add a figure if it is new, as a revision if it differs from what was imported before, or not at all."""
        present = self.by_subject.setdefault(row.subject, [])
        if any(_imported_count(other) == row.count for other in present):
            self.counts["unchanged"] += 1
            return
        if present and any("x_file" not in other.notes for other in present):
            self.counts["by_hand"] += 1
            if any(other.notes.get("x_file") == row.notes["x_file"] for other in present):
                return
            row = row.model_copy(update={"use": Use.IGNORE})
        elif present:
            self.counts["revised"] += 1
            known = max(self.day, row.date, *(other.known_on for other in present))
            notes = {**row.notes, REVISES: "true"}
            row = row.model_copy(update={"reported_on": known, "notes": notes})
        else:
            self.counts["added"] += 1
        present.append(row)
        self.rows.append(row)
        self.by_place.setdefault(row.place, []).append(row)


def _imported_count(row: Observation) -> int | None:
    """Return the count that an import brought, whatever a person has made of it since."""
    text = row.notes.get("x_count", "")
    return int(text) if text.isdigit() else row.count


def import_counts(
    source: SourceFile,
    reading: Reading,
    folder: Path,
    *,
    create: bool,
    calendar: tuple[dt.date, dt.date] | None = None,
) -> Imported:
    """Put the figures of a file into a scenario folder and return what was done; it changes whole or not at all.

    Parameters
    ----------
    source
        The file, for the provenance of each figure: name, sheet, rows, digest.
    reading
        Its figures.
    folder
        The scenario; with `create` it may be absent or empty, and places that it lacks are added.
    create
        Whether to begin a scenario, or add the places of the file.
    calendar
        First and last day of a scenario that is begun; None follows from the figures.

    Raises
    ------
    ScenarioError
        No place of the file is one of the scenario, or the scenario has problems.
    """
    scenario, observations = _opened(folder, create=create)
    places = () if scenario is None else scenario.places
    matcher = Matcher(places)
    unknown = [figure for figure in reading.figures if matcher.place_of(figure.spot) is None]
    created = new_places((figure.spot for figure in unknown), [place.place for place in places]) if create else ()
    matcher = Matcher((*places, *created))
    unmatched = _unmatched(matcher, reading.figures)
    if all(matcher.place_of(figure.spot) is None for figure in reading.figures):
        names = "; ".join(row.line() for row in unmatched[:5])
        raise refused(source.name, "S014", "no place of the file is one of the scenario.", names)
    merge = _Merge(list(observations.rows), today())
    days = (calendar or calendar_of(reading.figures)) if scenario is None else (scenario.start, scenario.end)
    for figure in reading.figures:
        place = matcher.place_of(figure.spot)
        if place is not None:
            merge.take(_observation(figure, place, source, reading.layout, days))
    created = tuple(_with_day0(place, merge.by_place.get(place.place, ()), days[0]) for place in created)
    is_begun = scenario is None
    if scenario is None:
        scenario = _begun(source, reading, days, created)
        _write_new(scenario, merge.rows, folder, source, reading)
    elif len(merge.rows) > len(observations) or created:
        texts = {"observations.csv": table_text(Observation, merge.rows)}
        if created:
            texts["places.csv"] = table_text(Place, (*places, *created))
        replace_tables(texts, folder)
    open_points = _to_decide(source, scenario.sources if is_begun and not calendar else ())
    account = (*reading.account, *open_points, *_account(merge.counts, merge.rows, days, unmatched, created))
    counts = merge.counts
    return Imported(
        folder, reading, counts["added"], counts["revised"], counts["unchanged"], created, unmatched, account
    )


def _to_decide(source: SourceFile, graded: Sequence[Source]) -> Iterator[Entry]:
    """Yield what has to be known about how a file was read, and about the sources of a scenario that it began."""
    yield from (Entry(Kind.TO_DECIDE, note) for note in source.notes)
    yield from grade_entries(graded)


def _opened(folder: Path, *, create: bool) -> tuple[Scenario | None, Observations]:
    """Return what a folder holds; no scenario if it is to be begun."""
    if folder.is_dir() and any(folder.iterdir()):
        return read_folder(folder)
    if not create:
        fix = "Name a scenario, or begin one from the file with --create."
        raise refused(str(folder), "S013", "there is no scenario in this folder.", fix)
    return None, Observations(())


def _unmatched(matcher: Matcher, figures: Iterable[Figure]) -> tuple[Unmatched, ...]:
    counts = Counter(figure.spot.key for figure in figures if matcher.place_of(figure.spot) is None)
    spots = {figure.spot.key: figure.spot for figure in figures}
    return tuple(Unmatched(spots[key], count, matcher.closest(spots[key])) for key, count in sorted(counts.items()))


def calendar_of(figures: Sequence[Figure]) -> tuple[dt.date, dt.date]:
    """Return a calendar from the first figure that is used, or as far back as one may reach, to three months after."""
    used = [figure for figure in figures if figure.use is Use.FIT] or list(figures)
    end = max(figure.date for figure in used) + dt.timedelta(days=_DAYS_AHEAD)
    start = min(figure.period_start or figure.date for figure in used)
    return max(start, end - dt.timedelta(days=MAX_DAYS - 1)), end


def _observation(
    figure: Figure, place: str, source: SourceFile, layout: str, calendar: tuple[dt.date, dt.date]
) -> Observation:
    start, end = calendar
    begins = figure.period_start if figure.measure.is_flow else None
    is_inside = start <= figure.date <= end and (figure.measure.is_cumulative or begins is None or begins >= start)
    notes = {
        "x_file": source.name,
        "x_sheet": figure.sheet,
        "x_row": listed_rows(figure.rows),
        "x_sha256": source.digest,
        "x_import": f"counts, layout {layout}",
        "x_count": str(figure.count),
    }
    return Observation(
        date=figure.date,
        place=place,
        measure=figure.measure,
        count=figure.count,
        qualifier=figure.qualifier,
        period_start=begins,
        household_size=figure.household_size,
        definition=figure.definition,
        source=figure.source,
        reported_on=figure.reported_on,
        use=figure.use if is_inside else Use.IGNORE,
        notes={key: text for key, text in notes.items() if text},
    )


def _with_day0(place: Place, rows: Iterable[Observation], start: dt.date) -> Place:
    """Return a place with the people whom its first report counts, where that is of the first day; else unknown.

    A capacity is known from the first report of the place on.
    """
    own = list(rows)
    stocks = [row.count for row in own if row.date == start and not row.measure.is_flow]
    known = min(row.known_on for row in own) if own and place.capacity is not None else None
    return place.model_copy(update={"population": stocks[0] if stocks else None, "capacity_reported_on": known})


def _begun(
    source: SourceFile, reading: Reading, calendar: tuple[dt.date, dt.date], places: tuple[Place, ...]
) -> Scenario:
    names = dict.fromkeys(figure.source for figure in reading.figures)
    return Scenario(
        name=title_of(source.name),
        start=calendar[0],
        end=calendar[1],
        groups=(EVERYBODY,),
        places=places,
        routes=(),
        events=(),
        parameters=(),
        sources=tuple(source_of(name, reading.figures, source.name) for name in names),
        stocks=(),
        alternatives=(),
    )


def _write_new(
    scenario: Scenario, rows: Sequence[Observation], folder: Path, source: SourceFile, reading: Reading
) -> None:
    """Write a new scenario beside its folder, check it, and move it in."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        partial = room / "new"
        partial.mkdir()
        (partial / "README.md").write_text("\n".join(_readme(scenario, source, reading)), encoding="utf-8")
        write_scenario(scenario, Observations(tuple(rows)), partial)
        _checked(partial, folder)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _readme(scenario: Scenario, source: SourceFile, reading: Reading) -> Iterable[str]:
    yield f"# {scenario.name}"
    yield ""
    yield f"Begun by `corridor import counts` from {source.name} (SHA-256 `{source.digest}`), layout {reading.layout}."
    yield ""
    yield "Licence: not stated. Write here who published the figures and under which licence."
    yield ""
    yield "There are no routes and no events: a forecast rests on the counts alone."
    yield ""


def replace_tables(texts: Mapping[str, str], folder: Path) -> None:
    """Check what the folder would be, then replace its files."""
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name) / folder.resolve().name
        trial.mkdir()
        for file in _TABLES:
            if (folder / file).is_file():
                shutil.copyfile(folder / file, trial / file)
        for file, text in texts.items():
            (trial / file).write_text(text, encoding="utf-8", newline="")
        _checked(trial, folder)
    move_in(texts, folder)


def _checked(partial: Path, folder: Path) -> None:
    try:
        read_folder(partial)
    except ScenarioError as error:
        raise ScenarioError(f"{folder}, as it would be written", error.problems) from None


def _account(
    counts: Mapping[str, int],
    rows: Iterable[Observation],
    calendar: tuple[dt.date, dt.date],
    unmatched: Sequence[Unmatched],
    created: Sequence[Place],
) -> Iterable[Entry]:
    start, end = calendar
    outside = sum("x_file" in row.notes and not start <= row.date <= end for row in rows)
    if created:
        yield Entry(Kind.TRANSLATED, f"{many(len(created), 'place')} added to places.csv.")
    if counts.get("revised"):
        text = (
            f"{counted(counts['revised'], 'figures')} other than imported before: revisions, known from {today()} on."
        )
        yield Entry(Kind.TRANSLATED, text)
    if counts.get("by_hand"):
        text = f"{counted(counts['by_hand'], 'figures')} other than what a person wrote: hers are used."
        yield Entry(Kind.TO_DECIDE, text)
    if outside:
        text = f"{counted(outside, 'figures')} outside the calendar, {start} to {end}: kept, not used."
        yield Entry(Kind.LEFT_OUT, text)
    for row in unmatched:
        yield Entry(Kind.LEFT_OUT, row.line())
