"""Choosing a path: the weight of each today, and who takes which."""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.draws import standard_gamma
from corridor.engine.program import CROWDED, LOOK, NEARLY_FULL, PERIOD, PRUNES, Floats, SimState

_LIKE_A_LAW = 1e8
"""People-equivalents from which on shares do not vary, so that nothing is drawn."""


@inlined
def room_factor(people: int, capacity: float, buffer: float) -> float:
    """Return how far crowding lowers the appeal of a place: 1 below the buffer, 0 when full."""
    if people >= capacity:
        return 0.0
    if people <= buffer * capacity:
        return 1.0
    return 1.0 - (people - buffer * capacity) / (capacity * (1.0 - buffer))


@inlined
def people_at(w: SimState, m: int, p: int) -> int:
    """Return how many people are inside a camp, without those who wait at its gate."""
    place = w.program.network.place
    return people_in(w, m, place.first_inside[p], place.last_inside[p])


@inlined
def people_in(w: SimState, m: int, first: int, last: int) -> int:
    """Return how many people are in slots that follow each other, from the first to one before the last."""
    total = 0
    for s in range(first, last):
        for k in range(w.state.people.shape[2]):
            total += w.state.people[m, s, k]
    return total


@inlined
def set_room(w: SimState, m: int, p: int) -> None:
    """Set how far crowding lowers the appeal of a place, after somebody came or left: camps alone are crowded."""
    if w.program.network.place.is_camp[p]:
        capacity = w.program.calendar.place.capacity[w.scratch.now[PERIOD], p]
        if capacity != math.inf:
            room = room_factor(people_at(w, m, p), capacity, w.rates.member.buffer[m])
            if room < NEARLY_FULL and w.program.network.rule_flags.turns_back[0]:
                w.scratch.now[CROWDED] = 1
            if room != w.scratch.place.room[p]:
                w.scratch.place.room[p] = room
                w.scratch.now[LOOK] += 1


@step
def set_rooms(w: SimState, m: int) -> None:
    """Set how far crowding lowers the appeal of each place, as it is now; shares set before no longer hold."""
    w.scratch.now[LOOK] += 1
    w.scratch.now[CROWDED] = 0
    for p in range(w.program.network.place.is_camp.size):
        w.scratch.place.room[p] = 1.0
        set_room(w, m, p)


@inlined
def turns_away(w: SimState, p: int) -> bool:
    """Whether people bound for a camp give up for the day, because it is nearly full: under Flee's rules alone."""
    if w.scratch.now[CROWDED] == 0 or w.scratch.place.room[p] >= NEARLY_FULL:
        return False
    return not w.program.calendar.place.suspended[w.scratch.now[PERIOD], p]


@step
def set_shares(w: SimState, m: int, p: int, weights: Floats) -> bool:
    """Look at the room in all places, then set today's chance of each path of one; return whether there is any."""
    set_rooms(w, m)
    return share_out(w, m, p, weights, 2)


@inlined
def share_out(w: SimState, m: int, p: int, weights: Floats, people: int) -> bool:
    """Set the chance of each path of a place, by the room last set; return whether there is any.

    The weight of a path is its weight in the calendar, times the pull of where it leads, times the
    room there. A Dirichlet draw around the resulting shares makes whole convoys choose alike; it
    means nothing to a single person, who has the same chances with it as without. Shares that are not drawn hold
    until the room of some camp changes.
    """
    is_blurred = people > 1 and is_blurred_in(w, m)
    if w.scratch.place.look[p] == w.scratch.now[LOOK] and not is_blurred:
        return True
    return share_out_anew(w, m, p, weights, is_blurred)


@inlined
def is_blurred_in(w: SimState, m: int) -> bool:
    """Whether those who set out together choose more alike than by today's shares alone."""
    return bool(w.rates.member.concentration[m] < _LIKE_A_LAW)


@step
def share_out_anew(w: SimState, m: int, p: int, weights: Floats, is_blurred: bool) -> bool:  # noqa: FBT001 - a step
    """Set the chance of each path of a place, whether or not it is set; return whether there is any."""
    network, day = w.program.network, w.scratch
    day.place.look[p] = 0
    day.place.drawn[p] = 0
    power = network.rule_flags.weight_power[0]
    first, last = network.place.first_path[p], network.place.last_path[p]
    total, most, paths = 0.0, 0.0, 0
    for o in range(first, last):
        to = network.path.destination[o]
        weight = weights[o]
        if weight > 0.0:
            room = day.place.room[to]
            weight *= day.place.pull[to] * (room if power == 1.0 else room**power)
        day.share[o] = weight
        total += weight
        most = max(most, weight)
        paths += 1 if weight > 0.0 else 0
    if total <= 0.0:
        return False
    if network.rule_flags.pruning[0] > PRUNES:
        total = prune(w, first, last, most / network.rule_flags.pruning[0])
    for o in range(first, last):
        day.share[o] /= total
    if is_blurred and paths > 1:
        blur_shares(w, m, p)
    else:
        day.place.look[p] = day.now[LOOK]
    return True


@step
def prune(w: SimState, first: int, last: int, least: float) -> float:
    """Leave out paths that weigh less than the least that counts; return what the others weigh."""
    total = 0.0
    for o in range(first, last):
        if w.scratch.share[o] < least:
            w.scratch.share[o] = 0.0
        total += w.scratch.share[o]
    return total


@step
def blur_shares(w: SimState, m: int, p: int) -> None:
    """Replace the shares of a place's paths by a Dirichlet draw around them."""
    total, first, last = 0.0, w.program.network.place.first_path[p], w.program.network.place.last_path[p]
    for o in range(first, last):
        share = w.scratch.share[o]
        w.scratch.path.weight[o] = 0.0
        if share > 0.0:
            concentration = w.rates.member.concentration[m]
            w.scratch.path.weight[o] = standard_gamma(w.streams.travel, p, share * concentration)
        total += w.scratch.path.weight[o]
    if total > 0.0:
        for o in range(first, last):
            w.scratch.share[o] = w.scratch.path.weight[o] / total


@step
def set_chances(w: SimState, m: int) -> None:
    """Set the chance that somebody at rest in each place moves on today, and which places are quiet towns."""
    network, today = w.program.network, w.scratch.place
    for p in range(network.place.is_town.size):
        has_paths = network.place.last_path[p] > network.place.first_path[p]
        today.move[p] = chance_to_move(w, m, p) if has_paths else 0.0
        today.is_quiet[p] = has_paths and is_quiet_town(w, p)


@inlined
def chance_to_move(w: SimState, m: int, p: int) -> float:
    """Return the chance that somebody at rest in a place moves on today."""
    v = w.scratch.now[PERIOD]
    if w.program.calendar.place.conflict[v, p] > 0.0:
        return float(w.rates.place.move_conflict[m, p])
    if w.program.calendar.place.suspended[v, p]:
        return float(w.rates.place.move_town[m, p])
    return float(w.rates.place.move[m, p])


@inlined
def is_quiet_town(w: SimState, p: int) -> bool:
    """Whether a place is a town today, without fighting; a camp that is suspended is one."""
    v = w.scratch.now[PERIOD]
    if w.program.calendar.place.conflict[v, p] > 0.0:
        return False
    return bool(w.program.network.place.is_town[p] or w.program.calendar.place.suspended[v, p])
