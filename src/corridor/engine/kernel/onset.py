"""Becoming displaced: by a rate, by a number for each day of fighting, or by a number that is given."""

from __future__ import annotations

import math

from numba import njit

from corridor.engine.kernel.draws import poisson, some_of, take_at_random
from corridor.engine.program import DAY, PERIOD, World


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def flee_fighting(w: World, m: int) -> None:
    """Let residents of places with fighting become displaced, as the law has it."""
    law = w.program.map.law
    if law.is_given[0]:
        set_out_as_given(w, m)
    elif law.per_day[0] > 0.0 or law.share_per_day[0] > 0.0:
        flee_by_number(w, m)
    else:
        flee_by_rate(w, m)


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def flee_by_rate(w: World, m: int) -> None:
    """Let each resident become displaced with a chance ``1 - exp(-onset rate x intensity x push)``."""
    t = w.day.now[DAY]
    themap, people = w.program.map, w.state.people
    for p in range(themap.place.home.size):
        intensity = w.program.calendar.day_place.source[t, p]
        if themap.place.home[p] < 0 or intensity <= 0.0:
            continue
        chance = 1.0 - math.exp(-w.rates.place.onset[m, p] * intensity * w.day.place.push[p])
        for k in range(people.shape[2]):
            going = some_of(w.streams.leaving, people[m, themap.place.home[p], k], chance)
            people[m, themap.place.home[p], k] -= going
            people[m, themap.place.begin[p], k] += going


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def flee_by_number(w: World, m: int) -> None:
    """Let a number of people become displaced at each place with fighting, for each day of it.

    It is ``n x intensity``, or ``share x residents x intensity``, rounded down, or a Poisson number
    with that mean.
    """
    v = w.day.now[PERIOD]
    themap = w.program.map
    for p in range(themap.place.home.size):
        intensity = w.program.calendar.place.conflict[v, p]
        if intensity <= 0.0:
            continue
        amount = themap.law.per_day[0] * intensity
        amount += themap.law.share_per_day[0] * residents_at(w, m, p) * intensity
        if themap.law.is_poisson[0]:
            displace(w, m, p, poisson(w.streams.leaving, amount))
        else:
            displace(w, m, p, int(amount))


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def set_out_as_given(w: World, m: int) -> None:
    """Let a given number of people become displaced, drawn over the places with fighting.

    A place counts with its residents times the intensity of its fighting.
    """
    t = w.day.now[DAY]
    left = w.program.calendar.given[t]
    if left <= 0:
        return
    total = 0.0
    for p in range(w.program.map.place.home.size):
        w.day.weight[p] = residents_at(w, m, p) * w.program.calendar.day_place.source[t, p]
        total += w.day.weight[p]
    if total <= 0.0:
        return
    for p in range(w.program.map.place.home.size):
        if left <= 0:
            return
        if w.day.weight[p] <= 0.0:
            continue
        is_rest = total <= w.day.weight[p] * (1.0 + 1e-12)
        going = left if is_rest else some_of(w.streams.leaving, left, w.day.weight[p] / total)
        total -= w.day.weight[p]
        left -= going
        if going > 0:
            displace(w, m, p, going)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def residents_at(w: World, m: int, p: int) -> int:
    """Return how many residents a place has left; camps have none."""
    home, total = w.program.map.place.home[p], 0
    if home >= 0:
        for k in range(w.state.people.shape[2]):
            total += w.state.people[m, home, k]
    return total


@njit(cache=True, nogil=True, _nrt=False)
def displace(w: World, m: int, p: int, number: int) -> None:
    """Let a number of people become displaced in a place.

    They leave its residents if the law has it so. Those whom no resident is left for, or none is
    taken for, join the model, by the shares of the groups.
    """
    themap, people = w.program.map, w.state.people
    cohorts, left = people.shape[2], number
    if themap.law.takes_residents[0] and themap.place.home[p] >= 0:
        home, chosen, total = themap.place.home[p], w.day.cell, 0
        for k in range(cohorts):
            chosen[k] = people[m, home, k]
            total += chosen[k]
        take_at_random(w.streams.leaving, chosen, left)
        for k in range(cohorts):
            people[m, home, k] -= chosen[k]
            people[m, themap.place.begin[p], k] += chosen[k]
        left -= min(left, total)
    w.state.tally.joined[m] += left
    remaining = themap.share.sum()
    for g in range(themap.share.size):
        is_rest = g == themap.share.size - 1 or remaining <= themap.share[g]
        here = left if is_rest else some_of(w.streams.leaving, left, themap.share[g] / remaining)
        people[m, themap.place.begin[p], g] += here
        left -= here
        remaining -= themap.share[g]
