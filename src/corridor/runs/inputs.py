"""What a run is made from: a scenario folder by its path or by the name under which it ships."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

DEMO = "baghouz-2019"
_MARK = "scenario.toml"


def scenario_folder(name: str) -> Path:
    """Return the folder of a scenario; a folder of the user's goes before one that ships.

    Parameters
    ----------
    name
        A path, or the name of a bundled scenario.

    Raises
    ------
    ScenarioError
        There is neither.
    """
    folder = Path(name)
    if folder.exists():
        return folder
    shipped = bundled_names()
    if name in shipped:
        return _bundled() / name.replace("-", "_")
    what = "there is no such folder, and no such scenario is bundled."
    fix = f"Name a folder that holds {_MARK} and the tables, or one of: {', '.join(shipped)}."
    raise ScenarioError(name, (Problem("F007", what, fix),))


def read_sound(folder: Path) -> tuple[Scenario, Observations]:
    """Return the scenario and the reports of a folder whose stocks can be counted, too.

    Raises
    ------
    ScenarioError
        The folder has problems; all of them are listed.
    """
    from corridor.scenario.io.read import read_folder  # noqa: PLC0415 - help names scenarios and reads none

    scenario, observations = read_folder(folder)
    if scenario.stocks:
        from corridor.needs.standards import BUNDLED, load_standards  # noqa: PLC0415 - many scenarios have no stocks
        from corridor.needs.supplies import stock_problems  # noqa: PLC0415

        problems = stock_problems(scenario, load_standards(next(iter(BUNDLED))))
        if problems:
            raise ScenarioError(str(folder), problems)
    return scenario, observations


def bundled_names() -> tuple[str, ...]:
    """Return the names of the scenarios that ship, as they are typed."""
    shipped = (folder for folder in _bundled().iterdir() if (folder / _MARK).is_file())
    return tuple(sorted(folder.name.replace("_", "-") for folder in shipped))


def _bundled() -> Path:
    return Path(str(files("corridor") / "bundled"))
