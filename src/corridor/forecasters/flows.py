"""Forecasts of flows, people in a period: simple rules, and their mixture by how well each has done.

A flow series is a sequence of periods of a place, each with its length and the people counted in it. A rule gives
a rate, people per day, from the periods known: zero, the last period, the mean of the last four, and a mean damped over
some `HALF_LIFE` periods. With the length ``d`` of the period ahead, its point is ``rate d``; errors are on the root of
people and grow with the root of the length.

*Errors.* For each past period and each step ahead the rule is applied to what was known that many periods before. Own
errors count one each, halved every `ERROR_HALF_LIFE` periods; those of the other places, scaled by the root of the mean
flow, count as at most `SHARED` own ones.

*Mixture.* The share of a rule is ``S^(-n / 2)`` with the sum ``S`` of its weighted absolute errors and the sum ``n`` of
weights, as in :mod:`corridor.forecasters.reports_model`; quantiles are those of the linear pool, in which a place that
often reports nobody keeps its share of zeros: past flows of the place itself are one more member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.settings import SHARED
from corridor.forecasters.situations import weighted_quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HALF_LIFE = 4.0
"""The damped mean forgets half within so many periods."""

ERROR_HALF_LIFE = 26.0
"""An error this many periods ago counts half."""

RULES = ("zero", "last", "mean_of_four", "damped_mean")
POOL = "pooled_flows"
NAMES = (POOL, *RULES)
"""The mixture, and the rules that it is compared with."""

_FEW_PER_DAY = 0.1
_PRIOR = 4.0
_LEAST = 1e-9


class FlowSeries(NamedTuple):
    """Consecutive periods of a place, in order of time, (period,).

    Attributes
    ----------
    end
        Last day of each period.
    length
        Days of each period.
    people
        Those counted in it.
    """

    end: NDArray[np.int64]
    length: Floats
    people: Floats


def rates(series: FlowSeries) -> Floats:
    """Return the rate that each rule expects after each period, people per day, (rule, period)."""
    rate = series.people / series.length
    total, days = (np.cumsum(np.concatenate([[0.0], part])) for part in (series.people, series.length))
    first = np.maximum(np.arange(rate.size) - 3, 0)
    upto = np.arange(rate.size) + 1
    four = (total[upto] - total[first]) / (days[upto] - days[first])
    age = np.arange(rate.size)[:, None] - np.arange(rate.size)
    weight = np.where(age >= 0, 2.0 ** (-np.maximum(age, 0) / HALF_LIFE), 0.0)
    damped = weight @ series.people / (weight @ series.length)
    return np.array([np.zeros_like(rate), rate, four, damped])


def past_errors(series: FlowSeries, steps: int) -> Floats:
    """Return the errors of each rule so many periods ahead, roots of people per root of a day, (rule, case).

    Parameters
    ----------
    series
        What is known.
    steps
        Periods from the last known to the one that is forecast, one or more.
    """
    expected = rates(series)[:, : max(series.end.size - steps, 0)]
    seen = series.people[steps:] / series.length[steps:]
    errors: Floats = np.sqrt(seen) - np.sqrt(expected)
    return errors


def flow_quantiles(known: Mapping[str, FlowSeries], place: str, length: float, steps: int) -> dict[str, Floats]:
    """Return quantiles of the people in a coming period, (level,), by the names in `NAMES`.

    Parameters
    ----------
    known
        Series of all places, with the periods that ended by the origin.
    place
        Which is forecast; it has one period or more.
    length
        Days of the period ahead.
    steps
        Periods ahead, one or more.
    """
    own = known[place]
    size = np.sqrt(own.people.sum() / own.length.sum() + _FEW_PER_DAY)
    parts, weights = [past_errors(own, steps)], [_recency(own.end.size - steps)]
    others = [other for other in known if other != place]
    for other in others:
        scale = size / np.sqrt(known[other].people.sum() / known[other].length.sum() + _FEW_PER_DAY)
        parts.append(past_errors(known[other], steps) * scale)
        weights.append(_recency(known[other].end.size - steps))
    lent = np.concatenate([np.zeros(0), *weights[1:]])
    errors = np.concatenate(parts, axis=1)
    weight = np.concatenate([weights[0], lent * min(1.0, SHARED / max(lent.sum(), _LEAST))])
    points = np.sqrt(rates(own)[:, -1])
    assumed = size * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    values = [np.concatenate([errors[r], assumed]) + points[r] for r in range(len(RULES))]
    one = np.concatenate([weight, np.full(assumed.size, 1.0 / assumed.size)])
    shares = _shares(errors, weight, size)
    climate, climate_weight = np.sqrt(own.people / own.length), _recency(own.end.size) / (_PRIOR + own.end.size)
    tables = {name: (values[r], one) for r, name in enumerate(RULES)}
    tables[POOL] = (
        np.concatenate([*values, climate]),
        np.concatenate([*(share * one / one.sum() for share in shares), climate_weight]),
    )
    return {name: _people(*tables[name], length) for name in NAMES}


def _recency(count: int) -> Floats:
    """Return the weight of past errors in order of time; the last counts one."""
    weights: Floats = 2.0 ** (-np.arange(max(count, 0))[::-1] / ERROR_HALF_LIFE)
    return weights


def _shares(errors: Floats, weight: Floats, size: float) -> Floats:
    """Return the share of each rule, (rule,), summing to one."""
    count = weight.sum() + _PRIOR
    log = -count / 2 * np.log((np.abs(errors) @ weight + _PRIOR * size) / count)
    likelihood = np.exp(log - log.max())
    shares: Floats = likelihood / likelihood.sum()
    return shares


def _people(roots: Floats, weights: Floats, length: float) -> Floats:
    quantiles: Floats = np.maximum(0.0, weighted_quantiles(roots, weights, HUB_LEVELS)) ** 2 * length
    return quantiles
