"""Running members: one kernel call for each, threads over members, the same bytes on any number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import xarray as xr

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.program import FULL, RECORD_GROUP, RECORD_PLACE
from corridor.engine.run.ensemble import VARIABLES, Ensemble, ensemble_of
from corridor.engine.run.members import (
    Members,
    check_conservation,
    day_effects_of,
    day_effects_size,
    empty_record,
    first_state,
    rows_of,
    sim_state_of,
)
from corridor.errors import BoundsError, UsageError
from corridor.streams import stream, streams

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from corridor.cluster import Workers
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.compile.rates import Uncertain
    from corridor.engine.program import SimState, State
    from corridor.scenario.scenario import Scenario

    Progress = Callable[[int, int], None] | None
    Kernel = Callable[[SimState, int, int], None]

Result = TypeVar("Result")


MOST_BYTES = 1 << 27
"""Bytes of the members that are recorded in memory at once, where each is forgotten once it is given away."""


def simulate(
    scenario: Scenario,
    *,
    members: int = 1000,
    seed: int,
    workers: Workers = 1,
    progress: Progress = None,
    keep: Collection[str] | None = None,
) -> Ensemble:
    """Simulate what could happen, from the priors alone, over the whole calendar.

    Parameters
    ----------
    scenario
        The scenario.
    members
        Number of simulated histories.
    seed
        Decides every random number: the same seed gives the same bytes.
    workers
        Threads, or a cluster; they change the time and nothing else.
    progress
        Called with (done, total).
    keep
        Variables of the ensemble to keep, such as stock and arrivals; None keeps all. Memory holds a thousand
        members of a large network only in part.

    Raises
    ------
    UsageError
        A variable that is to be kept is none that an ensemble has.

    Examples
    --------
    >>> ensemble = simulate(scenario, members=10, seed=7)    # doctest: +SKIP
    >>> ensemble.data.stock.sel(place="camp").median("member")    # doctest: +SKIP
    """
    unknown = sorted(set(keep or ()) - set(VARIABLES))
    if unknown:
        message = f"a simulation has no {', '.join(unknown)} to keep; it has {', '.join(VARIABLES)}."
        raise UsageError(message)
    parts = simulate_in_blocks(
        compile_scenario(scenario), members=members, seed=seed, workers=workers, progress=progress
    )
    return Ensemble(members_joined((part if keep is None else part[list(keep)] for part in parts), members))


def simulate_compiled(
    compiled: Compiled, *, members: int, seed: int, workers: Workers = 1, progress: Progress = None
) -> Ensemble:
    """Simulate a compiled scenario over its whole calendar; arguments as in :func:`simulate`."""
    parts = simulate_in_blocks(compiled, members=members, seed=seed, workers=workers, progress=progress)
    return Ensemble(members_joined(parts, members))


def simulate_in_blocks(
    compiled: Compiled, *, members: int, seed: int, workers: Workers = 1, progress: Progress = None
) -> Iterator[xr.Dataset]:
    """Yield the members of a simulation in blocks, in order, each forgotten once it is given away.

    Arguments as in :func:`simulate`.
    """
    at_once, shared = members_at_once(compiled), (compiled, uncertain_parameters(compiled), seed)
    if isinstance(workers, int):
        for block in _in_blocks(members, max(at_once, workers)):
            yield _simulate_block(shared, block, workers, _going_on(progress, block.start, members))
        return
    blocks = _in_blocks(members, min(at_once, len(workers.blocks(members)[0])))
    yield from advancing(workers.spread(_block, shared, blocks), members, progress)


def members_at_once(compiled: Compiled) -> int:
    """Return how many members are recorded in memory at once; it follows from the size of the scenario alone."""
    scenario = compiled.scenario
    for_a_place = RECORD_PLACE.itemsize + len(scenario.groups) * RECORD_GROUP.itemsize
    for_a_route = np.dtype(np.int32).itemsize
    for_a_day = len(scenario.places) * for_a_place + len(compiled.layout.routes) * for_a_route
    return max(1, MOST_BYTES // (scenario.n_days * for_a_day))


def _in_blocks(members: int, size: int) -> list[range]:
    return [range(first, min(first + size, members)) for first in range(0, members, size)]


def _going_on(progress: Progress, before: int, total: int) -> Progress:
    """Return what is told how much of a block is done, and tells how much of all is."""
    return None if progress is None else lambda done, _: progress(before + done, total)


def _block(shared: tuple[Compiled, Uncertain, int], members: range) -> xr.Dataset:
    """Return some members of a simulation; a task of a cluster."""
    return _simulate_block(shared, members, 1, None)


def _simulate_block(
    shared: tuple[Compiled, Uncertain, int], which: range, workers: int, progress: Progress
) -> xr.Dataset:
    compiled, uncertain, seed = shared
    z = stream(seed, "priors").standard_normal((which.stop, len(uncertain.parameters)))[which.start :]
    rates = rates_of(compiled, uncertain, z)
    record = empty_record(compiled, len(which), compiled.scenario.n_days)

    def one(row: int) -> State:
        rows, m = slice(row, row + 1), which[row]
        own, places = rows_of(rates, rows), len(compiled.scenario.places)
        chance, normal = streams(places, seed, "simulate", m), stream(seed, "simulate/weather", m)
        start = normal.standard_normal((1, places))
        state = first_state(compiled, own, stream(seed, "simulate/groups", m), start)
        numbers = normal.standard_normal((1, compiled.scenario.n_days, day_effects_size(compiled)))
        block = Members(own, state, rows_of(record, rows), day_effects_of(compiled, numbers))
        run_days(sim_state_of(compiled.program, block, chance), 0, compiled.scenario.n_days - 1)
        return state

    for state in over(one, len(which), workers, progress):
        check_conservation(state)
    return ensemble_of(compiled, record, first_day=0).data


def advancing(parts: Iterable[xr.Dataset], total: int, progress: Progress) -> Iterator[xr.Dataset]:
    """Yield blocks of members, and tell how many there have been."""
    done = 0
    for part in parts:
        yield part
        done += part.sizes["member"]
        if progress is not None:
            progress(done, total)


def members_joined(parts: Iterable[xr.Dataset], total: int) -> xr.Dataset:
    """Return blocks of members, the first dimension, as one, in order; each is copied as it comes, and forgotten."""
    whole: dict[str, np.ndarray] = {}
    done = 0
    for part in parts:
        if part.sizes["member"] == total:
            return part
        for name, row in part.variables.items():
            if row.dims[:1] == ("member",):
                room = whole.setdefault(str(name), np.empty((total, *row.shape[1:]), dtype=row.dtype))
                room[done : done + part.sizes["member"]] = row.to_numpy()
        done += part.sizes["member"]
    assert done == total, "every member comes in, and there are some"
    whole["member"] = np.arange(total)
    rows = {name: (row.dims, whole.get(str(name), row.to_numpy()), row.attrs) for name, row in part.variables.items()}
    return xr.Dataset(rows, attrs=part.attrs)  # not by xarray.concat, which changes the order that files have


def run_days(sim: SimState, first: int, last: int) -> None:
    """Run the kernel on a block of members, from the first day to the last.

    Raises
    ------
    BoundsError
        People come to more positions within a day than a computer of usual size can hold.
    """
    run_each((sim,), first, last)


def run_each(sims: Iterable[SimState], first: int, last: int) -> None:
    """Run the kernel on blocks of members, one after the other, whose arrays are of the same kinds.

    Raises
    ------
    BoundsError
        As for :func:`run_days`.
    """
    kernel: Kernel | None = None
    for sim in sims:
        kernel = kernel or kernel_for(sim)
        with np.errstate(over="ignore"):  # random numbers are worked out modulo 2 to the power of 64
            kernel(sim, first, last)
        _check_room(sim)


def _check_room(sim: SimState) -> None:
    if sim.scratch.now[FULL]:
        rest = sim.program.network.rest[sim.scratch.visit.cell // sim.program.network.clock.kinds[0]]
        busiest = np.bincount(rest.place)
        message = (
            f"people come to more than {sim.scratch.visit.size:,} positions within a day, {busiest.max():,} of them at "
            f"place number {busiest.argmax() + 1} of places.csv: too many roads meet there, or people look too many "
            "places ahead. Lower awareness_level, or merge places that lie close together."
        )
        raise BoundsError(message)


def kernel_for(sim: SimState) -> Kernel:
    """Return the kernel that is compiled for the kinds of arrays of a block.

    numba's dispatcher takes 4 ms a call to find it, because it looks at every column of every table; the kinds
    of the arrays are compared in some microseconds. The kernel is loaded on first use, which takes a second.
    """
    import numba  # noqa: PLC0415

    from corridor.engine.kernel.day import simulate_days  # noqa: PLC0415

    if not hasattr(simulate_days, "signatures"):
        return simulate_days  # compiling is switched off
    parts = (*sim.program, sim.rates, sim.state, sim.scratch, sim.record, sim.effects)
    kinds = tuple((array.dtype, array.ndim, array.flags.num) for part in parts for array in part)
    if kinds not in _ENTRY_POINTS:
        kernel: Any = simulate_days
        signature = (numba.typeof(sim), numba.int64, numba.int64)  # type: ignore[attr-defined] # numba is untyped
        kernel.compile(signature)
        _ENTRY_POINTS[kinds] = kernel.overloads[signature].entry_point
    return _ENTRY_POINTS[kinds]


_ENTRY_POINTS: dict[tuple[object, ...], Kernel] = {}
"""Compiled kernels by the kinds of arrays that they take; each is the same whenever it is worked out."""


def over(task: Callable[[int], Result], count: int, workers: int, progress: Progress) -> list[Result]:
    """Run a task for each number below a count, in threads, and return the results in order."""
    results = []
    pool = ThreadPoolExecutor(max_workers=max(1, workers))
    try:
        for done, result in enumerate(pool.map(task, range(count)), start=1):
            results.append(result)
            if progress is not None:
                progress(done, count)
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)  # a member in the kernel cannot be stopped; nobody waits for it
        raise
    pool.shutdown()
    return results
