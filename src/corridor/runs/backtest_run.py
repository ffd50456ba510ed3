"""Back-tests from scenario folders: everything written or nothing, and what was finished is kept for --resume."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from corridor.backtest.evaluate import evaluate
from corridor.backtest.flow_scores import COLUMNS as FLOW_COLUMNS
from corridor.backtest.origins import Schedule
from corridor.backtest.summaries import ALL, COLUMNS
from corridor.backtest.totals_given import COLUMNS as ALLOCATION_COLUMNS
from corridor.backtest.totals_given import allocate
from corridor.errors import UsageError
from corridor.forecasters.combination import weights_in_words
from corridor.forecasters.defaults import default_forecasters
from corridor.forecasters.flows import POOL
from corridor.provenance import corridor_version, hash_folder, provenance
from corridor.runs.atomic import MARK, replacing
from corridor.runs.checkpoints import KeptAnswers, kept_answers
from corridor.runs.folder import (
    ALLOCATION,
    EVALUATION,
    FLOW_SCORES,
    FORECASTS,
    OWN,
    SCENARIO,
    SCORES,
    SCORES_JSON,
    copy_scenario,
    csv_text,
)
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.make_runs import Chance, WritePage
from corridor.runs.progress import Steps, Watch
from corridor.runs.rows import COLUMNS as TABLES
from corridor.scenario.scenario import Scenario

HUB_COLUMNS = ("model", *TABLES["forecast"], "nominal_horizon")
"""Columns of forecasts.csv."""


@dataclass(frozen=True)
class EvaluationRun:
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


def make_backtest_run(  # noqa: PLR0913 - steps and write_page are how it is shown, not what is computed
    name: str, schedule: Schedule, chance: Chance, *, out: Path, resume: bool, steps: Steps, write_page: WritePage
) -> EvaluationRun:
    """Forecast on rolling origins, score, and write the RUN folder with its page.

    Parameters
    ----------
    name
        A scenario folder, or the name of a bundled scenario.
    schedule
        Origins and horizons.
    chance
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    resume
        Whether to go on with what an interrupted command has left.
    steps
        Opens each step.
    write_page
        Writes the page of the folder.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    UsageError
        No report can be held against a forecast, or what was left answers another question.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    folder = scenario_folder(name)
    scenario, observations = read_sound(folder)
    models = default_forecasters(scenario, chance.members)
    asked = {**asdict(schedule), "members": chance.members, "seed": chance.seed}
    inputs = hash_folder(folder)
    watch = Watch(steps)
    with replacing(out, own=OWN) as fresh:
        question = {**asked, "version": corridor_version(), "inputs": inputs, "models": models.names}
        kept = kept_answers(out, question, resume=resume)
        with (
            _keeping(kept),
            watch.step("forecast", f"Forecasting on {len(schedule.origins(scenario))} origins") as tick,
        ):
            ways = {"seed": chance.seed, "workers": chance.workers}
            scores = evaluate(
                scenario, observations, schedule=schedule, models=models, cache=kept, progress=tick, **ways
            )
        with watch.step("write", "Scoring"):
            arguments = {"scenario": name, **asked, "workers": chance.workers}
            facts = _facts(arguments, inputs, scenario, watch)
            rows = scores.to_rows()
            told = {**scores.facts(), "places": _names(scenario), "rows": rows}
            _write(fresh / FORECASTS, csv_text(HUB_COLUMNS, scores.to_hub_table()))
            _write(fresh / SCORES, csv_text(COLUMNS, rows))
            if scores.flows:
                _write(fresh / FLOW_SCORES, csv_text(FLOW_COLUMNS, scores.flows))
            _fill(fresh, folder, facts, told)
        with watch.step("page", "Writing the page"):
            write_page(fresh)
    kept.forget()
    main = [row for row in rows if (row["model"], row["place"]) == (models.names[0], ALL)]
    lines = (
        *(_line(row) for row in main if row["nominal_horizon"] != ALL),
        *_weight_lines(scores.weights),
        *_flow_lines(scores.flows),
    )
    return EvaluationRun(out, facts, scores.facts(), lines)


@contextmanager
def _keeping(kept: KeptAnswers) -> Iterator[None]:
    """Say that an interrupted back-test can go on; leave nothing behind of one that never can."""
    try:
        yield
    except KeyboardInterrupt:
        print(f"{len(kept)} forecasts are kept; with --resume the same command goes on.", file=sys.stderr)  # noqa: T201 - said before the process ends
        raise
    except UsageError:
        kept.forget()
        raise


def make_totals_given_run(
    name: str, chance: Chance, *, out: Path, steps: Steps, write_page: WritePage
) -> EvaluationRun:
    """Simulate with the total of all camps given, score who is where, and write the RUN folder with its page.

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
    write_page
        Writes the page of the folder.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    UsageError
        No camp has reports.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    folder = scenario_folder(name)
    scenario, observations = read_sound(folder)
    watch = Watch(steps)
    with replacing(out, own=OWN) as fresh:
        with watch.step("simulate", f"Simulating {scenario.n_days:,} days with totals given") as tick:
            ways = {"seed": chance.seed, "workers": chance.workers}
            found = allocate(scenario, observations, members=chance.members, progress=tick, **ways)
        with watch.step("write", "Scoring"):
            arguments = {"scenario": name, "totals_given": True, "members": chance.members, **ways}
            facts = _facts(arguments, hash_folder(folder), scenario, watch)
            rows = found.to_rows()
            days = {model: [round(float(value), 4) for value in line] for model, line in found.by_day().items()}
            told = {"scenario": scenario.name, "seed": chance.seed, "start": scenario.start.isoformat()}
            told |= {"rows": rows, "ard_rescaled_by_day": days}
            _write(fresh / ALLOCATION, csv_text(ALLOCATION_COLUMNS, rows))
            _fill(fresh, folder, facts, told)
        with watch.step("page", "Writing the page"):
            write_page(fresh)
    lines = tuple(f"{row['model']}: ARD {row['ard']:.3f}, rescaled {row['ard_rescaled']:.3f}" for row in rows)
    return EvaluationRun(out, facts, {str(row["model"]): row for row in rows}, lines)


def _facts(
    arguments: Mapping[str, object], inputs: Mapping[str, str], scenario: Scenario, watch: Watch
) -> dict[str, object]:
    made = provenance("evaluate", arguments, inputs)
    return {**made, "seed": arguments["seed"], "scenario": scenario.name, "timings_s": watch.seconds}


def _names(scenario: Scenario) -> dict[str, str]:
    return {row.place: row.name for row in scenario.places}


def _fill(fresh: Path, folder: Path, facts: Mapping[str, object], told: Mapping[str, object]) -> None:
    copy_scenario(folder, fresh / SCENARIO)
    _write(fresh / SCORES_JSON, json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    _write(fresh / MARK, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def _weight_lines(weights: Sequence[Mapping[str, str | int | float]]) -> Iterator[str]:
    """Yield how much each member of the pool weighed at last, in words."""
    if not weights:
        return
    last, longest = weights[-1]["origin_date"], weights[-1]["nominal_horizon"]
    shares = [row for row in weights if (row["origin_date"], row["nominal_horizon"]) == (last, longest)]
    words = weights_in_words({str(row["member"]): float(row["weight"]) for row in shares})
    yield f"Weights in {shares[0]['model']} on {last}, {longest} days ahead: {words}."
    if all(row["member"] != "mechanism" for row in weights):
        yield "Under a Flee preset there is nothing to learn: the mechanism is left out of the pool."


def _flow_lines(flows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Yield how well flows were forecast, by measure and horizon, in words."""
    for row in flows:
        if row["model"] == POOL and isinstance(row["skill"], float):
            measure = str(row["measure"]).replace("_", " ")
            yield (
                f"{measure} at {row['nominal_horizon']} days, over the periods reported: skill {row['skill']:+.2f} "
                f"against {row['best_baseline']}; {row['targets']} reports, {row['coverage_80']:.0%} within the 80 % "
                "interval."
            )


def _line(row: Mapping[str, object]) -> str:
    skill, low, high = (row[f"skill{end}"] for end in ("", "_p05", "_p95"))
    words = "no skill can be told"
    if isinstance(skill, float):
        span = f", {low:+.2f} to {high:+.2f} in 9 of 10 resamples" if isinstance(low, float) else ""
        words = f"skill {skill:+.2f} against {row['best_rival']}{span}"
    reports = "1 report" if row["targets"] == 1 else f"{row['targets']} reports"
    return (
        f"{row['model']} at {row['nominal_horizon']} days: {words}; {reports}, "
        f"{row['coverage_80']:.0%} within the 80 % interval."
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
