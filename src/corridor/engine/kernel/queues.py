"""Queues and gates: screening, seats, reception; first come, first served by day of joining."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.kernel.draws import some_of, take_at_random, whole
from corridor.engine.kernel.route_choice import people_at, set_shares
from corridor.engine.kernel.travel import hop_along, may_board, send
from corridor.engine.program import PERIOD, QUEUE_AGES, ROW, World


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def grow_older(w: World, m: int) -> None:
    """Let everybody who waits have waited one day more."""
    people = w.state.people
    for q in range(w.program.map.queue.slot.size):
        first = w.program.map.queue.slot[q]
        last = first + QUEUE_AGES - 1
        for k in range(people.shape[2]):
            people[m, last, k] += people[m, last - 1, k]
            for s in range(last - 1, first, -1):
                people[m, s, k] = people[m, s - 1, k]
            people[m, first, k] = 0


@njit(cache=True, nogil=True, _nrt=False)
def passes_today(w: World, m: int, q: int) -> float:
    """Return how many people a gate can pass today: its rate, or less on a day that goes wrong."""
    v = w.day.now[PERIOD]
    rate: float = w.program.calendar.gate[v, q]
    if math.isnan(rate):
        rate = w.rates.gate[m, q]
    if rate == math.inf or rate <= 0.0:
        return rate
    spoilt = w.rates.member.gate_sd[m] * w.weather.gate[m, w.day.now[ROW], q]
    return float(min(math.floor(rate), whole(w.streams.gates, rate * math.exp(-spoilt))))


@njit(cache=True, nogil=True, _nrt=False)
def serve(w: World, m: int, q: int, amount: float) -> int:
    """Take the first people of a queue out of it; leave them in ``day.leaving``."""
    people = w.state.people
    cohorts = people.shape[2]
    w.day.leaving[:] = 0
    served = 0
    for age in range(QUEUE_AGES - 1, -1, -1):
        s = w.program.map.queue.slot[q] + age
        here = 0
        for k in range(cohorts):
            here += people[m, s, k]
            w.day.cell[k] = people[m, s, k]
        if here == 0:
            continue
        if served + here > amount:
            take_at_random(w.streams.gates, w.day.cell, int(amount) - served)
        for k in range(cohorts):
            people[m, s, k] -= w.day.cell[k]
            w.day.leaving[k] += w.day.cell[k]
            served += w.day.cell[k]
        if served >= amount:
            break
    return served


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def pass_gates(w: World, m: int) -> None:
    """Screen, receive and board people, each gate up to what it passes today."""
    themap = w.program.map
    for p in range(themap.place.pass_queue.size):
        q = themap.place.pass_queue[p]
        if q >= 0 and serve(w, m, q, passes_today(w, m, q)) > 0:
            release(w, m, p)
    for q in range(themap.queue.slot.size):
        if themap.queue.option[q] >= 0:
            board(w, m, q)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def release(w: World, m: int, p: int) -> None:
    """Let screened people go on; some are held back and leave the modelled area."""
    v = w.day.now[PERIOD]
    themap = w.program.map
    groups = themap.share.size
    if themap.place.is_screening[p]:
        for k in range(w.day.leaving.size):
            held = some_of(w.streams.gates, w.day.leaving[k], w.rates.group.held[m, k % groups])
            w.day.leaving[k] -= held
            w.state.tally.gone[m] += held
    if set_shares(w, m, p, w.program.calendar.option.move[v]):
        send(w, m, themap.place.start_node[p], w.day.leaving)
        return
    for k in range(w.day.leaving.size):
        w.state.people[m, themap.place.rest[p], k] += w.day.leaving[k]


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def board(w: World, m: int, q: int) -> None:
    """Fill the seats of a route; if it has shut, those in the queue must choose again."""
    themap = w.program.map
    o, p = themap.queue.option[q], themap.queue.place[q]
    back = themap.place.rest[p] if themap.place.rest[p] >= 0 else themap.place.settled[p]
    is_open = may_board(w, o)
    served = serve(w, m, q, passes_today(w, m, q) if is_open else math.inf)
    if served == 0:
        return
    for k in range(w.day.leaving.size):
        if is_open:
            hop_along(w, m, themap.place.start_node[p], o, k, w.day.leaving[k])
        else:
            w.state.people[m, back, k] += w.day.leaving[k]


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def room(w: World, m: int, p: int) -> float:
    """Return how many more people a camp can hold."""
    v = w.day.now[PERIOD]
    capacity: float = w.program.calendar.place.capacity[v, p]
    if capacity == math.inf:
        return capacity
    return max(0.0, math.floor(capacity) - people_at(w, m, p))


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def admit(w: World, m: int) -> None:
    """Take people into camps, up to what reception passes and what there is room for."""
    themap = w.program.map
    for p in range(themap.place.admit_queue.size):
        q = themap.place.admit_queue[p]
        if q < 0:
            continue
        amount = min(passes_today(w, m, q), room(w, m, p))
        if serve(w, m, q, amount) > 0:
            for k in range(w.day.leaving.size):
                w.state.people[m, themap.place.new[p], k] += w.day.leaving[k]


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def overflow(w: World, m: int) -> None:
    """Let some of those who wait at a full camp go on to wherever else is open."""
    v = w.day.now[PERIOD]
    themap, people = w.program.map, w.state.people
    for p in range(themap.place.admit_queue.size):
        q = themap.place.admit_queue[p]
        if q < 0 or room(w, m, p) > 0.0:
            continue
        if not set_shares(w, m, p, w.program.calendar.option.move[v]):
            continue
        w.day.leaving[:] = 0
        for age in range(QUEUE_AGES):
            s = themap.queue.slot[q] + age
            for k in range(people.shape[2]):
                going = some_of(w.streams.gates, people[m, s, k], w.rates.member.overflow[m])
                people[m, s, k] -= going
                w.day.leaving[k] += going
        send(w, m, themap.place.start_node[p], w.day.leaving)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def relocate(w: World, m: int) -> None:
    """Move people from one place to another, as an agency does it, up to a number a day."""
    v = w.day.now[PERIOD]
    themap, people = w.program.map, w.state.people
    cohorts = people.shape[2]
    for p in range(themap.place.rest.size):
        for o in range(themap.place.first_option[p], themap.place.last_option[p]):
            amount = w.program.calendar.option.relocation[v, o]
            if amount <= 0.0:
                continue
            one = themap.place.settled[p] if themap.place.settled[p] >= 0 else themap.place.rest[p]
            two = themap.place.new[p] if themap.place.new[p] >= 0 else one
            chosen = w.day.trying
            for k in range(cohorts):
                chosen[k] = people[m, one, k]
                chosen[cohorts + k] = people[m, two, k] if two != one else 0
            take_at_random(w.streams.gates, chosen, int(amount))
            for k in range(cohorts):
                people[m, one, k] -= chosen[k]
                people[m, two, k] -= chosen[cohorts + k]
                going = chosen[k] + chosen[cohorts + k]
                if going > 0:
                    hop_along(w, m, themap.place.start_node[p], o, k, going)
