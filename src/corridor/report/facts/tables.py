"""The tables of the report, as rows of text ready to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.report.facts.comparison import Status, distance, figure
from corridor.report.facts.new_arrivals import arrivals_remark
from corridor.report.facts.series import HIGH, LOW
from corridor.report.facts.shortage import short_by
from corridor.report.facts.total import people_in_all, sites
from corridor.report.facts.wording import NO_NUMBER, Shown, interval, number, safe_link, unit_words
from corridor.report.languages.language import ENGLISH, translatable
from corridor.scenario.events import RULES, EventKind
from corridor.scenario.observations import Measure
from corridor.scenario.parameters import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from corridor.needs.rows import NeedRow
    from corridor.report.facts.comparison import ComparedReport
    from corridor.report.facts.context import ReportContext, Worded
    from corridor.report.facts.wording import Guard
    from corridor.report.languages.language import Language
    from corridor.runs.rows import ParameterRow
    from corridor.scenario.events import Event
    from corridor.scenario.observations import Observation

HORIZONS_DAYS = (7, 14, 28)
MOST_PLACES = 30
MOST_NAMES = 3
REPORT_FACTOR = "report_factor"
MUCH, SOME = 0.5, 0.85  # share of the width of the prior that is left
UNKNOWN = Shown(NO_NUMBER)
MEASURES = {
    Measure.STOCK: translatable("people there"),
    Measure.ARRIVALS: translatable("arrivals"),
    Measure.CUMULATIVE_ARRIVALS: translatable("arrivals so far"),
    Measure.DEPARTURES: translatable("departures"),
    Measure.WAITING: translatable("people waiting"),
    Measure.INSIDE: translatable("people inside"),
    Measure.DEATHS: translatable("deaths"),
    Measure.CUMULATIVE_DEATHS: translatable("deaths so far"),
}


@dataclass(frozen=True)
class PeopleRow:
    """People at a place: now, and at some horizons."""

    name: str
    estimates: tuple[Shown, ...]
    is_total: bool = False


@dataclass(frozen=True)
class PeopleTable:
    """People by place and day; `days` are the headings."""

    days: tuple[str, ...]
    rows: tuple[PeopleRow, ...]
    left_out: int


@dataclass(frozen=True)
class NeedLine:
    """What is needed of one item: soon and at the end."""

    item: str
    unit: str
    estimates: tuple[Shown, ...]
    standard: Worded
    source: int
    remark: str = ""


@dataclass(frozen=True)
class NeedTable:
    """What one place needs."""

    name: str
    days: tuple[str, ...]
    lines: tuple[NeedLine, ...]


@dataclass(frozen=True)
class RunoutLine:
    """When one item runs short."""

    item: str
    place: str
    on_site: str
    early: str
    likely: str
    late: str
    source: int


@dataclass(frozen=True)
class ReportLine:
    """One report, what became of it, and how far it lies from the fit; no origin: it was written by hand."""

    day: str
    what: str
    figure: str
    definition: str
    source: str
    link: str | None
    origin: str
    sentence: str
    grade: str
    known: str
    status: str
    fitted: Shown
    distance: str
    is_used: bool
    is_off: bool


@dataclass(frozen=True)
class ParameterLine:
    """One parameter before and after the reports: its name in scenario.toml, if any, and what it is about."""

    name: str
    about: str
    meaning: str
    unit: str
    prior: Shown
    posterior: Shown
    learnt: str


@dataclass(frozen=True)
class AheadLine:
    """An event that the forecast takes for granted."""

    when: str
    effect: str
    source: str
    link: str | None


def people_table(context: ReportContext) -> PeopleTable:
    """Return people at camps now and later, the fullest first."""
    ahead = sorted({*(n for n in HORIZONS_DAYS if n < context.run.horizon_days), context.run.horizon_days})
    days = [context.origin, *(context.origin + timedelta(days=n) for n in ahead)]
    places = context.camps or (context.main_place,)
    rows = []
    for place in places[:MOST_PLACES]:
        series = context.series.find(Measure.STOCK, place)
        estimates = [_people_on(context, place, when) for when in days]
        if series is not None and series.largest > 0:
            rows.append(PeopleRow(context.name(place), tuple(estimates)))
    totals = [people_in_all(context, when) for when in days]
    if rows and any(totals):
        shown = (context.guard.shown(one.low, one.likely, one.high) if one else UNKNOWN for one in totals)
        name = context.language.message(
            "The {count} sites together, transit and screening included", count=len(sites(context))
        )
        rows.append(PeopleRow(name, tuple(shown), is_total=True))
    return PeopleTable(tuple(map(context.language.short_day, days)), tuple(rows), max(0, len(places) - MOST_PLACES))


def _people_on(context: ReportContext, place: str, when: date) -> Shown:
    series = context.series.find(Measure.STOCK, place)
    estimate = series.estimate(when, LOW, HIGH) if series else None
    if estimate is None:
        return UNKNOWN
    return context.guard.shown(estimate.low, estimate.likely, estimate.high)


def footnotes(context: ReportContext) -> dict[str, int]:
    """Return the sources of needs and supplies, numbered in the order in which they are named."""
    named = [*(row.source for row in context.needs), *(row.source for row in context.runout)]
    return {source: number for number, source in enumerate(dict.fromkeys(named), start=1)}


def need_tables(context: ReportContext, notes: Mapping[str, int]) -> tuple[NeedTable, ...]:
    """Return what each place needs in a week and at the end, the main place first; not what nobody needs."""
    by_place: dict[str, dict[str, list[NeedRow]]] = {}
    for row in context.needs:
        by_place.setdefault(row.place, {}).setdefault(row.item, []).append(row)
    order = sorted(by_place, key=lambda place: place != context.main_place)
    soon = min(context.origin + timedelta(days=7), context.end)
    days = (soon, context.end) if soon < context.end else (soon,)
    tables = []
    for place in order[:MOST_PLACES]:
        needed = [rows for rows in by_place[place].values() if any(row.p90 > 0 for row in rows if row.date in days)]
        lines = [_need_line(context, rows, days, notes) for rows in needed]
        headings = tuple(map(context.language.short_day, days))
        if lines:
            tables.append(NeedTable(context.name(place), headings, tuple(lines)))
    return tuple(tables)


def _need_line(
    context: ReportContext, rows: list[NeedRow], days: tuple[date, ...], notes: Mapping[str, int]
) -> NeedLine:
    by_day = {row.date: row for row in rows}
    chosen = [by_day.get(when) for when in days]
    first = rows[0]
    shown = context.guard.of(first.item).shown
    estimates = [shown(row.p10, row.p50, row.p90) if row else UNKNOWN for row in chosen]
    unit = unit_words(first.unit, context.language)
    name = context.item(first.item)
    remark = arrivals_remark(context, first.item)
    return NeedLine(name, unit, tuple(estimates), context.worded(first.standard), notes[first.source], remark)


def runout_lines(context: ReportContext, notes: Mapping[str, int]) -> tuple[RunoutLine, ...]:
    """Return the day on which each item runs short, the soonest first."""
    far = context.end + timedelta(days=1)
    language = context.language
    rows = sorted(context.runout, key=lambda row: (row.p50 or far, row.p10 or far, row.item))
    return tuple(
        RunoutLine(
            context.item(row.item),
            context.name(row.place),
            language.message("{amount} {unit}", amount=number(row.on_site, 3, language), unit=language.term(row.unit)),
            short_by(context, row.p10),
            short_by(context, row.p50),
            short_by(context, row.p90),
            notes[row.source],
        )
        for row in rows
    )


def report_lines(context: ReportContext) -> tuple[ReportLine, ...]:
    """Return the reports, the newest first."""
    return tuple(report_line(context, row) for row in reversed(context.compared))


def report_line(context: ReportContext, compared: ComparedReport) -> ReportLine:
    """Return one report, what became of it, and where it was read."""
    report = compared.report
    fit = compared.fitted
    guard, language = context.guard, context.language
    first, last = report.period_start, language.short_day(report.date)
    when = last if first is None else language.message("{first} – {last}", first=language.short_day(first), last=last)
    what = [language.term(MEASURES[report.measure]), _where(context, report.places)]
    if report.group:
        what.insert(1, language.isolated(report.group.replace("_", " ")))
    return ReportLine(
        day=when,
        what=language.listed(what),
        figure=figure(report, guard),
        definition=report.definition or "",
        source=report.source,
        link=safe_link(report.url),
        origin=language.worded(report.origin.words()) if report.origin else "",
        sentence=report.origin.sentence if report.origin and not _is_hidden(report, guard) else "",
        grade=context.run.scenario.grade_of(report.source).value,
        known=language.short_day(report.known_on),
        status=language.term(compared.status.value),
        fitted=guard.shown(fit.low, fit.likely, fit.high) if fit else UNKNOWN,
        distance=distance(compared, guard),
        is_used=compared.status is Status.USED,
        is_off=compared.agrees is False and compared.status is Status.USED,
    )


def _is_hidden(report: Observation, guard: Guard) -> bool:
    """Whether the figure is too small to be shown, in the sentence that states it too."""
    return report.people is not None and guard.hides(report.people)


def _where(context: ReportContext, places: tuple[str, ...]) -> str:
    names = [context.name(place) for place in places]
    if len(names) <= MOST_NAMES:
        return " + ".join(names)
    more = len(names) - MOST_NAMES + 1
    return context.language.plural(
        "{places} + {count} more", "{places} + {count} more", more, places=" + ".join(names[: MOST_NAMES - 1])
    )


def parameter_lines(context: ReportContext) -> tuple[ParameterLine, ...]:
    """Return the parameters that were not known before, with what the reports taught."""
    rows = (row for row in context.run.posterior if row.prior_p95 > row.prior_p05)
    return tuple(_parameter_line(context, row) for row in rows)


def _parameter_line(context: ReportContext, row: ParameterRow) -> ParameterLine:
    language, shown = context.language, shown_in(context, row.unit)
    name, _, subject = row.parameter.partition(".")
    definition = DEFINITIONS.get(name)
    about = context.path_name(subject) if subject else ""
    left = (row.p95 - row.p05) / (row.prior_p95 - row.prior_p05)
    learnt = translatable("much") if left < MUCH else translatable("some") if left < SOME else translatable("little")
    return ParameterLine(
        name="" if name == REPORT_FACTOR else name,
        about=_report_factor(subject, language) if name == REPORT_FACTOR else about,
        meaning=language.term(definition.meaning) if definition else "",
        unit=language.term(row.unit),
        prior=shown(row.prior_p05, row.prior_p50, row.prior_p95),
        posterior=shown(row.p05, row.p50, row.p95),
        learnt=language.term(learnt),
    )


def _report_factor(subject: str, language: Language = ENGLISH) -> str:
    """Return what a lasting error of a source is about.

    Examples
    --------
    >>> _report_factor("WHO.stock")
    'how many times too high WHO counts people there'
    """
    source, _, measure = subject.rpartition(".")
    counted = language.term(MEASURES[Measure(measure)]) if measure in set(Measure) else measure
    return language.message(
        "how many times too high {source} counts {counted}", source=language.isolated(source), counted=counted
    )


def shown_in(context: ReportContext, unit: str) -> Callable[[float, float, float], Shown]:
    """Return what makes a low, a middle and a high value ready for a table, by their unit."""
    language = context.language

    def amount(low: float, middle: float, high: float) -> Shown:
        ends = interval(number(low, 3, language), number(high, 3, language), language)
        return Shown(number(middle, 3, language), ends)

    return context.guard.shown if unit.startswith("people") else amount


def ahead_lines(context: ReportContext) -> tuple[AheadLine, ...]:
    """Return the events in force at the origin or later, as they were known then."""
    known = context.run.scenario.known_by(context.origin)
    events = [row for row in known.events if row.start > context.origin or row.covers(context.origin)]
    language, lines = context.language, []
    for row in sorted(events, key=lambda row: row.start):
        first = language.day(row.start)
        when = (
            language.message("{first} – {last}", first=first, last=language.day(row.end))
            if row.end
            else language.message("from {day}, until further notice", day=first)
        )
        lines.append(AheadLine(when, event_words(context, row), row.source, safe_link(row.url)))
    return tuple(lines)


def event_words(context: ReportContext, event: Event) -> str:
    """Return what an event does, with names for people and without small counts."""
    language = context.language
    subject = context.path_name(event.subject) if event.subject else language.message("every place")
    counts_people = (RULES[event.kind].unit or "").startswith("people")
    is_hidden = counts_people and context.guard.hides(event.value)
    if event.value is None and event.kind is EventKind.CONFLICT:
        value = "1"
    elif event.value is None or is_hidden:
        value = language.message("an unknown number of")
    else:
        value = number(event.value, 10, language)
    return language.message(RULES[event.kind].effect, subject=subject, value=value)
