"""Random draws of whole people.

A draw takes the next numbers of one place's stream of one process: `rng` are the streams of the process, and `p` is
the place. The generator is SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
"""

from __future__ import annotations

import math

import numpy as np

from corridor.engine.kernel.compiling import inlined, step
from corridor.engine.program import DAY, Ints, SimState, Words

_FEW_EVENTS = 10.0
"""Mean number of events up to which they are counted one by one."""

_FEW_PEOPLE = 6
"""People up to whom one draw is made for each."""

_MANY, _DIGITS = 64, np.uint64(64)
"""Binary digits of a random number, each of which stands for somebody where people are drawn for by digits."""

_SMALL_POWER = 32
"""Exponent up to which multiplying is faster than a logarithm."""

_LARGE_MEAN = 25.0
"""Mean from which on rejection is faster than going through the numbers one by one; it needs 10 at least."""

_SQUEEZE = 0.07
"""Distance from the ends of the triangle of Hörmann's BTRS from which on most draws need no logarithm."""

_FAR_ENOUGH = 8.0
"""From here on four terms of Stirling's series are exact to eleven decimals."""


_STEP = np.uint64(0x9E3779B97F4A7C15)
"""By how much a stream moves on from one number to the next, modulo 2 to the power of 64."""

_BITS_OF_FRACTION = 2.0**-53

_ALL, _NONE, _ONE = np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(0), np.uint64(1)

_SQUEEZE_OF_GAMMA = 0.0331
"""A uniform number below 1 less this times the fourth power of the normal number needs no logarithm."""


@inlined
def digits(rng: Words, p: int) -> np.uint64:
    """Return 64 random binary digits."""
    rng[p] += _STEP
    z = rng[p]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.uint64(z ^ (z >> np.uint64(31)))


@inlined
def uniform(rng: Words, p: int) -> float:
    """Return a number from 0 to less than 1; all multiples of 2 to the power of -53 are equally likely."""
    return float(digits(rng, p) >> np.uint64(11)) * _BITS_OF_FRACTION


@step
def standard_normal(rng: Words, p: int) -> float:
    """Return a standard normal number, by the polar method (Marsaglia and Bray 1964)."""
    while True:
        x, y = 2.0 * uniform(rng, p) - 1.0, 2.0 * uniform(rng, p) - 1.0
        square = x * x + y * y
        if 0.0 < square < 1.0:
            return x * math.sqrt(-2.0 * math.log(square) / square)


@step
def standard_gamma(rng: Words, p: int, shape: float) -> float:
    """Return a gamma number of scale 1, by Marsaglia and Tsang (2000, doi:10.1145/358407.358414).

    That of a shape below 1 is one of a shape more by 1, times the power ``1 / shape`` of a uniform number.
    """
    part = 1.0
    if shape < 1.0:
        part, shape = uniform(rng, p) ** (1.0 / shape), shape + 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = standard_normal(rng, p)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v, u = v * v * v, 1.0 - uniform(rng, p)
        if u < 1.0 - _SQUEEZE_OF_GAMMA * (x * x) * (x * x) or math.log(u) < 0.5 * x * x + d * (1.0 - v + math.log(v)):
            return part * d * v


@inlined
def some_of(rng: Words, p: int, people: int, chance: float) -> int:
    """Return how many of some people do a thing that each does with the same chance."""
    if people <= 0 or chance <= 0.0:
        return 0
    if chance >= 1.0:
        return people
    return binomial(rng, p, people, chance)


@step
def binomial(rng: Words, p: int, people: int, chance: float) -> int:
    """Return a binomial number: people one by one, or by digits, inversion or rejection, whichever is fastest.

    All four are exact. numba's own function has the same distribution and takes about twice as long.
    """
    rare = min(chance, 1.0 - chance)
    if people <= _FEW_PEOPLE:
        number = by_counting(rng, p, people, rare)
    elif people <= _MANY:
        number = by_digits(rng, p, people, rare)
    elif people * rare < _LARGE_MEAN:
        number = by_inversion(rng, p, people, rare)
    else:
        number = by_rejection(rng, p, people, rare)
    return number if rare == chance else people - number


@step
def by_counting(rng: Words, p: int, people: int, chance: float) -> int:
    """Return a binomial number by a draw for each person."""
    number = 0
    for _ in range(people):
        if uniform(rng, p) < chance:
            number += 1
    return number


@inlined
def ones_in(x: np.uint64) -> int:
    """Return how many binary digits are 1: in pairs, in fours, in eights, and in all (Warren 2012, 5.1)."""
    x = x - ((x >> _ONE) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@step
def by_digits(rng: Words, p: int, people: int, chance: float) -> int:
    """Return a binomial number of up to 64 people, whose numbers are drawn all at once, digit by digit.

    A number is below the chance if it has 0 where the chance has 1, at the first digit in which they differ.
    """
    undecided, number = _ALL >> (_DIGITS - np.uint64(people)), 0
    left = np.uint64(chance / _BITS_OF_FRACTION) << np.uint64(11)
    while undecided > _NONE and left > _NONE:
        drawn = digits(rng, p)
        if left >> (_DIGITS - _ONE) != _NONE:
            number += ones_in(undecided & ~drawn)
            undecided &= drawn
        else:
            undecided &= ~drawn
        left <<= _ONE
    return number


@step
def by_inversion(rng: Words, p: int, people: int, chance: float) -> int:
    """Return a binomial number of small mean, by going up from 0.

    Ten standard deviations above the mean, where less is left than a double can tell, it begins anew.
    """
    odds = chance / (1.0 - chance)
    none, base, exponent = 1.0, 1.0 - chance, people
    if people > _SMALL_POWER:
        none, exponent = math.exp(people * math.log1p(-chance)), 0
    while exponent > 0:
        if exponent % 2 == 1:
            none *= base
        base *= base
        exponent //= 2
    mean = people * chance
    last = min(float(people), mean + 10.0 * math.sqrt(mean + 1.0))
    number, chance_of_number, left = 0, none, uniform(rng, p)
    while left > chance_of_number:
        left -= chance_of_number
        number += 1
        chance_of_number *= (people + 1) * odds / number - odds
        if number > last:
            number, chance_of_number, left = 0, none, uniform(rng, p)
    return number


@step
def by_rejection(rng: Words, p: int, people: int, chance: float) -> int:
    """Return a binomial number of a mean of at least 10, by transformed rejection (Hörmann 1993, BTRS)."""
    sd = math.sqrt(people * chance * (1.0 - chance))
    b = 1.15 + 2.53 * sd
    a = -0.0873 + 0.0248 * b + 0.01 * chance
    quick = 0.92 - 4.2 / b
    while True:
        v, u = uniform(rng, p), uniform(rng, p) - 0.5
        edge = 0.5 - abs(u)
        if edge <= 0.0:
            continue
        number = math.floor((2.0 * a / edge + b) * u + people * chance + 0.5)
        if edge >= _SQUEEZE and v <= quick:
            return int(number)
        if number < 0 or number > people:
            continue
        height = (2.83 + 5.1 / b) * sd * v / (a / (edge * edge) + b)
        if height <= 0.0 or math.log(height) <= log_beside_mode(people, chance, int(number)):
            return int(number)


@step
def log_beside_mode(people: int, chance: float, number: int) -> float:
    """Return the logarithm of the chance of a binomial number, over that of the most likely one."""
    mode = math.floor((people + 1) * chance)
    odds = chance / (1.0 - chance)
    more = people - mode + 1.0
    less = people - number + 1.0
    change = (mode + 0.5) * math.log((mode + 1.0) / (odds * more)) + (people + 1.0) * math.log(more / less)
    change += (number + 0.5) * math.log(odds * less / (number + 1.0))
    return change + beyond(mode) + beyond(people - mode) - beyond(number) - beyond(people - number)


@step
def beyond(k: int) -> float:
    """Return what the logarithm of ``k!`` is beyond ``log(2 pi) / 2 + (k + 1/2) log(k + 1) - (k + 1)``."""
    correction, x = 0.0, k + 1.0
    while x < _FAR_ENOUGH:
        correction += (x + 0.5) * math.log((x + 1.0) / x) - 1.0
        x += 1.0
    square = 1.0 / (x * x)
    return correction + (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x


@step
def whole(rng: Words, p: int, amount: float) -> int:
    """Return a whole number whose mean is the amount, one of its two neighbours."""
    below = math.floor(amount)
    return int(below) + (1 if uniform(rng, p) < amount - below else 0)


@step
def share_of_day(w: SimState, rate: float) -> int:
    """Return the whole people of today out of a number a day: what is left over counts on the days that follow."""
    t = w.scratch.now[DAY]
    return int(math.floor(rate * (t + 1)) - math.floor(rate * t))


@step
def poisson(rng: Words, p: int, mean: float) -> int:
    """Return a Poisson number, by gamma and binomial draws until little is left (Ahrens and Dieter 1974).

    The waiting time of the n-th event is a gamma number. If it falls within the mean, n events have
    happened and the rest are to come; if not, each of the n - 1 before it did so with the same chance.
    numba's own function allocates, which a step does not.
    """
    number = 0
    while mean > _FEW_EVENTS:
        n = int(0.875 * mean)
        when = standard_gamma(rng, p, float(n))
        if when > mean:
            return number + binomial(rng, p, n - 1, mean / when)
        number += n
        mean -= when
    chance, bound = uniform(rng, p), math.exp(-mean)
    while chance > bound:
        number += 1
        chance *= uniform(rng, p)
    return number


@step
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


@step
def log_choose(n: int, k: int) -> float:
    """Return the logarithm of the number of ways to choose k of n."""
    return log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0)


@step
def hypergeometric(rng: Words, p: int, inside: int, outside: int, taken: int) -> int:
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
    left = uniform(rng, p) - top
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


@step
def take_at_random(rng: Words, p: int, cells: Ints, amount: int) -> None:
    """Keep in the cells only an amount of their people, chosen without preference."""
    total = 0
    for i in range(cells.size):
        total += cells[i]
    for i in range(cells.size):
        if amount >= total:
            return
        people = cells[i]
        drawn = hypergeometric(rng, p, people, total - people, amount)
        cells[i] = drawn
        total -= people
        amount -= drawn
