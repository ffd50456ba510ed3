"""What a command prints in the end, and its exit code."""

from __future__ import annotations

import io
import json
import os
import platform
import signal
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TextIO

import typer

from corridor.cli.limits import check_address_limit, limit_in_words
from corridor.cli.signals import WORDS, received, signals_raised
from corridor.errors import CorridorError, Problem, ScenarioError, UsageError


class ExitCode(IntEnum):
    """How a command ended; scripts rely on these numbers."""

    DONE = 0
    INPUT_HAS_PROBLEMS = 1
    WRONG_USAGE = 2
    OUR_FAULT = 3
    TERMINAL_CLOSED = 129
    INTERRUPTED = 130
    READER_GONE = 141
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
        try:
            print(json.dumps(facts, indent=2, default=str) if self.as_json else words.rstrip("\n"), flush=True)
        except BrokenPipeError:
            raise typer.Exit(ExitCode.READER_GONE) from None

    @staticmethod
    def warn(sentences: Iterable[str]) -> None:
        """Print on standard error what the reader of the answer must know of it."""
        for sentence in sentences:
            say(f"Warning: {sentence}")


def say(words: str) -> None:
    """Print on standard error; that nobody can read it there stops no work."""
    with suppress(OSError):
        print(words, file=sys.stderr, flush=True)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


@contextmanager
def standard_streams() -> Iterator[None]:
    """Have both standard streams, of which one may be closed or know few scripts; say why nothing can be printed."""
    sys.stdout, sys.stderr = (stream or _nowhere() for stream in (sys.stdout, sys.stderr))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        yield
    except OSError as error:  # a full disk, where a command prints its help
        say(f"{error.strerror or error}.")
        raise SystemExit(ExitCode.INPUT_HAS_PROBLEMS) from None


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
            check_address_limit()
            yield Output(as_json)
    except typer.Exit:
        raise
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place that can turn it into words
        code, message = _ending(error, verbose=verbose)
        problems = error.problems if isinstance(error, ScenarioError) else ()
        _print_failure(message, code, as_json=as_json, problems=problems)
        raise typer.Exit(code) from None


def _ending(error: BaseException, *, verbose: bool) -> tuple[ExitCode, str]:
    """Return the exit code and the words for what ended a command.

    An interrupt may come as any error: it is raised wherever the process is, within libraries, too.
    """
    number = received()
    if number is None and isinstance(error, Exception):
        return _failure(error, verbose=verbose)
    number = signal.Signals(number or signal.SIGINT)
    what = str(error) if isinstance(error, KeyboardInterrupt) else ""
    return ExitCode(128 + number), f"{WORDS[number]}; {what or 'nothing was changed.'}"


def _failure(error: Exception, *, verbose: bool) -> tuple[ExitCode, str]:
    match error:
        case UsageError():
            return ExitCode.WRONG_USAGE, str(error)
        case CorridorError():
            return ExitCode.INPUT_HAS_PROBLEMS, str(error)
        case MemoryError():
            message = "There is not enough memory for this. Ask for fewer --members, or close other programs."
            return ExitCode.INPUT_HAS_PROBLEMS, f"{message}{limit_in_words()}"
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
        with suppress(OSError):
            print(json.dumps(facts, indent=2), flush=True)
    else:
        say(message)


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
