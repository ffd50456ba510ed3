"""A day's travel of expected people: carried forward through the nodes, once a day, without a draw.

What :mod:`verification.expected.day_matrix` puts into a matrix, worked out for one distribution of people alone.
That takes as many steps as there are hops, so that a matrix of its own is never needed for a day on which
some camp is crowded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from corridor.engine.program import Bools, Floats, Network, Table


class Today(NamedTuple):
    """What travel needs to know of a day.

    Attributes
    ----------
    share
        Shape (o,): chance of each option among those of its place.
    is_takeable
        Shape (o,): whether the whole way is open.
    is_open
        Shape (r,): whether each route is open.
    turned
        Shape (p,): whether people on the way to a camp give up for the day, because it is nearly full.
    chance
        Shape (n,): chance that people at each node move on.
    """

    share: Floats
    is_takeable: Bools
    is_open: Bools
    turned: Bools
    chance: Floats


def chances_to_move(network: Network, rates: Table, place: Table) -> Floats:
    """Return the chance that people at each node move on, (n,).

    Parameters
    ----------
    network
        The map.
    rates
        Shape (p,): rates of each place.
    place
        Shape (p,): state of each place in the period.
    """
    node = network.node
    fights = place.conflict > 0
    rate = np.where(fights, rates.move_conflict, np.where(place.suspended, rates.move_town, rates.move))
    is_quiet_town = (network.place.is_town | place.suspended) & ~fights
    chance = np.minimum(1.0, rate)[node.place]
    all_go = (node.keeps_going & is_quiet_town[node.place]) | ((node.path >= 0) & ~network.rule_flags.waits[0])
    return np.where(node.first_hop >= node.last_hop, 0.0, np.where(all_go, 1.0, chance))


@njit(cache=True, nogil=True)
def carry(network: Network, today: Today, people: Floats) -> Floats:
    """Return the expected people of each slot a day later, (s,).

    Parameters
    ----------
    network
        The map.
    today
        What holds today.
    people
        Shape (s,): people when the day begins.
    """
    reached = np.zeros(network.node.place.size)
    ended = people.copy()
    for i in range(network.road.slot.size):
        ended[network.road.slot[i]] = 0.0
    for i in range(network.rester.slot.size):
        ended[network.rester.slot[i]] = 0.0
        reached[network.rester.node[i]] += people[network.rester.slot[i]]
    for i in range(network.road.slot.size):
        _travel(network, today, people[network.road.slot[i]], i, ended, reached)
    for n in range(reached.size):
        if reached[n] > 0.0:
            _go_on(network, today, n, ended, reached)
    return ended


@njit(cache=True, nogil=True)
def _put(many: float, node: int, slot: int, ended: Floats, reached: Floats) -> None:
    if node >= 0:
        reached[node] += many
    else:
        ended[slot] += many


@njit(cache=True, nogil=True)
def _travel(network: Network, today: Today, many: float, i: int, ended: Floats, reached: Floats) -> None:
    """Let people on the way get on by a day."""
    road = network.road
    if many <= 0.0:
        return
    if not today.is_open[road.route[i]]:
        _put(many, road.shut_node[i], road.shut_slot[i], ended, reached)
        return
    slow = network.slow[road.route[i]] if road.slow_node[i] >= 0 or road.slow_next[i] >= 0 else 0.0
    _put(many * (1.0 - slow), road.node[i], road.next[i], ended, reached)
    if slow > 0.0:
        _put(many * slow, road.slow_node[i], road.slow_next[i], ended, reached)


@njit(cache=True, nogil=True)
def _go_on(network: Network, today: Today, n: int, ended: Floats, reached: Floats) -> None:
    """Let people at a node stay, or take the way that they are bound to or one of those open to them."""
    node = network.node
    p, bound, chance = node.place[n], node.path[n], today.chance[n]
    first, last = network.place.first_path[p], network.place.last_path[p]
    goes = chance > 0.0 and (bound >= 0 or today.share[first:last].sum() > 0.0)
    if not goes:
        ended[node.stay[n]] += reached[n]
        return
    ended[node.stay[n]] += reached[n] * (1.0 - chance)
    begin, end = (first, last) if bound < 0 else (bound, bound + 1)
    for o in range(begin, end):
        many = reached[n] * chance * (today.share[o] if bound < 0 else 1.0)
        if many <= 0.0:
            continue
        if today.turned[network.path.destination[o]] or (bound >= 0 and not today.is_takeable[o]):
            ended[node.drop[n]] += many
            continue
        h = node.first_hop[n] + o - first
        slow = network.slow[network.path.route[o]]
        _put(many * (1.0 - slow), network.hop.node[h], network.hop.slot[h], ended, reached)
        if slow > 0.0:
            _put(many * slow, network.hop.slow_node[h], network.hop.slow_slot[h], ended, reached)
