"""Setting out along a path: who takes which, how far a day's travel takes them, and how they spend the night."""

from __future__ import annotations

import math

from corridor.engine.kernel.choosing import choose_each
from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.counting import counted
from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.route_choice import turns_away
from corridor.engine.kernel.visits import land
from corridor.engine.program import CARRIED, ENDED, PERIOD, ROW, STINT_STEPS, Ints, SimState

_FEW = 5
"""People for each path up to whom each chooses a path alone; more are divided path by path."""


@inlined
def levels_after(w: SimState, index: int, moved: float, people: int, p: int) -> tuple[int, int]:
    """Return the level of recent travel after a day, and how many of the people are on the next one above it.

    The index becomes ``(index + travel of the day) / 2``, in whole steps. Rounding moves it by at most half a step; an
    error of the day before is halved every day, so that the index is never off by more than one step. Between two
    levels, each of the people is on either by chance, so that the mean is kept. A place draws.
    """
    network = w.program.network
    if moved < 0.0:
        return (index if moved == CARRIED else 0), 0
    steps = int(round((network.level[index] + moved) / 2.0))  # noqa: RUF046 - the compiler makes it a float
    low = network.level_below[steps]
    above = steps - network.level[low]
    if above == 0:
        return int(low), 0
    return int(low), some_of(w.streams.travel, p, people, above / (network.level[low + 1] - network.level[low]))


@inlined
def stay(w: SimState, m: int, night: tuple[int, int, float], k: int, people: int) -> None:
    """Let people spend the night in a position: its first slot, the level they came with, and the day's travel."""
    s, index, moved = night
    low, above = levels_after(w, index, moved, people, w.program.network.slot.place[s])
    w.state.people[m, s + low, k] += people - above
    if above > 0:
        w.state.people[m, s + low + 1, k] += above


@inlined
def travel_of_day(w: SimState, used: int) -> float:
    """Return what is used up of a day in steps of the recent-travel index, where recent travel matters."""
    clock = w.program.network.clock
    if not clock.minds_stints[0]:
        return float(CARRIED)
    return STINT_STEPS * used / float(clock.day[0])


@inlined
def night_at(w: SimState, i: int, at: tuple[int, int, int]) -> tuple[int, int, float]:
    """Return how people who are at a cell spend the night in a position of rest, as :func:`stay` takes it."""
    return w.program.network.rest.slot[i], at[1], travel_of_day(w, at[2])


@step
def send(w: SimState, m: int, i: int, people: Ints) -> None:
    """Send people on their way from a position of rest, by today's shares: one copy for all but the sweep."""
    set_out(w, m, (i, 0, 0), -1, people)


@step
def set_off(w: SimState, m: int, i: int, o: int, k: int, going: int) -> None:
    """Let people set off from a position of rest along a path: one copy for all but the sweep."""
    hop_along(w, m, (i, 0, 0), o, k, going)


@inlined
def set_out(w: SimState, m: int, at: tuple[int, int, int], bound: int, people: Ints) -> None:
    """Let people take the path that they are bound to, or spread them over the paths of their place.

    Those who are bound to a path that is shut forget it and stay.

    Parameters
    ----------
    at
        Their position of rest and level of recent travel, and how much of the day is used up.
    bound
        The path; -1 is none, and then today's shares count.
    """
    network = w.program.network
    p = network.rest.place[at[0]]
    first, last = network.place.first_path[p], network.place.last_path[p]
    if bound >= 0:
        first, last = bound, bound + 1
        if not w.program.calendar.path.move[w.scratch.now[PERIOD], bound] > 0.0:
            give_up(w, m, at, people)
            return
    else:
        last = last_with_share(w, first, last)
    for k in range(people.size):
        left, remaining = people[k], 1.0
        is_few = bound < 0 and left <= _FEW * (last - first)
        if is_few:
            choose_each(w, p, (first, last), left)
        for o in range(first, last):
            if left == 0:
                break
            if is_few:
                going = w.scratch.path.taken[o]
            else:
                share = 1.0 if bound >= 0 else w.scratch.share[o]
                is_rest = o == last - 1 or remaining <= share
                going = left if is_rest and share > 0.0 else some_of(w.streams.travel, p, left, share / remaining)
                remaining -= share
            left -= going
            if going > 0 and not is_held_up(w, m, at, o, k, going):
                hop_along(w, m, at, o, k, going)


@inlined
def last_with_share(w: SimState, first: int, last: int) -> int:
    """Return one more than the last path of some that anybody takes; it takes the rest, so that nobody is lost."""
    while last - 1 > first and w.scratch.share[last - 1] <= 0.0:
        last -= 1
    return last


@inlined
def give_up(w: SimState, m: int, at: tuple[int, int, int], people: Ints) -> None:
    """Let people forget their path and stay for the night."""
    i = w.program.network.rest.drop[at[0]]
    for k in range(people.size):
        stay(w, m, night_at(w, i, at), k, people[k])


@inlined
def may_board(w: SimState, o: int) -> bool:
    """Whether vehicles may take people along a path: out of a siege through a corridor alone."""
    path, v = w.program.calendar.path, w.scratch.now[PERIOD]
    return bool(path.move[v, o] > 0.0 or path.corridor[v, o] > 0.0)


@inlined
def is_held_up(w: SimState, m: int, at: tuple[int, int, int], o: int, k: int, going: int) -> bool:
    """Whether people who take a path go no further today: they queue for a seat, as far as they do not leak.

    Those who find the camp at the end of their path nearly full stay, under Flee's rules.
    """
    network = w.program.network
    q = network.path.queue[o]
    if q >= 0 and may_board(w, o) and w.program.calendar.gate[w.scratch.now[PERIOD], q] != math.inf:
        w.state.people[m, network.queue.slot[q], k] += going
        return True
    if turns_away(w, network.path.destination[o]):
        stay(w, m, night_at(w, network.rest.drop[at[0]], at), k, going)
        return True
    return False


@inlined
def hop_along(w: SimState, m: int, at: tuple[int, int, int], o: int, k: int, going: int) -> None:
    """Move people along the first route of a path until its end or the end of the day; some on a slow day."""
    hop, h, p = w.program.network.hop, hop_of(w, at[0], o), w.program.network.rest.place[at[0]]
    slow = some_on_slow_day(w, p, (h, o), going)
    number, pace = going - slow, (h, hop.speed[h], hop.first_way[h])
    for _ in range(2):
        if number > 0:
            target, moved = end_of_hop(w, at[2], pace)
            come(w, m, target, (at[1], moved, p), k, number)
        number, pace = slow, (h, hop.slow_speed[h], hop.first_slow_way[h])
    record_departure(w, m, at[0], o, going)


@inlined
def hop_of(w: SimState, i: int, o: int) -> int:
    """Return the row of the hop of a path, for those who walk at a position or those who do not."""
    return int(o + w.program.network.path.route.size) if w.program.network.rest.walks[i] else o


@inlined
def some_on_slow_day(w: SimState, p: int, hop: tuple[int, int], going: int) -> int:
    """Return how many of the people who set out from a place on a hop, along a path, have a slow day."""
    h, o = hop
    if w.program.network.hop.slow_speed[h] == 0:
        return 0
    return some_of(w.streams.travel, p, going, w.program.network.slow[w.program.network.path.route[o]])


@inlined
def record_departure(w: SimState, m: int, i: int, o: int, going: int) -> None:
    """Record that people set out from a position of rest along a path."""
    row = w.scratch.now[ROW]
    p, r = w.program.network.rest.place[i], w.program.network.path.route[o]
    w.record.place.departures[m, row, p] = counted(w.record.place.departures[m, row, p], going)
    w.record.flow[m, row, r] = counted(w.record.flow[m, row, r], going)


@inlined
def end_of_hop(w: SimState, used: int, pace: tuple[int, int, int]) -> tuple[tuple[int, int, int], float]:
    """Return the target of people who set out along a route at a pace, and the day's travel if their day ends.

    Where time is counted, what is left of the day decides how far they get. Where distance is counted, as Flee does,
    they have a full day's travel again after each arrival, as long as less lies behind them today.

    Parameters
    ----------
    used
        How much of the day is used up when they set out.
    pace
        The row of the hop, a day's travel, and the first slot on the way.
    """
    clock, hop = w.program.network.clock, w.program.network.hop
    h, speed, part = pace
    day, length = clock.day[0], hop.length[h]
    if clock.counts_time[0]:
        reach = (day - used) * speed // day
        arrives, end, limit, most = length <= reach, used + (length * day + speed - 1) // speed, day, day
        part += reach
    else:
        arrives, end, limit, most = speed > length, used + length, speed, used + speed
    if not arrives:
        return (-1, ENDED, w.program.network.part_slot[part]), travel_of_day(w, most)
    if hop.goes_on[h] and end < limit:
        return (hop.rest[h], end, -1), float(CARRIED)
    return (hop.rest[h], ENDED, -1), travel_of_day(w, end)


@inlined
def come(
    w: SimState, m: int, target: tuple[int, int, int], travel: tuple[int, float, int], k: int, people: int
) -> None:
    """Let people come to a target: a position of rest and part of the day, or else the first slot of one on the way.

    Parameters
    ----------
    travel
        The level of recent travel that they set out with, what they have travelled today if their day ends, and the
        place that they come from.
    """
    i, used, s = target
    index, above = levels_after(w, travel[0], travel[1], people, travel[2])
    number = people - above
    for _ in range(2):
        if number > 0:
            if i < 0:
                w.state.people[m, s + index, k] += number
            else:
                land(w, (i, index, used), k, number)
        number, index = above, index + 1
