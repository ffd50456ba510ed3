"""The report: one HTML file that asks nothing of any network."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from corridor.errors import UsageError
from corridor.report.facts import tables
from corridor.report.facts.answer import answer
from corridor.report.facts.balance import balance_table
from corridor.report.facts.basis import cautions
from corridor.report.facts.context import EVERYWHERE, MOST_PLACES, report_context
from corridor.report.facts.differences import assumption, difference_lines
from corridor.report.facts.earlier import earlier_forecasts, since_words
from corridor.report.facts.grounds import grounds
from corridor.report.facts.left_out import NOT_SCORED, queue_remark, rate_remark
from corridor.report.facts.ordering import order_table
from corridor.report.facts.provenance import fact_lines
from corridor.report.facts.sweep import sweep_steps, sweep_table
from corridor.report.figures import charts
from corridor.report.figures.earlier_chart import forecasts_against_outcomes
from corridor.report.figures.network_map import network_map
from corridor.report.figures.palette import SUPPOSED
from corridor.report.figures.style import WIDTH
from corridor.report.figures.sweep_chart import nights_by_value
from corridor.report.languages.language import translatable
from corridor.report.pages import embed
from corridor.runs.atomic import write_whole
from corridor.runs.earlier import read_earlier
from corridor.runs.folder import REPORT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import altair as alt

    from corridor.report.facts.context import PageOptions, ReportContext
    from corridor.report.facts.differences import DifferenceLine
    from corridor.report.facts.earlier import EarlierForecast
    from corridor.report.facts.sweep import SweepTable
    from corridor.report.pages.embed import Figure

CHARTED_NEEDS = ("water", "food", "latrines", "tents_new_arrivals", "blankets", "health_centres")
SMALL_WIDTH, PLATE_WIDTH = 340, 460
MOST_EACH = 3
ARRIVALS, WAITING = translatable("Arrivals"), translatable("Still inside, and waiting on the way")
ONLY_WAITING = translatable("Waiting on the way")
DEATHS, CAMPS = translatable("Deaths"), translatable("Other camps")
_HTML = (".html", ".htm")


class Section(NamedTuple):
    """A part of the annex: its title, its charts, and what is to be known of them."""

    title: str
    charts: list[Figure]
    note: str


def write_report(run_folder: Path, options: PageOptions | None = None, *, out: Path | None = None) -> Path:
    """Write the report of a run as one HTML file and return where it is.

    Parameters
    ----------
    run_folder
        What `forecast` left behind; nothing else is read.
    options
        What it is about, how it is written, and what stands beside it.
    out
        Where to write; report.html in the RUN folder if not given.

    Raises
    ------
    RunError
        The folder is not the result of a forecast, or the report cannot be written.
    UsageError
        The file is not named as HTML, suppress_below is negative, the scenario has no such place, there is no such
        language, or a run of `since` is no earlier forecast of it.
    """
    path = out or run_folder / REPORT
    if path.suffix.lower() not in _HTML:
        message = (
            f"the report is an HTML page, and {path.name} does not end like one. Write {path.stem}.html and print it "
            "from a browser, or take --brief for a page of A4 as PDF and PNG."
        )
        raise UsageError(message)
    context = report_context(run_folder, options)
    earlier = earlier_forecasts(context, (run for one in context.since for run in read_earlier(one, context.origin)))
    write_whole(path, render(context, earlier))
    return path


def render(context: ReportContext, earlier: tuple[EarlierForecast, ...] = ()) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    context
        What it is made from.
    earlier
        Forecasts that were made before, the oldest first.
    """
    notes = tables.footnotes(context)
    swept, language = sweep_table(context), context.language
    message = language.message
    filled: dict[str, Any] = {
        "context": context,
        "name": context.name(context.main_place),
        "origin": language.day(context.origin),
        "end": language.day(context.end),
        "tomorrow": language.day(context.origin + timedelta(days=1)),
        "made": made_words(context),
        "answer": answer(context),
        "since": since_words(context, earlier),
        "since_chart": _since_chart(context, earlier),
        "main_chart": _main_chart(context),
        "hues": SUPPOSED if context.supposition is not None else {},
        "sections": _sections(context),
        "balance": balance_table(context),
        "order": order_table(context),
        "people": tables.people_table(context),
        "needs": tables.need_tables(context, notes),
        "need_charts": _need_charts(context),
        "runouts": tables.runout_lines(context, notes),
        "runout_chart": _figure(
            context, "runout", message("Days on which supplies run short"), charts.runout_days(context)
        ),
        "map": network_map(context),
        "reports": tables.report_lines(context),
        "grounds": grounds(context),
        "parameters": tables.parameter_lines(context),
        "ahead": tables.ahead_lines(context),
        "differences": _differences(context),
        "sweep": swept,
        "sweep_chart": _sweep_chart(context, swept),
        "cautions": cautions(context),
        "facts": fact_lines(context.run.run, language),
        "notes": [context.worded(note) for note in notes],
    }
    return embed.page("report.html.j2", filled, language)


def _figure(
    context: ReportContext, name: str, heading: str, chart: alt.LayerChart | None, *, width: int = WIDTH
) -> Figure | None:
    """Return a chart for the page, in the colours of an alternative where it is one."""
    return embed.figure(name, heading, chart, width=width, is_supposed=context.supposition is not None)


def _since_chart(context: ReportContext, earlier: tuple[EarlierForecast, ...]) -> Figure | None:
    heading = context.language.message("Forecasts against what came")
    return _figure(context, "since", heading, forecasts_against_outcomes(context, earlier))


def _sweep_chart(context: ReportContext, swept: SweepTable | None) -> Figure | None:
    if swept is None:
        return None
    drawn = nights_by_value(context, sweep_steps(context), swept.lever)
    return _figure(context, "sweep", context.language.message("Nights in the open by value"), drawn)


def made_words(context: ReportContext) -> str:
    """Return from what the forecast was made, and for which days."""
    return context.language.plural(
        "Forecast made from what was known by {origin}, for the {count} day to {end}",
        "Forecast made from what was known by {origin}, for the {count} days to {end}",
        context.run.horizon_days,
        origin=context.language.day(context.origin),
        end=context.language.day(context.end),
    )


def _differences(context: ReportContext) -> tuple[DifferenceLine, ...]:
    """Return what each alternative changes, where the run compared any."""
    arguments = context.run.run.get("arguments")
    meanings = arguments.get("compared") if isinstance(arguments, dict) else None
    if not isinstance(meanings, dict) or not context.run.differences:
        return ()
    names = {row.place: row.name for row in context.run.scenario.places}
    swept = context.run.run.get("swept") or {}
    is_apart = [name for name in meanings if name not in swept]  # type: ignore[operator]  # a dict
    apart = {name: context.worded(str(meanings[name])).text for name in is_apart}
    units = {row.item: row.unit for row in context.run.needs}
    return difference_lines(context.run.differences, apart, names, context.guard, assumed=context.assumed, units=units)


def _main_chart(context: ReportContext) -> Figure | None:
    """Return the people in the main place, or who arrives there where nobody has counted the people."""
    place, name = context.main_place, context.name(context.main_place)
    message = context.language.message
    stock = _figure(context, "stock", message("People in {place}", place=name), charts.camp_stock(context, place))
    arriving = message("Arriving at {place} each day", place=name)
    return stock or _figure(context, "stock", arriving, charts.daily_arrivals(context, place))


def _sections(context: ReportContext) -> list[Section]:
    gathered: dict[str, list[Figure]] = {}
    for title, drawn in _charts(context):
        if drawn is not None:
            gathered.setdefault(title, []).append(drawn)
    waiting = _waiting_title(context)
    remarks = {waiting: queue_remark(context, context.gates[:MOST_EACH])}
    if remarks[waiting]:
        gathered.setdefault(waiting, [])
    if DEATHS in gathered:
        is_drawn = any(one.id.startswith("chart-rate") for one in gathered[DEATHS])
        remarks[DEATHS] = f"{rate_remark(context, is_drawn=is_drawn)} {context.language.term(NOT_SCORED)}"
    term = context.language.term
    return [Section(term(title), drawn, remarks.get(title, "")) for title, drawn in gathered.items()]


def _waiting_title(context: ReportContext) -> str:
    return WAITING if context.besieged else ONLY_WAITING


def _charts(context: ReportContext) -> Iterator[tuple[str, Figure | None]]:
    for title, name, heading, drawn in _plates(context):
        yield title, _figure(context, name, heading, drawn, width=PLATE_WIDTH)


def _plates(context: ReportContext) -> Iterator[tuple[str, str, str, alt.LayerChart | None]]:
    """Yield the charts of the annex: section, id, heading, chart."""
    main, name = context.main_place, context.name(context.main_place)
    message = context.language.message
    arriving, arrived = (
        message("Arriving at {place} each day", place=name),
        message("Arrived at {place} so far", place=name),
    )
    yield ARRIVALS, "arrivals", arriving, charts.daily_arrivals(context, main)
    yield ARRIVALS, "arrived", arrived, charts.cumulative_arrivals(context, main)
    waiting = _waiting_title(context)
    for place in context.besieged[:MOST_EACH]:
        heading = message("Still inside {place}", place=context.name(place))
        yield waiting, f"inside-{place}", heading, charts.still_inside(context, place)
    for place in context.gates[:MOST_EACH]:
        heading = message("Waiting at {place}", place=context.name(place))
        yield waiting, f"waiting-{place}", heading, charts.waiting(context, place)
    yield from _death_plates(context)
    for place in [place for place in context.camps if place != main][: MOST_PLACES - 1]:
        yield CAMPS, f"stock-{place}", context.name(place), charts.camp_stock(context, place, height=180)


def _death_plates(context: ReportContext) -> Iterator[tuple[str, str, str, alt.LayerChart | None]]:
    """Yield the charts of deaths; that they are an assumption, where they are, stands in each heading."""
    message = context.language.message
    headings = (
        message("Deaths so far, on the way and in camps"),
        message("Deaths against the emergency thresholds"),
        message("Deaths of children under five against the emergency thresholds"),
    )
    if "cumulative_deaths" in context.assumed:
        so_far, rate, young = (assumption(heading, context.language) for heading in headings)
    else:
        so_far, rate, young = headings
    yield DEATHS, "deaths", so_far, charts.deaths_so_far(context, EVERYWHERE)
    yield DEATHS, "rate", rate, charts.death_rate(context, EVERYWHERE)
    yield DEATHS, "rate-under-five", young, charts.death_rate(context, EVERYWHERE, "under_five")


def _need_charts(context: ReportContext) -> list[Figure]:
    stated = {row.item for row in context.run.needs if row.place == context.main_place}
    drawn = (
        _figure(
            context,
            f"need-{item}",
            context.item(item),
            charts.need_over_time(context, context.main_place, item),
            width=SMALL_WIDTH,
        )
        for item in CHARTED_NEEDS
        if item in stated
    )
    return [one for one in drawn if one is not None]
