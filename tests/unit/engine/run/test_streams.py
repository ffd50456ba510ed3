"""Chance: one stream for each process and member, none of which moves another."""

import itertools

import numpy as np
import pytest

from corridor.streams import PROCESSES, stream, streams


@pytest.mark.parametrize("process", PROCESSES)
def test_drawing_more_for_one_process_moves_no_other(process):
    thirsty, modest = streams(7, "test", 3), streams(7, "test", 3)
    getattr(thirsty, process).random(1_000)
    for other in set(PROCESSES) - {process}:
        assert (getattr(thirsty, other).random(5) == getattr(modest, other).random(5)).all()
    assert (getattr(thirsty, process).random(5) != getattr(modest, process).random(5)).all()


def test_no_two_processes_members_purposes_or_seeds_share_a_stream():
    seeds, purposes, members = (1, 2), ("simulate", "forecast"), (0, 1, 10)
    found = {
        rng.bit_generator.random_raw(2).tobytes()
        for seed, purpose, m in itertools.product(seeds, purposes, members)
        for rng in streams(seed, purpose, m)
    }
    assert len(found) == len(seeds) * len(purposes) * len(members) * len(PROCESSES)


def test_the_same_name_is_the_same_stream():
    assert (stream(5, "priors", 1, 2).random(9) == stream(5, "priors", 1, 2).random(9)).all()


@pytest.mark.statistical
def test_streams_of_neighbouring_members_are_not_correlated():
    # False alarm: 6e-7 for each pair (five standard errors), 4 pairs.
    numbers = np.array([stream(1, "test", m).standard_normal(20_000) for m in range(5)])
    for one, two in itertools.pairwise(numbers):
        assert abs(np.corrcoef(one, two)[0, 1]) < 5 / np.sqrt(20_000)
