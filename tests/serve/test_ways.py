"""The state of ways by day, and what the map may show of them."""

import datetime as dt
from dataclasses import replace

import numpy as np

from corridor.report.figures.network_map import positions, route_points
from corridor.scenario.levers import Lever, with_levers
from corridor.serve.sliders import sliders
from corridor.serve.ways import ways_of
from tests.builders import camp, event, screening, town, walk
from tests.builders import scenario as a_scenario

INSIDE, OUT, ROAD = "inside>gate", "gate>camp", "village>inside"
FIRST = a_scenario((town("a"),)).start


def siege(*events):
    """Return a besieged town with a way out to a gate, a way on to a camp, and a way in from a village."""
    places = (town("inside", 100), screening("gate"), camp("camp"), town("village", 10))
    routes = (walk("inside", "gate"), walk("gate", "camp"), walk("village", "inside"))
    return a_scenario(places, routes, (event("siege", "inside"), *events), days=10)


def states(scenario, route):
    """Return the days of the calendar that each state of a route begins on, and the state in words."""
    ways = ways_of(scenario, scenario.start, scenario.end)
    return [((row.start - scenario.start).days, row.state.value, row.words) for row in ways if row.route == route]


def test_a_siege_holds_people_until_a_corridor_leads_out():
    besieged = siege(event("pause", "inside", 2, 3), event("corridor", "inside", 4, 6, 300))
    assert states(besieged, INSIDE) == [
        (0, "held", "no corridor leads out of the siege"),
        (2, "held", "no corridor leads out of the siege, though fighting pauses"),
        (4, "limited", "a corridor for up to 300 people a day"),
        (7, "held", "no corridor leads out of the siege"),
    ]
    assert states(besieged, ROAD) == [(0, "held", "leads into a siege, where nobody goes")]
    assert states(besieged, OUT) == [(0, "open", "open")]


def test_a_way_is_shut_by_a_closure_at_its_end_and_outside_its_openings():
    assert [row[:2] for row in states(siege(event("closure", "camp", 3, 4)), OUT)] == [
        (0, "open"),
        (3, "shut"),
        (5, "open"),
    ]
    assert [row[:2] for row in states(siege(event("opening", OUT, 3, 4)), OUT)] == [
        (0, "shut"),
        (3, "open"),
        (5, "shut"),
    ]


def test_vehicles_that_run_side_by_side_add_up_and_without_any_nobody_goes():
    runs = siege(
        event("transport", OUT, 0, 5, 200), event("transport", OUT, 3, None, 100), event("cold", None, 1, 2, 2)
    )
    assert states(runs, OUT) == [
        (0, "limited", "vehicles for up to 200 people a day"),
        (3, "limited", "vehicles for up to 300 people a day"),
        (6, "limited", "vehicles for up to 100 people a day"),
    ]
    assert states(siege(event("transport", OUT, 0, 5, 200)), OUT)[-1] == (6, "shut", "no vehicles run")


def test_a_lever_changes_the_state_of_a_way():
    lever = Lever(kind="corridor", subject="inside", value=None, start=FIRST + dt.timedelta(days=5))
    by_value = {None: ", for how many is learnt from reports", 50.0: " for up to 50 people a day"}
    for value, words in by_value.items():
        supposed = with_levers(siege(), [lever.model_copy(update={"value": value})])
        assert states(supposed, INSIDE)[-1] == (5, "limited", f"a corridor{words}")
    none = with_levers(siege(), [lever.model_copy(update={"value": 0.0})])
    assert states(none, INSIDE) == [(0, "held", "no corridor leads out of the siege")]


def test_where_nothing_moves_people_there_is_no_lever():
    moving = replace(a_scenario((camp("camp"), town("a")), (walk("a", "camp"),)), parameters=())
    assert [row.kind.value for row in sliders(moving, FIRST)] == ["capacity_change"]
    assert sliders(replace(moving, routes=()), FIRST) == ()


def test_a_way_has_its_shape_on_the_map_but_for_one_that_leads_out_of_a_siege():
    stated = siege()
    places = tuple(row.model_copy(update={"lat": 1.0 + p, "lon": 2.0 + p}) for p, row in enumerate(stated.places))
    shape = "1.0 2.0|1.5 2.7|9.0 9.0"
    routes = tuple(row.model_copy(update={"shape": shape}) for row in stated.routes)
    drawn = a_scenario(places, routes, stated.events, days=10)
    points = route_points(drawn, positions(drawn))
    assert [len(points[route]) for route in (INSIDE, OUT, ROAD)] == [2, 3, 2]
    np.testing.assert_allclose(points[OUT], [(3.0, 2.0), (2.7, 1.5), (4.0, 3.0)])
