"""What planners do without a model: the last report carried forward, or its trend, with an honest range.

A baseline is a point and its past errors. The point at a lead (days since the last report) is the last
report plus a slope times the lead, never below zero. The errors are those that the same rule would have
made at the same lead from every earlier report, on the scale of the square root of people: counts vary
about as their square root does, so that a camp that opens from nothing lends a large camp an error of
some per cent, not a factor of a thousand, and nothing falls below zero. Each error is taken with both
signs, so that the middle of the forecast is the point itself: the last report, for persistence.

Own errors of a place count one each. Those of the other places together count as `SHARED` own ones,
and an assumed error as `ASSUMED`, so that a place with few reports leans on the others and the first
forecast of all has a range, too. These numbers, the spread assumed and those of the damped slope are
judgements made before any score was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from corridor.forecasters.base import HUB_LEVELS
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask
    from corridor.inference.report_series import ReportSeries

    Floats = NDArray[np.float64]

SHARED = 10.0
"""The errors of all other places together count as this many of a place's own."""

ASSUMED = 2.0
"""The assumed error counts as this many own ones."""

ASSUMED_SPREAD = 0.15
"""Standard deviation of the assumed error after `FORTNIGHT_DAYS`, as a share of the square root of
people: about 30 % of the people. It grows with the square root of the lead."""

ASSUMED_PEOPLE = 100.0
"""Added to the people at a place when the assumed error is scaled, so that an empty place has one."""

FORTNIGHT_DAYS = 14.0
LEAD_TOLERANCE = 0.25
"""Past errors at leads within this share of the lead stand for it, and always those within three days."""

LEAST_TOLERANCE_DAYS = 3.0
DAMPING = 0.5
"""Share of the slope that the damped drift carries on."""

DAMPED_DAYS = 28.0
"""The damped drift takes its slope over this many days up to the last report."""

_NORMAL = ndtri((np.arange(23) + 0.5) / 23)


class Rule(StrEnum):
    """How the last report is carried forward."""

    PERSISTENCE = "persistence"
    DRIFT = "drift"
    DAMPED_DRIFT = "damped_drift"


@dataclass(frozen=True)
class Baseline:
    """The last report carried forward by a rule."""

    rule: Rule

    @property
    def name(self) -> str:
        """Return the name of the rule."""
        return self.rule.value

    def forecast(self, task: ForecastTask) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        start = task.scenario.start
        origin = day_of(task.origin, start)
        series = report_series(task.observations, start)
        return baseline_quantiles(self.rule, series, task.places, [origin + day for day in task.days], HUB_LEVELS)


BASELINES = tuple(Baseline(rule) for rule in Rule)


def baseline_quantiles(
    rule: Rule, series: Mapping[str, ReportSeries], places: Sequence[str], days: Sequence[int], levels: Sequence[float]
) -> Floats:
    """Return quantiles of the people at each place on each day, shape (place, day, level).

    Parameters
    ----------
    rule
        How the last report is carried forward.
    series
        What was known, by place.
    places
        For which places; one without any report known is not a number.
    days
        Days of the calendar, after the last report.
    levels
        Which quantiles, ascending.

    Examples
    --------
    >>> from corridor.inference.report_series import ReportSeries
    >>> camp = ReportSeries(np.array([0, 7, 14]), np.array([100.0, 100.0, 100.0]))
    >>> baseline_quantiles(Rule.PERSISTENCE, {"camp": camp}, ["camp"], [21], [0.5]).round(3).tolist()
    [[[100.0]]]
    """
    known = {place: series[place] for place in sorted(series)}
    slopes = {place: slope_of(rule, one) for place, one in known.items()}

    @cache
    def errors(place: str, lead: int) -> Floats:
        return past_errors(known[place], slopes[place], lead)

    quantiles = np.full((len(places), len(days), len(levels)), np.nan)
    for p, place in enumerate(places):
        if place in known:
            for t, day in enumerate(days):
                lead = int(day - known[place].days[-1])
                point = max(0.0, float(known[place].people[-1] + slopes[place][-1] * lead))
                quantiles[p, t] = _quantiles(point, lead, _pooled(errors, known, place, lead), levels)
    return quantiles


def slope_of(rule: Rule, series: ReportSeries) -> Floats:
    """Return the slope that a rule carries on from each report, people per day, shape (report,).

    A first report has no slope. The drift takes it from the report before; the damped drift from the
    earliest report in the last `DAMPED_DAYS`, or from the report before where there is none, and
    carries on `DAMPING` of it.
    """
    days, people = series.days, series.people
    slopes = np.zeros(people.size)
    if rule is Rule.PERSISTENCE or people.size == 1:
        return slopes
    before = np.arange(people.size - 1)
    if rule is Rule.DAMPED_DRIFT:
        before = np.minimum(before, np.searchsorted(days, days[1:] - DAMPED_DAYS))
    share = DAMPING if rule is Rule.DAMPED_DRIFT else 1.0
    slopes[1:] = share * (people[1:] - people[before]) / (days[1:] - days[before])
    return slopes


def past_errors(series: ReportSeries, slope: Floats, lead: int) -> Floats:
    """Return the errors that a rule would have made at a lead, in roots of people, in order of time.

    From each earlier report the rule is carried forward to the later report nearest to the lead.

    Parameters
    ----------
    series
        What was known at a place.
    slope
        The slope carried on from each report, people per day, (report,).
    lead
        Days after the report.
    """
    days = series.days.astype(np.float64)
    wanted = days + lead
    after = np.searchsorted(days, wanted)
    earlier = np.maximum(after - 1, 0)
    later = np.minimum(after, days.size - 1)
    nearest = np.where(np.abs(days[earlier] - wanted) <= np.abs(days[later] - wanted), earlier, later)
    near = np.abs(days[nearest] - wanted) <= max(LEAST_TOLERANCE_DAYS, LEAD_TOLERANCE * lead)
    (i,) = np.nonzero(near & (nearest > np.arange(days.size)))
    j = nearest[i]
    point = np.maximum(0.0, series.people[i] + slope[i] * (days[j] - days[i]))
    missed: Floats = np.sqrt(series.people[j]) - np.sqrt(point)
    return missed


def _pooled(
    errors: Callable[[str, int], Floats], known: Mapping[str, ReportSeries], place: str, lead: int
) -> tuple[Floats, Floats]:
    """Return the errors that stand for a place at a lead, and the weight of each."""
    own = errors(place, lead)
    others = np.concatenate([np.empty(0), *(errors(other, lead) for other in known if other != place)])
    errors_of_all = np.concatenate([own, others])
    weights = np.concatenate([np.ones(own.size), np.full(others.size, SHARED / max(1, others.size))])
    return np.concatenate([errors_of_all, -errors_of_all]), np.concatenate([weights, weights]) / 2


def _quantiles(point: float, lead: int, pooled: tuple[Floats, Floats], levels: Sequence[float]) -> Floats:
    """Return quantiles in people around a point, from past errors and the assumed one."""
    spread = ASSUMED_SPREAD * np.sqrt((point + ASSUMED_PEOPLE) * lead / FORTNIGHT_DAYS)
    errors = np.concatenate([pooled[0], spread * _NORMAL])
    weights = np.concatenate([pooled[1], np.full(_NORMAL.size, ASSUMED / _NORMAL.size)])
    order = np.argsort(errors, kind="stable")
    reached = np.cumsum(weights[order]) - weights[order] / 2
    at_levels: Floats = np.interp(levels, reached / weights.sum(), errors[order])
    people: Floats = np.maximum(0.0, np.sqrt(point) + at_levels) ** 2
    return people
