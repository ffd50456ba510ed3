"""Levels of forecasts set right by the reports of other crises.

Each family of crises is forecast by what all others teach, and each report gets the level that its forecast gave it:
the share of the forecast below it (probability integral transform; Dawid 1984). If forecasts were right, one report in
ten had a level of 0.1 or less. Where it is another share, forecasts are read off at the level that one report in ten
had (Kuleshov, Fenner and Ermon 2018). Families count the same. Empty places have a forecast of another kind and do
not take part.

Where a family is scored, it takes part in nothing: the others forecast each other without it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.runner import prediction_for
from corridor.backtest.scores import pit
from corridor.benchmark.learning import LEAST_CASES, cases_of, learnt_without
from corridor.benchmark.protocol import SEED
from corridor.errors import UsageError
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.replay import known_series
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.forecasters.situations import weighted_quantiles
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from corridor.benchmark.crises import Crisis
    from corridor.benchmark.protocol import BenchmarkCrisis
    from corridor.forecasters.base import ForecastTask, Target
    from corridor.forecasters.learned import Learned

    Floats = np.typing.NDArray[np.float64]

NO_FAMILY = ""
"""Stands for nothing left out."""


def learnt_for(
    families: Iterable[str],
    crises: Mapping[str, Crisis],
    by_crisis: Mapping[str, BenchmarkCrisis],
    tick: Callable[[str], None],
) -> dict[str, Learned]:
    """Return what all other crises teach for each of some families; for `NO_FAMILY`, what all crises teach.

    Parameters
    ----------
    families
        Which will be scored.
    crises
        All crises, by name.
    by_crisis
        Those of them that are forecast and held against their reports.
    tick
        Called with the name of each of these, once it is done.

    Raises
    ------
    UsageError
        There is no crisis of another family that has enough reports to learn from.
    """
    cases = {name: cases_of(crisis) for name, crisis in crises.items()}
    learned = {family: learnt_without({family}, crises, cases) for family in families}
    levels: dict[str, dict[str, list[Floats]]] = defaultdict(lambda: defaultdict(list))
    for name, one in by_crisis.items():
        own = one.crisis.family
        without = {family: learnt_without({own, family}, crises, cases) for family in learned if family != own}
        for family, reached in levels_of_reports(one, without).items():
            levels[family][own].append(reached)
        tick(name)
    return {family: replace(_known(one, family), levels=_levels(levels[family])) for family, one in learned.items()}


def levels_of_reports(one: BenchmarkCrisis, learned: Mapping[str, Learned | None]) -> dict[str, Floats]:
    """Return the level that each report of an occupied place has in its forecast, (report,), by what was learnt.

    Parameters
    ----------
    one
        The crisis.
    learned
        What others teach; None is left out.
    """
    forecasters = {name: ReportsForecaster(lesson) for name, lesson in learned.items() if lesson is not None}
    rows: dict[str, list[Floats]] = {name: [] for name in forecasters}
    true: list[float] = []
    for task, targets in _occupied(one):
        true += [row.people for row in targets]
        for name, forecaster in forecasters.items():
            made = forecaster.forecast(task)
            rows[name] += [prediction_for(task, made, row.place, row.horizon) for row in targets]
    if not true:
        return {}
    return {name: pit(np.array(lines), HUB_LEVELS, np.array(true), seed=SEED) for name, lines in rows.items()}


def _occupied(one: BenchmarkCrisis) -> Iterator[tuple[ForecastTask, list[Target]]]:
    """Yield the targets of each origin at places that were not empty, and the task for them alone."""
    start = one.crisis.start
    for task in one.tasks:
        known = known_series(report_series(task.observations, start), day_of(task.origin, start))
        targets = [row for row in one.targets if row.origin == task.origin and known[row.place][1][-1] > 0]
        places, days = {row.place: None for row in targets}, {row.horizon for row in targets}
        if targets:
            yield replace(task, places=tuple(places), days=tuple(sorted(days))), targets


def _known(learned: Learned | None, family: str) -> Learned:
    if learned is None:
        message = (
            f"Nothing can be learnt for crises of the family {family}: no crisis of another family with {LEAST_CASES} "
            "reports to learn from lies in the folder. Lay out more instances."
        )
        raise UsageError(message)
    return learned


def _levels(by_family: Mapping[str, Sequence[Floats]]) -> Floats:
    """Return the level at which each of `HUB_LEVELS` is read off, a mean over families, (level,)."""
    pooled = [np.concatenate(parts) for parts in by_family.values()]
    reached = [weighted_quantiles(part, np.ones(part.size), HUB_LEVELS) for part in pooled if part.size >= LEAST_CASES]
    return np.mean(reached, axis=0) if reached else np.array(HUB_LEVELS)
