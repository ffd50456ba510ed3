"""Country outlines that ship with the package: no tiles, no network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Box:
    """A piece of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def area(self) -> float:
        """Return the area in square degrees."""
        return (self.east - self.west) * (self.north - self.south)

    def holds(self, other: Box) -> bool:
        """Whether another piece lies within this one."""
        return (
            self.west <= other.west
            and self.south <= other.south
            and self.east >= other.east
            and self.north >= other.north
        )

    def meets(self, other: Box) -> bool:
        """Whether another piece has something in common with this one."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


@dataclass(frozen=True)
class Country:
    """A country: its name, its ISO 3166-1 alpha-3 code and its rings, longitude before latitude, in degrees."""

    name: str
    code: str
    rings: tuple[Ring, ...]

    def holds(self, point: Point) -> bool:
        """Whether a point lies in the country: an odd number of its borders is east of it."""
        return sum(_borders_east_of(point, ring) for ring in self.rings) % 2 == 1


WORLD = Box(-180.0, -60.0, 180.0, 84.0)
"""What the coarsest file covers: all but Antarctica and the sea around the North Pole."""


def outlines(view: Box) -> tuple[Country, ...]:
    """Return the countries that meet a piece of the map, from the finest file that holds it.

    Examples
    --------
    >>> sorted(row.name for row in outlines(Box(29.0, -3.6, 30.0, -2.6)))
    ['Burundi', 'Dem. Rep. Congo', 'Rwanda', 'Tanzania']
    """
    fitting = [(box, collection) for collection in _collections() if (box := Box(*collection["bbox"])).holds(view)]
    if not fitting:
        return ()
    _, collection = min(fitting, key=lambda pair: pair[0].area)
    countries = (_country(feature, view) for feature in collection["features"])
    return tuple(country for country in countries if country.rings)


def _collections() -> list[dict[str, Any]]:
    folder = files("corridor").joinpath("bundled", "outlines")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".json"))
    return [json.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def _country(feature: dict[str, Any], view: Box) -> Country:
    rings = (tuple((x, y) for x, y in ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon)
    named = feature["properties"]
    return Country(named["name"], named["code"], tuple(ring for ring in rings if _box(ring).meets(view)))


def _box(ring: Ring) -> Box:
    xs, ys = zip(*ring, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _borders_east_of(point: Point, ring: Ring) -> int:
    x, y = point
    return sum(
        (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0) for (x0, y0), (x1, y1) in pairwise(ring)
    )
