"""Chance: one stream for each process, place and member, none of which moves another."""

import itertools

import numpy as np
import pytest

from corridor.streams import PROCESSES, stream, streams


def test_no_two_processes_places_members_purposes_or_seeds_share_a_stream():
    seeds, purposes, members, places = (1, 2), ("simulate", "forecast"), (0, 1, 10), 50
    begins = [
        words
        for seed, purpose, m in itertools.product(seeds, purposes, members)
        for words in streams(places, seed, purpose, m)
    ]
    assert np.unique(begins).size == len(seeds) * len(purposes) * len(members) * len(PROCESSES) * places


def test_a_stream_is_the_same_however_many_places_follow():
    for few, many in zip(streams(3, 7, "test"), streams(9, 7, "test"), strict=True):
        assert (few == many[:3]).all()


def test_the_same_name_is_the_same_stream():
    assert (stream(5, "priors", 1, 2).random(9) == stream(5, "priors", 1, 2).random(9)).all()


@pytest.mark.statistical
def test_streams_of_neighbouring_members_are_not_correlated():
    # False alarm: 6e-7 for each pair (five standard errors), 4 pairs.
    numbers = np.array([stream(1, "test", m).standard_normal(20_000) for m in range(5)])
    for one, two in itertools.pairwise(numbers):
        assert abs(np.corrcoef(one, two)[0, 1]) < 5 / np.sqrt(20_000)
