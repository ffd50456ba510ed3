"""The levers that matter for a scenario, and how far each can be moved."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from corridor.scenario.events import RULES, Event, EventKind
from corridor.scenario.places import PlaceKind
from corridor.scenario.scenario import Scenario

_DAY = dt.timedelta(days=1)
_ROUND = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
K = EventKind


@dataclass(frozen=True)
class Slider:
    """A lever that matters for a scenario, and how far it can be moved.

    Attributes
    ----------
    kind, subject
        What it changes.
    unit
        Of the value; None where the lever is a last day.
    low, high, step
        Its range.
    stated
        The value that holds without the lever; None where it is unknown, and learnt from reports.
    usual
        Where an unknown value would stand: the centre of its prior.
    until
        The stated last day of what is in force now; None where it is open or not in force.
    is_in_force
        Whether something of the kind is in force there on the day after the origin.
    """

    kind: EventKind
    subject: str | None
    unit: str | None
    low: float
    high: float
    step: float
    stated: float | None
    usual: float | None
    until: dt.date | None
    is_in_force: bool


def sliders(scenario: Scenario, origin: dt.date) -> tuple[Slider, ...]:
    """Return the levers that matter for a scenario as it was known on a day; none where nothing moves people."""
    if not scenario.has_mechanism:
        return ()
    known = scenario.known_by(origin)
    tomorrow = origin + _DAY
    besieged = _subjects(known, K.SIEGE, tomorrow)
    rows = [_switch(known, K.PAUSE, place, tomorrow) for place in besieged]
    rows += [_amount(known, K.CORRIDOR, row, tomorrow) for row in _subjects(known, K.CORRIDOR, tomorrow) | besieged]
    for kind, place_kind in ((K.SCREENING_RATE, PlaceKind.SCREENING), (K.RECEPTION_RATE, PlaceKind.RECEPTION)):
        of_kind = {row.place: None for row in known.places if row.kind is place_kind}
        rows += [_amount(known, kind, row, tomorrow) for row in of_kind | _subjects(known, kind, tomorrow)]
    rows += [_amount(known, K.TRANSPORT, row, tomorrow) for row in _subjects(known, K.TRANSPORT, tomorrow)]
    camps = [row.place for row in known.places if row.kind is PlaceKind.CAMP]
    rows += [_amount(known, K.CAPACITY_CHANGE, row, tomorrow) for row in camps]
    rows += [_amount(known, K.COLD, row, tomorrow) for row in _subjects(known, K.COLD, tomorrow)]
    return tuple(rows)


def _subjects(scenario: Scenario, kind: EventKind, day: dt.date) -> dict[str | None, None]:
    return {row.subject: None for row in scenario.events if row.kind is kind and row.covers(day)}


def _now(scenario: Scenario, kind: EventKind, subject: str | None, day: dt.date) -> Event | None:
    """Return the event in force; of several, the one stated last."""
    active = [row for row in scenario.events if row.kind is kind and row.subject == subject and row.covers(day)]
    return active[-1] if active else None


def _switch(scenario: Scenario, kind: EventKind, subject: str | None, day: dt.date) -> Slider:
    event = _now(scenario, kind, subject, day)
    until = event.end if event else None
    days = float((scenario.end - day).days)
    return Slider(kind, subject, None, 0, days, 1, None, None, until, event is not None)


def _amount(scenario: Scenario, kind: EventKind, subject: str | None, day: dt.date) -> Slider:
    event = _now(scenario, kind, subject, day)
    stated = event.value if event else None
    place = next((row for row in scenario.places if row.place == subject), None)
    if place is not None and event is None:
        stated = place.capacity if kind is K.CAPACITY_CHANGE else None
    if place is not None and stated is None and kind in {K.SCREENING_RATE, K.RECEPTION_RATE}:
        stated = place.throughput_per_day
    parameter = RULES[kind].parameter
    usual = None if parameter is None else scenario.parameter(parameter, subject).prior.central
    low, high = (1.0, 10.0) if kind is K.COLD else (0.0, _range_of(scenario, kind, stated or usual))
    step = 0.5 if kind is K.COLD else high / 100
    return Slider(kind, subject, RULES[kind].unit, low, high, step, stated, usual, None, event is not None)


def _range_of(scenario: Scenario, kind: EventKind, value: float | None) -> float:
    """Return a round number well above a value; of a capacity that nobody states, above everybody."""
    if value is None and kind is K.CAPACITY_CHANGE:
        value = float(sum(row.population or 0 for row in scenario.places)) or 50_000.0
    wanted = 3 * max(value or 1000.0, 1.0)
    power = 10.0 ** math.floor(math.log10(wanted))
    return next(power * step for step in _ROUND if power * step >= wanted)
