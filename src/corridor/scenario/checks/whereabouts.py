"""Where places are: whether their coordinates agree with the lengths of routes and with the countries they lie in."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corridor.scenario.io.cells import listed
from corridor.scenario.outlines import WORLD, Country, outlines
from corridor.scenario.places import Place
from corridor.scenario.scenario import Scenario

EARTH_KM = 6371.0
"""Mean radius of the earth in kilometres (IUGG)."""

_STRAIGHT_LINE_SLACK = (1.5, 20.0)
_ROUNDING = (1.05, 1.0)
"""No road is shorter than the straight line, but for coordinates and lengths that are rounded: a share, and km."""

_FEWEST_ROUTES = 3
_FEWEST_PLACES = 3
_PLACES_LOOKED_UP = 40
_MOST_LATITUDE = 90.0
_NEARLY_ALL = 0.9


def wrong_coordinates(scenario: Scenario) -> Iterator[str]:
    """Yield what speaks against the coordinates of places, one sentence each."""
    reason = _reason_to_swap_all(scenario)
    if reason:
        yield f"latitude and longitude of all places may be swapped: {reason}; the other way round they fit."
        return
    yield from _far_apart(scenario)


def great_circle_km(one: Place, other: Place) -> float | None:
    """Return the distance between two places over the earth's surface, by the haversine formula; None if unknown."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    return haversine_km(one.lat, one.lon, other.lat, other.lon)


def haversine_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance in kilometres between two points in degrees."""
    a, b = math.radians(lat), math.radians(other_lat)
    half_lat, half_lon = (b - a) / 2, math.radians(other_lon - lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(a) * math.cos(b) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def _reason_to_swap_all(scenario: Scenario) -> str:
    """Return why all coordinates look swapped, or an empty text.

    Distances between places hardly change if all are swapped, so most of what can tell lies outside: the country that a
    place is said to be in, or land at all. Coasts are drawn coarsely, so only a clear majority counts.
    """
    located = [place for place in scenario.places if place.lat is not None and place.lon is not None]
    if not located or any(abs(place.lon or 0.0) > _MOST_LATITUDE for place in located):
        return ""
    swapped = [_swapped(place) for place in located]
    return _too_short(scenario, located, swapped) or _elsewhere(scenario, located, swapped)


def _swapped(place: Place) -> Place:
    return place.model_copy(update={"lat": place.lon, "lon": place.lat})


def _too_short(scenario: Scenario, located: Sequence[Place], swapped: Sequence[Place]) -> str:
    """Return how many routes are shorter than the straight line, if none is once all coordinates are swapped."""
    short, other = (_shorter_than_straight(scenario, places) for places in (located, swapped))
    if other or short < max(_FEWEST_ROUTES, len(scenario.routes) / 4):
        return ""
    return f"{short} of {len(scenario.routes)} routes are shorter than the straight line between their ends"


def _shorter_than_straight(scenario: Scenario, places: Sequence[Place]) -> int:
    where = {place.place: place for place in places}
    factor, slack = _ROUNDING
    return sum(
        (great_circle_km(where[row.origin], where[row.destination]) or 0.0) > factor * row.distance_km + slack
        for row in scenario.routes
        if row.origin in where and row.destination in where
    )


def _elsewhere(scenario: Scenario, located: Sequence[Place], swapped: Sequence[Place]) -> str:
    """Return how many places lie outside their country, or in the sea, if nearly all fit once they are swapped.

    Where no place gives its country, that of the scenario's name and sources is meant, if these name one.
    """
    step = math.ceil(len(located) / _PLACES_LOOKED_UP)
    countries = outlines(WORLD)
    drawn = {country.code for country in countries}
    named = () if any(place.country for place in located) else _named(scenario, countries)
    if any(place.country in drawn for place in located):
        pairs = [pair for pair in zip(located, swapped, strict=True) if pair[0].country in drawn][::step]
        what = "in the country that places.csv gives"
    elif len(located) >= _FEWEST_PLACES and not any(place.country for place in located):
        pairs = list(zip(located, swapped, strict=True))[::step]
        what = f"in {listed([country.name for country in named])}" if named else "on land"
    else:
        return ""
    right = sum(_is_at_home(place, named or countries) for place, _ in pairs)
    others = sum(_is_at_home(place, named or countries) for _, place in pairs)
    enough = 0.5 if named and not right else _NEARLY_ALL  # some of a crisis lies beyond the border of the one named
    if 2 * right >= len(pairs) or others < enough * len(pairs):
        return ""
    return f"{right or 'none'} of {len(pairs)} looked up lies {what}"


def _named(scenario: Scenario, countries: Sequence[Country]) -> tuple[Country, ...]:
    """Return the countries that the name of a scenario, or of a source, names."""
    texts = " ".join((scenario.name, *(f"{row.source} {row.reason}" for row in scenario.sources)))
    words = " ".join(["", *re.findall(r"[^\W_]+", texts.casefold()), ""])
    return tuple(country for country in countries if f" {country.name.casefold()} " in words)


def countries_of(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the countries in which places lie by their coordinates, most places first.

    Nothing if places.csv gives countries: these are compared with the coordinates. A person sees at once that camps in
    Somalia do not lie in France; no rule can tell, where both are on land.
    """
    located = [place for place in scenario.places if place.lat is not None and place.lon is not None]
    if any(place.country for place in located):
        return ()
    countries = outlines(WORLD)
    step = math.ceil(len(located) / _PLACES_LOOKED_UP) or 1
    counts = Counter(
        country.name
        for place in located[::step]
        for country in countries
        if country.holds((place.lon or 0.0, place.lat or 0.0))
    )
    return tuple(name for name, _ in counts.most_common())


def _is_at_home(place: Place, countries: Sequence[Country]) -> bool:
    """Whether a place lies in its country, or in any if it names none."""
    point = (place.lon or 0.0, place.lat or 0.0)
    return any(row.holds(point) for row in countries if place.country in {None, row.code})


def _far_apart(scenario: Scenario) -> Iterator[str]:
    """Yield which routes are shorter than the straight line, and which places explain it by swapped coordinates."""
    places = {place.place: place for place in scenario.places}
    wrong: dict[str, list[str]] = {}
    for route in scenario.routes:
        ends = places[route.origin], places[route.destination]
        straight = great_circle_km(*ends)
        factor, slack = _STRAIGHT_LINE_SLACK
        if straight is not None and straight > factor * route.distance_km + slack:
            text = f"{route.route} is {route.distance_km:,.4g} km long, and its ends lie {straight:,.0f} km apart"
            for place in ends:
                wrong.setdefault(place.place, []).append(text)
    swapped = {place for place in wrong if _fits_swapped(places[place], scenario, places)}
    for name in sorted(swapped):
        yield (
            f"latitude and longitude of {name} may be swapped: {listed(dict.fromkeys(wrong[name]), 'and')}; "
            "the other way round they fit."
        )
    rest = dict.fromkeys(text for texts in wrong.values() for text in texts)
    known = {text for name in swapped for text in wrong[name]}
    for text in rest:
        if text not in known:
            yield f"{text}: check the coordinates and the distance."


def _fits_swapped(place: Place, scenario: Scenario, places: dict[str, Place]) -> bool:
    """Whether every route of a place has a possible length once its coordinates change places."""
    if place.lat is None or place.lon is None or abs(place.lon) > _MOST_LATITUDE:
        return False
    other_way = _swapped(place)
    factor, slack = _STRAIGHT_LINE_SLACK
    for route in scenario.routes:
        if place.place in {route.origin, route.destination}:
            far = places[route.destination if route.origin == place.place else route.origin]
            straight = great_circle_km(other_way, far)
            if straight is not None and straight > factor * route.distance_km + slack:
                return False
    return True
