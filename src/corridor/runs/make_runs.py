"""RUN folders from scenario folders: the steps in their order, and everything written or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xarray as xr

from corridor.engine.run.ensemble import Ensemble
from corridor.engine.run.simulate import simulate
from corridor.errors import UsageError
from corridor.forecasters.combination import weights_in_words
from corridor.forecasting.forecast import Forecast, forecast
from corridor.forecasting.hub_table import hub_rows, target_quantiles
from corridor.inference.calibrate import calibrate
from corridor.inference.filtered_history import site_names, under_five_groups
from corridor.inference.posterior import Posterior
from corridor.inference.projection import with_totals
from corridor.inference.reregistrations import Drop, unexplained_drops
from corridor.needs.needs import Needs, estimate_needs
from corridor.provenance import hash_folder, provenance
from corridor.runs.atomic import MARK, replacing
from corridor.runs.folder import ENSEMBLE, OWN, REPORT, SCENARIO, copy_scenario, csv_text, fill_run
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.progress import Steps, Watch
from corridor.runs.rows import COLUMNS
from corridor.scenario.scenario import Scenario
from corridor.scenario.timeline import in_words

MOST_DRAWS = 1000
"""So many draws of the posterior at most; further members use them again, in turn."""

SIMULATION = "simulation.csv"
_OURS = OWN | {SIMULATION}
WritePage = Callable[[Path], object]
"""Writes the page of a RUN folder."""

_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Draws:
    """What decides how many histories there are and which, and how many threads make them."""

    members: int
    seed: int
    workers: int


@dataclass(frozen=True)
class ForecastRequest:
    """What a forecast is asked for.

    Attributes
    ----------
    scenario
        A scenario folder, or the name of a bundled scenario.
    known_by
        Last day known.
    days
        Days ahead.
    alternative
        What is supposed beside what the scenario states; None is nothing.
    standards
        Name of a bundled profile of standards, or the path of one's own.
    """

    scenario: str
    known_by: date
    days: int
    alternative: str | None = None
    standards: str = "sphere-2018"


@dataclass(frozen=True)
class ForecastRun:
    """A forecast as it was written, with what its answer is made from, and how far to trust the fit."""

    folder: Path
    facts: Mapping[str, object]
    scenario: Scenario
    forecast: Forecast
    needs: Needs
    warnings: tuple[str, ...]

    @property
    def report(self) -> Path:
        """Return where the report is."""
        return self.folder / REPORT


@dataclass(frozen=True)
class SimulationRun:
    """A simulation as it was written, with what its answer is made from."""

    folder: Path
    facts: Mapping[str, object]
    scenario: Scenario
    ensemble: Ensemble


def make_forecast_run(
    question: ForecastRequest, chance: Draws, *, out: Path, command: str, steps: Steps, write_page: WritePage
) -> ForecastRun:
    """Learn, forecast, estimate needs, and write the RUN folder with its report.

    Parameters
    ----------
    question
        What is asked.
    chance
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    command
        What was typed, for provenance.
    steps
        Opens each step.
    write_page
        Writes the report of the folder.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    UsageError
        It has no such alternative, or its calendar does not hold these days.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    folder = scenario_folder(question.scenario)
    scenario, observations = read_sound(folder)
    supposed = _supposed(scenario, question)
    asked = {
        "scenario": question.scenario,
        "known_by": question.known_by.isoformat(),
        "days": question.days,
        "with": question.alternative,
        "standards": question.standards,
    }
    watch = Watch(steps)
    ways = {"seed": chance.seed, "workers": chance.workers}
    with replacing(out, own=_OURS) as fresh:
        known = len(observations.known_by(question.known_by).to_fit())
        with watch.step("calibrate", f"Learning from {known} reports") as tick:
            draws = min(5 * chance.members, MOST_DRAWS)
            posterior = calibrate(scenario, observations, as_of=question.known_by, draws=draws, progress=tick, **ways)
        with watch.step("forecast", f"Forecasting {question.days} days") as tick:
            ahead = {"horizon_days": question.days, "members": chance.members}
            told = forecast(supposed, posterior, observations, **ahead, progress=tick, **ways)
        with watch.step("needs", "Estimating needs"):
            needs = estimate_needs(told, scenario, standards=question.standards)
        with watch.step("write", "Writing the tables"):
            drops = unexplained_drops(scenario, observations, as_of=question.known_by)
            facts = {
                **_provenance(command, asked, folder, chance),
                **_facts(supposed, question, posterior, told, [*needs.notes, *_drop_notes(scenario, drops)]),
                "standards": needs.standards,
                "timings_s": watch.seconds,
            }
            _fill(fresh, folder, facts, posterior, told, needs)
        with watch.step("report", "Writing the report"):
            write_page(fresh)
    return ForecastRun(out, facts, supposed, told, needs, posterior.notes)


def make_simulation_run(name: str, chance: Draws, *, out: Path, steps: Steps) -> SimulationRun:
    """Simulate from the priors alone, and write the RUN folder.

    Parameters
    ----------
    name
        A scenario folder, or the name of a bundled scenario.
    chance
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    steps
        Opens each step.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    folder = scenario_folder(name)
    scenario, _ = read_sound(folder)
    watch = Watch(steps)
    with replacing(out, own=_OURS) as fresh:
        with watch.step("simulate", f"Simulating {scenario.n_days:,} days") as tick:
            ensemble = simulate(
                scenario, members=chance.members, seed=chance.seed, workers=chance.workers, progress=tick
            )
        with watch.step("write", "Writing the tables"):
            quantiles = target_quantiles(
                with_totals(ensemble.data, under_five_groups(scenario)), _LEVELS, site_names(scenario)
            )
            rows = hub_rows(quantiles, scenario.start - timedelta(days=1))
            _write(fresh / SIMULATION, csv_text(COLUMNS["forecast"], rows))
            copy_scenario(folder, fresh / SCENARIO)
            ensemble.save(fresh / ENSEMBLE)
            facts = {
                **_provenance("simulate", {"scenario": name}, folder, chance),
                "scenario": scenario.name,
                "timings_s": watch.seconds,
            }
            _write(fresh / MARK, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
    return SimulationRun(out, facts, scenario, ensemble)


def _supposed(scenario: Scenario, question: ForecastRequest) -> Scenario:
    """Return what is forecast; a question that cannot be answered is refused before any work."""
    last = question.known_by + timedelta(days=question.days)
    if not scenario.start <= question.known_by or not last <= scenario.end:
        message = (
            f"{question.days} days after {question.known_by} do not lie within the calendar of {scenario.name}, "
            f"{in_words(scenario.start)} to {in_words(scenario.end)}."
        )
        raise UsageError(message)
    return scenario if question.alternative is None else scenario.with_alternative(question.alternative)


def _provenance(command: str, asked: Mapping[str, object], folder: Path, chance: Draws) -> dict[str, object]:
    arguments = {**asked, "members": chance.members, "seed": chance.seed, "workers": chance.workers}
    return {**provenance(command, arguments, hash_folder(folder)), "seed": chance.seed}


def _facts(
    supposed: Scenario, question: ForecastRequest, posterior: Posterior, told: Forecast, notes: Iterable[str]
) -> dict[str, object]:
    meanings = {row.alternative: row.meaning for row in supposed.alternatives}
    name = question.alternative
    supposition = [] if name is None else [f"This is an alternative, {name}: {meanings[name]}"]
    return {
        "scenario": supposed.name,
        "origin_date": question.known_by.isoformat(),
        "horizon_days": question.days,
        "alternative": name,
        "effective_sample_size": round(posterior.effective_sample_size, 1),
        "particles": posterior.particles,
        "weights": [dict(row) for row in told.weights],
        "notes": [*supposition, *posterior.notes, *_weight_notes(told), *notes],
    }


def _drop_notes(scenario: Scenario, drops: Iterable[Drop]) -> list[str]:
    """Return falls of counts that may have been re-registrations, in words."""
    return [
        f"The count of {scenario.place(drop.after.place).name} fell from {drop.before.people:,.0f} on "
        f"{in_words(drop.before.date)} to {drop.after.people:,.0f} on {in_words(drop.after.date)} and stayed down. It "
        "was taken for people who left. If it was a re-registration, say so: corridor check gives the line."
        for drop in drops
    ]


def _weight_notes(told: Forecast) -> list[str]:
    """Return what the people at places with reports rest on, in words."""
    last = {
        str(row["member"]): float(row["weight"]) for row in told.weights if row["nominal_horizon"] == told.horizon_days
    }
    if not last:
        return []
    words = (
        f"The people present in {told.horizon_days} days, where they are counted, are the average of several "
        f"forecasts, weighed by how well each has done so far: {weights_in_words(last)}."
    )
    return [words]


def _fill(
    fresh: Path,
    scenario_folder: Path,
    facts: Mapping[str, object],
    posterior: Posterior,
    told: Forecast,
    needs: Needs,
) -> None:
    tables: dict[str, Iterable[Mapping[str, object]]] = {
        "forecast": told.to_hub_table(),
        "past": told.past_table(),
        "posterior": posterior.summary(),
        "fit": posterior.fit_rows(),
        "needs": needs.to_rows(),
        "runout": needs.runout_rows(),
    }
    fill_run(fresh, run=facts, tables=tables, scenario_folder=scenario_folder, ensemble=_compressed(told.samples))


def _compressed(data: xr.Dataset) -> xr.Dataset:
    """Return the data told to be small on disk."""
    found = data.copy()
    for variable in found.data_vars.values():
        variable.encoding = {"zlib": True, "complevel": 1}
    return found


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
