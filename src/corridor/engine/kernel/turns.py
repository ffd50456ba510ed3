"""Taking turns on a day on which a camp fills up or empties: people are divided at random, one part after the other.

People choose by how full camps are. Under Flee's rules each sees the room after the one before; moved together, all
would see the room that there was for the first. Divided into so many parts that the appeal of no camp changes by more
than a little from one to the next, they see what they would see one by one. Those at rest decide first, and whoever
leaves a camp makes room; those who have not decided are where they were. Then those who are under way arrive: in parts
that are large while there is much room, and small where a camp is about to be so full that the others give up. Where
the appeal of no camp changes, all move at once, and so do those who neither change it nor choose by it, until they come
to a place where others do.

Flee goes through people in the order in which they were displaced, the same every day. Here the order is drawn anew,
but those in camps, who were displaced earlier than most others, decide within the first half of the turns.
"""

from __future__ import annotations

import math

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.hops import end_of_hop, hop_of
from corridor.engine.kernel.route_choice import people_at, share_out, turns_away
from corridor.engine.kernel.visits import add_visitors
from corridor.engine.program import ENDED, HELD, HOLDING, NEARLY_FULL, PERIOD, VISITS, WALKERS, Ints, SimState

LEAST_CHANGE = 1 / 32
"""Change of the appeal of a camp, which is 0 to 1, by all who leave it in a day, up to which they need no turns."""

STEP_OF_TURN = 1 / 256
"""Change of the appeal of a camp from one turn of those at rest to the next: people give up at a sharp limit."""

STEP_OF_ARRIVALS = 1 / 32
"""Change of the appeal of a camp in a turn of those who arrive; turns are smaller where it is about to be closed."""

FEWEST = 0.25
"""People who come to a camp or leave it in a turn at the least, on average: turns are one by one already."""

FEWEST_OF_CAPACITY = 1 / 4096
"""The same for those who come to a large camp, as a share of its capacity: it is off by less when people give up."""

MOST_TURNS = 128
"""Turns at the most of those at rest, and of those who arrive, in a day."""

FEWEST_TURNS = 4
"""Turns of those at rest at the least, if any: with two in camps and two without, the order is even on average."""


@step
def turns_at_rest(w: SimState, m: int) -> int:
    """Return in how many turns those at rest decide today: 1 unless people may leave a camp that is nearly full."""
    turns, today = 1, w.scratch.place
    if not w.program.network.rule_flags.turns_back[0]:
        return 1
    for p in range(today.fills.size):
        capacity = capacity_of(w, p)
        today.fills[p] = False
        if capacity == math.inf:
            continue
        buffer, present = w.rates.member.buffer[m], people_at(w, m, p)
        leaving = present * today.move[p]
        change = leaving / (capacity * (1.0 - buffer))
        today.fills[p] = buffer * capacity < present and present - leaving - 3.0 * math.sqrt(leaving) < capacity
        if today.fills[p] and change > LEAST_CHANGE:
            turns = max(turns, FEWEST_TURNS, 2 * math.ceil(min(change / STEP_OF_TURN, leaving / FEWEST) / 2.0))
    if turns > 1:
        set_who_takes_turns(w)
    return int(min(turns, MOST_TURNS))


@inlined
def capacity_of(w: SimState, p: int) -> float:
    """Return how many people a place takes in, where its appeal depends on it; elsewhere there is no limit."""
    if not w.program.network.place.is_camp[p]:
        return math.inf
    return float(w.program.calendar.place.capacity[w.scratch.now[PERIOD], p])


@step
def set_who_takes_turns(w: SimState) -> None:
    """Set in which places people take turns: those that fill or empty, and those from which a path leads there."""
    network, today = w.program.network, w.scratch.place
    weights = w.program.calendar.path.move[w.scratch.now[PERIOD]]
    for p in range(today.fills.size):
        today.takes_turns[p] = today.fills[p]
        for o in range(network.place.first_path[p], network.place.last_path[p]):
            if today.fills[network.path.destination[o]] and weights[o] > 0.0:
                today.takes_turns[p] = True


@step
def part_of_turn(w: SimState, m: int) -> float:
    """Return what part of those who are under way may arrive in this turn, together: 1 where no camp's appeal changes.

    Whoever has come stays counted until the evening, so that a camp at which people give up is closed to all but those
    who are on their last road already; they alone count there.
    """
    expect_arrivals(w, m)
    part = 1.0
    for p in range(w.scratch.coming.size):
        capacity, coming = capacity_of(w, p), w.scratch.coming[p]
        if capacity == math.inf or coming <= 0.0:
            continue
        buffer, present = w.rates.member.buffer[m], people_at(w, m, p)
        if buffer * capacity < present + coming and present < capacity:
            some = max(FEWEST, STEP_OF_ARRIVALS * capacity * (1.0 - buffer), surely_below(buffer * capacity - present))
            limit = capacity * (1.0 - NEARLY_FULL * (1.0 - buffer))
            if present <= limit < present + coming + 3.0 * math.sqrt(coming):
                some = min(some, some_of_room(math.floor(limit - present) + 1.0, capacity))
            part = min(part, some / coming)
    return part


@inlined
def surely_below(room: float) -> float:
    """Return how many may come together, on average, so that they are seldom more than there is room for."""
    return room - 2.0 * math.sqrt(max(room, 0.0))


@inlined
def some_of_room(left: float, capacity: float) -> float:
    """Return how many may come to a camp together, on average, where so many come before the others give up."""
    return max(FEWEST, FEWEST_OF_CAPACITY * capacity, left / 3.0, surely_below(left))


@step
def may_fill(w: SimState, m: int) -> bool:
    """Whether a camp could come to lose appeal, or lose more of it, if all who are under way went there."""
    fills = False
    if not w.program.network.rule_flags.turns_back[0]:
        return False
    expect_arrivals(w, m)
    for p in range(w.scratch.place.fills.size):
        capacity, coming = capacity_of(w, p), w.scratch.coming[p]
        w.scratch.place.fills[p] = False
        if capacity != math.inf and coming > 0.0:
            present = people_at(w, m, p)
            most = present + 2.0 * coming + 6.0 * math.sqrt(coming)
            w.scratch.place.fills[p] = w.rates.member.buffer[m] * capacity < most and present < capacity
            fills = fills or w.scratch.place.fills[p]
    return bool(fills)


@step
def expect_arrivals(w: SimState, m: int) -> None:
    """Set how many people are expected to come to each place today: directly, or by their next choice on the way."""
    today, kinds = w.scratch, w.program.network.clock.kinds[0]
    today.coming[:] = 0.0
    for n in range(today.now[VISITS]):
        people = today.visitor[n].sum() + today.held_back[n].sum()
        if people > 0:
            expect_from(w, m, (today.visit.cell[n] // kinds, today.visit.used[n]), people)
    for n in range(today.now[WALKERS]):
        expect_from(w, m, (today.walker.rest[n], today.walker.used[n]), today.walker.people[n])


@step
def expect_from(w: SimState, m: int, at: tuple[int, int], people: int) -> None:
    """Add people to those who are expected where they are about to arrive, and where they get to from there today.

    Those who would give up on the way do not count.

    Parameters
    ----------
    at
        The position of rest to which they come, and how much of the day is used up then.
    """
    network, hop, i = w.program.network, w.program.network.hop, at[0]
    p = network.rest.place[i]
    w.scratch.coming[p] += people
    if at[1] == ENDED or not share_out(w, m, p, w.program.calendar.path.move[w.scratch.now[PERIOD]], 1):
        return
    for o in range(network.place.first_path[p], network.place.last_path[p]):
        to = network.path.destination[o]
        if network.place.is_camp[to] and w.scratch.share[o] > 0.0 and not turns_away(w, to):
            h = hop_of(w, i, o)
            target, _ = end_of_hop(w, at[1], (h, hop.speed[h], hop.first_way[h]))
            if target[0] >= 0:
                w.scratch.coming[to] += people * w.scratch.share[o]


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
    turns, total, p = left[0], 0, w.program.network.slot.place[s]
    if w.program.network.place.is_camp[p]:
        turns = max(1, left[0] - left[1])
    for k in range(w.state.people.shape[2]):
        people[k] = some_of(w.streams.travel, p, w.scratch.undecided[s, k], 1.0 / turns)
        w.scratch.undecided[s, k] -= people[k]
        w.state.people[m, s, k] -= people[k]
        total += people[k]
    return total


@inlined
def is_held_back(w: SimState, v: int) -> bool:
    """Whether those who have come to a visit are held back until it is their turn, while people are held back."""
    if w.scratch.now[HELD] != HOLDING:
        return False
    network = w.program.network
    p = network.rest.place[w.scratch.visit.cell[v] // network.clock.kinds[0]]
    if not (w.scratch.place.fills[p] if w.scratch.visit.used[v] == ENDED else w.scratch.place.takes_turns[p]):
        return False
    for k in range(w.scratch.visitor.shape[1]):
        w.scratch.held_back[v, k] += w.scratch.visitor[v, k]
        w.scratch.visitor[v, k] = 0
    return True


@step
def let_go(w: SimState, part: float) -> bool:
    """Let a part of those who are held back go on; return whether there is anybody else."""
    waiting, kinds = 0, w.program.network.clock.kinds[0]
    for n in range(w.scratch.now[HELD]):
        p = w.program.network.rest.place[w.scratch.visit.cell[n] // kinds]
        for k in range(w.scratch.visitor.shape[1]):
            going = some_of(w.streams.travel, p, w.scratch.held_back[n, k], part)
            w.scratch.held_back[n, k] -= going
            waiting += w.scratch.held_back[n, k]
            if going > 0:
                add_visitors(w, n, k, going)
    return waiting > 0
