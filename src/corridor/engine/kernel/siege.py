"""Leaving: the day's push and pull, people from outside, leaks and corridors out of a siege."""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import step
from corridor.engine.kernel.counting import counted
from corridor.engine.kernel.draws import share_of_day, some_of, take_at_random, whole
from corridor.engine.kernel.hops import send
from corridor.engine.kernel.route_choice import set_shares
from corridor.engine.program import DAY, PERIOD, ROW, SimState


@step
def draw_day_effects(w: SimState, m: int) -> None:
    """Set today's push of each town and advance the slow wanderings of push and pull by a day.

    Each wandering is an Ornstein-Uhlenbeck process in log units; a town's push of the day adds a
    spread of its own. A factor of 1 is a typical day.
    """
    d = w.scratch.now[ROW]
    network, rates = w.program.network, w.rates
    for p in range(network.place.home.size):
        is_town, is_camp = network.place.is_town[p], network.place.is_camp[p]
        sd = rates.place.push_sd[m, p] if is_town else rates.member.pull_sd[m]
        keep = rates.member.push_keep[m] if is_town else rates.member.pull_keep[m]
        if (is_town or is_camp) and sd > 0.0:
            step = sd * math.sqrt(1.0 - keep * keep) * w.effects.wander[m, d, p]
            w.state.drift[m, p] = keep * w.state.drift[m, p] + step
        w.scratch.place.pull[p] = rates.place.attract[m, p] * (math.exp(w.state.drift[m, p]) if is_camp else 1.0)
        w.scratch.place.push[p] = 1.0
        if is_town:
            today = rates.place.push_day_sd[m, p] * w.effects.day[m, d, p]
            w.scratch.place.push[p] = math.exp(w.state.drift[m, p] + today)


@step
def join(w: SimState, m: int) -> None:
    """Let people come in from outside the modelled area, to the gate where there is one."""
    d, t = w.scratch.now[ROW], w.scratch.now[DAY]
    network, share = w.program.network, w.program.network.share
    for p in range(network.place.home.size):
        if w.program.calendar.day_place.inflow[t, p] <= 0.0:
            continue
        left = whole(w.streams.leaving, p, w.program.calendar.day_place.inflow[t, p])
        w.state.tally.joined[m] += left
        w.record.place.arrivals[m, d, p] = counted(w.record.place.arrivals[m, d, p], left)
        q = max(network.place.admit_queue[p], network.place.pass_queue[p])
        s = network.place.rest[p] if network.place.rest[p] >= 0 else network.place.settled[p]
        if q >= 0:
            s = network.queue.slot[q]
        remaining = share.sum()
        for g in range(share.size):
            is_rest = g == share.size - 1 or remaining <= share[g]
            joining = left if is_rest else some_of(w.streams.leaving, p, left, share[g] / remaining)
            w.state.people[m, s, g] += joining
            left -= joining
            remaining -= share[g]


@step
def leave_siege(w: SimState, m: int) -> None:
    """Let besieged people out: a few leak through, others use a corridor up to its capacity."""
    v = w.scratch.now[PERIOD]
    calendar, rates = w.program.calendar, w.rates
    for p in range(w.program.network.place.home.size):
        if not calendar.place.besieged[v, p]:
            continue
        push = w.scratch.place.push[p]
        if rates.place.leak[m, p] > 0.0 and set_shares(w, m, p, calendar.path.exit[v]):
            take_out(w, m, p, 1.0 - math.exp(-rates.place.leak[m, p] * push), math.inf)
        capacity = calendar.place.corridor[v, p]
        if math.isnan(capacity):
            capacity = rates.place.corridor[m, p]
        if capacity > 0.0 and set_shares(w, m, p, calendar.path.corridor[v]):
            take_out(w, m, p, 1.0 - math.exp(-rates.place.uptake[m, p] * push), capacity)


@step
def take_out(w: SimState, m: int, p: int, chance: float, capacity: float) -> None:
    """Let each person in a besieged place try to leave, up to a capacity; mark them deprived.

    They are its residents and those at rest there: only a town has residents, and in a camp nobody is at rest.
    """
    network, people, rng = w.program.network, w.state.people, w.streams.leaving
    cohorts, home, rest = people.shape[2], network.place.home[p], network.place.rest[p]
    going, leaving, total = w.scratch.trying, w.scratch.leaving, 0
    for k in range(cohorts):
        going[k] = some_of(rng, p, people[m, home, k], chance) if home >= 0 else 0
        going[cohorts + k] = some_of(rng, p, people[m, rest, k], chance) if rest >= 0 else 0
        total += going[k] + going[cohorts + k]
    if total > capacity:
        take_at_random(rng, p, going, share_of_day(w, capacity))
    groups = network.share.size
    for k in range(cohorts):
        leaving[k] = 0
    for k in range(cohorts):
        if going[k] > 0:
            people[m, home, k] -= going[k]
        if going[cohorts + k] > 0:
            people[m, rest, k] -= going[cohorts + k]
        deprived = cohorts - groups + k % groups
        leaving[deprived] += going[k] + going[cohorts + k]
    send(w, m, network.place.morning[p], leaving)
