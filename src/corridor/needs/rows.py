"""The rows of the tables of needs: what is needed, and when it runs out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, FiniteFloat


def _blank_or_date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


IsoDate = Annotated[dt.date, BeforeValidator(dt.date.fromisoformat)]
"""A day as text has it; a bare number is none."""

BlankOrIsoDate = Annotated[dt.date | None, BeforeValidator(_blank_or_date)]
"""A day, or a blank cell where there is none."""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One line of needs.csv: how much of an item a place needs on a day, in a unit."""

    date: IsoDate
    place: str
    item: str
    unit: str
    p10: FiniteFloat
    p50: FiniteFloat
    p90: FiniteFloat
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
    on_site: FiniteFloat
    p10: BlankOrIsoDate
    p50: BlankOrIsoDate
    p90: BlankOrIsoDate
    source: str
