"""Parts of the day that are alike: from which people who come to a position get as far today, by any way.

Under Flee's rules people have a full day's travel again after each arrival, as long as less than that lies behind them
today. How much lies behind decides nothing but whether they may go on at the end of a route. Most of what can lie
behind people decides this alike for all ways ahead, so that those who come with one or the other move together: in the
public instances of Flee there are two to four times as many parts of the day as there are kinds of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from corridor.engine.program import Ints, Table

MOST_PARTS = 1 << 17
"""Positions and parts of the day that are looked at; where there are more, none are brought together."""

MOST_HOPS = 64
"""Hops of a day that are followed; where people make more, none are brought together."""


class _Hops(NamedTuple):
    """Hops after which people may go on today, in order of the position that they set out from."""

    first: Ints  # (i + 1,) where the hops of each position begin
    length: Ints
    speed: Ints
    rest: Ints  # the position at the end


def merged_parts(clock: Table, place: Table, rest: Table, hop: Table, road: Table) -> tuple[Ints, Ints]:
    """Return where the rows of each position of rest begin, and the latest parts of the day that are alike, in order.

    There are no rows where nothing is brought together: where time is counted, which has few parts, and where people
    remember what they have travelled today.
    """
    none = np.zeros(rest.size + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if clock.counts_time[0] or clock.minds_stints[0]:
        return none
    hops = _hops_of(place, rest, hop)
    most = int(max(hop.speed.max(initial=0), hop.slow_speed.max(initial=0))) + 1
    known = _reached(hops, _beginnings(rest, road, most), most)
    if known is None:
        return none
    keys = np.unique(known // most * most + _latest(hops, known, most))
    return np.searchsorted(keys, most * np.arange(rest.size + 1)), keys % most


def _hops_of(place: Table, rest: Table, hop: Table) -> _Hops:
    """Return the hops from each position of rest, on usual and on slow days."""
    paths = hop.size // 2 if rest.walks.any() else hop.size
    bound = rest.path >= 0
    first = np.where(bound, rest.path, place.first_path[rest.place])
    count = np.where(bound, 1, place.last_path[rest.place] - first)
    begins, n = _each(count)
    row = first[begins] + n + np.where(rest.walks, paths, 0)[begins]
    begins, row = np.tile(begins, 2), np.tile(row, 2)
    speed = np.where(np.arange(row.size) < row.size // 2, hop.speed[row], hop.slow_speed[row])
    goes_on = np.flatnonzero(hop.goes_on[row] & (speed > hop.length[row]) & (hop.rest[row] >= 0))
    order = goes_on[np.argsort(begins[goes_on], kind="stable")]
    starts = np.searchsorted(begins[order], np.arange(rest.size + 1))
    return _Hops(starts, hop.length[row[order]], speed[order], hop.rest[row[order]])


def _each(count: Ints) -> tuple[Ints, Ints]:
    """Return for each of so many things of some owners, owner after owner, the owner and its number among those."""
    owner = np.repeat(np.arange(count.size), count)
    return owner, np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)


def _beginnings(rest: Table, road: Table, most: int) -> Ints:
    """Return positions with the part of the day at which people begin there, as one number: position times most."""
    begun = [most * np.arange(rest.size)]
    for target, used in ((road.rest, road.used), (road.slow_rest, road.slow_used), (road.shut_rest, road.shut_used)):
        goes_on = (target >= 0) & (used >= 0)
        begun.append(most * target[goes_on] + used[goes_on])
    return np.unique(np.concatenate(begun))


def _ahead(hops: _Hops, known: Ints, most: int) -> tuple[Ints, Ints, Ints]:
    """Return all hops from what is known: its number, the hop, and what is reached, -1 where the day ends there."""
    i, used = known // most, known % most
    begins, n = _each(hops.first[i + 1] - hops.first[i])
    hop = hops.first[i[begins]] + n
    end = used[begins] + hops.length[hop]
    return begins, hop, np.where(end < hops.speed[hop], most * hops.rest[hop] + end, -1)


def _reached(hops: _Hops, beginnings: Ints, most: int) -> Ints | None:
    """Return all that people reach within a day, in order; None where that is too much."""
    known = new = beginnings
    for _ in range(MOST_HOPS):
        if known.size > MOST_PARTS:
            return None
        reached = np.unique(_ahead(hops, new, most)[2])
        new = np.setdiff1d(reached[reached >= 0], known, assume_unique=True)
        if new.size == 0:
            return known
        known = np.union1d(known, new)
    return None


def _latest(hops: _Hops, known: Ints, most: int) -> Ints:
    """Return for all that is known the latest part of the day from which the same is reached.

    What is reached after a hop must stay the same, and must stay reached. The latest part of where it leads may be
    found to be earlier than was thought, so that all are worked out again until none changes.
    """
    begins, hop, reached = _ahead(hops, known, most)
    goes_on = reached >= 0
    begins, length = begins[goes_on], hops.length[hop[goes_on]]
    last, to = hops.speed[hop[goes_on]] - 1, np.searchsorted(known, reached[goes_on])
    latest, before = np.full(known.size, most - 1), np.zeros(0, dtype=np.int64)
    while not np.array_equal(latest, before):
        before = latest.copy()
        np.minimum.at(latest, begins, np.minimum(last, before[to]) - length)
    return latest
