"""Targets: the reports by which forecasts made on an origin are scored."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from corridor.backtest.origins import TOLERANCE_DAYS
from corridor.forecasters.base import Target
from corridor.inference.report_series import true_reports

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from corridor.scenario.observations import Observation, Observations


LEAST_REPORTS = 3
"""From so many reports on a series that never moves is a dummy."""


def targets_of(
    observations: Observations, origins: Iterable[date], horizons: Iterable[int], places: Iterable[str]
) -> tuple[Target, ...]:
    """Return, for each origin, place and horizon, the report nearest to that day.

    Only reports for days after the origin and at most three days from the nominal day are
    considered; of two that are equally near, the earlier is taken. Days without a report are never
    filled in.

    Parameters
    ----------
    observations
        All reports, or those known by a day.
    origins
        Last days known.
    horizons
        Nominal horizons, days.
    places
        Where; a report at another place is no target.
    """
    reports = true_reports(observations)
    ascending = tuple(sorted(horizons))
    names = [place for place in places if place in reports]
    return tuple(
        Target(origin, place, horizon, row.date, float(row.people or 0))
        for origin in origins
        for place in names
        for horizon in ascending
        if (row := _nearest(reports[place], origin.toordinal(), horizon)) is not None
    )


def dummy_places(observations: Observations) -> tuple[str, ...]:
    """Return the places whose reports never move but to open: three or more, all of one figure once they are not zero.

    Such a series is a figure that was filled in, not counted; a forecast of it shows nothing.

    Parameters
    ----------
    observations
        All reports.
    """
    dummies = []
    for place, rows in true_reports(observations).items():
        people = [row.people or 0.0 for row in rows]
        opened = next((n for n, count in enumerate(people) if count > 0), len(people))
        if len(people) >= LEAST_REPORTS and len(set(people[opened:])) <= 1:
            dummies.append(place)
    return tuple(dummies)


def _nearest(rows: list[Observation], origin: int, horizon: int) -> Observation | None:
    """Return the report nearest to a horizon, of rows in order of their days; the earlier of two equally near."""
    first = bisect_left(rows, max(origin + 1, origin + horizon - TOLERANCE_DAYS), key=_day)
    end = bisect_right(rows, origin + horizon + TOLERANCE_DAYS, lo=first, key=_day)
    return min(rows[first:end], key=lambda row: (abs(_day(row) - origin - horizon), _day(row)), default=None)


def _day(row: Observation) -> int:
    return row.date.toordinal()
