"""How reports relate to the truth: errors, biases, and the words that people hedge figures with.

A source sees the truth x with a lasting bias b for each measure and an error of its grade:
``log(y + 1) = log(x + 1) + b + e``, where ``e`` is normal with the standard deviation of the grade,
the counting error ``1 / sqrt(y + 1)``, and, for counts of people on the move, the error of not
knowing when the day was cut, which shrinks with the square root of the days counted. A figure
given as *at least* lies below what the source knows by an exponential amount in log units, so that
the density is an exponentially modified normal (Grushka 1972, doi:10.1021/ac60319a011); *at most*
is its mirror; *between* is uniform.
A small share of figures is taken to be stray: their density is broad.

Who is present in a camp is by definition whom its counter counts, the source of the best grade that gives counts of it:
these have no bias, and the counts of others are measured by them.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import special

from corridor.scenario.observations import Measure, Observation, Qualifier
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from corridor.engine.program import Floats
    from corridor.scenario.scenario import Scenario

_STRAY_SD = 1.5
_LOG_ROOT_2_PI = 0.5 * math.log(2 * math.pi)
DEFINING = ("", Measure.STOCK.value)
"""Stands for the bias of counts by the counter of a camp, which is none."""

_LOWER = (Qualifier.AT_LEAST, Qualifier.MORE_THAN)
_UPPER = (Qualifier.AT_MOST, Qualifier.ALMOST)
_SAY_HOW_MANY = (Qualifier.EXACT, Qualifier.ABOUT, Qualifier.BETWEEN)


@dataclass(frozen=True)
class ObservedSeries:
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
    unexplained, since
        Spread, over a month, of people who came and went unexplained, log units; days since the same was last reported.
    """

    observation: Observation
    series: int
    first: int
    last: int
    bias: int
    sd: float
    tail: float
    unexplained: float = 0.0
    since: int = 0


@dataclass(frozen=True)
class Reporting:
    """All figures of a scenario, and what they share."""

    series: tuple[ObservedSeries, ...]
    reports: tuple[Report, ...]
    biases: tuple[tuple[str, str], ...]
    bias_sd: Floats
    stray_fraction: float
    weight: float
    unseen_sd: float


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
    series: dict[ObservedSeries, int] = {}
    biases: dict[tuple[str, str], int] = {}
    reports = []
    counted: dict[int, int] = {}
    counters = counters_of(scenario, observations)
    for row in sorted(observations, key=lambda row: row.date):
        first, last = days_counted(scenario, row)
        if first < 0 or last >= scenario.n_days:
            continue
        about = ObservedSeries(row.places, base_measure(row.measure), row.group)
        key = _bias_key(row, counters)
        which = series.setdefault(about, len(series))
        since = last - counted.get(which, -1)
        counted[which] = last
        reports.append(
            Report(
                observation=row,
                series=which,
                first=first,
                last=last,
                bias=biases.setdefault(key, len(biases)),
                sd=_error(scenario, row),
                tail=_tail(scenario, row),
                unexplained=_unexplained(scenario, row),
                since=since,
            )
        )
    bias_sd = [
        0.0 if key == DEFINING else _setting(scenario, f"bias_sd_{scenario.grade_of(key[0]).lower()}") for key in biases
    ]
    return Reporting(
        series=tuple(series),
        reports=tuple(reports),
        biases=tuple(biases),
        bias_sd=np.array(bias_sd),
        stray_fraction=_setting(scenario, "stray_fraction"),
        weight=_setting(scenario, "report_weight"),
        unseen_sd=_setting(scenario, "unseen_sd"),
    )


def counters_of(scenario: Scenario, observations: Sequence[Observation]) -> dict[str, str]:
    """Return the source whose counts say by definition who is present in each camp and host community that is counted.

    It is the source of the best grade that counts the place alone, in figures that say how many; of several, the one
    with most such counts, then the first.

    Parameters
    ----------
    scenario
        Its places and the grades of its sources.
    observations
        The reports.
    """
    counts = [row for row in observations if is_count(scenario, row) and row.qualifier in _SAY_HOW_MANY]
    number = Counter((row.place, row.source) for row in counts)

    def order(row: Observation) -> tuple[str, int, date, str]:
        return scenario.grade_of(row.source), -number[row.place, row.source], row.date, row.source

    counters: dict[str, str] = {}
    for row in sorted(counts, key=order):
        counters.setdefault(row.place, row.source)
    return counters


def is_count(scenario: Scenario, row: Observation) -> bool:
    """Return whether a report counts everybody present in one camp or host community."""
    return row.is_plain and row.measure is Measure.STOCK and scenario.place(row.place).kind.is_final


def _bias_key(row: Observation, counters: Mapping[str, str]) -> tuple[str, str]:
    """Return whose bias of what a report has."""
    measure = base_measure(row.measure)
    is_stock = measure is Measure.STOCK and bool(row.places)
    if is_stock and all(counters.get(place) == row.source for place in row.places):
        return DEFINING
    return row.source, measure.value


def days_counted(scenario: Scenario, row: Observation) -> tuple[int, int]:
    """Return the first and the last day that a figure counts."""
    last = day_of(row.date, scenario.start)
    if not row.measure.is_flow:
        return last, last
    if row.period_start is not None:
        return day_of(row.period_start, scenario.start), last
    return (0 if row.measure.is_cumulative else last), last


def _setting(scenario: Scenario, name: str) -> float:
    return scenario.parameter(name).prior.central


def _error(scenario: Scenario, row: Observation) -> float:
    sd = _setting(scenario, f"report_sd_{scenario.grade_of(row.source).lower()}")
    about = _setting(scenario, "about_sd") if row.qualifier is Qualifier.ABOUT else 0.0
    count = row.people or 0.0
    return math.sqrt(sd**2 + about**2 + _edge(scenario, row) ** 2 + 1.0 / (count + 1.0))


def _edge(scenario: Scenario, row: Observation) -> float:
    """Return the error of not knowing when the day was cut."""
    is_settled = all(scenario.place(place).kind.is_final for place in row.places)
    if row.measure is Measure.STOCK and is_settled:
        return 0.0
    first, last = days_counted(scenario, row)
    return _setting(scenario, "edge_sd") / math.sqrt(last - first + 1)


def _unexplained(scenario: Scenario, row: Observation) -> float:
    """Return the spread, over a month, of people who come and go unexplained, log units."""
    return _setting(scenario, "unseen_sd") if is_count(scenario, row) else 0.0


def _tail(scenario: Scenario, row: Observation) -> float:
    if row.measure is Measure.INSIDE:
        return _setting(scenario, "inside_tail")
    near = row.qualifier in {Qualifier.MORE_THAN, Qualifier.ALMOST}
    return _setting(scenario, "about_sd" if near else "at_least_tail")


class Gaussian(NamedTuple):
    """A normal law in log units; any shape."""

    mean: Floats
    variance: Floats


def log_likelihood(report: Report, truth: Floats, bias: Floats, stray_fraction: float) -> Floats:
    """Return how likely a figure is, given the truth and the bias of its source.

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
    known = Gaussian(bias, np.zeros_like(bias))
    return learn(report, truth, known, stray_fraction)[0]


def learn(
    report: Report, truth: Floats, bias: Gaussian, stray_fraction: float, widening: float = 0.0
) -> tuple[Floats, Gaussian]:
    """Return how likely a figure is, with its bias integrated out, and the law of the bias given the figure.

    A widening is a further error of the figure, log units, for likelihoods on the way to the full one.

    For exact and approximate figures this is the Kalman step, exactly; for one-sided figures and
    ranges the new mean and variance are matched (assumed-density filtering, Minka 2001,
    arXiv:1301.2294). In so far as a figure may be stray, nothing is learnt from it.
    """
    expected = np.log1p(truth) + bias.mean
    reported = math.log1p(report.observation.people or 0.0)
    sd = np.sqrt(report.sd**2 + widening**2 + bias.variance)
    density, slope, curve = _density(report, expected - reported, sd)
    excess = (expected - reported) / _STRAY_SD
    stray = -0.5 * excess**2 - math.log(_STRAY_SD) - _LOG_ROOT_2_PI
    if stray_fraction > 0:
        regular = math.log1p(-stray_fraction) + density
        total = np.logaddexp(regular, math.log(stray_fraction) + stray)
        share = np.exp(regular - total)
    else:
        total, share = density, np.ones_like(density)
    step = bias.variance * slope
    narrowed = np.maximum(bias.variance + bias.variance**2 * curve, 1e-12 * bias.variance)
    variance = share * narrowed + (1 - share) * bias.variance + share * (1 - share) * step**2
    return total, Gaussian(bias.mean + share * step, variance)


def _density(report: Report, excess: Floats, sd: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the log density of a figure, and its first and second slope in the bias."""
    qualifier = report.observation.qualifier
    if qualifier in _LOWER or report.observation.measure is Measure.INSIDE:
        return _one_sided(excess, sd, report.tail)
    if qualifier in _UPPER:
        density, slope, curve = _one_sided(-excess, sd, report.tail)
        return density, -slope, curve
    if qualifier is Qualifier.BETWEEN:
        low = math.log1p(report.observation.people or 0.0)
        high = math.log1p(report.observation.people_high or 0.0)
        return _between(excess, sd, max(high - low, 1e-9))
    density = -0.5 * (excess / sd) ** 2 - np.log(sd) - _LOG_ROOT_2_PI
    return density, -excess / sd**2, -1.0 / sd**2


def _one_sided(excess: Floats, sd: Floats, tail: float) -> tuple[Floats, Floats, Floats]:
    rate = 1.0 / tail
    at = excess / sd - rate * sd
    below = special.log_ndtr(at)
    ratio = np.exp(-0.5 * at**2 - _LOG_ROOT_2_PI - below)
    density = math.log(rate) + 0.5 * (rate * sd) ** 2 - rate * excess + below
    return density, -rate + ratio / sd, -ratio * (ratio + at) / sd**2


def _between(excess: Floats, sd: Floats, width: float) -> tuple[Floats, Floats, Floats]:
    low, high = -excess / sd, (width - excess) / sd
    is_above = low > 0  # seen from the other tail, where the difference keeps its digits
    near, far = np.where(is_above, -high, low), np.where(is_above, -low, high)
    mass = np.maximum(special.ndtr(far) - special.ndtr(near), 1e-300)
    at_low, at_high = (np.exp(-0.5 * x**2 - _LOG_ROOT_2_PI) for x in (low, high))
    slope = (at_low - at_high) / (sd * mass)
    curve = (low * at_low - high * at_high) / (sd**2 * mass) - slope**2
    return np.log(mass) - math.log(width), slope, curve
