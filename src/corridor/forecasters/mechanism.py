"""Corridor in a back-test: the mechanism that runs from origin to origin, and the pool with what needs none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasters.base import BASELINES, HUB_LEVELS, Models, Trend
from corridor.forecasters.combination import Past, pool_weights, pooled
from corridor.forecasters.postprocessing import Said, dressed, situation_at
from corridor.forecasters.reports_model import FEW_PEOPLE
from corridor.inference.group_merging import merged
from corridor.inference.online_fit import RunningFit
from corridor.inference.projection import project
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from corridor.forecasters.base import Asked, Outcome
    from corridor.inference.posterior import Posterior
    from corridor.inference.report_series import ReportSeries
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

PRIOR = {"persistence": 1.0, "trend": 3.0, "mechanism": 1.0}
"""Members of the pool, and their weights before any outcome is known; that of the mechanism grows by as much as it
hears more reports than the others, who look at counts of the people present only."""


@dataclass(frozen=True)
class Mechanism:
    """The model of leaving, travelling and arriving, fitted to what was known and run on.

    What it forecasts are reports, so that each simulated future is moved to the last report, see `anchored`, and
    all of them are read against what became of earlier forecasts, see :mod:`corridor.forecasters.postprocessing`.

    Attributes
    ----------
    draws
        Draws of the posterior, and simulated futures.
    moves
        How often a stretch of days may be lived again, as in :class:`corridor.inference.online_fit.RunningFit`;
        a back-test has many origins and lives each day once, where the command `forecast` lives it again.
    at_hand
        The posterior of one origin and its futures, where they have been made already.
    """

    draws: int = 1000
    moves: int = 0
    at_hand: tuple[Posterior, xr.Dataset] | None = None

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return "mechanism"

    def begin(self) -> MechanismWalk:
        """Return the model before the first origin."""
        return MechanismWalk(self)


def anchored(stock: Floats, believed: Floats, reported: float) -> Floats:
    """Return simulated people moved to what was last reported of them, (member, day).

    Where a member holds fewer than were reported, the difference stays; where it holds more, whatever it goes on
    to gain or lose is taken in proportion.

    Parameters
    ----------
    stock
        Simulated people, (member, day).
    believed
        What each member held on the day of the report, (member,).
    reported
        What was reported.
    """
    share = np.minimum(1.0, (reported + FEW_PEOPLE) / (believed + FEW_PEOPLE))
    found: Floats = np.maximum(0.0, reported + (stock - believed[:, None]) * share[:, None])
    return found


@dataclass
class MechanismWalk:
    """The mechanism on its way through the origins; what it has said is remembered, to be read against what came."""

    model: Mechanism
    fit: RunningFit | None = None
    said: list[Said] = field(default_factory=list)

    def follow(self, asked: Asked) -> None:
        """Learn what was known by an origin whose forecast is at hand, and remember what was said."""
        series = report_series(asked.observations, asked.scenario.start)
        self.said += _in_short(asked, series, self._paths(asked, series))

    def forecast(self, asked: Asked) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        series = report_series(asked.observations, asked.scenario.start)
        paths = self._paths(asked, series)
        said = _in_short(asked, series, paths)
        found = np.full((len(asked.places), len(asked.days), len(HUB_LEVELS)), np.nan)
        for now in said:
            told = dressed(paths[now.place], now, self.said, series, asked.days, HUB_LEVELS)
            found[asked.places.index(now.place)] = told
        self.said += said
        return found

    def _paths(self, asked: Asked, series: Mapping[str, ReportSeries]) -> dict[str, Floats]:
        """Return simulated people at each place with reports from the origin on, (member, day), see `anchored`."""
        posterior, futures = self._run_on(asked)
        origin = day_of(asked.origin, asked.scenario.start)
        found = {}
        for place in asked.places:
            if place in series:
                stock = futures.stock.sel(place=place).transpose("member", "date").to_numpy()
                rows = np.arange(stock.shape[0]) % posterior.draws
                then, now = (posterior.believed(place, day)[rows] for day in (int(series[place].days[-1]), origin))
                path = np.hstack([now[:, None], stock])
                found[place] = anchored(path, then, float(series[place].people[-1]))
        return found

    def _run_on(self, asked: Asked) -> tuple[Posterior, xr.Dataset]:
        """Return what is believed on the origin, and its futures."""
        at_hand = self.model.at_hand
        if at_hand is not None and at_hand[0].as_of == asked.origin:
            return at_hand
        scenario = merged(asked.scenario, asked.observations)
        if self.fit is None:
            self.fit = RunningFit(draws=self.model.draws, seed=asked.seed, moves=self.model.moves)
        posterior = self.fit.learn(scenario, asked.observations, asked.origin, workers=asked.workers)
        futures = project(
            scenario,
            posterior,
            horizon_days=max(asked.days),
            members=self.model.draws,
            seed=asked.seed,
            workers=asked.workers,
        )
        return posterior, futures


def _in_short(asked: Asked, series: Mapping[str, ReportSeries], paths: Mapping[str, Floats]) -> list[Said]:
    """Return what simulated people, (member, day), say of each place."""
    origin = day_of(asked.origin, asked.scenario.start)
    return [
        Said(place, origin, situation_at(series[place], origin), np.median(people, axis=0))
        for place, people in paths.items()
    ]


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
        prior = np.array([weight * (_heard(asked) if m == "mechanism" else 1.0) for m, weight in self.prior.items()])
        found = np.array([pool_weights(known, float(day), HUB_LEVELS, prior) for day in asked.days])
        return dict(zip(members, found.T, strict=True))


def _heard(asked: Asked) -> float:
    """Return how many reports there are for each one that a series model looks at: what the mechanism hears more."""
    looked_at = sum(series.days.size for series in report_series(asked.observations, asked.scenario.start).values())
    return max(1.0, len(asked.observations.to_fit()) / max(1, looked_at))


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
