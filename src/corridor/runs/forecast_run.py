"""A forecast as a RUN folder: fit, forecast, needs, tables and report."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import xarray as xr

from corridor.cluster import threads_of
from corridor.errors import UsageError
from corridor.forecasting.forecast import Forecast, forecast
from corridor.forecasting.sensitivity import rests_on
from corridor.inference.calibrate import calibrate
from corridor.inference.posterior import Posterior
from corridor.message import message, stated
from corridor.needs.needs import Needs, estimate_needs
from corridor.needs.small import limits_of, small_needs
from corridor.runs.balance import balance_facts, balance_rows
from corridor.runs.cluster import spread
from corridor.runs.flows import flow_facts
from corridor.runs.folder import FLOWS, MESSAGES, NEEDS_OF_ONE, PEOPLE, REPORT, RUN_TABLES, WORKBOOK, write_ensemble
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.new_run import NewRun, new_run
from corridor.runs.notes import default_notes, forecast_notes
from corridor.runs.progress import Progress, forecasting, learning, silent
from corridor.runs.requests import Draws, ForecastRequest, WritePage, no_page
from corridor.runs.wide import COLUMNS, Book, Form, sheets, wide_rows
from corridor.runs.workbook import workbook
from corridor.scenario.io.write import write_scenario
from corridor.scenario.observations import Observations
from corridor.scenario.scenario import Scenario

MOST_DRAWS = 1000
"""So many draws of the posterior at most; further members use them again, in turn."""


@dataclass(frozen=True)
class ForecastResult:
    """All that a forecast run writes.

    Attributes
    ----------
    scenario
        The scenario or the alternative of it that was forecast.
    observations
        All reports.
    posterior
        The fit at the last day known.
    forecast
        The coming days.
    needs
        What the people of the forecast will need.
    """

    scenario: Scenario
    observations: Observations
    posterior: Posterior
    forecast: Forecast
    needs: Needs


@dataclass(frozen=True)
class ForecastRun:
    """A forecast as it was written, with what its answer is made from."""

    folder: Path
    facts: Mapping[str, object]
    result: ForecastResult

    @property
    def report(self) -> Path:
        """Return where the report is."""
        return self.folder / REPORT


def make_forecast_run(
    request: ForecastRequest,
    draws: Draws,
    *,
    out: Path,
    write_page: WritePage = no_page,
    command: str = "forecast",
    progress: Progress = silent,
) -> ForecastRun:
    """Fit, forecast, estimate needs, and write the RUN folder with its report.

    Parameters
    ----------
    request
        The forecast that is wanted.
    draws
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    write_page
        Writes the report of the folder.
    command
        What was typed, for provenance.
    progress
        Opens each step.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    UsageError
        It has no such alternative, or its calendar does not hold these days.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    source = scenario_folder(request.scenario)
    scenario, observations = read_sound(source)
    check_calendar(scenario, request)
    supposed = scenario if request.alternative is None else scenario.with_alternative(request.alternative)
    with new_run(source, out, progress) as run:
        with spread(draws) as there:
            posterior = fit(run, scenario, observations, request, draws)
            result = forecast_result(run, supposed, observations, posterior, request, there)
        with run.step("write", "Writing the tables"):
            facts = run.facts(command, arguments(request, draws), draws, result_facts(result, request.alternative))
            write_result(run, result, facts)
        with run.step("report", "Writing the report"):
            write_page(run.folder)
    return ForecastRun(out, facts, result)


def write_run(result: ForecastResult, *, out: Path | str) -> Path:
    """Write the RUN folder of a forecast made in Python, and return it; ``write_report`` makes its page.

    Parameters
    ----------
    result
        The scenario, the reports, the posterior, the forecast and the needs.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.

    Raises
    ------
    RunError
        The folder holds something other than a run, or cannot be written.

    Examples
    --------
    >>> result = ForecastResult(scenario, observations, posterior, forecast, needs)    # doctest: +SKIP
    >>> write_report(write_run(result, out="RUN"))    # doctest: +SKIP
    """
    folder = Path(out)
    with tempfile.TemporaryDirectory() as workshop:
        source = write_scenario(result.scenario, result.observations, workshop)
        with new_run(source, folder, silent) as run:
            facts = run.facts("write_run", {"scenario": result.scenario.name}, None, result_facts(result, None))
            write_result(run, result, facts)
    return folder


def check_calendar(scenario: Scenario, request: ForecastRequest) -> None:
    """Refuse a forecast whose days do not lie in the calendar, before any work."""
    last = request.known_by + timedelta(days=request.days)
    if not scenario.start <= request.known_by or not last <= scenario.end:
        fix = message("write end = {day} in scenario.toml, or forecast fewer days", day=str(last))
        if request.known_by < scenario.start:
            fix = message("write --known-by {day} or a later day", day=str(scenario.start))
        raise UsageError(
            message(
                "{count} days after {origin} do not lie within the calendar of {scenario}, {start} to {end}: {fix}.",
                count=request.days,
                origin=request.known_by,
                scenario=scenario.name,
                start=scenario.start,
                end=scenario.end,
                fix=fix,
            )
        )


def fit(
    run: NewRun, scenario: Scenario, observations: Observations, request: ForecastRequest, draws: Draws
) -> Posterior:
    """Return the posterior on the last day known."""
    known = len(observations.known_by(request.known_by).to_fit())
    with run.step("calibrate", learning(known)) as tick:
        return calibrate(
            scenario,
            observations,
            as_of=request.known_by,
            draws=min(5 * draws.members, MOST_DRAWS),
            seed=draws.seed,
            workers=threads_of(draws.workers),
            progress=tick,
        )


def forecast_result(
    run: NewRun,
    supposed: Scenario,
    observations: Observations,
    posterior: Posterior,
    request: ForecastRequest,
    draws: Draws,
) -> ForecastResult:
    """Return the forecast and the needs of a scenario or an alternative of it."""
    with run.step("forecast", forecasting(request.days)) as tick:
        made = forecast(
            supposed,
            posterior,
            observations,
            horizon_days=request.days,
            members=draws.members,
            seed=draws.seed,
            workers=draws.workers,
            progress=tick,
        )
    with run.step("needs", "Estimating needs"):
        needs = estimate_needs(made, supposed, standards=request.standards)
    return ForecastResult(supposed, observations, posterior, made, needs)


def arguments(request: ForecastRequest, draws: Draws) -> dict[str, object]:
    """Return what was asked for, as run.json states it."""
    return {
        "scenario": request.scenario,
        "known_by": request.known_by.isoformat(),
        "days": request.days,
        "with": request.alternative,
        "standards": request.standards,
        "members": draws.members,
        "seed": draws.seed,
        "workers": draws.workers,
    }


def result_facts(result: ForecastResult, alternative: str | None, sentences: Iterable[str] = ()) -> dict[str, object]:
    """Return what run.json states of the forecast itself, with the templates of what else is said of it."""
    made, posterior = result.forecast, result.posterior
    sensitivities = rests_on(made, posterior)
    notes = forecast_notes(
        result.scenario,
        result.observations,
        made,
        alternative,
        (posterior.notes, default_notes(sensitivities), result.needs.notes),
    )
    conflicts = [conflict.words for conflict in posterior.conflicts]
    return {
        "scenario": result.scenario.name,
        "origin_date": made.origin_date.isoformat(),
        "horizon_days": made.horizon_days,
        "alternative": alternative,
        "effective_sample_size": round(posterior.effective_sample_size, 1),
        "particles": posterior.particles,
        "degenerate": posterior.degenerate,
        "conflicts": conflicts,
        "rests_on": [one._asdict() for one in sensitivities],
        "assumption_only": list(made.assumption_only),
        FLOWS: flow_facts(made, result.scenario),
        "weights": [dict(row) for row in made.weights],
        "notes": notes,
        "standards": result.needs.standards,
        NEEDS_OF_ONE: {item: list(need) for item, need in result.needs.of_one.items()},
        MESSAGES: stated([*conflicts, *notes, *result.needs.citations, *sentences]),
    }


def write_result(run: NewRun, result: ForecastResult, facts: Mapping[str, object]) -> None:
    """Write the tables, the members, the scenario and run.json."""
    made, posterior, needs = result.forecast, result.posterior, result.needs
    rows: dict[str, Sequence[Mapping[str, object]]] = {
        "forecast": made.to_hub_table(),
        "past": made.past_table(),
        "posterior": posterior.summary(),
        "fit": posterior.fit_rows(),
        "needs": needs.to_rows(),
        "runout": needs.runout_rows(),
        "balance": balance_rows(made, result.scenario),
    }
    for table, columns in RUN_TABLES.items():
        run.write_table(f"{table}.csv", columns, rows[table])
    wide = wide_rows(rows["forecast"], result.scenario)
    run.write_table(PEOPLE, COLUMNS, wide)
    form = Form(small=small_needs(limits_of(needs.of_one, Form.below), needs.rows))
    book = Book(wide, needs.rows, needs.runout, rows["balance"], facts)
    (run.folder / WORKBOOK).write_bytes(workbook(sheets(book, form)))
    write_ensemble(run.folder, compressed(made.samples))
    last = made.origin_date + timedelta(days=made.horizon_days)
    run.close({**facts, "balance": balance_facts(rows["balance"], made.sites, last)})


def compressed(data: xr.Dataset) -> xr.Dataset:
    """Return the data with the encoding that makes them small on disk."""
    copied = data.copy()
    for variable in copied.data_vars.values():
        variable.encoding = {"zlib": True, "complevel": 1}
    return copied
