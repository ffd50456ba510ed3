"""What the particles know of the parameters at the beginning of a window, as a law from which moves are proposed.

Reports leave few particles, and those that are left share few values of the parameters. In the first window of the
calendar other values are proposed from the prior. Later the law of the parameters is what the particles at the
beginning of the window say it is: normal, with a mean that depends linearly on what each particle holds then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator

    from corridor.engine.program import Floats

_DIGITS = 6
"""Decimals that are kept of a law, so that the order of additions on a machine changes nothing."""

_SMALLEST = 1e-6
"""Spread of a quantity that stands for none."""

_RIDGE = 1e-6
"""Added to the variance of each quantity, for those that others determine."""


class ParameterDistribution(NamedTuple):
    """A normal law of the parameters of each particle: mean (m, parameter), and a root of the covariance of all."""

    mean: Floats
    root: Floats

    def near(self, normal: Floats, step: float, random: Generator) -> Floats:
        """Return parameters a step away, in a way that leaves the law as it is.

        ``x' = mean + sqrt(1 - step**2) (x - mean) + step root noise``.

        Parameters
        ----------
        normal
            Shape (m, parameter).
        step
            From 0, which moves nothing, to 1, which draws them anew.
        random
            Draws the noise.
        """
        noise = random.standard_normal(normal.shape) @ self.root.T
        moved: Floats = self.mean + near(normal - self.mean, step, noise)
        return moved


def near(normal: Floats, step: float, noise: Floats) -> Floats:
    """Return normal numbers of mean zero a step towards independent ones of the same law, which it leaves as it is."""
    moved: Floats = np.sqrt(1 - step**2) * normal + step * noise
    return moved


def prior_distribution(normal: Floats) -> ParameterDistribution:
    """Return the law of the parameters before any report, standard normal.

    Examples
    --------
    >>> prior_distribution(np.array([[0.3], [1.2]])).root
    array([[1.]])
    """
    return ParameterDistribution(np.zeros(normal.shape), np.eye(normal.shape[1]))


def conditional_distribution(normal: Floats, held: Floats) -> ParameterDistribution:
    """Return the law of parameters given what each particle holds, by linear regression over the particles.

    Parameters
    ----------
    normal
        Shape (m, parameter).
    held
        What each particle holds that a move of the parameters leaves as it is, (m, quantity).

    Examples
    --------
    >>> given = conditional_distribution(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([[0.0], [0.0], [1.0], [1.0]]))
    >>> given.mean.ravel().round(3), given.root
    (array([1.5, 1.5, 3.5, 3.5]), array([[0.5]]))
    """
    spread = held.std(0)
    varying = spread > _SMALLEST
    scaled = (held[:, varying] - held[:, varying].mean(0)) / spread[varying]
    products = scaled.T @ scaled + _RIDGE * len(held) * np.eye(scaled.shape[1])
    slope = np.linalg.solve(products, scaled.T @ (normal - normal.mean(0))).round(_DIGITS)
    mean = normal.mean(0).round(_DIGITS) + scaled @ slope
    rest = normal - mean
    covariance = rest.T @ rest / len(rest)
    variance, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(np.maximum(variance, 0.0))) @ axes.T
    return ParameterDistribution(mean, root.round(_DIGITS))
