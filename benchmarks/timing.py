"""Seconds: of the processor where work is compared, of the clock where workers are."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.backtest.prescribed import simulate_prescribed

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.engine.run.ensemble import Ensemble
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

REPEATS = 3
LONG = 5.0  # seconds after which nothing is repeated
FURTHER = (3, 12)  # further members in a call, more where they vanish beside what a call does once:
CLEAR, ENOUGH = 1.5, 20.0  # until the call takes so many times as long as for one member, or so many seconds


@dataclass(frozen=True)
class Table:
    """One table of the page: a heading, what was done in sentences, and rows of text."""

    title: str
    text: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Cost:
    """What a simulation costs, in seconds of the processor, once the kernels are compiled.

    Attributes
    ----------
    call
        One call for one member: reading the scenario into tables, the member, and its labelled result.
    member
        Each further member of the same call.
    steps
        People times days, of one member.
    """

    call: float
    member: float
    steps: int


def seconds(task: Callable[[], object], *, clock: Callable[[], float] = time.process_time) -> float:
    """Return the least of some repeats of a task; only one where it is long."""
    found: list[float] = []
    while len(found) < REPEATS and (not found or found[0] < LONG):
        begun = clock()
        task()
        found.append(clock() - begun)
    return min(found)


def cost_of(scenario: Scenario, reports: Observations | None, seed: int) -> Cost:
    """Return what one member costs, with and without what a call costs once."""

    def run(members: int) -> Ensemble:
        return simulate_prescribed(scenario, reports, members=members, seed=seed, workers=1)

    first = run(1)  # compiles the kernels
    people = first.data.stock.sum() + first.data.in_transit.sum()
    call = seconds(lambda: run(1))
    for more in FURTHER:
        whole = seconds(lambda more=more: run(1 + more))
        if whole > CLEAR * call or whole > ENOUGH:
            break
    return Cost(call, max(whole - call, 1e-9) / more, int(people))


def machine() -> str:
    """Return what it was measured on."""
    model = ""
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        named = [row.split(":", 1)[1].strip() for row in facts.read_text().splitlines() if row.startswith("model name")]
        model = named[0] if named else ""
    name = model or platform.processor() or platform.machine()
    load = f"{os.getloadavg()[0]:.1f} processes running at the start" if hasattr(os, "getloadavg") else "load unknown"
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, {load}"


def shared_folder() -> Path:
    """Return the folder of public instances beside the project, which may be absent."""
    root = Path(__file__).resolve().parents[1]
    return Path(os.environ.get("CORRIDOR_SHARED", root.parent / "shared")) / "data" / "flee"
