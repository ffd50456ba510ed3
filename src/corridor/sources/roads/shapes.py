"""The shape of a way, simplified for a map: few points that stay near the road."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

MOST_POINTS = 20
"""A shape has no more points, its ends included."""

OFF_FRACTION = 0.005
"""Points are left out while the line stays this near to the road, as a fraction of the length of the way."""

_KM_PER_DEGREE = 111.2


def simplified(points: Sequence[tuple[float, float]], km: float) -> tuple[tuple[float, float], ...]:
    """Return the points of a way that matter most, latitude and longitude: the farthest from the line is taken first.

    That is the rule of Douglas and Peucker (1973, doi:10.3138/FM57-6770-U75U-7727), stopped at a number of points.

    Parameters
    ----------
    points
        The way.
    km
        Its length.
    """
    if len(points) < 3:  # noqa: PLR2004 - nothing between the ends
        return tuple(points)
    plane = np.array(points)
    plane[:, 1] *= np.cos(np.radians(plane[:, 0].mean()))
    plane *= _KM_PER_DEGREE
    taken = {0, len(points) - 1}
    spans = [_span(plane, 0, len(points) - 1)]
    while spans and len(taken) < MOST_POINTS:
        distance, start, at, stop = heapq.heappop(spans)
        if -distance <= OFF_FRACTION * km:
            break
        taken.add(at)
        for one, other in ((start, at), (at, stop)):
            if other - one > 1:
                heapq.heappush(spans, _span(plane, one, other))
    return tuple(points[index] for index in sorted(taken))


def _span(plane: NDArray[np.float64], start: int, stop: int) -> tuple[float, int, int, int]:
    """Return the ends of a line with the point that lies farthest from it, in order of that distance, negative."""
    distance, at = _farthest(plane, start, stop)
    return (-distance, start, at, stop)


@njit(cache=True, nogil=True)
def _farthest(plane: NDArray[np.float64], start: int, stop: int) -> tuple[float, int]:
    """Return how far the point lies that is farthest from a line between two points, and which it is."""
    dx, dy = plane[stop, 0] - plane[start, 0], plane[stop, 1] - plane[start, 1]
    squared = dx * dx + dy * dy
    best, most = start, -1.0
    for index in range(start + 1, stop):
        x, y = plane[index, 0] - plane[start, 0], plane[index, 1] - plane[start, 1]
        along = min(1.0, max(0.0, (x * dx + y * dy) / squared)) if squared > 0.0 else 0.0
        off = math.hypot(x - along * dx, y - along * dy)
        if off > most:
            best, most = index, off
    return most, best
