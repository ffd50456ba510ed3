"""Moving people alone, from place to place until their day is over."""

from __future__ import annotations

from corridor.engine.kernel.choosing import one_of
from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.counting import counted
from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.hops import (
    end_of_hop,
    hop_of,
    is_held_up,
    levels_after,
    night_at,
    record_departure,
    some_on_slow_day,
    stay,
)
from corridor.engine.kernel.route_choice import share_out
from corridor.engine.program import ENDED, PERIOD, ROW, STINT_STEPS, SimState


@step
def walk(w: SimState, m: int, at: tuple[int, int, int], k: int) -> None:
    """Let somebody arrive, and go on from place to place until the day is over."""
    hop = w.program.network.hop
    is_over = False
    while not is_over:
        o = path_on_arrival(w, m, at, k)
        is_over = o < 0 or is_held_up(w, m, at, o, k, 1)
        if not is_over:
            h, p = hop_of(w, at[0], o), w.program.network.rest.place[at[0]]
            pace = (h, hop.speed[h], hop.first_way[h])
            if some_on_slow_day(w, p, (h, o), 1) > 0:
                pace = (h, hop.slow_speed[h], hop.first_slow_way[h])
            record_departure(w, m, at[0], o, 1)
            target, moved = end_of_hop(w, at[2], pace)
            low, above = levels_after(w, at[1], moved, 1, p)
            is_over = target[0] < 0
            if is_over:
                w.state.people[m, target[2] + low + above, k] += 1
            at = (target[0], low + above, target[1])


@inlined
def path_on_arrival(w: SimState, m: int, at: tuple[int, int, int], k: int) -> int:
    """Let somebody arrive; return the path that they go on along, -1 where they queue or stay."""
    network = w.program.network
    i, o, q = at[0], network.rest.path[at[0]], network.rest.gate[at[0]]
    d, p = w.scratch.now[ROW], network.rest.place[i]
    w.record.place.arrivals[m, d, p] = counted(w.record.place.arrivals[m, d, p], 1)
    if q >= 0:
        w.state.people[m, network.queue.slot[q], k] += 1
        return -1
    if at[2] == ENDED:
        w.state.people[m, network.rest.slot[i] + at[1], k] += 1
        return -1
    if some_of(w.streams.travel, p, 1, chance_at(w, at)) > 0:
        if o < 0:
            o = free_path(w, m, network.rest.place[i])
        elif not w.program.calendar.path.move[w.scratch.now[PERIOD], o] > 0.0:
            i, o = network.rest.drop[i], -1
    else:
        o = -1
    if o < 0:
        stay(w, m, night_at(w, i, at), k, 1)
    return int(o)


@inlined
def free_path(w: SimState, m: int, p: int) -> int:
    """Return the path that somebody takes who is bound to none, by today's shares; -1 where there is none."""
    if not share_out(w, m, p, w.program.calendar.path.move[w.scratch.now[PERIOD]], 1):
        return -1
    return one_of(w, p, w.program.network.place.first_path[p], w.program.network.place.last_path[p])


@inlined
def chance_at(w: SimState, at: tuple[int, int, int]) -> float:
    """Return the chance that people at a cell move on: bound to a path, or with little travel lately, all do."""
    network, clock = w.program.network, w.program.network.clock
    today, p = w.scratch.place, network.rest.place[at[0]]
    if network.rest.path[at[0]] >= 0 and not network.rule_flags.waits[0]:
        return 1.0
    if at[2] > 0 and clock.minds_stints[0]:
        is_short = STINT_STEPS * at[2] < (STINT_STEPS - network.level[at[1]]) * clock.day[0]
        if is_short and today.is_quiet[p]:
            return 1.0
    return float(today.move[p])
