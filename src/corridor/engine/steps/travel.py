"""Choosing a route, moving along it, and arriving: one sweep over the parts of the day."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.program import PERIOD, ROW, Floats, Ints, World
from corridor.engine.steps.draws import some_of

_LIKE_A_LAW = 1e8
"""People-equivalents from which on shares do not vary, so that nothing is drawn."""


@njit(cache=True, nogil=True, _nrt=False)
def room_factor(people: int, capacity: float, buffer: float) -> float:
    """Return how far crowding lowers the appeal of a place: 1 below the buffer, 0 when full."""
    if people >= capacity:
        return 0.0
    if people <= buffer * capacity:
        return 1.0
    return 1.0 - (people - buffer * capacity) / (capacity * (1.0 - buffer))


@njit(cache=True, nogil=True, _nrt=False)
def people_at(w: World, m: int, p: int) -> int:
    """Return how many people live in a camp, without those who wait at its gate."""
    new, settled = w.program.map.place.new[p], w.program.map.place.settled[p]
    total = 0
    for k in range(w.state.people.shape[2]):
        total += w.state.people[m, new, k] + w.state.people[m, settled, k]
    return total


@njit(cache=True, nogil=True, _nrt=False)
def set_shares(w: World, m: int, p: int, weights: Floats) -> bool:
    """Set today's chance of each option of a place; say whether there is any way.

    The weight of an option is its weight on the map, times the pull of where it leads, times the
    room there. A Dirichlet draw around the resulting shares makes whole convoys choose alike.
    """
    v = w.day.now[PERIOD]
    themap, rates, day = w.program.map, w.rates, w.day
    first, last = themap.place.first_option[p], themap.place.last_option[p]
    total, ways = 0.0, 0
    for o in range(first, last):
        to = themap.option.destination[o]
        weight = weights[o]
        if weight > 0.0:
            weight *= rates.place.attract[m, to]
            if themap.place.new[to] >= 0:
                weight *= math.exp(w.state.drift[m, to])
                capacity = w.program.calendar.place.capacity[v, to]
                if capacity < math.inf:
                    weight *= room_factor(people_at(w, m, to), capacity, rates.member.buffer[m])
        day.option.share[o] = weight
        total += weight
        ways += 1 if weight > 0.0 else 0
    if total <= 0.0:
        return False
    for o in range(first, last):
        day.option.share[o] /= total
    if ways > 1 and rates.member.concentration[m] < _LIKE_A_LAW:
        blur_shares(w, m, first, last)
    return True


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def blur_shares(w: World, m: int, first: int, last: int) -> None:
    """Replace shares by a Dirichlet draw around them."""
    total = 0.0
    for o in range(first, last):
        share = w.day.option.share[o]
        w.day.option.weight[o] = 0.0
        if share > 0.0:
            w.day.option.weight[o] = w.streams.travel.standard_gamma(share * w.rates.member.concentration[m])
        total += w.day.option.weight[o]
    if total > 0.0:
        for o in range(first, last):
            w.day.option.share[o] = w.day.option.weight[o] / total


@njit(cache=True, nogil=True, _nrt=False)
def send(w: World, m: int, n: int, people: Ints) -> None:
    """Send people on their way from a node, by today's shares."""
    themap = w.program.map
    p = themap.node.place[n]
    first, last = themap.place.first_option[p], themap.place.last_option[p]
    while w.day.option.share[last - 1] <= 0.0:
        last -= 1  # the last open way takes the rest, so that rounding loses nobody
    for k in range(people.size):
        left, remaining = people[k], 1.0
        for o in range(first, last):
            if left <= 0:
                break
            share = w.day.option.share[o]
            if share <= 0.0:
                continue
            is_rest = o == last - 1 or remaining <= share
            going = left if is_rest else some_of(w.streams.travel, left, share / remaining)
            remaining -= share
            left -= going
            if going > 0:
                take_option(w, m, n, o, k, going)


@njit(cache=True, nogil=True, _nrt=False)
def may_board(w: World, o: int) -> bool:
    """Whether vehicles may take people along an option: out of a siege through a corridor alone."""
    option, v = w.program.calendar.option, w.day.now[PERIOD]
    return bool(option.move[v, o] > 0.0 or option.corridor[v, o] > 0.0)


@njit(cache=True, nogil=True, _nrt=False)
def take_option(w: World, m: int, n: int, o: int, k: int, going: int) -> None:
    """Let people take an option: join the queue for a seat, or set off; whoever leaks sets off."""
    themap = w.program.map
    q = themap.option.queue[o]
    if q >= 0 and may_board(w, o) and w.program.calendar.gate[w.day.now[PERIOD], q] != math.inf:
        w.state.people[m, themap.queue.slot[q], k] += going
        return
    hop_along(w, m, n, o, k, going)


@njit(cache=True, nogil=True, _nrt=False)
def hop_along(w: World, m: int, n: int, o: int, k: int, going: int) -> None:
    """Move people along a route until its end or the end of the day."""
    d = w.day.now[ROW]
    themap = w.program.map
    p = themap.node.place[n]
    h = themap.node.first_hop[n] + o - themap.place.first_option[p]
    if themap.hop.node[h] >= 0:
        w.day.reached[themap.hop.node[h], k] += going
        w.day.touched[themap.hop.node[h]] = True
    else:
        w.state.people[m, themap.hop.slot[h], k] += going
    w.record.place.departures[m, d, p] += going
    w.record.flow[m, d, themap.option.route[o]] += going


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def advance_roads(w: World, m: int) -> None:
    """Move those who spent the night on the way; where the route has shut, they turn back."""
    v = w.day.now[PERIOD]
    themap, people = w.program.map, w.state.people
    for i in range(themap.road.slot.size):
        s = themap.road.slot[i]
        r = themap.road.route[i]
        shut = not w.program.calendar.is_open[v, r]
        for k in range(people.shape[2]):
            here = people[m, s, k]
            if here == 0:
                continue
            people[m, s, k] = 0
            if shut:
                people[m, themap.turn_back[r], k] += here
            elif themap.road.node[i] >= 0:
                w.day.reached[themap.road.node[i], k] += here
                w.day.touched[themap.road.node[i]] = True
            else:
                people[m, themap.road.next[i], k] += here


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def move_on(w: World, m: int) -> None:
    """Let people at rest in towns, transit sites and camps decide whether to move on."""
    v = w.day.now[PERIOD]
    themap, people = w.program.map, w.state.people
    for p in range(themap.place.rest.size):
        s = themap.place.rest[p] if themap.place.rest[p] >= 0 else themap.place.settled[p]
        chance = w.rates.place.move[m, p]
        if w.program.calendar.place.conflict[v, p] > 0.0:
            chance = w.rates.place.move_conflict[m, p]
        if chance <= 0.0 or people[m, s].sum() == 0:
            continue
        if not set_shares(w, m, p, w.program.calendar.option.move[v]):
            continue
        for k in range(people.shape[2]):
            w.day.leaving[k] = some_of(w.streams.travel, people[m, s, k], chance)
            people[m, s, k] -= w.day.leaving[k]
        send(w, m, themap.place.start_node[p], w.day.leaving)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def sweep(w: World, m: int) -> None:
    """Let everybody who moves today arrive, in order of the part of the day, and perhaps go on."""
    d = w.day.now[ROW]
    themap = w.program.map
    for n in range(themap.node.place.size):
        if not w.day.touched[n]:
            continue
        reached = w.day.reached[n]
        total = 0
        for k in range(reached.size):
            total += reached[k]
        w.record.place.arrivals[m, d, themap.node.place[n]] += total
        arrive(w, m, n)
        w.day.touched[n] = False
        reached[:] = 0


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def arrive(w: World, m: int, n: int) -> None:
    """Take people in at a node: into its queue, or to rest, or onwards with the day left."""
    v = w.day.now[PERIOD]
    themap, people = w.program.map, w.state.people
    reached = w.day.reached[n]
    p = themap.node.place[n]
    q = max(themap.place.admit_queue[p], themap.place.pass_queue[p])
    if q >= 0:
        for k in range(reached.size):
            people[m, themap.queue.slot[q], k] += reached[k]
        return
    chance = w.rates.place.move[m, p]
    if w.program.calendar.place.conflict[v, p] > 0.0:
        chance = w.rates.place.move_conflict[m, p]
    has_time = themap.node.last_hop[n] > themap.node.first_hop[n]
    goes_on = has_time and chance > 0.0
    if goes_on:
        goes_on = set_shares(w, m, p, w.program.calendar.option.move[v])
    for k in range(reached.size):
        w.day.leaving[k] = some_of(w.streams.travel, reached[k], chance) if goes_on else 0
        people[m, themap.place.rest[p], k] += reached[k] - w.day.leaving[k]
    if goes_on:
        send(w, m, n, w.day.leaving)
