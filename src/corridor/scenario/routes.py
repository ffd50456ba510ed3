"""How people get from one place to the next."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class TravelMode(StrEnum):
    """What people travel by; it decides the speed."""

    FOOT = "foot"
    VEHICLE = "vehicle"
    BOAT = "boat"


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
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def route(self) -> str:
        """Return the id by which events and observations name the route."""
        return f"{self.origin}>{self.destination}"

    def reversed(self) -> Route:
        """Return the same road, travelled backwards."""
        return self.model_copy(update={"origin": self.destination, "destination": self.origin})
