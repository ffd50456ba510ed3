"""Points joined to the nearest road: places within a stated distance, and ends of roads that only just miss another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from corridor.scenario.checks.whereabouts import haversine_km
from corridor.sources.roads.ways import Ways, vectors

END_KM = 0.05
"""An end of a road this near to another is joined to it: 50 m, for lines drawn by hand or cut at a border."""

_STEP_KM = 1.0


class Nearest(NamedTuple):
    """The nearest point of the roads to each of some points: (point,); segment is -1 where none is near enough.

    `segment` is the vertex at which the segment begins, `fraction` how far along it, `off_km` how far from the point,
    to the kilometre where no segment is near enough.
    """

    segment: NDArray[np.int64]
    fraction: NDArray[np.float64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    off_km: NDArray[np.float64]


@dataclass(frozen=True)
class Roads:
    """The roads, ready to be searched for what is nearest: points along every segment, at most a kilometre apart."""

    ways: Ways
    segment: NDArray[np.int64]
    tree: KDTree

    def nearest(self, lat: NDArray[np.float64], lon: NDArray[np.float64], within_km: float) -> Nearest:
        """Return the nearest point of the roads to each point: its foot on the nearest segment."""
        points = vectors(lat, lon)
        distance, _ = self.tree.query(points)
        reach = np.minimum(distance, within_km) + _STEP_KM
        near = self.tree.query_ball_point(points, reach)
        rows = [self.foot(self.segment[one], float(lat[k]), float(lon[k])) for k, one in enumerate(near)]
        table = np.array(rows, dtype=float).reshape(-1, 5)
        segment = table[:, 0].astype(np.int64)
        segment[table[:, 4] > within_km] = -1
        return Nearest(segment, table[:, 1], table[:, 2], table[:, 3], np.minimum(table[:, 4], distance + _STEP_KM))

    def around(self, lat: float, lon: float, within_km: float) -> NDArray[np.int64]:
        """Return the segments that may come within a distance of a point, and some that do not."""
        point = vectors(np.array([lat]), np.array([lon]))[0]
        near: NDArray[np.int64] = self.segment[self.tree.query_ball_point(point, within_km + _STEP_KM / 2)]
        return near

    def foot(self, segments: NDArray[np.int64], lat: float, lon: float) -> tuple[float, float, float, float, float]:
        """Return segment, fraction, latitude, longitude and distance of the foot of a point, on a plane around it."""
        if not segments.size:
            return (-1, 0.0, 0.0, 0.0, np.inf)
        ways, start = self.ways, np.unique(segments)
        shrink = np.cos(np.radians(lat))
        ax, ay = _turn(ways.lon[start] - lon) * shrink, ways.lat[start] - lat
        dx, dy = _turn(ways.lon[start + 1] - ways.lon[start]) * shrink, ways.lat[start + 1] - ways.lat[start]
        squared = dx**2 + dy**2
        along = np.divide(-(ax * dx + ay * dy), squared, out=np.zeros_like(ax), where=squared > 0)
        fraction = np.clip(along, 0.0, 1.0)
        best = int(np.argmin((ax + fraction * dx) ** 2 + (ay + fraction * dy) ** 2))
        foot_lat = float(lat + ay[best] + fraction[best] * dy[best])
        foot_lon = float(_turn(np.array(lon + (ax[best] + fraction[best] * dx[best]) / shrink)))
        return (
            float(start[best]),
            float(fraction[best]),
            foot_lat,
            foot_lon,
            haversine_km(lat, lon, foot_lat, foot_lon),
        )


def _turn(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return differences of longitudes the short way round, across the 180th meridian too."""
    return (degrees + 180.0) % 360.0 - 180.0


def roads_of(ways: Ways) -> Roads:
    """Return the roads with points along every segment."""
    km = ways.segment_km
    begins = np.flatnonzero(~ways.is_last)
    pieces = np.maximum(1, np.ceil(km[begins] / _STEP_KM)).astype(np.int64)
    owner = np.repeat(begins, pieces)
    within = np.arange(owner.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    part = (within + 0.5) / np.repeat(pieces, pieces)
    lat = ways.lat[owner] + part * (ways.lat[owner + 1] - ways.lat[owner])
    lon = ways.lon[owner] + part * _turn(ways.lon[owner + 1] - ways.lon[owner])
    return Roads(ways, owner, KDTree(vectors(lat, lon), balanced_tree=False, compact_nodes=False))


def with_ends_joined(ways: Ways) -> tuple[Ways, int]:
    """Return the ways with each loose end that only just misses another road joined to it, and how many were.

    An end is loose if no other segment begins or ends there.
    """
    begins = np.flatnonzero(~ways.is_last)
    degree = np.bincount(np.concatenate((ways.node[begins], ways.node[begins + 1])), minlength=ways.n_nodes)
    ends = np.unique(np.concatenate((ways.first[:-1], ways.first[1:] - 1)))
    loose = ends[degree[ways.node[ends]] == 1]
    roads = roads_of(ways)
    segments, fractions, ends_joined = [], [], []
    for vertex in loose.tolist():
        lat, lon, node = float(ways.lat[vertex]), float(ways.lon[vertex]), ways.node[vertex]
        near = roads.around(lat, lon, END_KM)
        others = near[(ways.node[near] != node) & (ways.node[near + 1] != node)]
        at, part, _, _, off = roads.foot(others, lat, lon)
        if off <= END_KM:
            segments.append(int(at))
            fractions.append(part)
            ends_joined.append(vertex)
    if not segments:
        return ways, 0
    ends = np.array(ends_joined)
    points = (ways.lat[ends], ways.lon[ends])
    return ways.with_vertices(np.array(segments), np.array(fractions), points, ways.node[ends]), len(segments)
