"""The one unit system: people, days, kilometres, fractions between 0 and 1."""

from __future__ import annotations

from datetime import date, timedelta

from corridor.errors import UsageError

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""Names of the months, in English on every machine."""


def day_of(when: date, start: date) -> int:
    """Return the day number of a date; the start itself is day 0.

    Examples
    --------
    >>> day_of(date(2019, 3, 3), date(2018, 12, 1))
    92
    """
    return (when - start).days


def date_of(day: int, start: date) -> date:
    """Return the date of a day number; day 0 is the start itself.

    Examples
    --------
    >>> date_of(92, date(2018, 12, 1))
    datetime.date(2019, 3, 3)
    """
    return start + timedelta(days=day)


def as_date(value: date | str) -> date:
    """Return a date from a date or from text in the form 2019-03-03.

    Raises
    ------
    UsageError
        The text is not such a date.

    Examples
    --------
    >>> as_date("2019-03-03")
    datetime.date(2019, 3, 3)
    """
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError:
        message = f"{value!r} is no date. Write year-month-day, such as 2019-03-03, or pass a datetime.date."
        raise UsageError(message) from None
