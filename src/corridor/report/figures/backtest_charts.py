"""The charts of a back-test: skill by horizon, coverage beside what it should be, and the spread of ranks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import altair as alt

from corridor.report.facts.wording import day, number
from corridor.report.figures.palette import BANDS, FORECAST, INK, LIMIT, NOT_USED, QUIET, REPORT
from corridor.report.figures.style import amount_axis, chart, day_axis, on_field, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.report.facts.outcomes import ReportedForecast
    from corridor.report.figures.style import Rows

COLOURS = (FORECAST, REPORT, LIMIT, BANDS[2], QUIET, NOT_USED)
SIDE = 300
LEAST_POINTS = 2
MOST_TIMES = 3
"""A range is cut off at so many times the largest report."""


def forecasts_against_reports(place: str, outcomes: Sequence[ReportedForecast]) -> alt.LayerChart:
    """Return each forecast of a place as a bar, 8 in 10, with its likely value, and the report that came as a dot.

    Parameters
    ----------
    place
        Its name.
    outcomes
        The forecasts and the reports.
    """
    horizons = sorted({row.horizon_days for row in outcomes})
    names = [f"{horizon} days ahead" for horizon in horizons]
    rows: Rows = [
        {
            "date": row.day.isoformat(),
            "shifted": (row.day + timedelta(days=horizons.index(row.horizon_days) - len(horizons) // 2)).isoformat(),
            "ahead": f"{row.horizon_days} days ahead",
            "low": row.low,
            "likely": row.likely,
            "high": row.high,
            "reported": row.reported,
            "words": f"{day(row.day)}, {row.horizon_days} days ahead: likely {number(row.likely)} "
            f"({number(row.low)}–{number(row.high)}); reported {number(row.reported)}",
        }
        for row in outcomes
    ]
    days = [row.day for row in outcomes]
    x = day_axis(min(days) - timedelta(days=7), max(days) + timedelta(days=7))
    highest, most = max(row.high for row in outcomes), max(row.reported for row in outcomes)
    y = amount_axis("likely", "people", 1.05 * max(most, min(highest, MOST_TIMES * most)))
    colour = alt.Color("ahead:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=_legend())
    base = alt.Chart(values(rows))
    beside = on_field(x, "shifted:T")
    layers = (
        base.mark_rule(strokeWidth=3, opacity=0.55, clip=True).encode(
            x=beside, y=on_field(y, "low:Q"), y2=alt.Y2("high"), color=colour
        ),
        base.mark_tick(thickness=2, size=9, clip=True).encode(
            x=beside, y=y, color=colour, tooltip=alt.Tooltip("words:N")
        ),
        base.mark_point(shape="diamond", size=60, filled=True, color=INK, opacity=1, clip=True).encode(
            x=x, y=on_field(y, "reported:Q"), tooltip=alt.Tooltip("words:N")
        ),
    )
    held = sum(row.low <= row.reported <= row.high for row in outcomes)
    description = f"Forecasts of {place} against {len(outcomes)} reports: {held} lay within the range, 8 in 10."
    return chart(*layers, height=240, description=description)


def skill_by_horizon(models: Mapping[str, Any], *, ending: str = "") -> alt.LayerChart | None:
    """Return the skill of each model by horizon with its interval; None for fewer than two horizons.

    Parameters
    ----------
    models
        Scores by model and horizon, as scores.json has them.
    ending
        Of the score: nothing for people, ``_log1p`` for log(1 + people).
    """
    rows: Rows = [
        {
            "model": model,
            "horizon": f"{horizon} days",
            "skill": row[f"skill{ending}"],
            "low": _first(row[f"skill{ending}_p05"], row[f"skill{ending}"]),
            "high": _first(row[f"skill{ending}_p95"], row[f"skill{ending}"]),
            "words": f"{model}, {horizon} days: {row[f'skill{ending}']:+.2f}",
        }
        for model, horizons in models.items()
        for horizon, row in _single(horizons).items()
        if row[f"skill{ending}"] is not None
    ]
    if len({row["horizon"] for row in rows}) < LEAST_POINTS:
        return None
    lowest = max(-1.0, min(0.0, *(row["low"] for row in rows)))
    highest = max(0.2, *(row["high"] for row in rows))
    y = amount_axis("skill", "skill: above 0 is better, below is worse")
    y["scale"] = alt.Scale(domain=[lowest, highest], nice=True)
    y["axis"]["format"] = "+.1f"
    names = list(models)
    x = alt.X("horizon:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, domain=False, ticks=False))
    aside = alt.XOffset("model:N", sort=names)
    colour = alt.Color("model:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=_legend())
    base = alt.Chart(values(rows))
    layers = (
        alt.Chart(values([{"zero": 0}])).mark_rule(color=INK, strokeWidth=1).encode(y=on_field(y, "zero:Q")),
        base.mark_rule(strokeWidth=2, clip=True).encode(
            x=x, xOffset=aside, y=on_field(y, "low:Q"), y2=alt.Y2("high"), color=colour
        ),
        base.mark_point(size=80, filled=True, opacity=1, clip=True).encode(
            x=x, xOffset=aside, y=y, color=colour, tooltip=alt.Tooltip("words:N")
        ),
    )
    scale = "log(1 + people)" if ending else "people"
    description = f"Skill by horizon, scored in {scale}. " + "; ".join(row["words"] for row in rows) + "."
    return chart(*layers, height=260, description=description)


def reliability(model: str, horizons: Mapping[str, Any]) -> alt.LayerChart:
    """Return how many truths the central intervals of a model held, beside how many they should hold.

    Parameters
    ----------
    model
        Its name.
    horizons
        Its scores by horizon, as scores.json has them.
    """
    single = _single(horizons)
    rows: Rows = [
        {
            "horizon": f"{horizon} days",
            "level": float(level),
            "held": held,
            "words": f"{horizon} days: {float(level):.0%} intervals held {held:.0%}",
        }
        for horizon, row in single.items()
        for level, held in row["coverage"].items()
    ]
    names = [f"{horizon} days" for horizon in single]
    x = alt.X("level:Q", scale=alt.Scale(domain=[0, 1]), axis=_share("share that the interval should hold"))
    y = alt.Y("held:Q", scale=alt.Scale(domain=[0, 1]), axis=_share("share that it held"))
    colour = alt.Color("horizon:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=_legend())
    base = alt.Chart(values(rows))
    ideal = alt.Chart(values([{"level": 0, "held": 0}, {"level": 1, "held": 1}]))
    layers = (
        ideal.mark_line(color=NOT_USED, strokeDash=[4, 4], strokeWidth=1).encode(x=x, y=y),
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=colour),
        base.mark_point(size=50, filled=True, opacity=1).encode(x=x, y=y, color=colour, tooltip=alt.Tooltip("words:N")),
    )
    levels = "; ".join(row["words"] for row in rows if row["level"] in {0.5, 0.8, 0.95})
    return chart(*layers, height=SIDE, description=f"Reliability of {model}. {levels}.")


def rank_histogram(model: str, horizons: Mapping[str, Any]) -> alt.LayerChart:
    """Return the histogram of PIT values of a model, by horizon, beside an even one.

    Parameters
    ----------
    model
        Its name.
    horizons
        Its scores by horizon, as scores.json has them.
    """
    single = _single(horizons)
    rows: Rows = []
    for horizon, row in single.items():
        total = max(1, sum(row["pit"]))
        bins = len(row["pit"])
        rows += [
            {
                "horizon": f"{horizon} days",
                "bin": f"{n / bins:.1f}",
                "share": count / total,
                "words": f"{horizon} days, {n / bins:.1f} to {(n + 1) / bins:.1f}: {count} of {total}",
            }
            for n, count in enumerate(row["pit"])
        ]
    names = [f"{horizon} days" for horizon in single]
    even = 1 / len(next(iter(single.values()))["pit"])
    x = alt.X("bin:N", sort=None, axis=alt.Axis(title="place of the report in the forecast, from", labelAngle=0))
    y = alt.Y("share:Q", axis=_share("share of reports"))
    colour = alt.Color("horizon:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=_legend())
    bars = (
        alt.Chart(values(rows))
        .mark_bar()
        .encode(x=x, xOffset=alt.XOffset("horizon:N", sort=names), y=y, color=colour, tooltip=alt.Tooltip("words:N"))
    )
    line = alt.Chart(values([{"even": even}])).mark_rule(color=INK, strokeDash=[4, 4]).encode(y=on_field(y, "even:Q"))
    ends = [sum(row["pit"][n] for row in single.values()) for n in (0, -1)]
    total = sum(sum(row["pit"]) for row in single.values())
    description = (
        f"Where reports lay in the forecasts of {model}: {ends[0]} of {total} in the lowest tenth, {ends[1]} in the "
        "highest; one tenth each if forecasts are right."
    )
    return chart(bars, line, height=220, description=description)


def _single(horizons: Mapping[str, Any]) -> dict[str, Any]:
    return {horizon: row for horizon, row in horizons.items() if horizon.isdigit()}


def _first(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", columns=3, labelColor=QUIET, labelFontSize=12)


def _share(title: str) -> alt.Axis:
    return alt.Axis(title=title, format=".0%", tickCount=5)
