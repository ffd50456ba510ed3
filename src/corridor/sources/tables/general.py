"""Any table of counts, long or wide, with or without HXL tags: figures by a mapping of its columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from corridor.scenario.observations import Measure
from corridor.sources.flee.account import many
from corridor.sources.tables.figures import (
    Entry,
    Figure,
    Kind,
    Reading,
    Spot,
    Tally,
    added_up,
    counted,
    with_periods,
    without_repeats,
)
from corridor.sources.tables.mapping import ColumnMap, proposed
from corridor.sources.tables.sheets import Row, Sheet, SourceFile, refused
from corridor.sources.tables.values import ABSENT, DayOrder, day_order, parsed_count, parsed_date

_TOTAL = re.compile(r"\W*(grand|sub|overall)?[\s-]*(total|totaux|ensemble|somme|sum|المجموع|итого)\b.*", re.IGNORECASE)
_MEASURES: tuple[tuple[str, Measure], ...] = (
    ("cumul", Measure.CUMULATIVE_ARRIVALS),
    ("arriv", Measure.ARRIVALS),
    ("flow", Measure.ARRIVALS),
    ("depart", Measure.DEPARTURES),
    ("returnee", Measure.STOCK),
    ("death", Measure.DEATHS),
    ("stock", Measure.STOCK),
)
_CHOOSE = 'If they are other people, import each sheet by a mapping with sheet = "…" and its own definition.'
_TELL_APART = "Delete the wrong rows, or name the column that tells them apart, as measure or source, in a mapping."
LARGEST_HOUSEHOLD = 50
"""People in a household that a scenario may state."""

_LONGEST_NAME = 200
_EXAMPLES = 3


@lru_cache(maxsize=1000)
def measure_of(text: str) -> Measure | None:
    """Return the measure that a word names, as cumulative or new arrivals; None if it names none."""
    folded = text.casefold()
    exact = next((measure for measure in Measure if measure.value == folded), None)
    return exact or next((measure for word, measure in _MEASURES if word in folded), None)


def read_general(source: SourceFile, stated: Mapping[str, object], layout: str) -> Reading:
    """Return the figures of every sheet of a file that has a mapping, or of the one that the user names.

    Raises
    ------
    ScenarioError
        No sheet has columns of place, date and count, or its dates are ambiguous.
    """
    wanted = str(stated.get("sheet", ""))
    sheets = [sheet for sheet in source.sheets if (sheet.name == wanted if wanted else not sheet.is_hidden)]
    maps = [(sheet, columns) for sheet in sheets if (columns := proposed(sheet, stated)) is not None]
    usable = [(sheet, columns) for sheet, columns in maps if not _lacking(columns)]
    if not usable:
        raise _unmapped(source, maps)
    readers = [_SheetReader(source.name, sheet, columns) for sheet, columns in usable]
    rows, twice = _once_by_sheet([figure for reader in readers for figure in reader.figures()])
    distinct, same, contradicting = without_repeats(rows)
    figures, parts = added_up(distinct)
    account = [entry for reader in readers for entry in reader.account()]
    account += twice
    if parts:
        text = (
            f"{counted(parts, 'rows')} added to others of the same place, day, measure and source: parts of one figure."
        )
        account.append(Entry(Kind.TRANSLATED, text))
    if same:
        account.append(Entry(Kind.LEFT_OUT, f"{counted(same, 'repeats of rows')}, alike in every cell."))
    for line in contradicting.lines():
        account.append(Entry(Kind.TO_DECIDE, f"{line} {_TELL_APART}"))
    skipped = [sheet.name for sheet in sheets if sheet not in [one for one, _ in usable]]
    if skipped:
        account.append(Entry(Kind.LEFT_OUT, f"sheets without place, date and count: {', '.join(skipped)}."))
    mapping = usable[0][1].facts()
    return Reading(layout, with_periods(figures), tuple(account), mapping, tuple(readers[0].examples))


def _once_by_sheet(rows: list[Figure]) -> tuple[list[Figure], list[Entry]]:
    """Return figures without those of places and days that an earlier sheet counts, too, and what was left out."""
    counts: dict[tuple[object, ...], tuple[str, dict[int, int]]] = {}
    once: list[Figure] = []
    same, other = Tally(), Tally()
    for row in rows:
        sheet, known = counts.setdefault(row.subject[:-1], (row.sheet, {}))
        if sheet == row.sheet:
            known[row.count] = row.rows[0]
            once.append(row)
        elif row.count in known:
            same.add(f"figures of sheet {row.sheet} that sheet {sheet} has, too")
        else:
            count, number = next(iter(known.items()))
            example = f"row {row.rows[0]}: {row.spot.name}, {row.count:,}; row {number} of {sheet}: {count:,}"
            other.add(f"figures of sheet {row.sheet} differ from those of sheet {sheet} and are not used", example)
    return once, [
        *same.entries(),
        *(Entry(Kind.TO_DECIDE, f"{line} {_CHOOSE}") for line in other.lines()),
    ]


def _lacking(columns: ColumnMap) -> list[str]:
    """Return what a mapping lacks to give figures."""
    has = set(columns.columns)
    if columns.wide:
        is_days = any(isinstance(value, dt.date) for value in columns.wide.values())
        return [role for role in (("place",) if is_days else ("date",)) if role not in has]
    lacking = [role for role in ("place", "date") if role not in has]
    return lacking if has & {"count", "households"} else [*lacking, "count"]


def _unmapped(source: SourceFile, maps: list[tuple[Sheet, ColumnMap]]) -> Exception:
    if not maps:
        what = "no row of headings could be told from the first 25 rows."
        fix = "Say where it is in a mapping: header_row = 3, and [columns] with place, date and count; then --map FILE."
        return refused(source.name, "S010", what, fix)
    sheet, columns = maps[0]
    lacking = ", ".join(_lacking(columns))
    headings = ", ".join(f"'{heading}'" for heading in columns.headings if heading)
    what = (
        f"no column is known to hold {lacking}; the headings{f' of {sheet.name}' if sheet.name else ''} are {headings}."
    )
    lines = "; ".join(f'{role} = "…"' for role in _lacking(columns))
    fix = f"Write a mapping.toml with a line [columns] and below it {lines}, and name it with --map mapping.toml."
    if "count" in _lacking(columns):
        fix += ' Columns that are to be added are a list: count = ["Men", "Women"].'
    return refused(source.name, "S010", what, fix[:2000])


@dataclass
class _SheetReader:
    """Reads one sheet by its mapping, and counts what it leaves out."""

    file: str
    sheet: Sheet
    columns: ColumnMap
    left: Tally = field(default_factory=Tally)
    filled: int = 0
    examples: list[str] = field(default_factory=list)
    count: int = 0
    order: DayOrder = DayOrder.OPEN

    def figures(self) -> Iterator[Figure]:
        """Yield the figures of the rows below the headings."""
        rows = [row for row in self.sheet.rows if row.number >= self.columns.first_row]
        self.order = self._order(rows)
        name = ""
        for row in rows:
            place = row.text(self.columns.columns.get("place"))
            if not place and name and self._has_figure(row):
                place = name
                self.filled += 1
            if _TOTAL.fullmatch(place):
                self.left.add("rows of totals")
                continue
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
        where = f"sheet {self.sheet.name}: " if self.sheet.name else ""
        yield Entry(Kind.READ, f"{where}{many(self.count, 'figure')}.")
        if self.filled:
            yield Entry(Kind.TRANSLATED, f"{where}{many(self.filled, 'row')} without a name: the name above was taken.")
        yield from self.left.entries(where=where)

    def _order(self, rows: list[Row]) -> DayOrder:
        if self.columns.dates:
            return DayOrder(self.columns.dates)
        index = self.columns.columns.get("date")
        cells = [row.cells[index] for row in rows if index is not None and index < len(row.cells)]
        order = day_order(cells)
        if order is DayOrder.OPEN and any(
            parsed_date(cell) is None and re.search("[0-9]", str(cell)) for cell in cells
        ):
            example = next(str(cell) for cell in cells if parsed_date(cell) is None and re.search("[0-9]", str(cell)))
            if parsed_date(example, DayOrder.DAY_FIRST):
                what = f"'{example}' may be day or month first, and no date of the column tells."
                fix = 'Write dates = "d/m/Y" or dates = "m/d/Y" in a mapping.toml, and name it with --map mapping.toml.'
                raise refused(self.file, "S011", what, fix, rows[0].number)
        return order

    def _has_figure(self, row: Row) -> bool:
        index = self.columns.columns.get("count", self.columns.columns.get("households"))
        return index is not None and isinstance(parsed_count(row.text(index)), int)

    def _of_row(self, row: Row, place: str) -> Iterator[Figure]:
        wide = self.columns.wide
        if wide:
            for index, meaning in wide.items():
                is_day = isinstance(meaning, dt.date)
                date = meaning if isinstance(meaning, dt.date) else self._date(row)
                yield from self._one(row, place if is_day else str(meaning), date, index)
            return
        index = self.columns.columns.get("count", -1)
        if index < 0 or not isinstance(parsed_count(row.text(index)), int):
            household = self.columns.columns.get("households")
            if household is not None and self._size(row):
                yield from self._one(row, place, self._date(row), household, size=self._size(row))
                return
            if index < 0:
                self.left.add("counts of households without a household size: state household_size in --map")
                return
        yield from self._one(row, place, self._date(row), index)

    def _size(self, row: Row) -> float | None:
        text = row.text(self.columns.columns.get("household_size"))
        try:
            size = float(text)
        except ValueError:
            return self.columns.household_size
        return size if 0 < size <= LARGEST_HOUSEHOLD else self.columns.household_size

    def _date(self, row: Row) -> dt.date | None:
        index = self.columns.columns.get("date")
        return parsed_date(row.cells[index], self.order) if index is not None and index < len(row.cells) else None

    def _one(
        self, row: Row, place: str, date: dt.date | None, index: int, size: float | None = None
    ) -> Iterator[Figure]:
        value = self._value(row, index)
        if value is None:
            self.left.add("cells without a figure: blank, -, N/A")
        elif not place:
            self.left.add("rows without a place", f"row {row.number}")
        elif len(place) > _LONGEST_NAME:
            self.left.add("rows whose name of a place is no name", f"row {row.number}: {len(place):,} characters")
        elif isinstance(value, str):
            self.left.add("cells that are no count", f"row {row.number}: {value}")
        elif date is None:
            self.left.add(
                "rows without a date that exists, from 1900 to 2100", f"row {row.number}: {self._date_text(row)}"
            )
        else:
            yield self._figure(row, place, date, value, size)

    def _value(self, row: Row, index: int) -> int | str | None:
        """Return the count of a cell, with those of the columns that are to be added to it; None if one is blank."""
        value = parsed_count(row.cells[index] if index < len(row.cells) else None)
        for other in self.columns.added if index == self.columns.columns.get("count") else ():
            more = parsed_count(row.cells[other] if other < len(row.cells) else None)
            if not isinstance(value, int) or not isinstance(more, int):
                return value if not isinstance(value, int) else more
            value += more
        return value

    def _date_text(self, row: Row) -> str:
        text = row.text(self.columns.columns.get("date"))
        return f"'{text[:40]}'" if text else "blank"

    def _figure(self, row: Row, place: str, date: dt.date, value: int, size: float | None) -> Figure:
        columns = self.columns
        heading = columns.headings[columns.columns["count"]] if "count" in columns.columns else ""
        own = measure_of(row.text(columns.columns.get("measure")))
        measure = columns.measure or own or measure_of(heading) or Measure.STOCK
        start = self._day(row, "period_start")
        return Figure(
            spot=self._spot(row, place),
            measure=measure,
            date=date,
            count=value,
            source=columns.source or self._named_source(row) or self.file,
            definition=columns.definition,
            period_start=start if measure.is_flow and start and start <= date else None,
            household_size=size,
            reported_on=reported if (reported := self._day(row, "reported_on")) and reported >= date else None,
            sheet=self.sheet.name,
            rows=(row.number,),
            part=self._part(row),
        )

    def _part(self, row: Row) -> str:
        """Return the cells that no column is known for: they tell parts of one figure apart."""
        known = {*self.columns.columns.values(), *self.columns.wide, *self.columns.added}
        return "|".join(row.text(index) for index in range(len(row.cells)) if index not in known)

    def _named_source(self, row: Row) -> str:
        text = row.text(self.columns.columns.get("source"))
        return "" if text.casefold() in ABSENT else text

    def _day(self, row: Row, role: str) -> dt.date | None:
        index = self.columns.columns.get(role)
        return parsed_date(row.cells[index], self.order) if index is not None and index < len(row.cells) else None

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
