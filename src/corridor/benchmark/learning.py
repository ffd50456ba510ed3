"""What other crises teach about errors of simple rules.

Every report of every place at the leads 7, 14 and 28 days is a case, if the place was occupied when it was forecast.
The logarithm of the scale is linear in the features and fitted to absolute errors of one rule (growth of four weeks,
damped over 14 days) under a Laplace law by Newton's method, with a weak ridge. A crisis of N cases weighs sqrt(N).
`learn` is called without a family of crises where that family is scored; :mod:`corridor.benchmark.calibration` then
sets levels right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.dependence import across_crises, months_of
from corridor.forecasters.learned import FEATURES, GROWTH_BINS, Learned, growth_of
from corridor.forecasters.point_rules import MODEL_RULES, REFERENCE
from corridor.forecasters.replay import known_series, replayed
from corridor.forecasters.settings import LARGEST_ERROR
from corridor.forecasters.situations import weighted_quantiles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from corridor.benchmark.crises import Crisis
    from corridor.forecasters.replay import Cases

    Floats = np.typing.NDArray[np.float64]

RIDGE = 0.5
LEAST_CASES = 30
MOST_CASES = 3000
"""Cases taken from one crisis at most, evenly spaced: more add nothing but time."""
SHRINK = 20.0
TAIL_POINTS = 30
CLOSE_ENOUGH = 1e-8
"""Newton's method ends where no coefficient moves by more."""

_TAIL_LEVELS = [(n + 0.5) / TAIL_POINTS for n in range(TAIL_POINTS)]


def cases_of(crisis: Crisis) -> Cases:
    """Return the cases of a crisis at places that were occupied."""
    known = known_series(crisis.series, crisis.n_days)
    cases = replayed(list(known.values()))
    chosen = np.nonzero(cases.view.now.people > 0)[0]
    step = max(1, chosen.size // MOST_CASES)
    return cases.subset(np.isin(np.arange(cases.day.size), chosen[::step]))


def learn(crises: Iterable[tuple[str, Cases]]) -> Learned:
    """Return all that the cases of several crises teach, but that levels are not set right.

    Parameters
    ----------
    crises
        Name and cases of each.
    """
    used = {name: cases for name, cases in crises if cases.day.size >= LEAST_CASES}
    weight = np.concatenate([np.full(cases.day.size, cases.day.size**-0.5) for cases in used.values()])
    features = np.concatenate([cases.view.features for cases in used.values()])
    missed = np.concatenate([cases.missed() for cases in used.values()], axis=1)
    coefficients, low, high = _fitted_scale(features, np.abs(missed[REFERENCE]), weight)
    empty = np.zeros(0)
    scale_only = Learned(coefficients, low, high, empty, empty, empty, 0.0, 0.0, 0.0, {})
    scaled = np.concatenate([cases.scaled(scale_only) for cases in used.values()], axis=1)
    growth = np.concatenate([growth_of(cases.view.now) for cases in used.values()])
    same = np.concatenate([cases.people == cases.view.now.people for cases in used.values()])
    shared, shared_months = across_crises([months_of(cases, scale_only) for cases in used.values()])
    return Learned(
        coefficients,
        low,
        high,
        _rule_errors(scaled[: len(MODEL_RULES)], growth, weight),
        weighted_quantiles(scaled[REFERENCE][~same], weight[~same], _TAIL_LEVELS),
        np.array(HUB_LEVELS),
        float(np.average(same, weights=weight)),
        shared,
        shared_months,
        {"command": "python -m verification.learning", "cases": {name: int(c.day.size) for name, c in used.items()}},
    )


def _fitted_scale(features: Floats, missed: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the coefficients of the logarithm of the scale, and the range of each feature."""
    low, high = np.quantile(features, [0.01, 0.99], axis=0)
    clipped = np.clip(features, low, high)
    mean, spread = clipped.mean(axis=0), clipped.std(axis=0) + 1e-9
    mean[0], spread[0] = 0.0, 1.0
    x = (clipped - mean) / spread
    share = weight / weight.sum() * weight.size**0.5
    ridge = np.diag([1e-6, *[RIDGE] * (len(FEATURES) - 1)])
    b = np.zeros(len(FEATURES))
    b[0] = np.log(np.average(missed, weights=weight))
    for _ in range(50):
        ratio = share * missed * np.exp(-(x @ b))
        step = np.linalg.solve((x * ratio[:, None]).T @ x + ridge, x.T @ (ratio - share) - ridge @ b)
        b += np.clip(step, -1, 1)
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    raw = b / spread
    raw[0] = b[0] - raw[1:] @ mean[1:]
    return raw, low, high


def _rule_errors(scaled: Floats, growth: Floats, weight: Floats) -> Floats:
    """Return the mean scaled error of each rule by bin of growth, shrunk towards the mean over all."""
    capped = np.minimum(np.abs(scaled), LARGEST_ERROR)
    overall = capped @ weight / weight.sum()
    bins = np.digitize(growth, GROWTH_BINS)
    rows = [
        (capped[:, bins == b] @ weight[bins == b] + SHRINK * overall) / (weight[bins == b].sum() + SHRINK)
        for b in range(len(GROWTH_BINS) + 1)
    ]
    return np.array(rows)


def learnt_without(
    families: Collection[str], crises: Mapping[str, Crisis], cases: Mapping[str, Cases]
) -> Learned | None:
    """Return what all crises but those of some families teach; None if no crisis has enough reports to learn from.

    Parameters
    ----------
    families
        Which are left out.
    crises, cases
        All crises and their cases, by name.
    """
    others = {name: part for name, part in cases.items() if crises[name].family not in families}
    return learn(others.items()) if any(part.day.size >= LEAST_CASES for part in others.values()) else None
