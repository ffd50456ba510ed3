"""The four public Flee instances, read just far enough to hold their camps against each other."""

import csv
import datetime as dt
import os
from pathlib import Path

from corridor.scenario.events import Event, EventKind
from corridor.scenario.observations import Observation, Observations, Use
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.presets import Preset
from corridor.scenario.scenario import Group, Scenario

NAMES = ("burundi", "car", "mali2012", "ssudan")


def folder(root):
    """Return where the instances are, beside the project or where CORRIDOR_SHARED says; it may be absent."""
    shared = os.environ.get("CORRIDOR_SHARED")
    return (Path(shared) if shared else root.parent / "shared") / "data" / "flee"


def instance(path):
    """Return an instance as a scenario of its camps alone, and its reports."""
    period = dict(row[:2] for row in _rows(path / "input_csv" / "sim_period.csv"))
    start, days = dt.date.fromisoformat(period["StartDate"]), int(period["Length"])
    end = start + dt.timedelta(days=days - 1)
    camps = {
        row[0]: int(row[7] or 0) or None
        for row in _rows(path / "input_csv" / "locations.csv")
        if "camp" in row[5].lower()
    }
    layout = {row[0]: row[1:] for row in _rows(path / "source_data" / "data_layout.csv") if row[0] in camps}
    reports = [
        Observation(
            date=day,
            place=_id(name),
            measure="stock",
            count=count,
            source="UNHCR",
            use=Use.FIT if start <= day <= end else Use.IGNORE,
        )
        for name, files in layout.items()
        for day, count in _merged([_series(path / "source_data" / file) for file in files])
    ]
    scenario = Scenario(
        name=path.name,
        start=start,
        end=end,
        groups=(Group(group="everybody", share=1.0),),
        places=tuple(
            Place(place=_id(name), name=name, kind=PlaceKind.CAMP, population=0, capacity=camps[name])
            for name in layout
        ),
        routes=(),
        events=tuple(_corrections(path, layout)),
        preset=Preset.FLEE_NEWEST,
    )
    return scenario, Observations(tuple(reports))


def _corrections(path, layout):
    for row in _rows(path / "input_csv" / "registration_corrections.csv"):
        day = dt.date.fromisoformat(row[1])
        if row[0] in layout:
            yield Event(start=day, end=day, kind=EventKind.VERIFICATION, subject=_id(row[0]), value=1, source="UNHCR")


def _id(name):
    return name.lower().replace("-", "_")


def _rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.reader(stream) if row and row[0].strip() and not row[0].startswith("#")]


def _series(path):
    rows = [row for row in _rows(path) if row[0] not in {"Date", "DateTime"} and len(row) > 1 and row[1].strip()]
    return [(dt.date.fromisoformat(row[0]), int(row[1])) for row in rows]


def _merged(series):
    """Return the sum of several series on all of their days, up to the end of the shortest."""
    if len(series) == 1:
        return series[0]
    last = min(rows[-1][0] for rows in series)
    days = sorted({day for rows in series for day, _ in rows if day <= last})
    return [
        (day, sum(max(((d, n) for d, n in rows if d <= day), default=(day, 0))[1] for rows in series)) for day in days
    ]
