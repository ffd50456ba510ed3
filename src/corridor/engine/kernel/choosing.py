"""Choosing a path by today's shares: one person, or a few, each alone.

The first who choose from a place go through its paths. Once they are as many as there are paths, a table is set, from
which each further one takes a path at once.
"""

from __future__ import annotations

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.kernel.draws import uniform
from corridor.engine.program import SimState


@step
def choose_each(w: SimState, p: int, paths: tuple[int, int], people: int) -> None:
    """Let each of a few people choose a path of a place alone, by today's shares; count who takes each."""
    first, last = paths
    for o in range(first, last):
        w.scratch.path.taken[o] = 0
    if w.scratch.place.drawn[p] <= last - first < 2 * people:
        tabulate(w, p, first, last)
    for _ in range(people):
        w.scratch.path.taken[one_of(w, p, first, last)] += 1


@inlined
def one_of(w: SimState, p: int, first: int, last: int) -> int:
    """Return the path of a place that one person takes, by today's shares."""
    number, today = uniform(w.streams.travel, p), w.scratch.place
    if today.drawn[p] < last - first:
        today.drawn[p] += 1
        return by_going_through(w, first, last, number)
    if today.drawn[p] == last - first:
        tabulate(w, p, first, last)
    number *= last - first
    o = first + int(number)
    return int(o if number - (o - first) < w.scratch.path.keep[o] else w.scratch.path.other[o])


@inlined
def by_going_through(w: SimState, first: int, last: int, chance: float) -> int:
    """Return the path at a number from 0 to 1, where the shares of paths follow each other."""
    o = first
    while o < last - 1 and chance >= w.scratch.share[o]:
        chance -= w.scratch.share[o]
        o += 1
    while o > first and w.scratch.share[o] <= 0.0:
        o -= 1  # by rounding, less was left than the shares add up to
    return int(o)


@step
def tabulate(w: SimState, p: int, first: int, last: int) -> None:
    """Set a table from which a path is drawn at once, by today's shares (Walker 1977, doi:10.1145/355744.355749).

    Each path has an equal part of the table. Where its share is less, another path has the rest of it.
    """
    path, rich = w.scratch.path, first
    for o in range(first, last):
        path.keep[o], path.other[o] = w.scratch.share[o] * (last - first), o
    for o in range(first, last):
        poor = o
        while path.keep[poor] < 1.0 and path.other[poor] == poor:
            while rich < last and path.keep[rich] < 1.0:
                rich += 1
            if rich == last:
                break
            path.other[poor] = rich
            path.keep[rich] -= 1.0 - path.keep[poor]
            poor = rich if rich < o else poor
    w.scratch.place.drawn[p] = last - first + 1
