"""Simulated histories weighted so that their stocks agree with a combination of forecasts (entropic tilting).

A combination of forecasts knows better than the model how many people each camp will report, and nothing else of a
history. So histories are left whole, and those that agree with it count more. What a history has reported is its stock
times the factor by which whoever counts the place is off. With the normal score ``z`` of that under the combined
forecast of a place and day (0 at its median, ±1.28 at its 10 and 90 % quantiles), weights are those nearest to equal
ones, in relative entropy, under which every ``z`` has the mean 0 and the mean square 1 (Robertson, Tallman and
Whiteman 2005, doi:10.1353/mcb.2005.0047; Krüger, Clark and Ravazzolo 2017, doi:10.1080/07350015.2015.1087856)::

    w = exp(sum of l_k h_k) / total,   h = z and z^2 - 1,   minimising log(mean exp(sum of l_k h_k)) + r/2 sum of l_k^2

The penalty ``r`` is the smallest for which the weights are worth a stated share of the histories: where the two cannot
be reconciled, histories win; what is left between the two becomes unexplained flow, within its own law, see
`reconciling_flow`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, special
from scipy.interpolate import PchipInterpolator

from corridor.forecasters.dependence import with_shared
from corridor.inference.resampling import systematic
from corridor.inference.unexplained_flow import flow_sd, with_unexplained
from corridor.streams import stream

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
    effect
        What events that are stated to begin or to end ahead add to the stock, people, (member, place, day). The rest
        is simulated as if nothing changed, which is what a trend of reports describes.
    days
        The days ahead, ascending, the first day of all among them, (day,).
    unseen_sd
        Spread of the unexplained flow over a month, log units.
    report_factor
        What is reported for each person present, by the bias of who counts the place, (member, place).
    """

    present: Floats
    stock: Floats
    unexplained: Floats
    effect: Floats
    days: Ints
    unseen_sd: float
    report_factor: Floats

    def of(self, rows: Ints) -> Histories:
        """Return some of the histories, in that order."""
        named = ("present", "stock", "unexplained", "effect", "report_factor")
        return replace(self, **{name: getattr(self, name)[rows] for name in named})

    def reported(self, people: Floats) -> Floats:
        """Return what would be reported of people present, (member, place, ...)."""
        factor: Floats = self.report_factor.reshape(*self.report_factor.shape, *[1] * (people.ndim - 2))
        return people * factor


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
    count, places, _ = histories.stock.shape
    reported = histories.reported(histories.stock)
    features = []
    for p in range(places):
        if np.isfinite(quantiles[p]).all():
            features.append(_FIRMNESS * _own_scores(histories.present[:, p]))
            for t in _knots(histories.days):
                features += _features(reported[:, p, t], quantiles[p, t], levels)
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


def tilted_quantiles(histories: Histories, quantiles: Floats, levels: Sequence[float], shared: float) -> Floats:
    """Return the quantiles of what weighted and reconciled histories have reported, (place, day, level).

    All that is stated is in them. Where nothing is combined, they are not a number.

    Parameters
    ----------
    histories, quantiles, levels
        As in `tilting_weights`.
    shared
        As in `reconciling_flow`.
    """
    weights = tilting_weights(histories, quantiles, levels)
    chosen = histories.of(systematic(weights, weights.size, 0.5))
    stock = chosen.stock + reconciling_flow(chosen, quantiles, levels, shared)[:, :, 1:] + chosen.effect
    tilted = np.moveaxis(np.quantile(chosen.reported(stock), levels, axis=0), 0, 2)
    return np.where(np.isfinite(quantiles), np.maximum(tilted, 0.0), np.nan)


def reconciling_flow(histories: Histories, quantiles: Floats, levels: Sequence[float], shared: float) -> Floats:
    """Return the further unexplained flow since the last count, people, (member, place, 1 + day): today, then ahead.

    Weights of whole histories cannot meet a forecast of many places. What is left between them is taken to be
    unexplained flow: each history keeps its rank at a place and gains or loses what leads to the combined quantile of
    that rank. For today these are the quantiles of the first day, less what histories gain on it, within the fit's own
    range of 99 in 100. From then on its whole unexplained flow stays within `MOST_SDS` of its own law. Ranks are those
    of today and of one day a week, and go smoothly from one to the next, so that people do not come and go because
    ranks change from day to day. Ahead of today, what places share counts as much as it did in past errors: a history
    in which many camps gain gains a little more in each, see :mod:`corridor.forecasters.dependence`.

    Parameters
    ----------
    histories, quantiles, levels
        As in `tilting_weights`.
    shared
        Correlation of errors at two places.
    """
    count, places, days = histories.stock.shape
    flow = np.zeros((count, places, days + 1))
    combined = [p for p in range(places) if np.isfinite(quantiles[p]).all()]
    for p, ranks in zip(combined, _rank_paths(histories, combined, shared), strict=True):
        present, stock = histories.present[:, p], histories.stock[:, p]
        factor = histories.report_factor[:, p, None]
        growth = max(stock[:, 0].mean(), 1.0) / max(present.mean(), 1.0)
        wanted = _by_rank(ranks, [quantiles[p, 0] / growth, *quantiles[p]], levels) / factor
        flow[:, p, 0] = np.clip(wanted[:, 0], *np.quantile(present, _OWN_RANGE)) - present
        network = np.maximum(stock - histories.unexplained[:, p] + flow[:, p, :1], 0.0)
        usual = np.maximum(stock + flow[:, p, :1], 0.0)
        for t, day in enumerate(histories.days.tolist()):
            most = MOST_SDS * flow_sd(histories.unseen_sd, day, network[:, t])
            low, high = (with_unexplained(network[:, t], sign * most) for sign in (-1.0, 1.0))
            within = np.clip(wanted[:, t + 1], np.minimum(low, usual[:, t]), np.maximum(high, usual[:, t]))
            flow[:, p, t + 1] = within - stock[:, t]
    return flow


def _rank_paths(histories: Histories, places: Sequence[int], shared: float) -> list[Ints]:
    """Return the rank of each history among all at each of some places, today and on the days ahead, (member, 1 + day).

    Normal scores of the ranks of today and of one day a week are interpolated, and ranked again.
    """
    days, knots = histories.days, _knots(histories.days)
    present, stock = (histories.reported(people)[:, places] for people in (histories.present, histories.stock))
    usual = stock.mean(2)
    today = _rank_scores(present, usual)
    ahead = [with_shared(_rank_scores(stock[:, :, t], usual), shared) for t in knots]
    paths = PchipInterpolator([0, *days[knots]], np.stack([today, *ahead], axis=2), axis=2)([0, *days])
    by_place: list[Ints] = [
        path.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") for path in np.moveaxis(paths, 1, 0)
    ]
    return by_place


def _rank_scores(people: Floats, usual: Floats) -> Floats:
    """Return the normal scores of the ranks of histories at each place, (member, place).

    Ties are broken by what is usual there, and then by chance: two empty places do not go together.
    """
    order = np.lexsort((stream(0, "ties").random(people.shape), usual, people), axis=0)
    scores: Floats = special.ndtri((order.argsort(axis=0) + 0.5) / people.shape[0])
    return scores


def _by_rank(ranks: Ints, quantiles: Sequence[Floats], levels: Sequence[float]) -> Floats:
    """Return the quantile of each rank, (member, 1 + day)."""
    even = (np.arange(ranks.shape[0]) + 0.5) / ranks.shape[0]
    return np.column_stack([np.interp(even, levels, row)[ranks[:, t]] for t, row in enumerate(quantiles)])


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


def _knots(days: Ints) -> Ints:
    """Return the indices of the days at which stocks are compared: about one a week, and the last."""
    weeks = range(KNOT_DAYS, int(days[-1]) + 1, KNOT_DAYS)
    nearest = {int(np.abs(days - week).argmin()) for week in weeks}
    return np.array(sorted({*nearest, days.size - 1}), dtype=np.int64)


def _own_scores(people: Floats) -> Floats:
    """Return the normal scores of people among themselves, (member,): their mean is zero."""
    _, group, sizes = np.unique(people, return_inverse=True, return_counts=True)
    ranks = (sizes.cumsum() - (sizes - 1) / 2)[group]  # ties share the mean of their ranks
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
