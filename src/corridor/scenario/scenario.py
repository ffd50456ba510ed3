"""The scenario: everything that the user states, valid as a whole once it exists."""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from html import escape
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from corridor.errors import UsageError
from corridor.scenario.events import Event, EventKind
from corridor.scenario.parameters import DEFINITIONS, Learnt, Parameter
from corridor.scenario.places import Place
from corridor.scenario.presets import Preset
from corridor.scenario.routes import Route
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(_Row):
    """A part of the population that shares risks: an age group, say."""

    group: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id of the group")
    share: float = Field(gt=0, le=1, description="fraction of the displaced")
    is_under_five: bool = Field(default=False, description="whether it is the children under five")


class Grade(StrEnum):
    """How close to the facts a source is."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Source(_Row):
    """Somebody who gives figures, with the grade and the reason for it."""

    source: str = Field(min_length=1, description="who gives figures, spelt as in the tables")
    grade: Grade = Field(default=Grade.C, description="how close to the facts the source is")
    reason: str = Field(default="", description="why that grade")


class Supply(_Row):
    """Goods on site, or on their way; one row of stocks.csv."""

    date: dt.date = Field(description="day of the count, of the delivery, or from which it comes daily")
    place: str = Field(description="place id")
    item: str = Field(min_length=1, description="what it is, named as in the standards")
    quantity: float = Field(ge=0, le=1e12, description="how much of it, in the unit")
    unit: str = Field(min_length=1, description="unit of the quantity, as the standards have it")
    kind: Literal["on_site", "pipeline", "per_day"] = Field(
        description="counted on site, arriving once on the day, or arriving every day from then on"
    )
    source: str = Field(min_length=1, description="who reported it")
    url: str | None = Field(default=None, description="address of the source")
    reported_on: dt.date | None = Field(
        default=None, description="day on which it became known; blank is the date itself"
    )
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def known_on(self) -> dt.date:
        """Return the day on which the figure became known."""
        return self.reported_on or self.date


class Alternative(_Row):
    """A what-if: events to add, kinds of events to drop, parameters to replace."""

    alternative: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id of the alternative")
    meaning: str = Field(min_length=1, description="what it supposes, in a sentence")
    add: tuple[Event, ...] = Field(default=(), description="events to add, with the keys of events.csv")
    drop: tuple[str, ...] = Field(default=(), description="events to leave out, each as KIND or KIND SUBJECT")
    parameters: tuple[Parameter, ...] = Field(default=(), description="parameters that replace those of the scenario")


@dataclass(frozen=True)
class Scenario:
    """A calendar, places, routes, events and parameters, with groups, sources, supplies and alternatives."""

    name: str
    start: dt.date
    end: dt.date
    groups: tuple[Group, ...]
    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    events: tuple[Event, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    sources: tuple[Source, ...] = ()
    stocks: tuple[Supply, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    preset: Preset = Preset.CORRIDOR

    def __repr__(self) -> str:
        """Return the scenario on a few lines: its days, how many places of each kind, and what else it states."""
        kinds = Counter(place.kind.value.replace("_", " ") for place in self.places)
        lines = [
            f"{self.name}: {self.start} to {self.end}, {self.n_days:,} days",
            f"  places: {', '.join(f'{count:,} {kind}' for kind, count in kinds.items()) or 'none'}",
            f"  {len(self.routes):,} routes, {len(self.events):,} events, {len(self.parameters):,} parameters stated",
        ]
        if self.alternatives:
            lines.append(f"  alternatives: {', '.join(row.alternative for row in self.alternatives)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<pre>{escape(repr(self))}</pre>"

    @property
    def n_days(self) -> int:
        """Return the number of days, first and last included."""
        return day_of(self.end, self.start) + 1

    @property
    def has_mechanism(self) -> bool:
        """Whether anything is stated that moves people: a route, an event, a parameter or an alternative."""
        return bool(self.routes or self.events or self.parameters or self.alternatives)

    def place(self, place: str) -> Place:
        """Return the place with an id.

        Raises
        ------
        UsageError
            There is no such place.
        """
        if place in self.place_index:
            return self.places[self.place_index[place]]
        raise UsageError(f"There is no place {place!r} in {self.name}. {_near(place, [p.place for p in self.places])}")

    def capacity_on(self, place: str, day: dt.date) -> float | None:
        """Return the capacity of a place on a day, people: as an event states it that day, else as its row does."""
        changes = (row for row in self.events if row.kind is EventKind.CAPACITY_CHANGE and row.subject == place)
        stated = [row.value for row in changes if row.covers(day)]
        return stated[-1] if stated else self.place(place).capacity

    def parameter(self, name: str, subject: str | None = None) -> Parameter:
        """Return a parameter: the subject's own, else the general one, else the default of the preset.

        Raises
        ------
        UsageError
            There is no parameter of that name.
        """
        if name not in DEFINITIONS:
            raise UsageError(f"There is no parameter {name!r}. {_near(name, list(DEFINITIONS))}")
        own = self._stated.get(f"{name}.{subject}") if subject else None
        return own or self._stated.get(name) or _default(name, self.preset)

    @cached_property
    def place_index(self) -> dict[str, int]:
        """Return the index of each place among the places, by id."""
        return {place.place: p for p, place in enumerate(self.places)}

    @cached_property
    def _stated(self) -> dict[str, Parameter]:
        return {row.key: row for row in self.parameters}

    def grade_of(self, source: str) -> Grade:
        """Return the grade of a source; C where the scenario gives none."""
        return next((row.grade for row in self.sources if row.source == source), Grade.C)

    def with_events(self, events: Iterable[Event]) -> Scenario:
        """Return the scenario with other events."""
        return replace(self, events=tuple(events))

    def known_by(self, day: dt.date) -> Scenario:
        """Return the scenario without what became known after a day.

        Events reported later are left out, and so are capacities that were reported later or
        whose day of becoming known is not stated. Events known by then stay; an end that became
        known later is left open.
        """
        places = tuple(
            row
            if row.capacity_reported_on is not None and row.capacity_reported_on <= day
            else row.model_copy(update={"capacity": None})
            for row in self.places
        )
        known = (row.known_by(day) for row in self.events)
        later = (row for row in self.events if row.known_on > day)
        events = (
            *(row for row in known if row is not None),
            *(shut for row in later if (shut := self._shut_until_known(row)) is not None),
        )
        stocks = tuple(row for row in self.stocks if row.known_on <= day)
        return replace(self, places=places, events=events, stocks=stocks)

    def unchanged_after(self, day: dt.date) -> Scenario:
        """Return the scenario in which nothing changes after a day: what begins later never does, the rest goes on.

        That is what a trend of reports describes; what is stated to change is the model's to tell.
        """
        never = self.end + dt.timedelta(days=1)

        def unchanged(row: Event) -> Event:
            if row.start > day:
                return row.model_copy(update={"start": never, "end": None, "end_reported_on": None})
            if row.end is not None and row.end > day:
                return row.model_copy(update={"end": None, "end_reported_on": None})
            return row

        return replace(self, events=tuple(map(unchanged, self.events)))

    def _shut_until_known(self, event: Event) -> Event | None:
        """Return what keeps shut that which an event, not yet known, is going to open."""
        kinds = {
            EventKind.CAMP_OPENS: EventKind.CAMP_CLOSES,
            EventKind.OPENING: EventKind.CLOSURE,
            EventKind.TRANSPORT: EventKind.CLOSURE,
        }
        known = any(
            row.kind is event.kind and row.subject == event.subject and row.known_on < event.known_on
            for row in self.events
        )
        if event.kind not in kinds or known:
            return None
        return Event(
            start=self.start,
            kind=kinds[event.kind],
            subject=event.subject,
            source="not yet known to open",
            reported_on=self.start,
        )

    @property
    def all_events(self) -> tuple[Event, ...]:
        """Return the events together with those that the alternatives add."""
        return (*self.events, *(event for row in self.alternatives for event in row.add))

    def with_alternative(self, name: str) -> Scenario:
        """Return the scenario as one of its alternatives states it.

        What an alternative adds is a supposition, known from the first day to whoever makes it:
        :meth:`known_by` never cuts it.

        Raises
        ------
        UsageError
            The scenario has no alternative of that name.
        """
        chosen = next((row for row in self.alternatives if row.alternative == name), None)
        if chosen is None:
            names = ", ".join(row.alternative for row in self.alternatives) or "none"
            message = f"'{name}' is not an alternative of {self.name}. It has: {names}."
            raise UsageError(message)
        remaining = (row for row in self.events if not _is_dropped(row, chosen.drop))
        known = {"reported_on": self.start, "end_reported_on": None}
        added = (row.model_copy(update=known) for row in chosen.add)
        replaced = {row.key for row in chosen.parameters}
        parameters = tuple(row for row in self.parameters if row.key not in replaced)
        return replace(
            self,
            events=(*remaining, *added),
            parameters=(*parameters, *map(self._resolved, chosen.parameters)),
        )

    def _resolved(self, row: Parameter) -> Parameter:
        """Return a parameter of an alternative; one that multiplies what is learnt has the prior that is stated."""
        if not isinstance(row.prior, Learnt):
            return row
        return self.parameter(row.name, row.subject).multiplied(row.prior.factor, row.subject, row.source)


def _is_dropped(event: Event, drop: tuple[str, ...]) -> bool:
    return event.kind.value in drop or f"{event.kind.value} {event.subject}" in drop


@cache
def _default(name: str, preset: Preset) -> Parameter:
    """Return the default of a parameter under a preset: asked for once for every place of a country."""
    return DEFINITIONS[name].parameter(preset=preset)


def _near(name: str, names: list[str]) -> str:
    """Return what may have been meant: names like it, or else all."""
    near = difflib.get_close_matches(name, names, n=3)
    return f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(names)}."
