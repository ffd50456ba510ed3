"""Becoming displaced: by a rate, by a number for each day of fighting, or by a number that is prescribed."""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.draws import poisson, some_of, take_at_random
from corridor.engine.program import DAY, PERIOD, SimState


@step
def flee_fighting(w: SimState, m: int) -> None:
    """Let residents of places with fighting become displaced, by the rule of the scenario."""
    rule_flags = w.program.network.rule_flags
    if rule_flags.is_prescribed[0]:
        set_out_as_prescribed(w, m)
    elif rule_flags.per_day[0] > 0.0 or rule_flags.share_per_day[0] > 0.0:
        flee_by_number(w, m)
    else:
        flee_by_rate(w, m)


@step
def flee_by_rate(w: SimState, m: int) -> None:
    """Let each resident become displaced with a chance ``1 - exp(-onset rate x intensity x push)``."""
    t = w.scratch.now[DAY]
    network, people = w.program.network, w.state.people
    for p in range(network.place.home.size):
        intensity = w.program.calendar.day_place.source[t, p]
        if network.place.home[p] < 0 or intensity <= 0.0:
            continue
        chance = 1.0 - math.exp(-w.rates.place.onset[m, p] * intensity * w.scratch.place.push[p])
        for k in range(people.shape[2]):
            going = some_of(w.streams.leaving, p, people[m, network.place.home[p], k], chance)
            people[m, network.place.home[p], k] -= going
            people[m, network.place.begin[p], k] += going


@step
def flee_by_number(w: SimState, m: int) -> None:
    """Let a number of people become displaced at each place with fighting, for each day of it.

    It is ``n x intensity``, or ``share x residents x intensity``, rounded down, or a Poisson number
    with that mean.
    """
    v = w.scratch.now[PERIOD]
    network = w.program.network
    for p in range(network.place.home.size):
        intensity = w.program.calendar.place.conflict[v, p]
        if intensity <= 0.0:
            continue
        amount = network.rule_flags.per_day[0] * intensity
        amount += network.rule_flags.share_per_day[0] * residents_at(w, m, p) * intensity
        if network.rule_flags.is_poisson[0]:
            displace(w, m, p, poisson(w.streams.leaving, p, amount))
        else:
            displace(w, m, p, int(amount))


@step
def set_out_as_prescribed(w: SimState, m: int) -> None:
    """Let the prescribed number of people become displaced, drawn over the places with fighting.

    A place counts with its residents times the intensity of its fighting.
    """
    t = w.scratch.now[DAY]
    left = w.program.calendar.prescribed[t]
    if left <= 0:
        return
    total = 0.0
    for p in range(w.program.network.place.home.size):
        w.scratch.weight[p] = residents_at(w, m, p) * w.program.calendar.day_place.source[t, p]
        total += w.scratch.weight[p]
    if total <= 0.0:
        return
    for p in range(w.program.network.place.home.size):
        if left <= 0:
            return
        if w.scratch.weight[p] <= 0.0:
            continue
        is_rest = total <= w.scratch.weight[p] * (1.0 + 1e-12)
        going = left if is_rest else some_of(w.streams.leaving, p, left, w.scratch.weight[p] / total)
        total -= w.scratch.weight[p]
        left -= going
        if going > 0:
            displace(w, m, p, going)


@inlined
def residents_at(w: SimState, m: int, p: int) -> int:
    """Return how many residents a place has left; camps have none."""
    home, total = w.program.network.place.home[p], 0
    if home >= 0:
        for k in range(w.state.people.shape[2]):
            total += w.state.people[m, home, k]
    return total


@step
def displace(w: SimState, m: int, p: int, number: int) -> None:
    """Let a number of people become displaced in a place.

    They leave its residents if the rules say so. Those whom no resident is left for, or none is
    taken for, join the model, by the shares of the groups.
    """
    network, people = w.program.network, w.state.people
    cohorts, left = people.shape[2], number
    if network.rule_flags.takes_residents[0] and network.place.home[p] >= 0:
        home, chosen, total = network.place.home[p], w.scratch.cell, 0
        for k in range(cohorts):
            chosen[k] = people[m, home, k]
            total += chosen[k]
        take_at_random(w.streams.leaving, p, chosen, left)
        for k in range(cohorts):
            people[m, home, k] -= chosen[k]
            people[m, network.place.begin[p], k] += chosen[k]
        left -= min(left, total)
    w.state.tally.joined[m] += left
    remaining = network.share.sum()
    for g in range(network.share.size):
        is_rest = g == network.share.size - 1 or remaining <= network.share[g]
        number_of_group = left if is_rest else some_of(w.streams.leaving, p, left, network.share[g] / remaining)
        people[m, network.place.begin[p], g] += number_of_group
        left -= number_of_group
        remaining -= network.share[g]
