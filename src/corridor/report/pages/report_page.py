"""The report: one HTML file that asks nothing of any network."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from corridor.errors import UsageError
from corridor.report.facts import tables
from corridor.report.facts.answer import answer
from corridor.report.facts.context import EVERYWHERE, MOST_PLACES, material
from corridor.report.facts.wording import day
from corridor.report.figures import charts
from corridor.report.figures.network_map import network_map
from corridor.report.pages.embed import figure, page
from corridor.runs.atomic import write_whole
from corridor.runs.folder import REPORT, read_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from corridor.report.facts.context import Material
    from corridor.report.pages.embed import Figure

CHARTED_NEEDS = ("water", "food", "latrines", "tents_new_arrivals", "blankets", "health_centres")
SMALL_WIDTH = 340
MOST_EACH = 3
ARRIVALS, WAITING = "Arrivals", "Still inside, and waiting on the way"
DEATHS, CAMPS = "Deaths", "Other camps"


def write_report(run_folder: Path, *, out: Path | None = None, suppress_below: int = 10) -> Path:
    """Write the report of a run as one HTML file and return where it is.

    Parameters
    ----------
    run_folder
        What `forecast` left behind; nothing else is read.
    out
        Where to write; report.html in the RUN folder if not given.
    suppress_below
        Counts of people from 1 to below this are shown as "<10", in charts and tables alike.

    Raises
    ------
    RunError
        The folder is not the result of a forecast, or the report cannot be written.
    UsageError
        suppress_below is negative.
    """
    if suppress_below < 0:
        message = f"suppress_below is {suppress_below}; it is a number of people, 0 or more."
        raise UsageError(message)
    path = out or run_folder / REPORT
    told = material(read_run(run_folder), suppress_below=suppress_below)
    write_whole(path, render(told))
    return path


def render(told: Material) -> str:
    """Return the report as HTML."""
    notes = tables.footnotes(told)
    context: dict[str, Any] = {
        "told": told,
        "name": told.name(told.main_place),
        "origin": day(told.origin),
        "end": day(told.end),
        "tomorrow": day(told.origin + timedelta(days=1)),
        "answer": answer(told),
        "main_chart": _main_chart(told),
        "sections": _sections(told),
        "people": tables.people_table(told),
        "needs": tables.need_tables(told, notes),
        "need_charts": _need_charts(told),
        "runouts": tables.runout_lines(told, notes),
        "runout_chart": figure("runout", "When supplies run short", charts.runout_days(told)),
        "map": network_map(told),
        "reports": tables.report_lines(told),
        "parameters": tables.parameter_lines(told),
        "ahead": tables.ahead_lines(told),
        "facts": tables.fact_lines(told.run.run),
        "notes": notes,
    }
    return page("report.html.j2", context)


def _main_chart(told: Material) -> Figure | None:
    heading = f"People in {told.name(told.main_place)}"
    return figure("stock", heading, charts.camp_stock(told, told.main_place))


def _sections(told: Material) -> list[tuple[str, list[Figure]]]:
    sections: dict[str, list[Figure]] = {}
    for title, drawn in _charts(told):
        if drawn is not None:
            sections.setdefault(title, []).append(drawn)
    return list(sections.items())


def _charts(told: Material) -> Iterator[tuple[str, Figure | None]]:
    main, name = told.main_place, told.name(told.main_place)
    yield ARRIVALS, figure("arrivals", f"Arriving at {name} each day", charts.daily_arrivals(told, main))
    yield ARRIVALS, figure("arrived", f"Arrived at {name} so far", charts.cumulative_arrivals(told, main))
    for place in told.besieged[:MOST_EACH]:
        heading = f"Still inside {told.name(place)}"
        yield WAITING, figure(f"inside-{place}", heading, charts.still_inside(told, place))
    for place in told.gates[:MOST_EACH]:
        yield WAITING, figure(f"waiting-{place}", f"Waiting at {told.name(place)}", charts.waiting(told, place))
    everywhere = "Deaths so far, on the way and in camps"
    yield DEATHS, figure("deaths", everywhere, charts.deaths_so_far(told, EVERYWHERE))
    yield DEATHS, figure("rate", "Deaths against the emergency thresholds", charts.death_rate(told, EVERYWHERE))
    heading = "Deaths of children under five against the emergency thresholds"
    yield DEATHS, figure("rate-under-five", heading, charts.death_rate(told, EVERYWHERE, "under_five"))
    for place in told.camps[1:MOST_PLACES]:
        yield CAMPS, figure(f"stock-{place}", told.name(place), charts.camp_stock(told, place, height=180))


def _need_charts(told: Material) -> list[Figure]:
    stated = {row.item for row in told.run.needs if row.place == told.main_place}
    drawn = (
        figure(
            f"need-{item}",
            told.item(item),
            charts.need_over_time(told, told.main_place, item),
            width=SMALL_WIDTH,
        )
        for item in CHARTED_NEEDS
        if item in stated
    )
    return [one for one in drawn if one is not None]
