r"""How far ranges of totals over places hold: as if places were independent, and as their past errors went together.

    .venv/bin/python -m verification.totals --data ../shared/data

Each instance of the benchmark is forecast by `reports`, with what all other families of crises teach. For every origin
and horizon with reports of three places or more, their sum is held against the sum of as many forecasts: members go
through the quantiles of each place by normal scores that are independent, and then share what
:mod:`corridor.forecasters.dependence` makes of the reports known by the origin. Means over families, which count the
same.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

from corridor.benchmark.calibration import learnt_for
from corridor.benchmark.crises import read_crises
from corridor.benchmark.protocol import SEED, read_benchmark
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.combination import SkillWeightedCombination
from corridor.forecasters.dependence import with_shared
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.streams import stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corridor.benchmark.protocol import BenchmarkCrisis
    from corridor.forecasters.base import ForecastTask, Target
    from corridor.forecasters.learned import Learned

MEMBERS = 2000
LEAST_PLACES = 3
COVERED = (0.5, 0.8, 0.95)


class Total(NamedTuple):
    """Whether the ranges of a total held, by the share that they should hold."""

    crisis: str
    family: str
    horizon: int
    shared: float
    apart: tuple[bool, ...]
    together: tuple[bool, ...]


def totals_of(one: BenchmarkCrisis, learned: Learned) -> Iterator[Total]:
    """Yield each total of a crisis."""
    reports, combination = ReportsForecaster(learned), SkillWeightedCombination({"reports": 1.0}, learned=learned)
    for task in one.tasks:
        made, shared = reports.forecast(task), combination.shared(task)
        own = sorted((row for row in one.targets if row.origin == task.origin), key=lambda row: row.nominal_horizon)
        for horizon, rows in groupby(own, key=lambda row: row.nominal_horizon):
            targets = list(rows)
            if len(targets) >= LEAST_PLACES:
                scores = stream(SEED, "totals", horizon).standard_normal((MEMBERS, len(targets)))
                held = [_held(task, made, targets, part) for part in (scores, with_shared(scores, shared))]
                yield Total(one.crisis.name, one.crisis.family, horizon, shared, held[0], held[1])


def _held(task: ForecastTask, made: np.ndarray, targets: Sequence[Target], scores: np.ndarray) -> tuple[bool, ...]:
    """Return whether the total lies in the central range of each share of `COVERED`."""
    level = ndtr(scores / scores.std(axis=0))
    people = np.zeros(MEMBERS)
    for target, at in zip(targets, level.T, strict=True):
        quantiles = made[task.places.index(target.place), task.days.index(target.horizon)]
        people += np.interp(at, HUB_LEVELS, quantiles)
    total = sum(target.people for target in targets)
    return tuple(
        bool(low <= total <= high)
        for low, high in (np.quantile(people, [(1 - share) / 2, (1 + share) / 2]) for share in COVERED)
    )


def lines_of(totals: Sequence[Total]) -> Iterator[str]:
    """Yield the table."""
    yield "| horizon | totals | places | 50 % | 80 % | 95 % | 80 % by family |"
    yield "|---|---|---|---|---|---|---|"
    for horizon in sorted({one.horizon for one in totals}):
        families: dict[str, list[Total]] = defaultdict(list)
        for one in totals:
            if one.horizon == horizon:
                families[one.family].append(one)
        for name in ("apart", "together"):
            by_family = {key: np.mean([getattr(one, name) for one in rows], axis=0) for key, rows in families.items()}
            mean = np.mean(list(by_family.values()), axis=0)
            single = ", ".join(f"{key} {rates[1]:.0%}" for key, rates in sorted(by_family.items()))
            count = sum(map(len, families.values()))
            yield f"| {horizon} | {count} | {name} | {' | '.join(f'{rate:.1%}' for rate in mean)} | {single} |"


def main() -> None:
    """Forecast the instances and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    by_crisis = read_benchmark(options.data)
    families = {one.crisis.family for one in by_crisis.values()}
    learned = learnt_for(families, read_crises(options.data), by_crisis, lambda name: print(f"{name} was forecast."))
    totals = [total for one in by_crisis.values() for total in totals_of(one, learned[one.crisis.family])]
    for name in by_crisis:
        shared = [one.shared for one in totals if one.crisis == name]
        if shared:
            print(
                f"{name}: errors of two places have a correlation of {shared[0]:.2f} at first, {shared[-1]:.2f} at last"
            )
    print(*lines_of(totals), sep="\n")


if __name__ == "__main__":
    main()
