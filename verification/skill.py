r"""How good are forecasts of the four public instances? The tables of docs/explanation/skill.md and of the log.

Every 14 days from day 30 each model forecasts 7, 14 and 28 days ahead from what was known, as `corridor evaluate`
does, and is held against the reports that came later. The instances are read as they stand from a folder that holds
burundi, car, mali2012 and ssudan:

    .venv/bin/python -m verification.skill --instances ../shared/data/flee --seed 7 --workers 2 \
        --out docs

The skill is against the better of persistence and drift, which is chosen by instance and horizon after the fact; the
range is 5 to 95 % of a block bootstrap over origins. With `--baselines-only` nothing but the baselines is run, which
takes a minute. No window, metric or origin is chosen after seeing scores.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from corridor.backtest.evaluate import Scores, evaluate
from corridor.backtest.scores import COVERED, is_covered
from corridor.forecasters.base import HUB_LEVELS, ForecasterSet
from corridor.forecasters.baselines import BASELINES
from corridor.forecasters.defaults import default_forecasters
from corridor.provenance import clock_s, now
from corridor.scenario.presets import Preset
from corridor.sources.flee import read_flee
from verification.pages import put_between

COLUMNS = (
    *("instance", "model", "horizon", "reports", "WIS", "WIS, log", "better rival", "skill", "skill, log"),
    *("against persistence", "against drift"),
)
INSTANCES = ("burundi", "car", "mali2012", "ssudan")


def scores_of(folder: Path, asked: argparse.Namespace) -> Scores:
    """Return the scores of an instance, under Corridor's own law."""
    imported = read_flee(folder, preset=Preset.CORRIDOR)
    models = (
        ForecasterSet(independent=BASELINES)
        if asked.baselines_only
        else default_forecasters(imported.scenario, asked.draws)
    )

    def tick(done: int, total: int) -> None:
        print(f"\r{folder.name}: {done} of {total} forecasts", end="", file=sys.stderr, flush=True)

    found = evaluate(
        imported.scenario,
        imported.observations,
        models=models,
        seed=asked.seed,
        workers=asked.workers,
        progress=tick,
    )
    print(file=sys.stderr)
    return found


def signed(value: float | None) -> str:
    """Return a skill for the table."""
    return "–" if value is None else f"{value:+.2f}"


def skill_lines(name: str, scores: Scores) -> list[str]:
    """Return the rows of one instance: every model at every horizon."""
    lines = []
    for row in scores.to_rows():
        if row["place"] == "all" and row["nominal_horizon"] != "all":
            skill, log = (
                f"{signed(row[key])} ({signed(row[f'{key}_p05'])} to {signed(row[f'{key}_p95'])})"
                for key in ("skill", "skill_log1p")
            )
            alone = " | ".join(signed(row[f"skill_{rival}"]) for rival in ("persistence", "drift"))
            lines.append(
                f"| {name} | {row['model']} | {row['nominal_horizon']} | {row['targets']} | {row['wis']:,.0f} | "
                f"{row['wis_log1p']:.3f} | {row['best_rival']} | {skill} | {log} | {alone} |"
            )
    return lines


def mean_lines(found: dict[str, Scores]) -> list[str]:
    """Return the mean skill over instances and the pooled coverage, by model and horizon."""
    lines = []
    first = next(iter(found.values()))
    for model in first.quantiles:
        for horizon in first.schedule.horizons:
            rows = [
                row
                for scores in found.values()
                for row in scores.to_rows()
                if (row["model"], row["nominal_horizon"], row["place"]) == (model, horizon, "all")
            ]
            means = [signed(float(np.mean([row[key] for row in rows]))) for key in ("skill", "skill_log1p")]
            held = [f"{share:.0%}" for share in pooled_coverage(found, model, horizon)]
            lines.append(f"| {model} | {horizon} | {' | '.join([*means, *held])} |")
    return lines


def pooled_coverage(found: dict[str, Scores], model: str, horizon: int) -> list[float]:
    """Return the share of all reports of all instances within each central interval."""
    said, true = [], []
    for scores in found.values():
        chosen = [n for n, target in enumerate(scores.targets) if target.nominal_horizon == horizon]
        said.append(scores.quantiles[model][chosen])
        true += [scores.targets[n].people for n in chosen]
    table = np.concatenate(said)
    return [float(is_covered(table, HUB_LEVELS, np.array(true), level).mean()) for level in COVERED]


def main() -> None:
    """Run, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--draws", type=int, default=100, help="draws of the mechanism")
    parser.add_argument("--baselines-only", action="store_true")
    parser.add_argument("--out", type=Path, help="folder of the manual, whose two tables are replaced")
    asked = parser.parse_args()
    found, began = {}, clock_s()
    for name in INSTANCES:
        found[name] = scores_of(asked.instances / name, asked)
    took = f"{(clock_s() - began) / 60:.0f} minutes on {asked.workers} workers"
    means = "\n".join(
        [
            (
                f"Made on {now()[:10]} with `python -m verification.skill`, seed {asked.seed}, {asked.draws} draws of "
                f"the mechanism, in {took}."
            ),
            "",
            "| model | horizon | mean skill | mean skill, log | 50 % | 80 % | 95 % |",
            "|---|---|---|---|---|---|---|",
            *mean_lines(found),
            "",
        ]
    )
    each = "\n".join(
        [
            f"| {' | '.join(COLUMNS)} |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
            *(line for name, scores in found.items() for line in skill_lines(name, scores)),
            "",
        ]
    )
    print(means, each, sep="\n")
    if asked.out is not None:
        put_between(asked.out / "explanation" / "skill.md", "skill", means)
        put_between(asked.out / "development" / "skill_log.md", "skill instances", each)


if __name__ == "__main__":
    main()
