"""How reports relate to the truth: errors, biases, and the words that people hedge figures with.

A source sees the truth x with a lasting bias b for each measure and an error of its grade:
``log(y + 1) = log(x + 1) + b + e``, where ``e`` is normal with the standard deviation of the grade
and the counting error ``1 / sqrt(y + 1)``. A figure given as *at least* lies below what the source
knows by an exponential amount in log units, so that the density is an exponentially modified
normal (Grushka 1972, doi:10.1021/ac60319a011); *at most* is its mirror; *between* is uniform.
A small share of figures is taken to be stray: their density is broad.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from corridor.scenario.observations import Measure, Observation, Qualifier
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Floats
    from corridor.scenario.scenario import Scenario

_STRAY_SD = 1.5
_LOG_ROOT_2_PI = 0.5 * math.log(2 * math.pi)
_LOWER = (Qualifier.AT_LEAST, Qualifier.MORE_THAN)
_UPPER = (Qualifier.AT_MOST, Qualifier.ALMOST)


@dataclass(frozen=True)
class Series:
    """A daily quantity that reports are about."""

    places: tuple[str, ...]
    measure: Measure
    group: str | None


@dataclass(frozen=True)
class Report:
    """A figure, ready to be weighed.

    Attributes
    ----------
    observation
        The row it came from.
    series
        Index of the series that it is about.
    first, last
        Days counted; for stocks both are the same.
    bias
        Index of the bias of its source and measure.
    sd, tail
        Error and length of the one-sided tail, log units.
    """

    observation: Observation
    series: int
    first: int
    last: int
    bias: int
    sd: float
    tail: float


@dataclass(frozen=True)
class Reporting:
    """All figures of a scenario, and what they share."""

    series: tuple[Series, ...]
    reports: tuple[Report, ...]
    biases: tuple[tuple[str, str], ...]
    bias_sd: Floats
    stray_fraction: float


def base_measure(measure: Measure) -> Measure:
    """Return the daily measure behind a cumulative one."""
    match measure:
        case Measure.CUMULATIVE_ARRIVALS:
            return Measure.ARRIVALS
        case Measure.CUMULATIVE_DEATHS:
            return Measure.DEATHS
    return measure


def reporting_of(scenario: Scenario, observations: Sequence[Observation]) -> Reporting:
    """Return the figures in order of their last day, with their series and biases.

    Figures whose period begins before the calendar are left out: the model has no such days.
    """
    series: dict[Series, int] = {}
    biases: dict[tuple[str, str], int] = {}
    reports = []
    for row in sorted(observations, key=lambda row: row.date):
        first, last = days_counted(scenario, row)
        if first < 0 or last >= scenario.n_days:
            continue
        about = Series(row.places, base_measure(row.measure), row.group)
        key = (row.source, base_measure(row.measure).value)
        reports.append(
            Report(
                observation=row,
                series=series.setdefault(about, len(series)),
                first=first,
                last=last,
                bias=biases.setdefault(key, len(biases)),
                sd=_error(scenario, row),
                tail=_tail(scenario, row),
            )
        )
    bias_sd = [_setting(scenario, f"bias_sd_{scenario.grade_of(source).lower()}") for source, _ in biases]
    stray = _setting(scenario, "stray_fraction")
    return Reporting(tuple(series), tuple(reports), tuple(biases), np.array(bias_sd), stray)


def days_counted(scenario: Scenario, row: Observation) -> tuple[int, int]:
    """Return the first and the last day that a figure counts."""
    last = day_of(row.date, scenario.start)
    if not row.measure.is_flow:
        return last, last
    if row.period_start is not None:
        return day_of(row.period_start, scenario.start), last
    return (0 if row.measure.is_cumulative else last), last


def _setting(scenario: Scenario, name: str) -> float:
    prior = scenario.parameter(name).prior
    return float(getattr(prior, "value", getattr(prior, "median", getattr(prior, "mean", 0.0))))


def _error(scenario: Scenario, row: Observation) -> float:
    sd = _setting(scenario, f"report_sd_{scenario.grade_of(row.source).lower()}")
    about = _setting(scenario, "about_sd") if row.qualifier is Qualifier.ABOUT else 0.0
    count = row.people or 0.0
    return math.sqrt(sd**2 + about**2 + 1.0 / (count + 1.0))


def _tail(scenario: Scenario, row: Observation) -> float:
    if row.measure is Measure.INSIDE:
        return _setting(scenario, "inside_tail")
    near = row.qualifier in {Qualifier.MORE_THAN, Qualifier.ALMOST}
    return _setting(scenario, "about_sd" if near else "at_least_tail")


def log_likelihood(report: Report, truth: Floats, bias: Floats, stray_fraction: float) -> Floats:
    """Return how likely a figure is, given the truth.

    Parameters
    ----------
    report
        The figure.
    truth
        People, any shape.
    bias
        Log units, same shape.
    stray_fraction
        Share of figures that have nothing to do with the truth.
    """
    seen = np.log1p(truth) + bias
    stated = math.log1p(report.observation.people or 0.0)
    density = _log_density(report, seen, stated)
    stray = -0.5 * ((seen - stated) / _STRAY_SD) ** 2 - math.log(_STRAY_SD) - _LOG_ROOT_2_PI
    if stray_fraction <= 0:
        return density
    return np.logaddexp(math.log1p(-stray_fraction) + density, math.log(stray_fraction) + stray)


def _log_density(report: Report, seen: Floats, stated: float) -> Floats:
    qualifier = report.observation.qualifier
    if qualifier in _LOWER or report.observation.measure is Measure.INSIDE:
        return _one_sided(seen - stated, report.sd, report.tail)
    if qualifier in _UPPER:
        return _one_sided(stated - seen, report.sd, report.tail)
    if qualifier is Qualifier.BETWEEN:
        high = math.log1p(report.observation.people_high or 0.0)
        below = special.ndtr((stated - seen) / report.sd)
        above = special.ndtr((high - seen) / report.sd)
        width = max(high - stated, 1e-9)
        return np.log(np.maximum(above - below, 1e-300)) - math.log(width)
    return -0.5 * ((seen - stated) / report.sd) ** 2 - math.log(report.sd) - _LOG_ROOT_2_PI


def _one_sided(excess: Floats, sd: float, tail: float) -> Floats:
    """Return the log density of an exponentially modified normal at an excess."""
    rate = 1.0 / tail
    return (
        math.log(rate)
        + 0.5 * (rate * sd) ** 2
        - rate * excess
        + special.log_ndtr(excess / sd - rate * sd)
    )
