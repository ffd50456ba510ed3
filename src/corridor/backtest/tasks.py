"""Forecast tasks on rolling origins, each with what was known by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.forecasters.base import ForecastTask
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

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
