"""What a model is to the back-test: asked on an origin, it answers with quantiles, and knows no more than was known."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from corridor.forecasters.baselines import Rule, baseline
from corridor.forecasters.reports_model import trend
from corridor.inference.report_series import report_series
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

HUB_LEVELS = (0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99)
"""Quantile levels of a hubverse table, 23 of them."""


@dataclass(frozen=True)
class Asked:
    """What a model is asked on an origin, and all that it is told.

    Attributes
    ----------
    scenario
        The scenario as it was known by the origin.
    observations
        The reports known by the origin.
    origin
        Last day known.
    places
        Where the people present are asked for.
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
    """A true report that the forecasts of an origin are held against.

    Attributes
    ----------
    origin
        Last day known.
    place
        Where it was counted.
    nominal_horizon
        Days ahead that were asked for.
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
class Outcome:
    """A past forecast with what became of it, as far as that was known by an origin.

    Attributes
    ----------
    target
        The report that became known.
    quantiles
        What each model had said for it, people at `HUB_LEVELS`, (level,).
    """

    target: Target
    quantiles: Mapping[str, Floats]


class Model(Protocol):
    """A model that answers for each origin on its own, so that origins can run side by side.

    It is sent to other processes, so it must survive pickling.
    """

    @property
    def name(self) -> str:
        """Return how tables name it."""

    def forecast(self, asked: Asked) -> Floats:
        """Return people at `HUB_LEVELS`, (place, day, level), not below zero and not falling with the level.

        A place of which it can say nothing is not a number throughout.
        """


class Walk(Protocol):
    """A model on its way through the origins; each is either passed or forecast, in order of time."""

    def follow(self, asked: Asked) -> None:
        """Take note of an origin whose forecast is at hand from an interrupted run."""

    def forecast(self, asked: Asked) -> Floats:
        """Return what :meth:`Model.forecast` does."""


class InOrder(Protocol):
    """A model that carries what it has learnt from one origin to the next."""

    @property
    def name(self) -> str:
        """Return how tables name it."""

    def begin(self) -> Walk:
        """Return the model before the first origin."""


class Pool(Protocol):
    """A model that combines the forecasts of the others by how well they have done."""

    @property
    def name(self) -> str:
        """Return how tables name it."""

    def combine(self, asked: Asked, current: Mapping[str, Floats], past: Sequence[Outcome]) -> Floats:
        """Return people at `HUB_LEVELS`, (place, day, level).

        Parameters
        ----------
        asked
            The question.
        current
            What each of the other models answers to it.
        past
            Their forecasts of earlier origins whose outcome was known by this one, in order.
        """

    def weights(self, asked: Asked, past: Sequence[Outcome]) -> Mapping[str, Floats]:
        """Return the weight of each member for each day ahead, (day,), none below zero, one in all."""


@dataclass(frozen=True)
class Baseline:
    """The last report carried forward by a rule."""

    rule: Rule

    @property
    def name(self) -> str:
        """Return the name of the rule."""
        return self.rule.value

    def forecast(self, asked: Asked) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        start = asked.scenario.start
        origin = day_of(asked.origin, start)
        series = report_series(asked.observations, start)
        return baseline(self.rule, series, asked.places, [origin + day for day in asked.days], HUB_LEVELS)


@dataclass(frozen=True)
class Trend:
    """What can be read off the reports alone: see :mod:`corridor.forecasters.reports_model`."""

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return "trend"

    def forecast(self, asked: Asked) -> Floats:
        """Return quantiles of the people present, (place, day, level)."""
        start = asked.scenario.start
        origin = day_of(asked.origin, start)
        return trend(
            report_series(asked.observations, start),
            origin,
            asked.places,
            [origin + day for day in asked.days],
            HUB_LEVELS,
        )


BASELINES = tuple(Baseline(rule) for rule in Rule)


@dataclass(frozen=True)
class Models:
    """The models of a back-test.

    Attributes
    ----------
    apart
        Those that answer for each origin on its own; their origins run side by side.
    in_order
        Those that carry what they have learnt from one origin to the next.
    pools
        Those that combine all of the above.
    """

    apart: tuple[Model, ...] = field(default_factory=lambda: (Trend(), *BASELINES))
    in_order: tuple[InOrder, ...] = ()
    pools: tuple[Pool, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return how tables name them, in this order."""
        groups = ((row.name for row in rows) for rows in (self.pools, self.in_order, self.apart))
        return tuple(chain.from_iterable(groups))
