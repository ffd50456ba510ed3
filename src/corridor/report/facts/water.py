"""Water as it has to be delivered: what people need, and what is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.report.languages.language import translatable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.needs.rows import NeedRow

WATER, LOSSES = "water", "water_losses"
DELIVERED = translatable("Water to deliver, losses included")
"""What the sum of both is called."""


def delivered(rows: Iterable[NeedRow], place: str) -> dict[NeedRow, float]:
    """Return for each day how much water must be delivered to a place, with the fraction of it that is lost.

    What people need and what is lost grow with the same people, so that their quantiles add up.

    Parameters
    ----------
    rows
        Rows of needs.csv.
    place
        Where.
    """
    there = [row for row in rows if row.place == place]
    losses = {row.date: row for row in there if row.item == LOSSES}
    totals = {}
    for row in there:
        if row.item == WATER:
            lost = losses.get(row.date)
            whole = row if lost is None else _sum(row, lost)
            totals[whole] = 0.0 if lost is None or whole.p50 <= 0 else lost.p50 / whole.p50
    return totals


def _sum(row: NeedRow, lost: NeedRow) -> NeedRow:
    return replace(row, p10=row.p10 + lost.p10, p50=row.p50 + lost.p50, p90=row.p90 + lost.p90)
