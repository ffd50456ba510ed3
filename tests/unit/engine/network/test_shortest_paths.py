"""People who choose by whole ways: the shortest open way to each camp, and what makes a camp draw more."""

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario, reweighed
from corridor.scenario.presets import Preset
from tests.builders import camp, drive, event, scenario, town, under
from tests.networks import counted, random_network
from verification.expected.day_matrix import expected_stock

PLACES = (town("home", 1_000), town("pass", 0), town("ford", 0), camp("near"), camp("far"))
ROUTES = (
    drive("home", "pass", 40, both_ways=True),
    drive("home", "ford", 50, both_ways=True),
    drive("pass", "near", 10, both_ways=True),
    drive("ford", "near", 20, both_ways=True),
    drive("near", "far", 100, both_ways=True),
)
WHOLE = {"whole_way": 1, "distance_power": 2.0, "softening_km": 0.0}


def compiled(*events, places=PLACES, routes=ROUTES, days=6, **values):
    return compile_scenario(scenario(places, routes, events, days=days, values=WHOLE | values))


def ways(found, place):
    """Return the places along each way that begins at a place."""
    p = [row.place for row in found.scenario.places].index(place)
    rows = found.layout.paths.rows[found.layout.paths.first[p] : found.layout.paths.first[p + 1]]
    return [tuple(found.scenario.places[end].place for end in way.places) for way in rows]


def weights(found, place, column="move"):
    """Return the weight of each way that counts, by the places along it, day by day."""
    p = [row.place for row in found.scenario.places].index(place)
    first = found.layout.paths.first[p]
    rows = found.program.calendar.path[column][found.program.calendar.period]
    names = ways(found, place)
    return [{names[o]: w for o, w in enumerate(row[first : first + len(names)].tolist()) if w > 0} for row in rows]


def test_a_camp_weighs_by_the_whole_of_the_shortest_way_there_however_many_places_ahead():
    found = compiled()
    assert ways(found, "home") == [("pass", "near"), ("pass", "near", "far")]
    assert weights(found, "home")[0] == pytest.approx(
        {("pass", "near"): 1 / 50**2, ("pass", "near", "far"): 1 / 150**2}
    )


def test_while_a_road_is_shut_the_next_shortest_way_counts_and_no_camp_counts_twice():
    found = weights(compiled(event("closure", "home>pass", 2, 3)), "home")
    assert [set(day) for day in found] == [
        {("pass", "near"), ("pass", "near", "far")}
        if day in {0, 1, 4, 5}
        else {("ford", "near"), ("ford", "near", "far")}
        for day in range(6)
    ]
    assert found[2]["ford", "near"] == pytest.approx(1 / 70**2)


def test_the_rest_of_every_way_is_a_way_of_the_next_place():
    found = compiled(event("closure", "home>pass", 2, 3), event("conflict", "pass", 1, 4), conflict_detour=3.0)
    assert len(found.layout.paths.rows) == 10
    for way, rest in zip(found.layout.paths.rows, found.layout.paths.following, strict=True):
        assert (found.layout.paths.rows[rest].routes if rest >= 0 else ()) == way.routes[1:]


def test_people_go_round_fighting_where_the_way_round_counts_for_less():
    found = weights(compiled(event("conflict", "pass", 2, 3), conflict_detour=2.0), "home")
    assert set(found[1]) == {("pass", "near"), ("pass", "near", "far")}
    assert found[2] == pytest.approx({("ford", "near"): 1 / 70**2, ("ford", "near", "far"): 1 / 170**2})
    little = weights(compiled(event("conflict", "pass", 2, 3), conflict_detour=1.25), "home")
    assert little[2] == pytest.approx({("pass", "near"): 1 / 60**2, ("pass", "near", "far"): 1 / 160**2})


def test_nobody_heads_for_a_camp_that_is_none_for_the_time_or_shut():
    found = weights(compiled(event("camp_suspended", "near", 0, 1), event("camp_closes", "far", 3)), "home")
    assert [set(day) for day in found] == [
        {("pass", "near", "far")}, {("pass", "near", "far")}, {("pass", "near"), ("pass", "near", "far")},
        {("pass", "near")}, {("pass", "near")}, {("pass", "near")},
    ]  # fmt: skip


def test_no_way_leads_into_a_siege_and_people_inside_have_a_way_out_over_every_road():
    found = compiled(event("siege", "home", 0, 2), event("siege", "pass", 3))
    assert weights(found, "home")[0] == {}
    leaving = {("pass", "near"), ("ford", "near"), ("pass", "near", "far"), ("ford", "near", "far")}
    assert set(ways(found, "home")) >= leaving
    assert set(weights(found, "home", "exit")[0]) == {("pass", "near"), ("pass", "near", "far")}
    assert set(weights(found, "home")[3]) == {("ford", "near"), ("ford", "near", "far")}


def test_a_corridor_is_used_although_a_shorter_road_leads_out():
    found = compiled(event("siege", "home"), event("corridor", "home>ford", 1, None, 500))
    assert set(weights(found, "home", "corridor")[1]) == {("ford", "near"), ("ford", "near", "far")}


def test_people_are_relocated_along_a_road_that_nobody_would_choose():
    places = (*PLACES, town("depot"))
    found = compiled(
        event("relocation", "near>depot", 1, 2, 30), places=places, routes=(*ROUTES, drive("near", "depot", 9))
    )
    assert weights(found, "near", "relocation")[1] == {("depot",): 30}
    assert ("depot",) not in weights(found, "near")[1]


def test_a_camp_weighs_more_for_a_while_after_it_opened_and_one_that_was_always_open_never():
    found = weights(compiled(event("camp_opens", "far", 2), days=8, new_camp_weight=5.0, new_camp_days=3), "home")
    assert [day.get(("pass", "near", "far"), 0) * 150**2 for day in found] == pytest.approx([0, 0, 5, 5, 5, 1, 1, 1])
    assert [day["pass", "near"] * 50**2 for day in found] == pytest.approx([1] * 8)


def test_a_camp_opens_when_the_first_road_to_it_does():
    found = weights(compiled(event("closure", "near>far", 0, 2), new_camp_weight=5.0, new_camp_days=2), "home")
    assert [day.get(("pass", "near", "far"), 0) * 150**2 for day in found] == pytest.approx([0, 0, 0, 5, 5, 1])


def test_a_camp_weighs_by_its_capacity_where_that_is_known_and_asked_for():
    places = (*PLACES[:3], camp("near", capacity=40_000), camp("far"))
    assert weights(compiled(places=places, camp_size_power=0.5), "home")[0] == pytest.approx(
        {("pass", "near"): 2 / 50**2, ("pass", "near", "far"): 1 / 150**2}
    )
    assert weights(compiled(places=places), "home")[0]["pass", "near"] == pytest.approx(1 / 50**2)


def test_with_an_awareness_of_0_nobody_moves_on_whole_ways_either():
    assert compiled(awareness_level=0).layout.paths.rows == ()


def test_a_place_without_a_road_and_a_scenario_without_camps_have_no_ways():
    assert ways(compiled(places=(*PLACES, town("island", 5))), "island") == []
    assert compiled(places=PLACES[:3], routes=ROUTES[:2]).layout.paths.rows == ()


def test_of_roads_side_by_side_the_shorter_is_taken():
    routes = (drive("home", "near", 30, via="hills"), drive("home", "near", 20, via="coast"))
    found = compiled(routes=routes)
    assert [found.layout.routes[way.routes[0]].via for way in found.layout.paths.rows] == ["coast"]


def test_a_scenario_weighed_anew_on_its_map_is_the_scenario_compiled_anew():
    one = under(Preset.FLEE_NEWEST, scenario(PLACES, ROUTES, (event("conflict", "home"),), values=WHOLE))
    other = under(
        Preset.FLEE_NEWEST,
        scenario(
            PLACES, ROUTES, (event("conflict", "home"),), values=WHOLE | {"softening_km": 9.0, "weight_power": 2.0}
        ),
    )
    again, anew = reweighed(compile_scenario(one, [3] * 5), other), compile_scenario(other, [3] * 5)
    for mine, theirs in (
        (again.program.network, anew.program.network),
        (again.program.calendar, anew.program.calendar),
    ):
        assert [str(table.tolist()) for table in mine] == [str(table.tolist()) for table in theirs]


def test_whoever_chose_a_whole_way_travels_on_without_waiting():
    places = (town("home", 1_000), town("pass"), camp("near", 1), camp("far"))
    routes = (drive("home", "pass", 150), drive("pass", "near", 150), drive("pass", "far", 1_000))
    values = WHOLE | {"move_chance_town": 0.01, "take_from_population": 0, "speed_vehicle_km_per_day": 200}
    stated = under(Preset.FLEE_NEWEST, scenario(places, routes, (event("conflict", "home"),), days=12, values=values))
    stock = expected_stock(stated, counted("near", [1, *[1_001] * 11]))
    to_near = 1_000 * (1 / 300**2) / (1 / 300**2 + 1 / 1_150**2)
    assert stock[2:, 2] == pytest.approx(np.full(10, 1 + to_near))
    assert stock[-1, 1] == 0


@pytest.mark.parametrize("preset", tuple(Preset), ids=str)
def test_parameters_of_whole_ways_are_off_unless_they_are_stated(preset):
    stated, _ = random_network(4, preset)
    silent = {"whole_way", "conflict_detour", "new_camp_weight", "camp_size_power"}
    assert [stated.parameter(name).prior.value for name in sorted(silent)] == [0.0, 1.0, 1.0, 0.0]


def test_weighing_anew_changes_nothing_in_the_scenario_that_was_compiled_before():
    stated = scenario(PLACES, ROUTES, (event("conflict", "home"),), values=WHOLE)
    first = compile_scenario(stated, [3] * stated.n_days)
    before = [str(table.tolist()) for table in first.program.network]
    reweighed(first, scenario(PLACES, ROUTES, (event("conflict", "home"),), values=WHOLE | {"weight_power": 2.0}))
    compile_scenario(stated)
    assert [str(table.tolist()) for table in first.program.network] == before
    assert bool(first.program.network.rule_flags.is_prescribed[0])
