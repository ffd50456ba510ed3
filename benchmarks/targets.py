"""What has a target: networks of the size of a country, each in a process of its own, target beside measured."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

import corridor
from benchmarks.networks import country, grid
from benchmarks.timing import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.scenario.scenario import Scenario

GB = 1e9
EVEN = (100, 1_024, 10_000, 100_000)
"""Places over which the cost of an occupied place and day is to be even."""


class Measured(NamedTuple):
    """What one case costs: seconds of the processor, gigabytes, and occupied places, counted by days.

    Attributes
    ----------
    first
        The first member, with all that a call does once; kernels are compiled.
    further
        Each further member.
    peak
        The most memory that the process had.
    occupied
        Places with people in them or on the way to them, added up over days.
    """

    first: float
    further: float
    peak: float
    occupied: int


CASES: dict[str, Callable[[], Scenario]] = {
    "country": lambda: country(days=365),
    "people 10,000": lambda: grid(100, people=10_000, days=120),
    "people 10,000,000": lambda: grid(100, people=10_000_000, days=120),
    "year of 10,000": lambda: grid(10_000, people=1_000_000, days=365),
    **{f"grid {n}": lambda n=n: grid(n, people=100 * n, days=60) for n in EVEN},  # type: ignore[misc]
}


def measure(case: str, seed: int) -> Measured:
    """Measure a case in this process."""
    corridor.simulate(grid(16, people=100, days=2), members=1, seed=seed)  # compiles the kernels
    scenario = CASES[case]()
    begun = time.process_time()
    data = corridor.simulate(scenario, members=1, seed=seed).data
    first = time.process_time() - begun
    occupied = int(((data.stock + data.in_transit) > 0).sum())
    del data
    more = 1 if first > 10.0 else 10
    begun = time.process_time()
    corridor.simulate(scenario, members=1 + more, seed=seed)
    further = (time.process_time() - begun - first) / more
    return Measured(first, further, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GB, occupied)


def _in_a_process(case: str, seed: int) -> Measured:
    """Measure a case in a process of its own, so that its memory is its own."""
    return Measured(*_told_by("benchmarks.targets", case, "--seed", str(seed)))


def _told_by(*words: str) -> list[float]:
    """Return the figures that a module of this package prints, run in a process of its own."""
    print(f"targets: {' '.join(words)}", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", *words], check=True, capture_output=True, text=True)  # noqa: S603
    figures: list[float] = json.loads(done.stdout)
    return figures


def _gain(seed: int) -> float:
    """Return how many times as fast two workers are as one, by the clock, with 16 members."""
    scenario, took = grid(400, people=1_000_000, days=120), []
    for workers in (1, 2):
        begun = time.perf_counter()
        corridor.simulate(scenario, members=16, seed=seed, workers=workers)
        took.append(time.perf_counter() - begun)
    return took[0] / took[1]


def targets(seed: int) -> Table:
    """Measure every case, and set it beside its target."""
    cost = {case: _in_a_process(case, seed) for case in CASES}
    land, year, large = cost["country"], cost["year of 10,000"], cost["grid 100000"]
    each = [1e6 * cost[f"grid {n}"].further / cost[f"grid {n}"].occupied for n in EVEN]
    seconds, peak = _told_by("benchmarks.members", "--seed", str(seed))
    more = cost["people 10,000,000"].further / cost["people 10,000"].further
    rows = (
        ("made country, 365 days: first member", "30 s", f"{land.first:.1f} s"),
        ("made country: further member", "3 s", f"{land.further:.2f} s"),
        ("made country: memory", "2 GB", f"{land.peak:.2f} GB"),
        ("grid of 10,000 places, 365 days: first member", "10 s", f"{year.first:.1f} s"),
        ("grid of 10,000 places: further member", "3 s", f"{year.further:.2f} s"),
        ("grid of 100,000 places, 60 days: first member", "60 s", f"{large.first:.1f} s"),
        ("grid of 100,000 places: further member", "10 s", f"{large.further:.2f} s"),
        ("grid of 100,000 places: memory", "8 GB", f"{large.peak:.2f} GB"),
        (
            "occupied place and day, 100 to 100,000 places: largest over least",
            "2 times",
            f"{max(each) / min(each):.2f} times ({', '.join(f'{one:.2f}' for one in each)} µs)",
        ),
        ("10,000,000 people against 10,000", "3 times", f"{more:.2f} times"),
        ("two workers against one, 16 members", "1.7 times", f"{_gain(seed):.2f} times"),
        ("1,000 members of 529 places and 365 days: memory", "2 GB", f"{peak:.2f} GB ({seconds:.0f} s)"),
    )
    text = (
        "Seconds of the processor, kernels compiled; two workers by the clock. The made country has 800 places, about "
        "1,500 roads, camps at its border, fighting that begins or ends somewhere on most days, and people in all "
        "places; they look two places ahead, walk their first road, and do not stay where they have travelled little."
    )
    return Table("Targets", text, ("what", "target", "measured"), rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure one case, and print it as JSON.")
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.case, asked.seed)))
