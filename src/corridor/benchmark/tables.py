"""The tables of the benchmark: reports and targets as they are handed out, and forecasts as they come back."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import Problem, ScenarioError, UsageError, Where
from corridor.forecasters.base import HUB_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from corridor.benchmark.protocol import BenchmarkCrisis, Key

    Floats = NDArray[np.float64]
    Forecasts = dict[str, dict[Key, Floats]]

COLUMNS = (
    *("model", "crisis", "origin_date", "target", "horizon", "target_end_date", "location"),
    *("output_type", "output_type_id", "value"),
)
"""Columns of forecasts.csv: those of a hubverse table after model and crisis."""

NEEDED = ("model", "crisis", "origin_date", "target_end_date", "location", "output_type_id", "value")
SHOWN = 5
"""So many problems of one kind are shown; the others are counted."""

_LEVELS = {round(level, 3): number for number, level in enumerate(HUB_LEVELS)}


def report_table(crises: Iterable[BenchmarkCrisis]) -> str:
    """Return reports.csv: all reports by crisis."""
    rows = (
        (one.crisis.name, one.crisis.family, row.date, one.names[row.place], row.count)
        for one in crises
        for row in one.observations
    )
    return as_csv(("crisis", "family", "date", "location", "people"), rows)


def task_table(crises: Iterable[BenchmarkCrisis]) -> str:
    """Return tasks.csv: what is to be forecast on which origin."""
    rows = ((*one.key(target), target.horizon, target.nominal_horizon) for one in crises for target in one.targets)
    return as_csv(("crisis", "origin_date", "target_end_date", "location", "horizon", "nominal_horizon"), rows)


def hub_rows(model: str, one: BenchmarkCrisis, quantiles: Floats) -> Iterator[tuple[object, ...]]:
    """Yield the rows of forecasts.csv of one model in one crisis, from its quantiles, (target, level)."""
    for target, line in zip(one.targets, quantiles, strict=True):
        name, origin, end, place = one.key(target)
        for level, value in zip(HUB_LEVELS, line, strict=True):
            yield (model, name, origin, "stock", target.horizon, end, place, "quantile", level, round(float(value), 1))


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return stream.getvalue()


def read_files(paths: Iterable[Path]) -> Forecasts:
    """Return the forecasts of several files by model and target; a model may be spread over them.

    Raises
    ------
    ScenarioError
        A file has faults.
    UsageError
        A forecast stands in two files.
    """
    forecasts: Forecasts = {}
    for path in paths:
        for model, made in read_forecasts(path).items():
            if twice := forecasts.get(model, {}).keys() & made.keys():
                message = (
                    f"{path.name} has {len(twice):,} forecast{'s' if len(twice) != 1 else ''} of {model} that stand in "
                    "another file, too. Give your model a name of its own, or leave one of the files out."
                )
                raise UsageError(message)
            forecasts.setdefault(model, {}).update(made)
    return forecasts


def read_forecasts(path: Path) -> Forecasts:
    """Return the forecasts of a file by model and target, people at `HUB_LEVELS`, (level,).

    Raises
    ------
    ScenarioError
        A column is missing, a value is no number of people, or a forecast lacks levels or falls with them.
    """
    problems: list[Problem] = []
    lines: dict[tuple[str, Key], tuple[int, Floats]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = csv.DictReader(stream)
            if absent := [name for name in NEEDED if name not in (table.fieldnames or ())]:
                what = f"there is no column {', '.join(absent)}."
                raise ScenarioError(path.name, (_problem("B001", path, 1, what, f"Needed are {', '.join(NEEDED)}."),))
            for row in table:
                _take(row, path, table.line_num, lines, problems)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        problem = _problem("B001", path, None, f"cannot be read: {why}.", "Give a table of forecasts in UTF-8.")
        raise ScenarioError(path.name, (problem,)) from error
    problems += _incomplete(path, lines)
    if problems:
        raise ScenarioError(path.name, tuple(_few(problems)))
    forecasts: Forecasts = defaultdict(dict)
    for (model, key), (_, line) in lines.items():
        forecasts[model][key] = line
    return dict(forecasts)


def _take(
    row: Mapping[str, str | None],
    path: Path,
    number: int,
    lines: dict[tuple[str, Key], tuple[int, Floats]],
    problems: list[Problem],
) -> None:
    """Put the value of a row in its place, or add what is wrong with it."""
    level, value = (_number(row[name]) for name in ("output_type_id", "value"))
    if round(level, 3) not in _LEVELS:
        what = f"output_type_id is '{row['output_type_id']}', which is none of the 23 levels."
        problems.append(_problem("B002", path, number, what, f"Levels are {', '.join(map(str, HUB_LEVELS))}."))
    elif not 0 <= value < np.inf:
        what = f"value is '{row['value']}', which is no number of people."
        problems.append(_problem("B003", path, number, what, "Write a finite number, zero or more."))
    else:
        key = (row["crisis"] or "", row["origin_date"] or "", row["target_end_date"] or "", row["location"] or "")
        _, line = lines.setdefault((row["model"] or "", key), (number, np.full(len(HUB_LEVELS), np.nan)))
        line[_LEVELS[round(level, 3)]] = value


def _incomplete(path: Path, lines: Mapping[tuple[str, Key], tuple[int, Floats]]) -> Iterator[Problem]:
    """Yield what is wrong with whole forecasts: levels that are missing, values that fall."""
    for (model, key), (number, line) in lines.items():
        whose = f"the forecast of {model} for {', '.join(key)}"
        if np.isnan(line).any():
            absent = [str(level) for level, value in zip(HUB_LEVELS, line, strict=True) if np.isnan(value)]
            what = f"{whose} lacks the levels {', '.join(absent)}."
            yield _problem("B004", path, number, what, "Give all 23 levels of each forecast.")
        elif (np.diff(line) < 0).any():
            yield _problem("B005", path, number, f"{whose} falls with its level.", "Sort the values of each forecast.")


def _few(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first problems of each kind, and one that counts the others."""
    counts: Counter[str] = Counter()
    last = {}
    for problem in problems:
        counts[problem.code] += 1
        last[problem.code] = problem
        if counts[problem.code] <= SHOWN:
            yield problem
    for code, count in counts.items():
        if count > SHOWN:
            yield Problem(
                code,
                f"{count - SHOWN:,} more of this kind, the last of them there.",
                "Mend them in the same way.",
                last[code].where,
            )


def _problem(code: str, path: Path, line: int | None, what: str, fix: str) -> Problem:
    return Problem(code, what, fix, Where(path.name, line))


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
