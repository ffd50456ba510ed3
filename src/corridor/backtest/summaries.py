"""Scores summarised: by model, horizon and place, with skill, coverage and the spread of ranks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.scores import (
    COVERED,
    SCORES,
    Interval,
    is_covered,
    pit,
    skill_interval,
    skill_of,
)
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.baselines import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from corridor.forecasters.base import Target

    Floats = NDArray[np.float64]
    Chosen = NDArray[np.bool_]

ALL = "all"
"""All horizons, or all places, together."""

RIVALS = (Rule.PERSISTENCE.value, Rule.DRIFT.value)
"""Skill is given against the better of these two, and against each alone."""

BASELINES = tuple(rule.value for rule in Rule)
"""Skill is given against the best of all of these, too."""

RELIABILITY = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Levels of central intervals whose coverage a reliability diagram shows."""

LEAST_TARGETS = 20
"""A skill from fewer reports says little, and tables say so."""

BINS = 10
"""Bins of a histogram of PIT values."""

SKILLS = (
    "skill",
    "skill_log1p",
    *(f"skill_{rival}" for rival in RIVALS),
    *(f"skill_log1p_{rival}" for rival in RIVALS),
    "skill_best",
    "skill_log1p_best",
)
COLUMNS = (
    "model",
    "nominal_horizon",
    "place",
    "origins",
    "targets",
    *SCORES,
    *(f"coverage_{round(100 * level)}" for level in COVERED),
    "best_rival",
    "best_rival_log1p",
    "best_baseline",
    "best_baseline_log1p",
    *(f"{skill}{end}" for skill in SKILLS for end in ("", "_p05", "_p95")),
)
"""Columns of scores.csv."""


@dataclass(frozen=True)
class ScoredTargets:
    """Forecasts beside the reports by which they are scored.

    Attributes
    ----------
    targets
        The reports.
    quantiles
        Forecast of each model, people at `HUB_LEVELS`, (target, level).
    points
        Scores of each model, by name, (target,).
    block
        Origins to a block of the bootstrap.
    seed
        Decides resamples, and where ties of ranks fall.
    """

    targets: tuple[Target, ...]
    quantiles: Mapping[str, Floats]
    points: Mapping[str, Mapping[str, Floats]]
    block: int
    seed: int

    @cached_property
    def true(self) -> Floats:
        """Return the reported people, (target,)."""
        return np.array([target.people for target in self.targets])

    @cached_property
    def origin(self) -> NDArray[np.int64]:
        """Return the number of the origin of each target, (target,)."""
        ordinals = [target.origin.toordinal() for target in self.targets]
        number: NDArray[np.int64] = np.unique(ordinals, return_inverse=True)[1]
        return number

    @cached_property
    def horizons(self) -> tuple[int, ...]:
        """Return the nominal horizons that have targets."""
        return tuple(sorted({target.nominal_horizon for target in self.targets}))

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Return the places that have targets, in order of their names."""
        return tuple(sorted({target.place for target in self.targets}))

    def at(self, horizon: int | str = ALL, place: str = ALL) -> Chosen:
        """Return which targets belong to a horizon and a place, (target,)."""
        chosen = np.ones(len(self.targets), dtype=bool)
        if horizon != ALL:
            chosen &= self._nominal_horizons == horizon
        if place != ALL:
            chosen &= self._places == place
        return chosen

    @cached_property
    def _nominal_horizons(self) -> NDArray[np.int64]:
        return np.array([target.nominal_horizon for target in self.targets], dtype=np.int64)

    @cached_property
    def _places(self) -> NDArray[np.str_]:
        return np.array([target.place for target in self.targets], dtype=np.str_)

    @property
    def groups(self) -> tuple[int | str, ...]:
        """Return the nominal horizons, and after them all together."""
        return (*self.horizons, ALL)

    @property
    def baselines(self) -> tuple[str, ...]:
        """Return the baselines among the models."""
        return tuple(name for name in BASELINES if name in self.points)

    def best(self, score: str, among: tuple[str, ...]) -> Floats:
        """Return the scores of the best rival of each horizon, chosen over all places, (target,)."""
        scores = np.zeros(len(self.targets))
        for horizon in self.horizons:
            chosen = self.at(horizon)
            scores[chosen] = self.points[self.best_name(score, horizon, among)][score][chosen]
        return scores

    def best_name(self, score: str, horizon: int, among: tuple[str, ...]) -> str:
        """Return which of some rivals is the best one at a horizon."""
        sums = self._sums[score, horizon]
        return min(among, key=lambda name: sums[name])

    @cached_property
    def _sums(self) -> dict[tuple[str, int], dict[str, float]]:
        """Return the sum of each WIS of each model by score and horizon."""
        return {
            (score, horizon): {name: float(each[score][self.at(horizon)].sum()) for name, each in self.points.items()}
            for score in ("wis", "wis_log1p")
            for horizon in self.horizons
        }

    @cached_property
    def rows(self) -> list[dict[str, object]]:
        """Return the rows of scores.csv: every model, every horizon and place, and all together."""
        return [
            _row(self, model, horizon, place)
            for model in self.points
            for place in (ALL, *self.places)
            for horizon in self.groups
            if self.at(horizon, place).any()
        ]

    def skills(self, model: str, horizon: int | str, place: str) -> dict[str, Interval]:
        """Return the skills of a model; intervals only for all places together."""
        chosen = self.at(horizon, place)
        skills = {}
        for ending in ("", "_log1p"):
            score = f"wis{ending}"
            own = self.points[model][score][chosen]
            one_horizon_of_all_places = horizon != ALL and place == ALL
            every = {name: self.points[name][score][chosen] for name in self.baselines}
            against = {f"skill{ending}_{name}": {name: every[name]} for name in RIVALS}
            for name, among in ((f"skill{ending}", RIVALS), (f"skill{ending}_best", self.baselines)):
                best = {ALL: self.best(score, among)[chosen]}
                against[name] = {one: every[one] for one in among} if one_horizon_of_all_places else best
            for name, rivals in against.items():
                skills[name] = self._skill(own, rivals, chosen, is_whole=place == ALL)
        return skills

    def _skill(self, own: Floats, rivals: Mapping[str, Floats], chosen: Chosen, *, is_whole: bool) -> Interval:
        if not is_whole:
            return Interval(skill_of(own, rivals)[0], None, None)
        return skill_interval(own, rivals, self.origin[chosen], block=self.block, seed=self.seed)


def _row(scored: ScoredTargets, model: str, horizon: int | str, place: str) -> dict[str, object]:
    chosen = scored.at(horizon, place)
    quantiles, true = scored.quantiles[model][chosen], scored.true[chosen]
    skills = scored.skills(model, horizon, place) if has_rivals(scored) else {}
    stated: dict[str, object] = {
        "model": model,
        "nominal_horizon": horizon,
        "place": place,
        "origins": int(np.unique(scored.origin[chosen]).size),
        "targets": int(chosen.sum()),
        **{score: float(scored.points[model][score][chosen].mean()) for score in SCORES},
        **{
            f"coverage_{round(100 * level)}": float(is_covered(quantiles, HUB_LEVELS, true, level).mean())
            for level in COVERED
        },
    }
    for ending in ("", "_log1p"):
        known = isinstance(horizon, int) and has_rivals(scored)
        for column, among in (("best_rival", RIVALS), ("best_baseline", scored.baselines)):
            name = scored.best_name(f"wis{ending}", int(horizon), among) if known else None
            stated[f"{column}{ending}"] = name
    for skill in SKILLS:
        interval = skills.get(skill, Interval(None, None, None))
        stated |= {skill: interval.value, f"{skill}_p05": interval.low, f"{skill}_p95": interval.high}
    return stated


def has_rivals(scored: ScoredTargets) -> bool:
    """Whether both rivals are among the models, so that skill can be given."""
    return set(RIVALS) <= scored.points.keys()


def facts_of(scored: ScoredTargets) -> dict[str, object]:
    """Return what scores.json holds of the models: all places together, by horizon."""
    models = {}
    whole = {(row["model"], row["nominal_horizon"]): row for row in scored.rows if row["place"] == ALL}
    for model, table in scored.quantiles.items():
        ranks = pit(table, HUB_LEVELS, scored.true, seed=scored.seed)
        models[model] = {
            str(horizon): {
                **whole[model, horizon],
                "few_targets": int(scored.at(horizon).sum()) < LEAST_TARGETS,
                "coverage": {
                    str(level): float(
                        is_covered(table[scored.at(horizon)], HUB_LEVELS, scored.true[scored.at(horizon)], level).mean()
                    )
                    for level in RELIABILITY
                },
                "pit": np.histogram(ranks[scored.at(horizon)], BINS, (0, 1))[0].tolist(),
            }
            for horizon in scored.groups
        }
    return {"models": models}
