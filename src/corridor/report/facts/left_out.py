"""What the report lacks: charts that would be mostly empty, and scores of figures that nothing can be held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.report.languages.language import translatable
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.report.facts.context import ReportContext

LEAST_DAYS = 7
"""A queue is drawn where it is likely to be there, and large enough to be shown, on so many days."""

LEAST_SHARE = 0.5
"""A rate of deaths is drawn where it may be shown on this share of the days."""

HIGH = 0.9

NOT_SCORED = translatable("No back-test has scored this figure: reports of it are few, late, and mostly bounds.")
"""Stands beside people inside a besieged place, and deaths."""


def is_queue_drawn(context: ReportContext, place: str) -> bool:
    """Whether people are likely to wait at a place on enough days for a chart of them."""
    series = context.series.find(Measure.WAITING, place)
    likely = [] if series is None else [series.at(when, 0.5) or 0.0 for when in series.days]
    return sum(people >= max(context.guard.below, 1) for people in likely) >= LEAST_DAYS


def queue_remark(context: ReportContext, places: Iterable[str]) -> str:
    """Return of which queues there is no chart, and how long they may be all the same; nothing where all are drawn."""
    parts = [_possible_queue(context, place) for place in places if not is_queue_drawn(context, place)]
    if not parts:
        return ""
    return context.language.message(
        "Nobody, or hardly anybody, is likely to wait at {places}: no chart is drawn.",
        places=context.language.listed(parts),
    )


def _possible_queue(context: ReportContext, place: str) -> str:
    """Return the name of a place, and how many may wait there ahead."""
    series, name = context.series.find(Measure.WAITING, place), context.name(place)
    ahead = [] if series is None else [when for when in series.days if context.origin < when <= context.end]
    if series is None or not ahead:
        return name
    worst = max(ahead, key=lambda when: series.at(when, HIGH) or 0.0)
    people = series.at(worst, HIGH) or 0.0
    if people < max(context.guard.below, 1):
        return name
    return context.language.message(
        "{place} ({people} or more on {day} in 1 of 10 cases)",
        place=name,
        people=context.guard.text(people, 2),
        day=context.language.short_day(worst),
    )


def is_rate_drawn(days: int, shown: int) -> bool:
    """Whether a rate of deaths may be shown on enough of the days for a chart of it."""
    return shown >= max(LEAST_DAYS, LEAST_SHARE * days)


def rate_remark(context: ReportContext, *, is_drawn: bool) -> str:
    """Return for which weeks there is a rate of deaths, or why there is none."""
    message, below = context.language.message, context.guard.below
    if is_drawn:
        return message("Rates are drawn for weeks whose deaths may be shown: {below} or more.", below=below)
    return message(
        "In most weeks fewer than {below} people die: no rate is drawn against the emergency thresholds.", below=below
    )
