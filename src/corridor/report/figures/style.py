"""The vocabulary of the charts: colours, bands, lines, and the signs for reports."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import altair as alt

from corridor.report.facts.comparison import LOWER, UPPER, Status, figure
from corridor.report.figures.palette import AXIS, BANDS, FORECAST, GRID, INK, NOT_USED, PAPER, QUIET, REPORT
from corridor.report.languages.language import ENGLISH
from corridor.scenario.observations import Qualifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from corridor.report.facts.comparison import ComparedReport
    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.series import PlaceSeries
    from corridor.report.languages.language import Language
    from corridor.scenario.observations import Observation

Rows = list[dict[str, Any]]
AxisT = TypeVar("AxisT", alt.X, alt.Y)

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', sans-serif"
WIDTH = 720
SMALL, MILLION = 10, 1_000_000
FAN = ((0.025, 0.975), (0.1, 0.9), (0.25, 0.75))
"""The bands of a fan, before and after the origin alike, from the palest to the darkest: 19 in 20, 8 in 10, 5 in 10."""


_AXIS = alt.AxisConfig(
    labelColor=QUIET,
    labelFontSize=12,
    titleColor=QUIET,
    titleFontSize=12,
    titleFontWeight="normal",
    gridColor=GRID,
    domainColor=AXIS,
    tickColor=AXIS,
)
_LOOKS = alt.Config(
    font=FONT,
    background="transparent",
    padding={"left": 4, "right": 8, "top": 5, "bottom": 5},
    view=alt.ViewConfig(stroke=None),
    axis=_AXIS,
    text=alt.MarkConfig(font=FONT, fontSize=12),
    mark=alt.MarkConfig(aria=False),
)


def chart(
    *layers: alt.Chart | alt.LayerChart, height: int, description: str, language: Language = ENGLISH
) -> alt.LayerChart:
    """Return layers as one chart in the common style; set at once, because altair copies the whole for each setting.

    The axes have numbers and days in the form of the language.
    """
    looks = _LOOKS
    if not language.is_english:
        looks = _LOOKS.copy(deep=False)
        looks["locale"] = axis_locale(language)
    return alt.LayerChart(layer=layers, width=WIDTH, height=height, description=description, config=looks)


def _format(top: float | None) -> str:
    if top is None or SMALL < top < MILLION:
        return ",.0f"
    return "~s" if top >= MILLION else ".2~f"


class _SharedRows(alt.InlineData):
    """Data inside a chart that its copies share: altair copies a chart whenever something is added to it."""

    def __deepcopy__(self, memo: object = None) -> _SharedRows:
        return self


def values(rows: Rows) -> alt.InlineData:
    """Return rows as data that stand inside the chart."""
    return _SharedRows(values=rows)


def axis_locale(language: Language) -> dict[str, Any]:
    """Return how the axes of a chart write numbers and dates, as Vega takes it."""
    from babel import Locale  # noqa: PLC0415 - 0.2 s that English need not wait for

    known = Locale.parse(language.code)
    symbols = known.number_symbols["latn"]
    months, days = (
        {width: list(row[width].values()) for width in ("wide", "abbreviated")}
        for row in (known.months["format"], known.days["format"])
    )
    return {
        "number": {"decimal": symbols["decimal"], "thousands": symbols["group"], "grouping": [3], "currency": ["", ""]},
        "time": {
            "dateTime": "%x, %X",
            "date": "%-d %B %Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": days["wide"],
            "shortDays": days["abbreviated"],
            "months": months["wide"],
            "shortMonths": months["abbreviated"],
        },
    }


_DAYS_WITHOUT_YEAR = 330
"""A longer axis names years, for the same day would stand on it twice."""


def day_axis(first: date, last: date, language: Language = ENGLISH) -> alt.X:
    """Return a horizontal axis of days, the earliest on the left; in UTC, so that no reader's clock shifts a day."""
    return alt.X(
        "date:T",
        scale=alt.Scale(type="utc", domain=[_moment(first), _moment(last)]),
        axis=alt.Axis(
            title=None,
            format=language.drawn("%b %Y" if (last - first).days > _DAYS_WITHOUT_YEAR else "%-d %b"),
            grid=False,
            labelOverlap="greedy",
            labelSeparation=10,
            tickCount=8,
        ),
    )


def _moment(when: date) -> alt.DateTime:
    return alt.DateTime(year=when.year, month=when.month, date=when.day, utc=True)


def near_side(language: Language) -> Any:  # noqa: ANN401 - altair's word for what is not stated
    """Return on which side a vertical axis stands: where lines begin."""
    return "right" if language.is_right_to_left else alt.Undefined


def amount_axis(field: str, title: str, top: float | None = None, language: Language = ENGLISH) -> alt.Y:
    """Return a vertical axis that begins at zero, its title with the unit above it, on the side where lines begin."""
    scale = alt.Scale(zero=True, nice=True) if top is None else alt.Scale(domain=[0, top], nice=True)
    return alt.Y(
        f"{field}:Q",
        scale=scale,
        axis=alt.Axis(
            title=language.drawn(title),
            titleAngle=0,
            titleAlign="right" if language.is_right_to_left else "left",
            titleAnchor="end",
            titleBaseline="bottom",
            titleX=0,
            titleY=-8,
            format=_format(top),
            tickCount=5,
            domain=False,
            ticks=False,
            orient=near_side(language),
        ),
    )


def fan(context: ReportContext, series: PlaceSeries) -> Rows:
    """Return the bands of a series by day; no count in them is smaller than the guard allows."""
    rows = (_bands(context, series, when) for when in series.days if when <= context.end)
    return [row for row in rows if row is not None]


def top_of(rows: Rows) -> float:
    """Return the upper edge of the widest band."""
    return max((row["high0"] for row in rows), default=0)


def _bands(context: ReportContext, series: PlaceSeries, when: date) -> dict[str, Any] | None:
    levels = series.days[when]
    if not {0.5, *(level for ends in FAN for level in ends)} <= levels.keys():
        return None
    guard = context.guard
    row: dict[str, Any] = {"date": when.isoformat(), "middle": guard.middle(levels[0.5])}
    for rank, (low, high) in enumerate(FAN):
        row |= {f"low{rank}": guard.low(levels[low]), f"high{rank}": guard.high(levels[high])}
    low, high = FAN[1]
    row["words"] = context.language.message(
        "{day}: likely {people}, 8 in 10",
        day=context.language.day(when),
        people=guard.people(levels[low], levels[0.5], levels[high], digits=3),
    )
    return row


def fan_layers(rows: Rows, axes: tuple[alt.X, alt.Y]) -> list[alt.Chart]:
    """Return the bands, the likely line, and an unseen layer that answers the pointer."""
    x, y = axes
    base = alt.Chart(values(rows))
    return [
        *(
            base.mark_area(color=color, clip=True).encode(x=x, y=on_field(y, f"low{rank}:Q"), y2=alt.Y2(f"high{rank}"))
            for rank, color in enumerate(BANDS)
        ),
        base.mark_line(color=FORECAST, strokeWidth=2, clip=True).encode(x=x, y=on_field(y, "middle:Q")),
        base.mark_rule(strokeWidth=7, opacity=0).encode(x=x, tooltip=alt.Tooltip("words:N")),
    ]


def on_field(axis: AxisT, field: str) -> AxisT:
    """Return the same axis for another field, such as "high:Q" or "first:T"."""
    copied = axis.copy()
    copied["shorthand"] = field
    return copied


def from_day(axis: alt.X, field: str) -> alt.X:
    """Return the axis for the first of two days; the other layers say from when to when it goes.

    A layer with two days that states the ends of its axis makes Vega-Lite state them twice.
    """
    copied = on_field(axis, field)
    copied["scale"] = alt.Scale(type="utc")
    return copied


def origin_layers(context: ReportContext, x: alt.X) -> list[alt.Chart]:
    """Return the line between what was known and what is forecast, with its words."""
    when = [{"date": context.origin.isoformat()}]
    line = alt.Chart(values(when)).mark_rule(color=INK, strokeWidth=1, strokeDash=[2, 3])
    words = alt.Chart(values(when)).mark_text(
        text=context.language.drawn(context.language.message("forecast \u2192")),
        align="left",
        baseline="top",
        dx=5,
        color=INK,
        y=0,
    )
    return [line.encode(x=x), words.encode(x=x)]


def report_layers(
    context: ReportContext, compared: Iterable[ComparedReport], axes: tuple[alt.X, alt.Y]
) -> list[alt.Chart]:
    """Return the reports as signs: dots, circles, triangles and bars.

    A dot is exact, a circle is about so many, a triangle points to where the truth lies beyond a
    one-sided figure, a bar runs between two figures; figures that were not used are grey. A figure
    that counts what happened in several days is drawn over them at its daily mean.
    """
    rows = [row for one in compared if (row := _sign(context, one))]
    if not rows:
        return []
    x, y = axes
    base = alt.Chart(values(rows))
    ink = alt.Stroke("ink:N", scale=None)
    bars = base.mark_rule(strokeWidth=2, opacity=0.75, clip=True).encode(
        x=x, y=on_field(y, "low:Q"), y2=alt.Y2("high"), stroke=ink
    )
    signs = base.mark_point(size=58, strokeWidth=1.6, clip=True).encode(
        x=x,
        y=on_field(y, "value:Q"),
        shape=alt.Shape("sign:N", scale=None),
        stroke=ink,
        fill=alt.Fill("fill:N", scale=None),
        tooltip=alt.Tooltip("words:N"),
    )
    spans = base.mark_rule(strokeWidth=2, opacity=0.75, clip=True).encode(
        x=from_day(x, "first:T"), x2=alt.X2("date"), y=on_field(y, "value:Q"), stroke=ink
    )
    return [bars, spans, signs]


def days_counted(report: Observation) -> int:
    """Return over how many days a report is spread in a chart of single days; else one."""
    if report.period_start is None or not report.measure.is_flow or report.measure.is_cumulative:
        return 1
    return (report.date - report.period_start).days + 1


def _sign(context: ReportContext, compared: ComparedReport) -> dict[str, Any] | None:
    report = compared.report
    guard = context.guard
    if report.people is None or guard.hides(report.people):
        return None
    days = days_counted(report)
    middle = report.people if report.people_high is None else (report.people + report.people_high) / 2
    low, high = spread(context, compared)
    if any(guard.hides(value / days) for value in (middle, low, high)):
        return None
    ink = REPORT if compared.status is Status.USED else NOT_USED
    return {
        "date": report.date.isoformat(),
        "first": (report.date - timedelta(days=days - 1)).isoformat(),
        "value": middle / days,
        "low": low / days,
        "high": high / days,
        "sign": _shape(report.qualifier),
        "ink": ink,
        "fill": ink if report.qualifier is Qualifier.EXACT else PAPER,
        "words": context.language.message(
            "{day}, {place}: {figure} ({source}; {status})",
            day=context.language.short_day(report.date),
            place=context.name(report.place),
            figure=figure(report, guard),
            source=_whence(context, report),
            status=context.language.term(compared.status.value),
        ),
    }


def _whence(context: ReportContext, report: Observation) -> str:
    """Return who gave a figure, when it became known, and where it stands, with the sentence of a text."""
    language, origin = context.language, report.origin
    known = language.message("known {day}", day=language.short_day(report.known_on))
    parts = [report.source, known] if report.known_on != report.date else [report.source]
    where = [language.worded(origin.words())] if origin else []
    sentence = f" “{origin.sentence}”" if origin and origin.sentence else ""
    return language.clauses([language.listed(parts), *where]) + sentence


def _shape(qualifier: Qualifier) -> str:
    if qualifier in LOWER:
        return "triangle-up"
    return "triangle-down" if qualifier in UPPER else "circle"


def spread(context: ReportContext, compared: ComparedReport) -> tuple[float, float]:
    """Return the range in people that a report leaves open: 9 in 10 for a figure given as about."""
    report = compared.report
    people = report.people or 0.0
    if report.people_high is not None:
        return people, report.people_high
    if report.qualifier is not Qualifier.ABOUT:
        return people, people
    scenario = context.run.scenario
    grade = scenario.grade_of(report.source).value.lower()
    errors = [scenario.parameter(name).prior.central for name in ("about_sd", f"report_sd_{grade}")]
    factor = math.exp(1.645 * math.hypot(*errors))
    return people / factor, people * factor
