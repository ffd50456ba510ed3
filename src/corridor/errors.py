"""What can go wrong, in words that tell the user where and how to mend it.

    CorridorError
    ├── ScenarioError    the input has problems; every one of them is listed   (exit code 1)
    ├── BoundsError      its numbers lead beyond what can be computed          (exit code 1)
    ├── RunError         a RUN folder cannot be used for this                  (exit code 1)
    └── UsageError       the request makes no sense                            (exit code 2)

Everything else that escapes is a mistake of ours (exit code 3).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Where:
    """A position in an input file; line and column count from one, as editors do."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Return the position in words: file, line, column."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input, and how to mend it."""

    code: str
    what: str
    fix: str
    where: Where | None = None

    def __str__(self) -> str:
        """Return the problem as two lines: what is wrong, then what to do."""
        place = f"{self.where}: " if self.where else ""
        return f"{self.code}  {place}{self.what}\n      {self.fix}"


class CorridorError(Exception):
    """Base of every error that a user can act on."""


class ScenarioError(CorridorError):
    """A scenario that cannot be used; carries all of its problems."""

    def __init__(self, subject: str, problems: tuple[Problem, ...]) -> None:
        self.subject = subject
        self.problems = problems
        super().__init__(self._text())

    def _text(self) -> str:
        count = len(self.problems)
        head = f"{self.subject}: {count} problem{'s' if count != 1 else ''}"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


class BoundsError(CorridorError):
    """A scenario whose numbers, each of them allowed, lead beyond what can be counted, compared or held."""


class RunError(CorridorError):
    """A RUN folder that is missing, incomplete or not ours."""


class UsageError(CorridorError):
    """A request that cannot be met, whatever the scenario."""
