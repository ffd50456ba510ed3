"""The first screen: the answer in plain words, how sure it is, and on whose figures it rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.report.facts.balance import are_many
from corridor.report.facts.basis import basis, run_alarms, run_notes, warnings
from corridor.report.facts.left_out import NOT_SCORED
from corridor.report.facts.members import arrivals_between, chance_above
from corridor.report.facts.series import HIGH, LOW
from corridor.report.facts.shortage import Tile, shortage
from corridor.report.facts.total import people_in_all, sites
from corridor.report.facts.water import LOSSES, WATER, delivered
from corridor.report.facts.wording import digits_to_tell, number, percent_words
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from datetime import date

    from corridor.needs.rows import NeedRow
    from corridor.report.facts.context import ReportContext, Worded
    from corridor.report.facts.series import Estimate


@dataclass(frozen=True)
class Answer:
    """What a reader takes away who reads one screen; notes and alarms are sentences of the run."""

    headline: str
    sentences: tuple[str, ...]
    tiles: tuple[Tile, ...]
    basis: tuple[str, ...]
    notes: tuple[Worded, ...]
    alarms: tuple[Worded, ...]
    warnings: tuple[str, ...]


def answer(context: ReportContext) -> Answer:
    """Return the first screen of the report."""
    tiles: list[Tile] = []
    sentences: list[str] = []
    headline = _stock(context, tiles)
    is_counted = bool(tiles)
    for part in (_capacity, _arrivals, _inside, _waiting, _water, shortage):
        sentence = part(context, tiles)
        if sentence:
            sentences.append(sentence)
        if part is _arrivals and sentence and tiles and not is_counted:  # where nobody is counted, who arrives leads
            headline, sentences[-1] = sentence, headline
    notes, alarms = run_notes(context), run_alarms(context)
    return Answer(headline, tuple(sentences), tuple(tiles), basis(context), notes, alarms, warnings(context))


def _texts(context: ReportContext, estimate: Estimate) -> tuple[str, str, str]:
    guard = context.guard
    values = (estimate.low, estimate.likely, estimate.high)
    digits = digits_to_tell(*values)
    low, likely, high = (guard.text(value, digits) for value in values)
    return low, likely, high


def _tile(context: ReportContext, label: str, texts: tuple[str, str, str], note: str = "") -> Tile:
    low, likely, high = texts
    message = context.language.message
    return Tile(label, likely, message("low {low}", low=low), message("high {high}", high=high), note)


def _stock(context: ReportContext, tiles: list[Tile]) -> str:
    place, language = context.main_place, context.language
    series = context.series.find(Measure.STOCK, place)
    later = series.estimate(context.end, LOW, HIGH) if series else None
    if series is None or later is None:
        return language.message(
            "How many people are in {place} is unknown: nobody has counted them.", place=context.name(place)
        )
    low, likely, high = texts = _texts(context, later)
    name = context.name(place)
    label = language.message("in {place} on {day}", place=name, day=language.short_day(context.end))
    tiles.append(_tile(context, label, texts, _in_all(context)))
    return language.message(
        "By {day}, likely {likely} people in {place}: low {low}, high {high}{since}.",
        day=language.day(context.end),
        likely=likely,
        place=name,
        low=low,
        high=high,
        since=_since(context, (series.at(context.origin, 0.5), later.likely)),
    )


def _in_all(context: ReportContext) -> str:
    """Return how many are at all sites together on the last day; nothing where there is one site."""
    total = people_in_all(context, context.end)
    if total is None:
        return ""
    people = context.guard.people(
        total.low, total.likely, total.high, digits_to_tell(total.low, total.likely, total.high)
    )
    return context.language.message("at the {count} sites together: {people}", count=len(sites(context)), people=people)


def _since(context: ReportContext, values: tuple[float | None, float]) -> str:
    """Return how the likely number of the last day lies to that of the origin, as the end of a sentence."""
    before, after = values
    if before is None:
        return ""
    message, when = context.language.message, context.language.short_day(context.origin)
    then, later = (context.guard.text(value, digits=2) for value in (before, after))
    if then == later:
        return message("; as many as on {day}", day=when)
    if after > before:
        return message("; up from {people} on {day}", people=then, day=when)
    return message("; down from {people} on {day}", people=then, day=when)


def _capacity(context: ReportContext, tiles: list[Tile]) -> str | None:
    del tiles  # in the text alone: five figures are enough for one screen
    place = context.main_place
    known = context.run.scenario.known_by(context.origin)
    days = [context.origin + timedelta(days=ahead) for ahead in range(1, context.run.horizon_days + 1)]
    limits = [limit for when in days if (limit := known.capacity_on(place, when))]
    chance = chance_above(context.run.folder, place, limits) if limits else None
    if chance is None:
        return None
    language, first = context.language, ""
    if chance.likely_day is not None and chance.fraction >= 1 / 20:
        first = language.message(", most likely first on {day}", day=language.short_day(chance.likely_day))
    return language.message(
        "{place} can hold {capacity}: {chance} that more are there by {day}{first}.",
        place=context.name(place),
        capacity=number(limits[-1], 2, language),
        chance=percent_words(chance.fraction, language),
        day=language.short_day(context.end),
        first=first,
    )


def _arrivals(context: ReportContext, tiles: list[Tile]) -> str | None:
    days = min(7, context.run.horizon_days)
    last = context.origin + timedelta(days=days)
    place, language = context.main_place, context.language
    name = context.name(place)
    is_known = any(context.series.find(one, place) for one in (Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS))
    estimate = arrivals_between(context.run.folder, context.series, place, (context.origin, last))
    if not is_known or estimate is None:
        return language.message("How many arrive at {place} is unknown: no report counts arrivals.", place=name)
    low, likely, high = texts = _texts(context, estimate)
    when = language.span(context.origin + timedelta(days=1), last)
    label = language.plural("arrive in the next {count} day", "arrive in the next {count} days", days)
    gaps = {"span": when, "likely": likely, "place": name, "low": low, "high": high}
    others = _others(context, last, estimate)
    if others:
        note = language.message("{span}, by stated ways; otherwise {come} come and {leave} leave", span=when, **others)
        tiles.append(_tile(context, label, texts, note))
        stated = language.plural(
            "In the next {count} day ({span}), likely {likely} people arrive at {place} by stated ways: low {low}, "
            "high {high}.",
            "In the next {count} days ({span}), likely {likely} people arrive at {place} by stated ways: low {low}, "
            "high {high}.",
            days,
            **gaps,
        )
        otherwise = language.message(
            "If counts go on to move by more than these ways explain, {come} more come and {leave} leave on average.",
            **others,
        )
        return f"{stated} {otherwise}"
    tiles.append(_tile(context, label, texts, when))
    return language.plural(
        "In the next {count} day ({span}), likely {likely} people arrive at {place}: low {low}, high {high}.",
        "In the next {count} days ({span}), likely {likely} people arrive at {place}: low {low}, high {high}.",
        days,
        **gaps,
    )


def _others(context: ReportContext, last: date, stated: Estimate) -> dict[str, str]:
    """Return how many come and leave whom no stated way explains; nothing where few come."""
    there = (row for row in context.run.balance if row.place == context.main_place and row.until_date == last)
    row = next(there, None)
    if row is None or not are_many(row.other_arrivals, stated.likely, context.guard.below):
        return {}
    return {
        "come": context.guard.text(row.other_arrivals, 2),
        "leave": context.guard.text(row.other_departures, 2),
    }


def _inside(context: ReportContext, tiles: list[Tile]) -> str | None:
    if not context.besieged:
        return None
    place, *others = context.besieged
    series = context.series.find(Measure.INSIDE, place)
    tomorrow = context.origin + timedelta(days=1)
    first = series.estimate(tomorrow, LOW, HIGH) if series else None
    last = series.estimate(context.end, LOW, HIGH) if series else None
    if first is None or last is None:
        return None
    language, name = context.language, context.name(place)
    label = language.message("still inside {place}", place=name)
    tiles.append(_tile(context, label, _texts(context, first), _on(context, tomorrow)))
    text = language.message(
        "Still inside {place} on {day}: likely {people}; on {last_day}, {people_then}.",
        place=name,
        day=language.short_day(tomorrow),
        people=_people(context, first),
        last_day=language.short_day(context.end),
        people_then=_people(context, last),
    )
    text = f"{text} {language.term(NOT_SCORED)}"
    if not others:
        return text
    names = language.listed(map(context.name, others))
    return f"{text} {language.message('Also besieged: {places}.', places=names)}"


def _people(context: ReportContext, estimate: Estimate) -> str:
    """Return an estimate with both ends of its interval, even where they are the same."""
    low, likely, high = _texts(context, estimate)
    return context.language.message("{likely} ({low}–{high})", likely=likely, low=low, high=high)


def _waiting(context: ReportContext, tiles: list[Tile]) -> str | None:
    del tiles  # in the text alone: five figures are enough for one screen
    if not context.gates:
        return None
    days = [context.origin + timedelta(days=ahead) for ahead in range(1, context.run.horizon_days + 1)]
    queues = [series for place in context.gates if (series := context.series.find(Measure.WAITING, place))]
    ahead = [(series, when) for series in queues for when in days]
    longest, peak = max(ahead, key=lambda row: (row[0].at(row[1], 0.5) or 0.0, row[0].at(row[1], HIGH) or 0.0))
    worst, place = longest.estimate(peak, LOW, HIGH), longest.place
    if worst is None or worst.high < max(1, context.guard.below):
        return None
    low, likely, high = _texts(context, worst)
    if worst.likely < max(1, context.guard.below):
        return context.language.message(
            "Queues are likely to be short; the longest may be at {place} around {day}, with {people} waiting or more "
            "in 1 of 10 cases.",
            place=context.name(place),
            day=context.language.short_day(peak),
            people=high,
        )
    return context.language.message(
        "The longest queue is expected at {place} around {day}: likely {likely} waiting ({low}–{high}).",
        place=context.name(place),
        day=context.language.short_day(peak),
        likely=likely,
        low=low,
        high=high,
    )


def _water(context: ReportContext, tiles: list[Tile]) -> str | None:
    totals = delivered((row for row in context.needs if row.date <= context.end), context.main_place)
    if not totals:
        return None
    rows = list(totals)
    soon, last = _nearest(rows, context.origin + timedelta(days=7)), _nearest(rows, context.end)
    language = context.language
    low, likely, high = texts = _amounts(context, soon)
    unit = language.term(soon.unit.removesuffix("/day"))
    lost = language.percent(totals[soon]) if totals[soon] > 0 else ""
    share = language.message("{percent} of it lost on the way", percent=lost) if lost else ""
    note = language.clauses(filter(None, (_on(context, soon.date), share)))
    tiles.append(_tile(context, language.message("{unit} of water a day to deliver", unit=unit), texts, note))
    then = ""
    if last.date > soon.date:
        ends = dict(zip(("low", "likely", "high"), _amounts(context, last), strict=True))
        then = language.message(", {likely} ({low}–{high}) by {day}", day=language.short_day(last.date), **ends)
    return language.message(
        "Water to deliver: {likely} {unit} a day by {day} ({low}–{high}){then}{share}.",
        likely=likely,
        unit=unit,
        day=language.short_day(soon.date),
        low=low,
        high=high,
        then=then,
        share=language.message(", {share}", share=share) if share else "",
    )


def _amounts(context: ReportContext, row: NeedRow) -> tuple[str, str, str]:
    digits = digits_to_tell(row.p10, row.p50, row.p90)
    guard = context.guard.of(WATER, LOSSES)
    low, likely, high = (guard.text(value, digits) for value in (row.p10, row.p50, row.p90))
    return low, likely, high


def _on(context: ReportContext, when: date) -> str:
    return context.language.message("on {day}", day=context.language.short_day(when))


def _nearest(rows: list[NeedRow], when: date) -> NeedRow:
    return min(rows, key=lambda row: abs((row.date - when).days))
