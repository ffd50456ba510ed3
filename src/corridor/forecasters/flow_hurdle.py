"""Forecasts of flows with many periods without anybody: a chance that nobody comes, and a flow if somebody does.

A hurdle model (Cragg 1971, doi:10.2307/1909582), both parts shared by all places. The chance is a logistic regression
on whether the last period was one without anybody, the shares of such periods damped over `HALF_LIVES`, the recent
rate beside the running mean, and the size of the place; it is fitted to the past of all places by Newton's method with
a ridge towards `ASSUMED`. Levels are those of :mod:`corridor.forecasters.flow_levels`, of periods with somebody alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.flow_levels import (
    COEFFICIENT_HALF_LIFE,
    damped_mean,
    fitted,
    level_cases,
    level_quantiles,
    periods_seen,
    running_mean,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.flow_levels import LevelFit

    Floats = NDArray[np.float64]

LITTLE = 0.03
"""Added to rates as a share of their mean: less than where periods without anybody have a level, too."""

HALF_LIVES = (4.0, 13.0)
"""Shares of periods without anybody forget half within so many periods."""

ASSUMED = (0.5, 1.5, 2.0, 0.0, 0.0, -2.5)
"""Coefficients of the chance before anything is known: last period, two shares, recent rate, size, and a constant."""

RIDGE = (0.5, 0.5, 0.5, 0.5, 0.5, 0.1)
"""Weight of what is assumed of each."""

_LITTLE_RATE = 0.1
_SIZES = (3.0, 5.0)
_STEPS = 15
_LARGEST_STEP = 2.0
_CLOSE_ENOUGH = 1e-6
_LARGEST = 30.0
_LEAST_LEVEL = 1e-4


class HurdleFit(NamedTuple):
    """Both parts as fitted on an origin.

    Attributes
    ----------
    nobody
        Chance of each place that nobody comes in the period ahead, (place,).
    somebody
        The regression on levels of periods with somebody.
    """

    nobody: Floats
    somebody: LevelFit


def fitted_hurdle(rates: Mapping[str, Floats], steps: int) -> HurdleFit:
    """Return both parts, fitted to the past of all places.

    Parameters
    ----------
    rates
        People per day in each period known, in order, by place, (period,).
    steps
        Periods ahead, one or more.
    """
    cases = level_cases(rates, steps, LITTLE)
    rows = {place: _features(rate) for place, rate in rates.items()}
    seen = {place: periods_seen(rate, steps) for place, rate in rates.items()}
    features = np.concatenate([rows[place][seen[place]] for place in rates])
    nobody = np.concatenate([rates[place][seen[place] + steps] for place in rates]) <= 0
    coefficients = _logistic(features, nobody.astype(np.float64), 2.0 ** (-cases.age / COEFFICIENT_HALF_LIFE))
    now = np.array([part[-1] for part in rows.values()])
    return HurdleFit(_chance(now, coefficients), fitted(cases.where(~nobody), rates, LITTLE))


def hurdle_quantiles(fit: HurdleFit, place: str, levels: Sequence[float]) -> Floats:
    """Return quantiles of the rate in the period ahead, people per day, (level,).

    Parameters
    ----------
    fit
        As fitted on an origin.
    place
        Which is forecast.
    levels
        Which quantiles, ascending.
    """
    nobody = fit.nobody[fit.somebody.places.index(place)]
    above = (np.array(levels) - nobody) / (1.0 - nobody)
    somebody = level_quantiles(fit.somebody, place, np.clip(above, _LEAST_LEVEL, 1.0).tolist())
    return np.where(above > 0, somebody, 0.0)


def _features(rate: Floats) -> Floats:
    """Return what the chance depends on, (period, feature)."""
    mean, empty = running_mean(rate), (rate <= 0).astype(np.float64)
    recent = np.log(damped_mean(rate, HALF_LIVES[0]) / mean + _LITTLE_RATE) / _SIZES[0]
    size = np.log1p(7.0 * mean) / _SIZES[1]
    return np.stack(
        [empty, *(damped_mean(empty, half) for half in HALF_LIVES), recent, size, np.ones(rate.size)], axis=1
    )


def _logistic(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the coefficients of a logistic regression drawn towards `ASSUMED`, (feature,)."""
    assumed, ridge = np.array(ASSUMED), np.array(RIDGE)
    coefficients: Floats = assumed.copy()
    for _ in range(_STEPS):
        chance = _chance(x, coefficients)
        slope = x.T @ (weight * (y - chance)) - ridge * (coefficients - assumed)
        curve = (x * (weight * chance * (1.0 - chance))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        coefficients = coefficients + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
        if np.abs(step).max() < _CLOSE_ENOUGH:
            break
    return coefficients


def _chance(x: Floats, coefficients: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-np.clip(x @ coefficients, -_LARGEST, _LARGEST)))
    return chance
