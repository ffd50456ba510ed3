"""What a file of tables holds: its sheets, their rows, and their cells as they were stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from corridor.errors import Problem, ScenarioError, Where

MAX_ROWS = 1_048_576
"""Rows of the largest sheet that spreadsheets know."""

Cell = object


class Row(NamedTuple):
    """One row: its number in the sheet, counted from one, and its cells."""

    number: int
    cells: tuple[Cell, ...]

    def text(self, index: int | None) -> str:
        """Return a cell as text without outer blanks; what is not there is blank."""
        if index is None or index >= len(self.cells):
            return ""
        value = self.cells[index]
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, without its blank rows."""

    name: str
    rows: tuple[Row, ...]
    is_hidden: bool = False


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read: its name, its digest, its sheets, or the document that a JSON file holds."""

    name: str
    digest: str
    sheets: tuple[Sheet, ...] = ()
    document: object = None
    notes: tuple[str, ...] = ()
    """What has to be known about how it was read: an older encoding, formulas without values, hidden sheets."""


def refused(file: str, code: str, what: str, fix: str, row: int | None = None) -> ScenarioError:
    """Return the error that says why a file cannot be imported."""
    return ScenarioError(file, (Problem(code, what, fix, Where(file, row)),))
