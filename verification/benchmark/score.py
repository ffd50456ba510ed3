r"""Scores files of forecasts by the protocol of the benchmark, beside each other.

    .venv/bin/python -m verification.benchmark.score --data data benchmark/forecasts.csv theirs.csv

The files have the columns of `protocol.COLUMNS`. All models of all files are scored on the targets that each of them
has forecast; what a model left out is counted. The files must hold persistence and drift, against which skill is given.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.families import CrisisSkill, family_skill
from corridor.backtest.scores import COVERED, is_covered, point_scores, skill_of
from corridor.backtest.summaries import BASELINES, LEAST_TARGETS, RIVALS
from corridor.forecasters.base import HUB_LEVELS
from verification.benchmark.protocol import SCHEDULE, SEED, read_forecasts, read_questions

if TYPE_CHECKING:
    from verification.benchmark.protocol import Floats, Questions

HEADER = (
    *("model", "horizon", "skill", "skill, log", "against the best baseline", "50 %", "80 %", "95 %"),
    *("families", "reports"),
)


def common_targets(forecasts: dict[str, dict[tuple[str, ...], Floats]], questions: dict[str, Questions]) -> dict:
    """Return the numbers of the targets of each crisis that every model has forecast."""
    return {
        name: [n for n, row in enumerate(one.targets) if all(one.key(row) in made for made in forecasts.values())]
        for name, one in questions.items()
    }


def table_lines(forecasts: dict[str, dict[tuple[str, ...], Floats]], questions: dict[str, Questions]) -> list[str]:
    """Return the table: each model at each horizon, mean skill over families with its bootstrap."""
    chosen = common_targets(forecasts, questions)
    lines = [f"| {' | '.join(HEADER)} |", "|---" * len(HEADER) + "|"]
    for horizon in SCHEDULE.horizons:
        rows, covered = _by_crisis(forecasts, questions, chosen, horizon)
        for model in forecasts:
            means = [family_skill(rows[model, kind], least=LEAST_TARGETS, seed=SEED) for kind in ("", "_log1p", "best")]
            shares = [f"{np.concatenate(covered[model, level]).mean():.0%}" for level in COVERED]
            words = [_words(mean.value, mean.low, mean.high) for mean in means]
            counts = (str(means[0].families), str(means[0].targets))
            lines.append(f"| {' | '.join((model, str(horizon), *words, *shares, *counts))} |")
    return lines


def _by_crisis(forecasts: dict, questions: dict[str, Questions], chosen: dict, horizon: int) -> tuple[dict, dict]:
    """Return the skills of each model by kind, and what its intervals hold by level."""
    rows, covered = defaultdict(list), defaultdict(list)
    for name, one in questions.items():
        used = [one.targets[n] for n in chosen[name] if one.targets[n].nominal_horizon == horizon]
        if not used:
            continue
        true = np.array([row.people for row in used])
        tables = {model: np.array([made[one.key(row)] for row in used]) for model, made in forecasts.items()}
        scores = {model: point_scores(table, HUB_LEVELS, true) for model, table in tables.items()}
        for model, table in tables.items():
            for kind, score, among in (
                ("", "wis", RIVALS),
                ("_log1p", "wis_log1p", RIVALS),
                ("best", "wis", BASELINES),
            ):
                rivals = {rival: scores[rival][score] for rival in among if rival in scores}
                skill, _ = skill_of(scores[model][score], rivals)
                if skill is not None:
                    rows[model, kind].append(CrisisSkill(name, one.crisis.family, skill, len(used)))
            for level in COVERED:
                covered[model, level].append(is_covered(table, HUB_LEVELS, true, level))
    return rows, covered


def _words(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:+.2f}" + ("" if low is None else f" ({low:+.2f} to {high:+.2f})")


def main() -> None:
    """Score, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+", help="tables of forecasts")
    options = parser.parse_args()
    questions = read_questions(options.data)
    forecasts: dict[str, dict[tuple[str, ...], Floats]] = {}
    for path in options.files:
        for model, made in read_forecasts(path).items():
            forecasts.setdefault(model, {}).update(made)
    if lacking := [rival for rival in RIVALS if rival not in forecasts]:
        raise SystemExit(f"There is no forecast of {' and '.join(lacking)}: give the file of the baselines, too.")
    print("\n".join(table_lines(forecasts, questions)))
    every = {one.key(row) for one in questions.values() for row in one.targets}
    for model, made in forecasts.items():
        if absent := len(every - made.keys()):
            print(f"\n{model} left out {absent} of {len(every)} targets; no model is scored on those.")


if __name__ == "__main__":
    main()
