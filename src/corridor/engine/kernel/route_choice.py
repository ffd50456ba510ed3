"""Choosing a way: what each option weighs today, and who takes which."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.program import NEARLY_FULL, PERIOD, PRUNES, Floats, World

_LIKE_A_LAW = 1e8
"""People-equivalents from which on shares do not vary, so that nothing is drawn."""


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def room_factor(people: int, capacity: float, buffer: float) -> float:
    """Return how far crowding lowers the appeal of a place: 1 below the buffer, 0 when full."""
    if people >= capacity:
        return 0.0
    if people <= buffer * capacity:
        return 1.0
    return 1.0 - (people - buffer * capacity) / (capacity * (1.0 - buffer))


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def people_at(w: World, m: int, p: int) -> int:
    """Return how many people are inside a camp, without those who wait at its gate."""
    total = 0
    for s in range(w.program.map.place.first_inside[p], w.program.map.place.last_inside[p]):
        for k in range(w.state.people.shape[2]):
            total += w.state.people[m, s, k]
    return total


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def set_room(w: World, m: int, p: int) -> None:
    """Set how far crowding lowers the appeal of a place, after somebody came or left: camps alone are crowded."""
    if w.program.map.place.is_camp[p]:
        capacity = w.program.calendar.place.capacity[w.day.now[PERIOD], p]
        if capacity != math.inf:
            w.day.place.room[p] = room_factor(people_at(w, m, p), capacity, w.rates.member.buffer[m])


@njit(cache=True, nogil=True, _nrt=False)
def set_rooms(w: World, m: int) -> None:
    """Set how far crowding lowers the appeal of each place, as it is now."""
    for p in range(w.program.map.place.is_camp.size):
        w.day.place.room[p] = 1.0
        set_room(w, m, p)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def turns_away(w: World, p: int) -> bool:
    """Whether people on the way to a camp give up for the day, because it is nearly full."""
    if w.day.place.room[p] >= NEARLY_FULL or not w.program.map.law.turns_back[0]:
        return False
    return not w.program.calendar.place.suspended[w.day.now[PERIOD], p]


@njit(cache=True, nogil=True, _nrt=False)
def set_shares(w: World, m: int, p: int, weights: Floats) -> bool:
    """Look at the room in all places, then set today's chance of each option of one; say whether there is any way."""
    set_rooms(w, m)
    return share_out(w, m, p, weights, 2)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def share_out(w: World, m: int, p: int, weights: Floats, people: int) -> bool:
    """Set the chance of each option of a place, by the room that is known; say whether there is any way.

    The weight of an option is its weight on the map, times the pull of where it leads, times the
    room there. A Dirichlet draw around the resulting shares makes whole convoys choose alike; it
    means nothing to a single person, who has the same chances with it as without.
    """
    themap, day = w.program.map, w.day
    power = themap.law.weight_power[0]
    first, last = themap.place.first_option[p], themap.place.last_option[p]
    total, most, ways = 0.0, 0.0, 0
    for o in range(first, last):
        to = themap.option.destination[o]
        weight = weights[o]
        if weight > 0.0:
            room = day.place.room[to]
            weight *= day.place.pull[to] * (room if power == 1.0 else room**power)
        day.option.share[o] = weight
        total += weight
        most = max(most, weight)
        ways += 1 if weight > 0.0 else 0
    if total <= 0.0:
        return False
    if themap.law.pruning[0] > PRUNES:
        total = prune(w, first, last, most / themap.law.pruning[0])
    for o in range(first, last):
        day.option.share[o] /= total
    if ways > 1 and people > 1 and w.rates.member.concentration[m] < _LIKE_A_LAW:
        blur_shares(w, m, first, last)
    return True


@njit(cache=True, nogil=True, _nrt=False)
def prune(w: World, first: int, last: int, least: float) -> float:
    """Leave out options that weigh less than the least that counts; return what the others weigh."""
    total = 0.0
    for o in range(first, last):
        if w.day.option.share[o] < least:
            w.day.option.share[o] = 0.0
        total += w.day.option.share[o]
    return total


@njit(cache=True, nogil=True, _nrt=False)
def blur_shares(w: World, m: int, first: int, last: int) -> None:
    """Replace shares by a Dirichlet draw around them."""
    total = 0.0
    for o in range(first, last):
        share = w.day.option.share[o]
        w.day.option.weight[o] = 0.0
        if share > 0.0:
            w.day.option.weight[o] = w.streams.travel.standard_gamma(share * w.rates.member.concentration[m])
        total += w.day.option.weight[o]
    if total > 0.0:
        for o in range(first, last):
            w.day.option.share[o] = w.day.option.weight[o] / total


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def chance_to_move(w: World, m: int, p: int) -> float:
    """Return the chance that somebody at rest in a place moves on today."""
    v = w.day.now[PERIOD]
    if w.program.calendar.place.conflict[v, p] > 0.0:
        return float(w.rates.place.move_conflict[m, p])
    if w.program.calendar.place.suspended[v, p]:
        return float(w.rates.place.move_town[m, p])
    return float(w.rates.place.move[m, p])


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def is_quiet_town(w: World, p: int) -> bool:
    """Whether a place is a town today, without fighting; a camp that is suspended is one."""
    v = w.day.now[PERIOD]
    if w.program.calendar.place.conflict[v, p] > 0.0:
        return False
    return bool(w.program.map.place.is_town[p] or w.program.calendar.place.suspended[v, p])
