"""A sweep as a small table: what each value of a lever changes by the last day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.report.facts.differences import ASSUMPTION, EVERYWHERE, LEVELS
from corridor.report.facts.series import Estimate
from corridor.report.facts.wording import Shown, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.report.facts.context import ReportContext

NIGHTS, DEATHS, STOCK = "waiting_nights", "deaths", "stock"
NOTHING = Estimate(0, 0, 0)
ENOUGH = 0.95
"""A value that brings so much of the largest gain of nights is called enough."""


class Step(NamedTuple):
    """One value of the lever, and what it changes against the forecast by the last day: nights, deaths, people."""

    value: float
    nights: Estimate
    deaths: Estimate
    people: Estimate


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
        )
        for name, value in swept.items()
    )
    return tuple(sorted(steps))


def sweep_table(context: ReportContext) -> SweepTable | None:
    """Return the steps of a sweep as a table, with the value that is enough; None where the run swept none."""
    steps = sweep_steps(context)
    if not steps:
        return None
    lever = next(iter(context.run.run["swept"])).rpartition("=")[0].replace("_", " ")  # type: ignore[call-overload]  # a dict: there are steps
    deaths = f"Deaths{ASSUMPTION if DEATHS in context.assumed else ''}"
    headings = ("Nights in the open", deaths, f"People in {context.name(context.main_place)}")
    lines = tuple(
        SweepLine(
            number(step.value, 9), tuple(_signed(context, one) for one in (step.nights, step.deaths, step.people))
        )
        for step in steps
    )
    return SweepTable(lever, _conclusion(context, steps), headings, lines)


def _conclusion(context: ReportContext, steps: Sequence[Step]) -> str:
    best = min(step.nights.likely for step in steps)
    if best > -max(context.guard.below, 1):
        return "No value of the sweep brings clearly fewer nights in the open."
    enough = next(step for step in steps if step.nights.likely <= ENOUGH * best)
    fewer = context.guard.people(-enough.nights.high, -enough.nights.likely, -enough.nights.low)
    if enough is steps[-1]:
        return f"Each step helps up to the largest value, {number(enough.value, 9)}: {fewer} fewer nights in the open."
    return f"From {number(enough.value, 9)} on, more brings hardly anything: {fewer} fewer nights in the open there."


def _signed(context: ReportContext, change: Estimate) -> Shown:
    low, likely, high = (_sign(context, value) for value in (change.low, change.likely, change.high))
    return Shown(likely, "" if low == high else f"{low} to {high}")


def _sign(context: ReportContext, value: float) -> str:
    text = context.guard.text(abs(value), 2)
    if value == 0 or context.guard.hides(abs(value)):
        return text if value == 0 else f"±{text}"
    return f"{'+' if value > 0 else '−'}{text}"
