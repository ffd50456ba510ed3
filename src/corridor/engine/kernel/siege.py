"""Leaving: the day's push and pull, people from outside, leaks and corridors out of a siege."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.kernel.draws import some_of, take_at_random, whole
from corridor.engine.kernel.route_choice import set_shares
from corridor.engine.kernel.travel import send
from corridor.engine.program import DAY, PERIOD, ROW, World


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def set_weather(w: World, m: int) -> None:
    """Set today's push of each town and let the slow wanderings of push and pull go on.

    Each wandering is an Ornstein-Uhlenbeck process in log units; a town's push of the day adds a
    spread of its own. A factor of 1 is a typical day.
    """
    d = w.day.now[ROW]
    themap, rates = w.program.map, w.rates
    for p in range(themap.place.home.size):
        is_town, is_camp = themap.place.is_town[p], themap.place.is_camp[p]
        sd = rates.place.push_sd[m, p] if is_town else rates.member.pull_sd[m]
        keep = rates.member.push_keep[m] if is_town else rates.member.pull_keep[m]
        if (is_town or is_camp) and sd > 0.0:
            step = sd * math.sqrt(1.0 - keep * keep) * w.weather.wander[m, d, p]
            w.state.drift[m, p] = keep * w.state.drift[m, p] + step
        w.day.place.pull[p] = rates.place.attract[m, p] * (math.exp(w.state.drift[m, p]) if is_camp else 1.0)
        w.day.place.push[p] = 1.0
        if is_town:
            today = rates.place.push_day_sd[m, p] * w.weather.day[m, d, p]
            w.day.place.push[p] = math.exp(w.state.drift[m, p] + today)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def join(w: World, m: int) -> None:
    """Let people come in from outside the modelled area, to the gate where there is one."""
    d, t = w.day.now[ROW], w.day.now[DAY]
    themap, share = w.program.map, w.program.map.share
    for p in range(themap.place.home.size):
        if w.program.calendar.day_place.inflow[t, p] <= 0.0:
            continue
        left = whole(w.streams.leaving, w.program.calendar.day_place.inflow[t, p])
        w.state.tally.joined[m] += left
        w.record.place.arrivals[m, d, p] += left
        q = max(themap.place.admit_queue[p], themap.place.pass_queue[p])
        s = themap.queue.slot[q] if q >= 0 else themap.place.rest[p]
        remaining = share.sum()
        for g in range(share.size):
            is_rest = g == share.size - 1 or remaining <= share[g]
            here = left if is_rest else some_of(w.streams.leaving, left, share[g] / remaining)
            w.state.people[m, s, g] += here
            left -= here
            remaining -= share[g]


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def leave_siege(w: World, m: int) -> None:
    """Let besieged people out: a few leak through, others use a corridor up to its capacity."""
    v = w.day.now[PERIOD]
    calendar, rates = w.program.calendar, w.rates
    for p in range(w.program.map.place.home.size):
        if not calendar.place.besieged[v, p]:
            continue
        push = w.day.place.push[p]
        if rates.place.leak[m, p] > 0.0 and set_shares(w, m, p, calendar.option.exit[v]):
            take_out(w, m, p, 1.0 - math.exp(-rates.place.leak[m, p] * push), math.inf)
        capacity = calendar.place.corridor[v, p]
        if math.isnan(capacity):
            capacity = rates.place.corridor[m, p]
        if capacity > 0.0 and set_shares(w, m, p, calendar.option.corridor[v]):
            take_out(w, m, p, 1.0 - math.exp(-rates.place.uptake[m, p] * push), capacity)


@njit(cache=True, nogil=True, _nrt=False)
def take_out(w: World, m: int, p: int, chance: float, capacity: float) -> None:
    """Let each person in a besieged place try to leave, up to a capacity; mark them deprived."""
    themap, people, rng = w.program.map, w.state.people, w.streams.leaving
    cohorts = people.shape[2]
    going, total = w.day.trying, 0
    for k in range(cohorts):
        going[k] = some_of(rng, people[m, themap.place.home[p], k], chance)
        going[cohorts + k] = some_of(rng, people[m, themap.place.rest[p], k], chance)
        total += going[k] + going[cohorts + k]
    if total > capacity:
        take_at_random(rng, going, int(capacity))
    groups = themap.share.size
    for k in range(cohorts):
        w.day.leaving[k] = 0
    for k in range(cohorts):
        people[m, themap.place.home[p], k] -= going[k]
        people[m, themap.place.rest[p], k] -= going[cohorts + k]
        deprived = cohorts - groups + k % groups
        w.day.leaving[deprived] += going[k] + going[cohorts + k]
    send(w, m, themap.place.start_node[p], w.day.leaving)
