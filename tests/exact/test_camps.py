"""Camps hold what they can; overflow, relocation, verification and inflow move whole people and lose none."""

import numpy as np
import pytest

from corridor.engine.run.simulate import simulate
from corridor.scenario.scenario import Group
from tests.builders import along, camp, day, drive, event, people, scenario, town, waiting_chains, walk

MEMBERS = 5


def filling(*events, capacity=60, days=5, values=None):
    """Return a camp that can hold 60, which 100 people reach on day 0, and a second camp further on."""
    return scenario(
        (town("town"), camp("full", capacity=capacity), camp("other")),
        (walk("town", "full", 5), walk("full", "other", 5)),
        (event("inflow", "town", 0, 0, 100), *events),
        days=days,
        values=values,
    )


def test_a_camp_admits_up_to_its_capacity_and_the_rest_wait():
    ensemble = simulate(filling(values={"overflow_chance_per_day": 0.0}), members=MEMBERS, seed=1)
    assert (people(ensemble, "waiting", "full") == 40).all()
    assert (people(ensemble, "stock", "full") == 100).all()


def test_a_camp_that_grows_admits_those_who_wait():
    grown = filling(event("capacity_change", "full", 2, None, 85), values={"overflow_chance_per_day": 0.0})
    ensemble = simulate(grown, members=MEMBERS, seed=2)
    assert (people(ensemble, "waiting", "full") == [40, 40, 15, 15, 15]).all()


def test_a_camp_that_shrinks_throws_nobody_out():
    shrunk = filling(event("capacity_change", "full", 2, None, 10), values={"overflow_chance_per_day": 0.0})
    ensemble = simulate(shrunk, members=MEMBERS, seed=3)
    assert (people(ensemble, "waiting", "full") == 40).all()


def test_those_who_wait_at_a_full_camp_go_on_to_another():
    ensemble = simulate(filling(values={"overflow_chance_per_day": 1.0}), members=MEMBERS, seed=4)
    assert (people(ensemble, "stock", "full") == [100, 60, 60, 60, 60]).all()
    assert (people(ensemble, "stock", "other") == [0, 40, 40, 40, 40]).all()
    assert (along(ensemble, "full>other") == [0, 40, 0, 0, 0]).all()


@pytest.mark.statistical
def test_those_who_wait_at_a_full_camp_go_on_with_the_stated_chance_a_day():
    # False alarm: 6e-7 (five standard errors).
    ensemble = simulate(filling(values={"overflow_chance_per_day": 0.3}), members=400, seed=5)
    gone = along(ensemble, "full>other", 1)
    assert abs(gone.mean() - 12) < 5 * np.sqrt(40 * 0.3 * 0.7 / gone.size)


def test_those_who_wait_at_a_full_camp_stay_where_no_other_is_open():
    shut = filling(event("camp_closes", "other"), values={"overflow_chance_per_day": 1.0})
    assert (people(simulate(shut, members=MEMBERS, seed=6), "waiting", "full") == 40).all()


def test_nobody_is_sent_to_a_camp_that_is_full_while_another_has_room():
    stated = scenario(
        (town("town"), camp("full", 50, capacity=50), camp("other")),
        (walk("town", "full", 5), walk("town", "other", 50)),
        (event("inflow", "town", 0, None, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=7)
    assert (along(ensemble, "town>full") == 0).all()
    assert (along(ensemble, "town>other") == 100).all()


def test_relocation_moves_the_stated_number_a_day_while_it_lasts():
    stated = scenario(
        (camp("one", 100), camp("two")),
        (drive("one", "two", 30),),
        (event("relocation", "one>two", 1, 3, 25),),
        days=6,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=8)
    assert (along(ensemble, "one>two") == [0, 25, 25, 25, 0, 0]).all()
    assert (people(ensemble, "stock", "two") == [0, 25, 50, 75, 75, 75]).all()


def test_relocation_moves_no_more_than_there_are():
    stated = scenario(
        (camp("one", 40), camp("two")), (drive("one", "two", 30),), (event("relocation", "one>two", 0, None, 25),)
    )
    assert (along(simulate(stated, members=MEMBERS, seed=9), "one>two") == [25, 15, 0, 0, 0]).all()


def test_relocation_along_a_road_that_goes_both_ways_moves_people_one_way():
    stated = scenario(
        (camp("one", 100), camp("two", 100)),
        (drive("one", "two", 30, both_ways=True),),
        (event("relocation", "one>two", 0, None, 10),),
        days=3,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=10)
    assert (along(ensemble, "one>two") == 10).all()
    assert (along(ensemble, "two>one") == 0).all()


def test_relocation_against_the_written_direction_of_a_road_moves_people_that_way():
    stated = scenario(
        (camp("one", 100), camp("two", 100)),
        (drive("one", "two", 30, both_ways=True),),
        (event("relocation", "two>one", 0, None, 10),),
        days=3,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=11)
    assert (along(ensemble, "one>two") == 0).all()
    assert (along(ensemble, "two>one") == 10).all()


def test_relocation_takes_groups_without_preference():
    # False alarm: 6e-7 (five standard errors of a hypergeometric mean, 1,000 histories).
    groups = (Group(group="children", share=0.4), Group(group="adults", share=0.6))
    stated = scenario(
        (camp("one", 100), camp("two")),
        (drive("one", "two", 30),),
        (event("relocation", "one>two", 0, 0, 50),),
        days=1,
        groups=groups,
    )
    moved = simulate(stated, members=1_000, seed=12).data.stock_by_group.sel(place="two", group="children")
    assert abs(float(moved.mean()) - 20) < 5 * np.sqrt(50 * 0.4 * 0.6 / moved.size)


def test_relocation_along_a_road_that_is_shut_moves_nobody():
    stated = scenario(
        (camp("one", 100), camp("two")),
        (drive("one", "two", 30),),
        (event("relocation", "one>two", 0, None, 10), event("closure", "one>two", 1, 2)),
    )
    assert (along(simulate(stated, members=MEMBERS, seed=13), "one>two") == [10, 0, 0, 10, 10]).all()


@pytest.mark.parametrize("count", [0, 1, 370, 1_000, 1_450])
def test_a_verification_sets_the_count_and_nobody_moves(count):
    stated = waiting_chains(1, 1_000, days=4, events=(event("verification", "camp_0", 2, 2, count),))
    ensemble = simulate(stated, members=MEMBERS, seed=14)
    assert (people(ensemble, "stock", "camp_0") == [1_000, 1_000, count, count]).all()
    for measure in ("arrivals", "departures", "deaths", "in_transit"):
        assert (people(ensemble, measure, "camp_0") == 0).all()


def test_a_verification_corrects_once_however_long_it_lasts():
    stated = scenario(
        (camp("camp", 100),), (), (event("verification", "camp", 1, 3, 40), event("inflow", "camp", 2, 2, 7)), days=5
    )
    assert (people(simulate(stated, members=MEMBERS, seed=15), "stock", "camp") == [100, 40, 47, 47, 47]).all()


def test_a_verification_leaves_those_who_wait_at_the_gate_alone():
    stated = scenario(
        (town("town"), camp("camp", 100, throughput_per_day=10)),
        (walk("town", "camp", 5),),
        (event("inflow", "town", 0, 0, 50), event("verification", "camp", 1, 1, 60)),
        days=3,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=16)
    assert (people(ensemble, "waiting", "camp") == [40, 30, 20]).all()
    assert (people(ensemble, "stock", "camp") == [150, 90, 90]).all()


@pytest.mark.parametrize("make", [town, camp])
def test_inflow_adds_exactly_the_declared_number(make):
    stated = scenario((make("place"),), (), (event("inflow", "place", 1, 3, 12), event("inflow", "place", 2, 2, 5)))
    assert (people(simulate(stated, members=MEMBERS, seed=17), "stock", "place") == [0, 12, 29, 41, 41]).all()


def test_inflow_counts_among_the_arrivals():
    stated = scenario((town("town"), camp("camp")), (), tuple(event("inflow", p, 1, 3, 12) for p in ("town", "camp")))
    ensemble = simulate(stated, members=MEMBERS, seed=18)
    for place in ("town", "camp"):
        assert (people(ensemble, "arrivals", place) == [0, 12, 12, 12, 0]).all()


def test_inflow_at_a_camp_passes_its_reception():
    stated = scenario((camp("camp", throughput_per_day=5),), (), (event("inflow", "camp", 0, 0, 12),))
    assert (people(simulate(stated, members=MEMBERS, seed=19), "waiting", "camp") == [7, 2, 0, 0, 0]).all()


def test_a_part_of_a_person_a_day_comes_as_a_whole_person_on_some_days():
    # False alarm: 6e-7 (five standard errors of 2,000 Bernoulli days).
    stated = scenario((camp("camp"),), (), (event("inflow", "camp", 0, None, 2.25),), days=20)
    stock = people(simulate(stated, members=100, seed=20), "stock", "camp")
    came = np.diff(stock, axis=1, prepend=0)
    assert set(np.unique(came)) == {2, 3}
    assert abs(came.mean() - 2.25) < 5 * np.sqrt(0.25 * 0.75 / came.size)


@pytest.mark.parametrize("shares", [(0.333, 0.333, 0.3335), (0.3335, 0.3335, 0.3335), (1 / 3, 1 / 3, 1 / 3)])
def test_shares_that_do_not_quite_add_up_lose_nobody(shares):
    groups = tuple(Group(group=f"group_{'abc'[g]}", share=share) for g, share in enumerate(shares))
    stated = scenario((camp("camp", 1_000),), (), (event("inflow", "camp", 0, 0, 100_000),), days=1, groups=groups)
    assert (people(simulate(stated, members=MEMBERS, seed=21), "stock", "camp") == 101_000).all()


def test_those_who_come_from_outside_belong_to_groups_by_their_shares():
    # False alarm: 6e-7 (five standard errors of one binomial).
    groups = (Group(group="children", share=0.2), Group(group="adults", share=0.8))
    stated = scenario((camp("camp"),), (), (event("inflow", "camp", 0, 0, 1_000_000),), days=1, groups=groups)
    data = simulate(stated, members=1, seed=22).data
    children = int(data.stock_by_group.sel(group="children").sum())
    assert abs(children - 200_000) < 5 * np.sqrt(1_000_000 * 0.2 * 0.8)


@pytest.mark.statistical
def test_people_leave_a_camp_at_the_sum_of_the_rates_of_departure_and_return():
    # False alarm: 6e-7 (five standard errors).
    values = {"departure_rate_per_day": 0.02, "return_rate_per_day": 0.03}
    data = simulate(waiting_chains(40, 1_000, days=3, values=values), members=50, seed=23).data
    left = data.stock.isel(date=-1).to_numpy().ravel()
    kept = np.exp(-0.05 * 3)
    assert abs(left.mean() - 1_000 * kept) < 5 * np.sqrt(1_000 * kept * (1 - kept) / left.size)
    assert (data.stock.isel(date=-1) + data.departures.sum("date") == 1_000).all()


def test_dates_of_an_ensemble_are_those_of_the_calendar():
    data = simulate(waiting_chains(1, 10, days=3), members=1, seed=24).data
    assert [str(date)[:10] for date in data.date.to_numpy()] == [str(day(number)) for number in range(3)]


@pytest.mark.parametrize("on_foot", [0, 1])
@pytest.mark.parametrize(("people", "verified"), [(50, 0), (50, 3), (1, 0), (20, 60)])
def test_a_verification_leaves_as_many_as_it_says_wherever_in_the_camp_they_are(on_foot, people, verified):
    stated = scenario(
        (town("north", 0), camp("camp", people)),
        (),
        (event("verification", "camp", 2, 2, verified),),
        days=4,
        values={"start_on_foot": on_foot},
    )
    found = simulate(stated, members=3, seed=1).data.stock.sel(place="camp")  # which checks that nobody is lost
    assert (found.isel(date=slice(2, None)) == verified).all()
