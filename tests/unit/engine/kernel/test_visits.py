"""Positions of the day: made when somebody comes there, one for each cell and part of the day, forgotten at night."""

import numpy as np
import pytest

from corridor.engine.kernel.turns import is_held_back, let_go
from corridor.engine.kernel.visits import forget_visits, next_visit, visit
from corridor.engine.program import ENDED, FULL, HELD, HOLDING, MASK, VISITS
from corridor.engine.run import members
from corridor.engine.run.members import FEW_VISITS
from corridor.engine.run.simulate import simulate
from corridor.errors import BoundsError
from corridor.scenario.presets import Preset
from corridor.scenario.scenario import Group
from tests.builders import camp, drive, event, network, scenario, sim, town, under

GROUPS = (Group(group="children", share=0.3), Group(group="adults", share=0.7))


def coming(w, count):
    """Let people come to random cells at random parts of the day; return who is where, counted apart."""
    rng = np.random.default_rng(1)
    cells, day = w.program.network.rest.size, int(w.program.network.clock.day[0])
    present = {}
    for _ in range(count):
        at, people = (int(rng.integers(cells)), int(rng.integers(day))), int(rng.integers(1, 9))
        visit(w, *at, 0, people)
        present[at] = present.get(at, 0) + people
    return present


def visitors(w):
    """Return who is where, by cell and part of the day."""
    table, count = w.scratch.visit, int(w.scratch.now[VISITS])
    return {(int(table.cell[v]), int(table.used[v])): int(w.scratch.visitor[v].sum()) for v in range(count)}


@pytest.mark.parametrize("count", [3, FEW_VISITS, 20 * FEW_VISITS])
def test_those_who_come_to_one_cell_at_one_part_of_the_day_are_together_however_many_cells_there_are(count):
    w = sim(network())
    present = coming(w, count)
    assert visitors(w) == present
    assert 2 * len(present) <= w.scratch.now[MASK] + 1


def test_each_visit_stands_once_in_the_list_of_its_span():
    w = sim(network())
    present = coming(w, 500)
    width, listed = int(w.program.network.clock.width[0]), []
    for span, first in enumerate(w.scratch.span):
        v = int(first) - 1
        while v >= 0:
            assert w.scratch.visit.used[v] // width == span
            listed.append(v)
            v = int(w.scratch.visit.next[v]) - 1
    assert sorted(listed) == list(range(len(present)))


def test_cohorts_meet_in_one_visit():
    w = sim(scenario((town("a"), camp("b")), (drive("a", "b"),), groups=GROUPS))
    visit(w, 1, 5, 0, 10)
    visit(w, 1, 5, 1, 20)
    assert w.scratch.now[VISITS] == 1
    assert w.scratch.visitor[0].tolist() == [10, 20]


def test_visits_are_forgotten_at_night():
    w = sim(network())
    coming(w, 500)
    forget_visits(w)
    assert w.scratch.now[VISITS] == 0
    assert not w.scratch.lookup.any()


def test_those_whose_day_has_ended_come_last():
    w = sim(network())
    for people in (4, 5, 6):
        visit(w, 2, ENDED, 0, people)
    v = int(w.scratch.span[-1]) - 1
    assert (int(w.scratch.visit.cell[v]), int(w.scratch.visitor[v, 0])) == (2, 15)
    assert next_visit(w, w.scratch.span.size - 1) == v
    assert next_visit(w, w.scratch.span.size - 1) == -1


def gone_through(w):
    """Yield each visit in order of the day."""
    for span in range(w.scratch.span.size):
        while (v := next_visit(w, span)) >= 0:
            yield v


def test_only_those_wait_for_their_turn_who_are_where_turns_are_taken_today():
    w = sim(network())
    present = coming(w, 500)
    assert not any(is_held_back(w, v) for v in gone_through(w))
    assert visitors(w) == present
    w = sim(network())
    coming(w, 500)
    w.scratch.now[HELD] = HOLDING
    w.scratch.place.takes_turns[1] = True
    places, kinds = w.program.network.rest.place, w.program.network.clock.kinds[0]
    held = {v: is_held_back(w, v) for v in gone_through(w)}
    assert held == {v: places[w.scratch.visit.cell[v] // kinds] == 1 for v in held}
    assert 0 < sum(held.values()) < len(held)


def test_turns_divide_those_who_are_under_way_at_random_and_leave_nobody():
    w = sim(network())
    present, parts = coming(w, 500), []
    w.scratch.place.fills[:] = w.scratch.place.takes_turns[:] = True
    w.scratch.now[HELD] = HOLDING
    assert all(is_held_back(w, v) for v in gone_through(w))
    assert not w.scratch.visitor.any()
    w.scratch.now[HELD] = w.scratch.now[VISITS]
    for turn in range(8, 0, -1):
        assert let_go(w, 1.0 / turn) == (turn > 1)
        parts.append(visitors(w))
        w.scratch.visitor[:] = 0
        w.scratch.visit.next[:] = -1
        w.scratch.span[:] = 0
    assert {at: sum(part.get(at, 0) for part in parts) for at in present} == present
    everybody = sum(present.values())
    assert all(abs(sum(part.values()) - everybody / 8) < 5 * (everybody / 8) ** 0.5 for part in parts)


def test_where_there_is_no_room_for_a_visit_the_kernel_says_so():
    w = sim(network())
    w.scratch.now[VISITS] = w.scratch.visit.size
    visit(w, 0, 0, 0, 1)
    assert w.scratch.now[FULL] == 1


def test_more_visits_than_a_computer_can_hold_are_refused_with_their_dense_spot(monkeypatch):
    monkeypatch.setattr(members, "MOST_VISITS", 4)
    monkeypatch.setattr(members, "FEW_VISITS", 4)
    names = "abcdefgh"
    roads = [drive("a", name, 10 + n, both_ways=True) for n, name in enumerate(names[1:])]
    fighting = [event("conflict", name, value=1.0) for name in names]
    values = {"displaced_share_per_conflict_day": 0.5}
    stated = under(Preset.FLEE_NEWEST, scenario([town(name, 900) for name in names], roads, fighting, values=values))
    with pytest.raises(BoundsError, match=r"more than 4 positions within a day, . of them at place number [1-8] of"):
        simulate(stated, members=1, seed=1)
