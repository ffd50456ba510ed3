"""From a scenario folder to frozen, typed values; all problems at once, each with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from corridor.errors import Problem, ScenarioError, Where
from corridor.scenario.checks.check import check
from corridor.scenario.draft import AlternativeDraft, Draft, Line
from corridor.scenario.events import Event
from corridor.scenario.io.rows import Rows, ids_of, layout_of, route_ids_of, typed_rows
from corridor.scenario.io.settings import FILE, Settings, read_settings
from corridor.scenario.io.tables import Table, read_table
from corridor.scenario.io.texts import MAX_SETTINGS_BYTES, read_text
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.places import Place
from corridor.scenario.routes import Route
from corridor.scenario.scenario import Alternative, Group, Scenario, Supply

EVERYBODY = Group(group="everybody", share=1.0)
"""The only group of a scenario that tells none apart."""

Row = TypeVar("Row", bound=BaseModel)
Thing = TypeVar("Thing")


def read_scenario(path: Path | str) -> Scenario:
    """Return the scenario that a folder holds.

    Parameters
    ----------
    path
        The folder with scenario.toml, the tables and README.md.

    Raises
    ------
    ScenarioError
        Anything in the folder cannot be used, the observations included; it lists every problem.

    Examples
    --------
    >>> scenario = read_scenario("scenarios/two_towns")  # doctest: +SKIP
    """
    return read_folder(path)[0]


def read_observations(path: Path | str) -> Observations:
    """Return the reported figures that a scenario folder holds, in the order of the file.

    Parameters
    ----------
    path
        The folder with scenario.toml, the tables and README.md.

    Raises
    ------
    ScenarioError
        Anything in the folder cannot be used, the scenario included; it lists every problem.

    Examples
    --------
    >>> reports = read_observations("scenarios/two_towns")  # doctest: +SKIP
    """
    return read_folder(path)[1]


def read_folder(path: Path | str) -> tuple[Scenario, Observations]:
    """Return both the scenario and the reported figures of a folder, reading it once.

    Parameters
    ----------
    path
        The folder with scenario.toml, the tables and README.md.

    Raises
    ------
    ScenarioError
        Anything in the folder cannot be used; it lists every problem.
    """
    folder = Path(path)
    if not folder.is_dir():
        what, fix = "there is no such folder.", "Name a folder that holds scenario.toml and the tables."
        if folder.is_file():
            what = "this is a file, not a folder."
            fix = "Name the folder that holds scenario.toml and the tables; unpack an archive first."
        raise ScenarioError(str(folder), (Problem("F007", what, fix),))
    draft, problems = _read(folder)
    problems += check(draft)
    if problems:
        raise ScenarioError(str(folder), tuple(sorted(problems, key=_order)))
    return _scenario(draft), Observations(_rows(draft.observations))


def _read(folder: Path) -> tuple[Draft, list[Problem]]:
    """Return everything that can be read, and what is wrong with the rest."""
    settings, toml_problems = _settings(folder / FILE)
    places, place_table = _table(folder / "places.csv", Place, needs_rows=True)
    routes, route_table = _table(folder / "routes.csv", Route)
    events, _ = _table(folder / "events.csv", Event)
    observations, _ = _table(folder / "observations.csv", Observation)
    stocks: Rows[Supply] = Rows((), [])
    if (folder / "stocks.csv").exists():
        stocks, _ = _table(folder / "stocks.csv", Supply)
    of_tables = [places.problems, routes.problems, events.problems, observations.problems, stocks.problems]
    problems = [problem for part in (toml_problems, _readme(folder / "README.md"), *of_tables) for problem in part]
    draft = Draft(
        name=settings.name,
        start=settings.start,
        end=settings.end,
        at=settings.at,
        groups=settings.groups,
        places=places.lines,
        routes=routes.lines,
        events=events.lines,
        parameters=settings.parameters,
        sources=settings.sources,
        stocks=stocks.lines,
        alternatives=settings.alternatives,
        observations=observations.lines,
        place_ids=ids_of(place_table, "place"),
        route_ids=route_ids_of(route_table),
        group_ids=settings.group_ids,
        parameter_keys=settings.parameter_keys,
        faulty=frozenset(problem.where.file for problem in problems if problem.where),
        preset=settings.preset,
    )
    return draft, problems


def _settings(path: Path) -> tuple[Settings, list[Problem]]:
    text = read_text(path, MAX_SETTINGS_BYTES)
    if isinstance(text, Problem):
        return Settings.unread(), [text]
    return read_settings(text)


def _readme(path: Path) -> list[Problem]:
    """Return what is wrong with a README.md; one that is not there is no reason to refuse."""
    if not path.exists():
        return []
    text = read_text(path, MAX_SETTINGS_BYTES)
    return [text] if isinstance(text, Problem) else []


def _table(path: Path, model: type[Row], *, needs_rows: bool = False) -> tuple[Rows[Row], Table | None]:
    table, problems = read_table(path, layout_of(model, needs_rows=needs_rows))
    if table is None:
        return Rows((), problems), None
    rows = typed_rows(table, model)
    return Rows(rows.lines, problems + rows.problems), table


def _rows(lines: Iterable[Line[Thing]]) -> tuple[Thing, ...]:
    return tuple(line.row for line in lines)


def _scenario(draft: Draft) -> Scenario:
    assert draft.start is not None, "a sound scenario has a first day"
    assert draft.end is not None, "a sound scenario has a last day"
    return Scenario(
        name=draft.name,
        start=draft.start,
        end=draft.end,
        groups=_rows(draft.groups) or (EVERYBODY,),
        places=_rows(draft.places),
        routes=_rows(draft.routes),
        events=_rows(draft.events),
        parameters=_rows(draft.parameters),
        sources=_rows(draft.sources),
        stocks=_rows(draft.stocks),
        alternatives=tuple(_alternative(line.row) for line in draft.alternatives),
        preset=draft.preset,
    )


def _alternative(draft: AlternativeDraft) -> Alternative:
    return Alternative(
        alternative=draft.alternative,
        meaning=draft.meaning,
        add=_rows(draft.add),
        drop=draft.drop,
        parameters=_rows(draft.parameters),
    )


def _order(problem: Problem) -> tuple[str, int, str, str]:
    where = problem.where or Where("")
    return (where.file, where.line or 0, where.column or "", problem.code)
