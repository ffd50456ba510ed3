"""Rows of a published layout by the names of their columns, from a sheet or from a JSON document."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from corridor.sources.tables.mapping import HEADER_WITHIN, plain
from corridor.sources.tables.sheets import Row, Sheet, SourceFile
from corridor.sources.tables.values import parsed_count, parsed_date

_NAMED_WITHIN = 20
_NOTHING = frozenset(["", "not available", "nan", "none", "null"])


_KNOWN_NAMES = """
id, operation, admin0Name, admin0Pcode, admin1Name, admin1Pcode, admin2Name, admin2Pcode, admin3Name, admin3Pcode,
adminLevel, numPresentIdpInd, reportingDate, roundNumber, displacementReason, assessmentType, idpOriginAdmin1Name,
admin0_name, admin0_code, admin1_name, admin1_code, admin2_name, admin2_code, provider_admin1_name,
provider_admin2_name, location_code, admin_level, assessment_type, reporting_round, reference_period_start,
reference_period_end,
geomaster_name, data_date, unix_timestamp, centroid_lat, centroid_lon, population_group_id, pop_data_type_code,
displacement_type, displacement_date, displacement_start_date, displacement_end_date, locations_name, created_at,
qualifier, figure, role, latitude, longitude, Year Week, Number of Individuals, Current (Arrival) Region,
Current (Arrival) District, Month End, Country of Origin, Population type
"""
"""Columns of the layouts that are known; those whose marks alone tell two layouts apart stay as they are."""


@lru_cache(maxsize=2000)
def canonical(name: str) -> str:
    """Return the name of a column as its layout has it, whatever its capitals, blanks and marks.

    Examples
    --------
    >>> canonical("YEAR_WEEK"), canonical("Num Present IDP Ind"), canonical("Phone")
    ('Year Week', 'numPresentIdpInd', 'Phone')
    """
    known = [" ".join(part.split()) for part in _KNOWN_NAMES.split(",")]
    meant = [one for one in known if plain(one) == plain(name)]
    return name if name in known or len(meant) != 1 else meant[0]


def _of_dtm(name: str) -> str:
    """Return the name of a column of places as DTM writes it, whose names HAPI's are but for capitals and marks."""
    match = re.fullmatch("admin([0-3])(name|pcode)", plain(name))
    return f"admin{match[1]}{match[2].capitalize()}" if match else name


class Record(NamedTuple):
    """One row: its number, its sheet, and its cells by the names of the columns."""

    number: int
    sheet: str
    cells: Mapping[str, object]

    def text(self, *names: str) -> str:
        """Return the first of some cells that says anything, as text; blank if none does."""
        for name in names:
            value = self.cells.get(name)
            text = _text(value) if isinstance(value, str) else _text(_written(value)) if value is not None else ""
            if text:
                return text
        return ""

    def people(self, name: str) -> int | None:
        """Return a cell as a count of people; None if it holds none."""
        value = parsed_count(self.cells.get(name))
        return value if isinstance(value, int) else None

    def date(self, *names: str) -> dt.date | None:
        """Return the first of some cells that is a date."""
        return next((day for name in names if (day := parsed_date(self.cells.get(name))) is not None), None)

    def position(self, lat: str, lon: str) -> tuple[float, float] | tuple[None, None]:
        """Return latitude and longitude in degrees; two None if either is none."""
        north, east = self._degrees(lat, 90), self._degrees(lon, 180)
        return (None, None) if north is None or east is None else (north, east)

    def _degrees(self, name: str, most: int) -> float | None:
        try:
            value = float(self.text(name))
        except ValueError:
            return None
        return value if abs(value) <= most else None

    def whole(self, name: str) -> int | None:
        """Return a cell as a whole number; None if it holds none."""
        text = self.text(name)
        return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


@lru_cache(maxsize=100_000)
def _text(value: str) -> str:
    """Return a text without outer blanks; blank if it says that there is nothing."""
    text = value.strip()
    return "" if text.casefold() in _NOTHING else text


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def records_of(source: SourceFile) -> tuple[Record, ...]:
    """Return the rows of a file by the names of their columns; rows of HXL tags are passed over."""
    if source.document is not None:
        return tuple(Record(number, "", row) for number, row in enumerate(_items(source.document), start=1))
    return tuple(record for sheet in source.sheets if not sheet.is_hidden for record in _of_sheet(sheet))


def _items(document: object) -> Iterable[Mapping[str, object]]:
    """Return the list of objects that a JSON document holds, at its top or under a usual name."""
    if isinstance(document, list):
        return [_flat(item) for item in document if isinstance(item, dict)]
    if isinstance(document, dict):
        named = {key.casefold(): value for key, value in document.items()}
        for key in ("result", "results", "data", "timeseries", "features", "records", "value", "items"):
            if key in named:
                return _items(named[key])
    return []


def _flat(item: Mapping[str, object]) -> Mapping[str, object]:
    """Return the properties of a feature of GeoJSON with its coordinates; any other object as it is."""
    own = item.get("properties") if item.get("type") == "Feature" else item.get("attributes", item)
    if not isinstance(own, dict) or own is item:
        return item
    shape = item.get("geometry")
    point = shape.get("coordinates") if isinstance(shape, dict) and shape.get("type") == "Point" else None
    if isinstance(point, list) and len(point) >= 2:  # noqa: PLR2004 - longitude, latitude
        return {"longitude": point[0], "latitude": point[1], **own}
    return own


def sheet_of(document: object) -> Sheet | None:
    """Return a list of objects as a sheet with their names as headings; None if a document holds none.

    Rows are numbered as the objects are; values that are lists or objects stay out.
    """
    items = _items(document)
    names = list(dict.fromkeys(name for item in items for name in item))
    if not names:
        return None
    rows = [Row(number, tuple(_cell(item.get(name)) for name in names)) for number, item in enumerate(items, start=1)]
    return Sheet("", (Row(0, tuple(names)), *rows))


def _cell(value: object) -> object:
    return "" if value is None or isinstance(value, list | dict) else value


def _of_sheet(sheet: Sheet) -> Iterator[Record]:
    best = max(
        sheet.rows[:HEADER_WITHIN], key=lambda row: sum(cell not in ("", None) for cell in row.cells), default=None
    )
    if best is None:
        return
    names = [canonical(str(cell).strip()) for cell in best.cells]
    if "numPresentIdpInd" in names:
        names = [_of_dtm(name) for name in names]
    for number, cells in sheet.rows:
        if number <= best.number:
            continue
        first = next((cell for cell in cells if cell not in ("", None)), "")
        if not (isinstance(first, str) and first.startswith("#")):
            yield Record(number, sheet.name, dict(zip(names, cells, strict=False)))


def names_of(source: SourceFile) -> frozenset[str]:
    """Return the names of the columns of a file, to tell its layout."""
    first = _NAMED_WITHIN + HEADER_WITHIN
    heads = replace(source, sheets=tuple(Sheet(sheet.name, sheet.rows[:first]) for sheet in source.sheets))
    return frozenset(name for record in records_of(heads)[:_NAMED_WITHIN] for name in record.cells)
