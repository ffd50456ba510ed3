"""The scenario folders that the page may open, by name; reading, editing and copying them."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corridor.errors import ScenarioError, UsageError
from corridor.message import message, several
from corridor.runs.atomic import write_whole
from corridor.runs.folder import copy_scenario
from corridor.runs.inputs import bundled_names, read_sound, scenario_folder
from corridor.scenario.io.proposals import FILE as PROPOSALS
from corridor.scenario.io.tables import header_of
from corridor.scenario.io.write import line_to_add, neutralise
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.scenario import Scenario

MARK = "scenario.toml"
TABLES = ("places", "routes", "events", "observations", "stocks")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class UnknownScenarioError(UsageError):
    """A name that the page does not offer."""


class ChangedMeanwhileError(UsageError):
    """A table that somebody else has changed since it was read."""


@dataclass(frozen=True)
class TableText:
    """A table as it stands in its file."""

    table: str
    version: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Library:
    """Scenarios that ship, the one that was named, and those in the folder where the server was started.

    Attributes
    ----------
    home
        The folder where copies are made and whose scenarios are offered.
    elsewhere
        A scenario folder from elsewhere, or None.
    writing
        Held while a folder is read, checked and written: one change at a time.
    """

    home: Path
    elsewhere: Path | None = None
    writing: threading.RLock = field(default_factory=threading.RLock, compare=False, repr=False)

    def folders(self) -> dict[str, Path]:
        """Return each scenario folder by its name; one of the user's goes before one that ships."""
        own = [path for path in sorted(self.home.iterdir()) if (path / MARK).is_file() and _NAME.fullmatch(path.name)]
        if self.elsewhere is not None:
            own.append(self.elsewhere)
        shipped = {name: scenario_folder(name) for name in bundled_names()}
        return shipped | {path.resolve().name: path for path in own}

    def folder(self, name: str) -> Path:
        """Return the folder of a scenario.

        Raises
        ------
        UnknownScenarioError
            It is not among those offered.
        """
        folders = self.folders()
        if name not in folders:
            raise UnknownScenarioError(
                message("There is no scenario of that name here. There are: {scenarios}.", scenarios=several(folders))
            )
        return folders[name]

    def is_editable(self, name: str) -> bool:
        """Whether the page may write to a scenario: not to those that ship."""
        return self.folder(name) not in {scenario_folder(one) for one in bundled_names()}

    def editable_folder(self, name: str) -> Path:
        """Return the folder of a scenario that may be written to.

        Raises
        ------
        UsageError
            The scenario ships.
        """
        if not self.is_editable(name):
            raise UsageError(
                message(
                    "{scenario} ships with Corridor and stays as it is. Make a copy and change that.", scenario=name
                )
            )
        return self.folder(name)

    def read(self, name: str) -> tuple[Scenario, Observations]:
        """Return a scenario and its reports.

        Raises
        ------
        ScenarioError
            The folder has problems; all of them are listed.
        """
        return read_sound(self.folder(name))

    def version(self, name: str) -> str:
        """Return a digest that changes with any file from which a scenario is read."""
        digest = hashlib.sha256()
        for path in sorted(self.folder(name).iterdir()):
            if path.is_file() and path.name != PROPOSALS:
                digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def table(self, name: str, table: str) -> TableText:
        """Return a table as text; one that is not there is empty."""
        path = self.folder(name) / f"{table}.csv"
        if not path.is_file():
            return TableText(table, _digest(""), (), ())
        text = path.read_text(encoding="utf-8-sig")
        _, delimiter = header_of(path)
        columns, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
        return TableText(table, _digest(text), tuple(columns), tuple(map(tuple, rows)))

    def write_table(self, name: str, changed: TableText) -> TableText:
        """Write a table if the scenario is sound with it, and return it as it stands then.

        Raises
        ------
        ScenarioError
            The scenario would have problems; nothing is written.
        ChangedMeanwhileError
            The file is no longer what was read.
        UsageError
            The scenario ships, or a row has another number of cells than the header.
        """
        self.editable_folder(name)
        with self.writing:
            if self.table(name, changed.table).version != changed.version:
                file = f"{changed.table}.csv"
                raise ChangedMeanwhileError(
                    message("{file} has changed since you opened it. Read it again.", file=file)
                )
            return self._replace(name, changed.table, _csv(changed))

    def add_observation(self, name: str, row: Observation) -> TableText:
        """Write a report at the end of observations.csv if the scenario is sound with it."""
        path = self.editable_folder(name) / "observations.csv"
        with self.writing:
            line, lacking = line_to_add(row, path)
            if lacking:
                raise UsageError(
                    message(
                        "observations.csv lacks the columns {columns}. Add them in its header first.",
                        columns=several(lacking),
                    )
                )
            return self._replace(name, "observations", path.read_text(encoding="utf-8").rstrip("\n") + f"\n{line}\n")

    def copy(self, name: str, to: str) -> Path:
        """Copy a scenario into a new folder of the home folder.

        Raises
        ------
        UsageError
            The name cannot be a folder, or is taken.
        """
        if not _NAME.fullmatch(to):
            raise UsageError(
                message("A name has at most 64 letters, digits, - and _, and begins with a letter or digit.")
            )
        if to in self.folders() or (self.home / to).exists():
            raise UsageError(message("{name} is taken. Choose another name.", name=to))
        room = Path(tempfile.mkdtemp(dir=self.home, prefix=f".{to}."))
        try:
            copy_scenario(self.folder(name), room / to)
            (room / to).rename(self.home / to)
        finally:
            shutil.rmtree(room, ignore_errors=True)
        return self.home / to

    def _replace(self, name: str, table: str, text: str) -> TableText:
        with self._draft(name) as draft:
            (draft / f"{table}.csv").write_text(text, encoding="utf-8", newline="")
            try:
                read_sound(draft)
            except ScenarioError as error:
                raise ScenarioError(name, error.problems) from error
        write_whole(self.folder(name) / f"{table}.csv", text)
        return self.table(name, table)

    @contextmanager
    def _draft(self, name: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="corridor-") as room:
            draft = Path(room) / name
            copy_scenario(self.folder(name), draft)
            yield draft


def _csv(table: TableText) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(_harmless, table.columns))
    writer.writerows(map(_harmless, row) for row in table.rows)
    return out.getvalue()


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers and guarded texts stay as they are."""
    return text if text.startswith("'") or _NUMBER.fullmatch(text) else neutralise(text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
