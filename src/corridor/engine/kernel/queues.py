"""Queues and gates: screening, seats, reception; first come, first served by day of joining."""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import step
from corridor.engine.kernel.draws import share_of_day, some_of, take_at_random, whole
from corridor.engine.kernel.hops import may_board, send, set_off
from corridor.engine.kernel.route_choice import people_at, set_shares
from corridor.engine.program import PERIOD, QUEUE_AGES, ROW, Ints, SimState


@step
def grow_older(w: SimState, m: int) -> None:
    """Let everybody who waits have waited one day more."""
    people = w.state.people
    for q in range(w.program.network.queue.slot.size):
        first = w.program.network.queue.slot[q]
        last = first + QUEUE_AGES - 1
        for k in range(people.shape[2]):
            people[m, last, k] += people[m, last - 1, k]
            for s in range(last - 1, first, -1):
                people[m, s, k] = people[m, s - 1, k]
            people[m, first, k] = 0


@step
def passes_today(w: SimState, m: int, q: int) -> float:
    """Return how many people a gate can pass today: its rate, or less on a day that goes wrong."""
    v = w.scratch.now[PERIOD]
    rate: float = w.program.calendar.gate[v, q]
    if math.isnan(rate):
        rate = w.rates.gate[m, q]
    if rate == math.inf or rate <= 0.0:
        return rate
    spoilt = w.rates.member.gate_sd[m] * w.effects.gate[m, w.scratch.now[ROW], q]
    return float(whole(w.streams.gates, w.program.network.queue.place[q], share_of_day(w, rate) * math.exp(-spoilt)))


@step
def serve(w: SimState, m: int, q: int, amount: float, served: Ints) -> int:
    """Take the first people of a queue out of it, and return how many they are.

    Parameters
    ----------
    amount
        The most that are served, people.
    served
        Filled with them, by cohort.
    """
    people, group = w.state.people, w.scratch.cell
    cohorts = people.shape[2]
    served[:] = 0
    total = 0
    for age in range(QUEUE_AGES - 1, -1, -1):
        s = w.program.network.queue.slot[q] + age
        waiting = 0
        for k in range(cohorts):
            waiting += people[m, s, k]
            group[k] = people[m, s, k]
        if waiting == 0:
            continue
        if total + waiting > amount:
            take_at_random(w.streams.gates, w.program.network.queue.place[q], group, int(amount) - total)
        for k in range(cohorts):
            people[m, s, k] -= group[k]
            served[k] += group[k]
            total += group[k]
        if total >= amount:
            break
    return total


@step
def pass_gates(w: SimState, m: int) -> None:
    """Screen, receive and board people, each gate up to what it passes today."""
    network = w.program.network
    for p in range(network.place.pass_queue.size):
        q = network.place.pass_queue[p]
        if q >= 0 and serve(w, m, q, passes_today(w, m, q), w.scratch.leaving) > 0:
            release(w, m, p, w.scratch.leaving)
    for q in range(network.queue.slot.size):
        if network.queue.path[q] >= 0:
            board(w, m, q, w.scratch.leaving)


@step
def release(w: SimState, m: int, p: int, people: Ints) -> None:
    """Let screened people go on; some are held back and leave the modelled area."""
    v = w.scratch.now[PERIOD]
    network = w.program.network
    groups = network.share.size
    if network.place.is_screening[p]:
        for k in range(people.size):
            held = some_of(w.streams.gates, p, people[k], w.rates.group.held[m, k % groups])
            people[k] -= held
            w.state.tally.gone[m] += held
    if set_shares(w, m, p, w.program.calendar.path.move[v]):
        send(w, m, network.place.morning[p], people)
        return
    for k in range(people.size):
        w.state.people[m, network.place.rest[p], k] += people[k]


@step
def board(w: SimState, m: int, q: int, people: Ints) -> None:
    """Fill the seats of a route; if it has shut, those in the queue must choose again."""
    network = w.program.network
    o, p = network.queue.path[q], network.queue.place[q]
    back = network.place.rest[p] if network.place.rest[p] >= 0 else network.place.settled[p]
    is_open = may_board(w, o)
    if serve(w, m, q, passes_today(w, m, q) if is_open else math.inf, people) == 0:
        return
    for k in range(people.size):
        if is_open:
            set_off(w, m, network.place.morning[p], o, k, people[k])
        else:
            w.state.people[m, back, k] += people[k]


@step
def room(w: SimState, m: int, p: int) -> float:
    """Return how many more people a camp can hold."""
    v = w.scratch.now[PERIOD]
    capacity: float = w.program.calendar.place.capacity[v, p]
    if capacity == math.inf:
        return capacity
    return max(0.0, math.floor(capacity) - people_at(w, m, p))


@step
def admit(w: SimState, m: int) -> None:
    """Take people into camps, up to what reception passes and what there is room for."""
    network, admitted = w.program.network, w.scratch.leaving
    for p in range(network.place.admit_queue.size):
        q = network.place.admit_queue[p]
        if q < 0:
            continue
        amount = min(passes_today(w, m, q), room(w, m, p))
        if serve(w, m, q, amount, admitted) > 0:
            for k in range(admitted.size):
                w.state.people[m, network.place.new[p], k] += admitted[k]


@step
def overflow(w: SimState, m: int) -> None:
    """Let some of those who wait at a full camp go on to wherever else is open."""
    v = w.scratch.now[PERIOD]
    network, people, going_on = w.program.network, w.state.people, w.scratch.leaving
    for p in range(network.place.admit_queue.size):
        q = network.place.admit_queue[p]
        if q < 0 or room(w, m, p) > 0.0:
            continue
        if not set_shares(w, m, p, w.program.calendar.path.move[v]):
            continue
        going_on[:] = 0
        for age in range(QUEUE_AGES):
            s = network.queue.slot[q] + age
            for k in range(people.shape[2]):
                going = some_of(w.streams.gates, p, people[m, s, k], w.rates.member.overflow[m])
                people[m, s, k] -= going
                going_on[k] += going
        send(w, m, network.place.morning[p], going_on)


@step
def relocate(w: SimState, m: int) -> None:
    """Move people from one place to another, as an agency does it, up to a number a day."""
    v = w.scratch.now[PERIOD]
    network, people = w.program.network, w.state.people
    cohorts = people.shape[2]
    for p in range(network.place.rest.size):
        for o in range(network.place.first_path[p], network.place.last_path[p]):
            amount = w.program.calendar.path.relocation[v, o]
            if amount <= 0.0:
                continue
            one = network.place.settled[p] if network.place.settled[p] >= 0 else network.place.rest[p]
            two = network.place.new[p] if network.place.new[p] >= 0 else one
            chosen = w.scratch.trying
            for k in range(cohorts):
                chosen[k] = people[m, one, k]
                chosen[cohorts + k] = people[m, two, k] if two != one else 0
            take_at_random(w.streams.gates, p, chosen, share_of_day(w, amount))
            for k in range(cohorts):
                people[m, one, k] -= chosen[k]
                people[m, two, k] -= chosen[cohorts + k]
                going = chosen[k] + chosen[cohorts + k]
                if going > 0:
                    set_off(w, m, network.place.morning[p], o, k, going)
