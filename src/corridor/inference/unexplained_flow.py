"""Unexplained flow: people at a counted place whom the network neither brought there nor took away.

No network has every road, and no model every reason to move. On each day the log of the people present changes by a
further ``v + e``: a *drift* ``v`` that lasts some weeks (an Ornstein-Uhlenbeck process) and a day's noise ``e``.
Over the ``n`` days since the last count, with the particle's own figure ``x``::

    u = integral of v + Normal(0, unseen_sd^2 (n / 30 + min(100 / (x + 1), 10)^2))

which is wide where hardly anybody was. Flow and drift are normal given the particle, as biases are, so that they are
integrated out of its weight, exactly (the Kalman step of a Rao-Blackwellised filter, Doucet et al. 2000,
doi:10.48550/arXiv.1301.3853). Once the count is used, the flow is drawn from its law and booked: people are added to
the place, or taken away. The drift is carried into the future, where each day's flow is drawn and booked likewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.engine.program import EN_ROUTE, HOME
from corridor.inference.observation_model import Gaussian
from corridor.inference.parameter_drift import spread_change

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats, Ints, State
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


def booked(compiled: Compiled, place: int, change: Ints, state: State) -> Ints:
    """Add people to a place, or take them away, in place; return the change by group, (m, group).

    Those who wait there stay: the flow is of people who live in the place. No more are taken than there are.

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
    slot = compiled.program.network.slot
    home = int(compiled.layout.begins[place])
    is_there = (slot.place == place) & ~np.isin(slot.exposure, (EN_ROUTE, HOME)) & ~slot.queued
    slots = [home, *(int(s) for s in np.flatnonzero(is_there) if s != home)]
    before = state.people[:, slots]
    cells = before.reshape(before.shape[0], -1).copy()
    possible = np.maximum(change, -cells.sum(1))
    spread_change(cells, possible, compiled.program.network.share)
    after = cells.reshape(before.shape)
    state.people[:, slots] = after
    state.tally.joined[:] += possible
    groups = compiled.program.network.share.size
    by_cohort = (after - before).sum(1)
    by_group: Ints = by_cohort.reshape(by_cohort.shape[0], -1, groups).sum(1)
    return by_group
