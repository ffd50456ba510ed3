"""Back-tests as RUN folders: rolling origins or prescribed totals, and checkpoints for --resume."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corridor.backtest.evaluate import Scores, evaluate
from corridor.backtest.flow_scores import COLUMNS as FLOW_COLUMNS
from corridor.backtest.origins import Schedule
from corridor.backtest.summaries import ALL, COLUMNS, LEAST_TARGETS
from corridor.backtest.totals_given import COLUMNS as ALLOCATION_COLUMNS
from corridor.backtest.totals_given import allocate
from corridor.cluster import threads_of
from corridor.errors import BoundsError, RunError, UsageError
from corridor.forecasters.combination import weights_in_words
from corridor.forecasters.defaults import default_forecasters
from corridor.forecasters.flows import POOL
from corridor.forecasters.model_names import english_name
from corridor.provenance import corridor_version
from corridor.runs.atomic import not_written
from corridor.runs.checkpoints import Checkpoint, open_checkpoint
from corridor.runs.cluster import spread
from corridor.runs.folder import ALLOCATION, EVALUATION, FLOW_SCORES, FORECASTS, SCORES, SCORES_JSON
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.new_run import NewRun, new_run
from corridor.runs.progress import Progress, silent
from corridor.runs.requests import Draws, WritePage, no_page
from corridor.runs.rows import COLUMNS as TABLES
from corridor.scenario.scenario import Scenario

HUB_COLUMNS = ("model", *TABLES["forecast"], "nominal_horizon")
"""Columns of forecasts.csv."""


@dataclass(frozen=True)
class BacktestRun:
    """A back-test as it was written.

    Attributes
    ----------
    folder
        Where.
    facts
        What run.json holds.
    scores
        The scores, for machines.
    lines
        The answer, for people.
    """

    folder: Path
    facts: Mapping[str, object]
    scores: Mapping[str, object]
    lines: tuple[str, ...]

    @property
    def page(self) -> Path:
        """Return where the page is."""
        return self.folder / EVALUATION


def make_backtest_run(  # noqa: PLR0913 - progress and write_page are how it is shown, not what is computed
    name: str,
    schedule: Schedule,
    draws: Draws,
    *,
    out: Path,
    resume: bool = False,
    write_page: WritePage = no_page,
    progress: Progress = silent,
) -> BacktestRun:
    """Forecast on rolling origins, score, and write the RUN folder with its page.

    Parameters
    ----------
    name
        A scenario folder, or the name of a bundled scenario.
    schedule
        Origins and horizons.
    draws
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    resume
        Whether to go on with what an interrupted command has left.
    write_page
        Writes the page of the folder.
    progress
        Opens each step.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    UsageError
        No report can be held against a forecast, or what was left answers another question.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    source = scenario_folder(name)
    scenario, observations = read_sound(source)
    models = default_forecasters(scenario, draws.members)
    stated = {**asdict(schedule), "members": draws.members, "seed": draws.seed}
    with new_run(source, out, progress) as run:
        task = {**stated, "version": corridor_version(), "inputs": run.inputs, "models": models.names}
        checkpoint = open_checkpoint(out, task, resume=resume)
        with _resumable(checkpoint, out):
            words = f"Forecasting on {len(schedule.origins(scenario))} origins"
            with spread(draws) as there, run.step("forecast", words) as tick:
                scores = evaluate(
                    scenario,
                    observations,
                    schedule=schedule,
                    models=models,
                    cache=checkpoint,
                    seed=draws.seed,
                    workers=there.workers,
                    progress=tick,
                )
            with run.step("write", "Scoring"):
                arguments = {"scenario": name, **stated, "workers": draws.workers}
                facts = run.facts("evaluate", arguments, draws, {"scenario": scenario.name})
                _write_scores(run, scores, scenario)
                run.close(facts)
            with run.step("page", "Writing the page"):
                write_page(run.folder)
    checkpoint.remove()
    return BacktestRun(out, facts, scores.facts(), tuple(_answer(scores, models.names[0], _names(scenario))))


@contextmanager
def _resumable(checkpoint: Checkpoint, out: Path) -> Iterator[None]:
    """Say how to resume after an interrupt; leave nothing behind of a run that never can."""
    try:
        try:
            yield
        except OSError as error:
            raise not_written(out, error) from error
    except KeyboardInterrupt:
        message = f"nothing was changed. {len(checkpoint)} forecasts are kept; with --resume the same command goes on."
        raise KeyboardInterrupt(message) from None
    except BrokenExecutor as error:
        message = (
            "A worker process was ended from outside, as systems do that run out of memory. "
            f"{len(checkpoint)} forecasts are kept; with --resume the same command goes on. "
            "Fewer --workers need less memory."
        )
        raise RunError(message) from error
    except RunError as error:
        message = f"{error} {len(checkpoint)} forecasts are kept; with --resume the same command goes on."
        raise RunError(message) from error
    except (BoundsError, UsageError):
        checkpoint.remove()
        raise


def make_totals_given_run(
    name: str, draws: Draws, *, out: Path, write_page: WritePage = no_page, progress: Progress = silent
) -> BacktestRun:
    """Simulate with the total of all camps prescribed, score who is where, and write the RUN folder with its page.

    Parameters
    ----------
    name
        A scenario folder, or the name of a bundled scenario.
    draws
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    write_page
        Writes the page of the folder.
    progress
        Opens each step.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    UsageError
        No camp has reports, or a cluster is named: who is where is simulated on this machine alone.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    source = scenario_folder(name)
    scenario, observations = read_sound(source)
    if draws.on is not None:
        message = "--totals-given is simulated on this machine alone. Leave out --on."
        raise UsageError(message)
    ways = {"seed": draws.seed, "workers": threads_of(draws.workers)}
    with new_run(source, out, progress) as run:
        with run.step("simulate", f"Simulating {scenario.n_days:,} days with totals given") as tick:
            allocation = allocate(scenario, observations, members=draws.members, progress=tick, **ways)
        with run.step("write", "Scoring"):
            arguments = {"scenario": name, "totals_given": True, "members": draws.members, **ways}
            facts = run.facts("evaluate", arguments, draws, {"scenario": scenario.name})
            rows = allocation.to_rows()
            days = {model: [round(float(x), 4) for x in line] for model, line in allocation.by_day().items()}
            stated = {"scenario": scenario.name, "seed": draws.seed, "start": scenario.start.isoformat()}
            run.write_table(ALLOCATION, ALLOCATION_COLUMNS, rows)
            run.write_json(SCORES_JSON, {**stated, "rows": rows, "ard_rescaled_by_day": days})
            run.close(facts)
        with run.step("page", "Writing the page"):
            write_page(run.folder)
    lines = tuple(f"{row['model']}: ARD {row['ard']:.3f}, rescaled {row['ard_rescaled']:.3f}" for row in rows)
    return BacktestRun(out, facts, {str(row["model"]): row for row in rows}, lines)


def _write_scores(run: NewRun, scores: Scores, scenario: Scenario) -> None:
    rows = scores.to_rows()
    run.write_table(FORECASTS, HUB_COLUMNS, scores.to_hub_table())
    run.write_table(SCORES, COLUMNS, rows)
    if scores.flows:
        run.write_table(FLOW_SCORES, FLOW_COLUMNS, scores.flows)
    run.write_json(SCORES_JSON, {**scores.facts(), "places": _names(scenario), "rows": rows})


def _names(scenario: Scenario) -> dict[str, str]:
    return {row.place: row.name for row in scenario.places}


def _answer(scores: Scores, model: str, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the scores of a model over all places, the weights of its members, and the scores of flows, in words."""
    rows = [row for row in scores.to_rows() if (row["model"], row["place"]) == (model, ALL)]
    yield from (_line(row) for row in rows if row["nominal_horizon"] != ALL)
    few = [str(row["nominal_horizon"]) for row in rows if int(str(row["targets"])) < LEAST_TARGETS]
    if few and few[0] != ALL:
        days = ", ".join(horizon for horizon in few if horizon != ALL)
        yield f"Fewer than {LEAST_TARGETS} reports at {days} days: a skill from so few says little."
    if scores.dummies:
        places = ", ".join(names[place] for place in scores.dummies)
        yield f"Left out, because every report is one figure once it is not zero: {places}."
    yield from _weight_lines(scores.weights)
    yield from _flow_lines(scores.flows)


def _weight_lines(weights: Sequence[Mapping[str, str | int | float]]) -> Iterator[str]:
    """Yield how much each member of the pool weighed at last, in words."""
    if not weights:
        return
    last, longest = weights[-1]["origin_date"], weights[-1]["nominal_horizon"]
    shares = [row for row in weights if (row["origin_date"], row["nominal_horizon"]) == (last, longest)]
    words = weights_in_words({str(row["member"]): float(row["weight"]) for row in shares})
    yield f"Weights in {shares[0]['model']} on {last}, {longest} days ahead: {words}."
    if all(row["member"] != "mechanism" for row in weights):
        yield (
            "Under a Flee preset there is nothing to learn: the mechanism is left out, and the reports alone forecast. "
            "An import with --preset corridor has it."
        )


def _flow_lines(flows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Yield how well flows were forecast, by measure and horizon, in words."""
    for row in flows:
        if row["model"] == POOL and isinstance(row["skill"], float):
            measure = str(row["measure"]).replace("_", " ")
            yield (
                f"{measure} at {row['nominal_horizon']} days, over the periods reported: skill {row['skill']:+.2f} "
                f"against {english_name(str(row['best_baseline']))}; {_held(row)}"
            )


def _line(row: Mapping[str, object]) -> str:
    skill, low, high = (row[f"skill{end}"] for end in ("", "_p05", "_p95"))
    words = "no skill can be told"
    if isinstance(skill, float):
        span = f", {low:+.2f} to {high:+.2f} in 9 of 10 resamples" if isinstance(low, float) else ""
        words = f"skill {skill:+.2f} against {english_name(str(row['best_rival']))}{span}"
    return f"{english_name(str(row['model']))} at {row['nominal_horizon']} days: {words}; {_held(row)}"


def _held(row: Mapping[str, Any]) -> str:
    """Return how many reports there were, and what part of them lay within the range."""
    reports = "1 report" if row["targets"] == 1 else f"{row['targets']} reports"
    return f"{reports}, {row['coverage_80'] * 100:.0f} % within the 80 % interval."
