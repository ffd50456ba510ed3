r"""How good are forecasts of the four public instances? The tables of docs/explanation/skill.md and of the log.

Every 14 days from day 30 each model forecasts 7, 14 and 28 days ahead from what was known, as `corridor evaluate`
does, and is held against the reports that came later. The instances are read from the folders flee/ and flee_more/ of
the data, their faults mended; burundi, car, mali2012 and ssudan if --only names no others. What other crises teach is
learnt anew for each, without its family:

    .venv/bin/python -m verification.skill --data ../shared/data --seed 7 --workers 2 --out docs

The skill is against the better of persistence and drift, and against the best of five baselines, which are chosen by
instance and horizon after the fact; the range is 5 to 95 % of a block bootstrap over origins. With `--baselines-only`
nothing but the baselines is run. No window, metric or origin is chosen after seeing scores.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.evaluate import Scores, evaluate
from corridor.backtest.scores import COVERED, is_covered
from corridor.backtest.summaries import ALL
from corridor.benchmark.calibration import learnt_for
from corridor.benchmark.crises import FAMILIES, read_crises
from corridor.benchmark.protocol import read_benchmark
from corridor.forecasters.base import HUB_LEVELS, ForecasterSet
from corridor.forecasters.baselines import Baseline, Rule
from corridor.forecasters.defaults import default_forecasters
from corridor.provenance import now
from corridor.scenario.presets import Preset
from corridor.sources.flee import read_flee
from verification.pages import put_between

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.forecasters.learned import Learned

COLUMNS = (
    *("instance", "model", "horizon", "reports", "WIS", "WIS, log", "better rival", "skill", "skill, log"),
    *("against persistence", "against drift", "against the best baseline"),
)
PAGES = ("explanation/skill.md", "development/skill_log.md")
MEANS = ("skill", "skill_log1p", "skill_best", "skill_log1p_best")
TICK = 25
ON_THE_PAGE = ("corridor", "mechanism", "reports")
"""The models whose means stand on the page; those of the baselines are printed, and by instance in the log."""
INSTANCES = ("burundi", "car", "mali2012", "ssudan")


def scores_of(name: str, learned: Learned, asked: argparse.Namespace) -> Scores:
    """Return the scores of an instance, under Corridor's own law."""
    folder = next(path for part in ("flee", "flee_more") if (path := asked.data / part / name).is_dir())
    imported = read_flee(folder, preset=Preset.CORRIDOR, mend=True)
    models = (
        ForecasterSet(independent=tuple(Baseline(rule, learned) for rule in Rule))
        if asked.baselines_only
        else default_forecasters(imported.scenario, asked.draws, learned)
    )

    def tick(done: int, total: int) -> None:
        if done % TICK == 0 or done == total:
            print(f"{name}: {done} of {total} forecasts", file=sys.stderr, flush=True)

    return evaluate(
        imported.scenario,
        imported.observations,
        models=models,
        seed=asked.seed,
        workers=asked.workers,
        progress=tick,
    )


def signed(value: float | None) -> str:
    """Return a skill for the table."""
    return "–" if value is None else f"{value:+.2f}"


def skill_lines(name: str, rows: list[dict[str, object]]) -> list[str]:
    """Return the lines of one instance: every model at every horizon."""
    lines = []
    for row in rows:
        skill, log = (
            f"{signed(row[key])} ({signed(row[f'{key}_p05'])} to {signed(row[f'{key}_p95'])})"
            for key in ("skill", "skill_log1p")
        )
        alone = " | ".join(signed(row[f"skill_{rival}"]) for rival in ("persistence", "drift"))
        lines.append(
            f"| {name} | {row['model']} | {row['nominal_horizon']} | {row['targets']} | {row['wis']:,.0f} | "
            f"{row['wis_log1p']:.3f} | {row['best_rival']} | {skill} | {log} | {alone} | {signed(row['skill_best'])} |"
        )
    return lines


def mean_lines(found: dict[str, Scores], rows: dict[str, list[dict[str, object]]], models: Iterable[str]) -> list[str]:
    """Return the mean skill over instances and the pooled coverage, by model and horizon."""
    lines = []
    first = next(iter(found.values()))
    for model in models:
        for horizon in first.schedule.horizons:
            chosen = [
                row
                for each in rows.values()
                for row in each
                if (row["model"], row["nominal_horizon"]) == (model, horizon)
            ]
            means = [signed(float(np.mean([row[key] for row in chosen]))) for key in MEANS]
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
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--draws", type=int, default=100, help="draws of the mechanism")
    parser.add_argument("--baselines-only", action="store_true")
    parser.add_argument(
        "--only", nargs="*", default=INSTANCES, choices=FAMILIES, help="instances; four of the nine if not given"
    )
    parser.add_argument("--out", type=Path, help="folder of the manual, whose two tables are replaced")
    asked = parser.parse_args()
    if asked.out is not None and not all((asked.out / page).is_file() for page in PAGES):
        parser.error(f"{asked.out} has no {' and '.join(PAGES)}: --out names the folder of the manual, docs")
    if asked.out is not None and asked.baselines_only:
        parser.error("the table of the page is of corridor and its members: leave out --baselines-only, or --out")
    found, rows = {}, {}
    crises, by_crisis = read_crises(asked.data), read_benchmark(asked.data)
    families = dict.fromkeys(FAMILIES[name] for name in asked.only)
    learned = learnt_for(families, crises, by_crisis, lambda name: print(f"{name}: learnt from", file=sys.stderr))
    for name in asked.only:
        found[name] = scores_of(name, learned[FAMILIES[name]], asked)
        rows[name] = [row for row in found[name].to_rows() if row["place"] == ALL != row["nominal_horizon"]]
        print(*skill_lines(name, rows[name]), sep="\n", flush=True)
    models = list(next(iter(found.values())).quantiles)
    print(*mean_lines(found, rows, models), sep="\n")
    spent = os.times()
    took = f"{(spent.user + spent.system + spent.children_user + spent.children_system) / 60:.0f} minutes"
    means = "\n".join(
        [
            (
                f"Made on {now()[:10]} with `python -m verification.skill` on {', '.join(found)}, seed {asked.seed}, "
                f"{asked.draws} draws of the mechanism, in {took} of processor time."
            ),
            "",
            "| model | horizon | skill | skill, log | against the best baseline | the same, log | 50 % | 80 % | 95 % |",
            "|---|---|---|---|---|---|---|---|---|",
            *mean_lines(found, rows, [model for model in models if model in ON_THE_PAGE]),
            "",
        ]
    )
    each = "\n".join(
        [
            f"| {' | '.join(COLUMNS)} |",
            "|---|---|---|---|---|---|---|---|---|---|---|---|",
            *(line for name, each in rows.items() for line in skill_lines(name, each)),
            "",
        ]
    )
    if asked.out is not None:
        for page, name, text in zip(PAGES, ("skill", "skill instances"), (means, each), strict=True):
            put_between(asked.out / page, name, text)


if __name__ == "__main__":
    main()
