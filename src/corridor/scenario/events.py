"""What changes on the way: sieges, pauses, corridors, closures, convoys, cold."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class EventKind(StrEnum):
    """What an event does; each states its effect in one sentence."""

    SIEGE = "siege"
    PAUSE = "pause"
    CORRIDOR = "corridor"
    CONFLICT = "conflict"
    CLOSURE = "closure"
    OPENING = "opening"
    TRANSPORT = "transport"
    SCREENING_RATE = "screening_rate"
    RECEPTION_RATE = "reception_rate"
    CAPACITY_CHANGE = "capacity_change"
    CAMP_OPENS = "camp_opens"
    CAMP_CLOSES = "camp_closes"
    CAMP_SUSPENDED = "camp_suspended"
    COLD = "cold"
    RELOCATION = "relocation"
    VERIFICATION = "verification"
    INFLOW = "inflow"


class Subject(StrEnum):
    """What an event can be about."""

    PLACE = "place"
    ROUTE = "route"
    EITHER = "place or route"
    ANYWHERE = "place or blank for everywhere"


class Rule(BaseModel):
    """What a kind of event needs and does."""

    model_config = ConfigDict(frozen=True)

    subject: Subject
    unit: str | None = None
    needs_value: bool = False
    parameter: str | None = None
    effect: str


_K = EventKind
RULES: dict[EventKind, Rule] = {
    _K.SIEGE: Rule(
        subject=Subject.PLACE,
        effect="people in {subject} may leave only by leaking out or through a corridor",
    ),
    _K.PAUSE: Rule(
        subject=Subject.ANYWHERE,
        effect="fighting at {subject} stops; this opens no way out by itself",
    ),
    _K.CORRIDOR: Rule(
        subject=Subject.EITHER,
        unit="people/day",
        parameter="corridor_capacity_per_day",
        effect="up to {value} people a day may leave by {subject}",
    ),
    _K.CONFLICT: Rule(
        subject=Subject.PLACE,
        unit="intensity, usually 0 to 1",
        effect="fighting with intensity {value} drives residents out of {subject}",
    ),
    _K.CLOSURE: Rule(
        subject=Subject.EITHER,
        effect="nobody may enter or leave by {subject}; people on the way turn back",
    ),
    _K.OPENING: Rule(
        subject=Subject.ROUTE,
        effect="{subject} can be used; outside its openings it is shut",
    ),
    _K.TRANSPORT: Rule(
        subject=Subject.ROUTE,
        unit="people/day",
        parameter="seats_per_day",
        effect="vehicles carry up to {value} people a day along {subject}",
    ),
    _K.SCREENING_RATE: Rule(
        subject=Subject.PLACE,
        unit="people/day",
        parameter="screening_rate_per_day",
        effect="{subject} screens up to {value} people a day, first come first served",
    ),
    _K.RECEPTION_RATE: Rule(
        subject=Subject.PLACE,
        unit="people/day",
        parameter="reception_rate_per_day",
        effect="{subject} admits up to {value} people a day, first come first served",
    ),
    _K.CAPACITY_CHANGE: Rule(
        subject=Subject.PLACE,
        unit="people",
        needs_value=True,
        effect="{subject} can hold {value} people",
    ),
    _K.CAMP_OPENS: Rule(subject=Subject.PLACE, effect="{subject} opens; before, nobody is sent there"),
    _K.CAMP_CLOSES: Rule(subject=Subject.PLACE, effect="{subject} takes nobody in any more"),
    _K.CAMP_SUSPENDED: Rule(
        subject=Subject.PLACE,
        effect="{subject} is no camp for the time; people there move on as from a town",
    ),
    _K.COLD: Rule(
        subject=Subject.ANYWHERE,
        unit="factor on the chance of death in the open",
        needs_value=True,
        effect="cold multiplies the chance of death in the open by {value} at {subject}",
    ),
    _K.RELOCATION: Rule(
        subject=Subject.ROUTE,
        unit="people/day",
        needs_value=True,
        effect="up to {value} people a day are moved along {subject}",
    ),
    _K.VERIFICATION: Rule(
        subject=Subject.PLACE,
        unit="people",
        needs_value=True,
        effect="a verification exercise corrects the count at {subject} to {value}; nobody moves",
    ),
    _K.INFLOW: Rule(
        subject=Subject.PLACE,
        unit="people/day",
        needs_value=True,
        effect="{value} people a day reach {subject} from outside the modelled area",
    ),
}


class Event(BaseModel):
    """A change for a time, one row of events.csv; both its first and its last day are in force."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date = Field(description="first day in force")
    end: date | None = Field(default=None, description="last day in force; blank is open")
    kind: EventKind = Field(description="what happens")
    subject: str | None = Field(
        default=None, description="place id, or route as ORIGIN>DESTINATION or ORIGIN>DESTINATION/VIA"
    )
    value: float | None = Field(
        default=None,
        ge=0,
        le=1e9,
        description="size, in the unit of the kind; blank is unknown",
    )
    source: str = Field(min_length=1, description="who reported it")
    url: str | None = Field(default=None, description="address of the source")
    reported_on: date | None = Field(
        default=None, description="day on which it became known; blank is the first day in force"
    )
    end_reported_on: date | None = Field(
        default=None, description="day on which the end became known; blank is with the event"
    )
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def known_on(self) -> date:
        """Return the day on which the event became known."""
        return self.reported_on or self.start

    def known_by(self, day: date) -> Event | None:
        """Return the event as it was known on a day: perhaps without its end, or not at all."""
        if self.known_on > day:
            return None
        if self.end_reported_on is not None and self.end_reported_on > day:
            return self.model_copy(update={"end": None, "end_reported_on": None})
        return self

    def covers(self, day: date) -> bool:
        """Whether the event is in force on a day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def effect(self) -> str:
        """Return what the event does, in one sentence."""
        value = "an unknown number of" if self.value is None else f"{self.value:,.10g}"
        if self.value is None and self.kind is EventKind.CONFLICT:
            value = "1"
        subject = self.subject or "every place"
        return RULES[self.kind].effect.format(subject=subject, value=value)
