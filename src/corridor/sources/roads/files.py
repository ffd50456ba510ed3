"""Which kind of road file a file is, and its ways: GeoJSON, GeoPackage, or an extract of OpenStreetMap."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corridor.sources.roads.geojson import read_geojson
from corridor.sources.roads.geopackage import read_geopackage
from corridor.sources.roads.osm import read_osm
from corridor.sources.roads.ways import Ways, joined
from corridor.sources.tables.sheets import refused

MAX_BYTES = 4_000_000_000
"""A larger file is refused before it is read: extracts of the largest countries have this size."""

OSM_LICENCE = "© OpenStreetMap contributors, ODbL"
"""What has to stand beside what is taken from OpenStreetMap."""

_SQLITE, _ZIP = b"SQLite format 3\0", b"PK\x03\x04"
_HEAD = 64
_KINDS = "Name a GeoJSON file, a GeoPackage (.gpkg), or an extract of OpenStreetMap (.osm.pbf)."


@dataclass(frozen=True)
class RoadFile:
    """A road file as it was read: its name, its digest, whose data it holds."""

    name: str
    digest: str
    licence: str = ""


def read_roads(paths: Sequence[Path]) -> tuple[Ways, tuple[RoadFile, ...]]:
    """Return the ways of road files, together, and what files they were.

    Raises
    ------
    ScenarioError
        A file is missing, empty, too large, of another kind or damaged, or none holds a road.
    """
    read = [_read(path) for path in paths]
    ways = joined([one for one, _ in read])
    if not ways.lat.size:
        what = "no road is in it: no line, or none of a class that joins places."
        raise refused(paths[0].name, "S022", what, "Choose the layer of roads; streets and paths are not read.")
    return ways, tuple(file for _, file in read)


def _read(path: Path) -> tuple[Ways, RoadFile]:
    if not path.is_file():
        raise refused(path.name, "S001", "there is no such file.", _KINDS)
    size = path.stat().st_size
    if size > MAX_BYTES:
        what = f"the file has {size:,} bytes; more than {MAX_BYTES:,} are not read."
        raise refused(path.name, "S002", what, "Cut it to the area that the scenario is about.")
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not head.strip():
        raise refused(path.name, "S003", "the file is empty.", "Download or save it again.")
    if head.startswith(_SQLITE):
        return read_geopackage(path), RoadFile(path.name, digest)
    if b"OSMHeader" in head:
        return read_osm(path), RoadFile(path.name, digest, OSM_LICENCE)
    if head.startswith(_ZIP):
        fix = "Unpack it. A shapefile becomes a GeoPackage in a GIS: Export, Save Features As, GeoPackage."
        raise refused(path.name, "S020", "this is an archive, not a file of roads.", fix)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_geojson(path), RoadFile(path.name, digest)
    raise refused(path.name, "S020", "this is no file of roads that can be read.", _KINDS)
