"""Projection of the posterior: each draw run on from its state, as labelled samples of the coming days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.engine.run.ensemble import ensemble_of, labelled
from corridor.engine.run.simulate import advancing, members_joined
from corridor.inference.filtered_history import under_five_groups
from corridor.inference.reprojection import ChosenHistories, Reprojection, origin_day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.cluster import Cluster, Workers
    from corridor.engine.run.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.scenario import Scenario

    _Shared = tuple[Scenario, Posterior, int, int]

FLOWS = ("unexplained_arrivals", "unexplained_departures")
"""What the network neither brings nor takes, people a day."""


def project(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    posterior: Posterior,
    *,
    horizon_days: int = 28,
    members: int | range | ChosenHistories = 1000,
    seed: int,
    workers: Workers = 1,
    progress: Progress = None,
) -> xr.Dataset:
    """Return simulated histories of the coming days, member x date x place: the posterior and its state run on.

    In each of them, in every place and on every day, ``stock = stock of the day before + arrivals - departures -
    deaths + unexplained_arrivals - unexplained_departures`` (people held back at screening aside). Member x route:
    ``set_out``, people who set out along each on these days.

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
        Number of simulated histories, drawn from the posterior (draws are used in turn), or which of them, or
        histories that were chosen among such before, with their unexplained flows: each has its own random numbers,
        whatever others are simulated beside it.
    seed
        Decides every random number.
    workers
        Threads, or a cluster; they change the time and nothing else.
    progress
        Called with (done, total).

    Raises
    ------
    UsageError
        The horizon passes the end of the calendar.
    """
    origin_day = origin_day_of(scenario, posterior, horizon_days)
    if not isinstance(workers, int):
        assert not isinstance(members, range), "a block of members is simulated by one worker"
        return _spread(workers, (scenario, posterior, horizon_days, seed), members, progress)
    chosen = members if isinstance(members, ChosenHistories) else ChosenHistories(np.arange(*_ends(members)))
    projection = Reprojection(posterior, chosen, horizon_days=horizon_days, seed=seed)
    compiled, record = projection.under(scenario, workers=workers, progress=progress)
    future = ensemble_of(compiled, record, first_day=origin_day + 1).data.drop_vars("flow")
    change = record.place["unexplained"]
    dims = ("member", "date", "place")
    by_sign = dict(zip(FLOWS, (np.maximum(change, 0), np.maximum(-change, 0)), strict=True))
    data = with_totals(
        future.assign({name: (dims, people) for name, people in by_sign.items()}),
        under_five_groups(scenario),
        xr.DataArray(posterior.arrived[projection.rows], dims=("member", "place")),
        xr.DataArray(posterior.died[projection.rows], dims=("member", "place", "group")),
    )
    return labelled(data.assign(set_out=(("member", "route"), record.flow.sum(1, dtype=np.int64))))


def _ends(members: int | range) -> tuple[int, int]:
    return (0, members) if isinstance(members, int) else (members.start, members.stop)


def _spread(cluster: Cluster, shared: _Shared, members: int | ChosenHistories, progress: Progress) -> xr.Dataset:
    """Return histories that the workers of a cluster have simulated, in blocks."""
    blocks = cluster.blocks(members if isinstance(members, int) else members.which.size)
    items: list[range | ChosenHistories] = [
        rows if isinstance(members, int) else members.some(slice(rows.start, rows.stop)) for rows in blocks
    ]
    return members_joined(advancing(cluster.spread(_block, shared, items), blocks[-1].stop, progress), blocks[-1].stop)


def _block(shared: _Shared, members: range | ChosenHistories) -> xr.Dataset:
    """Return some simulated histories; a task of a cluster."""
    scenario, posterior, horizon_days, seed = shared
    return project(scenario, posterior, horizon_days=horizon_days, members=members, seed=seed)


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
    totals = {
        "cumulative_arrivals": data.arrivals.cumsum("date") + arrived,
        "cumulative_deaths": deaths.sum("group"),
    }
    if young:
        totals |= {
            "stock_under_five": data.stock_by_group.isel(group=list(young)).sum("group"),
            "cumulative_deaths_under_five": deaths.isel(group=list(young)).sum("group"),
        }
    return labelled(data.assign(totals).transpose("member", "date", "place", ...))
