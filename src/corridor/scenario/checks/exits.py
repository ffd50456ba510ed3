"""Rules about ways out: of sieges, through corridors, away from fighting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from corridor.scenario.checks.places import cited
from corridor.scenario.draft import Draft, Finding, Line, Rule
from corridor.scenario.events import Event, EventKind
from corridor.scenario.places import PlaceKind
from corridor.scenario.routes import Route
from corridor.scenario.timeline import Period, cut, from_to

_K = EventKind
_SHUTS = {_K.CLOSURE, _K.CAMP_CLOSES}
_OPENS = {_K.OPENING, _K.CAMP_OPENS}


def _overlap(one: Event, other: Event) -> bool:
    return (one.end is None or other.start <= one.end) and (other.end is None or one.start <= other.end)


def _corridors_leave_sieges(draft: Draft) -> Iterator[Finding]:
    besieged = {line.row.subject for line in draft.all_events if line.row.kind is _K.SIEGE}
    if "events.csv" in draft.faulty or draft.place_ids is None or not besieged <= draft.place_ids:
        return
    base = [line.row for line in draft.events]
    tables: list[tuple[tuple[Line[Event], ...], list[Event]]] = [(draft.events, base)]
    tables += [(line.row.add, base + [added.row for added in line.row.add]) for line in draft.alternatives]
    for lines, around in tables:
        for line in lines:
            if line.row.kind is not _K.CORRIDOR or line.row.subject is None:
                continue
            place = line.row.subject.split(">")[0]
            sieges = [e for e in around if e.kind is _K.SIEGE and e.subject == place]
            if not any(_overlap(line.row, siege) for siege in sieges):
                what = f"the corridor leads out of {place}, which is not besieged on any of its days."
                fix = "Add the siege to events.csv, correct the days, or name the besieged place."
                yield Finding(line.at("subject"), what, fix)


def _exits(draft: Draft) -> dict[str, list[Route]]:
    """Return the routes that leave each place."""
    exits: dict[str, list[Route]] = {}
    for line in draft.routes:
        exits.setdefault(line.row.origin, []).append(line.row)
        if line.row.both_ways:
            exits.setdefault(line.row.destination, []).append(line.row.reversed())
    return exits


def _routes_out(draft: Draft) -> Iterator[Finding]:
    if "routes.csv" in draft.faulty or draft.preset.is_flee:
        return
    towns = {line.row.place for line in draft.places if line.row.kind is PlaceKind.TOWN}
    exits = _exits(draft)
    covered = set(exits)
    for line in draft.events:
        place = line.row.subject
        if line.row.kind in {_K.SIEGE, _K.CONFLICT} and place in towns - covered:
            covered.add(place)
            what = f"no route leads out of {place}, so that nobody could ever leave."
            yield Finding(line.at("subject"), what, "Add a route that begins there to routes.csv.")


def _open_ways_out(draft: Draft) -> Iterator[Finding]:
    if draft.calendar is None or draft.preset.is_flee or draft.faulty & {"routes.csv", "events.csv"}:
        return
    exits = _exits(draft)
    spans = cut(*draft.calendar, [line.row for line in draft.events])
    shut: dict[str, list[Period]] = {}
    for period in spans:
        besieged = {event.subject for event in period.events if event.kind is _K.SIEGE}
        fights = {e.subject for e in period.events if e.kind is _K.CONFLICT and e.subject and e.value != 0}
        usable = _Usable(period.events, draft.events)
        for place in sorted(fights - besieged):
            if place in exits and not any(usable.allows(route) for route in exits[place]):
                shut.setdefault(place, []).append(period)
    for place, closed in shut.items():
        for run in _runs(closed):
            yield _shut_in(draft, place, exits[place], run)


class _Usable:
    """Which routes can be used while some events are in force."""

    def __init__(self, active: Iterable[Event], lines: Sequence[Line[Event]]) -> None:
        self.shut = {e.subject for e in active if e.kind in _SHUTS}
        self.opened = {e.subject for e in active if e.kind in _OPENS}
        self.needs_opening = {line.row.subject for line in lines if line.row.kind in _OPENS}

    def allows(self, route: Route) -> bool:
        ids = {route.route, route.origin, route.destination}
        ids |= {route.reversed().route} if route.both_ways else set()
        gates = ids - {route.origin}
        return not ids & self.shut and not (gates & self.needs_opening and not gates & self.opened)


def _runs(periods: Sequence[Period]) -> Iterator[list[Period]]:
    run: list[Period] = []
    for period in periods:
        if run and period.start != run[-1].end + dt.timedelta(days=1):
            yield run
            run = []
        run.append(period)
    if run:
        yield run


def _shut_in(draft: Draft, place: str, exits: Sequence[Route], run: Sequence[Period]) -> Finding:
    first, last = run[0].start, run[-1].end
    active = {id(event) for period in run for event in period.events}
    ids = {name for route in exits for name in (route.route, route.reversed().route, route.origin, route.destination)}
    closing = [
        line for line in draft.events if line.row.kind in _SHUTS and line.row.subject in ids and id(line.row) in active
    ]
    fight = next(
        line
        for line in draft.events
        if line.row.kind is _K.CONFLICT and line.row.subject == place and id(line.row) in active
    )
    by = f"closed by {', '.join(cited(line) for line in closing)}" if closing else "its routes are not open then"
    what = f"{place} has no open route out {from_to(first, last)} ({by})."
    return Finding(fight.at("subject"), what, "If that is a siege, write kind = siege; people will be held, not lost.")


RULES = (
    Rule("C211", "A corridor leads out of a place that is besieged at the time.", _corridors_leave_sieges),
    Rule(
        "C212",
        "A place that is besieged or fought over has a route out; under a preset of Flee people wait there.",
        _routes_out,
    ),
    Rule(
        "C213",
        "A place that is fought over and not besieged has a route out that is open, with the same exception.",
        _open_ways_out,
    ),
)
"""The rules about ways out."""
