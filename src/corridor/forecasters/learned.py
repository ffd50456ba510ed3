"""What was learnt from other crises: the scale of errors, how well each rule does, and the tails.

*Scale.* ``s = exp(b . f)`` with the features ``f`` of `FEATURES`, each clipped to the range seen in training; ``b`` is
fitted to absolute errors on the root of people under a Laplace law, a crisis of ``N`` cases weighing ``sqrt(N)``.
The scale never exceeds a share of the root of people, see `CAP`.

*Rules.* The mean scaled error of each rule, by growth of the last four weeks.

*Tails.* Quantiles of scaled errors of reports that changed, and the share of reports that did not.

*Levels.* Forecasts of other crises were held against their reports. Each level is read off where as many reports fell
below, so that what was too low or too wide in other crises is set right.

*Dependence.* How errors at the places of a crisis go together, see :mod:`corridor.forecasters.dependence`.

The file ``learned.json`` beside this module holds them with the crises that they were learnt from. It is made by
``python -m verification.learning``, which also leaves each family of crises out in turn to score the model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasters.settings import CAP, CAP_FIRST, FEW_PEOPLE, FORTNIGHT_DAYS, LITTLE_VOLATILITY, WEEK_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from corridor.forecasters.situations import Situation

    Floats = NDArray[np.float64]

FILE = "learned.json"
FEATURES = (
    *("constant", "log_wait", "log_lead", "log_volatility", "log_last_step", "log_growth", "log_people"),
    *("log_watched", "log_occupied_reports", "log_gap", "unchanged", "reversals"),
)
GROWTH_BINS = (-0.1, -0.01, 0.01, 0.1, 0.3)
"""Bounds of growth in 28 days, as a share of people, between which rules are judged apart."""

_LEAST_SCALE = 1e-3


@dataclass(frozen=True)
class Learned:
    """Quantities learnt from other crises.

    Attributes
    ----------
    coefficients, low, high
        Of each feature: its coefficient in the logarithm of the scale, and the range it is clipped to, (feature,).
    rule_errors
        Mean absolute scaled error of each model rule, (growth bin, rule).
    errors
        Quantiles of scaled errors, even levels, (quantile,).
    levels
        For each of `HUB_LEVELS` the level of the forecast below which as many reports fell, (level,).
    unchanged
        Share of reports that repeat the last one.
    shared, shared_months
        Mean correlation of errors at two places, and as how many months of a further crisis it counts.
    provenance
        Crises that they were learnt from, and the command.
    """

    coefficients: Floats
    low: Floats
    high: Floats
    rule_errors: Floats
    errors: Floats
    levels: Floats
    unchanged: float
    shared: float
    shared_months: float
    provenance: Mapping[str, object]

    def scale(self, features: Floats, now: Situation, lead: Floats) -> Floats:
        """Return the scale of errors on the root of people, (day,).

        Parameters
        ----------
        features
            Of each day, (day, feature).
        now, lead
            Situation and days ahead, (day,).
        """
        scale = np.exp(np.clip(features, self.low, self.high) @ self.coefficients)
        is_first = features[:, FEATURES.index("log_occupied_reports")] <= 0
        fortnights = np.maximum((lead + now.age) / FORTNIGHT_DAYS, 1.0)
        cap = np.where(is_first, CAP_FIRST, CAP) * np.sqrt((now.people + FEW_PEOPLE) * fortnights)
        capped: Floats = np.clip(scale, _LEAST_SCALE, cap)
        return capped

    def rule_errors_at(self, growth: float) -> Floats:
        """Return the mean scaled error of each model rule at a growth in 28 days, (rule,)."""
        errors: Floats = self.rule_errors[int(np.digitize(growth, GROWTH_BINS))]
        return errors

    def to_json(self) -> str:
        """Return the text of the file."""
        table = {
            "provenance": dict(self.provenance),
            "features": list(FEATURES),
            **{name: getattr(self, name).round(5).tolist() for name in _ARRAYS},
            **{name: round(getattr(self, name), 4) for name in _NUMBERS},
        }
        return json.dumps(table, indent=1) + "\n"


_ARRAYS = ("coefficients", "low", "high", "rule_errors", "errors", "levels")
_NUMBERS = ("unchanged", "shared", "shared_months")


@cache
def shipped() -> Learned:
    """Return what was learnt from the development crises, as the package carries it."""
    table = json.loads(files("corridor.forecasters").joinpath(FILE).read_text(encoding="utf-8"))
    arrays = {name: np.array(table[name], dtype=np.float64) for name in _ARRAYS}
    unchanged, shared, shared_months = (float(table[name]) for name in _NUMBERS)
    return Learned(
        **arrays, unchanged=unchanged, shared=shared, shared_months=shared_months, provenance=table["provenance"]
    )


def features_of(days: Floats, people: Floats, on: Floats, lead: Floats, now: Situation) -> Floats:
    """Return what the scale of errors depends on, (day, feature), in order of `FEATURES`.

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
    gap, step = np.diff(days, prepend=days[0]), np.diff(people, prepend=people[0])
    moved = np.abs(np.diff(np.sqrt(people), prepend=np.sqrt(people[0]))) / np.sqrt(np.maximum(gap, 1.0))
    turned = np.zeros(days.size)
    turned[2:] = np.sign(step[2:]) * np.sign(step[1:-1]) < 0
    earlier = np.maximum(last, 1)
    columns = (
        np.ones(on.size),
        np.log(lead + now.age),
        np.log(lead),
        np.log(now.volatility + LITTLE_VOLATILITY),
        np.log(moved[last] + LITTLE_VOLATILITY),
        np.log1p(np.abs(growth_of(now))),
        np.log(now.people + FEW_PEOPLE),
        np.log(np.maximum(on - days[0], WEEK_DAYS)),
        np.log(np.maximum(np.cumsum(people > 0)[last], 1.0)),
        np.log1p((days[last] - days[0]) / earlier),
        (np.cumsum(step == 0) - 1)[last] / earlier,
        np.cumsum(turned)[last] / earlier,
    )
    return np.stack(columns, axis=1)


def growth_of(now: Situation) -> Floats:
    """Return the growth in 28 days as a share of people, (day,)."""
    growth: Floats = now.slope * 28.0 / (now.people + FEW_PEOPLE)
    return growth
