"""The same seed gives the same bytes: compiled or not, on one worker or two, among few members or many."""

import gc
import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from corridor.engine.run.simulate import simulate
from corridor.errors import UsageError
from corridor.scenario.presets import Preset
from tests.builders import (
    camp,
    digest,
    drive,
    event,
    leaking_chains,
    network,
    people,
    scenario,
    siege_chain,
    town,
    walk,
)
from tests.compiled.histories import digests
from tests.networks import busy_network

SCENARIOS = (siege_chain, network, busy_network)


@pytest.fixture(scope="module")
def uncompiled(root):
    """Return the digests of the same histories from the kernels run as plain Python."""
    surroundings = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "tests.compiled.histories"]
    done = subprocess.run(command, cwd=root, env=surroundings, capture_output=True, text=True, check=True)  # noqa: S603 - our own module
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def compiled():
    """Return the digests of the same histories from the compiled kernels."""
    return digests()


@pytest.mark.parametrize("name", ["siege", "network", "flee-3.1", "flee-newest"])
def test_a_compiled_kernel_writes_what_its_python_body_writes_bit_for_bit(compiled, uncompiled, name):
    assert compiled[name] == uncompiled[name]


def test_the_compiled_kernel_gives_back_the_random_generators_that_it_is_given():
    # it once took a reference to each and never gave it back: a page that answers all day, or a long back-test, grew
    generators = []
    for _ in range(3):
        simulate(siege_chain(days=3), members=5, seed=20)
        gc.collect()
        generators.append(sum(isinstance(thing, np.random.Generator) for thing in gc.get_objects()))
    assert generators[1] == generators[2]


def test_the_histories_that_are_compared_have_something_happen_in_every_array():
    found = simulate(siege_chain(days=30), members=3, seed=20).data
    for name in found.data_vars:
        assert int(abs(found[name]).sum()) > 0, name


@pytest.mark.parametrize("preset", [preset for preset in Preset if preset.is_flee])
def test_in_the_network_under_flee_that_is_compared_everything_happens(preset):
    stated = busy_network(preset)
    found = simulate(stated, members=3, seed=20).data
    crowded = {place.place: 0.95 * place.capacity for place in stated.places if place.capacity}
    assert all((found.stock.sel(place=name) > most).any() for name, most in crowded.items())
    for name in ("stock", "in_transit", "arrivals", "departures", "flow"):
        assert int(found[name].sum()) > 0, name
    assert int(found.in_transit.sum("date").sel(place=["a", "b", "c", "d"]).sum()) > 0


@pytest.mark.parametrize("make", SCENARIOS)
@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_no_byte(make, workers):
    alone = simulate(make(days=15), members=7, seed=3)
    shared = simulate(make(days=15), members=7, seed=3, workers=workers)
    assert digest(shared) == digest(alone)


def test_members_in_blocks_are_those_of_one_block_and_only_what_is_kept_is_held(monkeypatch):
    whole = simulate(siege_chain(days=15), members=7, seed=3)
    seen = []
    monkeypatch.setattr("corridor.engine.run.simulate.MOST_BYTES", 1)
    blocks = simulate(siege_chain(days=15), members=7, seed=3, workers=2, progress=lambda *done: seen.append(done))
    assert digest(blocks) == digest(whole)
    assert blocks.data.identical(whole.data)
    assert seen == [(done, 7) for done in range(1, 8)]
    few = simulate(siege_chain(days=15), members=7, seed=3, keep=["arrivals", "stock"])
    assert few.data.identical(whole.data[["arrivals", "stock"]])


def test_what_no_simulation_has_cannot_be_kept():
    with pytest.raises(UsageError, match="no people to keep; it has stock, deaths"):
        simulate(siege_chain(days=15), members=7, seed=3, keep=["people", "stock"])


@pytest.mark.parametrize("make", SCENARIOS)
def test_the_same_seed_twice_gives_the_same_bytes(make):
    assert digest(simulate(make(), members=4, seed=8)) == digest(simulate(make(), members=4, seed=8))


@pytest.mark.parametrize("make", SCENARIOS)
def test_different_seeds_give_different_histories(make):
    one, two = (simulate(make(), members=4, seed=seed) for seed in (8, 9))
    assert all(digest(one)[name] != digest(two)[name] for name in ("stock", "flow", "arrivals"))


def test_no_two_members_have_the_same_history():
    stock = simulate(siege_chain(), members=20, seed=8).data.stock.to_numpy()
    assert len({history.tobytes() for history in stock}) == 20


@pytest.mark.parametrize("make", SCENARIOS)
def test_the_history_of_a_member_does_not_depend_on_how_many_members_there_are(make):
    few = simulate(make(), members=5, seed=4).data.isel(member=3)
    many = simulate(make(), members=10, seed=4).data.isel(member=3)
    for name in few.data_vars:
        assert np.array_equal(few[name], many[name]), name


def test_uncertain_parameters_of_a_member_do_not_depend_on_how_many_members_there_are():
    stated = siege_chain(days=10)
    own = tuple(row for row in stated.parameters if row.name not in {"leak_rate_per_day", "departure_rate_per_day"})
    uncertain = replace(stated, parameters=own)
    few, many = (simulate(uncertain, members=members, seed=4).data.stock for members in (2, 6))
    assert np.array_equal(few, many.isel(member=slice(2)))


def test_deaths_far_away_do_not_move_those_who_leave():
    def two_sides(hazard):
        chain = leaking_chains(1, 5_000, 0.1, days=10)
        values = {"leak_rate_per_day": 0.1, "death_rate_settled_per_day": hazard, "push_day_sd": 0.5}
        return scenario((*chain.places, camp("far", 5_000)), chain.routes, chain.events, days=10, values=values)

    calm, deadly = (simulate(two_sides(hazard), members=5, seed=6) for hazard in (0.0, 0.05))
    assert people(deadly, "deaths", "far").sum() > 0
    assert (people(calm, "inside", "town_0") == people(deadly, "inside", "town_0")).all()
    assert (people(calm, "arrivals", "camp_0") == people(deadly, "arrivals", "camp_0")).all()


def test_a_gate_that_opens_does_not_move_the_choice_of_route_elsewhere():
    def two_sides(*events):
        places = (town("town", 9_000), camp("near"), camp("far"), town("hub"), camp("end"))
        routes = (walk("town", "near", 5), walk("town", "far", 20), drive("hub", "end", 50))
        always = (event("conflict", "town"), event("inflow", "hub", 0, None, 50))
        values = {"onset_rate_per_day": 0.1, "choice_concentration": 20.0, "gate_day_sd": 0.3}
        return scenario(places, routes, (*always, *events), days=10, values=values)

    wide = two_sides(event("transport", "hub>end", 0, None, 40))
    narrow = two_sides(event("transport", "hub>end", 0, None, 10))
    one, two = (simulate(stated, members=5, seed=7) for stated in (wide, narrow))
    assert (people(one, "arrivals", "end") != people(two, "arrivals", "end")).any()
    for place in ("near", "far"):
        assert (people(one, "arrivals", place) == people(two, "arrivals", place)).all()


def test_progress_is_reported_once_for_each_member_in_order():
    calls = []
    simulate(siege_chain(days=2), members=4, seed=1, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_ensemble_that_is_saved_and_loaded_is_the_same(tmp_path):
    ensemble = simulate(siege_chain(days=12), members=3, seed=2)
    ensemble.save(tmp_path / "ensemble.nc")
    loaded = type(ensemble).load(tmp_path / "ensemble.nc")
    assert digest(loaded) == digest(ensemble)
    assert loaded.data.identical(ensemble.data)
    assert [path.name for path in tmp_path.iterdir()] == ["ensemble.nc"]
