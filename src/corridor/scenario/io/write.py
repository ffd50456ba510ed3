"""From a scenario to its folder; reading the folder gives back the same scenario."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import tomli_w
from pydantic import BaseModel

from corridor.errors import UsageError
from corridor.scenario.events import Event
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.io.rows import NOTES
from corridor.scenario.io.tables import header_of
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import Parameter
from corridor.scenario.places import Place
from corridor.scenario.routes import Route
from corridor.scenario.scenario import Alternative, Scenario, Supply

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def neutralise(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with ' before one of = + - @ tab CR.

    Reading a scenario takes off exactly one such guard, so the name itself never changes.

    Examples
    --------
    >>> neutralise("=cmd()")
    "'=cmd()"
    >>> neutralise("al-Hol")
    'al-Hol'
    """
    return f"'{text}" if _FORMULA.match(text) else text


def write_scenario(scenario: Scenario, observations: Observations, folder: Path | str) -> Path:
    """Write a scenario folder and return it; a README.md that is there already is kept.

    Everything is written beside the folder first and then moved, so that an interruption leaves
    what was there before.

    Parameters
    ----------
    scenario
        What to write into scenario.toml and the tables.
    observations
        What to write into observations.csv.
    folder
        Where to; it may exist.
    """
    target = Path(folder)
    texts = {
        "scenario.toml": _settings(scenario),
        "places.csv": table_text(Place, scenario.places),
        "routes.csv": table_text(Route, scenario.routes),
        "events.csv": table_text(Event, scenario.events),
        "observations.csv": table_text(Observation, observations.rows),
    }
    if scenario.stocks:
        texts["stocks.csv"] = table_text(Supply, scenario.stocks)
    if not (target / "README.md").exists():
        texts["README.md"] = _readme(scenario)
    move_in(texts, target)
    if not scenario.stocks:
        (target / "stocks.csv").unlink(missing_ok=True)
    return target


def template_names() -> tuple[str, ...]:
    """Return the names of the small scenarios that :func:`copy_template` can copy."""
    return tuple(sorted(item.name for item in _templates().iterdir() if item.is_dir()))


def copy_template(name: str, folder: Path | str) -> Path:
    """Copy a small working scenario into a new or empty folder, and return the folder.

    Parameters
    ----------
    name
        One of :func:`template_names`.
    folder
        Where to.

    Raises
    ------
    UsageError
        There is no such template, or the folder is not empty.
    """
    target = Path(folder)
    names = template_names()
    if name not in names:
        raise UsageError(f"'{name}' is not a template. Use {listed(names)}.{suggestion(name, names)}")
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file. Name a folder that is new or empty.")
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty. Name a folder that is new or empty.")
    files = [item for item in (_templates() / name).iterdir() if item.is_file()]
    move_in({item.name: item.read_text(encoding="utf-8") for item in files}, target)
    return target


def _templates() -> Traversable:
    return resources.files("corridor") / "bundled" / "templates"


def move_in(texts: Mapping[str, str], target: Path) -> None:
    """Write files beside a folder, then move them into it, or the whole folder if it is new."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        room = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error  # and not by a name that nobody gave
    try:
        partial = room / "new"
        partial.mkdir()
        for file, text in texts.items():
            (partial / file).write_text(text, encoding="utf-8", newline="")
        if not target.exists():
            partial.rename(target)
            return
        for file in texts:
            os.replace(partial / file, target / file)  # noqa: PTH105 - atomic on every system
    finally:
        shutil.rmtree(room, ignore_errors=True)


def table_text(model: type[BaseModel], rows: Sequence[BaseModel]) -> str:
    """Return rows as the text of their CSV file; texts are guarded by :func:`neutralise`.

    Parameters
    ----------
    model
        The type of the rows; its fields are the columns.
    rows
        The rows; their notes become columns named x_….
    """
    fields = [name for name in model.model_fields if name != NOTES]
    notes = list(dict.fromkeys(key for row in rows for key in getattr(row, NOTES, {})))
    lines = [fields + notes]
    for row in rows:
        own: Mapping[str, str] = getattr(row, NOTES, {})
        lines.append([csv_cell(getattr(row, name)) for name in fields] + [csv_cell(own.get(key)) for key in notes])
    return "".join(f"{csv_line(line)}\n" for line in lines)


def line_to_add(row: BaseModel, file: Path) -> tuple[str, tuple[str, ...]]:
    """Return a row as the line that adds it to a table that is there, and the columns that the table lacks for it.

    Parameters
    ----------
    row
        The row; columns of the table that it says nothing of stay blank.
    file
        The table, sound; what it lacks stands at the end of the line, in order.
    """
    columns, delimiter = header_of(file, tuple(_stated(row)))
    lacking = tuple(name for name, value in _stated(row).items() if value is not None and name not in columns)
    cells = [csv_cell(getattr(row, name, None)) for name in (*columns, *lacking)]
    return csv_line(cells, delimiter), lacking


def csv_line(cells: Sequence[str], delimiter: str = ",") -> str:
    r"""Return cells as a line of a CSV file, quoted where they must be, without its end.

    Examples
    --------
    >>> csv_line(["al-Hol", "camp, south", "2"])
    'al-Hol,"camp, south",2'
    """
    line = io.StringIO()
    # With this end of line, every Python quotes a cell that holds \r or \n.
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n")


def csv_cell(value: object) -> str:
    """Return a value as the text of its cell, guarded by :func:`neutralise`; None, which is unknown, is blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - exact below
    return neutralise(value) if isinstance(value, str) else str(value)


def _settings(scenario: Scenario) -> str:
    """Return the text of scenario.toml."""
    preset = scenario.preset.value if scenario.preset.is_flee else None
    head = {"name": scenario.name, "start": scenario.start, "end": scenario.end, "preset": preset}
    parts = [
        _toml(head),
        *(f"[[groups]]\n{_toml(_stated(group))}" for group in scenario.groups),
        *(tomli_w.dumps({"parameters": _table(parameter)}) for parameter in scenario.parameters),
        *(f"[[sources]]\n{_toml(_stated(source))}" for source in scenario.sources),
        *(part for alternative in scenario.alternatives for part in _alternative(alternative)),
    ]
    return "\n".join(parts)


def _alternative(alternative: Alternative) -> Iterator[str]:
    drop = list(alternative.drop) or None
    head = {"alternative": alternative.alternative, "meaning": alternative.meaning, "drop": drop}
    yield f"[[alternatives]]\n{_toml(head)}"
    for event in alternative.add:
        yield f"[[alternatives.add]]\n{_toml({**_stated(event), **event.notes})}"
    for parameter in alternative.parameters:
        yield tomli_w.dumps({"alternatives": {"parameters": _table(parameter)}})


def _table(parameter: Parameter) -> dict[str, dict[str, object]]:
    return {parameter.key: _present({**_stated(parameter.prior), "source": parameter.source})}


def _stated(row: BaseModel) -> dict[str, object]:
    """Return the fields of a row that say anything, notes apart."""
    return {name: getattr(row, name) for name in type(row).model_fields if name != NOTES}


def _toml(values: Mapping[str, object]) -> str:
    return tomli_w.dumps(_present(values))


def _present(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in (None, "")}


def _readme(scenario: Scenario) -> str:
    return "\n".join([f"# {' '.join(scenario.name.split())}", "", *_who_says(scenario), "", "Licence: not stated.", ""])


def _who_says(scenario: Scenario) -> Iterable[str]:
    if not scenario.sources:
        return ["Sources: the column source of each table says who gave a figure."]
    graded = (f"- {source.source} (grade {source.grade.value})" for source in scenario.sources)
    return ["Sources, beside those in the column source of each table:", "", *graded]
