"""Life and death on the way and in camps, departures, and the record of the day."""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import step
from corridor.engine.kernel.counting import counted
from corridor.engine.kernel.draws import some_of, take_at_random
from corridor.engine.kernel.route_choice import people_at
from corridor.engine.program import (
    DAY,
    EN_ROUTE,
    HOME,
    INSIDE,
    NEW,
    PERIOD,
    QUEUE_AGES,
    ROW,
    WAITING,
    SimState,
)


@step
def count_slots(w: SimState, m: int) -> None:
    """Count the people in each slot, so that empty ones, which are most, can be passed over."""
    people = w.state.people
    for s in range(people.shape[1]):
        total = 0
        for k in range(people.shape[2]):
            total += people[m, s, k]
        w.scratch.crowd[s] = total


@step
def set_exposed(w: SimState, m: int) -> None:
    """Set the share of people in the open: all, or those above the capacity of the site."""
    v = w.scratch.now[PERIOD]
    network = w.program.network
    for p in range(network.place.rest.size):
        w.scratch.place.exposed[p] = 1.0
        capacity = w.program.calendar.place.capacity[v, p]
        if network.place.rest[p] < 0 or capacity == math.inf:
            continue
        present = people_at(w, m, p) + count_waiting(w, m, p)
        if present > 0:
            w.scratch.place.exposed[p] = max(0.0, 1.0 - capacity / present)


@step
def count_waiting(w: SimState, m: int, p: int) -> int:
    """Return how many people wait in the queues of a place."""
    total = 0
    for q in range(w.program.network.queue.slot.size):
        if w.program.network.queue.place[q] == p:
            first = w.program.network.queue.slot[q]
            for s in range(first, first + QUEUE_AGES):
                for k in range(w.state.people.shape[2]):
                    total += w.state.people[m, s, k]
    return total


@step
def hazard_at(w: SimState, m: int, s: int) -> float:
    """Return today's hazard of death in a slot, 1/day; at home it is 0 unless the place is besieged."""
    network = w.program.network
    exposure, p = network.slot.exposure[s], network.slot.place[s]
    if exposure == HOME:
        besieged = w.program.calendar.place.besieged[w.scratch.now[PERIOD], p]
        return float(w.rates.hazard[m, INSIDE]) if besieged else 0.0
    hazard: float = w.rates.hazard[m, exposure]
    if exposure == WAITING and network.place.rest[p] >= 0:
        exposed = w.scratch.place.exposed[p]
        hazard = exposed * hazard + (1.0 - exposed) * w.rates.hazard[m, NEW]
    if EN_ROUTE <= exposure <= NEW:
        hazard *= w.program.calendar.day_place.cold[w.scratch.now[DAY], p]
    return hazard


@step
def has_hazard(w: SimState, m: int) -> bool:
    """Whether anybody dies at all: under Flee's rules nobody does."""
    most = 0.0
    for exposure in range(w.rates.hazard.shape[1]):
        most = max(most, w.rates.hazard[m, exposure])
    return most > 0.0


@step
def die(w: SimState, m: int) -> None:
    """Let people die, by where they are, their group, the cold, and what they went through.

    The chance is ``1 - exp(-hazard x frailty x cold x deprivation)``. Cold counts on the way, in
    queues and soon after arrival; those under a roof of a site face the hazard of new arrivals.
    """
    d = w.scratch.now[ROW]
    network, people = w.program.network, w.state.people
    if not has_hazard(w, m):
        return
    set_exposed(w, m)
    count_slots(w, m)
    groups = network.share.size
    for s in range(network.slot.exposure.size):
        if w.scratch.crowd[s] == 0:
            continue
        p, hazard = network.slot.place[s], hazard_at(w, m, s)
        if hazard <= 0.0:
            continue
        for k in range(people.shape[2]):
            if people[m, s, k] == 0:
                continue
            hazard_of_cohort = hazard * w.rates.group.frailty[m, k % groups]
            if k >= groups:
                hazard_of_cohort *= w.rates.member.deprivation[m]
            dead = some_of(w.streams.deaths, p, people[m, s, k], 1.0 - math.exp(-hazard_of_cohort))
            people[m, s, k] -= dead
            w.state.tally.dead[m] += dead
            w.record.group.deaths[m, d, p, k % groups] += dead


@step
def settle(w: SimState, m: int) -> None:
    """Let new arrivals settle, and deprivation wear off."""
    network, people, rng = w.program.network, w.state.people, w.streams.departing
    groups = network.share.size
    for p in range(network.place.new.size):
        new, settled = network.place.new[p], network.place.settled[p]
        if new < 0:
            continue
        for k in range(people.shape[2]):
            moved = some_of(rng, p, people[m, new, k], w.rates.member.settle[m])
            people[m, new, k] -= moved
            people[m, settled, k] += moved
        for k in range(groups, people.shape[2]):
            for s in (new, settled):  # people bound to a path through a camp do not stay to recover
                well = some_of(rng, p, people[m, s, k], w.rates.member.recover[m])
                people[m, s, k] -= well
                people[m, s, k - groups] += well


@step
def depart(w: SimState, m: int) -> None:
    """Let people leave camps for somewhere outside the modelled area, or go home."""
    d = w.scratch.now[ROW]
    network, people = w.program.network, w.state.people
    for p in range(network.place.new.size):
        if not network.place.is_camp[p] or w.rates.place.depart[m, p] <= 0.0:
            continue
        for s in range(network.place.first_inside[p], network.place.last_inside[p]):
            for k in range(people.shape[2]):
                gone = some_of(w.streams.departing, p, people[m, s, k], w.rates.place.depart[m, p])
                people[m, s, k] -= gone
                w.state.tally.gone[m] += gone
                w.record.place.departures[m, d, p] = counted(w.record.place.departures[m, d, p], gone)


@step
def verify(w: SimState, m: int) -> None:
    """Correct the count of a camp where a verification says so; nobody moves."""
    t = w.scratch.now[DAY]
    network, people = w.program.network, w.state.people
    cohorts = people.shape[2]
    for p in range(network.place.settled.size):
        count = w.program.calendar.day_place.verified[t, p]
        if math.isnan(count) or network.place.settled[p] < 0:
            continue
        missing = int(count) - people_at(w, m, p)
        if missing >= 0:
            people[m, network.place.settled[p], 0] += missing
            w.state.tally.joined[m] += missing
            continue
        remaining, there = w.scratch.trying, 0
        for k in range(cohorts):
            remaining[k] = people[m, network.place.settled[p], k]
            remaining[cohorts + k] = people[m, network.place.new[p], k]
            there += remaining[k] + remaining[cohorts + k]
        take_at_random(w.streams.departing, p, remaining, max(0, there + missing))
        w.state.tally.gone[m] += min(there, -missing)
        missing += min(there, -missing)
        for k in range(cohorts):
            people[m, network.place.settled[p], k] = remaining[k]
            people[m, network.place.new[p], k] = remaining[cohorts + k]
            for s in range(network.place.first_inside[p], network.place.last_inside[p]):
                if missing < 0 and s != network.place.settled[p] and s != network.place.new[p]:
                    fewer = min(people[m, s, k], -missing)
                    people[m, s, k] -= fewer
                    w.state.tally.gone[m] += fewer
                    missing += fewer


@step
def record_day(w: SimState, m: int) -> None:
    """Record where everybody is at the end of the day."""
    d = w.scratch.now[ROW]
    v = w.scratch.now[PERIOD]
    network, people, record = w.program.network, w.state.people, w.record
    groups = network.share.size
    for n in range(network.slot_block.first.size):
        for k in range(people.shape[2]):
            present = 0
            for s in range(network.slot_block.first[n], network.slot_block.last[n]):
                present += people[m, s, k]
            if present == 0:
                continue
            p, exposure = network.slot_block.place[n], network.slot_block.exposure[n]
            besieged = w.program.calendar.place.besieged[v, p]
            if exposure == EN_ROUTE:
                record.place.in_transit[m, d, p] += present
                continue
            if exposure != HOME:
                record.group.stock[m, d, p, k % groups] += present
            if network.slot_block.queued[n]:
                record.place.waiting[m, d, p] += present
            if besieged and not network.slot_block.queued[n]:
                record.place.inside[m, d, p] += present
