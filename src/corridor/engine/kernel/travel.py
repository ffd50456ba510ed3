"""Setting out, moving along a route, and arriving: one sweep over the positions of the day."""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.route_choice import (
    chance_to_move,
    is_quiet_town,
    set_room,
    set_rooms,
    share_out,
    turns_away,
)
from corridor.engine.program import PERIOD, ROW, Ints, SimState


@step
def send(w: SimState, m: int, n: int, people: Ints) -> None:
    """Send people on their way from a node, by today's shares: one compiled copy for all but the sweep."""
    spread(w, m, n, people)


@inlined
def spread(w: SimState, m: int, n: int, people: Ints) -> None:
    """Spread people at a node over the paths of its place, by today's shares."""
    network = w.program.network
    p = network.node.place[n]
    first, last = network.place.first_path[p], network.place.last_path[p]
    while w.scratch.path.share[last - 1] <= 0.0:
        last -= 1  # the last open path takes the rest, so that rounding loses nobody
    for k in range(people.size):
        left, remaining = people[k], 1.0
        for o in range(first, last):
            if left <= 0:
                break
            share = w.scratch.path.share[o]
            if share <= 0.0:
                continue
            is_rest = o == last - 1 or remaining <= share
            going = left if is_rest else some_of(w.streams.travel, left, share / remaining)
            remaining -= share
            left -= going
            if going > 0:
                take_path(w, m, n, o, k, going)


@inlined
def may_board(w: SimState, o: int) -> bool:
    """Whether vehicles may take people along a path: out of a siege through a corridor alone."""
    path, v = w.program.calendar.path, w.scratch.now[PERIOD]
    return bool(path.move[v, o] > 0.0 or path.corridor[v, o] > 0.0)


@inlined
def take_path(w: SimState, m: int, n: int, o: int, k: int, going: int) -> None:
    """Let people take a path: join the queue for a seat, or set off; whoever leaks sets off.

    Those who find the camp at the end of their path nearly full stay, under Flee's rules.
    """
    network = w.program.network
    q = network.path.queue[o]
    if q >= 0 and may_board(w, o) and w.program.calendar.gate[w.scratch.now[PERIOD], q] != math.inf:
        w.state.people[m, network.queue.slot[q], k] += going
    elif turns_away(w, network.path.destination[o]):
        w.state.people[m, network.node.drop[n], k] += going
    else:
        hop_along(w, m, n, o, k, going)


@inlined
def hop_along(w: SimState, m: int, n: int, o: int, k: int, going: int) -> None:
    """Move people along the first route of a path until its end or the end of the day."""
    d = w.scratch.now[ROW]
    network = w.program.network
    p, r = network.node.place[n], network.path.route[o]
    h = network.node.first_hop[n] + o - network.place.first_path[p]
    slow = some_of(w.streams.travel, going, network.slow[r]) if network.slow[r] > 0.0 else 0
    put(w, m, network.hop.node[h], network.hop.slot[h], k, going - slow)
    if slow > 0:
        put(w, m, network.hop.slow_node[h], network.hop.slow_slot[h], k, slow)
    w.record.place.departures[m, d, p] += going
    w.record.flow[m, d, r] += going


@inlined
def put(w: SimState, m: int, n: int, s: int, k: int, people: int) -> None:
    """Put people to a node, or else to a slot."""
    if n >= 0:
        w.scratch.reached[n, k] += people
        w.scratch.touched[n] = True
    else:
        w.state.people[m, s, k] += people


@step
def advance_roads(w: SimState, m: int) -> None:
    """Move those who spent the night on the way; where the route has shut, they turn back."""
    v = w.scratch.now[PERIOD]
    network, people = w.program.network, w.state.people
    road = network.road
    for i in range(road.slot.size):
        s = road.slot[i]
        r = road.route[i]
        for k in range(people.shape[2]):
            people_there = people[m, s, k]
            if people_there == 0:
                continue
            people[m, s, k] = 0
            if not w.program.calendar.is_open[v, r]:
                put(w, m, road.shut_node[i], road.shut_slot[i], k, people_there)
                continue
            has_slow = road.slow_node[i] >= 0 or road.slow_next[i] >= 0
            slow = some_of(w.streams.travel, people_there, network.slow[r]) if has_slow else 0
            put(w, m, road.node[i], road.next[i], k, people_there - slow)
            if slow > 0:
                put(w, m, road.slow_node[i], road.slow_next[i], k, slow)


@inlined
def go_on(w: SimState, m: int, n: int, chance: float, people: Ints) -> None:
    """Let each of the people at a node go on with a chance; the others stay; all leave `people`.

    Those who are bound to a path take it, if it is open and leads to a camp with room; else they
    forget it and stay.
    """
    network, stay = w.program.network, w.program.network.node.stay[n]
    p, bound = network.node.place[n], network.node.path[n]
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
    elif share_out(w, m, p, w.program.calendar.path.move[w.scratch.now[PERIOD]], total):
        spread(w, m, n, people)
    else:
        for k in range(people.size):
            w.state.people[m, stay, k] += people[k]


@inlined
def follow(w: SimState, m: int, n: int, o: int, people: Ints) -> None:
    """Let people take the path that they are bound to, or forget it where it is shut."""
    is_open = w.program.calendar.path.move[w.scratch.now[PERIOD], o] > 0.0
    for k in range(people.size):
        if people[k] == 0:
            continue
        if is_open:
            take_path(w, m, n, o, k, people[k])
        else:
            w.state.people[m, w.program.network.node.drop[n], k] += people[k]


@inlined
def chance_at(w: SimState, m: int, n: int) -> float:
    """Return the chance that people at a node move on: bound to a path, or with little travel lately, all do."""
    network = w.program.network
    p = network.node.place[n]
    if network.node.last_hop[n] <= network.node.first_hop[n]:
        return 0.0  # the end of the day, or of the road
    if network.node.path[n] >= 0 and not network.rule_flags.waits[0]:
        return 1.0
    if network.node.keeps_going[n] and is_quiet_town(w, p):
        return 1.0
    return chance_to_move(w, m, p)


@step
def sweep(w: SimState, m: int) -> None:
    """Let people at rest decide whether to move on, then let everybody who moves arrive, and perhaps go on.

    Those who arrive do so in order of the part of the day. Both are one loop, so that what people do
    at a node is compiled once, in place: passing the state on costs more than most of what a step does.
    """
    network = w.program.network
    resters, people = network.rester.slot.size, w.scratch.leaving
    set_rooms(w, m)
    for i in range(resters + network.node.place.size):
        is_rest = i < resters
        n = network.rester.node[i] if is_rest else i - resters
        if is_rest:
            count = take_resting(w, m, network.rester.slot[i], n, people)
        else:
            count = take_arriving(w, m, n, people) if w.scratch.touched[n] else 0
        if count > 0:
            go_on(w, m, n, chance_at(w, m, n), people)
            set_room(w, m, network.node.place[n])


@inlined
def take_resting(w: SimState, m: int, s: int, n: int, people: Ints) -> int:
    """Take those at rest in a slot who may move on out of it, and return how many they are.

    Parameters
    ----------
    people
        Filled with them, by cohort, where there are any.
    """
    slot = w.state.people
    total = 0
    for k in range(slot.shape[2]):
        total += slot[m, s, k]
    if total == 0 or (s == w.program.network.node.stay[n] and chance_at(w, m, n) <= 0.0):
        return 0
    for k in range(slot.shape[2]):
        people[k] = slot[m, s, k]
        slot[m, s, k] = 0
    return total


@inlined
def take_arriving(w: SimState, m: int, n: int, people: Ints) -> int:
    """Take those who have come to a node; return how many of them may rest or go on.

    Where a gate takes in everybody who comes, they join its queue, and nobody goes on.

    Parameters
    ----------
    people
        Filled with them, by cohort.
    """
    network, reached = w.program.network, w.scratch.reached
    p = network.node.place[n]
    q = network.place.pass_queue[p]
    if network.node.path[n] < 0:
        q = max(q, network.place.admit_queue[p])
    w.scratch.touched[n] = False
    total = 0
    for k in range(reached.shape[1]):
        arriving = reached[n, k]
        reached[n, k] = 0
        people[k] = arriving
        total += arriving
        w.record.place.arrivals[m, w.scratch.now[ROW], p] += arriving
        if q >= 0:
            w.state.people[m, network.queue.slot[q], k] += arriving
    return total if q < 0 else 0
