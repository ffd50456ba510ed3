"""From the text of a cell to a value, or to a fault that says what to write instead."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import types
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import lru_cache, partial
from typing import Literal, NamedTuple, Union, get_args, get_origin

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2100, 12, 31)
"""Dates outside this span are taken for slips of the pen."""

LONGEST_SHOWN = 60
"""Characters of a cell that a message repeats."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that no keyboard writes; tab and line ends are not among them."""

LARGEST = 1e15
"""No number of a scenario is larger; below it, whole numbers are exact."""

_TOO_LARGE = "Write the number itself; people, days and kilometres are far fewer."
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([,.\s'’\u00a0\u202f][0-9]{3})+")
_POINT_OF_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
"""A number with a comma, as half the world writes decimals; with three digits behind it, it may part thousands."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_NOUNS = {
    "PlaceKind": "a kind of place",
    "TravelMode": "a way to travel",
    "EventKind": "a kind of event",
    "Measure": "a measure",
    "Qualifier": "a qualifier",
    "Use": "a use",
    "Preset": "a preset",
    "Grade": "a grade",
}


class Fault(NamedTuple):
    """What is wrong with one value, and how to mend it."""

    code: str
    what: str
    fix: str


Converter = Callable[[str], object]


def shown(value: object) -> str:
    """Return a value as a message shows it: in quotes, on one line, not too long."""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return f"'{text}'" if len(text) <= LONGEST_SHOWN else f"'{text[:LONGEST_SHOWN]}…'"


def listed(words: Iterable[str], last: str = "or") -> str:
    """Return words as a sentence lists them.

    Examples
    --------
    >>> listed(["foot", "vehicle", "boat"])
    'foot, vehicle or boat'
    """
    *head, tail = list(words) or ["none"]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def suggestion(text: str, allowed: Iterable[str]) -> str:
    """Return ' Did you mean …?' for the allowed word nearest to what was found, or nothing."""
    plain = {word.casefold(): word for word in allowed}
    near = difflib.get_close_matches(text.strip().casefold(), list(plain), n=1, cutoff=0.6)
    return f" Did you mean {plain[near[0]]}?" if near else ""


def converter(annotation: object) -> Converter:
    """Return what turns text into a value of a field's type, or into a fault."""
    kind = bare(annotation)
    if get_origin(kind) is Literal:
        return partial(_to_word, "a kind", {word: word for word in get_args(kind)})
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return partial(_to_word, _NOUNS.get(kind.__name__, "a word for this"), {m.value: m for m in kind})
    plain: dict[object, Converter] = {bool: _to_yes, int: _to_whole, float: _to_number, dt.date: to_date}
    return plain.get(kind, str)


def bare(annotation: object) -> object:
    """Return a type without ``| None``."""
    if get_origin(annotation) in {Union, types.UnionType}:
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _to_word(noun: str, allowed: dict[str, object], text: str) -> object:
    value = allowed.get(text)
    if value is not None:
        return value
    fix = f"Use {listed(allowed)}.{suggestion(text, allowed)}"
    return Fault("V006", f"{shown(text)} is not {noun}.", fix)


def _to_yes(text: str) -> object:
    answer = _YES.get(text.casefold())
    return Fault("V007", f"{shown(text)} is neither yes nor no.", "Use true or false.") if answer is None else answer


def _to_number(text: str) -> object:
    if _NUMBER.fullmatch(text):
        number = float(text)
        return number if abs(number) <= LARGEST else Fault("V010", f"{shown(text)} is too large.", _TOO_LARGE)
    if _GROUPED.fullmatch(text):
        digits = re.sub(r"[^0-9+-]", "", text)
        fix = f"Write it without separators, as {digits}; decimals follow a point."
        return Fault("V002", f"{shown(text)} has a separator between its digits.", fix)
    fix = "Write digits alone, decimals after a point, as 1250 or 0.5; leave the cell blank if it is unknown."
    return Fault("V002", f"{shown(text)} is not a number.", fix)


def _to_whole(text: str) -> object:
    number = _to_number(text)
    if not isinstance(number, float):
        return number
    if _POINT_OF_THOUSANDS.fullmatch(text):
        digits = text.replace(".", "")
        fix = f"If the point parts thousands, write {digits}; people are whole, so it cannot stand before decimals."
        return Fault("V003", f"{shown(text)} may be {int(digits):,}, or {round(number):,} and a fraction.", fix)
    if not number.is_integer():
        return Fault("V003", f"{shown(text)} is not a whole number.", f"People are whole: write {round(number)}.")
    return int(number)


@lru_cache(maxsize=10_000)
def to_date(text: str) -> object:
    """Return the date that text in the form 2019-03-03 means, or a fault."""
    if not _DATE.fullmatch(text):
        fix = "Write year, month and day with dashes, as 2019-03-03."
        return Fault("V004", f"{shown(text)} is not a date in the form 2019-03-03.", fix)
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return Fault("V004", f"{shown(text)} is not a day of the calendar.", "Check the month and the day.")
    return in_reach(day)


def in_reach(day: dt.date) -> object:
    """Return a date, or a fault if it is centuries away."""
    if EARLIEST <= day <= LATEST:
        return day
    fix = f"Use a date from {EARLIEST} to {LATEST}; leave the cell blank if there is none."
    return Fault("V005", f"{day} is too far away.", fix)


def from_toml(annotation: object, value: object) -> object:
    """Return what a TOML value means for a field of a type, or a fault.

    Text is converted as in a table; a number, a date or true and false must be written as such.
    """
    kind = bare(annotation)
    if isinstance(value, str) and CONTROL.search(value):
        return Fault("T012", "the text holds a control character.", "Delete it, or type the text again.")
    if isinstance(value, str) and (_is_text(kind) or kind is dt.date):
        return converter(annotation)(value.strip())
    if kind is dt.date and isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return in_reach(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        is_sound = isinstance(value, bool) and kind is bool
        return value if is_sound else _misplaced(kind, value)
    return _toml_number(kind, value)


def _is_text(kind: object) -> bool:
    return kind is str or get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, StrEnum))


def _toml_number(kind: object, value: float) -> object:
    if kind not in {int, float}:
        return _misplaced(kind, value)
    if abs(value) > LARGEST:
        return Fault("V010", f"{shown(value)} is too large.", _TOO_LARGE)
    if math.isnan(value):
        return Fault("V002", f"{value} is not a number.", "Write digits alone, as 1250 or 0.5.")
    if kind is float:
        return value
    if float(value).is_integer():
        return int(value)
    return Fault("V003", f"{value} is not a whole number.", f"People are whole: write {round(value)}.")


def _misplaced(kind: object, value: object) -> Fault:
    nouns: Sequence[tuple[type | types.UnionType, str]] = (
        (bool, "true or false"),
        (int | float, "a number"),
        (str, "text in quotes"),
        (dt.datetime, "a time"),
        (dt.date, "a date"),
        (list, "a list"),
        (dict, "a table"),
    )
    noun_of_value = next((noun for type_, noun in nouns if isinstance(value, type_)), "something else")
    wanted, how = _WANTED.get(kind, _WANTED[str])
    return Fault("V009", f"{noun_of_value} stands where {wanted} belongs.", how)


_WANTED: dict[object, tuple[str, str]] = {
    str: ("text", 'Write text in double quotes, as "OCHA".'),
    bool: ("true or false", "Write true or false, without quotes."),
    int: ("a whole number", "Write digits without quotes, as 1250."),
    float: ("a number", "Write digits without quotes, as 0.5."),
    dt.date: ("a date", "Write year, month and day with dashes and without quotes, as 2019-03-03."),
}
