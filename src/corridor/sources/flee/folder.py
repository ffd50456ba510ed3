"""An imported instance as a scenario folder: written whole or not at all, with where it comes from."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from corridor.errors import ScenarioError, UsageError
from corridor.provenance import corridor_version
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import write_scenario
from corridor.scenario.observations import Observations
from corridor.scenario.scenario import Scenario
from corridor.sources.flee.account import account_lines
from corridor.sources.flee.instance import Imported


def check_free(folder: Path) -> None:
    """Refuse a folder that holds anything.

    Raises
    ------
    UsageError
        The folder is not empty, or is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Name a folder that is new or empty.")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty. Name a folder that is new or empty.")


def write_imported(imported: Imported, folder: Path) -> Path:
    """Write an imported instance into a new or empty folder, check it, and return the folder.

    Raises
    ------
    UsageError
        The folder is not empty.
    ScenarioError
        What was written breaks a rule of scenarios; nothing is left behind.
    """
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        partial = room / "new"
        partial.mkdir()
        readme = "\n".join(_readme(imported)) + "\n"
        (partial / "README.md").write_text(readme, encoding="utf-8", newline="")
        write_scenario(imported.scenario, imported.observations, partial)
        read_back = _read_back(partial, folder)
        assert read_back == (imported.scenario, imported.observations), "what was imported is read back unchanged"
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return folder


def _read_back(partial: Path, folder: Path) -> tuple[Scenario, Observations]:
    try:
        return read_folder(partial)
    except ScenarioError as error:
        raise ScenarioError(f"{folder}, as it would be written", error.problems) from None


def _readme(imported: Imported) -> Iterator[str]:
    scenario = imported.scenario
    yield f"# {' '.join(scenario.name.split())}"
    yield ""
    yield f"An instance of Flee, translated by Corridor {corridor_version()} for the preset `{scenario.preset.value}`:"
    yield "`preset` in `scenario.toml` says whose rules hold. Everything here can be edited."
    yield ""
    yield "Licence: not stated. Write here whose data these are and under which licence the instance was published."
    yield ""
    yield "## What became of the instance"
    yield ""
    yield from account_lines(imported.account)
    yield ""
    yield "## Files of the instance"
    yield ""
    yield "| file | SHA-256 |"
    yield "|---|---|"
    for file, digest in imported.digests.items():
        yield f"| {file} | `{digest}` |"
