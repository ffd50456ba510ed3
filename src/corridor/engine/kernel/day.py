"""The order of a day, and the loop over days and members."""

from __future__ import annotations

from numba import njit

from corridor.engine.kernel.camps import depart, die, settle, verify, write_down
from corridor.engine.kernel.onset import flee_fighting
from corridor.engine.kernel.queues import admit, grow_older, overflow, pass_gates, relocate
from corridor.engine.kernel.siege import join, leave_siege, set_weather
from corridor.engine.kernel.travel import advance_roads, sweep
from corridor.engine.program import DAY, PERIOD, ROW, World


@njit(cache=True, nogil=True, _nrt=False, inline="always")
def live_one_day(w: World, m: int) -> None:
    """Let one day pass for one member."""
    set_weather(w, m)
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
    write_down(w, m)


@njit(cache=True, nogil=True, _nrt=False)
def live(w: World, first: int, last: int) -> None:
    """Let the days from first to last pass for every member of a block."""
    for t in range(first, last + 1):
        w.day.now[ROW] = t - first
        w.day.now[DAY] = t
        w.day.now[PERIOD] = w.program.calendar.period[t]
        for m in range(w.state.people.shape[0]):
            live_one_day(w, m)
