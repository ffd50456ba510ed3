"""The crises of the benchmark: counts of people present, by place and day, read just far enough to be learnt from.

Nine public instances of the Flee project (six families) and four published series without a network. Only periods,
camps and their counts are read, so that faults elsewhere in an instance do not matter. The data are not part of
Corridor; the folders stand below the one that is given.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import Problem, ScenarioError, Where
from corridor.inference.report_series import ReportSeries
from corridor.scenario.observations import Measure, Observation, Observations
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.presets import Preset
from corridor.scenario.scenario import Group, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


FAMILIES = {
    "burundi": "burundi",
    "car": "car",
    "mali2012": "mali",
    "mali2017_adm1": "mali",
    "nigeria2016_adm1": "nigeria",
    "nigeria2016_adm2": "nigeria",
    "ssudan": "ssudan",
    "ssudan_whole_revised": "ssudan",
    "syria2017_adm1": "syria",
}
"""Instances of Flee and the crisis that each belongs to."""

SERIES = {
    "southsudan_sites_2013_2015": "ssudan",
    "haiti_dtm_commune_2022_2025": "haiti",
    "chad_lake_dtm_2017_2025": "chad",
    "thailand_border_camps_1998_2022": "thailand",
}
"""Published series of stocks, one row for each date and place, and the crisis that each belongs to."""


@dataclass(frozen=True)
class Crisis:
    """Counts of all places of a crisis.

    Attributes
    ----------
    name, family
        Crises of one family are never learnt from when one of them is scored.
    start, n_days
        The calendar.
    series
        Counts by place.
    """

    name: str
    family: str
    start: dt.date
    n_days: int
    series: dict[str, ReportSeries]


def read_crises(data: Path) -> dict[str, Crisis]:
    """Return the crises that lie in a folder, by name: instances in flee/ and flee_more/, series in series/.

    Raises
    ------
    ScenarioError
        One of them cannot be read.
    """
    crises, problems = {}, []
    for path, family in _sources(data):
        try:
            crises[path.stem] = _instance(path, family) if path.is_dir() else _long_table(path, family)
        except (OSError, ValueError, LookupError) as error:
            what = f"cannot be read: {type(error).__name__}: {error}."
            problems.append(Problem("B006", what, "Lay it out again, or take it away.", Where(str(path))))
    if problems:
        raise ScenarioError(str(data), tuple(problems))
    return crises


def _sources(data: Path) -> Iterator[tuple[Path, str]]:
    """Yield the folder or file of each crisis that is there, and its family."""
    for name, family in FAMILIES.items():
        yield from ((data / part / name, family) for part in ("flee", "flee_more") if (data / part / name).is_dir())
    for name, family in SERIES.items():
        if (path := data / "series" / f"{name}.csv").is_file():
            yield path, family


def as_scenario(crisis: Crisis) -> tuple[Scenario, Observations]:
    """Return a crisis as a scenario of camps without a network, and its reports, known on their day."""
    ids = {place: f"place_{number}" for number, place in enumerate(crisis.series)}
    rows = [
        Observation(
            date=crisis.start + dt.timedelta(days=int(day)),
            place=ids[place],
            measure=Measure.STOCK,
            count=round(people),
            source="as published",
        )
        for place, one in crisis.series.items()
        for day, people in zip(one.days, one.people, strict=True)
    ]
    scenario = Scenario(
        name=crisis.name,
        start=crisis.start,
        end=crisis.start + dt.timedelta(days=crisis.n_days - 1),
        groups=(Group(group="everybody", share=1.0),),
        places=tuple(Place(place=ids[p], name=p, kind=PlaceKind.CAMP, population=0) for p in crisis.series),
        routes=(),
        events=(),
        preset=Preset.FLEE_NEWEST,
    )
    return scenario, Observations(tuple(sorted(rows, key=lambda row: row.date)))


def _instance(folder: Path, family: str) -> Crisis:
    tables, data = folder / "input_csv", folder / "source_data"
    period = {row[0]: row[1] for row in _rows(tables / "sim_period.csv")}
    start = dt.date.fromisoformat(period["StartDate"])
    n_days = min(int(period["Length"]), len(_rows(tables / "conflicts.csv")))
    camps = [row[0] for row in _rows(tables / "locations.csv") if "camp" in row[5].lower()]
    layout = {row[0]: row[1:] for row in _rows(data / "data_layout.csv")}
    series = {}
    for camp in camps:
        counts = [_counts(data / file) for file in layout.get(camp, []) if file.strip() and (data / file).is_file()]
        by_day = {(day - start).days: people for day, people in _summed(counts)}
        days = sorted(day for day in by_day if 0 <= day < n_days)
        if days:
            series[camp] = ReportSeries(np.array(days), np.array([by_day[day] for day in days], dtype=np.float64))
    return Crisis(folder.name, family, start, n_days, series)


def _long_table(path: Path, family: str) -> Crisis:
    counts: dict[str, dict[dt.date, float]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            place = " ".join([row["place"], *([row["group"]] if "thailand" in path.name else [])])
            if row["value"]:
                counts.setdefault(place, {})[dt.date.fromisoformat(row["date"])] = float(row["value"])
    start = min(min(line) for line in counts.values())
    last = max(max(line) for line in counts.values())
    series = {
        place: ReportSeries(
            np.array([(day - start).days for day in sorted(line)]), np.array([line[d] for d in sorted(line)])
        )
        for place, line in sorted(counts.items())
    }
    return Crisis(path.stem, family, start, (last - start).days + 1, series)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [row for row in csv.reader(stream) if row and row[0].strip() and not row[0].startswith("#")]


def _counts(path: Path) -> list[tuple[dt.date, int]]:
    """Return the dated counts of a file; a heading is no date."""
    rows = [row for row in _rows(path) if row[0][:2].isdigit() and len(row) > 1 and row[1].strip()]
    return [(dt.date.fromisoformat(row[0].strip()[:10]), int(float(row[1]))) for row in rows]


def _summed(counts: list[list[tuple[dt.date, int]]]) -> list[tuple[dt.date, int]]:
    """Return the sum of several series on all of their days, up to the end of the shortest."""
    if not counts:
        return []
    last = min(rows[-1][0] for rows in counts)
    days = sorted({day for rows in counts for day, _ in rows if day <= last})
    return [
        (day, sum(max(((d, n) for d, n in rows if d <= day), default=(day, 0))[1] for rows in counts)) for day in days
    ]
