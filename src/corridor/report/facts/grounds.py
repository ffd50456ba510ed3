"""On which reports each figure of the first screen rests: the newest of them, with where each was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.comparison import Status
from corridor.report.facts.tables import report_line
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.tables import ReportLine

NEWEST = 3
"""So many reports are named for each figure."""

_STOCK, _INSIDE = frozenset({Measure.STOCK}), frozenset({Measure.INSIDE})
_ARRIVALS = frozenset({Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS})


class Ground(NamedTuple):
    """A figure of the first screen: how many reports speak of it, and the newest of them."""

    figure: str
    total: int
    newest: tuple[ReportLine, ...]

    @property
    def words(self) -> str:
        """Return on how many reports the figure rests."""
        if not self.total:
            return "No report speaks of it: it follows from the others, and from what the forecast assumes."
        return "1 report speaks of it." if self.total == 1 else f"{self.total:,} reports speak of it."


def grounds(context: ReportContext) -> tuple[Ground, ...]:
    """Return the reports behind the figures of the first screen, the newest first."""
    place, name = context.main_place, context.name(context.main_place)
    figures = [
        (f"People in {name}, and their needs", _STOCK, place),
        (f"Arrivals at {name}", _ARRIVALS, place),
        *((f"Still inside {context.name(town)}", _INSIDE, town) for town in context.besieged[:1]),
    ]
    return tuple(_ground(context, *one) for one in figures)


def _ground(context: ReportContext, figure: str, measures: frozenset[Measure], place: str) -> Ground:
    rows = [
        row
        for row in context.compared
        if row.status is Status.USED and row.report.measure in measures and place in row.report.places
    ]
    rows.sort(key=lambda row: (row.report.date, row.report.known_on), reverse=True)
    return Ground(figure, len(rows), tuple(report_line(context, row) for row in rows[:NEWEST]))
