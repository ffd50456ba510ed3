"""Projection of the posterior: each draw run on from its state, as labelled samples of the coming days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import Uncertain, rates_of, uncertain_parameters
from corridor.engine.run.ensemble import ensemble_of, labelled
from corridor.engine.run.members import (
    Members,
    check_conservation,
    copy_of,
    day_effects_of,
    day_effects_size,
    empty_record,
    rows_of,
    sim_state_of,
)
from corridor.engine.run.simulate import members_joined, over, run_days
from corridor.errors import UsageError
from corridor.inference.filtered_history import under_five_groups
from corridor.inference.unexplained_flow import DRIFT_DAYS, MONTH_DAYS, drift_sd
from corridor.streams import stream, streams
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.cluster import Cluster, Workers
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import DayEffects, Floats, Ints, State
    from corridor.engine.run.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.parameters import Parameter
    from corridor.scenario.scenario import Scenario

    _Shared = tuple[Scenario, Posterior, int, int]

FLOWS = ("unexplained_arrivals", "unexplained_departures")
"""What the network neither brings nor takes, people a day."""


class ChosenHistories(NamedTuple):
    """Histories that are run again: which they are, where everybody is today, and their unexplained flows.

    Attributes
    ----------
    which
        Index of each, (m,): it decides the draw and the random numbers.
    flows
        Unexplained flow of each day, people, (m, day, place).
    state
        Today; None is that of the draw.
    """

    which: Ints
    flows: Ints
    state: State | None = None

    def first(self, members: int | None) -> ChosenHistories:
        """Return the first so many of them; None is all."""
        return self.some(slice(members))

    def some(self, rows: slice) -> ChosenHistories:
        """Return some of them."""
        state = self.state if self.state is None else copy_of(rows_of(self.state, rows))
        return ChosenHistories(self.which[rows], self.flows[rows], state)


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
    deaths + unexplained_arrivals - unexplained_departures`` (people held back at screening aside).

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
    origin_day = _origin_day(scenario, posterior, horizon_days)
    last = origin_day + horizon_days
    if not isinstance(workers, int):
        assert not isinstance(members, range), "a block of members is simulated by one worker"
        return _spread(workers, (scenario, posterior, horizon_days, seed), members, progress)
    compiled = compile_scenario(scenario.known_by(posterior.as_of))
    chosen = members if isinstance(members, ChosenHistories) else None
    which = np.asarray(range(members) if isinstance(members, int) else members) if chosen is None else chosen.which
    rows = which % posterior.draws
    block = Members(
        rates_of(compiled, *_from_now_on(compiled, posterior, rows, which, seed)),
        rows_of(posterior.end_state, rows) if chosen is None or chosen.state is None else copy_of(chosen.state),
        empty_record(compiled, which.size, horizon_days),
        _effects(compiled, posterior, which, horizon_days, seed, None if chosen is None else chosen.flows),
    )

    def one(m: int) -> None:
        chance = streams(seed, "forecast", int(which[m]))
        run_days(sim_state_of(compiled.program, block.some(slice(m, m + 1)), chance), origin_day + 1, last)

    over(one, which.size, workers, progress)
    check_conservation(block.state)
    future = ensemble_of(compiled, block.record, first_day=origin_day + 1).data.drop_vars("flow")
    change = block.record.place["unexplained"]
    dims = ("member", "date", "place")
    by_sign = dict(zip(FLOWS, (np.maximum(change, 0), np.maximum(-change, 0)), strict=True))
    return with_totals(
        future.assign({name: (dims, people) for name, people in by_sign.items()}),
        under_five_groups(scenario),
        xr.DataArray(posterior.arrived[rows], dims=("member", "place")),
        xr.DataArray(posterior.died[rows], dims=("member", "place", "group")),
    )


def _origin_day(scenario: Scenario, posterior: Posterior, horizon_days: int) -> int:
    """Return the day of the calendar that the posterior ends on; refuse days ahead that do not lie in it."""
    origin_day = day_of(posterior.as_of, scenario.start)
    if origin_day + horizon_days >= scenario.n_days or horizon_days < 1:
        message = f"{horizon_days} days after {posterior.as_of} do not lie in the calendar, which ends {scenario.end}."
        raise UsageError(message)
    return origin_day


def _spread(cluster: Cluster, shared: _Shared, members: int | ChosenHistories, progress: Progress) -> xr.Dataset:
    """Return histories that the workers of a cluster have simulated, in blocks."""
    blocks = cluster.blocks(members if isinstance(members, int) else members.which.size)
    items: list[range | ChosenHistories] = [
        rows if isinstance(members, int) else members.some(slice(rows.start, rows.stop)) for rows in blocks
    ]
    return members_joined(cluster.spread(_block, shared, items), blocks, progress)


def _block(shared: _Shared, members: range | ChosenHistories) -> xr.Dataset:
    """Return some simulated histories; a task of a cluster."""
    scenario, posterior, horizon_days, seed = shared
    return project(scenario, posterior, horizon_days=horizon_days, members=members, seed=seed)


def _effects(
    compiled: Compiled, posterior: Posterior, which: Ints, days: int, seed: int, flows: Ints | None
) -> DayEffects:
    """Return the random effects of the days ahead and their unexplained flows, which are drawn where none are given."""
    size = (1, days, day_effects_size(compiled))
    numbers = np.concatenate([stream(seed, "forecast/weather", int(m)).standard_normal(size) for m in which])
    relative = _relative_flows(posterior, which, days, seed) if flows is None else np.zeros(flows.shape)
    people = np.zeros(relative.shape, dtype=np.int64) if flows is None else np.ascontiguousarray(flows)
    return day_effects_of(compiled, numbers)._replace(relative_flow=relative, people_flow=people)


def _relative_flows(posterior: Posterior, which: Ints, days: int, seed: int) -> Floats:
    """Return the unexplained flow of each day for each person present, log units, (m, day, place).

    The drift of each counted place goes on as the Ornstein-Uhlenbeck process that the fit took it for, and each day
    has noise of its own.
    """
    drift = posterior.drift[which % posterior.draws]
    shape = (days, drift.shape[1], 2)
    noise = np.stack([stream(seed, "forecast/unexplained", int(m)).standard_normal(shape) for m in which])
    sd, keep = posterior.reporting.unseen_sd, np.exp(-1.0 / DRIFT_DAYS)
    own = drift_sd(sd) * np.sqrt(1 - keep**2)
    flows = np.zeros((which.size, days, drift.shape[1]))
    for t in range(days):
        drift = keep * drift + own * noise[:, t, :, 1]
        flows[:, t] = drift + sd / np.sqrt(MONTH_DAYS) * noise[:, t, :, 0]
    flows[:, :, ~(posterior.drift != 0).any(0)] = 0.0
    return flows


def _from_now_on(
    compiled: Compiled, posterior: Posterior, rows: Ints, which: Ints, seed: int
) -> tuple[Uncertain, Floats]:
    """Return what is uncertain from now on, and its draws: as learnt (multiplied, perhaps), or anew where replaced."""
    learnt = posterior.uncertain.parameters
    wanted = uncertain_parameters(compiled).parameters
    columns = [_column(parameter, learnt) for parameter in wanted]
    shared = {parameter: j for parameter, j in zip(wanted, columns, strict=True) if j is not None}
    replaced = tuple(parameter for parameter, j in zip(wanted, columns, strict=True) if j is None)
    count = int(which.max()) + 1
    anew = stream(seed, "replaced").standard_normal((count, len(replaced)))[which]
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
