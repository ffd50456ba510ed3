"""What must hold of every scenario: nobody appears or vanishes, and changes act in the right direction."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.run.members import check_conservation, first_state
from corridor.engine.run.simulate import simulate
from corridor.scenario.events import EventKind
from corridor.scenario.places import PlaceKind
from corridor.scenario.routes import TravelMode
from corridor.scenario.scenario import Group
from corridor.streams import stream
from tests.builders import (
    camp,
    day,
    drive,
    event,
    leaking_chains,
    network,
    people,
    scenario,
    screening,
    siege_chain,
    town,
    transit,
    walk,
)
from tests.continuing import continue_members

NAMES = ("a", "b", "c", "d", "e")
LIVELY = {
    "leak_rate_per_day": 0.1,
    "onset_rate_per_day": 0.3,
    "corridor_uptake_per_day": 0.5,
    "move_chance_town": 0.5,
    "move_chance_camp": 0.3,
    "push_day_sd": 0.7,
    "gate_day_sd": 0.3,
    "choice_concentration": 5.0,
    "held_fraction": 0.1,
    "death_rate_inside_per_day": 0.02,
    "death_rate_en_route_per_day": 0.02,
    "death_rate_waiting_per_day": 0.02,
    "death_rate_new_per_day": 0.02,
    "death_rate_settled_per_day": 0.02,
    "departure_rate_per_day": 0.02,
    "screening_rate_per_day": 7.5,
    "reception_rate_per_day": 6.5,
    "seats_per_day": 5.5,
    "corridor_capacity_per_day": 12.0,
}
COUNTS = st.integers(0, 300)
RATES = st.none() | st.floats(0, 60)


@st.composite
def places(draw, name):
    """Return a place of any kind."""
    kind = draw(st.sampled_from(PlaceKind))
    capacity = draw(st.none() | COUNTS)
    passes = kind not in {PlaceKind.TOWN, PlaceKind.TRANSIT}
    stated = town(
        name, draw(COUNTS), capacity=capacity, throughput_per_day=draw(st.none() | COUNTS) if passes else None
    )
    return stated.model_copy(update={"kind": kind})


@st.composite
def events(draw, names, roads):
    """Return an event of any kind about a place or a road."""
    kind = draw(st.sampled_from(EventKind))
    first = draw(st.integers(0, 9))
    last = draw(st.none() | st.integers(first, 12))
    on_road = {EventKind.TRANSPORT, EventKind.RELOCATION, EventKind.OPENING}
    either = {EventKind.CLOSURE, EventKind.CORRIDOR}
    is_road = bool(roads) and (kind in on_road or (kind in either and draw(st.booleans())))
    if kind in on_road and not roads:
        kind = EventKind.COLD
    subject = draw(st.sampled_from(roads if is_road else names))
    value = draw(RATES)
    if kind in {EventKind.VERIFICATION, EventKind.CAPACITY_CHANGE}:
        value = float(draw(COUNTS))
    elif kind is EventKind.CONFLICT:
        value = draw(st.floats(0, 1))
    return event(kind, subject, first, last, value)


@st.composite
def scenarios(draw):
    """Return a scenario of two to five places of any kind, with roads and events of any kind, over ten days."""
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    pairs = [(one, two) for one in names for two in names if one != two]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=7, unique_by=frozenset))
    routes = tuple(
        walk(one, two, draw(st.floats(0.5, 150)), both_ways=draw(st.booleans()), mode=draw(st.sampled_from(TravelMode)))
        for one, two in chosen
    )
    roads = tuple(road.route for road in routes)
    happening = draw(st.lists(events(names, roads), max_size=8))
    groups = (Group(group="children", share=0.25), Group(group="adults", share=0.75))
    stated = tuple(draw(places(name)) for name in names)
    return scenario(stated, routes, happening, days=10, values=LIVELY, groups=groups)


def state_before(compiled, members, seed):
    """Return the rates of members and where everybody is before day 0."""
    uncertain = uncertain_parameters(compiled)
    rates = rates_of(compiled, uncertain, np.zeros((members, len(uncertain.parameters))))
    start = stream(seed, "test").standard_normal((members, len(compiled.scenario.places)))
    return rates, first_state(compiled, rates, stream(seed, "test", 0), start)


@settings(max_examples=40)
@given(scenarios(), st.integers(0, 2**31))
def test_people_are_conserved_on_every_day_of_every_member(stated, seed):
    compiled = compile_scenario(stated)
    rates, state = state_before(compiled, 2, seed)
    for number in range(stated.n_days):
        record, state = continue_members(compiled, rates, state, days=(number, number), seed=seed + number)
        check_conservation(state)
        everywhere = state.people.sum((1, 2)) + state.tally.dead + state.tally.gone
        assert (everywhere == state.tally.joined).all()
        assert (state.people >= 0).all()
        present = record.group.stock.sum((2, 3)) + record.place.in_transit.sum(2)
        at_home = sum(state.people[:, s].sum(1) for s in compiled.layout.network.place.home if s >= 0)
        assert (present[:, 0] + at_home == state.people.sum((1, 2))).all()


@settings(max_examples=40)
@given(scenarios(), st.integers(0, 2**31))
def test_no_count_is_ever_negative_and_none_exceeds_what_it_is_a_part_of(stated, seed):
    data = simulate(stated, members=2, seed=seed).data
    assert all((data[name] >= 0).all() for name in data.data_vars)
    assert (data.stock_by_group.sum("group") == data.stock).all()
    assert (data.deaths_by_group.sum("group") == data.deaths).all()
    assert (data.waiting <= data.stock).all()
    for row in stated.places:
        setting_out = [road for road in data.route.to_numpy() if road.split(">")[0] == row.place]
        if setting_out and not row.kind.is_final:
            sent = data.flow.sel(route=setting_out).sum("route")
            assert (sent == data.departures.sel(place=row.place)).all()


@settings(max_examples=40)
@given(scenarios(), st.integers(0, 2**31))
def test_shut_roads_carry_nobody_and_besieged_places_lose_none_but_by_a_way_out(stated, seed):
    calm = replace(stated, parameters=tuple(row for row in stated.parameters if row.name != "leak_rate_per_day"))
    no_leak = replace(calm, parameters=(*calm.parameters, scenario((), values={}).parameter("leak_rate_per_day")))
    kept = no_leak.with_events(row for row in no_leak.events if row.kind not in {"corridor", "relocation"})
    found = compile_scenario(kept)
    calendar, index = found.program.calendar, {row.place: p for p, row in enumerate(kept.places)}
    flow = simulate(kept, members=2, seed=seed).data.flow.to_numpy()
    for r, route in enumerate(found.layout.routes):
        is_shut = ~calendar.is_open[calendar.period, r]
        besieged = calendar.place.besieged[calendar.period]
        crosses = besieged[:, index[route.origin]] != besieged[:, index[route.destination]]
        assert not flow[:, is_shut | crosses, r].any()


def without_chance(*, rate, seats, capacity, seed_people):
    """Return a scenario in which every chance is 0 or 1, so that nothing is left to draw."""
    stated = (
        town("one"),
        town("two"),
        screening("ridge", rate),
        transit("hub"),
        camp("full", 10, capacity=capacity, throughput_per_day=40),
        camp("other", 20),
    )
    routes = (
        walk("one", "ridge", 20),
        walk("two", "ridge", 50),
        drive("ridge", "hub", 100),
        drive("hub", "full", 200),
        drive("full", "other", 50),
    )
    happening = (
        event("inflow", "one", 0, 5, seed_people),
        event("inflow", "two", 1, 3, 2 * seed_people),
        event("transport", "hub>full", 0, None, seats),
        event("closure", "ridge>hub", 4, 5),
        event("relocation", "full>other", 7, 8, 5),
        event("verification", "other", 9, 9, 33),
    )
    return scenario(stated, routes, happening, days=12, values={"overflow_chance_per_day": 1.0})


def shuffled(stated, order, roads):
    """Return the scenario with its places and routes in other orders."""
    return replace(stated, places=tuple(stated.places[p] for p in order), routes=tuple(stated.routes[r] for r in roads))


SIZES = st.integers(1, 120)


@settings(max_examples=20)
@given(SIZES, SIZES, SIZES, SIZES, st.permutations(range(6)), st.permutations(range(5)))
def test_the_order_in_which_places_and_routes_are_listed_changes_nothing_but_the_order(
    rate, seats, capacity, seed_people, order, roads
):
    stated = without_chance(rate=rate, seats=seats, capacity=capacity, seed_people=seed_people)
    one = simulate(stated, members=1, seed=1).data
    two = simulate(shuffled(stated, order, roads), members=1, seed=1).data
    for name in one.data_vars:
        assert one[name].equals(two[name].reindex_like(one)), name


@settings(max_examples=3)
@given(st.permutations(range(6)), st.permutations(range(6)), st.integers(0, 1_000))
def test_the_order_of_places_does_not_change_what_is_expected(order, roads, seed):
    # False alarm: 6e-7 for each place and day looked at (five standard errors), 12 of them.
    stated = network(days=20)
    one = simulate(stated, members=150, seed=seed).data.stock.astype(float)
    two = simulate(shuffled(stated, order, roads), members=150, seed=seed + 5_000).data.stock.astype(float)
    for number in (9, 19):
        a, b = one.isel(date=number), two.isel(date=number).sel(place=one.place)
        error = np.sqrt((a.var("member", ddof=1) + b.var("member", ddof=1)) / 150)
        assert (abs(a.mean("member") - b.mean("member")) <= 5 * error + 1e-9).all()


@settings(max_examples=15)
@given(st.sampled_from(range(12)), st.integers(0, 19), st.integers(0, 1_000))
def test_closing_a_route_for_good_leaves_the_days_before_alone_and_its_flow_at_nought(r, first, seed):
    stated = network(days=20)
    names = [route.route for route in compile_scenario(stated).layout.routes]
    shut = stated.with_events((*stated.events, event("closure", names[r], first)))
    before, after = (simulate(case, members=3, seed=seed).data.flow.sel(route=names[r]) for case in (stated, shut))
    assert (after.isel(date=slice(first, None)) == 0).all()
    assert (after.isel(date=slice(first)) == before.isel(date=slice(first))).all()
    assert (after.cumsum("date") <= before.cumsum("date")).all()


@settings(max_examples=15)
@given(st.integers(0, 9), st.integers(0, 5), SIZES, SIZES)
def test_a_closure_for_some_days_brings_nobody_to_the_camps_earlier(first, length, rate, seats):
    stated = without_chance(rate=rate, seats=seats, capacity=10_000, seed_people=50)
    for road in ("one>ridge", "ridge>hub", "hub>full"):
        shut = stated.with_events((*stated.events, event("closure", road, first, first + length)))
        one, two = (simulate(case, members=1, seed=1) for case in (stated, shut))
        assert (people(two, "arrivals", "full").cumsum(1) <= people(one, "arrivals", "full").cumsum(1)).all()


@settings(max_examples=15)
@given(SIZES, SIZES, st.integers(0, 80))
def test_more_seats_never_mean_later_arrivals_where_nothing_is_left_to_chance(rate, seats, more):
    few, many = (
        simulate(without_chance(rate=rate, seats=count, capacity=10_000, seed_people=50), members=1, seed=1)
        for count in (seats, seats + more)
    )
    assert (people(many, "arrivals", "full").cumsum(1) >= people(few, "arrivals", "full").cumsum(1)).all()


@settings(max_examples=5)
@given(st.integers(5, 60), st.integers(1, 60), st.integers(0, 1_000))
def test_more_seats_do_not_mean_later_arrivals_on_average(seats, more, seed):
    # False alarm: 3e-7 for each day (five standard errors, one-sided), 20 days.
    def arrivals(count, own_seed):
        stated = siege_chain(days=20)
        kept = tuple(row for row in stated.events if row.kind is not EventKind.TRANSPORT)
        convoys = stated.with_events((*kept, event("transport", "ridge>junction", 0, None, count)))
        return people(simulate(convoys, members=100, seed=own_seed), "arrivals", "plain").cumsum(1)

    few, many = arrivals(seats, seed), arrivals(seats + more, seed + 5_000)
    error = np.sqrt((few.var(0, ddof=1) + many.var(0, ddof=1)) / 100)
    assert (many.mean(0) >= few.mean(0) - 5 * error).all()


def stated_twice_as_large(stated):
    """Return the scenario with twice the people and twice the room."""
    doubled = tuple(
        row.model_copy(
            update={
                "population": 2 * (row.population or 0),
                "capacity": None if row.capacity is None else 2 * row.capacity,
            }
        )
        for row in stated.places
    )
    return replace(stated, places=doubled)


@settings(max_examples=3)
@given(st.integers(0, 1_000))
def test_twice_the_people_are_twice_the_flows_on_average(seed):
    # False alarm: 6e-7 for each route (five standard errors), 12 of them.
    stated = network(days=15)
    one, two = (
        simulate(case, members=200, seed=own).data.flow.sum("date").astype(float)
        for case, own in ((stated, seed), (stated_twice_as_large(stated), seed + 5_000))
    )
    error = np.sqrt((4 * one.var("member", ddof=1) + two.var("member", ddof=1)) / 200)
    assert (abs(two.mean("member") - 2 * one.mean("member")) <= 5 * error + 1e-9).all()
    assert float(two.mean("member").sum()) > 1_000


@pytest.mark.statistical
def test_everybody_is_found_in_the_record_of_a_siege_without_departures():
    chain = leaking_chains(3, 800, 0.1, days=15, values={"death_rate_settled_per_day": 0.02})
    data = simulate(chain, members=10, seed=5).data
    found = data.inside.sum("place") + data.stock.sum("place") + data.in_transit.sum("place")
    assert (found + data.deaths.sum("place").cumsum("date") == 3 * 800).all()


def test_the_stock_of_a_camp_changes_by_its_arrivals_departures_and_deaths():
    stated = scenario(
        (town("town", 3_000), camp("camp", 100)),
        (walk("town", "camp", 5),),
        (event("conflict", "town"), event("inflow", "camp", 3, 5, 20)),
        days=20,
        values={**LIVELY, "move_chance_camp": 0.0, "death_rate_en_route_per_day": 0.0},
    )
    data = simulate(stated, members=10, seed=6).data.sel(place="camp")
    change = data.stock.diff("date")
    assert (change == (data.arrivals - data.departures - data.deaths).isel(date=slice(1, None))).all()
    assert str(data.date.to_numpy()[0])[:10] == str(day(0))
