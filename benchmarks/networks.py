"""Networks made for measuring: grids of any size, a sparse country with long roads, and a country of usual size."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np

from corridor.scenario.events import Event, EventKind
from corridor.scenario.parameters import DEFINITIONS, Fixed, Parameter
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.presets import Preset
from corridor.scenario.routes import Route, TravelMode
from corridor.scenario.scenario import Group, Scenario

START = dt.date(2031, 1, 1)
CAMP_EVERY = 8
FIGHTING_EVERY = 5
SHARE_PER_DAY = 0.004


def fixed(name: str, value: float) -> Parameter:
    """Return a parameter with a fixed value."""
    return DEFINITIONS[name].parameter().model_copy(update={"prior": Fixed(value=value)})


def grid(places: int, *, people: int, days: int, awareness: int = 1, km: float = 60.0) -> Scenario:
    """Return a square grid of towns and camps, fighting in a fifth of the towns, four roads at each place.

    Roads differ in length, up to twice `km`. People are spread evenly over the towns with fighting; each day
    `SHARE_PER_DAY` of them become displaced under the rules of the newest Flee, where nobody dies and nobody leaves
    the model.
    """
    side = math.isqrt(places)
    numbers = range(side * side)
    degrees = min(km / 111, 80 / side)  # on the map; the largest grids would reach beyond the poles
    camps = {n for n in numbers if n % CAMP_EVERY == CAMP_EVERY - 1}
    fighting = [n for n in numbers if n % FIGHTING_EVERY == 0 and n not in camps]
    rows = tuple(
        Place(
            place=f"p{n}",
            name=f"Place {n}",
            kind=PlaceKind.CAMP if n in camps else PlaceKind.TOWN,
            lat=n // side * degrees,
            lon=n % side * degrees,
            population=people // len(fighting) if n in fighting else 0,
        )
        for n in numbers
    )
    ways = [(n, n + 1) for n in numbers if n % side < side - 1] + [(n, n + side) for n in numbers if n + side < side**2]
    return _scenario(f"grid of {side * side} places", rows, (ways, km), days, ([f"p{n}" for n in fighting], awareness))


def sparse_country(*, people: int, days: int, awareness: int) -> Scenario:
    """Return 40 places on a ring with chords, roads of up to 1,600 km, and everybody choosing far ahead."""
    numbers = range(40)
    camps, fighting = {7, 15, 23, 31, 39}, [0, 10, 20]
    rows = tuple(
        Place(
            place=f"p{n}",
            name=f"Place {n}",
            kind=PlaceKind.CAMP if n in camps else PlaceKind.TOWN,
            lat=20 * math.sin(n / 6.4),
            lon=20 * math.cos(n / 6.4),
            population=people // len(fighting) if n in fighting else 0,
        )
        for n in numbers
    )
    ways = [(n, (n + 1) % 40) for n in numbers] + [(n, (n + 9) % 40) for n in range(0, 40, 4)]
    return _scenario("sparse country", rows, (ways, 800.0), days, ([f"p{n}" for n in fighting], awareness))


def country(*, days: int, places: int = 800, people: int = 4_000_000, awareness: int = 2, seed: int = 1) -> Scenario:
    """Return a made country: towns on a plane, each with roads to its nearest neighbours, and camps at its border.

    Everybody lives somewhere, a fight begins or ends in some place on most days, people look some places ahead,
    walk their first road and do not stay in a town where they have travelled little: the rules of the newest Flee.
    """
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 1_000, (places, 2))
    border = np.argsort(np.abs(at - 500).max(1))[-max(1, places // 40) :]
    camps = set(border.tolist())
    share = rng.pareto(1.2, places) + 0.1
    residents = (people * share / share.sum()).astype(int)
    rows = tuple(
        Place(
            place=f"p{n}",
            name=f"Place {n}",
            kind=PlaceKind.CAMP if n in camps else PlaceKind.TOWN,
            lat=float(at[n, 1] / 111),
            lon=float(at[n, 0] / 111),
            population=0 if n in camps else int(residents[n]),
        )
        for n in range(places)
    )
    km = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    near = np.argsort(km, 1)[:, 1:4]
    ways = sorted({(min(a, int(b)), max(a, int(b))) for a in range(places) for b in near[a]})
    towns = [n for n in range(places) if n not in camps]
    fights = [
        (place, begin, begin + 2 * int(rng.integers(3, 60)) + 1)
        for begin in range(0, days, 2)
        for place in rng.choice(towns, 3, replace=False).tolist()
    ]
    base = _scenario(f"made country of {places} places", rows, (ways, 1.0), days, ([], awareness))
    return replace(
        base,
        routes=tuple(
            route.model_copy(update={"distance_km": float(max(1, round(1.3 * km[a, b])))})
            for route, (a, b) in zip(base.routes, ways, strict=True)
        ),
        events=tuple(
            Event(
                start=START + dt.timedelta(days=begin),
                end=START + dt.timedelta(days=end),
                kind=EventKind.CONFLICT,
                subject=f"p{place}",
                value=1.0,
                source="invented",
            )
            for place, begin, end in fights
        ),
        parameters=(*base.parameters, fixed("avoid_short_stints", 1.0), fixed("start_on_foot", 1.0)),
    )


def _scenario(
    name: str,
    places: tuple[Place, ...],
    roads: tuple[list[tuple[int, int]], float],
    days: int,
    flight: tuple[list[str], int],
) -> Scenario:
    """Return a scenario of places, roads as pairs of numbers with a usual length, and places with fighting."""
    ways, km = roads
    fighting, awareness = flight
    return Scenario(
        name=name,
        start=START,
        end=START + dt.timedelta(days=days - 1),
        groups=(Group(group="everybody", share=1.0),),
        places=places,
        routes=tuple(
            Route(
                origin=f"p{a}",
                destination=f"p{b}",
                distance_km=km * (0.5 + (a * 7 + b * 13) % 16 / 10),
                mode=TravelMode.VEHICLE,
                both_ways=True,
            )
            for a, b in ways
        ),
        events=tuple(
            Event(start=START, kind=EventKind.CONFLICT, subject=place, value=1.0, source="invented")
            for place in fighting
        ),
        parameters=(
            fixed("awareness_level", awareness),
            fixed("speed_vehicle_km_per_day", 200.0),
            fixed("displaced_share_per_conflict_day", SHARE_PER_DAY),
        ),
        preset=Preset.FLEE_NEWEST,
    )
