"""Screening, seats and reception pass what they can, in the order of coming; what they cannot pass waits."""

import numpy as np
import pytest

from corridor.engine.run.simulate import simulate
from corridor.scenario.scenario import Group
from tests.builders import (
    along,
    camp,
    drive,
    event,
    people,
    scenario,
    screening,
    siege_chain,
    town,
    transit,
    walk,
)

MEMBERS = 5


def screened(*events, rate=30, days=6, values=None):
    """Return a town into which 100 people come on day 0, a screening point and a camp."""
    return scenario(
        (town("town"), screening("ridge", rate), camp("camp")),
        (walk("town", "ridge", 5), drive("ridge", "camp", 30)),
        (event("inflow", "town", 0, 0, 100), *events),
        days=days,
        values=values,
    )


def test_screening_passes_what_waits_or_its_rate_whichever_is_less():
    ensemble = simulate(screened(), members=MEMBERS, seed=1)
    assert (along(ensemble, "ridge>camp") == [0, 30, 30, 30, 10, 0]).all()
    assert (people(ensemble, "waiting", "ridge") == [100, 70, 40, 10, 0, 0]).all()


def test_a_rate_of_an_event_replaces_that_of_the_place_while_it_lasts():
    faster = screened(event("screening_rate", "ridge", 2, 2, 65))
    ensemble = simulate(faster, members=MEMBERS, seed=2)
    assert (along(ensemble, "ridge>camp") == [0, 30, 65, 5, 0, 0]).all()


def test_a_rate_that_nobody_knows_is_that_of_the_parameter():
    unknown = screened(rate=None, values={"screening_rate_per_day": 45.0})
    ensemble = simulate(unknown, members=MEMBERS, seed=3)
    assert (along(ensemble, "ridge>camp") == [0, 45, 45, 10, 0, 0]).all()


@pytest.mark.parametrize(("rate", "passed"), [(12.5, [0, 13, 12, 13, 12, 13, 12, 13]), (0.5, [0, 1, 0, 1, 0, 1, 0, 1])])
def test_what_is_less_than_a_person_counts_on_the_days_that_follow(rate, passed):
    by_event = screened(event("screening_rate", "ridge", 0, None, rate), days=8)
    by_parameter = screened(rate=None, days=8, values={"screening_rate_per_day": rate})
    for stated in (by_event, by_parameter):
        assert (along(simulate(stated, members=MEMBERS, seed=12), "ridge>camp") == passed).all()


def test_a_gate_that_goes_wrong_passes_its_share_of_half_a_person_a_day_on_average():
    # With a spread of 0.3 in log units a gate passes 0.8 of its rate: E exp(-0.3 |x|) = 2 exp(0.045) F(-0.3) = 0.799.
    # 1,000 members over 60 days with 20 people to pass at the least: off by five standard errors once in a million.
    stated = screened(event("screening_rate", "ridge", 0, None, 0.5), days=60, values={"gate_day_sd": 0.3})
    passed = along(simulate(stated, members=1_000, seed=13), "ridge>camp").sum(1)
    assert abs(passed.mean() - 30 * 0.799) < 5 * passed.std() / np.sqrt(passed.size)


def test_those_held_back_at_screening_do_not_travel_on():
    ensemble = simulate(screened(values={"held_fraction": 1.0}), members=MEMBERS, seed=4)
    assert (along(ensemble, "ridge>camp") == 0).all()
    assert (people(ensemble, "stock", "ridge") == [100, 70, 40, 10, 0, 0]).all()


def test_people_who_are_at_a_screening_point_from_outside_are_screened():
    stated = scenario(
        (screening("ridge", 30), camp("camp")),
        (drive("ridge", "camp", 30),),
        (event("inflow", "ridge", 0, 0, 100),),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=5)
    assert (along(ensemble, "ridge>camp").max(1) == 30).all()
    assert (along(ensemble, "ridge>camp").sum(1) == 100).all()


def test_people_who_are_at_a_screening_point_on_day_0_are_screened():
    stated = scenario((screening("ridge", 30, 100), camp("camp")), (drive("ridge", "camp", 30),))
    ensemble = simulate(stated, members=MEMBERS, seed=6)
    assert (along(ensemble, "ridge>camp") == [30, 30, 30, 10, 0]).all()
    assert (people(ensemble, "waiting", "ridge") == [70, 40, 10, 0, 0]).all()


def test_seats_are_filled_up_to_their_number_each_day():
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (walk("town", "hub", 5), drive("hub", "camp", 30)),
        (event("inflow", "town", 0, 1, 50), event("transport", "hub>camp", 0, None, 40)),
        days=6,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=7)
    assert (along(ensemble, "hub>camp") == [0, 40, 40, 20, 0, 0]).all()
    assert (people(ensemble, "waiting", "hub") == [50, 60, 20, 0, 0, 0]).all()


def test_half_a_seat_a_day_is_a_seat_every_other_day():
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (walk("town", "hub", 5), drive("hub", "camp", 30)),
        (event("inflow", "town", 0, 0, 50), event("transport", "hub>camp", 0, None, 0.5)),
        days=6,
    )
    assert (along(simulate(stated, members=MEMBERS, seed=14), "hub>camp") == [0, 1, 0, 1, 0, 1]).all()


def test_no_convoy_is_no_seat():
    stated = scenario(
        (town("town"), transit("hub"), camp("camp")),
        (walk("town", "hub", 5), drive("hub", "camp", 30)),
        (
            event("inflow", "town", 0, 0, 50),
            event("transport", "hub>camp", 2, 2, 40),
            event("transport", "hub>camp", 4, 4, 3),
        ),
        days=6,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=8)
    assert (along(ensemble, "hub>camp") == [0, 0, 40, 0, 3, 0]).all()


def test_two_convoys_on_one_day_offer_the_seats_of_both():
    stated = scenario(
        (town("town"), camp("camp")),
        (drive("town", "camp", 30),),
        (
            event("inflow", "town", 0, 0, 100),
            event("transport", "town>camp", 0, None, 20),
            event("transport", "town>camp", 2, None, 15),
        ),
    )
    assert (along(simulate(stated, members=MEMBERS, seed=9), "town>camp") == [0, 20, 35, 35, 10]).all()


def test_those_who_waited_for_a_seat_on_a_road_that_shuts_choose_again():
    stated = scenario(
        (town("town"), camp("near"), camp("far")),
        (drive("town", "near", 30), walk("town", "far", 30)),
        (
            event("inflow", "town", 0, 0, 100),
            event("transport", "town>near", 0, None, 10),
            event("closure", "far", 0, 1),
            event("closure", "town>near", 2),
        ),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=10)
    assert (along(ensemble, "town>near") == [0, 10, 0, 0, 0]).all()
    assert (along(ensemble, "town>far") == [0, 0, 90, 0, 0]).all()


def test_those_who_waited_in_a_camp_for_a_seat_on_a_road_that_shuts_stay_in_the_camp():
    stated = scenario(
        (camp("one", 100), town("elsewhere"), camp("two")),
        (drive("one", "two", 30),),
        (event("transport", "one>two", 0, None, 10), event("closure", "one>two", 2)),
        values={"move_chance_camp": 1.0},
    )
    ensemble = simulate(stated, members=MEMBERS, seed=11)
    assert (people(ensemble, "stock", "one") == [100, 90, 90, 90, 90]).all()
    assert (people(ensemble, "waiting", "one") == [100, 90, 0, 0, 0]).all()
    assert (people(ensemble, "stock", "two") == [0, 10, 10, 10, 10]).all()


def test_who_came_first_is_served_first():
    # Adults are all held back at the ridge, so that only children come by it, and they come a day before the others.
    stated = scenario(
        (town("one"), screening("ridge", 1_000), town("two"), transit("gate"), camp("camp")),
        (walk("one", "ridge", 5), walk("ridge", "gate", 5), walk("two", "gate", 5), drive("gate", "camp", 5)),
        (
            event("inflow", "one", 0, 0, 200),
            event("inflow", "two", 2, 2, 200),
            event("transport", "gate>camp", 3, None, 40),
        ),
        days=12,
        groups=(Group(group="children", share=0.5), Group(group="adults", share=0.5)),
        values={"held_fraction.adults": 1.0},
    )
    data = simulate(stated, members=MEMBERS, seed=12).data
    early = data.arrivals.sel(place="gate").isel(date=1).to_numpy()
    boarded = data.stock_by_group.sel(place="camp")
    children, adults = (boarded.sel(group=group).to_numpy() for group in ("children", "adults"))
    assert (early > 60).all()
    assert (adults[children < early[:, None]] == 0).all()
    assert (adults[:, -1] > 0).all()


def test_those_who_came_on_one_day_are_served_without_preference_for_a_group():
    # False alarm: 6e-7 (five standard errors of a hypergeometric mean over 400 gates).
    places, routes, events = [], [], []
    for i in range(40):
        places += [town(f"town_{i}"), camp(f"camp_{i}")]
        routes.append(drive(f"town_{i}", f"camp_{i}", 5))
        events += [event("inflow", f"town_{i}", 0, 0, 500), event("transport", f"town_{i}>camp_{i}", 1, 1, 100)]
    groups = (Group(group="children", share=0.3), Group(group="adults", share=0.7))
    data = simulate(scenario(places, routes, events, days=2, groups=groups), members=10, seed=13).data
    camps = [f"camp_{i}" for i in range(40)]
    boarded = data.stock_by_group.sel(place=camps, group="children").isel(date=1).to_numpy()
    error = np.sqrt(100 * 0.3 * 0.7 / boarded.size)
    assert abs(boarded.mean() - 30) < 5 * error


def test_a_camp_admits_up_to_its_reception_and_the_rest_wait():
    stated = scenario(
        (town("town"), camp("camp", throughput_per_day=30)),
        (walk("town", "camp", 5),),
        (event("inflow", "town", 0, 0, 100), event("reception_rate", "camp", 2, 2, 45)),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=14)
    assert (people(ensemble, "waiting", "camp") == [70, 40, 0, 0, 0]).all()
    assert (people(ensemble, "stock", "camp") == 100).all()
    assert (people(ensemble, "arrivals", "camp") == [100, 0, 0, 0, 0]).all()


@pytest.mark.statistical
def test_a_gate_passes_less_on_days_that_go_wrong_and_never_more_than_its_rate():
    values = {"gate_day_sd": 0.5}
    stated = screened(event("inflow", "town", 1, None, 100), days=30, values=values)
    passed = along(simulate(stated, members=20, seed=15), "ridge>camp")[:, 1:]
    assert passed.max() <= 30
    assert (passed < 30).mean() > 0.5


@pytest.mark.statistical
def test_what_a_gate_passes_has_the_mean_of_a_half_normal_loss():
    # False alarm: 6e-7 (five standard errors, spread measured). E[exp(-s|z|)] = 2 exp(s^2/2) Phi(-s).
    places, routes, events = [], [], []
    for i in range(40):
        places += [town(f"town_{i}"), camp(f"camp_{i}")]
        routes.append(drive(f"town_{i}", f"camp_{i}", 5))
        events += [
            event("inflow", f"town_{i}", 0, 0, 1_000_000),
            event("transport", f"town_{i}>camp_{i}", 0, None, 1_000),
        ]
    stated = scenario(places, routes, events, days=11, values={"gate_day_sd": 0.5})
    passed = simulate(stated, members=5, seed=16).data.flow.to_numpy()[:, 1:].ravel()
    expected = 1_000 * 2 * np.exp(0.125) * 0.3085375387259869
    assert abs(passed.mean() - expected) < 5 * passed.std() / np.sqrt(passed.size)


@pytest.mark.parametrize("seed", range(4))
def test_no_camp_takes_in_more_than_it_can_receive_on_any_day_of_any_member(seed):
    nobody_leaves = (
        "departure_rate_per_day",
        *(f"death_rate_{where}_per_day" for where in ("settled", "new", "waiting")),
    )
    stated = siege_chain(values=dict.fromkeys(nobody_leaves, 0.0))
    stated = stated.with_events(row for row in stated.events if row.kind not in {"relocation", "verification"})
    ensemble = simulate(stated, members=10, seed=seed)
    inside = people(ensemble, "stock", "plain") - people(ensemble, "waiting", "plain")
    taken_in = np.diff(inside, axis=1, prepend=500)
    assert taken_in.max() <= 80
    assert taken_in.min() >= 0
    assert inside.max() <= 900
    assert taken_in.max() > 40
