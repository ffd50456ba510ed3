"""Unexplained flow: people at a counted place whom the network neither brought there nor took away.

No network has every road, and no model every reason to move. At a count, the log of the people present has a
further variance::

    v = unseen_sd^2 (days since the last count / 30 + min(100 / (x + 1), 10)^2)

which grows with time, and is wide where hardly anybody was. Given the particle's own figure ``x``, the flow
is normal, as biases are, so that it is integrated out of the weight and then drawn from its exact law (as the
Kalman step of a Rao-Blackwellised filter, Doucet et al. 2000, doi:10.48550/arXiv.1301.3853).
Then so many people are added to the place, or taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.program import EN_ROUTE, HOME
from corridor.inference.observation_model import Gaussian
from corridor.inference.parameter_drift import spread_change

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats, Ints, ShortFloats, State
    from corridor.inference.observation_model import Report

MONTH_DAYS = 30.0
FEW_PEOPLE = 100.0
"""A camp of so few is nearly empty, and what comes to it unexplained may be several times as many."""

MOST = 10.0
"""So many times the spread of a month at the most, where nobody was."""


def unexplained_variance(report: Report, truth: Floats) -> Floats:
    """Return the variance of what is unexplained at a count, log units squared, for each particle's own figure."""
    variance: Floats = report.unexplained**2 * (
        report.since / MONTH_DAYS + np.minimum(FEW_PEOPLE / (truth + 1.0), MOST) ** 2
    )
    return variance


def split(before: Gaussian, variance: Floats, after: Gaussian) -> tuple[Gaussian, Gaussian]:
    """Return the laws of a bias and of an unexplained flow given a report, from that of their sum.

    Parameters
    ----------
    before
        Gaussian of the bias before the report.
    variance
        Variance of what is unexplained; its mean is zero.
    after
        Gaussian of the sum after the report.
    """
    whole = before.variance + variance
    moved, lost = after.mean - before.mean, whole - after.variance
    of_bias, of_flow = before.variance / whole, variance / whole
    bias = Gaussian(before.mean + of_bias * moved, before.variance - of_bias**2 * lost)
    return bias, Gaussian(of_flow * moved, variance - of_flow**2 * lost)


def with_unexplained(people: Floats, unexplained: Floats) -> Floats:
    """Return people after so much, log units, that is unexplained."""
    after: Floats = np.expm1(np.maximum(0.0, np.log1p(people) + unexplained))
    return after


def book_unexplained(
    compiled: Compiled, place: int, flow: Floats, state: State, stock: Ints, series: ShortFloats
) -> None:
    """Put people where they were counted; state, record and series change in place.

    Parameters
    ----------
    compiled
        What the indices mean.
    place
        Index of the place.
    flow
        How many more there are than the network brought there, log units, (m,).
    state
        The end of the last day.
    stock
        People present on the days from that of the count on, (m, t, group).
    series
        Their sum, (m, t).
    """
    slot = compiled.program.network.slot
    home = int(compiled.layout.begins[place])
    others = np.flatnonzero((slot.place == place) & ~np.isin(slot.exposure, (EN_ROUTE, HOME)))
    slots = [home, *(int(s) for s in others if s != home)]
    then = stock.sum(2).astype(np.float64)
    after = with_unexplained(then, flow[:, None])
    change = np.rint(after[:, -1] - then[:, -1]).astype(np.int64)
    cells = state.people[:, slots].reshape(state.people.shape[0], -1)
    change = np.maximum(change, -cells.sum(1))
    spread_change(cells, change, compiled.program.network.share)
    state.people[:, slots] = cells.reshape(cells.shape[0], len(slots), -1)
    state.tally.joined[:] += change
    share = compiled.program.network.share / compiled.program.network.share.sum()
    by_group = np.where(then[..., None] > 0, stock / np.maximum(then, 1.0)[..., None], share)
    stock[:] = np.rint(by_group * after[..., None])
    series[:] = with_unexplained(series.astype(np.float64), flow[:, None])
