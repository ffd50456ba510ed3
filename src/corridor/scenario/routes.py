"""How people get from one place to the next."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class TravelMode(StrEnum):
    """What people travel by; it decides the speed."""

    FOOT = "foot"
    VEHICLE = "vehicle"
    BOAT = "boat"


def route_id(origin: str, destination: str, via: str | None = None) -> str:
    """Return the id by which events and observations name a route.

    Examples
    --------
    >>> route_id("town", "camp"), route_id("town", "camp", "the_bridge")
    ('town>camp', 'town>camp/the_bridge')
    """
    return f"{origin}>{destination}" + (f"/{via}" if via else "")


def parts_of(route: str) -> tuple[str, str, str]:
    """Return origin, destination and via of the id of a route; what it lacks is empty.

    Examples
    --------
    >>> parts_of("town>camp/the_bridge")
    ('town', 'camp', 'the_bridge')
    """
    origin, _, rest = route.partition(">")
    destination, _, via = rest.partition("/")
    return origin, destination, via


class Route(BaseModel):
    """A directed edge of the network, one row of routes.csv."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str = Field(description="id of the place where it begins")
    destination: str = Field(description="id of the place where it ends")
    distance_km: float = Field(gt=0, le=20_000, description="length in kilometres")
    mode: TravelMode = Field(default=TravelMode.FOOT, description="what people travel by")
    travel_days: float | None = Field(
        default=None, gt=0, le=365, description="days on the way; blank follows from the speed"
    )
    both_ways: bool = Field(default=False, description="whether it can also be used backwards")
    via: str | None = Field(
        default=None,
        pattern=r"^[a-z][a-z0-9_]*$",
        description="id that tells parallel routes between the same two places apart",
    )
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def route(self) -> str:
        """Return the id by which events and observations name the route."""
        return route_id(self.origin, self.destination, self.via)

    def reversed(self) -> Route:
        """Return the same road, travelled backwards."""
        return self.model_copy(update={"origin": self.destination, "destination": self.origin})
