"""Small invented networks, and how they are written to a folder in the layout that Flee reads.

An instance is everything that such a folder holds. The networks here are as small as the rules allow to be seen in: a
line, a triangle, a diamond with two camps, and ten places with two conflict zones. `cases.py` varies them.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

START = dt.date(2031, 1, 1)
Series = tuple[tuple[int, int], ...]


class Spot(NamedTuple):
    """One row of locations.csv; number is the population, or the capacity of a camp (0 is unlimited)."""

    name: str
    kind: str
    number: int
    country: str = "Home"
    latitude: float = 10.0
    longitude: float = 20.0
    conflict_date: int = 0


class Way(NamedTuple):
    """One row of routes.csv: both directions, with further attributes as (heading, value)."""

    first: str
    second: str
    km: float
    forced: str = "0"
    attributes: tuple[tuple[str, str], ...] = ()


class Fighting(NamedTuple):
    """A stretch of a column of conflicts.csv: from the first day to the day before `end`."""

    place: str
    first: int
    end: int
    intensity: float = 1.0


class Closure(NamedTuple):
    """One row of closures.csv."""

    kind: str
    first: str
    second: str
    start: int
    end: int


@dataclass(frozen=True)
class Instance:
    """Everything in a folder of Flee.

    Attributes
    ----------
    total
        People in all camps as (day, count): what Flee 3.1 takes the number of new people from.
    camps
        The same for a camp, or for a town that becomes one; a camp that is not named has a series of zeros.
    corrections
        Rows of registration_corrections.csv as (camp, day).
    settings
        simsetting.yml as section.key: value.
    """

    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]
    days: int = 60
    total: Series = ((0, 0), (30, 300))
    camps: Mapping[str, Series] = field(default_factory=dict)
    fighting: tuple[Fighting, ...] = ()
    closures: tuple[Closure, ...] = ()
    corrections: tuple[tuple[str, int], ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def camp_names(self) -> tuple[str, ...]:
        """Return the names of places that are camps by their row."""
        return tuple(spot.name for spot in self.spots if "camp" in spot.kind)

    def having(self, **numbers: int) -> Instance:
        """Return the instance with other populations or capacities."""
        spots = (spot._replace(number=numbers.get(spot.name, spot.number)) for spot in self.spots)
        return replace(self, spots=tuple(spots))

    def being(self, **kinds: str) -> Instance:
        """Return the instance with other kinds of places."""
        spots = (spot._replace(kind=kinds.get(spot.name, spot.kind)) for spot in self.spots)
        return replace(self, spots=tuple(spots))

    def under(self, **settings: object) -> Instance:
        """Return the instance with further settings; `move_rules__softening=5` is softening in move_rules."""
        added = {name.replace("__", "."): value for name, value in settings.items()}
        return replace(self, settings={**self.settings, **added})


def write_instance(instance: Instance, folder: Path) -> Path:
    """Write an instance in Flee's layout and return its folder."""
    tables, data = folder / "input_csv", folder / "source_data"
    tables.mkdir(parents=True)
    data.mkdir()
    for name in ("sim_period", "conflict_period"):
        _rows(tables / f"{name}.csv", [("StartDate", START.isoformat()), ("Length", instance.days)])
    _rows(tables / "locations.csv", _locations(instance))
    _rows(tables / "routes.csv", _routes(instance))
    _rows(tables / "closures.csv", [("#closure_type", "name1", "name2", "start", "end"), *instance.closures])
    _rows(tables / "conflicts.csv", _conflicts(instance))
    _rows(tables / "registration_corrections.csv", [(camp, _date(day)) for camp, day in instance.corrections])
    counted = dict.fromkeys((*instance.camp_names, *instance.camps))
    layout = [("total", "refugees.csv"), *((camp, f"{camp}.csv") for camp in counted)]
    _rows(data / "data_layout.csv", layout)
    for name, file in layout:
        series = instance.total if name == "total" else instance.camps.get(name, ((0, 0),))
        _rows(data / file, [("Date", "count"), *((_date(day), count) for day, count in series)])
    (folder / "simsetting.yml").write_text(_settings(instance.settings), encoding="utf-8")
    return folder


def _date(day: int) -> str:
    """Return the date of a day."""
    return (START + dt.timedelta(days=day)).isoformat()


def _rows(file: Path, rows: Iterable[tuple[object, ...]]) -> None:
    """Write a table."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def _locations(instance: Instance) -> list[tuple[object, ...]]:
    """Return locations.csv."""
    header = ("#name", "region", "country", "latitude", "longitude", "location_type", "conflict_date", "population")
    rows = [
        (s.name, s.country, s.country, s.latitude, s.longitude, s.kind, s.conflict_date, s.number)
        for s in instance.spots
    ]
    return [header, *rows]


def _routes(instance: Instance) -> list[tuple[object, ...]]:
    """Return routes.csv; every way has the attributes of the first."""
    extra = [name for name, _ in instance.ways[0].attributes]
    rows = [
        (way.first, way.second, way.km, way.forced, *(value for _, value in way.attributes)) for way in instance.ways
    ]
    return [("#name1", "name2", "distance", "forced_redirection", *extra), *rows]


def _conflicts(instance: Instance) -> list[tuple[object, ...]]:
    """Return conflicts.csv: one column for each place that ever has fighting."""
    names = list(dict.fromkeys(row.place for row in instance.fighting))
    table: list[list[object]] = [[day, *([0] * len(names))] for day in range(instance.days)]
    for row in instance.fighting:
        for day in range(row.first, min(row.end, instance.days)):
            table[day][1 + names.index(row.place)] = row.intensity
    return [("#Day", *names), *(tuple(row) for row in table)]


def _settings(settings: Mapping[str, object]) -> str:
    """Return simsetting.yml."""
    sections: dict[str, list[str]] = {"log_levels": ["  agent: 0"]}
    for name, value in settings.items():
        section, key = name.split(".", 1)
        sections.setdefault(section, []).append(f"  {key}: {json.dumps(value)}")
    return "".join(f"{section}:\n" + "\n".join(lines) + "\n" for section, lines in sections.items())


# --- the networks ---------------------------------------------------------------------------------

USUAL = {
    "move_rules.max_move_speed": 200.0,
    "move_rules.max_walk_speed": 35.0,
    "move_rules.conflict_weight": 0.25,
    "move_rules.camp_movechance": 0.02,  # twenty times Flee's, so that leaving a camp is seen within weeks
}


def line(*kms: float, days: int = 60) -> Instance:
    """Return a city, towns and a camp one behind the other, so many kilometres apart."""
    towns = tuple(f"town{number}" for number in range(1, len(kms)))
    names = ("city", *towns, "camp")
    spots = (Spot("city", "conflict_zone", 9000), *(Spot(name, "town", 500) for name in towns), Spot("camp", "camp", 0))
    ways = tuple(Way(a, b, km) for a, b, km in zip(names[:-1], names[1:], kms, strict=True))
    return Instance(spots, ways, days, fighting=(Fighting("city", 0, days),), settings=USUAL)


def triangle() -> Instance:
    """Return a city, a town and a camp, each a road apart."""
    spots = (Spot("city", "conflict_zone", 9000), Spot("town", "town", 700), Spot("camp", "camp", 0))
    ways = (Way("city", "town", 50), Way("town", "camp", 120), Way("city", "camp", 300))
    return Instance(spots, ways, fighting=(Fighting("city", 0, 60),), settings=USUAL)


def diamond(days: int = 60) -> Instance:
    """Return a city, two towns, and a camp at home and one abroad behind them."""
    spots = (
        Spot("city", "conflict_zone", 9000, "Home", 10.0, 20.0),
        Spot("hill", "town", 2500, "Home", 10.6, 20.3),
        Spot("shore", "town", 400, "Home", 9.1, 20.7),
        Spot("near", "camp", 0, "Home", 11.2, 20.9),
        Spot("far", "camp", 0, "Abroad", 9.0, 21.6),
    )
    ways = (
        Way("city", "hill", 80),
        Way("city", "shore", 140),
        Way("hill", "near", 120),
        Way("shore", "far", 90),
        Way("hill", "shore", 60),
    )
    return Instance(spots, ways, days, fighting=(Fighting("city", 0, days),), settings=USUAL)


def long_diamond(days: int = 60) -> Instance:
    """Return the diamond with roads of several days."""
    base = diamond(days)
    return replace(base, ways=tuple(way._replace(km=way.km * 6.5) for way in base.ways))


def ten(days: int = 60) -> Instance:
    """Return ten places: two conflict zones, one from day 15, a hub, a marker, two camps abroad, one at home."""
    spots = (
        Spot("north", "conflict_zone", 5000, "Home", 10.0, 20.0),
        Spot("south", "conflict_zone", 3000, "Home", 8.9, 20.2, 15),
        Spot("market", "town", 900, "Home", 9.5, 20.3),
        Spot("lake", "town", 300, "Home", 10.1, 19.2),
        Spot("river", "marker", 0, "Home", 8.9, 20.6),
        Spot("crossing", "town", 1200, "Home", 9.0, 21.2),
        Spot("hub", "forwarding_hub", 0, "Home", 9.4, 21.2),
        Spot("rest", "idpcamp", 0, "Home", 8.6, 20.1),
        Spot("east", "camp", 0, "East", 9.2, 22.4),
        Spot("west", "camp", 0, "West", 10.0, 17.2),
    )
    kms = (
        ("north", "market", 60),
        ("north", "lake", 140),
        ("south", "market", 90),
        ("south", "river", 40),
        ("river", "crossing", 70),
        ("market", "hub", 110),
        ("hub", "crossing", 50),
        ("hub", "east", 220),
        ("crossing", "east", 130),
        ("lake", "west", 260),
        ("market", "lake", 75),
        ("south", "rest", 35),
        ("crossing", "west", 310),
    )
    fighting = (Fighting("north", 0, days), Fighting("south", 15, days))
    return Instance(spots, tuple(Way(*row) for row in kms), days, fighting=fighting, settings=USUAL)
