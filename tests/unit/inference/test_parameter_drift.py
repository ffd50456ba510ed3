"""Parameters drift slowly and keep their law; the state follows hidden populations and loses nobody."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import prior_values, rates_of, uncertain_parameters
from corridor.engine.run.members import check_conservation, copy_of, first_state
from corridor.inference.parameter_drift import adjust_populations, drift, gone_from_hidden, memory_of, spread_change
from corridor.scenario.parameters import LogNormal
from corridor.scenario.scenario import Group
from corridor.streams import stream
from tests.builders import camp, event, scenario, screening, town, transit, walk

MEMBERS = 50
GROUPS = (Group(group="children", share=0.25), Group(group="adults", share=0.75))
HIDDEN = {
    "population.town": LogNormal(median=1_000, within_factor=3),
    "population.camp": LogNormal(median=200, within_factor=2),
}

days = st.integers(1, 200)
memories = st.floats(1.0, 1e6)


@given(days, memories)
def test_the_drift_keeps_the_variance_of_a_standard_normal_number(length, memory):
    memory_days = np.array([memory])
    kept = drift(np.ones((1, 1)), np.zeros((1, 1)), length, memory_days)[0, 0]
    fresh = drift(np.zeros((1, 1)), np.ones((1, 1)), length, memory_days)[0, 0]
    assert kept**2 + fresh**2 == pytest.approx(1.0)


@given(days, memories)
def test_what_is_remembered_falls_off_exponentially(length, memory):
    kept = drift(np.ones((1, 1)), np.zeros((1, 1)), length, np.array([memory]))[0, 0]
    assert kept == pytest.approx(math.exp(-length / memory), rel=1e-9)


@given(days, days, memories)
def test_drifting_twice_is_drifting_for_the_days_of_both(one, other, memory):
    memory_days, nothing = np.array([memory]), np.zeros((1, 1))
    twice = drift(drift(np.ones((1, 1)), nothing, one, memory_days), nothing, other, memory_days)
    assert twice == pytest.approx(drift(np.ones((1, 1)), nothing, one + other, memory_days))


def test_each_parameter_has_its_own_memory():
    kept = drift(np.ones((3, 2)), np.zeros((3, 2)), 10, np.array([10.0, 1e6]))
    assert kept[:, 0] == pytest.approx(math.exp(-1))
    assert kept[:, 1] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.statistical
def test_drifted_numbers_are_standard_normal_and_correlated_as_promised():
    """Mean, variance and correlation of 100,000 pairs lie within five standard errors (false alarm 2e-6)."""
    count, five = 100_000, 5 / math.sqrt(100_000)
    rng = stream(1, "test/drift")
    old, innovations = (rng.standard_normal((count, 1)) for _ in range(2))
    new = drift(old, innovations, 7, np.array([20.0]))
    assert abs(new.mean()) < five
    assert abs(new.var() - 1.0) < five * math.sqrt(2)
    assert abs((old * new).mean() - math.exp(-7 / 20)) < five * math.sqrt(2)


def hidden(*extra, values=None):
    """Return a compiled scenario with two hidden populations, and what is uncertain in it."""
    places = (town("town", None), camp("camp", None))
    stated = scenario(
        places, (walk("town", "camp"),), extra, days=10, groups=GROUPS, values={**HIDDEN, **(values or {})}
    )
    compiled = compile_scenario(stated)
    return compiled, uncertain_parameters(compiled)


def start(compiled, uncertain, seed=3):
    """Return parameters and state of members on the morning of day 0."""
    normal = stream(seed, "test/moves").standard_normal((MEMBERS, len(uncertain.parameters)))
    rates = rates_of(compiled, uncertain, normal)
    state = first_state(compiled, rates, stream(seed, "test/moves", 1), np.zeros(rates.place.shape))
    return normal, state


def sizes(uncertain, key, normal):
    """Return hidden populations in whole people."""
    j = uncertain.keys.index(key)
    return np.rint(prior_values(uncertain.parameters[j], normal[:, j])).astype(np.int64)


def at(compiled, state, place):
    """Return how many people are at a place, member by member."""
    index = [row.place for row in compiled.scenario.places].index(place)
    return state.people[:, compiled.program.network.slot.place == index].sum((1, 2))


def test_hidden_populations_have_a_memory_of_their_own():
    values = {
        "parameter_days": 100.0,
        "population_days": 7.0,
        "leak_rate_per_day": LogNormal(median=0.01, within_factor=3),
    }
    compiled, uncertain = hidden(event("siege", "town"), values=values)
    memory = dict(zip(uncertain.keys, memory_of(compiled, uncertain).tolist(), strict=True))
    assert memory["population.town"] == memory["population.camp"] == 7.0
    assert memory["leak_rate_per_day"] == 100.0


def test_people_follow_the_sizes_of_hidden_populations():
    compiled, uncertain = hidden()
    before, state = start(compiled, uncertain)
    moved = stream(4, "test/moves").standard_normal(before.shape)
    found = adjust_populations(compiled, uncertain, state, before, moved)
    assert (found == moved).all()
    for place in ("town", "camp"):
        assert (at(compiled, state, place) == sizes(uncertain, f"population.{place}", moved)).all()
    check_conservation(state)


def test_who_has_left_stays_out():
    compiled, uncertain = hidden()
    before, state = start(compiled, uncertain)
    there = at(compiled, state, "town")
    gone = there // 3
    spread_change(state.people[:, compiled.program.network.place.home[0]], -gone, compiled.program.network.share)
    state.tally.gone[:] += gone
    moved = before + 0.2
    adjust_populations(compiled, uncertain, state, before, moved)
    assert (at(compiled, state, "town") == sizes(uncertain, "population.town", moved) - gone).all()
    check_conservation(state)


def test_who_has_left_is_known_whatever_the_size_of_a_hidden_population():
    compiled, uncertain = hidden()
    before, state = start(compiled, uncertain)
    gone = at(compiled, state, "town") // 3
    spread_change(state.people[:, compiled.program.network.place.home[0]], -gone, compiled.program.network.share)
    moved = before + 0.2
    columns = gone_from_hidden(compiled, uncertain, state, before)
    adjust_populations(compiled, uncertain, state, before, moved)
    assert (columns == np.column_stack([gone, np.zeros_like(gone)])).all()
    assert (gone_from_hidden(compiled, uncertain, state, moved) == columns).all()


@given(st.integers(0, 10**6))
def test_nobody_appears_or_vanishes_but_by_the_change_of_size(seed):
    compiled, uncertain = hidden()
    before, state = start(compiled, uncertain, seed)
    joined, everybody = state.tally.joined.copy(), state.people.sum((1, 2))
    moved = stream(seed, "test/moved").standard_normal(before.shape)
    found = adjust_populations(compiled, uncertain, state, before, moved)
    change = sum(
        sizes(uncertain, key, found) - sizes(uncertain, key, before) for key in ("population.town", "population.camp")
    )
    assert (state.people.sum((1, 2)) - everybody == change).all()
    assert (state.tally.joined - joined == change).all()
    check_conservation(state)


def test_a_town_that_has_emptied_cannot_have_been_smaller():
    compiled, uncertain = hidden()
    before, state = start(compiled, uncertain)
    state.tally.gone[:] += at(compiled, state, "town")
    state.people[:, compiled.program.network.place.home[0]] = 0
    smaller = before - 1.0
    found = adjust_populations(compiled, uncertain, state, before, smaller)
    j, k = (uncertain.keys.index(f"population.{place}") for place in ("town", "camp"))
    assert (found[:, j] == before[:, j]).all()
    assert (found[:, k] == smaller[:, k]).all()
    assert (at(compiled, state, "town") == 0).all()
    check_conservation(state)


def test_a_size_that_does_not_move_moves_nobody():
    compiled, uncertain = hidden()
    before, state = start(compiled, uncertain)
    kept = copy_of(state)
    adjust_populations(compiled, uncertain, state, before, before.copy())
    assert (state.people == kept.people).all()


def test_counted_populations_do_not_move():
    places = (town("town", 1_000), camp("camp", 300))
    values = {"onset_rate_per_day": LogNormal(median=0.01, within_factor=3)}
    stated = scenario(places, (walk("town", "camp"),), (event("conflict", "town"),), values=values)
    compiled = compile_scenario(replace(stated, groups=GROUPS))
    uncertain = uncertain_parameters(compiled)
    before, state = start(compiled, uncertain)
    adjust_populations(compiled, uncertain, state, before, before + 1.0)
    assert (at(compiled, state, "town") == 1_000).all()
    assert (at(compiled, state, "camp") == 300).all()


cohorts = st.lists(st.integers(0, 10**6), min_size=4, max_size=4)


@given(cohorts, st.integers(0, 10**7))
def test_people_added_are_all_added_by_the_shares_of_the_groups(people, change):
    cells, share = np.array([people]), np.array([0.25, 0.75])
    spread_change(cells, np.array([change]), share)
    added = cells[0] - people
    assert added.sum() == change
    assert added[:2] == pytest.approx(change * share, abs=2)
    assert (added[2:] == 0).all()


@given(cohorts, st.floats(0.0, 1.0))
def test_people_taken_are_all_taken_in_proportion_and_never_more_than_there_are(people, part):
    change = math.floor(part * sum(people))
    cells = np.array([people])
    spread_change(cells, np.array([-change]), np.array([0.25, 0.75]))
    taken = np.array(people) - cells[0]
    assert taken.sum() == change
    assert (cells >= 0).all()
    assert taken == pytest.approx(np.array(people) * change / max(sum(people), 1), abs=4)


@pytest.mark.parametrize("place", [screening("ridge", 40), transit("ridge"), camp("ridge")])
def test_people_of_every_kind_of_site_follow_its_hidden_size_where_they_began(place):
    """Those at screening began in its queue: that is where they become more or fewer before day 0."""
    unknown = place.model_copy(update={"population": None})
    places = (town("town", 100), unknown, camp("camp"))
    routes = (walk("town", "ridge"), walk("ridge", "camp"))
    values = {"population.ridge": LogNormal(median=500, within_factor=2)}
    compiled = compile_scenario(scenario(places, routes, days=10, groups=GROUPS, values=values))
    uncertain = uncertain_parameters(compiled)
    before, state = start(compiled, uncertain)
    occupied = state.people.any(axis=(0, 2))
    for step in (0.5, -0.5):
        moved = adjust_populations(compiled, uncertain, state, before, before + step)
        assert (at(compiled, state, "ridge") == sizes(uncertain, "population.ridge", before + step)).all()
        assert not state.people[:, ~occupied].any()
        check_conservation(state)
        adjust_populations(compiled, uncertain, state, moved, before)
