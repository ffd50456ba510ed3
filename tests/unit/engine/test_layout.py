"""The map: slots for where people can be, nodes in order of the day, roads cut into parts."""

import numpy as np
import pytest

from corridor.engine.layout import directed_routes, lay_out, length_in_parts, same_road
from corridor.engine.program import EN_ROUTE, HOME, NEW, PARTS_OF_DAY, QUEUE_AGES, SETTLED, WAITING
from corridor.scenario.routes import TravelMode
from tests.builders import camp, drive, event, network, scenario, screening, siege_chain, town, transit, walk


@pytest.mark.parametrize(
    ("route", "parts"),
    [
        (walk("a", "b", 35), 24),
        (walk("a", "b", 70), 48),
        (walk("a", "b", 17.5), 12),
        (walk("a", "b", 0.1), 1),
        (drive("a", "b", 360), 24),
        (drive("a", "b", 100), 7),
        (drive("a", "b", 100, travel_days=2.5), 60),
        (walk("a", "b", 100, mode=TravelMode.BOAT), 24),
    ],
)
def test_a_length_is_counted_in_parts_of_a_day_and_is_at_least_one(route, parts):
    assert length_in_parts(scenario((town("a"), town("b")), (route,)), route) == parts


def test_a_road_that_goes_both_ways_is_two_routes():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", both_ways=True), walk("b", "c")))
    assert [route.route for route in directed_routes(stated)] == ["a>b", "b>c", "b>a"]


@pytest.mark.parametrize(("named", "is_same"), [("a>b", True), ("b>a", False), ("a>c", False), ("a", False)])
def test_a_one_way_road_has_one_name(named, is_same):
    assert same_road(named, walk("a", "b")) is is_same


@pytest.mark.parametrize("named", ["a>b", "b>a"])
def test_a_two_way_road_has_two_names_in_either_direction(named):
    road = walk("a", "b", both_ways=True)
    assert same_road(named, road)
    assert same_road(named, road.reversed())


def test_every_kind_of_place_has_the_slots_that_its_people_need():
    layout = lay_out(scenario((town("town"), screening("ridge"), transit("hub"), camp("camp"))))
    at, slot = layout.map.place, layout.map.slot

    def exposures(column):
        return [int(slot.exposure[s]) if s >= 0 else None for s in at[column]]

    assert exposures("home") == [HOME, None, None, None]
    assert exposures("rest") == [SETTLED, WAITING, WAITING, None]
    assert exposures("new") == [None, None, None, NEW]
    assert exposures("settled") == [None, None, None, SETTLED]
    assert (at.pass_queue >= 0).tolist() == [False, True, False, False]
    assert (at.admit_queue >= 0).tolist() == [False, False, False, True]
    assert at.is_screening.tolist() == [False, True, False, False]


def test_no_two_things_share_a_slot():
    themap = lay_out(siege_chain()).map
    resting = [s for name in ("home", "rest", "new", "settled") for s in themap.place[name] if s >= 0]
    queueing = [first + age for first in themap.queue.slot for age in range(QUEUE_AGES)]
    used = [int(s) for s in (*resting, *queueing, *themap.road.slot)]
    assert sorted(used) == list(range(themap.slot.size))


def test_a_queue_waits_in_the_open_at_its_place():
    layout = lay_out(siege_chain())
    for q, first in enumerate(layout.map.queue.slot):
        slots = layout.map.slot[first : first + QUEUE_AGES]
        assert (slots.exposure == WAITING).all()
        assert (slots.place == layout.map.queue.place[q]).all()
    assert layout.queues == ("ridge", "plain", "hill", "ridge>junction")


def test_options_follow_their_origins_and_know_where_they_lead():
    stated = network()
    layout = lay_out(stated)
    names, option = [place.place for place in stated.places], layout.map.option
    for p, place in enumerate(layout.map.place):
        for o in range(place.first_option, place.last_option):
            route = layout.routes[option.route[o]]
            assert route.origin == names[p]
            assert route.destination == names[option.destination[o]]
    assert sorted(option.route) == list(range(len(layout.routes)))


def test_nodes_are_in_order_of_the_day_and_hops_only_lead_onwards():
    themap = lay_out(network()).map
    places = themap.place.size
    assert themap.node.size == (PARTS_OF_DAY + 1) * places
    assert (themap.node.place == np.tile(np.arange(places), PARTS_OF_DAY + 1)).all()
    for n, node in enumerate(themap.node):
        reached = themap.hop.node[node.first_hop : node.last_hop]
        assert (reached[reached >= 0] > n).all()


def test_a_hop_arrives_today_or_ends_the_day_on_the_road_but_never_both():
    hop = lay_out(network()).map.hop
    assert ((hop.node >= 0) ^ (hop.slot >= 0)).all()


def test_a_hop_leads_as_far_as_its_road_is_long():
    stated = scenario((town("a"), town("b")), (walk("a", "b", 17.5),))
    themap = lay_out(stated).map
    morning, noon = 0, 12 * 2
    assert themap.hop.node[themap.node.first_hop[morning]] == 12 * 2 + 1
    assert themap.hop.node[themap.node.first_hop[noon]] == 24 * 2 + 1
    evening = themap.hop[themap.node.first_hop[13 * 2]]
    assert evening.node == -1
    assert themap.slot.exposure[evening.slot] == EN_ROUTE
    assert themap.slot.place[evening.slot] == 1


def test_the_last_part_of_the_day_has_no_hops():
    node = lay_out(network()).map.node
    last = node[-lay_out(network()).map.place.size :]
    assert (last.first_hop == last.last_hop).all()


def test_a_night_on_the_road_is_followed_by_the_part_a_day_further_or_by_the_end():
    stated = scenario((town("a"), town("b")), (walk("a", "b", 87.5),))
    themap = lay_out(stated).map
    assert themap.road.size == 59
    first = themap.hop.slot[themap.node.first_hop[0]]
    second = themap.road.next[themap.road.slot.tolist().index(first)]
    end = themap.road[themap.road.slot.tolist().index(second)]
    assert end.next == -1
    assert end.node == 12 * 2 + 1


def test_people_move_from_the_later_parts_of_a_road_first():
    road = lay_out(scenario((town("a"), town("b")), (walk("a", "b", 150),))).map.road
    seen = set()
    for row in road:
        assert row.next == -1 or row.next in seen
        seen.add(int(row.slot))


def test_turning_back_leads_to_where_the_road_begins():
    stated = scenario((camp("camp"), town("town")), (walk("camp", "town", both_ways=True),))
    layout = lay_out(stated)
    assert [route.route for route in layout.routes] == ["camp>town", "town>camp"]
    assert layout.map.turn_back.tolist() == [layout.map.place.settled[0], layout.map.place.rest[1]]


def test_a_road_without_convoys_has_no_queue():
    stated = scenario((town("a"), town("b")), (drive("a", "b"),))
    assert (lay_out(stated).map.option.queue == -1).all()
    gated = stated.with_events((event("transport", "a>b", 0, None, 5),))
    layout = lay_out(gated)
    assert layout.queues[layout.map.option.queue[0]] == "a>b"
