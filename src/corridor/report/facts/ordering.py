"""What to have on site: the few needs that a camp manager orders first, in a week and at the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.new_arrivals import arrivals_remark
from corridor.report.facts.water import DELIVERED, LOSSES, WATER, delivered
from corridor.report.facts.wording import NO_NUMBER, Shown, interval, unit_words

if TYPE_CHECKING:
    from datetime import date

    from corridor.needs.rows import NeedRow
    from corridor.report.facts.context import ReportContext

ORDERED = (
    WATER,
    "food",
    "tents_gap",
    "tents_new_arrivals",
    "blankets",
    "latrines",
    "bathing_places",
    "health_centres",
    "beds",
    "nurses",
)
"""Items of the bundled profiles, in the order in which lives depend on them."""


class OrderLine(NamedTuple):
    """How much of one item is needed, for each of some days, and for whom alone."""

    item: str
    unit: str
    estimates: tuple[Shown, ...]
    remark: str = ""


class OrderTable(NamedTuple):
    """What the main place must have; `days` are the headings."""

    days: tuple[str, ...]
    lines: tuple[OrderLine, ...]


def order_table(context: ReportContext) -> OrderTable | None:
    """Return what the main place must have in a week and on the last day; None if nothing is needed there."""
    soon = min(context.origin + timedelta(days=7), context.end)
    days = (soon, context.end) if soon < context.end else (soon,)
    there = [row for row in context.needs if row.place == context.main_place]
    lines = []
    for item in ORDERED:
        rows = (
            list(delivered(there, context.main_place)) if item == WATER else [row for row in there if row.item == item]
        )
        if any(row.p90 > 0 for row in rows):
            name = context.language.term(DELIVERED) if item == WATER else context.item(item)
            unit, remark = unit_words(rows[0].unit, context.language), arrivals_remark(context, item)
            lines.append(OrderLine(name, unit, _on_days(context, rows, days), remark))
    return OrderTable(tuple(map(context.language.short_day, days)), tuple(lines)) if lines else None


def _on_days(context: ReportContext, rows: list[NeedRow], days: tuple[date, ...]) -> tuple[Shown, ...]:
    by_day = {row.date: row for row in rows}
    return tuple(_shown(context, by_day.get(when)) for when in days)


def _shown(context: ReportContext, row: NeedRow | None) -> Shown:
    if row is None:
        return Shown(NO_NUMBER)
    guard = context.guard.of(WATER, LOSSES) if row.item == WATER else context.guard.of(row.item)
    low, likely, high = (guard.text(value, 2) for value in (row.p10, row.p50, row.p90))
    return Shown(likely, interval(low, high, context.language))
