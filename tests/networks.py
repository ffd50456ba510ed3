"""Networks under the law of Flee: a random one without crowding, and one in which everything happens."""

import math
from dataclasses import replace

import numpy as np

from corridor.scenario.observations import Observation, Observations
from corridor.scenario.presets import Preset
from tests.builders import camp, day, drive, event, marker, parameters, scenario, town, under

PLACES = ("a", "b", "c", "d", "fork", "one", "two")


def counted(place, counts):
    """Return daily reports of the people in a camp."""
    rows = [
        Observation(date=day(t), place=place, measure="stock", count=int(n), source="test")
        for t, n in enumerate(counts)
    ]
    return Observations(tuple(rows))


def random_network(seed, preset=Preset.FLEE_NEWEST, *, days=13, **values):
    """Return a random network of towns, a junction and two camps without a limit, and reports that grow."""
    rng = np.random.default_rng(seed)
    towns = [town(name, int(rng.integers(500, 5_000))) for name in PLACES[:4]]
    places = (*towns, marker("fork"), camp("one", 50), camp("two", 0))
    pairs = [(i, j) for i in range(7) for j in range(i) if rng.random() < 0.25 or j == i - 1]
    routes = [
        drive(PLACES[i], PLACES[j], round(float(rng.uniform(20, 500)), 1), both_ways=bool(rng.random() < 0.8))
        for i, j in pairs
    ]
    shut = routes[int(rng.integers(len(routes)))].route
    events = (
        event("conflict", "a", 0, None, 0.7),
        event("conflict", "d", 3, 9, 1.0),
        event("closure", shut, 5, 8),
        event("camp_suspended", "two", 6, 10),
    )
    stated = {
        "awareness_level": 2,
        "move_chance_town": 0.4,
        "move_chance_camp": 0.05,
        "conflict_decay.0": 1.0,
        "conflict_decay.1": 0.5,
        "conflict_decay_days": 4,
        "take_from_population": 0,
        **values,
    }
    counts = 50 + np.cumsum([0, *rng.integers(0, 200, days - 1)])
    return under(preset, scenario(places, routes, events, days=days, values=stated)), counted("one", counts)


def busy_network(preset=Preset.FLEE_NEWEST, *, days=14):
    """Return a network two places deep with closures, small camps, walkers, slow days and Poisson numbers."""
    stated, _ = random_network(3, preset, days=days)
    values = {
        "awareness_level": 2,
        "move_chance_town": 0.4,
        "move_chance_camp": 0.05,
        "start_on_foot": 1,
        "walk_probability": 0.2,
        "avoid_short_stints": 1,
        "pruning_threshold": 8.0,
        "weight_power": 1.5,
        "displaced_per_conflict_day": 60,
        "displaced_poisson": 1,
        "take_from_population": 1,
    }
    small = (camp("one", 50, capacity=100), camp("two", 0, capacity=40))
    near = [road.model_copy(update={"distance_km": 20.0 * math.ceil(road.distance_km / 40)}) for road in stated.routes]
    shut = (event("closure", near[0].route, 4, 6), event("closure", near[-1].route, 9, 12))
    return replace(
        stated,
        places=(*stated.places[:5], *small),
        routes=tuple(near),
        events=(*stated.events, *shut),
        parameters=parameters(values),
    )
