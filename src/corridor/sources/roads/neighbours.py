"""Which places are neighbours on the roads: no third place lies between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from corridor.sources.roads.network import Network
from corridor.sources.roads.search import Cells, Front, search

LONGER_FRACTION = 0.1
"""A third place lies between two if the way through it is at most a tenth longer than the shortest.

Schweimer et al. (2021), Scientific Reports 11, doi:10.1038/s41598-021-90943-8, prune networks by such triangles.
"""

_LEAST_KM = 1e-6


class Link(NamedTuple):
    """The shortest way between two neighbouring places: their numbers, its length, its points in degrees."""

    one: int
    other: int
    km: float
    points: tuple[tuple[float, float], ...]


def links_of(network: Network, nodes: NDArray[np.int64]) -> tuple[Link, ...]:
    """Return the shortest way between every two neighbouring places.

    Parameters
    ----------
    network
        The roads.
    nodes
        The node of each place: (place,).
    """
    n_nodes = network.arcs.first.size - 1
    cells = _cells(network, nodes)
    front = Front(np.empty(n_nodes), np.empty(n_nodes), np.empty(n_nodes), np.empty(n_nodes, dtype=np.int64))
    km: list[dict[int, float]] = [{} for _ in nodes]
    ways: dict[tuple[int, int], list[int]] = {}
    for origin, node in enumerate(nodes.tolist()):
        front.km.fill(np.inf)
        met, is_near = search(network.arcs, cells, front, node, LONGER_FRACTION)
        lengths = np.maximum(front.km[met], _LEAST_KM).tolist()
        for other, length, near in zip(met.tolist(), lengths, is_near.tolist(), strict=True):
            place = int(cells.place[other])
            km[origin][place] = km[place][origin] = length
            if near and place > origin:
                ways[origin, place] = _arcs_to(network, front, node, other)
    return tuple(
        Link(one, other, km[one][other], _points(network, arcs))
        for (one, other), arcs in sorted(ways.items())
        if not _is_between(km[one], km[other], km[one][other])
    )


def _cells(network: Network, nodes: NDArray[np.int64]) -> Cells:
    """Return the nearest place of each node, by one search from all of them; -1 where none can be reached."""
    arcs = network.arcs
    n_nodes = arcs.first.size - 1
    graph = csr_array((np.maximum(arcs.km, _LEAST_KM), arcs.stop, arcs.first), shape=(n_nodes, n_nodes))
    km, _, nearest = dijkstra(graph, indices=nodes, min_only=True, return_predecessors=True)
    number = np.full(n_nodes + 1, -1, dtype=np.int64)
    number[nodes] = np.arange(nodes.size)
    is_place = np.zeros(n_nodes, dtype=np.bool_)
    is_place[nodes] = True
    return Cells(number[np.where(np.isfinite(km), nearest, n_nodes)], km, is_place)


def _arcs_to(network: Network, front: Front, start: int, node: int) -> list[int]:
    """Return the arcs of the shortest way to a node, from the start on."""
    arcs: list[int] = []
    while node != start:
        arcs.append(int(front.came[node]))
        node = int(network.arcs.start[arcs[-1]])
    return arcs[::-1]


def _is_between(one: dict[int, float], other: dict[int, float], direct: float) -> bool:
    """Whether the way through any third place is hardly longer, by the distances of both places from the others."""
    few, many = sorted((one, other), key=len)
    longest = (1 + LONGER_FRACTION) * direct
    return any(
        length < direct and many.get(place, np.inf) < direct and length + many[place] <= longest
        for place, length in few.items()
    )


def _points(network: Network, arcs: Iterable[int]) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    for arc in arcs:
        points += network.points(arc)[bool(points) :]
    return tuple(points)
