"""Small scenarios in code: a chain, many chains side by side, a siege, a network.

Unless a test asks for it nobody dies, departs or wanders, and no day is better or worse than another, so that one
process is looked at alone. Days are numbered from 0.
"""

import datetime as dt
import hashlib
from dataclasses import replace

import numpy as np

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.run.members import (
    Members,
    day_effects_of,
    day_effects_size,
    empty_record,
    first_state,
    sim_state_of,
)
from corridor.scenario.events import Event, EventKind
from corridor.scenario.parameters import DEFINITIONS, Fixed, Parameter
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.routes import Route, TravelMode
from corridor.scenario.scenario import Group, Scenario
from corridor.streams import stream, streams

START = dt.date(2031, 1, 1)
EVERYBODY = (Group(group="everybody", share=1.0),)

QUIET = {
    "push_sd": 0.0,
    "push_day_sd": 0.0,
    "pull_sd": 0.0,
    "gate_day_sd": 0.0,
    "choice_concentration": 1e9,
    "onset_rate_per_day": 0.0,
    "leak_rate_per_day": 0.0,
    "corridor_uptake_per_day": 10.0,
    "move_chance_town": 1.0,
    "death_rate_inside_per_day": 0.0,
    "death_rate_en_route_per_day": 0.0,
    "death_rate_waiting_per_day": 0.0,
    "death_rate_new_per_day": 0.0,
    "death_rate_settled_per_day": 0.0,
    "departure_rate_per_day": 0.0,
    "return_rate_per_day": 0.0,
}


def day(number):
    """Return the date of a day."""
    return START + dt.timedelta(days=number)


def town(place, population=0, **fields):
    """Return a town."""
    return Place(place=place, name=place, kind=PlaceKind.TOWN, population=population, **fields)


def transit(place, population=0, **fields):
    """Return a transit centre."""
    return Place(place=place, name=place, kind=PlaceKind.TRANSIT, population=population, **fields)


def screening(place, rate=None, population=0):
    """Return a screening point that passes so many people a day."""
    return Place(place=place, name=place, kind=PlaceKind.SCREENING, population=population, throughput_per_day=rate)


def marker(place):
    """Return a junction that people pass through."""
    return Place(place=place, name=place, kind=PlaceKind.MARKER, population=0)


def camp(place, population=0, **fields):
    """Return a camp."""
    return Place(place=place, name=place, kind=PlaceKind.CAMP, population=population, **fields)


def walk(origin, destination, km=10.0, **fields):
    """Return a footpath."""
    return Route(origin=origin, destination=destination, distance_km=km, **fields)


def drive(origin, destination, km=10.0, **fields):
    """Return a road."""
    return walk(origin, destination, km, mode=TravelMode.VEHICLE, **fields)


def event(kind, subject=None, first=0, last=None, value=None, **fields):
    """Return an event from a first to a last day."""
    end = None if last is None else day(last)
    stated = {"start": day(first), "end": end, "kind": EventKind(kind), "subject": subject, "value": value}
    return Event(**stated, source="test", **fields)


def parameter(key, prior):
    """Return a parameter by its key, with a prior or a fixed value."""
    name, _, subject = key.partition(".")
    stated = prior if not isinstance(prior, int | float) else Fixed(value=prior)
    return DEFINITIONS[name].parameter(subject or None).model_copy(update={"prior": stated})


def parameters(values) -> tuple[Parameter, ...]:
    """Return parameters, all quiet but those that are given."""
    return tuple(parameter(key, prior) for key, prior in {**QUIET, **values}.items())


def under(preset, stated):
    """Return a scenario under the law of a preset."""
    return replace(stated, preset=preset)


def scenario(places, routes=(), events=(), *, days=5, values=None, groups=EVERYBODY):
    """Return a quiet scenario of so many days."""
    return Scenario(
        name="test",
        start=START,
        end=day(days - 1),
        groups=tuple(groups),
        places=tuple(places),
        routes=tuple(routes),
        events=tuple(events),
        parameters=parameters(values or {}),
    )


def leaking_chains(count, people, rate, *, days=1, values=None):
    """Return so many besieged towns, each of which leaks into a camp of its own."""
    places, routes, events = [], [], []
    for i in range(count):
        places += [town(f"town_{i}", people), camp(f"camp_{i}")]
        routes.append(walk(f"town_{i}", f"camp_{i}", 1))
        events.append(event("siege", f"town_{i}"))
    return scenario(places, routes, events, days=days, values={"leak_rate_per_day": rate, **(values or {})})


def waiting_chains(count, people, *, days=1, events=(), values=None):
    """Return so many camps, each with so many people in it from the beginning, and no way anywhere."""
    camps = [camp(f"camp_{i}", people) for i in range(count)]
    return scenario(camps, (), events, days=days, values=values)


def siege_chain(*, days=30, people=2_000, values=None):
    """Return a besieged town, a screening point, a transit centre and two camps, with all that can go wrong."""
    places = (
        town("old_town", people),
        screening("ridge", 90),
        transit("junction", capacity=100),
        camp("plain", 500, capacity=900, throughput_per_day=80),
        camp("hill", 0),
    )
    routes = (
        walk("old_town", "ridge", 6),
        drive("ridge", "junction", 42),
        drive("junction", "plain", 130),
        drive("plain", "hill", 500),
    )
    events = (
        event("siege", "old_town"),
        event("conflict", "old_town", 2, 9, 0.5),
        event("pause", "old_town", 5, 12),
        event("corridor", "old_town", 6, 10, 150),
        event("transport", "ridge>junction", 0, None, 70),
        event("cold", None, 8, 15, 2),
        event("closure", "junction>plain", 14, 16),
        event("relocation", "plain>hill", 18, 20, 25),
        event("verification", "plain", 22, 22, 400),
        event("inflow", "ridge", 3, 6, 12.5),
    )
    lively = {
        "leak_rate_per_day": 0.02,
        "onset_rate_per_day": 0.1,
        "push_sd": 0.5,
        "push_day_sd": 0.5,
        "pull_sd": 0.3,
        "gate_day_sd": 0.3,
        "choice_concentration": 20.0,
        "held_fraction": 0.1,
        "death_rate_inside_per_day": 0.002,
        "death_rate_en_route_per_day": 0.01,
        "death_rate_waiting_per_day": 0.01,
        "death_rate_new_per_day": 0.005,
        "death_rate_settled_per_day": 0.001,
        "death_multiplier.children": 2.0,
        "departure_rate_per_day": 0.01,
    }
    groups = (Group(group="children", share=0.3), Group(group="adults", share=0.7))
    return scenario(places, routes, events, days=days, values={**lively, **(values or {})}, groups=groups)


def network(*, days=30, values=None):
    """Return two towns with fighting, two on the way, and two camps that can fill."""
    places = (
        town("north", 5_000),
        town("east", 4_000),
        town("middle", 1_000),
        town("south", 1_000),
        camp("meadow", 100, capacity=1_500),
        camp("lake", 0, capacity=2_500),
    )
    routes = (
        drive("north", "middle", 75, both_ways=True),
        drive("north", "east", 80, both_ways=True),
        drive("east", "middle", 70, both_ways=True),
        drive("middle", "south", 78, both_ways=True),
        walk("south", "meadow", 32, both_ways=True),
        walk("middle", "lake", 56, both_ways=True),
    )
    events = (
        event("conflict", "north", 0, 20, 1.0),
        event("conflict", "east", 5, 25, 0.6),
        event("camp_opens", "lake", 4),
        event("closure", "middle>lake", 12, 15),
    )
    lively = {
        "onset_rate_per_day": 0.05,
        "move_chance_town": 0.3,
        "move_chance_camp": 0.01,
        "push_sd": 0.5,
        "push_day_sd": 0.5,
        "pull_sd": 0.3,
        "choice_concentration": 50.0,
        "death_rate_en_route_per_day": 0.001,
        "death_rate_settled_per_day": 0.0005,
        "departure_rate_per_day": 0.002,
    }
    return scenario(places, routes, events, days=days, values={**lively, **(values or {})})


def people(ensemble, measure, place, number=None):
    """Return the counts of a measure at a place, member by day, or of one day."""
    found = ensemble.data[measure].sel(place=place).to_numpy().astype(np.int64)
    return found if number is None else found[:, number]


def along(ensemble, route, number=None):
    """Return how many people set out along a route, member by day, or on one day."""
    found = ensemble.data.flow.sel(route=route).to_numpy().astype(np.int64)
    return found if number is None else found[:, number]


def compiled_rates(stated, members=1):
    """Return the compiled scenario and the rates of members whose parameters are all at their median."""
    compiled = compile_scenario(stated)
    uncertain = uncertain_parameters(compiled)
    return compiled, rates_of(compiled, uncertain, np.zeros((members, len(uncertain.parameters))))


def sim(stated, seed=1):
    """Return the sim of one member on the morning of day 0."""
    compiled, rates = compiled_rates(stated)
    chance = streams(len(stated.places), seed, "test", 0)
    calm = np.zeros((1, stated.n_days, day_effects_size(compiled)))
    state = first_state(compiled, rates, stream(seed, "test", 0), np.zeros((1, len(stated.places))))
    record = empty_record(compiled, 1, stated.n_days)
    return sim_state_of(compiled.program, Members(rates, state, record, day_effects_of(compiled, calm)), chance)


def digest(ensemble):
    """Return the SHA-256 of every array of an ensemble, by name."""
    return {
        str(name): hashlib.sha256(np.ascontiguousarray(array.to_numpy()).tobytes()).hexdigest()
        for name, array in sorted(ensemble.data.data_vars.items())
    }
