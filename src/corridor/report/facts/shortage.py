"""What runs short first, as a figure and a sentence of the first screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from corridor.needs.rows import RunOutRow
    from corridor.report.facts.context import ReportContext


@dataclass(frozen=True)
class Tile:
    """One figure of the first screen: what it is, its likely value, its range, and of what it is said."""

    label: str
    likely: str
    low: str
    high: str
    note: str = ""


def short_by(context: ReportContext, when: date | None) -> str:
    """Return the day on which something runs short, or that it lasts longer than the forecast."""
    language = context.language
    last = language.short_day(context.end)
    return language.short_day(when) if when else language.message("after {day}", day=last)


def shortage(context: ReportContext, tiles: list[Tile]) -> str | None:
    """Return what is short already, what runs short next, or that nothing does; None where nothing was counted."""
    rows = context.runout
    if not rows:
        return None
    tomorrow = context.origin + timedelta(days=1)
    short = [row for row in rows if row.p50 is not None and row.p50 <= tomorrow]
    ahead = [row for row in rows if row not in short and (row.p10 or row.p50)]
    sentences = []
    if short:
        names = context.language.listed(dict.fromkeys(_thing(context, row) for row in short))
        sentences.append(context.language.message("Short already: {things}.", things=names))
    if ahead:
        far = context.end + timedelta(days=1)
        first = min(ahead, key=lambda row: (row.p50 or far, row.p10 or far))
        sentences.append(_next_short(context, first, tiles))
    if not sentences:
        return context.language.plural(
            "Nothing that is listed as on site is expected to run short within {count} day.",
            "Nothing that is listed as on site is expected to run short within {count} days.",
            context.run.horizon_days,
        )
    return " ".join(sentences)


def _next_short(context: ReportContext, row: RunOutRow, tiles: list[Tile]) -> str:
    if row.p50 is None and row.p10 is not None:
        return _perhaps_short(context, row, row.p10, tiles)
    likely, early, late = (short_by(context, when) for when in (row.p50, row.p10, row.p90))
    message, thing = context.language.message, _thing(context, row)
    ends = message("early {early}", early=early), message("late {late}", late=late)
    tiles.append(Tile(message("next to run short"), likely, *ends, thing))
    return message(
        "Next to run short: {thing}, likely {likely} (early {early}, late {late}).",
        thing=thing,
        likely=likely,
        early=early,
        late=late,
    )


def _perhaps_short(context: ReportContext, row: RunOutRow, early: date, tiles: list[Tile]) -> str:
    """Return what likely lasts beyond the forecast, and in one of ten cases does not."""
    language, thing = context.language, _thing(context, row)
    first, last = language.short_day(early), language.short_day(context.end)
    tiles.append(
        Tile(
            language.message("may run short first"),
            first,
            language.message("1 in 10 by then"),
            language.message("likely not by {day}", day=last),
            thing,
        )
    )
    return language.message(
        "May run short: {thing}, in 1 of 10 cases by {first}, likely not by {last}.",
        last=last,
        thing=thing,
        first=first,
    )


def _thing(context: ReportContext, row: RunOutRow) -> str:
    name, _, which = context.item(row.item).partition(", ")
    small = f"{name[:1].lower()}{name[1:]}{f' ({which})' if which else ''}"
    return context.language.message("{item} at {place}", item=small, place=context.name(row.place))
