"""What is known of a place on a day: last report, growth, volatility; and how similar two such situations are.

With the last report of ``x`` people, ``a`` days old: growth is the slope of the last `MEMORY_DAYS` (days without a
report since count as days without growth); volatility is how much the root of the reported people has moved per day,
forgotten at the rate ``1 / MEMORY_DAYS``. Two situations are similar by a Gaussian kernel on the logarithms of size and
of volatility.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.forecasters.settings import FEW_PEOPLE, LITTLE_VOLATILITY, MEMORY_DAYS, WEEK_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EVEN = (np.arange(50) + 0.5) / 50
"""Levels by which a distribution is spread evenly over its cases."""


class Situation(NamedTuple):
    """What is known of a place on each of some days, (day,).

    Attributes
    ----------
    people
        Those of the last report.
    slope
        People per day over the last `MEMORY_DAYS`.
    volatility
        Movement of the root of people, per day.
    age
        Days since the last report.
    """

    people: Floats
    slope: Floats
    volatility: Floats
    age: Floats


def situation(days: Floats, people: Floats, on: Floats) -> Situation:
    """Return what was known of a place on each of some days, none before its first report.

    Parameters
    ----------
    days, people
        Its reports, (report,).
    on
        Days of the calendar, (day,).
    """
    last = np.searchsorted(days, on, "right") - 1
    begin = np.maximum(on - MEMORY_DAYS, days[0])
    earlier = np.where(begin >= days[last], people[last], np.interp(begin, days, people))
    slope = (people[last] - earlier) / np.maximum(on - begin, WEEK_DAYS)
    age = on[:, None] - days[1:]
    moved = np.where(age >= 0, np.exp(-np.maximum(age, 0.0) / MEMORY_DAYS), 0.0) @ np.abs(np.diff(np.sqrt(people)))
    watched = np.maximum(on - days[0], WEEK_DAYS)
    volatility = moved / (MEMORY_DAYS * -np.expm1(-watched / MEMORY_DAYS))
    return Situation(people[last], slope, volatility, on - days[last])


def similarity(before: Situation, now: Situation, width: float) -> Floats:
    """Return how similar past situations are to the present one, in size and in volatility, 1 at most, (case,).

    Parameters
    ----------
    before, now
        The situations compared.
    width
        Standard deviation of the kernel on the logarithm.
    """
    size = np.log((before.people + FEW_PEOPLE) / (now.people + FEW_PEOPLE)) / width
    volatility = np.log((before.volatility + LITTLE_VOLATILITY) / (now.volatility + LITTLE_VOLATILITY)) / width
    similar: Floats = np.exp(-(size**2 + volatility**2) / 2)
    return similar


def weighted_quantiles(values: Floats, weights: Floats, levels: Sequence[float] | Floats) -> Floats:
    """Return quantiles of weighted values, straight between the middles of their steps, (level,)."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) - weights[order] / 2
    quantiles: Floats = np.interp(levels, reached / weights.sum(), values[order])
    return quantiles
