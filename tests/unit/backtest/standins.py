"""ForecasterSet and keepers that let a test see what they are task."""

from dataclasses import dataclass, field

import numpy as np

from corridor.forecasters.base import HUB_LEVELS


def even(task, value):
    """Return an answer that is sure of one figure everywhere."""
    return np.full((len(task.places), len(task.days), len(HUB_LEVELS)), float(value))


@dataclass
class Recorder:
    """Forecasts the number of reports known, and remembers the tasks."""

    name: str = "recorder"
    tasks: list = field(default_factory=list)
    tires_after: int = 10**9

    def forecast(self, task):
        """Return how many reports were known."""
        if len(self.tasks) >= self.tires_after:
            raise KeyboardInterrupt
        self.tasks.append(task)
        return even(task, len(task.observations))


@dataclass
class Walker:
    """A model in order that notes which origins it passed and which it forecast."""

    name: str = "walker"
    passed: list = field(default_factory=list)
    said: list = field(default_factory=list)

    def begin(self):
        """Return itself."""
        return self

    def follow(self, task):
        """Note an origin."""
        self.passed.append(task.origin)

    def forecast(self, task):
        """Note an origin, and say how many came before it."""
        self.said.append(task.origin)
        return even(task, len(self.passed) + len(self.said))


@dataclass
class Copier:
    """A pool that copies one model and remembers what it was shown."""

    of: str
    name: str = "copier"
    shown: list = field(default_factory=list)

    def combine(self, task, current, past):
        """Return what the copied model says."""
        self.shown.append((task, current, past))
        return current[self.of]

    def weights(self, task, past):
        """Return that the copied model has all the weight."""
        assert all(row.target.date <= task.origin for row in past)
        return {self.of: np.ones(len(task.days))}


@dataclass
class Memory:
    """Holds predictions in memory."""

    answers: dict = field(default_factory=dict)

    def find(self, model, origin):
        """Return an answer, or None."""
        return self.answers.get((model, origin))

    def keep(self, model, origin, answer):
        """Keep an answer."""
        self.answers[model, origin] = answer
