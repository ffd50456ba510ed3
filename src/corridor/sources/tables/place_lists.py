"""Lists of places without dates: towns with their residents, camps with their capacities, from any table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from corridor.scenario.places import Place, PlaceKind
from corridor.sources.flee.locations import ids
from corridor.sources.tables.headings import words_of
from corridor.sources.tables.mapping import ColumnMap, has_day, proposed
from corridor.sources.tables.matching import folded
from corridor.sources.tables.sheets import Row, Sheet, SourceFile
from corridor.sources.tables.values import parsed_count

_KINDS: tuple[tuple[str, PlaceKind], ...] = (
    ("host", PlaceKind.HOST_COMMUNITY),
    ("transit", PlaceKind.TRANSIT),
    ("screening", PlaceKind.SCREENING),
    ("reception", PlaceKind.RECEPTION),
    ("marker", PlaceKind.MARKER),
    ("junction", PlaceKind.MARKER),
    ("camp", PlaceKind.CAMP),
    ("site", PlaceKind.CAMP),
    ("settlement", PlaceKind.CAMP),
    ("town", PlaceKind.TOWN),
    ("city", PlaceKind.TOWN),
    ("village", PlaceKind.TOWN),
)


def is_place_list(source: SourceFile) -> bool:
    """Whether a file names places with coordinates, and no days."""
    return _mapped(source) is not None


def _mapped(source: SourceFile) -> tuple[Sheet, ColumnMap] | None:
    for sheet in source.sheets:
        columns = proposed(sheet)
        if columns is None or not {"place", "lat", "lon"} <= set(columns.columns) or has_day(columns.columns):
            continue
        is_dated = any(isinstance(meaning, dt.date) for meaning in columns.wide.values())
        is_of_sites = columns.day is not None and _counts_displaced(columns)
        if not is_dated and not is_of_sites:
            return sheet, columns
    return None


def _counts_displaced(columns: ColumnMap) -> bool:
    """Whether a list counts displaced people, whose day is stated once, and not residents."""
    count = columns.columns.get("count")
    words = set(words_of(columns.headings[count])) if count is not None else set()
    return bool(words - {"population", "residents", "inhabitants", "total"})


def read_places(source: SourceFile, taken: Iterable[str]) -> tuple[tuple[Place, ...], frozenset[str]]:
    """Return the places of a list, and the ids of those whose kind it does not state.

    Parameters
    ----------
    source
        The list, with a column for names and two for coordinates; others give P-code, population, capacity and kind.
    taken
        Ids of other places.
    """
    mapped = _mapped(source)
    assert mapped is not None, "is_place_list was asked before"
    sheet, columns = mapped
    first: dict[str, Row] = {}
    for row in sheet.rows:
        name = row.text(columns.columns["place"])
        if row.number >= columns.first_row and name:
            first.setdefault(f"{folded(name)}|{row.text(columns.columns.get('pcode'))}", row)
    rows = list(first.values())
    names = [row.text(columns.columns["place"]) for row in rows]
    pairs = list(zip(rows, names, ids(names, taken), strict=True))
    places = tuple(_place(row, columns, name, place) for row, name, place in pairs)
    return places, frozenset(place for row, _, place in pairs if _kind(row, columns) is None)


def _kind(row: Row, columns: ColumnMap) -> PlaceKind | None:
    """Return the kind of place that a row states, or that a capacity tells; None if neither does."""
    text = row.text(columns.columns.get("measure")).casefold()
    if "capacity" in columns.columns and not text:
        return PlaceKind.CAMP if _people(row, columns.columns.get("capacity")) else None
    return next((kind for word, kind in _KINDS if word in text), None)


def _place(row: Row, columns: ColumnMap, name: str, place: str) -> Place:
    kind = _kind(row, columns) or PlaceKind.TOWN
    lat, lon = (_degrees(row.text(columns.columns[role]), bound) for role, bound in (("lat", 90), ("lon", 180)))
    is_known = lat is not None and lon is not None and (lat, lon) != (0, 0)
    capacity = _people(row, columns.columns.get("capacity"))
    return Place(
        place=place,
        name=name,
        kind=kind,
        pcode=row.text(columns.columns.get("pcode")) or None,
        lat=lat if is_known else None,
        lon=lon if is_known else None,
        population=None if kind is PlaceKind.MARKER else _people(row, columns.columns.get("count")),
        capacity=capacity or None if kind.is_site else None,
    )


def _people(row: Row, index: int | None) -> int | None:
    value = parsed_count(row.text(index))
    return value if isinstance(value, int) else None


def _degrees(text: str, bound: int) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if abs(value) <= bound else None
