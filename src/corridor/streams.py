"""Where chance enters: one named random stream for each process, place and member.

Equal seeds give equal bytes whatever the number of workers, and a draw by one process at one place never moves another
stream, so that two scenarios can be compared member by member: where nothing differs, the numbers are the same.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.random import PCG64DXSM, Generator, SeedSequence
from numpy.random.bit_generator import ISeedSequence

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

Words = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]

PROCESSES = ("leaving", "gates", "travel", "deaths", "departing")

_APART = np.uint64(0x9E3779B97F4A7C15)
"""How far the words are apart that the beginnings of streams are made from, modulo 2 to the power of 64."""


class Streams(NamedTuple):
    """Where the streams of one member (or of one block of particles) are, for each process and place, (place,).

    Drawing moves them on in place; `corridor.engine.kernel.draws` says how.
    """

    leaving: Words
    gates: Words
    travel: Words
    deaths: Words
    departing: Words


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

    They take 40 microseconds to work out, and a what-if runs the same members as the one before it.
    """
    return cast("Words", SeedSequence(seed, spawn_key=key).generate_state(_WORDS, np.uint64))


_WORDS = 4


def streams(places: int, seed: int, purpose: str, *path: int) -> Streams:
    """Return the streams of one member: for each process of the model, one for each place.

    Parameters
    ----------
    places
        Number of places.
    seed, purpose, *path
        As for :func:`stream`.

    Examples
    --------
    >>> streams(2, 7, "simulate", 0).gates.shape
    (2,)
    """
    key = _words(seed, (zlib.crc32(purpose.encode()), *path))[0]
    numbers = np.arange(1, len(PROCESSES) * places + 1, dtype=np.uint64)
    words = scrambled(key + _APART * numbers).reshape(places, len(PROCESSES))
    return Streams(*np.ascontiguousarray(words.T))


def scrambled(words: Words) -> Words:
    """Return words that tell nothing of what they were made from, by the output function of SplitMix64."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
