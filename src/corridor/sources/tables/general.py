"""Any table of counts, long or wide, with or without HXL tags: figures by a mapping of its columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from corridor.sources.tables.figures import (
    Entry,
    Figure,
    Kind,
    Reading,
    Tally,
    added_up,
    counted,
    with_periods,
    without_repeats,
)
from corridor.sources.tables.mapping import ColumnMap, has_day, proposed
from corridor.sources.tables.sheet_reader import SheetReader
from corridor.sources.tables.sheets import Sheet, SourceFile, refused

_CHOOSE = 'If they are other people, import each sheet by a mapping with sheet = "…" and its own definition.'
_TELL_APART = "Delete the wrong rows, or name the column that tells them apart, as measure or source, in a mapping."


def read_general(source: SourceFile, stated: Mapping[str, object], layout: str) -> Reading:
    """Return the figures of every sheet of a file that has a mapping, or of the one that the user names.

    Raises
    ------
    ScenarioError
        No sheet has columns of place, date and count, or its dates are ambiguous.
    """
    wanted = str(stated.get("sheet", ""))
    sheets = [sheet for sheet in source.sheets if (sheet.name == wanted if wanted else not sheet.is_hidden)]
    proposals = [(sheet, columns) for sheet in sheets if (columns := proposed(sheet, stated)) is not None]
    maps = _with_names_of_sheets(proposals)
    usable = [(sheet, columns) for sheet, columns in maps if not _lacking(columns)]
    if not usable:
        raise _unmapped(source, maps)
    readers = [SheetReader(source.name, sheet, columns) for sheet, columns in usable]
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


def _with_names_of_sheets(maps: list[tuple[Sheet, ColumnMap]]) -> list[tuple[Sheet, ColumnMap]]:
    """Return mappings in which a sheet without places is about the place that it is called after, if there are several.

    One sheet for each camp is usual; a single sheet may be called anything.
    """
    bare = [columns for _, columns in maps if columns.sheet and _lacking(columns) == ["place"]]
    if len(bare) < 2:  # noqa: PLR2004 - several
        return maps
    return [(sheet, replace(one, place=sheet.name) if one in bare else one) for sheet, one in maps]


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
    has = {*columns.columns, *(["place"] if columns.place else [])}
    is_dated = has_day(columns.columns) or columns.day is not None
    if columns.wide or columns.ambiguous:
        is_days = any(isinstance(value, dt.date) for value in columns.wide.values()) or columns.ambiguous
        return [] if ("place" in has if is_days else is_dated) else ["place" if is_days else "date"]
    lacking = [role for role, is_there in (("place", "place" in has), ("date", is_dated)) if not is_there]
    return lacking if has & {"count", "households"} or columns.flows else [*lacking, "count"]


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
    constants = [role for role in _lacking(columns) if role in {"place", "date"}]
    if constants:
        once = " and ".join(f'{role} = "…"' for role in constants)
        fix += f" If it is the same in all rows, write {once} above [columns] instead."
    if "count" in _lacking(columns):
        fix += ' Columns that are to be added are a list: count = ["Men", "Women"].'
    return refused(source.name, "S010", what, fix[:2000])
