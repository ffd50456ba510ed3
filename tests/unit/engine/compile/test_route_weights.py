"""The weight of each path, beside the formula worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.conflict_decay import decay_of, fresh_intensity
from corridor.engine.compile.route_weights import great_circle_km, residents, weighing_of
from corridor.engine.network.active_events import ActiveEvents
from corridor.engine.network.layout import lay_out
from corridor.engine.settings import settings_of
from corridor.errors import BoundsError
from corridor.scenario.parameters import DEFINITIONS, Fixed, LogNormal, Normal, Uniform
from corridor.scenario.presets import Preset
from tests.builders import camp, drive, event, marker, scenario, town, under

EVERY = tuple(Preset)
OLD, NEW = Preset.FLEE_3_1, Preset.FLEE_NEWEST


def weights(values, *, preset=Preset.CORRIDOR, fighting=(0.0, 0.0, 0.0, 0.0), first=None):
    """Return the weights of the ways from home to a town at home, a town abroad and a camp abroad."""
    places = (
        first or town("home", 5_000, country="SYR", lat=10.0, lon=20.0),
        town("near", 400, country="SYR", lat=10.0, lon=21.0),
        town("over", 0, country="IRQ", lat=12.0, lon=20.0),
        camp("camp", 0, country="IRQ", lat=10.0, lon=20.001),
    )
    routes = [drive("home", place.place, km) for place, km in zip(places[1:], (30, 90, 40), strict=True)]
    stated = under(preset, scenario(places, routes, values=values))
    active_events = ActiveEvents(stated)
    weighing = weighing_of(active_events, lay_out(active_events))
    fights = np.array(fighting)
    is_camp = np.array([False, False, False, True])
    return weighing.weights(fights, is_camp, np.ones(4), weighing.length(fights)).tolist()


@pytest.mark.parametrize("preset", EVERY)
@pytest.mark.parametrize(
    ("values", "fighting", "wanted"),
    [
        ({}, (0, 0, 0, 0), (1 / 40, 1 / 100, 1 / 50)),
        ({"softening_km": 0.0, "distance_power": 2.0}, (0, 0, 0, 0), (1 / 900, 1 / 8_100, 1 / 1_600)),
        ({"camp_weight": 3.0}, (0, 0, 0, 0), (1 / 40, 1 / 100, 3 / 50)),
        ({"foreign_weight": 2.0}, (0, 0, 0, 0), (1 / 40, 2 / 100, 2 / 50)),
        ({"foreign_weight": 2.0, "camp_weight": 3.0}, (0, 0, 0, 0), (1 / 40, 2 / 100, 6 / 50)),
        ({"conflict_weight": 0.25}, (1, 0.5, 2, 0), (0.5 / 40, 0.0625 / 100, 1 / 50)),
        ({"weight_softening": 0.5, "conflict_weight": 0.25}, (0, 1, 0, 0), (0.75 / 40, 1.5 / 100, 1.5 / 50)),
        ({"weight_power": 2.0, "camp_weight": 3.0}, (0, 0, 0, 0), (1 / 1_600, 1 / 10_000, 9 / 2_500)),
        ({"weight_power": 0.0, "camp_weight": 3.0}, (0, 0, 0, 0), (1, 1, 1)),
    ],
)
def test_a_way_weighs_what_its_length_and_its_end_make_of_it(preset, values, fighting, wanted):
    assert weights(values, preset=preset, fighting=fighting) == pytest.approx(wanted)


@pytest.mark.parametrize(("preset", "many", "nobody"), [(Preset.CORRIDOR, 400, 1), (NEW, 400, 1), (OLD, 1, 0)], ids=str)
def test_people_draw_people_save_in_flee_3_1_which_takes_the_smaller_of_two_numbers(preset, many, nobody):
    found = weights({"population_weight_power": 0.5}, preset=preset)
    assert found == pytest.approx([many**0.5 / 40, nobody**0.5 / 100, 1 / 50])


@pytest.mark.parametrize("preset", EVERY)
def test_whoever_stays_close_to_home_minds_the_way_as_the_crow_flies(preset):
    radius = 6373.0 if preset is OLD else 6371.0
    # A degree along the circle of latitude, and two along the meridian; Flee takes each for the other.
    along_latitude = 2 * math.asin(math.cos(math.radians(10)) * math.sin(math.radians(0.5))) * radius
    along_meridian = math.radians(2) * radius
    if preset.is_flee:
        along_latitude = math.radians(1) * radius
        along_meridian = 2 * math.asin(math.cos(math.radians(20)) * math.sin(math.radians(1))) * radius
    found = weights({"stay_close_to_home": 1, "home_distance_power": 0.5}, preset=preset)
    wanted = [along_latitude**-0.5 / 40, along_meridian**-0.5 / 100, 1 / 50]  # the camp is nearer than 1 km
    assert found == pytest.approx(wanted)


def test_home_is_the_country_of_the_first_place():
    from_abroad = town("home", 0, country="IRQ", lat=10.0, lon=20.0)
    assert weights({"foreign_weight": 2.0}, first=from_abroad) == pytest.approx([2 / 40, 1 / 100, 1 / 50])


def test_a_place_of_no_stated_country_is_at_home():
    nowhere = town("home")
    assert weights({"foreign_weight": 2.0}, first=nowhere)[1:] == pytest.approx([2 / 100, 2 / 50])


def test_the_distance_of_opposite_points_is_half_the_way_round():
    assert great_circle_km((0, 0), (0, 180), 1.0) == pytest.approx(math.pi)
    assert great_circle_km((90, 0), (-90, 77), 1.0) == pytest.approx(math.pi)


def test_a_way_of_several_hops_weighs_by_its_whole_length_and_its_end():
    places = (town("home"), marker("fork"), town("hub"), camp("camp"))
    routes = (drive("home", "fork", 20), drive("fork", "hub", 30), drive("hub", "camp", 40))
    stated = scenario(places, routes, values={"awareness_level": 2, "camp_weight": 2.0})
    active_events = ActiveEvents(stated)
    layout = lay_out(active_events)
    weighing = weighing_of(active_events, layout)
    is_camp = np.array([False, False, False, True])
    found = weighing.weights(np.zeros(4), is_camp, np.ones(4), weighing.length(np.zeros(4)))
    of = {
        tuple(places[p].place for p in way.places): weight for way, weight in zip(layout.paths.rows, found, strict=True)
    }
    assert of["fork", "hub"] == pytest.approx(1 / 60)
    assert of["fork", "hub", "camp"] == pytest.approx(2 / 100)
    assert ("fork",) not in of


@pytest.mark.parametrize("preset", EVERY)
def test_fighting_counts_for_less_step_by_step_and_anew_once_it_has_paused(preset):
    values = {"conflict_decay.0": 1.0, "conflict_decay.1": 0.5, "conflict_decay.2": 0.25, "conflict_decay_days": 2}
    stated = under(preset, scenario((town("a"), town("b")), (), (event("conflict", "a"),), days=9, values=values))
    fighting = np.array([[0.8, 0]] * 6 + [[0, 0]] + [[0.8, 0]] * 2)
    found = fresh_intensity(stated, decay_of(settings_of(stated, ())), fighting)[:, 0] / 0.8
    if preset.is_flee:  # of the day before, unless fighting has begun or ended
        assert found.tolist() == [1, 1, 1, 0.5, 0.5, 0.25, 0, 1, 1]
    else:
        assert found.tolist() == [1, 1, 0.5, 0.5, 0.25, 0.25, 0, 1, 1]


@pytest.mark.parametrize(
    ("prior", "central"),
    [
        (Uniform(low=8_000, high=25_000), 16_500),
        (LogNormal(median=9_000, within_factor=2), 9_000),
        (Normal(mean=7_000, sd=500), 7_000),
        (Fixed(value=6_000), 6_000),
    ],
)
def test_a_population_that_is_not_known_counts_by_the_middle_of_its_prior(prior, central):
    definition = DEFINITIONS["population"].parameter("home").model_copy(update={"prior": prior})
    home = town("home").model_copy(update={"population": None})
    stated = scenario((home, camp("camp")), (drive("home", "camp"),))
    stated = replace(stated, parameters=(*stated.parameters, definition))
    assert residents(stated, stated.places[0]) == central


@pytest.mark.parametrize(
    ("km", "values"), [(1e-300, {"softening_km": 0.0}), (30.0, {"camp_weight": 1e8, "weight_power": 60.0})]
)
def test_weights_that_are_no_numbers_are_refused_with_place_and_parameters(km, values):
    stated = scenario(
        (town("home", 10), camp("camp")), (drive("home", "camp", km),), values=values | {"distance_power": 2.0}
    )
    with pytest.raises(BoundsError, match=r"the paths from home weigh too much .* the one to camp .* softening_km"):
        compile_scenario(stated)
