"""From closures.csv to closures and suspended camps, with Flee's way of opening what another row keeps shut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from corridor.errors import Problem, Where
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.cells import listed, shown, suggestion
from corridor.scenario.presets import Preset
from corridor.scenario.routes import Route
from corridor.sources.flee.account import Kind, many
from corridor.sources.flee.fighting import Calendar
from corridor.sources.flee.files import Instance
from corridor.sources.flee.locations import Location

FILE = "closures.csv"
_CAMPS = ("camp", "idpcamp")
_NO_EFFECT = ("remove_forced_redirection", "link")
_TYPES = ("country", "location", *_CAMPS, *_NO_EFFECT)
_LATEST_DAY = 100_000
_ONE_DAY = dt.timedelta(days=1)


class Closure(NamedTuple):
    """A row of closures.csv."""

    what: str
    name: str
    other: str
    start: int
    end: int
    where: Where


class Span(NamedTuple):
    """Days on which something is shut: from a day, and until it is open again; None is until further notice."""

    first: int
    over: int | None


def toggled(rows: Iterable[Closure]) -> list[Span]:
    """Return when something is shut if rows are not counted, as in Flee: the end of any row opens it.

    Examples
    --------
    >>> somewhere = Where("closures.csv")
    >>> rows = [Closure("location", "a", "", 0, 100, somewhere), Closure("country", "a", "b", 10, 50, somewhere)]
    >>> toggled(rows)
    [Span(first=0, over=50)]
    """
    rows = list(rows)
    days = sorted({day for row in rows for day in (row.start, row.end) if day >= 0})
    spans: list[Span] = []
    first: int | None = None
    for day in days:
        before = first
        for row in rows:
            if row.start == day and first is None:
                first = day
            if row.end == day:
                first = None
        if before is not None and first != before:
            spans.append(Span(before, day))
    return spans if first is None else [*spans, Span(first, None)]


def united(rows: Iterable[Closure]) -> list[Span]:
    """Return when something is shut if it is shut as long as any row wants it."""
    spans: list[Span] = []
    for row in sorted((row for row in rows if row.start >= 0), key=lambda row: row.start):
        over = row.end if row.end >= row.start else None
        if spans and (spans[-1].over is None or row.start <= spans[-1].over):
            last = spans.pop()
            over = None if last.over is None or over is None else max(last.over, over)
            spans.append(Span(last.first, over))
        elif over != row.start:
            spans.append(Span(row.start, over))
    return spans


def read_closures(
    instance: Instance, locations: Mapping[str, Location], routes: Sequence[Route], calendar: Calendar, preset: Preset
) -> tuple[Event, ...]:
    """Return the closures and the suspended camps of an instance.

    Parameters
    ----------
    instance
        Where closures.csv lies, if there is one.
    locations
        The locations by their names.
    routes
        What can be closed.
    calendar
        From which day the days of the table are counted.
    preset
        Whose rules will hold.
    """
    rows = tuple(_rows(instance, locations))
    if not instance.has(instance.file(FILE)):
        instance.ledger.note(Kind.REPAIRED, f"there is no {FILE}: nothing is ever closed.")
    translation = _Translation(instance, locations, routes, preset)
    events = tuple(
        event
        for kind, subject, span in (*translation.closures(rows), *translation.suspensions(rows))
        if (event := _event(instance, kind, subject, span, calendar)) is not None
    )
    instance.ledger.note(Kind.READ, f"{instance.file(FILE)}: {many(len(rows), 'closure')}.")
    if events:
        text = f"{many(len(events), 'closure')} and suspended camps; each end is known on the day after it."
        instance.ledger.note(Kind.TRANSLATED, text)
    return events


def _rows(instance: Instance, locations: Mapping[str, Location]) -> Iterator[Closure]:
    for row in instance.data_rows(instance.file(FILE), 5):
        what = row.cell(0)
        start, end = instance.whole(row, 3, "closure_start"), instance.whole(row, 4, "closure_end")
        if what not in _TYPES:
            fix = f"Use {listed(_TYPES)}.{suggestion(what, _TYPES)}"
            instance.ledger.problem("I003", f"{shown(what)} is no type of closure.", fix, row.at("closure_type"))
        elif max(abs(start or 0), abs(end or 0)) > _LATEST_DAY:
            fix = f"Count days from the first of the period, up to {_LATEST_DAY:,}."
            instance.ledger.problem("I004", "no period has such a day.", fix, row.at("closure_start"))
        elif start is not None and end is not None:
            closure = Closure(what, row.cells[1], row.cells[2], start, end, row.at())
            if _names_known(instance, locations, closure):
                yield closure


def _names_known(instance: Instance, locations: Mapping[str, Location], row: Closure) -> bool:
    """Whether a closure is about something; what it lacks is a problem, or has no effect in Flee."""
    ledger = instance.ledger
    if row.what in _NO_EFFECT:
        return True
    if row.what == "country":
        countries = {location.country for location in locations.values()}
        for name in {row.name, row.other} - countries:
            ledger.note(Kind.REPAIRED, f"no place lies in {shown(name)}, so that the row closes nothing.", row.where)
        return True
    if row.name in instance.faulty_names:
        return False
    if row.name not in locations:
        fix = f"Spell it as in locations.csv, blanks included.{suggestion(row.name, locations)}"
        fault = Problem("I005", f"{shown(row.name)} is not a place of locations.csv.", fix, row.where)
        ledger.repairable(fault, "the closure is left out")
        return False
    if row.what in _CAMPS and not locations[row.name].is_camp:
        ledger.unsupported(f"{row.name} is no camp, and Flee would make it one when the row ends.", row.where)
        return False
    return True


def _event(instance: Instance, kind: EventKind, subject: str, span: Span, calendar: Calendar) -> Event | None:
    start = calendar.day(span.first)
    over = None if span.over is None else calendar.day(span.over)
    if start > calendar.end:
        text = f"{kind.value} of {subject} from day {span.first} on comes after the period and is left out."
        instance.ledger.note(Kind.REPAIRED, text)
        return None
    return Event(
        start=start,
        end=None if over is None else over - _ONE_DAY,
        kind=kind,
        subject=subject,
        source=f"{FILE} of {instance.name}",
        reported_on=start,
        end_reported_on=over,
    )


class _Translation:
    """Works out when each road, place and camp is shut."""

    def __init__(
        self, instance: Instance, locations: Mapping[str, Location], routes: Sequence[Route], preset: Preset
    ) -> None:
        self.ledger = instance.ledger
        self.locations = locations
        self.routes = routes
        self.is_flee = preset.is_flee
        self.by_id = {location.place.place: location for location in locations.values()}

    def closures(self, rows: Sequence[Closure]) -> Iterator[tuple[EventKind, str, Span]]:
        """Yield what is closed: whole places where that says the same, else roads one by one."""
        self._say_what_has_no_effect(rows)
        spans = {route.route: self._shut(route, rows) for route in self.routes}
        closed: set[str] = set()
        for name in dict.fromkeys(row.name for row in rows if row.what == "location" and not self._means_a_road(row)):
            place = self.locations[name].place.place
            own = [row for row in rows if row.what == "location" and row.name == name]
            shut = toggled(own) if self.is_flee else united(row for row in own if not self._means_a_road(row))
            roads = [route.route for route in self.routes if place in {route.origin, route.destination}]
            if not self.is_flee or all(spans[road] == shut for road in roads):
                yield from ((EventKind.CLOSURE, place, span) for span in shut)
                closed.update(roads if self.is_flee else ())
        for route, shut in spans.items():
            if route not in closed:
                yield from ((EventKind.CLOSURE, route, span) for span in shut)

    def _shut(self, route: Route, rows: Sequence[Closure]) -> list[Span]:
        ends = (self.by_id[route.origin], self.by_id[route.destination])
        names, countries = {end.name for end in ends}, {end.country for end in ends}
        shutting = []
        for row in rows:
            is_border = row.what == "country" and {row.name, row.other} == countries
            is_place = row.what == "location" and self.is_flee and row.name in names
            if is_border or is_place or (self._means_a_road(row) and {row.name, row.other} == names):
                shutting.append(row)
        return toggled(shutting) if self.is_flee else united(shutting)

    def _means_a_road(self, row: Closure) -> bool:
        """Whether a row means one road; Flee has no such closure that works."""
        return not self.is_flee and (row.what == "link" or (row.what == "location" and row.other in self.locations))

    def _say_what_has_no_effect(self, rows: Sequence[Closure]) -> None:
        for row in rows:
            about = f"{row.what} {row.name}–{row.other}"
            if row.what == "remove_forced_redirection" or (row.what == "link" and self.is_flee):
                self.ledger.note(Kind.REPAIRED, f"{about} has no effect in Flee, and none here.", row.where)
            elif self._means_a_road(row):
                self.ledger.note(Kind.REPAIRED, f"{about} closes that road; Flee does not.", row.where)
            elif row.what == "location" and row.other in self.locations:
                text = f"{about} closes all roads of {row.name}: Flee passes over the second name."
                self.ledger.note(Kind.REPAIRED, text, row.where)

    def suspensions(self, rows: Sequence[Closure]) -> Iterator[tuple[EventKind, str, Span]]:
        """Yield when camps are none."""
        for name in dict.fromkeys(row.name for row in rows if row.what in _CAMPS):
            own = [row for row in rows if row.what in _CAMPS and row.name == name]
            for span in toggled(own) if self.is_flee else united(own):
                yield EventKind.CAMP_SUSPENDED, self.locations[name].place.place, span
