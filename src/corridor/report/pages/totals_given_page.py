"""The page of a back-test with totals given: who is where, day by day and on the whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import altair as alt

from corridor.report.facts.provenance import fact_lines
from corridor.report.facts.wording import Shown
from corridor.report.figures.backtest_charts import COLOURS, model_name
from corridor.report.figures.palette import QUIET
from corridor.report.figures.style import amount_axis, chart, day_axis, values
from corridor.report.languages.language import ENGLISH, Language, language_of
from corridor.report.pages.backtest_page import write_back_test
from corridor.report.pages.embed import figure, page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from corridor.report.figures.style import Rows


def write_allocation(run_folder: Path, *, out: Path | None = None, language: str = "en") -> Path:
    """Write the page of a back-test with totals given from its RUN folder, and return where it is.

    Parameters
    ----------
    run_folder
        What `corridor evaluate --totals-given` left behind; only run.json and scores.json are read.
    out
        Where to write; evaluation.html in the RUN folder if not given.
    language
        The page is written in it: en, fr or ar.

    Raises
    ------
    RunError
        The folder is not the result of a back-test, or the page cannot be written.
    UsageError
        There is no such language.
    """
    chosen = language_of(language)
    return write_back_test(run_folder, out, lambda run, scores: render(run, scores, chosen))


def render(run: Mapping[str, Any], scores: Mapping[str, Any], language: Language = ENGLISH) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    run
        What run.json holds.
    scores
        What scores.json holds.
    language
        Of the page.
    """
    filled: dict[str, Any] = {
        "name": scores["scenario"],
        "days": scores["rows"][0]["days"],
        "camps": scores["rows"][0]["camps"],
        "headline": _headline(scores["rows"], language),
        "chart": figure("days", language.message("Relative difference by day, rescaled"), by_day(scores, language)),
        "lines": [
            (model_name(row["model"], language), _shown(row, "ard", language), _shown(row, "ard_rescaled", language))
            for row in scores["rows"]
        ],
        "facts": fact_lines(run, language),
    }
    return page("allocation.html.j2", filled, language)


def by_day(scores: Mapping[str, Any], language: Language = ENGLISH) -> alt.LayerChart:
    """Return the rescaled relative difference of each day, a line for each model.

    Parameters
    ----------
    scores
        What scores.json holds.
    language
        Of the page.
    """
    start = date.fromisoformat(scores["start"])
    lines: dict[str, list[float]] = scores["ard_rescaled_by_day"]
    rows: Rows = [
        {"model": model_name(model, language), "date": (start + timedelta(days=t)).isoformat(), "ard": value}
        for model, line in lines.items()
        for t, value in enumerate(line)
    ]
    names = [model_name(model, language) for model in lines]
    legend = alt.Legend(title=None, orient="bottom", labelColor=QUIET, labelFontSize=12)
    colour = alt.Color("model:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=legend)
    x = day_axis(start, start + timedelta(days=max(len(line) for line in lines.values()) - 1), language)
    title = language.message("share of people who are elsewhere, twice counted")
    y = amount_axis("ard", title, max(row["ard"] for row in rows) or 1, language)
    drawn = alt.Chart(values(rows)).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
    means = language.clauses(
        f"{model_name(row['model'], language)} {_digits(row['ard_rescaled'], 2, language)}" for row in scores["rows"]
    )
    description = language.message("Relative difference by day, rescaled. Means: {means}.", means=means)
    return chart(drawn, height=280, description=description, language=language)


def _headline(rows: Sequence[Mapping[str, Any]], language: Language) -> str:
    """Return how many people each model puts into the wrong camp: half the difference, which counts each twice."""
    main, *splits = ((model_name(row["model"], language).capitalize(), row["ard_rescaled"] / 2) for row in rows)
    best, share = min(splits, key=lambda row: row[1])
    return language.message(
        "With the total known each day, {model} puts {share} of people into the wrong camp; the best of the simple "
        "splits, {best}, {least}.",
        model=main[0],
        share=language.percent(main[1]),
        best=best.lower(),
        least=language.percent(share),
    )


def _shown(row: Mapping[str, Any], score: str, language: Language) -> Shown:
    likely, low, high = (
        None if value is None else _digits(value, 3, language)
        for value in (row[f"{score}{end}"] for end in ("", "_p05", "_p95"))
    )
    members = language.message("single members {low}–{high}", low=low, high=high)
    return Shown(likely or "", "" if low is None else members)


def _digits(value: float, digits: int, language: Language) -> str:
    return f"{value:.{digits}f}" if language.is_english else language.decimal(round(value, digits))
