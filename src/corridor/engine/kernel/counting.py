"""Counting the people of a day: who goes back and forth is counted each time, and a count that is full stays full."""

from __future__ import annotations

from corridor.engine.kernel.compiling import inlined

MOST_COUNTED = 2**31 - 1
"""People that a count of a day can hold."""


@inlined
def counted(before: int, more: int) -> int:
    """Return a count with more people, or the most that it can hold."""
    return min(int(before) + more, MOST_COUNTED)
