"""Forecast tasks on rolling origins, each with what was known by then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.forecasters.base import ForecastTask
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corridor.backtest.origins import Schedule
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario


def forecast_tasks(
    scenario: Scenario, observations: Observations, schedule: Schedule, seed: int
) -> Iterator[ForecastTask]:
    """Yield the forecast task of each origin, with what was known by then and nothing else.

    Parameters
    ----------
    scenario, observations
        Everything, whenever it became known.
    schedule
        Origins and horizons.
    seed
        Decides every random number; the same on each origin.
    """
    places = tuple(row.place for row in scenario.places)
    for origin in schedule.origins(scenario):
        last = day_of(scenario.end, origin)
        days = tuple(day for day in schedule.days if day <= last)
        yield ForecastTask(scenario.known_by(origin), observations.known_by(origin), origin, places, days, seed)


def on_scored_days(
    tasks: Iterable[ForecastTask], observations: Observations, horizons: Sequence[int]
) -> Iterator[ForecastTask]:
    """Yield tasks for fewer days: nominal horizons, and days for which there is any report.

    For forecasters that forecast each day on its own. One that simulates whole histories needs all days: which
    of them will have reports is not known on an origin.

    Parameters
    ----------
    tasks
        For all days on which targets may lie.
    observations
        All reports.
    horizons
        Nominal horizons, days.
    """
    dates = {row.date.toordinal() for row in observations}
    for task in tasks:
        origin = task.origin.toordinal()
        days = tuple(day for day in task.days if day in horizons or origin + day in dates)
        yield replace(task, days=days or task.days[:1])
