"""Simulated histories weighted so that their stocks agree with a combination of forecasts (entropic tilting).

A combination of forecasts knows better than the model how many people each camp will hold, and nothing else of a
history. So histories are left whole, and those that agree with it count more. With the normal score ``z`` of a
history's stock under the combined forecast of a place and day (0 at its median, ±1.28 at its 10 and 90 % quantiles),
weights are those nearest to equal ones, in relative entropy, under which every ``z`` has the mean 0 and the mean
square 1 (Robertson, Tallman and Whiteman 2005, doi:10.1353/mcb.2005.0047; Krüger, Clark and Ravazzolo 2017,
doi:10.1080/07350015.2015.1087856)::

    w = exp(sum of l_k h_k) / total,   h = z and z^2 - 1,   minimising log(mean exp(sum of l_k h_k)) + r/2 sum of l_k^2

The penalty ``r`` is the smallest for which the weights are worth a stated share of the histories: where the two cannot
be reconciled, histories win; what is left between the two becomes unexplained flow, within its own law, see
`reconciling_flow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special, stats
from scipy.interpolate import PchipInterpolator

from corridor.inference.resampling import systematic
from corridor.inference.unexplained_flow import flow_sd, with_unexplained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EFFECTIVE_SHARE = 0.25
"""Histories that the weights must be worth, as a share of all: of four simulated for each that is kept, one."""

KNOT_DAYS = 7
"""Stocks are compared once a week: those of neighbouring days say the same."""

MOST_SDS = 3.0
"""Unexplained flow beyond so many of its standard deviations is not assumed, whatever the combination says."""

_OWN_RANGE = (0.005, 0.995)
"""Quantile levels of the fitted present between which the combination may place a history today."""

_FIRMNESS = 5.0
"""The mean of the present is kept so many times as firmly as that of a stock to come is moved."""

_MOST_SCORE = 3.0
_PENALTIES = np.geomspace(1e-4, 1e4, 33)


@dataclass(frozen=True)
class Histories:
    """People present in simulated histories.

    Attributes
    ----------
    present
        On the last day known, (member, place).
    stock
        On the days ahead, (member, place, day).
    unexplained
        Unexplained flow since the last day known, which is part of the stock, (member, place, day).
    unseen_sd
        Spread of the unexplained flow over a month, log units.
    """

    present: Floats
    stock: Floats
    unexplained: Floats
    unseen_sd: float

    def of(self, rows: Ints) -> Histories:
        """Return some of the histories, in that order."""
        return Histories(self.present[rows], self.stock[rows], self.unexplained[rows], self.unseen_sd)


def tilting_weights(histories: Histories, quantiles: Floats, levels: Sequence[float]) -> Floats:
    """Return the weight of each history, (member,), one in all.

    Parameters
    ----------
    histories
        Simulated histories, equally likely.
    quantiles
        The combined forecast, (place, day, level); not a number where there is none.
    levels
        Levels of the quantiles, ascending.
    """
    count, places, days = histories.stock.shape
    features = []
    for p in range(places):
        if np.isfinite(quantiles[p]).all():
            features.append(_FIRMNESS * _own_scores(histories.present[:, p]))
            for t in _knots(days):
                features += _features(histories.stock[:, p, t], quantiles[p, t], levels)
    even = np.full(count, 1.0 / count)
    table = np.array(features).reshape(len(features), count).T
    table = table[:, np.ptp(table, axis=0) > 0]
    if table.shape[1] == 0:
        return even
    low, high = 0, _PENALTIES.size - 1
    weights = even
    while low < high:
        middle = (low + high) // 2
        tried = _tilted(table, float(_PENALTIES[middle]))
        if 1.0 / float((tried**2).sum()) >= EFFECTIVE_SHARE * count:
            weights, high = tried, middle
        else:
            low = middle + 1
    return weights


def tilted_quantiles(histories: Histories, quantiles: Floats, levels: Sequence[float]) -> Floats:
    """Return the quantiles of stocks of weighted and reconciled histories, (place, day, level).

    Where nothing is combined, they are not a number.

    Parameters
    ----------
    histories, quantiles, levels
        As in `tilting_weights`.
    """
    weights = tilting_weights(histories, quantiles, levels)
    chosen = histories.of(choose(weights, weights.size, 0.5))
    stock = chosen.stock + reconciling_flow(chosen, quantiles, levels)[:, :, 1:]
    tilted = np.moveaxis(np.quantile(stock, levels, axis=0), 0, 2)
    return np.where(np.isfinite(quantiles), np.maximum(tilted, 0.0), np.nan)


def reconciling_flow(histories: Histories, quantiles: Floats, levels: Sequence[float]) -> Floats:
    """Return the further unexplained flow since the last count, people, (member, place, 1 + day): today, then ahead.

    Weights of whole histories cannot meet a forecast of many places. What is left between them is taken to be
    unexplained flow: each history keeps its rank at a place and week and gains or loses what leads to the combined
    quantile of that rank, as long as its whole unexplained flow stays within `MOST_SDS` of its own law. Today it
    stays within the fit's own range of 99 in 100; from there the flow goes smoothly from week to week.

    Parameters
    ----------
    histories, quantiles, levels
        As in `tilting_weights`.
    """
    count, places, days = histories.stock.shape
    knots = _knots(days)
    even = (np.arange(count) + 0.5) / count
    flow = np.zeros((count, places, days + 1))
    for p in range(places):
        if not np.isfinite(quantiles[p]).all():
            continue
        usual = histories.stock[:, p].mean(1)
        at = np.zeros((count, knots.size + 1))
        present = histories.present[:, p]
        nearest = np.empty(count)
        nearest[np.argsort(present, kind="stable")] = np.interp(even, levels, quantiles[p, 0])
        at[:, 0] = np.clip(nearest, *np.quantile(present, _OWN_RANGE)) - present
        for k, t in enumerate(knots, start=1):
            stock = histories.stock[:, p, t]
            wanted = np.empty(count)
            wanted[np.lexsort((usual, stock))] = np.interp(even, levels, quantiles[p, t])
            network = np.maximum(stock - histories.unexplained[:, p, t], 0.0)
            most = MOST_SDS * flow_sd(histories.unseen_sd, int(t) + 1, network)
            low, high = (with_unexplained(network, sign * most) for sign in (-1.0, 1.0))
            at[:, k] = np.clip(wanted, np.minimum(low, stock), np.maximum(high, stock)) - stock
        flow[:, p] = PchipInterpolator(np.array([-1, *knots]), at, axis=1)(np.arange(-1, days))
    return flow


def choose(weights: Floats, members: int, start: float) -> Ints:
    """Return which histories are kept, equally likely from then on, in order (systematic resampling).

    Parameters
    ----------
    weights
        Weight of each, one in all.
    members
        How many are kept.
    start
        A random number from 0 to 1.
    """
    return systematic(weights, members, start)


def normal_scores(stock: Floats, quantiles: Floats, levels: Sequence[float]) -> Floats:
    """Return the normal score of people under quantiles, shape of `stock`; beyond them in proportion, up to ±3."""
    root, knots = np.sqrt(stock), np.sqrt(quantiles)
    scores = special.ndtri(np.asarray(levels))
    middle = scores.size // 2
    spread = max((knots[-1] - knots[0]) / (scores[-1] - scores[0]), 1e-3)
    rising = knots + 1e-9 * spread * np.arange(knots.size)
    inside = np.interp(root, rising, scores)
    beyond = np.where(root < rising[0], root - rising[0], np.maximum(root - rising[-1], 0.0)) / spread
    assert scores[middle] == 0.0, "levels are even around the median"
    clipped: Floats = np.clip(inside + beyond, -_MOST_SCORE, _MOST_SCORE)
    return clipped


def _knots(days: int) -> Ints:
    """Return the days at which stocks are compared."""
    return np.array(sorted({*range(KNOT_DAYS - 1, days, KNOT_DAYS), days - 1}), dtype=np.int64)


def _own_scores(people: Floats) -> Floats:
    """Return the normal scores of people among themselves, (member,): their mean is zero."""
    ranks = stats.rankdata(people)
    scores: Floats = special.ndtri((ranks - 0.5) / people.size)
    centred: Floats = scores - scores.mean()
    return centred


def _features(stock: Floats, quantiles: Floats, levels: Sequence[float]) -> tuple[Floats, Floats]:
    """Return what is to be zero in the mean at a place on a day, (member,) each."""
    score = normal_scores(stock, quantiles, levels)
    return score, score**2 - 1.0


def _tilted(table: Floats, penalty: float) -> Floats:
    """Return the weights of a penalty, (member,)."""

    def dual(at: Floats) -> tuple[float, Floats]:
        exponent = table @ at
        log_mean = special.logsumexp(exponent)
        weights = np.exp(exponent - log_mean)
        return float(log_mean + 0.5 * penalty * at @ at), weights @ table + penalty * at

    best = optimize.minimize(dual, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    exponent = table @ best.x
    weights: Floats = np.exp(exponent - special.logsumexp(exponent))
    return weights
