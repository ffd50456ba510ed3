"""On which reports each figure of the first screen rests: the newest of them, with where each was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.comparison import Status
from corridor.report.facts.tables import report_line
from corridor.report.languages.language import ENGLISH, Language
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
    language: Language = ENGLISH

    @property
    def words(self) -> str:
        """Return on how many reports the figure rests."""
        if self.total:
            return self.language.plural("{count} report speaks of it.", "{count} reports speak of it.", self.total)
        return self.language.message(
            "No report speaks of it: it follows from the others, and from what the forecast assumes."
        )


def grounds(context: ReportContext) -> tuple[Ground, ...]:
    """Return the reports behind the figures of the first screen, the newest first."""
    place, name = context.main_place, context.name(context.main_place)
    message = context.language.message
    figures = [
        (message("People in {place}, and their needs", place=name), _STOCK, place),
        (message("Arrivals at {place}", place=name), _ARRIVALS, place),
        *((message("Still inside {place}", place=context.name(town)), _INSIDE, town) for town in context.besieged[:1]),
    ]
    return tuple(_ground(context, *one) for one in figures)


def _ground(context: ReportContext, figure: str, measures: frozenset[Measure], place: str) -> Ground:
    rows = [
        row
        for row in context.compared
        if row.status is Status.USED and row.report.measure in measures and place in row.report.places
    ]
    rows.sort(key=lambda row: (row.report.date, row.report.known_on), reverse=True)
    newest = tuple(report_line(context, row) for row in rows[:NEWEST])
    return Ground(figure, len(rows), newest, context.language)
