"""From cells to days and periods: a week, a month, from one day to another; what digits mean, by the whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from corridor.sources.tables.values import DIGITS, DayOrder, day_order, parsed_date, week_span

Span = tuple[dt.date, dt.date]

_WEEK_WORD = r"(?:epi[ -]?week|week|wk|semaine|semana|sem|w|s)"
_WEEKS = (
    re.compile(rf"(?P<year>[0-9]{{4}})[\s,/-]*{_WEEK_WORD}[\s.:-]*(?P<week>[0-9]{{1,2}})", re.IGNORECASE),
    re.compile(rf"{_WEEK_WORD}[\s.:-]*(?P<week>[0-9]{{1,2}})[\s,/(-]*(?P<year>[0-9]{{4}})\)?", re.IGNORECASE),
)
_SIX = re.compile(r"(?:19|20)[0-9]{4}")
_MONTH_ALONE = re.compile(r"[^\W\d_]{3,12}\.?[-, /]*(?:[0-9]{4}|'?[0-9]{2})|[0-9]{4}[-/][0-9]{1,2}")
_BETWEEN = re.compile(r"\s+(?:-|–|—|to|au|al|until|till)\s+|\s*[–—]\s*|(?<=[0-9]{4})-(?=[0-9]{1,2}[/.])", re.IGNORECASE)
_DAYS_OF_MONTH = re.compile(r"([0-9]{1,2})\s*(?:-|–|—|to|au|al)\s*([0-9]{1,2}\s*[^\W\d_]{3,12}\.?,?\s*[0-9]{4})")


@dataclass(frozen=True)
class DateForm:
    """What a whole column says of its dates: which number is the day, and whether 203104 is a week or a month.

    `is_months` says that six digits were taken for months though nothing but their size tells.
    """

    order: DayOrder = DayOrder.OPEN
    is_weeks: bool = False
    is_months: bool = False


def form_of(values: Iterable[object], heading: str = "", stated: str | None = None) -> DateForm:
    """Return what the cells of a column say together; six digits are weeks if one is past 12, or the heading says so.

    Examples
    --------
    >>> form_of(["203101", "203117"]).is_weeks, form_of(["203101", "203102"], "Period").is_weeks
    (True, False)
    """
    cells = [_written(value) for value in values]
    ends = [part for cell in cells for part in _BETWEEN.split(cell)]
    order = DayOrder(stated) if stated else day_order(ends)
    numbers = [int(cell[4:]) for cell in cells if _SIX.fullmatch(cell)]
    is_week = any(number > 12 or number == 0 for number in numbers) or "week" in heading.casefold()  # noqa: PLR2004 - months
    is_month = "month" in heading.casefold() or "mois" in heading.casefold()
    return DateForm(order, bool(numbers) and is_week, bool(numbers) and not is_week and not is_month)


def span_of(value: object, form: DateForm) -> Span | None:
    """Return first and last day that a cell means; the same day twice for a day, None if it means none.

    Examples
    --------
    >>> span_of("Week 17, 2031", DateForm())
    (datetime.date(2031, 4, 21), datetime.date(2031, 4, 27))
    >>> span_of("1-7 March 2031", DateForm())
    (datetime.date(2031, 3, 1), datetime.date(2031, 3, 7))
    """
    text = _written(value)
    if _SIX.fullmatch(text):
        return week_span(text) if form.is_weeks else _month(parsed_date(f"{text[:4]}-{text[4:]}"))
    for pattern in _WEEKS:
        if match := pattern.fullmatch(text):
            return week_span(f"{match['year']}{int(match['week']):02}")
    day = parsed_date(value, form.order)
    if day is not None:
        return _month(day) if _MONTH_ALONE.fullmatch(text) else (day, day)
    return _from_to(text, form)


def _month(last: dt.date | None) -> Span | None:
    return None if last is None else (last.replace(day=1), last)


def _from_to(text: str, form: DateForm) -> Span | None:
    """Return a period that is written by its first and last day."""
    if match := _DAYS_OF_MONTH.fullmatch(text):
        last = parsed_date(match[2])
        is_sound = last is not None and int(match[1]) <= last.day
        return (last.replace(day=int(match[1])), last) if last is not None and is_sound else None
    ends = _BETWEEN.split(text)
    if len(ends) != 2:  # noqa: PLR2004 - two ends
        return None
    first, last = (parsed_date(end.strip(), form.order) for end in ends)
    return (first, last) if first is not None and last is not None and first <= last else None


def span_of_parts(year: str, *, month: str, week: str, day: str) -> Span | None:
    """Return first and last day of a date whose parts stand in columns of their own; a blank part is none.

    Examples
    --------
    >>> span_of_parts("2031", month="February", week="", day="")
    (datetime.date(2031, 2, 1), datetime.date(2031, 2, 28))
    """
    if not re.fullmatch("(19|20)[0-9]{2}", year):
        return None
    if week and (number := re.search("[0-9]{1,2}", week)):
        return week_span(f"{year}{int(number[0]):02}")
    if month:
        name = month if month.isdigit() else f"{month} "
        text = f"{year}-{name}" if month.isdigit() else f"{name}{year}"
        span = _month(parsed_date(text))
        if span is None or not day.isdigit():
            return span
        is_day = 1 <= int(day) <= span[1].day
        return (span[0].replace(day=int(day)),) * 2 if is_day else None
    return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)


def _written(value: object) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.strip().translate(DIGITS)
