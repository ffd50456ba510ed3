"""The steps of making a run: opened by name, timed, their progress shown by the caller's function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from corridor.provenance import clock_s

Tick = Callable[[int, int], None]
Progress = Callable[[str], AbstractContextManager[Tick]]
"""Opens a step by its name; the value it yields is called with (done, total)."""


@contextmanager
def silent(words: str) -> Iterator[Tick]:  # noqa: ARG001 - stands where a step is shown
    """Open a step that nobody watches."""
    yield _unwatched


def _unwatched(done: int, total: int) -> None:
    """Take note of progress that nobody watches."""


@dataclass(frozen=True)
class Stopwatch:
    """Opens steps, and records the seconds that each takes."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[Tick]:
        """Open a step, known to machines by a name and to people by words."""
        began = clock_s()
        with self.progress(words) as tick:
            yield tick
        self.seconds[name] = round(clock_s() - began, 2)
