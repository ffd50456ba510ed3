"""Levers: what somebody may change about the days to come, and the scenario under such changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, model_validator

from corridor.message import Message, message, term
from corridor.scenario.events import RULES, Event, EventKind
from corridor.scenario.names import subject_words
from corridor.scenario.scenario import Scenario
from corridor.scenario.timeline import from_to

SOURCE = "supposed"
_DAY = dt.timedelta(days=1)


class Lever(BaseModel):
    """A change to one kind of event at one place or route for some days.

    Whatever the scenario states of that kind there for these days is replaced. A kind without a
    value, such as a pause, is in force, or with the value 0 it is not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: EventKind = Field(description="what is changed, as in events.csv")
    subject: str | None = Field(default=None, max_length=200, description="place or route id; none is everywhere")
    value: float | None = Field(default=None, ge=0, le=1e9, description="in the unit of the kind")
    start: dt.date = Field(description="first day")
    end: dt.date | None = Field(default=None, description="last day; none is open")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Lever:
        if self.end is not None and self.end < self.start:
            what = f"the last day, {self.end}, lies before the first, {self.start}"
            raise ValueError(what)
        return self

    def words(self, names: Mapping[str, str]) -> Message:
        """Return what the lever supposes, in words.

        Parameters
        ----------
        names
            Names of places by id.

        Examples
        --------
        >>> Lever(kind="cold", value=2, start="2019-03-04").words({})
        'from 4 March 2019 on, cold multiplies the chance of death in the open by 2 at every place'
        """
        days = message("from {day} on", day=self.start) if self.end is None else from_to(self.start, self.end)
        value = "" if self.value is None else self.value
        subject = subject_words(self.subject, names) if self.subject else term("every place")
        effect = message(RULES[self.kind].effect, subject=subject, value=value)
        if RULES[self.kind].unit is None and self.value == 0:
            return message("{days}, no longer: {effect}", days=days, effect=effect)
        return message("{days}, {effect}", days=days, effect=effect)


def with_levers(scenario: Scenario, levers: Iterable[Lever]) -> Scenario:
    """Return the scenario as levers change it; what they add is a supposition, known from the first day."""
    events = scenario.events
    for lever in levers:
        others = (event for row in events for event in _outside(row, lever))
        events = (*others, *_added(lever, scenario.start))
    return replace(scenario, events=events)


def _outside(event: Event, lever: Lever) -> Iterator[Event]:
    """Return what a lever leaves of an event: its days before and after."""
    last = lever.end or dt.date.max
    same = event.kind is lever.kind and event.subject == lever.subject
    if not same or event.start > last or (event.end or dt.date.max) < lever.start:
        yield event
        return
    if event.start < lever.start:
        yield event.model_copy(update={"end": lever.start - _DAY, "end_reported_on": None})
    if (event.end or dt.date.max) > last:
        yield event.model_copy(update={"start": last + _DAY, "reported_on": event.known_on})


def _added(lever: Lever, known_on: dt.date) -> Iterator[Event]:
    is_switch = RULES[lever.kind].unit is None
    if not (is_switch and lever.value == 0):
        yield Event(
            start=lever.start,
            end=lever.end,
            kind=lever.kind,
            subject=lever.subject,
            value=None if is_switch else lever.value,
            source=SOURCE,
            reported_on=known_on,
        )
