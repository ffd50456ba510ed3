"""The sum of the headline: who is there today, who comes and goes, who is there then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.report.languages.language import translatable

if TYPE_CHECKING:
    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.wording import Guard
    from corridor.runs.rows import BalanceRow

DIGITS = 4
"""So many digits of the largest figure are shown."""

TENS = 10


class BalanceLine(NamedTuple):
    """One line of the sum, with its figure up to each of some days."""

    what: str
    figures: tuple[str, ...]
    is_total: bool = False


class BalanceTable(NamedTuple):
    """The sum for the main place; `days` are the headings, `sentence` says it in words for the last of them."""

    days: tuple[str, ...]
    lines: tuple[BalanceLine, ...]
    sentence: str


_WORDS = {
    "arrivals": (translatable("+ arrive by the ways that the scenario states"), translatable("{people} arrive")),
    "departures": (translatable("− leave by the ways that the scenario states"), translatable("{people} leave")),
    "deaths": (translatable("− die, there or on the way there"), translatable("{people} die")),
    "other_arrivals": (
        translatable("+ other arrivals, as counts rose otherwise"),
        translatable("{people} arrive otherwise"),
    ),
    "other_departures": (
        translatable("− other departures, as counts fell otherwise"),
        translatable("{people} leave otherwise"),
    ),
    "displaced": (
        translatable("+ residents who become displaced"),
        translatable("{people} residents become displaced"),
    ),
    "held_back": (translatable("− are held back at screening"), translatable("{people} are held back at screening")),
}
FEW = 1 / 10
"""Others are not told of apart where they are fewer than this part of those who arrive by stated ways."""

_COMES = {"arrivals", "other_arrivals", "displaced"}


def are_many(others: float, stated: float, below: float) -> bool:
    """Whether those who arrive otherwise are enough to be told of beside those who arrive by stated ways.

    Examples
    --------
    >>> are_many(680, 200, 10), are_many(15, 200, 10)
    (True, False)
    """
    return others >= max(below, stated * FEW)


def balance_table(context: ReportContext) -> BalanceTable | None:
    """Return the sum for the main place, up to a week ahead and to the last day; None where the run has none."""
    rows = [row for row in context.run.balance if row.place == context.main_place]
    rows = [row for row in rows if (row.until_date - context.origin).days == 7 or row.until_date == context.end]  # noqa: PLR2004 - a week
    if not rows:
        return None
    unit = _unit(max(max(row.present_before, row.present_after) for row in rows), context.guard)
    columns = [rounded_balance(row, unit, context.guard) for row in rows]
    means = [_people(row) for row in rows]
    texts = [
        {name: _text(value, mean[name], context.guard) for name, value in column.items()}
        for mean, column in zip(means, columns, strict=True)
    ]
    used = [name for name in _WORDS if any(mean[name] >= 1 for mean in means)]
    language = context.language
    there = language.message("There on {day}", day=language.short_day(context.origin))
    before = BalanceLine(there, tuple(text["present_before"] for text in texts))
    changes = [BalanceLine(language.term(_WORDS[name][0]), tuple(text[name] for text in texts)) for name in used]
    then = language.message("= there on the day")
    after = BalanceLine(then, tuple(text["present_after"] for text in texts), is_total=True)
    return BalanceTable(
        tuple(language.message("by {day}", day=language.short_day(row.until_date)) for row in rows),
        (before, *changes, after),
        _sentence(context, texts[-1], used),
    )


def rounded_balance(row: BalanceRow, unit: int, guard: Guard) -> dict[str, int]:
    """Return the figures of a balance in whole units; the sum is of the rounded figures, so that it adds up.

    Parameters
    ----------
    row
        One place, up to one day.
    unit
        People to which each figure is rounded.
    guard
        Says which counts are too small to be shown; they count for nothing in the sum.
    """
    means = _people(row)
    people = {
        name: 0 if guard.hides(means[name]) else round(means[name] / unit) * unit
        for name in ("present_before", *_WORDS)
    }
    change = sum(value if name in _COMES else -value for name, value in people.items() if name in _WORDS)
    return {**people, "present_after": people["present_before"] + change}


def _people(row: BalanceRow) -> dict[str, float]:
    """Return the means of a balance by what they are, the rest under its name by its sign."""
    means = {name: float(value) for name, value in row._asdict().items() if isinstance(value, int | float)}
    return {**dict.fromkeys(_WORDS, 0.0), **means, "displaced": max(row.rest, 0.0), "held_back": max(-row.rest, 0.0)}


def _unit(largest: float, guard: Guard) -> int:
    """Return to what figures are rounded: tens at least, and one where small counts are shown."""
    digits = len(str(int(largest)))
    return int(TENS ** max(1, digits - DIGITS)) if guard.below > 1 else 1


def _text(shown: int, mean: float, guard: Guard) -> str:
    """Return a rounded figure as text; one that is too small to be shown, or rounds to nothing, is less than ten."""
    if shown == 0 and mean > 0 and guard.below > 1:
        return guard.language.message("<{below}", below=guard.language.decimal(max(TENS, guard.below)))
    return guard.text(shown, digits=DIGITS + 1) if guard.below > 1 else guard.language.decimal(shown)


def _sentence(context: ReportContext, text: dict[str, str], used: list[str]) -> str:
    language = context.language
    return language.message(
        "In averages, which unlike likely figures add up: {before} are in {place} on {day}; {changes}; {after} are "
        "there on {last_day}.",
        before=text["present_before"],
        place=context.name(context.main_place),
        day=language.short_day(context.origin),
        changes=language.listed(language.message(_WORDS[name][1], people=text[name]) for name in used),
        after=text["present_after"],
        last_day=language.short_day(context.end),
    )
