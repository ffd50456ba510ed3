"""Lines of a GeoJSON document (RFC 7946): longitude before latitude, degrees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.sources.roads.ways import CLASS_COLUMNS, CLASSES, Ways, ways_of
from corridor.sources.tables.sheets import refused

MAX_BYTES = 500_000_000
"""A larger document is refused: in memory it takes ten times its size."""

_DEGREES = ("CRS84", "4326", "WGS84")


def read_geojson(path: Path) -> Ways:
    """Return the lines of a GeoJSON file that are roads; all lines are, where none has a class.

    Raises
    ------
    ScenarioError
        It is too large, no GeoJSON, or not in degrees.
    """
    if path.stat().st_size > MAX_BYTES:
        what = f"a GeoJSON file of more than {MAX_BYTES:,} bytes is not read."
        raise refused(path.name, "S002", what, "Save it as a GeoPackage, which is read piece by piece.")
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        what = f"this begins like JSON and is none: {error}."
        raise refused(path.name, "S006", what, "Download the file again; it may be cut off.") from None
    crs = document.get("crs")
    if crs and not any(mark in json.dumps(crs).replace("::", ":").upper() for mark in _DEGREES):
        raise not_in_degrees(path.name, json.dumps(crs)[:80])
    try:
        return ways_of(list(_lines(document)))
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError, RecursionError):
        what = "coordinates of a line are not pairs of longitude and latitude in degrees."
        raise refused(path.name, "S021", what, "Save it as GeoJSON in WGS 84 (EPSG:4326).") from None


def not_in_degrees(file: str, system: str) -> Exception:
    """Return the error that says that coordinates of a file are not degrees."""
    what = f"its coordinates are not degrees of longitude and latitude: {system}."
    return refused(file, "S021", what, "Save it in WGS 84 (EPSG:4326).")


def is_road(properties: Mapping[str, object]) -> bool:
    """Whether the properties of a line name a class that joins places, or none at all."""
    classes = [str(properties[name]) for name in CLASS_COLUMNS if properties.get(name)]
    return not classes or classes[0] in CLASSES


def _lines(item: Mapping[str, object]) -> Iterator[NDArray[np.float64]]:
    """Yield the lines of an object and of all that it holds."""
    kind = item.get("type")
    if kind in {"FeatureCollection", "GeometryCollection"}:
        for part in _listed(item["features" if kind == "FeatureCollection" else "geometries"]):
            yield from _lines(part)
    elif kind == "Feature":
        properties, geometry = item.get("properties") or {}, item.get("geometry")
        if isinstance(geometry, dict) and isinstance(properties, dict) and is_road(properties):
            yield from _lines(geometry)
    elif kind == "LineString":
        yield _line(item["coordinates"])
    elif kind == "MultiLineString":
        yield from map(_line, _listed(item["coordinates"]))


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _line(coordinates: object) -> NDArray[np.float64]:
    """Return the points of a line, longitude and latitude; heights are left out."""
    points = np.array([point[:2] for point in _listed(coordinates)], dtype=float).reshape(-1, 2)
    return checked_degrees(points)


def checked_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points, longitude and latitude, that are degrees.

    Raises
    ------
    ValueError
        One of them lies beyond a pole, or more than once around the earth.
    """
    if points.size and not (np.abs(points) <= (180.0, 90.0)).all():
        raise ValueError("not degrees")
    return points
