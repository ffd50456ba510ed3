"""Travel by hand: how far a day goes, how many hops it takes, and how a crowd divides."""

import numpy as np
import pytest
from scipy import stats

from corridor.engine.run.simulate import simulate
from corridor.scenario.places import PlaceKind
from tests.builders import along, camp, drive, event, people, scenario, screening, town, transit, walk

MEMBERS = 3


def one_way(route, *, days=6, values=None):
    """Return 100 people who set out on day 0 along one route."""
    return scenario(
        (town("town"), camp("camp")), (route,), (event("inflow", "town", 0, 0, 100),), days=days, values=values
    )


@pytest.mark.parametrize(("km", "nights"), [(1, 0), (34, 0), (35, 0), (37, 1), (70, 1), (72, 2), (105, 2), (140, 3)])
def test_walkers_cover_35_km_a_day(km, nights):
    ensemble = simulate(one_way(walk("town", "camp", km)), members=MEMBERS, seed=1)
    arrived = [100 if number == nights else 0 for number in range(6)]
    on_the_way = [100 if number < nights else 0 for number in range(6)]
    assert (people(ensemble, "arrivals", "camp") == arrived).all()
    assert (people(ensemble, "in_transit", "camp") == on_the_way).all()
    assert (along(ensemble, "town>camp") == [100, 0, 0, 0, 0, 0]).all()


@pytest.mark.parametrize(("km", "nights"), [(300, 0), (360, 0), (380, 1), (720, 1), (1_000, 2)])
def test_vehicles_cover_360_km_a_day(km, nights):
    ensemble = simulate(one_way(drive("town", "camp", km)), members=MEMBERS, seed=2)
    assert people(ensemble, "arrivals", "camp").argmax(1).tolist() == [nights] * MEMBERS


def test_a_speed_of_the_scenario_replaces_the_default():
    slow = one_way(walk("town", "camp", 35), values={"speed_foot_km_per_day": 10.0})
    assert people(simulate(slow, members=1, seed=3), "arrivals", "camp").argmax() == 3


@pytest.mark.parametrize(("days_stated", "nights"), [(0.5, 0), (1, 0), (1.5, 1), (3, 2)])
def test_days_stated_for_a_route_replace_its_length(days_stated, nights):
    stated = one_way(walk("town", "camp", 500, travel_days=days_stated))
    assert people(simulate(stated, members=1, seed=4), "arrivals", "camp").argmax() == nights


def test_two_hops_of_100_km_fit_into_a_day_by_vehicle():
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (drive("town", "hub", 100), drive("hub", "camp", 100)),
        (event("inflow", "town", 0, 0, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=5)
    assert (people(ensemble, "arrivals", "hub", 0) == 100).all()
    assert (people(ensemble, "arrivals", "camp", 0) == 100).all()
    assert (people(ensemble, "stock", "hub") == 0).all()


def test_a_day_that_ends_on_the_second_hop_is_continued_on_the_next():
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (walk("town", "hub", 20), walk("hub", "camp", 40)),
        (event("inflow", "town", 0, 0, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=6)
    assert (people(ensemble, "in_transit", "camp") == [100, 0, 0, 0, 0]).all()
    assert (people(ensemble, "arrivals", "camp") == [0, 100, 0, 0, 0]).all()


def test_a_night_on_the_road_counts_the_day_left_after_it():
    # 50 km on foot: 15 km are left in the morning, and 20 more fit into that day.
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (walk("town", "hub", 50), walk("hub", "camp", 20)),
        (event("inflow", "town", 0, 0, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=7)
    assert (people(ensemble, "arrivals", "hub") == [0, 100, 0, 0, 0]).all()
    assert (people(ensemble, "arrivals", "camp") == [0, 100, 0, 0, 0]).all()


def test_whoever_arrives_with_the_day_used_up_stays_the_night():
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (walk("town", "hub", 35), walk("hub", "camp", 5)),
        (event("inflow", "town", 0, 0, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=8)
    assert (people(ensemble, "stock", "hub") == [100, 0, 0, 0, 0]).all()
    assert (people(ensemble, "arrivals", "camp") == [0, 100, 0, 0, 0]).all()


def test_a_screening_point_ends_the_day():
    stated = scenario(
        (town("town"), screening("ridge", 1_000), camp("camp")),
        (walk("town", "ridge", 2), walk("ridge", "camp", 2)),
        (event("inflow", "town", 0, 0, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=9)
    assert (people(ensemble, "waiting", "ridge") == [100, 0, 0, 0, 0]).all()
    assert (people(ensemble, "arrivals", "camp") == [0, 100, 0, 0, 0]).all()


def test_a_host_community_takes_people_in_as_a_camp_does():
    host = town("village").model_copy(update={"kind": PlaceKind.HOST_COMMUNITY})
    stated = scenario((town("town"), host), (walk("town", "village", 2),), (event("inflow", "town", 0, 0, 100),))
    assert (people(simulate(stated, members=MEMBERS, seed=10), "stock", "village") == 100).all()


@pytest.mark.statistical
def test_people_in_a_town_move_on_with_the_stated_chance_a_day():
    # False alarm: 6e-7 (five standard errors).
    stated = one_way(walk("town", "camp", 5), values={"move_chance_town": 0.3})
    left = along(simulate(stated, members=500, seed=11), "town>camp", 0)
    assert abs(left.mean() - 30) < 5 * np.sqrt(100 * 0.3 * 0.7 / left.size)


def test_nobody_stays_where_there_is_fighting():
    stated = one_way(walk("town", "camp", 5), values={"move_chance_town": 0.0})
    fought = stated.with_events((*stated.events, event("conflict", "town", 2, 2)))
    assert (along(simulate(fought, members=MEMBERS, seed=12), "town>camp") == [0, 0, 100, 0, 0, 0]).all()


def fork(*, values=None, near=20, far=50, people_a_day=1_000):
    """Return a town with two camps, one nearer than the other."""
    return scenario(
        (town("town"), camp("near"), camp("far")),
        (walk("town", "near", near), walk("town", "far", far)),
        (event("inflow", "town", 0, 0, people_a_day),),
        days=1,
        values=values,
    )


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("values", "share"),
    [
        ({}, 2 / 3),
        ({"attractiveness.far": 4.0}, 1 / 3),
        ({"attractiveness.far": 0.0}, 1.0),
        ({"softening_km": 0.0}, 5 / 7),
        ({"distance_power": 2.0}, 4 / 5),
        ({"distance_power": 0.0}, 1 / 2),
    ],
)
def test_a_crowd_divides_by_the_weights_of_its_ways(values, share):
    # False alarm: 6e-7 (five standard errors, 300 histories).
    near = along(simulate(fork(values=values), members=300, seed=13), "town>near", 0)
    error = np.sqrt(1_000 * share * (1 - share) / near.size)
    assert abs(near.mean() - 1_000 * share) <= 5 * error


@pytest.mark.statistical
def test_a_crowd_that_chooses_one_by_one_divides_as_a_binomial():
    # False alarm: 6e-7 (five standard errors of a variance, 1,000 histories).
    near = along(simulate(fork(), members=1_000, seed=14), "town>near", 0)
    assert abs(near.var(ddof=1) / (1_000 * 2 / 9) - 1) < 5 * np.sqrt(2 / near.size)


@pytest.mark.statistical
def test_convoys_that_choose_alike_spread_the_shares_as_a_dirichlet():
    # False alarm: 1e-6 twice (Kolmogorov-Smirnov against the beta; five standard errors of the mean).
    crowd = fork(values={"choice_concentration": 8.0}, people_a_day=100_000_000)
    share = along(simulate(crowd, members=500, seed=15), "town>near", 0) / 1e8
    assert stats.kstest(share, stats.beta(8 * 2 / 3, 8 / 3).cdf).pvalue > 1e-6
    assert abs(share.mean() - 2 / 3) < 5 * np.sqrt(2 / 9 / 9 / share.size)


@pytest.mark.statistical
def test_a_camp_near_its_capacity_is_sought_less():
    # Half of the way from the buffer to the capacity: half the weight, so 1/2 : 1.  False alarm: 6e-7.
    stated = scenario(
        (town("town"), camp("filling", 900, capacity=1_000), camp("empty")),
        (walk("town", "filling", 20), walk("town", "empty", 20)),
        (event("inflow", "town", 0, 0, 1_000),),
        days=1,
        values={"capacity_buffer": 0.8},
    )
    chosen = along(simulate(stated, members=300, seed=16), "town>filling", 0)
    assert abs(chosen.mean() - 1_000 / 3) < 5 * np.sqrt(1_000 * 2 / 9 / chosen.size)
