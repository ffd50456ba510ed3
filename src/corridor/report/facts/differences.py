"""What alternatives change, in words: fewer or more, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.context import item_names
from corridor.report.facts.wording import Guard, unit_words
from corridor.report.languages.language import ENGLISH, translatable
from corridor.runs.comparison import LASTS, NEED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from corridor.report.languages.language import Language
    from corridor.runs.rows import DifferenceRow

EVERYWHERE = "all"
LEVELS = (0.1, 0.5, 0.9)
_TOTALS = {
    "waiting_nights": translatable("nights in the open"),
    "deaths": translatable("deaths"),
    "inside": translatable("people still inside"),
}
_DAYS_OVER = "days_over_capacity"
_AT_PLACES = ("stock", _DAYS_OVER)
INSIDE_ALONE = translatable(
    "who dies inside is counted only as far as the scenario states it (death_rate_inside_per_day)"
)
ASSUMPTION = translatable("{figure} (an assumption only: nobody has reported any)")
FIRST_NEED = "water"
MOST_PLACES = 3
NOTHING = translatable(
    "no difference in at least 8 of 10 histories: what is changed lies in the past, or seldom limits anything"
)


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
        Keeps small counts out, and has the language.
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
    words = {target: guard.language.term(what) for target, what in _TOTALS.items()}
    totals = {target: assumption(what, guard.language) if target in assumed else what for target, what in words.items()}
    wording = _Wording(names, guard, totals, units)
    return tuple(_line(name, meaning, estimates, wording, last) for name, meaning in meanings.items())


class Part(NamedTuple):
    """One difference in words, nothing if there is none, and whether it clearly goes one way."""

    words: str
    is_clear: bool = True


class _Wording(NamedTuple):
    names: Mapping[str, str]
    guard: Guard
    totals: Mapping[str, str]
    units: Mapping[str, str]

    def name(self, place: str) -> str:
        """Return the name of a place for people."""
        return self.guard.language.isolated(self.names.get(place, place))

    def at_place(self, target: str, place: str, levels: Mapping[float, float]) -> str:
        """Return what a difference at a place is of; days by how many they are at most."""
        language, name = self.guard.language, self.name(place)
        if target != _DAYS_OVER:
            return language.message("people at {place}", place=name)
        return language.plural(
            "day over capacity at {place}", "days over capacity at {place}", _most(levels), place=name
        )

    def item(self, item: str) -> str:
        """Return the name of an item within a sentence."""
        if self.guard.language.is_english:
            return item.replace("_", " ")
        name = item_names(self.guard.language).get(item, item.replace("_", " "))
        return f"{name[:1].lower()}{name[1:]}"


def assumption(figure: str, language: Language) -> str:
    """Return the name of a figure with the words that it is an assumption only.

    Parameters
    ----------
    figure
        Its name.
    language
        Of the page.
    """
    return language.message(ASSUMPTION, figure=figure)


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
    for target in _AT_PLACES:
        counts = replace(wording.guard, below=1) if target == _DAYS_OVER else wording.guard
        parts += [
            change(levels, wording.at_place(target, place, levels), counts)
            for _, place, levels in _largest(own, target)[:MOST_PLACES]
        ]
    parts += _needs(own, wording)
    parts = [*sorted(parts, key=lambda part: not part.is_clear), Part(_inside_caveat(own, wording.guard.language))]
    stated = tuple(part.words for part in parts if part.words)
    language = wording.guard.language
    until = language.day(last) if last else language.message("the last day")
    return DifferenceLine(name, meaning, until, language.clauses(stated) or language.term(NOTHING), stated)


def _inside_caveat(own: Mapping[tuple[str, str], Mapping[float, float]], language: Language) -> str:
    """Return what to bear in mind where fewer die because more are still inside a siege; else nothing."""
    inside, deaths = (own.get((target, EVERYWHERE)) for target in ("inside", "deaths"))
    is_paid_inside = inside is not None and deaths is not None and deaths[0.5] < 0 < inside[0.5]
    return language.term(INSIDE_ALONE) if is_paid_inside else ""


def _largest(
    own: Mapping[tuple[str, str], Mapping[float, float]], *targets: str
) -> list[tuple[str, str, Mapping[float, float]]]:
    """Return at which places some targets change, the largest change first.

    People within a siege stand among those still inside, and are not told of a second time.
    """
    besieged = {place for target, place in own if target == "inside"}
    at_places = [(target, place, levels) for (target, place), levels in own.items() if place != EVERYWHERE]
    changed = (row for row in at_places if row[0] in targets and (row[0] != "stock" or row[1] not in besieged))
    return sorted(changed, key=lambda row: -max(abs(row[2][level]) for level in LEVELS))


def _needs(own: Mapping[tuple[str, str], Mapping[float, float]], wording: _Wording) -> Iterator[Part]:
    """Yield what changes in the need of water where it changes most, and on what day what was counted runs out."""
    language = wording.guard.language
    for _, place, levels in _largest(own, f"{NEED}{FIRST_NEED}")[:1]:
        needed = language.message(
            "{unit} of {item} needed at {place}, before losses",
            unit=unit_words(wording.units.get(FIRST_NEED, ""), language),
            item=wording.item(FIRST_NEED),
            place=wording.name(place),
        )
        yield change(levels, needed, wording.guard.of(FIRST_NEED))
    for target, place, levels in _largest(own, *(f"{LASTS}{item}" for item in wording.units))[:MOST_PLACES]:
        item = wording.item(target.removeprefix(LASTS))
        what = language.message("{item} at {place}", item=item, place=wording.name(place))
        yield sooner(levels, what, language, are_many=item.endswith("s"))


def sooner(levels: Mapping[float, float], what: str, language: Language = ENGLISH, *, are_many: bool = False) -> Part:
    """Return in words by how many days supplies run out sooner or later; nothing where the 8 in 10 interval is zero.

    Parameters
    ----------
    levels
        Quantiles of the difference, days.
    what
        What runs out, and where.
    language
        Of the page.
    are_many
        Whether they run out, or it runs out.

    Examples
    --------
    >>> sooner({0.1: -5.0, 0.5: -3.0, 0.9: -1.0}, "water at Plain Camp").words
    'water at Plain Camp runs out 3 (1–5) days sooner'
    >>> sooner({0.1: -14.0, 0.5: -4.0, 0.9: 0.0}, "tents at Plain Camp", are_many=True).words
    'tents at Plain Camp run out 4 (0–14) days sooner'
    >>> sooner({0.1: 0.0, 0.5: 0.0, 0.9: 1.0}, "blankets at Plain Camp", are_many=True).words
    'blankets at Plain Camp run out up to 1 day later'
    >>> sooner({0.1: -2.0, 0.5: 0.0, 0.9: 3.0}, "tents at Plain Camp", are_many=True).words
    'tents at Plain Camp run out on about the same day (from 2 days sooner to 3 later)'
    """
    low, likely, high = (levels[level] for level in LEVELS)
    if low == high == 0:
        return Part("")
    message = language.message
    out = message("{what} run out", what=what) if are_many else message("{what} runs out", what=what)
    if low < 0 < high:
        gaps = {"out": out, "high": f"{high:.0f}"}
        return Part(
            language.plural(
                "{out} on about the same day (from {count} day sooner to {high} later)",
                "{out} on about the same day (from {count} days sooner to {high} later)",
                round(-low),
                **gaps,
            ),
            is_clear=False,
        )
    near, middle, far = (low, likely, high) if low >= 0 else (abs(high), abs(likely), abs(low))
    ends = {"low": f"{near:.0f}", "likely": f"{middle:.0f}", "high": f"{far:.0f}"}
    days = message("up to {high}", **ends) if near == middle == 0 else message("{likely} ({low}–{high})", **ends)
    gaps = {"out": out, "days": days}
    if low >= 0:
        return Part(language.plural("{out} {days} day later", "{out} {days} days later", _most(levels), **gaps))
    return Part(language.plural("{out} {days} day sooner", "{out} {days} days sooner", _most(levels), **gaps))


def _most(levels: Mapping[float, float]) -> int:
    """Return the largest change, in whole days; it decides between day and days."""
    return round(max(abs(levels[level]) for level in LEVELS))


def change(levels: Mapping[float, float], what: str, guard: Guard) -> Part:
    """Return a difference in words; nothing where its 8 in 10 interval is zero, or too small to be shown.

    Examples
    --------
    >>> change({0.1: -3100.0, 0.5: -1900.0, 0.9: -900.0}, "nights in the open", Guard(10)).words
    '1,900 (900–3,100) fewer nights in the open'
    >>> change({0.1: -300.0, 0.5: 0.0, 0.9: 0.0}, "deaths", Guard(10)).words
    'up to 300 fewer deaths'
    >>> change({0.1: -300.0, 0.5: 20.0, 0.9: 400.0}, "deaths", Guard(10))
    Part(words='about as many deaths (from 300 fewer to 400 more)', is_clear=False)
    """
    low, likely, high = (levels[level] for level in LEVELS)
    if low == high == 0 or (low < 0 < high and max(-low, high) < guard.below):
        return Part("")
    message = guard.language.message
    if low == likely == 0:
        return Part(message("up to {people} more {what}", people=guard.text(high, 2), what=what))
    if likely == high == 0:
        return Part(message("up to {people} fewer {what}", people=guard.text(-low, 2), what=what))
    if low >= 0:
        return Part(message("{people} more {what}", people=guard.people(low, likely, high), what=what))
    if high <= 0:
        return Part(message("{people} fewer {what}", people=guard.people(-high, -likely, -low), what=what))
    return Part(
        message(
            "about as many {what} (from {fewer} fewer to {more} more)",
            what=what,
            fewer=guard.text(-low, 2),
            more=guard.text(high, 2),
        ),
        is_clear=False,
    )
