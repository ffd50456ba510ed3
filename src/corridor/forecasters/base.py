"""What a forecaster is: from a forecast task, which holds only what was known by an origin, it makes quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

HUB_LEVELS = (0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99)
"""Quantile levels of a hubverse table, 23 of them."""


@dataclass(frozen=True)
class ForecastTask:
    """What is to be forecast on an origin, and all that was known then.

    Attributes
    ----------
    scenario
        The scenario as it was known by the origin.
    observations
        The reports known by the origin.
    origin
        Last day known.
    places
        Places whose people present are forecast.
    days
        Days ahead, ascending, within the calendar.
    seed
        Decides every random number.
    workers
        Threads that the model may use; they change the time and nothing else.
    """

    scenario: Scenario
    observations: Observations
    origin: date
    places: tuple[str, ...]
    days: tuple[int, ...]
    seed: int
    workers: int = 1


class Target(NamedTuple):
    """A report by which the forecasts of an origin are scored.

    Attributes
    ----------
    origin
        Last day known.
    place
        Where it was counted.
    nominal_horizon
        Days ahead for which a forecast was scheduled.
    date
        Day for which the report holds, at most three days from origin + nominal horizon.
    people
        The figure.
    """

    origin: date
    place: str
    nominal_horizon: int
    date: date
    people: float

    @property
    def horizon(self) -> int:
        """Return how many days the report lies after the origin."""
        return (self.date - self.origin).days


@dataclass(frozen=True)
class ScoredForecast:
    """A past forecast with the report that scores it, as far as that was known by an origin.

    Attributes
    ----------
    target
        The report that became known.
    quantiles
        Forecast of each forecaster for it, people at `HUB_LEVELS`, (level,).
    """

    target: Target
    quantiles: Mapping[str, Floats]


class Forecaster(Protocol):
    """A forecaster that treats each origin on its own, so that origins can run in parallel.

    It is sent to other processes, so it must survive pickling.
    """

    @property
    def name(self) -> str:
        """Return how tables name it."""

    def forecast(self, task: ForecastTask) -> Floats:
        """Return people at `HUB_LEVELS`, (place, day, level), not below zero and not falling with the level.

        A place that it cannot forecast is not a number throughout.
        """


class SequentialRun(Protocol):
    """A sequential forecaster under way: origins come in order of time, each is either skipped or forecast."""

    def follow(self, task: ForecastTask) -> None:
        """Update on an origin whose forecast is at hand from an interrupted run."""

    def forecast(self, task: ForecastTask) -> Floats:
        """Return what :meth:`Forecaster.forecast` does."""


class SequentialForecaster(Protocol):
    """A forecaster that carries what it has learnt from one origin to the next."""

    @property
    def name(self) -> str:
        """Return how tables name it."""

    def begin(self) -> SequentialRun:
        """Return a run before the first origin."""


class Combination(Protocol):
    """A forecaster that combines the forecasts of the others by their past scores."""

    @property
    def name(self) -> str:
        """Return how tables name it."""

    def combine(self, task: ForecastTask, current: Mapping[str, Floats], past: Sequence[ScoredForecast]) -> Floats:
        """Return people at `HUB_LEVELS`, (place, day, level).

        Parameters
        ----------
        task
            What is to be forecast.
        current
            Forecast of each of the other forecasters for it.
        past
            Their forecasts of earlier origins whose report was known by this one, in order.
        """

    def weights(self, task: ForecastTask, past: Sequence[ScoredForecast]) -> Mapping[str, Floats]:
        """Return the weight of each member for each day ahead, (day,), none below zero, one in all."""


@dataclass(frozen=True)
class ForecasterSet:
    """The forecasters of a back-test.

    Attributes
    ----------
    independent
        Those that treat each origin on its own; their origins run in parallel.
    sequential
        Those that carry what they have learnt from one origin to the next.
    combinations
        Those that combine all of the above.
    """

    independent: tuple[Forecaster, ...] = ()
    sequential: tuple[SequentialForecaster, ...] = ()
    combinations: tuple[Combination, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return how tables name them, in this order."""
        groups = ((row.name for row in rows) for rows in (self.combinations, self.sequential, self.independent))
        return tuple(chain.from_iterable(groups))
