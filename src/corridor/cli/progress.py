"""Progress on standard error: a bar for whoever watches, one line for each step otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

from corridor.cli.output import say
from corridor.cli.signals import received
from corridor.runs.progress import Tick

PATIENCE_S = 2.0
"""A step that takes longer than this gets a bar."""


@contextmanager
def show_progress(name: str) -> Iterator[Tick]:
    """Show a step while it lasts, on standard error.

    Parameters
    ----------
    name
        What is being done, such as "Forecasting 28 days".
    """
    if received() is not None:
        raise KeyboardInterrupt  # a library has swallowed the first
    if sys.stderr.isatty():
        with _bar(name) as tick:
            yield tick
    else:
        say(f"{name} ...")
        yield _unwatched


def _unwatched(done: int, total: int) -> None:
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
