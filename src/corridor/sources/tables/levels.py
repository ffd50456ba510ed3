"""Rows of an upper level in a table of places: what a province has in all, among the districts that it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from corridor.sources.tables.headings import meaning_of
from corridor.sources.tables.mapping import ColumnMap
from corridor.sources.tables.sheets import Row
from corridor.sources.tables.spans import Span


def upper_columns(columns: ColumnMap) -> tuple[int, ...]:
    """Return the columns of places above the places of a table, the deepest first."""
    own = columns.columns.get("place")
    if own is None:
        return ()
    levels = [(meaning_of(heading), index) for index, heading in enumerate(columns.headings)]
    rank = next((meaning.rank for meaning, index in levels if index == own and meaning is not None), 0)
    upper = [(meaning.rank, index) for meaning, index in levels if meaning is not None and meaning.role == "place"]
    return tuple(index for above, index in sorted(upper) if index != own and above > rank)


def upper_rows(
    rows: Sequence[Row], columns: ColumnMap, count: Callable[[Row], int | None], span: Callable[[Row], Span | None]
) -> frozenset[int]:
    """Return the numbers of the rows without a place that are what an upper level has in all.

    They are if most of them are the sum of the rows with a place below the same upper name on the same day; a cell
    that is blank because it is merged with the one above is no such row.
    """
    own, uppers = columns.columns.get("place"), upper_columns(columns)
    sums: Counter[tuple[int, str, Span | None]] = Counter()
    bare: list[tuple[int, int, tuple[int, str, Span | None]]] = []
    for row in rows:
        value = count(row)
        filled = [index for index in uppers if row.text(index)]
        if value is None or not filled:
            continue
        day = span(row)
        if row.text(own):
            sums.update({(index, row.text(index), day): value for index in filled})
        else:
            bare.append((row.number, value, (filled[0], row.text(filled[0]), day)))
    equal = sum(sums.get(key) == value for _, value, key in bare)
    return frozenset(number for number, _, _ in bare) if equal and 2 * equal >= len(bare) else frozenset()
