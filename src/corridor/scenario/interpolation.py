"""Counts on the days between two reports, as Flee works them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def value_on(days: Sequence[int], values: Sequence[float], day: int) -> int:
    """Return a series on a day: in a straight line between rows, decimals cut off.

    The row before the first later one, in the order of the table, is the one to the left. Until the day of
    the first row, the series is at its value.

    Parameters
    ----------
    days
        Day numbers of the rows, in the order of their table; one at least.
    values
        People, one for each row.
    day
        The day asked for, counted from the same day.

    Examples
    --------
    >>> value_on([0, 10], [100, 205], 5)
    152
    """
    if day <= days[0]:
        return int(values[0])
    right = next((i for i, later in enumerate(days) if later > day), None)
    if right is None:
        return int(values[-1])
    span = days[right] - days[right - 1]
    share = (day - days[right - 1]) / span if span else 0.0
    return int(values[right - 1] + share * (values[right] - values[right - 1]))
