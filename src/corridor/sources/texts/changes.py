"""Changes that a sentence reports: a pause, its end, a corridor, a border shut or open, a siege, a camp that opens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corridor.scenario.events import EventKind
from corridor.sources.texts.attribution import said_by
from corridor.sources.texts.periods import Period, periods_of
from corridor.sources.texts.places import NamedPlace, places_of

_FIGHTING = r"(?:military |ground |final |air |brutal )*(?:operations?|offensive|assault|attack|advance|fighting|shelling|bombardment|air ?strikes|hostilities|campaign|siege|battle|push|clashes|evacuations?)"
_DONE = r"(?:was|were|has been|have been|had been|is|are|got)(?: \w+ly| again| also)?"
_HALT = r"(?:halted|paused|suspended|stopped|put on hold|interrupted)"
_RULES: tuple[tuple[EventKind, bool, re.Pattern[str]], ...] = tuple(
    (kind, is_end, re.compile(words, re.IGNORECASE))
    for kind, is_end, words in (
        (EventKind.PAUSE, False, rf"\b{_FIGHTING}\b(?: \w+){{0,4}}? {_DONE} {_HALT}|\b{_HALT} (?:the|its|their|all) {_FIGHTING}|\b(?:cease-?fire|truce|humanitarian pause)\b(?:,? (?:which|that))?(?: \w+){{0,3}}? (?:began|started|took effect|came into (?:force|effect)|entered into force|was announced|was agreed|took hold)"),
        (EventKind.PAUSE, True, rf"\b{_FIGHTING}\b(?: \w+){{0,3}}? (?:has |have |had )?(?:\w+ly )?resumed|\bresumed (?:the|its|their|a)? ?{_FIGHTING}|\b{_FIGHTING}\b(?: \w+){{0,4}}? {_DONE} {_HALT}\b[^.;]{{0,60}}? and (?:then |later |again |were |was )*resumed|\b(?:cease-?fire|truce|humanitarian pause)(?:,[^,;.]{{0,60}},)? (?:ended|expired|collapsed|broke down)"),
        (EventKind.CORRIDOR, False, rf"\b(?:corridor|safe passage|exit route|way out)s?\b(?: \w+){{0,5}}? (?:opened|{_DONE} (?:opened|established|set up))|\bopened (?:an?|the|two|three) (?:\w+ ){{0,3}}?(?:corridor|passage|exit|way out)"),
        (EventKind.CORRIDOR, True, rf"\b(?:corridor|safe passage|exit route)s?\b(?: \w+){{0,5}}? (?:{_DONE} )?(?:closed|shut|cut)|\b(?:closed|shut) (?:the|a) (?:\w+ ){{0,3}}?(?:corridor|passage)"),
        (EventKind.CLOSURE, False, rf"\b(?:border|crossing|bridge|road|checkpoint|frontier)(?: crossing| point)?s?\b(?: \w+){{0,6}}? {_DONE} (?:closed|shut|sealed|blocked|cut)|\b(?:closed|shut|sealed|blocked) (?:off )?(?:the|its|their|all) (?:\w+ ){{0,3}}?(?:border|crossing|bridge|road|checkpoint)"),
        (EventKind.CLOSURE, True, rf"\b(?:border|crossing|bridge|road|checkpoint)(?: crossing| point)?s?\b(?: \w+){{0,6}}? (?:{_DONE} )?(?:re-?opened)|\bre-?opened (?:the|its|their) (?:\w+ ){{0,3}}?(?:border|crossing|bridge|road)"),
        (EventKind.SIEGE, False, r"\b(?:has|have) been (?:under siege|besieged)|\blaid siege to|\bunder siege since"),
        (EventKind.SIEGE, True, rf"\bsiege\b(?: \w+){{0,4}}? (?:{_DONE} )?(?:lifted|broken|ended)|\blifted the siege"),
        (EventKind.CAMP_OPENS, False, rf"\b(?:camp|site|transit cent(?:re|er))\b(?: [\w-]+){{0,4}}? (?:opened (?!its|the)|{_DONE} opened)|\bopened (?:a|the) (?:new )?(?:\w+ ){{0,2}}?(?:camp|transit cent(?:re|er))"),
        (EventKind.CAMP_CLOSES, False, rf"\b(?:camp|site|transit cent(?:re|er))\b(?: [\w-]+){{0,4}}? (?:closed (?!its|the)|{_DONE} (?:closed|shut|dismantled))"),
    )
)  # fmt: skip
_HINT = re.compile(
    r"halt|paus|suspend|stopp|on hold|interrupt|cease-?fire|truce|resum|open|clos|shut|seal|block|siege|besieg|lifted|dismantl",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:could|may|might|would|will|should|if|unless|calls?|called|urged?|asked|demand\w*|plans?|planned|not|never|expected|hopes?|before|until|ready to|threat\w*|where) (?:\S+ ){0,6}?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Change:
    """A change as a sentence reports it; for the end of one, `first` is None and `last` its last day."""

    kind: EventKind
    is_end: bool
    day: dt.date | None
    place: tuple[int, int] | None
    said_by: str | None
    gaps: tuple[str, ...]


@lru_cache(maxsize=2_000)
def changes_of(text: str, published: dt.date | None) -> tuple[Change, ...]:
    """Return the changes that a sentence reports as facts.

    Parameters
    ----------
    text
        The sentence.
    published
        Day of publication; None leaves relative days open.
    """
    if not _HINT.search(text):
        return ()
    matches = [(kind, is_end, match) for kind, is_end, rule in _RULES if (match := rule.search(text))]
    if not matches:
        return ()
    periods = [row for row in periods_of(text, published) if not row.is_of_speech]
    places = places_of(text)
    changes: list[Change] = []
    for kind, is_end, match in matches:
        if _SUPPOSED.search(text[: match.start()]):
            continue
        period = _nearest(periods, match)
        place = _place(places, match)
        if period is None and place is None:
            continue
        gaps = tuple(_gaps(period, place))
        where = (place.start, place.end) if place else None
        changes.append(Change(kind, is_end, _day(period), where, said_by(text), gaps))
    return tuple(changes)


def _day(period: Period | None) -> dt.date | None:
    return (period.first or period.last) if period else None


def _nearest(periods: list[Period], match: re.Match[str]) -> Period | None:
    near = [row for row in periods if -40 < row.start - match.end() < 60 or row.end <= 30]  # noqa: PLR2004 - characters
    return min(near, key=lambda row: abs(row.start - match.end()), default=None)


def _place(places: tuple[NamedPlace, ...], match: re.Match[str]) -> NamedPlace | None:
    near = [row for row in places if -60 < row.start - match.end() < 60 and row.preposition]  # noqa: PLR2004 - characters
    return min(near, key=lambda row: abs(row.start - match.end()), default=None)


def _gaps(period: Period | None, place: NamedPlace | None) -> Iterator[str]:
    if place is None:
        yield "no place"
    if period is None:
        yield "no date"
    elif period.gap:
        yield period.gap
