"""A mapping that a person has written, in TOML: which column is what, and what the columns do not say."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from corridor.errors import UsageError
from corridor.scenario.io.cells import listed, suggestion
from corridor.scenario.observations import Measure
from corridor.sources.tables.mapping import ROLES
from corridor.sources.tables.values import DayOrder, parsed_date

_ORDERS = (DayOrder.DAY_FIRST.value, DayOrder.MONTH_FIRST.value)
_MEASURES = tuple(measure.value for measure in Measure)
_IS_TEXT: tuple[Callable[[object], bool], str] = (lambda value: isinstance(value, str), "a text")
_KEYS: dict[str, tuple[Callable[[object], bool], str]] = {
    "sheet": _IS_TEXT,
    "header_row": (lambda value: isinstance(value, int) and value > 0, "the number of a row, from 1"),
    "place": _IS_TEXT,
    "date": (lambda value: parsed_date(value) is not None, "a day, as 2031-03-15"),
    "measure": (lambda value: value in _MEASURES, f"one of {listed(_MEASURES)}"),
    "source": _IS_TEXT,
    "definition": _IS_TEXT,
    "household_size": (
        lambda value: isinstance(value, int | float) and 0 < value <= 50,  # noqa: PLR2004
        "people for each household, above 0 and at most 50",
    ),
    "dates": (lambda value: value in _ORDERS, f"one of {listed(_ORDERS)}"),
    "columns": (
        lambda value: isinstance(value, dict),
        'a table: [columns] and below it lines such as count = "Individuals"',
    ),
    "country": (lambda value: isinstance(value, str) and len(value) == 3, "a code of three letters"),  # noqa: PLR2004
}
"""What a mapping may state, whether a value is allowed, and what is."""


def read_mapping(path: Path) -> dict[str, object]:
    """Return what a mapping file states.

    Raises
    ------
    UsageError
        It is no TOML, or states what no mapping has.
    """
    try:
        stated: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no mapping: {error}.") from None
    for key, value in stated.items():
        _check_known(path, key, tuple(_KEYS))
        is_allowed, words = _KEYS[key]
        if not is_allowed(value):
            raise UsageError(f"{path}: {key} = {value!r} is not possible. It is {words}.")
    columns = stated.get("columns", {})
    assert isinstance(columns, dict), "checked above"
    _check_columns(path, columns)
    return stated


def _check_known(path: Path, key: str, allowed: tuple[str, ...]) -> None:
    if key not in allowed:
        raise UsageError(f"{path}: '{key}' is not known. Use {listed(allowed)}.{suggestion(key, allowed)}")


def _check_columns(path: Path, columns: Mapping[str, object]) -> None:
    """Refuse columns whose role is not known, or that are no headings; several are added up as counts alone."""
    for role, heading in columns.items():
        _check_known(path, role, ROLES)
        several = heading if isinstance(heading, list) and heading and role == "count" else [heading]
        if not all(isinstance(one, str) for one in several):
            text = f'{path}: {role} is the heading of a column; count alone may be a list, as ["Men", "Women"].'
            raise UsageError(text)
