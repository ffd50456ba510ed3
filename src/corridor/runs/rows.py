"""The rows of the tables in a RUN folder, and how a file becomes rows."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Generic, NamedTuple, TextIO, TypeVar, get_type_hints

from pydantic import BeforeValidator, FiniteFloat, TypeAdapter, ValidationError

from corridor.errors import RunError
from corridor.needs.rows import BlankOrIsoDate, IsoDate, NeedRow, RunOutRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


BlankOrNumber = Annotated[FiniteFloat | None, BeforeValidator(lambda text: float(text) if text else None)]
"""A number, or a blank cell where it is unknown."""


class QuantileRow(NamedTuple):
    """One quantile of one measure at one place on one day; forecast.csv and past.csv."""

    origin_date: IsoDate
    target: str
    horizon: int
    target_end_date: IsoDate
    location: str
    output_type: str
    output_type_id: FiniteFloat
    value: FiniteFloat


class ParameterRow(NamedTuple):
    """One parameter before and after the reports were read; posterior.csv."""

    parameter: str
    unit: str
    prior_p05: FiniteFloat
    prior_p50: FiniteFloat
    prior_p95: FiniteFloat
    p05: FiniteFloat
    p50: FiniteFloat
    p95: FiniteFloat


class FitRow(NamedTuple):
    """A report that was weighed, and what the fit says to its question; fit.csv."""

    date: IsoDate
    place: str
    measure: str
    group: str
    period_start: BlankOrIsoDate
    source: str
    reported: int
    p05: FiniteFloat
    p50: FiniteFloat
    p95: FiniteFloat


class DifferenceRow(NamedTuple):
    """A quantile of the difference that an alternative makes, or the chance that it is above zero; differences.csv."""

    alternative: str
    target: str
    target_end_date: IsoDate
    location: str
    output_type: str
    output_type_id: str
    value: FiniteFloat


class BalanceRow(NamedTuple):
    """Who is at a place, comes and goes until a day, means over the members, people; balance.csv."""

    place: str
    from_date: IsoDate
    until_date: IsoDate
    present_before: FiniteFloat
    arrivals: BlankOrNumber
    departures: BlankOrNumber
    deaths: BlankOrNumber
    other_arrivals: FiniteFloat
    other_departures: FiniteFloat
    rest: FiniteFloat
    present_after: FiniteFloat


class BacktestRow(NamedTuple):
    """One quantile of a forecast that was scored; forecasts.csv."""

    model: str
    target: str
    target_end_date: IsoDate
    location: str
    output_type_id: FiniteFloat
    value: FiniteFloat
    nominal_horizon: int


class EvaluatedRow(NamedTuple):
    """One quantile of a forecast that was scored, with the columns of forecast.csv after the model; forecasts.csv."""

    model: str
    origin_date: IsoDate
    target: str
    horizon: int
    target_end_date: IsoDate
    location: str
    output_type: str
    output_type_id: FiniteFloat
    value: FiniteFloat


RowT = TypeVar(
    "RowT",
    QuantileRow,
    ParameterRow,
    FitRow,
    NeedRow,
    RunOutRow,
    DifferenceRow,
    BalanceRow,
    BacktestRow,
    EvaluatedRow,
)


@dataclass(frozen=True)
class Table(Generic[RowT]):
    """A file of a RUN folder: its name, and its row type, whose fields are the columns."""

    file: str
    row: type[RowT]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(self.row.__annotations__)

    @cached_property
    def _adapters(self) -> dict[str, TypeAdapter[object]]:
        kinds = get_type_hints(self.row, include_extras=True)
        return {name: TypeAdapter(kinds[name]) for name in self.columns}

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
                return tuple(self._rows(stream))
        except FileNotFoundError as error:
            raise RunError(_missing(folder, self.file)) from error
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            message = f"{path} cannot be read as a table: {error}. Run the forecast again."
            raise RunError(message) from error

    def _rows(self, stream: TextIO) -> Iterator[RowT]:
        lines = csv.reader(stream)
        header = next(lines, [])
        absent = [name for name in self.columns if name not in header]
        if absent:
            message = (
                f"{self.file}, line 1: the columns {', '.join(absent)} are missing; found: "
                f"{', '.join(header) or 'nothing'}. Run the forecast again."
            )
            raise RunError(message)
        columns = [(header.index(name), _Values(adapter)) for name, adapter in self._adapters.items()]
        make: Callable[..., RowT] = self.row
        for cells in filter(None, lines):
            try:
                yield make(*[values[cells[place]] for place, values in columns])
            except (ValidationError, IndexError) as error:
                raise RunError(self._fault(lines.line_num, header, cells)) from error

    def _fault(self, line: int, header: list[str], cells: list[str]) -> str:
        stated = dict(zip(header, cells, strict=False))
        name = next(name for name, adapter in self._adapters.items() if not _is_valid(adapter, stated.get(name)))
        cell = repr(stated[name]) if name in stated else "nothing"
        kind = _KINDS[get_type_hints(self.row)[name]]
        return f"{self.file}, line {line}, column {name}: found {cell}, which is not {kind}. Run the forecast again."


class _Values(dict[str, object]):
    """The values of a column by their cells: each text is validated once, and most of them come again and again."""

    def __init__(self, adapter: TypeAdapter[object]) -> None:
        self.adapter = adapter

    def __missing__(self, cell: str) -> object:
        value = self[cell] = self.adapter.validate_strings(cell, strict=True)
        return value


def _is_valid(adapter: TypeAdapter[object], cell: str | None) -> bool:
    try:
        adapter.validate_strings(cell, strict=True)
    except ValidationError:
        return False
    return True


def _missing(folder: Path, file: str) -> str:
    return (
        f"{folder} has no {file}, so it is not the result of a forecast. "
        "Make one with: corridor forecast SCENARIO --known-by DATE --out RUN"
    )


_KINDS: dict[object, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    float | None: "a number or blank",
    dt.date: "a date such as 2019-03-03",
    dt.date | None: "a date such as 2019-03-03 or blank",
}
FORECAST = Table("forecast.csv", QuantileRow)
PAST = Table("past.csv", QuantileRow)
POSTERIOR = Table("posterior.csv", ParameterRow)
FIT = Table("fit.csv", FitRow)
NEEDS = Table("needs.csv", NeedRow)
RUNOUT = Table("runout.csv", RunOutRow)
DIFFERENCES = Table("differences.csv", DifferenceRow)
BALANCE = Table("balance.csv", BalanceRow)
BACKTEST = Table("forecasts.csv", BacktestRow)
EVALUATED = Table("forecasts.csv", EvaluatedRow)
COLUMNS: dict[str, tuple[str, ...]] = {
    "forecast": FORECAST.columns,
    "past": PAST.columns,
    "posterior": POSTERIOR.columns,
    "fit": FIT.columns,
    "needs": NEEDS.columns,
    "runout": RUNOUT.columns,
    "balance": BALANCE.columns,
}
