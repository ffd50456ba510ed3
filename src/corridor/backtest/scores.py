"""How good a forecast was: scores of quantiles against reports, and of shares against totals.

Scores are in people, smaller is better. WIS is the weighted interval score of the quantiles (Bracher
and others 2021, doi:10.1371/journal.pcbi.1008618), which is the mean of twice their quantile scores.
CRPS (Gneiting and Raftery 2007, doi:10.1198/016214506000001437) is that of the distribution that runs
straight between the quantiles and ends at the outermost. Both are given on log(1 + people), too, where
an error by a factor counts the same in a small camp as in a large one.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.backtest.prescribed import relative_difference
from corridor.streams import stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SCORES = ("wis", "wis_log1p", "crps", "crps_log1p", "mae")
"""What is averaged: all in people or in log(1 + people)."""

COVERED = (0.5, 0.8, 0.95)
"""Levels of the central intervals whose coverage is reported."""

POINTS = 199
"""A distribution between quantiles is read off at this many evenly spaced levels for its CRPS."""

_EVEN = (np.arange(POINTS) + 0.5) / POINTS

RESAMPLES = 2000
INTERVAL = (0.05, 0.95)
"""Ends of the bootstrap interval of a skill."""


class Interval(NamedTuple):
    """A skill with its bootstrap interval; None where there is nothing to compare."""

    value: float | None
    low: float | None
    high: float | None


def point_scores(quantiles: Floats, levels: Sequence[float], true: Floats) -> dict[str, Floats]:
    """Return the scores of each forecast.

    Parameters
    ----------
    quantiles
        People, (target, level).
    levels
        Levels of the quantiles, ascending and even around 0.5, which is one of them.
    true
        Reported people, (target,).

    Returns
    -------
    dict
        The names in `SCORES`, each (target,).
    """
    middle = list(levels).index(0.5)
    scores = {"mae": np.abs(quantiles[:, middle] - true)}
    for ending, values, y in (("", quantiles, true), ("_log1p", np.log1p(quantiles), np.log1p(true))):
        scores[f"wis{ending}"] = 2 * np.mean(_quantile_scores(values, np.asarray(levels), y), axis=1)
        members = np.array([np.interp(_EVEN, levels, line) for line in values]).reshape(y.size, POINTS)
        scores[f"crps{ending}"] = 2 * np.mean(_quantile_scores(members, _EVEN, y), axis=1)
    return {name: np.asarray(scores[name], dtype=np.float64) for name in SCORES}


def _quantile_scores(quantiles: Floats, levels: Floats, true: Floats) -> Floats:
    """Return the quantile score of each quantile, (target, level).

    Twice its mean over evenly spaced levels is the CRPS (Laio and Tamea 2007, doi:10.5194/hess-11-1267-2007).
    """
    missed = true[:, None] - quantiles
    scores: Floats = np.maximum(levels * missed, (levels - 1) * missed)
    return scores


def is_covered(quantiles: Floats, levels: Sequence[float], true: Floats, level: float) -> NDArray[np.bool_]:
    """Return whether each truth lies in the central interval of a level, ends included, (target,).

    Parameters
    ----------
    quantiles
        People, (target, level).
    levels
        Levels of the quantiles.
    true
        Reported people, (target,).
    level
        Share of truths that the interval should hold, such as 0.8.
    """
    low, high = (_column(levels, 0.5 + side * level / 2) for side in (-1, 1))
    covered: NDArray[np.bool_] = (quantiles[:, low] <= true) & (true <= quantiles[:, high])
    return covered


def _column(levels: Sequence[float], level: float) -> int:
    column = int(np.argmin(np.abs(np.asarray(levels) - level)))
    assert math.isclose(levels[column], level), "an interval ends at levels of the forecast"
    return column


def pit(quantiles: Floats, levels: Sequence[float], true: Floats, *, seed: int) -> Floats:
    """Return the probability integral transform of each truth, (target,), even on 0..1 if all is well.

    Between two quantiles it is interpolated; where several quantiles are equal to the truth, such as
    at zero, and beyond the outermost, it is drawn evenly from the range of levels that remains.

    Parameters
    ----------
    quantiles
        People, (target, level).
    levels
        Levels of the quantiles.
    true
        Reported people, (target,).
    seed
        Decides the draws.
    """
    chance = stream(seed, "pit").random(true.size)
    ranks = np.empty(true.size)
    for n, (line, y) in enumerate(zip(quantiles, true, strict=True)):
        below, upto = int(np.searchsorted(line, y, "left")), int(np.searchsorted(line, y, "right"))
        if below == upto and 0 < below < line.size:
            ranks[n] = np.interp(y, line[below - 1 : below + 1], levels[below - 1 : below + 1])
        else:
            low = 0.0 if below == 0 else levels[min(below, line.size - 1)]
            high = 1.0 if upto == line.size else levels[max(upto - 1, 0)]
            ranks[n] = low + chance[n] * (high - low)
    return ranks


def skill_of(model: Floats, rivals: Mapping[str, Floats]) -> tuple[float | None, str]:
    """Return 1 - score / score of the best rival, and which rival that is.

    Parameters
    ----------
    model
        Scores of the model, any shape; what counts is their sum.
    rivals
        Scores of the rivals at the same targets.

    Examples
    --------
    >>> skill_of(np.array([1.0, 2.0]), {"persistence": np.array([2.0, 4.0]), "drift": np.array([9.0, 9.0])})
    (0.5, 'persistence')
    """
    sums = {name: float(scores.sum()) for name, scores in rivals.items()}
    best = min(sums, key=lambda name: sums[name])
    return (1 - float(model.sum()) / sums[best] if sums[best] > 0 else None), best


def skill_interval(
    model: Floats, rivals: Mapping[str, Floats], origins: NDArray[np.int64], *, block: int, seed: int
) -> Interval:
    """Return a skill with an interval from a circular block bootstrap over origins.

    Origins that follow each other share conditions and reports, so blocks of them are drawn, around the
    corner where they reach the end. The best rival is chosen anew in each resample.

    Parameters
    ----------
    model
        Scores of the model, (target,).
    rivals
        Scores of each rival at the same targets.
    origins
        Number of the origin of each target, (target,).
    block
        Origins to a block.
    seed
        Decides the resamples; the interval runs from 5 % to 95 % of them.
    """
    value, _ = skill_of(model, rivals)
    numbers, place = np.unique(origins, return_inverse=True)
    count = numbers.size
    if value is None or count <= block:
        return Interval(value, None, None)
    times = _resamples(count, block, seed)
    own = times @ np.bincount(place, model, count)
    best = np.min([times @ np.bincount(place, scores, count) for scores in rivals.values()], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        skills = 1 - own / best
    low, high = np.nanquantile(np.where(best > 0, skills, np.nan), INTERVAL)
    return Interval(value, float(low), float(high))


@lru_cache(maxsize=8)
def _resamples(count: int, block: int, seed: int) -> Floats:
    """Return how often each origin is drawn in each resample of blocks, (resample, origin)."""
    first = stream(seed, "bootstrap").integers(count, size=(RESAMPLES, -(-count // block)))
    drawn = ((first[:, :, None] + np.arange(block)) % count).reshape(RESAMPLES, -1)[:, :count]
    cell = drawn + count * np.arange(RESAMPLES)[:, None]
    times: Floats = np.bincount(cell.ravel(), minlength=RESAMPLES * count).reshape(RESAMPLES, count).astype(np.float64)
    return times


class Ard(NamedTuple):
    """Averaged relative difference: as it is, and with the simulated total set to the reported one."""

    normal: float
    rescaled: float


def ard(simulated: Floats, reported: Floats) -> Ard:
    """Return the averaged relative difference of people in camps, 0 at best.

    Each day, the differences of all camps are added up and divided by the people reported in all, at
    least one; days count the same. Differences are rounded to four decimals, as Flee's own script
    does. Rescaled, each day's simulated people are first multiplied so that their total is the
    reported one (zero where nobody is simulated), and only who is where is judged.

    Parameters
    ----------
    simulated
        People, (day, camp).
    reported
        People, (day, camp).

    Examples
    --------
    >>> ard(np.array([[50.0, 150.0]]), np.array([[100.0, 100.0]]))
    Ard(normal=0.5, rescaled=0.5)
    """
    normal, rescaled = (
        float(relative_difference(simulated, reported, rescaled=only_shares).mean()) for only_shares in (False, True)
    )
    return Ard(normal, rescaled)
