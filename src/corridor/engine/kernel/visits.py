"""Positions of the day: they come into being when somebody comes there, and are gone through in order of the day.

A visit is a cell (a position of rest, and what people remember of their recent travel) and how much of the day is used
up. Visits of equal cell and part are one, so that all cohorts that meet there move together. They are looked up by a
hash, and stand in a list for each span of the day while there is anybody. No hop is shorter than a span, so that
everybody who comes to a visit has come before its span is gone through; where people's day has ended comes last.

Where few come to a cell, it takes longer to bring them together with others than to move each alone: they are walkers,
who need no order as long as no camp's appeal changes by those who come.
"""

from __future__ import annotations

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.program import ENDED, FULL, MASK, VISITS, WALKERS, WALKS, SimState

_FEW = 3
"""People up to whom those who come to a cell walk alone."""

_BITS, _ODD = 0x7FFFFFFF, 1_640_531_527
"""Bits that are multiplied, and an odd number of as many bits, some golden section of them (Knuth 6.4)."""


@inlined
def hash_of(cell: int, used: int) -> int:
    """Return a number that spreads cells and parts of the day evenly over its lower bits."""
    mixed = ((cell ^ (used * 40_503)) & _BITS) * _ODD
    return mixed ^ (mixed >> 23)


@step
def widen(w: SimState) -> None:
    """Spread the visits over a larger part of the table that they are looked up in."""
    mask = 2 * w.scratch.now[MASK] + 1
    w.scratch.now[MASK] = mask
    for h in range(mask + 1):
        w.scratch.lookup[h] = 0
    for v in range(w.scratch.now[VISITS]):
        h = hash_of(w.scratch.visit.cell[v], w.scratch.visit.used[v]) & mask
        while w.scratch.lookup[h] != 0:
            h = (h + 1) & mask
        w.scratch.lookup[h] = v + 1


@inlined
def land(w: SimState, at: tuple[int, int, int], k: int, people: int) -> None:
    """Let people come to a position of rest, with a level and part of the day: few as walkers, many as visitors."""
    n = w.scratch.now[WALKERS]
    if people > _FEW or w.scratch.now[WALKS] == 0 or n == w.scratch.walker.size:
        visit(w, at[0] * w.program.network.clock.kinds[0] + at[1], at[2], k, people)
        return
    walker = w.scratch.walker
    walker.rest[n], walker.level[n], walker.used[n] = at
    walker.people[n], walker.cohort[n] = people, k
    w.scratch.now[WALKERS] = n + 1


@step
def bring_together(w: SimState) -> None:
    """Let all walkers of today be visitors, so that they arrive in order of the day; nobody walks any more."""
    walker, kinds = w.scratch.walker, w.program.network.clock.kinds[0]
    for n in range(w.scratch.now[WALKERS]):
        visit(w, walker.rest[n] * kinds + walker.level[n], walker.used[n], walker.cohort[n], walker.people[n])
    w.scratch.now[WALKERS] = 0
    w.scratch.now[WALKS] = 0


@step
def visit(w: SimState, cell: int, used: int, k: int, people: int) -> None:
    """Let people come to a cell, where they may go on, or where their day has ended (used is `ENDED`)."""
    v = visit_at(w, cell, merged_part(w, cell, used))
    if v >= 0:
        add_visitors(w, v, k, people)


@inlined
def merged_part(w: SimState, cell: int, used: int) -> int:
    """Return the latest part of the day from which people at a cell get as far today as from one, where known."""
    network = w.program.network
    i = cell // network.clock.kinds[0]
    n, last = network.first_merged[i], network.first_merged[i + 1]
    if n == last or used == ENDED:
        return used
    while network.merged_part[n] < used:
        n += 1
    return int(network.merged_part[n])


@inlined
def add_visitors(w: SimState, v: int, k: int, people: int) -> None:
    """Add people to a visit, and the visit to the list of its span."""
    if w.scratch.visit.next[v] < 0:
        used, clock = w.scratch.visit.used[v], w.program.network.clock
        span = used // clock.width[0] if used >= 0 else clock.spans[0]
        w.scratch.visit.next[v] = w.scratch.span[span]
        w.scratch.span[span] = v + 1
    w.scratch.visitor[v, k] += people


@step
def visit_at(w: SimState, cell: int, used: int) -> int:
    """Return the number of a visit, which is new or not; -1 where there is no room for it."""
    now, table, lookup = w.scratch.now, w.scratch.visit, w.scratch.lookup
    h = hash_of(cell, used) & now[MASK]
    while lookup[h] != 0:
        v = lookup[h] - 1
        if table.cell[v] == cell and table.used[v] == used:
            return int(v)
        h = (h + 1) & now[MASK]
    v = now[VISITS]
    if v == table.cell.size:
        now[FULL] = 1
        return -1
    now[VISITS] = v + 1
    lookup[h] = v + 1
    table.cell[v], table.used[v], table.next[v] = cell, used, -1
    for k in range(w.scratch.visitor.shape[1]):
        w.scratch.visitor[v, k] = 0
    if now[MASK] < min(2 * v + 2, lookup.size - 1):
        widen(w)
    return int(v)


@inlined
def next_visit(w: SimState, span: int) -> int:
    """Take the first visit of a span off its list; -1 where there is none."""
    v = w.scratch.span[span] - 1
    if v >= 0:
        w.scratch.span[span] = w.scratch.visit.next[v]
        w.scratch.visit.next[v] = -1
    return int(v)


@step
def forget_visits(w: SimState) -> None:
    """Make room for the visits of the next day; all of today's have been gone through."""
    if w.scratch.now[VISITS] > 0:
        for h in range(w.scratch.now[MASK] + 1):
            w.scratch.lookup[h] = 0
    w.scratch.now[VISITS] = 0
