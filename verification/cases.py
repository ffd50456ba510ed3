"""The catalogue of what is compared with Flee: networks alone, each rule switched on alone, and chosen pairs.

Not among them: thinning (`hasten`), because Corridor simulates whole populations and reads it as 1; and move chances of
towns below 0.005, for which Flee takes towns for camps, because the importer refuses them in words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verification.instances import (
    Closure,
    Fighting,
    Instance,
    Spot,
    Way,
    diamond,
    line,
    long_diamond,
    ten,
    triangle,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DECAY = [1.0, 0.5, 0.1]
SMALL = {"near": 60, "far": 90}


def by_conflict(instance: Instance) -> bool:
    """Say whether people become displaced by fighting here, not by the reported totals."""
    return any(name == "spawn_rules.conflict_driven_spawning" for name in instance.settings)


def _speeds(instance: Instance, *values: str, heading: str = "max_move_speed") -> Instance:
    """Return the instance with an attribute for each way, the values used in turn."""
    ways = (
        way._replace(attributes=((heading, values[number % len(values)]),)) for number, way in enumerate(instance.ways)
    )
    return replace(instance, ways=tuple(ways))


def _closing(instance: Instance, *closures: Closure) -> Instance:
    """Return the instance with closures."""
    return replace(instance, closures=closures)


def _fighting(instance: Instance, *fighting: Fighting) -> Instance:
    """Return the instance with other fighting."""
    return replace(instance, fighting=fighting)


def _besides(instance: Instance, *ways: Way) -> Instance:
    """Return the instance with further ways."""
    return replace(instance, ways=(*instance.ways, *ways))


def _marked() -> Instance:
    """Return the diamond with markers on two of its roads, one of them at 200 km, the speed of a day."""
    base = diamond()
    spots = (*base.spots, Spot("ford", "marker", 0), Spot("fork", "marker", 0))
    ways = (
        Way("city", "ford", 30),
        Way("ford", "hill", 50),
        Way("city", "shore", 140),
        Way("hill", "near", 120),
        Way("shore", "fork", 200),
        Way("fork", "far", 90),
        Way("fork", "ford", 160),
        Way("hill", "shore", 60),
    )
    return replace(base, spots=spots, ways=ways)


def _networks() -> dict[str, Instance]:
    """Return networks under the usual settings: multi-hop days, exact distances, long roads, hubs, parallel roads."""
    twice = Way("city", "hill", 170)
    return {
        "line": line(100, 150, 250),
        "line_of_short_roads": line(60, 60, 60, 60, 60, 60, 60),
        "line_of_a_days_length": line(200, 200, 200),
        "line_just_below_a_day": line(199.5, 199.5, 200.5),
        "line_that_breaks_the_budget": line(50, 190, 50, 300),
        "line_of_long_roads": line(700, 450),
        "triangle": triangle(),
        "diamond": diamond(),
        "ten": ten(),
        "markers": _marked(),
        "hub": diamond().being(hill="forwarding_hub").having(hill=0),
        "idp_camp": diamond().being(near="idpcamp"),
        "parallel_roads": _besides(diamond(), twice),
        "parallel_roads_longer_first": replace(diamond(), ways=(twice, *diamond().ways)),
        "the_same_road_twice": _besides(diamond(), Way("city", "shore", 140)),
        "forced_redirection_one": replace(diamond(), ways=(Way("city", "hill", 80, "1"), *diamond().ways[1:])),
        "forced_redirection_two": replace(diamond(), ways=(Way("city", "hill", 80, "2"), *diamond().ways[1:])),
        "flee_defaults": replace(diamond(), settings={}),
    }


def _rules() -> dict[str, Instance]:
    """Return each rule of movement alone."""
    base = diamond()
    return {
        "nobody_is_aware": base.under(move_rules__awareness_level=0),
        "awareness_2": base.under(move_rules__awareness_level=2),
        "awareness_3": base.under(move_rules__awareness_level=3),
        "awareness_2_on_ten": ten().under(move_rules__awareness_level=2),
        "awareness_3_on_ten": ten().under(move_rules__awareness_level=3),
        "awareness_2_long_roads": long_diamond().under(move_rules__awareness_level=2),
        "capacity": base.having(**SMALL),
        "capacity_buffer_half": base.having(**SMALL).under(move_rules__capacity_buffer=0.5),
        "capacity_of_one_camp": base.having(near=40),
        "start_on_foot": base.under(move_rules__start_on_foot=True),
        "avoid_short_stints": base.under(move_rules__avoid_short_stints=True),
        "avoid_short_stints_short_roads": line(60, 60, 60, 60, 60).under(move_rules__avoid_short_stints=True),
        "softening": base.under(move_rules__softening=80.0),
        "weight_softening": base.under(move_rules__weight_softening=0.5),
        "weight_power": base.under(move_rules__weight_power=2.0),
        "distance_power": base.under(move_rules__distance_power=2.0),
        "camp_weight": base.under(move_rules__camp_weight=3.0),
        "conflict_weight": base.under(move_rules__conflict_weight=2.0),
        "foreign_weight": base.under(move_rules__foreign_weight=3.0),
        "move_chances": base.under(
            move_rules__conflict_movechance=0.6, move_rules__default_movechance=0.5, move_rules__camp_movechance=0.1
        ),
        "stay_close_to_home": base.under(move_rules__stay_close_to_home=True),
        "stay_close_to_home_power": base.under(
            move_rules__stay_close_to_home=True, move_rules__home_distance_power=1.5
        ),
        "population_weights": base.having(shore=0).under(move_rules__use_pop_for_loc_weight=True),
        "population_weights_of_nothing": line(100, 150).having(town1=0).under(move_rules__use_pop_for_loc_weight=True),
        "population_move_chances": base.having(near=2000, far=4000).under(
            move_rules__movechance_pop_base=3000.0, move_rules__movechance_pop_scale_factor=0.5
        ),
        "old_rules": base.under(move_rules__use_v1_rules=True),
        "speed_by_road": _speeds(base, "40", "250", "90"),
        "walking_by_chance": _speeds(base, "0.0", "0.4", "0.9", heading="walk_probability"),
    }


def _closures() -> dict[str, Instance]:
    """Return closures of each kind, with people on the way."""
    base, far = diamond(), long_diamond()
    return {
        "country_closed": _closing(base, Closure("country", "Home", "Abroad", 12, 25)),
        "country_closed_on_the_way": _closing(far, Closure("country", "Home", "Abroad", 12, 25)),
        "country_reopened_on_the_way": _closing(far, Closure("country", "Abroad", "Home", 12, 13)),
        "country_closed_for_ever": _closing(base, Closure("country", "Home", "Abroad", 0, -1)),
        "location_closed": _closing(base, Closure("location", "shore", "nothing", 12, 25)),
        "location_closed_on_the_way": _closing(far, Closure("location", "hill", "nothing", 12, 20)),
        "camp_closed": _closing(base, Closure("camp", "near", "", 12, 30)),
        "camp_closed_at_first": _closing(base, Closure("camp", "far", "", 0, 20)),
        "idp_camp_closed": _closing(base.being(near="idpcamp"), Closure("idpcamp", "near", "", 12, 30)),
        "redirection_removed": _closing(base, Closure("remove_forced_redirection", "city", "hill", 12, 30)),
        "link_closure_without_effect": _closing(base, Closure("link", "city", "hill", 12, 30)),
        "closures_that_overlap": _closing(
            base, Closure("country", "Home", "Abroad", 10, 40), Closure("location", "far", "nothing", 15, 20)
        ),
    }


def _people() -> dict[str, Instance]:
    """Return who becomes displaced, where and when."""
    base = diamond()
    mode = "spawn_rules__conflict_driven_spawning"
    held = {"near": ((0, 80), (60, 80)), "far": ((0, 30), (60, 90))}
    return {
        "fighting_ends": _fighting(base, Fighting("city", 0, 35)),
        "fighting_moves": _fighting(base, Fighting("city", 0, 60), Fighting("shore", 10, 22)),
        "fighting_of_a_half_never_ends": _fighting(base, Fighting("city", 0, 60), Fighting("shore", 10, 22, 0.5)),
        "fighting_twice_as_hard": _fighting(base, Fighting("city", 0, 60), Fighting("hill", 5, 60, 2.0)),
        "fighting_only_in_the_places_table": _fighting(
            base.being(hill="conflict_zone"), Fighting("city", 0, 60), Fighting("hill", 40, 60)
        ),
        "decay_of_fighting": replace(ten(110), total=((0, 0), (100, 400))).under(
            spawn_rules__conflict_spawn_decay=DECAY
        ),
        "take_from_population": ten().having(north=300, south=250).under(spawn_rules__take_from_population=True),
        "people_of_day_0": replace(base, camps=held, total=((0, 110), (30, 410))),
        "people_of_day_0_crowd": replace(base, camps=held, total=((0, 110), (30, 410))).having(near=100, far=90),
        "nobody_of_day_0": replace(base, camps=held, total=((0, 110), (30, 410))).under(spawn_rules__insert_day0=False),
        "corrected_at_day_20": replace(
            base,
            camps={"near": ((0, 80), (18, 120), (20, 60), (60, 70)), "far": held["far"]},
            corrections=(("near", 20),),
            total=((0, 110), (30, 410)),
        ),
        "fewer_people_for_a_while": replace(base, total=((0, 0), (15, 200), (22, 150), (40, 320))),
        "spawning_constant": base.under(**{mode: {"spawn_mode": "constant", "displaced_per_conflict_day": 9}}),
        "spawning_constant_by_intensity": _fighting(
            base, Fighting("city", 0, 60, 0.75), Fighting("hill", 20, 60, 1.3)
        ).under(**{mode: {"spawn_mode": "constant", "displaced_per_conflict_day": 5}}),
        "spawning_by_population": base.having(city=1500).under(
            **{mode: {"spawn_mode": "pop_ratio", "displaced_per_conflict_day": 0.004}}
        ),
        "spawning_by_population_taken": base.having(city=1500).under(
            spawn_rules__take_from_population=True,
            **{mode: {"spawn_mode": "pop_ratio", "displaced_per_conflict_day": 0.004}},
        ),
    }


def _pairs() -> dict[str, Instance]:
    """Return chosen pairs of rules that meet in the same step."""
    base, aware = diamond(), {"move_rules__awareness_level": 2}
    aware_3, foot = {"move_rules__awareness_level": 3}, {"move_rules__start_on_foot": True}
    stints = {"move_rules__avoid_short_stints": True}
    border = Closure("country", "Home", "Abroad", 12, 25)
    return {
        "awareness_2+capacity": base.having(**SMALL).under(**aware),
        "awareness_3+capacity": base.having(**SMALL).under(**aware_3),
        "awareness_2+country_closed": _closing(base, border).under(**aware),
        "awareness_2+location_closed_on_the_way": _closing(
            long_diamond(), Closure("location", "hill", "nothing", 12, 20)
        ).under(**aware),
        "awareness_2+camp_closed": _closing(base, Closure("camp", "near", "", 12, 30)).under(**aware),
        "awareness_2+start_on_foot": base.under(**aware, **foot),
        "awareness_2+avoid_short_stints": base.under(**aware, **stints),
        "awareness_2+parallel_roads": _besides(base, Way("city", "hill", 170)).under(**aware),
        "awareness_2+hub": base.being(hill="forwarding_hub").having(hill=0).under(**aware),
        "awareness_2+stay_close_to_home": base.under(**aware, move_rules__stay_close_to_home=True),
        "awareness_2+weight_power": base.under(**aware, move_rules__weight_power=2.0),
        "awareness_3+markers": _marked().under(**aware_3),
        "awareness_2+markers": _marked().under(**aware),
        "start_on_foot+avoid_short_stints": base.under(**foot, **stints),
        "start_on_foot+markers": _marked().under(**foot),
        "start_on_foot+country_closed_on_the_way": _closing(long_diamond(), border).under(**foot),
        "avoid_short_stints+speed_by_road": _speeds(base, "40", "250", "90").under(**stints),
        "avoid_short_stints+hub": base.being(hill="forwarding_hub").having(hill=0).under(**stints),
        "capacity+country_closed": _closing(base.having(**SMALL), border),
        "capacity+camp_closed": _closing(base.having(**SMALL), Closure("camp", "near", "", 12, 30)),
        "capacity+people_of_day_0": replace(
            base.having(near=150, far=60), camps={"near": ((0, 80), (60, 80))}, total=((0, 80), (30, 380))
        ),
        "weight_softening+weight_power": base.under(move_rules__weight_softening=0.5, move_rules__weight_power=2.0),
        "camp_weight+foreign_weight": base.under(move_rules__camp_weight=3.0, move_rules__foreign_weight=0.5),
        "conflict_weight+decay_of_fighting": replace(ten(110), total=((0, 0), (100, 400))).under(
            spawn_rules__conflict_spawn_decay=DECAY, move_rules__conflict_weight=0.1
        ),
        "take_from_population+decay_of_fighting": replace(ten(110), total=((0, 0), (100, 400)))
        .having(north=400, south=400)
        .under(spawn_rules__take_from_population=True, spawn_rules__conflict_spawn_decay=DECAY),
        "fighting_ends+avoid_short_stints": _fighting(base, Fighting("city", 0, 35)).under(**stints),
    }


GROUPS: dict[str, Callable[[], dict[str, Instance]]] = {
    "networks": _networks,
    "rules": _rules,
    "closures": _closures,
    "people": _people,
    "pairs": _pairs,
}


def all_cases() -> dict[str, Instance]:
    """Return every case by name."""
    return {name: instance for group in GROUPS.values() for name, instance in group().items()}


def chosen(names: list[str]) -> dict[str, Instance]:
    """Return the cases of some names; a name of a group stands for all of it, none for every case."""
    every = all_cases()
    if not names:
        return every
    wanted = [case for name in names for case in (GROUPS[name]() if name in GROUPS else (name,))]
    unknown = [name for name in wanted if name not in every]
    if unknown:
        message = f"no such case: {', '.join(unknown)}; there are {', '.join((*GROUPS, *every))}"
        raise SystemExit(message)
    return {name: every[name] for name in dict.fromkeys(wanted)}
