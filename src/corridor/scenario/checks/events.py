"""Rules about single events: subject, days, value, and when they became known."""

from __future__ import annotations

from collections.abc import Iterator

from corridor.scenario.checks.places import repeated
from corridor.scenario.draft import Draft, Finding, Line, Rule
from corridor.scenario.events import RULES as MEANINGS
from corridor.scenario.events import Event, EventKind, Subject
from corridor.scenario.io.cells import listed, shown, suggestion
from corridor.scenario.places import PlaceKind
from corridor.scenario.routes import TravelMode

_CAMPS = (PlaceKind.CAMP, PlaceKind.HOST_COMMUNITY)
_SITES = (*_CAMPS, PlaceKind.RECEPTION, PlaceKind.TRANSIT, PlaceKind.SCREENING)
_SUITS: dict[EventKind, tuple[PlaceKind, ...]] = {
    EventKind.SIEGE: (PlaceKind.TOWN,),
    EventKind.CONFLICT: (PlaceKind.TOWN,),
    EventKind.SCREENING_RATE: (PlaceKind.SCREENING,),
    EventKind.RECEPTION_RATE: (*_CAMPS, PlaceKind.RECEPTION),
    EventKind.CAPACITY_CHANGE: _SITES,
    EventKind.CAMP_OPENS: _SITES,
    EventKind.CAMP_CLOSES: _SITES,
    EventKind.CAMP_SUSPENDED: _CAMPS,
    EventKind.VERIFICATION: _CAMPS,
}
_LIMITS: dict[EventKind, tuple[float, float]] = {EventKind.CONFLICT: (0, 10), EventKind.COLD: (1, 100)}


def known_routes(draft: Draft) -> frozenset[str] | None:
    """Return the ids of routes, and of their way back where they lead both ways."""
    if draft.route_ids is None:
        return None
    return draft.route_ids | {line.row.reversed().route for line in draft.routes if line.row.both_ways}


def _subject_stated(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_events:
        wanted, subject = MEANINGS[line.row.kind].subject, line.row.subject
        kind = line.row.kind.value
        if subject is None and wanted is not Subject.ANYWHERE:
            what = f"{kind} is about a {wanted.value}, and none is named."
            yield Finding(line.at("subject"), what, f"Write {_example(wanted)}.")
        elif subject and ">" in subject and wanted in {Subject.PLACE, Subject.ANYWHERE}:
            what = f"{kind} is about a place, and {shown(subject)} is a route."
            yield Finding(line.at("subject"), what, f"Write {_example(wanted)}.")
        elif subject and ">" not in subject and wanted is Subject.ROUTE:
            what = f"{kind} is about a route, and {shown(subject)} is none."
            yield Finding(line.at("subject"), what, f"Write {_example(wanted)}.")


def _example(wanted: Subject) -> str:
    route = "ORIGIN>DESTINATION, as in routes.csv"
    ways = {Subject.ROUTE: route, Subject.EITHER: f"the id of a place, or {route}"}
    return ways.get(wanted, "the id of a place, as in places.csv")


def _subject_known(draft: Draft) -> Iterator[Finding]:
    routes = known_routes(draft)
    for line in draft.all_events:
        subject = line.row.subject or ""
        known = routes if ">" in subject else draft.place_ids
        if subject and known is not None and subject not in known:
            noun, file = ("route", "routes.csv") if ">" in subject else ("place", "places.csv")
            what = f"{shown(subject)} is not a {noun} of this scenario."
            fix = f"Use one of {file}, or add the {noun} there.{suggestion(subject, known)}"
            yield Finding(line.at("subject"), what, fix)


def _subject_suits(draft: Draft) -> Iterator[Finding]:
    kinds = {line.row.place: line.row.kind for line in draft.places}
    on_foot = {line.row.route for line in draft.routes if line.row.mode is TravelMode.FOOT}
    on_foot |= {line.row.reversed().route for line in draft.routes if line.row.mode is TravelMode.FOOT}
    for line in draft.all_events:
        event, kind = line.row, kinds.get(line.row.subject or "")
        wanted = _SUITS.get(event.kind)
        if wanted and kind and kind not in wanted:
            what = f"{event.kind.value} does not suit {event.subject}, which is a {kind.value}."
            fix = f"Name a place of the kind {listed(kind.value for kind in wanted)}, or change the kind of event."
            yield Finding(line.at("subject"), what, fix)
        if event.kind is EventKind.TRANSPORT and event.subject in on_foot:
            what = f"transport does not suit {event.subject}, which people walk."
            yield Finding(line.at("subject"), what, "Write mode = vehicle or boat for that route in routes.csv.")


def _end_after_start(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_events:
        if line.row.end is not None and line.row.end < line.row.start:
            what = f"the event ends on {line.row.end}, before it starts on {line.row.start}."
            yield Finding(line.at("end"), what, "Put the earlier day first; both days are in force.")


def _within_calendar(draft: Draft) -> Iterator[Finding]:
    if draft.calendar is None:
        return
    start, end = draft.calendar
    for line in draft.all_events:
        event = line.row
        is_before = event.end is not None and event.start <= event.end < start
        if event.kind is EventKind.VERIFICATION:
            is_before = event.start < start
        looks_back = event.kind is EventKind.VERIFICATION and draft.preset.is_flee
        if is_before or (event.start > end and not looks_back):
            when = "before" if is_before else "after"
            what = f"{event.kind.value} lies {when} the calendar, {start} to {end}."
            fix = "Correct the day, change the calendar in scenario.toml, or delete the event."
            yield Finding(line.at("end" if is_before and event.end else "start"), what, fix)


def _value_stated(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_events:
        meaning = MEANINGS[line.row.kind]
        if meaning.needs_value and line.row.value is None:
            what = f"{line.row.kind.value} needs a value."
            yield Finding(line.at("value"), what, f"Write it: {meaning.unit}.")


def _value_possible(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_events:
        low, high = _LIMITS.get(line.row.kind, (0, 1e9))
        if line.row.value is not None and not low <= line.row.value <= high:
            what = f"{line.row.value:,.10g} is not possible as the value of {line.row.kind.value}."
            fix = f"Use a number from {low:g} to {high:g}: {MEANINGS[line.row.kind].unit}."
            yield Finding(line.at("value"), what, fix)


def _value_means_something(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_events:
        if line.row.value is not None and MEANINGS[line.row.kind].unit is None:
            what = f"{line.row.kind.value} has no size, and the value {line.row.value:,.10g} would mean nothing."
            yield Finding(line.at("value"), what, "Leave the cell blank.")


def _end_known_later(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_events:
        event = line.row
        if event.end_reported_on is not None and event.end is None:
            what = "the event has a day on which its end became known, but no end."
            yield Finding(line.at("end_reported_on"), what, "Write the end, or leave the day blank.")
        elif event.end_reported_on is not None and event.end_reported_on < event.known_on:
            what = f"the end became known on {event.end_reported_on}, before the event itself on {event.known_on}."
            yield Finding(line.at("end_reported_on"), what, "Correct one of the days, or leave this one blank.")


def _event_repeated(draft: Draft) -> Iterator[Finding]:
    def key(event: Event) -> object:
        return (event.kind, event.subject, event.start)

    tables: list[tuple[Line[Event], ...]] = [draft.events, *(line.row.add for line in draft.alternatives)]
    for table in tables:
        for line, first in repeated(table, key):
            about = f" {line.row.subject}" if line.row.subject else ""
            what = f"{line.row.kind.value}{about} from {line.row.start} stands in line {first.line} already."
            fix = "Keep one of the rows; where two sources disagree, keep the better and ignore the other."
            yield Finding(line.at("kind"), what, fix)


RULES = (
    Rule("C201", "An event names a subject of the sort that its kind is about.", _subject_stated),
    Rule("C202", "The subject of an event is a place or route of the scenario.", _subject_known),
    Rule("C203", "The kind of an event suits the kind of its place, or the mode of its route.", _subject_suits),
    Rule("C204", "An event does not end before it starts.", _end_after_start),
    Rule(
        "C205",
        "An event has a day in the calendar; a verification begins in it, or under a preset of Flee after it.",
        _within_calendar,
    ),
    Rule("C206", "An event states its value where its kind means nothing without.", _value_stated),
    Rule("C207", "The value of an event is possible for its kind.", _value_possible),
    Rule("C208", "An event has no value where its kind has no size.", _value_means_something),
    Rule("C209", "The end of an event becomes known with the event or later, and exists.", _end_known_later),
    Rule("C210", "No two events have kind, subject and first day in common.", _event_repeated),
)
"""The rules about single events."""
