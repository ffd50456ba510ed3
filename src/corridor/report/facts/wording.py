"""Numbers and dates in words, and small counts suppressed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corridor.units import MONTHS

if TYPE_CHECKING:
    from datetime import date

NO_NUMBER = "–"
SMALLEST, LARGEST, SMALLEST_WRITTEN = 1e-4, 1e12, 1e-6  # beyond these, powers of ten are written


def day(when: date) -> str:
    """Return a date as people say it.

    Examples
    --------
    >>> from datetime import date
    >>> day(date(2019, 3, 3))
    '3 March 2019'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def short_day(when: date) -> str:
    """Return a date without its year, the month cut to three letters.

    Examples
    --------
    >>> from datetime import date
    >>> short_day(date(2019, 3, 3))
    '3 Mar'
    """
    return f"{when.day} {MONTHS[when.month - 1][:3]}"


def span(first: date, last: date) -> str:
    """Return a stretch of days.

    Examples
    --------
    >>> from datetime import date
    >>> span(date(2019, 3, 4), date(2019, 3, 10)), span(date(2019, 2, 27), date(2019, 3, 5))
    ('4–10 March', '27 February – 5 March')
    """
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {MONTHS[last.month - 1]}"
    return f"{first.day} {MONTHS[first.month - 1]} – {last.day} {MONTHS[last.month - 1]}"


def rounded(value: float, digits: int = 3) -> float:
    """Return a value with so many digits that matter; whole from 100 on.

    Examples
    --------
    >>> rounded(45678), rounded(84), rounded(0.01234), rounded(45678, 2)
    (45700, 84, 0.0123, 46000)
    """
    if value == 0:
        return 0
    places = digits - 1 - math.floor(math.log10(abs(value)))
    result = round(value, places)
    return int(result) if result == int(result) else result


def number(value: float | None, digits: int = 3) -> str:
    """Return a value as text, thousands set apart; unknown is a dash.

    Examples
    --------
    >>> number(45678), number(None), number(0.01234), number(2.0)
    ('45,700', '–', '0.0123', '2')
    """
    if value is None:
        return NO_NUMBER
    short = rounded(value, digits)
    if short != 0 and not SMALLEST <= abs(short) < LARGEST:
        return (
            f"{short:.10f}".rstrip("0").rstrip(".") if SMALLEST_WRITTEN <= abs(short) < 1 else f"{short:.{digits - 1}e}"
        )
    return f"{short:,}"


def percent_words(fraction: float) -> str:
    """Return a chance in words, in whole tens of a hundred or at its ends.

    Examples
    --------
    >>> percent_words(0.0), percent_words(0.34), percent_words(0.996)
    ('a chance of less than 1 in 20', 'a chance of 35 in 100', 'a chance of more than 19 in 20')
    """
    twentieths = round(fraction * 20)
    if fraction < 1 / 20:
        return "a chance of less than 1 in 20"
    return "a chance of more than 19 in 20" if fraction > 19 / 20 else f"a chance of {5 * twentieths} in 100"


def safe_link(url: str | None) -> str | None:
    """Return an address that may be linked: http or https with a host, and nothing else.

    Examples
    --------
    >>> safe_link("https://reliefweb.int/x"), safe_link("javascript:alert(1)")
    ('https://reliefweb.int/x', None)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


@dataclass(frozen=True)
class Shown:
    """An estimate for a table: its likely value, and its range or nothing."""

    likely: str
    range: str = ""


@dataclass(frozen=True)
class Guard:
    """Keeps small counts of people out of what is shown; `below` itself may be shown.

    An end of an interval that would be a small count is moved outwards, to 0 or to `below`, so that
    the interval still holds the truth. A single value that would be a small count is left out.
    """

    below: int = 10

    def hides(self, value: float | None) -> bool:
        """Whether a count must not be shown; zero may be."""
        return value is not None and 0 < value < self.below

    def low(self, value: float) -> float:
        """Return the lower end of an interval as it may be shown."""
        return 0 if self.hides(value) else rounded(value)

    def high(self, value: float) -> float:
        """Return the upper end of an interval as it may be shown."""
        return self.below if self.hides(value) else rounded(value)

    def middle(self, value: float) -> float | None:
        """Return a single value as it may be shown; None if it may not."""
        return None if self.hides(value) else rounded(value)

    def text(self, value: float | None, digits: int = 3) -> str:
        """Return a count as text, small ones as "<10".

        Examples
        --------
        >>> Guard(10).text(4), Guard(10).text(0), Guard(10).text(45_678)
        ('<10', '0', '45,700')
        """
        return f"<{self.below}" if self.hides(value) else number(value, digits)

    def shown(self, low: float, middle: float, high: float) -> Shown:
        """Return an estimate for a table.

        Examples
        --------
        >>> Guard(10).shown(2, 450, 1234)
        Shown(likely='450', range='<10–1,230')
        """
        low_text, high_text = self.text(low), self.text(high)
        is_point = low_text == high_text
        return Shown(self.text(middle), "" if is_point else f"{low_text}–{high_text}")

    def people(self, low: float, middle: float, high: float, digits: int = 2) -> str:
        """Return an estimate with its interval.

        Examples
        --------
        >>> Guard(10).people(2, 450, 1234)
        '450 (<10–1,200)'
        """
        low_text, high_text = self.text(low, digits), self.text(high, digits)
        if low_text == high_text:
            return self.text(middle, digits)
        return f"{self.text(middle, digits)} ({low_text}–{high_text})"
