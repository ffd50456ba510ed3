"""The forecast and the fitted past as series of quantiles, by measure and place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from corridor.runs.rows import QuantileRow
    from corridor.scenario.observations import Measure

LOW, HIGH = 0.1, 0.9
"""The levels of the low and the high figure that a reader is given: 8 in 10 lie between them."""


@dataclass(frozen=True)
class PlaceSeries:
    """Quantiles by day, in people; levels between 0 and 1, values rising with the level."""

    measure: str
    place: str
    days: Mapping[date, Mapping[float, float]]

    def at(self, day: date, level: float) -> float | None:
        """Return one quantile; None where the run does not have it."""
        return self.days.get(day, {}).get(level)

    def estimate(self, day: date, low: float, high: float) -> Estimate | None:
        """Return the median with an interval; None where the run does not have it."""
        levels = self.days.get(day, {})
        if not {low, 0.5, high} <= levels.keys():
            return None
        return Estimate(levels[low], levels[0.5], levels[high])

    @property
    def largest(self) -> float:
        """Return the largest value of all: 0 if nobody is ever counted."""
        return max((max(levels.values()) for levels in self.days.values()), default=0.0)


@dataclass(frozen=True)
class Estimate:
    """A likely value between a low and a high one, in people."""

    low: float
    likely: float
    high: float

    def minus(self, earlier: Estimate) -> Estimate:
        """Return the growth since an earlier value of a count that never falls."""
        steps = (self.low - earlier.low, self.likely - earlier.likely, self.high - earlier.high)
        low, likely, high = sorted(max(step, 0.0) for step in steps)
        return Estimate(low, likely, high)

    def plus(self, other: Estimate) -> Estimate:
        """Return the sum if both are low, or both high, together: the cautious reading."""
        return Estimate(self.low + other.low, self.likely + other.likely, self.high + other.high)


@dataclass(frozen=True)
class SeriesTable:
    """All series of a run, by measure and place."""

    rows: Mapping[tuple[str, str], PlaceSeries]

    def find(self, measure: Measure | str, place: str) -> PlaceSeries | None:
        """Return the series of a measure at a place; None if the run does not have it."""
        return self.rows.get((str(measure), place))

    def places(self, measure: Measure | str) -> list[PlaceSeries]:
        """Return the series of a measure at all places, the largest first."""
        rows = [row for row in self.rows.values() if row.measure == str(measure)]
        return sorted(rows, key=lambda row: (-row.largest, row.place))


def series_table(past: Iterable[QuantileRow], forecast: Iterable[QuantileRow]) -> SeriesTable:
    """Return the quantiles of a run as series that go from its past into its future, but for those of nobody.

    Quantiles that cross, by rounding or by pooling, are put in order.
    """
    gathered: dict[tuple[str, str], dict[date, dict[float, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in (*past, *forecast):
        if row.output_type == "quantile":
            days = gathered[row.target, row.location]
            days[row.target_end_date][row.output_type_id] = row.value
    return SeriesTable(
        {
            key: PlaceSeries(*key, {day: _in_order(days[day]) for day in sorted(days)})
            for key, days in gathered.items()
            if any(any(levels.values()) for levels in days.values())
        }
    )


def _in_order(levels: Mapping[float, float]) -> dict[float, float]:
    return dict(zip(sorted(levels), sorted(levels.values()), strict=True))
