"""People at a counted place whom the network neither brought there nor took away.

No map has every road, and no model every reason: some of those who are counted in a camp came in ways that the
scenario does not know. At a count, the log of the people present has a further variance::

    v = unseen_sd^2 (days since the last count / 30 + min(100 / (x + 1), 10)^2)

which grows with time, and where hardly anybody was, anybody may have come. Given the particle's own figure ``x``, what
is unseen is normal, as biases are, so that it is summed out of the weight and drawn from its exact law once the
report is in (as the Kalman step of a Rao-Blackwellised filter, Doucet et al. 2000, doi:10.48550/arXiv.1301.3853).
Then so many people are put there, or taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.program import EN_ROUTE, HOME
from corridor.inference.observation_model import Belief
from corridor.inference.parameter_drift import spread_change

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats, Ints, ShortFloats, State
    from corridor.inference.observation_model import Report

MONTH_DAYS = 30.0
FEW_PEOPLE = 100.0
"""A camp of so few is nearly empty, and what comes to it unseen may be several times as many."""

MOST = 10.0
"""So many times the spread of a month at the most, where nobody was."""


def unseen_variance(report: Report, truth: Floats) -> Floats:
    """Return the variance of what is unseen at a count, log units squared, for each particle's own figure."""
    found: Floats = report.unseen**2 * (report.since / MONTH_DAYS + np.minimum(FEW_PEOPLE / (truth + 1.0), MOST) ** 2)
    return found


def split(before: Belief, variance: Floats, after: Belief) -> tuple[Belief, Belief]:
    """Return what is then believed of a bias, and of what is unseen, from what is believed of their sum.

    Parameters
    ----------
    before
        Belief of the bias before the report.
    variance
        Variance of what is unseen; its mean is zero.
    after
        Belief of the sum after the report.
    """
    whole = before.variance + variance
    moved, lost = after.mean - before.mean, whole - after.variance
    of_bias, of_unseen = before.variance / whole, variance / whole
    bias = Belief(before.mean + of_bias * moved, before.variance - of_bias**2 * lost)
    return bias, Belief(of_unseen * moved, variance - of_unseen**2 * lost)


def with_unseen(people: Floats, unseen: Floats) -> Floats:
    """Return people after so much, log units, that is unseen."""
    found: Floats = np.expm1(np.maximum(0.0, np.log1p(people) + unseen))
    return found


def set_right(compiled: Compiled, place: int, unseen: Floats, state: State, stock: Ints, lived: ShortFloats) -> None:
    """Put people where they were counted; state, record and series change in place.

    Parameters
    ----------
    compiled
        What the indices mean.
    place
        Index of the place.
    unseen
        How many more there are than the network brought there, log units, (m,).
    state
        The end of the last day.
    stock
        People present on the days from that of the count on, (m, t, group).
    lived
        Their sum, (m, t).
    """
    slot = compiled.program.map.slot
    home = int(compiled.layout.begins[place])
    others = np.flatnonzero((slot.place == place) & ~np.isin(slot.exposure, (EN_ROUTE, HOME)))
    slots = [home, *(int(s) for s in others if s != home)]
    then = stock.sum(2).astype(np.float64)
    after = with_unseen(then, unseen[:, None])
    change = np.rint(after[:, -1] - then[:, -1]).astype(np.int64)
    cells = state.people[:, slots].reshape(state.people.shape[0], -1)
    change = np.maximum(change, -cells.sum(1))
    spread_change(cells, change, compiled.program.map.share)
    state.people[:, slots] = cells.reshape(cells.shape[0], len(slots), -1)
    state.tally.joined[:] += change
    share = compiled.program.map.share / compiled.program.map.share.sum()
    by_group = np.where(then[..., None] > 0, stock / np.maximum(then, 1.0)[..., None], share)
    stock[:] = np.rint(by_group * after[..., None])
    lived[:] = with_unseen(lived.astype(np.float64), unseen[:, None])
