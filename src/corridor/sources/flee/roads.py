"""From routes.csv to routes: parallel roads told apart, speeds of their own kept as days of travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corridor.errors import Problem
from corridor.scenario.io.cells import shown, suggestion
from corridor.scenario.parameters import Parameter
from corridor.scenario.presets import Preset
from corridor.scenario.routes import Route, TravelMode, route_id
from corridor.sources.flee.account import Kind, many
from corridor.sources.flee.files import Instance, Row
from corridor.sources.flee.locations import Location
from corridor.sources.flee.rules import stated

FILE = "routes.csv"
_FIRST_ATTRIBUTE = 4
_NO_LENGTH_KM = 0.001
_LONGEST_KM = 20_000
_LONGEST_DAYS = 365
_TWICE, _BACK = "1", "2"


@dataclass(frozen=True)
class Roads:
    """The routes of an instance, and the parameters that single ones have."""

    routes: tuple[Route, ...]
    parameters: tuple[Parameter, ...]


def read_roads(instance: Instance, locations: Mapping[str, Location], preset: Preset) -> Roads:
    """Return the roads between locations; under a preset of Flee also those that it makes by mistake.

    Parameters
    ----------
    instance
        Where routes.csv lies.
    locations
        The locations by their names.
    preset
        Whose rules will hold.
    """
    reader = _Reader(instance, locations, preset)
    for row in instance.data_rows(reader.file, 3):
        reader.take(row)
    instance.ledger.note(Kind.READ, f"{reader.file}: {many(reader.count, 'road')}, each in both directions.")
    reader.close()
    return Roads(tuple(reader.routes), tuple(reader.parameters))


class _Reader:
    """Reads one routes.csv."""

    def __init__(self, instance: Instance, locations: Mapping[str, Location], preset: Preset) -> None:
        self.instance = instance
        self.ledger = instance.ledger
        self.file = instance.file(FILE)
        self.locations = locations
        self.preset = preset
        self.routes: list[Route] = []
        self.parameters: list[Parameter] = []
        self.count = 0
        self.between: dict[frozenset[str], int] = {}
        self.doubled: list[str] = []
        header = instance.all_rows(self.file)[:1]
        is_header = bool(header) and (header[0].is_comment or _is_header(header[0]))
        self.attributes = [cell.strip() for cell in header[0].cells[_FIRST_ATTRIBUTE:]] if is_header else []

    def take(self, row: Row) -> None:
        """Add the road of a row."""
        if _is_header(row):
            text = "the header does not begin with #, and Flee stops at it; it is read as a header."
            self.ledger.note(Kind.REPAIRED, text, row.at())
            return
        ends = [self._end(row, i) for i in (0, 1)]
        km = self.instance.number(row, 2, "distance")
        flag = self._flag(row)
        speed = self._attribute(row, "max_move_speed")
        walks = self._attribute(row, "walk_probability")
        if ends[0] is None or ends[1] is None or km is None:
            return
        if not 0 <= km <= _LONGEST_KM:
            fix = f"Write kilometres, up to {_LONGEST_KM:,}."
            self.ledger.problem("I004", f"a road of {km:g} km is not possible.", fix, row.at("distance"))
            return
        self.count += 1
        if ends[0] is ends[1]:
            self.ledger.note(Kind.REPAIRED, "a road from a place to itself is left out: nobody takes it.", row.at())
            return
        if speed and km / speed > _LONGEST_DAYS:
            what = f"{km:g} km at {speed:g} km a day take more than {_LONGEST_DAYS} days."
            self.ledger.problem("I004", what, "Correct the distance or the speed.", row.at("max_move_speed"))
            return
        if km == 0:
            text = f"a road of 0 km becomes one of {_NO_LENGTH_KM:g} km."
            self.ledger.note(Kind.REPAIRED, text, row.at("distance"))
        length = km or _NO_LENGTH_KM
        copies = 2 if flag == _TWICE and self.preset.is_flee else 1
        for _ in range(copies):
            self._add(ends[0], ends[1], length, speed, walks)
        self._account_of_flag(row, flag)

    def _add(self, one: Location, other: Location, km: float, speed: float | None, walks: float | None) -> None:
        origin, destination = one.place.place, other.place.place
        pair = frozenset((origin, destination))
        number = self.between[pair] = self.between.get(pair, 0) + 1
        via = None if number == 1 else f"road_{number}"
        if via:
            self.doubled.append(route_id(origin, destination, via))
        route = Route(
            origin=origin,
            destination=destination,
            distance_km=km,
            mode=TravelMode.VEHICLE,
            travel_days=None if speed is None else km / speed,
            both_ways=True,
            via=via,
        )
        self.routes.append(route)
        if walks:
            source = f"{FILE} of {self.instance.name}"
            self.parameters.append(stated(f"walk_probability.{route.route}", walks, source))

    def _end(self, row: Row, index: int) -> Location | None:
        name = row.cells[index]
        location = self.locations.get(name)
        if location is None and name not in self.instance.faulty_names:
            what = f"{shown(name)} is not a place of locations.csv."
            fix = f"Spell it as there, blanks included, or add the place.{suggestion(name, self.locations)}"
            self.ledger.repairable(Problem("I005", what, fix, row.at(f"name{index + 1}")), "the road is left out")
        return location

    def _flag(self, row: Row) -> str:
        text = row.cell(3)
        if text in {"", "0", _TWICE, _BACK}:
            return text
        what = f"{shown(text)} is no forced_redirection."
        self.ledger.problem("I003", what, "Use 0, 1 or 2, or leave the cell blank.", row.at("forced_redirection"))
        return ""

    def _account_of_flag(self, row: Row, flag: str) -> None:
        doubled = "the road is there twice, as Flee adds it twice" if self.preset.is_flee else "the road is there once"
        texts = {
            _TWICE: f"forced_redirection 1 moves nobody in Flee; {doubled}.",
            _BACK: "forced_redirection 2 has no effect in Flee.",
        }
        if flag in texts:
            self.ledger.note(Kind.REPAIRED, texts[flag], row.at("forced_redirection"))

    def _attribute(self, row: Row, name: str) -> float | None:
        """Return a number in one of the columns that not every instance has."""
        highest = {"walk_probability": 1.0, "max_move_speed": 10_000.0}[name]
        if name not in self.attributes:
            return None
        index = _FIRST_ATTRIBUTE + self.attributes.index(name)
        value = self.instance.number(row, index, name) if row.cell(index) else None
        if value is None or (0 <= value <= highest and (value or name == "walk_probability")):
            return value
        fix = f"Write a number up to {highest:g}, in km a day for a speed."
        self.ledger.problem("I004", f"{value:g} is not possible as {name}.", fix, row.at(name))
        return None

    def close(self) -> None:
        """Say what is true of all rows together."""
        if self.doubled:
            few = ", ".join(self.doubled[:5]) + (" and others" if len(self.doubled) > 5 else "")  # noqa: PLR2004
            text = f"{many(len(self.doubled), 'parallel road')} told apart by via: {few}; as in Flee weights add up."
            self.ledger.note(Kind.TRANSLATED, text)
        others = [name for name in self.attributes if name not in {"", "max_move_speed", "walk_probability"}]
        if others:
            self.ledger.note(Kind.REPAIRED, f"{self.file}: no rule uses the columns {', '.join(others)}.")


def _is_header(row: Row) -> bool:
    return not row.is_comment and row.cell(0).casefold() in {"name1", "name"} and row.cell(2).casefold() == "distance"
