"""Rows added to a table that a person wrote: what stands there stays as it stands, byte for byte within its lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from corridor.scenario.io.rows import NOTES
from corridor.scenario.io.tables import header_of
from corridor.scenario.io.write import csv_cell, csv_line


def text_with_rows(file: Path, rows: Sequence[BaseModel]) -> str:
    """Return the text of a table with rows at its end, and columns that they need at the right.

    Parameters
    ----------
    file
        A table that is sound.
    rows
        Rows of its type; columns that say nothing of them stay blank.
    """
    text = file.read_text(encoding="utf-8-sig")
    columns, delimiter = header_of(file)
    values = [_values(row) for row in rows]
    lacking = tuple(dict.fromkeys(name for row in values for name in row if name not in columns))
    line_end = "\r\n" if "\r\n" in text else "\n"
    whole = text if text.endswith(("\n", "\r")) else text + line_end
    if lacking:
        whole = _widened(whole, lacking, delimiter)
    added = (csv_line([csv_cell(row.get(name)) for name in (*columns, *lacking)], delimiter) for row in values)
    return whole + "".join(line + line_end for line in added)


def _values(row: BaseModel) -> dict[str, object]:
    """Return the columns of a row that say anything, notes of one's own included."""
    fields = {name: getattr(row, name) for name in type(row).model_fields if name != NOTES}
    notes: Mapping[str, str] = getattr(row, NOTES, {})
    return {name: value for name, value in {**fields, **notes}.items() if value is not None and value != ""}


def _widened(text: str, lacking: Sequence[str], delimiter: str) -> str:
    """Return the text of a table with more columns at the right, blank but for the header."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    is_header = True
    for cells in reader:
        if any(map(str.strip, cells)):
            last = lines[reader.line_num - 1]
            body = last.rstrip("\r\n")
            more = delimiter.join(lacking) if is_header else delimiter * (len(lacking) - 1)
            lines[reader.line_num - 1] = f"{body}{delimiter}{more}{last[len(body) :]}"
            is_header = False
    return "".join(lines)
