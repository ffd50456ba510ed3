"""Conflict events of a file, one by one as UCDP and ACLED list them, or counted by area and period."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from corridor.errors import UsageError
from corridor.provenance import today
from corridor.scenario.io.cells import listed, suggestion
from corridor.sources.tables.figures import Spot
from corridor.sources.tables.mapping import plain
from corridor.sources.tables.records import Record, names_of
from corridor.sources.tables.sheets import SourceFile, refused
from corridor.sources.tables.spans import DateForm, Span, span_of, span_of_parts

LAYOUTS = ("auto", "ucdp", "acled")
"""The words for --layout."""

_VAGUE = 5
"""UCDP: from this precision of the place on, an event is known for a province or a country alone."""

_NOT_FIGHTING = {"protests", "riots", "strategicdevelopments", "demonstration", "demonstrations"}
_COUNTED_TWICE = {"civiliantargeting"}
"""HDX: events that are counted as political violence, too."""

_NAMES = {"ucdp": ("location", "wherecoordinates", "adm2", "adm1"), "acled": ("location", "admin3", "admin2", "admin1")}
_AREAS = ("admin3", "admin3name", "admin2", "admin2name", "provideradmin2name", "adm2", "admin1", "admin1name", "adm1")
_CODES = ("admin2pcode", "admin2code", "adm2pcode", "admin1pcode", "admin1code", "adm1pcode")
_WEEK = dt.timedelta(days=6)


class Clash(NamedTuple):
    """One event of a file, or one count of events: its days, where, how many died, and its row."""

    start: dt.date
    end: dt.date
    spot: Spot
    deaths: int
    row: int
    known: dt.date | None
    events: int = 0
    """How many events the row counts; 0 if it is one."""


def is_of_conflict(source: SourceFile) -> bool:
    """Whether a file has columns of conflict events, which no table of counts of people has."""
    names = {plain(name) for name in names_of(source)}
    return bool(names & {"typeofviolence", "eventtype", "subeventtype"}) or {"events", "fatalities"} <= names


def layout_of(source: SourceFile, layout: str) -> str:
    """Return the layout of a file of conflict events, whose columns it has.

    Raises
    ------
    UsageError
        There is no such layout.
    ScenarioError
        The file has not its columns.
    """
    if layout not in LAYOUTS:
        raise UsageError(f"'{layout}' is not a layout. Use {listed(LAYOUTS)}.{suggestion(layout, LAYOUTS)}")
    names = {plain(name) for name in names_of(source)}
    own = layout if layout != "auto" else "ucdp" if "datestart" in names else "acled"
    if own == "acled" and {"events", "fatalities"} <= names:
        return own
    needed = ("date_start", "latitude", "best") if own == "ucdp" else ("event_date",)
    lacking = [name for name in needed if not {plain(name), f"{plain(name)}est"} & names]
    if lacking:
        what = f"a file of the layout {own} has {listed(needed, 'and')}, and {listed(lacking, 'and')} is missing."
        raise refused(source.name, "S010", what, "Name the other layout with --layout, or download the table again.")
    return own


def clashes_of(records: Iterable[Record], layout: str, left: Counter[str]) -> Iterator[Clash]:
    """Yield the fighting of a file; what is left out is counted by its reason."""
    for record in records:
        row = record._replace(cells={plain(name): value for name, value in record.cells.items()})
        if plain(row.text("eventtype")) in _NOT_FIGHTING:
            left["events of protest, riot or strategic development"] += 1
        elif "eventdate" not in row.cells and "datestart" not in row.cells:
            yield from _count(row, left)
        elif layout == "ucdp" and (row.whole("whereprec") or 1) >= _VAGUE:
            left["events known for a province or a country alone (where_prec)"] += 1
        else:
            yield from _event(row, layout, left)


def _event(row: Record, layout: str, left: Counter[str]) -> Iterator[Clash]:
    start = row.date("datestart", "eventdate")
    end = row.date("dateend", "eventdate") or start
    if start is None or end is None:
        left["rows without a date"] += 1
        return
    names = ("best", "bestest") if layout == "ucdp" else ("fatalities",)
    deaths = next((count for name in names if (count := row.people(name)) is not None), None)
    if deaths is None:
        left["events whose deaths are no count, taken as none (these events are read)"] += 1
    spot = Spot(row.text(*_NAMES[layout], *_AREAS), row.text(*_CODES) or None, *row.position("latitude", "longitude"))
    yield Clash(start, max(start, end), spot, deaths or 0, row.number, _known(row, end))


def _known(row: Record, end: dt.date) -> dt.date | None:
    """Return the day on which an event was entered, where the file says it; None if it does not."""
    stamp = row.date("timestamp")
    return stamp if stamp is not None and end <= stamp <= today() else None


def _count(row: Record, left: Counter[str]) -> Iterator[Clash]:
    """Yield what a row counts of an area in a month, a week or another period; known when the period has ended."""
    events, span = row.people("events"), _span(row)
    if plain(row.text("eventtype")) in _COUNTED_TWICE:
        left["counts of civilians targeted, which those of political violence hold, too"] += 1
    elif span is None or events is None:
        left["rows without a period or a number of events"] += 1
    elif not events:
        left["periods without an event"] += 1
    else:
        where = row.position("centroidlatitude", "centroidlongitude")
        where = where if where[0] is not None else row.position("latitude", "longitude")
        spot = Spot(row.text(*_AREAS), row.text(*_CODES) or None, *where)
        yield Clash(*span, spot, row.people("fatalities") or 0, row.number, span[1], events)


def _span(row: Record) -> Span | None:
    """Return the period of a count: as it is stated, of its week, which ACLED begins on a Saturday, or of its month."""
    start, end = row.date("referenceperiodstart", "startdate"), row.date("referenceperiodend", "enddate")
    if start is not None and end is not None:
        return start, max(start, end)
    first = row.date("week")
    if first is not None:
        return first, first + _WEEK
    year = row.text("year")
    if year:
        return span_of_parts(year, month=row.text("month"), week=row.text("week"), day="")
    return next(
        (span for name in ("month", "monthyear", "date") if (span := span_of(row.text(name), DateForm()))), None
    )
