"""Earlier forecasts against what came: each as its likely line and its range, and the reports on top."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import altair as alt

from corridor.report.facts.series import HIGH, LOW
from corridor.report.figures.palette import BANDS, FORECAST
from corridor.report.figures.style import (
    Rows,
    amount_axis,
    chart,
    day_axis,
    on_field,
    origin_layers,
    report_layers,
    values,
)
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.earlier import EarlierForecast

BEFORE_DAYS = 7


def forecasts_against_outcomes(context: ReportContext, earlier: Sequence[EarlierForecast]) -> alt.LayerChart | None:
    """Return earlier forecasts of the main place with the reports since; None where there are none."""
    rows = [row for one in earlier for row in _rows(context, one)]
    if not rows:
        return None
    first = earlier[0].run.origin_date - timedelta(days=BEFORE_DAYS)
    reports = [
        row
        for row in context.compared
        if row.report.measure is Measure.STOCK
        and row.report.places == (context.main_place,)
        and row.report.group is None
        and first <= row.report.date <= context.origin
    ]
    x = day_axis(
        first, max(one.run.origin_date + timedelta(days=one.run.horizon_days) for one in earlier), context.language
    )
    language = context.language
    y = amount_axis("likely", language.message("people"), 1.05 * max(row["high"] for row in rows), language)
    base = alt.Chart(values(rows))
    layers = [
        base.mark_area(color=BANDS[1], opacity=0.55, clip=True).encode(
            x=x, y=on_field(y, "high:Q"), y2=alt.Y2("low"), detail="made:N"
        ),
        base.mark_line(color=FORECAST, strokeWidth=2, clip=True).encode(x=x, y=y, detail="made:N"),
        base.mark_rule(strokeWidth=7, opacity=0).encode(x=x, tooltip=alt.Tooltip("words:N")),
        *origin_layers(context, x),
        *report_layers(context, reports, (x, y)),
    ]
    description = language.plural(
        "People in {place} as forecast on {days}, with {count} report.",
        "People in {place} as forecast on {days}, with {count} reports.",
        len(reports),
        place=context.name(context.main_place),
        days=language.listed(language.day(one.run.origin_date) for one in earlier),
    )
    return chart(*layers, height=260, description=description, language=language)


def _rows(context: ReportContext, one: EarlierForecast) -> Rows:
    guard, rows = context.guard, []
    made, language = context.language.short_day(one.run.origin_date), context.language
    for when in one.series.days:
        estimate = one.series.estimate(when, LOW, HIGH)
        if estimate is not None and when > one.run.origin_date:
            words = guard.people(estimate.low, estimate.likely, estimate.high)
            rows.append(
                {
                    "date": when.isoformat(),
                    "made": made,
                    "low": guard.low(estimate.low),
                    "likely": guard.middle(estimate.likely),
                    "high": guard.high(estimate.high),
                    "words": language.message(
                        "{day}, forecast on {made}: likely {people}, 8 in 10",
                        day=language.day(when),
                        made=made,
                        people=words,
                    ),
                }
            )
    return rows
