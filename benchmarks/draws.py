"""What the limit is: the random draws that this machine can make, against those that a member needs."""

from __future__ import annotations

import numpy as np
from numba import njit

import corridor
from benchmarks.networks import grid
from benchmarks.timing import Table, cost_of, seconds

COUNT = 1_000_000
CASES = ((1, 0.3), (10, 0.3), (100, 0.3), (1_000, 0.3), (100_000, 0.3), (10_000_000, 0.3), (100_000, 1e-4))


@njit
def _sum_of_binomials(rng: np.random.Generator, n: int, p: float, count: int) -> int:
    total = 0
    for _ in range(count):
        total += rng.binomial(n, p)
    return total


@njit
def _sum_of_uniforms(rng: np.random.Generator, count: int) -> float:
    total = 0.0
    for _ in range(count):
        total += rng.random()
    return total


def draws(seed: int) -> Table:
    """Measure binomial draws inside compiled code, and count what a member needs at least."""
    rng = np.random.default_rng(seed)
    _sum_of_binomials(rng, 10, 0.3, 10)
    _sum_of_uniforms(rng, 10)
    rows = [("uniform", f"{COUNT / seconds(lambda: _sum_of_uniforms(rng, COUNT)) / 1e6:.1f}")]
    rates = {}
    for n, p in CASES:
        rates[n, p] = COUNT / seconds(lambda n=n, p=p: _sum_of_binomials(rng, n, p, COUNT))
        rows.append((f"binomial of {n:,} with {p:g}", f"{rates[n, p] / 1e6:.1f}"))
    scenario = grid(400, people=1_000_000, days=120)
    data = corridor.simulate(scenario, members=1, seed=seed, workers=1).data
    needed = int((data.flow > 0).sum() + (data.stock > 0).sum())
    cost = cost_of(scenario, None, seed)
    made = cost.member * rates[1_000, 0.3]
    text = (
        "Millions of draws a second in compiled code, on one core. A member of the grid of 400 places with a million "
        f"people over 120 days has {needed:,} occupied places and used roads, counted by days: it needs at least one "
        f"draw for each. In the {1e3 * cost.member:.0f} ms that it takes, this machine makes {made:,.0f} binomial "
        f"draws of a thousand people: {made / needed:.1f} for each that is needed at least."
    )
    return Table("Random draws", text, ("law", "million draws a second"), tuple(rows))
