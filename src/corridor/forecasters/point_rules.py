"""Point rules: ways to carry the reports of a place forward to a lead, each a number of people.

With the last report ``x``, ``a`` days old, a lead of ``L`` days, and growth that lasts ``tau`` days in the mean, so
that after ``t`` days it has added as much as ``D(tau, t) = tau (1 - exp(-t / tau))`` full days::

    recent(tau)      x + r D(tau, L)         r: slope of the last 28 days
    last_two(tau)    x + r D(tau, L + a)     r: slope between the last two reports
    line(h, tau)     (c + b D(tau, L))^2     c, b: line through the roots of people, weights 2^(-age / h)

Where ``r`` is negative people leave in proportion, ``x exp(r D / x)``. Rules are on the root of people: counts vary
about as their square root does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor.forecasters.situations import Situation

    Floats = NDArray[np.float64]

_RECENT = (0.0, 7.0, 14.0, 28.0, 56.0)
_LAST_TWO = (14.0, 56.0, np.inf)
_HALF_LIVES = (14.0, 42.0)
_LINE = (0.0, 28.0, np.inf)

MODEL_RULES = (
    *(f"recent_{tau:g}" for tau in _RECENT),
    *(f"last_two_{tau:g}" for tau in _LAST_TWO),
    *(f"line_{half:g}_{tau:g}" for half in _HALF_LIVES for tau in _LINE),
)
"""Rules that the reports model mixes."""

REFERENCE = MODEL_RULES.index("recent_14")
"""The rule by whose errors crises and places are compared: growth of four weeks that lasts two more."""

RULES = (*MODEL_RULES, "half_recent", "last_two_28")
"""The same, and two more that only baselines use."""


def rule_roots(days: Floats, people: Floats, on: Floats, lead: Floats, now: Situation) -> Floats:
    """Return the root of the people that each rule expects, (rule, day), in order of `RULES`.

    Parameters
    ----------
    days, people
        Reports of a place, (report,).
    on, lead
        Origins, none before the first report, and days ahead, (day,).
    now
        What was known on the origins, (day,).
    """
    last = np.searchsorted(days, on, "right") - 1
    step = np.diff(people, prepend=people[0]) / np.maximum(np.diff(days, prepend=days[0]), 1.0)
    wait = lead + now.age
    rows = [np.sqrt(_grown(now.people, now.slope, damped(tau, lead))) for tau in _RECENT]
    rows += [np.sqrt(_grown(now.people, step[last], damped(tau, wait))) for tau in _LAST_TWO]
    for half_life in _HALF_LIVES:
        level, slope = _weighted_line(days, np.sqrt(people), on, half_life)
        rows += [np.maximum(0.0, level + slope * damped(tau, lead)) for tau in _LINE]
    rows.append(np.sqrt(_grown(now.people, now.slope / 2, wait)))
    rows.append(np.sqrt(_grown(now.people, step[last], damped(28.0, wait))))
    return np.array(rows)


def damped(life: float, days: Floats) -> Floats:
    """Return full days of growth within some days, if growth lasts so many days in the mean.

    Examples
    --------
    >>> damped(14.0, np.array([14.0])).round(2).tolist()
    [8.85]
    """
    if life == 0:
        return np.zeros_like(days)
    return days if np.isinf(life) else life * -np.expm1(-days / life)


def _grown(people: Floats, slope: Floats, reach: Floats) -> Floats:
    """Return people after some full days of growth; a loss is in proportion to who is left."""
    shrunk = people * np.exp(np.minimum(slope, 0.0) * reach / np.maximum(people, 1.0))
    grown: Floats = np.where(slope >= 0, people + slope * reach, shrunk)
    return grown


def _weighted_line(days: Floats, roots: Floats, on: Floats, half_life: float) -> tuple[Floats, Floats]:
    """Return level and slope per day on each origin of the line through the roots of people known by then."""
    age = on[:, None] - days
    weight = np.where(age >= 0, 2.0 ** (-np.maximum(age, 0.0) / half_life), 0.0)
    weight /= weight.sum(axis=1, keepdims=True)
    when, mean = -(weight * age).sum(axis=1), weight @ roots
    away = -age - when[:, None]
    slope = (weight * away * (roots - mean[:, None])).sum(axis=1) / ((weight * away**2).sum(axis=1) + 1e-9)
    return mean - slope * when, slope
