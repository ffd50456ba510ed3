"""The page of a back-test with totals given: who is where, day by day and on the whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import altair as alt

from corridor.report.facts.tables import fact_lines
from corridor.report.facts.wording import Shown
from corridor.report.figures.backtest_charts import COLOURS
from corridor.report.figures.palette import QUIET
from corridor.report.figures.style import amount_axis, chart, day_axis, values
from corridor.report.pages.backtest_page import write_back_test
from corridor.report.pages.embed import figure, page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from corridor.report.figures.style import Rows


def write_allocation(run_folder: Path, *, out: Path | None = None) -> Path:
    """Write the page of a back-test with totals given from its RUN folder, and return where it is.

    Parameters
    ----------
    run_folder
        What `corridor evaluate --totals-given` left behind; only run.json and scores.json are read.
    out
        Where to write; evaluation.html in the RUN folder if not given.

    Raises
    ------
    RunError
        The folder is not the result of a back-test, or the page cannot be written.
    """
    return write_back_test(run_folder, out, render)


def render(run: Mapping[str, Any], scores: Mapping[str, Any]) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    run
        What run.json holds.
    scores
        What scores.json holds.
    """
    filled: dict[str, Any] = {
        "name": scores["scenario"],
        "days": scores["rows"][0]["days"],
        "camps": scores["rows"][0]["camps"],
        "chart": figure("days", "Relative difference by day, rescaled", by_day(scores)),
        "lines": [(row["model"], _shown(row, "ard"), _shown(row, "ard_rescaled")) for row in scores["rows"]],
        "facts": fact_lines(run),
    }
    return page("allocation.html.j2", filled)


def by_day(scores: Mapping[str, Any]) -> alt.LayerChart:
    """Return the rescaled relative difference of each day, a line for each model.

    Parameters
    ----------
    scores
        What scores.json holds.
    """
    start = date.fromisoformat(scores["start"])
    lines: dict[str, list[float]] = scores["ard_rescaled_by_day"]
    rows: Rows = [
        {"model": model, "date": (start + timedelta(days=t)).isoformat(), "ard": value}
        for model, line in lines.items()
        for t, value in enumerate(line)
    ]
    names = list(lines)
    legend = alt.Legend(title=None, orient="bottom", labelColor=QUIET, labelFontSize=12)
    colour = alt.Color("model:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=legend)
    x = day_axis(start, start + timedelta(days=max(len(line) for line in lines.values()) - 1))
    y = amount_axis("ard", "share of people who are elsewhere, twice counted", max(row["ard"] for row in rows) or 1)
    drawn = alt.Chart(values(rows)).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
    means = "; ".join(f"{row['model']} {row['ard_rescaled']:.2f}" for row in scores["rows"])
    return chart(drawn, height=280, description=f"Relative difference by day, rescaled. Means: {means}.")


def _shown(row: Mapping[str, Any], score: str) -> Shown:
    low, high = (row[f"{score}{end}"] for end in ("_p05", "_p95"))
    return Shown(f"{row[score]:.3f}", "" if low is None else f"single members {low:.3f}–{high:.3f}")
