"""The steps of making a run: opened by name, timed, their progress shown by whoever is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from corridor.provenance import clock_s

Tick = Callable[[int, int], None]
Steps = Callable[[str], AbstractContextManager[Tick]]
"""Opens a step by its name; what it gives is called with (done, total)."""


@dataclass(frozen=True)
class Watch:
    """Opens steps, and takes the time that each needs."""

    steps: Steps
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[Tick]:
        """Open a step, known to machines by a name and to people by words."""
        began = clock_s()
        with self.steps(words) as tick:
            yield tick
        self.seconds[name] = round(clock_s() - began, 2)
