"""From cells to counts and dates, in the forms that are published; what is ambiguous is decided by the whole column."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from corridor.scenario.io.cells import EARLIEST, LATEST

ABSENT = {
    "",
    "-",
    "–",
    "—",
    ".",
    "..",
    "*",
    "n/a",
    "na",
    "n.a.",
    "nan",
    "none",
    "null",
    "nd",
    "not available",
    "unknown",
}
"""What stands in a cell where no figure was published; * hides a small number."""

MOST_PEOPLE = 10**9
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_PLAIN = re.compile(r"-?[0-9]{1,15}(\.0+)?")
_THREE_ZEROS = re.compile(r"-?[0-9]{1,3}\.000")
_MARKS = re.compile(r"(?<=[0-9])\s*[*†‡§¹²³⁴⁵⁺]+$")
_GROUPED = re.compile(r"-?[0-9]{1,3}([,.٬  '’ ][0-9]{3})+")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})([T ].*)?")
_NUMERIC = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})([T ,].*)?")
_EIGHT = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
_ISO_WEEK = re.compile(r"([0-9]{4})-?W([0-9]{1,2})", re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})")
_WORDS = re.compile(r"[0-9]{0,4}\s*[-, ]?\s*[^\W\d_]{3,12}\.?[-, ]?\s*[0-9]{1,4}.*")
_SECONDS = re.compile(r"1?[0-9]{9}(000)?")
_EXCEL_DAY = re.compile(r"[3-6][0-9]{4}(\.[0-9]+)?")
_EXCEL_EPOCH = dt.date(1899, 12, 30)


class DayOrder(StrEnum):
    """Which of two small numbers of a date is the day."""

    DAY_FIRST = "d/m/Y"
    MONTH_FIRST = "m/d/Y"
    OPEN = "ambiguous"


def parsed_count(value: object) -> int | str | None:
    """Return a count of people; None if none was published; a text that says why it is none.

    Examples
    --------
    >>> parsed_count("1,234"), parsed_count("N/A"), parsed_count("1,2,3")
    (1234, None, "'1,2,3' is not a whole number of people")
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return _count_of_text(value)
    if isinstance(value, int | float) and float(value).is_integer() and abs(value) <= MOST_PEOPLE:
        return _possible(int(value))
    return _count_of_text(str(value))


@lru_cache(maxsize=100_000)
def _count_of_text(value: str) -> int | str | None:
    text = _MARKS.sub("", value.strip()).translate(DIGITS)
    if text.casefold() in ABSENT:
        return None
    if _THREE_ZEROS.fullmatch(text):
        return f"'{text}' may be {text[:-4]} or {text[:-4]},000: no other number of the table tells"
    if _PLAIN.fullmatch(text):
        count = int(float(text))
    elif _GROUPED.fullmatch(text) and len(set(re.sub(r"[0-9-]", "", text))) == 1:
        count = int(re.sub(r"[^0-9-]", "", text))
    else:
        return f"'{text[:40]}' is not a whole number of people"
    return _possible(count)


def point_parts_thousands(values: Iterable[object]) -> bool | None:
    """Return whether a point parts thousands in a column, as in 1.250; None if no cell tells.

    Examples
    --------
    >>> point_parts_thousands(["45.000", "1.250"]), point_parts_thousands(["45.000"])
    (True, None)
    """
    texts = [value.strip().translate(DIGITS) for value in values if isinstance(value, str)]
    if any(re.fullmatch(r"-?[0-9]{4,}\.[0-9]+|-?[0-9]+\.[0-9]{1,2}", text) for text in texts):
        return False
    has_groups = any(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+", text) and not text.endswith(".000") for text in texts)
    return True if has_groups or any(re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", text) for text in texts) else None


def _possible(count: int) -> int | str:
    if count < 0:
        return f"{count:,} is below zero: a correction, not a count"
    return count if count <= MOST_PEOPLE else f"{count:,} people are not possible"


def day_order(values: Iterable[object]) -> DayOrder:
    """Return whether days or months stand first in a column of dates, from all of its cells together."""
    firsts, seconds = set(), set()
    for value in values:
        match = _NUMERIC.fullmatch(str(value).strip().translate(DIGITS))
        if match:
            firsts.add(int(match[1]))
            seconds.add(int(match[2]))
    if any(number > 12 for number in firsts):  # noqa: PLR2004 - months of a year
        return DayOrder.DAY_FIRST
    if any(number > 12 for number in seconds):  # noqa: PLR2004
        return DayOrder.MONTH_FIRST
    return DayOrder.OPEN if firsts - seconds or seconds - firsts or len(firsts) > 1 else DayOrder.DAY_FIRST


def parsed_date(value: object, order: DayOrder = DayOrder.OPEN) -> dt.date | None:
    """Return the day that a cell means; for a week or a month the last of its days; None if it means none.

    Parameters
    ----------
    value
        A date, a date-time, a number of Excel, Unix seconds, or text in a published form.
    order
        What the whole column says of days and months.

    Examples
    --------
    >>> parsed_date("March 1, 2031"), parsed_date("2031-W17")
    (datetime.date(2031, 3, 1), datetime.date(2031, 4, 27))
    """
    if isinstance(value, dt.datetime):
        return _near(value.date())
    if isinstance(value, dt.date):
        return _near(value)
    return _date_of_text(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value), order)


@lru_cache(maxsize=20_000)
def _date_of_text(value: str, order: DayOrder) -> dt.date | None:
    text = value.strip().translate(DIGITS)
    if text.casefold() in ABSENT:
        return None
    try:
        return _near(_from_text(text, order))
    except (ValueError, OverflowError):
        return None


def _near(date: dt.date | None) -> dt.date | None:
    return date if date is not None and EARLIEST <= date <= LATEST else None


def _from_text(text: str, order: DayOrder) -> dt.date | None:  # noqa: PLR0911 - one for each form
    if match := _ISO.fullmatch(text) or _EIGHT.fullmatch(text):
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    if match := _ISO_WEEK.fullmatch(text):
        return dt.date.fromisocalendar(int(match[1]), int(match[2]), 7)
    if match := _MONTH.fullmatch(text):
        return _last_of_month(int(match[1]), int(match[2]))
    if match := _NUMERIC.fullmatch(text):
        return _numeric(match, order)
    if _EXCEL_DAY.fullmatch(text):
        return _EXCEL_EPOCH + dt.timedelta(days=int(float(text)))
    if _SECONDS.fullmatch(text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)  # noqa: PLR2004 - milliseconds
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    return _in_words(text) if _WORDS.fullmatch(text) else None


def _numeric(match: re.Match[str], order: DayOrder) -> dt.date | None:
    one, other, year = int(match[1]), int(match[2]), int(match[3])
    year += 2000 if year < 100 else 0  # noqa: PLR2004 - two digits
    if order is DayOrder.OPEN and one != other and max(one, other) <= 12:  # noqa: PLR2004 - months
        return None
    is_day_first = order is DayOrder.DAY_FIRST or (order is DayOrder.OPEN and one > 12)  # noqa: PLR2004
    return dt.date(year, other, one) if is_day_first else dt.date(year, one, other)


def _last_of_month(year: int, month: int) -> dt.date:
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1)


def _in_words(text: str) -> dt.date | None:
    """Return a date with the name of its month, in any language that dateparser knows."""
    from dateparser import parse  # noqa: PLC0415 - an optional extra

    date: dt.datetime | None = parse(
        text, settings={"REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True, "TIMEZONE": "UTC"}
    )
    if date is None:
        parts: dt.datetime | None = parse(text, settings={"REQUIRE_PARTS": ["month", "year"], "TIMEZONE": "UTC"})
        return _last_of_month(parts.year, parts.month) if parts else None
    return date.date()


def week_span(text: str) -> tuple[dt.date, dt.date] | None:
    """Return first and last day of an ISO week written as year and number; weeks that ISO lacks end with the year.

    Examples
    --------
    >>> week_span("201617")
    (datetime.date(2016, 4, 25), datetime.date(2016, 5, 1))
    >>> week_span("201600")
    (datetime.date(2016, 1, 1), datetime.date(2016, 1, 3))
    """
    match = re.fullmatch(r"([0-9]{4})([0-9]{2})", text)
    if not match or int(match[2]) > 53:  # noqa: PLR2004 - weeks of a year
        return None
    year, week = int(match[1]), int(match[2])
    start = dt.date.fromisocalendar(year, 1, 1) + dt.timedelta(weeks=week - 1)
    end = start + dt.timedelta(days=6)
    if week == 0:
        start = max(start, dt.date(year, 1, 1))
    if start.isocalendar().week == 1 and week > 1:
        end = dt.date(year, 12, 31)
    return (start, end) if start <= end else None
