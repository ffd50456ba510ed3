"""A sweep as a small table: what each value of a lever changes by the last day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.differences import ASSUMPTION, EVERYWHERE, LEVELS
from corridor.report.facts.series import Estimate
from corridor.report.facts.wording import Shown, number
from corridor.scenario.events import RULES, EventKind
from corridor.scenario.parameters import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.report.facts.context import ReportContext

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
    lever = (
        f"{kind.replace('_', ' ').capitalize()}{', ' if subject else ''}{context.path_name(subject) if subject else ''}"
    )
    unit = _unit(kind)
    deaths = f"Deaths{ASSUMPTION if DEATHS in context.assumed else ''}"
    headings = ["Nights in the open", deaths, f"People in {context.name(context.main_place)}"]
    columns = [[step.nights, step.deaths, step.people] for step in steps]
    if any(step.inside != NOTHING for step in steps):
        headings.append("Still inside")
        columns = [[*cells, step.inside] for cells, step in zip(columns, steps, strict=True)]
    lines = tuple(
        SweepLine(number(step.value, 9), tuple(_signed(context, one) for one in cells))
        for step, cells in zip(steps, columns, strict=True)
    )
    return SweepTable(f"{lever}{f', {unit}' if unit else ''}", _conclusion(context, steps), tuple(headings), lines)


def _unit(kind: str) -> str:
    """Return the unit of the values of an event or a parameter, in words."""
    unit = RULES[EventKind(kind)].unit if kind in set(EventKind) else getattr(DEFINITIONS.get(kind), "unit", "")
    return (unit or "").replace("/day", " a day")


def _conclusion(context: ReportContext, steps: Sequence[Step]) -> str:
    nights = [step.nights.likely for step in steps]
    best, worst = min(nights), max(nights)
    if worst - best < max(context.guard.below, 1):
        return "Nights in the open are likely the same at all these values."
    inside = [step.inside.likely for step in steps]
    remain = inside[nights.index(best)] - min(inside)
    if remain >= max(context.guard.below, 1):
        return (
            f"No value is enough for everybody: at {number(steps[nights.index(best)].value, 9)} the fewest wait in the "
            f"open, since likely {number(remain, 2)} more are still inside."
        )
    at = next(k for k, night in enumerate(nights) if night <= best + HARDLY * (worst - best))
    value = number(steps[at].value, 9)
    if at == 0:
        return f"{value} does: more brings no fewer nights in the open."
    before = f"at {number(steps[at - 1].value, 9)} there are likely {number(nights[at - 1] - nights[at], 2)} more"
    if at == len(steps) - 1:
        return f"Nights in the open fall up to the largest value, {value}; {before}."
    return f"{value} is enough: beyond it nights in the open hardly fall; {before}."


def _signed(context: ReportContext, change: Estimate) -> Shown:
    low, likely, high = (_sign(context, value) for value in (change.low, change.likely, change.high))
    return Shown(likely, "" if low == high else f"{low} to {high}")


def _sign(context: ReportContext, value: float) -> str:
    text = context.guard.text(abs(value), 2)
    if value == 0 or context.guard.hides(abs(value)):
        return text if value == 0 else f"±{text}"
    return f"{'+' if value > 0 else '−'}{text}"
