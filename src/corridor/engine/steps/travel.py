"""Setting out, moving along a route, and arriving: one sweep over the positions of the day."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.program import PERIOD, ROW, Ints, World
from corridor.engine.steps.choosing import chance_to_move, is_quiet_town, set_shares, turns_away
from corridor.engine.steps.draws import some_of


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
    elif turns_away(w, m, themap.option.destination[o]):
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


@njit(cache=True, nogil=True, _nrt=False)
def go_on(w: World, m: int, n: int, chance: float, people: Ints) -> None:
    """Let each of the people at a node go on with a chance; the others stay; all leave `people`.

    Those who are bound to a way take it, if it is open and leads to a camp with room; else they
    forget it and stay.
    """
    themap = w.program.map
    p, bound = themap.node.place[n], themap.node.option[n]
    if bound < 0:
        goes = chance > 0.0 and set_shares(w, m, p, w.program.calendar.option.move[w.day.now[PERIOD]])
    else:
        goes = chance > 0.0
    for k in range(people.size):
        going = some_of(w.streams.travel, people[k], chance) if goes else 0
        w.state.people[m, themap.node.stay[n], k] += people[k] - going
        people[k] = going
    if not goes:
        return
    if bound < 0:
        send(w, m, n, people)
    else:
        follow(w, m, n, bound, people)


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
    if themap.node.option[n] >= 0 and not themap.law.waits[0]:
        return 1.0
    if themap.node.keeps_going[n] and is_quiet_town(w, p):
        return 1.0
    return chance_to_move(w, m, p)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def move_on(w: World, m: int) -> None:
    """Let people at rest in towns, transit sites and camps decide whether to move on."""
    themap, people = w.program.map, w.state.people
    for i in range(themap.rester.slot.size):
        s, n = themap.rester.slot[i], themap.rester.node[i]
        total = 0
        for k in range(people.shape[2]):
            total += people[m, s, k]
        if total == 0:
            continue
        chance = chance_at(w, m, n)
        if chance <= 0.0 and s == themap.node.stay[n]:
            continue
        for k in range(people.shape[2]):
            w.day.leaving[k] = people[m, s, k]
            people[m, s, k] = 0
        go_on(w, m, n, chance, w.day.leaving)


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
    themap, people = w.program.map, w.state.people
    reached = w.day.reached[n]
    p, bound = themap.node.place[n], themap.node.option[n]
    q = themap.place.pass_queue[p]
    if bound < 0:
        q = max(q, themap.place.admit_queue[p])
    if q >= 0:
        for k in range(reached.size):
            people[m, themap.queue.slot[q], k] += reached[k]
        return
    has_time = themap.node.last_hop[n] > themap.node.first_hop[n]
    go_on(w, m, n, chance_at(w, m, n) if has_time else 0.0, reached)
