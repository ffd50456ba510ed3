"""The command line: it parses arguments, calls the verbs of runs and prints their results."""

from __future__ import annotations

import os

from corridor.cli.signals import leave, received, signals_in_words

TYPE_CHECKING = False  # as type checkers know it, see corridor/__init__.py

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_LINEAR_ALGEBRA_THREADS = "OPENBLAS_NUM_THREADS"
"""Read by the linear algebra of NumPy and SciPy as they are imported. Our matrices are small, and members and processes
share the work: threads that wait for each other there took a third of the processor time of a back-test."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments
        What was typed after ``corridor``; None takes it from the process.
    """
    os.environ.setdefault(_LINEAR_ALGEBRA_THREADS, "1")
    with signals_in_words():
        from corridor.cli.app import run

        try:
            run(arguments)
        except SystemExit as leaving:
            is_command = arguments is None
            if (is_command or received() is not None) and isinstance(leaving.code, int):
                leave(leaving.code)
            raise
