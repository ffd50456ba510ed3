"""Reported stocks as series: one figure for each place and day, as a planner would carry them forward.

A count that later reports of arrivals and departures have overtaken is brought forward by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.scenario.observations import Measure, Qualifier, Use
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.scenario.observations import Observation, Observations

_TWO_SIDED = frozenset({Qualifier.EXACT, Qualifier.ABOUT})
_STATED = _TWO_SIDED | {Qualifier.MORE_THAN, Qualifier.ALMOST}
_FLOWS = frozenset({Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS, Measure.DEPARTURES})


@dataclass(frozen=True)
class ReportSeries:
    """The reported stock of one place, one figure for each day that has one, in order.

    Attributes
    ----------
    days
        Day numbers of the calendar, (report,).
    people
        Figures, (report,).
    """

    days: NDArray[np.int64]
    people: NDArray[np.float64]


def true_reports(observations: Observations) -> dict[str, list[Observation]]:
    """Return the reports that can be held against a forecast, by place and in order of dates.

    These are figures of the people present in one place, everybody counted, exact or about so
    many. A bound such as "more than 5,000" is no figure to be near to; a row marked to be ignored
    is left out. Of several figures for one day the one that became known last stands.
    """
    return _by_place(row for row in observations if row.use is not Use.IGNORE and row.qualifier in _TWO_SIDED)


def report_series(observations: Observations, start: date) -> dict[str, ReportSeries]:
    """Return the figure of each place that a planner would carry forward from each report that may be learnt from.

    "More than 35,000" and "almost 35,600" are carried forward as the figure they name, "between 1,000 and
    1,500" as its middle. "At least" and "at most" say less: they move the figure before them only as far as
    they must. The last count is brought forward by the arrivals and departures reported since: a further figure
    stands on the last day of each such report. Reports of days before the calendar are left out, as they are in a fit.

    Parameters
    ----------
    observations
        What was known.
    start
        Day 0.
    """
    return {
        place: _brought_forward(counts, _of_place(observations, place, start), start)
        for place, counts in count_series(observations, start).items()
    }


def count_series(observations: Observations, start: date) -> dict[str, ReportSeries]:
    """Return the counts of each place that may be learnt from, without what flows have brought since.

    Parameters
    ----------
    observations
        What was known.
    start
        Day 0.
    """
    return {
        place: ReportSeries(np.array([day_of(row.date, start) for row in rows]), _carried(rows))
        for place, rows in _by_place(_to_fit(observations, start)).items()
    }


def overtaken(observations: Observations, start: date) -> dict[str, tuple[int, float]]:
    """Return for each place whose last count flows have overtaken: days since that count, and the share they moved.

    The share is of people who are said to have come or gone since, in the figure that is carried forward.

    Parameters
    ----------
    observations
        What was known.
    start
        Day 0.
    """
    moved: dict[str, tuple[int, float]] = {}
    for place, counts in count_series(observations, start).items():
        own, day = _of_place(observations, place, start), int(counts.days[-1])
        flows = [(max(first, day + 1), end, rate) for first, end, rate in _flows(own, start) if end > day]
        if flows:
            people = sum((end - first + 1) * rate for first, end, rate in flows)
            carried = _brought_forward(counts, own, start)
            moved[place] = int(carried.days[-1]) - day, float(people / max(carried.people[-1], 1.0))
    return moved


def _to_fit(observations: Observations, start: date) -> list[Observation]:
    """Return the reports that may be learnt from, of days of the calendar."""
    return [row for row in observations if row.use is Use.FIT and row.date >= start]


def _of_place(observations: Observations, place: str, start: date) -> list[Observation]:
    """Return those of everybody at one place."""
    return [row for row in _to_fit(observations, start) if row.places == (place,) and row.group is None]


def _brought_forward(counts: ReportSeries, rows: Sequence[Observation], start: date) -> ReportSeries:
    """Return a series with the last count brought forward by the flows that were reported since."""
    counted, people = int(counts.days[-1]), float(counts.people[-1])
    last = max((day_of(row.date, start) for row in rows), default=counted)
    daily = np.full((2, max(0, last - counted)), np.nan)
    for sign, measures in enumerate(((Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS), (Measure.DEPARTURES,))):
        for first, end, rate in _flows([row for row in rows if row.measure in measures], start):
            daily[sign, max(0, first - counted - 1) : max(0, end - counted)] = rate
    ends = sorted({end for _, end, _ in _flows(rows, start) if end > counted})
    net = np.cumsum(np.nan_to_num(daily[0]) - np.nan_to_num(daily[1]))
    later = [max(0.0, people + float(net[end - counted - 1])) for end in ends]
    return ReportSeries(np.concatenate([counts.days, ends]).astype(np.int64), np.concatenate([counts.people, later]))


def _flows(rows: Sequence[Observation], start: date) -> Iterator[tuple[int, int, float]]:
    """Yield first day, last day and people a day of each report of a flow; of cumulative ones, their differences."""
    before: dict[str, tuple[int, float]] = {}
    for row in sorted(rows, key=lambda row: (row.date, row.known_on)):
        end, people = day_of(row.date, start), float(row.people or 0)
        first = end if row.period_start is None else day_of(row.period_start, start)
        if row.qualifier not in _STATED or row.count is None or row.measure not in _FLOWS:
            continue
        if row.measure is Measure.CUMULATIVE_ARRIVALS:
            since, total = before.get(row.source, (first - 1 if row.period_start else -1, 0.0))
            before[row.source] = (end, people)
            first, people = since + 1, people - total
        if end >= first and people >= 0:
            yield first, end, people / (end - first + 1)


def _by_place(observations: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Return the reports of people present in one place, one for a day, by place and in order of dates."""
    by_place: dict[str, dict[date, Observation]] = {}
    for row in sorted(observations, key=lambda row: row.known_on):
        if row.is_plain and row.measure is Measure.STOCK and row.count is not None:
            by_place.setdefault(row.place, {})[row.date] = row
    return {place: [rows[when] for when in sorted(rows)] for place, rows in sorted(by_place.items())}


def _carried(rows: Sequence[Observation]) -> NDArray[np.float64]:
    """Return the figure that stands after each report of a place, people."""
    figures: list[float] = []
    for row in rows:
        people = float(row.people or 0)
        match row.qualifier:
            case Qualifier.BETWEEN:
                people = (people + float(row.people_high or people)) / 2
            case Qualifier.AT_LEAST:
                people = max([people, *figures[-1:]])
            case Qualifier.AT_MOST:
                people = min([people, *figures[-1:]])
        figures.append(people)
    return np.array(figures)
