"""Are two sets of members draws from one law? Means and variances, place by place and day by day.

Three families of tests, each with its own allowance for false alarms:

- **camps**: means within 4 standard errors of their difference, in every camp on every day looked at. Each cell errs
  with the chance of Student's t beyond 4; the family errs with at most that chance times the number of cells.
- **other places**: the same quantity, judged by Holm's method at 1 % for the whole family.
- **variances**, everywhere: the test of Brown and Forsythe (absolute deviations from the median, analysis of variance),
  judged by Holm's method at 1 % for the whole family.

Where neither side varies, the two numbers must be the same. So must the number of people in the simulation.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DAYS = (10, 50, 100)
STANDARD_ERRORS = 4.0
FAMILY = 0.01
EVERYBODY = "(everybody)"


@dataclass(frozen=True)
class Sample:
    """Members of one side.

    Attributes
    ----------
    places
        Names of places.
    stock
        People at the end of the day: member x day x place.
    everybody
        People in the simulation, also those on the way: member x day.
    """

    places: tuple[str, ...]
    stock: np.ndarray
    everybody: np.ndarray


@dataclass(frozen=True)
class Cell:
    """One place on one day, on both sides: means, variances, and how far apart they are.

    `z` is the difference of means (second less first) in standard errors; infinite where neither side varies and they
    differ. `p_mean` belongs to it, two-sided, with so many degrees of `freedom`; `p_variance` is that of Brown and
    Forsythe.
    """

    case: str
    place: str
    family: str
    day: int
    means: tuple[float, float]
    variances: tuple[float, float]
    z: float
    freedom: int
    p_mean: float
    p_variance: float


@dataclass(frozen=True)
class Verdict:
    """What came of it: the cells that failed, by family, and the chance of any false alarm at all (an upper bound)."""

    cells: tuple[Cell, ...]
    camps: tuple[Cell, ...]
    others: tuple[Cell, ...]
    variances: tuple[Cell, ...]
    false_alarm: float

    @property
    def failed(self) -> bool:
        """Return whether any cell failed."""
        return bool(self.camps or self.others or self.variances)


def days_of(length: int) -> tuple[int, ...]:
    """Return the days looked at in so many days: those of DAYS that exist, and the last."""
    return (*(day for day in DAYS if day < length - 1), length - 1)


def cells_of(case: str, camps: Iterable[str], first: Sample, second: Sample) -> list[Cell]:
    """Return every cell of a case; places are matched by name."""
    held = set(camps)
    found = []
    for day in days_of(first.stock.shape[1]):
        found.append(cell_of((case, EVERYBODY, "camps", day), first.everybody[:, day], second.everybody[:, day]))
        for p, place in enumerate(first.places):
            a, b = first.stock[:, day, p], second.stock[:, day, second.places.index(place)]
            found.append(cell_of((case, place, "camps" if place in held else "others", day), a, b))
    return found


def cell_of(names: tuple[str, str, str, int], a: np.ndarray, b: np.ndarray) -> Cell:
    """Return the comparison of two samples; names are case, place, family and day."""
    case, place, family, day = names
    means, variances = (float(a.mean()), float(b.mean())), (float(a.var(ddof=1)), float(b.var(ddof=1)))
    error = math.sqrt(variances[0] / a.size + variances[1] / b.size)
    gap = means[1] - means[0]
    z = gap / error if error else math.copysign(math.inf, gap) if gap else 0.0
    freedom = a.size + b.size - 2
    p_mean = float(2 * stats.t.sf(abs(z), freedom))
    return Cell(case, place, family, day, means, variances, z, freedom, p_mean, brown_forsythe(a, b))


def brown_forsythe(a: np.ndarray, b: np.ndarray) -> float:
    """Return how likely such different spreads would be under one law; 1 where neither side varies from its median."""
    spread = [np.abs(x - np.median(x)) for x in (a, b)]
    if max(x.max() for x in spread) == 0:
        return 1.0
    if all(np.ptp(x) == 0 for x in spread):
        return 1.0 if spread[0][0] == spread[1][0] else 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nearly identical data: the p-value stays right
        return float(stats.f_oneway(*spread).pvalue)


def holm(p_values: Sequence[float], level: float) -> list[bool]:
    """Return which hypotheses fall by Holm's method: the chance that any true one falls is at most the level."""
    fallen = [False] * len(p_values)
    for rank, i in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[i] > level / (len(p_values) - rank):
            break
        fallen[i] = True
    return fallen


def verdict_of(cells: Sequence[Cell]) -> Verdict:
    """Judge the cells of all cases together."""
    camps = [cell for cell in cells if cell.family == "camps"]
    others = [cell for cell in cells if cell.family == "others"]
    beyond = sum(2 * stats.t.sf(STANDARD_ERRORS, cell.freedom) for cell in camps if sum(cell.variances) > 0)
    fallen = holm([cell.p_mean for cell in others], FAMILY)
    spread = holm([cell.p_variance for cell in cells], FAMILY)
    return Verdict(
        cells=tuple(cells),
        camps=tuple(cell for cell in camps if abs(cell.z) > STANDARD_ERRORS),
        others=tuple(cell for cell, fell in zip(others, fallen, strict=True) if fell),
        variances=tuple(cell for cell, fell in zip(cells, spread, strict=True) if fell),
        false_alarm=min(1.0, beyond + (FAMILY if others else 0.0) + FAMILY),
    )
