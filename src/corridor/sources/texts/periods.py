"""The days that a sentence names, as it names them: on Friday, since December, between 17 October and 23 March.

Expressions are found by rules of our own, for dateparser is weak at that; what each means is worked out by dateparser
(BSD, releases in 2026, English, French and Arabic among others), relative to the day of publication.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_D = r"\d{1,2}(?:st|nd|rd|th|er)?"
_PART = (
    r"(?:(?:early|mid|late|(?:the )?(?:start|beginning|end|middle|(?:first|second|third|fourth|last) (?:week|half)) of)[ -]"
    r"(?:to[ -](?:mid|late)[ -])?)"
)
_DATE = re.compile(
    rf"(?P<iso>(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d))|(?P<slashed>(?<!\d)\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d(?!\d))|"
    rf"(?P<dmy>(?<!\d){_D}\s?(?:of )?(?:{_MONTHS})(?![a-z])\.?(?:,?\s?(?:19|20)\d\d(?!\d))?)|"
    rf"(?P<mdy>\b(?:{_MONTHS})\.? {_D}(?!\d|,\d)(?:,? (?:19|20)\d\d(?!\d))?)|"
    rf"(?P<month>{_PART}?\b(?:{_MONTHS})(?![a-z])(?:,?\s?(?:19|20)\d\d(?!\d))?)|"
    rf"(?P<weekday>\b(?:{_DAYS})\b)|"
    r"(?P<relative>(?i:\b(?:yesterday|today|tonight|last night|overnight|(?:the |this )?(?:last|past|previous|recent) (?:few |couple of |several )?"
    r"(?:(?:\w+|\d+) )?(?:hours|days?|weeks?|fortnights?|months?|years?)|(?:this|last) (?:week|month|year)|(?:the )?week before|a (?:day|week|month) ago|in recent (?:days|weeks|months)|"
    r"now\b|currently|at present|to date|so far|as of today)\b))|"
    rf"(?P<year>(?:(?<=\bin )|(?<=\bsince )|(?<=\bof )|(?<=\bduring )|(?<=\buntil )|(?<=\bend )|(?<=\bby ))(?:19|20)\d\d(?![\d,]))|"
    rf"(?P<day>(?<![\d,.]){_D}(?=\s?(?:-|to|and|until|through|et|au)\s?{_D}\s?(?:{_MONTHS})(?![a-z])))",
)
_AFTER_MONTH = re.compile(rf"\b(?:{_MONTHS})\.?(?: (?:19|20)\d\d)?\s?(?:and|to|until|through|-|et|à)\s?$")
_LINK = re.compile(r",?\s?(?:and|to|until|till|through|up to|-|et|au|à)\s?(?:the )?$")
_INTRO = re.compile(
    r"\b(since|as of|as at|by|until|from|between|on|in|during|over|within|for|after|before|depuis|entre|au|en|le|mid|early|late)[ -]"
    r"(?:the (?:start|beginning|end|middle|night|morning|month|evening|afternoon|week) of |the |about |around |at least )*$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\bsince (?:the |its |their )?(?:\w+ ){1,6}?(?:on|in|of) (?:the )?$", re.IGNORECASE)
"""Since the start of the offensive on."""

_SAID = re.compile(
    r"\b(?:statement|said|says|reported|told|announced|briefing|report|update|press release|tweet(?:ed)?|interview|calculation|published|note)\b[^,;.]{0,20}$",
    re.IGNORECASE,
)
_SIZES = {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a": 1,
}


class Days(NamedTuple):
    """The first and the last day that words mean."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Period:
    """An expression of time: where it stands, what introduces it, its days as far as they can be told, and what is unsure."""

    start: int
    end: int
    words: str
    role: str
    first: dt.date | None
    last: dt.date | None
    gap: str | None = None

    @property
    def is_of_speech(self) -> bool:
        """Whether it is the day on which somebody spoke rather than that of what is counted."""
        return self.role == "said"


@dataclass(frozen=True)
class _Atom:
    start: int
    end: int
    kind: str
    words: str


def periods_of(text: str, published: dt.date | None) -> tuple[Period, ...]:
    """Return the expressions of time of a sentence, in their order.

    Parameters
    ----------
    text
        The sentence.
    published
        Day of publication, to which Friday and last week refer; None leaves them open.
    """
    atoms = list(_atoms(text))
    periods: list[Period] = []
    i = 0
    while i < len(atoms):
        one = atoms[i]
        two = atoms[i + 1] if i + 1 < len(atoms) else None
        if two and _LINK.fullmatch(text[one.end : two.start]) and two.kind not in {"relative", "weekday"}:
            periods.append(_range(text, one, two, published))
            i += 2
        else:
            if one.kind != "day":
                periods.append(_single(text, one, published))
            i += 1
    return tuple(periods)


def _atoms(text: str) -> Iterator[_Atom]:
    for match in _DATE.finditer(text):
        kind = match.lastgroup or ""
        if (
            kind == "month"
            and match[0] in {"May", "March", "Mar", "mars", "mai", "Dec", "Jan", "Sep"}
            and not _INTRO.search(text[: match.start()])
            and not _AFTER_MONTH.search(text[: match.start()])
        ):
            continue
        yield _Atom(match.start(), match.end(), kind, match[0])


def _role(text: str, start: int) -> str:
    before = text[max(0, start - 60) : start]
    if _SINCE.search(before):
        return "since"
    intro = _INTRO.search(before)
    if _SAID.search(before[: intro.start()] if intro else before):
        return "said"
    if re.search(r"\((?:[^()]*,)? ?$", before) and not intro:
        return "said"
    return intro[1].lower() if intro else ""


def _single(text: str, atom: _Atom, published: dt.date | None) -> Period:
    role = _role(text, atom.start)
    days = _days(atom, published)
    gap = _gap(atom, published, days)
    first, last = (days.first, days.last) if days else (None, None)
    if role in {"since", "depuis"} or (role == "from" and re.match(r"\s(?:on(?:ward)?|onwards)", text[atom.end :])):
        last = None
    elif role in {"as of", "as at", "by", "until"}:
        first = None if role == "until" else last
    elif role in {"after", "before"}:
        role = "context"
    return Period(atom.start, atom.end, atom.words, role, first, last, gap)


def _range(text: str, one: _Atom, two: _Atom, published: dt.date | None) -> Period:
    words, role = text[one.start : two.end], _role(text, one.start)
    end = _days(two, published)
    if end is None:
        return Period(one.start, two.end, words, role or "between", None, None, _gap(two, published, None))
    if one.kind == "day":
        digits = re.sub(r"\D", "", one.words)
        start = _on_day(end.last, int(digits))
    else:
        begun = _days(one, end.last)
        start = begun.first if begun else None
    if start is None or start > end.last:
        return Period(
            one.start,
            two.end,
            words,
            role or "between",
            None,
            end.last,
            f"the first day of '{words}' could not be told",
        )
    return Period(one.start, two.end, words, "said" if role == "said" else "between", start, end.last)


def _on_day(last: dt.date, day: int) -> dt.date | None:
    try:
        return last.replace(day=day)
    except ValueError:
        return None


def _gap(atom: _Atom, published: dt.date | None, days: Days | None) -> str | None:
    if days is None:
        return (
            f"'{atom.words}' needs the day of publication" if published is None else f"'{atom.words}' could not be told"
        )
    if atom.kind == "weekday" and days.first == published:
        earlier = days.first - dt.timedelta(days=7)
        return f"'{atom.words}' is read as {days.first}, the day of publication, but may be {earlier}"
    return None


def _days(atom: _Atom, published: dt.date | None) -> Days | None:
    if atom.kind == "relative":
        return _relative(atom.words.lower(), published) if published else None
    if atom.kind == "year":
        year = int(atom.words)
        return Days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    has_year = re.search(r"(?:19|20)\d\d", atom.words) is not None
    if published is None and not has_year:
        return None
    if atom.kind == "slashed":
        return _slashed(atom.words)
    if atom.kind == "month":
        return _month(atom.words, published or dt.date(2100, 12, 31))
    day = _parsed(atom.words, published or dt.date(2100, 12, 31))
    return Days(day, day) if day else None


def _slashed(words: str) -> Days | None:
    """Return the day of 28/02/2019; None where day and month could be either way round."""
    one, two, year = (int(part) for part in words.split("/"))
    if (one > 12) == (two > 12) and one != two:  # noqa: PLR2004 - months
        return None
    day, month = (one, two) if one > 12 else (two, one)  # noqa: PLR2004 - months
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return None
    return Days(date, date)


def _month(words: str, published: dt.date) -> Days | None:
    name = re.search(rf"(?:{_MONTHS})(?:,?\s?\d{{4}})?$", words)
    first = _parsed(f"1 {name[0].replace(',', '')}", published) if name else None
    if first is None:
        return None
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    last = min(last, published) if first <= published else last
    part = words[: name.start()].lower() if name else ""
    if share := re.search("(first|second|third|fourth|last) (week|half)", part):
        return _part_of_month(share[1], share[2], first, last)
    if "early" in part or "start" in part or "beginning" in part:
        return Days(first, first.replace(day=10))
    if "mid" in part:
        return Days(first.replace(day=11), first.replace(day=20))
    if "late" in part or "end" in part:
        return Days(first.replace(day=21), last)
    return Days(first, last)


def _part_of_month(which: str, unit: str, first: dt.date, last: dt.date) -> Days:
    """Return a week or a half of a month, up to publication."""
    length = 7 if unit == "week" else 15
    if which == "last" or (which, unit) == ("second", "half"):
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        start = end - dt.timedelta(days=6) if unit == "week" else first.replace(day=16)
        return Days(min(start, last), last)
    start = first + dt.timedelta(days=length * ("first", "second", "third", "fourth").index(which))
    return Days(min(start, last), min(start + dt.timedelta(days=length - 1), last))


def _relative(words: str, published: dt.date) -> Days:
    if words in {"yesterday", "last night", "overnight"}:
        day = published - dt.timedelta(days=1)
        return Days(day, day)
    if whole := re.fullmatch(r"(this|last) (month|year)", words):
        return _calendar_span(whole[1] == "last", whole[2], published)
    match = re.search(r"(?:(\w+) )?(hour|day|week|fortnight|month|year)s?(?: ago)?$", words)
    if not match:
        return Days(published, published)
    number = match[1] or ""
    several = 3 if re.search(r"few|couple|several|recent", words) else 1
    count = int(number) if number.isdigit() else _WORDS.get(number, several)
    length = max(1, round(min(count, 10_000) * _SIZES[match[2]]))
    earliest = dt.date(1900, 1, 1)
    first = max(earliest, published - dt.timedelta(days=min(length, (published - earliest).days)))
    return Days(first, first) if words.endswith("ago") else Days(first, published)


def _calendar_span(is_last: bool, unit: str, published: dt.date) -> Days:  # noqa: FBT001 - which of two
    """Return the days of this or the last month or year of the calendar, up to publication."""
    first = published.replace(day=1) if unit == "month" else published.replace(month=1, day=1)
    if not is_last:
        return Days(first, published)
    last = first - dt.timedelta(days=1)
    return Days(last.replace(day=1) if unit == "month" else last.replace(month=1, day=1), last)


@lru_cache(maxsize=4_000)
def _parsed(words: str, published: dt.date) -> dt.date | None:
    """Return the last day up to publication that words can mean."""
    import dateparser  # noqa: PLC0415 - it takes a second to load, and reading alone needs it

    base = dt.datetime.combine(published, dt.time(12)) + dt.timedelta(days=1)
    words = re.sub(r"\bof \b", "", re.sub(r"(?<=\d)(?=[A-Za-zé])(?!st|nd|rd|th|er)", " ", words))
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY", "STRICT_PARSING": False}
    moment = dateparser.parse(words, languages=["en", "fr"], settings=settings)
    return moment.date() if moment else None
