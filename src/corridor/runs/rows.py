"""The rows of the tables in a RUN folder, and how a file becomes rows."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from corridor.errors import RunError
from corridor.needs.rows import NeedRow, RunOutRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


class QuantileRow(NamedTuple):
    """One quantile of one measure at one place on one day; forecast.csv and past.csv."""

    origin_date: date
    target: str
    horizon: int
    target_end_date: date
    location: str
    output_type: str
    output_type_id: float
    value: float


class ParameterRow(NamedTuple):
    """One parameter before and after the reports were read; posterior.csv."""

    parameter: str
    unit: str
    prior_p05: float
    prior_p50: float
    prior_p95: float
    p05: float
    p50: float
    p95: float


MaybeDay = date | None


class FitRow(NamedTuple):
    """A report that was weighed, and what the fit says to its question; fit.csv."""

    date: date
    place: str
    measure: str
    group: str
    period_start: MaybeDay
    source: str
    reported: int
    p05: float
    p50: float
    p95: float


class DifferenceRow(NamedTuple):
    """A quantile of the difference that an alternative makes, or the chance that it is above zero; differences.csv."""

    alternative: str
    target: str
    target_end_date: date
    location: str
    output_type: str
    output_type_id: str
    value: float


RowT = TypeVar("RowT", QuantileRow, ParameterRow, FitRow, NeedRow, RunOutRow, DifferenceRow)


@dataclass(frozen=True)
class Table(Generic[RowT]):
    """A file of a RUN folder: its name, its row type, and how each column is read."""

    file: str
    row: Callable[..., RowT]
    columns: Mapping[str, Callable[[str], object]]

    def read(self, folder: Path) -> tuple[RowT, ...]:
        """Return the rows of the file.

        Raises
        ------
        RunError
            The file is missing, or is not the table that it should be.
        """
        path = folder / self.file
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                return tuple(self._rows(csv.reader(stream)))
        except FileNotFoundError as error:
            raise RunError(_missing(folder, self.file)) from error
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            message = f"{path} cannot be read as a table: {error}. Run the forecast again."
            raise RunError(message) from error

    def _rows(self, lines: Iterator[list[str]]) -> Iterator[RowT]:
        header = next(lines, [])
        absent = [name for name in self.columns if name not in header]
        if absent:
            message = (
                f"{self.file}, line 1: the columns {', '.join(absent)} are missing; found: "
                f"{', '.join(header) or 'nothing'}. Run the forecast again."
            )
            raise RunError(message)
        places = [(header.index(name), name, parse) for name, parse in self.columns.items()]
        for number, cells in enumerate(lines, start=2):
            if cells:
                yield self._row(number, cells, places)

    def _row(self, number: int, cells: list[str], places: list[tuple[int, str, Callable[[str], object]]]) -> RowT:
        values = []
        for position, name, parse in places:
            try:
                values.append(parse(cells[position]))
            except (ValueError, IndexError) as error:
                cell = repr(cells[position]) if position < len(cells) else "nothing"
                message = (
                    f"{self.file}, line {number}, column {name}: found {cell}, which is not "
                    f"{_KINDS[parse]}. Run the forecast again."
                )
                raise RunError(message) from error
        return self.row(*values)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _blank_or_day(text: str) -> date | None:
    return _day(text) if text else None


def _missing(folder: Path, file: str) -> str:
    return (
        f"{folder} has no {file}, so it is not the result of a forecast. "
        "Make one with: corridor forecast SCENARIO --known-by DATE --out RUN"
    )


_KINDS: dict[Callable[[str], object], str] = {
    str: "text",
    int: "a whole number",
    _finite: "a number",
    _day: "a date such as 2019-03-03",
    _blank_or_day: "a date such as 2019-03-03 or blank",
}
_QUANTILES: dict[str, Callable[[str], object]] = {
    "origin_date": _day,
    "target": str,
    "horizon": int,
    "target_end_date": _day,
    "location": str,
    "output_type": str,
    "output_type_id": _finite,
    "value": _finite,
}
FORECAST = Table("forecast.csv", QuantileRow, _QUANTILES)
PAST = Table("past.csv", QuantileRow, _QUANTILES)
POSTERIOR = Table(
    "posterior.csv",
    ParameterRow,
    {name: str if name in {"parameter", "unit"} else _finite for name in ParameterRow._fields},
)
FIT = Table(
    "fit.csv",
    FitRow,
    {
        "date": _day,
        "place": str,
        "measure": str,
        "group": str,
        "period_start": _blank_or_day,
        "source": str,
        "reported": int,
        "p05": _finite,
        "p50": _finite,
        "p95": _finite,
    },
)
NEEDS = Table(
    "needs.csv",
    NeedRow,
    {
        "date": _day,
        "place": str,
        "item": str,
        "unit": str,
        "p10": _finite,
        "p50": _finite,
        "p90": _finite,
        "standard": str,
        "source": str,
    },
)
RUNOUT = Table(
    "runout.csv",
    RunOutRow,
    {
        "place": str,
        "item": str,
        "unit": str,
        "on_site": _finite,
        "p10": _blank_or_day,
        "p50": _blank_or_day,
        "p90": _blank_or_day,
        "source": str,
    },
)
DIFFERENCES = Table(
    "differences.csv",
    DifferenceRow,
    {
        "alternative": str,
        "target": str,
        "target_end_date": _day,
        "location": str,
        "output_type": str,
        "output_type_id": str,
        "value": _finite,
    },
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "forecast": tuple(FORECAST.columns),
    "past": tuple(PAST.columns),
    "posterior": tuple(POSTERIOR.columns),
    "fit": tuple(FIT.columns),
    "needs": tuple(NEEDS.columns),
    "runout": tuple(RUNOUT.columns),
}
