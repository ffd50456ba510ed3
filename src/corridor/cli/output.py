"""What a command prints in the end, and its exit code."""

from __future__ import annotations

import json
import platform
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

import typer

from corridor.cli.signals import TerminatedError, signals_raised
from corridor.errors import CorridorError, Problem, ScenarioError, UsageError


class ExitCode(IntEnum):
    """How a command ended; scripts rely on these numbers."""

    DONE = 0
    INPUT_HAS_PROBLEMS = 1
    WRONG_USAGE = 2
    OUR_FAULT = 3
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(frozen=True)
class Output:
    """Prints the answer on standard output: in words for people, or as one JSON document."""

    as_json: bool

    def show(self, words: str, facts: Mapping[str, object] | Sequence[Mapping[str, object]]) -> None:
        """Print the answer.

        Parameters
        ----------
        words
            The answer for people.
        facts
            The same for machines.
        """
        if self.as_json:
            print(json.dumps(facts, indent=2, default=str))
        else:
            print(words.rstrip("\n"))

    @staticmethod
    def warn(sentences: Iterable[str]) -> None:
        """Print on standard error what the reader of the answer must know of it."""
        for sentence in sentences:
            print(f"Warning: {sentence}", file=sys.stderr)


@contextmanager
def command_output(*, as_json: bool, verbose: bool) -> Iterator[Output]:
    """Give a command its output, and turn whatever goes wrong into a message and an exit code.

    Parameters
    ----------
    as_json
        Whether the answer, a failure included, is one JSON document on standard output.
    verbose
        Whether a mistake of ours is shown with its traceback.
    """
    try:
        with signals_raised():
            yield Output(as_json)
    except (typer.Exit, BrokenPipeError):
        raise
    except KeyboardInterrupt as interrupt:
        is_terminated = isinstance(interrupt, TerminatedError)
        code = ExitCode.TERMINATED if is_terminated else ExitCode.INTERRUPTED
        words = "Terminated" if is_terminated else "Interrupted"
        message = f"{words}; nothing was changed. {interrupt}".rstrip()
        _print_failure(message, code, as_json=as_json)
        raise typer.Exit(code) from None
    except Exception as error:  # noqa: BLE001 - the last place that can turn it into words
        code, message = _failure(error, verbose=verbose)
        problems = error.problems if isinstance(error, ScenarioError) else ()
        _print_failure(message, code, as_json=as_json, problems=problems)
        raise typer.Exit(code) from None


def _failure(error: Exception, *, verbose: bool) -> tuple[ExitCode, str]:
    match error:
        case UsageError():
            return ExitCode.WRONG_USAGE, str(error)
        case CorridorError():
            return ExitCode.INPUT_HAS_PROBLEMS, str(error)
        case MemoryError():
            message = "There is not enough memory for this. Ask for fewer --members, or close other programs."
            return ExitCode.INPUT_HAS_PROBLEMS, message
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return ExitCode.INPUT_HAS_PROBLEMS, f"{where}{error.strerror or error}."
    return ExitCode.OUR_FAULT, _apology(error, verbose=verbose)


def _apology(error: Exception, *, verbose: bool) -> str:
    from corridor.provenance import corridor_version

    what = "".join(traceback.format_exception_only(error)).strip()
    system = f"corridor {corridor_version()}, Python {platform.python_version()}, {platform.system()}"
    lines = [
        "Sorry: this is a mistake of Corridor, not of yours. Nothing was changed.",
        "Please report it, with the command that you gave and these two lines:",
        f"  {what}",
        f"  {system}",
    ]
    if verbose:
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    else:
        lines.append("The same command with --verbose shows where it happened; add that to the report.")
    return "\n".join(lines)


def _print_failure(message: str, code: ExitCode, *, as_json: bool, problems: tuple[Problem, ...] = ()) -> None:
    if as_json:
        facts = {"error": message, "exit_code": int(code), "problems": [facts_of(row) for row in problems]}
        print(json.dumps(facts, indent=2))
    else:
        print(message, file=sys.stderr)


def facts_of(problem: Problem) -> dict[str, object]:
    """Return a problem of an input for machines."""
    where = problem.where
    return {
        "code": problem.code,
        "what": problem.what,
        "fix": problem.fix,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
    }
