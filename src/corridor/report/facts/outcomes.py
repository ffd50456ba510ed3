"""The forecasts of a back-test beside the reports that came, by place."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from corridor.runs.rows import BACKTEST
from corridor.scenario.io.read import read_folder
from corridor.scenario.observations import Measure, Use

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

LEVELS = {0.1: "low", 0.5: "likely", 0.9: "high"}


class ReportedForecast(NamedTuple):
    """A forecast of the people present on a day, and what was reported for it; people."""

    day: date
    horizon_days: int
    low: float
    likely: float
    high: float
    reported: float


def outcomes_by_place(run_folder: Path, model: str) -> dict[str, list[ReportedForecast]]:
    """Return the forecasts of a model that a report came for, by name of the place, the most reported first.

    Parameters
    ----------
    run_folder
        What `corridor evaluate` left behind.
    model
        Whose forecasts.

    Raises
    ------
    RunError
        forecasts.csv is missing or damaged.
    """
    ends: dict[tuple[str, date, int], dict[str, float]] = defaultdict(dict)
    for row in BACKTEST.read(run_folder):
        end = LEVELS.get(row.output_type_id)
        if row.model == model and row.target == Measure.STOCK and end:
            ends[row.location, row.target_end_date, row.nominal_horizon][end] = row.value
    scenario, observations = read_folder(run_folder / "scenario")
    counts = {
        (row.place, row.date): row.people
        for row in observations
        if row.measure is Measure.STOCK and row.use is not Use.IGNORE and row.group is None and row.people is not None
    }
    rows: dict[str, list[ReportedForecast]] = defaultdict(list)
    for (place, day, horizon), values in sorted(ends.items()):
        reported = counts.get((place, day))
        if reported is not None and len(values) == len(LEVELS):
            rows[scenario.place(place).name].append(
                ReportedForecast(day, horizon, values["low"], values["likely"], values["high"], reported)
            )
    return dict(sorted(rows.items(), key=lambda item: -len(item[1])))
