"""What alternatives change, in words: fewer or more, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.report.facts.context import isolated
from corridor.report.facts.wording import Guard, day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from corridor.runs.rows import DifferenceRow

EVERYWHERE = "all"
LEVELS = (0.1, 0.5, 0.9)
_TOTALS = {
    "waiting_nights": "nights in the open",
    "deaths": "deaths",
    "inside": "people still inside",
}
_AT_PLACES = {"stock": "people in {}", "days_over_capacity": "days over capacity in {}"}
ASSUMPTION = " (an assumption only: nobody has reported any)"
MOST_PLACES = 3
NOTHING = "no difference in at least 8 of 10 histories: what is changed seldom limits anything"


@dataclass(frozen=True)
class DifferenceLine:
    """What one alternative changes by the last day.

    Attributes
    ----------
    name, meaning
        The alternative, and what it supposes.
    until
        The last day, in words.
    words
        The differences, one after the other, with 8 in 10 intervals.
    parts
        The same one by one.
    """

    name: str
    meaning: str
    until: str
    words: str
    parts: tuple[str, ...]


def difference_lines(
    rows: Iterable[DifferenceRow],
    meanings: Mapping[str, str],
    names: Mapping[str, str],
    guard: Guard = Guard(),  # noqa: B008 - a frozen value
    *,
    assumed: Collection[str] = (),
) -> tuple[DifferenceLine, ...]:
    """Return what each alternative changes by the last day of the rows.

    Parameters
    ----------
    rows
        Rows of differences.csv.
    meanings
        What each alternative supposes, by name, in the order in which they are listed.
    names
        Names of places for people, by id.
    guard
        Keeps small counts out.
    assumed
        Targets that rest on defaults alone, which is said of each number.
    """
    table = list(rows)
    last = max((row.target_end_date for row in table), default=None)
    estimates: dict[tuple[str, str, str], dict[float, float]] = {}
    for row in table:
        if row.target_end_date == last and row.output_type == "quantile":
            key = (row.alternative, row.target, row.location)
            estimates.setdefault(key, {})[float(row.output_type_id)] = row.value
    totals = {target: f"{what}{ASSUMPTION if target in assumed else ''}" for target, what in _TOTALS.items()}
    wording = names, guard, totals
    return tuple(_line(name, meaning, estimates, wording, last) for name, meaning in meanings.items())


def _line(
    name: str,
    meaning: str,
    estimates: Mapping[tuple[str, str, str], Mapping[float, float]],
    wording: tuple[Mapping[str, str], Guard, Mapping[str, str]],
    last: date | None,
) -> DifferenceLine:
    names, guard, totals = wording
    own = {(target, place): levels for (one, target, place), levels in estimates.items() if one == name}
    parts = [
        change(own[target, EVERYWHERE], what, guard) for target, what in totals.items() if (target, EVERYWHERE) in own
    ]
    for target, what in _AT_PLACES.items():
        at_places = [(place, levels) for (one, place), levels in own.items() if one == target and place != EVERYWHERE]
        at_places.sort(key=lambda row: -max(abs(row[1][level]) for level in LEVELS))
        counts = guard if target == "stock" else Guard(1)
        parts += [
            change(levels, what.format(isolated(names.get(place, place))), counts)
            for place, levels in at_places[:MOST_PLACES]
        ]
    stated = tuple(part for part in parts if part)
    return DifferenceLine(name, meaning, day(last) if last else "the last day", "; ".join(stated) or NOTHING, stated)


def change(levels: Mapping[float, float], what: str, guard: Guard) -> str:
    """Return a difference in words; nothing where its 8 in 10 interval is zero, or too small to be shown.

    Examples
    --------
    >>> change({0.1: -3100.0, 0.5: -1900.0, 0.9: -900.0}, "nights in the open", Guard(10))
    '1,900 (900–3,100) fewer nights in the open'
    >>> change({0.1: -300.0, 0.5: 0.0, 0.9: 0.0}, "deaths", Guard(10))
    'up to 300 fewer deaths'
    >>> change({0.1: -300.0, 0.5: 20.0, 0.9: 400.0}, "deaths", Guard(10))
    'about as many deaths (from 300 fewer to 400 more)'
    """
    low, likely, high = (levels[level] for level in LEVELS)
    if low == high == 0 or (low < 0 < high and max(-low, high) < guard.below):
        return ""
    if low == likely == 0:
        return f"up to {guard.text(high, 2)} more {what}"
    if likely == high == 0:
        return f"up to {guard.text(-low, 2)} fewer {what}"
    if low >= 0:
        return f"{guard.people(low, likely, high)} more {what}"
    if high <= 0:
        return f"{guard.people(-high, -likely, -low)} fewer {what}"
    return f"about as many {what} (from {guard.text(-low, 2)} fewer to {guard.text(high, 2)} more)"
