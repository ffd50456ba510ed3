"""How the cost of a member grows: with people, places, days ahead that people choose, members and workers."""

from __future__ import annotations

import sys
import time

import corridor
from benchmarks.networks import grid, sparse_country
from benchmarks.timing import Cost, Table, cost_of, seconds

PEOPLE = (10_000, 100_000, 1_000_000, 10_000_000)
PLACES = (25, 100, 400, 1_024, 2_500)
MEMBERS = (1, 10, 30)


def _told(what: str) -> None:
    """Say what is being measured."""
    print(f"scaling: {what}", file=sys.stderr, flush=True)


def _costs(cost: Cost) -> tuple[str, str]:
    """Return a cost as two cells."""
    return f"{1e3 * cost.member:,.1f}", f"{1e3 * cost.call:,.1f}"


def with_people(seed: int) -> Table:
    """Measure one network with more and more people."""
    rows, least = [], None
    for people in PEOPLE:
        _told(f"{people:,} people")
        cost = cost_of(grid(100, people=people, days=120), None, seed)
        least = least or cost.member
        rows.append((f"{people:,}", *_costs(cost), f"{cost.member / least:.2f}"))
    text = "A grid of 100 places, 120 days, awareness 1; the same network with more people in it."
    return Table("With people", text, ("people", "ms a member", "ms a first call", "times the first row"), tuple(rows))


def with_places(seed: int) -> Table:
    """Measure grids of more and more places."""
    rows = []
    for places in PLACES:
        _told(f"{places:,} places")
        scenario = grid(places, people=100 * places, days=60)
        cost = cost_of(scenario, None, seed)
        per_cell = 1e6 * cost.member / (60 * len(scenario.places))
        rows.append((f"{len(scenario.places):,}", f"{2 * len(scenario.routes):,}", *_costs(cost), f"{per_cell:.2f}"))
    text = (
        "Grids over 60 days, awareness 1, a hundred people for each place; a road counts once for each direction. "
        "Where a first call takes seconds, a member is the small difference of two long times, and rough."
    )
    head = ("places", "routes", "ms a member", "ms a first call", "µs for each place and day")
    return Table("With places", text, head, tuple(rows))


def with_members(seed: int) -> Table:
    """Measure one call with more and more members, on one and two workers, by the clock."""
    scenario = grid(400, people=1_000_000, days=120)
    rows = []
    for members in MEMBERS:
        _told(f"{members} members")
        one, two = (
            seconds(
                lambda members=members, workers=workers: corridor.simulate(
                    scenario, members=members, seed=seed, workers=workers
                ),
                clock=time.perf_counter,
            )
            for workers in (1, 2)
        )
        rows.append((str(members), f"{one:.3f}", f"{two:.3f}", f"{one / two:.2f}"))
    text = "A grid of 400 places, a million people, 120 days; seconds by the clock, kernels compiled."
    return Table("With members and workers", text, ("members", "1 worker", "2 workers", "gain"), tuple(rows))


def large(seed: int) -> Table:
    """Measure what has a target: a large network for a year, and long roads with much choice."""
    cases = {
        "1,024 places, 3,968 routes, 365 days, a million people": grid(1_024, people=1_000_000, days=365),
        "40 places, roads up to 1,600 km, awareness 5, 365 days": sparse_country(
            people=1_000_000, days=365, awareness=5
        ),
        "100 places, short roads, awareness 3, 120 days": grid(100, people=1_000_000, days=120, awareness=3),
    }
    rows = []
    for name, scenario in cases.items():
        _told(name)
        cost = cost_of(scenario, None, seed)
        rows.append((name, f"{cost.member:.3f}", f"{cost.call:.3f}"))
    return Table("Large networks", "One member, in CPU seconds.", ("network", "a member", "a first call"), tuple(rows))
