"""A day's travel of expected people: carried forward through the nodes, once a day, without a draw.

What :mod:`verification.expected.day_matrix` puts into a matrix, worked out for one distribution of people alone.
That takes as many steps as there are hops, so that a matrix of its own is never needed for a day on which
some camp is crowded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from corridor.engine.program import CARRIED, STINT_STEPS

if TYPE_CHECKING:
    from corridor.engine.program import Bools, Floats, Network, Table
    from verification.expected.numbering import Day

    Slots = tuple[Floats, Floats]  # expected people in the slots of the evening, and in the cells of the day


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
        Shape (c,): chance that people at each cell move on.
    """

    share: Floats
    is_takeable: Bools
    is_open: Bools
    turned: Bools
    chance: Floats


def chances_to_move(network: Network, day: Day, rates: Table, place: Table) -> Floats:
    """Return the chance that people at each cell move on, (c,).

    Parameters
    ----------
    network, day
        The network, and every position of a day on it.
    rates
        Shape (p,): rates of each place.
    place
        Shape (p,): state of each place in the period.
    """
    node, kinds = day.node, int(network.clock.kinds[0])
    fights = place.conflict > 0
    rate = np.where(fights, rates.move_conflict, np.where(place.suspended, rates.move_town, rates.move))
    is_quiet_town = (network.place.is_town | place.suspended) & ~fights
    chance = np.minimum(1.0, rate)[node.place][:, None]
    is_short = np.arange(kinds) + node.moved[:, None] < STINT_STEPS
    keeps_going = (node.is_under_way & is_quiet_town[node.place])[:, None] & is_short
    all_go = keeps_going | ((node.path >= 0) & ~network.rule_flags.waits[0])[:, None]
    ends = (node.first_hop >= node.last_hop)[:, None]
    return np.where(ends, 0.0, np.where(all_go, 1.0, chance)).ravel()


@njit(cache=True, nogil=True)
def index_after(index: int, moved: float) -> int:
    """Return the recent-travel index after a day."""
    if moved >= 0.0:
        return int(round((index + moved) / 2.0))  # noqa: RUF046 - the compiler makes it a float
    return index if moved == CARRIED else 0


@njit(cache=True, nogil=True)
def carry(network: Network, day: Day, today: Today, people: Floats) -> Floats:
    """Return the expected people of each slot a day later, (s,).

    Parameters
    ----------
    network, day
        The network, and every position of a day on it.
    today
        What holds today.
    people
        Shape (s,): people when the day begins.
    """
    kinds = network.clock.kinds[0]
    reached = np.zeros(day.node.place.size * kinds)
    ended = people.copy()
    for i in range(day.road.slot.size):
        ended[day.road.slot[i] : day.road.slot[i] + kinds] = 0.0
    for i in range(day.rester.slot.size):
        for index in range(day.rester.kinds[i]):
            ended[day.rester.slot[i] + index] = 0.0
            reached[day.rester.cell[i] + index] += people[day.rester.slot[i] + index]
    for i in range(day.road.slot.size):
        for index in range(kinds):
            _travel(network, day, today, people[day.road.slot[i] + index], (i, index), (ended, reached))
    for c in range(reached.size):
        if reached[c] > 0.0:
            _go_on(network, day, today, c, ended, reached)
    return ended


@njit(cache=True, nogil=True)
def _put(many: float, cell: int, slot: int, shift: int, ended: Floats, reached: Floats) -> None:
    if cell >= 0:
        reached[cell + shift] += many
    else:
        ended[slot + shift] += many


@njit(cache=True, nogil=True)
def _travel(network: Network, day: Day, today: Today, many: float, position: tuple[int, int], to: Slots) -> None:
    """Let people on the way get on by a day."""
    road, (ended, reached) = day.road, to
    i, index = position
    if many <= 0.0:
        return
    if not today.is_open[road.route[i]]:
        _put(many, road.shut_cell[i], road.shut_slot[i], index_after(index, road.shut_moved[i]), ended, reached)
        return
    slow = network.slow[road.route[i]] if road.slow_cell[i] >= 0 or road.slow_next[i] >= 0 else 0.0
    _put(many * (1.0 - slow), road.cell[i], road.next[i], index_after(index, road.moved[i]), ended, reached)
    if slow > 0.0:
        shift = index_after(index, road.slow_moved[i])
        _put(many * slow, road.slow_cell[i], road.slow_next[i], shift, ended, reached)


@njit(cache=True, nogil=True)
def _go_on(network: Network, day: Day, today: Today, c: int, ended: Floats, reached: Floats) -> None:
    """Let people at a cell stay, or take the path that they are bound to or one of those open to them."""
    node, kinds = day.node, network.clock.kinds[0]
    n, index = c // kinds, c % kinds
    p, bound, chance = node.place[n], node.path[n], today.chance[c]
    first, last = network.place.first_path[p], network.place.last_path[p]
    goes = chance > 0.0 and (bound >= 0 or today.share[first:last].sum() > 0.0)
    night = index_after(index, node.moved[n])
    if not goes:
        ended[node.stay[n] + night] += reached[c]
        return
    ended[node.stay[n] + night] += reached[c] * (1.0 - chance)
    begin, end = (first, last) if bound < 0 else (bound, bound + 1)
    for o in range(begin, end):
        many = reached[c] * chance * (today.share[o] if bound < 0 else 1.0)
        if many <= 0.0:
            continue
        if today.turned[network.path.destination[o]] or (bound >= 0 and not today.is_takeable[o]):
            ended[node.drop[n] + night] += many
            continue
        h = node.first_hop[n] + o - first
        slow = network.slow[network.path.route[o]]
        shift = index_after(index, day.hop.moved[h])
        _put(many * (1.0 - slow), day.hop.cell[h], day.hop.slot[h], shift, ended, reached)
        if slow > 0.0:
            shift = index_after(index, day.hop.slow_moved[h])
            _put(many * slow, day.hop.slow_cell[h], day.hop.slow_slot[h], shift, ended, reached)
