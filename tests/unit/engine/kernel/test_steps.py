"""Single steps of a day, as plain Python, on worlds made by hand."""

import numpy as np
import pytest

from corridor.engine.kernel.hops import send
from corridor.engine.kernel.queues import grow_older, serve
from corridor.engine.kernel.route_choice import room_factor, set_shares
from corridor.engine.program import QUEUE_AGES
from tests.builders import camp, drive, event, scenario, screening, siege_chain, sim, town, walk


def queueing(groups_by_age):
    """Return a sim in whose first queue each group has so many people, by age in days."""
    stated = siege_chain(days=1)
    w = sim(stated)
    first = w.program.network.queue.slot[0]
    w.state.people[:] = 0
    for age, groups in groups_by_age.items():
        w.state.people[0, first + age, : len(groups)] = groups
    return w, first


def test_the_oldest_in_a_queue_are_served_first():
    w, first = queueing({5: (10, 0), 2: (0, 20), 0: (7, 7)})
    assert serve(w, 0, 0, 25.0, w.scratch.leaving) == 25
    assert w.scratch.leaving[:2].tolist() == [10, 15]
    assert w.state.people[0, first + 2, :2].tolist() == [0, 5]
    assert w.state.people[0, first, :2].tolist() == [7, 7]


def test_those_of_one_day_are_served_at_random_but_to_the_number():
    w, first = queueing({3: (50, 50)})
    assert serve(w, 0, 0, 30.0, w.scratch.leaving) == 30
    assert w.scratch.leaving.sum() == 30
    assert w.state.people[0, first + 3].sum() == 70


@pytest.mark.parametrize(("amount", "served"), [(0.0, 0), (5.0, 5), (34.0, 34), (1e9, 34), (np.inf, 34)])
def test_a_gate_serves_no_more_than_wait_and_no_more_than_it_can(amount, served):
    w, _ = queueing({1: (20, 14)})
    assert serve(w, 0, 0, amount, w.scratch.leaving) == served
    assert w.scratch.leaving.sum() == served
    assert w.state.people.sum() == 34 - served


def test_waiting_makes_older_and_the_longest_waits_share_a_place():
    w, first = queueing({0: (1, 0), 3: (2, 0), QUEUE_AGES - 2: (4, 0), QUEUE_AGES - 1: (8, 0)})
    grow_older(w, 0)
    waiting = w.state.people[0, first : first + QUEUE_AGES, 0]
    assert waiting[[0, 1, 4, QUEUE_AGES - 1]].tolist() == [0, 1, 2, 12]
    assert waiting.sum() == 15


@pytest.mark.parametrize(
    ("people", "factor"), [(0, 1.0), (800, 1.0), (850, 0.75), (900, 0.5), (999, 0.005), (1_000, 0.0), (5_000, 0.0)]
)
def test_room_shrinks_in_a_line_from_the_buffer_to_the_capacity(people, factor):
    assert room_factor(people, 1_000.0, 0.8) == pytest.approx(factor)


def test_a_place_that_can_hold_nobody_has_no_room():
    assert room_factor(0, 0.0, 0.8) == 0.0
    assert room_factor(1, 0.0, 0.8) == 0.0


def fork():
    """Return a sim with a town from which three roads lead to camps."""
    places = (town("town"), camp("a"), camp("b"), camp("c"))
    roads = tuple(walk("town", place, 5) for place in "abc")
    found = sim(scenario(places, roads, values={"attractiveness.c": 0.0}))
    found.scratch.place.pull[:] = found.rates.place.attract[0]
    return found


@pytest.mark.parametrize(
    "shares", [(0.3, 0.3, 0.3), (0.1, 0.1, 0.0), (1e-9, 1e-9, 1e-9), (0.0, 0.4, 0.4), (0.5, 0.5, 1e-18)]
)
def test_rounding_of_shares_loses_nobody(shares):
    w = fork()
    w.scratch.share[:] = shares
    send(w, 0, 0, np.array([1_000]))
    assert w.scratch.visitor.sum() == 1_000
    assert w.record.flow.sum() == 1_000


def test_a_way_without_a_share_is_taken_by_nobody():
    w = fork()
    assert set_shares(w, 0, 0, w.program.calendar.path.move[0])
    assert w.scratch.share.tolist() == pytest.approx([0.5, 0.5, 0.0])
    send(w, 0, 0, np.array([1_000]))
    assert w.record.flow[0, 0].tolist()[2] == 0


def test_where_no_way_is_open_nobody_is_told_to_go():
    w = fork()
    assert not set_shares(w, 0, 0, np.zeros(3))


def test_whoever_is_at_screening_before_day_0_waits_for_it():
    w = sim(scenario((screening("ridge", 5, 40), camp("camp", 30), town("town", 20)), (drive("ridge", "camp"),)))
    at, queue = w.program.network.place, w.program.network.queue
    assert w.state.people[0, queue.slot[at.pass_queue[0]]].sum() == 40
    assert w.state.people[0, at.settled[1]].sum() == 30
    assert w.state.people[0, at.home[2]].sum() == 20
    assert w.state.tally.joined[0] == 90


def test_a_scenario_without_a_siege_has_no_deprived():
    with_siege = scenario((town("town"),), (), (event("siege", "town"),))
    assert sim(with_siege).state.people.shape[2] == 2
    assert sim(with_siege.with_events(())).state.people.shape[2] == 1
