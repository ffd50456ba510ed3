"""Taking turns on a day on which a camp fills up or empties: people are divided at random, one part after the other.

People choose by how full camps are. Under Flee's rules each sees the room after the one before; moved together, all
would see the room that there was for the first. Divided into so many parts that the appeal of no camp changes by more
than a little from one to the next, they see what they would see one by one. Those at rest decide first, and whoever
leaves a camp makes room; those who have not decided are where they were. Then those who are under way arrive. Where the
appeal of no camp changes, all move at once.

Flee goes through people in the order in which they were displaced, the same every day. Here the order is drawn anew,
but those in camps, who were displaced earlier than most others, decide within the first half of the turns.
"""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import step
from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.route_choice import people_at, share_out
from corridor.engine.kernel.visits import add_visitors
from corridor.engine.program import HELD, PERIOD, VISITS, WALKERS, Ints, SimState

LEAST_CHANGE = 1 / 32
"""Change of the appeal of a camp, which is 0 to 1, by all who leave it in a day, up to which they need no turns."""

STEP_OF_TURN = 1 / 256
"""Change of the appeal of a camp from one turn to the next, where there are turns: people give up at a sharp limit."""

FEWEST = 0.25
"""People who come to a camp or leave it in a turn at the least, on average: turns are one by one already."""

MOST_TURNS = 128
"""Turns of a day at the most."""

FEWEST_TURNS = 4
"""Turns of those at rest at the least, if any: with two in camps and two without, the order is even on average."""


@step
def turns_at_rest(w: SimState, m: int) -> int:
    """Return in how many turns those at rest decide today: 1 unless people may leave a camp that is nearly full."""
    turns = 1
    if not w.program.network.rule_flags.turns_back[0]:
        return 1
    for p in range(w.program.network.place.is_camp.size):
        capacity = w.program.calendar.place.capacity[w.scratch.now[PERIOD], p]
        if not w.program.network.place.is_camp[p] or capacity == math.inf:
            continue
        buffer, present = w.rates.member.buffer[m], people_at(w, m, p)
        leaving = present * w.scratch.place.move[p]
        change = leaving / (capacity * (1.0 - buffer))
        is_between = buffer * capacity < present and present - leaving - 3.0 * math.sqrt(leaving) < capacity
        if is_between and change > LEAST_CHANGE:
            turns = max(turns, FEWEST_TURNS, 2 * math.ceil(min(change / STEP_OF_TURN, leaving / FEWEST) / 2.0))
    return int(min(turns, MOST_TURNS))


@step
def turns_of_day(w: SimState, m: int) -> int:
    """Return in how many turns those who are under way arrive today: 1 unless a camp fills up."""
    if not w.program.network.rule_flags.turns_back[0] or not may_fill(w, m):
        return 1
    expect_arrivals(w, m)
    v, place, turns = w.scratch.now[PERIOD], w.program.network.place, 1.0
    for p in range(place.is_camp.size):
        capacity = w.program.calendar.place.capacity[v, p]
        coming = w.scratch.coming[p]
        if not place.is_camp[p] or capacity == math.inf or coming <= 0.0:
            continue
        buffer, present = w.rates.member.buffer[m], people_at(w, m, p)
        if buffer * capacity < present + coming and present < capacity:
            turns = max(turns, coming / max(FEWEST, STEP_OF_TURN * capacity * (1.0 - buffer)))
    return int(min(math.ceil(turns), MOST_TURNS))


@step
def may_fill(w: SimState, m: int) -> bool:
    """Whether a camp could come to lose appeal, or lose more of it, if all who are under way went there."""
    v, place, coming = w.scratch.now[PERIOD], w.program.network.place, 0
    for n in range(w.scratch.now[VISITS]):
        for k in range(w.scratch.visitor.shape[1]):
            coming += w.scratch.visitor[n, k]
    for n in range(w.scratch.now[WALKERS]):
        coming += w.scratch.walker.people[n]
    for p in range(place.is_camp.size):
        capacity = w.program.calendar.place.capacity[v, p]
        if place.is_camp[p] and capacity != math.inf and coming > 0:
            present = people_at(w, m, p)
            if w.rates.member.buffer[m] * capacity < present + coming and present < capacity:
                return True
    return False


@step
def expect_arrivals(w: SimState, m: int) -> None:
    """Set how many people are expected to come to each place today, directly or by a choice on the way, at the most."""
    network, today = w.program.network, w.scratch
    kinds = network.clock.kinds[0]
    today.coming[:] = 0.0
    today.passing[:] = 0.0
    for n in range(w.scratch.now[VISITS] + w.scratch.now[WALKERS]):
        walker = n - w.scratch.now[VISITS]
        if walker >= 0:
            i, used = w.scratch.walker.rest[walker], w.scratch.walker.used[walker]
            people = w.scratch.walker.people[walker]
        else:
            i, used, people = w.scratch.visit.cell[n] // kinds, w.scratch.visit.used[n], w.scratch.visitor[n].sum()
        p = network.rest.place[i]
        today.coming[p] += people
        if used >= 0:
            today.passing[p] += people
    for p in range(network.place.is_camp.size):
        if today.passing[p] > 0.0 and share_out(w, m, p, w.program.calendar.path.move[w.scratch.now[PERIOD]], 1):
            for o in range(network.place.first_path[p], network.place.last_path[p]):
                today.coming[network.path.destination[o]] += today.passing[p] * w.scratch.share[o]


@step
def wait_to_decide(w: SimState, m: int) -> None:
    """Let all who are at rest wait for their turn to decide; they are where they were."""
    rester = w.program.network.rester
    for row in range(rester.slot.size):
        for s in range(rester.slot[row], rester.slot[row] + rester.kinds[row]):
            for k in range(w.state.people.shape[2]):
                w.scratch.undecided[s, k] = w.state.people[m, s, k]


@step
def take_deciding(w: SimState, m: int, s: int, left: tuple[int, int], people: Ints) -> int:
    """Take a part of those in a slot who have not decided; return how many they are.

    Parameters
    ----------
    left
        How many turns are left, and how many come after those of people in camps.
    people
        Filled with them, by cohort.
    """
    turns, total = left[0], 0
    if w.program.network.place.is_camp[w.program.network.slot.place[s]]:
        turns = max(1, left[0] - left[1])
    for k in range(w.state.people.shape[2]):
        people[k] = some_of(w.streams.travel, w.scratch.undecided[s, k], 1.0 / turns)
        w.scratch.undecided[s, k] -= people[k]
        w.state.people[m, s, k] -= people[k]
        total += people[k]
    return total


@step
def hold_back(w: SimState) -> None:
    """Hold back all who are under way, until it is their turn."""
    w.scratch.span[:] = 0
    w.scratch.now[HELD] = w.scratch.now[VISITS]
    for n in range(w.scratch.now[VISITS]):
        w.scratch.visit.next[n] = -1
        for k in range(w.scratch.visitor.shape[1]):
            w.scratch.held_back[n, k] = w.scratch.visitor[n, k]
            w.scratch.visitor[n, k] = 0


@step
def let_go(w: SimState, turns: int) -> None:
    """Let a part of those who are held back go on, one of as many as there are turns left."""
    for n in range(w.scratch.now[HELD]):
        for k in range(w.scratch.visitor.shape[1]):
            going = some_of(w.streams.travel, w.scratch.held_back[n, k], 1.0 / turns)
            w.scratch.held_back[n, k] -= going
            if going > 0:
                add_visitors(w, n, k, going)
