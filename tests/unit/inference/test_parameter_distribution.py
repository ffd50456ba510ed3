"""Moves of the parameters leave their law as it is, and what a particle holds says where its own lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corridor.inference.parameter_distribution import conditional_distribution, prior_distribution
from corridor.streams import stream

MANY = 40_000


def correlated(seed=1):
    """Return what particles hold, and two parameters that depend on it and on each other."""
    held, noise = np.split(stream(seed, "test/held").standard_normal((MANY, 4)), 2, axis=1)
    one = 0.8 * held[:, 0] + 0.6 * noise[:, 0]
    other = 0.5 * one + 0.3 * noise[:, 1] - held[:, 1] + 2.0
    return np.column_stack([one, other]), held


@given(st.floats(0.0, 1.0), st.integers(0, 10**6))
def test_a_move_leaves_mean_and_covariance_as_they_are(step, seed):
    normal, held = correlated()
    given_held = conditional_distribution(normal, held)
    moved = given_held.near(normal, step, stream(seed, "test/moves"))
    assert moved.mean(0) == pytest.approx(normal.mean(0), abs=0.03)
    assert np.cov(moved.T) == pytest.approx(np.cov(normal.T), abs=0.06)


def test_a_move_keeps_what_ties_parameters_to_what_a_particle_holds():
    normal, held = correlated()
    moved = conditional_distribution(normal, held).near(normal, 1.0, stream(3, "test/moves"))
    for j in range(2):
        for k in range(2):
            tied = np.cov(normal[:, j], held[:, k])[0, 1]
            assert np.cov(moved[:, j], held[:, k])[0, 1] == pytest.approx(tied, abs=0.03)


def test_the_mean_and_the_spread_are_those_of_the_regression():
    normal, held = correlated()
    given_held = conditional_distribution(normal, held)
    assert given_held.mean[:, 0] == pytest.approx(0.8 * held[:, 0], abs=0.03)
    expected = np.array([[0.36, 0.18], [0.18, 0.09 + 0.09]])
    assert given_held.root @ given_held.root.T == pytest.approx(expected, abs=0.01)


def test_nothing_moves_by_a_step_of_none():
    normal, held = correlated()
    assert conditional_distribution(normal, held).near(normal, 0.0, stream(1, "test/moves")) == pytest.approx(normal)


def test_particles_that_all_agree_stay_where_they_are():
    normal, held = np.full((50, 2), 0.7), np.full((50, 1), 3.0)
    moved = conditional_distribution(normal, held).near(normal, 1.0, stream(1, "test/moves"))
    assert moved == pytest.approx(normal, abs=1e-3)


def test_before_any_report_the_parameters_are_drawn_from_the_prior():
    moved = prior_distribution(np.full((MANY, 2), 5.0)).near(np.full((MANY, 2), 5.0), 1.0, stream(1, "test/moves"))
    assert moved.mean(0) == pytest.approx([0, 0], abs=0.03)
    assert np.cov(moved.T) == pytest.approx(np.eye(2), abs=0.03)
