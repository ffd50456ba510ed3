"""Setting out, moving along a route, and arriving: one sweep over the positions of the day."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.route_choice import (
    chance_to_move,
    is_quiet_town,
    set_room,
    set_rooms,
    share_out,
    turns_away,
)
from corridor.engine.program import PERIOD, ROW, Ints, World


@njit(cache=True, nogil=True, _nrt=False)
def send(w: World, m: int, n: int, people: Ints) -> None:
    """Send people on their way from a node, by today's shares: one compiled copy for all but the sweep."""
    spread(w, m, n, people)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def spread(w: World, m: int, n: int, people: Ints) -> None:
    """Spread people at a node over the options of its place, by today's shares."""
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


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def may_board(w: World, o: int) -> bool:
    """Whether vehicles may take people along an option: out of a siege through a corridor alone."""
    option, v = w.program.calendar.option, w.day.now[PERIOD]
    return bool(option.move[v, o] > 0.0 or option.corridor[v, o] > 0.0)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def take_option(w: World, m: int, n: int, o: int, k: int, going: int) -> None:
    """Let people take an option: join the queue for a seat, or set off; whoever leaks sets off.

    Those who find the camp at the end of their way nearly full stay, where the law has it so.
    """
    themap = w.program.map
    q = themap.option.queue[o]
    if q >= 0 and may_board(w, o) and w.program.calendar.gate[w.day.now[PERIOD], q] != math.inf:
        w.state.people[m, themap.queue.slot[q], k] += going
    elif turns_away(w, themap.option.destination[o]):
        w.state.people[m, themap.node.drop[n], k] += going
    else:
        hop_along(w, m, n, o, k, going)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def hop_along(w: World, m: int, n: int, o: int, k: int, going: int) -> None:
    """Move people along the first route of an option until its end or the end of the day."""
    d = w.day.now[ROW]
    themap = w.program.map
    p, r = themap.node.place[n], themap.option.route[o]
    h = themap.node.first_hop[n] + o - themap.place.first_option[p]
    slow = some_of(w.streams.travel, going, themap.slow[r]) if themap.slow[r] > 0.0 else 0
    put(w, m, themap.hop.node[h], themap.hop.slot[h], k, going - slow)
    if slow > 0:
        put(w, m, themap.hop.slow_node[h], themap.hop.slow_slot[h], k, slow)
    w.record.place.departures[m, d, p] += going
    w.record.flow[m, d, r] += going


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def put(w: World, m: int, n: int, s: int, k: int, people: int) -> None:
    """Put people to a node, or else to a slot."""
    if n >= 0:
        w.day.reached[n, k] += people
        w.day.touched[n] = True
    else:
        w.state.people[m, s, k] += people


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def advance_roads(w: World, m: int) -> None:
    """Move those who spent the night on the way; where the route has shut, they turn back."""
    v = w.day.now[PERIOD]
    themap, people = w.program.map, w.state.people
    road = themap.road
    for i in range(road.slot.size):
        s = road.slot[i]
        r = road.route[i]
        for k in range(people.shape[2]):
            here = people[m, s, k]
            if here == 0:
                continue
            people[m, s, k] = 0
            if not w.program.calendar.is_open[v, r]:
                put(w, m, road.shut_node[i], road.shut_slot[i], k, here)
                continue
            has_slow = road.slow_node[i] >= 0 or road.slow_next[i] >= 0
            slow = some_of(w.streams.travel, here, themap.slow[r]) if has_slow else 0
            put(w, m, road.node[i], road.next[i], k, here - slow)
            if slow > 0:
                put(w, m, road.slow_node[i], road.slow_next[i], k, slow)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def go_on(w: World, m: int, n: int, chance: float, people: Ints) -> None:
    """Let each of the people at a node go on with a chance; the others stay; all leave `people`.

    Those who are bound to a way take it, if it is open and leads to a camp with room; else they
    forget it and stay.
    """
    themap, stay = w.program.map, w.program.map.node.stay[n]
    p, bound = themap.node.place[n], themap.node.option[n]
    total = 0
    for k in range(people.size):
        going = some_of(w.streams.travel, people[k], chance)
        w.state.people[m, stay, k] += people[k] - going
        people[k] = going
        total += going
    if total == 0:
        return
    if bound >= 0:
        follow(w, m, n, bound, people)
    elif share_out(w, m, p, w.program.calendar.option.move[w.day.now[PERIOD]], total):
        spread(w, m, n, people)
    else:
        for k in range(people.size):
            w.state.people[m, stay, k] += people[k]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def follow(w: World, m: int, n: int, o: int, people: Ints) -> None:
    """Let people take the way that they are bound to, or forget it where it is shut."""
    is_open = w.program.calendar.option.move[w.day.now[PERIOD], o] > 0.0
    for k in range(people.size):
        if people[k] == 0:
            continue
        if is_open:
            take_option(w, m, n, o, k, people[k])
        else:
            w.state.people[m, w.program.map.node.drop[n], k] += people[k]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def chance_at(w: World, m: int, n: int) -> float:
    """Return the chance that people at a node move on: bound to a way, or with little travel lately, all do."""
    themap = w.program.map
    p = themap.node.place[n]
    if themap.node.last_hop[n] <= themap.node.first_hop[n]:
        return 0.0  # the end of the day, or of the road
    if themap.node.option[n] >= 0 and not themap.law.waits[0]:
        return 1.0
    if themap.node.keeps_going[n] and is_quiet_town(w, p):
        return 1.0
    return chance_to_move(w, m, p)


@njit(cache=True, nogil=True, _nrt=False)
def sweep(w: World, m: int) -> None:
    """Let people at rest decide whether to move on, then let everybody who moves arrive, and perhaps go on.

    Those who arrive do so in order of the part of the day. Both are one loop, so that what people do
    at a node is compiled once, in place: handing a world on costs more than most of what a step does.
    """
    themap = w.program.map
    resters = themap.rester.slot.size
    set_rooms(w, m)
    for i in range(resters + themap.node.place.size):
        is_rest = i < resters
        n = themap.rester.node[i] if is_rest else i - resters
        if rises(w, m, themap.rester.slot[i], n) if is_rest else (w.day.touched[n] and arrives(w, m, n)):
            go_on(w, m, n, chance_at(w, m, n), w.day.leaving)
            set_room(w, m, themap.node.place[n])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def rises(w: World, m: int, s: int, n: int) -> bool:
    """Whether people at rest in a slot may move on; they are put to ``day.leaving`` then."""
    people = w.state.people
    total = 0
    for k in range(people.shape[2]):
        total += people[m, s, k]
    if total == 0 or (s == w.program.map.node.stay[n] and chance_at(w, m, n) <= 0.0):
        return False
    for k in range(people.shape[2]):
        w.day.leaving[k] = people[m, s, k]
        people[m, s, k] = 0
    return True


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def arrives(w: World, m: int, n: int) -> bool:
    """Whether people who have come to a node may rest or go on, and not wait; they are put to ``day.leaving`` then."""
    themap, reached = w.program.map, w.day.reached
    p = themap.node.place[n]
    q = themap.place.pass_queue[p]
    if themap.node.option[n] < 0:
        q = max(q, themap.place.admit_queue[p])
    w.day.touched[n] = False
    for k in range(reached.shape[1]):
        here = reached[n, k]
        reached[n, k] = 0
        w.day.leaving[k] = here
        w.record.place.arrivals[m, w.day.now[ROW], p] += here
        if q >= 0:
            w.state.people[m, themap.queue.slot[q], k] += here
    return bool(q < 0)
