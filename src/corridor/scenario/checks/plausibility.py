"""What a sound scenario may still have wrong: sentences that ask for a second look, and refuse nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corridor.scenario.events import EventKind
from corridor.scenario.io.cells import listed
from corridor.scenario.observations import Observation, Observations, Qualifier, Use
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.scenario import Scenario

EARTH_KM = 6371.0
"""Mean radius of the earth in kilometres (IUGG)."""

TIMES_OUT_OF_LINE = 6
"""A count so many times its neighbours on both sides is pointed out: with a digit too many it is ten times what it was,
and neighbours differ.
"""

TIMES_AT_THE_END = 9
"""A last count so many times the two before it is pointed out: there a sudden influx may be true."""

_NEIGHBOURS_AGREE = 4

_STRAIGHT_LINE_SLACK = (1.5, 20.0)
_MOST_SHOWN = 5


def plausibility_warnings(scenario: Scenario, observations: Observations) -> tuple[str, ...]:
    """Return what deserves a second look although every rule is kept, one sentence each.

    Parameters
    ----------
    scenario
        Its places and routes are compared.
    observations
        Exact figures that are used are compared.
    """
    counted = [row for row in observations if row.use is not Use.IGNORE and row.count is not None]
    exact = _series(row for row in counted if row.qualifier is Qualifier.EXACT)
    warnings = [*_contradicting(exact), *_falling(exact), *_out_of_line(_series(counted))]
    return (*_few(list(_far_apart(scenario))), *_out_of_reach(scenario), *_few(warnings))


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


def _few(sentences: list[str]) -> list[str]:
    more = len(sentences) - _MOST_SHOWN
    return sentences if more <= 0 else [*sentences[:_MOST_SHOWN], f"{more} more of this sort."]


def _series(rows: Iterable[Observation]) -> dict[tuple[object, ...], list[Observation]]:
    """Return figures of one source about one thing, in order of their dates."""
    series: dict[tuple[object, ...], list[Observation]] = {}
    for row in sorted(rows, key=lambda row: (row.date, row.known_on)):
        key = (row.place, row.measure, row.source, row.group, row.definition, row.household_size)
        series.setdefault(key, []).append(row)
    return series


def _contradicting(series: dict[tuple[object, ...], list[Observation]]) -> Iterator[str]:
    for rows in series.values():
        for one, other in pairwise(rows):
            is_same = (one.date, one.known_on) == (other.date, other.known_on)
            if is_same and one.count != other.count and not _is_plain_flow(one):
                yield (
                    f"{one.source} gives two exact counts, {one.count:,} and {other.count:,}, for {one.measure.value} "
                    f"of {one.place} on {one.date}: keep one, or say by reported_on which corrects which."
                )


def _is_plain_flow(row: Observation) -> bool:
    return row.measure.is_flow and not row.measure.is_cumulative


def _falling(series: dict[tuple[object, ...], list[Observation]]) -> Iterator[str]:
    for rows in series.values():
        cumulative = [row for row in rows if row.measure.is_cumulative]
        for one, other in pairwise(cumulative):
            if one.period_start == other.period_start and (other.count or 0) < (one.count or 0):
                yield (
                    f"{other.measure.value} of {other.place} by {other.source} falls from {one.count:,} on {one.date} "
                    f"to {other.count:,} on {other.date}: what is cumulative never falls. If it is a correction, write "
                    "ignore as the use of the rows before it; if counting began anew, write its first day as "
                    "period_start; or correct the figure."
                )


def _out_of_line(series: dict[tuple[object, ...], list[Observation]]) -> Iterator[str]:
    for rows in series.values():
        stocks = [row for row in rows if not row.measure.is_flow]
        for one, row, other in zip(stocks, stocks[1:], stocks[2:], strict=False):
            if _is_out_of_line(row, (one, other), TIMES_OUT_OF_LINE):
                yield _strange(row, f"stands between {_dated(one)} and {_dated(other)}")
        if len(stocks) > 2:  # noqa: PLR2004 - two neighbours
            first, last = stocks[:3], stocks[:-4:-1]
            is_less = (first[0].count or 0) < (first[1].count or 0)  # as where a camp has just opened
            if not is_less and _is_out_of_line(first[0], first[1:], TIMES_OUT_OF_LINE):
                yield _strange(first[0], f"comes before {_dated(first[1])} and {_dated(first[2])}")
            if _is_out_of_line(last[0], last[1:], TIMES_AT_THE_END):
                yield _strange(last[0], f"comes after {_dated(last[2])} and {_dated(last[1])}")


def _is_out_of_line(row: Observation, neighbours: Sequence[Observation], times: int) -> bool:
    """Whether a count is many times two others that agree roughly, or as small a part of them."""
    low, high = sorted(other.count or 0 for other in neighbours)
    count = row.count or 0
    agree = low > 0 and high < _NEIGHBOURS_AGREE * low
    return agree and (count >= times * high or count * times <= low)


def _dated(row: Observation) -> str:
    return f"{row.count:,} on {row.date}"


def _strange(row: Observation, where: str) -> str:
    text = f"{row.count:,} as {row.measure.value} of {row.place} on {row.date} {where}"
    return f"{text}: check for a digit too many or too few."


def _far_apart(scenario: Scenario) -> Iterator[str]:
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


def _out_of_reach(scenario: Scenario) -> Iterator[str]:
    """Yield which camps nobody can reach, although there are routes."""
    if not scenario.routes:  # without any route there is no network, only counts
        return
    reached = {row.destination for row in scenario.routes}
    reached |= {row.origin for row in scenario.routes if row.both_ways}
    settled = {EventKind.INFLOW, EventKind.CLOSURE, EventKind.CAMP_CLOSES}
    reached |= {row.subject for row in scenario.all_events if row.kind in settled and row.subject}
    camps = [place.place for place in scenario.places if place.kind is PlaceKind.CAMP and place.place not in reached]
    if camps:
        more = f" and {len(camps) - _MOST_SHOWN} more" if len(camps) > _MOST_SHOWN else ""
        yield (
            f"no route leads to {listed(camps[:_MOST_SHOWN], 'and')}{more}: nobody is forecast to travel there. Add a "
            "route in routes.csv, or say by a closure in events.csv that it is shut."
        )


def _fits_swapped(place: Place, scenario: Scenario, places: dict[str, Place]) -> bool:
    """Whether every route of a place has a possible length once its coordinates change places."""
    if place.lat is None or place.lon is None or abs(place.lon) > 90:  # noqa: PLR2004 - degrees of latitude
        return False
    other_way = place.model_copy(update={"lat": place.lon, "lon": place.lat})
    factor, slack = _STRAIGHT_LINE_SLACK
    for route in scenario.routes:
        if place.place in {route.origin, route.destination}:
            far = places[route.destination if route.origin == place.place else route.origin]
            straight = great_circle_km(other_way, far)
            if straight is not None and straight > factor * route.distance_km + slack:
                return False
    return True
