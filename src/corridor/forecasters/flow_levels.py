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


class LevelCases(NamedTuple):
    """Past periods of all places, each with what it came from.

    Attributes
    ----------
    features, levels
        What the regression sees, (case, feature), and the level that it is to explain, (case,).
    place
        Number of the place, (case,).
    age
        Periods since the one explained, (case,).
    now, scale
        Features of the last period of each place, (place, feature), and its running mean, people per day, (place,).
    """

    features: Floats
    levels: Floats
    place: NDArray[np.int64]
    age: Floats
    now: Floats
    scale: Floats

    def where(self, counts: NDArray[np.bool_]) -> LevelCases:
        """Return those of the cases that count."""
        return self._replace(
            features=self.features[counts], levels=self.levels[counts], place=self.place[counts], age=self.age[counts]
        )


class LevelFit(NamedTuple):
    """The regression on levels as fitted on an origin.

    Attributes
    ----------
    little
        What is added to rates as a share of their mean.
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

    little: float
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
    return fitted(level_cases(rates, steps, LITTLE), rates, LITTLE)


def level_cases(rates: Mapping[str, Floats], steps: int, little: float) -> LevelCases:
    """Return the past periods of all places, each seen so many periods ahead.

    Parameters
    ----------
    rates
        People per day in each period known, in order, by place, (period,).
    steps
        Periods ahead, one or more.
    little
        Added to rates as a share of their mean.
    """
    features, levels, place, age, now, scale = [], [], [], [], [], []
    for number, rate in enumerate(rates.values()):
        mean = running_mean(rate)
        rows = _features(rate, mean, little)
        seen = periods_seen(rate, steps)
        features.append(rows[seen])
        levels.append(np.log(rate[seen + steps] / mean[seen] + little))
        place.append(np.full(seen.size, number, dtype=np.int64))
        age.append(rate.size - 1.0 - steps - seen)
        now.append(rows[-1])
        scale.append(mean[-1])
    return LevelCases(
        np.concatenate(features),
        np.concatenate(levels),
        np.concatenate(place),
        np.concatenate(age),
        np.array(now),
        np.array(scale),
    )


def fitted(cases: LevelCases, rates: Mapping[str, Floats], little: float) -> LevelFit:
    """Return the regression fitted to some cases.

    Parameters
    ----------
    cases
        The past that counts.
    rates
        People per day in each period known, in order, by place, (period,).
    little
        Added to rates as a share of their mean.
    """
    x, y, places = cases.features, cases.levels, cases.place
    weight = 2.0 ** (-cases.age / COEFFICIENT_HALF_LIFE) / len(rates)
    pull = RIDGE * np.eye(len(ASSUMED))
    coefficients = np.linalg.solve((x * weight[:, None]).T @ x + pull, (x * weight[:, None]).T @ y + pull @ ASSUMED)
    errors, recent = y - x @ coefficients, 2.0 ** (-cases.age / ERROR_HALF_LIFE)
    spread = _mean_errors(np.abs(errors), recent, places, len(rates))
    return LevelFit(
        little,
        tuple(rates),
        places,
        x @ coefficients,
        errors / spread[places],
        recent,
        spread,
        cases.now @ coefficients,
        cases.scale,
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
    quantiles: Floats = np.clip((np.exp(np.minimum(level, 50.0)) - fit.little) * fit.scale[number], 0.0, most)
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


def damped_mean(values: Floats, half_life: float) -> Floats:
    """Return the mean of all values up to each, older ones halved every so many periods, (period,)."""
    return weighted_past(values, half_life) / weighted_past(np.ones(values.size), half_life)


def running_mean(rate: Floats) -> Floats:
    """Return the mean rate up to each period, never zero, people per day, (period,)."""
    mean: Floats = (np.cumsum(rate) + _FEW_PER_DAY) / (np.arange(rate.size) + 1) + _FEW_PER_DAY / 2
    return mean


def periods_seen(rate: Floats, steps: int) -> NDArray[np.int64]:
    """Return the numbers of the periods from which one that is known was seen so many periods ahead."""
    return np.arange(min(_LEAST_PERIODS, rate.size), max(rate.size - steps, 0))


def _features(rate: Floats, mean: Floats, little: float) -> Floats:
    """Return what the level ahead depends on, (period, feature)."""
    means = [damped_mean(rate, half) for half in HALF_LIVES]
    zeros = damped_mean((rate <= 0).astype(np.float64), HALF_LIVES[-1])
    return np.stack([*(np.log(one / mean + little) for one in (rate, *means)), zeros, np.ones(rate.size)], axis=1)
