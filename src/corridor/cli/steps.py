"""Progress on standard error: a bar for whoever watches, one line for each step otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import Timer

from corridor.provenance import clock_s

Tick = Callable[[int, int], None]
Steps = Callable[[str], AbstractContextManager[Tick]]
"""Opens a step by its name; what it gives is called with (done, total)."""

PATIENCE_S = 2.0
"""A step that takes longer than this gets a bar."""


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


@contextmanager
def shown(name: str) -> Iterator[Tick]:
    """Show a step while it lasts, on standard error.

    Parameters
    ----------
    name
        What is being done, such as "Forecasting 28 days".
    """
    if sys.stderr.isatty():
        with _bar(name) as tick:
            yield tick
    else:
        print(f"{name} ...", file=sys.stderr, flush=True)
        yield _unseen


def _unseen(done: int, total: int) -> None:
    """Take note of progress that nobody watches."""


@contextmanager
def _bar(name: str) -> Iterator[Tick]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True))
    task = progress.add_task(name, total=None)

    def tick(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    starter = Timer(PATIENCE_S, progress.start)
    starter.daemon = True
    starter.start()
    try:
        yield tick
    finally:
        starter.cancel()
        starter.join()
        progress.stop()
