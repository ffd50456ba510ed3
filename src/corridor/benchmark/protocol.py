"""The protocol of the benchmark: crises, what was known when, and the reports by which forecasts are scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.backtest.origins import Schedule
from corridor.backtest.scorable import scored_targets
from corridor.backtest.tasks import forecast_tasks, on_scored_days
from corridor.benchmark.crises import FAMILIES, as_scenario, read_crises
from corridor.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.benchmark.crises import Crisis
    from corridor.forecasters.base import ForecastTask, Target
    from corridor.scenario.observations import Observations

    Key = tuple[str, str, str, str]

SCHEDULE = Schedule(every_days=14, first_day=30, horizons=(7, 14, 28))
SEED = 7


@dataclass(frozen=True)
class BenchmarkCrisis:
    """A crisis with the tasks of all origins and the reports by which they are scored.

    Attributes
    ----------
    crisis
        Which.
    observations
        Its reports.
    names
        Published names of places by id.
    tasks
        The forecast task of each origin, for the days that are scored.
    targets
        The reports.
    """

    crisis: Crisis
    observations: Observations
    names: dict[str, str]
    tasks: tuple[ForecastTask, ...]
    targets: tuple[Target, ...]

    def key(self, target: Target) -> Key:
        """Return how forecasts.csv names a target: crisis, origin, day and place."""
        return (self.crisis.name, target.origin.isoformat(), target.date.isoformat(), self.names[target.place])


def prepared(crisis: Crisis) -> BenchmarkCrisis:
    """Return what is to be forecast in a crisis."""
    scenario, observations = as_scenario(crisis)
    tasks = tuple(forecast_tasks(scenario, observations, SCHEDULE, SEED))
    targets, _ = scored_targets(scenario, observations, SCHEDULE, tasks, required=True)
    scored = tuple(on_scored_days(tasks, observations, SCHEDULE.horizons))
    return BenchmarkCrisis(
        crisis, observations, {place.place: place.name for place in scenario.places}, scored, targets
    )


def read_benchmark(data: Path) -> dict[str, BenchmarkCrisis]:
    """Return each instance that lies in a folder, by name, with its tasks and targets.

    Raises
    ------
    UsageError
        There is none.
    """
    by_crisis = {name: prepared(crisis) for name, crisis in read_crises(data).items() if name in FAMILIES}
    if not by_crisis:
        message = (
            f"No instance of the benchmark lies in {data}: flee/burundi and so on are looked for. Lay them out from a "
            "checkout of FabFlee with: corridor benchmark layout FABFLEE DATA"
        )
        raise UsageError(message)
    return by_crisis
