"""The tables of the report, as rows of text ready to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.report.facts.comparison import Status, distance, figure
from corridor.report.facts.context import isolated
from corridor.report.facts.wording import NO_NUMBER, Shown, day, number, safe_link, short_day
from corridor.scenario.events import RULES
from corridor.scenario.observations import Measure
from corridor.scenario.parameters import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from corridor.report.facts.comparison import Judged
    from corridor.report.facts.context import Material
    from corridor.runs.rows import NeedRow, ParameterRow
    from corridor.scenario.events import Event

HORIZONS_DAYS = (7, 14, 28)
MOST_PLACES = 30
MOST_NAMES = 3
LONGEST_FACT = 400
MUCH, SOME = 0.5, 0.85  # share of the width of the prior that is left
UNKNOWN = Shown(NO_NUMBER)
_MEASURES = {
    Measure.STOCK: "people there",
    Measure.ARRIVALS: "arrivals",
    Measure.CUMULATIVE_ARRIVALS: "arrivals so far",
    Measure.DEPARTURES: "departures",
    Measure.WAITING: "people waiting",
    Measure.INSIDE: "people inside",
    Measure.DEATHS: "deaths",
    Measure.CUMULATIVE_DEATHS: "deaths so far",
}


@dataclass(frozen=True)
class PeopleRow:
    """People at a place: now, and at some horizons."""

    name: str
    estimates: tuple[Shown, ...]


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
    standard: str
    source: int


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
    """One report, what became of it, and how far it lies from the fit."""

    day: str
    what: str
    figure: str
    definition: str
    source: str
    link: str | None
    grade: str
    known: str
    status: str
    fitted: Shown
    distance: str
    is_off: bool


@dataclass(frozen=True)
class ParameterLine:
    """One parameter before and after the reports."""

    name: str
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


def people_table(material: Material) -> PeopleTable:
    """Return people at camps now and later, the fullest first."""
    ahead = sorted({*(n for n in HORIZONS_DAYS if n < material.run.horizon_days), material.run.horizon_days})
    days = [material.origin, *(material.origin + timedelta(days=n) for n in ahead)]
    places = material.camps or (material.main_place,)
    rows = []
    for place in places[:MOST_PLACES]:
        found = material.series.find(Measure.STOCK, place)
        estimates = [_people_on(material, place, when) for when in days]
        if found is not None and found.largest > 0:
            rows.append(PeopleRow(material.name(place), tuple(estimates)))
    return PeopleTable(tuple(map(short_day, days)), tuple(rows), max(0, len(places) - MOST_PLACES))


def _people_on(material: Material, place: str, when: date) -> Shown:
    low, high = (0.05, 0.95) if when <= material.origin else (0.1, 0.9)
    found = material.series.find(Measure.STOCK, place)
    estimate = found.estimate(when, low, high) if found else None
    if estimate is None:
        return UNKNOWN
    return material.guard.shown(estimate.low, estimate.likely, estimate.high)


def footnotes(material: Material) -> dict[str, int]:
    """Return the sources of needs and supplies, numbered in the order in which they are named."""
    named = [*(row.source for row in material.run.needs), *(row.source for row in material.run.runout)]
    return {source: number for number, source in enumerate(dict.fromkeys(named), start=1)}


def need_tables(material: Material, notes: Mapping[str, int]) -> tuple[NeedTable, ...]:
    """Return what each place needs in a week and at the end, the main place first."""
    by_place: dict[str, dict[str, list[NeedRow]]] = {}
    for row in material.run.needs:
        by_place.setdefault(row.place, {}).setdefault(row.item, []).append(row)
    order = sorted(by_place, key=lambda place: place != material.main_place)
    soon = min(material.origin + timedelta(days=7), material.end)
    days = (soon, material.end) if soon < material.end else (soon,)
    tables = []
    for place in order[:MOST_PLACES]:
        lines = [_need_line(material, rows, days, notes) for rows in by_place[place].values()]
        headings = tuple(map(short_day, days))
        tables.append(NeedTable(material.name(place), headings, tuple(lines)))
    return tuple(tables)


def _need_line(material: Material, rows: list[NeedRow], days: tuple[date, ...], notes: Mapping[str, int]) -> NeedLine:
    by_day = {row.date: row for row in rows}
    found = [by_day.get(when) for when in days]
    said = material.guard.shown if rows[0].unit.startswith("people") else _amount
    estimates = [said(row.p10, row.p50, row.p90) if row else UNKNOWN for row in found]
    first = rows[0]
    unit = first.unit.replace("/day", " a day")
    name = material.item(first.item)
    return NeedLine(name, unit, tuple(estimates), first.standard, notes[first.source])


def runout_lines(material: Material, notes: Mapping[str, int]) -> tuple[RunoutLine, ...]:
    """Return the day on which each item runs short, the soonest first."""
    far = material.end + timedelta(days=1)

    def said(when: date | None) -> str:
        return short_day(when) if when else f"after {short_day(material.end)}"

    rows = sorted(material.run.runout, key=lambda row: (row.p50 or far, row.p10 or far, row.item))
    return tuple(
        RunoutLine(
            material.item(row.item),
            material.name(row.place),
            f"{number(row.on_site)} {row.unit}" if row.on_site is not None else "not reported",
            said(row.p10),
            said(row.p50),
            said(row.p90),
            notes[row.source],
        )
        for row in rows
    )


def report_lines(material: Material) -> tuple[ReportLine, ...]:
    """Return the reports, the newest first."""
    return tuple(_report_line(material, row) for row in reversed(material.judged))


def _report_line(material: Material, judged: Judged) -> ReportLine:
    report = judged.report
    fit = judged.fitted
    guard = material.guard
    first = report.period_start
    when = short_day(report.date) if first is None else f"{short_day(first)} – {short_day(report.date)}"
    measure = _MEASURES[report.measure] + (f", {report.group}" if report.group else "")
    return ReportLine(
        day=when,
        what=f"{measure}, {_where(material, report.places)}",
        figure=figure(report, guard),
        definition=report.definition or "",
        source=report.source,
        link=safe_link(report.url),
        grade=material.run.scenario.grade_of(report.source).value,
        known=short_day(report.known_on),
        status=judged.status.value,
        fitted=guard.shown(fit.low, fit.likely, fit.high) if fit else UNKNOWN,
        distance=distance(judged, guard),
        is_off=judged.agrees is False and judged.status is Status.USED,
    )


def _where(material: Material, places: tuple[str, ...]) -> str:
    names = [material.name(place) for place in places]
    if len(names) <= MOST_NAMES:
        return " + ".join(names)
    return f"{' + '.join(names[: MOST_NAMES - 1])} + {len(names) - MOST_NAMES + 1} more"


def parameter_lines(material: Material) -> tuple[ParameterLine, ...]:
    """Return the parameters that were not known before, with what the reports taught."""
    rows = (row for row in material.run.posterior if row.prior_p95 > row.prior_p05)
    return tuple(_parameter_line(material, row) for row in rows)


def _parameter_line(material: Material, row: ParameterRow) -> ParameterLine:
    said = material.guard.shown if row.unit.startswith("people") else _amount
    name, _, subject = row.parameter.partition(".")
    definition = DEFINITIONS.get(name)
    about = material.way(subject) if subject else ""
    left = (row.p95 - row.p05) / (row.prior_p95 - row.prior_p05)
    return ParameterLine(
        name=name.replace("_", " ") + (f", {about}" if about else ""),
        meaning=definition.meaning if definition else "",
        unit=row.unit,
        prior=said(row.prior_p05, row.prior_p50, row.prior_p95),
        posterior=said(row.p05, row.p50, row.p95),
        learnt="much" if left < MUCH else "some" if left < SOME else "little",
    )


def _amount(low: float, middle: float, high: float) -> Shown:
    return Shown(number(middle), f"{number(low)}–{number(high)}")


def ahead_lines(material: Material) -> tuple[AheadLine, ...]:
    """Return the events in force at the origin or later, as they were known then."""
    known = material.run.scenario.known_by(material.origin)
    events = [row for row in known.events if row.start > material.origin or row.covers(material.origin)]
    lines = []
    for row in sorted(events, key=lambda row: row.start):
        until = day(row.end) if row.end else "until further notice"
        when = f"{day(row.start)} – {until}" if row.end else f"from {day(row.start)}, {until}"
        lines.append(AheadLine(when, _effect(material, row), row.source, safe_link(row.url)))
    return tuple(lines)


def _effect(material: Material, event: Event) -> str:
    subject = event.subject and material.way(event.subject)
    counts_people = (RULES[event.kind].unit or "").startswith("people")
    is_hidden = counts_people and material.guard.hides(event.value)
    value = None if is_hidden else event.value
    return event.model_copy(update={"subject": subject, "value": value}).effect()


def fact_lines(facts: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return what run.json says of the making of the run, one line for each fact.

    Examples
    --------
    >>> fact_lines({"seed": 7, "arguments": {"horizon_days": 28}})
    (('seed', '7'), ('arguments: horizon days', '28'))
    """
    lines: list[tuple[str, str]] = []
    for name, value in facts.items():
        if isinstance(value, dict):
            lines += ((f"{name}: {inner}", said) for inner, said in fact_lines(value))
        else:
            lines.append((name.replace("_", " "), _fact(value)))
    return tuple(lines)


def _fact(value: object) -> str:
    values: Iterable[object] = value if isinstance(value, list) else (value,)
    text = "; ".join("not given" if one is None else isolated(str(one)) for one in values) or "none"
    return text if len(text) <= LONGEST_FACT else f"{text[:LONGEST_FACT]}…"
