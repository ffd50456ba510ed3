"""Tables of forecasts scored by the protocol of the benchmark, beside each other.

All models of all files are scored on the targets that each of them has forecast; what a model left out is counted.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.backtest.families import CrisisSkill, family_skill
from corridor.backtest.scores import COVERED, is_covered, point_scores, skill_of
from corridor.backtest.summaries import BASELINES, LEAST_TARGETS, RIVALS
from corridor.benchmark.protocol import SCHEDULE, SEED
from corridor.errors import UsageError
from corridor.forecasters.base import HUB_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.backtest.families import FamilySkill
    from corridor.benchmark.protocol import BenchmarkCrisis
    from corridor.benchmark.tables import Forecasts
    from corridor.forecasters.base import Target

HEADER = (
    *("model", "horizon", "skill", "skill, log", "against the best baseline", "50 %", "80 %", "95 %"),
    *("families", "reports"),
)
KINDS = (("skill", "wis", RIVALS), ("skill_log1p", "wis_log1p", RIVALS), ("skill_best", "wis", BASELINES))
"""Skills of the table: name, score, and the rivals of which the best one counts."""


class BenchmarkScore(NamedTuple):
    """The scores of a model at a horizon.

    Attributes
    ----------
    model, horizon
        Which.
    skills
        Mean skill over families with its bootstrap, by the names in `KINDS`.
    coverage
        Share of reports in the central interval, by level.
    """

    model: str
    horizon: int
    skills: Mapping[str, FamilySkill]
    coverage: Mapping[float, float]

    def facts(self) -> dict[str, object]:
        """Return the scores for machines."""
        return {
            "model": self.model,
            "horizon": self.horizon,
            **{name: skill._asdict() for name, skill in self.skills.items()},
            **{f"coverage_{round(100 * level)}": share for level, share in self.coverage.items()},
        }

    def line(self) -> str:
        """Return the scores as a line of the table."""
        words = [_words(skill) for skill in self.skills.values()]
        held = [f"{share:.0%}" for share in self.coverage.values()]
        first = self.skills["skill"]
        return (
            f"| {' | '.join((self.model, str(self.horizon), *words, *held, str(first.families), str(first.targets)))} |"
        )


def score_forecasts(forecasts: Forecasts, by_crisis: Mapping[str, BenchmarkCrisis]) -> list[BenchmarkScore]:
    """Return the scores of each model at each horizon.

    Parameters
    ----------
    forecasts
        By model and target.
    by_crisis
        What was to be forecast, by crisis.

    Raises
    ------
    UsageError
        There is no forecast of persistence or drift, against which skill is given, or no target that all have forecast.
    """
    if lacking := [rival for rival in RIVALS if rival not in forecasts]:
        message = f"There is no forecast of {' and '.join(lacking)}: give the file of the baselines, too."
        raise UsageError(message)
    common = {
        name: [row for row in one.targets if all(one.key(row) in made for made in forecasts.values())]
        for name, one in by_crisis.items()
    }
    if not any(common.values()):
        message = f"No target was forecast by all of {', '.join(forecasts)}. tasks.csv lists them with their names."
        raise UsageError(message)
    return [score for horizon in SCHEDULE.horizons for score in _at(horizon, forecasts, by_crisis, common)]


def left_out(forecasts: Forecasts, by_crisis: Mapping[str, BenchmarkCrisis]) -> dict[str, tuple[int, int]]:
    """Return how many targets each model left out, and how many of its forecasts are of no target."""
    targets = {one.key(row) for one in by_crisis.values() for row in one.targets}
    return {model: (len(targets - made.keys()), len(made.keys() - targets)) for model, made in forecasts.items()}


def table_of(scores: Sequence[BenchmarkScore]) -> str:
    """Return the table in Markdown."""
    return "\n".join([f"| {' | '.join(HEADER)} |", "|---" * len(HEADER) + "|", *(score.line() for score in scores)])


def _at(
    horizon: int, forecasts: Forecasts, by_crisis: Mapping[str, BenchmarkCrisis], common: Mapping[str, Sequence[Target]]
) -> Iterator[BenchmarkScore]:
    """Yield the scores of each model at a horizon."""
    skills: dict[tuple[str, str], list[CrisisSkill]] = defaultdict(list)
    covered: dict[tuple[str, float], list[NDArray[np.bool_]]] = defaultdict(list)
    for name, one in by_crisis.items():
        used = [row for row in common[name] if row.nominal_horizon == horizon]
        if not used:
            continue
        true = np.array([row.people for row in used])
        tables = {model: np.array([made[one.key(row)] for row in used]) for model, made in forecasts.items()}
        scores = {model: point_scores(table, HUB_LEVELS, true) for model, table in tables.items()}
        for model, table in tables.items():
            for kind, score, among in KINDS:
                rivals = {rival: scores[rival][score] for rival in among if rival in scores}
                skill, _ = skill_of(scores[model][score], rivals)
                if skill is not None:
                    skills[model, kind].append(CrisisSkill(name, one.crisis.family, skill, len(used)))
            for level in COVERED:
                covered[model, level].append(is_covered(table, HUB_LEVELS, true, level))
    for model in dict.fromkeys(model for model, _ in skills):
        means = {kind: family_skill(skills[model, kind], least=LEAST_TARGETS, seed=SEED) for kind, *_ in KINDS}
        held = {level: float(np.concatenate(covered[model, level]).mean()) for level in COVERED}
        yield BenchmarkScore(model, horizon, means, held)


def _words(skill: FamilySkill) -> str:
    if skill.value is None:
        return "–"
    return f"{skill.value:+.2f}" + ("" if skill.low is None else f" ({skill.low:+.2f} to {skill.high:+.2f})")
