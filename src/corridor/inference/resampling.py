"""Weights of particles: normalising, counting, tempering, resampling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from corridor.engine.program import Floats, Ints


def normalised(log_weight: Floats) -> Floats:
    """Return weights that sum to one.

    Examples
    --------
    >>> normalised(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    weight: Floats = np.exp(log_weight - log_weight.max())
    total: float = weight.sum()
    return weight / total


def effective(log_weight: Floats) -> float:
    """Return how many equally weighted particles the weights are worth (Kong 1992).

    Examples
    --------
    >>> effective(np.zeros(4))
    4.0
    """
    return 1.0 / float((normalised(log_weight) ** 2).sum())


def tempering(log_likelihood: Floats, wanted: float) -> float:
    """Return the power of the likelihood, at most 1, that leaves a wanted effective number."""
    if effective(log_likelihood) >= wanted:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        if effective(middle * log_likelihood) >= wanted:
            low = middle
        else:
            high = middle
    return max(low, 1e-6)


def systematic(weight: Floats, count: int, start: float) -> Ints:
    """Return the indices chosen by systematic resampling, in order.

    Examples
    --------
    >>> systematic(np.array([0.5, 0.5]), 4, 0.5)
    array([0, 0, 1, 1])
    """
    edges, last = np.cumsum(weight), int(np.flatnonzero(weight)[-1])
    edges[last:] = 1.0  # rounding chooses nobody without weight
    at = (np.arange(count) + start) / count
    return np.searchsorted(edges, at, side="right").clip(max=last)
