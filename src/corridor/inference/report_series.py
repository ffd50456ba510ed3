"""Reported stocks as series: one figure for each place and day, as a planner would carry them forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.scenario.observations import Measure, Qualifier, Use
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.scenario.observations import Observation, Observations

_TWO_SIDED = frozenset({Qualifier.EXACT, Qualifier.ABOUT})


@dataclass(frozen=True)
class ReportSeries:
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


def report_series(observations: Observations, start: date) -> dict[str, ReportSeries]:
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
        place: ReportSeries(np.array([day_of(row.date, start) for row in rows]), _carried(rows))
        for place, rows in reports.items()
    }


def _by_place(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Return the reports of people present in one place, one for a day, by place and in order of dates."""
    by_place: dict[str, dict[date, Observation]] = {}
    for row in sorted(observations, key=lambda row: row.known_on):
        is_plain = row.measure is Measure.STOCK and row.group is None and len(row.places) == 1
        if is_plain and row.count is not None:
            by_place.setdefault(row.place, {})[row.date] = row
    return {place: [rows[when] for when in sorted(rows)] for place, rows in sorted(by_place.items())}


def _carried(rows: Sequence[Observation]) -> NDArray[np.float64]:
    """Return the figure that stands after each report of a place, people."""
    figures: list[float] = []
    for row in rows:
        people = float(row.people or 0)
        match row.qualifier:
            case Qualifier.BETWEEN:
                people = (people + float(row.people_high or people)) / 2
            case Qualifier.AT_LEAST:
                people = max([people, *figures[-1:]])
            case Qualifier.AT_MOST:
                people = min([people, *figures[-1:]])
        figures.append(people)
    return np.array(figures)
