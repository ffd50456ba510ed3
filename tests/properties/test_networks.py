"""What must hold of every network under every preset: nobody is lost, shut ways carry nobody, names do not matter."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.backtest.prescribed import simulate_prescribed
from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.simulate import simulate
from corridor.scenario.presets import Preset
from tests.builders import event, parameter, under
from tests.networks import PLACES, random_network
from tests.properties.test_engine import scenarios
from verification.expected.day_matrix import expected_stock

SWITCH = st.sampled_from((0, 1))


@st.composite
def laws(draw):
    """Return parameters of choosing, travelling and setting out."""
    return {
        "awareness_level": draw(st.integers(0, 3)),
        "start_on_foot": draw(SWITCH),
        "avoid_short_stints": draw(SWITCH),
        "take_from_population": draw(SWITCH),
        "displaced_poisson": draw(SWITCH),
        "walk_probability": draw(st.sampled_from((0.0, 0.3))),
        "weight_power": draw(st.sampled_from((0.0, 1.0, 2.5))),
        "pruning_threshold": draw(st.sampled_from((1.0, 2.0))),
        "displaced_per_conflict_day": draw(st.sampled_from((0, 12))),
        "displaced_share_per_conflict_day": draw(st.sampled_from((0.0, 0.05))),
        "capacity_growth_per_day": draw(st.sampled_from((0, 3))),
        "population_weight_power": draw(st.sampled_from((0.0, 0.3))),
    }


@settings(max_examples=40)
@given(scenarios(), st.sampled_from(Preset), laws(), st.integers(0, 2**31))
def test_people_are_conserved_under_every_preset(stated, preset, law, seed):
    more = tuple(parameter(key, value) for key, value in law.items())
    lawful = under(preset, replace(stated, parameters=(*stated.parameters, *more)))
    data = simulate(lawful, members=2, seed=seed).data  # which checks after the last day that nobody is lost
    assert all((data[name] >= 0).all() for name in data.data_vars)
    assert (data.stock_by_group.sum("group") == data.stock).all()
    if law["awareness_level"] == 0:
        assert int(data.flow.sum()) == 0


@settings(max_examples=20)
@given(st.integers(0, 50), st.sampled_from(Preset), st.integers(0, 30), st.integers(0, 12), st.integers(0, 1_000))
def test_a_way_that_is_shut_for_good_carries_nobody_and_the_days_before_stay_as_they_were(
    network, preset, r, first, seed
):
    stated, reports = random_network(network, preset)
    names = [route.route for route in compile_scenario(stated).layout.routes]
    name = names[r % len(names)]
    shut = stated.with_events((*stated.events, event("closure", name, first)))
    before, after = (simulate_prescribed(case, reports, members=3, seed=seed).data for case in (stated, shut))
    assert (after.flow.sel(route=name).isel(date=slice(first, None)) == 0).all()
    assert after.isel(date=slice(first)).equals(before.isel(date=slice(first)))
    assert int(after.flow.sel(route=name).sum()) <= int(before.flow.sel(route=name).sum())


@settings(max_examples=8)
@given(st.integers(0, 50), st.sampled_from([preset for preset in Preset if preset.is_flee]), st.data())
def test_the_order_and_names_of_places_do_not_change_what_is_expected(network, preset, data):
    stated, reports = random_network(network, preset, move_chance_town=0.7)
    order = data.draw(st.permutations(range(len(PLACES))))
    roads = data.draw(st.permutations(range(len(stated.routes))))
    shuffled = replace(
        stated,
        places=tuple(stated.places[p] for p in order),
        routes=tuple(stated.routes[r] for r in roads),
    )
    one, two = expected_stock(stated, reports), expected_stock(shuffled, reports)
    assert two == pytest.approx(one[:, list(order)], abs=1e-9)
