"""Rolling origins, and the true reports that forecasts made on them are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.errors import UsageError
from corridor.scenario.observations import Measure, Qualifier, Use
from corridor.units import date_of, day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.scenario import Scenario

TOLERANCE_DAYS = 3
"""A report this many days before or after the nominal horizon still stands for it."""

_TWO_SIDED = frozenset({Qualifier.EXACT, Qualifier.ABOUT})


@dataclass(frozen=True)
class Schedule:
    """When forecasts are made, and how far ahead they look.

    Attributes
    ----------
    every_days
        Days from one origin to the next.
    first_day
        Day of the calendar of the first origin; the start is day 0.
    horizons
        Nominal horizons, days.
    """

    every_days: int = 14
    first_day: int = 30
    horizons: tuple[int, ...] = (7, 14, 28)

    def __post_init__(self) -> None:
        """Refuse a schedule that never comes to a forecast."""
        if self.every_days < 1 or self.first_day < 0 or not self.horizons or min(self.horizons) < 1:
            message = (
                f"Origins every {self.every_days} days from day {self.first_day} with horizons "
                f"{', '.join(map(str, self.horizons)) or 'none'} make no forecast. Days between origins and "
                "horizons are 1 or more, the first day is 0 or more."
            )
            raise UsageError(message)
        if len(set(self.horizons)) < len(self.horizons):
            message = f"The horizons {', '.join(map(str, self.horizons))} name a day twice."
            raise UsageError(message)

    @property
    def days(self) -> tuple[int, ...]:
        """Return the days ahead that a target may lie on, ascending."""
        around = {h + d for h in self.horizons for d in range(-TOLERANCE_DAYS, TOLERANCE_DAYS + 1)}
        return tuple(sorted(day for day in around if day >= 1))

    def origins(self, scenario: Scenario) -> tuple[date, ...]:
        """Return the origins whose first target window begins within the calendar."""
        last = scenario.n_days - 1 - max(1, min(self.horizons) - TOLERANCE_DAYS)
        return tuple(date_of(day, scenario.start) for day in range(self.first_day, last + 1, self.every_days))


class Target(NamedTuple):
    """A true report that the forecasts of an origin are held against.

    Attributes
    ----------
    origin
        Last day known.
    place
        Where it was counted.
    nominal_horizon
        Days ahead that were asked for.
    date
        Day for which the report holds, at most three days from origin + nominal horizon.
    people
        The figure.
    """

    origin: date
    place: str
    nominal_horizon: int
    date: date
    people: float

    @property
    def horizon(self) -> int:
        """Return how many days the report lies after the origin."""
        return (self.date - self.origin).days


@dataclass(frozen=True)
class Series:
    """The reported stock of one place, one figure for each day that has one, in order.

    Attributes
    ----------
    days
        Day numbers of the calendar, (report,).
    people
        Figures, (report,).
    """

    days: NDArray[np.int64]
    people: NDArray[np.float64]


def true_reports(observations: Observations) -> dict[str, list[Observation]]:
    """Return the reports that can be held against a forecast, by place and in order of dates.

    These are figures of the people present in one place, everybody counted, exact or about so
    many. A bound such as "more than 5,000" is no figure to be near to; a row marked to be ignored
    is left out. Of several figures for one day the one that became known last stands.
    """
    return _by_place(row for row in observations if row.use is not Use.IGNORE and row.qualifier in _TWO_SIDED)


def series_of(observations: Observations, start: date) -> dict[str, Series]:
    """Return the figure of each place that a planner would carry forward from each report that may be learnt from.

    "More than 35,000" and "almost 35,600" are carried forward as the figure they name, "between 1,000 and
    1,500" as its middle. "At least" and "at most" say less: they move the figure before them only as far as
    they must. Reports of days before the calendar are left out, as they are in a fit.

    Parameters
    ----------
    observations
        What was known.
    start
        Day 0.
    """
    reports = _by_place(row for row in observations if row.use is Use.FIT and row.date >= start)
    return {
        place: Series(np.array([day_of(row.date, start) for row in rows]), _carried(rows))
        for place, rows in reports.items()
    }


def _by_place(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Return the reports of people present in one place, one for a day, by place and in order of dates."""
    found: dict[str, dict[date, Observation]] = {}
    for row in sorted(observations, key=lambda row: row.known_on):
        is_plain = row.measure is Measure.STOCK and row.group is None and len(row.places) == 1
        if is_plain and row.count is not None:
            found.setdefault(row.place, {})[row.date] = row
    return {place: [rows[when] for when in sorted(rows)] for place, rows in sorted(found.items())}


def _carried(rows: Sequence[Observation]) -> NDArray[np.float64]:
    """Return the figure that stands after each report of a place, people."""
    found: list[float] = []
    for row in rows:
        people = float(row.people or 0)
        match row.qualifier:
            case Qualifier.BETWEEN:
                people = (people + float(row.people_high or people)) / 2
            case Qualifier.AT_LEAST:
                people = max([people, *found[-1:]])
            case Qualifier.AT_MOST:
                people = min([people, *found[-1:]])
        found.append(people)
    return np.array(found)


def targets_of(
    observations: Observations, origins: Iterable[date], horizons: Iterable[int], places: Iterable[str]
) -> tuple[Target, ...]:
    """Return, for each origin, place and horizon, the true report nearest to that day.

    Only reports for days after the origin and at most three days from the day asked for are
    considered; of two that are equally near, the earlier is taken. Days without a report are never
    filled in.

    Parameters
    ----------
    observations
        All reports, or those known by the day on which one asks.
    origins
        Last days known.
    horizons
        Nominal horizons, days.
    places
        Where; a report at another place is no target.
    """
    reports = true_reports(observations)
    asked = tuple(sorted(horizons))
    names = [place for place in places if place in reports]
    return tuple(
        Target(origin, place, horizon, row.date, float(row.people or 0))
        for origin in origins
        for place in names
        for horizon in asked
        if (row := _nearest(reports[place], origin, horizon)) is not None
    )


def _nearest(rows: list[Observation], origin: date, horizon: int) -> Observation | None:
    def distance(row: Observation) -> int:
        return abs((row.date - origin).days - horizon)

    near = [row for row in rows if row.date > origin and distance(row) <= TOLERANCE_DAYS]
    return min(near, key=lambda row: (distance(row), row.date), default=None)
