"""Sheets of a workbook (XLSX, XLS, ODS), bounded before they are read; macros and formulas are not run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from corridor.sources.flee.account import many
from corridor.sources.tables.bounds import checked_parts, encrypted
from corridor.sources.tables.sheets import Cell, Row, Sheet, refused

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_Range = tuple[tuple[int, int], tuple[int, int]]
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sheets_of_workbook(file: str, data: bytes) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Return the visible sheets of a workbook, with the values stored last, and what has to be known about them.

    Raises
    ------
    ScenarioError
        It is encrypted, damaged, no workbook, or would take far more memory than a table does.
    """
    if data.startswith(OLE) and _ENCRYPTED in data:
        raise encrypted(file)
    notes = tuple(checked_parts(file, data)) if data.startswith(ZIP) else ()
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum  # noqa: PLC0415 - extra

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        hidden = {one.name for one in book.sheets_metadata if one.visible is not SheetVisibleEnum.Visible}
        read = [_sheet(name, book.get_sheet_by_name(name), is_hidden=name in hidden) for name in book.sheet_names]
    except PasswordError:
        raise encrypted(file) from None
    except (CalamineError, OSError, ValueError) as error:
        what = f"this is no workbook that can be read ({' '.join(str(error).split())[:80]})."
        raise refused(file, "S005", what, "Open it in a spreadsheet and save it as XLSX, ODS or CSV UTF-8.") from None
    return tuple(sheet for sheet, _ in read if sheet.rows), (*notes, *(note for _, own in read for note in own))


def _sheet(name: str, sheet: CalamineSheet, *, is_hidden: bool) -> tuple[Sheet, tuple[str, ...]]:
    """Return a sheet without its blank rows, and what has to be known about it."""
    table: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    left_out = _fill_merged(table, sheet.merged_cell_ranges or ())
    rows = tuple(Row(number, tuple(cells)) for number, cells in enumerate(table, start=1) if _holds_anything(cells))
    notes = []
    if is_hidden and rows:
        notes.append(f"sheet {name} is hidden: it is read only if a mapping names it (sheet = {name!r}).")
    if left_out:
        notes.append(
            f"sheet {name}: {many(len(left_out), 'number')} in cells merged over several rows (row {left_out[0]} and "
            "the like) left out: nothing says how much belongs to which row."
        )
    return Sheet(name, rows, is_hidden=is_hidden), tuple(notes)


def _fill_merged(table: list[list[Cell]], ranges: Sequence[_Range]) -> list[int]:
    """Put what cells merged downwards hold into each of their rows, and return the rows of numbers left out.

    Numbers are not repeated: one stays in its first row if names of the same rows are merged, too; if not, it is
    left out.
    """
    tall = [(top, left, bottom) for (top, left), (bottom, _) in ranges if top < bottom < len(table)]
    if sum(bottom - top for top, _, bottom in tall) > len(table) * len(table[0] if table else ()):
        return []
    numbers = [spot for spot in tall if isinstance(table[spot[0]][spot[1]], int | float)]
    named = {(top, bottom) for top, left, bottom in tall if isinstance(table[top][left], str) and table[top][left]}
    left_out = []
    for top, left, bottom in tall:
        value = table[top][left]
        for row in range(top + 1, bottom + 1):
            table[row][left] = "" if (top, left, bottom) in numbers else value
    for top, left, bottom in numbers:
        if not any(first <= top and bottom <= last for first, last in named):
            table[top][left] = ""
            left_out.append(top + 1)
    return sorted(left_out)


def _holds_anything(cells: Sequence[Cell]) -> bool:
    return any(cell not in ("", None) for cell in cells)
