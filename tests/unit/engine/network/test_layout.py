"""The map: slots for where people can be, nodes in order of the day, roads cut into parts."""

import pytest

from corridor.engine.network import positions
from corridor.engine.network.active_events import ActiveEvents
from corridor.engine.network.layout import lay_out, positions_of, same_road
from corridor.engine.network.paths import directed_routes, paths_of
from corridor.engine.network.positions import FREE
from corridor.engine.network.travel_rules import PARTS_OF_DAY, clock_of
from corridor.engine.program import EN_ROUTE, HOME, NEW, QUEUE_AGES, SETTLED, WAITING
from corridor.engine.settings import settings_of
from corridor.errors import BoundsError
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


def test_people_set_out_in_the_morning_from_where_they_are_free_to_choose():
    tables = laid_out(network()).network
    rest = tables.rest[tables.place.morning]
    assert rest.place.tolist() == list(range(tables.place.size))
    assert (rest.path == FREE).all()


def test_only_positions_that_somebody_can_spend_a_night_at_are_made():
    tables = laid_out(network()).network
    reached = {*tables.hop.rest, *tables.road.rest, *tables.road.shut_rest, *tables.place.morning, *tables.rester.rest}
    assert set(range(tables.rest.size)) == reached - {-1}


def test_those_who_come_before_the_end_of_the_day_may_go_on_unless_a_gate_holds_them():
    stated = scenario((town("a"), town("b"), screening("ridge", 5)), (walk("a", "b", 5), walk("b", "ridge", 5)))
    hop = laid_out(stated).network.hop
    assert hop.goes_on.tolist() == [True, False]


def test_a_hop_by_the_parts_of_the_day_has_a_position_for_each_part_where_a_day_can_end():
    stated = scenario((town("a"), town("b"), town("c")), (walk("a", "b", 17.5), walk("b", "c", 26.25)))
    network = laid_out(stated).network
    first, second = network.hop
    assert (first.length, second.length) == (12, 18)
    assert (network.part_slot[first.first_way : first.first_way + first.length] == -1).all()
    on = network.part_slot[second.first_way + PARTS_OF_DAY - first.length]
    assert network.slot.exposure[on] == EN_ROUTE
    assert network.slot.place[on] == 2
    following = network.road[network.road.slot.tolist().index(on)]
    assert network.rest.place[following.rest] == 2


def test_a_night_on_the_road_is_followed_by_the_part_a_day_further_or_by_the_end():
    stated = scenario((town("a"), town("b")), (walk("a", "b", 87.5),))
    network = laid_out(stated).network
    assert network.road.size == 2
    first = network.part_slot[network.hop.first_way[0] + PARTS_OF_DAY]
    second = network.road.next[network.road.slot.tolist().index(first)]
    end = network.road[network.road.slot.tolist().index(second)]
    assert end.next == -1
    assert network.rest.place[end.rest] == 1


def test_a_way_that_takes_centuries_has_positions_for_as_long_as_anybody_can_be_followed():
    values = {"speed_foot_km_per_day": 0.1}
    network = laid_out(scenario((town("a"), town("b")), (walk("a", "b", 20_000),), values=values)).network
    assert positions.LONGEST_WAY_DAYS <= network.road.size <= positions.LONGEST_WAY_DAYS + 2


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


def busy_positions(values):
    """Return the positions on a ring of towns under Flee's rules."""
    names = "abcdef"
    routes = [drive(one, two, 30 + 7 * i) for i, (one, two) in enumerate(zip(names, names[1:] + "a", strict=True))]
    stated = under(Preset.FLEE_NEWEST, scenario([town(name) for name in names], routes, values=values))
    active_events = ActiveEvents(stated)
    return positions_of(active_events, paths_of(stated, active_events.settings, active_events.routes))


def test_recent_travel_is_a_number_that_goes_with_people_and_multiplies_no_position():
    values = {"start_on_foot": 1, "awareness_level": 2}
    without, minding = (busy_positions({**values, "avoid_short_stints": minds}) for minds in (0, 1))
    assert len(without.rests) > 0
    assert set(minding.rests) == set(without.rests)
    assert set(minding.roads) == set(without.roads)


def test_a_network_of_too_many_positions_is_refused_with_its_dense_spot(monkeypatch):
    monkeypatch.setattr(positions, "MOST_POSITIONS", 5)
    with pytest.raises(BoundsError, match=r"in more than 5 positions, .* place number [1-6] of places\.csv"):
        busy_positions({"awareness_level": 3})
