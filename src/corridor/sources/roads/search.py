"""Dijkstra's search from one place over the roads, compiled: it ends where every way on passes near another place."""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from corridor.sources.roads.network import Arcs


class Cells(NamedTuple):
    """The nearest place of each node, -1 if none; its distance in kilometres; whether a place stands there: (node,)."""

    place: NDArray[np.int64]
    km: NDArray[np.float64]
    is_place: NDArray[np.bool_]


class Front(NamedTuple):
    """What a search knows of each node, overwritten by the next: (node,).

    `km` is how far it is, infinite if it has not been reached; `came` the last arc of the shortest way to it. `passed`
    is how near that way has come to a third place in the cells that it has left, and `own` how near to the place of
    the cell that it is in, kilometres: to call there and come back is twice as long.
    """

    km: NDArray[np.float64]
    passed: NDArray[np.float64]
    own: NDArray[np.float64]
    came: NDArray[np.int64]


@njit(cache=True, nogil=True)
def search(
    arcs: Arcs, cells: Cells, front: Front, start: int, longer: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the nodes of the places that are met from one of them, nearest first, and which may be neighbours.

    Parameters
    ----------
    arcs
        The roads.
    cells
        The nearest place of each node.
    front
        Filled by the search; `km` must be infinite everywhere.
    start
        The node of the place.
    longer
        A place lies between if calling there lengthens the way by no more than this fraction.
    """
    nodes, is_near = [0 for _ in range(0)], [False for _ in range(0)]
    front.km[start], front.passed[start], front.own[start], front.came[start] = 0.0, np.inf, np.inf, -1
    heap = [(0.0, start)]
    hopeful = 1
    while hopeful > 0 and len(heap) > 0:
        km, node = heapq.heappop(heap)
        if km > front.km[node]:
            continue
        near = 2.0 * front.passed[node] > longer * km
        hopeful -= near
        if cells.is_place[node] and node != start:
            nodes.append(node)
            is_near.append(near)
        for arc in range(arcs.first[node], arcs.first[node + 1]):
            other, further = arcs.stop[arc], km + arcs.km[arc]
            if further >= front.km[other]:
                continue
            if front.km[other] < np.inf:
                hopeful -= 2.0 * front.passed[other] > longer * front.km[other]
            passed, own = front.passed[node], front.own[node]
            if cells.place[other] != cells.place[node]:
                passed, own = min(passed, own), np.inf
            if cells.place[other] != cells.place[start]:
                own = min(own, cells.km[other])
            front.km[other], front.passed[other], front.own[other], front.came[other] = further, passed, own, arc
            hopeful += 2.0 * passed > longer * further
            heapq.heappush(heap, (further, other))
    return np.array(nodes, dtype=np.int64), np.array(is_near, dtype=np.bool_)
