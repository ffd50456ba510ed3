"""Unexplained flow: people who come to a counted place, or leave it, by no route of the network."""

from __future__ import annotations

import math

from corridor.engine.kernel.camps import count_waiting
from corridor.engine.kernel.compiling import step
from corridor.engine.kernel.route_choice import people_at
from corridor.engine.program import QUEUE_AGES, ROW, SimState


@step
def book_unexplained(w: SimState, m: int) -> None:
    """Add the unexplained flow of the day to each place, or take it away, as far as there are people.

    A relative flow ``u`` changes the logarithm of one more than the people present by ``u``, and never to less
    than nobody; a flow in people is added to that.
    """
    d = w.scratch.now[ROW]
    for p in range(w.effects.relative_flow.shape[2]):
        flow, people = w.effects.relative_flow[m, d, p], w.effects.people_flow[m, d, p]
        if flow == 0.0 and people == 0:
            continue
        present = people_at(w, m, p) + count_waiting(w, m, p)
        if flow != 0.0:
            changed = math.expm1(max(0.0, math.log1p(float(present)) + flow)) - present
            people += int(round(changed))  # noqa: RUF046 - the compiler makes it a float
        people = max(people, -present)
        if people > 0:
            add_present(w, m, p, people)
        elif people < 0:
            take_present(w, m, p, -people, present)
        w.state.tally.joined[m] += people
        w.record.place.unexplained[m, d, p] += people


@step
def add_present(w: SimState, m: int, p: int, people: int) -> None:
    """Add people to a place, by the shares of the groups: they settle, or wait at the gate, or rest."""
    place, share = w.program.network.place, w.program.network.share
    s = place.settled[p] if place.settled[p] >= 0 else place.rest[p]
    if place.pass_queue[p] >= 0:
        s = w.program.network.queue.slot[place.pass_queue[p]]
    total, left = share.sum(), people
    for g in range(share.size):
        joining = int(share[g] / total * people)
        w.state.people[m, s, g] += joining
        left -= joining
    w.state.people[m, s, 0] += left


@step
def take_present(w: SimState, m: int, p: int, people: int, present: int) -> None:
    """Take people from a place, those who wait there included, in proportion; what rounding leaves, one by one."""
    network, left = w.program.network, people
    for is_rounding in (False, True):
        share = 0.0 if is_rounding else people / present
        for s in range(network.place.first_inside[p], network.place.last_inside[p]):
            left -= take_from(w, m, s, share, left)
        for q in range(network.queue.slot.size):
            if network.queue.place[q] == p:
                first = network.queue.slot[q]
                for s in range(first, first + QUEUE_AGES):
                    left -= take_from(w, m, s, share, left)


@step
def take_from(w: SimState, m: int, s: int, share: float, left: int) -> int:
    """Take a share of each cohort of a slot, in whole people, or where it is 0 as many as are left to take."""
    total = 0
    for k in range(w.state.people.shape[2]):
        there = w.state.people[m, s, k]
        taken = int(there * share) if share > 0.0 else min(there, left - total)
        w.state.people[m, s, k] -= taken
        total += taken
    return total
