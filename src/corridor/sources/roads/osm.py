"""Roads of an extract of OpenStreetMap (.osm.pbf), by pyosmium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corridor.errors import UsageError
from corridor.sources.roads.ways import CLASSES, Ways, ways_of
from corridor.sources.tables.sheets import refused

_WKB_HEAD = 9


def read_osm(path: Path) -> Ways:
    """Return the roads of an extract: ways whose highway is of a class that joins places.

    Raises
    ------
    UsageError
        The extra that reads extracts is not installed.
    ScenarioError
        The file is damaged.
    """
    try:
        import osmium  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        message = "Reading .osm.pbf needs the extra: pip install 'corridor[sources]'. GeoJSON and GeoPackage need none."
        raise UsageError(message) from error
    tags = osmium.filter.TagFilter(*(("highway", name) for name in CLASSES))
    ways = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(tags)
    factory = osmium.geom.WKBFactory()
    lines: list[NDArray[np.float64]] = []
    try:
        for road in ways:
            assert isinstance(road, osmium.osm.Way), "filtered"
            try:
                line = bytes.fromhex(factory.create_linestring(road))
            except (
                osmium.InvalidLocationError,
                RuntimeError,
                ValueError,
            ):  # a node beyond the edge of the extract, or all in one point
                lines += _known_parts(road)
            else:
                lines.append(np.frombuffer(line, dtype="<f8", offset=_WKB_HEAD).reshape(-1, 2))
    except RuntimeError as error:
        what = f"the extract is damaged: {error}."
        raise refused(path.name, "S005", what, "Download it again.") from None
    return ways_of(lines)


def _known_parts(road: object) -> Iterator[NDArray[np.float64]]:
    """Yield the parts of a way whose points are in the extract."""
    run: list[tuple[float, float]] = []
    for node in getattr(road, "nodes", ()):
        if node.location.valid():
            run.append((node.lon, node.lat))
        elif run:
            yield np.array(run)
            run = []
    if run:
        yield np.array(run)
