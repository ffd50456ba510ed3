"""Alternatives compared with the scenario as stated, as a RUN folder: the forecast, and differences.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corridor.engine.compile.rates import prior_values
from corridor.errors import UsageError
from corridor.forecasting.extrapolation import extrapolations
from corridor.inference.posterior import Posterior
from corridor.message import Message, Several, message, several, term
from corridor.runs.cluster import spread
from corridor.runs.comparison import COLUMNS, Comparison, compare
from corridor.runs.folder import DIFFERENCES
from corridor.runs.forecast_run import (
    ForecastRun,
    arguments,
    check_calendar,
    fit,
    forecast_result,
    result_facts,
    write_result,
)
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.levers import Setting, lever_words, with_levers
from corridor.runs.new_run import new_run
from corridor.runs.progress import Progress, silent
from corridor.runs.requests import Draws, ForecastRequest, WritePage, no_page
from corridor.scenario.levers import Lever
from corridor.scenario.scenario import Scenario

LEVERS = "levers"


@dataclass(frozen=True)
class Suppositions:
    """What is compared with the scenario as stated.

    Attributes
    ----------
    alternatives
        Names of alternatives that scenario.toml states.
    levers
        Levers pulled together, as one alternative called "levers".
    sweep
        Levers pulled one at a time, each an alternative of its own.
    """

    alternatives: tuple[str, ...] = ()
    levers: tuple[Lever | Setting, ...] = ()
    sweep: tuple[Lever | Setting, ...] = ()

    def scenarios(self, scenario: Scenario) -> dict[str, Scenario]:
        """Return the scenario as each alternative states it, by name."""
        supposed = {name: scenario.with_alternative(name) for name in self.alternatives}
        if self.levers:
            supposed[LEVERS] = with_levers(scenario, self.levers)
        for lever in self.sweep:
            supposed[sweep_name(lever)] = with_levers(scenario, (lever,))
        if not supposed:
            message = (
                "Nothing is supposed. Name an alternative with --with, or pull levers with --set, --add or --sweep."
            )
            raise UsageError(message)
        return supposed

    def swept(self) -> dict[str, float | None]:
        """Return the value, or the factor, of each step of the sweep, by the name of its alternative."""
        return {
            sweep_name(row): row.factor if isinstance(row, Setting) and row.value is None else row.value
            for row in self.sweep
        }

    def meanings(self, scenario: Scenario) -> dict[str, str]:
        """Return what each alternative supposes, in words, by name."""
        stated = {row.alternative: row.meaning for row in scenario.alternatives}
        pulled = several((lever_words(row, scenario) for row in self.levers), "; ")
        return {
            **{name: stated[name] for name in self.alternatives},
            **({LEVERS: _supposed(pulled)} if self.levers else {}),
            **{sweep_name(row): _supposed(lever_words(row, scenario)) for row in self.sweep},
        }


@dataclass(frozen=True)
class ComparisonRun:
    """A comparison as it was written: the forecast it starts from, the differences, and cautions."""

    forecast: ForecastRun
    comparison: Comparison
    meanings: Mapping[str, str]
    cautions: tuple[str, ...]


def make_comparison_run(
    request: ForecastRequest,
    suppositions: Suppositions,
    draws: Draws,
    *,
    out: Path,
    write_page: WritePage = no_page,
    progress: Progress = silent,
) -> ComparisonRun:
    """Forecast the scenario and its alternatives from one fit, and write the RUN folder with the differences.

    Parameters
    ----------
    request
        The forecast of the scenario as stated.
    suppositions
        What is compared with it.
    draws
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    write_page
        Writes the report of the folder.
    progress
        Opens each step.

    Raises
    ------
    ScenarioError
        The scenario or a lever has problems.
    UsageError
        It has no such alternative, or its calendar does not hold these days.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    source = scenario_folder(request.scenario)
    scenario, observations = read_sound(source)
    check_calendar(scenario, request)
    supposed, meanings = suppositions.scenarios(scenario), suppositions.meanings(scenario)
    with new_run(source, out, progress) as run:
        with spread(draws) as there:
            posterior = fit(run, scenario, observations, request, draws)
            result = forecast_result(run, scenario, observations, posterior, request, there)
            with run.step("compare", f"Comparing {len(supposed)} alternative{'s' if len(supposed) != 1 else ''}"):
                comparison = compare(
                    result.forecast,
                    scenario,
                    posterior,
                    supposed,
                    seed=draws.seed,
                    standards=request.standards,
                    workers=there.workers,
                )
        with run.step("write", "Writing the tables"):
            cautions = tuple(_cautions((*suppositions.levers, *suppositions.sweep), posterior))
            stated = {**arguments(request, draws), "compared": meanings}
            sentences = (*meanings.values(), *cautions)
            facts = run.facts("compare", stated, draws, result_facts(result, None, sentences))
            run.write_table(DIFFERENCES, COLUMNS, comparison.to_rows())
            write_result(run, result, {**facts, "cautions": list(cautions), "swept": suppositions.swept()})
        with run.step("report", "Writing the report"):
            write_page(run.folder)
    return ComparisonRun(ForecastRun(out, facts, result), comparison, meanings, cautions)


def sweep_name(lever: Lever | Setting) -> str:
    """Return the name of one step of a sweep."""
    name = lever.name if isinstance(lever, Setting) else lever.kind.value
    amount = f"x{lever.factor:.10g}" if isinstance(lever, Setting) and lever.value is None else f"{lever.value:.10g}"
    return f"{name} {lever.subject or ''}".rstrip() + f"={amount}"


def _supposed(levers: Message | Several) -> Message:
    return message("Supposed: {levers}.", levers=levers)


def _cautions(levers: tuple[Lever | Setting, ...], posterior: Posterior) -> list[Message]:
    """Return which levers lie outside what the reports and the priors have taught the model, in words."""
    cautions: list[Message] = []
    for lever in levers:
        if isinstance(lever, Lever):
            cautions += extrapolations(posterior, (lever,))
            continue
        keys = [key for key in posterior.uncertain.keys if key in {lever.name, f"{lever.name}.{lever.subject}"}]
        if not keys:
            continue
        j = posterior.uncertain.keys.index(keys[-1])
        parameter = posterior.uncertain.parameters[j]
        low, middle, high = np.quantile(prior_values(parameter, posterior.normal[:, j]), (0.01, 0.5, 0.99)).tolist()
        value = lever.value if lever.factor is None else middle * lever.factor
        if value is not None and not low <= value <= high:
            cautions.append(
                message(
                    "{lever}: about {value} {unit} lies outside what was learnt, {low} to {high}; the difference is an "
                    "extrapolation.",
                    lever=lever_words(lever, posterior.compiled.scenario),
                    value=float(f"{value:.3g}"),
                    unit=term(parameter.unit),
                    low=float(f"{low:.3g}"),
                    high=float(f"{high:.3g}"),
                )
            )
    return cautions
