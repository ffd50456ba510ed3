"""Where chance enters: one named random stream per process and member.

Equal seeds give equal bytes whatever the number of workers, and a draw by one process never moves
another process's stream, so that two scenarios can be compared member by member.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from numpy.random import PCG64DXSM, Generator, SeedSequence

PROCESSES = ("leaving", "gates", "travel", "deaths", "departing")


class Streams(NamedTuple):
    """The generators of one member (or of one block of particles), one for each process."""

    leaving: Generator
    gates: Generator
    travel: Generator
    deaths: Generator
    departing: Generator


def stream(seed: int, purpose: str, *path: int) -> Generator:
    """Return the generator of a named purpose.

    Parameters
    ----------
    seed
        The user's seed.
    purpose
        What the numbers are for.
    *path
        Further numbers that tell streams of one purpose apart: a member, a block.

    Examples
    --------
    >>> bool(stream(7, "priors").random() == stream(7, "priors").random())
    True
    >>> bool(stream(7, "priors").random() == stream(7, "deaths").random())
    False
    """
    key = (zlib.crc32(purpose.encode()), *path)
    return Generator(PCG64DXSM(SeedSequence(seed, spawn_key=key)))


def streams(seed: int, purpose: str, *path: int) -> Streams:
    """Return one generator for each process of the model, for one member."""
    return Streams(*(stream(seed, f"{purpose}/{process}", *path) for process in PROCESSES))
