r"""Monthly arrivals in Somalia's regions beside the predictions that Project Jetson published for the same months.

    .venv/bin/python -m verification.jetson --series ../shared/data/series --out docs

UNHCR's Project Jetson published three predictions, and their range, for each region and month from April to November
2018 and for May 2019. Corridor forecasts the same months from the arrivals of earlier months alone: with the month
before known (one month ahead), and with only the one before that known (two months ahead), since the publication does
not say how long before the month it was made. A month and region counts if all three predictions and the arrivals
are there. A point has the WIS of its absolute error, so that points and distributions stand in one column.
Of the months scored nothing was used to choose the forecaster's constants.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.backtest.scores import is_covered, point_scores
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.flows import NAMES, POOL, FlowSeries, flow_past, flow_quantiles
from verification.pages import put_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PUBLISHED = "jetson_published_predictions_2018_2019.csv"
ARRIVALS = "somalia_jetson_monthly_2010_2019.csv"
SAME_REGION = {
    "Lower_Juba": "Jubbada_Hoose",
    "Middle_Juba": "Jubbada_Dhexe",
    "Lower_Shabelle": "Shabeellaha_Hoose",
    "Middle_Shabelle": "Shabeellaha_Dhexe",
}
"""English names of the predictions, and the Somali ones of the arrivals."""

MIDDLE = HUB_LEVELS.index(0.5)
HEADER = ("forecast", "months × regions", "WIS", "WIS, log", "MAE", "MAE, log", "in its range or 80 % interval")


class Prediction(NamedTuple):
    """What was published for a region and a month, and what arrived."""

    region: str
    month: date
    points: tuple[float, ...]
    low: float
    high: float
    arrivals: float


def read_predictions(path: Path) -> list[Prediction]:
    """Return the rows with three predictions and arrivals."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        Prediction(
            SAME_REGION.get(row["r"], row["r"]),
            date.fromisoformat(row["m"]),
            tuple(float(row[column]) for column in ("v1", "v2", "v3")),
            float(row["mn"]),
            float(row["mx"]),
            float(row["act"]),
        )
        for row in rows
        if all(row[column] for column in ("v1", "v2", "v3", "mn", "mx", "act"))
    ]


def read_arrivals(path: Path) -> dict[str, dict[date, float]]:
    """Return arrivals by region and month; a month without a figure is no zero."""
    arrivals: dict[str, dict[date, float]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["value"]:
                arrivals[row["place"]][date.fromisoformat(row["date"])] = float(row["value"])
    return arrivals


def known_by(arrivals: dict[str, dict[date, float]], last: date) -> dict[str, FlowSeries]:
    """Return the series of all regions up to a month."""
    known = {}
    for region, months in arrivals.items():
        rows = [(month, count) for month, count in sorted(months.items()) if month <= last]
        if rows:
            ends = [_months_later(month, 1) - timedelta(days=1) for month, _ in rows]
            days = [(end - month).days + 1.0 for end, (month, _) in zip(ends, rows, strict=True)]
            people = np.array([count for _, count in rows])
            known[region] = FlowSeries(np.array([end.toordinal() for end in ends]), np.array(days), people)
    return known


def forecast(arrivals: dict[str, dict[date, float]], rows: list[Prediction], ahead: int) -> dict[str, Floats]:
    """Return quantiles for each prediction by forecaster, (prediction, level)."""
    past = {
        month: flow_past(known_by(arrivals, _months_later(month, -ahead)), ahead)
        for month in {row.month for row in rows}
    }
    tables: dict[str, list[Floats]] = defaultdict(list)
    for row in rows:
        days = float((_months_later(row.month, 1) - row.month).days)
        for name, line in flow_quantiles(past[row.month], row.region, days).items():
            tables[name].append(line)
    return {name: np.array(lines) for name, lines in tables.items()}


def table_lines(series: Path) -> list[str]:
    """Return the table, one row for each forecast."""
    arrivals, predictions = read_arrivals(series / ARRIVALS), read_predictions(series / PUBLISHED)
    first = known_by(arrivals, min(row.month for row in predictions) - timedelta(days=62))
    rows = [row for row in predictions if row.region in first]
    true = np.array([row.arrivals for row in rows])
    is_within = np.array([row.low <= row.arrivals <= row.high for row in rows])
    points = np.array([row.points for row in rows])
    jetson = {f"Jetson {n + 1}": points[:, n] for n in range(3)} | {"Jetson, mean of three": points.mean(axis=1)}
    lines = [
        _line(name, np.repeat(column[:, None], len(HUB_LEVELS), axis=1), true, f"{is_within.mean():.0%}")
        for name, column in jetson.items()
    ]
    for ahead in (1, 2):
        tables = forecast(arrivals, rows, ahead)
        for name in NAMES:
            shown = "Corridor" if name == POOL else name.replace("_", " ")
            covered = f"{is_covered(tables[name], HUB_LEVELS, true, 0.8).mean():.0%}"
            lines.append(_line(f"{shown}, {ahead} month{'s' if ahead > 1 else ''} ahead", tables[name], true, covered))
    return [f"| {' | '.join(HEADER)} |", "|---|---|---|---|---|---|---|", *lines]


def _line(name: str, quantiles: Floats, true: Floats, covered: str) -> str:
    scores = {score: values.mean() for score, values in point_scores(quantiles, HUB_LEVELS, true).items()}
    log = np.abs(np.log1p(quantiles[:, MIDDLE]) - np.log1p(true)).mean()
    return (
        f"| {name} | {true.size} | {scores['wis']:,.0f} | {scores['wis_log1p']:.3f} | {scores['mae']:,.0f} | {log:.3f} "
        f"| {covered} |"
    )


def _months_later(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def main() -> None:
    """Print the table, and put it into the development log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="folder of the manual, whose table is replaced")
    options = parser.parse_args()
    text = "\n".join([*table_lines(options.series), ""])
    print(text)
    if options.out is not None:
        put_between(options.out / "development" / "skill_log.md", "jetson", text)


if __name__ == "__main__":
    main()
