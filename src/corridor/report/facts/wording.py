"""Numbers in words, and small counts suppressed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corridor.report.languages.language import ENGLISH, Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEARLY_AN_END = 0.1
NO_NUMBER = "–"
SQUARE_METRES = "m2"
SMALLEST, LARGEST, SMALLEST_WRITTEN = 1e-4, 1e12, 1e-6  # beyond these, powers of ten are written


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


def number(value: float | None, digits: int = 3, language: Language = ENGLISH) -> str:
    """Return a value as text, thousands set apart; unknown is a dash.

    Parameters
    ----------
    value
        The value.
    digits
        How many matter.
    language
        Of the page.

    Examples
    --------
    >>> number(45678), number(None), number(0.01234), number(2.0)
    ('45,700', '–', '0.0123', '2')
    """
    if value is None:
        return NO_NUMBER
    short = rounded(value, digits)
    if short != 0 and not SMALLEST <= abs(short) < LARGEST:
        is_written = SMALLEST_WRITTEN <= abs(short) < 1
        return _all_digits(short, language) if is_written else f"{short:.{digits - 1}e}"
    return language.decimal(short)


def _all_digits(value: float, language: Language) -> str:
    """Return a number that Python would write as a power of ten, without one."""
    return f"{value:.10f}".rstrip("0").rstrip(".") if language.is_english else language.decimal(value)


def unit_words(unit: str, language: Language = ENGLISH) -> str:
    """Return a unit of need in words.

    Parameters
    ----------
    unit
        As the standards have it.
    language
        Of the page.

    Examples
    --------
    >>> unit_words("litres/day")
    'litres a day'
    >>> unit_words("m2")
    'm²'
    """
    if unit == SQUARE_METRES:
        return "m²"
    per_day = unit.removesuffix("/day")
    if per_day == unit:
        return language.term(unit)
    return language.message("{unit} a day", unit=language.term(per_day))


def digits_to_tell(low: float | None, likely: float | None, high: float | None) -> int:
    """Return how many digits an estimate needs: two, or as many as tell its ends apart, and the likely value from them.

    A likely value that is nearly an end may be written like it. There are no more digits than whole numbers have.

    Examples
    --------
    >>> digits_to_tell(40_400, 60_000, 86_900), digits_to_tell(121_300, 122_100, 123_600)
    (2, 3)
    >>> digits_to_tell(119_980, 120_010, 120_040), digits_to_tell(115_900, 116_300, 118_200), digits_to_tell(70, 70, 70)
    (5, 4, 2)
    """
    if low is None or likely is None or high is None or low == high:
        return 2
    most = max(4, len(str(round(abs(high)))))
    near = _NEARLY_AN_END * (high - low)
    pairs = [(low, high), *((end, likely) for end in (low, high) if abs(end - likely) > near)]
    tells = (n for n in range(2, most) if all(rounded(one, n) != rounded(other, n) for one, other in pairs))
    return next(tells, most)


def percent_words(fraction: float, language: Language = ENGLISH) -> str:
    """Return a chance in words, in whole tens of a hundred or at its ends.

    Parameters
    ----------
    fraction
        The chance.
    language
        Of the page.

    Examples
    --------
    >>> percent_words(0.0), percent_words(0.34), percent_words(0.996)
    ('a chance of less than 1 in 20', 'a chance of 35 in 100', 'a chance of more than 19 in 20')
    """
    twentieths = round(fraction * 20)
    if fraction < 1 / 20:
        return language.message("a chance of less than 1 in 20")
    if fraction > 19 / 20:
        return language.message("a chance of more than 19 in 20")
    return language.message("a chance of {percent} in 100", percent=5 * twentieths)


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


def interval(low: str, high: str, language: Language = ENGLISH) -> str:
    """Return two ends of an interval as one text; nothing where they are the same.

    Parameters
    ----------
    low, high
        The ends, as text.
    language
        Of the page.
    """
    return "" if low == high else language.message("{low}–{high}", low=low, high=high)


@dataclass(frozen=True)
class Guard:
    """Keeps small counts of people out of what is shown; `below` itself may be shown.

    An end of an interval that would be a small count is moved outwards, to 0 or to `below`, so that
    the interval still holds the truth. A single value that would be a small count is left out.
    Counts are written in the form of the language. What people need tells how many they are: for each item,
    `needs` has what `below` people need of it, and less is not shown either.
    """

    below: float = 10
    language: Language = ENGLISH
    needs: Mapping[str, float] = field(default_factory=dict, hash=False)

    def of(self, *items: str) -> Guard:
        """Return the guard of amounts of an item, or of several together."""
        return Guard(sum(self.needs.get(item, 0.0) for item in items), self.language)

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
        if self.hides(value):
            return self.language.message("<{below}", below=number(self.below, 3, self.language))
        return number(value, digits, self.language)

    def shown(self, low: float, middle: float, high: float) -> Shown:
        """Return an estimate for a table.

        Examples
        --------
        >>> Guard(10).shown(2, 450, 1234)
        Shown(likely='450', range='<10–1,230')
        """
        digits = 3 if rounded(low) != rounded(high) else max(3, digits_to_tell(low, middle, high))
        low_text, middle_text, high_text = (self.text(value, digits) for value in (low, middle, high))
        return Shown(middle_text, interval(low_text, high_text, self.language))

    def people(self, low: float, middle: float, high: float, digits: int = 2) -> str:
        """Return an estimate with its interval.

        Examples
        --------
        >>> Guard(10).people(2, 450, 1234)
        '450 (<10–1,200)'
        """
        if rounded(low, digits) == rounded(high, digits):
            digits = max(digits, digits_to_tell(low, middle, high))
        low_text, high_text = self.text(low, digits), self.text(high, digits)
        if low_text == high_text:
            return self.text(middle, digits)
        return self.language.message(
            "{likely} ({low}–{high})", likely=self.text(middle, digits), low=low_text, high=high_text
        )
