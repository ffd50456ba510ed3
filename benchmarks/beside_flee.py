"""One stochastic member at full population, in Corridor and in PyPI flee 3.1, measured in one run.

Flee would take minutes to hours at full population. It is run thinned (its own `hasten`), so that it takes seconds, and
its time at full population is scaled by agent-steps: agents times days, which its cost follows.
Network, spawning and days are the same on both sides; Flee draws no demographics here, which is to its advantage.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.timing import Table, cost_of, shared_folder
from verification.flee_runner import FleeRun, has_flee, run_flee
from verification.instances import ten, write_instance

INSTANCES = ("mali2012", "burundi", "car", "ssudan")
PROBE_PEOPLE, SECONDS = 400, 5.0
HEAD = (
    "instance",
    "days",
    "agent-steps at full population",
    "Flee thinned by",
    "Flee, CPU s of it",
    "Flee, CPU s at full population (scaled)",
    "Corridor, CPU ms a member",
    "times faster",
    "Corridor, CPU ms a first call",
    "times faster, first call",
)


class Thinned(NamedTuple):
    """A thinned run of Flee."""

    hasten: int
    run: FleeRun

    @property
    def per_step(self) -> float:
        """Return CPU seconds for each agent and day."""
        return float(self.run.cpu_seconds[0] / self.run.agent_steps[0])


def at_full_population(source: Path, folder: Path) -> Path:
    """Copy an instance without its thinning."""
    shutil.copytree(source, folder)
    settings = folder / "simsetting.yml"
    text = re.sub(r"(?m)^(\s*hasten:).*$", r"\1 1", settings.read_text(encoding="utf-8"))
    settings.write_text(text, encoding="utf-8")
    return folder


def invented(folder: Path) -> Path:
    """Write ten places of our own, with 200,000 people in 200 days."""
    people = replace(ten(200), total=((0, 0), (150, 200_000))).having(north=900_000, south=500_000)
    return write_instance(people, folder)


def thinned(folder: Path, cache: Path, seed: int) -> Thinned:
    """Run Flee so thinned that it takes ten to twenty seconds; a first, much thinner run finds out how thin."""
    rough = _last_total(folder) // PROBE_PEOPLE + 1
    probe = run_flee(folder, members=1, seed=seed, hasten=rough, cache=cache)
    hasten = max(1, round(rough * float(probe.cpu_seconds[0]) / SECONDS))
    return Thinned(hasten, run_flee(folder, members=1, seed=seed + 1, hasten=hasten, cache=cache))


def _last_total(folder: Path) -> int:
    """Return the largest figure of the series of totals."""
    rows = (folder / "source_data" / "refugees.csv").read_text(encoding="utf-8").splitlines()
    return max(int(cells[1]) for row in rows if len(cells := row.split(",")) > 1 and cells[1].strip().isdigit())


def row_of(name: str, folder: Path, cache: Path, seed: int) -> tuple[str, ...]:
    """Measure both on one instance."""
    from corridor.scenario.presets import Preset  # noqa: PLC0415
    from corridor.sources.flee import read_flee  # noqa: PLC0415

    flee = thinned(folder, cache, seed)
    imported = read_flee(folder, preset=Preset.FLEE_3_1)
    cost = cost_of(imported.scenario, imported.observations, seed)
    whole = flee.per_step * cost.steps
    return (
        name,
        str(flee.run.stock.shape[1]),
        f"{cost.steps:,}",
        str(flee.hasten),
        f"{flee.run.cpu_seconds[0]:.1f}",
        f"{whole:,.0f}",
        f"{1e3 * cost.member:,.2f}",
        f"{whole / cost.member:,.0f}",
        f"{1e3 * cost.call:,.1f}",
        f"{whole / cost.call:,.0f}",
    )


def beside_flee(seed: int) -> Table:
    """Measure the public instances that are there, and one of our own."""
    rows: list[tuple[str, ...]] = []
    absent: list[str] = []
    text = (
        "One stochastic member at full population. A *member* is each further member of a call; a *first call* is one "
        "member with everything that a call does once (tables, labels), the compiling of kernels excluded. Flee is run "
        "thinned, and its time at full population is scaled by agent-steps."
    )
    if not has_flee():
        return Table("Beside Flee 3.1", "flee 3.1 is not installed: not measured.", HEAD, ())
    with tempfile.TemporaryDirectory() as spare:
        cache = Path(spare) / "cache"
        folders = {"ten places (invented)": invented(Path(spare) / "ten")}
        for name in INSTANCES:
            source = shared_folder() / name
            if source.is_dir():
                folders[name] = at_full_population(source, Path(spare) / name)
            else:
                absent.append(name)
        for name, folder in folders.items():
            print(f"beside Flee: {name}", file=sys.stderr, flush=True)
            rows.append(row_of(name, folder, cache, seed))
    missing = f" Not there, and skipped: {', '.join(absent)}." if absent else ""
    return Table("Beside Flee 3.1", text + missing, HEAD, tuple(rows))
