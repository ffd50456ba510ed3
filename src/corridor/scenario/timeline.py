"""The calendar cut into periods, and the text that tells what holds in each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from corridor.errors import UsageError
from corridor.message import Message, message
from corridor.scenario.events import Event
from corridor.scenario.scenario import Scenario
from corridor.scenario.sentences import counts, state
from corridor.units import MONTHS

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
    return cut(scenario.start, scenario.end, scenario.events)


def cut(start: dt.date, end: dt.date, events: Sequence[Event]) -> tuple[Period, ...]:
    """Return the days from a first to a last, cut wherever one of some events begins or ceases.

    Parameters
    ----------
    start, end
        The first and the last day.
    events
        What may be in force; those without a day in between are left out.
    """
    begins: dict[dt.date, list[int]] = {start: []}
    ceases: dict[dt.date, list[int]] = {}
    for i, event in enumerate(events):
        first = max(event.start, start)
        last = end if event.end is None else min(event.end, end)
        if first > last:
            continue
        begins.setdefault(first, []).append(i)
        if last < end:
            ceases.setdefault(last + _ONE_DAY, []).append(i)
    cuts = sorted(begins.keys() | ceases.keys())
    lasts = [day - _ONE_DAY for day in cuts[1:]] + [end]
    active: set[int] = set()
    periods = []
    for first, last in zip(cuts, lasts, strict=True):
        active = active.difference(ceases.get(first, ())).union(begins.get(first, ()))
        periods.append(Period(first, last, tuple(events[i] for i in sorted(active))))
    return tuple(periods)


def in_words(day: dt.date, *, with_year: bool = True) -> str:
    """Return a date as a sentence says it.

    Examples
    --------
    >>> in_words(dt.date(2019, 3, 3))
    '3 March 2019'
    """
    month = MONTHS[day.month - 1]
    return f"{day.day} {month} {day.year}" if with_year else f"{day.day} {month}"


def from_to(first: dt.date, last: dt.date) -> Message:
    """Return a span of days as a sentence says it.

    Examples
    --------
    >>> from_to(dt.date(2015, 5, 1), dt.date(2015, 7, 31))
    'from 1 May to 31 July 2015'
    """
    if first == last:
        return message("on {day}", day=first)
    whole = message("from {first} to {last}", first=first, last=last)
    begins = in_words(first, with_year=first.year != last.year)
    if (first.year, first.month) == (last.year, last.month):
        begins = str(first.day)
    return Message(f"from {begins} to {in_words(last)}", whole.template, whole.gaps)


def explain(scenario: Scenario, on: dt.date | None = None) -> str:
    """Return in words what holds when: one passage for each period, or for one day only.

    Each sentence stands in a line of its own. A line that begins with + is new in its period;
    one that begins with - has ceased to hold.

    Parameters
    ----------
    scenario
        What to explain.
    on
        The only day to explain; None is all of them.

    Raises
    ------
    UsageError
        The day lies outside the calendar.

    Examples
    --------
    >>> print(explain(scenario, on=dt.date(2031, 2, 5)))  # doctest: +SKIP
    """
    if on is not None:
        return _explain_day(scenario, on)
    passages = [_heading(scenario)]
    before: tuple[str, ...] | None = None
    for period in periods(scenario):
        now = state(scenario, period.events)
        days = (period.end - period.start).days + 1
        lines = [f"{_titled(period.start, period.end)} ({days} day{'' if days == 1 else 's'})"]
        lines += [f"  {' ' if before is None or text in before else '+'} {text}" for text in now]
        lines += [f"  - No longer: {text}" for text in before or () if text not in now]
        passages.append("\n".join(lines))
        before = now
    return "\n\n".join(passages) + "\n"


def _titled(first: dt.date, last: dt.date) -> str:
    text = from_to(first, last)
    return f"{text[:1].upper()}{text[1:]}"


def _heading(scenario: Scenario) -> str:
    span = _titled(scenario.start, scenario.end)
    return f"{scenario.name}\n{span} ({scenario.n_days:,} days): {counts(scenario)}."


def _explain_day(scenario: Scenario, day: dt.date) -> str:
    if not scenario.start <= day <= scenario.end:
        span = from_to(scenario.start, scenario.end)
        raise UsageError(f"{day} is not a day of {scenario.name}, which runs {span}.")
    period = next(period for period in periods(scenario) if period.start <= day <= period.end)
    number = (day - scenario.start).days + 1
    lines = [
        scenario.name,
        f"On {in_words(day)}, day {number:,} of {scenario.n_days:,}. This holds {from_to(period.start, period.end)}.",
        *(f"    {text}" for text in state(scenario, period.events)),
    ]
    return "\n".join(lines) + "\n"
