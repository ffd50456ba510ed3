"""The forecast for people who plan in spreadsheets: one row a day and place, with low, likely and high."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor.runs.rows import BALANCE
from corridor.runs.workbook import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from corridor.needs.needs import Needs
    from corridor.runs.workbook import Cell
    from corridor.scenario.scenario import Scenario

LEVELS = {"low": 0.1, "likely": 0.5, "high": 0.9}
TARGETS = ("stock", "arrivals", "departures", "waiting", "inside", "deaths")
COLUMNS = ("date", "place", "name", *(f"{target}_{end}" for target in TARGETS for end in LEVELS))
"""Columns of people.csv."""

_KEY = (
    "Low and high: the truth should lie between them in 8 of 10 cases. The sheet Balance has averages, which add up: "
    "present before + arrivals - departures - deaths + other arrivals - other departures + rest = present after."
)

Wide = list[dict[str, Any]]


def wide_rows(hub: Iterable[Mapping[str, Any]], scenario: Scenario) -> Wide:
    """Return one row for each day and place of the scenario; what is zero throughout is blank.

    Parameters
    ----------
    hub
        Rows of forecast.csv.
    scenario
        Gives the names and the order of places.
    """
    ends = {level: end for end, level in LEVELS.items()}
    values: dict[tuple[date, str], dict[str, int]] = {}
    for row in hub:
        end = ends.get(row["output_type_id"])
        if end is not None and row["target"] in TARGETS:
            key = (row["target_end_date"], row["location"])
            values.setdefault(key, {})[f"{row['target']}_{end}"] = round(row["value"])
    days = sorted({day for day, _ in values})
    places = [(row.place, row.name) for row in scenario.places if any((day, row.place) in values for day in days)]
    blank: dict[str, Any] = dict.fromkeys(COLUMNS)
    return [
        {**blank, "date": day, "place": place, "name": name, **values.get((day, place), {})}
        for day in days
        for place, name in places
    ]


def sheets(
    wide: Wide, needs: Needs, balance: Sequence[Mapping[str, Any]], facts: Mapping[str, object]
) -> tuple[Sheet, ...]:
    """Return the sheets of forecast.xlsx.

    Parameters
    ----------
    wide
        As :func:`wide_rows` returns it.
    needs
        What the people will need.
    balance
        Rows of balance.csv.
    facts
        What run.json says.
    """
    need_rows = [row for row, line in zip(needs.to_rows(), needs.rows, strict=True) if line.p90 > 0]
    short = needs.runout_rows()
    return (
        _by_place("People", "stock", wide),
        _by_place("Arrivals", "arrivals", wide),
        _table("Needs", {"p10": "low", "p50": "likely", "p90": "high"}, need_rows),
        _table("Runs short", {"p10": "early", "p50": "likely", "p90": "late"}, short),
        _table("Balance", {name: name.replace("_", " ") for name in BALANCE.columns}, balance),
        Sheet("About", [[_KEY]], _about(facts)),
    )


def _by_place(title: str, target: str, wide: Wide) -> Sheet:
    names = {row["place"]: row["name"] for row in wide if any(row[f"{target}_{end}"] for end in LEVELS)}
    cells = {(row["date"], row["place"]): [row[f"{target}_{end}"] for end in LEVELS] for row in wide}
    days = sorted({day for day, _ in cells})
    above: list[Cell] = ["", *(name if end == "low" else "" for name in names.values() for end in LEVELS)]
    below: list[Cell] = ["date", *(end for _ in names for end in LEVELS)]
    rows = [[day, *(value for place in names for value in cells[day, place])] for day in days]
    return Sheet(title, [above, below], rows)


def _table(title: str, renamed: Mapping[str, str], rows: Sequence[Mapping[str, Cell]]) -> Sheet:
    columns = list(rows[0]) if rows else []
    return Sheet(title, [[renamed.get(name, name) for name in columns]], [list(row.values()) for row in rows])


def _about(facts: Mapping[str, Any]) -> list[list[Cell]]:
    stated = ("scenario", "origin_date", "horizon_days", "alternative", "version", "seed", "standards")
    rows: list[list[Cell]] = [
        [name.replace("_", " "), str(facts[name])] for name in stated if facts.get(name) is not None
    ]
    rows += [["note", str(note)] for note in facts.get("notes", ())]
    return rows
