"""How people get from one place to the next."""

from __future__ import annotations

from collections.abc import Iterable
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


def shape_text(points: Iterable[tuple[float, float]]) -> str:
    """Return points, latitude and longitude in degrees, as a shape; four decimals are eleven metres.

    Examples
    --------
    >>> shape_text([(13.5, 15.25), (13.61238, 15.3)])
    '13.5 15.25|13.6124 15.3'
    """
    return "|".join(f"{round(lat, 4):.9g} {round(lon, 4):.9g}" for lat, lon in points)


def _point(text: str) -> tuple[float, float]:
    lat, lon = map(float, text.split())
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004 - degrees
        raise ValueError(f"no point of the earth: {text}")
    return lat, lon


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
    shape: str | None = Field(
        default=None,
        description="the way on the map: latitude and longitude in degrees, with | between points",
    )
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Return the way on the map, latitude and longitude, degrees; empty if its shape is not stated.

        Raises
        ------
        ValueError
            The shape is no list of points.
        """
        return tuple(_point(text) for text in self.shape.split("|")) if self.shape else ()

    @property
    def route(self) -> str:
        """Return the id by which events and observations name the route."""
        return route_id(self.origin, self.destination, self.via)

    def reversed(self) -> Route:
        """Return the same road, travelled backwards."""
        shape = "|".join(reversed(self.shape.split("|"))) if self.shape else None
        ends = {"origin": self.destination, "destination": self.origin}
        return self.model_copy(update={**ends, "shape": shape})
