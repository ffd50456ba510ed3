"""Ways: lines of road as arrays of vertices; vertices at one point are one node of the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corridor.scenario.checks.whereabouts import EARTH_KM

CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "motorway_link",
    "trunk_link",
    "primary_link",
    "secondary_link",
    "tertiary_link",
    "unclassified",
    "road",
    "track",
)
"""Classes of OpenStreetMap's key highway that join places; streets, footpaths and driveways do not."""

CLASS_COLUMNS = ("highway", "fclass")
"""Names under which tables hold the class of a road: OpenStreetMap's own, and that of Geofabrik's extracts."""

_E7 = 10_000_000
_LON_STEPS = 360 * _E7 + 1


@dataclass(frozen=True)
class Ways:
    """Lines of road, one after the other.

    `lat` and `lon`: (vertex,), degrees. `node`: (vertex,), which node of the network it is. `first`: (way + 1,), the
    index of the first vertex of each way, and at the end the number of vertices.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    node: NDArray[np.int64]
    first: NDArray[np.int64]

    @property
    def n_nodes(self) -> int:
        """Return the number of nodes."""
        return int(self.node.max()) + 1 if self.node.size else 0

    @property
    def is_last(self) -> NDArray[np.bool_]:
        """Return whether no segment begins at a vertex: (vertex,)."""
        last = np.zeros(self.lat.size, dtype=bool)
        last[self.first[1:] - 1] = True
        return last

    @property
    def segment_km(self) -> NDArray[np.float64]:
        """Return the length of the segment that begins at a vertex, kilometres; 0 at the end of a way: (vertex,)."""
        km = np.zeros(self.lat.size)
        if self.lat.size > 1:
            km[:-1] = lengths_km(self.lat[:-1], self.lon[:-1], self.lat[1:], self.lon[1:])
        km[self.is_last] = 0.0
        return km

    def with_vertices(
        self,
        segment: NDArray[np.int64],
        fraction: NDArray[np.float64],
        point: tuple[NDArray[np.float64], NDArray[np.float64]],
        node: NDArray[np.int64],
    ) -> Ways:
        """Return the ways with more vertices within their segments.

        Parameters
        ----------
        segment
            The vertex at which the segment begins.
        fraction
            How far along the segment.
        point
            Latitude and longitude of the vertices.
        node
            Which nodes they are.
        """
        order = np.lexsort((fraction, segment))
        at = segment[order] + 1
        before = np.searchsorted(at, self.first, side="left")
        lat, lon = point
        return Ways(
            np.insert(self.lat, at, lat[order]),
            np.insert(self.lon, at, lon[order]),
            np.insert(self.node, at, node[order]),
            self.first + before,
        )


def ways_of(lines: Iterable[NDArray[np.float64]]) -> Ways:
    """Return ways from lines of (vertex, 2) longitude and latitude, degrees; lines of one point are passed over.

    Vertices that agree to the seventh decimal, a centimetre, are one node.
    """
    long_enough = [line for line in lines if len(line) > 1]
    if not long_enough:
        nothing = np.zeros(0)
        return Ways(nothing, nothing, nothing.astype(np.int64), np.zeros(1, dtype=np.int64))
    points = np.concatenate(long_enough)
    lon, lat = points[:, 0], points[:, 1]
    key = (np.rint(lat * _E7).astype(np.int64) + 90 * _E7) * _LON_STEPS + np.rint(lon * _E7).astype(np.int64)
    node = np.unique(key, return_inverse=True)[1].astype(np.int64)
    first = np.concatenate(([0], np.cumsum([len(line) for line in long_enough]))).astype(np.int64)
    return Ways(lat.copy(), lon.copy(), node, first)


def joined(files: Sequence[Ways]) -> Ways:
    """Return the ways of several files as those of one."""
    if len(files) == 1:
        return files[0]
    return ways_of(
        np.column_stack((ways.lon[start:stop], ways.lat[start:stop])).reshape(-1, 2)
        for ways in files
        for start, stop in zip(ways.first[:-1], ways.first[1:], strict=True)
    )


def lengths_km(
    lat: NDArray[np.float64], lon: NDArray[np.float64], other_lat: NDArray[np.float64], other_lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return great-circle distances in kilometres between points in degrees, by the haversine formula."""
    a, b = np.radians(lat), np.radians(other_lat)
    chord = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(other_lon - lon) / 2) ** 2
    km: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return km


def vectors(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points in degrees as (point, 3), kilometres from the centre of the earth."""
    a, b = np.radians(lat), np.radians(lon)
    return EARTH_KM * np.column_stack((np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)))
