"""Needs that would tell how few they are for: thirty litres of water a day are two people."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from corridor.needs.standards import GAP, TRUCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from corridor.needs.rows import NeedRow, RunOutRow
    from corridor.needs.standards import Standards


class PersonNeed(NamedTuple):
    """What one person needs of an item, in its unit of need, and whether parts of one are rounded up."""

    amount: float
    is_whole: bool

    def of(self, people: int) -> float:
        """Return what so many people need."""
        need = self.amount * people
        return float(math.ceil(need)) if self.is_whole else need


def needs_of_one(standards: Standards) -> dict[str, PersonNeed]:
    """Return what one person needs, by the ids of the items, of the trucks that bring them, and of what is lost.

    Examples
    --------
    >>> from corridor.needs.standards import load_standards
    >>> one = needs_of_one(load_standards("sphere-2018"))
    >>> one["water"].of(2), one["tents"].of(10)
    (30.0, 2.0)
    """
    needs = {}
    for item in standards.items:
        amount = item.quantity / standards.people_per(item) / (item.period_days or 1.0)
        needs[item.item] = PersonNeed(amount, item.is_whole)
        supply = amount
        for margin in standards.margins_of(item.item):
            lost = amount * margin.fraction_high / (1 - margin.fraction_high)
            needs[margin.margin] = PersonNeed(lost, item.is_whole)
            supply += lost
        if item.truck is not None:
            needs[item.item + TRUCKS] = PersonNeed(supply / standards.truck(item.truck).carries, is_whole=True)
    return needs


@dataclass(frozen=True)
class SmallNeeds:
    """Which needs must not be shown, because those whom they are for are too few to be shown themselves.

    Attributes
    ----------
    limits
        Needs from zero to less than this are for fewer people than may be shown, by item.
    few
        Days, places and items of which some quantile is such a need.
    """

    limits: Mapping[str, float]
    few: frozenset[tuple[date, str, str]] = frozenset()

    def hides(self, item: str, value: float | None) -> bool:
        """Whether a quantity of an item is for too few people."""
        return value is not None and 0 < value < self.limits.get(item, 0.0)

    def hides_row(self, row: NeedRow) -> bool:
        """Whether no figure of a row may be shown: what lacks of a need that is itself not shown."""
        return row.item.endswith(GAP) and (row.date, row.place, row.item.removesuffix(GAP)) in self.few

    def hides_runout(self, row: RunOutRow) -> bool:
        """Whether the days on which stocks end would tell a need that is not shown."""
        ends = [day for day in (row.p10, row.p50, row.p90) if day is not None]
        return bool(ends) and any(
            day <= max(ends) for day, place, item in self.few if (place, item) == (row.place, row.item)
        )


def limits_of(needs: Mapping[str, PersonNeed], below: int) -> dict[str, float]:
    """Return what as many people need as may just be shown, by item; nothing where every count may be.

    Parameters
    ----------
    needs
        What one person needs, by item.
    below
        Counts of people from 1 to below this are not shown.
    """
    return {item: need.of(below) for item, need in needs.items()} if below > 1 else {}


def small_needs(limits: Mapping[str, float], rows: Iterable[NeedRow]) -> SmallNeeds:
    """Return which needs must not be shown.

    Parameters
    ----------
    limits
        Needs of less than this are for too few, by item.
    rows
        Rows of needs.csv.
    """
    among = SmallNeeds(limits)
    few = (
        (row.date, row.place, row.item)
        for row in rows
        if any(among.hides(row.item, value) for value in (row.p10, row.p50, row.p90))
    )
    return SmallNeeds(limits, frozenset(few))
