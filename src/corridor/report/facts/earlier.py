"""What earlier forecasts of the same scenario said, what came, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.errors import UsageError
from corridor.report.facts.comparison import ComparedReport, Status, figure
from corridor.report.facts.series import HIGH, LOW, series_table
from corridor.report.facts.tables import event_words, report_line
from corridor.report.facts.wording import rounded
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.series import PlaceSeries
    from corridor.report.languages.language import Language
    from corridor.runs.folder import Run
    from corridor.scenario.events import Event

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
    name, language = context.name(context.main_place), context.language
    if not outcomes:
        return language.message(
            "No report of people in {place} has come since that an earlier forecast could be held against.", place=name
        )
    held = sum(row.agrees is True for row in outcomes)
    last = outcomes[-1]
    forecast = last.fitted
    assert forecast is not None, "an outcome has the range that was forecast"
    words = context.guard.people(forecast.low, forecast.likely, forecast.high)
    return language.plural(
        "The forecast held {held} of {reports} of {place} within the range (8 in 10); the newest: {figure} on {day} by "
        "{source}, forecast {people}.",
        "The last {count} forecasts held {held} of {reports} of {place} within the range (8 in 10); the newest: "
        "{figure} on {day} by {source}, forecast {people}.",
        len(earlier),
        held=language.decimal(held),
        reports=language.plural("{count} later report", "{count} later reports", len(outcomes)),
        place=name,
        figure=figure(last.report, context.guard),
        day=language.short_day(last.report.date),
        source=language.isolated(last.report.source),
        people=words,
    )


def _change(context: ReportContext, last: EarlierForecast) -> str:
    """Return by how much the forecast of the last day that both have has moved, and what is new."""
    when = min(context.end, last.run.origin_date + timedelta(days=last.run.horizon_days))
    now = context.series.find(Measure.STOCK, context.main_place)
    after, before = (series.at(when, 0.5) if series else None for series in (now, last.series))
    language = context.language
    origin = language.day(last.run.origin_date)
    if after is None or before is None or when <= context.origin:
        return language.message(
            "The forecast of {day} ended before today: nothing ahead can be compared with it.", day=origin
        )
    then, today = (context.guard.text(value) for value in (before, after))
    gaps = {"origin": origin, "people": today, "day": language.short_day(when)}
    because = _because(context, last.run)
    if then == today:
        return language.message(
            "As many as in the forecast of {origin}: {people} on {day}, {because}.", because=because, **gaps
        )
    step = context.guard.text(abs(rounded(after) - rounded(before)))
    return language.message(
        "Changed since the forecast of {origin}: {change} on {day}, {people} now and {people_then} then, {because}.",
        change=language.signed("+" if after > before else "−", step),
        people_then=then,
        because=because,
        **gaps,
    )


def _because(context: ReportContext, earlier: Run) -> str:
    language = context.language
    reports = [
        row
        for row in context.compared
        if row.status is Status.USED and earlier.origin_date < row.report.known_on <= context.origin
    ]
    reasons = [_reports(context, reports) if reports else language.message("with no new report")]
    events = context.run.scenario.known_by(context.origin).events
    known_then = earlier.scenario.known_by(earlier.origin_date).events
    before = {_same(row): row for row in known_then}
    new = sorted((row for row in events if row not in known_then), key=lambda row: row.start)
    added = [event_words(context, row) for row in new if _same(row) not in before]
    changed = [_change_words(context, row) for row in new if _same(row) in before]
    gone = [event_words(context, row) for row in known_then if _same(row) not in set(map(_same, events))]
    if added:
        reasons.append(language.message("became known: {events}", events=_first(added, language)))
    if changed:
        reasons.append(language.message("changed: {events}", events=_first(changed, language)))
    if gone:
        reasons.append(language.message("withdrawn: {events}", events=_first(gone, language)))
    if earlier.scenario.parameters != context.run.scenario.parameters:
        reasons.append(language.message("parameters were changed"))
    return " – ".join(reasons)


def _first(events: Sequence[str], language: Language) -> str:
    """Return the first of some events, and how many more there are."""
    further = len(events) - MOST_EVENTS
    more = [language.plural("and {count} more", "and {count} more", further)] if further > 0 else []
    return language.clauses([*events[:MOST_EVENTS], *more])


def _same(event: Event) -> tuple[object, ...]:
    """Return what makes two rows the same event, of which more may have become known."""
    return event.kind, event.subject, event.start


def _change_words(context: ReportContext, event: Event) -> str:
    language, words = context.language, event_words(context, event)
    if event.end is None:
        return language.message("{event}, now with no end in sight", event=words)
    return language.message("{event}, now until {day}", event=words, day=language.short_day(event.end))


def _reports(context: ReportContext, rows: Sequence[ComparedReport]) -> str:
    """Return how many more reports were used, and which of them was the newest."""
    newest = max(rows, key=lambda row: (row.report.date, row.report.known_on))
    line = report_line(context, newest)
    return context.language.plural(
        "because {count} more report was used: {figure} {what} on {day}",
        "because {count} more reports were used, the newest: {figure} {what} on {day}",
        len(rows),
        figure=line.figure,
        what=line.what,
        day=context.language.short_day(newest.report.date),
    )
