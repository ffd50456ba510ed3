"""The order of a day, and the loop over days and members."""

from __future__ import annotations

from corridor.engine.kernel.camps import depart, die, record_day, settle, verify
from corridor.engine.kernel.compiling import kernel, step
from corridor.engine.kernel.holding import held
from corridor.engine.kernel.onset import flee_fighting
from corridor.engine.kernel.queues import admit, grow_older, overflow, pass_gates, relocate
from corridor.engine.kernel.siege import draw_day_effects, join, leave_siege
from corridor.engine.kernel.travel import advance_roads, begin_day, sweep
from corridor.engine.kernel.unexplained import book_unexplained
from corridor.engine.program import DAY, FULL, PERIOD, ROW, SimState


@step
def simulate_day(w: SimState, m: int) -> None:
    """Simulate one day of one member."""
    begin_day(w, m)
    draw_day_effects(w, m)
    join(w, m)
    grow_older(w, m)
    advance_roads(w, m)
    flee_fighting(w, m)
    leave_siege(w, m)
    overflow(w, m)
    relocate(w, m)
    pass_gates(w, m)
    sweep(w, m)
    admit(w, m)
    die(w, m)
    settle(w, m)
    depart(w, m)
    verify(w, m)
    book_unexplained(w, m)
    record_day(w, m)


@kernel
def simulate_days(w: SimState, first: int, last: int) -> None:
    """Simulate the days from first to last for every member of a block."""
    sim = held(w)
    for t in range(first, last + 1):
        w.scratch.now[ROW] = t - first
        w.scratch.now[DAY] = t
        w.scratch.now[PERIOD] = w.program.calendar.period[t]
        for m in range(w.state.people.shape[0]):
            simulate_day(sim, m)
            if w.scratch.now[FULL] != 0:
                return
