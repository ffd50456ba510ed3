"""The protocol of the benchmark: crises, what was known when, and the reports by which forecasts are scored."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.evaluate import scored_targets
from corridor.backtest.origins import Schedule
from corridor.backtest.tasks import forecast_tasks
from corridor.forecasters.base import HUB_LEVELS
from verification.crises import FAMILIES, as_scenario, read_crises

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from corridor.forecasters.base import ForecastTask, Target
    from corridor.scenario.observations import Observations
    from verification.crises import Crisis

    Floats = NDArray[np.float64]
    Key = tuple[str, str, str, str]

SCHEDULE = Schedule(every_days=14, first_day=30, horizons=(7, 14, 28))
SEED = 7
COLUMNS = (
    *("model", "crisis", "origin_date", "target", "horizon", "target_end_date", "location"),
    *("output_type", "output_type_id", "value"),
)
"""Columns of forecasts.csv: those of a hubverse table after model and crisis."""


@dataclass(frozen=True)
class Questions:
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
        """Return how forecasts.csv names a target."""
        return (self.crisis.name, target.origin.isoformat(), target.date.isoformat(), self.names[target.place])


def read_questions(data: Path) -> dict[str, Questions]:
    """Return the questions of each instance that lies in a folder, by name."""
    questions = {}
    for name, crisis in read_crises(data).items():
        if name in FAMILIES:
            scenario, observations = as_scenario(crisis)
            tasks = tuple(forecast_tasks(scenario, observations, SCHEDULE, SEED))
            targets, _ = scored_targets(scenario, observations, SCHEDULE, tasks, required=True)
            days = defaultdict(set)
            for target in targets:
                days[target.origin].add(target.horizon)
            scored = tuple(replace(task, days=tuple(sorted(days[task.origin]))) for task in tasks if days[task.origin])
            names = {place.place: place.name for place in scenario.places}
            questions[name] = Questions(crisis, observations, names, scored, targets)
    return questions


def write_tasks(questions: Iterable[Questions], folder: Path) -> None:
    """Write reports.csv, all reports by crisis, and tasks.csv, what is to be forecast on which origin."""
    with (folder / "reports.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("crisis", "family", "date", "location", "people"))
        for one in questions:
            for row in one.observations:
                rows.writerow((one.crisis.name, one.crisis.family, row.date, one.names[row.place], row.count))
    with (folder / "tasks.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("crisis", "origin_date", "target_end_date", "location", "horizon", "nominal_horizon"))
        for one in questions:
            for target in one.targets:
                rows.writerow((*one.key(target), target.horizon, target.nominal_horizon))


def hub_rows(model: str, one: Questions, quantiles: Floats) -> Iterator[tuple[object, ...]]:
    """Yield the rows of forecasts.csv of one model in one crisis, from its quantiles, (target, level)."""
    for target, line in zip(one.targets, quantiles, strict=True):
        name, origin, end, place = one.key(target)
        for level, value in zip(HUB_LEVELS, line, strict=True):
            yield (model, name, origin, "stock", target.horizon, end, place, "quantile", level, round(float(value), 1))


def read_forecasts(path: Path) -> dict[str, dict[Key, Floats]]:
    """Return the forecasts of a file by model and target, (level,); a forecast without all 23 levels is refused."""
    parts: dict[str, dict[Key, dict[float, float]]] = defaultdict(lambda: defaultdict(dict))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            key = (row["crisis"], row["origin_date"], row["target_end_date"], row["location"])
            parts[row["model"]][key][round(float(row["output_type_id"]), 3)] = float(row["value"])
    forecasts: dict[str, dict[Key, Floats]] = {}
    for model, by_target in parts.items():
        for key, levels in by_target.items():
            line = np.array([levels.get(level, np.nan) for level in HUB_LEVELS])
            if not np.isfinite(line).all() or (line < 0).any() or (np.diff(line) < 0).any():
                message = (
                    f"{path.name}: {model} in {', '.join(key)}: 23 levels ({HUB_LEVELS[0]} to {HUB_LEVELS[-1]}) are "
                    "needed, none below zero, none below the one before."
                )
                raise SystemExit(message)
            forecasts.setdefault(model, {})[key] = line
    return forecasts
