"""Simulated histories weighted so that their stocks agree with a combination of forecasts (entropic tilting).

A combination of forecasts knows better than the model how many people each camp will hold, and nothing else of a
history. So histories are left whole, and those that agree with it count more. With the normal score ``z`` of a
history's stock under the combined forecast of a place and day (0 at its median, ±1.28 at its 10 and 90 % quantiles),
weights are those nearest to equal ones, in relative entropy, under which every ``z`` has the mean 0 and the mean
square 1 (Robertson, Tallman and Whiteman 2005, doi:10.1353/mcb.2005.0047; Krüger, Clark and Ravazzolo 2017,
doi:10.1080/07350015.2015.1087856)::

    w = exp(sum of l_k h_k) / total,   h = z and z^2 - 1,   minimising log(mean exp(sum of l_k h_k)) + r/2 sum of l_k^2

The penalty ``r`` is the smallest for which the weights are worth a stated share of the histories: where the two cannot
be reconciled, histories win, and the forecast lies between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special, stats

from corridor.inference.resampling import systematic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EFFECTIVE_SHARE = 0.25
"""Histories that the weights must be worth, as a share of all: of four simulated for each that is kept, one."""

KNOT_DAYS = 7
"""Stocks are compared once a week: those of neighbouring days say the same."""

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
    """

    present: Floats
    stock: Floats


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
    knots = sorted({*range(KNOT_DAYS - 1, days, KNOT_DAYS), days - 1})
    features = []
    for p in range(places):
        if np.isfinite(quantiles[p]).all():
            features.append(_FIRMNESS * _own_scores(histories.present[:, p]))
            for t in knots:
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
    """Return the quantiles of stocks under the tilting weights, (place, day, level); where nothing is combined, none.

    Parameters
    ----------
    histories, quantiles, levels
        As in `tilting_weights`.
    """
    weights = tilting_weights(histories, quantiles, levels)
    order = np.argsort(histories.stock, axis=0, kind="stable")
    ranked = np.take_along_axis(histories.stock, order, axis=0)
    at = np.cumsum(weights[order], axis=0) - 0.5 * weights[order]
    tilted = np.full(quantiles.shape, np.nan)
    for p, t in np.argwhere(np.isfinite(quantiles).all(axis=2)):
        tilted[p, t] = np.interp(levels, at[:, p, t], ranked[:, p, t])
    return tilted


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
