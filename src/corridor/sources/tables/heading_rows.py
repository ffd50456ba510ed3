"""The headings of a sheet, which may stand in two rows: groups over their parts, or names over tags."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from corridor.sources.tables.sheets import Row


def heading_text(cell: object) -> str:
    """Return a cell as a heading, on one line; a day in the form 2031-03-15."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return " ".join(str(cell if cell is not None else "").split())


def _first_headings(row: Row) -> tuple[str, ...]:
    return tuple(heading_text(cell) for cell in row.cells)


def named_or_tagged(row: Row, tags: Row) -> tuple[str, ...]:
    """Return the headings of a sheet with tags; a column without one is called by its tag."""
    names = _first_headings(row)
    own = _first_headings(tags)
    return tuple(
        (names[i] if i < len(names) else "") or (own[i] if i < len(own) else "")
        for i in range(max(len(names), len(own)))
    )


def headings_of(rows: Sequence[Row], header: int) -> tuple[tuple[str, ...], int]:
    """Return the headings of a sheet, and in how many rows from the header on they stand.

    A second row parts some of them, as men and women below people: it has no figure, and a name where the first is
    blank. Groups may also stand above the row that has most names, as days above households and individuals.
    """
    first = _first_headings(rows[header])
    if header and (groups := _groups_above(_first_headings(rows[header - 1]), first)):
        return groups, 1
    second = list(_first_headings(rows[header + 1])) if header + 1 < len(rows) else []
    second = [text if text != first[i] else "" for i, text in enumerate(second[: len(first)])]
    is_words = not any(re.search("[0-9]", text) for text in second)
    parts = [i for i, text in enumerate(second) if text and not first[i] and i and (first[i - 1] or second[i - 1])]
    if not (is_words and parts and first[0] and not second[0]):
        return first, 1
    return _joined(first, second), 2


def _groups_above(above: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Return names with the groups that stand above them; nothing if the row above holds none over repeated names."""
    groups = [i for i, text in enumerate(above) if text and i < len(names) and names[i]]
    parts = [name for i, name in enumerate(names) if name and groups and i >= groups[0]]
    if len(groups) < 2 or len(set(parts)) == len(parts):  # noqa: PLR2004 - two groups with the same names
        return ()
    own = [text if i in groups or not (i < len(names) and names[i]) else "" for i, text in enumerate(above)]
    return _joined(own, names)


def _joined(groups: Sequence[str], parts: Sequence[str]) -> tuple[str, ...]:
    headings: list[str] = []
    group = ""
    for i in range(max(len(groups), len(parts))):
        text = groups[i] if i < len(groups) else ""
        part = parts[i] if i < len(parts) else ""
        group = text or (group if part else "")
        headings.append(" ".join(word for word in (group, part) if word))
    return tuple(headings)
