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
from corridor.engine.program import CARRIED, PERIOD, ROW, STINT_STEPS, Ints, SimState


@inlined
def node_of(w: SimState, c: int) -> int:
    """Return the node that a cell belongs to."""
    return int(c // w.program.network.kinds[0])


@inlined
def index_after(index: int, moved: float) -> int:
    """Return the recent-travel index after a day, ``(index + travel of the day) / 2``, in whole steps.

    Rounding moves it by at most half a step; an error of the day before is halved every day, so that
    the index is never off by more than one step.
    """
    if moved >= 0.0:
        return int(round((index + moved) / 2.0))  # noqa: RUF046 - the compiler makes it a float
    return index if moved == CARRIED else 0


@inlined
def shift_of(w: SimState, c: int) -> int:
    """Return how far the slot of those who stay at a cell for the night lies behind the first of its block."""
    n, kinds = node_of(w, c), w.program.network.kinds[0]
    return index_after(c - n * kinds, w.program.network.node.moved[n])


@step
def send(w: SimState, m: int, c: int, people: Ints) -> None:
    """Send people on their way from a cell, by today's shares: one compiled copy for all but the sweep."""
    spread(w, m, c, people)


@inlined
def spread(w: SimState, m: int, c: int, people: Ints) -> None:
    """Spread people at a cell over the paths of its place, by today's shares."""
    network = w.program.network
    p = network.node.place[node_of(w, c)]
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
                take_path(w, m, c, o, k, going)


@inlined
def may_board(w: SimState, o: int) -> bool:
    """Whether vehicles may take people along a path: out of a siege through a corridor alone."""
    path, v = w.program.calendar.path, w.scratch.now[PERIOD]
    return bool(path.move[v, o] > 0.0 or path.corridor[v, o] > 0.0)


@inlined
def take_path(w: SimState, m: int, c: int, o: int, k: int, going: int) -> None:
    """Let people take a path: join the queue for a seat, or set off; whoever leaks sets off.

    Those who find the camp at the end of their path nearly full stay, under Flee's rules.
    """
    network = w.program.network
    q = network.path.queue[o]
    if q >= 0 and may_board(w, o) and w.program.calendar.gate[w.scratch.now[PERIOD], q] != math.inf:
        w.state.people[m, network.queue.slot[q], k] += going
    elif turns_away(w, network.path.destination[o]):
        w.state.people[m, network.node.drop[node_of(w, c)] + shift_of(w, c), k] += going
    else:
        hop_along(w, m, c, o, k, going)


@inlined
def hop_along(w: SimState, m: int, c: int, o: int, k: int, going: int) -> None:
    """Move people along the first route of a path until its end or the end of the day."""
    d = w.scratch.now[ROW]
    network = w.program.network
    n = node_of(w, c)
    index = c - n * network.kinds[0]
    p, r = network.node.place[n], network.path.route[o]
    h = network.node.first_hop[n] + o - network.place.first_path[p]
    slow = some_of(w.streams.travel, going, network.slow[r]) if network.slow[r] > 0.0 else 0
    target = target_of(network.hop.cell[h], network.hop.slot[h], index_after(index, network.hop.moved[h]))
    put(w, m, target, k, going - slow)
    if slow > 0:
        shift = index_after(index, network.hop.slow_moved[h])
        put(w, m, target_of(network.hop.slow_cell[h], network.hop.slow_slot[h], shift), k, slow)
    w.record.place.departures[m, d, p] += going
    w.record.flow[m, d, r] += going


@inlined
def target_of(c: int, s: int, shift: int) -> int:
    """Return the cell, or else the slot as a number below 0, that lies so far behind the first of its block."""
    return c + shift if c >= 0 else -1 - (s + shift)


@inlined
def put(w: SimState, m: int, target: int, k: int, people: int) -> None:
    """Put people to a target: a cell, or else a slot."""
    if target >= 0:
        w.scratch.reached[target, k] += people
        w.scratch.touched[node_of(w, target)] = True
    else:
        w.state.people[m, -1 - target, k] += people


@step
def advance_roads(w: SimState, m: int) -> None:
    """Move those who spent the night on the way; where the route has shut, they turn back."""
    network, people = w.program.network, w.state.people
    kinds = network.kinds[0]
    for i in range(network.road.slot.size):
        for index in range(kinds):
            for k in range(people.shape[2]):
                there = people[m, network.road.slot[i] + index, k]
                if there > 0:
                    people[m, network.road.slot[i] + index, k] = 0
                    resume(w, m, i, index, k, there)


@inlined
def resume(w: SimState, m: int, i: int, index: int, k: int, people: int) -> None:
    """Move people by a day from a position on the way."""
    road, network = w.program.network.road, w.program.network
    r = road.route[i]
    if not w.program.calendar.is_open[w.scratch.now[PERIOD], r]:
        shift = index_after(index, road.shut_moved[i])
        put(w, m, target_of(road.shut_cell[i], road.shut_slot[i], shift), k, people)
        return
    has_slow = road.slow_cell[i] >= 0 or road.slow_next[i] >= 0
    slow = some_of(w.streams.travel, people, network.slow[r]) if has_slow else 0
    put(w, m, target_of(road.cell[i], road.next[i], index_after(index, road.moved[i])), k, people - slow)
    if slow > 0:
        shift = index_after(index, road.slow_moved[i])
        put(w, m, target_of(road.slow_cell[i], road.slow_next[i], shift), k, slow)


@inlined
def go_on(w: SimState, m: int, c: int, chance: float, people: Ints) -> None:
    """Let each of the people at a cell go on with a chance; the others stay; all leave `people`.

    Those who are bound to a path take it, if it is open and leads to a camp with room; else they
    forget it and stay.
    """
    network, n = w.program.network, node_of(w, c)
    p, bound, stay = network.node.place[n], network.node.path[n], network.node.stay[n] + shift_of(w, c)
    total = 0
    for k in range(people.size):
        going = some_of(w.streams.travel, people[k], chance)
        w.state.people[m, stay, k] += people[k] - going
        people[k] = going
        total += going
    if total == 0:
        return
    if bound >= 0:
        follow(w, m, c, bound, people)
    elif share_out(w, m, p, w.program.calendar.path.move[w.scratch.now[PERIOD]], total):
        spread(w, m, c, people)
    else:
        for k in range(people.size):
            w.state.people[m, stay, k] += people[k]


@inlined
def follow(w: SimState, m: int, c: int, o: int, people: Ints) -> None:
    """Let people take the path that they are bound to, or forget it where it is shut."""
    is_open = w.program.calendar.path.move[w.scratch.now[PERIOD], o] > 0.0
    for k in range(people.size):
        if people[k] == 0:
            continue
        if is_open:
            take_path(w, m, c, o, k, people[k])
        else:
            w.state.people[m, w.program.network.node.drop[node_of(w, c)] + shift_of(w, c), k] += people[k]


@inlined
def chance_at(w: SimState, m: int, c: int) -> float:
    """Return the chance that people at a cell move on: bound to a path, or with little travel lately, all do."""
    network, n = w.program.network, node_of(w, c)
    p = network.node.place[n]
    if network.node.last_hop[n] <= network.node.first_hop[n]:
        return 0.0  # the end of the day, or of the road
    if network.node.path[n] >= 0 and not network.rule_flags.waits[0]:
        return 1.0
    is_short = c - n * network.kinds[0] + network.node.moved[n] < STINT_STEPS
    if network.node.is_under_way[n] and is_short and is_quiet_town(w, p):
        return 1.0
    return chance_to_move(w, m, p)


@step
def sweep(w: SimState, m: int) -> None:
    """Let people at rest decide whether to move on, then let everybody who moves arrive, and perhaps go on.

    Those at rest who have travelled least lately begin; those who arrive do so in order of the part of the day.
    Both are one loop, so that what people do at a cell is compiled once, in place: passing the state on costs
    more than most of what a step does.
    """
    network, people = w.program.network, w.scratch.leaving
    kinds, resters = network.kinds[0], network.rester.slot.size
    set_rooms(w, m)
    resting = resters * kinds
    i, last = 0, resting + network.node.place.size * kinds
    while i < last:
        if i < resting:
            index, row = i // resters, i % resters
            c = network.rester.cell[row] + index
            count = 0
            if index < network.rester.kinds[row]:
                count = take_resting(w, m, network.rester.slot[row] + index, c, people)
        else:
            c = i - resting
            if c % kinds == 0 and not w.scratch.touched[c // kinds]:
                i += kinds
                continue
            count = take_arriving(w, m, c, people)
        if count > 0:
            go_on(w, m, c, chance_at(w, m, c), people)
            set_room(w, m, network.node.place[c // kinds])
        i += 1


@inlined
def take_resting(w: SimState, m: int, s: int, c: int, people: Ints) -> int:
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
    if total == 0:
        return 0
    if s == w.program.network.node.stay[node_of(w, c)] + shift_of(w, c) and chance_at(w, m, c) <= 0.0:
        return 0
    for k in range(slot.shape[2]):
        people[k] = slot[m, s, k]
        slot[m, s, k] = 0
    return total


@inlined
def take_arriving(w: SimState, m: int, c: int, people: Ints) -> int:
    """Take those who have come to a cell; return how many of them may rest or go on.

    Where a gate takes in everybody who comes, they join its queue, and nobody goes on.

    Parameters
    ----------
    people
        Filled with them, by cohort.
    """
    network, reached = w.program.network, w.scratch.reached
    n = node_of(w, c)
    p = network.node.place[n]
    q = network.place.pass_queue[p]
    if network.node.path[n] < 0:
        q = max(q, network.place.admit_queue[p])
    if c == (n + 1) * network.kinds[0] - 1:
        w.scratch.touched[n] = False
    total = 0
    for k in range(reached.shape[1]):
        arriving = reached[c, k]
        reached[c, k] = 0
        people[k] = arriving
        total += arriving
        w.record.place.arrivals[m, w.scratch.now[ROW], p] += arriving
        if q >= 0:
            w.state.people[m, network.queue.slot[q], k] += arriving
    return total if q < 0 else 0
