"""The command line: it parses arguments, calls the verbs of runs and prints their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.cli.signals import signals_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments
        What was typed after ``corridor``; None takes it from the process.
    """
    with signals_in_words():
        from corridor.cli.app import run

        run(arguments)
