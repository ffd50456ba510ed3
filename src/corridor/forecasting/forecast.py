"""Forecast: the posterior run on, and pooled with what the reports alone say, as far as each has done well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from corridor.backtest.origins import Schedule
from corridor.backtest.runner import NoCache, run_forecasters, scored_forecasts
from corridor.backtest.tasks import forecast_tasks
from corridor.forecasters.base import HUB_LEVELS, ForecasterSet, ForecastTask
from corridor.forecasters.combination import SkillWeightedCombination
from corridor.forecasters.mechanism import Mechanism
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.forecasting.copula_coupling import corrected, corrections
from corridor.forecasting.hub_table import hub_rows, past_of_posterior, target_quantiles
from corridor.inference.filtered_history import site_names, under_five_groups
from corridor.inference.projection import project
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from corridor.engine.run.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

DRAWS = 100
"""Draws of the model on each earlier origin, by which it is judged."""

LOOKED_BACK_DAYS = 180
"""Earlier origins within so many days are looked at."""


@dataclass(frozen=True)
class Forecast:
    """Joint samples of the coming days, and quantiles of the fitted past.

    Attributes
    ----------
    scenario_name
        Name of the scenario.
    origin_date
        Last day known.
    horizon_days
        Days ahead.
    samples
        Whole people, member x date x place, for the days after the origin: the variables of
        ``TARGETS`` with cumulative ones since the start of the calendar, and ``stock_by_group``,
        ``deaths_by_group``.
    past
        The same without groups, quantile x date x place, from the start to the origin.
    sites
        Places that are no towns; sums of stocks are over them.
    weights
        How much the model and what reports alone say weigh in the stocks, by days ahead: rows of
        nominal_horizon, member and weight; none where the model stands alone.
    """

    scenario_name: str
    origin_date: date
    horizon_days: int
    samples: xr.Dataset
    past: xr.Dataset
    sites: tuple[str, ...] = ()
    weights: tuple[Mapping[str, str | int | float], ...] = ()

    def quantiles(self, levels: Sequence[float]) -> xr.Dataset:
        """Return quantiles of every target, quantile x date x place, people.

        Examples
        --------
        >>> forecast.quantiles([0.05, 0.5, 0.95]).stock.sel(place="camp")    # doctest: +SKIP
        """
        return target_quantiles(self.samples, levels, self.sites)

    def to_hub_table(self) -> list[dict[str, str | int | float]]:
        """Return the forecast as rows of a hubverse model-output table."""
        return hub_rows(self.quantiles(HUB_LEVELS), self.origin_date)

    def past_table(self) -> list[dict[str, str | int | float]]:
        """Return the fitted past in the same columns; horizons are zero or negative."""
        return hub_rows(self.past, self.origin_date)


def forecast(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    posterior: Posterior,
    observations: Observations | None = None,
    *,
    horizon_days: int = 28,
    members: int = 1000,
    seed: int,
    workers: int = 1,
    progress: Progress = None,
) -> Forecast:
    """Run the posterior on, and pool the people at each place with what reports alone say.

    Forecasts are made on earlier origins, too, with what was known then; how well the model, the trend
    of the reports and the last report carried forward did decides what each weighs. The simulated
    futures are then made to agree with the pool, member by member. An alternative is moved by as much
    as the scenario itself. Places without reports are left as they are.

    Parameters
    ----------
    scenario
        What happens next, as stated: the scenario itself or one of its alternatives. What became
        known after the posterior's last day is cut from it, but for what an alternative adds. A
        parameter that an alternative replaces is drawn from the prior that it states.
    posterior
        What is believed on the last day known.
    observations
        All reports; those that became known after the last day are cut here. Without them the model
        stands alone.
    horizon_days
        Days ahead.
    members
        Number of simulated futures; draws are used in turn.
    seed
        Decides every random number.
    workers
        Threads; their number changes the time and nothing else.
    progress
        Called with (done, total).

    Raises
    ------
    UsageError
        The horizon passes the end of the calendar.

    Examples
    --------
    >>> told = forecast(scenario, posterior, observations, horizon_days=28, seed=7)    # doctest: +SKIP
    >>> told.quantiles([0.1, 0.5, 0.9]).stock.sel(place="camp")    # doctest: +SKIP
    """
    ahead = partial(project, horizon_days=horizon_days, members=members, seed=seed, workers=workers)
    projected = Forecast(
        scenario_name=scenario.name,
        origin_date=posterior.as_of,
        horizon_days=horizon_days,
        samples=ahead(scenario, posterior, progress=progress),
        past=past_of_posterior(posterior),
        sites=site_names(scenario),
    )
    base = posterior.compiled.scenario
    if observations is None or not report_series(observations.known_by(posterior.as_of), base.start):
        return projected
    is_base = scenario.known_by(posterior.as_of) == base
    usual = projected.samples if is_base else ahead(base, posterior)
    quantiles, weights = _pooled(observations, posterior, usual, seed, workers, progress)
    change = corrections(usual, quantiles, HUB_LEVELS)
    shares = [group.share for group in scenario.groups]
    samples = corrected(projected.samples, change, shares, under_five_groups(scenario))
    return replace(projected, samples=samples, weights=weights)


def _pooled(
    observations: Observations, posterior: Posterior, usual: xr.Dataset, seed: int, workers: int, progress: Progress
) -> tuple[Floats, tuple[Mapping[str, str | int | float], ...]]:
    """Return the pool's quantiles of the people at each place, (place, day, level), and its weights."""
    scenario, origin = posterior.compiled.scenario, posterior.as_of
    horizons = Schedule().horizons
    places = tuple(place.place for place in scenario.places)
    days = tuple(range(1, usual.sizes["date"] + 1))
    now = ForecastTask(scenario, observations.known_by(origin), origin, places, days, seed)
    earlier = forecast_tasks(scenario, observations, _looked_back(day_of(origin, scenario.start)), seed)
    asked = [replace(one, workers=workers) for one in (*takewhile(lambda one: one.origin < origin, earlier), now)]
    asked = [one for one in asked if report_series(one.observations, scenario.start)]
    pool = SkillWeightedCombination()
    models = ForecasterSet(
        independent=(ReportsForecaster(),),
        sequential=(Mechanism(DRAWS, precomputed=(posterior, usual)),),
        combinations=(pool,),
    )
    answers = run_forecasters(asked, models, horizons, cache=NoCache(), progress=progress)
    shares = pool.weights(now, scored_forecasts(now, asked[:-1], answers, tuple(pool.prior), horizons))
    rows: tuple[Mapping[str, str | int | float], ...] = tuple(
        {"nominal_horizon": day, "member": member, "weight": round(float(share[day - 1]), 4)}
        for day in sorted({*(h for h in horizons if h < days[-1]), days[-1]})
        for member, share in shares.items()
    )
    return answers[pool.name, origin], rows


def _looked_back(day: int) -> Schedule:
    """Return the usual origins of a back-test, but for those that lie too far back."""
    usual = Schedule()
    skipped = max(0, -(-(day - LOOKED_BACK_DAYS - usual.first_day) // usual.every_days))
    return replace(usual, first_day=usual.first_day + skipped * usual.every_days)
