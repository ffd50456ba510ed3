"""Figures as a file gives them, before they find their places in a scenario; parts of one figure are added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from corridor.scenario.observations import Measure, Qualifier, Use


class Kind(StrEnum):
    """What happened to a part of a file."""

    READ = "read"
    TRANSLATED = "translated"
    LEFT_OUT = "left_out"
    TO_DECIDE = "to_decide"


HEADINGS = {
    Kind.READ: "Read",
    Kind.TRANSLATED: "Translated",
    Kind.LEFT_OUT: "Left out, and why",
    Kind.TO_DECIDE: "For you to decide",
}
"""What the parts of an account are called, for people."""


class Entry(NamedTuple):
    """One line of an account."""

    kind: Kind
    text: str


class Spot(NamedTuple):
    """A place as a file names it; what the file does not say is None."""

    name: str
    pcode: str | None = None
    lat: float | None = None
    lon: float | None = None
    country: str | None = None
    capacity: int | None = None
    is_site: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from other places of the file."""
        return (self.pcode or "", self.name.casefold())


@dataclass(frozen=True)
class Figure:
    """A figure of a file: where, what, when, how many, and in which rows of which sheet it stands."""

    spot: Spot
    measure: Measure
    date: dt.date
    count: int
    source: str
    definition: str | None = None
    period_start: dt.date | None = None
    household_size: float | None = None
    reported_on: dt.date | None = None
    qualifier: Qualifier = Qualifier.EXACT
    use: Use = Use.FIT
    sheet: str = ""
    rows: tuple[int, ...] = ()
    part: str = ""
    """What tells it from other parts of one figure: the cells that no column is known for."""

    @property
    def subject(self) -> tuple[object, ...]:
        """Return what it is about and who gave it: all but the figure itself."""
        return (*self.spot.key, self.measure, self.date, self.period_start, self.source, self.definition, self.sheet)


@dataclass(frozen=True)
class Reading:
    """What a file holds: its figures, an account of what was taken and left, and the mapping that was used."""

    layout: str
    figures: tuple[Figure, ...]
    account: tuple[Entry, ...]
    mapping: Mapping[str, object] = field(default_factory=dict)
    examples: tuple[str, ...] = ()


def added_up(figures: Iterable[Figure]) -> tuple[tuple[Figure, ...], int]:
    """Return figures with the parts of each added up, in order of place and day, and how many rows were added.

    Rows that have place, measure, day, period, source and definition in common are parts of one figure, by reason,
    origin or sex.
    """
    sums: dict[tuple[object, ...], Figure] = {}
    parts = 0
    for figure in figures:
        before = sums.get(figure.subject)
        if before is None:
            sums[figure.subject] = figure
            continue
        parts += 1
        sums[figure.subject] = replace(before, count=before.count + figure.count, rows=(*before.rows, *figure.rows))
    rows = (replace(figure, rows=tuple(sorted(figure.rows)), part="") for figure in sums.values())
    ordered = sorted(rows, key=lambda row: (*row.spot.key, row.measure, row.source, row.date, str(row)))
    return tuple(ordered), parts


def without_repeats(figures: Iterable[Figure]) -> tuple[tuple[Figure, ...], int, int]:
    """Return figures without rows that repeat another in all that tells parts apart: the last of them counts.

    Returns
    -------
    tuple
        The figures; how many rows were the same to the last digit; how many gave another count.
    """
    last: dict[tuple[object, ...], Figure] = {}
    same = other = 0
    for figure in figures:
        key = (*figure.subject, figure.part)
        before = last.get(key)
        if before is not None:
            same += before.count == figure.count
            other += before.count != figure.count
        last[key] = figure
    return tuple(last.values()), same, other


def with_periods(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return figures with a first day for flows that state none: the day after the report before, or as far back.

    A gap of more than one and a half usual gaps is no period: the usual gap is taken.
    """
    series: dict[tuple[object, ...], list[dt.date]] = {}
    for figure in figures:
        if _lacks_period(figure):
            series.setdefault(_of_series(figure), []).append(figure.date)
    starts: dict[tuple[object, ...], dict[dt.date, dt.date]] = {}
    for key, dates in series.items():
        days = sorted(set(dates))
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        usual = round(median(gaps)) if gaps else 1
        lengths = [usual, *(gap if gap <= 1.5 * usual else usual for gap in gaps)]
        starts[key] = {day: day - dt.timedelta(days=length - 1) for day, length in zip(days, lengths, strict=True)}
    return tuple(
        replace(figure, period_start=starts[_of_series(figure)][figure.date]) if _lacks_period(figure) else figure
        for figure in figures
    )


def _lacks_period(figure: Figure) -> bool:
    return figure.measure.is_flow and not figure.measure.is_cumulative and figure.period_start is None


def _of_series(figure: Figure) -> tuple[object, ...]:
    return (*figure.spot.key, figure.measure, figure.source, figure.definition)


def listed_rows(rows: Sequence[int]) -> str:
    """Return the numbers of rows, neighbours as a span.

    Examples
    --------
    >>> listed_rows((3, 4, 5, 9))
    '3-5, 9'
    """
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
