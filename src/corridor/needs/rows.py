"""The rows of the tables of needs: what is needed, and when it runs out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One line of needs.csv: how much of an item a place needs on a day, in a unit."""

    date: dt.date
    place: str
    item: str
    unit: str
    p10: float
    p50: float
    p90: float
    standard: str
    source: str


@dataclass(frozen=True, slots=True)
class RunOutRow:
    """One line of runout.csv: the first day on which an item does not suffice at a place.

    ``p10`` is the early date: one member in ten has run out by then. None is not within the
    horizon.
    """

    place: str
    item: str
    unit: str
    on_site: float
    p10: dt.date | None
    p50: dt.date | None
    p90: dt.date | None
    source: str
