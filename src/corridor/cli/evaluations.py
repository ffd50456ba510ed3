"""Back-tests from scenario folders: everything written or nothing, and what was finished is kept for --resume."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from corridor.cli.named import scenario_folder
from corridor.cli.runs import Chance
from corridor.cli.steps import Steps, Watch
from corridor.cli.summary import read_sound
from corridor.errors import UsageError
from corridor.forecasting.evaluate import Scores, evaluate
from corridor.forecasting.models import BASELINES, Mechanism, Models
from corridor.forecasting.origins import Schedule
from corridor.forecasting.summaries import ALL, COLUMNS
from corridor.provenance import corridor_version, hash_folder, provenance
from corridor.report.atomic import MARK, replacing
from corridor.report.evaluation_page import write_evaluation
from corridor.report.kept import kept_answers
from corridor.report.run_folder import (
    EVALUATION,
    FORECASTS,
    OWN,
    SCENARIO,
    SCORES,
    SCORES_JSON,
    copy_scenario,
    csv_text,
)
from corridor.report.run_rows import COLUMNS as TABLES
from corridor.scenario.scenario import Scenario

HUB_COLUMNS = ("model", *TABLES["forecast"], "nominal_horizon")
"""Columns of forecasts.csv."""


@dataclass(frozen=True)
class EvaluationRun:
    """A back-test as it was written, with what its answer is made from."""

    folder: Path
    facts: Mapping[str, object]
    scores: Scores

    @property
    def page(self) -> Path:
        """Return where the page is."""
        return self.folder / EVALUATION

    def lines(self) -> list[str]:
        """Return the answer: one line for each horizon, for all places together."""
        main = next(iter(self.scores.quantiles))
        rows = (row for row in self.scores.to_rows() if (row["model"], row["place"]) == (main, ALL))
        return [_line(row) for row in rows if row["nominal_horizon"] != ALL]


def make_evaluation_run(
    name: str, schedule: Schedule, chance: Chance, *, out: Path, resume: bool, steps: Steps
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
    models = Models(apart=(Mechanism(chance.members), *BASELINES))
    asked = {**asdict(schedule), "members": chance.members, "seed": chance.seed}
    inputs = hash_folder(folder)
    watch = Watch(steps)
    with replacing(out, own=OWN) as fresh:
        question = {**asked, "version": corridor_version(), "inputs": inputs, "models": models.names}
        kept = kept_answers(out, question, resume=resume)
        try:
            with watch.step("forecast", f"Forecasting on {len(schedule.origins(scenario))} origins") as tick:
                scores = evaluate(
                    scenario,
                    observations,
                    schedule=schedule,
                    models=models,
                    keeper=kept,
                    seed=chance.seed,
                    workers=chance.workers,
                    progress=tick,
                )
        except KeyboardInterrupt:
            print(f"{len(kept)} forecasts are kept; with --resume the same command goes on.", file=sys.stderr)
            raise
        except UsageError:
            kept.forget()
            raise
        with watch.step("write", "Scoring"):
            arguments = {"scenario": name, **asked, "workers": chance.workers}
            facts = {
                **provenance("evaluate", arguments, inputs),
                "seed": chance.seed,
                "scenario": scenario.name,
                "timings_s": watch.seconds,
            }
            copy_scenario(folder, fresh / SCENARIO)
            _write_tables(fresh, scenario, scores)
            _write(fresh / MARK, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
        with watch.step("page", "Writing the page"):
            write_evaluation(fresh)
    kept.forget()
    return EvaluationRun(out, facts, scores)


def _write_tables(fresh: Path, scenario: Scenario, scores: Scores) -> None:
    rows = scores.to_rows()
    names = {row.place: row.name for row in scenario.places}
    told = {**scores.facts(), "places": names, "rows": rows}
    _write(fresh / FORECASTS, csv_text(HUB_COLUMNS, scores.to_hub_table()))
    _write(fresh / SCORES, csv_text(COLUMNS, rows))
    _write(fresh / SCORES_JSON, json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _line(row: Mapping[str, object]) -> str:
    skill, low, high = (row[f"skill{end}"] for end in ("", "_p05", "_p95"))
    words = "no skill can be told"
    if isinstance(skill, float):
        span = f", {low:+.2f} to {high:+.2f} in 9 of 10 resamples" if isinstance(low, float) else ""
        words = f"skill {skill:+.2f} against {row['best_rival']}{span}"
    return (
        f"{row['model']} at {row['nominal_horizon']} days: {words}; {row['targets']} reports, "
        f"{row['coverage_80']:.0%} within the 80 % interval."
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
