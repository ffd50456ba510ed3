"""Life and death on the way and in camps, departures, and the record of the day."""

from __future__ import annotations

import math

from numba import njit

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
    World,
)


@njit(cache=True, nogil=True, _nrt=False)
def count_slots(w: World, m: int) -> None:
    """Count the people in each slot, so that empty ones, which are most, can be passed over."""
    people = w.state.people
    for s in range(people.shape[1]):
        total = 0
        for k in range(people.shape[2]):
            total += people[m, s, k]
        w.day.crowd[s] = total


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def set_exposed(w: World, m: int) -> None:
    """Set the share of people in the open: all, or those above the capacity of the site."""
    v = w.day.now[PERIOD]
    themap = w.program.map
    for p in range(themap.place.rest.size):
        w.day.place.exposed[p] = 1.0
        capacity = w.program.calendar.place.capacity[v, p]
        if themap.place.rest[p] < 0 or capacity == math.inf:
            continue
        here = people_at(w, m, p) + count_waiting(w, m, p)
        if here > 0:
            w.day.place.exposed[p] = max(0.0, 1.0 - capacity / here)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def count_waiting(w: World, m: int, p: int) -> int:
    """Return how many people wait in the queues of a place."""
    total = 0
    for q in range(w.program.map.queue.slot.size):
        if w.program.map.queue.place[q] == p:
            first = w.program.map.queue.slot[q]
            for s in range(first, first + QUEUE_AGES):
                for k in range(w.state.people.shape[2]):
                    total += w.state.people[m, s, k]
    return total


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def hazard_at(w: World, m: int, s: int) -> float:
    """Return today's hazard of death in a slot, 1/day; at home it is 0 unless the place is besieged."""
    themap = w.program.map
    exposure, p = themap.slot.exposure[s], themap.slot.place[s]
    if exposure == HOME:
        besieged = w.program.calendar.place.besieged[w.day.now[PERIOD], p]
        return float(w.rates.hazard[m, INSIDE]) if besieged else 0.0
    hazard: float = w.rates.hazard[m, exposure]
    if exposure == WAITING and themap.place.rest[p] >= 0:
        exposed = w.day.place.exposed[p]
        hazard = exposed * hazard + (1.0 - exposed) * w.rates.hazard[m, NEW]
    if EN_ROUTE <= exposure <= NEW:
        hazard *= w.program.calendar.day_place.cold[w.day.now[DAY], p]
    return hazard


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def die(w: World, m: int) -> None:
    """Let people die, by where they are, their group, the cold, and what they went through.

    The chance is ``1 - exp(-hazard x frailty x cold x deprivation)``. Cold counts on the way, in
    queues and soon after arrival; those under a roof of a site face the hazard of new arrivals.
    """
    d = w.day.now[ROW]
    themap, people = w.program.map, w.state.people
    set_exposed(w, m)
    count_slots(w, m)
    groups = themap.share.size
    for s in range(themap.slot.exposure.size):
        if w.day.crowd[s] == 0:
            continue
        p, hazard = themap.slot.place[s], hazard_at(w, m, s)
        if hazard <= 0.0:
            continue
        for k in range(people.shape[2]):
            if people[m, s, k] == 0:
                continue
            here = hazard * w.rates.group.frailty[m, k % groups]
            if k >= groups:
                here *= w.rates.member.deprivation[m]
            dead = some_of(w.streams.deaths, people[m, s, k], 1.0 - math.exp(-here))
            people[m, s, k] -= dead
            w.state.tally.dead[m] += dead
            w.record.group.deaths[m, d, p, k % groups] += dead


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def settle(w: World, m: int) -> None:
    """Let new arrivals settle, and deprivation wear off."""
    themap, people, rng = w.program.map, w.state.people, w.streams.departing
    groups = themap.share.size
    for p in range(themap.place.new.size):
        new, settled = themap.place.new[p], themap.place.settled[p]
        if new < 0:
            continue
        for k in range(people.shape[2]):
            moved = some_of(rng, people[m, new, k], w.rates.member.settle[m])
            people[m, new, k] -= moved
            people[m, settled, k] += moved
        for k in range(groups, people.shape[2]):
            for s in (new, settled):  # people bound to a way through a camp do not stay to recover
                well = some_of(rng, people[m, s, k], w.rates.member.recover[m])
                people[m, s, k] -= well
                people[m, s, k - groups] += well


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def depart(w: World, m: int) -> None:
    """Let people leave camps for somewhere outside the modelled area, or go home."""
    d = w.day.now[ROW]
    themap, people = w.program.map, w.state.people
    for p in range(themap.place.new.size):
        if not themap.place.is_camp[p] or w.rates.place.depart[m, p] <= 0.0:
            continue
        for s in range(themap.place.first_inside[p], themap.place.last_inside[p]):
            for k in range(people.shape[2]):
                gone = some_of(w.streams.departing, people[m, s, k], w.rates.place.depart[m, p])
                people[m, s, k] -= gone
                w.state.tally.gone[m] += gone
                w.record.place.departures[m, d, p] += gone


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def verify(w: World, m: int) -> None:
    """Correct the count of a camp where a verification says so; nobody moves."""
    t = w.day.now[DAY]
    themap, people = w.program.map, w.state.people
    cohorts = people.shape[2]
    for p in range(themap.place.settled.size):
        count = w.program.calendar.day_place.verified[t, p]
        if math.isnan(count) or themap.place.settled[p] < 0:
            continue
        missing = int(count) - people_at(w, m, p)
        if missing >= 0:
            people[m, themap.place.settled[p], 0] += missing
            w.state.tally.joined[m] += missing
            continue
        kept, there = w.day.trying, 0
        for k in range(cohorts):
            kept[k] = people[m, themap.place.settled[p], k]
            kept[cohorts + k] = people[m, themap.place.new[p], k]
            there += kept[k] + kept[cohorts + k]
        take_at_random(w.streams.departing, kept, max(0, there + missing))
        w.state.tally.gone[m] += min(there, -missing)
        missing += min(there, -missing)
        for k in range(cohorts):
            people[m, themap.place.settled[p], k] = kept[k]
            people[m, themap.place.new[p], k] = kept[cohorts + k]
            for s in range(themap.place.first_inside[p], themap.place.last_inside[p]):
                if missing < 0 and s != themap.place.settled[p] and s != themap.place.new[p]:
                    fewer = min(people[m, s, k], -missing)
                    people[m, s, k] -= fewer
                    w.state.tally.gone[m] += fewer
                    missing += fewer


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def write_down(w: World, m: int) -> None:
    """Write down where everybody is at the end of the day."""
    d = w.day.now[ROW]
    v = w.day.now[PERIOD]
    themap, people, record = w.program.map, w.state.people, w.record
    groups = themap.share.size
    count_slots(w, m)
    for s in range(themap.slot.exposure.size):
        if w.day.crowd[s] == 0:
            continue
        p, exposure = themap.slot.place[s], themap.slot.exposure[s]
        besieged = w.program.calendar.place.besieged[v, p]
        for k in range(people.shape[2]):
            here = people[m, s, k]
            if here == 0:
                continue
            if exposure == EN_ROUTE:
                record.place.in_transit[m, d, p] += here
                continue
            if exposure != HOME:
                record.group.stock[m, d, p, k % groups] += here
            if themap.slot.queued[s]:
                record.place.waiting[m, d, p] += here
            if besieged and not themap.slot.queued[s]:
                record.place.inside[m, d, p] += here
