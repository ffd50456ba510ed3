"""The commands. Whatever takes long to load is loaded inside them: ``--help`` does not wait for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from corridor.cli import options as o
from corridor.cli.benchmarking import benchmarks
from corridor.cli.importing import importers
from corridor.cli.output import Output, command_output, standard_streams
from corridor.cli.progress import show_progress
from corridor.cli.reading import readers
from corridor.cli.serving import serve

if TYPE_CHECKING:
    from corridor.runs.requests import Draws, ForecastRequest

app = typer.Typer(
    name="corridor",
    epilog="\b\nExample:\n  corridor demo",
    add_completion=False,
    add_help_option=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code.

    Parameters
    ----------
    arguments
        What was typed after ``corridor``; None takes it from the process.
    """
    with standard_streams():
        app(None if arguments is None else list(arguments), prog_name="corridor")


@app.callback()
def corridor(*, version: o.Version = False, show_help: o.Help = False) -> None:
    """Forecast how many displaced people arrive, where and when, and what they will need."""


def _forecast(output: Output, command: str, request: ForecastRequest, draws: Draws, where: tuple[Path, str]) -> None:
    """Forecast into a RUN folder, with its page in a language."""
    from corridor.cli.answers import forecast_answer, guard_of, reports_facts
    from corridor.report.pages.embed import check_address_space
    from corridor.runs.forecast_run import make_forecast_run

    check_address_space()
    out, language = where
    write_page = _pages_in(language)
    run = make_forecast_run(request, draws, out=out, command=command, progress=show_progress, write_page=write_page)
    answer = forecast_answer(run.result)
    words = "\n".join([*answer.lines(guard_of(run.result.needs)), f"Report: {run.report}"])
    facts = {"run": str(run.folder), "report": str(run.report), "answer": answer.facts(), **run.facts}
    output.show(words, {**facts, "reports": reports_facts(run.result)})
    output.warn(run.result.posterior.notes)


def _pages_in(code: str) -> Callable[[Path], Path]:
    """Return what writes the pages of a fresh run in a language."""
    from corridor.report.facts.context import PageOptions
    from corridor.report.languages.language import language_of
    from corridor.report.pages.workbook import write_pages

    return partial(write_pages, options=PageOptions(language=language_of(code).code))


def _in_language(write: Callable[..., Path], code: str) -> Callable[[Path], Path]:
    """Return what writes a page in a language, of which there has to be a catalogue."""
    from corridor.report.languages.language import language_of

    return partial(write, language=language_of(code).code)


@app.command(
    short_help="Forecast the bundled scenario, end to end.",
    epilog="\b\nExample:\n  corridor demo --out corridor-demo",
)
def demo(
    *,
    out: o.RunOut = Path("corridor-demo"),
    workers: o.Workers = o.CORES,
    language: o.PageLanguage = "en",
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Forecast the bundled siege of Baghouz, end to end.

    It uses what was known on 3 March 2019, looks 28 days ahead with 1000 members and seed 7, and
    leaves the forecast, the needs and the report in a folder.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.runs.inputs import DEMO
        from corridor.runs.requests import Draws, ForecastRequest

        request = ForecastRequest(DEMO, o.DEMO_DAY, o.DAYS)
        _forecast(output, "demo", request, Draws(o.MEMBERS, o.SEED, workers), (out, language))


def _begin(output: Output, folder: Path, files: list[Path], more: list[Path]) -> None:
    """Put a scenario together from the files after --from."""
    from corridor.cli.imported import begun_facts, begun_words
    from corridor.errors import UsageError
    from corridor.sources.beginning import begin_scenario

    if not files:
        raise UsageError(f"what is {more[0]} for? Files to begin from stand after --from.")
    begun = begin_scenario([*files, *more], folder)
    output.show("\n".join(begun_words(begun)), begun_facts(begun))


@app.command(
    short_help="Begin a scenario of your own.",
    epilog="\b\nExample:\n  corridor new my-scenario --template siege\n"
    "  corridor new my-scenario --from towns.csv dtm.xlsx events.csv roads.gpkg",
)
def new(
    folder: o.NewFolder,
    more: o.MoreFiles = None,
    *,
    template: o.Template = "siege",
    from_files: o.FromFiles = None,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Begin a scenario of your own: copy a small one that works, to edit, or put one together from files.

    --from takes tables of counts, and perhaps lists of places, conflict events and roads, as published.
    """
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.scenario.io.write import copy_template

        if from_files or more:
            _begin(output, folder, from_files or [], more or [])
            return

        copy_template(template, folder)
        files = sorted(path.name for path in folder.iterdir())
        following = (f"corridor check {folder}", f"corridor explain {folder}")
        words = (
            f"{folder} holds a small scenario that works: {', '.join(files)}.\n"
            "Next: read README.md in it, edit the tables one by one, and after each change run\n"
            f"  {following[0]}\n"
            "To read in words what holds when:\n"
            f"  {following[1]}"
        )
        output.show(words, {"folder": str(folder), "template": template, "files": files, "next": following})


@app.command(short_help="List every problem of a scenario.", epilog="\b\nExample:\n  corridor check baghouz-2019")
def check(scenario: o.ScenarioName, *, as_json: o.AsJson = False, verbose: o.Verbose = False) -> None:
    """List every problem of a scenario, each with file, line and how to mend it; or its size."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.summary import summary_of
        from corridor.runs.inputs import scenario_folder

        summary = summary_of(scenario_folder(scenario))
        output.show(summary.words(), summary.facts())


@app.command(
    short_help="Tell in words what holds when.",
    epilog="\b\nExample:\n  corridor explain baghouz-2019 --on 2019-03-03",
)
def explain(
    scenario: o.ScenarioName, *, on: o.OnDay = None, as_json: o.AsJson = False, verbose: o.Verbose = False
) -> None:
    """Tell in words what holds when: who is besieged, what is open, what has changed."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.summary import periods_of
        from corridor.runs.inputs import scenario_folder
        from corridor.scenario import timeline
        from corridor.scenario.io.read import read_scenario

        stated = read_scenario(scenario_folder(scenario))
        words = timeline.explain(stated, on)
        output.show(words, {"scenario": stated.name, "on": on, "periods": periods_of(stated, on)})


@app.command(
    short_help="Simulate what the assumptions alone say.",
    epilog="\b\nExample:\n  corridor simulate baghouz-2019 --members 1000 --seed 7 --out simulated",
)
def simulate(
    scenario: o.ScenarioName,
    *,
    out: o.RunOut,
    members: o.Members = o.MEMBERS,
    seed: o.Seed = o.SEED,
    workers: o.Workers = o.CORES,
    on: o.On = None,
    keep: o.Keep = o.KEPT,
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Simulate the whole calendar from the assumptions alone, without the reports."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.answers import simulation_answer
        from corridor.runs.requests import Draws, SimulationRequest
        from corridor.runs.simulation_run import make_simulation_run

        request = SimulationRequest(scenario, keep)
        run = make_simulation_run(request, Draws(members, seed, workers, on), out=out, progress=show_progress)
        answer = simulation_answer(run)
        facts = {"run": str(run.folder), "answer": answer.facts(), **run.facts}
        output.show("\n".join([*answer.lines(), f"Results: {run.folder}"]), facts)
        output.warn(run.notes)


@app.command(
    short_help="Forecast from what was known on a day.",
    epilog="\b\nExample:\n  corridor forecast baghouz-2019 --known-by 2019-03-03 --days 28 --out march",
)
def forecast(
    scenario: o.ScenarioName,
    *,
    known_by: o.KnownBy,
    out: o.RunOut,
    days: o.Days = o.DAYS,
    members: o.Members = o.MEMBERS,
    seed: o.Seed = o.SEED,
    alternative: o.Alternative = None,
    standards: o.Standards = o.STANDARDS,
    workers: o.Workers = o.CORES,
    on: o.On = None,
    language: o.PageLanguage = "en",
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Forecast from what was known on a day: people, needs, the days supplies run out, a report."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.runs.requests import Draws, ForecastRequest

        request = ForecastRequest(scenario, known_by, days, alternative, standards)
        _forecast(output, "forecast", request, Draws(members, seed, workers, on), (out, language))


@app.command(
    short_help="Compare alternatives with what is stated.",
    epilog="\b\nExample:\n  corridor compare baghouz-2019 --with sealed --known-by 2019-03-03 --days 28 --out what-if",
)
def compare(
    scenario: o.ScenarioName,
    *,
    known_by: o.KnownBy,
    out: o.RunOut,
    alternatives: o.Alternatives = None,
    sets: o.Sets = None,
    adds: o.Adds = None,
    sweep: o.Sweep = None,
    days: o.Days = o.DAYS,
    members: o.Members = o.MEMBERS,
    seed: o.Seed = o.SEED,
    standards: o.Standards = o.STANDARDS,
    workers: o.Workers = o.CORES,
    on: o.On = None,
    language: o.PageLanguage = "en",
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Compare alternatives with the scenario as stated: from the same present, with the same random numbers."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.cli.comparing import show_comparison, suppositions
        from corridor.report.pages.embed import check_address_space
        from corridor.runs.comparison_run import make_comparison_run
        from corridor.runs.requests import Draws, ForecastRequest

        check_address_space()
        supposed = suppositions(alternatives or (), sets or (), adds or (), sweep, known_by)
        request = ForecastRequest(scenario, known_by, days, None, standards)
        draws = Draws(members, seed, workers, on)
        write_page = _pages_in(language)
        run = make_comparison_run(request, supposed, draws, out=out, progress=show_progress, write_page=write_page)
        show_comparison(output, run)


@app.command(
    short_help="Measure forecasts against what came later.",
    epilog="\b\nExample:\n  corridor evaluate my-scenario --every 14 --horizons 7,14,28 --seed 7 --out back-test",
)
def evaluate(
    scenario: o.ScenarioName,
    *,
    out: o.RunOut,
    every: o.Every = 14,
    first_day: o.FirstDay = 30,
    horizons: o.Horizons = "7,14,28",
    members: o.Members = o.EVALUATED,
    seed: o.Seed = o.SEED,
    totals_given: o.TotalsGiven = False,
    resume: o.Resume = False,
    workers: o.Processes = o.CORES,
    on: o.On = None,
    language: o.PageLanguage = "en",
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Forecast again and again with what was known then, and score against the reports that came later.

    The last report carried forward and its trend stand beside Corridor, in the same form.
    """
    ahead = o.as_horizons(horizons)
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.backtest.origins import Schedule
        from corridor.report.pages.backtest_page import write_evaluation
        from corridor.report.pages.embed import check_address_space
        from corridor.report.pages.totals_given_page import write_allocation
        from corridor.runs.backtest_run import make_backtest_run, make_totals_given_run
        from corridor.runs.requests import Draws

        check_address_space()
        schedule, draws = Schedule(every, first_day, ahead), Draws(members, seed, workers, on)
        write_page = _in_language(write_allocation if totals_given else write_evaluation, language)
        if totals_given:
            run = make_totals_given_run(scenario, draws, out=out, progress=show_progress, write_page=write_page)
        else:
            run = make_backtest_run(
                scenario, schedule, draws, out=out, resume=resume, progress=show_progress, write_page=write_page
            )
        words = "\n".join([*run.lines, f"Page: {run.page}"])
        output.show(words, {"run": str(run.folder), "page": str(run.page), "scores": run.scores, **run.facts})


@app.command(
    short_help="Write the report of a run again.",
    epilog="\b\nExample:\n  corridor report corridor-demo --out for-the-meeting.html",
)
def report(
    run: o.RunFolder,
    *,
    out: o.ReportOut = None,
    suppress_below: o.SuppressBelow = 10,
    place: o.MainPlace = None,
    since: o.Since = None,
    brief: o.Brief = False,
    card: o.Card = False,
    workbook: o.Workbook = False,
    language: o.PageLanguage = "en",
    as_json: o.AsJson = False,
    verbose: o.Verbose = False,
) -> None:
    """Write the report of a run again, from its folder alone: one HTML file that needs no network."""
    with command_output(as_json=as_json, verbose=verbose) as output:
        from corridor.report.facts.context import PageOptions
        from corridor.report.pages.brief import write_brief
        from corridor.report.pages.card import write_card
        from corridor.report.pages.report_page import write_report
        from corridor.report.pages.workbook import write_people

        with show_progress("Writing the report"):
            options = PageOptions(suppress_below, place, language, tuple(since or ()))
            path = write_report(run, options, out=out)
            made = {
                "Brief": write_brief(run, options, out=path.parent) if brief else (),
                "Model card": [write_card(run, options, out=path.parent)] if card else [],
                "Workbook": [write_people(run, options, out=path.parent)] if workbook else [],
            }
        words = [f"Report: {path}", *(f"{what}: {one}" for what, files in made.items() for one in files)]
        keys = {"Brief": "brief", "Model card": "card", "Workbook": "workbook"}
        files = {keys[what]: list(map(str, paths)) for what, paths in made.items()}
        output.show("\n".join(words), {"run": str(run), "report": str(path), **files})


app.command(
    short_help="Open a page that answers while you move levers.",
    epilog="\b\nExample:\n  corridor serve baghouz-2019 --port 8000",
)(serve)
app.registered_commands += readers.registered_commands
app.add_typer(importers, name="import", short_help="Translate what others have written.")
app.add_typer(benchmarks, name="benchmark", short_help="Compare forecasts of people in camps by one protocol.")
