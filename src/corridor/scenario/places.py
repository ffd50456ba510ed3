"""Where people are: towns, transit sites, screening points, reception areas and camps."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

MOST_COUNTED = 2**31 - 1
"""People, all places together, that the engine's record can count."""


class PlaceKind(StrEnum):
    """What a place is for; it decides what happens to people there."""

    TOWN = "town"
    TRANSIT = "transit"
    SCREENING = "screening"
    RECEPTION = "reception"
    CAMP = "camp"
    HOST_COMMUNITY = "host_community"
    MARKER = "marker"

    @property
    def is_final(self) -> bool:
        """Whether people who reach it have arrived and settle."""
        return self in {PlaceKind.CAMP, PlaceKind.HOST_COMMUNITY}

    @property
    def is_site(self) -> bool:
        """Whether displaced people stay there and are served: all but towns and junctions."""
        return self not in {PlaceKind.TOWN, PlaceKind.MARKER}


class Place(BaseModel):
    """A node of the network, one row of places.csv."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$",
        description="id: lower-case words joined by underscores",
    )
    name: str = Field(min_length=1, description="name for people, in any script")
    kind: PlaceKind = Field(description="what the place is for")
    pcode: str | None = Field(default=None, description="OCHA place code")
    lat: float | None = Field(default=None, ge=-90, le=90, description="latitude, degrees")
    lon: float | None = Field(default=None, ge=-180, le=180, description="longitude, degrees")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3 code")
    population: int | None = Field(
        default=None,
        ge=0,
        le=10**9,
        description="people on day 0: residents of a town, displaced people elsewhere; "
        "blank is unknown and then needs the parameter population.PLACE",
    )
    capacity: int | None = Field(default=None, ge=0, le=10**9, description="people it can hold; blank is unknown")
    capacity_reported_on: date | None = Field(default=None, description="day on which the capacity became known")
    throughput_per_day: int | None = Field(
        default=None,
        ge=0,
        le=10**9,
        description="people per day that screening or reception can pass; blank is unknown",
    )
    aliases: str | None = Field(
        default=None, description="other names by which tables and texts call it, with | between them"
    )
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name of the place: its own, then its aliases."""
        return (self.name, *(part.strip() for part in (self.aliases or "").split("|") if part.strip()))
