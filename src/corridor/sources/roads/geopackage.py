"""Lines of a GeoPackage (OGC 12-128): tables of SQLite, read with the standard library."""

from __future__ import annotations

import contextlib
import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from corridor.sources.roads.geojson import checked_degrees, is_road, not_in_degrees
from corridor.sources.roads.ways import CLASS_COLUMNS, Ways, ways_of
from corridor.sources.tables.sheets import refused

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_LINE, _MANY_LINES = 2, 5
_DEGREES, _WEB_MERCATOR = 4326, 3857
_MERCATOR_RADIUS = 6378137.0  # metres, EPSG:3857
_EWKB_FLAGS = 0xE0000000
_MOST_PARTS = 1_000_000


class _Layer(NamedTuple):
    """A table of features: its name, the column of the geometry, the columns of its class, its reference system."""

    table: str
    geometry: str
    classes: tuple[str, ...]
    system: int


def read_geopackage(path: Path) -> Ways:
    """Return the lines of every layer of a GeoPackage that are roads; all lines are, where none has a class.

    Only plain tables are read, no views: nothing that the file holds is run.

    Raises
    ------
    ScenarioError
        It is damaged, no GeoPackage, or in coordinates other than degrees or those of web maps.
    """
    try:
        with contextlib.closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as store:
            store.execute("PRAGMA trusted_schema = OFF")
            layers = list(_layers(store, path.name))
            return ways_of([line for layer in layers for line in _lines(store, layer)])
    except sqlite3.Error as error:
        what = f"the GeoPackage is damaged or none: {error}."
        raise refused(path.name, "S005", what, "Download or save it again.") from None
    except (struct.error, ValueError, TypeError, IndexError, AttributeError, OverflowError, RecursionError):
        what = "a line of the GeoPackage is damaged, or its coordinates are not degrees."
        raise refused(path.name, "S021", what, "Save it again, in WGS 84 (EPSG:4326).") from None


def _layers(store: sqlite3.Connection, file: str) -> Iterator[_Layer]:
    tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "gpkg_geometry_columns" not in tables:
        what = "this is a database of SQLite and no GeoPackage."
        raise refused(file, "S020", what, "Save the roads as a GeoPackage.")
    for table, column, system in store.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"):
        if table not in tables:
            continue
        if system not in {_DEGREES, _WEB_MERCATOR}:
            raise not_in_degrees(file, f"layer {table}, reference system {system}")
        columns = [row[1] for row in store.execute(f"PRAGMA table_info({_quoted(table)})")]
        yield _Layer(table, column, tuple(name for name in CLASS_COLUMNS if name in columns), system)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _lines(store: sqlite3.Connection, layer: _Layer) -> Iterator[NDArray[np.float64]]:
    columns = ", ".join(map(_quoted, (layer.geometry, *layer.classes)))
    for blob, *classes in store.execute(f"SELECT {columns} FROM {_quoted(layer.table)}"):  # noqa: S608 - names are quoted
        if isinstance(blob, bytes) and is_road(dict(zip(layer.classes, classes, strict=True))):
            for line in lines_of_blob(blob):
                yield checked_degrees(_degrees(line) if layer.system == _WEB_MERCATOR else line)


def lines_of_blob(blob: bytes) -> Iterator[NDArray[np.float64]]:
    """Yield the lines of a geometry of a GeoPackage: (vertex, 2); other geometries have none."""
    if blob[:2] != b"GP":
        raise ValueError("no geometry of a GeoPackage")
    envelope = _ENVELOPE_BYTES[(blob[3] >> 1) & 7]
    yield from _lines_of_wkb(blob, 8 + envelope)[0]


def _lines_of_wkb(data: bytes, start: int) -> tuple[list[NDArray[np.float64]], int]:
    """Return the lines of well-known binary and where it ends."""
    mark = "<" if data[start] == 1 else ">"
    code, count = struct.unpack_from(f"{mark}II", data, start + 1)
    kind, dimensions = (code & ~_EWKB_FLAGS) % 1000, 2 + _more_dimensions(code)
    at = start + 9
    if kind == _LINE:
        values = np.frombuffer(data, dtype=f"{mark}f8", count=count * dimensions, offset=at)
        line = values.reshape(count, dimensions)[:, :2].astype(float)
        return [line], at + values.nbytes
    if kind == _MANY_LINES and count <= _MOST_PARTS:
        lines: list[NDArray[np.float64]] = []
        for _ in range(count):
            part, at = _lines_of_wkb(data, at)
            lines += part
        return lines, at
    return [], len(data)


def _more_dimensions(code: int) -> int:
    """Return how many numbers a point has beyond two, by ISO's thousands and by the flags of EWKB."""
    iso = (code & ~_EWKB_FLAGS) // 1000
    return {0: 0, 1: 1, 2: 1, 3: 2}.get(iso, 0) + bool(code & 0x80000000) + bool(code & 0x40000000)


def _degrees(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points of web maps, metres, as longitude and latitude in degrees."""
    lon = np.degrees(line[:, 0] / _MERCATOR_RADIUS)
    lat = np.degrees(2 * np.arctan(np.exp(line[:, 1] / _MERCATOR_RADIUS)) - np.pi / 2)
    return np.column_stack((lon, lat))
