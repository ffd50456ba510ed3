"""Models on rolling origins: each is told what was known, many at a time, and none is asked twice."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Protocol

import numpy as np

from corridor.backtest.origins import TOLERANCE_DAYS, targets_of
from corridor.forecasters.base import HUB_LEVELS, Asked, Outcome
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.backtest.origins import Schedule
    from corridor.engine.run.simulate import Progress
    from corridor.forecasters.base import InOrder, Model, Models, Pool
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]
    Answers = dict[tuple[str, date], Floats]


ROUNDING = 1e-9
"""Share of a quantile by which the next may lie lower, as sums of floating-point numbers do."""


class Keeper(Protocol):
    """Keeps what models have answered, so that an interrupted back-test can go on."""

    def find(self, model: str, origin: date) -> Floats | None:
        """Return the answer of a model on an origin; None if it is not kept."""

    def keep(self, model: str, origin: date, answer: Floats) -> None:
        """Keep an answer."""


class Forgetful:
    """Keeps nothing."""

    def find(self, model: str, origin: date) -> None:  # noqa: ARG002 - it looks nowhere
        """Return None."""
        return

    def keep(self, model: str, origin: date, answer: Floats) -> None:
        """Let it go."""


@dataclass
class _Tally:
    """Counts answers, and says how many there are to be."""

    total: int
    progress: Progress
    done: int = 0

    def step(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)


@dataclass(frozen=True)
class _Run:
    """Answers as they come in."""

    keeper: Keeper
    tally: _Tally
    answers: Answers = field(default_factory=dict)

    def has(self, model: str, origin: date) -> bool:
        """Whether an answer is at hand, from this run or a kept one."""
        if (model, origin) not in self.answers:
            kept = self.keeper.find(model, origin)
            if kept is None:
                return False
            self.answers[model, origin] = kept
            self.tally.step()
        return True

    def take(self, model: str, asked: Asked, answer: Floats) -> None:
        """Take an answer, rounded as tables show it."""
        sound = _checked(answer, asked)
        self.keeper.keep(model, asked.origin, sound)
        self.answers[model, asked.origin] = sound
        self.tally.step()


def questions(scenario: Scenario, observations: Observations, schedule: Schedule, seed: int) -> Iterator[Asked]:
    """Yield what models are asked on each origin, with what was known by then and nothing else.

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
        yield Asked(scenario.known_by(origin), observations.known_by(origin), origin, places, days, seed)


def answers_of(
    asked: Sequence[Asked],
    models: Models,
    horizons: Sequence[int],
    *,
    keeper: Keeper,
    workers: int = 1,
    progress: Progress = None,
) -> Answers:
    """Return what each model answers to each question, (place, day, level), to a tenth of a person.

    Parameters
    ----------
    asked
        The questions, in order of origins.
    models
        Who is asked.
    horizons
        Nominal horizons, by which pools are told how earlier forecasts did.
    keeper
        Gives the answers of an interrupted back-test, and keeps the new ones.
    workers
        Processes for models whose origins are independent, threads for the others unless the questions allow more.
    progress
        Called with (answers, answers in all).
    """
    run = _Run(keeper, _Tally(len(models.names) * len(asked), progress))
    _ask_apart(run, asked, models.apart, workers)
    for model in models.in_order:
        _walk(run, [replace(one, workers=max(workers, one.workers)) for one in asked], model)
    others = models.names[len(models.pools) :]
    for pool in models.pools:
        _combine(run, asked, pool, others, horizons)
    return run.answers


def _ask_apart(run: _Run, asked: Sequence[Asked], models: Sequence[Model], workers: int) -> None:
    open_ = [(model, one) for one in asked for model in models if not run.has(model.name, one.origin)]
    if workers == 1 or len(open_) == 1:
        for model, one in open_:
            run.take(model.name, one, model.forecast(one))
        return
    if not open_:
        return
    pool = ProcessPoolExecutor(min(workers, len(open_)), mp_context=get_context("spawn"))
    try:
        waiting = {pool.submit(model.forecast, one): (model, one) for model, one in open_}
        for done in as_completed(waiting):
            model, one = waiting.pop(done)
            run.take(model.name, one, done.result())
    finally:
        pool.shutdown(cancel_futures=True)


def _walk(run: _Run, asked: Sequence[Asked], model: InOrder) -> None:
    if all(run.has(model.name, one.origin) for one in asked):
        return
    walk = model.begin()
    for one in asked:
        if run.has(model.name, one.origin):
            walk.follow(one)
        else:
            run.take(model.name, one, walk.forecast(one))


def _combine(run: _Run, asked: Sequence[Asked], pool: Pool, others: Sequence[str], horizons: Sequence[int]) -> None:
    for n, one in enumerate(asked):
        if not run.has(pool.name, one.origin):
            current = {name: run.answers[name, one.origin] for name in others}
            past = outcomes(one, asked[:n], run.answers, others, horizons)
            run.take(pool.name, one, pool.combine(one, current, past))


def weights_of(
    asked: Sequence[Asked], models: Models, answers: Answers, horizons: Sequence[int]
) -> list[dict[str, str | int | float]]:
    """Return how much each member of each pool weighed on each origin, for each horizon; one row each.

    Parameters
    ----------
    asked
        The questions, in order of origins.
    models, answers
        Who was asked, and what they said.
    horizons
        Nominal horizons.
    """
    others = models.names[len(models.pools) :]
    rows: list[dict[str, str | int | float]] = []
    for n, one in enumerate(asked):
        past = outcomes(one, asked[:n], answers, others, horizons)
        for pool in models.pools:
            weights = pool.weights(one, past)
            rows += [
                {
                    "model": pool.name,
                    "origin_date": one.origin.isoformat(),
                    "nominal_horizon": horizon,
                    "member": member,
                    "weight": round(float(share[one.days.index(horizon)]), 4),
                }
                for horizon in horizons
                if horizon in one.days
                for member, share in weights.items()
            ]
    return rows


def outcomes(
    now: Asked,
    earlier: Sequence[Asked],
    answers: Mapping[tuple[str, date], Floats],
    names: Sequence[str],
    horizons: Sequence[int],
) -> list[Outcome]:
    """Return earlier forecasts whose outcome was known by an origin, in order of origins.

    Parameters
    ----------
    now
        What is known.
    earlier
        The questions of earlier origins.
    answers
        What was answered.
    names
        The models that are looked at.
    horizons
        Nominal horizons, days; those whose days of tolerance are not over are left out.
    """
    asked = {one.origin: one for one in earlier}
    found = []
    for target in targets_of(now.observations, asked, horizons, now.places):
        is_over = day_of(now.origin, target.origin) >= target.nominal_horizon + TOLERANCE_DAYS
        one = asked[target.origin]
        said = {name: answer_to(one, answers[name, target.origin], target.place, target.horizon) for name in names}
        if is_over and all(np.isfinite(line).all() for line in said.values()):
            found.append(Outcome(target, said))
    return found


def answer_to(asked: Asked, answer: Floats, place: str, day: int) -> Floats:
    """Return the quantiles of an answer for one place and day ahead, (level,)."""
    found: Floats = answer[asked.places.index(place), asked.days.index(day)]
    return found


def _checked(answer: Floats, asked: Asked) -> Floats:
    shape = (len(asked.places), len(asked.days), len(HUB_LEVELS))
    assert answer.shape == shape, "an answer has the shape place x day x level"
    said = answer[~np.isnan(answer).all(axis=(1, 2))]
    assert np.isfinite(said).all() and (said >= 0).all(), "people are counted from zero, and finite"  # noqa: PT018
    assert (np.diff(said, axis=2) > -ROUNDING * (1 + said[:, :, 1:])).all(), "quantiles rise with their level"
    rising: Floats = np.maximum.accumulate(answer, axis=2).round(1)
    return rising
