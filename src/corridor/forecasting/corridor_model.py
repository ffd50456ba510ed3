"""Corridor in a back-test: the mechanism that runs from origin to origin, and the pool with what needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasting.forecast import HUB_LEVELS, forecast
from corridor.forecasting.models import BASELINES, Models, Trend
from corridor.forecasting.origins import series_of
from corridor.forecasting.pool import Past, pool_weights, pooled
from corridor.inference.running import RunningFit
from corridor.scenario.scenario import Group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor.forecasting.models import Asked, Outcome
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

PRIOR = {"persistence": 1.0, "trend": 3.0, "mechanism": 1.0}
"""Members of the pool, and their weights before any outcome is known."""


@dataclass(frozen=True)
class Mechanism:
    """The model of leaving, travelling and arriving, fitted to what was known and run on.

    What it forecasts are reports, so that each simulated future is moved by as much as the last report
    differs from what it holds for that day: a lasting difference between reports and truth stays.

    Attributes
    ----------
    draws
        Draws of the posterior, and simulated futures.
    moves
        How often a stretch of days may be lived again, as in :class:`corridor.inference.running.RunningFit`;
        a back-test has many origins and lives each day once, where the command `forecast` lives it again.
    """

    draws: int = 1000
    moves: int = 0

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return "mechanism"

    def begin(self) -> MechanismWalk:
        """Return the model before the first origin."""
        return MechanismWalk(self.draws, self.moves)


def all_alike(scenario: Scenario, observations: Observations) -> Scenario:
    """Return a scenario of one group, where nothing that is known tells groups apart: it runs faster."""
    names = {group.group for group in scenario.groups}
    told = {row.group for row in observations} | {row.subject for row in scenario.parameters}
    return scenario if names & told else replace(scenario, groups=(Group(group="everybody", share=1.0),))


@dataclass
class MechanismWalk:
    """The mechanism on its way through the origins."""

    draws: int
    moves: int
    fit: RunningFit | None = None

    def follow(self, asked: Asked) -> None:
        """Learn what was known by an origin whose forecast is at hand."""
        scenario = all_alike(asked.scenario, asked.observations)
        self._fitted(asked).learn(scenario, asked.observations, asked.origin, workers=asked.workers)

    def forecast(self, asked: Asked) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        fit = self._fitted(asked)
        scenario = all_alike(asked.scenario, asked.observations)
        posterior = fit.learn(scenario, asked.observations, asked.origin, workers=asked.workers)
        told = forecast(
            scenario,
            posterior,
            horizon_days=max(asked.days),
            members=self.draws,
            seed=asked.seed,
            workers=asked.workers,
        )
        stock = told.samples.stock.transpose("member", "place", "date").to_numpy()
        rows = [day - 1 for day in asked.days]
        series = series_of(asked.observations, asked.scenario.start)
        index = {row.place: p for p, row in enumerate(asked.scenario.places)}
        found = np.full((len(asked.places), len(asked.days), len(HUB_LEVELS)), np.nan)
        for p, place in enumerate(asked.places):
            if place not in series:
                continue
            last = int(series[place].days[-1])
            moved = fit.missed(place, last, float(series[place].people[-1]))
            people = np.maximum(0.0, stock[:, index[place], :][:, rows] + moved[:, None])
            found[p] = np.quantile(people, HUB_LEVELS, axis=0).T
        return found

    def _fitted(self, asked: Asked) -> RunningFit:
        if self.fit is None:
            self.fit = RunningFit(draws=self.draws, seed=asked.seed, moves=self.moves)
        return self.fit


@dataclass(frozen=True)
class Pooled:
    """Several models averaged by how well each has done: what Corridor says.

    Attributes
    ----------
    prior
        Weight of each member before any outcome is known.
    """

    prior: Mapping[str, float] = field(default_factory=lambda: PRIOR)

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return "corridor"

    def combine(self, asked: Asked, current: Mapping[str, Floats], past: Sequence[Outcome]) -> Floats:
        """Return people at `HUB_LEVELS`, (place, day, level)."""
        weights = self.weights(asked, past)
        said = np.array([current[member] for member in self.prior])
        share = np.array([weights[member] for member in self.prior])
        days = [pooled(said[:, :, t], share[:, t]) for t in range(len(asked.days))]
        return np.stack(days, axis=1)

    def weights(self, asked: Asked, past: Sequence[Outcome]) -> Mapping[str, Floats]:
        """Return the weight of each member for each day ahead, (day,)."""
        members = list(self.prior)
        shape = (len(members), len(past), len(HUB_LEVELS))
        known = Past(
            np.array([[row.quantiles[m] for row in past] for m in members]).reshape(shape),
            np.array([row.target.people for row in past], dtype=np.float64),
            np.array([row.target.horizon for row in past], dtype=np.float64),
            np.array([(asked.origin - row.target.date).days for row in past], dtype=np.float64),
        )
        prior = np.array(list(self.prior.values()))
        found = np.array([pool_weights(known, float(day), HUB_LEVELS, prior) for day in asked.days])
        return dict(zip(members, found.T, strict=True))


def corridor_models(scenario: Scenario, draws: int = 100) -> Models:
    """Return Corridor's pool, its members, and the baselines that it is held against.

    A scenario under a Flee preset has nothing uncertain to learn, and an instance of Flee knows things in
    hindsight: there the pool does without the mechanism.

    Parameters
    ----------
    scenario
        What is forecast.
    draws
        Draws of the mechanism.
    """
    if scenario.preset.is_flee:
        prior = {name: weight for name, weight in PRIOR.items() if name != "mechanism"}
        return Models(apart=(Trend(), *BASELINES), pools=(Pooled(prior),))
    return Models(apart=(Trend(), *BASELINES), in_order=(Mechanism(draws),), pools=(Pooled(),))
