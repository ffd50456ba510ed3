"""Random draws of whole people."""

from __future__ import annotations

import math

from numba import njit
from numpy.random import Generator

from corridor.engine.program import Ints

_FEW_EVENTS = 10.0
"""Mean number of events up to which they are counted one by one."""

_FAR_ENOUGH = 8.0
"""From here on four terms of Stirling's series are exact to eleven decimals."""


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def some_of(rng: Generator, people: int, chance: float) -> int:
    """Return how many of some people do a thing that each does with the same chance."""
    if people <= 0 or chance <= 0.0:
        return 0
    if chance >= 1.0:
        return people
    return rng.binomial(people, chance)


@njit(cache=True, nogil=True, _nrt=False)
def whole(rng: Generator, amount: float) -> int:
    """Return a whole number whose mean is the amount, one of its two neighbours."""
    below = math.floor(amount)
    return int(below) + (1 if rng.random() < amount - below else 0)


@njit(cache=True, nogil=True, _nrt=False)
def poisson(rng: Generator, mean: float) -> int:
    """Return a Poisson number, by gamma and binomial draws until little is left (Ahrens and Dieter 1974).

    The waiting time of the n-th event is a gamma number. If it falls within the mean, n events have
    happened and the rest are to come; if not, each of the n - 1 before it did so with the same chance.
    numba's own function allocates, which a step does not.
    """
    found = 0
    while mean > _FEW_EVENTS:
        n = int(0.875 * mean)
        when = rng.standard_gamma(float(n))
        if when > mean:
            return found + rng.binomial(n - 1, mean / when)
        found += n
        mean -= when
    chance, bound = rng.random(), math.exp(-mean)
    while chance > bound:
        found += 1
        chance *= rng.random()
    return found


@njit(cache=True, nogil=True, _nrt=False)
def log_gamma(x: float) -> float:
    """Return the logarithm of the gamma function by Stirling's series, for x of at least 1."""
    shift = 0.0
    while x < _FAR_ENOUGH:
        shift -= math.log(x)
        x += 1.0
    inverse = 1.0 / x
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)))
    return shift + (x - 0.5) * math.log(x) - x + 0.9189385332046727 + series


@njit(cache=True, nogil=True, _nrt=False)
def log_choose(n: int, k: int) -> float:
    """Return the logarithm of the number of ways to choose k of n."""
    return log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)


@njit(cache=True, nogil=True, _nrt=False)
def hypergeometric(rng: Generator, inside: int, outside: int, taken: int) -> int:
    """Return how many of those taken, at random and without return, come from inside.

    Exact inversion that starts at the mode and works outwards, so that its cost grows with the
    standard deviation and not with the number of people.
    """
    low, high = max(0, taken - outside), min(taken, inside)
    if low == high:
        return low
    mode = min(high, max(low, (taken + 1) * (inside + 1) // (inside + outside + 2)))
    log_top = log_choose(inside, mode) + log_choose(outside, taken - mode)
    top = math.exp(log_top - log_choose(inside + outside, taken))
    left = rng.random() - top
    down, up, p_down, p_up = mode, mode, top, top
    while left > 0.0 and (down > low or up < high):
        if up < high:
            p_up *= (inside - up) * (taken - up) / ((up + 1.0) * (outside - taken + up + 1.0))
            up += 1
            left -= p_up
            if left <= 0.0:
                return up
        if down > low:
            p_down *= down * (outside - taken + down) / ((inside - down + 1.0) * (taken - down + 1.0))
            down -= 1
            left -= p_down
            if left <= 0.0:
                return down
    return mode


@njit(cache=True, nogil=True, _nrt=False)
def take_at_random(rng: Generator, cells: Ints, amount: int) -> None:
    """Keep in the cells only an amount of their people, chosen without preference."""
    total = 0
    for i in range(cells.size):
        total += cells[i]
    for i in range(cells.size):
        if amount >= total:
            return
        here = cells[i]
        kept = hypergeometric(rng, here, total - here, amount)
        cells[i] = kept
        total -= here
        amount -= kept
