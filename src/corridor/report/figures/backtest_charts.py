"""The charts of a back-test: skill by horizon, coverage beside what it should be, and the spread of ranks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import altair as alt

from corridor.forecasters.model_names import english_name
from corridor.message import Message
from corridor.report.facts.wording import Guard
from corridor.report.figures.palette import BANDS, FORECAST, INK, LIMIT, NOT_USED, OTHERS, QUIET, REPORT
from corridor.report.figures.style import amount_axis, chart, day_axis, on_field, values
from corridor.report.languages.language import ENGLISH, Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.report.facts.outcomes import ReportedForecast
    from corridor.report.figures.style import Rows

COLOURS = (FORECAST, REPORT, LIMIT, *OTHERS, BANDS[2], NOT_USED)
SIDE = 300
LEAST_POINTS = 2
MARGIN = 0.05
"""Above the best skill, so that its mark is whole."""

LEAST_REPORTS = 10
"""Shares of fewer reports are not drawn: one report more or less would change them by more than a tenth."""

LEAST_SKILL = 3
"""A skill from fewer reports than these is not drawn: it stands in the table."""

MOST_TIMES = 3
"""A range is cut off at so many times the largest report."""


def forecasts_against_reports(
    place: str, outcomes: Sequence[ReportedForecast], language: Language = ENGLISH
) -> alt.LayerChart:
    """Return each forecast of a place as a bar, 8 in 10, with its likely value, and the report that came as a dot.

    Parameters
    ----------
    place
        Its name.
    outcomes
        The forecasts and the reports.
    language
        Of the page.
    """
    horizons = sorted({row.horizon_days for row in outcomes})
    names = [language.drawn(_days_ahead(horizon, language)) for horizon in horizons]
    rows: Rows = [_outcome(row, horizons, names, language) for row in outcomes]
    days = [row.day for row in outcomes]
    x = day_axis(min(days) - timedelta(days=7), max(days) + timedelta(days=7), language)
    highest, most = max(row.high for row in outcomes), max(row.reported for row in outcomes)
    top = 1.05 * max(most, min(highest, MOST_TIMES * most))
    y = amount_axis("likely", language.message("people"), top, language)
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
    description = language.plural(
        "Forecasts of {place} against {count} report: {held} lay within the range, 8 in 10.",
        "Forecasts of {place} against {count} reports: {held} lay within the range, 8 in 10.",
        len(outcomes),
        place=place,
        held=held,
    )
    return chart(*layers, height=240, description=description, language=language)


def _outcome(
    row: ReportedForecast, horizons: Sequence[int], names: Sequence[str], language: Language
) -> dict[str, Any]:
    rank, guard = horizons.index(row.horizon_days), Guard(language=language)
    return {
        "date": row.day.isoformat(),
        "shifted": (row.day + timedelta(days=rank - len(horizons) // 2)).isoformat(),
        "ahead": names[rank],
        "low": guard.low(row.low),
        "likely": guard.middle(row.likely),
        "high": guard.high(row.high),
        "reported": guard.middle(row.reported),
        "words": _outcome_words(row, guard),
    }


def _days_ahead(days: int, language: Language) -> str:
    return language.plural("{count} day ahead", "{count} days ahead", days)


def days_words(days: int | str, language: Language) -> str:
    """Return a number of days in words."""
    return language.plural("{count} day", "{count} days", int(days))


def _outcome_words(row: ReportedForecast, guard: Guard) -> str:
    return guard.language.message(
        "{day}, {ahead}: likely {likely} ({low}–{high}); reported {reported}",
        day=guard.language.day(row.day),
        ahead=_days_ahead(row.horizon_days, guard.language),
        likely=guard.text(row.likely),
        low=guard.text(row.low),
        high=guard.text(row.high),
        reported=guard.text(row.reported),
    )


def skill_by_horizon(
    models: Mapping[str, Any], language: Language = ENGLISH, *, ending: str = ""
) -> alt.LayerChart | None:
    """Return the skill of each model by horizon with its interval; None for fewer than two horizons of some reports.

    Parameters
    ----------
    models
        Scores by model and horizon, as scores.json has them.
    language
        Of the page.
    ending
        Of the score: nothing for people, ``_log1p`` for log(1 + people).
    """
    rows: Rows = [
        _skill(model, horizon, [row[f"skill{ending}{end}"] for end in ("", "_p05", "_p95")], language)
        for model, horizons in models.items()
        for horizon, row in _single(horizons).items()
        if row[f"skill{ending}"] is not None and row["targets"] >= LEAST_SKILL
    ]
    if len({row["horizon"] for row in rows}) < LEAST_POINTS:
        return None
    lowest = max(-1.0, min(0.0, *(row["low"] for row in rows)))
    highest = max(0.2, *(row["high"] for row in rows)) + MARGIN
    y = amount_axis("skill", language.message("skill: above 0 is better, below is worse"), language=language)
    y["scale"] = alt.Scale(domain=[lowest, highest], nice=True)
    y["axis"]["format"] = "+.2~f"
    names = [model_name(model, language) for model in models]
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
    scale = language.message("log(1 + people)") if ending else language.message("people")
    description = language.message(
        "Skill by horizon, scored in {scale}. {skills}.",
        scale=scale,
        skills=language.clauses(row["words"] for row in rows),
    )
    return chart(*layers, height=260, description=description, language=language)


def _skill(model: str, horizon: str, ends: Sequence[float | None], language: Language) -> dict[str, Any]:
    skill, low, high = ends
    days, name = days_words(horizon, language), model_name(model, language)
    assert skill is not None, "a skill that is unknown is not drawn"
    return {
        "model": name,
        "horizon": language.drawn(days),
        "skill": skill,
        "low": _first(low, skill),
        "high": _first(high, skill),
        "words": language.message(
            "{model}, {days}: {skill}",
            model=model_name(model, language),
            days=days,
            skill=language.signed("", f"{skill:+.2f}"),
        ),
    }


def reliability(model: str, horizons: Mapping[str, Any], language: Language = ENGLISH) -> alt.LayerChart | None:
    """Return how many truths the central intervals of a model held, beside how many they should; None for few.

    Parameters
    ----------
    model
        Its name.
    horizons
        Its scores by horizon, as scores.json has them.
    language
        Of the page.
    """
    shown = _shown(horizons, language)
    if shown is None:
        return None
    rows: Rows = [
        {
            "horizon": language.drawn(days_words(horizon, language)),
            "level": float(level),
            "held": held,
            "words": language.message(
                "{days}: {level} intervals held {held}",
                days=days_words(horizon, language),
                level=language.percent(float(level)),
                held=language.percent(held),
            ),
        }
        for horizon, row in shown.scores.items()
        for level, held in row["coverage"].items()
    ]
    x = alt.X(
        "level:Q",
        scale=alt.Scale(domain=[0, 1]),
        axis=_share(language.message("share that the interval should hold"), language),
    )
    y = alt.Y("held:Q", scale=alt.Scale(domain=[0, 1]), axis=_share(language.message("share that it held"), language))
    base = alt.Chart(values(rows))
    ideal = alt.Chart(values([{"level": 0, "held": 0}, {"level": 1, "held": 1}]))
    layers = (
        ideal.mark_line(color=NOT_USED, strokeDash=[4, 4], strokeWidth=1).encode(x=x, y=y),
        base.mark_line(strokeWidth=2).encode(x=x, y=y, color=shown.colour),
        base.mark_point(size=50, filled=True, opacity=1).encode(
            x=x, y=y, color=shown.colour, tooltip=alt.Tooltip("words:N")
        ),
    )
    levels = language.clauses(row["words"] for row in rows if row["level"] in {0.5, 0.8, 0.95})
    description = language.message("Reliability of {model}. {levels}.", model=model, levels=levels)
    return chart(*layers, height=SIDE, description=description, language=language)


def rank_histogram(model: str, horizons: Mapping[str, Any], language: Language = ENGLISH) -> alt.LayerChart | None:
    """Return the histogram of PIT values of a model, by horizon, beside an even one; None for few reports.

    Parameters
    ----------
    model
        Its name.
    horizons
        Its scores by horizon, as scores.json has them.
    language
        Of the page.
    """
    shown = _shown(horizons, language)
    if shown is None:
        return None
    scores = shown.scores
    rows: Rows = [
        one for horizon, row in scores.items() for one in _bins(row["pit"], days_words(horizon, language), language)
    ]
    place = language.message("place of the report in the forecast, from")
    even = 1 / len(next(iter(scores.values()))["pit"])
    x = alt.X("bin:N", sort=None, axis=alt.Axis(title=language.drawn(place), labelAngle=0))
    y = alt.Y("share:Q", axis=_share(language.message("share of reports"), language))
    bars = (
        alt.Chart(values(rows))
        .mark_bar()
        .encode(
            x=x,
            xOffset=alt.XOffset("horizon:N", sort=shown.names),
            y=y,
            color=shown.colour,
            tooltip=alt.Tooltip("words:N"),
        )
    )
    line = alt.Chart(values([{"even": even}])).mark_rule(color=INK, strokeDash=[4, 4]).encode(y=on_field(y, "even:Q"))
    ends = [sum(row["pit"][n] for row in scores.values()) for n in (0, -1)]
    total = sum(sum(row["pit"]) for row in scores.values())
    description = language.message(
        "Where reports lay in the forecasts of {model}: {lowest} of {total} in the lowest tenth, {highest} in the "
        "highest; one tenth each if forecasts are right.",
        model=model,
        lowest=ends[0],
        highest=ends[1],
        total=total,
    )
    return chart(bars, line, height=220, description=description, language=language)


def _bins(counts: Sequence[int], days: str, language: Language) -> Rows:
    """Return how many reports lay in each tenth of the forecasts of a horizon."""
    total = max(1, sum(counts))
    edges = [language.decimal(round(n / len(counts), 1)) for n in range(len(counts) + 1)]
    return [
        {
            "horizon": language.drawn(days),
            "bin": edges[n],
            "share": count / total,
            "words": language.message(
                "{days}, {low} to {high}: {count} of {total}",
                days=days,
                low=edges[n],
                high=edges[n + 1],
                count=count,
                total=total,
            ),
        }
        for n, count in enumerate(counts)
    ]


def _single(horizons: Mapping[str, Any]) -> dict[str, Any]:
    return {horizon: row for horizon, row in horizons.items() if horizon.isdigit()}


class _Shown(NamedTuple):
    """The horizons with reports enough for shares of them to be drawn: their scores, their names and colours."""

    scores: dict[str, Any]
    names: list[str]
    colour: alt.Color


def _shown(horizons: Mapping[str, Any], language: Language) -> _Shown | None:
    """Return the horizons whose shares are drawn; None for none."""
    scores = {horizon: row for horizon, row in _single(horizons).items() if row["targets"] >= LEAST_REPORTS}
    if not scores:
        return None
    names = [language.drawn(days_words(horizon, language)) for horizon in scores]
    scale = alt.Scale(domain=names, range=list(COLOURS[: len(names)]))
    return _Shown(scores, names, alt.Color("horizon:N", scale=scale, legend=_legend()))


def model_name(model: str, language: Language = ENGLISH) -> str:
    """Return the name of a model for people.

    Parameters
    ----------
    model
        As the tables have it.
    language
        Of the page.
    """
    name = english_name(model)
    return language.worded(name) if isinstance(name, Message) else name


def _first(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", columns=2, labelLimit=150, labelColor=QUIET, labelFontSize=12)


def _share(title: str, language: Language) -> alt.Axis:
    return alt.Axis(title=language.drawn(title), format=".0%", tickCount=5)
