"""One day of travel: those on the way, those at rest who set out, and all who arrive and perhaps go on."""

from __future__ import annotations

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.counting import counted
from corridor.engine.kernel.draws import some_of
from corridor.engine.kernel.hops import come, night_at, set_out, stay
from corridor.engine.kernel.route_choice import is_blurred_in, people_in, set_chances, set_room, set_rooms, share_out
from corridor.engine.kernel.turns import (
    MOST_TURNS,
    is_held_back,
    let_go,
    may_fill,
    part_of_turn,
    set_who_takes_turns,
    take_deciding,
    turns_at_rest,
    wait_to_decide,
)
from corridor.engine.kernel.visits import bring_together, forget_visits, next_visit
from corridor.engine.kernel.walkers import chance_at, walk
from corridor.engine.program import ENDED, HELD, HOLDING, PERIOD, ROW, VISITS, WALKERS, WALKS, Ints, SimState


@step
def begin_day(w: SimState, m: int) -> None:
    """Set what holds all day: chances to move on; and that few people walk, unless people choose alike."""
    set_chances(w, m)
    w.scratch.now[WALKERS] = 0
    w.scratch.now[WALKS] = 0 if is_blurred_in(w, m) else 1


@step
def advance_roads(w: SimState, m: int) -> None:
    """Move those who spent the night on the way; where the route has shut, they turn back."""
    network, people = w.program.network, w.state.people
    kinds = network.clock.kinds[0]
    for i in range(network.road.slot.size):
        first = network.road.slot[i]
        if people_in(w, m, first, first + kinds) == 0:
            continue
        for index in range(kinds):
            for k in range(people.shape[2]):
                there = people[m, first + index, k]
                if there > 0:
                    people[m, first + index, k] = 0
                    resume(w, m, i, index, k, there)


@inlined
def resume(w: SimState, m: int, i: int, index: int, k: int, people: int) -> None:
    """Move people by a day from a position on the way."""
    road, network = w.program.network.road, w.program.network
    r = road.route[i]
    target, moved, slow = (road.rest[i], road.used[i], road.next[i]), road.moved[i], 0
    if not w.program.calendar.is_open[w.scratch.now[PERIOD], r]:
        target, moved = (road.shut_rest[i], road.shut_used[i], road.shut_slot[i]), road.shut_moved[i]
    elif road.slow_rest[i] >= 0 or road.slow_next[i] >= 0:
        slow = some_of(w.streams.travel, road.origin[i], people, network.slow[r])
    number = people - slow
    for _ in range(2):
        if number > 0:
            come(w, m, target, (index, moved, road.origin[i]), k, number)
        number, moved = slow, road.slow_moved[i]
        target = (road.slow_rest[i], road.slow_used[i], road.slow_next[i])


@step
def go_on(w: SimState, m: int, at: tuple[int, int, int], chance: float, people: Ints) -> None:
    """Let each of the people at a cell go on with a chance; the others stay; all leave `people`."""
    p, bound = w.program.network.rest.place[at[0]], w.program.network.rest.path[at[0]]
    total = 0
    for k in range(people.size):
        going = some_of(w.streams.travel, p, people[k], chance)
        stay(w, m, night_at(w, at[0], at), k, people[k] - going)
        people[k] = going
        total += going
    if total == 0:
        return
    if bound >= 0 or share_out(w, m, p, w.program.calendar.path.move[w.scratch.now[PERIOD]], total):
        set_out(w, m, at, bound, people)
        return
    for k in range(people.size):
        stay(w, m, night_at(w, at[0], at), k, people[k])


@step
def sweep(w: SimState, m: int) -> None:
    """Let people at rest decide whether to move on, then let everybody who moves arrive, and perhaps go on.

    Where a camp fills up today, those who move do so in turns, so that the later ones see how full it is.
    """
    set_rooms(w, m)
    set_out_from_rest(w, m)
    if not may_fill(w, m) or part_of_turn(w, m) >= 1.0:
        arrive(w, m)
    else:
        arrive_in_turns(w, m)
    forget_visits(w)


@step
def arrive_in_turns(w: SimState, m: int) -> None:
    """Let everybody who is under way arrive: at first up to where room in a camp matters, then one part at a time."""
    bring_together(w)
    set_who_takes_turns(w)
    w.scratch.now[HELD] = HOLDING
    arrive(w, m)
    w.scratch.now[HELD] = w.scratch.now[VISITS]
    left, are_waiting = MOST_TURNS, True
    while are_waiting:
        least = 1.0 / left if 2 * left <= MOST_TURNS else 0.0  # by half of the turns, an end must come
        are_waiting = let_go(w, max(part_of_turn(w, m), least))
        arrive(w, m)
        left -= 1


@step
def set_out_from_rest(w: SimState, m: int) -> None:
    """Let people at rest decide whether to move on, place after place: in turns where that makes room in a camp."""
    network, people = w.program.network, w.scratch.leaving
    turns, rows = turns_at_rest(w, m), network.rester.slot.size
    if turns > 1:
        wait_to_decide(w, m)
    for turn in range(turns, 0, -1):
        for i in range(rows):
            row = i if turn % 2 == 1 else rows - 1 - i  # to and fro, so that no place is always the first
            first, p = network.rester.slot[row], network.rest.place[network.rester.rest[row]]
            takes_turns = turns > 1 and w.scratch.place.takes_turns[p]
            if not takes_turns and turn < turns:
                continue
            if people_in(w, m, first, first + network.rester.kinds[row]) == 0:
                continue
            for index in range(network.rester.kinds[row]):
                at, s = (network.rester.rest[row], index, 0), first + index
                if turns > 1:
                    taken = take_deciding(w, m, s, (turn, turns // 2) if takes_turns else (1, 0), people)
                else:
                    taken = take_resting(w, m, s, at, people)
                if taken > 0:
                    go_on(w, m, at, chance_at(w, at), people)
                    set_room(w, m, p)


@step
def arrive(w: SimState, m: int) -> None:
    """Let everybody who is under way arrive, in order of the part of the day, and perhaps go on."""
    network, people = w.program.network, w.scratch.leaving
    kinds = network.clock.kinds[0]
    for span in range(network.clock.spans[0] + 1):
        v = next_visit(w, span)
        while v >= 0:
            at = (w.scratch.visit.cell[v] // kinds, w.scratch.visit.cell[v] % kinds, w.scratch.visit.used[v])
            if not is_held_back(w, v) and take_arriving(w, m, at[0], w.scratch.visitor[v], people) > 0:
                if at[2] == ENDED:
                    for k in range(people.size):
                        w.state.people[m, network.rest.slot[at[0]] + at[1], k] += people[k]
                else:
                    go_on(w, m, at, chance_at(w, at), people)
                set_room(w, m, network.rest.place[at[0]])
            v = next_visit(w, span)
    for n in range(w.scratch.now[WALKERS]):
        for _ in range(w.scratch.walker.people[n]):
            walker = w.scratch.walker
            walk(w, m, (walker.rest[n], walker.level[n], walker.used[n]), walker.cohort[n])
    w.scratch.now[WALKERS] = 0


@inlined
def take_resting(w: SimState, m: int, s: int, at: tuple[int, int, int], people: Ints) -> int:
    """Take those at rest in a slot who may move on out of it, and return how many they are.

    Parameters
    ----------
    people
        Filled with them, by cohort, where there are any.
    """
    slot = w.state.people
    total = 0
    for k in range(slot.shape[2]):
        total += slot[m, s, k]
    if total == 0:
        return 0
    if s == w.program.network.rest.slot[at[0]] and chance_at(w, at) <= 0.0:
        return 0  # they would stay where they are
    for k in range(slot.shape[2]):
        people[k] = slot[m, s, k]
        slot[m, s, k] = 0
    return total


@inlined
def take_arriving(w: SimState, m: int, i: int, arriving: Ints, people: Ints) -> int:
    """Take those who have come to a position of rest; return how many of them may rest or go on.

    Where a gate takes in everybody who comes, they join its queue, and nobody goes on.

    Parameters
    ----------
    people
        Filled with them, by cohort.
    """
    network = w.program.network
    p, q = network.rest.place[i], network.rest.gate[i]
    total, d = 0, w.scratch.now[ROW]
    for k in range(arriving.size):
        people[k] = arriving[k]
        total += arriving[k]
        w.record.place.arrivals[m, d, p] = counted(w.record.place.arrivals[m, d, p], arriving[k])
        if q >= 0:
            w.state.people[m, network.queue.slot[q], k] += arriving[k]
        arriving[k] = 0
    return total if q < 0 else 0
