"""Which place of a scenario a file means: by id, name, alias, P-code, or coordinates; never by a near spelling."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corridor.scenario.checks.whereabouts import haversine_km
from corridor.scenario.places import Place, PlaceKind
from corridor.sources.flee.locations import ids
from corridor.sources.tables.figures import Spot

WITHIN_KM = 5.0
"""Coordinates of a file and of a place this near mean the same place, if nothing nearer does."""


def folded(name: str) -> str:
    """Return a name without capitals, accents and marks, to compare spellings that differ in nothing else."""
    text = unicodedata.normalize("NFKD", name).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


@dataclass(frozen=True)
class Unmatched:
    """A place of a file that the scenario does not have: its rows, and the names that are nearest."""

    spot: Spot
    figures: int
    closest: tuple[str, ...]

    def line(self) -> str:
        """Return what a person can do about it, in one line."""
        name = self.spot.name
        if self.closest:
            near = " or ".join(self.closest)
            return f"'{name}' ({self.figures:,} figures): if it is {near}, write {name} into its aliases in places.csv."
        return f"'{name}' ({self.figures:,} figures): add it to places.csv, or import with --create."


class Matcher:
    """Finds places by what a file says of them."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = tuple(places)
        self._by_id = {place.place: place for place in places}
        self._by_name: dict[str, list[Place]] = {}
        for place in places:
            for name in dict.fromkeys(map(folded, place.names)):
                self._by_name.setdefault(name, []).append(place)
        self._by_pcode = {place.pcode.casefold(): place for place in places if place.pcode}
        self._known: dict[Spot, str | None] = {}

    def place_of(self, spot: Spot) -> str | None:
        """Return the id of the place that is meant; None if none is, or more than one may be."""
        bare = spot._replace(capacity=None)
        if bare not in self._known:
            self._known[bare] = self._match(bare)
        return self._known[bare]

    def _match(self, spot: Spot) -> str | None:
        coded = self._by_pcode.get(spot.pcode.casefold()) if spot.pcode else None
        if spot.name in self._by_id:
            return spot.name
        named = [place for place in self._by_name.get(folded(spot.name), ()) if _may_be(place, spot)]
        if len(named) == 1:
            return named[0].place
        if coded is not None:
            return coded.place
        return self._near(spot) if not named else None

    def _near(self, spot: Spot) -> str | None:
        if spot.lat is None or spot.lon is None:
            return None
        distances = [
            (haversine_km(spot.lat, spot.lon, place.lat, place.lon), place.place)
            for place in self.places
            if place.lat is not None and place.lon is not None and _may_be(place, spot)
        ]
        nearest = min(distances, default=None)
        return nearest[1] if nearest is not None and nearest[0] <= WITHIN_KM else None

    def closest(self, spot: Spot) -> tuple[str, ...]:
        """Return the names of places whose spelling is near, to suggest and never to take."""
        near = difflib.get_close_matches(folded(spot.name), list(self._by_name), n=3, cutoff=0.6)
        return tuple(dict.fromkeys(self._by_name[name][0].name for name in near))


def _may_be(place: Place, spot: Spot) -> bool:
    """Whether nothing speaks against a place being meant: two P-codes that differ do."""
    return not (place.pcode and spot.pcode) or place.pcode.casefold() == spot.pcode.casefold()


def new_places(spots: Iterable[Spot], taken: Iterable[str]) -> tuple[Place, ...]:
    """Return a place for each place of a file: camps where the file lists sites, else areas that host people."""
    first: dict[tuple[str, str], Spot] = {}
    for spot in spots:
        first.setdefault(spot.key, spot)
    rows = list(first.values())
    counts = Counter(folded(row.name) for row in rows)
    twice = {name for name, count in counts.items() if count > 1}
    names = [f"{row.name} ({row.pcode})" if folded(row.name) in twice and row.pcode else row.name for row in rows]
    return tuple(
        Place(
            place=place,
            name=name,
            kind=PlaceKind.CAMP if row.is_site else PlaceKind.HOST_COMMUNITY,
            pcode=row.pcode,
            lat=row.lat,
            lon=row.lon,
            country=row.country if row.country and len(row.country) == 3 and row.country.isupper() else None,  # noqa: PLR2004
            capacity=row.capacity,
            aliases=row.name if name != row.name else None,
        )
        for row, name, place in zip(rows, names, ids(names, taken), strict=True)
    )
