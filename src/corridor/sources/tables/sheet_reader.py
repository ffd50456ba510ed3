"""Reads the rows of one sheet by its mapping: totals and upper levels stay out, and so does what is no count."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from corridor.scenario.observations import Measure
from corridor.sources.flee.account import many
from corridor.sources.tables.figures import Entry, Figure, Kind, Spot, Tally, counted
from corridor.sources.tables.headings import meaning_of, words_of
from corridor.sources.tables.levels import upper_rows
from corridor.sources.tables.mapping import PARTS_OF_DATE, ColumnMap
from corridor.sources.tables.sheets import Row, Sheet, refused
from corridor.sources.tables.spans import DateForm, Span, form_of, span_of, span_of_parts
from corridor.sources.tables.values import ABSENT, DayOrder, parsed_count, parsed_date, point_parts_thousands
from corridor.sources.tables.wide import is_of_households

_TOTAL = re.compile(
    r"\W*(grand|sub|overall)?[\s-]*(total|totals|totales|totaux|ensemble|somme|suma|sum|s/total|sous-total|subtotal|"
    r"المجموع|الإجمالي|إجمالي|مجموع|итого)\b.*",
    re.IGNORECASE,
)
_TOTAL_OF = re.compile(r".*\w[\s:,-]+(total|totaux|sub-?total)\W*", re.IGNORECASE)
"""A row that ends in the word, as Borno total."""

_MEASURES: tuple[tuple[str, Measure], ...] = (
    ("cumul", Measure.CUMULATIVE_ARRIVALS),
    ("arriv", Measure.ARRIVALS),
    ("flow", Measure.ARRIVALS),
    ("depart", Measure.DEPARTURES),
    ("returnee", Measure.STOCK),
    ("death", Measure.DEATHS),
    ("stock", Measure.STOCK),
)

LARGEST_HOUSEHOLD = 50
"""People in a household that a scenario may state."""

_LONGEST_NAME = 200
_EXAMPLES = 3
_COLUMNS_SHOWN = 12


@lru_cache(maxsize=1000)
def measure_of(text: str) -> Measure | None:
    """Return the measure that a word names, as cumulative or new arrivals; None if it names none."""
    folded = text.casefold()
    exact = next((measure for measure in Measure if measure.value == folded), None)
    return exact or next((measure for word, measure in _MEASURES if word in folded), None)


def _measure_of_heading(heading: str) -> Measure | None:
    meaning = meaning_of(heading)
    return meaning.measure if meaning is not None and meaning.measure is not None else measure_of(heading)


class _Cell(NamedTuple):
    """A cell that may hold a figure: its row, place, first and last day, column, and what alone it has to say."""

    row: Row
    place: str
    span: Span | None
    column: int
    size: float | None = None
    measure: Measure | None = None


@dataclass
class SheetReader:
    """Reads one sheet by its mapping, and counts what it leaves out."""

    file: str
    sheet: Sheet
    columns: ColumnMap
    left: Tally = field(default_factory=Tally)
    filled: int = 0
    examples: list[str] = field(default_factory=list)
    count: int = 0
    form: DateForm = field(default_factory=DateForm)
    thousands: dict[int, bool | None] = field(default_factory=dict)

    def figures(self) -> Iterator[Figure]:
        """Yield the figures of the rows below the headings."""
        rows = [row for row in self.sheet.rows if row.number >= self.columns.first_row]
        self.form = self._form(rows)
        upper = upper_rows(rows, self.columns, self._count_of, self._span)
        name = ""
        for row in rows:
            if row.number in upper:
                self.left.add("rows of upper levels, which other rows add up to", f"row {row.number}")
                continue
            place = self.columns.place or row.text(self.columns.columns.get("place"))
            if self._is_total(row, place):
                self.left.add("rows of totals")
                continue
            if not place and name and self._has_figure(row):
                place = name
                self.filled += 1
            name = place or name
            for figure in self._of_row(row, place):
                if len(self.examples) < _EXAMPLES:
                    self.examples.append(
                        f"row {row.number}: {figure.spot.name}, {figure.measure} {figure.count:,} on {figure.date}"
                    )
                self.count += 1
                yield figure

    def account(self) -> Iterator[Entry]:
        """Yield what was read and left out."""
        columns = self.columns
        where = f"sheet {self.sheet.name}: " if self.sheet.name else ""
        yield Entry(Kind.READ, f"{where}{many(self.count, 'figure')}.")
        if self.filled:
            yield Entry(Kind.TRANSLATED, f"{where}{many(self.filled, 'row')} without a name: the name above was taken.")
        if columns.day is not None:
            yield Entry(
                Kind.TRANSLATED, f"{where}no column holds days: {columns.day}, which stands once, is that of all rows."
            )
        if self.form.is_months:
            text = (
                "six digits without one past 12 were read as year and month; if they are weeks, call the column Week."
            )
            yield Entry(Kind.TO_DECIDE, f"{where}{text}")
        yield from self.left.entries(where=where)
        if columns.unread:
            shown = ", ".join(columns.unread[:_COLUMNS_SHOWN])
            more = f" and {len(columns.unread) - _COLUMNS_SHOWN:,} more" if len(columns.unread) > _COLUMNS_SHOWN else ""
            yield Entry(Kind.LEFT_OUT, f"{where}{counted(len(columns.unread), 'columns')} not read: {shown}{more}.")

    def _is_total(self, row: Row, place: str) -> bool:
        """Whether a row adds up others: its place says so, or, where it has none, the first words of the row do."""
        first = next((text for text in map(row.text, range(len(row.cells))) if text), "")
        return any(_TOTAL.fullmatch(text) or _TOTAL_OF.fullmatch(text) for text in (place, "" if place else first))

    def _form(self, rows: list[Row]) -> DateForm:
        """Return what the column of dates says as a whole; ask where it does not say which number is the day."""
        index = self.columns.columns.get("date")
        cells = [row.cells[index] for row in rows if index is not None and index < len(row.cells)]
        form = form_of(cells, self.columns.headings[index] if index is not None else "", self.columns.dates)
        unclear = [self.columns.ambiguous] if self.columns.ambiguous else []
        if form.order is DayOrder.OPEN:
            first_day = replace(form, order=DayOrder.DAY_FIRST)
            texts = (str(cell) for cell in cells if span_of(cell, form) is None)
            unclear += [text for text in texts if re.search("[0-9]", text) and span_of(text, first_day)][:1]
        if unclear:
            where = "of the column" if index is not None else "of the headings"
            what = f"'{unclear[0]}' may be day or month first, and no date {where} tells."
            fix = 'Write dates = "d/m/Y" or dates = "m/d/Y" in a mapping.toml, and name it with --map mapping.toml.'
            raise refused(self.file, "S011", what, fix, rows[0].number if rows else None)
        return form

    def _has_figure(self, row: Row) -> bool:
        return self._count_of(row) is not None

    def _count_of(self, row: Row) -> int | None:
        index = self.columns.columns.get("count", self.columns.columns.get("households"))
        value = parsed_count(row.text(index)) if index is not None else None
        return value if isinstance(value, int) else None

    def _of_row(self, row: Row, place: str) -> Iterator[Figure]:
        wide = self.columns.wide
        for index, meaning in wide.items():
            size = None
            if is_of_households(self.columns.headings[index]) and not (size := self._size(row)):
                self.left.add("counts of households without a household size: state household_size in --map")
            elif isinstance(meaning, dt.date):
                yield from self._one(_Cell(row, place, (meaning, meaning), index, size))
            else:
                yield from self._one(_Cell(row, str(meaning), self._span(row), index))
        for index, measure in self.columns.flows.items():
            yield from self._one(_Cell(row, place, self._span(row), index, measure=measure))
        if not wide and not (self.columns.flows and not {"count", "households"} & set(self.columns.columns)):
            yield from self._counted(row, place)

    def _counted(self, row: Row, place: str) -> Iterator[Figure]:
        """Yield the count of a row, or the people of its households where their size is stated."""
        index = self.columns.columns.get("count", -1)
        if index < 0 or not isinstance(parsed_count(row.text(index)), int):
            household = self.columns.columns.get("households")
            if household is not None and self._size(row):
                yield from self._one(_Cell(row, place, self._span(row), household, self._size(row)))
                return
            if index < 0:
                self.left.add("counts of households without a household size: state household_size in --map")
                return
        yield from self._one(_Cell(row, place, self._span(row), index))

    def _size(self, row: Row) -> float | None:
        text = row.text(self.columns.columns.get("household_size"))
        try:
            size = float(text)
        except ValueError:
            return self.columns.household_size
        return size if 0 < size <= LARGEST_HOUSEHOLD else self.columns.household_size

    def _span(self, row: Row) -> Span | None:
        """Return first and last day of a row: of its date, of the parts of its date, or as the sheet states once."""
        columns = self.columns.columns
        index = columns.get("date")
        span = span_of(row.cells[index], self.form) if index is not None and index < len(row.cells) else None
        if span is None and "year" in columns:
            year, month, week, day = (row.text(columns.get(part)) for part in PARTS_OF_DATE)
            span = span_of_parts(year, month=month, week=week, day=day)
        own = self.columns.day
        return (own, own) if span is None and own is not None else span

    def _one(self, cell: _Cell) -> Iterator[Figure]:
        row, place = cell.row, cell.place
        value = self._value(row, cell.column)
        if value is None:
            self.left.add("cells without a figure: blank, -, N/A")
        elif not place:
            self.left.add("rows without a place", f"row {row.number}")
        elif len(place) > _LONGEST_NAME:
            self.left.add("rows whose name of a place is no name", f"row {row.number}: {len(place):,} characters")
        elif isinstance(value, str):
            self.left.add("cells with no count of people", f"row {row.number}: {value}")
        elif cell.span is None:
            self.left.add(
                "rows without a date that exists, from 1900 to 2100", f"row {row.number}: {self._date_text(row)}"
            )
        else:
            yield self._figure(cell, cell.span, value)

    def _value(self, row: Row, index: int) -> int | str | None:
        """Return the count of a cell, with those of the columns that are to be added to it; None if one is blank."""
        value = self._parsed(row, index)
        for other in self.columns.added if index == self.columns.columns.get("count") else ():
            more = self._parsed(row, other)
            if not isinstance(value, int) or not isinstance(more, int):
                return value if not isinstance(value, int) else more
            value += more
        return value

    def _parsed(self, row: Row, index: int) -> int | str | None:
        """Return the count of a cell; whether a point parts thousands is for its whole column to say."""
        cell = row.cells[index] if index < len(row.cells) else None
        value = parsed_count(cell)
        if not isinstance(value, str) or not str(cell).strip().endswith(".000"):
            return value
        if index not in self.thousands:
            cells = (other.cells[index] for other in self.sheet.rows if index < len(other.cells))
            self.thousands[index] = point_parts_thousands(cells)
        is_thousands = self.thousands[index]
        return value if is_thousands is None else parsed_count(str(cell).replace(".000", "000" if is_thousands else ""))

    def _date_text(self, row: Row) -> str:
        text = row.text(self.columns.columns.get("date"))
        return f"'{text[:40]}'" if text else "blank"

    def _figure(self, cell: _Cell, span: Span, value: int) -> Figure:
        columns, row = self.columns, cell.row
        heading = columns.headings[columns.columns["count"]] if "count" in columns.columns else ""
        own = cell.measure or measure_of(row.text(columns.columns.get("measure")))
        measure = columns.measure or own or _measure_of_heading(heading) or self._measure_of_date() or Measure.STOCK
        start = self._day(row, "period_start") or (span[0] if span[0] < span[1] else None)
        return Figure(
            spot=self._spot(row, cell.place),
            measure=measure,
            date=span[1],
            count=value,
            source=columns.source or self._named_source(row) or self.file,
            definition=columns.definition,
            period_start=start if measure.is_flow and start and start <= span[1] else None,
            household_size=cell.size,
            reported_on=known if (known := self._day(row, "reported_on")) and known >= span[1] else None,
            sheet=self.sheet.name,
            rows=(row.number,),
            part=self._part(row),
        )

    def _measure_of_date(self) -> Measure | None:
        """Return arrivals where people are counted by the day of their arrival."""
        index = self.columns.columns.get("date")
        words = words_of(self.columns.headings[index]) if index is not None else ()
        return Measure.ARRIVALS if {"arrival", "arrivals", "arrivee", "llegada"} & set(words) else None

    def _part(self, row: Row) -> str:
        """Return the cells that no column is known for: they tell parts of one figure apart."""
        known = {*self.columns.columns.values(), *self.columns.wide, *self.columns.added, *self.columns.flows}
        return "|".join(row.text(index) for index in range(len(row.cells)) if index not in known)

    def _named_source(self, row: Row) -> str:
        text = row.text(self.columns.columns.get("source"))
        return "" if text.casefold() in ABSENT else text

    def _day(self, row: Row, role: str) -> dt.date | None:
        index = self.columns.columns.get(role)
        return parsed_date(row.cells[index], self.form.order) if index is not None and index < len(row.cells) else None

    def _spot(self, row: Row, place: str) -> Spot:
        columns = self.columns.columns
        capacity = parsed_count(row.text(columns.get("capacity")))
        lat, lon = (_degrees(row.text(columns.get(role))) for role in ("lat", "lon"))
        has_both = lat is not None and lon is not None and (lat, lon) != (0, 0) and abs(lat) <= 90 and abs(lon) <= 180  # noqa: PLR2004
        return Spot(
            name=place,
            pcode=row.text(columns.get("pcode")) or None,
            lat=lat if has_both else None,
            lon=lon if has_both else None,
            country=self.columns.country,
            capacity=capacity if isinstance(capacity, int) and capacity > 0 else None,
            is_site="capacity" in columns,
        )


def _degrees(text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None
