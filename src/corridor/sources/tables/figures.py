"""Figures as a file gives them, before they find their places in a scenario; parts of one figure are added up."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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


class Tally:
    """Counts parts of a file by what became of them, with the first of each as an example."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, what: str, example: str = "", times: int = 1) -> None:
        """Count a part: what it is in the plural, as rows without a date, and where the first stands."""
        self._counts[what] += times
        if example:
            self._examples.setdefault(what, example)

    def lines(self) -> Iterator[str]:
        """Yield a sentence for each kind of part."""
        for what, count in self._counts.items():
            example = self._examples.get(what, "")
            more = " and the like" if count > 1 else ""
            yield f"{counted(count, what)}{f' ({example}{more})' if example else ''}."

    def entries(self, kind: Kind = Kind.LEFT_OUT, where: str = "") -> Iterator[Entry]:
        """Yield the sentences as lines of an account."""
        return (Entry(kind, where + line) for line in self.lines())


_ROWS_SHOWN = 4
"""Rows that contradict each other, as many as a message lists."""


def counted(count: int, what: str) -> str:
    """Return a number with what it counts, whose first word is in the plural.

    Examples
    --------
    >>> counted(1, "rows without a date"), counted(1_200, "figures")
    ('1 row without a date', '1,200 figures')
    """
    first, blank, others = what.partition(" ")
    return f"{count:,} {first.removesuffix('s') if count == 1 else first}{blank}{others}"


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
    groups: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures:
        groups.setdefault(figure.subject, []).append(figure)
    rows = [_sum(parts) for parts in groups.values()]
    order = [
        (*row.spot.key, row.measure, row.source, row.date, str(row.definition), row.sheet, row.rows) for row in rows
    ]
    ordered = [rows[index] for index in sorted(range(len(rows)), key=order.__getitem__)]
    return tuple(ordered), sum(map(len, groups.values())) - len(rows)


def _sum(parts: Sequence[Figure]) -> Figure:
    numbers = tuple(sorted(number for part in parts for number in part.rows))
    spot = min((part.spot for part in parts), key=lambda spot: (sum(field is None for field in spot), str(spot)))
    return replace(parts[0], spot=spot, count=sum(part.count for part in parts), rows=numbers, part="")


def without_repeats(figures: Iterable[Figure]) -> tuple[tuple[Figure, ...], int, Tally]:
    """Return figures without rows that repeat another in all that tells parts apart.

    Of rows with the same count one is taken, of rows with several counts none: the order of rows decides nothing.

    Returns
    -------
    tuple
        The figures; how many rows were the same to the last digit; those that contradict each other.
    """
    groups: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((*figure.subject, figure.part), []).append(figure)
    contradicting = Tally()
    once: list[Figure] = []
    same = 0
    for rows in groups.values():
        by_count = {row.count: row for row in reversed(rows)}
        same += len(rows) - len(by_count)
        if len(by_count) == 1:
            once.append(rows[0])
            continue
        shown = [f"row {row.rows[0]}: {count:,}" for count, row in sorted(by_count.items())[:_ROWS_SHOWN]]
        more = f", and {len(by_count) - _ROWS_SHOWN:,} more" if len(by_count) > _ROWS_SHOWN else ""
        example = f"{rows[0].spot.name} on {rows[0].date}, {', '.join(shown)}{more}"
        contradicting.add("figures contradicted by another row of the file, none of them used", example)
    return tuple(once), same, contradicting


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
