"""How much each way weighs when people choose: distance, and what the place at its end is like."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.network.travel_rules import fixed_value
from corridor.scenario.parameters import Fixed
from corridor.scenario.places import PlaceKind
from corridor.scenario.presets import Preset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.network.layout import Layout
    from corridor.engine.program import Bools, Floats, Ints
    from corridor.scenario.places import Place
    from corridor.scenario.scenario import Scenario

_USUAL_SIZE = 10_000.0
"""People whom a camp of ordinary size can hold, and one whose capacity is not known."""

_RADIUS_KM = {Preset.CORRIDOR: 6371.0, Preset.FLEE_NEWEST: 6371.0, Preset.FLEE_3_1: 6373.0}


@dataclass(frozen=True)
class Weighing:
    """What the weights of options need, worked out once.

    Attributes
    ----------
    origin, destination
        Shape (o,): places.
    legs
        Shape (o, longest): routes of each option; -1 fills up.
    ends
        Shape (o, longest): place at the end of each route; -1 fills up.
    likes
        Shape (o,): factor of what never changes: the destination's people, the way back home.
    km
        Shape (o,): length of each option.
    leg_km
        Shape (o, longest): length of each route of an option; under Flee's law one of parallel routes
        may be weighed and another travelled.
    is_whole
        Whether people choose camps alone, by the whole way, of which only the shortest counts.
    """

    origin: Ints
    destination: Ints
    legs: Ints
    ends: Ints
    likes: Floats
    km: Floats
    leg_km: Floats
    is_whole: bool
    size_power: float
    detour: float
    softening_km: float
    distance_power: float
    weight_softening: float
    weight_power: float
    camp_weight: float
    conflict_weight: float
    foreign: Floats

    def passable(self, is_open: Bools, enters: Bools, is_camp: Bools) -> Bools:
        """Return which options can be taken, for open routes, places that take people in, and camps in use."""
        shut = np.append(~is_open, np.False_)[self.legs].any(1)
        ends = enters & is_camp if self.is_whole else enters
        found: Bools = ~shut & ends[self.destination]
        return found

    def length(self, fighting: Floats) -> Floats:
        """Return the length of each option, km; what leads into fighting counts more on whole ways."""
        if not self.is_whole or self.detour == 1:
            return self.km
        fights = np.append(fighting > 0, np.False_)[self.ends]
        found: Floats = np.where(fights, self.detour * self.leg_km, self.leg_km).sum(1)
        return found

    def nearest(self, allowed: Bools, length: Floats) -> Bools:
        """Return which of some allowed options count: all, or the shortest to each camp from each place."""
        if not self.is_whole:
            return allowed
        by_length = np.argsort(length, kind="stable")
        best = by_length[allowed[by_length]]
        pair = self.origin[best] * (self.destination.max(initial=0) + 1) + self.destination[best]
        _, first = np.unique(pair, return_index=True)
        found: Bools = np.zeros_like(allowed)
        found[best[first]] = True
        return found

    def pull_of_size(self, capacity: Floats, is_camp: Bools) -> Floats:
        """Return the factor of each place for the size of a camp: ``(capacity / 10,000) ** camp_size_power``."""
        is_known = is_camp & np.isfinite(capacity) & (capacity >= 1)
        found: Floats = (np.where(is_known, capacity, _USUAL_SIZE) / _USUAL_SIZE) ** self.size_power
        return found

    def weights(self, intensity: Floats, is_camp: Bools, pull: Floats, length: Floats) -> Floats:
        """Return the weight of each option while fighting has some intensity at each place.

        ``((weight_softening + score) / (softening + length) ** distance_power) ** weight_power``,
        where the score of a place multiplies the weights of camps, of places abroad and of fighting, and
        its further pull.
        """
        score = self.foreign * pull * np.where(is_camp, self.camp_weight, 1.0)
        score = score * np.where(intensity > 0, self.conflict_weight**intensity, 1.0)
        appeal = self.weight_softening + score[self.destination] * self.likes
        found: Floats = (appeal / (self.softening_km + length) ** self.distance_power) ** self.weight_power
        return found


def weighing_of(scenario: Scenario, layout: Layout) -> Weighing:
    """Return what the weights of a scenario's options need."""
    ways = layout.ways.rows
    longest = max((len(way.routes) for way in ways), default=1)
    origin = np.repeat(np.arange(len(scenario.places)), np.diff(layout.ways.first))
    destination = np.array([way.places[-1] for way in ways], dtype=np.int64)
    legs = _filled([way.routes for way in ways], longest)
    home = scenario.places[0].country
    abroad = [place.country is not None and place.country != home for place in scenario.places]
    likes = _draw(scenario)[destination] if len(ways) else np.zeros(0)
    if fixed_value(scenario, "stay_close_to_home") > 0:
        likes = likes * _nearness(scenario, origin, destination)
    return Weighing(
        origin=origin,
        destination=destination,
        legs=legs,
        ends=_filled([way.places for way in ways], longest),
        likes=likes,
        km=np.array([way.length_km for way in ways], dtype=np.float64),
        leg_km=np.append([route.distance_km for route in layout.routes], 0.0)[legs],
        is_whole=layout.rules.whole_way,
        detour=fixed_value(scenario, "conflict_detour"),
        softening_km=fixed_value(scenario, "softening_km"),
        distance_power=fixed_value(scenario, "distance_power"),
        size_power=fixed_value(scenario, "camp_size_power"),
        weight_softening=fixed_value(scenario, "weight_softening"),
        weight_power=fixed_value(scenario, "weight_power"),
        camp_weight=fixed_value(scenario, "camp_weight"),
        conflict_weight=fixed_value(scenario, "conflict_weight"),
        foreign=np.where(abroad, fixed_value(scenario, "foreign_weight"), 1.0),
    )


def _filled(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    found = np.full((len(rows), width), -1, dtype=np.int64)
    for o, row in enumerate(rows):
        found[o, : len(row)] = row
    return found


def residents(scenario: Scenario, place: Place) -> float:
    """Return the people of a place on day 0; the middle of the prior where the table is blank."""
    if place.population is not None:
        return float(place.population)
    prior = scenario.parameter("population", place.place).prior
    return float(prior.value if isinstance(prior, Fixed) else getattr(prior, "median", getattr(prior, "mean", 0.0)))


def _draw(scenario: Scenario) -> Floats:
    """Return how much the people of a place draw others: ``max(1, people) ** power``; camps do not.

    Flee 3.1 has the smaller of the two where the larger was meant.
    """
    power = fixed_value(scenario, "population_weight_power")
    if power == 0:
        return np.ones(len(scenario.places))
    people = np.array([residents(scenario, place) for place in scenario.places])
    is_camp = np.array([place.kind.is_final for place in scenario.places])
    bounded = np.minimum(1, people) if scenario.preset is Preset.FLEE_3_1 else np.maximum(1, people)
    found: Floats = np.where(is_camp, 1.0, bounded**power)
    return found


def _nearness(scenario: Scenario, origin: Ints, destination: Ints) -> Floats:
    """Return the appeal of places near where people are: ``max(1, great circle km) ** -power``.

    Flee takes latitude for longitude; its presets do so too.
    """
    power = fixed_value(scenario, "home_distance_power")
    radius = _RADIUS_KM[scenario.preset]
    at = [(place.lat or 0.0, place.lon or 0.0) for place in scenario.places]
    points = [(lon, lat) for lat, lon in at] if scenario.preset.is_flee else at
    km = [great_circle_km(points[a], points[b], radius) for a, b in zip(origin, destination, strict=True)]
    return np.maximum(1.0, km) ** -power


def great_circle_km(one: tuple[float, float], other: tuple[float, float], radius_km: float = 6371.0) -> float:
    """Return the distance of two points, each latitude and longitude in degrees, on a sphere.

    Examples
    --------
    >>> round(great_circle_km((0, 0), (0, 1)), 1)
    111.2
    """
    (lat1, lon1), (lat2, lon2) = ((math.radians(lat), math.radians(lon)) for lat, lon in (one, other))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return radius_km * 2 * math.asin(math.sqrt(min(1.0, max(0.0, chord))))


def takes_in(places: Sequence[Place], opens: set[str], open_now: set[str], closed_now: set[str]) -> Bools:
    """Return which places people may head for: not junctions, nor camps before they open or when shut."""
    return np.array(
        [
            place.kind is not PlaceKind.MARKER
            and (place.place not in opens or place.place in open_now)
            and place.place not in closed_now
            for place in places
        ],
        dtype=np.bool_,
    )
