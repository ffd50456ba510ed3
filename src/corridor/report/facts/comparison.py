"""Every report beside the fit: whether it was used, and how far it lies away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from corridor.report.facts.series import Estimate
from corridor.report.languages.language import translatable
from corridor.scenario.observations import Measure, Qualifier, Use

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from corridor.report.facts.series import SeriesTable
    from corridor.report.facts.wording import Guard
    from corridor.runs.rows import FitRow
    from corridor.scenario.observations import Observation

LOW, HIGH = 0.05, 0.95
LOWER = frozenset({Qualifier.AT_LEAST, Qualifier.MORE_THAN})
UPPER = frozenset({Qualifier.AT_MOST, Qualifier.ALMOST})
_CUMULATIVE = {
    Measure.ARRIVALS: Measure.CUMULATIVE_ARRIVALS,
    Measure.CUMULATIVE_ARRIVALS: Measure.CUMULATIVE_ARRIVALS,
    Measure.DEATHS: Measure.CUMULATIVE_DEATHS,
    Measure.CUMULATIVE_DEATHS: Measure.CUMULATIVE_DEATHS,
}
_ADD_UP = frozenset({Measure.STOCK, Measure.WAITING, Measure.INSIDE, Measure.DEATHS, Measure.CUMULATIVE_DEATHS})
_WORDS = {
    Qualifier.EXACT: "{people}",
    Qualifier.ABOUT: translatable("about {people}"),
    Qualifier.AT_LEAST: translatable("at least {people}"),
    Qualifier.MORE_THAN: translatable("more than {people}"),
    Qualifier.AT_MOST: translatable("at most {people}"),
    Qualifier.ALMOST: translatable("almost {people}"),
    Qualifier.BETWEEN: translatable("{people} to {people_high}"),
}


class Status(StrEnum):
    """What became of a report."""

    USED = translatable("used")
    HELD = translatable("held back")
    IGNORED = translatable("ignored")
    LATER = translatable("not known yet")
    NO_FIGURE = translatable("gives no figure")


@dataclass(frozen=True)
class ComparedReport:
    """A report, what became of it, and what the fit says to the same question."""

    report: Observation
    status: Status
    fitted: Estimate | None

    @property
    def agrees(self) -> bool | None:
        """Whether the figure fits into the interval of the fit; None if they cannot be compared."""
        people = self.report.people
        if people is None or self.fitted is None:
            return None
        is_low_enough = people <= self.fitted.high or self.report.qualifier in UPPER
        top = self.report.people_high if self.report.people_high is not None else people
        is_high_enough = top >= self.fitted.low or self.report.qualifier in LOWER
        return is_low_enough and is_high_enough

    @property
    def factor(self) -> float | None:
        """Return the figure divided by the likely value of the fit."""
        people = self.report.people
        if people is None or self.fitted is None or self.fitted.likely <= 0:
            return None
        top = self.report.people_high
        return (people if top is None else (people + top) / 2) / self.fitted.likely


def compare_reports(
    reports: Iterable[Observation],
    series: SeriesTable,
    *,
    weighed: Iterable[FitRow] = (),
    start: date,
    origin: date,
) -> tuple[ComparedReport, ...]:
    """Return each report with what became of it and what the fit says, in order of dates.

    Parameters
    ----------
    reports
        All reports of the scenario.
    series
        The fitted past and the forecast.
    weighed
        What the fit says to the reports that it used; the others are compared with the series.
    start
        First day of the scenario; counts since the beginning count from it.
    origin
        The last day on which something could become known to the forecast.
    """
    known: dict[tuple[object, ...], Estimate] = {tuple(row[:7]): Estimate(row.p05, row.p50, row.p95) for row in weighed}
    compared = (
        ComparedReport(row, _status(row, origin), known.get(_question(row)) or fitted(row, series, start))
        for row in reports
    )
    return tuple(sorted(compared, key=lambda row: (row.report.date, row.report.place)))


def _question(row: Observation) -> tuple[object, ...]:
    return (row.date, row.place, row.measure.value, row.group or "", row.period_start, row.source, row.count)


def fitted(report: Observation, series: SeriesTable, start: date) -> Estimate | None:
    """Return what the fit says to the question that a report answers; None if it is silent.

    People and deaths of several places add up. Who arrives at several places, or departs from them,
    crosses the border of the whole: that is known only if the run counts the whole, as a location
    of the same name.
    """
    measure = report.measure
    if report.group is not None:
        return None
    is_across_border = measure not in _ADD_UP and len(report.places) > 1
    places = (report.place,) if is_across_border else report.places
    first = report.period_start or (start if measure.is_cumulative else report.date)
    parts = [_at_place(series, measure, place, (first, report.date)) for place in places]
    total = Estimate(0, 0, 0)
    for part in parts:
        if part is None:
            return None
        total = total.plus(part)
    return total


def figure(report: Observation, guard: Guard) -> str:
    """Return the figure of a report with its hedge, in words.

    Examples
    --------
    >>> from datetime import date
    >>> from corridor.report.facts.wording import Guard
    >>> from corridor.scenario.observations import Observation
    >>> row = Observation(date=date(2019, 3, 1), place="camp", measure="deaths", count=84,
    ...                   qualifier="more_than", source="OCHA")
    >>> figure(row, Guard())
    'more than 84'
    """
    message = guard.language.message
    if report.people is None:
        return message("no figure")
    people = guard.text(report.people, digits=9)
    if report.people_high is None and guard.hides(report.people):
        return message("fewer than {below}", below=guard.language.decimal(guard.below))
    is_between = report.qualifier is Qualifier.BETWEEN
    if is_between != (report.people_high is not None):
        return people
    high = guard.text(report.people_high, digits=9)
    return message(_WORDS[report.qualifier], people=people, people_high=high)


def distance(row: ComparedReport, guard: Guard) -> str:
    """Return in words how far a report lies from the fit."""
    message = guard.language.message
    if row.fitted is None or row.report.people is None:
        return message("cannot be compared")
    if row.agrees:
        return message("agrees")
    is_above = row.report.people > row.fitted.likely
    factor = row.factor
    is_hidden = guard.hides(row.report.people) or guard.hides(row.fitted.likely)
    if factor is None or factor <= 0 or is_hidden:
        return message("above") if is_above else message("below")
    if 0.5 <= factor <= 2:  # noqa: PLR2004 - beyond twice or half, a factor says more than per cent
        percent = f"{abs(factor - 1) * 100:.0f}"
        return (
            message("{percent} % above", percent=percent) if is_above else message("{percent} % below", percent=percent)
        )
    return message("{factor} × the fit", factor=_factor(factor, guard))


def _factor(factor: float, guard: Guard) -> str:
    """Return how many times as large something is, with two digits."""
    return f"{factor:.2g}" if guard.language.is_english else guard.language.decimal(float(f"{factor:.2g}"))


def _status(report: Observation, origin: date) -> Status:
    if report.use is Use.IGNORE:
        return Status.IGNORED
    if report.known_on > origin or report.date > origin:
        return Status.LATER
    if report.count is None:
        return Status.NO_FIGURE
    return Status.HELD if report.use is Use.HOLD else Status.USED


def _at_place(series: SeriesTable, measure: Measure, place: str, days: tuple[date, date]) -> Estimate | None:
    first, last = days
    is_one_day = first == last and not measure.is_cumulative
    if not measure.is_flow or is_one_day:
        place_series = series.find(measure, place)
        return place_series.estimate(last, LOW, HIGH) if place_series else None
    if measure in _CUMULATIVE:
        return _growth(series, _CUMULATIVE[measure], place, days)
    return _sum(series, measure, place, days)


def _growth(series: SeriesTable, measure: Measure, place: str, days: tuple[date, date]) -> Estimate | None:
    place_series = series.find(measure, place)
    if place_series is None:
        return None
    first, last = days
    end = place_series.estimate(last, LOW, HIGH)
    before = place_series.estimate(first - timedelta(days=1), LOW, HIGH)
    if end is None or first > last:
        return None
    if before is None:
        return end if first <= min(place_series.days) else None
    return end.minus(before)


def _sum(series: SeriesTable, measure: Measure, place: str, days: tuple[date, date]) -> Estimate | None:
    place_series = series.find(measure, place)
    total = Estimate(0, 0, 0)
    if place_series is None:
        return None
    for offset in range((days[1] - days[0]).days + 1):
        part = place_series.estimate(days[0] + timedelta(days=offset), LOW, HIGH)
        if part is None:
            return None
        total = total.plus(part)
    return total
