"""Forecast: the posterior run on, and pooled with what the reports alone say, as far as each has done well."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from corridor.forecasting.baselines import Rule
from corridor.forecasting.corridor_model import Mechanism, Pooled
from corridor.forecasting.futures import HUB_LEVELS, run_on
from corridor.forecasting.models import Asked, Baseline, Models, Trend
from corridor.forecasting.origins import Schedule, series_of
from corridor.forecasting.reconcile import corrected, corrections
from corridor.forecasting.rolling import Forgetful, answers_of, outcomes, questions
from corridor.inference.past import young_groups
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from corridor.engine.simulate import Progress
    from corridor.forecasting.futures import Forecast
    from corridor.inference.posterior import Posterior
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

DRAWS = 100
"""Draws of the model on each earlier origin, by which it is judged."""

LOOKED_BACK_DAYS = 180
"""Earlier origins within so many days are looked at."""


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
    ahead = partial(run_on, horizon_days=horizon_days, members=members, seed=seed, workers=workers)
    told = ahead(scenario, posterior, progress=progress)
    base = posterior.compiled.scenario
    if observations is None or not series_of(observations.known_by(posterior.as_of), base.start):
        return told
    is_base = scenario.known_by(posterior.as_of) == base
    usual = told if is_base else ahead(base, posterior)
    quantiles, weights = _pooled(observations, posterior, usual, seed, workers, progress)
    change = corrections(usual.samples, quantiles, HUB_LEVELS)
    shares = [group.share for group in scenario.groups]
    return replace(told, samples=corrected(told.samples, change, shares, young_groups(scenario)), weights=weights)


def _pooled(
    observations: Observations, posterior: Posterior, usual: Forecast, seed: int, workers: int, progress: Progress
) -> tuple[Floats, tuple[Mapping[str, str | int | float], ...]]:
    """Return the pool's quantiles of the people at each place, (place, day, level), and its weights."""
    scenario, origin = posterior.compiled.scenario, posterior.as_of
    horizons = Schedule().horizons
    places = tuple(place.place for place in scenario.places)
    days = tuple(range(1, usual.horizon_days + 1))
    now = Asked(scenario, observations.known_by(origin), origin, places, days, seed)
    earlier = questions(scenario, observations, _looked_back(day_of(origin, scenario.start)), seed)
    asked = [replace(one, workers=workers) for one in (*takewhile(lambda one: one.origin < origin, earlier), now)]
    asked = [one for one in asked if series_of(one.observations, scenario.start)]
    pool = Pooled()
    models = Models(
        apart=(Trend(), Baseline(Rule.PERSISTENCE)),
        in_order=(Mechanism(DRAWS, at_hand=(posterior, usual)),),
        pools=(pool,),
    )
    answers = answers_of(asked, models, horizons, keeper=Forgetful(), progress=progress)
    shares = pool.weights(now, outcomes(now, asked[:-1], answers, tuple(pool.prior), horizons))
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
