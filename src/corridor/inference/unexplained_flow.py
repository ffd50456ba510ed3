"""Unexplained flow: people at a counted place whom the network neither brought there nor took away.

No network has every road, and no model every reason to move. On each day the log of the people present changes by a
further ``v + e``: a *drift* ``v`` that lasts some weeks (an Ornstein-Uhlenbeck process) and a day's noise ``e``.
Over the ``n`` days since the last count, with the particle's own figure ``x``::

    u = integral of v + Normal(0, unseen_sd^2 (n / 30 + min(100 / (x + 1), 10)^2))

which is wide where hardly anybody was. Flow and drift are normal given the particle, as biases are, so that they are
integrated out of its weight, exactly (the Kalman step of a Rao-Blackwellised filter, Doucet et al. 2000,
doi:10.48550/arXiv.1301.3853). Once the count is used, the flow is drawn, together with the biases, and booked: people
are added to the place, or taken away. The drift is carried into the future, where each day's flow is drawn and booked
likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.program import QUEUE_AGES
from corridor.inference.observation_model import Gaussian

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats, Ints, Network, State
    from corridor.inference.observation_model import Report

MONTH_DAYS = 30.0
FEW_PEOPLE = 100.0
"""A camp of so few is nearly empty, and its unexplained flow may be several times as many."""

MOST = 10.0
"""So many times the spread of a month at the most, where nobody was."""

DRIFT_DAYS = 28.0
"""Memory of the drift: what the counts of four weeks show goes on for about as long."""

DRIFT_SHARE = 1.0
"""Spread of the drift over a month, as a share of ``unseen_sd``: both are as likely to move a camp."""


class FlowLaw(NamedTuple):
    """Joint normal law of the flow since the last count and of the drift at its end, (m,) each, log units."""

    flow: Gaussian
    drift: Gaussian
    covariance: Floats


def drift_sd(unseen_sd: float) -> float:
    """Return the long-run spread of the drift, log units a day."""
    return DRIFT_SHARE * unseen_sd / MONTH_DAYS


def unexplained_variance(report: Report, truth: Floats) -> Floats:
    """Return the variance of the noise at a count, log units squared, for each particle's own figure."""
    near_empty = np.minimum(FEW_PEOPLE / (truth + 1.0), MOST)
    variance: Floats = report.unexplained**2 * (report.since / MONTH_DAYS + near_empty**2)
    return variance


def flow_sd(unseen_sd: float, days: int, people: Floats) -> Floats:
    """Return the spread of the flow over some days, log units, where nothing is known of its drift.

    Parameters
    ----------
    unseen_sd
        Spread over a month, log units.
    days
        Days ahead.
    people
        People present without it.
    """
    near_empty = np.minimum(FEW_PEOPLE / (people + 1.0), MOST)
    noise = unseen_sd**2 * (days / MONTH_DAYS + near_empty**2)
    sd = drift_sd(unseen_sd)
    unknown = Gaussian(np.zeros_like(people), np.full_like(people, sd**2))
    spread: Floats = np.sqrt(flow_and_drift(unknown, days, sd, noise).flow.variance)
    return spread


def flow_and_drift(drift: Gaussian, days: int, sd: float, noise: Floats) -> FlowLaw:
    """Return the law of flow and drift after some days (the exact integral of an Ornstein-Uhlenbeck process).

    Parameters
    ----------
    drift
        Law of the drift on the day of the last count, (m,).
    days
        Days since.
    sd
        Long-run spread of the drift, log units a day.
    noise
        Variance of the noise, log units squared, (m,).
    """
    keep = np.exp(-days / DRIFT_DAYS)
    reach = DRIFT_DAYS * (1 - keep)
    own = (sd * DRIFT_DAYS) ** 2 * max(0.0, 2 * days / DRIFT_DAYS - 3 + 4 * keep - keep**2)
    flow = Gaussian(reach * drift.mean, reach**2 * drift.variance + own + noise)
    later = Gaussian(keep * drift.mean, keep**2 * drift.variance + sd**2 * (1 - keep**2))
    covariance = reach * keep * drift.variance + sd**2 * DRIFT_DAYS * (1 - keep) ** 2
    return FlowLaw(flow, later, covariance)


def drift_after(joint: FlowLaw, flow: Floats) -> Gaussian:
    """Return the law of the drift once the flow is known, (m,).

    Parameters
    ----------
    joint
        Law of both.
    flow
        The flow, log units.
    """
    slope = joint.covariance / np.maximum(joint.flow.variance, 1e-300)
    mean = joint.drift.mean + slope * (flow - joint.flow.mean)
    return Gaussian(mean, np.maximum(joint.drift.variance - slope * joint.covariance, 0.0))


def split(bias: Gaussian, joint: FlowLaw, after: Gaussian) -> tuple[Gaussian, Gaussian, Gaussian]:
    """Return the laws of a bias, a flow and a drift given a report, from that of the sum of bias and flow.

    Parameters
    ----------
    bias
        Law of the bias before the report.
    joint
        Law of flow and drift before it.
    after
        Law of the sum after it.
    """
    whole = np.maximum(bias.variance + joint.flow.variance, 1e-12)
    moved, lost = after.mean - bias.mean - joint.flow.mean, whole - after.variance

    def part(before: Gaussian, covariance: Floats) -> Gaussian:
        gain = covariance / whole
        return Gaussian(before.mean + gain * moved, np.maximum(before.variance - gain**2 * lost, 0.0))

    return part(bias, bias.variance), part(joint.flow, joint.flow.variance), part(joint.drift, joint.covariance)


def with_unexplained(people: Floats, flow: Floats) -> Floats:
    """Return people after an unexplained flow, log units."""
    after: Floats = np.expm1(np.maximum(0.0, np.log1p(people) + flow))
    return after


class Booked(NamedTuple):
    """What an unexplained flow changed at a place."""

    by_group: Ints  # (m, group) people
    waiting: Ints  # (m,) people


def booked(compiled: Compiled, place: int, change: Ints, state: State) -> Booked:
    """Add people to a place, or take them away, in place; return what changed.

    New people settle, or wait at the gate, or rest. Those who leave do so from everybody present in
    proportion, those who wait included. No more are taken than there are. The kernel does the same with the flows
    of the days ahead (`corridor.engine.kernel.unexplained`).

    Parameters
    ----------
    compiled
        What the indices mean.
    place
        Index of the place.
    change
        People to add, or to take where negative, (m,).
    state
        Where everybody is at the end of the day.
    """
    slots, target = present_slots(compiled.program.network, place)
    before = state.people[:, slots]
    cells = before.reshape(before.shape[0], -1)
    fewer = np.minimum(np.maximum(-change, 0), cells.sum(1))
    taken = (cells * (fewer / np.maximum(cells.sum(1), 1))[:, None]).astype(np.int64)
    there, left = cells - taken, fewer - taken.sum(1)
    taken += np.clip(left[:, None] - (there.cumsum(1) - there), 0, there)
    after = (cells - taken).reshape(before.shape)
    share = compiled.program.network.share
    more = np.maximum(change, 0)
    joining = (share / share.sum() * more[:, None]).astype(np.int64)
    joining[:, 0] += more - joining.sum(1)
    after[:, slots.index(target), : share.size] += joining
    state.people[:, slots] = after
    state.tally.joined[:] += more - fewer
    moved = after - before
    is_waiting = compiled.program.network.slot.queued[slots]
    by_group: Ints = moved.sum(1).reshape(moved.shape[0], -1, share.size).sum(1)
    return Booked(by_group, moved[:, is_waiting].sum((1, 2)))


def present_slots(network: Network, place: int) -> tuple[list[int], int]:
    """Return the slots of those who are present at a place, and that of people who join it.

    Parameters
    ----------
    network
        Places, queues and slots.
    place
        Index of the place.
    """
    at, queue = network.place, network.queue
    gates = [int(queue.slot[q]) for q in np.flatnonzero(queue.place == place)]
    waiting = [s for first in gates for s in range(first, first + QUEUE_AGES)]
    inside = list(range(int(at.first_inside[place]), int(at.last_inside[place])))
    living = at.settled[place] if at.settled[place] >= 0 else at.rest[place]
    gate = at.pass_queue[place]
    return [*inside, *waiting], int(queue.slot[gate] if gate >= 0 else living)
