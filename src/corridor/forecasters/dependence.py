r"""How errors of forecasts go together at the places of a crisis, on which ranges of totals over places rest.

*From the past.* Each place has the mean of its scaled errors of each month: those of one rule carried forward. Each
mean becomes a normal score by the rank of its size, with its sign, so that a single month does not decide. With ``c``
the mean product of the scores of two places in a month, and ``v`` their mean square, a crisis of ``n`` months in which
two places or more were reported has the correlation ``mean(c) / mean(v)``. It is drawn to the ``R`` of other crises, by
as many months ``N`` as these agree with each other (DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2)::

    rho = (N R + n mean(c) / mean(v)) / (N + n)

*In histories.* Where scores ``z`` of ``P`` places have the mean correlation ``r < rho``, what they share counts more::

    z' = z + k mean(z),   (1 + k)^2 = 1 + w / u,   w = (rho - r) / (1 - rho),   u = (1 + (P - 1) r) / P

Any two then have the mean correlation ``rho``, and each place nearly the order of histories that it had. Where
histories go together more than past errors did, they stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special, stats

from corridor.forecasters.point_rules import REFERENCE
from corridor.forecasters.replay import known_series, replayed
from corridor.inference.unexplained_flow import MONTH_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.learned import Learned
    from corridor.forecasters.replay import Cases, Reported

    Floats = NDArray[np.float64]

LEAST_PLACES = 2
"""So many places of a month can go together."""

MOST = 0.95
"""No two places are taken to be one."""

FEW_MONTHS, MANY_MONTHS = 1.0, 24.0
"""Other crises count as no fewer and no more months than these."""


class Months(NamedTuple):
    """Scores of the errors of each month in which two places or more were reported, (month,).

    Attributes
    ----------
    product
        Mean product of the scores of two places.
    square
        Mean square of a score.
    """

    product: Floats
    square: Floats

    @property
    def correlation(self) -> float:
        """Return the mean correlation of two places; zero without any month."""
        return float(self.product.sum() / max(self.square.sum(), 1e-9))


def months_of(cases: Cases, learned: Learned) -> Months:
    """Return how errors of a crisis went together, month by month.

    Parameters
    ----------
    cases
        Of all places.
    learned
        The scale of errors.
    """
    scaled = cases.scaled(learned)[REFERENCE]
    places = int(cases.place.max(initial=0)) + 1
    cells, cell = np.unique((cases.day // MONTH_DAYS).astype(np.int64) * places + cases.place, return_inverse=True)
    error = np.bincount(cell, scaled) / np.maximum(np.bincount(cell), 1)
    scores = np.sign(error) * special.ndtri(0.5 + 0.5 * (stats.rankdata(np.abs(error)) - 0.5) / max(error.size, 1))
    _, month = np.unique(cells // places, return_inverse=True)
    total, squares, count = np.bincount(month, scores), np.bincount(month, scores**2), np.bincount(month)
    several = count >= LEAST_PLACES
    total, squares, count = total[several], squares[several], count[several]
    return Months((total**2 - squares) / (count * (count - 1)), squares / count)


def across_crises(crises: Sequence[Months]) -> tuple[float, float]:
    """Return the mean correlation over crises, and as how many months of a further crisis it counts.

    Parameters
    ----------
    crises
        Those with some months.
    """
    known = [months for months in crises if months.product.size]
    if not known:
        return 0.0, FEW_MONTHS
    each = np.array([months.correlation for months in known])
    noise = [_noise(months) for months in known]
    of_a_month = float(np.mean(noise))
    of_estimates = np.mean([one / months.product.size for one, months in zip(noise, known, strict=True)])
    between = max(float(each.var(ddof=1) - of_estimates) if each.size > 1 else 0.0, 1e-9)
    return float(each.mean()), float(np.clip(of_a_month / between, FEW_MONTHS, MANY_MONTHS))


def _noise(months: Months) -> float:
    """Return the variance of the correlation of a single month."""
    return float(np.mean((months.product - months.correlation * months.square) ** 2) / np.mean(months.square) ** 2)


def shared_errors(series: Mapping[str, Reported], origin: int, learned: Learned) -> float:
    """Return the correlation that errors at two places of a crisis have, from 0 to `MOST`.

    Parameters
    ----------
    series
        Reports by place; those for days after the origin are not used. Without any, other crises decide.
    origin
        Last day known.
    learned
        What other crises have taught.
    """
    known = known_series(series, origin)
    none = np.zeros(0)
    own = months_of(replayed(list(known.values())).at_occupied_places(), learned) if known else Months(none, none)
    count = own.product.size
    together = (learned.shared_months * learned.shared + count * own.correlation) / (learned.shared_months + count)
    return float(np.clip(together, 0.0, MOST))


def with_shared(scores: Floats, shared: float) -> Floats:
    """Return scores in which any two places have a mean correlation of at least `shared`, (member, place).

    Parameters
    ----------
    scores
        Normal scores of each history, (member, place), of mean 0 and variance about 1.
    shared
        The correlation, 0 or more and below 1.

    Examples
    --------
    >>> apart = np.random.default_rng(1).standard_normal((100_000, 5))
    >>> float(np.corrcoef(with_shared(apart, 0.25).T)[np.triu_indices(5, 1)].mean().round(2))
    0.25
    """
    places = scores.shape[1]
    if places < LEAST_PLACES:
        return scores
    mean = scores.mean(axis=1, keepdims=True)
    of_mean, of_one = float(np.mean(mean**2)), float(np.mean(scores**2))
    present = (places * of_mean / of_one - 1.0) / (places - 1)
    if present >= shared:
        return scores
    more = (shared - present) / (1.0 - shared)
    together: Floats = scores + (np.sqrt(1.0 + more * of_one / max(of_mean, 1e-9)) - 1.0) * mean
    return together
