"""What a cluster costs: an empty task, what tasks share and send back, and the arithmetic of a large run.

    python -m benchmarks.cluster

It starts a scheduler and two workers of its own on this machine (the extra distributed). Seconds are of the processor,
of the command and the scheduler together, so that a busy machine does not lengthen them.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from time import process_time

from distributed import Client, LocalCluster

from benchmarks.networks import grid
from corridor.cluster import blocks_of
from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.simulate import simulate_compiled
from corridor.runs.cluster import DaskCluster

TASKS, MEMBERS, DAYS = 300, 20, 30
LARGE_MEMBERS, LARGE_THREADS = 10_000, 500


@dataclass(frozen=True)
class Costs:
    """Measured costs of one task and of one member."""

    task_s: float
    shared_bytes: int
    member_s: float
    member_bytes: int
    there_s: float
    alone_s: float


def nothing(shared: None, item: int) -> int:  # noqa: ARG001 - an empty task
    """Return what came."""
    return item


def measured() -> Costs:
    """Return the costs on this machine."""
    compiled = compile_scenario(grid(100, people=400_000, days=DAYS))
    simulate_compiled(compiled, members=2, seed=1)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local, Client(local) as client:
        cluster = DaskCluster(client, 1)
        list(cluster.spread(nothing, None, range(10)))
        began = process_time()
        list(cluster.spread(nothing, None, range(TASKS)))
        task_s = (process_time() - began) / TASKS
        simulate_compiled(compiled, members=MEMBERS, seed=1, workers=cluster)  # workers load the kernel
        began = process_time()
        simulate_compiled(compiled, members=MEMBERS, seed=1, workers=cluster)
        there_s = process_time() - began
    began = process_time()
    data = simulate_compiled(compiled, members=MEMBERS, seed=1).data
    alone_s = process_time() - began
    return Costs(
        task_s=task_s,
        shared_bytes=len(pickle.dumps(compiled)),
        member_s=alone_s / MEMBERS,
        member_bytes=data.nbytes // MEMBERS,
        there_s=there_s,
        alone_s=alone_s,
    )


def printed(costs: Costs) -> None:
    """Print the costs, and what they mean for a large run."""
    blocks = blocks_of(LARGE_MEMBERS, LARGE_THREADS)
    rows = (
        ("an empty task, there and back", f"{1e3 * costs.task_s:.1f} ms of the command and the scheduler"),
        ("what all tasks share, 100 places", f"{costs.shared_bytes / 1e6:.2f} MB, once for each worker"),
        (f"a member, 100 places and {DAYS} days", f"{1e3 * costs.member_s:.0f} ms"),
        ("what a member sends back", f"{costs.member_bytes / 1e6:.2f} MB"),
        (f"{MEMBERS} members simulated by the command itself", f"{costs.alone_s:.2f} s"),
        (f"the same {MEMBERS} simulated by workers: what is left to the command", f"{costs.there_s:.2f} s"),
        (
            f"tasks of {LARGE_MEMBERS:,} members on {LARGE_THREADS} threads",
            f"{len(blocks)} of {len(blocks[0])} members",
        ),
        ("their messages, all together", f"{len(blocks) * costs.task_s:.1f} s of the scheduler"),
    )
    print("| what | measured |\n|---|---|")
    for words, figure in rows:
        print(f"| {words} | {figure} |")


if __name__ == "__main__":
    printed(measured())
