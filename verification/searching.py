"""A search for few parameters that is meant to hold elsewhere: a stated prior, and a penalty that earns its place.

Points are drawn once around the defaults (a Latin hypercube, spread as the prior says) and scored on every
instance once. What is calibrated on some instances is the point with the least

    mean score of these instances + strength x squared distance from the default,

distances counted in spreads of the prior and added up over parameters. The strength of the penalty is found within
these instances: each is left out in turn, the point chosen on the others. So few instances cannot tell much, so that
the strongest penalty counts that is not worse than the best by more than one standard error of the differences. An
instance that is scored has no part in either choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, qmc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STRENGTHS = (0.0, 0.003, 0.01, 0.03, 0.1)
"""Penalties that are tried, in units of the score per squared spread."""


@dataclass(frozen=True)
class Around:
    """A parameter that is searched: its default, how far it is looked for, and where it must stay.

    Attributes
    ----------
    centre
        The default.
    spread
        One standard deviation: a factor, or a difference where the scale is linear.
    low, high
        Values beyond are moved to these.
    is_linear
        Whether the scale is linear; else logarithmic.
    among
        Values of which the nearest is taken, where others would cost too much; empty is any.
    """

    centre: float
    spread: float
    low: float
    high: float
    is_linear: bool = False
    among: tuple[float, ...] = ()

    def value(self, z: float) -> float:
        """Return the value so many spreads from the default."""
        found = self.centre + z * self.spread if self.is_linear else self.centre * self.spread**z
        found = float(np.clip(found, self.low, self.high))
        return min(self.among, key=lambda value: abs(np.log(value / found))) if self.among else found

    def distance(self, value: float) -> float:
        """Return how many spreads a value is from the default."""
        if self.is_linear:
            return (value - self.centre) / self.spread
        return float(np.log(value / self.centre) / np.log(self.spread))


def points_around(prior: Mapping[str, Around], points: int, seed: int) -> list[dict[str, float]]:
    """Return settings: the defaults, and a Latin hypercube around them."""
    cube = norm.ppf(qmc.LatinHypercube(len(prior), seed=seed).random(points))
    rows = np.vstack([np.zeros(len(prior)), cube])
    return [{name: around.value(z) for (name, around), z in zip(prior.items(), row, strict=True)} for row in rows]


@dataclass(frozen=True)
class Chosen:
    """A point that was chosen, by its index, and the strength of the penalty."""

    point: int
    strength: float


@dataclass(frozen=True)
class Scored:
    """Points and their scores.

    Attributes
    ----------
    distance
        Squared distance of each point from the default, (point,).
    scores
        By the name of an instance, (point,).
    """

    distance: Floats
    scores: Mapping[str, Floats]

    def best(self, names: Sequence[str], strength: float) -> int:
        """Return the point with the least penalised mean score of some instances."""
        mean = np.mean([self.scores[name] for name in names], 0)
        return int(np.argmin(mean + strength * self.distance))

    def calibrated(self, names: Sequence[str]) -> Chosen:
        """Return the point that is calibrated on some instances, at least three, and no others."""
        left_out = {
            strength: np.array([self.scores[n][self.best([m for m in names if m != n], strength)] for n in names])
            for strength in STRENGTHS
        }
        least = min(STRENGTHS, key=lambda strength: float(left_out[strength].mean()))
        worse = {strength: scores - left_out[least] for strength, scores in left_out.items()}
        strength = max(s for s, more in worse.items() if more.mean() <= more.std(ddof=1) / np.sqrt(len(names)))
        return Chosen(self.best(names, strength), strength)


def squared_distance(prior: Mapping[str, Around], values: Mapping[str, float]) -> float:
    """Return the squared distance of a setting from the defaults, in spreads."""
    return sum(around.distance(values[name]) ** 2 for name, around in prior.items())
