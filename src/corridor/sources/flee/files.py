"""The files of an instance of Flee: where they lie, their rows, their digests."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from corridor.errors import Problem, Where
from corridor.scenario.io.cells import shown
from corridor.scenario.io.texts import MAX_SETTINGS_BYTES, read_text
from corridor.sources.flee.account import Kind, Ledger, many

SETTINGS = "simsetting.yml"
"""The file with the rules of an instance."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SEPARATED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+")


@dataclass(frozen=True)
class Row:
    """One row of a table, with the line on which it begins."""

    file: str
    line: int
    cells: tuple[str, ...]

    def at(self, column: str | None = None) -> Where:
        """Return the position of the row, or of one of its columns."""
        return Where(self.file, self.line, column)

    def cell(self, index: int) -> str:
        """Return a cell without outer blanks; what is not there is blank."""
        return self.cells[index].strip() if index < len(self.cells) else ""

    @property
    def is_comment(self) -> bool:
        """Whether Flee passes over it."""
        return self.cells[0].startswith("#")

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(map(str.strip, self.cells))


@dataclass(frozen=True)
class Instance:
    """A folder with an instance, and the files of it that were read, by name within it.

    `faulty_names` are those of locations that are a problem already, so that it is not repeated for
    every file that names them. What the folder lacks is looked for in `base`, the instance that it changes.
    """

    folder: Path
    ledger: Ledger
    base: Path | None = None
    digests: dict[str, str] = field(default_factory=dict)
    faulty_names: set[str] = field(default_factory=set)
    _texts: dict[str, str | None] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the name of the instance: that of its folder."""
        return self.folder.resolve().name

    def file(self, name: str) -> str:
        """Return the name of an input file within the folder: in input_csv, or beside it."""
        folders = [self.folder, *([self.base] if self.base else [])]
        return f"input_csv/{name}" if any((folder / "input_csv").is_dir() for folder in folders) else name

    def path(self, file: str) -> Path:
        """Return where a file lies: in the folder, else in its base; in the folder, if it is nowhere.

        A folder that changes an instance may hold its few files without the sub-folders, and share the
        settings of the folder that it lies in.
        """
        own = self.folder / file
        if self.base is None:
            return own
        name = PurePath(file).name
        shared = [self.folder.parent / name] if name == SETTINGS else []
        choices = (own, self.folder / name, *shared, self.base / file)
        return next((path for path in choices if path.exists()), own)

    def has(self, file: str) -> bool:
        """Whether a file is there; a name that no file can have is not."""
        try:
            return self.path(file).exists()
        except OSError:
            return False

    def text(self, file: str) -> str | None:
        """Return the text of a file; None if it is absent, blank or cannot be read, which is then a problem."""
        if file not in self._texts:
            self._texts[file] = self._read(file)
        return self._texts[file]

    def _read(self, file: str) -> str | None:
        path = self.path(file)
        if not path.exists():
            return None
        text = read_text(path, MAX_SETTINGS_BYTES * 50)
        if isinstance(text, Problem):
            if text.code != "F004":
                place = Where(file, text.where.line if text.where else None)
                self.ledger.problems.append(replace(text, where=place))
            return None
        data = path.read_bytes()
        self.digests[file] = hashlib.sha256(data).hexdigest()
        if data.startswith(_BYTE_ORDER_MARK):
            self.ledger.note(Kind.REPAIRED, "a byte-order mark is left out; Flee takes it for text.", Where(file, 1))
        return text

    def all_rows(self, file: str) -> tuple[Row, ...]:
        """Return the rows of a table that hold a cell, comments and headers included."""
        text = self.text(file)
        if text is None:
            return ()
        reader = csv.reader(io.StringIO(text, newline=""))
        rows, line = [], 1
        try:
            for cells in reader:
                if cells:
                    rows.append(Row(file, line, tuple(cells)))
                line = reader.line_num + 1
        except csv.Error:
            what = "a quoted cell that begins in this row is not closed, or is far too long."
            self.ledger.problem("I002", what, 'Put one " at each end of the cell.', Where(file, line))
        return tuple(rows)

    def data_rows(self, file: str, cells: int, *, header: bool = False) -> Iterator[Row]:
        """Yield the rows that state something and have enough cells; the others are mended or problems.

        Parameters
        ----------
        file
            The table, within the folder.
        cells
            How many cells a row has at least.
        header
            Whether the first row is a header, whatever it begins with.
        """
        rows = self.all_rows(file)
        for row in rows[1:] if header else rows:
            if row.is_blank:
                self.ledger.note(Kind.REPAIRED, "a row of blank cells is left out; Flee stops at it.", row.at())
            elif row.is_comment:
                continue
            elif not row.cell(0):
                fix = "Write the first cell, or delete the row; Flee stops at it."
                self.ledger.repairable(
                    Problem("I002", "the first cell of the row is blank.", fix, row.at()), "the row is left out"
                )
            elif len(row.cells) < cells:
                what = f"the row has {many(len(row.cells), 'cell')}, and {cells} are read."
                fix = "Fill the row, with a comma between cells; a cell may be blank."
                self.ledger.problem("I002", what, fix, row.at())
            else:
                yield row

    def whole(self, row: Row, index: int, column: str) -> int | None:
        """Return a whole number of a row, or None with a problem."""
        text = row.cell(index)
        if _WHOLE.fullmatch(text):
            return int(text)
        digits = text.replace(",", "")
        if _SEPARATED.fullmatch(text):
            what, fix = f"{shown(text)} has a separator between its digits.", f"Write it as {digits}; Flee stops at it."
            is_repaired = self.ledger.repairable(Problem("I003", what, fix, row.at(column)), f"{digits} is read")
            return int(digits) if is_repaired else None
        if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            what, fix = f"{shown(text)} is not a whole number.", f"Write it as {round(float(text))}; Flee stops at it."
        else:
            what, fix = f"{shown(text)} is not a whole number.", "Write digits alone; Flee stops at it."
        self.ledger.problem("I003", what, fix, row.at(column))
        return None

    def number(self, row: Row, index: int, column: str) -> float | None:
        """Return a number of a row, or None with a problem."""
        text = row.cell(index)
        if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        digits = text.replace(",", "")
        fix = f"Write it as {digits}." if _SEPARATED.fullmatch(text) else "Write digits, with a point before decimals."
        self.ledger.problem("I003", f"{shown(text)} is not a number.", fix, row.at(column))
        return None
