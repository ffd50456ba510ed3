"""Events become arrays: each in force from its first day to its last, at its subject and nowhere else."""

import math
from dataclasses import replace

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.scenario.scenario import Alternative
from tests.builders import camp, drive, event, scenario, screening, town, transit, walk

PLACES = (town("town", 100), screening("ridge", 80), transit("hub", capacity=500), camp("camp", capacity=900))
ROUTES = (walk("town", "ridge", 5), drive("ridge", "hub", 50), drive("hub", "camp", 90, both_ways=True))


def compiled(*events, days=6, values=None, places=PLACES, routes=ROUTES):
    return compile_scenario(scenario(places, routes, events, days=days, values=values))


def by_day(found, column, place):
    """Return a column of the period's table at a place, day by day."""
    p = [row.place for row in found.scenario.places].index(place)
    return found.program.calendar.place[column][found.program.calendar.period, p].tolist()


def daily(found, column, place):
    """Return a column of the day's table at a place, day by day."""
    p = [row.place for row in found.scenario.places].index(place)
    return found.program.calendar.day_place[column][:, p].tolist()


def option(found, column, route):
    """Return a column of the options along a route, day by day."""
    r = [row.route for row in found.layout.routes].index(route)
    o = found.layout.network.path.route.tolist().index(r)
    return found.program.calendar.path[column][found.program.calendar.period, o]


def gate(found, queue):
    """Return the rate of a gate, day by day."""
    q = found.layout.queues.index(queue)
    return found.program.calendar.gate[found.program.calendar.period, q].tolist()


def is_open(found, route):
    """Return whether a route is open, day by day."""
    r = [row.route for row in found.layout.routes].index(route)
    return found.program.calendar.is_open[found.program.calendar.period, r].tolist()


def test_the_first_and_the_last_day_of_an_event_are_both_in_force():
    found = compiled(event("siege", "town", 1, 3))
    assert by_day(found, "besieged", "town") == [False, True, True, True, False, False]
    assert not any(by_day(found, "besieged", "camp"))


def test_an_event_of_one_day_lasts_one_day():
    assert by_day(compiled(event("siege", "town", 2, 2)), "besieged", "town") == [
        False,
        False,
        True,
        False,
        False,
        False,
    ]


def test_an_event_without_end_lasts_until_the_calendar_ends():
    assert by_day(compiled(event("siege", "town", 4)), "besieged", "town") == [False] * 4 + [True] * 2


def test_an_event_that_began_before_the_calendar_is_in_force_from_day_0():
    assert by_day(compiled(event("siege", "town", -30, 1)), "besieged", "town") == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_an_event_that_ends_after_the_calendar_lasts_until_its_end():
    assert by_day(compiled(event("siege", "town", 5, 99)), "besieged", "town") == [False] * 5 + [True]


def test_an_event_before_or_after_the_calendar_changes_nothing():
    found = compiled(
        event("siege", "town", -9, -1), event("verification", "camp", -2, None, 7), event("cold", None, 6, 9, 3)
    )
    assert not any(by_day(found, "besieged", "town"))
    assert np.isnan(daily(found, "verified", "camp")).all()
    assert daily(found, "cold", "camp") == [1.0] * 6


def test_fighting_has_its_intensity_and_the_worst_counts():
    found = compiled(
        event("conflict", "town", 0, 3, 0.4), event("conflict", "town", 2, 4, 0.7), event("conflict", "town", 5)
    )
    assert by_day(found, "conflict", "town") == [0.4, 0.4, 0.7, 0.7, 0.7, 1.0]


@pytest.mark.parametrize("subject", ["town", None])
def test_a_pause_stops_the_fighting_for_its_days(subject):
    found = compiled(event("conflict", "town", 0, None, 0.4), event("pause", subject, 2, 3))
    assert by_day(found, "conflict", "town") == [0.4, 0.4, 0.0, 0.0, 0.4, 0.4]


@pytest.mark.parametrize("subject", ["town", "town>ridge"])
def test_a_corridor_whose_size_nobody_knows_is_not_a_number(subject):
    found = compiled(event("siege", "town"), event("corridor", subject, 1, 2), event("corridor", subject, 4, 4, 70))
    sizes = by_day(found, "corridor", "town")
    assert [size for size in sizes if not math.isnan(size)] == [0.0, 0.0, 70.0, 0.0]
    assert [math.isnan(size) for size in sizes] == [False, True, True, False, False, False]


def test_corridors_of_one_place_add_up():
    found = compiled(
        event("siege", "town"), event("corridor", "town", 0, None, 70), event("corridor", "town>ridge", 2, 2, 5)
    )
    assert by_day(found, "corridor", "town") == [70.0, 70.0, 75.0, 70.0, 70.0, 70.0]


def test_a_way_out_of_a_siege_is_for_leaks_and_corridors_and_not_for_ordinary_moves():
    found = compiled(event("siege", "town", 1, 2), event("corridor", "town", 2, 2, 70))
    weight = 1 / 15
    assert option(found, "move", "town>ridge") == pytest.approx([weight, 0, 0, weight, weight, weight])
    assert option(found, "exit", "town>ridge") == pytest.approx([0, weight, weight, 0, 0, 0])
    assert option(found, "corridor", "town>ridge") == pytest.approx([0, 0, weight, 0, 0, 0])


def test_nobody_moves_into_a_siege_and_the_besieged_may_move_to_each_other():
    places, routes = (town("a"), town("b"), town("c")), (walk("a", "b", 5), walk("c", "a", 5))
    found = compiled(event("siege", "a"), event("siege", "b"), places=places, routes=routes)
    assert option(found, "move", "c>a") == pytest.approx(0)
    assert option(found, "move", "a>b") == pytest.approx(1 / 15)
    assert option(found, "exit", "a>b") == pytest.approx(0)


def test_the_capacity_is_that_of_the_place_until_it_changes():
    found = compiled(event("capacity_change", "camp", 1, 4, 1_200), event("capacity_change", "camp", 3, 3, 50))
    assert by_day(found, "capacity", "camp") == [900, 1_200, 1_200, 50, 1_200, 900]


def test_a_capacity_that_nobody_knows_is_no_limit():
    assert by_day(compiled(), "capacity", "town") == [math.inf] * 6


def test_a_camp_that_is_shut_has_no_room():
    found = compiled(event("camp_opens", "camp", 1, 4), event("camp_closes", "camp", 3, 3))
    assert by_day(found, "capacity", "camp") == [0, 900, 900, 0, 900, 0]
    assert (option(found, "move", "hub>camp") > 0).tolist() == [False, True, True, False, True, False]


def test_a_site_that_is_shut_still_shelters_whom_it_has():
    assert by_day(compiled(event("camp_closes", "hub", 1)), "capacity", "hub") == [500] * 6


@pytest.mark.parametrize("subject", ["hub>camp", "camp>hub"])
def test_a_closure_of_a_road_that_goes_both_ways_shuts_both_for_its_days(subject):
    found = compiled(event("closure", subject, 1, 2))
    for route in ("hub>camp", "camp>hub"):
        assert is_open(found, route) == [True, False, False, True, True, True]
    assert all(is_open(found, "ridge>hub"))


def test_a_closure_of_a_road_that_goes_one_way_does_not_know_the_other():
    assert all(is_open(compiled(event("closure", "hub>ridge", 1, 2)), "ridge>hub"))


def test_a_closure_of_a_place_shuts_every_road_to_and_from_it():
    found = compiled(event("closure", "hub", 1, 2))
    for route in ("ridge>hub", "hub>camp", "camp>hub"):
        assert is_open(found, route) == [True, False, False, True, True, True]
    assert all(is_open(found, "town>ridge"))


def test_a_road_with_openings_is_open_on_their_days_alone_and_a_closure_wins():
    found = compiled(
        event("opening", "hub>camp", 1, 2), event("opening", "hub>camp", 4, 5), event("closure", "hub>camp", 5)
    )
    assert is_open(found, "hub>camp") == [False, True, True, False, True, False]
    assert is_open(found, "camp>hub") == [False, True, True, False, True, False]


def test_a_shut_road_has_no_weight():
    found = compiled(event("closure", "hub>camp", 1, 2))
    assert (option(found, "move", "hub>camp") > 0).tolist() == [True, False, False, True, True, True]


def test_a_road_without_any_convoy_needs_no_seat():
    assert "ridge>hub" not in compiled().layout.queues


def test_seats_of_a_road_with_convoys_are_none_on_days_without():
    found = compiled(event("transport", "ridge>hub", 1, 2, 40), event("transport", "ridge>hub", 2, 3, 5))
    assert gate(found, "ridge>hub") == [0, 40, 45, 5, 0, 0]


def test_seats_whose_number_nobody_knows_are_not_a_number():
    assert np.isnan(gate(compiled(event("transport", "ridge>hub", 1, 2)), "ridge>hub")).tolist() == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]


def test_convoys_that_only_an_alternative_has_do_not_bind_the_scenario():
    stated = scenario(PLACES, ROUTES, days=3)
    supposed = event("transport", "ridge>hub", 0, None, 40)
    alternative = Alternative(alternative="convoys", meaning="Trucks come.", add=(supposed,))
    both = replace(stated, alternatives=(alternative,))
    without, with_it = compile_scenario(both), compile_scenario(both.with_alternative("convoys"))
    assert gate(without, "ridge>hub") == [math.inf] * 3
    assert gate(with_it, "ridge>hub") == [40] * 3
    assert (without.layout.network.slot == with_it.layout.network.slot).all()


def test_the_rate_of_screening_is_that_of_the_event_that_began_last():
    found = compiled(event("screening_rate", "ridge", 1, 4, 200), event("screening_rate", "ridge", 2, 2, 20))
    assert gate(found, "ridge") == [80, 200, 20, 200, 200, 80]


def test_a_rate_of_screening_that_nobody_knows_is_not_a_number():
    places = (town("town"), screening("ridge"), camp("camp"))
    assert np.isnan(gate(compiled(places=places, routes=(walk("town", "ridge"),)), "ridge")).all()


def test_a_camp_of_which_no_reception_is_known_receives_without_limit():
    assert gate(compiled(), "camp") == [math.inf] * 6


def test_a_reception_that_exists_but_whose_rate_nobody_knows_is_not_a_number():
    assert np.isnan(gate(compiled(event("reception_rate", "camp", 0)), "camp")).all()


def test_inflow_adds_up_over_its_events():
    found = compiled(event("inflow", "camp", 0, 2, 10), event("inflow", "camp", 2, 3, 2.5))
    assert daily(found, "inflow", "camp") == [10, 10, 12.5, 2.5, 0, 0]


def test_cold_without_a_subject_is_everywhere_and_the_coldest_counts():
    found = compiled(event("cold", None, 0, 3, 2), event("cold", "hub", 2, 4, 5))
    assert daily(found, "cold", "camp") == [2, 2, 2, 2, 1, 1]
    assert daily(found, "cold", "hub") == [2, 2, 5, 5, 5, 1]


def test_a_verification_counts_on_its_first_day_alone():
    found = daily(compiled(event("verification", "camp", 2, 4, 77)), "verified", "camp")
    assert [None if math.isnan(count) else count for count in found] == [None, None, 77, None, None, None]


def test_relocation_is_along_its_direction_and_adds_up():
    found = compiled(event("relocation", "camp>hub", 1, 3, 10), event("relocation", "camp>hub", 3, 4, 5))
    assert option(found, "relocation", "camp>hub").tolist() == [0, 10, 10, 15, 5, 0]
    assert not option(found, "relocation", "hub>camp").any()


def test_weights_fall_with_the_distance_as_the_parameters_say():
    found = compiled(values={"softening_km": 20.0, "distance_power": 1.5})
    assert option(found, "move", "ridge>hub")[0] == pytest.approx(70**-1.5)


def test_every_day_lies_in_the_period_of_its_events():
    found = compiled(event("cold", None, 1, 2, 2), event("siege", "town", 2, 4))
    assert found.program.calendar.period.tolist() == [0, 1, 2, 3, 3, 4]
