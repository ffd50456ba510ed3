"""The map: slots for where people can be, nodes in order of the day, roads cut into parts."""

import pytest

from corridor.engine.network import day_lattice
from corridor.engine.network.active_events import ActiveEvents
from corridor.engine.network.layout import lattice_of, lay_out, same_road
from corridor.engine.network.paths import directed_routes, paths_of
from corridor.engine.network.travel_rules import PARTS_OF_DAY, clock_of
from corridor.engine.program import EN_ROUTE, HOME, NEW, QUEUE_AGES, SETTLED, WAITING
from corridor.engine.settings import settings_of
from corridor.errors import UsageError
from corridor.scenario.presets import Preset
from corridor.scenario.routes import TravelMode
from tests.builders import camp, drive, event, network, scenario, screening, siege_chain, town, transit, under, walk


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
    assert tables.place.start_cell.tolist() == list(range(places))
    assert tables.node.place[:places].tolist() == list(range(places))
    for n, node in enumerate(tables.node):
        reached = tables.hop.cell[node.first_hop : node.last_hop]
        assert (reached[reached >= 0] > n).all()


def test_only_positions_that_somebody_can_reach_are_made():
    tables = laid_out(network()).network
    reached = set(tables.hop.cell) | set(tables.road.cell) | set(tables.place.start_cell)
    assert set(range(tables.node.size)) <= reached | set(tables.rester.cell)
    assert tables.node.size < (PARTS_OF_DAY + 1) * tables.place.size


def test_a_hop_arrives_today_or_ends_the_day_on_the_road_but_never_both():
    hop = laid_out(network()).network.hop
    assert ((hop.cell >= 0) ^ (hop.slot >= 0)).all()


def test_a_hop_leads_as_far_as_its_road_is_long():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 17.5), walk("b", "c", 26.25)))
    network = laid_out(stated).network
    noon = network.hop.cell[network.node.first_hop[0]]
    assert network.node.place[noon] == 1
    on = network.hop[network.node.first_hop[noon]]
    assert on.cell == -1
    assert network.slot.exposure[on.slot] == EN_ROUTE
    assert network.slot.place[on.slot] == 2
    following = network.road[network.road.slot.tolist().index(on.slot)]
    assert network.node.place[following.cell] == 2


def test_where_the_day_ends_there_are_no_hops():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 35), walk("b", "c", 5)))
    network = laid_out(stated).network
    evening = network.node[network.hop.cell[network.node.first_hop[0]]]
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
    assert network.node.place[end.cell] == 1


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


def busy_lattice(values):
    """Return the positions on a ring of towns under Flee's rules."""
    names = "abcdef"
    routes = [drive(one, two, 30 + 7 * i) for i, (one, two) in enumerate(zip(names, names[1:] + "a", strict=True))]
    stated = under(Preset.FLEE_NEWEST, scenario([town(name) for name in names], routes, values=values))
    active_events = ActiveEvents(stated)
    return lattice_of(active_events, paths_of(stated, active_events.settings, active_events.routes))


def test_recent_travel_is_a_number_that_goes_with_people_and_multiplies_no_position():
    values = {"start_on_foot": 1, "awareness_level": 2}
    without, minding = (busy_lattice({**values, "avoid_short_stints": minds}) for minds in (0, 1))
    assert len(without.nodes) > len(without.rests) > 0
    assert set(minding.nodes) == set(without.nodes)
    assert set(minding.rests) == set(without.rests)
    assert set(minding.roads) == set(without.roads)


def test_a_network_of_too_many_positions_is_refused_with_its_dense_spot(monkeypatch):
    monkeypatch.setattr(day_lattice, "MOST_POSITIONS", 20)
    with pytest.raises(UsageError, match=r"more than 20 positions within a day, .* place number [1-6] of places\.csv"):
        busy_lattice({"awareness_level": 3})
