"""A siege holds, a pause is no exit, a closed road carries nobody."""

import pytest

from corridor.engine.run.simulate import simulate
from tests.builders import along, camp, drive, event, people, scenario, screening, town, walk

MEMBERS = 5


def besieged(*events, people_inside=1_000, days=6, values=None):
    """Return a besieged town on a footpath to a camp, with more events."""
    return scenario(
        (town("town", people_inside), camp("camp")),
        (walk("town", "camp", 5),),
        (event("siege", "town"), *events),
        days=days,
        values=values,
    )


def test_a_siege_without_leak_and_opening_lets_nobody_out():
    ensemble = simulate(besieged(), members=MEMBERS, seed=1)
    assert (people(ensemble, "inside", "town") == 1_000).all()
    assert (along(ensemble, "town>camp") == 0).all()


def test_fighting_makes_the_besieged_homeless_but_not_free():
    fighting = besieged(event("conflict", "town"), values={"onset_rate_per_day": 0.5})
    ensemble = simulate(fighting, members=MEMBERS, seed=2)
    assert (people(ensemble, "stock", "town", -1) > 500).all()
    assert (people(ensemble, "inside", "town") == 1_000).all()
    assert (along(ensemble, "town>camp") == 0).all()


def test_a_pause_without_an_exit_lets_nobody_out():
    ensemble = simulate(besieged(event("pause", "town", 1, 4)), members=MEMBERS, seed=3)
    assert (along(ensemble, "town>camp") == 0).all()


def test_a_pause_leaves_the_leak_as_it_is():
    leaking = besieged(values={"leak_rate_per_day": 0.1})
    paused = leaking.with_events((*leaking.events, event("pause", "town", 1, 4)))
    one, two = (simulate(case, members=MEMBERS, seed=4) for case in (leaking, paused))
    assert (along(one, "town>camp") == along(two, "town>camp")).all()
    assert along(one, "town>camp").sum() > 0


def test_a_corridor_lets_out_its_capacity_on_each_of_its_days_and_on_no_other():
    opened = besieged(event("corridor", "town", 2, 3, 120))
    ensemble = simulate(opened, members=MEMBERS, seed=5)
    assert (along(ensemble, "town>camp") == [0, 0, 120, 120, 0, 0]).all()


def test_a_corridor_wider_than_the_wish_to_leave_lets_out_those_who_wish():
    opened = besieged(event("corridor", "town", 0, 0, 1e9), values={"corridor_uptake_per_day": 0.0})
    assert (along(simulate(opened, members=MEMBERS, seed=6), "town>camp") == 0).all()
    willing = besieged(event("corridor", "town", 0, 0, 1e9), people_inside=300)
    out = along(simulate(willing, members=MEMBERS, seed=6), "town>camp", 0)
    assert (out > 295).all()
    assert (out <= 300).all()


def test_a_corridor_along_a_route_opens_that_route_alone():
    stated = scenario(
        (town("town", 1_000), camp("near"), camp("far")),
        (walk("town", "near", 5), walk("town", "far", 5)),
        (event("siege", "town"), event("corridor", "town>far", 0, None, 50)),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=7)
    assert (along(ensemble, "town>far") == 50).all()
    assert (along(ensemble, "town>near") == 0).all()


def test_a_closure_of_the_place_shuts_its_corridor():
    shut = besieged(event("corridor", "town", 0, None, 120), event("closure", "town", 1, 2))
    assert (along(simulate(shut, members=MEMBERS, seed=8), "town>camp") == [120, 0, 0, 120, 120, 120]).all()


@pytest.mark.parametrize("subject", ["town>camp", "town", "camp"])
def test_a_closure_lets_nobody_through_however_many_want_to(subject):
    stated = scenario(
        (town("town"), camp("camp")),
        (walk("town", "camp", 5),),
        (event("inflow", "town", 0, None, 100), event("closure", subject, 1, 3)),
        days=6,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=9)
    assert (along(ensemble, "town>camp") == [100, 0, 0, 0, 400, 100]).all()
    assert (people(ensemble, "stock", "town") == [0, 100, 200, 300, 0, 0]).all()


@pytest.mark.parametrize("subject", ["a>b", "b>a"])
def test_a_closure_of_a_road_that_goes_both_ways_shuts_both(subject):
    stated = scenario(
        (town("a"), town("b"), camp("end_a"), camp("end_b")),
        (walk("a", "b", 5, both_ways=True), walk("a", "end_a", 5), walk("b", "end_b", 5)),
        (event("inflow", "a", 0, None, 100), event("inflow", "b", 0, None, 100), event("closure", subject)),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=10)
    assert (along(ensemble, "a>b") == 0).all()
    assert (along(ensemble, "b>a") == 0).all()
    assert (along(ensemble, "a>end_a") == 100).all()


def test_people_on_a_road_that_closes_turn_back_and_set_out_again_when_it_opens():
    stated = scenario(
        (town("town"), camp("camp")),
        (walk("town", "camp", 100),),
        (event("inflow", "town", 0, 0, 100), event("closure", "town>camp", 1, 2)),
        days=7,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=11)
    assert (people(ensemble, "in_transit", "camp") == [100, 0, 0, 100, 100, 0, 0]).all()
    assert (people(ensemble, "stock", "town") == [0, 100, 100, 0, 0, 0, 0]).all()
    assert (people(ensemble, "stock", "camp") == [0, 0, 0, 0, 0, 100, 100]).all()


def test_people_from_a_camp_who_turn_back_are_in_the_camp_again():
    stated = scenario(
        (camp("one", 100), camp("two")),
        (walk("one", "two", 100),),
        (event("closure", "one>two", 1),),
        values={"move_chance_camp": 1.0},
    )
    ensemble = simulate(stated, members=MEMBERS, seed=12)
    assert (people(ensemble, "stock", "one") == [0, 100, 100, 100, 100]).all()


def test_a_route_with_openings_is_shut_outside_of_them():
    stated = scenario(
        (town("town"), camp("camp")),
        (walk("town", "camp", 5),),
        (
            event("inflow", "town", 0, None, 100),
            event("opening", "town>camp", 2, 2),
            event("opening", "town>camp", 4, 4),
        ),
    )
    assert (along(simulate(stated, members=MEMBERS, seed=13), "town>camp") == [0, 0, 300, 0, 200]).all()


def test_nobody_is_sent_to_a_camp_before_it_opens_or_after_it_closes():
    stated = scenario(
        (town("town"), camp("camp")),
        (walk("town", "camp", 5),),
        (event("inflow", "town", 0, None, 100), event("camp_opens", "camp", 1), event("camp_closes", "camp", 3)),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=14)
    assert (along(ensemble, "town>camp") == [0, 200, 100, 0, 0]).all()


def test_a_closed_camp_takes_nobody_in_who_waits_at_its_gate():
    stated = scenario(
        (town("town"), camp("camp", throughput_per_day=10)),
        (walk("town", "camp", 5),),
        (event("inflow", "town", 0, 0, 100), event("camp_closes", "camp", 2, 3)),
        days=6,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=15)
    assert (people(ensemble, "waiting", "camp") == [90, 80, 80, 80, 70, 60]).all()


def test_those_who_wait_at_a_closed_camp_go_on_to_another():
    stated = scenario(
        (town("town"), camp("camp", throughput_per_day=10), camp("other")),
        (walk("town", "camp", 5), walk("camp", "other", 5)),
        (event("inflow", "town", 0, 0, 100), event("camp_closes", "camp", 2)),
        values={"overflow_chance_per_day": 1.0},
    )
    ensemble = simulate(stated, members=MEMBERS, seed=16)
    assert (people(ensemble, "stock", "camp") == [100, 100, 20, 20, 20]).all()
    assert (people(ensemble, "stock", "other") == [0, 0, 80, 80, 80]).all()


def test_a_siege_holds_those_who_were_waiting_for_a_seat_when_it_began():
    stated = scenario(
        (town("town"), camp("camp")),
        (drive("town", "camp", 50),),
        (
            event("inflow", "town", 0, 0, 100),
            event("transport", "town>camp", 0, None, 30),
            event("siege", "town", 2, 3),
        ),
        days=8,
    )
    ensemble = simulate(stated, members=MEMBERS, seed=17)
    assert (along(ensemble, "town>camp") == [0, 30, 0, 0, 0, 30, 30, 10]).all()
    assert (people(ensemble, "inside", "town")[:, 2:4] == 70).all()


def test_a_corridor_served_by_trucks_fills_their_seats():
    stated = scenario(
        (town("town", 1_000), camp("camp")),
        (drive("town", "camp", 50),),
        (
            event("siege", "town"),
            event("corridor", "town", 0, None, 50),
            event("transport", "town>camp", 0, None, 30),
        ),
    )
    ensemble = simulate(stated, members=MEMBERS, seed=18)
    assert (along(ensemble, "town>camp") == 30).all()
    assert (people(ensemble, "waiting", "town") == [20, 40, 60, 80, 100]).all()


def test_leakers_do_not_slip_past_screening():
    stated = scenario(
        (town("town", 1_000), screening("ridge", 0), camp("camp")),
        (walk("town", "ridge", 5), drive("ridge", "camp", 50)),
        (event("siege", "town"),),
        values={"leak_rate_per_day": 0.1},
    )
    ensemble = simulate(stated, members=MEMBERS, seed=19)
    assert (people(ensemble, "stock", "camp") == 0).all()
    assert (people(ensemble, "waiting", "ridge", -1) > 0).all()
