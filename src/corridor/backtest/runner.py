"""Forecasters run at rolling origins, in parallel, with caching."""

from __future__ import annotations

from concurrent.futures import as_completed
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from corridor.backtest.origins import TOLERANCE_DAYS
from corridor.backtest.targets import targets_of
from corridor.backtest.workers import interrupts_held, worker_processes
from corridor.cluster import threads_of
from corridor.forecasters.base import HUB_LEVELS, ScoredForecast
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.cluster import Workers
    from corridor.engine.run.simulate import Progress
    from corridor.forecasters.base import (
        Combination,
        Forecaster,
        ForecasterSet,
        ForecastTask,
        SequentialForecaster,
        Target,
    )

    Floats = NDArray[np.float64]
    Predictions = dict[tuple[str, date], Floats]


ROUNDING = 1e-9
"""Share of a quantile by which the next may lie lower, as sums of floating-point numbers do."""


class Cache(Protocol):
    """Stores predictions, so that an interrupted back-test can go on."""

    def find(self, model: str, origin: date) -> Floats | None:
        """Return the prediction of a forecaster on an origin; None if there is none."""

    def keep(self, model: str, origin: date, prediction: Floats) -> None:
        """Store a prediction."""


class NoCache:
    """Stores nothing."""

    def find(self, model: str, origin: date) -> None:  # noqa: ARG002 - the protocol hands them over
        """Return None."""
        return

    def keep(self, model: str, origin: date, prediction: Floats) -> None:
        """Store nothing."""


@dataclass
class _Tally:
    """Counts predictions, and reports how many there are to be."""

    total: int
    progress: Progress
    done: int = 0

    def step(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)


@dataclass(frozen=True)
class _Run:
    """Predictions as they come in."""

    cache: Cache
    tally: _Tally
    predictions: Predictions = field(default_factory=dict)

    def has(self, model: str, origin: date) -> bool:
        """Whether a prediction is at hand, from this run or from the cache."""
        if (model, origin) not in self.predictions:
            cached = self.cache.find(model, origin)
            if cached is None:
                return False
            self.predictions[model, origin] = cached
            self.tally.step()
        return True

    def take(self, model: str, task: ForecastTask, prediction: Floats) -> None:
        """Store a prediction, rounded as tables show it."""
        checked = _checked(prediction, task)
        self.cache.keep(model, task.origin, checked)
        self.predictions[model, task.origin] = checked
        self.tally.step()


def run_forecasters(
    tasks: Sequence[ForecastTask],
    models: ForecasterSet,
    horizons: Sequence[int],
    *,
    cache: Cache,
    workers: Workers = 1,
    progress: Progress = None,
) -> Predictions:
    """Return the prediction of each forecaster for each task, (place, day, level), to a tenth of a person.

    Parameters
    ----------
    tasks
        The forecast tasks, in order of origins.
    models
        Who forecasts.
    horizons
        Nominal horizons, at which combinations score earlier forecasts.
    cache
        Holds the predictions of an interrupted back-test, and stores the new ones.
    workers
        Processes or a cluster for independent forecasters, threads for the others unless the tasks allow more.
    progress
        Called with (predictions, predictions in all).
    """
    run = _Run(cache, _Tally(len(models.names) * len(tasks), progress))
    _run_independent(run, tasks, models.independent, workers)
    combined = [combination.name for combination in models.combinations]
    for model in models.sequential:
        threads = [replace(task, workers=max(threads_of(workers), task.workers)) for task in tasks]
        if not all(run.has(name, task.origin) for name in (model.name, *combined) for task in tasks):
            _run_sequential(run, threads, model)
    others = models.names[len(models.combinations) :]
    for combination in models.combinations:
        _combine(run, tasks, combination, others, horizons)
    return run.predictions


def _run_independent(run: _Run, tasks: Sequence[ForecastTask], models: Sequence[Forecaster], workers: Workers) -> None:
    """Run each origin with all of its forecasters in one process: they share how its reports are read."""
    left = [(task, [model for model in models if not run.has(model.name, task.origin)]) for task in tasks]
    open_ = [(task, missing) for task, missing in left if missing]
    if workers == 1 or len(open_) <= 1:
        for task, missing in open_:
            for model in missing:
                run.take(model.name, task, model.forecast(task))
        return
    if not isinstance(workers, int):
        for (task, missing), made in zip(open_, workers.spread(_forecasts_there, None, open_), strict=True):
            _take_all(run, task, missing, made)
        return
    with worker_processes(min(workers, len(open_))) as executor:
        with interrupts_held():
            waiting = {executor.submit(_forecasts, missing, task): (task, missing) for task, missing in open_}
        for done in as_completed(waiting):
            _take_all(run, *waiting.pop(done), done.result())


def _take_all(run: _Run, task: ForecastTask, models: Sequence[Forecaster], predictions: Sequence[Floats]) -> None:
    for model, prediction in zip(models, predictions, strict=True):
        run.take(model.name, task, prediction)


def _forecasts(models: Sequence[Forecaster], task: ForecastTask) -> list[Floats]:
    return [model.forecast(task) for model in models]


def _forecasts_there(
    shared: None,  # noqa: ARG001 - origins share nothing
    item: tuple[ForecastTask, Sequence[Forecaster]],
) -> list[Floats]:
    """Return the predictions of forecasters on an origin; a task of a cluster."""
    task, models = item
    return _forecasts(models, task)


def _run_sequential(run: _Run, tasks: Sequence[ForecastTask], model: SequentialForecaster) -> None:
    if all(run.has(model.name, task.origin) for task in tasks):
        return
    sequence = model.begin()
    for task in tasks:
        if run.has(model.name, task.origin):
            sequence.follow(task)
        else:
            run.take(model.name, task, sequence.forecast(task))


def _combine(
    run: _Run, tasks: Sequence[ForecastTask], combination: Combination, others: Sequence[str], horizons: Sequence[int]
) -> None:
    for n, task in enumerate(tasks):
        if not run.has(combination.name, task.origin):
            current = {name: run.predictions[name, task.origin] for name in others}
            past = scored_forecasts(task, tasks[:n], run.predictions, others, horizons)
            run.take(combination.name, task, combination.combine(task, current, past))


def weight_rows(
    tasks: Sequence[ForecastTask], models: ForecasterSet, predictions: Predictions, horizons: Sequence[int]
) -> list[dict[str, str | int | float]]:
    """Return the weight of each member of each combination on each origin, for each horizon; task row each.

    Parameters
    ----------
    tasks
        The forecast tasks, in order of origins.
    models, predictions
        Who forecast, and what.
    horizons
        Nominal horizons.
    """
    others = models.names[len(models.combinations) :]
    rows: list[dict[str, str | int | float]] = []
    for n, task in enumerate(tasks):
        past = scored_forecasts(task, tasks[:n], predictions, others, horizons)
        for combination in models.combinations:
            weights = combination.weights(task, past)
            rows += [
                {
                    "model": combination.name,
                    "origin_date": task.origin.isoformat(),
                    "nominal_horizon": horizon,
                    "member": member,
                    "weight": round(float(share[task.days.index(horizon)]), 4),
                }
                for horizon in horizons
                if horizon in task.days
                for member, share in weights.items()
            ]
    return rows


def scored_forecasts(
    now: ForecastTask,
    earlier: Sequence[ForecastTask],
    predictions: Mapping[tuple[str, date], Floats],
    names: Sequence[str],
    horizons: Sequence[int],
) -> list[ScoredForecast]:
    """Return earlier forecasts whose report was known by an origin, in order of origins.

    Parameters
    ----------
    now
        What is known.
    earlier
        The tasks of earlier origins.
    predictions
        The predictions made.
    names
        The forecasters that are compared.
    horizons
        Nominal horizons, days; those whose days of tolerance are not over are left out.
    """
    by_origin = {task.origin: task for task in earlier}
    past = []
    for target in targets_of(now.observations, by_origin, horizons, now.places):
        is_over = day_of(now.origin, target.origin) >= target.nominal_horizon + TOLERANCE_DAYS
        task = by_origin[target.origin]
        quantiles = {
            name: prediction_for(task, predictions[name, target.origin], target.place, target.horizon) for name in names
        }
        if is_over and all(np.isfinite(line).all() for line in quantiles.values()):
            past.append(ScoredForecast(target, quantiles))
    return past


def prediction_for(task: ForecastTask, prediction: Floats, place: str, day: int) -> Floats:
    """Return the quantiles of a prediction for one place and day ahead, (level,)."""
    quantiles: Floats = prediction[task.places.index(place), task.days.index(day)]
    return quantiles


def predictions_at(
    targets: Sequence[Target], tasks: Sequence[ForecastTask], predictions: Predictions, model: str
) -> Floats:
    """Return the quantiles of one forecaster for each target, (target, level).

    Parameters
    ----------
    targets
        Reports by which it is scored.
    tasks, predictions
        What was to be forecast, and the forecasts.
    model
        Name of the forecaster.
    """
    by_origin = {task.origin: task for task in tasks}
    rows = [prediction_for(by_origin[t.origin], predictions[model, t.origin], t.place, t.horizon) for t in targets]
    return np.array(rows).reshape(len(targets), len(HUB_LEVELS))


def _checked(prediction: Floats, task: ForecastTask) -> Floats:
    shape = (len(task.places), len(task.days), len(HUB_LEVELS))
    assert prediction.shape == shape, "a prediction has the shape place x day x level"
    stated = prediction[~np.isnan(prediction).all(axis=(1, 2))]
    assert np.isfinite(stated).all() and (stated >= 0).all(), "people are counted from zero, and finite"  # noqa: PT018
    assert (np.diff(stated, axis=2) > -ROUNDING * (1 + stated[:, :, 1:])).all(), "quantiles rise with their level"
    rising: Floats = np.maximum.accumulate(prediction, axis=2).round(1)
    return rising
