"""Where chance enters: one named random stream per process and member.

Equal seeds give equal bytes whatever the number of workers, and a draw by one process never moves
another process's stream, so that two scenarios can be compared member by member.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.random import PCG64DXSM, Generator, SeedSequence
from numpy.random.bit_generator import ISeedSequence

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    Words = NDArray[np.uint32 | np.uint64]

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
    return Generator(PCG64DXSM(cast("SeedSequence", _Words(_words(seed, key)))))


class _Words(ISeedSequence):
    """The words that seed a generator, worked out before."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> Words:
        """Return the words."""
        assert (n_words, np.dtype(dtype)) == (_WORDS, self._words.dtype), "a PCG64DXSM takes these"
        return self._words


@lru_cache(maxsize=20_000)
def _words(seed: int, key: tuple[int, ...]) -> Words:
    """Return the words that seed a stream.

    They take 40 microseconds to work out. A what-if runs the same members as the one before it, each with six streams.
    """
    return SeedSequence(seed, spawn_key=key).generate_state(_WORDS, np.uint64)


_WORDS = 4


def streams(seed: int, purpose: str, *path: int) -> Streams:
    """Return one generator for each process of the model, for one member."""
    return Streams(*(stream(seed, f"{purpose}/{process}", *path) for process in PROCESSES))
