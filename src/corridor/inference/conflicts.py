"""Reports that the fit cannot explain, and stretches of days that leave few histories: said once, with what to write.

Each exact count of people present is held against what the fitted histories would have had reported: with people ``x``
brought by the network, in the log, the mean of ``x`` and of the bias over histories, and the sum of the variances of
``x``, the bias, the error of the report and the unexplained flow. A count outside its central 99 % is a *conflict*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.inference.unexplained_flow import unexplained_variance
from corridor.message import Message, message, several, term
from corridor.scenario.observations import Measure, Qualifier
from corridor.scenario.timeline import from_to
from corridor.units import date_of, day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from corridor.engine.program import Floats
    from corridor.inference.observation_model import Gaussian, Report
    from corridor.scenario.observations import Observation
    from corridor.scenario.scenario import Scenario

WATCHED_DAYS = 28
"""Counts of so many days are held against the fit."""

DEGENERATE_BELOW = 50.0
"""Effective number of ancestors below which the fit is called degenerate."""

DEGENERATE = "The fit is degenerate"
"""With these words the warning begins."""

_NORMAL_99 = 2.5758
_FEWEST_DAYS = 7


@dataclass(frozen=True)
class Conflict:
    """An exact count outside the 99 % interval of the fit.

    Attributes
    ----------
    observation, name
        The count, and the name of its place.
    low, middle, high
        What the fit would have had reported: 0.5, 50 and 99.5 % quantiles, people.
    parameter
        The parameter that most likely is wrong.
    suggested
        A median for it, in its unit.
    """

    observation: Observation
    name: str
    low: float
    middle: float
    high: float
    parameter: str
    suggested: float

    @property
    def line(self) -> str:
        """Return what to write in scenario.toml."""
        return (
            f'[parameters."{self.parameter}"]\nprior = "lognormal"\nmedian = {self.suggested:.2g}\n'
            'within_factor = 3\nsource = "…"'
        )

    def __str__(self) -> str:
        """Return the conflict as sentences."""
        return str(self.words)

    @property
    def words(self) -> Message:
        """Return the conflict as a message."""
        row = self.observation
        return message(
            "The fit contradicts a report: {source} counted {people} at {place} on {day}, and the fit has {middle} "
            "({low} to {high} in 99 of 100). If the count is right, state {parameter} in scenario.toml, about "
            "{suggested}.",
            source=row.source,
            people=round(row.people or 0.0),
            place=self.name,
            day=row.date,
            middle=round(self.middle),
            low=round(self.low),
            high=round(self.high),
            parameter=self.parameter,
            suggested=float(f"{self.suggested:.2g}"),
        )


class Checked(NamedTuple):
    """A count and what the fit would have had reported."""

    report: Report
    mean: float  # log units
    sd: float


def checked(report: Report, truth: Floats, bias: Gaussian) -> Checked | None:
    """Return an exact count with what the fit would have had reported; None for other reports.

    Parameters
    ----------
    report
        Any report.
    truth
        People that the network brought, for each particle.
    bias
        Law of the bias before the report, for each particle.
    """
    row = report.observation
    if row.measure is not Measure.STOCK or row.qualifier is not Qualifier.EXACT or row.group is not None:
        return None
    log = np.log1p(truth) + bias.mean
    spread = bias.variance + report.sd**2 + unexplained_variance(report, truth)
    return Checked(report, float(log.mean()), float(np.sqrt(log.var() + spread.mean())))


def conflicts_of(scenario: Scenario, counts: Sequence[Checked], as_of: date) -> tuple[Conflict, ...]:
    """Return the conflicts of the last four weeks, in order of dates."""
    today = day_of(as_of, scenario.start)
    return tuple(
        _conflict(scenario, one)
        for one in counts
        if today - one.report.last < WATCHED_DAYS and abs(_people(one) - one.mean) > _NORMAL_99 * one.sd
    )


def _people(one: Checked) -> float:
    return float(np.log1p(one.report.observation.people or 0.0))


def _conflict(scenario: Scenario, one: Checked) -> Conflict:
    row = one.report.observation
    place = row.places[0]
    low, middle, high = (float(np.expm1(one.mean + z * one.sd)) for z in (-_NORMAL_99, 0.0, _NORMAL_99))
    excess = one.mean - _people(one)
    name = "departure_rate_per_day" if excess > 0 else "attractiveness"
    central = scenario.parameter(name, place).prior.central
    days = max(one.report.since, _FEWEST_DAYS)
    suggested = central + excess / days if excess > 0 else central * float(np.exp(-excess))
    return Conflict(row, scenario.place(place).name, low, middle, high, f"{name}.{place}", suggested)


class Survival(NamedTuple):
    """How many histories a window of days left, and the report that alone would have left fewest."""

    days: tuple[int, int]
    effective: float
    hardest: Observation | None


def degeneracy_note(scenario: Scenario, survivals: Sequence[Survival], count: int) -> Message | None:
    """Return the warning that few histories are left, with the days and the report; None where enough are."""
    worst = min(survivals, key=lambda one: one.effective, default=None)
    if worst is None or worst.effective >= DEGENERATE_BELOW:
        return None
    first, last = (date_of(day, scenario.start) for day in worst.days)
    note = message(
        "The fit is degenerate: the reports {days} left only {left} of {count} simulated histories, so that intervals "
        "are too narrow.",
        days=from_to(first, last),
        left=round(worst.effective),
        count=count,
    )
    row = worst.hardest
    if row is None:
        return note
    return message(
        "{note} Hardest to reconcile with the priors is what {source} reports, {people} {measure} at {place} on {day}: "
        "look whether the figure is right, give its source a lower grade, or widen the priors of what decides it.",
        note=note,
        source=row.source,
        people=round(row.people or 0.0),
        measure=term(row.measure.value.replace("_", " ")),
        place=several(scenario.place(place).name for place in row.places),
        day=row.date,
    )
