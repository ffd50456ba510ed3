"""Where everybody is today, under a supposition that adds a gate, a siege, or another speed."""

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.program import TALLY, State, empty_table
from corridor.errors import UsageError
from corridor.inference.repositioning import repositioned, slots_by_position
from tests.builders import camp, drive, event, scenario, screening, town

ROAD, MEMBERS = "gate>camp", 3


def compiled(*events, **values):
    """Return a town whose people drive to a gate and, in more than a day, on to a camp."""
    routes = (drive("town", "gate", 20), drive("gate", "camp", 900))
    return compile_scenario(
        scenario((town("town", 100), screening("gate"), camp("camp")), routes, events, values=values)
    )


def everywhere(network):
    """Return a state with another number of people in each slot and cohort."""
    shape = (MEMBERS, network.layout.network.slot.size, 1)
    people = np.arange(1, 1 + np.prod(shape)).reshape(shape)
    return State(people, np.zeros((MEMBERS, 3)), empty_table(TALLY, MEMBERS))


def on_the_way(layout):
    """Return the parts of the way at which people can spend the night, with their slots."""
    return [(part, slot) for (what, part), slot in slots_by_position(layout).items() if what[0] == "way"]


def test_a_gate_that_is_supposed_leaves_everybody_where_they_are_and_its_queue_is_empty():
    plain, gated = compiled(), compiled(event("transport", ROAD, 2, None, 50))
    state = everywhere(plain)
    after = repositioned(state, plain, gated)
    assert after.people.sum() == state.people.sum()
    before, now = slots_by_position(plain.layout), slots_by_position(gated.layout)
    added = now.keys() - before.keys()
    assert {what[:2] for what, _ in added} == {("queue", ROAD)}
    for position, slot in before.items():
        np.testing.assert_array_equal(after.people[:, now[position]], state.people[:, slot])
    assert not after.people[:, [now[row] for row in added]].any()


def test_where_nothing_is_moved_the_state_is_the_same():
    plain = compiled()
    state = everywhere(plain)
    assert repositioned(state, plain, compiled(event("cold", None, 1, 2, 2))) is state


def test_people_are_not_deprived_before_a_siege_that_is_supposed():
    plain, besieged = compiled(), compiled(event("siege", "town", 2))
    state = everywhere(plain)
    after = repositioned(state, plain, besieged).people
    np.testing.assert_array_equal(after[:, :, :1], state.people)
    assert after.shape[2] == 2
    assert not after[:, :, 1:].any()


def test_people_on_the_way_stay_at_the_same_part_of_it_at_another_speed():
    plain, slow = compiled(), compiled(speed_vehicle_km_per_day=97.0)
    state = everywhere(plain)
    after = repositioned(state, plain, slow)
    np.testing.assert_array_equal(after.people.sum(1), state.people.sum(1))
    before, now = (on_the_way(one.layout) for one in (plain, slow))
    assert len(now) > len(before) > 0
    for part, slot in before:
        nearest = min(now, key=lambda row: abs(row[0] - part))[1]
        np.testing.assert_array_equal(after.people[:, nearest], state.people[:, slot])


def test_a_speed_at_which_nobody_spends_a_night_on_the_way_is_refused_while_somebody_does():
    plain, fast = compiled(), compiled(speed_vehicle_km_per_day=5000.0)
    state = everywhere(plain)
    with pytest.raises(UsageError, match="come so far in a day"):
        repositioned(state, plain, fast)
    state.people[:, [slot for _, slot in on_the_way(plain.layout)]] = 0
    assert repositioned(state, plain, fast).people.sum() == state.people.sum()
