"""A sweep as a small table: what each value of a lever changes by the last day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.differences import EVERYWHERE, LEVELS, assumption
from corridor.report.facts.series import Estimate
from corridor.report.facts.wording import Shown, number, unit_words
from corridor.scenario.events import RULES, EventKind
from corridor.scenario.parameters import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.report.facts.context import ReportContext
    from corridor.report.languages.language import Language

NIGHTS, DEATHS, STOCK, INSIDE = "waiting_nights", "deaths", "stock", "inside"
NOTHING = Estimate(0, 0, 0)
HARDLY = 0.05
"""Beyond a value that leaves no more than this of the range of nights, nights are said to hardly fall."""


class Step(NamedTuple):
    """One value of the lever, and what it changes by the last day: nights, deaths, people there, people inside."""

    value: float
    nights: Estimate
    deaths: Estimate
    people: Estimate
    inside: Estimate = NOTHING


class SweepLine(NamedTuple):
    """A row of the table."""

    value: str
    cells: tuple[Shown, ...]


class SweepTable(NamedTuple):
    """A sweep: the lever, what is concluded, the headings after its value, and its rows."""

    lever: str
    conclusion: str
    headings: tuple[str, ...]
    lines: tuple[SweepLine, ...]


def sweep_steps(context: ReportContext) -> tuple[Step, ...]:
    """Return the steps of a sweep in order of their values; nothing where the run swept none."""
    swept = context.run.run.get("swept")
    if not isinstance(swept, dict):
        return ()
    last = max((row.target_end_date for row in context.run.differences), default=None)
    levels: dict[tuple[str, str, str], dict[float, float]] = {}
    for row in context.run.differences:
        if row.target_end_date == last and row.output_type == "quantile" and row.alternative in swept:
            key = (row.alternative, row.target, row.location)
            levels.setdefault(key, {})[float(row.output_type_id)] = row.value

    def change(name: str, target: str, place: str) -> Estimate:
        own = levels.get((name, target, place))
        return Estimate(*(own[level] for level in LEVELS)) if own else NOTHING

    steps = (
        Step(
            float(value),
            change(name, NIGHTS, EVERYWHERE),
            change(name, DEATHS, EVERYWHERE),
            change(name, STOCK, context.main_place),
            change(name, INSIDE, EVERYWHERE),
        )
        for name, value in swept.items()
    )
    return tuple(sorted(steps))


def sweep_table(context: ReportContext) -> SweepTable | None:
    """Return the steps of a sweep as a table, with the value that is enough; None where the run swept none."""
    steps = sweep_steps(context)
    if not steps:
        return None
    name = next(iter(context.run.run["swept"])).rpartition("=")[0]  # type: ignore[call-overload]  # a dict: there are steps
    kind, _, subject = name.partition(" ")
    language = context.language
    what = language.term(kind.replace("_", " "))
    subject_name = context.path_name(subject) if subject else ""
    lever = language.listed(filter(None, (f"{what[:1].upper()}{what[1:]}", subject_name, _unit(kind, language))))
    has_inside = any(step.inside != NOTHING for step in steps)
    lines = tuple(
        SweepLine(
            number(step.value, 9, language), tuple(_signed(context, one) for one in _cells(step, has_inside=has_inside))
        )
        for step in steps
    )
    return SweepTable(lever, _conclusion(context, steps), _headings(context, has_inside=has_inside), lines)


def _headings(context: ReportContext, *, has_inside: bool) -> tuple[str, ...]:
    message = context.language.message
    deaths = message("Deaths")
    people = message("People in {place}", place=context.name(context.main_place))
    is_assumed = DEATHS in context.assumed
    headings = (message("Nights in the open"), assumption(deaths, context.language) if is_assumed else deaths, people)
    return (*headings, message("Still inside")) if has_inside else headings


def _cells(step: Step, *, has_inside: bool) -> tuple[Estimate, ...]:
    cells = (step.nights, step.deaths, step.people)
    return (*cells, step.inside) if has_inside else cells


def _unit(kind: str, language: Language) -> str:
    """Return the unit of the values of an event or a parameter, in words."""
    unit = RULES[EventKind(kind)].unit if kind in set(EventKind) else getattr(DEFINITIONS.get(kind), "unit", "")
    return unit_words(unit or "", language)


def _conclusion(context: ReportContext, steps: Sequence[Step]) -> str:
    nights, language = [step.nights.likely for step in steps], context.language
    best, worst = min(nights), max(nights)
    if worst - best < max(context.guard.below, 1):
        return language.message("Nights in the open are likely the same at all these values.")
    inside = [step.inside.likely for step in steps]
    remain = inside[nights.index(best)] - min(inside)
    if remain >= max(context.guard.below, 1):
        return language.message(
            "No value is enough for everybody: at {value} the fewest wait in the open, since likely {people} more are "
            "still inside.",
            value=number(steps[nights.index(best)].value, 9, language),
            people=number(remain, 2, language),
        )
    at = next(k for k, night in enumerate(nights) if night <= best + HARDLY * (worst - best))
    value = number(steps[at].value, 9, language)
    if at == 0:
        return language.message("{value} does: more brings no fewer nights in the open.", value=value)
    before = language.message(
        "at {value} there are likely {nights} more",
        value=number(steps[at - 1].value, 9, language),
        nights=context.guard.text(nights[at - 1] - nights[at], 2),
    )
    if at == len(steps) - 1:
        return language.message(
            "Nights in the open fall up to the largest value, {value}; {before}.", value=value, before=before
        )
    return language.message(
        "{value} is enough: beyond it nights in the open hardly fall; {before}.", value=value, before=before
    )


def _signed(context: ReportContext, change: Estimate) -> Shown:
    low, likely, high = (_sign(context, value) for value in (change.low, change.likely, change.high))
    return Shown(likely, "" if low == high else context.language.message("{low} to {high}", low=low, high=high))


def _sign(context: ReportContext, value: float) -> str:
    text = context.guard.text(abs(value), 2)
    if value == 0:
        return text
    return context.language.signed("+" if value > 0 else "−", text)
