"""From the text of a CSV file to its cells, each with the line on which it begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corridor.errors import Problem, Where
from corridor.scenario.io.cells import CONTROL, listed, shown, suggestion
from corridor.scenario.io.texts import read_text

MAX_ROWS = 1_000_000
"""Rows beyond this are not read."""

MAX_CELL = 10_000
"""Characters beyond this are no name and no note."""

GUARDED = re.compile(r"'+[=+\-@\t\r]")
"""A text that an export guarded against being taken for a formula."""

_HXL_TAG = re.compile(r"#[a-z][a-z0-9_]*(\s*\+[a-z][a-z0-9_]*)*", re.IGNORECASE)
_HXL_NEEDS = {"date": "#date", "start": "#date", "end": "#date", "period_start": "#date", "lat": "#geo", "lon": "#geo"}


@dataclass(frozen=True)
class Record:
    """One row: the line on which it begins, and its cells as they stand."""

    line: int
    cells: tuple[str, ...]

    def line_of(self, index: int) -> int:
        """Return the line on which a cell begins; cells before it may hold line ends."""
        return self.line + sum(len(re.findall(r"\r\n|\r|\n", cell)) for cell in self.cells[:index])


@dataclass(frozen=True)
class Table:
    """The columns and rows of one file; `index` says where each column stands."""

    file: str
    index: Mapping[str, int]
    rows: tuple[Record, ...]
    is_whole: bool
    delimiter: str = ","


@dataclass(frozen=True)
class Layout:
    """What a table must look like: its columns, those that it needs, and whether it needs rows."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    needs_rows: bool = False


def read_table(path: Path, layout: Layout) -> tuple[Table | None, list[Problem]]:
    """Return the cells of a CSV file, and everything that is wrong with its form.

    Parameters
    ----------
    path
        A file with a header; comma or semicolon; UTF-8; perhaps a row of HXL tags.
    layout
        The columns that it may and must have.
    """
    text = read_text(path)
    if isinstance(text, Problem):
        return None, [text]
    file = path.name
    first, *_ = text.lstrip("\r\n").splitlines()
    if first.casefold().startswith("sep="):
        what = f"the first line is {shown(first)}, which only spreadsheets read."
        return None, [Problem("T001", what, "Delete that line.", Where(file, 1))]
    if "\t" in first and "," not in first and ";" not in first:
        fix = "Save it with commas or semicolons between the columns."
        return None, [Problem("T001", "tabs stand between the columns.", fix, Where(file, 1))]
    records, problems = _records(file, text, _delimiter(first))
    if not records:
        return None, problems
    header, *rows = records
    columns = tuple(column_name(cell, layout.columns) for cell in header.cells)
    problems += _header_problems(file, header.line, columns, layout)
    if rows and _is_hxl(rows[0].cells):
        problems += _hxl_problems(file, rows[0], columns)
        rows = rows[1:]
    ragged = [_ragged(file, row, len(columns)) for row in rows if len(row.cells) != len(columns)]
    problems += ragged
    if CONTROL.search(text):
        problems += [problem for row in records for problem in _control_problems(file, row, columns)]
    if not rows and layout.needs_rows and not problems:
        fix = "Write at least one row below the header."
        problems.append(Problem("T009", "there is a header but no row.", fix, Where(file, header.line)))
    complete = tuple(row for row in rows if len(row.cells) == len(columns))
    index = {column: i for i, column in reversed(list(enumerate(columns)))}
    return Table(file, index, complete, not problems, _delimiter(first)), problems


def column_name(cell: str, columns: Iterable[str]) -> str:
    """Return the column that a heading names, whatever its capitals and blanks; else the heading itself.

    Examples
    --------
    >>> column_name(" Period start", ["date", "period_start"]), column_name("Datum", ["date"])
    ('period_start', 'Datum')
    """
    text = cell.strip()
    folded = "_".join(text.casefold().replace("-", " ").replace("_", " ").split())
    return folded if folded in columns else text


def header_of(path: Path, known: Iterable[str] = ()) -> tuple[tuple[str, ...], str]:
    """Return the columns of a CSV file that is sound, in their order, and what stands between them."""
    text = read_text(path)
    first, *_ = text.lstrip("\r\n").splitlines() if isinstance(text, str) else ("",)
    delimiter = _delimiter(first)
    (header,) = csv.reader([first], delimiter=delimiter)
    return tuple(column_name(cell, known) for cell in header), delimiter


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def plain(cell: str) -> str:
    """Return the text that a cell stands for: without outer blanks and without a guard."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and GUARDED.match(text) else text


def _records(file: str, text: str, delimiter: str) -> tuple[list[Record], list[Problem]]:
    """Return the rows that hold anything, up to the first that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[Record] = []
    line = 1
    try:
        for cells in reader:
            if any(cells) and any(map(str.strip, cells)):
                records.append(Record(line, tuple(cells)))
            line = reader.line_num + 1
            if len(records) > MAX_ROWS + 1:
                what = f"there are more than {MAX_ROWS:,} rows."
                fix = "Leave out rows that the scenario does not need, or add up days or places."
                return [], [Problem("T008", what, fix, Where(file, records[-1].line))]
    except csv.Error:
        what = "a quoted cell that begins in this row is not closed, or goes on after its closing quote."
        fix = 'Put one " at each end of the cell, and write a " inside it as "".'
        return records, [Problem("T005", what, fix, Where(file, line))]
    return records, _long_cells(file, records)


def _long_cells(file: str, records: Iterable[Record]) -> list[Problem]:
    fix = f"Shorten it to {MAX_CELL:,} characters, or check for a quote that is not closed."
    return [
        Problem("T006", f"a cell has {len(cell):,} characters.", fix, Where(file, row.line_of(i)))
        for row in records
        if sum(map(len, row.cells)) > MAX_CELL
        for i, cell in enumerate(row.cells)
        if len(cell) > MAX_CELL
    ]


def _header_problems(file: str, line: int, columns: Sequence[str], layout: Layout) -> Iterator[Problem]:
    where = Where(file, line)
    for column in dict.fromkeys(columns):
        if column and not column.startswith("x_") and column not in layout.columns:
            missing = [name for name in layout.columns if name not in columns]
            near = suggestion(column, missing)
            fix = f"Use {listed(layout.columns)}, or a name beginning with x_ for notes of your own.{near}"
            yield Problem("T002", f"{shown(column)} is not a column of {file}.", fix, where)
        if column and columns.count(column) > 1:
            what = f"the column {column} stands {columns.count(column)} times in the header."
            yield Problem("T004", what, "Keep one of them.", where)
    for position, column in enumerate(columns, start=1):
        if not column:
            what = f"column {position} has no name."
            fix = "Name it, beginning with x_ for notes of your own, or delete the column."
            yield Problem("T010", what, fix, where)
    for column in layout.required:
        if column not in columns:
            what = f"the column {column} is missing."
            yield Problem("T003", what, f"Add it; {file} needs {listed(layout.required, 'and')}.", where)


def _is_hxl(cells: Sequence[str]) -> bool:
    texts = [cell.strip() for cell in cells]
    return any(texts) and all(text.startswith("#") or not text for text in texts)


def _hxl_problems(file: str, row: Record, columns: Sequence[str]) -> Iterator[Problem]:
    for i, (column, cell) in enumerate(zip(columns, row.cells, strict=False)):
        tag = cell.strip().lower()
        where = Where(file, row.line_of(i), column)
        stem = re.split(r"[\s+]", tag)[0]
        wanted = _HXL_NEEDS.get(column)
        if tag and not _HXL_TAG.fullmatch(tag):
            fix = "Write # and a word, then perhaps attributes, as #affected+ind; or leave the cell blank."
            yield Problem("T011", f"{shown(cell.strip())} is not an HXL tag.", fix, where)
        elif tag and wanted and stem != wanted:
            what = f"the HXL tag {shown(cell.strip())} does not suit the column {column}."
            yield Problem("T011", what, f"Use a tag that begins with {wanted}, or check the order of the tags.", where)


def _ragged(file: str, row: Record, width: int) -> Problem:
    count = len(row.cells)
    what = f"the row has {count} cell{'' if count == 1 else 's'}, the header {width}."
    fix = "Fill or delete cells; a cell that holds the delimiter belongs in double quotes."
    return Problem("T007", what, fix, Where(file, row.line))


def _control_problems(file: str, row: Record, columns: Sequence[str]) -> Iterator[Problem]:
    for i, cell in enumerate(row.cells):
        control = CONTROL.search(cell)
        if control:
            column = columns[i] if i < len(columns) else None
            what = f"the cell holds a control character (U+{ord(control[0]):04X})."
            yield Problem("T012", what, "Delete it, or type the cell again.", Where(file, row.line_of(i), column))
