"""The account of an import: everything that was read, translated, mended, left out, or known only in hindsight."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from corridor.errors import Problem, Where


class Kind(StrEnum):
    """What happened to a part of the instance."""

    READ = "read"
    TRANSLATED = "translated"
    REPAIRED = "repaired"
    UNSUPPORTED = "unsupported"
    HINDSIGHT = "hindsight"


HEADINGS = {
    Kind.READ: "Read",
    Kind.TRANSLATED: "Translated",
    Kind.REPAIRED: "Mended, or read as Flee reads it",
    Kind.UNSUPPORTED: "Left out: Corridor has no such rule",
    Kind.HINDSIGHT: "Known only in hindsight, so that no forecast uses it",
}
"""What the parts of an account are called, for people."""


class Entry(NamedTuple):
    """One line of the account."""

    kind: Kind
    text: str
    where: Where | None = None

    def __str__(self) -> str:
        """Return the line as a reader would say it."""
        return f"{self.where}: {self.text}" if self.where else self.text


FORMS: dict[str, str] = {
    "I001": "An instance holds locations.csv, routes.csv, conflicts.csv and sim_period.csv, in input_csv or beside it.",
    "I002": "Each row has the cells that Flee reads, and its first cell is not blank.",
    "I003": "Numbers, dates and words are such as Flee reads.",
    "I004": "Numbers lie within the bounds of what they become.",
    "I005": "Names are those of locations.csv.",
    "I006": "Each camp and conflict zone stands once in locations.csv, each column once in conflicts.csv.",
    "I007": "conflicts.csv has a row for each day of the calendar.",
    "I008": "simsetting.yml is plain YAML, with true and false unquoted.",
    "I009": "What is switched on has a meaning in Corridor, or --allow-unsupported leaves it out.",
    "I010": "Each camp has a series in data_layout.csv, and its files are there.",
    "I011": "A registration correction names a series of data_layout.csv, and a date of it with a count before it.",
    "I012": "The period has a first day and a length.",
    "I013": "An instance is one model: parts coupled with each other are imported one by one.",
}
"""What an instance of Flee must be before it can be translated, by the id of the problem."""


class Ledger:
    """Gathers the account and the problems while an instance is read."""

    def __init__(self, *, allow_unsupported: bool = False, mend: bool = False) -> None:
        self._allow_unsupported = allow_unsupported
        self._mend = mend
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []

    def note(self, kind: Kind, text: str, where: Where | None = None) -> None:
        """Add a line to the account."""
        self.entries.append(Entry(kind, text, where))

    def unsupported(self, text: str, where: Where | None = None) -> None:
        """Add what has no meaning in Corridor: a problem, unless that is allowed."""
        self.note(Kind.UNSUPPORTED, text, where)
        if not self._allow_unsupported:
            fix = "Switch it off, or leave it out knowingly with --allow-unsupported; results then differ from Flee's."
            self.problem("I009", text, fix, where)

    def problem(self, code: str, what: str, fix: str, where: Where | None = None) -> None:
        """Add a problem that stops the import."""
        self.problems.append(Problem(code, what, fix, where))

    def repairable(self, problem: Problem, repair: str) -> bool:
        """Return whether a fault with an obvious repair is repaired.

        Parameters
        ----------
        problem
            The fault. Without ``--mend`` it is added to the problems, and its fix names that option.
        repair
            What is done under ``--mend``, as a sentence in the present: "the row is left out".
        """
        if self._mend:
            self.note(Kind.REPAIRED, f"{problem.what} Mended: {repair}.", problem.where)
        else:
            self.problem(problem.code, problem.what, f"{problem.fix} Or give --mend: {repair}.", problem.where)
        return self._mend

    def account(self) -> tuple[Entry, ...]:
        """Return the account, kind by kind."""
        return tuple(entry for kind in Kind for entry in self.entries if entry.kind is kind)


def many(count: int, one: str, more: str = "") -> str:
    """Return a number with what it counts.

    Examples
    --------
    >>> many(1, "road"), many(2_000, "road"), many(2, "capacity", "capacities")
    ('1 road', '2,000 roads', '2 capacities')
    """
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def account_lines(account: Iterable[Entry]) -> list[str]:
    """Return an account in lines for people, under a heading for each kind."""
    entries = list(account)
    lines: list[str] = []
    for kind, heading in HEADINGS.items():
        own = [entry for entry in entries if entry.kind is kind]
        if own:
            lines += ["", f"{heading}:", "", *(f"- {' '.join(str(entry).split())}" for entry in own)]
    return lines[1:]
