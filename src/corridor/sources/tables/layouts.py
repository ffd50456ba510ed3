"""The field's own layouts of counts: DTM, HDX HAPI, UNHCR's portal, IDMC's updates, PRMN; and which one a file has."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from corridor.errors import UsageError
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.observations import Measure, Qualifier, Use
from corridor.sources.tables.clashes import is_of_conflict
from corridor.sources.tables.figures import Entry, Figure, Kind, Reading, Spot, added_up, counted
from corridor.sources.tables.general import read_general
from corridor.sources.tables.mapping import proposed
from corridor.sources.tables.portal import read_unhcr
from corridor.sources.tables.records import Record, names_of, records_of, sheet_of
from corridor.sources.tables.sheets import SourceFile, refused
from corridor.sources.tables.updates import read_idmc
from corridor.sources.tables.values import week_span

MAX_FIGURES = 200_000
"""A scenario with more reports is about more than one crisis."""

LAYOUTS = ("auto", "hxl", "dtm", "hapi", "unhcr", "idmc", "prmn", "sites", "table")
"""The words for --layout."""

_CUT = "Cut it to the country and the years that the scenario is about."
_COUNTRIES_SHOWN = 3

_ADMIN = ("admin{}Name", "admin{}Pcode")
_ASSESSMENTS = {"BA": "baseline assessment", "SA": "site assessment"}


def read_counts(source: SourceFile, layout: str, stated: Mapping[str, object]) -> Reading:
    """Return the figures of a file in one of the layouts, or in the one that it is found to have.

    Raises
    ------
    UsageError
        There is no such layout.
    ScenarioError
        The file does not have the layout, or holds no figure.
    """
    if layout not in LAYOUTS:
        raise UsageError(f"'{layout}' is not a layout. Use {listed(LAYOUTS)}.{suggestion(layout, LAYOUTS)}")
    if layout == "auto" and not stated and is_of_conflict(source):
        what = "this is a table of conflict events; its figures are deaths in fighting, not displaced people."
        raise refused(source.name, "S016", what, "Use corridor import conflict.")
    own = layout if layout != "auto" else "table" if stated else layout_of(source)
    readers: dict[str, Callable[[SourceFile], Reading]] = {
        "dtm": read_dtm,
        "hapi": read_hapi,
        "unhcr": read_unhcr,
        "idmc": read_idmc,
        "prmn": read_prmn,
    }
    reading = readers[own](source) if own in readers else read_general(_as_table(source), stated, own)
    if not reading.figures:
        texts = [*(row.text for row in reading.account if row.kind in {Kind.LEFT_OUT, Kind.TO_DECIDE}), *source.notes]
        why = "; ".join(text.rstrip(".") for text in texts) or "it has no rows"
        fix = "Check the layout, or say which column is what with --map."
        raise refused(source.name, "S012", f"no figure can be read as {own}: {why}.", fix)
    if len(reading.figures) > MAX_FIGURES:
        raise refused(source.name, "S002", _too_many(reading.figures), _CUT)
    return reading


def _too_many(figures: Sequence[Figure]) -> str:
    """Return how many figures a file holds, and of which countries and years, so that one knows where to cut it."""
    countries = Counter(figure.spot.country or "no country named" for figure in figures).most_common(_COUNTRIES_SHOWN)
    shown = ", ".join(f"{name} {count:,}" for name, count in countries)
    years = f"{min(figure.date for figure in figures).year} to {max(figure.date for figure in figures).year}"
    return (
        f"the file holds {len(figures):,} figures ({years}; most are of {shown}); more than {MAX_FIGURES:,} are not "
        "taken into a scenario."
    )


def _as_table(source: SourceFile) -> SourceFile:
    """Return a file whose JSON document, if it is one, is a sheet with a row for each object."""
    if source.document is None:
        return source
    sheet = sheet_of(source.document)
    if sheet is None:
        what = "this JSON document has none of the layouts that are known, and no list of objects."
        raise refused(source.name, "S010", what, f"Name one of {listed(LAYOUTS[2:6])} with --layout, or save a table.")
    return replace(source, sheets=(sheet,))


def layout_of(source: SourceFile) -> str:
    """Return which layout a file has, by the names of its columns."""
    names = {name.strip() for name in names_of(source)}
    signs: tuple[tuple[str, set[str]], ...] = (
        ("dtm", {"numPresentIdpInd", "reportingDate"}),
        ("hapi", {"reference_period_start", "population", "admin_level"}),
        ("unhcr", {"geomaster_name", "individuals"}),
        ("unhcr", {"data_date", "individuals"}),
        ("unhcr", {"Country of Origin", "Population type", "Individuals"}),
        ("idmc", {"displacement_type", "figure"}),
        ("prmn", {"Year Week", "Number of Individuals"}),
    )
    known = next((layout for layout, needed in signs if needed <= names), None)
    if known:
        return known
    for sheet in source.sheets:
        columns = proposed(sheet)
        if columns is not None and columns.is_tagged:
            return "hxl"
        if columns is not None and {"lat", "lon", "capacity"} <= set(columns.columns):
            return "sites"
    return "table"


def _needed(source: SourceFile, layout: str, *columns: str) -> tuple[Record, ...]:
    """Return the rows of a file that has the columns of a layout."""
    lacking = [name for name in columns if name not in names_of(source)]
    if lacking:
        what = f"a file of the layout {layout} has {listed(columns, 'and')}, and {listed(lacking, 'and')} is missing."
        raise refused(source.name, "S010", what, "Use --layout auto, or --layout table with --map.")
    return records_of(source)


def read_dtm(source: SourceFile) -> Reading:
    """Return the stocks of IOM's displacement tracking matrix, from its API or from HDX.

    Rows by reason and origin of one round and place are added. Of several levels the deepest counts; operations and
    kinds of assessment are kept apart by their source, and only those of the newest operation are used.
    """
    records = _needed(source, "dtm", "numPresentIdpInd", "reportingDate", "operation")
    columns = _DtmColumns(
        "numPresentIdpInd", ("reportingDate",), "assessmentType", ("admin{}Name", "admin{}Pcode"), _level
    )
    return _present("dtm", records, columns)


def read_hapi(source: SourceFile) -> Reading:
    """Return the stocks of HDX HAPI's table of internally displaced people: DTM's figures in another layout."""
    records = _needed(source, "hapi", "population", "reference_period_end", "admin_level")
    columns = _DtmColumns(
        "population",
        ("reference_period_end", "reference_period_start"),
        "assessment_type",
        ("admin{}_name", "admin{}_code", "provider_admin{}_name"),
        lambda record: record.whole("admin_level") or 0,
    )
    return _present("hapi", records, columns)


class _DtmColumns(NamedTuple):
    """What the columns of DTM's figures are called in a layout, and how it states the administrative level."""

    people: str
    dates: tuple[str, ...]
    assessment: str
    admin: tuple[str, ...]
    level: Callable[[Record], int]


def _present(layout: str, records: tuple[Record, ...], columns: _DtmColumns) -> Reading:
    """Return the people present in the places of the deepest level.

    Most rows of a file share place, round and operation: what they say of these is worked out once for each.
    """
    rows: dict[_Subject, list[tuple[Record, int]]] = {}
    left: Counter[str] = Counter()
    for record, subject in _with_subjects(records, columns):
        count = record.people(columns.people)
        if count is None or subject.date is None:
            left["rows without a figure or a date"] += 1
        else:
            rows.setdefault(subject, []).append((record, count))
    level = max((subject.level for subject in rows), default=0)
    upper = sum(len(parts) for subject, parts in rows.items() if subject.level != level)
    if upper:
        left[f"rows of upper levels, which rows of level {level} add up to"] += upper
    figures = [_figure_of(subject, parts) for subject, parts in rows.items() if subject.level == level]
    return _rounds(layout, figures, left)


class _Subject(NamedTuple):
    """What a row of DTM is about: level and place, day, operation, kind of assessment, and its sheet."""

    level: int
    spot: Spot
    date: dt.date | None
    operation: str
    assessment: str
    sheet: str


def _with_subjects(records: Iterable[Record], columns: _DtmColumns) -> Iterator[tuple[Record, _Subject]]:
    """Yield rows with what they are about; the same cells are read once."""
    names = (
        *("admin_level", "location_code", "operation", columns.assessment, *columns.dates),
        *(form.format(level) for form in (*columns.admin, *_ADMIN) for level in range(4)),
    )
    known: dict[object, _Subject] = {}
    for record in records:
        cells = tuple(map(record.cells.get, names))
        key: object = (record.sheet, cells)
        try:
            subject = known.get(key)
        except TypeError:  # a list or an object, in JSON
            key = (record.sheet, str(cells))
            subject = known.get(key)
        if subject is None:
            subject = known[key] = _subject(record, columns)
        yield record, subject


def _subject(record: Record, columns: _DtmColumns) -> _Subject:
    level = columns.level(record)
    return _Subject(
        level,
        _admin(record, level, columns.admin),
        record.date(*columns.dates),
        record.text("operation"),
        record.text(columns.assessment),
        record.sheet,
    )


def _figure_of(subject: _Subject, parts: Sequence[tuple[Record, int]]) -> Figure:
    """Return the sum of rows by reason and origin."""
    assert subject.date is not None, "rows without a day are left out before"
    kind = subject.assessment
    return Figure(
        spot=subject.spot,
        measure=Measure.STOCK,
        date=subject.date,
        count=sum(count for _, count in parts),
        source=f"IOM DTM, {subject.operation or 'operation not named'}",
        definition=f"individuals present, {_ASSESSMENTS.get(kind, kind or 'assessment not named')}",
        sheet=subject.sheet,
        rows=tuple(record.number for record, _ in parts),
    )


def _level(record: Record) -> int:
    """Return the administrative level of a row of DTM."""
    return next((level for level in (3, 2, 1) if record.text(f"admin{level}Pcode", f"admin{level}Name")), 0)


def _admin(record: Record, level: int, forms: Sequence[str]) -> Spot:
    """Return the place of a row at a level, with its code where its name is missing."""
    country = record.text("admin0Pcode", "location_code")
    if level == 0:
        return Spot(record.text("admin0Name", "location_code") or country, country or None, country=country or None)
    name = record.text(*(form.format(level) for form in forms if "ame" in form))
    code = record.text(*(form.format(level) for form in forms if "ode" in form))
    is_alpha3 = len(country) == 3  # noqa: PLR2004 - ISO
    return Spot(name or code or "not named", code or None, country=country if is_alpha3 else None)


def _rounds(layout: str, figures: Iterable[Figure], left: Counter[str]) -> Reading:
    """Return rounds added up, with all but the newest operation, and the lesser of two assessments, not used."""
    rows, _ = added_up(figures)
    parts = sum(len(row.rows) for row in rows) - len(rows)
    chosen = tuple(row for country in _by_country(rows) for row in _newest_operation(country))
    account = [Entry(Kind.READ, f"{counted(len(rows), 'figures')} of individuals present (stocks)."), *_left(left)]
    if parts:
        text = f"{counted(parts, 'rows')} by reason or origin added to others of the same place and round."
        account.append(Entry(Kind.TRANSLATED, text))
    unused = Counter(f"{row.source} ({row.definition})" for row in chosen if row.use is Use.IGNORE)
    for name, count in unused.items():
        text = f"{counted(count, 'figures')} of {name} kept and not used: other people, or counted in another way."
        account.append(Entry(Kind.TRANSLATED, text))
    text = "the file does not say when a figure was published; each is taken as known on its day."
    return Reading(layout, chosen, (*account, Entry(Kind.TO_DECIDE, text)))


def _by_country(rows: Iterable[Figure]) -> Iterable[list[Figure]]:
    countries: dict[str | None, list[Figure]] = {}
    for row in rows:
        countries.setdefault(row.spot.country, []).append(row)
    return countries.values()


def _newest_operation(rows: list[Figure]) -> Iterator[Figure]:
    """Yield the rows of a country; those of other operations than the newest, and of a lesser assessment, not used."""
    newest: dict[str, dt.date] = {}
    for row in rows:
        newest[row.source] = max(row.date, newest.get(row.source, row.date))
    main = max(newest, key=lambda source: newest[source])
    kind = Counter(row.definition for row in rows if row.source == main).most_common(1)[0][0]
    days = {(*row.spot.key, row.date) for row in rows if row.source == main and row.definition == kind}
    for row in rows:
        is_main = row.source == main and (row.definition == kind or (*row.spot.key, row.date) not in days)
        yield row if is_main else replace(row, use=Use.IGNORE)


def _left(left: Counter[str]) -> Iterator[Entry]:
    return (Entry(Kind.LEFT_OUT, f"{counted(count, why)}.") for why, count in left.items())


def read_prmn(source: SourceFile) -> Reading:
    """Return weekly arrivals by district of the protection and return monitoring network, added over origin and reason.

    The newest week grows after its first publication, by 40 % and more in the published files: it counts as at least.
    """
    records = _needed(source, "prmn", "Year Week", "Number of Individuals")
    left: Counter[str] = Counter()
    figures: list[Figure] = []
    for record in records:
        count, span = record.people("Number of Individuals"), week_span(record.text("Year Week"))
        name = record.text("Current (Arrival) District", "Current (Arrival) Region")
        if count is None or span is None or not name:
            left["rows without a figure, a week or a district of arrival"] += 1
            continue
        region = record.text("Current (Arrival) Region")
        figures.append(
            Figure(
                spot=Spot(name if name != region else f"{name} district", country="SOM"),
                measure=Measure.ARRIVALS,
                date=span[1],
                count=count,
                period_start=span[0],
                source="PRMN",
                definition="new arrivals in the week, all origins and reasons",
                sheet=record.sheet,
                rows=(record.number,),
            )
        )
    rows, parts = added_up(figures)
    newest = max((row.date for row in rows), default=None)
    chosen = tuple(replace(row, qualifier=Qualifier.AT_LEAST) if row.date == newest else row for row in rows)
    account = (
        Entry(Kind.READ, f"{len(rows):,} weekly arrivals in {len({row.spot.key for row in rows})} districts."),
        Entry(Kind.TRANSLATED, f"{parts:,} rows by origin and reason were added to others of their district and week."),
        Entry(Kind.TRANSLATED, f"the newest week, to {newest}, is not complete when first published: at least."),
        Entry(Kind.TO_DECIDE, "weeks without a row are taken as not reported, not as zero."),
        *_left(left),
    )
    return Reading("prmn", chosen, account)


def title_of(file: str) -> str:
    """Return the name of a file for a scenario: without its ending, words apart."""
    return " ".join(PurePath(file).stem.replace("_", " ").replace("-", " ").split()) or "imported"
