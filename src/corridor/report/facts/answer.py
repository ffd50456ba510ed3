"""The first screen: the answer in plain words, how sure it is, and on whose figures it rests."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from corridor.report.facts.comparison import Status
from corridor.report.facts.context import isolated
from corridor.report.facts.members import arrivals_between
from corridor.report.facts.wording import day, number, short_day, span
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from datetime import date

    from corridor.report.facts.context import Material
    from corridor.report.facts.series import Estimate
    from corridor.runs.rows import NeedRow, RunoutRow

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


def answer(material: Material) -> Answer:
    """Return the first screen of the report."""
    tiles: list[Tile] = []
    sentences: list[str] = []
    headline = _stock(material, tiles)
    for part in (_today, _arrivals, _inside, _waiting, _water, _runout):
        sentence = part(material, tiles)
        if sentence:
            sentences.append(sentence)
    return Answer(headline, tuple(sentences), tuple(tiles), _basis(material), _warnings(material))


def _said(material: Material, estimate: Estimate) -> tuple[str, str, str]:
    guard = material.guard
    values = (estimate.low, estimate.likely, estimate.high)
    low, likely, high = (guard.text(value, digits=2) for value in values)
    return low, likely, high


def _stock(material: Material, tiles: list[Tile]) -> str:
    place = material.main_place
    found = material.series.find(Measure.STOCK, place)
    later = found.estimate(material.end, LOW, HIGH) if found else None
    if found is None or later is None:
        return f"This run has no forecast of people in {material.name(place)}."
    low, likely, high = _said(material, later)
    name = material.name(place)
    tiles.append(Tile(f"in {name} on {short_day(material.end)}", likely, f"low {low}", f"high {high}"))
    return f"By {day(material.end)}, likely {likely} people in {name}: low {low}, high {high}."


def _today(material: Material, tiles: list[Tile]) -> str | None:
    del tiles  # said in the text alone: five figures are enough for one screen
    place = material.main_place
    found = material.series.find(Measure.STOCK, place)
    today = found.estimate(material.origin, 0.05, 0.95) if found else None
    if today is None:
        return None
    low, likely, high = _said(material, today)
    return (
        f"On {short_day(material.origin)} there were likely {likely} in {material.name(place)} (9 in 10: {low}–{high})."
    )


def _arrivals(material: Material, tiles: list[Tile]) -> str | None:
    days = min(7, material.run.horizon_days)
    last = material.origin + timedelta(days=days)
    found = arrivals_between(material.run.folder, material.series, material.main_place, (material.origin, last))
    if found is None:
        return None
    low, likely, high = _said(material, found)
    when = span(material.origin + timedelta(days=1), last)
    label = f"arrive in the next {days} days"
    tiles.append(Tile(label, likely, f"low {low}", f"high {high}", when))
    name = material.name(material.main_place)
    return f"In the next {days} days ({when}), likely {likely} people arrive at {name}: low {low}, high {high}."


def _inside(material: Material, tiles: list[Tile]) -> str | None:
    if not material.besieged:
        return None
    place, *others = material.besieged
    found = material.series.find(Measure.INSIDE, place)
    tomorrow = material.origin + timedelta(days=1)
    first = found.estimate(tomorrow, LOW, HIGH) if found else None
    last = found.estimate(material.end, LOW, HIGH) if found else None
    if first is None or last is None:
        return None
    low, likely, high = _said(material, first)
    name = material.name(place)
    tiles.append(Tile(f"still inside {name}", likely, f"low {low}", f"high {high}", _on(tomorrow)))
    text = f"Still inside {name} on {short_day(tomorrow)}: likely {likely} ({low}–{high})"
    low, likely, high = _said(material, last)
    more = f" Also besieged: {', '.join(map(material.name, others))}." if others else ""
    return f"{text}; on {short_day(material.end)}, {likely} ({low}–{high}).{more}"


def _waiting(material: Material, tiles: list[Tile]) -> str | None:
    del tiles  # said in the text alone: five figures are enough for one screen
    if not material.gates:
        return None
    days = [material.origin + timedelta(days=ahead) for ahead in range(1, material.run.horizon_days + 1)]
    queues = [found for place in material.gates if (found := material.series.find(Measure.WAITING, place))]
    ahead = [(found.at(when, 0.5) or 0.0, found, when) for found in queues for when in days]
    _, longest, peak = max(ahead, key=lambda row: row[0])
    worst, place = longest.estimate(peak, LOW, HIGH), longest.place
    if worst is None or worst.high < max(1, material.guard.below):
        return None
    low, likely, high = _said(material, worst)
    return (
        f"The longest queue is expected at {material.name(place)} around {short_day(peak)}: "
        f"likely {likely} waiting ({low}–{high})."
    )


def _water(material: Material, tiles: list[Tile]) -> str | None:
    rows = [
        row
        for row in material.run.needs
        if row.place == material.main_place and row.item == "water" and row.date <= material.end
    ]
    if not rows:
        return None
    soon = _nearest(rows, material.origin + timedelta(days=7))
    last = _nearest(rows, material.end)
    low, likely, high = (number(value, 2) for value in (soon.p10, soon.p50, soon.p90))
    unit = soon.unit.removesuffix("/day")
    tiles.append(Tile(f"{unit} of water a day", likely, f"low {low}", f"high {high}", _on(soon.date)))
    text = f"Water to deliver: {likely} {unit} a day by {short_day(soon.date)} ({low}–{high})"
    if last.date > soon.date:
        low, likely, high = (number(value, 2) for value in (last.p10, last.p50, last.p90))
        text += f", {likely} ({low}–{high}) by {short_day(last.date)}"
    return f"{text}, before losses on the way."


def _runout(material: Material, tiles: list[Tile]) -> str | None:
    rows = material.run.runout
    if not rows:
        return None
    tomorrow = material.origin + timedelta(days=1)
    short = [row for row in rows if row.p50 is not None and row.p50 <= tomorrow]
    ahead = [row for row in rows if row not in short and (row.p10 or row.p50)]
    sentences = []
    if short:
        names = ", ".join(dict.fromkeys(_thing(material, row) for row in short))
        sentences.append(f"Short already: {names}.")
    if ahead:
        far = material.end + timedelta(days=1)
        first = min(ahead, key=lambda row: (row.p50 or far, row.p10 or far))
        sentences.append(_next_short(material, first, tiles))
    if not sentences:
        days = material.run.horizon_days
        return f"Nothing that is listed as on site is expected to run short within {days} days."
    return " ".join(sentences)


def _next_short(material: Material, row: RunoutRow, tiles: list[Tile]) -> str:
    likely, early, late = (_short_by(when, material.end) for when in (row.p50, row.p10, row.p90))
    thing = _thing(material, row)
    tiles.append(Tile("next to run short", likely, f"early {early}", f"late {late}", thing))
    return f"Next to run short: {thing}, likely {likely} (early {early}, late {late})."


def _thing(material: Material, row: RunoutRow) -> str:
    name = material.item(row.item)
    return f"{name[:1].lower()}{name[1:]} at {material.name(row.place)}"


def _short_by(when: date | None, end: date) -> str:
    return short_day(when) if when else f"after {short_day(end)}"


def _on(when: date) -> str:
    return f"on {short_day(when)}"


def _nearest(rows: list[NeedRow], when: date) -> NeedRow:
    return min(rows, key=lambda row: abs((row.date - when).days))


def _basis(material: Material) -> tuple[str, ...]:
    used = [row.report for row in material.judged if row.status is Status.USED]
    counts = Counter(row.source for row in used)
    grades = Counter(material.run.scenario.grade_of(row.source).value for row in used)
    held = sum(row.status is Status.HELD for row in material.judged)
    ignored = sum(row.status is Status.IGNORED for row in material.judged)
    sure = (
        "Low and high: in 8 of 10 cases the true number should lie between them, in 1 of 10 below, "
        "in 1 of 10 above, provided that what this page says the model assumes holds."
    )
    stated = material.run.run.get("notes")
    notes = tuple(map(str, stated)) if isinstance(stated, list) else ()
    if not used:
        return (sure, "No report was used: this is what the assumptions alone say.", *notes)
    newest = max(used, key=lambda row: (row.date, row.known_on))
    most = ", ".join(f"{isolated(name)} ({count})" for name, count in counts.most_common(3))
    graded = ", ".join(f"{grades[grade]} of grade {grade}" for grade in sorted(grades))
    rests = (
        f"It rests on {_many(len(used), 'report')} by {_many(len(counts), 'source')}, most of them from {most}; "
        f"{graded} (A is a head count, D is hearsay). {held} were held back and {ignored} ignored. "
        f"The newest is for {day(newest.date)}, by {isolated(newest.source)}."
    )
    return (
        sure,
        rests,
        *notes,
    )


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _warnings(material: Material) -> tuple[str, ...]:
    found: list[str] = []
    size = material.run.run.get("effective_sample_size")
    if isinstance(size, int | float) and size < THIN:
        found.append(
            f"The fit rests on few distinct histories (effective sample size {number(size)}; "
            f"{THIN} or more is comfortable): the ranges may be too narrow."
        )
    used = [row.report.date for row in material.judged if row.status is Status.USED]
    age_days = (material.origin - max(used)).days if used else 0
    if age_days > STALE_DAYS:
        found.append(f"The newest report that was used is {age_days} days old.")
    return tuple(found)
