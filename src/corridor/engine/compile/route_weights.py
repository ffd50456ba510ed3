"""The weight of each path when people choose: its distance, and the appeal of the place at its end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.scenario.places import PlaceKind
from corridor.scenario.presets import Preset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.network.active_events import ActiveEvents
    from corridor.engine.network.layout import Layout
    from corridor.engine.program import Bools, Floats, Ints
    from corridor.engine.settings import Settings
    from corridor.scenario.places import Place
    from corridor.scenario.scenario import Scenario

_USUAL_SIZE = 10_000.0
"""People whom a camp of ordinary size can hold, and one whose capacity is not known."""

_RADIUS_KM = {Preset.CORRIDOR: 6371.0, Preset.FLEE_NEWEST: 6371.0, Preset.FLEE_3_1: 6373.0}


@dataclass(frozen=True)
class Weighing:
    """What the weights of paths need, worked out once.

    Attributes
    ----------
    origin, destination
        Shape (o,): places.
    legs
        Shape (o, longest): routes of each path; -1 fills up.
    ends
        Shape (o, longest): place at the end of each route; -1 fills up.
    likes
        Shape (o,): factor of what never changes: the destination's people, the way back home.
    km
        Shape (o,): length of each path.
    leg_km
        Shape (o, longest): length of each route of a path; under Flee's rules one of parallel routes
        may be weighed and another travelled.
    foreign
        Shape (p,): factor of places abroad.
    settings
        How people choose.
    """

    origin: Ints
    destination: Ints
    legs: Ints
    ends: Ints
    likes: Floats
    km: Floats
    leg_km: Floats
    foreign: Floats
    settings: Settings

    def passable(self, is_open: Bools, enters: Bools, is_camp: Bools) -> Bools:
        """Return which paths can be taken, for open routes, places that take people in, and camps in use."""
        shut = np.append(~is_open, np.False_)[self.legs].any(1)
        ends = enters & is_camp if self.settings.whole_way else enters
        is_passable: Bools = ~shut & ends[self.destination]
        return is_passable

    def length(self, fighting: Floats) -> Floats:
        """Return the length of each path, km; what leads into fighting counts more on whole paths."""
        if not self.settings.whole_way or self.settings.conflict_detour == 1:
            return self.km
        fights = np.append(fighting > 0, np.False_)[self.ends]
        km: Floats = np.where(fights, self.settings.conflict_detour * self.leg_km, self.leg_km).sum(1)
        return km

    def nearest(self, allowed: Bools, length: Floats) -> Bools:
        """Return which of some allowed paths count: all, or the shortest to each camp from each place."""
        if not self.settings.whole_way:
            return allowed
        by_length = np.argsort(length, kind="stable")
        best = by_length[allowed[by_length]]
        pair = self.origin[best] * (self.destination.max(initial=0) + 1) + self.destination[best]
        _, first = np.unique(pair, return_index=True)
        is_nearest: Bools = np.zeros_like(allowed)
        is_nearest[best[first]] = True
        return is_nearest

    def pull_of_size(self, capacity: Floats, is_camp: Bools) -> Floats:
        """Return the factor of each place for the size of a camp: ``(capacity / 10,000) ** camp_size_power``."""
        is_known = is_camp & np.isfinite(capacity) & (capacity >= 1)
        factor: Floats = (np.where(is_known, capacity, _USUAL_SIZE) / _USUAL_SIZE) ** self.settings.camp_size_power
        return factor

    def weights(self, intensity: Floats, is_camp: Bools, pull: Floats, length: Floats) -> Floats:
        """Return the weight of each path while fighting has some intensity at each place.

        ``((weight_softening + score) / (softening + length) ** distance_power) ** weight_power``,
        where the score of a place multiplies the weights of camps, of places abroad and of fighting, and
        its further pull.
        """
        s = self.settings
        score = self.foreign * pull * np.where(is_camp, s.camp_weight, 1.0)
        score = score * np.where(intensity > 0, s.conflict_weight**intensity, 1.0)
        appeal = s.weight_softening + score[self.destination] * self.likes
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # what is no number is refused later
            weight: Floats = (appeal / (s.softening_km + length) ** s.distance_power) ** s.weight_power
        return weight


def weighing_of(active_events: ActiveEvents, layout: Layout) -> Weighing:
    """Return what the weights of a scenario's paths need."""
    scenario, settings, paths = active_events.scenario, active_events.settings, layout.paths.rows
    longest = max((len(path.routes) for path in paths), default=1)
    origin = np.repeat(np.arange(len(scenario.places)), np.diff(layout.paths.first))
    destination = np.array([path.places[-1] for path in paths], dtype=np.int64)
    legs = _filled([path.routes for path in paths], longest)
    home = scenario.places[0].country
    abroad = [place.country is not None and place.country != home for place in scenario.places]
    likes = _draw(scenario, settings.population_weight_power)[destination]
    if settings.stays_close_to_home:
        likes = likes * _nearness(scenario, settings.home_distance_power, origin, destination)
    return Weighing(
        origin=origin,
        destination=destination,
        legs=legs,
        ends=_filled([path.places for path in paths], longest),
        likes=likes,
        km=np.array([path.length_km for path in paths], dtype=np.float64),
        leg_km=np.append([route.distance_km for route in layout.routes], 0.0)[legs],
        foreign=np.where(abroad, settings.foreign_weight, 1.0),
        settings=settings,
    )


def _filled(rows: Sequence[tuple[int, ...]], width: int) -> Ints:
    table = np.full((len(rows), width), -1, dtype=np.int64)
    for o, row in enumerate(rows):
        table[o, : len(row)] = row
    return table


def residents(scenario: Scenario, place: Place) -> float:
    """Return the people of a place on day 0; the central value of the prior where the table is blank."""
    if place.population is not None:
        return float(place.population)
    return scenario.parameter("population", place.place).prior.central


def _draw(scenario: Scenario, power: float) -> Floats:
    """Return how much the people of a place draw others: ``max(1, people) ** power``; camps do not.

    Flee 3.1 has the smaller of the two where the larger was meant.
    """
    if power == 0:
        return np.ones(len(scenario.places))
    people = np.array([residents(scenario, place) for place in scenario.places])
    is_camp = np.array([place.kind.is_final for place in scenario.places])
    bounded = np.minimum(1, people) if scenario.preset is Preset.FLEE_3_1 else np.maximum(1, people)
    draw: Floats = np.where(is_camp, 1.0, bounded**power)
    return draw


def _nearness(scenario: Scenario, power: float, origin: Ints, destination: Ints) -> Floats:
    """Return the appeal of places near where people are: ``max(1, great circle km) ** -power``.

    Flee takes latitude for longitude; its presets do so too.
    """
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
