"""Earlier forecasts of a scenario: that of a RUN folder, or those that a back-test has made on each of its origins."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from corridor.errors import UsageError
from corridor.forecasters.combination import MODEL
from corridor.runs.folder import SCENARIO, Run, read_facts, read_run
from corridor.runs.rows import EVALUATED, QuantileRow
from corridor.scenario.io.read import read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


def read_earlier(folder: Path, before: date) -> Iterator[Run]:
    """Yield the forecasts that a RUN folder holds: its own one, or those of a back-test from before a day.

    A back-test has forecast on each origin with what was known then, for the days of later reports.

    Raises
    ------
    RunError
        The folder is no such run, or is incomplete.
    UsageError
        It is a back-test that made no forecast before the day.
    """
    if read_facts(folder).get("command") != "evaluate":
        yield read_run(folder)
        return
    by_origin: dict[date, list[QuantileRow]] = defaultdict(list)
    for row in EVALUATED.read(folder):
        if row.model == MODEL and row.origin_date < before:
            by_origin[row.origin_date].append(QuantileRow(*row[1:]))
    if not by_origin:
        message = f"{folder} is a back-test without a forecast from before {before}."
        raise UsageError(message)
    scenario, observations = read_folder(folder / SCENARIO)
    for origin, rows in sorted(by_origin.items()):
        yield Run(
            folder=folder,
            run=read_facts(folder),
            origin_date=origin,
            horizon_days=max(row.horizon for row in rows),
            scenario=scenario,
            observations=observations,
            forecast=tuple(rows),
            past=(),
            posterior=(),
            fit=(),
            needs=(),
            runout=(),
        )
