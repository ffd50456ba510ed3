"""The map: slots for where people can be, nodes in order of the day, roads cut into parts."""

import pytest

from corridor.engine.network.active_events import ActiveEvents
from corridor.engine.network.layout import lay_out, same_road
from corridor.engine.network.paths import directed_routes
from corridor.engine.network.travel_rules import PARTS_OF_DAY, clock_of
from corridor.engine.program import EN_ROUTE, HOME, NEW, QUEUE_AGES, SETTLED, WAITING
from corridor.engine.settings import settings_of
from corridor.scenario.routes import TravelMode
from tests.builders import camp, drive, event, network, scenario, screening, siege_chain, town, transit, walk


def laid_out(stated):
    """Return the layout of a scenario."""
    return lay_out(ActiveEvents(stated))


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
    settings = settings_of(scenario((town("a"), town("b")), (route,)), (route,))
    pace = clock_of(settings).pace(route, settings.routes[0])
    assert pace.length == parts
    assert pace.speed == PARTS_OF_DAY


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
    layout = laid_out(scenario((town("town"), screening("ridge"), transit("hub"), camp("camp"))))
    at, slot = layout.network.place, layout.network.slot

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
    network = laid_out(siege_chain()).network
    resting = [s for name in ("home", "rest", "new", "settled") for s in network.place[name] if s >= 0]
    queueing = [first + age for first in network.queue.slot for age in range(QUEUE_AGES)]
    used = [int(s) for s in (*resting, *queueing, *network.road.slot)]
    assert sorted(used) == list(range(network.slot.size))


def test_a_queue_waits_in_the_open_at_its_place():
    layout = laid_out(siege_chain())
    for q, first in enumerate(layout.network.queue.slot):
        slots = layout.network.slot[first : first + QUEUE_AGES]
        assert (slots.exposure == WAITING).all()
        assert (slots.place == layout.network.queue.place[q]).all()
    assert layout.queues == ("ridge", "plain", "hill", "ridge>junction")


def test_options_follow_their_origins_and_know_where_they_lead():
    stated = network()
    layout = laid_out(stated)
    names, option = [place.place for place in stated.places], layout.network.path
    for p, place in enumerate(layout.network.place):
        for o in range(place.first_path, place.last_path):
            route = layout.routes[option.route[o]]
            assert route.origin == names[p]
            assert route.destination == names[option.destination[o]]
    assert sorted(option.route) == list(range(len(layout.routes)))


def test_nodes_begin_with_the_morning_of_each_place_and_hops_only_lead_onwards():
    tables = laid_out(network()).network
    places = tables.place.size
    assert tables.place.start_node.tolist() == list(range(places))
    assert tables.node.place[:places].tolist() == list(range(places))
    for n, node in enumerate(tables.node):
        reached = tables.hop.node[node.first_hop : node.last_hop]
        assert (reached[reached >= 0] > n).all()


def test_only_positions_that_somebody_can_reach_are_made():
    tables = laid_out(network()).network
    reached = set(tables.hop.node) | set(tables.road.node) | set(tables.place.start_node)
    assert set(range(tables.node.size)) <= reached | set(tables.rester.node)
    assert tables.node.size < (PARTS_OF_DAY + 1) * tables.place.size


def test_a_hop_arrives_today_or_ends_the_day_on_the_road_but_never_both():
    hop = laid_out(network()).network.hop
    assert ((hop.node >= 0) ^ (hop.slot >= 0)).all()


def test_a_hop_leads_as_far_as_its_road_is_long():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 17.5), walk("b", "c", 26.25)))
    network = laid_out(stated).network
    noon = network.hop.node[network.node.first_hop[0]]
    assert network.node.place[noon] == 1
    on = network.hop[network.node.first_hop[noon]]
    assert on.node == -1
    assert network.slot.exposure[on.slot] == EN_ROUTE
    assert network.slot.place[on.slot] == 2
    following = network.road[network.road.slot.tolist().index(on.slot)]
    assert network.node.place[following.node] == 2


def test_where_the_day_ends_there_are_no_hops():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 35), walk("b", "c", 5)))
    network = laid_out(stated).network
    evening = network.node[network.hop.node[network.node.first_hop[0]]]
    assert evening.place == 1
    assert evening.first_hop == evening.last_hop


def test_a_night_on_the_road_is_followed_by_the_part_a_day_further_or_by_the_end():
    stated = scenario((town("a"), town("b")), (walk("a", "b", 87.5),))
    network = laid_out(stated).network
    assert network.road.size == 2
    first = network.hop.slot[network.node.first_hop[0]]
    second = network.road.next[network.road.slot.tolist().index(first)]
    end = network.road[network.road.slot.tolist().index(second)]
    assert end.next == -1
    assert network.node.place[end.node] == 1


def test_people_move_from_the_later_parts_of_a_road_first():
    road = laid_out(scenario((town("a"), town("b")), (walk("a", "b", 150),))).network.road
    seen = set()
    for row in road:
        assert row.next == -1 or row.next in seen
        seen.add(int(row.slot))


def test_turning_back_leads_to_where_the_road_begins():
    stated = scenario((camp("camp"), town("town")), (walk("camp", "town", 50, both_ways=True),))
    layout = laid_out(stated)
    back = dict(zip(layout.network.road.route.tolist(), layout.network.road.shut_slot.tolist(), strict=True))
    names = [layout.routes[r].route for r in back]
    assert dict(zip(names, back.values(), strict=True)) == {
        "camp>town": layout.network.place.settled[0],
        "town>camp": layout.network.place.rest[1],
    }


def test_a_road_without_convoys_has_no_queue():
    stated = scenario((town("a"), town("b")), (drive("a", "b"),))
    assert (laid_out(stated).network.path.queue == -1).all()
    gated = stated.with_events((event("transport", "a>b", 0, None, 5),))
    layout = laid_out(gated)
    assert layout.queues[layout.network.path.queue[0]] == "a>b"
