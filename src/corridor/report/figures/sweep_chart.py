"""A sweep as a curve: nights in the open against the value of the lever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from corridor.report.facts.wording import number
from corridor.report.figures.palette import BANDS, FORECAST, INK, QUIET
from corridor.report.figures.style import Rows, amount_axis, chart, on_field, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.sweep import Step

LEAST_POINTS = 3


def nights_by_value(context: ReportContext, steps: Sequence[Step], lever: str) -> alt.LayerChart | None:
    """Return the change in nights in the open by value of the lever, 8 in 10; None for fewer than three values.

    Parameters
    ----------
    context
        The run.
    steps
        The values, in order.
    lever
        What is swept, in words.
    """
    if len(steps) < LEAST_POINTS or not any(step.nights.low or step.nights.high for step in steps):
        return None
    rows: Rows = [
        {
            "value": step.value,
            "low": _shown(context, step.nights.low),
            "likely": _shown(context, step.nights.likely),
            "high": _shown(context, step.nights.high),
            "words": _words(context, step),
        }
        for step in steps
    ]
    language = context.language
    lowest, highest = (end(row[key] for row in rows) for end, key in ((min, "low"), (max, "high")))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(zero=False),
        axis=alt.Axis(title=language.drawn(lever), grid=False, format=",.10~g", titleColor=QUIET, tickCount=6),
    )
    y = amount_axis("likely", language.message("nights in the open, against the forecast"), language=language)
    y["scale"] = alt.Scale(domain=[min(lowest, 0), max(highest, 0)], nice=True)
    base = alt.Chart(values(rows))
    layers = (
        base.mark_area(color=BANDS[1]).encode(x=x, y=on_field(y, "high:Q"), y2=alt.Y2("low")),
        base.mark_line(color=FORECAST, strokeWidth=2).encode(x=x, y=y),
        base.mark_point(color=FORECAST, filled=True, size=60, opacity=1).encode(
            x=x, y=y, tooltip=alt.Tooltip("words:N")
        ),
        alt.Chart(values([{"zero": 0}])).mark_rule(color=INK, strokeWidth=1).encode(y=on_field(y, "zero:Q")),
    )
    description = language.message(
        "Nights in the open by {lever}, against the forecast. {nights}.",
        lever=lever,
        nights=language.clauses(row["words"] for row in rows),
    )
    return chart(*layers, height=220, description=description, language=language)


def _words(context: ReportContext, step: Step) -> str:
    nights, language = step.nights, context.language
    return language.message(
        "{value}: {nights} nights ({low} to {high})",
        value=number(step.value, 9, language),
        nights=_text(context, nights.likely),
        low=_text(context, nights.low),
        high=_text(context, nights.high),
    )


def _text(context: ReportContext, value: float) -> str:
    """Return a change as text, one that is too small to be shown without its sign."""
    text = context.guard.text(abs(value), 2)
    return text if value >= 0 or context.guard.hides(abs(value)) else f"-{text}"


def _shown(context: ReportContext, value: float) -> float:
    return 0.0 if context.guard.hides(abs(value)) else value
