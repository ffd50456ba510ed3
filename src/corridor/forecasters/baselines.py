"""What planners do without a model: one rule carried forward, with fair tails.

A baseline is a point rule of :mod:`corridor.forecasters.point_rules`. Its range is made as that of the reports model
is: its own past errors in this crisis, scaled by size, volatility and age of the report, beside errors learnt from
other crises, each with both signs, so that the middle of the forecast is the point itself. What a model gains over
it is a better point, not a rival's careless tails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasters.learned import shipped
from corridor.forecasters.reports_model import reports_quantiles
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask
    from corridor.forecasters.learned import Learned

    Floats = NDArray[np.float64]


class Rule(StrEnum):
    """How the last reports are carried forward."""

    PERSISTENCE = "persistence"
    DRIFT = "drift"
    DAMPED_DRIFT = "damped_drift"
    DAMPED_STEP = "damped_step"
    WEIGHTED_LINE = "weighted_line"


POINT_RULES = {
    Rule.PERSISTENCE: "recent_0",
    Rule.DRIFT: "last_two_inf",
    Rule.DAMPED_DRIFT: "half_recent",
    Rule.DAMPED_STEP: "last_two_28",
    Rule.WEIGHTED_LINE: "line_42_28",
}
"""Last report; slope of the last two carried on; half the slope of four weeks; slope of the last two, damped over 28
days; line through the reports of some six weeks, damped over 28 days."""


@dataclass(frozen=True)
class Baseline:
    """One rule carried forward.

    Attributes
    ----------
    rule
        Which.
    learned
        What other crises have taught of errors; the shipped one if not given.
    """

    rule: Rule
    learned: Learned | None = None

    @property
    def name(self) -> str:
        """Return the name of the rule."""
        return self.rule.value

    def forecast(self, task: ForecastTask) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        start = task.scenario.start
        series = report_series(task.observations, start)
        origin, rule = day_of(task.origin, start), POINT_RULES[self.rule]
        return reports_quantiles(series, origin, task.places, task.days, learned=self.learned or shipped(), rule=rule)


BASELINES = tuple(Baseline(rule) for rule in Rule)
