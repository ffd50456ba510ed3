"""What earlier forecasts of the same scenario said, what came, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.errors import UsageError
from corridor.report.facts.comparison import ComparedReport, Status, figure
from corridor.report.facts.series import series_table
from corridor.report.facts.tables import event_words, report_line
from corridor.report.facts.wording import day, rounded, short_day
from corridor.scenario.names import isolated
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.series import PlaceSeries
    from corridor.runs.folder import Run
    from corridor.scenario.events import Event

LOW, HIGH = 0.1, 0.9
MOST_EVENTS = 2


@dataclass(frozen=True)
class EarlierForecast:
    """An earlier forecast of the people in the main place, and the reports that came after it.

    Attributes
    ----------
    run
        As it was read.
    series
        The people in the main place, as they were forecast then.
    outcomes
        Each report of a later day that was not known then, beside the range forecast for that day, 8 in 10.
    """

    run: Run
    series: PlaceSeries
    outcomes: tuple[ComparedReport, ...]


def earlier_forecasts(context: ReportContext, runs: Iterable[Run]) -> tuple[EarlierForecast, ...]:
    """Return earlier forecasts, the oldest first.

    Parameters
    ----------
    context
        The run that the report is about.
    runs
        Earlier runs of the same scenario.

    Raises
    ------
    UsageError
        A run is of another scenario or alternative, is not earlier, or does not forecast the main place.
    """
    earlier = []
    for run in runs:
        if run.scenario.name != context.run.scenario.name:
            message = f"{run.folder} is a forecast of {run.scenario.name}, not of {context.run.scenario.name}."
            raise UsageError(message)
        if run.run.get("alternative") != context.run.run.get("alternative"):
            message = f"{run.folder} supposes another alternative, so that the two cannot be compared."
            raise UsageError(message)
        if run.origin_date >= context.origin:
            message = f"{run.folder} is a forecast of {run.origin_date}, which is not before {context.origin}."
            raise UsageError(message)
        series = series_table((), run.forecast).find(Measure.STOCK, context.main_place)
        if series is None:
            message = f"{run.folder} has no forecast of people in {context.main_place}."
            raise UsageError(message)
        earlier.append(EarlierForecast(run, series, tuple(_outcomes(context, run, series))))
    return tuple(sorted(earlier, key=lambda one: one.run.origin_date))


def _outcomes(context: ReportContext, run: Run, series: PlaceSeries) -> Iterable[ComparedReport]:
    for row in context.compared:
        report = row.report
        is_known = row.status in {Status.USED, Status.HELD} and report.people is not None and report.group is None
        is_stock = report.measure is Measure.STOCK and report.places == (context.main_place,)
        if is_known and is_stock and report.date > run.origin_date and report.known_on > run.origin_date:
            forecast = series.estimate(report.date, LOW, HIGH)
            if forecast is not None:
                yield ComparedReport(report, row.status, forecast)


def since_words(context: ReportContext, earlier: Sequence[EarlierForecast]) -> tuple[str, ...]:
    """Return how the earlier forecasts did, and what has changed since the last one, in sentences."""
    return tuple(text for text in (_change(context, earlier[-1]), _record(context, earlier)) if text) if earlier else ()


def _record(context: ReportContext, earlier: Sequence[EarlierForecast]) -> str:
    outcomes = [row for one in earlier for row in one.outcomes]
    name = context.name(context.main_place)
    if not outcomes:
        return f"No report of people in {name} has come since that an earlier forecast could be held against."
    held = sum(row.agrees is True for row in outcomes)
    reports = "1 later report" if len(outcomes) == 1 else f"{len(outcomes)} later reports"
    last = outcomes[-1]
    forecast = last.fitted
    assert forecast is not None, "an outcome has the range that was forecast"
    words = context.guard.people(forecast.low, forecast.likely, forecast.high)
    forecasts = "The forecast" if len(earlier) == 1 else f"The last {len(earlier)} forecasts"
    return (
        f"{forecasts} held {held} of {reports} of {name} within the range (8 in 10); the newest: "
        f"{figure(last.report, context.guard)} on {short_day(last.report.date)} by {isolated(last.report.source)}, "
        f"forecast {words}."
    )


def _change(context: ReportContext, last: EarlierForecast) -> str:
    """Return by how much the forecast of the last day that both have has moved, and what is new."""
    when = min(context.end, last.run.origin_date + timedelta(days=last.run.horizon_days))
    now = context.series.find(Measure.STOCK, context.main_place)
    after, before = (series.at(when, 0.5) if series else None for series in (now, last.series))
    origin = day(last.run.origin_date)
    if after is None or before is None or when <= context.origin:
        return f"The forecast of {origin} ended before today: nothing ahead can be compared with it."
    then, today = (context.guard.text(value) for value in (before, after))
    if then == today:
        return f"As many as in the forecast of {origin}: {today} on {short_day(when)}, {_because(context, last.run)}."
    step = abs(rounded(after) - rounded(before))
    moved = f"{'+' if after > before else '−'}{context.guard.text(step)}"
    return (
        f"Changed since the forecast of {origin}: {moved} on {short_day(when)}, {today} now and {then} then, "
        f"{_because(context, last.run)}."
    )


def _because(context: ReportContext, earlier: Run) -> str:
    reports = [
        row
        for row in context.compared
        if row.status is Status.USED and earlier.origin_date < row.report.known_on <= context.origin
    ]
    reasons = [f"because {_reports(context, reports)}" if reports else "with no new report"]
    events = context.run.scenario.known_by(context.origin).events
    known_then = earlier.scenario.known_by(earlier.origin_date).events
    before = {_same(row): row for row in known_then}
    new = sorted((row for row in events if row not in known_then), key=lambda row: row.start)
    added = [event_words(context, row) for row in new if _same(row) not in before]
    changed = [_change_words(context, row) for row in new if _same(row) in before]
    gone = [event_words(context, row) for row in known_then if _same(row) not in set(map(_same, events))]
    for rows, what in ((added, "became known"), (changed, "changed"), (gone, "withdrawn")):
        if rows:
            more = f"; and {len(rows) - MOST_EVENTS} more" if len(rows) > MOST_EVENTS else ""
            reasons.append(f"{what}: {'; '.join(rows[:MOST_EVENTS])}{more}")
    if earlier.scenario.parameters != context.run.scenario.parameters:
        reasons.append("parameters were changed")
    return " – ".join(reasons)


def _same(event: Event) -> tuple[object, ...]:
    """Return what makes two rows the same event, of which more may have become known."""
    return event.kind, event.subject, event.start


def _change_words(context: ReportContext, event: Event) -> str:
    end = f"until {short_day(event.end)}" if event.end else "with no end in sight"
    return f"{event_words(context, event)}, now {end}"


def _reports(context: ReportContext, rows: Sequence[ComparedReport]) -> str:
    """Return how many more reports were used, and which of them was the newest."""
    newest = max(rows, key=lambda row: (row.report.date, row.report.known_on))
    count = "1 more report was used" if len(rows) == 1 else f"{len(rows)} more reports were used, the newest"
    line = report_line(context, newest)
    return f"{count}: {line.figure} {line.what} on {short_day(newest.report.date)}"
