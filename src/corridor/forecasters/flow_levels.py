"""Forecasts of flows from their recent levels: one regression that all places share, with the errors it has made.

With the rate ``r`` of a period, people per day, and the running mean ``m`` of the place up to it, levels are
``log(r / m + LITTLE)``, so that a place of ten a week and one of a thousand can learn from each other. The level some
periods ahead is linear in the last level, in those of means damped over `HALF_LIVES` periods, and in the share of late
periods without anybody. Coefficients are fitted to the past of all places by ridge regression towards `ASSUMED`
(Hoerl and Kennard 1970, doi:10.1080/00401706.1970.10488634), older periods weighing less.

Quantiles are those of the errors that the regression made, each divided by the mean error of its place: of the own
place, and with `LENT` of their weight those of others; the more the level expected then was like the present one, the
more an error counts. They are multiplied by the mean error of the own place, with `PRIOR_SCALE_CASES` cases of all
places. A level is a logarithm, so the largest quantiles of a young series would be wild: none exceeds `MOST` times the
largest flow seen.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.settings import ERROR_HALF_LIFE, PRIOR_SCALE_CASES
from corridor.forecasters.situations import weighted_quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LITTLE = 0.1
"""Added to rates as a share of their mean: a period without anybody has a level, too."""

HALF_LIVES = (1.0, 4.0, 13.0)
"""Means forget half within so many periods."""

ASSUMED = (0.0, 0.0, 0.6, 0.3, 0.0, 0.0)
"""Coefficients before anything is known: of the last level, the three means, the share of zeros, and a constant."""

RIDGE = 5.0
"""Weight of what is assumed, in periods of all places."""

COEFFICIENT_HALF_LIFE = 156.0
"""A period this many before counts half in the regression: how flows persist changes slowly."""

LENT = 0.25
"""Weight of an error of another place beside one of the place itself."""

MOST = 1.5
"""No quantile exceeds this many times the largest flow that the place has seen."""

_SPREAD = np.linspace(-2.0, 2.0, 7)
_ASSUMED_ERROR = 0.7
_FEW_PER_DAY = 0.1
_LEAST_PERIODS = 2


class LevelFit(NamedTuple):
    """The regression on levels as fitted on an origin.

    Attributes
    ----------
    places
        Names, in order of their numbers.
    place, expected, errors, weights
        Past cases: number of the place, level expected, error in mean errors of its place, and weight by age, (case,).
    spread
        Mean error of each place, (place,).
    now
        Level expected of each place, (place,).
    scale
        Running mean of each place, people per day, (place,).
    largest
        Largest rate that each place has seen, people per day, (place,).
    """

    places: tuple[str, ...]
    place: NDArray[np.int64]
    expected: Floats
    errors: Floats
    weights: Floats
    spread: Floats
    now: Floats
    scale: Floats
    largest: Floats


def fitted_levels(rates: Mapping[str, Floats], steps: int) -> LevelFit:
    """Return the regression on levels, fitted to the past of all places.

    Parameters
    ----------
    rates
        People per day in each period known, in order, by place, (period,).
    steps
        Periods ahead, one or more.
    """
    features, levels, place, age, now, scale = [], [], [], [], [], []
    for number, rate in enumerate(rates.values()):
        mean = (np.cumsum(rate) + _FEW_PER_DAY) / (np.arange(rate.size) + 1) + _FEW_PER_DAY / 2
        rows = _features(rate, mean)
        seen = np.arange(min(_LEAST_PERIODS, rate.size), max(rate.size - steps, 0))
        features.append(rows[seen])
        levels.append(np.log(rate[seen + steps] / mean[seen] + LITTLE))
        place.append(np.full(seen.size, number, dtype=np.int64))
        age.append(rate.size - 1.0 - steps - seen)
        now.append(rows[-1])
        scale.append(mean[-1])
    x, y, old = np.concatenate(features), np.concatenate(levels), np.concatenate(age)
    weight = 2.0 ** (-old / COEFFICIENT_HALF_LIFE) / len(rates)
    pull = RIDGE * np.eye(len(ASSUMED))
    coefficients = np.linalg.solve((x * weight[:, None]).T @ x + pull, (x * weight[:, None]).T @ y + pull @ ASSUMED)
    places, errors, recent = np.concatenate(place), y - x @ coefficients, 2.0 ** (-old / ERROR_HALF_LIFE)
    spread = _mean_errors(np.abs(errors), recent, places, len(rates))
    return LevelFit(
        tuple(rates),
        places,
        x @ coefficients,
        errors / spread[places],
        recent,
        spread,
        np.array(now) @ coefficients,
        np.array(scale),
        np.array([rate.max() for rate in rates.values()]),
    )


def level_quantiles(fit: LevelFit, place: str, levels: Sequence[float]) -> Floats:
    """Return quantiles of the rate in the period ahead, people per day, (level,).

    Parameters
    ----------
    fit
        The regression as fitted on an origin.
    place
        Which is forecast.
    levels
        Which quantiles, ascending.
    """
    number = fit.places.index(place)
    likeness = np.exp(-((fit.expected - fit.now[number]) ** 2) / 2)
    weight = fit.weights * likeness * np.where(fit.place == number, 1.0, LENT)
    errors = np.concatenate([fit.errors, _SPREAD])
    weights = np.concatenate([weight, np.full(_SPREAD.size, 1 / _SPREAD.size)])
    level = fit.now[number] + fit.spread[number] * weighted_quantiles(errors, weights, levels)
    most = MOST * max(fit.largest[number], _FEW_PER_DAY)
    quantiles: Floats = np.clip((np.exp(np.minimum(level, 50.0)) - LITTLE) * fit.scale[number], 0.0, most)
    return quantiles


def _mean_errors(missed: Floats, weight: Floats, place: NDArray[np.int64], places: int) -> Floats:
    """Return the mean absolute error of each place, drawn towards that of all, (place,)."""
    overall = (missed @ weight + _ASSUMED_ERROR * PRIOR_SCALE_CASES) / (weight.sum() + PRIOR_SCALE_CASES)
    total, count = (np.bincount(place, part, places) for part in (missed * weight, weight))
    spread: Floats = (total + PRIOR_SCALE_CASES * overall) / (count + PRIOR_SCALE_CASES)
    return spread


def weighted_past(values: Floats, half_life: float) -> Floats:
    """Return the sum of all values up to each, each halved every so many periods, (period,)."""
    share = 2.0 ** (-1.0 / half_life)
    return np.array(list(accumulate(values.tolist(), lambda past, value: value + share * past)), dtype=np.float64)


def _features(rate: Floats, mean: Floats) -> Floats:
    """Return what the level ahead depends on, (period, feature)."""
    count = np.ones(rate.size)
    means = [weighted_past(rate, half) / weighted_past(count, half) for half in HALF_LIVES]
    zeros = weighted_past((rate <= 0).astype(np.float64), HALF_LIVES[-1]) / weighted_past(count, HALF_LIVES[-1])
    return np.stack([*(np.log(one / mean + LITTLE) for one in (rate, *means)), zeros, count], axis=1)
