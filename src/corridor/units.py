"""The one unit system: people, days, kilometres, fractions between 0 and 1."""

from __future__ import annotations

import math
from datetime import date, timedelta

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
"""Names of the months, in English whatever the machine speaks."""


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


def chance_from_rate(rate_per_day: float, days: float = 1.0) -> float:
    """Return the chance that something with a constant hazard happens within some days.

    The equation is ``1 - exp(-rate_per_day * days)``.

    Examples
    --------
    >>> round(chance_from_rate(0.1, 7), 4)
    0.5034
    """
    return -math.expm1(-rate_per_day * days)


def as_date(value: date | str) -> date:
    """Return a date from a date or from text in the form 2019-03-03.

    Raises
    ------
    ValueError
        The text is not an ISO date.

    Examples
    --------
    >>> as_date("2019-03-03")
    datetime.date(2019, 3, 3)
    """
    return value if isinstance(value, date) else date.fromisoformat(value)
