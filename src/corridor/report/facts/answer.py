"""The first screen: the answer in plain words, how sure it is, and on whose figures it rests."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.report.facts.comparison import Status
from corridor.report.facts.members import arrivals_between, chance_above
from corridor.report.facts.water import delivered
from corridor.report.facts.wording import day, number, percent_words, short_day, span
from corridor.scenario.names import isolated
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from datetime import date

    from corridor.needs.rows import NeedRow, RunOutRow
    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.series import Estimate

LOW, HIGH = 0.1, 0.9
THIN = 100
STALE_DAYS = 14


@dataclass(frozen=True)
class Tile:
    """One figure of the first screen: what it is, its likely value, its range."""

    label: str
    likely: str
    low: str
    high: str
    note: str = ""


@dataclass(frozen=True)
class Answer:
    """What a reader takes away who reads one screen."""

    headline: str
    sentences: tuple[str, ...]
    tiles: tuple[Tile, ...]
    basis: tuple[str, ...]
    warnings: tuple[str, ...]


def answer(context: ReportContext) -> Answer:
    """Return the first screen of the report."""
    tiles: list[Tile] = []
    sentences: list[str] = []
    headline = _stock(context, tiles)
    for part in (_capacity, _arrivals, _inside, _waiting, _water, _runout):
        sentence = part(context, tiles)
        if sentence:
            sentences.append(sentence)
    return Answer(headline, tuple(sentences), tuple(tiles), _basis(context), _warnings(context))


def _texts(context: ReportContext, estimate: Estimate) -> tuple[str, str, str]:
    guard = context.guard
    values = (estimate.low, estimate.likely, estimate.high)
    low, likely, high = (guard.text(value, digits=2) for value in values)
    return low, likely, high


def _stock(context: ReportContext, tiles: list[Tile]) -> str:
    place = context.main_place
    series = context.series.find(Measure.STOCK, place)
    later = series.estimate(context.end, LOW, HIGH) if series else None
    if series is None or later is None:
        return f"How many people are in {context.name(place)} is unknown: nobody has counted them."
    low, likely, high = _texts(context, later)
    name = context.name(place)
    tiles.append(Tile(f"in {name} on {short_day(context.end)}", likely, f"low {low}", f"high {high}"))
    since = _since(context, (series.at(context.origin, 0.5), later.likely))
    return f"By {day(context.end)}, likely {likely} people in {name}: low {low}, high {high}{since}."


def _since(context: ReportContext, values: tuple[float | None, float]) -> str:
    """Return how the likely number of the last day lies to that of the origin, as the end of a sentence."""
    before, after = values
    if before is None:
        return ""
    texts = [context.guard.text(value, digits=2) for value in (before, after)]
    if texts[0] == texts[1]:
        return f"; as many as on {short_day(context.origin)}"
    return f"; {'up' if after > before else 'down'} from {texts[0]} on {short_day(context.origin)}"


def _capacity(context: ReportContext, tiles: list[Tile]) -> str | None:
    del tiles  # in the text alone: five figures are enough for one screen
    place = context.main_place
    known = context.run.scenario.known_by(context.origin)
    days = [context.origin + timedelta(days=ahead) for ahead in range(1, context.run.horizon_days + 1)]
    limits = [limit for when in days if (limit := known.capacity_on(place, when))]
    chance = chance_above(context.run.folder, place, limits) if limits else None
    if chance is None:
        return None
    capacity = limits[-1]
    name, when = context.name(place), ""
    if chance.likely_day is not None:
        when = f", most likely first on {short_day(chance.likely_day)}"
    words = percent_words(chance.fraction)
    return f"{name} can hold {number(capacity, 2)}: {words} that more are there by {short_day(context.end)}{when}."


def _arrivals(context: ReportContext, tiles: list[Tile]) -> str | None:
    days = min(7, context.run.horizon_days)
    last = context.origin + timedelta(days=days)
    place = context.main_place
    name = context.name(place)
    is_known = any(context.series.find(one, place) for one in (Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS))
    estimate = arrivals_between(context.run.folder, context.series, place, (context.origin, last))
    if not is_known or estimate is None:
        return f"How many arrive at {name} is unknown: no report counts arrivals."
    low, likely, high = _texts(context, estimate)
    when = span(context.origin + timedelta(days=1), last)
    others = _other_arrivals(context, last, estimate)
    label = f"arrive in the next {days} days"
    tiles.append(Tile(label, likely, f"low {low}", f"high {high}", f"{when}; by known ways" if others else when))
    known = f"In the next {days} days ({when}), likely {likely} people arrive at {name}"
    return f"{known}{' by known ways' if others else ''}: low {low}, high {high}{others}."


def _other_arrivals(context: ReportContext, last: date, known: Estimate) -> str:
    """Return how many more arrive whom no route explains, as the end of a sentence; nothing where they are few."""
    there = (row for row in context.run.balance if row.place == context.main_place and row.until_date == last)
    other = next((row.other_arrivals for row in there), 0.0)
    if other < max(context.guard.below, known.likely / 10):
        return ""
    return f"; on average {context.guard.text(other, 2)} more by ways that nobody has stated"


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
    low, likely, high = _texts(context, first)
    name = context.name(place)
    tiles.append(Tile(f"still inside {name}", likely, f"low {low}", f"high {high}", _on(tomorrow)))
    text = f"Still inside {name} on {short_day(tomorrow)}: likely {likely} ({low}–{high})"
    low, likely, high = _texts(context, last)
    more = f" Also besieged: {', '.join(map(context.name, others))}." if others else ""
    return f"{text}; on {short_day(context.end)}, {likely} ({low}–{high}).{more}"


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
        return (
            f"Queues are likely to be short; the longest may be at {context.name(place)} around {short_day(peak)}, "
            f"with {high} waiting or more in 1 of 10 cases."
        )
    return (
        f"The longest queue is expected at {context.name(place)} around {short_day(peak)}: "
        f"likely {likely} waiting ({low}–{high})."
    )


def _water(context: ReportContext, tiles: list[Tile]) -> str | None:
    totals = delivered((row for row in context.run.needs if row.date <= context.end), context.main_place)
    if not totals:
        return None
    rows = list(totals)
    soon, last = _nearest(rows, context.origin + timedelta(days=7)), _nearest(rows, context.end)
    low, likely, high = (number(value, 2) for value in (soon.p10, soon.p50, soon.p90))
    unit = soon.unit.removesuffix("/day")
    share = f"{totals[soon]:.0%} of it lost on the way" if totals[soon] > 0 else ""
    note = f"{_on(soon.date)}; {share}" if share else _on(soon.date)
    tiles.append(Tile(f"{unit} of water a day to deliver", likely, f"low {low}", f"high {high}", note))
    text = f"Water to deliver: {likely} {unit} a day by {short_day(soon.date)} ({low}–{high})"
    if last.date > soon.date:
        low, likely, high = (number(value, 2) for value in (last.p10, last.p50, last.p90))
        text += f", {likely} ({low}–{high}) by {short_day(last.date)}"
    return f"{text}, {share}." if share else f"{text}."


def _runout(context: ReportContext, tiles: list[Tile]) -> str | None:
    rows = context.run.runout
    if not rows:
        return None
    tomorrow = context.origin + timedelta(days=1)
    short = [row for row in rows if row.p50 is not None and row.p50 <= tomorrow]
    ahead = [row for row in rows if row not in short and (row.p10 or row.p50)]
    sentences = []
    if short:
        names = ", ".join(dict.fromkeys(_thing(context, row) for row in short))
        sentences.append(f"Short already: {names}.")
    if ahead:
        far = context.end + timedelta(days=1)
        first = min(ahead, key=lambda row: (row.p50 or far, row.p10 or far))
        sentences.append(_next_short(context, first, tiles))
    if not sentences:
        days = context.run.horizon_days
        return f"Nothing that is listed as on site is expected to run short within {days} days."
    return " ".join(sentences)


def _next_short(context: ReportContext, row: RunOutRow, tiles: list[Tile]) -> str:
    likely, early, late = (_short_by(when, context.end) for when in (row.p50, row.p10, row.p90))
    thing = _thing(context, row)
    tiles.append(Tile("next to run short", likely, f"early {early}", f"late {late}", thing))
    return f"Next to run short: {thing}, likely {likely} (early {early}, late {late})."


def _thing(context: ReportContext, row: RunOutRow) -> str:
    name = context.item(row.item)
    return f"{name[:1].lower()}{name[1:]} at {context.name(row.place)}"


def _short_by(when: date | None, end: date) -> str:
    return short_day(when) if when else f"after {short_day(end)}"


def _on(when: date) -> str:
    return f"on {short_day(when)}"


def _nearest(rows: list[NeedRow], when: date) -> NeedRow:
    return min(rows, key=lambda row: abs((row.date - when).days))


def _basis(context: ReportContext) -> tuple[str, ...]:
    used = [row.report for row in context.compared if row.status is Status.USED]
    counts = Counter(row.source for row in used)
    grades = Counter(context.run.scenario.grade_of(row.source).value for row in used)
    held = sum(row.status is Status.HELD for row in context.compared)
    ignored = sum(row.status is Status.IGNORED for row in context.compared)
    sure = (
        "Low and high: in 8 of 10 cases the true number should lie between them, in 1 of 10 below, "
        "in 1 of 10 above, provided that what this page says the model assumes holds."
    )
    alarms = _alarms(context)
    notes = tuple(note for note in _sentences(context, "notes") if note not in alarms)
    if not used:
        return (sure, "No report was used: this is what the assumptions alone say.", *notes)
    newest = max(used, key=lambda row: (row.date, row.known_on))
    most = ", ".join(f"{isolated(name)} ({count})" for name, count in counts.most_common(3))
    graded = ", ".join(f"{grades[grade]} of grade {grade}" for grade in sorted(grades))
    left_out = [f"{count} {what}" for count, what in ((held, "held back"), (ignored, "ignored")) if count]
    unused = f"Not used: {' and '.join(left_out)}. " if left_out else ""
    rests = (
        f"It rests on {_many(len(used), 'report')} by {_many(len(counts), 'source')}, most of them from {most}; "
        f"{graded} (A is a head count, D is hearsay). {unused}"
        f"The newest is for {day(newest.date)}, by {isolated(newest.source)}."
    )
    return (
        sure,
        rests,
        *notes,
    )


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _sentences(context: ReportContext, key: str) -> tuple[str, ...]:
    """Return the sentences under a key of run.json, none where an earlier version wrote none."""
    stated = context.run.run.get(key)
    return tuple(map(str, stated)) if isinstance(stated, list) else ()


def _alarms(context: ReportContext) -> tuple[str, ...]:
    """Return the reports that the fit contradicts, and days that left few histories: the fit may be wrong."""
    degenerate = context.run.run.get("degenerate")
    return (*_sentences(context, "conflicts"), *([str(degenerate)] if degenerate else []))


def _warnings(context: ReportContext) -> tuple[str, ...]:
    sentences = list(_alarms(context))
    waiting = context.run.run.get("proposals_waiting")
    if isinstance(waiting, int) and waiting > 0:
        what = "figure, read from a text, waits" if waiting == 1 else "figures, read from texts, wait"
        sentences.append(f"{number(waiting)} {what} for a decision (corridor review); nothing of it is used.")
    size = context.run.run.get("effective_sample_size")
    if isinstance(size, int | float) and size < THIN and not context.run.run.get("degenerate"):
        sentences.append(
            f"The fit rests on few distinct histories (effective sample size {number(size)}; "
            f"{THIN} or more is comfortable): the ranges may be too narrow."
        )
    used = [row.report.date for row in context.compared if row.status is Status.USED]
    age_days = (context.origin - max(used)).days if used else 0
    if age_days > STALE_DAYS:
        sentences.append(f"The newest report that was used is {age_days} days old.")
    return tuple(sentences)
