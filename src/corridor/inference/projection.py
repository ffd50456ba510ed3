"""Projection of the posterior: each draw run on from its state, as labelled samples of the coming days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.engine.compile.compile import Compiled, compile_scenario
from corridor.engine.compile.rates import Uncertain, rates_of, uncertain_parameters
from corridor.engine.run.ensemble import ensemble_of
from corridor.engine.run.members import rows_of
from corridor.engine.run.simulate import continue_members
from corridor.errors import UsageError
from corridor.inference.filtered_history import under_five_groups
from corridor.streams import stream
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.run.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.parameters import Parameter
    from corridor.scenario.scenario import Scenario


def project(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    posterior: Posterior,
    *,
    horizon_days: int = 28,
    members: int = 1000,
    seed: int,
    workers: int = 1,
    progress: Progress = None,
) -> xr.Dataset:
    """Return simulated futures, member x date x place: the posterior and its state run on by the model alone.

    Parameters
    ----------
    scenario
        What happens next, as stated: the scenario itself or one of its alternatives. What became
        known after the posterior's last day is cut from it, but for what an alternative adds. A
        parameter that an alternative replaces is drawn from the prior that it states.
    posterior
        The posterior on the last day known.
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
    """
    origin_day = day_of(posterior.as_of, scenario.start)
    last = origin_day + horizon_days
    if last >= scenario.n_days or horizon_days < 1:
        message = f"{horizon_days} days after {posterior.as_of} do not lie in the calendar, which ends {scenario.end}."
        raise UsageError(message)
    compiled = compile_scenario(scenario.known_by(posterior.as_of))
    rows = np.arange(members) % posterior.draws
    rates = rates_of(compiled, *_from_now_on(compiled, posterior, rows, seed))
    state = rows_of(posterior.end_state, rows)
    record, _ = continue_members(
        compiled, rates, state, days=(origin_day + 1, last), seed=seed, workers=workers, progress=progress
    )
    future = ensemble_of(compiled, record, first_day=origin_day + 1)
    return with_totals(
        future.data.drop_vars("flow"),
        under_five_groups(scenario),
        xr.DataArray(posterior.arrived[rows], dims=("member", "place")),
        xr.DataArray(posterior.died[rows], dims=("member", "place", "group")),
    )


def _from_now_on(compiled: Compiled, posterior: Posterior, rows: np.ndarray, seed: int) -> tuple[Uncertain, np.ndarray]:
    """Return what is uncertain from now on, and its draws: as learnt (multiplied, perhaps), or anew where replaced."""
    learnt = posterior.uncertain.parameters
    wanted = uncertain_parameters(compiled).parameters
    columns = {parameter: _column(parameter, learnt) for parameter in wanted}
    shared = {parameter: j for parameter, j in columns.items() if j is not None}
    replaced = tuple(parameter for parameter, j in columns.items() if j is None)
    anew = stream(seed, "replaced").standard_normal((rows.size, len(replaced)))
    normal = np.hstack([posterior.normal[rows][:, list(shared.values())], anew])
    return Uncertain((*shared, *replaced)), normal


def _column(parameter: Parameter, learnt: Sequence[Parameter]) -> int | None:
    """Return which learnt parameter gives the draws of a parameter: itself, or the one that it multiplies."""
    if parameter in learnt:
        return learnt.index(parameter)
    if parameter.factor == 1:
        return None
    for subject in (parameter.subject, None):
        for j, one in enumerate(learnt):
            if (one.name, one.subject, one.prior) == (parameter.name, subject, parameter.prior):
                return j
    return None


def with_totals(
    data: xr.Dataset, young: Sequence[int], arrived: xr.DataArray | int = 0, died: xr.DataArray | int = 0
) -> xr.Dataset:
    """Return the data with arrivals and deaths since the start, and those of children under five.

    Parameters
    ----------
    data
        What an ensemble holds.
    young
        Groups of children under five.
    arrived, died
        People up to the day before, (member, place) and (member, place, group).
    """
    deaths = data.deaths_by_group.cumsum("date") + died
    extended = data.assign(
        cumulative_arrivals=data.arrivals.cumsum("date") + arrived,
        cumulative_deaths=deaths.sum("group"),
    )
    if young:
        extended = extended.assign(
            stock_under_five=data.stock_by_group.isel(group=list(young)).sum("group"),
            cumulative_deaths_under_five=deaths.isel(group=list(young)).sum("group"),
        )
    return extended.transpose("member", "date", "place", ...)
