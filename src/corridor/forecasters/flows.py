"""Forecasts of flows, people in a period: simple rules, their mixture, and two regressions on recent levels.

A flow series is a sequence of periods of a place, each with its length and the people counted in it. A rule gives
a rate, people per day, from the periods known: zero, the last period, the mean of the last four, and a mean damped over
some `HALF_LIFE` periods. With the length ``d`` of the period ahead, its point is ``rate d``; errors are on the root of
people and grow with the root of the length.

*Errors.* For each past period and each step ahead the rule is applied to what was known that many periods before. Own
errors count one each, halved every `ERROR_HALF_LIFE` periods; those of the other places, each in mean errors of its own
place, count as at most `FLOW_SHARED` own ones. The mean error of a place begins at half the root of its mean flow.

*Mixture.* The share of a rule is ``S^(-n / 2)`` with the sum ``S`` of its weighted absolute errors and the sum ``n`` of
weights, as in :mod:`corridor.forecasters.reports_model`; quantiles are those of the linear pool, in which a place that
often reports nobody keeps its share of zeros: past flows of the place itself are one more member.

*Forecast.* Quantiles of three forecasts are averaged on the root of people, with equal weights: the mixture,
:mod:`corridor.forecasters.flow_levels`, and :mod:`corridor.forecasters.flow_hurdle`, in which a period may be one
without anybody. Then upper quantiles are drawn towards the median, to `UPPER` of their distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.flow_hurdle import fitted_hurdle, hurdle_quantiles
from corridor.forecasters.flow_levels import fitted_levels, level_quantiles, weighted_past
from corridor.forecasters.settings import ERROR_HALF_LIFE, FLOW_SHARED
from corridor.forecasters.situations import weighted_quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from corridor.forecasters.flow_hurdle import HurdleFit
    from corridor.forecasters.flow_levels import LevelFit

    Floats = NDArray[np.float64]

HALF_LIFE = 4.0
"""The damped mean forgets half within so many periods."""

UPPER = 0.8
"""What is left of the distance of upper quantiles from the median: their average is too wide. Each of .7, .8 and .9 was
better than 1 in people on series of Somalia, the Mediterranean and South Sudan, at all horizons."""

RULES = ("zero", "last", "mean_of_four", "damped_mean")
POOL = "pooled_flows"
NAMES = (POOL, *RULES)
"""The forecast, and the rules that it is compared with."""

_MIDDLE = HUB_LEVELS.index(0.5)
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

    @property
    def size(self) -> float:
        """Return the root of the mean flow, people per day."""
        return float(np.sqrt(self.people.sum() / self.length.sum() + _FEW_PER_DAY))


class FlowPast(NamedTuple):
    """What was known of all places on an origin, seen so many periods ahead.

    Attributes
    ----------
    known
        Series by place.
    steps
        Periods ahead, one or more.
    errors
        Past errors of each rule in mean errors of their place, by place, (rule, case).
    weights
        Weight of each of them by its age, by place, (case,).
    spread
        Mean error of each place over the rules that are not zero, roots of people per root of a day.
    levels
        The regression on levels, fitted to all places.
    hurdle
        The chance of nobody and the regression on levels of periods with somebody, fitted to all places.
    """

    known: Mapping[str, FlowSeries]
    steps: int
    errors: Mapping[str, Floats]
    weights: Mapping[str, Floats]
    spread: Mapping[str, float]
    levels: LevelFit
    hurdle: HurdleFit


def flow_past(known: Mapping[str, FlowSeries], steps: int) -> FlowPast:
    """Return the past of all places, seen so many periods ahead.

    Parameters
    ----------
    known
        Series of all places, with the periods that ended by the origin; each has one period or more.
    steps
        Periods ahead, one or more.
    """
    weights = {place: _recency(one.end.size - steps) for place, one in known.items()}
    errors = {place: past_errors(one, steps) for place, one in known.items()}
    spread = {place: _mean_error(errors[place], weights[place], one.size) for place, one in known.items()}
    per_day = {place: one.people / one.length for place, one in known.items()}
    return FlowPast(
        known,
        steps,
        {place: errors[place] / spread[place] for place in known},
        weights,
        spread,
        fitted_levels(per_day, steps),
        fitted_hurdle(per_day, steps),
    )


def rates(series: FlowSeries) -> Floats:
    """Return the rate that each rule expects after each period, people per day, (rule, period)."""
    rate = series.people / series.length
    total, days = (np.cumsum(np.concatenate([[0.0], part])) for part in (series.people, series.length))
    first = np.maximum(np.arange(rate.size) - 3, 0)
    upto = np.arange(rate.size) + 1
    four = (total[upto] - total[first]) / (days[upto] - days[first])
    damped = weighted_past(series.people, HALF_LIFE) / weighted_past(series.length, HALF_LIFE)
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
    observed = series.people[steps:] / series.length[steps:]
    errors: Floats = np.sqrt(observed) - np.sqrt(expected)
    return errors


def flow_quantiles(past: FlowPast, place: str, length: float) -> dict[str, Floats]:
    """Return quantiles of the people in a coming period, (level,), by the names in `NAMES`.

    Parameters
    ----------
    past
        What was known of all places, seen so many periods ahead.
    place
        Which is forecast; it has one period or more.
    length
        Days of the period ahead.
    """
    own = past.known[place]
    others = [name for name in past.known if name != place]
    lent = np.concatenate([np.zeros(0), *(past.weights[name] for name in others)])
    errors = np.concatenate([past.errors[place], *(past.errors[name] for name in others)], axis=1) * past.spread[place]
    weight = np.concatenate([past.weights[place], lent * min(1.0, FLOW_SHARED / max(lent.sum(), _LEAST))])
    points = np.sqrt(rates(own)[:, -1])
    assumed = past.spread[place] * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    values = [np.concatenate([errors[r], assumed]) + points[r] for r in range(len(RULES))]
    one = np.concatenate([weight, np.full(assumed.size, 1.0 / assumed.size)])
    shares = _shares(errors, weight, own.size)
    flows, flow_weight = np.sqrt(own.people / own.length), _recency(own.end.size) / (_PRIOR + own.end.size)
    tables = {name: _people(values[r], one, length) for r, name in enumerate(RULES)}
    mixed = _people(
        np.concatenate([*values, flows]),
        np.concatenate([*(share * one / one.sum() for share in shares), flow_weight]),
        length,
    )
    by_level = level_quantiles(past.levels, place, HUB_LEVELS) * length
    by_hurdle = hurdle_quantiles(past.hurdle, place, HUB_LEVELS) * length
    return {POOL: _narrowed(np.sqrt([mixed, by_level, by_hurdle]).mean(axis=0)) ** 2, **tables}


def _narrowed(roots: Floats) -> Floats:
    """Return quantiles of which the upper ones are drawn towards the median, (level,)."""
    narrowed: Floats = roots - (1 - UPPER) * np.maximum(roots - roots[_MIDDLE], 0.0)
    return narrowed


def _mean_error(errors: Floats, weight: Floats, size: float) -> float:
    """Return the mean error of a place over the rules that are not zero."""
    return float((np.abs(errors[1:]).mean(axis=0) @ weight + _PRIOR * size / 2) / (weight.sum() + _PRIOR))


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
