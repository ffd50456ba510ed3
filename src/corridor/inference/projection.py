"""Projection of the posterior: each draw run on from its state, as labelled samples of the coming days."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

from corridor.engine.compile.compile import Compiled, compile_scenario
from corridor.engine.compile.rates import Uncertain, rates_of, uncertain_parameters
from corridor.engine.run.ensemble import ensemble_of, labelled
from corridor.engine.run.members import (
    Members,
    check_conservation,
    copy_of,
    day_effects_of,
    day_effects_size,
    each,
    empty_record,
    rows_of,
    sim_state_of,
)
from corridor.engine.run.simulate import kernel_for, over
from corridor.errors import UsageError
from corridor.inference.filtered_history import under_five_groups
from corridor.inference.unexplained_flow import DRIFT_DAYS, MONTH_DAYS, booked, drift_sd, with_unexplained
from corridor.streams import stream, streams
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Floats, Ints, Record, SimState, State
    from corridor.engine.run.simulate import Kernel, Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.parameters import Parameter
    from corridor.scenario.scenario import Scenario

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
        rows = np.arange(self.which.size)[:members]
        state = self.state if self.state is None else rows_of(self.state, rows)
        return ChosenHistories(self.which[rows], self.flows[rows], state)


def project(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    posterior: Posterior,
    *,
    horizon_days: int = 28,
    members: int | ChosenHistories = 1000,
    seed: int,
    workers: int = 1,
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
        Number of simulated histories, drawn from the posterior (draws are used in turn), or histories that were
        chosen among such before, with their unexplained flows: each has its own random numbers, whatever others
        are simulated beside it.
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
    chosen = members if isinstance(members, ChosenHistories) else None
    which = np.arange(members) if isinstance(members, int) else members.which
    rows = which % posterior.draws
    run = _Run(compiled, posterior, which, rows, seed, workers)
    if chosen is not None and chosen.state is not None:
        run.state = copy_of(chosen.state)
    record, change = _run_on(run, origin_day + 1, last, None if chosen is None else chosen.flows, progress)
    future = ensemble_of(compiled, record, first_day=origin_day + 1).data.drop_vars("flow")
    dims = ("member", "date", "place")
    by_sign = dict(zip(FLOWS, (np.maximum(change, 0), np.maximum(-change, 0)), strict=True))
    return with_totals(
        future.assign({name: (dims, people.astype(np.int32)) for name, people in by_sign.items()}),
        under_five_groups(scenario),
        xr.DataArray(posterior.arrived[rows], dims=("member", "place")),
        xr.DataArray(posterior.died[rows], dims=("member", "place", "group")),
    )


class _Run:
    """Histories under way: their states, and the random numbers of their unexplained flows."""

    def __init__(
        self, compiled: Compiled, posterior: Posterior, which: Ints, rows: Ints, seed: int, workers: int
    ) -> None:
        self.compiled, self.workers = compiled, workers
        self.which, self.seed = which, seed
        self.rates = rates_of(compiled, *_from_now_on(compiled, posterior, rows, which, seed))
        self.state = rows_of(posterior.end_state, rows)
        self.drift = posterior.drift[rows]
        self.sd = posterior.reporting.unseen_sd
        self.counted = np.flatnonzero((posterior.drift != 0).any(0))


def _run_on(run: _Run, first: int, last: int, flows: Ints | None, progress: Progress) -> tuple[Record, Ints]:
    """Return the record of some days and the unexplained flow of each, (m, t, p), day by day."""
    compiled, count, days = run.compiled, run.which.size, last - first + 1
    record, today = empty_record(compiled, count, days), empty_record(compiled, count, 1)
    size = (1, days, day_effects_size(compiled))
    numbers = np.concatenate([stream(run.seed, "forecast/weather", int(m)).standard_normal(size) for m in run.which])
    effects = day_effects_of(compiled, numbers)
    members = Members(run.rates, run.state, today, each(effects, lambda part: part[:, :1].copy()))
    states = [
        sim_state_of(compiled.program, members.some(slice(m, m + 1)), streams(run.seed, "forecast", int(w)))
        for m, w in enumerate(run.which)
    ]
    kernel = kernel_for(states[0])  # the same for all: their arrays are of the same kinds
    noise = _noise(run, days)
    change = np.zeros((count, days, len(compiled.scenario.places)), dtype=np.int64)
    for t in range(days):
        day = first + t
        for today_effects, all_effects in zip(members.effects, effects, strict=True):
            today_effects[:] = all_effects[:, t : t + 1]
        for buffer in today:
            buffer[:] = np.zeros((), buffer.dtype)
        over(partial(_one_day, states, kernel, day, run.workers), run.workers, run.workers, None)
        for days_record, row in zip(record, today, strict=True):
            days_record[:, t : t + 1] = row
        for p in run.counted.tolist():
            wanted = _flow_today(run, record, t, p, noise[:, t]) if flows is None else flows[:, t, p]
            by_group = booked(compiled, p, wanted, run.state)
            change[:, t, p] = by_group.sum(1)
            record.group["stock"][:, t, p] += by_group.astype(np.int32)
        if progress is not None:
            progress(t + 1, days)
    check_conservation(run.state)
    return record, change


def _one_day(states: Sequence[SimState], kernel: Kernel, day: int, workers: int, worker: int) -> None:
    """Run a worker's share of the histories through a day."""
    for state in states[worker::workers]:
        kernel(state, day, day)


def _noise(run: _Run, days: int) -> Floats:
    """Return standard normal numbers for each member, day and counted place: of the day, and of the drift."""
    shape = (days, len(run.compiled.scenario.places), 2)
    return np.stack([stream(run.seed, "forecast/unexplained", int(m)).standard_normal(shape) for m in run.which])


def _flow_today(run: _Run, record: Record, t: int, p: int, noise: Floats) -> Ints:
    """Return the unexplained flow of a day at a place, people, (m,); the drift goes on by a day, in place."""
    keep = np.exp(-1.0 / DRIFT_DAYS)
    own = drift_sd(run.sd) * np.sqrt(1 - keep**2)
    run.drift[:, p] = keep * run.drift[:, p] + own * noise[:, p, 1]
    people = record.group["stock"][:, t, p].sum(1).astype(np.float64)
    flow = run.drift[:, p] + run.sd / np.sqrt(MONTH_DAYS) * noise[:, p, 0]
    rounded: Ints = np.rint(with_unexplained(people, flow) - people).astype(np.int64)
    return rounded


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
    extended = data.assign(
        cumulative_arrivals=data.arrivals.cumsum("date") + arrived,
        cumulative_deaths=deaths.sum("group"),
    )
    if young:
        extended = extended.assign(
            stock_under_five=data.stock_by_group.isel(group=list(young)).sum("group"),
            cumulative_deaths_under_five=deaths.isel(group=list(young)).sum("group"),
        )
    return labelled(extended.transpose("member", "date", "place", ...))
