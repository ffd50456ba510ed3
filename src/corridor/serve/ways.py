"""The state of each way by day: open, shut, held by a siege, or passing so many people a day."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from corridor.message import Message, message, term
from corridor.scenario.events import Event, EventKind
from corridor.scenario.timeline import cut
from corridor.serve.languages import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario

K = EventKind
DECISIVE = (K.SIEGE, K.PAUSE, K.CORRIDOR, K.CLOSURE, K.OPENING, K.TRANSPORT)
"""Kinds of events that decide the state of a way."""


class WayState(StrEnum):
    """Whether people can take a way."""

    OPEN = "open"
    LIMITED = "limited"
    HELD = "held"
    SHUT = "shut"


class Way(BaseModel):
    """A route, and its state on some days."""

    route: str
    state: WayState
    words: Sentence = Field(description="the state, for people")
    start: dt.date
    end: dt.date


def ways_of(scenario: Scenario, first: dt.date, last: dt.date) -> list[Way]:
    """Return the state of each route on some days, in order of the days.

    Parameters
    ----------
    scenario
        As it is known or supposed.
    first, last
        The days, both included.
    """
    decisive = [row for row in scenario.events if row.kind in DECISIVE]
    ways: list[Way] = []
    for route in scenario.routes:
        own: list[Way] = []
        for period in cut(first, last, decisive):
            state, words = _state(route, decisive, period.events)
            if own and (own[-1].state, own[-1].words) == (state, words):
                own[-1] = own[-1].model_copy(update={"end": period.end})
            else:
                own.append(Way(route=route.route, state=state, words=words, start=period.start, end=period.end))
        ways += own
    return ways


def _state(route: Route, stated: Sequence[Event], in_force: Sequence[Event]) -> tuple[WayState, Message]:
    """Return the state of a route while some of the stated events are in force, in one word and in words."""
    ids = {route.route, route.reversed().route} if route.both_ways else {route.route}
    ends = {route.origin, route.destination}
    by_kind = {kind: [row for row in in_force if row.kind is kind and row.value != 0] for kind in DECISIVE}
    ever = {row.kind for row in stated if row.subject in ids}
    if any(row.subject in ids | ends for row in by_kind[K.CLOSURE]):
        return WayState.SHUT, term("shut")
    if K.OPENING in ever and not any(row.subject in ids for row in by_kind[K.OPENING]):
        return WayState.SHUT, term("shut, outside its openings")
    inside = {row.subject for row in by_kind[K.SIEGE]} & ends
    if inside == {route.destination} and not route.both_ways:
        return WayState.HELD, term("leads into a siege, where nobody goes")
    if len(inside) == 1:
        is_paused = any(row.subject in inside | {None} for row in by_kind[K.PAUSE])
        return _out([row for row in by_kind[K.CORRIDOR] if row.subject in ids | inside], is_paused=is_paused)
    if K.TRANSPORT in ever:
        return _driven([row for row in by_kind[K.TRANSPORT] if row.subject in ids])
    return WayState.OPEN, term("open")


def _out(corridors: Sequence[Event], *, is_paused: bool) -> tuple[WayState, Message]:
    """Return the state of a way out of a siege."""
    if corridors:
        return WayState.LIMITED, message("a corridor{limit}", limit=_per_day(corridors))
    if is_paused:
        return WayState.HELD, term("no corridor leads out of the siege, though fighting pauses")
    return WayState.HELD, term("no corridor leads out of the siege")


def _driven(convoys: Sequence[Event]) -> tuple[WayState, Message]:
    """Return the state of a way on which people need a seat."""
    if convoys:
        return WayState.LIMITED, message("vehicles{limit}", limit=_per_day(convoys))
    return WayState.SHUT, term("no vehicles run")


def _per_day(events: Sequence[Event]) -> Message:
    values = [row.value for row in events]
    if None in values:
        return term(", for how many is learnt from reports")
    return message(" for up to {people} people a day", people=sum(value or 0.0 for value in values))
