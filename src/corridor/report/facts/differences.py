"""What alternatives change, in words: fewer or more, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.wording import Guard, day
from corridor.runs.comparison import LASTS, NEED
from corridor.scenario.names import isolated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from corridor.runs.rows import DifferenceRow

EVERYWHERE = "all"
LEVELS = (0.1, 0.5, 0.9)
_TOTALS = {
    "waiting_nights": "nights in the open",
    "deaths": "deaths",
    "inside": "people still inside",
}
_AT_PLACES = {"stock": "people at {}", "days_over_capacity": "days over capacity at {}"}
INSIDE_ALONE = "who dies inside is counted only as far as the scenario states it (death_rate_inside_per_day)"
ASSUMPTION = " (an assumption only: nobody has reported any)"
FIRST_NEED = "water"
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
    units: Mapping[str, str] = MappingProxyType({}),
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
    units
        Unit of what is needed of each item.
    """
    table = list(rows)
    last = max((row.target_end_date for row in table), default=None)
    estimates: dict[tuple[str, str, str], dict[float, float]] = {}
    for row in table:
        if row.target_end_date == last and row.output_type == "quantile":
            key = (row.alternative, row.target, row.location)
            estimates.setdefault(key, {})[float(row.output_type_id)] = row.value
    totals = {target: f"{what}{ASSUMPTION if target in assumed else ''}" for target, what in _TOTALS.items()}
    wording = _Wording(names, guard, totals, units)
    return tuple(_line(name, meaning, estimates, wording, last) for name, meaning in meanings.items())


class _Wording(NamedTuple):
    names: Mapping[str, str]
    guard: Guard
    totals: Mapping[str, str]
    units: Mapping[str, str]

    def name(self, place: str) -> str:
        """Return the name of a place for people."""
        return isolated(self.names.get(place, place))


def _line(
    name: str,
    meaning: str,
    estimates: Mapping[tuple[str, str, str], Mapping[float, float]],
    wording: _Wording,
    last: date | None,
) -> DifferenceLine:
    own = {(target, place): levels for (one, target, place), levels in estimates.items() if one == name}
    parts = [
        change(own[target, EVERYWHERE], what, wording.guard)
        for target, what in wording.totals.items()
        if (target, EVERYWHERE) in own
    ]
    for target, what in _AT_PLACES.items():
        counts = wording.guard if target == "stock" else Guard(1)
        parts += [
            change(levels, what.format(wording.name(place)), counts)
            for _, place, levels in _largest(own, target)[:MOST_PLACES]
        ]
    parts += _needs(own, wording)
    parts.append(_inside_caveat(own))
    stated = tuple(part for part in parts if part)
    return DifferenceLine(name, meaning, day(last) if last else "the last day", "; ".join(stated) or NOTHING, stated)


def _inside_caveat(own: Mapping[tuple[str, str], Mapping[float, float]]) -> str:
    """Return what to bear in mind where fewer die because more are still inside a siege; else nothing."""
    inside, deaths = (own.get((target, EVERYWHERE)) for target in ("inside", "deaths"))
    is_paid_inside = inside is not None and deaths is not None and deaths[0.5] < 0 < inside[0.5]
    return INSIDE_ALONE if is_paid_inside else ""


def _largest(
    own: Mapping[tuple[str, str], Mapping[float, float]], *targets: str
) -> list[tuple[str, str, Mapping[float, float]]]:
    """Return at which places some targets change, the largest change first."""
    at_places = [(target, place, levels) for (target, place), levels in own.items() if place != EVERYWHERE]
    changed = (row for row in at_places if row[0] in targets)
    return sorted(changed, key=lambda row: -max(abs(row[2][level]) for level in LEVELS))


def _needs(own: Mapping[tuple[str, str], Mapping[float, float]], wording: _Wording) -> Iterator[str]:
    """Yield what changes in the need of water where it changes most, and on what day what was counted runs out."""
    for _, place, levels in _largest(own, f"{NEED}{FIRST_NEED}")[:1]:
        unit = wording.units.get(FIRST_NEED, "").replace("/day", " a day")
        yield change(levels, f"{unit} of {FIRST_NEED} needed at {wording.name(place)}", Guard(1))
    for target, place, levels in _largest(own, *(f"{LASTS}{item}" for item in wording.units))[:MOST_PLACES]:
        item = target.removeprefix(LASTS).replace("_", " ")
        yield sooner(levels, f"{item} at {wording.name(place)}")


def sooner(levels: Mapping[float, float], what: str) -> str:
    """Return in words by how many days supplies run out sooner or later; nothing where the 8 in 10 interval is zero.

    Examples
    --------
    >>> sooner({0.1: -5.0, 0.5: -3.0, 0.9: -1.0}, "water at Plain Camp")
    'water at Plain Camp runs out 3 (1–5) days sooner'
    >>> sooner({0.1: -14.0, 0.5: -4.0, 0.9: 0.0}, "tents at Plain Camp")
    'tents at Plain Camp run out 4 (0–14) days sooner'
    >>> sooner({0.1: 0.0, 0.5: 0.0, 0.9: 4.0}, "blankets at Plain Camp")
    'blankets at Plain Camp run out up to 4 days later'
    >>> sooner({0.1: -2.0, 0.5: 0.0, 0.9: 3.0}, "tents at Plain Camp")
    'tents at Plain Camp run out on about the same day (from 2 days sooner to 3 later)'
    """
    low, likely, high = (levels[level] for level in LEVELS)
    if low == high == 0:
        return ""
    out = f"{what} {'run' if what.split(' at ', maxsplit=1)[0].endswith('s') else 'runs'} out"
    if low < 0 < high:
        return f"{out} on about the same day (from {-low:.0f} days sooner to {high:.0f} later)"
    which, near, middle, far = (
        ("later", low, likely, high) if low >= 0 else ("sooner", abs(high), abs(likely), abs(low))
    )
    days = f"up to {far:.0f}" if near == middle == 0 else f"{middle:.0f} ({near:.0f}–{far:.0f})"
    return f"{out} {days} days {which}"


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
