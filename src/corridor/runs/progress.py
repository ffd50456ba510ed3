"""The steps of making a run: opened by name, timed, their progress shown by the caller's function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from corridor.message import Message, message
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


def learning(reports: int) -> Message:
    """Return what a fit to so many reports is called while it is made."""
    return (
        message("Learning from 1 report") if reports == 1 else message("Learning from {count} reports", count=reports)
    )


def forecasting(days: int) -> Message:
    """Return what a forecast of so many days is called while it is made."""
    return message("Forecasting 1 day") if days == 1 else message("Forecasting {count} days", count=days)
