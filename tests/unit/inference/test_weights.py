"""Weights of particles: sums, effective numbers, powers, and who is chosen how often."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corridor.inference.resampling import effective, normalised, systematic, tempering

log_weights = st.lists(st.floats(-40, 40), min_size=1, max_size=40).map(np.array)
shares = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30).map(np.array)


@given(log_weights)
def test_weights_sum_to_one_and_keep_their_ratios(log_weight):
    weight = normalised(log_weight)
    assert weight.sum() == pytest.approx(1.0)
    assert weight == pytest.approx(weight.max() * np.exp(log_weight - log_weight.max()))


@given(log_weights, st.floats(-1e5, 1e5))
def test_a_constant_in_the_log_changes_no_weight(log_weight, constant):
    assert normalised(log_weight + constant) == pytest.approx(normalised(log_weight), rel=1e-6)


@given(log_weights)
def test_the_effective_number_lies_between_one_and_all(log_weight):
    assert 1.0 - 1e-9 <= effective(log_weight) <= log_weight.size + 1e-9


@pytest.mark.parametrize("heavy", [1, 3, 10])
def test_so_many_equal_weights_among_nothings_are_worth_their_number(heavy):
    log_weight = np.full(10, -800.0)
    log_weight[:heavy] = 0.0
    assert effective(log_weight) == pytest.approx(heavy)


def test_halves_and_quarters_are_worth_eight_thirds():
    assert effective(np.log([0.5, 0.25, 0.25])) == pytest.approx(8 / 3)


@given(st.lists(st.floats(-500, 0), min_size=20, max_size=60).map(np.array), st.floats(0.1, 0.9))
def test_the_power_found_leaves_the_wanted_number(log_likelihood, share):
    wanted = share * log_likelihood.size
    power = tempering(log_likelihood, wanted)
    assert 0 < power <= 1
    if power < 1 and power > 1e-5:
        assert effective(power * log_likelihood) == pytest.approx(wanted, rel=1e-3)


def test_a_likelihood_that_says_nothing_is_let_in_at_once():
    assert tempering(np.full(50, -3.0), 25.0) == 1.0


def test_a_likelihood_that_rules_all_but_one_out_is_let_in_slowly():
    log_likelihood = np.array([0.0, *[-1e4] * 49])
    power = tempering(log_likelihood, 25.0)
    assert 0 < power < 1e-3


@given(shares, st.integers(1, 60), st.floats(0.0, 1.0, exclude_max=True))
def test_systematic_resampling_takes_each_as_often_as_its_weight_says_up_to_one(share, count, start):
    assume(share.sum() > 1e-3)
    weight = share / share.sum()
    chosen = systematic(weight, count, start)
    times = np.bincount(chosen, minlength=weight.size)
    assert chosen.size == count
    assert (np.diff(chosen) >= 0).all()
    assert (np.abs(times - count * weight) < 1 + 1e-6).all()


@given(shares, st.floats(0.0, 1.0, exclude_max=True))
def test_nobody_without_weight_is_chosen(share, start):
    assume(share.sum() > 1e-3)
    assert (share[systematic(share / share.sum(), 40, start)] > 0).all()


def test_the_expected_number_of_each_is_its_weight():
    weight = np.array([0.07, 0.5, 0.03, 0.4])
    starts = (np.arange(2_000) + 0.5) / 2_000
    times = sum(np.bincount(systematic(weight, 5, start), minlength=4) for start in starts) / starts.size
    assert times == pytest.approx(5 * weight, abs=0.01)
