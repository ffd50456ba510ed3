"""How close to the facts a source of imported counts is taken to be, and what its own file shows of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median

from corridor.scenario.scenario import Grade, Source
from corridor.sources.flee.account import many
from corridor.sources.tables.figures import Entry, Figure, Kind

JUDGED = Grade.B
"""The grade of a source of published counts: an agency that is on the spot.

It is judged. Published counts do not show their error: two assessments of a place and day mostly repeat each other to
the last digit (in the Chad sample 12 of 15 pairs), and what changes from round to round is movement and error together.
"""


def source_of(name: str, figures: Iterable[Figure], file: str) -> Source:
    """Return a source with its grade, and the reason: how much its counts change from one to the next.

    Parameters
    ----------
    name
        The source.
    figures
        All figures of the file; those of the source are compared.
    file
        Name of the file, for the reason.
    """
    changes = _changes(figure for figure in figures if figure.source == name)
    reason = f"imported from {file}; judged, for counts do not show their error"
    if changes:
        percent = 100 * math.expm1(median(changes))
        reason += (
            f"; from one count of a place to the next they change by {percent:.0f} % (median of "
            f"{many(len(changes), 'change')}), movement and error together"
        )
    return Source(source=name, grade=JUDGED, reason=f"{reason}; correct the grade where you know better")


def grade_entries(sources: Iterable[Source]) -> Iterator[Entry]:
    """Yield a line of an account for each source: its grade, and why."""
    return (Entry(Kind.TO_DECIDE, f"{one.source} has grade {one.grade.value}: {one.reason}.") for one in sources)


def _changes(figures: Iterable[Figure]) -> list[float]:
    """Return the absolute changes of stocks from one count of a place to the next, on the logarithm."""
    series: dict[tuple[object, ...], list[Figure]] = {}
    for row in figures:
        if not row.measure.is_flow and row.count > 0:
            series.setdefault((*row.spot.key, row.measure, row.definition), []).append(row)
    return [
        abs(math.log(later.count / earlier.count))
        for rows in series.values()
        for earlier, later in pairwise(sorted(rows, key=lambda row: row.date))
    ]
