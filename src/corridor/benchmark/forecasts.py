"""Corridor's forecast from reports and the five baselines for the benchmark, each family of crises left out in turn.

What other crises teach is learnt anew for each crisis, without its family. No mechanism takes part: networks of the
instances were made in hindsight.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from corridor.backtest.runner import NoCache, predictions_at, run_forecasters
from corridor.benchmark.calibration import learnt_for
from corridor.benchmark.crises import read_crises
from corridor.benchmark.protocol import SCHEDULE, read_benchmark
from corridor.benchmark.tables import COLUMNS, as_csv, hub_rows, report_table, task_table
from corridor.forecasters.base import ForecasterSet
from corridor.forecasters.baselines import Baseline, Rule
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.runs.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corridor.benchmark.protocol import BenchmarkCrisis
    from corridor.forecasters.learned import Learned

REPORTS, TASKS, FORECASTS = "reports.csv", "tasks.csv", "forecasts.csv"


def write_benchmark(data: Path, out: Path, *, workers: int = 1, tick: Callable[[int, int], None]) -> dict[str, int]:
    """Write what was known when, what is to be forecast, and our forecasts; return the targets of each crisis.

    Parameters
    ----------
    data
        The folder of the instances.
    out
        The folder for reports.csv, tasks.csv and forecasts.csv.
    workers
        Processes; they change the time and nothing else.
    tick
        Called with (steps done, steps in all): each crisis is learnt from, then forecast.

    Raises
    ------
    UsageError
        No instance lies in the folder.
    RunError
        The folder cannot be written to.
    """
    by_crisis = read_benchmark(data)
    steps = count(1)
    families = dict.fromkeys(one.crisis.family for one in by_crisis.values())
    learned = learnt_for(families, read_crises(data), by_crisis, lambda _: tick(next(steps), 2 * len(by_crisis)))
    rows: list[tuple[object, ...]] = []
    for one in by_crisis.values():
        rows += _rows(one, learned[one.crisis.family], workers)
        tick(next(steps), 2 * len(by_crisis))
    write_whole(out / REPORTS, report_table(by_crisis.values()))
    write_whole(out / TASKS, task_table(by_crisis.values()))
    write_whole(out / FORECASTS, as_csv(COLUMNS, rows))
    return {name: len(one.targets) for name, one in by_crisis.items()}


def _rows(one: BenchmarkCrisis, learned: Learned, workers: int) -> Iterator[tuple[object, ...]]:
    models = ForecasterSet(independent=(ReportsForecaster(learned), *(Baseline(rule, learned) for rule in Rule)))
    predictions = run_forecasters(one.tasks, models, SCHEDULE.horizons, cache=NoCache(), workers=workers)
    for model in models.names:
        yield from hub_rows(model, one, predictions_at(one.targets, one.tasks, predictions, model))
