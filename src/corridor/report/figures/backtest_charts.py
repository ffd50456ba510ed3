"""The charts of a back-test: skill by horizon, coverage beside what it should be, and the spread of ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from corridor.report.figures.style import (
    BANDS,
    FORECAST,
    INK,
    LIMIT,
    NOT_USED,
    QUIET,
    REPORT,
    amount_axis,
    chart,
    on_field,
    values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.report.figures.style import Rows

COLOURS = (FORECAST, REPORT, LIMIT, BANDS[2], QUIET, NOT_USED)
SIDE = 300


def skill_by_horizon(models: Mapping[str, Any], *, ending: str = "") -> alt.LayerChart | None:
    """Return the skill of each model by horizon with its interval; None where there is none.

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
    if not rows:
        return None
    lowest = max(-1.0, min(0.0, *(row["low"] for row in rows)))
    highest = max(0.2, *(row["high"] for row in rows))
    y = amount_axis("skill", "skill: above 0 is better than the better of persistence and drift")
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
    return alt.Legend(title=None, orient="bottom", labelColor=QUIET, labelFontSize=12)


def _share(title: str) -> alt.Axis:
    return alt.Axis(title=title, format=".0%", tickCount=5)
