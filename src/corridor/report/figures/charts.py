"""The charts of the report: one function per figure; each returns the figure and saves nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import altair as alt

from corridor.needs.standards import BUNDLED, load_standards
from corridor.report.facts.comparison import Status
from corridor.report.facts.context import EVERYWHERE
from corridor.report.facts.left_out import is_queue_drawn, is_rate_drawn
from corridor.report.facts.series import HIGH, LOW
from corridor.report.facts.shortage import short_by
from corridor.report.facts.wording import number, rounded, unit_words
from corridor.report.figures.palette import BANDS, FORECAST, LIMIT
from corridor.report.figures.style import (
    Rows,
    amount_axis,
    chart,
    day_axis,
    days_counted,
    fan,
    fan_layers,
    from_day,
    near_side,
    on_field,
    origin_layers,
    report_layers,
    top_of,
    values,
)
from corridor.report.languages.language import translatable
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from corridor.needs.rows import NeedRow, RunOutRow
    from corridor.report.facts.comparison import ComparedReport
    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.series import PlaceSeries
    from corridor.scenario.observations import Observation

WEEK_DAYS = 7
LEAST_ITEMS, MOST_ITEMS = 2, 12
HEIGHT = 230
_LONGEST_HISTORY_DAYS = 366
_FEWEST_REPORTS_DRAWN = 8
FAR = 2.5
"""A capacity so many times as high as all that is drawn is left out: the rest would be flat."""

_UNITS = {
    Measure.ARRIVALS: translatable("people per day"),
    Measure.DEPARTURES: translatable("people per day"),
    Measure.DEATHS: translatable("deaths per day"),
    Measure.CUMULATIVE_DEATHS: translatable("deaths"),
}


def camp_stock(context: ReportContext, place: str, *, height: int = 320) -> alt.LayerChart | None:
    """Return the people in a camp at the end of each day, with the reports and its capacity; None without them."""
    return _fan_figure(context, Measure.STOCK, place, words=translatable("People in {place}"), height=height)


def capacity_days(context: ReportContext, place: str, first: date) -> Rows:
    """Return the capacity of a place from a day on, as it was known on the origin; nothing where none is stated."""
    known = context.run.scenario.known_by(context.origin)
    days = [first + timedelta(days=n) for n in range((context.end - first).days + 1)]
    limits = ((when, known.capacity_on(place, when)) for when in days)
    return [{"date": when.isoformat(), "capacity": limit} for when, limit in limits if limit]


def daily_arrivals(context: ReportContext, place: str) -> alt.LayerChart | None:
    """Return the people who arrive at a place each day; None if the run does not say."""
    return _fan_figure(context, Measure.ARRIVALS, place, words=translatable("People arriving at {place}"))


def cumulative_arrivals(context: ReportContext, place: str) -> alt.LayerChart | None:
    """Return all who have arrived at a place since the first day; None if the run does not say."""
    words = translatable("People arrived at {place} so far")
    return _fan_figure(context, Measure.CUMULATIVE_ARRIVALS, place, words=words)


def still_inside(context: ReportContext, place: str) -> alt.LayerChart | None:
    """Return the people still inside a besieged place; None if the run does not say."""
    return _fan_figure(context, Measure.INSIDE, place, words=translatable("People inside {place}"))


def waiting(context: ReportContext, place: str) -> alt.LayerChart | None:
    """Return the people who wait at a gate at the end of each day; None if the run does not say, or hardly any do."""
    if not is_queue_drawn(context, place):
        return None
    return _fan_figure(context, Measure.WAITING, place, words=translatable("People waiting at {place}"))


def deaths_so_far(context: ReportContext, place: str) -> alt.LayerChart | None:
    """Return deaths at a place or on the way to it since the first day; None if the run does not say."""
    words = translatable("Deaths at {place} or on the way there")
    return _fan_figure(context, Measure.CUMULATIVE_DEATHS, place, words=words)


def death_rate(context: ReportContext, place: str, group: str | None = None) -> alt.LayerChart | None:
    """Return deaths per 10,000 people a day, over seven days, against the emergency thresholds.

    The rate is the growth of the cumulative deaths over seven days, quantile by quantile, per
    person-day of the likely stock. Weeks whose count of deaths may not be shown are left out; None
    if that leaves nothing, or if the run does not count the group.
    """
    suffix = f"_{group}" if group else ""
    deaths = context.series.find(f"{Measure.CUMULATIVE_DEATHS}{suffix}", place)
    stock = context.series.find(f"{Measure.STOCK}{suffix}", place)
    if deaths is None or stock is None:
        return None
    rows = _in_runs([_weekly_rate(context, deaths, stock, when) for when in sorted(deaths.days)])
    if not is_rate_drawn((context.end - min(deaths.days)).days + 1 - WEEK_DAYS, len(rows)):
        return None
    threshold = "under_five_mortality" if group else "crude_mortality"
    limits: Rows = [
        {"rate": level.above, "words": context.language.drawn(context.language.term(level.meaning))}
        for level in load_standards(next(iter(BUNDLED))).threshold(threshold).levels[:2]
    ]
    top = max(*(row["high"] for row in rows), *(row["rate"] * 1.15 for row in limits))
    title, description = _rate_words(context, place, rows[-1]["words"], is_young=bool(group))
    x = day_axis(context.run.scenario.start, context.end, context.language)
    y = amount_axis("middle", title, top, context.language)
    layers = [*_rate_layers(rows, limits, (x, y)), *origin_layers(context, x)]
    return chart(*layers, height=HEIGHT, description=description, language=context.language)


def _rate_words(context: ReportContext, place: str, last: str, *, is_young: bool) -> tuple[str, str]:
    """Return the title of the axis of a death rate, and the chart in words."""
    message, name = context.language.message, context.name(place)
    if is_young:
        return message("deaths per 10,000 children under five per day, mean of 7 days"), message(
            "Deaths per 10,000 children under five per day at {place} or on the way there. Last: {last}.",
            place=name,
            last=last,
        )
    return message("deaths per 10,000 people per day, mean of 7 days"), message(
        "Deaths per 10,000 people per day at {place} or on the way there. Last: {last}.", place=name, last=last
    )


def need_over_time(context: ReportContext, place: str, item: str) -> alt.LayerChart | None:
    """Return how much of an item a place needs, day by day; None if the run does not say."""
    rows = [row for row in context.needs if row.place == place and row.item == item]
    if not rows:
        return None
    points: Rows = [_need_point(context, row) for row in rows]
    x = day_axis(rows[0].date, rows[-1].date, context.language)
    unit = unit_words(rows[0].unit, context.language)
    y = amount_axis("p50", unit, max(row["p90"] for row in points) or 1, context.language)
    base = alt.Chart(values(points))
    layers = (
        base.mark_area(color=BANDS[1]).encode(x=x, y=on_field(y, "p90:Q"), y2=alt.Y2("p10")),
        base.mark_line(color=FORECAST, strokeWidth=2).encode(x=x, y=y),
        base.mark_rule(strokeWidth=9, opacity=0).encode(x=x, tooltip=alt.Tooltip("words:N")),
    )
    description = context.language.message(
        "{item} needed at {place}. {last}.",
        item=context.item(item),
        place=context.name(place),
        last=points[-1]["words"],
    )
    return chart(*layers, height=130, description=description, language=context.language)


def runout_days(context: ReportContext) -> alt.LayerChart | None:
    """Return the days on which supplies run short, the soonest first; None if fewer than two do."""
    far = context.end + timedelta(days=1)
    rows = [row for row in context.runout if row.p10 is not None]
    rows.sort(key=lambda row: (row.p50 or far, row.p10 or far, row.item))
    if len(rows) < LEAST_ITEMS:
        return None
    points: Rows = [_runout_point(context, row, far) for row in rows[:MOST_ITEMS]]
    x = day_axis(context.origin, far, context.language)
    side = near_side(context.language)
    y = alt.Y(
        "name:N",
        sort=None,
        axis=alt.Axis(title=None, labelLimit=260, domain=False, ticks=False, grid=True, orient=side),
    )
    base = alt.Chart(values(points))
    bar = base.mark_bar(height=9, color=BANDS[1], cornerRadius=2).encode(
        x=from_day(x, "date:T"), x2=alt.X2("late:T"), y=y, tooltip=alt.Tooltip("words:N")
    )
    dot = base.mark_point(shape="circle", size=70, filled=True, opacity=1, color=FORECAST)
    likely = dot.encode(x=on_field(x, "likely:T"), y=y, tooltip=alt.Tooltip("words:N"))
    title = context.language.message("Days on which supplies run short.")
    description = " ".join([title, *(row["words"] for row in points)])
    height = 30 * len(points) + 10
    return chart(bar, likely, height=height, description=description, language=context.language)


def _fan_figure(
    context: ReportContext, measure: Measure, place: str, *, words: str, height: int = HEIGHT
) -> alt.LayerChart | None:
    series = context.series.find(measure, place)
    rows = fan(context, series) if series else []
    if not rows:
        return None
    shown = _reports_on(context, measure, place)
    start = _first_drawn(context, shown)
    rows = [row for row in rows if row["date"] >= start.isoformat()]
    shown = [row for row in shown if row.report.date >= start]
    limits = capacity_days(context, place, start) if measure is Measure.STOCK else []
    top = _top(rows, shown)
    drawn_limits = limits if limits and limits[-1]["capacity"] <= FAR * top else []
    language = context.language
    x = day_axis(start, context.end, language)
    title = language.term(_UNITS.get(measure, "")) or language.message("people")
    y = amount_axis("middle", title, max((top, *(row["capacity"] * 1.1 for row in drawn_limits))), language)
    layers = [
        *fan_layers(rows, (x, y)),
        *_capacity_layers(context, drawn_limits, (x, y)),
        *origin_layers(context, x),
        *report_layers(context, shown, (x, y)),
    ]
    description = language.plural(
        "{what}, {first} to {last}, with {count} report. {likely}.",
        "{what}, {first} to {last}, with {count} reports. {likely}.",
        len(shown),
        what=language.message(words, place=context.name(place)),
        first=language.day(start),
        last=language.day(context.end),
        likely=rows[-1]["words"],
    )
    if limits:
        capacity = number(limits[-1]["capacity"], 3, language)
        description += " " + language.message("It can hold {capacity} on the last day.", capacity=capacity)
    return chart(*layers, height=height, description=description, language=language)


def _first_drawn(context: ReportContext, shown: Sequence[ComparedReport]) -> date:
    """Return the first day of a figure: of the scenario, or of its last year, or so that eight reports are seen.

    In eight years of history four weeks of forecast would be a line.
    """
    start, year_ago = context.run.scenario.start, context.origin - timedelta(days=_LONGEST_HISTORY_DAYS)
    last = sorted(row.report.date for row in shown)[-_FEWEST_REPORTS_DRAWN:]
    return max(start, min([year_ago, *last[:1]]))


def _capacity_layers(context: ReportContext, limits: Rows, axes: tuple[alt.X, alt.Y]) -> list[alt.Chart]:
    """Return the capacity as a dashed line of steps, with its words where it begins, and at the end if it changes."""
    if not limits:
        return []
    x, y = axes
    on_capacity = on_field(y, "capacity:Q")
    language = context.language

    def written(row: dict[str, Any], align: Literal["left", "right"], dx: int) -> alt.Chart:
        text = language.message("capacity {people}", people=number(row["capacity"], 3, language))
        base = alt.Chart(values([{**row, "words": language.drawn(text)}])).encode(x=x, y=on_capacity)
        drawn: alt.Chart = base.mark_text(color=LIMIT, align=align, baseline="bottom", dx=dx, dy=-3)
        return drawn.encode(text=alt.Text("words:N"))

    first, last = limits[0], limits[-1]
    changed = [written(last, "right", -4)] if last["capacity"] != first["capacity"] else []
    return [
        alt.Chart(values(limits))
        .mark_line(color=LIMIT, strokeDash=[6, 4], strokeWidth=1.5, interpolate="step-after")
        .encode(x=x, y=on_capacity),
        written(first, "left", 4),
        *changed,
    ]


def _reports_on(context: ReportContext, measure: Measure, place: str) -> list[ComparedReport]:
    start = context.run.scenario.start
    return [
        row
        for row in context.compared
        if row.report.measure is measure
        and _is_about(row.report, place)
        and row.report.group is None
        and start <= row.report.date <= context.end
        and (not measure.is_cumulative or (row.report.period_start or start) == start)
    ]


def _is_about(report: Observation, place: str) -> bool:
    """Whether a report counts a place: as such, or, for all places together, several at once."""
    return len(report.places) > 1 if place == EVERYWHERE else report.place == place


def _top(rows: Rows, shown: list[ComparedReport]) -> float:
    used = (row.report for row in shown if row.status is Status.USED)
    figures = ((row.people_high or row.people or 0.0) / days_counted(row) for row in used)
    return max(top_of(rows), *figures, 1.0) * 1.04


def _weekly_rate(context: ReportContext, deaths: PlaceSeries, stock: PlaceSeries, when: date) -> dict[str, Any] | None:
    before = deaths.estimate(when - timedelta(days=WEEK_DAYS), LOW, HIGH)
    after = deaths.estimate(when, LOW, HIGH)
    people = stock.at(when, 0.5)
    if before is None or after is None or not people:
        return None
    count = after.minus(before)
    counts = (count.low, count.likely, count.high)
    if any(map(context.guard.hides, counts)):
        return None
    bottom, likely, top = (rounded(value * 10_000 / (people * WEEK_DAYS)) for value in counts)
    language = context.language
    words = language.message(
        "{day}: likely {likely} ({low}–{high})",
        day=language.day(when),
        likely=number(likely, 2, language),
        low=number(bottom, 2, language),
        high=number(top, 2, language),
    )
    return {"date": when.isoformat(), "low": bottom, "middle": likely, "high": top, "words": words}


def _in_runs(days: Iterable[dict[str, Any] | None]) -> Rows:
    """Return the days that may be shown, each with the number of its unbroken run of days."""
    shown: Rows = []
    run = 0
    for row in days:
        if row is None:
            run += 1
        else:
            shown.append({**row, "run": run})
    return shown


def _rate_layers(rows: Rows, limits: Rows, axes: tuple[alt.X, alt.Y]) -> list[alt.Chart]:
    x, y = axes
    base, lines = alt.Chart(values(rows)), alt.Chart(values(limits))
    return [
        base.mark_area(color=BANDS[1]).encode(x=x, y=on_field(y, "high:Q"), y2=alt.Y2("low"), detail="run:N"),
        base.mark_line(color=FORECAST, strokeWidth=2).encode(x=x, y=y, detail="run:N"),
        base.mark_rule(strokeWidth=7, opacity=0).encode(x=x, tooltip=alt.Tooltip("words:N")),
        lines.mark_rule(color=LIMIT, strokeDash=[6, 4]).encode(y=on_field(y, "rate:Q")),
        lines.mark_text(color=LIMIT, align="left", baseline="bottom", x=4, dy=-2).encode(
            y=on_field(y, "rate:Q"), text=alt.Text("words:N")
        ),
    ]


def _need_point(context: ReportContext, row: NeedRow) -> dict[str, Any]:
    language, guard = context.language, context.guard.of(row.item)
    low, likely, high = (guard.text(value) for value in (row.p10, row.p50, row.p90))
    words = language.message(
        "{day}: likely {likely} ({low}–{high}) {unit}",
        day=language.day(row.date),
        likely=likely,
        low=low,
        high=high,
        unit=unit_words(row.unit, context.language),
    )
    ends = {"p10": guard.low(row.p10), "p50": guard.middle(row.p50), "p90": guard.high(row.p90)}
    return {"date": row.date.isoformat(), **ends, "words": words}


def _runout_point(context: ReportContext, row: RunOutRow, far: date) -> dict[str, Any]:
    early, likely, late = (short_by(context, when) for when in (row.p10, row.p50, row.p90))
    language = context.language
    name = language.listed((context.item(row.item), context.name(row.place)))
    return {
        "name": language.drawn(name),
        "date": (row.p10 or far).isoformat(),
        "likely": row.p50.isoformat() if row.p50 else None,
        "late": (row.p90 or far).isoformat(),
        "words": language.message(
            "{item}: likely {likely}, early {early}, late {late}.", item=name, likely=likely, early=early, late=late
        ),
    }
