"""Rules about places and routes: ids, populations, ways in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from corridor.scenario.draft import Draft, Finding, Line, Rule
from corridor.scenario.io.cells import shown, suggestion
from corridor.scenario.places import MOST_COUNTED, PlaceKind

Row = TypeVar("Row")
_NEITHER_SCREEN_NOR_ADMIT = (PlaceKind.TOWN, PlaceKind.TRANSIT, PlaceKind.MARKER)
_LEAST_KM = 0.1
"""Under a preset of Flee people take as many routes in a day as fit into it, and shorter ones fit without end."""


def repeated(lines: Iterable[Line[Row]], key: Callable[[Row], object]) -> Iterator[tuple[Line[Row], Line[Row]]]:
    """Yield each row whose key an earlier row has, with that earlier row."""
    first: dict[object, Line[Row]] = {}
    for line in lines:
        earlier = first.setdefault(key(line.row), line)
        if earlier is not line:
            yield line, earlier


def cited(line: Line[Row]) -> str:
    """Return where a row stands, as another message refers to it."""
    return f"{line.file}, line {line.line}"


def _own_place_ids(draft: Draft) -> Iterator[Finding]:
    for line, first in repeated(draft.places, lambda row: row.place):
        what = f"the place {line.row.place} stands in line {first.line} already."
        yield Finding(line.at("place"), what, "Delete one of the rows, or give this place an id of its own.")


def _population_of_towns(draft: Draft) -> Iterator[Finding]:
    if draft.place_ids is None or draft.parameter_keys is None:
        return
    for line in draft.places:
        place = line.row
        is_stated = place.population is not None or f"population.{place.place}" in draft.parameter_keys
        if place.kind is PlaceKind.TOWN and not is_stated:
            what = f"the town {place.place} has no population."
            fix = (
                f'Write the residents on day 0, or a prior as [parameters."population.{place.place}"] in scenario.toml.'
            )
            yield Finding(line.at("population"), what, fix)


def _capacity_has_date(draft: Draft) -> Iterator[Finding]:
    for line in draft.places:
        if line.row.capacity is None and line.row.capacity_reported_on is not None:
            what = f"{line.row.place} has a day on which its capacity became known, but no capacity."
            yield Finding(line.at("capacity_reported_on"), what, "Write the capacity, or leave the day blank.")


def _both_coordinates(draft: Draft) -> Iterator[Finding]:
    for line in draft.places:
        if (line.row.lat is None) != (line.row.lon is None):
            missing, present = ("lat", "lon") if line.row.lat is None else ("lon", "lat")
            what = f"{line.row.place} has {present} but no {missing}."
            yield Finding(line.at(missing), what, "Write both, in degrees, or neither.")


def _throughput_of_gates(draft: Draft) -> Iterator[Finding]:
    for line in draft.places:
        kind = line.row.kind
        if line.row.throughput_per_day is not None and kind in _NEITHER_SCREEN_NOR_ADMIT:
            what = f"{line.row.place} is a {kind.value}, which neither screens nor admits people."
            fix = "Leave the cell blank, or change its kind to screening, reception, camp or host_community."
            yield Finding(line.at("throughput_per_day"), what, fix)


def _known_ends(draft: Draft) -> Iterator[Finding]:
    if draft.place_ids is None:
        return
    for line in draft.routes:
        for column, place in (("origin", line.row.origin), ("destination", line.row.destination)):
            if place not in draft.place_ids:
                near = suggestion(place, draft.place_ids)
                what = f"{shown(place)} is not a place of this scenario."
                yield Finding(line.at(column), what, f"Use an id of places.csv, or add the place there.{near}")


def _no_loops(draft: Draft) -> Iterator[Finding]:
    for line in draft.routes:
        if line.row.origin == line.row.destination:
            what = f"the route leads from {line.row.origin} to itself."
            yield Finding(line.at("destination"), what, "Write the place where it ends, or delete the row.")


def _one_row_a_route(draft: Draft) -> Iterator[Finding]:
    first: dict[str, Line[object]] = {}
    for line in draft.routes:
        routes = [line.row.route] + ([line.row.reversed().route] if line.row.both_ways else [])
        for route in dict.fromkeys(routes):
            earlier = first.setdefault(route, Line(None, line.file, line.line))
            if earlier.line != line.line:
                what = f"the route {route} stands in line {earlier.line} already."
                fix = (
                    "Delete one of the rows, or tell parallel routes apart by via; "
                    "a row with both_ways = true stands for both directions."
                )
                yield Finding(line.at("origin"), what, fix)
                break


def _shape_of_points(draft: Draft) -> Iterator[Finding]:
    for line in draft.routes:
        try:
            count = len(line.row.points)
        except ValueError:
            count = 1
        if count == 1:
            what = f"{shown(line.row.shape or '')} is no way on a map."
            fix = "Write points as 13.51 15.25|13.62 15.3, latitude and longitude in degrees, or leave it blank."
            yield Finding(line.at("shape"), what, fix)


def _nobody_at_junctions(draft: Draft) -> Iterator[Finding]:
    for line in draft.places:
        for column in ("population", "capacity"):
            if line.row.kind is PlaceKind.MARKER and getattr(line.row, column):
                what = f"{line.row.place} is a marker, which people only pass, and has a {column}."
                yield Finding(line.at(column), what, "Leave the cell blank, or change the kind to town or transit.")


def _roads_of_some_length(draft: Draft) -> Iterator[Finding]:
    for line in draft.routes if draft.preset.is_flee else ():
        if line.row.distance_km < _LEAST_KM:
            what = (
                f"the route is {line.row.distance_km:g} km long, and under a preset of Flee {_LEAST_KM:g} km is least."
            )
            fix = "Write its length in km, or make one place of the two; the preset corridor takes any length."
            yield Finding(line.at("distance_km"), what, fix)


def _people_that_can_be_counted(draft: Draft) -> Iterator[Finding]:
    counted = [line for line in draft.places if line.row.population]
    people = sum(line.row.population or 0 for line in counted)
    if people > MOST_COUNTED:
        most = max(counted, key=lambda line: line.row.population or 0)
        what = f"places have {people:,} people together, and no more than {MOST_COUNTED:,} can be counted."
        yield Finding(most.at("population"), what, "Check the populations; this is the largest.")


RULES = (
    Rule("C101", "Each place has an id of its own.", _own_place_ids),
    Rule("C102", "A town has a population, or a prior for it.", _population_of_towns),
    Rule("C103", "A day on which a capacity became known comes with the capacity.", _capacity_has_date),
    Rule("C104", "A place has both coordinates or neither.", _both_coordinates),
    Rule("C105", "Only places that screen or admit people have a throughput.", _throughput_of_gates),
    Rule("C106", "A route begins and ends at places of the scenario.", _known_ends),
    Rule("C107", "No route leads from a place to itself.", _no_loops),
    Rule("C108", "Each route stands in one row only; parallel routes differ in via.", _one_row_a_route),
    Rule("C109", "The shape of a route is two points or more on the earth.", _shape_of_points),
    Rule("C110", "A marker has neither population nor capacity.", _nobody_at_junctions),
    Rule("C111", f"Under a preset of Flee a route is at least {_LEAST_KM:g} km long.", _roads_of_some_length),
    Rule("C112", f"Places have at most {MOST_COUNTED:,} people together.", _people_that_can_be_counted),
)
"""The rules about places and routes."""
