"""The calendar cut into periods, and the text that tells what holds in each of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from corridor.scenario.events import Event
from corridor.scenario.scenario import Scenario

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days, first and last included, on which the same events are in force."""

    start: dt.date
    end: dt.date
    events: tuple[Event, ...]


def periods(scenario: Scenario) -> tuple[Period, ...]:
    """Return the calendar cut wherever an event comes into force or ceases.

    The periods follow each other without gap from ``scenario.start`` to ``scenario.end``; the
    events of each stand in the order of the scenario.
    """
    begins: dict[dt.date, list[int]] = {scenario.start: []}
    ceases: dict[dt.date, list[int]] = {}
    for i, event in enumerate(scenario.events):
        first = max(event.start, scenario.start)
        last = scenario.end if event.end is None else min(event.end, scenario.end)
        if first > last:
            continue
        begins.setdefault(first, []).append(i)
        if last < scenario.end:
            ceases.setdefault(last + _ONE_DAY, []).append(i)
    cuts = sorted(begins.keys() | ceases.keys())
    lasts = [cut - _ONE_DAY for cut in cuts[1:]] + [scenario.end]
    active: set[int] = set()
    found = []
    for first, last in zip(cuts, lasts, strict=True):
        active = active.difference(ceases.get(first, ())).union(begins.get(first, ()))
        found.append(Period(first, last, tuple(scenario.events[i] for i in sorted(active))))
    return tuple(found)
