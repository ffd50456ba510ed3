"""Neighbours without a road file: great-circle distances times a detour factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from corridor.sources.roads.neighbours import Link
from corridor.sources.roads.ways import lengths_km, vectors

DETOUR = 1.3
"""How much longer roads are than the great circle: between 1.1 and 1.5 in most countries, more where there are few.

Ballou, Rahardja and Sakagami (2002), Transportation Research Part A 36(9), doi:10.1016/S0965-8564(01)00044-1.
"""

_ROUNDING = 1e-9


def straight_links(lat: NDArray[np.float64], lon: NDArray[np.float64], detour: float) -> tuple[Link, ...]:
    """Return links between places that no third lies between, as long as the great circle times a factor.

    A third place lies between two if it is in the circle around the middle between them that both lie on: what is
    left is the graph of Gabriel and Sokal (1969, doi:10.2307/2412323), in which every place is reached.

    Parameters
    ----------
    lat, lon
        Where the places are: (place,), degrees.
    detour
        The factor.
    """
    points = vectors(lat, lon)
    tree = KDTree(points)
    links: list[Link] = []
    for one in range(len(points) - 1):
        others = np.arange(one + 1, len(points))
        radius = np.linalg.norm(points[others] - points[one], axis=1) / 2
        nearest, _ = tree.query((points[others] + points[one]) / 2)
        for other in others[nearest >= radius - _ROUNDING].tolist():
            km = float(lengths_km(lat[[one]], lon[[one]], lat[[other]], lon[[other]])[0])
            ends = tuple((float(lat[place]), float(lon[place])) for place in (one, other))
            links.append(Link(one, other, km * detour, ends))
    return tuple(links)
