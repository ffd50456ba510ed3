"""From locations.csv to places: their ids, kinds, countries and what Flee keeps of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corridor.errors import Problem, Where
from corridor.scenario.io.cells import shown, suggestion
from corridor.scenario.places import Place, PlaceKind
from corridor.sources.countries import country_codes
from corridor.sources.flee.account import Kind, many
from corridor.sources.flee.files import Instance, Row
from corridor.sources.flee.floods import FLOODS

FILE = "locations.csv"
_COLUMNS = ("name", "region", "country", "latitude", "longitude", "location_type", "conflict_date", "pop/cap")
_FIRST_ATTRIBUTE = len(_COLUMNS)
_TYPES = (
    ("camp", PlaceKind.CAMP),
    ("conflict", PlaceKind.TOWN),
    ("forward", PlaceKind.TRANSIT),
    ("marker", PlaceKind.MARKER),
    ("flood_zone", PlaceKind.TOWN),
    ("default", PlaceKind.TOWN),
    ("town", PlaceKind.TOWN),
)
_NUMBERS = {"conflict_intensity": 10.0, "initial_idps": 1e9, "capacity_per_day": 1e9}  # and their largest
_LARGEST = {"lat": 90.0, "lon": 180.0}
MOST_PEOPLE = 10**9
"""No place holds more, and no report counts more."""
_SILENT_CAMP = 0.005
"""Flee makes a camp of every place whose chance to move on is below this."""


@dataclass(frozen=True)
class Location:
    """A row of locations.csv: the place that it becomes, and what else the other files need."""

    name: str
    country: str
    type_name: str
    place: Place
    is_idp_camp: bool
    starts_in_conflict: bool
    numbers: Mapping[str, float]
    where: Where

    @property
    def is_camp(self) -> bool:
        """Whether it is a camp."""
        return self.place.kind is PlaceKind.CAMP


def slug(name: str) -> str:
    """Return an id for a name: lower-case ASCII words joined by underscores; empty if none is left.

    Examples
    --------
    >>> slug("Fassala-Mbera"), slug("N'Djaména"), slug("24 de Mayo"), slug("الهول")
    ('fassala_mbera', 'ndjamena', 'place_24_de_mayo', '')
    """
    text = unicodedata.normalize("NFKD", name).casefold().replace("'", "")
    words = re.findall("[a-z0-9]+", "".join(c for c in text if not unicodedata.combining(c)))
    return "_".join(words if not words or words[0][0].isalpha() else ["place", *words])


def ids(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return an id for each name, none of them twice or taken already."""
    used = set(taken)
    chosen = []
    for number, name in enumerate(names, start=1):
        stem = slug(name) or f"place_{number}"
        choices = (stem if i == 1 else f"{stem}_{i}" for i in range(1, len(used) + 2))
        chosen.append(next(choice for choice in choices if choice not in used))
        used.add(chosen[-1])
    return chosen


def read_locations(instance: Instance) -> tuple[Location, ...]:
    """Return the locations of an instance in the order of the file."""
    return _Reader(instance).locations()


class _Reader:
    """Reads one locations.csv."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.ledger = instance.ledger
        self.file = instance.file(FILE)
        self.floods = instance.file(FLOODS)

    def locations(self) -> tuple[Location, ...]:
        """Return every row that can be used."""
        rows = self._rows()
        codes = country_codes(row.cell(2) for row in rows if row.cell(2))
        for name, code in codes.items():
            if code.startswith("X") and code != "XKX":
                text = f"the country {shown(name)} is not known here and gets the user-assigned code {code}."
                self.ledger.note(Kind.REPAIRED, text, Where(self.file))
        names = [row.cells[0] for row in rows]
        parsed = [
            self._location(row, place, codes.get(row.cell(2))) for row, place in zip(rows, ids(names), strict=True)
        ]
        self.instance.faulty_names.update(name for name, row in zip(names, parsed, strict=True) if row is None)
        self.ledger.note(Kind.READ, f"{self.file}: {many(len(parsed), 'location')}.")
        return tuple(location for location in parsed if location is not None)

    def _rows(self) -> list[Row]:
        header = self.instance.all_rows(self.file)[:1]
        self.attributes = _attributes(header[0].cells if header else ())
        rows: list[Row] = []
        for row in self.instance.data_rows(self.file, _FIRST_ATTRIBUTE):
            if row.cell(0).casefold() == "name" and not _is_number(row.cell(3)):
                text = "the header does not begin with #, and Flee takes it for a place; it is read as a header."
                self.ledger.note(Kind.REPAIRED, text, row.at())
            else:
                rows.append(row)
        return self._without_earlier_twins(rows)

    def _without_earlier_twins(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows with each name once: Flee leads all roads and all fighting to the last of a name."""
        last = {row.cells[0]: row for row in rows}
        for row in rows:
            later = last[row.cells[0]]
            if later is row:
                continue
            what = f"the place {shown(row.cells[0])} stands again in line {later.line}."
            if any(word in row.cell(5).lower() for word in ("camp", "conflict")):
                fix = "Give each place a name of its own, in all files."
                fault = Problem("I006", what, fix, row.at("name"))
                self.ledger.repairable(fault, f"the row in line {row.line} is left out")
            else:
                text = f"{what} As in Flee the roads lead to that one; this row, which nobody can leave, is left out."
                self.ledger.note(Kind.REPAIRED, text, row.at("name"))
        return [row for row in rows if last[row.cells[0]] is row]

    def _location(self, row: Row, place: str, code: str | None) -> Location | None:
        kind = self._kind(row)
        people = self._people(row)
        numbers = self._numbers(row)
        in_conflict = "conflict" in row.cell(5).lower() and kind is PlaceKind.TOWN
        date = self.instance.whole(row, 6, "conflict_date") if in_conflict else None
        lat, lon = self._coordinate(row, 3, "lat"), self._coordinate(row, 4, "lon")
        if people is None or (in_conflict and date is None):
            return None
        is_camp = kind is PlaceKind.CAMP
        if people and kind in {PlaceKind.TRANSIT, PlaceKind.MARKER}:
            text = f"{people:,} people of {row.cells[0]} are kept as a note: nobody lives in a hub or at a marker."
            self.ledger.note(Kind.REPAIRED, text, row.at("pop/cap"))
        built = Place(
            place=place,
            name=row.cell(0),
            kind=kind,
            lat=lat if lon is not None else None,
            lon=lon if lat is not None else None,
            country=code,
            population=people if kind is PlaceKind.TOWN else 0 if is_camp else None,
            capacity=people if is_camp and people else None,
            notes=self._notes(row, kind),
        )
        return Location(
            name=row.cells[0],
            country=row.cell(2),
            type_name=row.cell(5),
            place=built,
            is_idp_camp=is_camp and "idp" in row.cell(5).lower(),
            starts_in_conflict=in_conflict and date is not None and date <= 0,
            numbers=numbers,
            where=row.at(),
        )

    def _kind(self, row: Row) -> PlaceKind:
        text = row.cell(5).lower()
        kind = next((kind for word, kind in _TYPES if word in text), None)
        if (
            "flood_zone" in text
            and "camp" not in text
            and "conflict" not in text
            and not self.instance.has(self.floods)
        ):
            text = f"{row.cells[0]} is a flood zone, and there are no levels of floods; it becomes a town."
            self.ledger.unsupported(text, row.at("location_type"))
        if kind is None:
            near = suggestion(text, [word for word, _ in _TYPES])
            text = f"{shown(row.cell(5))} is no type of location; as in Flee, nobody stays there.{near}"
            self.ledger.note(Kind.REPAIRED, text, row.at("location_type"))
        return kind or PlaceKind.TRANSIT

    def _people(self, row: Row) -> int | None:
        if not row.cell(7):
            return 0
        people = self.instance.whole(row, 7, "pop/cap")
        if people is not None and not 0 <= people <= MOST_PEOPLE:
            fix = f"Write a number of people from 0 to {MOST_PEOPLE:,}, or leave the cell blank."
            self.ledger.problem("I004", f"{people:,} people are not possible.", fix, row.at("pop/cap"))
            return None
        return people

    def _coordinate(self, row: Row, index: int, column: str) -> float | None:
        if not row.cell(index):
            return None
        value = self.instance.number(row, index, column)
        if value is not None and abs(value) > _LARGEST[column]:
            what = f"{value:g} is no {_COLUMNS[index]}."
            fix = "Write the latitude in the fourth column and the longitude in the fifth, in degrees."
            self.ledger.problem("I004", what, fix, row.at(_COLUMNS[index]))
            return None
        return value

    def _numbers(self, row: Row) -> dict[str, float]:
        numbers = {}
        for index, name in enumerate(self.attributes, start=_FIRST_ATTRIBUTE):
            if name in _NUMBERS and row.cell(index):
                value = self.instance.number(row, index, name)
                if value is not None and not 0 <= value <= _NUMBERS[name]:
                    fix = f"Write a number from 0 to {_NUMBERS[name]:,.0f}."
                    self.ledger.problem("I004", f"{value:g} is not possible as {name}.", fix, row.at(name))
                elif value is not None:
                    numbers[name] = value
            if name == "deactivation_probability" and row.cell(index) not in {"", "0", "0.0"}:
                text = f"people who are no longer followed ({name} {row.cell(index)}) have no rule in Corridor."
                self.ledger.unsupported(text, row.at(name))
        return numbers

    def _notes(self, row: Row, kind: PlaceKind) -> dict[str, str]:
        notes = {"x_region": row.cell(1), "x_country": row.cell(2), "x_location_type": row.cell(5)}
        for index in range(_FIRST_ATTRIBUTE, len(row.cells)):
            is_named = index - _FIRST_ATTRIBUTE < len(self.attributes)
            name = self.attributes[index - _FIRST_ATTRIBUTE] if is_named else ""
            notes[f"x_{slug(name) or f'column_{index + 1}'}"] = row.cell(index)
        if row.cell(7) not in {"", "0"} and kind in {PlaceKind.TRANSIT, PlaceKind.MARKER}:
            notes["x_pop_cap"] = row.cell(7)
        return {key: text for key, text in notes.items() if text}


def _attributes(header: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns that not every instance has."""
    names = tuple(cell.strip() for cell in header[_FIRST_ATTRIBUTE:])
    return names if header and header[0].lstrip().lstrip('"').startswith(("#", "name")) else ()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def silent_camps(locations: Iterable[Location], chance: float) -> list[str]:
    """Return the names of the places that Flee would silently make camps, given the chance to leave a town."""
    if chance >= _SILENT_CAMP:
        return []
    return [row.name for row in locations if row.place.kind is PlaceKind.TOWN and not row.starts_in_conflict]
