"""A RUN folder: what a forecast leaves behind, and all that the report is made from."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from numbers import Integral, Real
from typing import TYPE_CHECKING, TextIO

from corridor.errors import RunError, UsageError
from corridor.runs import rows as run_rows
from corridor.runs.atomic import ESCAPED, MARK, replacing
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import neutralise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from xarray import Dataset

    from corridor.needs.rows import NeedRow, RunOutRow
    from corridor.runs.rows import BalanceRow, DifferenceRow, FitRow, ParameterRow, QuantileRow
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

ENSEMBLE = "ensemble.nc"
SCENARIO = "scenario"
REPORT = "report.html"
FORECASTS, SCORES, SCORES_JSON, EVALUATION = "forecasts.csv", "scores.csv", "scores.json", "evaluation.html"
FLOW_SCORES, ALLOCATION = "flow_scores.csv", "allocation.csv"
SIMULATION = "simulation.csv"
DIFFERENCES = "differences.csv"
PEOPLE, WORKBOOK = "people.csv", "forecast.xlsx"
BRIEF_PDF, BRIEF_PNG = "brief.pdf", "brief.png"
CARD = "model_card.html"
MESSAGES = "messages"
"""Under this name run.json has the templates of its sentences, for pages in other languages."""

NEEDS_OF_ONE = "needs_of_one_person"
"""Under this name run.json has what one person needs of each item, and whether it is counted in whole things."""

FLOWS = "flows"
"""Under this name run.json has how many people set out along each route on the days ahead: p10, p50, p90."""

SCHEMA_VERSION = 1
"""Version of what a RUN folder holds; it moves when a reader of an older one would be misled."""

OWN = frozenset(
    {
        MARK,
        ENSEMBLE,
        SCENARIO,
        REPORT,
        *(f"{table}.csv" for table in run_rows.COLUMNS),
        *(
            FORECASTS,
            SCORES,
            SCORES_JSON,
            EVALUATION,
            FLOW_SCORES,
            ALLOCATION,
            SIMULATION,
            DIFFERENCES,
            PEOPLE,
            WORKBOOK,
        ),
    }
)
RUN_TABLES = run_rows.COLUMNS
"""Tables of a forecast run with their columns, in the order in which they are written."""

README = "README.md"
_MOST_DAYS = 3660
_SCENARIO_FILES = (
    "scenario.toml",
    "places.csv",
    "routes.csv",
    "events.csv",
    "observations.csv",
    "stocks.csv",
    README,
)


@dataclass(frozen=True)
class Run:
    """A RUN folder as it was read; `run` is run.json, the rest are its tables."""

    folder: Path
    run: Mapping[str, object]
    origin_date: date
    horizon_days: int
    scenario: Scenario
    observations: Observations
    forecast: tuple[QuantileRow, ...]
    past: tuple[QuantileRow, ...]
    posterior: tuple[ParameterRow, ...]
    fit: tuple[FitRow, ...]
    needs: tuple[NeedRow, ...]
    runout: tuple[RunOutRow, ...]
    differences: tuple[DifferenceRow, ...] = ()
    balance: tuple[BalanceRow, ...] = ()


def read_run(folder: Path) -> Run:
    """Return what a RUN folder holds.

    Raises
    ------
    RunError
        The folder is missing, incomplete or not the result of a forecast.
    ScenarioError
        The copy of the scenario in it has been changed and is no longer valid.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_run(Path("no-such-folder"))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    corridor.errors.RunError: no-such-folder does not exist. ...
    """
    if not folder.is_dir():
        raise RunError(_no_folder(folder))
    facts = read_facts(folder)
    others = {"simulate": "a simulation", "evaluate": f"a back-test, whose page is {EVALUATION}"}
    command = str(facts.get("command"))
    if command in others:
        message = f"{folder} is {others[command]}, and only a forecast has a report."
        raise RunError(message)
    scenario_folder = folder / SCENARIO
    if not scenario_folder.is_dir():
        message = f"{folder} has no copy of its scenario ({SCENARIO}/). Run the forecast again."
        raise RunError(message)
    scenario, observations = read_folder(scenario_folder)
    alternative = facts.get("alternative")
    if alternative is not None:
        scenario = _with_alternative(scenario, str(alternative))
    return Run(
        folder=folder,
        run=facts,
        origin_date=_origin(facts),
        horizon_days=_horizon_days(facts),
        scenario=scenario,
        observations=observations,
        forecast=run_rows.FORECAST.read(folder),
        past=run_rows.PAST.read(folder),
        posterior=run_rows.POSTERIOR.read(folder),
        fit=run_rows.FIT.read(folder),
        needs=run_rows.NEEDS.read(folder),
        runout=run_rows.RUNOUT.read(folder),
        differences=run_rows.DIFFERENCES.read(folder) if (folder / DIFFERENCES).is_file() else (),
        balance=run_rows.BALANCE.read(folder) if (folder / run_rows.BALANCE.file).is_file() else (),
    )


def write_folder(
    folder: Path,
    *,
    run: Mapping[str, object],
    tables: Mapping[str, Iterable[Mapping[str, object]]],
    scenario_folder: Path,
    ensemble: Dataset | None = None,
) -> Path:
    """Write a RUN folder, whole or not at all, and return it.

    Parameters
    ----------
    folder
        Where; an earlier run there is replaced once the new one is complete.
    run
        Provenance for run.json, with origin_date and horizon_days; dates are written as text.
    tables
        Rows by table: forecast, past, posterior, fit, needs, runout, balance. A table that is not given is
        written with its header alone. Each row has exactly the columns of its table.
    scenario_folder
        The scenario that was run; its files are copied.
    ensemble
        The members, for those who want more than quantiles.

    Raises
    ------
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    with replacing(folder, own=OWN) as fresh:
        fill_run(fresh, run=run, tables=tables, scenario_folder=scenario_folder, ensemble=ensemble)
    return folder


def fill_run(
    fresh: Path,
    *,
    run: Mapping[str, object],
    tables: Mapping[str, Iterable[Mapping[str, object]]],
    scenario_folder: Path,
    ensemble: Dataset | None = None,
) -> None:
    """Write what a RUN folder holds into a folder that is empty; see :func:`write_folder`.

    For those who put more into the folder before it takes its place, with :func:`replacing`.

    Parameters
    ----------
    fresh
        The empty folder.
    run, tables, scenario_folder, ensemble
        As in :func:`write_folder`.
    """
    assert tables.keys() <= run_rows.COLUMNS.keys(), "a RUN folder has no other tables"
    for name, columns in run_rows.COLUMNS.items():
        write_table(fresh / f"{name}.csv", columns, tables.get(name, ()))
    copy_scenario(scenario_folder, fresh / SCENARIO)
    if ensemble is not None:
        write_ensemble(fresh, ensemble)
    write_facts(fresh, run)


def csv_text(columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> str:
    r"""Return rows as CSV; text that a spreadsheet would run as a formula is made harmless.

    Examples
    --------
    >>> csv_text(("place", "p50"), [{"place": "=cmd()", "p50": 0.5}])
    "place,p50\n'=cmd(),0.5\n"
    """
    out = io.StringIO()
    _write_rows(out, columns, rows)
    return out.getvalue()


def write_table(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV into a folder that is being filled, each as it comes, down to the disk."""
    with path.open("w", encoding="utf-8", errors=ESCAPED, newline="") as stream:
        _write_rows(stream, columns, rows)
        stream.flush()
        os.fsync(stream.fileno())


def _write_rows(out: TextIO, columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> None:
    writer, names, texts = csv.writer(out, lineterminator="\n"), set(columns), _Texts()
    writer.writerow(columns)
    for row in rows:
        assert row.keys() == names, f"a row has the columns {', '.join(columns)}"
        values = [row[name] for name in columns]
        writer.writerow([texts[value] if isinstance(value, str) else cell(value) for value in values])


class _Texts(dict[str, str]):
    """Text as it stands in a CSV file: names and dates come again in row after row."""

    def __missing__(self, text: str) -> str:
        harmless = self[text] = neutralise(text)
        return harmless


def cell(value: object) -> str:
    """Return a value as it stands in a CSV file; None, which is unknown, is blank.

    Examples
    --------
    >>> cell(None), cell(45000.0), cell(date(2019, 3, 3))
    ('', '45000', '2019-03-03')
    """
    if isinstance(value, str):
        return neutralise(value)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, float) and isinstance(value, Integral):  # the second check is slow
        return str(int(value))
    if isinstance(value, Real):
        assert math.isfinite(value), "a number in a table is finite"
        return f"{float(value):.10g}"
    return neutralise(str(value))


def copy_scenario(source: Path, target: Path) -> None:
    """Copy the files of a scenario folder, and no others, into a new folder.

    A README that is a link to a file elsewhere is left out: runs are handed on, and nobody has read it as a table.
    """
    target.mkdir()
    for name in _SCENARIO_FILES:
        path = source / name
        if path.is_file() and (name != README or path.resolve().is_relative_to(source.resolve())):
            shutil.copyfile(path, target / name)


def write_ensemble(fresh: Path, ensemble: Dataset) -> None:
    """Write the members of a folder that is being filled."""
    ensemble.to_netcdf(fresh / ENSEMBLE, engine="h5netcdf")


def write_facts(fresh: Path, run: Mapping[str, object]) -> None:
    """Write run.json, with the version of the layout before all else."""
    facts = {"schema_version": SCHEMA_VERSION, **run}
    write_text(fresh / MARK, json.dumps(facts, indent=2, ensure_ascii=False, default=_as_text) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file of a folder that is being filled, down to the disk."""
    with path.open("w", encoding="utf-8", errors=ESCAPED, newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _as_text(value: object) -> object:
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)


def _with_alternative(scenario: Scenario, name: str) -> Scenario:
    try:
        return scenario.with_alternative(name)
    except UsageError as error:
        message = f"{MARK}: {error} Run the forecast again."
        raise RunError(message) from error


def read_facts(folder: Path) -> dict[str, object]:
    """Return what run.json states.

    Raises
    ------
    RunError
        There is none, it cannot be read, or another Corridor has written it.
    """
    path = folder / MARK
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = (
            f"{folder} has no {MARK}, so it is not a RUN folder. "
            "Give one that corridor forecast or corridor demo has made."
        )
        raise RunError(message) from error
    except (OSError, ValueError, RecursionError) as error:
        message = f"{path} cannot be read: {error}. Run the forecast again."
        raise RunError(message) from error
    if not isinstance(facts, dict):
        message = f"{path} holds no table of facts. Run the forecast again."
        raise RunError(message)
    version = facts.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        message = (
            f"{path}: schema_version is {version!r}, and this Corridor reads {SCHEMA_VERSION}. "
            "Use the Corridor that made the folder, or run the forecast again."
        )
        raise RunError(message)
    return facts


@contextmanager
def as_written(name: str) -> Iterator[None]:
    """Refuse what run.json states under a name, if it cannot be taken apart.

    Raises
    ------
    RunError
        Somebody has changed it, or another Corridor has written it.
    """
    try:
        yield
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError) as error:
        message = f"{MARK}: {name} is not as Corridor writes it. Run the forecast again."
        raise RunError(message) from error


def _origin(facts: Mapping[str, object]) -> date:
    stated = facts.get("origin_date")
    try:
        return date.fromisoformat(str(stated))
    except ValueError as error:
        message = f"{MARK}: origin_date is {stated!r}, not a date. Run the forecast again."
        raise RunError(message) from error


def _horizon_days(facts: Mapping[str, object]) -> int:
    stated = facts.get("horizon_days")
    if not isinstance(stated, int) or not 1 <= stated <= _MOST_DAYS:
        message = (
            f"{MARK}: horizon_days is {stated!r}, not a whole number from 1 to {_MOST_DAYS}. Run the forecast again."
        )
        raise RunError(message)
    return stated


def _no_folder(folder: Path) -> str:
    earlier = sorted(folder.absolute().parent.glob(f".{folder.name}.*.partial/old"))
    if earlier:
        return (
            f"{folder} does not exist, but an interrupted command left the earlier run in "
            f"{earlier[-1]}. Rename that folder to {folder}."
        )
    return f"{folder} does not exist. Make it with: corridor forecast SCENARIO --out {folder}"
