"""What a thousand members of a large network take: a run as the command makes it, in a process of its own.

python -m benchmarks.members --members 1000
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.networks import grid
from corridor.runs.requests import Draws, SimulationRequest
from corridor.runs.simulation_run import make_simulation_run
from corridor.scenario.io.write import write_scenario
from corridor.scenario.observations import Observations

PLACES, PEOPLE, DAYS = 529, 1_000_000, 365
"""A square of somewhat more than 500 places, over a year."""


class Cost(NamedTuple):
    """What a run takes: seconds of the processor, and the most memory that the process had, GB."""

    seconds: float
    peak: float


def simulated(members: int, seed: int) -> Cost:
    """Make the run in this process."""
    with tempfile.TemporaryDirectory() as room:
        folder = write_scenario(grid(PLACES, people=PEOPLE, days=DAYS), Observations(()), Path(room) / "grid")
        begun = time.process_time()
        request, draws = SimulationRequest(str(folder)), Draws(members, seed, workers=2)
        make_simulation_run(request, draws, out=Path(room) / "RUN")
        seconds = time.process_time() - begun
    return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Simulate, and print what it took as JSON.")
    parser.add_argument("--members", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(json.dumps(simulated(asked.members, asked.seed)))
