"""The network of roads: pieces between junctions, with the places that stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor.sources.roads.ways import Ways


class Arcs(NamedTuple):
    """Pieces of road as they leave their nodes, node by node.

    `first`: (node + 1,), the first arc of each node. `start` and `stop`: (arc,), its nodes. `km`: (arc,), its length.
    `piece`: (arc,), which piece it is.
    """

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    km: NDArray[np.float64]
    piece: NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """Pieces of road between nodes at which there is a choice, or a place.

    `start` and `stop`: (piece,), the first vertex of a piece in the ways and its last.
    """

    ways: Ways
    start: NDArray[np.int64]
    stop: NDArray[np.int64]
    arcs: Arcs

    def points(self, arc: int) -> list[tuple[float, float]]:
        """Return the way of an arc from its start to its stop: latitude and longitude, degrees."""
        piece = int(self.arcs.piece[arc])
        span = slice(int(self.start[piece]), int(self.stop[piece]) + 1)
        points = list(zip(self.ways.lat[span].tolist(), self.ways.lon[span].tolist(), strict=True))
        return points if self.ways.node[self.start[piece]] == self.arcs.start[arc] else points[::-1]


def network_of(ways: Ways, places: NDArray[np.int64]) -> Network:
    """Return the network of some ways.

    Parameters
    ----------
    ways
        Lines of road; a segment that stands in two of them counts once.
    places
        Nodes at which places stand: no piece passes over one.
    """
    own = _segments_once(ways)
    degree = np.bincount(np.concatenate((ways.node[own], ways.node[own + 1])), minlength=ways.n_nodes)
    is_break = degree != 2  # noqa: PLR2004 - on the way, not at a junction
    is_break[places] = True
    goes_on = np.zeros(ways.lat.size + 1, dtype=bool)
    goes_on[own + 1] = True
    starts = own[~goes_on[own] | is_break[ways.node[own]]]
    piece = np.searchsorted(starts, own, side="right") - 1
    km: NDArray[np.float64] = np.bincount(piece, weights=ways.segment_km[own], minlength=starts.size).astype(float)
    stops = np.zeros(starts.size, dtype=np.int64)
    np.maximum.at(stops, piece, own + 1)
    return Network(ways, starts, stops, _arcs(ways.node[starts], ways.node[stops], km, ways.n_nodes))


def _segments_once(ways: Ways) -> NDArray[np.int64]:
    """Return the vertices at which segments begin, without those that stand twice or lead nowhere."""
    at = np.flatnonzero(~ways.is_last)
    one, other = ways.node[at], ways.node[at + 1]
    key = np.minimum(one, other) * ways.n_nodes + np.maximum(one, other)
    once = np.sort(np.unique(key, return_index=True)[1])
    segments: NDArray[np.int64] = at[once][one[once] != other[once]]
    return segments


def _arcs(one: NDArray[np.int64], other: NDArray[np.int64], km: NDArray[np.float64], n_nodes: int) -> Arcs:
    start, stop = np.concatenate((one, other)), np.concatenate((other, one))
    order = np.argsort(start, kind="stable")
    first = np.searchsorted(start[order], np.arange(n_nodes + 1))
    piece = np.tile(np.arange(one.size), 2)[order]
    return Arcs(first, start[order], stop[order], np.tile(km, 2)[order], piece)
