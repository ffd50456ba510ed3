"""ForecasterSet and keepers that let a test see what they are asked."""

from dataclasses import dataclass, field

import numpy as np

from corridor.forecasters.base import HUB_LEVELS


def even(asked, value):
    """Return an answer that is sure of one figure everywhere."""
    return np.full((len(asked.places), len(asked.days), len(HUB_LEVELS)), float(value))


@dataclass
class Listener:
    """Answers with the number of reports that it was told, and remembers the forecast_tasks."""

    name: str = "listener"
    heard: list = field(default_factory=list)
    tires_after: int = 10**9

    def forecast(self, asked):
        """Return how many reports were known."""
        if len(self.heard) >= self.tires_after:
            raise KeyboardInterrupt
        self.heard.append(asked)
        return even(asked, len(asked.observations))


@dataclass
class Walker:
    """A model in order that notes which origins it passed and which it forecast."""

    name: str = "walker"
    passed: list = field(default_factory=list)
    said: list = field(default_factory=list)

    def begin(self):
        """Return itself."""
        return self

    def follow(self, asked):
        """Note an origin."""
        self.passed.append(asked.origin)

    def forecast(self, asked):
        """Note an origin, and say how many came before it."""
        self.said.append(asked.origin)
        return even(asked, len(self.passed) + len(self.said))


@dataclass
class Copier:
    """A pool that copies one model and remembers what it was shown."""

    of: str
    name: str = "copier"
    shown: list = field(default_factory=list)

    def combine(self, asked, current, past):
        """Return what the copied model says."""
        self.shown.append((asked, current, past))
        return current[self.of]

    def weights(self, asked, past):
        """Return that the copied model has all the weight."""
        assert all(row.target.date <= asked.origin for row in past)
        return {self.of: np.ones(len(asked.days))}


@dataclass
class Memory:
    """Keeps answers in memory."""

    answers: dict = field(default_factory=dict)

    def find(self, model, origin):
        """Return an answer, or None."""
        return self.answers.get((model, origin))

    def keep(self, model, origin, answer):
        """Keep an answer."""
        self.answers[model, origin] = answer
