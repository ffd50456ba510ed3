"""The mechanism as a forecaster: fitted to what was known, simulated ahead, from origin to origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.postprocessing import PastForecast, postprocessed, situation_at
from corridor.forecasters.settings import FEW_PEOPLE
from corridor.forecasters.tilting import Histories
from corridor.inference.group_merging import merged
from corridor.inference.online_fit import RunningFit
from corridor.inference.present import stock_of
from corridor.inference.projection import project
from corridor.inference.report_series import ReportSeries, count_series, overtaken
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    import xarray as xr
    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask
    from corridor.inference.posterior import Posterior
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]


PER_DRAW = 2
"""Simulated histories for each draw: the more there are, the closer tilting comes to the combination."""


@dataclass(frozen=True)
class Mechanism:
    """The model of leaving, travelling and arriving, fitted to what was known and run on.

    It forecasts reports, so that each simulated future is moved to the last report, see `anchored`, and all of them
    are post-processed by the errors of earlier forecasts, see :mod:`corridor.forecasters.postprocessing`.

    Attributes
    ----------
    draws
        Draws of the posterior, and simulated futures.
    rejuvenations
        How often a window of days may be rejuvenated, as in :class:`corridor.inference.online_fit.RunningFit`;
        a back-test has many origins and passes each day once, where the command `forecast` rejuvenates.
    precomputed
        The posterior of one origin and its futures, where they have been made already.
    histories
        Where the simulated histories of each origin are stored for the combination; None stores none.
    """

    draws: int = 1000
    rejuvenations: int = 0
    precomputed: tuple[Posterior, xr.Dataset] | None = None
    histories: dict[date, Histories] | None = None

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return "mechanism"

    def begin(self) -> MechanismRun:
        """Return a run before the first origin."""
        return MechanismRun(self)


def anchored(stock: Floats, filtered: Floats, reported: float) -> Floats:
    """Return simulated people moved to what was last reported of them, (member, day).

    Where a member holds fewer than were reported, the difference stays; where it holds more, whatever it goes on
    to gain or lose is taken in proportion.

    Parameters
    ----------
    stock
        Simulated people, (member, day).
    filtered
        What each member held on the day of the report, (member,).
    reported
        What was reported.
    """
    share = np.minimum(1.0, (reported + FEW_PEOPLE) / (filtered + FEW_PEOPLE))
    people: Floats = np.maximum(0.0, reported + (stock - filtered[:, None]) * share[:, None])
    return people


@dataclass
class MechanismRun:
    """The mechanism under way; it stores its past forecasts, to be post-processed by their errors."""

    model: Mechanism
    fit: RunningFit | None = None
    past: list[PastForecast] = field(default_factory=list)

    def follow(self, task: ForecastTask) -> None:
        """Assimilate what was known by an origin whose forecast is at hand, and store the forecast."""
        counted = _counted(task)
        self.past += _summarised(task, counted, self._paths(task, counted))

    def forecast(self, task: ForecastTask) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        counted = _counted(task)
        paths = self._paths(task, counted)
        summaries = _summarised(task, counted, paths)
        quantiles = np.full((len(task.places), len(task.days), len(HUB_LEVELS)), np.nan)
        for now in summaries:
            rows = postprocessed(paths[now.place], now, self.past, counted.series, task.days, HUB_LEVELS)
            quantiles[task.places.index(now.place)] = rows
        self.past += summaries
        return quantiles

    def _paths(self, task: ForecastTask, counted: _Counted) -> dict[str, Floats]:
        """Return what would be reported at each counted place from the origin on, (member, day), see `anchored`.

        Where flows were reported since the last count, which the fit has read, it is not moved to that count.
        """
        posterior, projection = self._projected(task)
        if self.model.histories is not None:
            unchanged = self._unchanged(task, posterior, projection)
            self.model.histories[task.origin] = histories_of(posterior, unchanged, task.days, projection)
        origin = day_of(task.origin, task.scenario.start)
        paths = {}
        for place in task.places:
            if place in counted.series:
                last = counted.series[place]
                stock = projection.stock.sel(place=place).transpose("member", "date").to_numpy()
                rows = np.arange(stock.shape[0]) % posterior.draws
                factor = posterior.report_factor(place)[rows]
                then, now = (posterior.stock_draws(place, day)[rows] * factor for day in (int(last.days[-1]), origin))
                path = np.hstack([now[:, None], stock * factor[:, None]])
                paths[place] = path if place in counted.overtaken else anchored(path, then, float(last.people[-1]))
        return paths

    def _projected(self, task: ForecastTask) -> tuple[Posterior, xr.Dataset]:
        """Return the posterior on the origin, and its simulated futures."""
        precomputed = self.model.precomputed
        if precomputed is not None and precomputed[0].as_of == task.origin:
            return precomputed
        scenario = merged(task.scenario, task.observations)
        if self.fit is None:
            self.fit = RunningFit(draws=self.model.draws, seed=task.seed, rejuvenations=self.model.rejuvenations)
        posterior = self.fit.learn(scenario, task.observations, task.origin, workers=task.workers)
        return posterior, self._project(task, scenario, posterior)

    def _unchanged(self, task: ForecastTask, posterior: Posterior, projection: xr.Dataset) -> xr.Dataset:
        """Return the simulated futures in which nothing changes after the origin."""
        scenario = posterior.compiled.scenario
        unchanged = scenario.unchanged_after(task.origin)
        return projection if unchanged == scenario else self._project(task, unchanged, posterior)

    def _project(self, task: ForecastTask, scenario: Scenario, posterior: Posterior) -> xr.Dataset:
        """Return the simulated futures of a scenario."""
        return project(
            scenario,
            posterior,
            horizon_days=max(task.days),
            members=PER_DRAW * self.model.draws,
            seed=task.seed,
            workers=task.workers,
        )


def histories_of(
    posterior: Posterior, unchanged: xr.Dataset, days: Sequence[int], stated: xr.Dataset | None = None
) -> Histories:
    """Return the people present in simulated histories, on the last day known and on some days ahead.

    Parameters
    ----------
    posterior
        The posterior on the last day known.
    unchanged
        Simulated histories in which nothing changes after that day.
    days
        Days ahead.
    stated
        The same with all that is stated; None is no change.
    """
    order = ("member", "place", "date")
    net = (unchanged.unexplained_arrivals - unchanged.unexplained_departures).cumsum("date")
    changed = unchanged if stated is None else stated
    stock, flow, whole = (
        part.transpose(*order).to_numpy().astype(np.float64) for part in (unchanged.stock, net, changed.stock)
    )
    present = stock_of(posterior.compiled, posterior.end_state).sum(2).astype(np.float64)
    rows, ahead = np.arange(stock.shape[0]) % posterior.draws, np.asarray(days, dtype=np.int64)
    now, then, of_change = (part[:, :, ahead - 1] for part in (stock, flow, whole - stock))
    factor = np.column_stack([posterior.report_factor(place) for place in unchanged.place.to_numpy().tolist()])
    return Histories(present[rows], now, then, of_change, ahead, posterior.reporting.unseen_sd, factor[rows])


class _Counted(NamedTuple):
    """The counts of each place, and the places whose last count later flows have overtaken."""

    series: Mapping[str, ReportSeries]
    overtaken: Collection[str]


def _counted(task: ForecastTask) -> _Counted:
    """Return the counts that were known by the origin of a task."""
    start = task.scenario.start
    return _Counted(count_series(task.observations, start), overtaken(task.observations, start).keys())


def _summarised(task: ForecastTask, counted: _Counted, paths: Mapping[str, Floats]) -> list[PastForecast]:
    """Return the median of simulated people, (member, day), at each place, with its situation.

    Where flows have overtaken the last count, the fit of the origin stands for a count.
    """
    origin = day_of(task.origin, task.scenario.start)
    summaries = []
    for place, people in paths.items():
        middle, known = np.median(people, axis=0), counted.series[place]
        if place in counted.overtaken:
            known = ReportSeries(np.append(known.days, origin), np.append(known.people, middle[0]))
        summaries.append(PastForecast(place, origin, situation_at(known, origin), middle))
    return summaries
