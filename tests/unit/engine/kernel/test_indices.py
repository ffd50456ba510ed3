"""No step counts an index from the end of an array: compiled, a negative index reads and writes outside of it.

-1 stands for none in many tables. Steps that take it for an index are found here, where they run as plain Python on
arrays that refuse it; compiled, nothing would.
"""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine.run.simulate import run_days
from corridor.scenario.presets import Preset
from tests.builders import camp, event, network, scenario, screening, siege_chain, sim, town, under, walk
from tests.networks import busy_network
from tests.properties.test_engine import scenarios

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") != "1", reason="steps are compiled: run with NUMBA_DISABLE_JIT=1"
)


def refuse(key):
    """Fail where an index, or one of several, counts from the end."""
    for part in key if isinstance(key, tuple) else (key,):
        assert not (isinstance(part, (int, np.integer)) and part < 0), f"an index counts from the end: {key}"


class FromTheFront(np.ndarray):
    """An array that takes no negative index."""

    def __getitem__(self, key):
        refuse(key)
        return super().__getitem__(key)

    def __setitem__(self, key, value):
        refuse(key)
        super().__setitem__(key, value)


class OfSome(FromTheFront):
    """An array of indices, whose values that stand for none nobody may read."""

    def __getitem__(self, key):
        found = super().__getitem__(key)
        assert found >= 0, "a position that nobody can reach"
        return found


class TableFromTheFront(np.recarray):
    """A table that takes no negative index, and whose columns take none."""

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        is_column = isinstance(found, np.ndarray) and found.dtype.names is None
        return found.view(FromTheFront) if is_column else found


def guarded(part):
    """Return arrays that belong together, each as one that takes no negative index."""
    return part._make(array.view(TableFromTheFront if array.dtype.names else FromTheFront) for array in part)


def run_guarded(stated, seed):
    """Simulate a scenario as Python on arrays that take no negative index; return where everybody is at the end."""
    w = sim(stated, seed)
    program = w.program._make(guarded(part) for part in w.program)
    program = program._replace(network=program.network._replace(part_slot=program.network.part_slot.view(OfSome)))
    parts = {name: guarded(getattr(w, name)) for name in ("rates", "state", "scratch", "record", "effects")}
    run_days(w._replace(program=program, **parts), 0, stated.n_days - 1)
    return w


def test_an_array_that_takes_no_negative_index_says_so():
    w = guarded(sim(network(days=1)).program.network)
    for wrong in (lambda: w.place.home[-1], lambda: w.level[-1], lambda: w.share[np.int64(-1)]):
        with pytest.raises(AssertionError, match="counts from the end"):
            wrong()


@settings(max_examples=60)
@given(scenarios(), st.sampled_from(Preset), st.integers(0, 2**31))
def test_no_index_counts_from_the_end_whatever_places_roads_and_events_there_are(stated, preset, seed):
    run_guarded(under(preset, stated), seed)


@pytest.mark.parametrize("preset", Preset)
def test_no_index_counts_from_the_end_where_everything_happens(preset):
    run_guarded(busy_network(preset), 20)


@pytest.mark.parametrize("make", [siege_chain, network])
def test_no_index_counts_from_the_end_in_sieges_and_queues(make):
    run_guarded(make(days=20), 20)


def test_people_from_outside_come_to_a_camp_that_has_no_gate():
    stated = scenario((town("town"), camp("camp")), (walk("town", "camp"),), (event("inflow", "camp", 0, 4, 20),))
    w = run_guarded(under(Preset.FLEE_3_1, stated), 1)
    settled = w.program.network.place.settled[1]
    assert w.state.people[0, settled].sum() == w.state.people.sum() == 100


@pytest.mark.parametrize("preset", Preset)
def test_a_siege_of_a_place_without_residents_takes_nobody_from_elsewhere(preset):
    values = {"leak_rate_per_day": 5.0, "move_chance_camp": 0.0}
    places = (camp("camp", 100), screening("ridge", population=40), town("last", 500))
    besieged = (event("siege", "camp"), event("siege", "ridge"), event("closure", "ridge>last"))
    stated = scenario(places, (walk("camp", "ridge"), walk("ridge", "last")), besieged, values=values)
    w = run_guarded(under(preset, stated), 1)
    place = w.program.network.place
    assert w.state.people[0, place.home[2]].sum() == 500
    assert w.state.people[0, place.first_inside[0] : place.last_inside[0]].sum() == 100
