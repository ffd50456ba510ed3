"""The present: the unexplained flow since the last count of each place, drawn and booked up to today."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.run.members import copy_of
from corridor.inference.filtered_history import PAST_LEVELS, Past, site_names, under_five_groups
from corridor.inference.observation_model import Gaussian
from corridor.inference.unexplained_flow import (
    MONTH_DAYS,
    booked,
    drift_sd,
    flow_and_drift,
    present_slots,
    with_unexplained,
)
from corridor.scenario.observations import Measure
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.random import Generator

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats, Ints, ShortFloats, State
    from corridor.inference.observation_model import Report, Reporting


_MIDDLE = PAST_LEVELS.index(0.5)


class Present(NamedTuple):
    """What draws hold at the end of the last day."""

    state: State
    history: ShortFloats  # (m, t, series)
    past: Past
    drift: Gaussian  # (m, series) on the day of the last count


def stock_of(compiled: Compiled, state: State) -> Ints:
    """Return the people present at each place, as the record counts them, (m, p, g)."""
    network = compiled.program.network
    members, groups = state.people.shape[0], network.share.size
    stock = np.zeros((members, network.place.size, groups), dtype=np.int64)
    for p in range(network.place.size):
        slots, _ = present_slots(network, p)
        stock[:, p] = state.people[:, slots].sum(1).reshape(members, -1, groups).sum(1)
    return stock


def up_to_today(
    compiled: Compiled, reporting: Reporting, present: Present, as_of: date, random: Generator
) -> tuple[Present, Floats]:
    """Return the present with the unexplained flow since each last count booked, and the drift today, (m, p).

    Parameters
    ----------
    compiled
        What the indices mean.
    reporting
        The reports that were used.
    present
        The end of the last day, as the network alone has it since the counts.
    as_of
        The last day.
    random
        Draws flows and drifts.
    """
    today = day_of(as_of, compiled.scenario.start)
    state, history = copy_of(present.state), present.history.copy()
    drifts = np.zeros((state.people.shape[0], len(compiled.scenario.places)))
    for (s, p), counted in sorted(_last_counts(compiled, reporting.reports, reporting, today).items()):
        joint = Gaussian(present.drift.mean[:, s], present.drift.variance[:, s])
        days = today - counted
        noise = np.full(drifts.shape[0], reporting.unseen_sd**2 * days / MONTH_DAYS)
        flow, drifts[:, p] = _drawn(joint, days, drift_sd(reporting.unseen_sd), noise, random)
        there = history[:, today, s].astype(np.float64)
        booked(compiled, p, np.rint(with_unexplained(there, flow) - there).astype(np.int64), state)
        assert reporting.series[s].measure is Measure.STOCK, "only counts have unexplained flows"
        history[:, today, s] = stock_of(compiled, state)[:, p].sum(1)
    return Present(state, history, ending_with(present.past, state, compiled, reporting), present.drift), drifts


def _last_counts(
    compiled: Compiled, reports: Iterable[Report], reporting: Reporting, today: int
) -> dict[tuple[int, int], int]:
    """Return the day of the last of some counts that an unexplained flow may have followed, by series and place."""
    index = compiled.scenario.place_index
    return {
        (report.series, index[reporting.series[report.series].places[0]]): report.last
        for report in reports
        if report.unexplained > 0 and report.last <= today
    }


def _drawn(drift: Gaussian, days: int, sd: float, noise: Floats, random: Generator) -> tuple[Floats, Floats]:
    """Return a draw of the flow over some days, and of the drift at their end, (m,) each."""
    joint = flow_and_drift(drift, days, sd, noise)
    later = joint.drift.mean + np.sqrt(joint.drift.variance) * random.standard_normal(joint.drift.mean.shape)
    slope = joint.covariance / np.maximum(joint.drift.variance, 1e-300)
    mean = joint.flow.mean + slope * (later - joint.drift.mean)
    rest = np.maximum(joint.flow.variance - slope * joint.covariance, 0.0)
    return mean + np.sqrt(rest) * random.standard_normal(mean.shape), later


def waiting_of(compiled: Compiled, state: State) -> Ints:
    """Return the people who wait at a gate of each place, as the record counts them, (m, p)."""
    slot = compiled.program.network.slot
    waiting = np.zeros((state.people.shape[0], compiled.program.network.place.size), dtype=np.int64)
    for s in np.flatnonzero(slot.queued):
        waiting[:, slot.place[s]] += state.people[:, s].sum(1)
    return waiting


def ending_with(past: Past, state: State, compiled: Compiled, reporting: Reporting) -> Past:
    """Return the past with the people present and waiting in a state as its last day.

    What that changes at a place is a flow since the last count that does more than bound them (where there is none,
    since the last bound), and comes in equal parts on the days since.

    Parameters
    ----------
    past
        The fitted past.
    state
        Where everybody is on its last day.
    compiled
        What the indices mean.
    reporting
        The reports that were used.
    """
    scenario, today = compiled.scenario, past["stock"].shape[1] - 1
    young, stock = under_five_groups(scenario), stock_of(compiled, state)
    sites = [p for p, row in enumerate(scenario.places) if row.place in site_names(scenario)]
    share = np.zeros((today + 1, stock.shape[1]))
    share[today] = 1.0
    plain = [report for report in reporting.reports if not report.observation.only_bounds]
    counts = _last_counts(compiled, reporting.reports, reporting, today)
    counts |= _last_counts(compiled, plain, reporting, today)
    for (_, p), counted in counts.items():
        if counted < today:
            share[counted:, p] = np.linspace(0.0, 1.0, today + 1 - counted)
    parts = {"stock": stock.sum(2), "waiting": waiting_of(compiled, state)}
    parts |= {"stock_under_five": stock[..., young].sum(2)} if young else {}
    ended = dict(past)
    for name, people in parts.items():
        summed = sites if name.startswith("stock") else slice(None)
        with_sum = np.concatenate([people, people[:, summed].sum(1, keepdims=True)], axis=1)
        change = np.quantile(with_sum, PAST_LEVELS, axis=0) - past[name][:, -1]
        of_parts = np.abs(change[_MIDDLE, :-1][summed])
        of_sum = share[:, summed] @ of_parts / max(of_parts.sum(), 1e-9)
        of_sum[today] = 1.0
        moved = past[name] + np.column_stack([share, of_sum]) * change[:, None]
        ended[name] = np.maximum.accumulate(np.maximum(moved, 0.0), axis=0)
    return ended


def with_flow_today(compiled: Compiled, state: State, flow: Ints) -> State:
    """Return a state with a further unexplained flow since the last counts, people, (m, p)."""
    changed = copy_of(state)
    for p in np.flatnonzero(flow.any(0)).tolist():
        booked(compiled, p, flow[:, p], changed)
    return changed
