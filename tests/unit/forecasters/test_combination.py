"""The pool beside closed forms: scores, weights that go to the better model, and averaged quantiles."""

import numpy as np
import pytest
from scipy.special import ndtri

from corridor.forecasters.combination import DOUBT, TRUST, Past, combination_weights, combined, root_scale_wis

LEVELS = (0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99)
EVEN = np.ones(2)


def normal(middle, spread):
    """Return quantiles of people whose root is normal, (outcome, level)."""
    return np.maximum(0.0, np.asarray(middle)[..., None] + spread * ndtri(LEVELS)) ** 2


def past(*quantiles, people, lead=14.0, age=0.0):
    """Return past forecasts, all of one lead and age."""
    size = np.size(people)
    return Past(np.array(quantiles), np.asarray(people, dtype=float), np.full(size, lead), np.full(size, age))


def test_the_score_of_a_point_is_its_distance_on_the_root():
    assert root_scale_wis(np.full((1, 23), 100.0), np.array([400.0]), LEVELS) == pytest.approx([10.0])


def test_weights_are_the_tempered_closed_form():
    points = [np.full((3, 23), people) for people in (81.0, 64.0)]  # one and two roots off
    found = combination_weights(past(*points, people=[100.0] * 3), 14.0, LEVELS, EVEN)
    scores = np.array([3.0, 6.0]) + DOUBT * 1.5
    wanted = scores ** (-TRUST * (3 + DOUBT))
    assert found == pytest.approx(wanted / wanted.sum())


def test_nothing_known_leaves_the_prior():
    nobody = Past(np.empty((2, 0, 23)), np.empty(0), np.empty(0), np.empty(0))
    assert combination_weights(nobody, 14.0, LEVELS, np.array([1.0, 3.0])).tolist() == [0.25, 0.75]


def test_perfect_models_leave_the_prior():
    exact = np.full((2, 23), 100.0)
    assert combination_weights(past(exact, exact, people=[100.0, 100.0]), 14.0, LEVELS, EVEN).tolist() == [0.5, 0.5]


def test_weights_go_to_the_better_model_and_the_pool_loses_little():
    # false-alarm rate below 1e-6: 200 independent outcomes, scores differ by half
    rng = np.random.default_rng(4)
    truth = 100 + rng.standard_normal(200)
    good, wide = normal(np.full(200, 100.0), 1.0), normal(np.full(200, 100.0), 4.0)
    weights = combination_weights(past(wide, good, people=truth**2), 14.0, LEVELS, EVEN)
    assert weights[1] > 0.99
    scores = [root_scale_wis(one, truth**2, LEVELS).mean() for one in (combined(np.array([wide, good]), weights), good)]
    assert scores[0] < 1.02 * scores[1]


def test_two_models_that_err_on_either_side_are_better_pooled():
    truth = np.full(20, 100.0**2)
    low, high = normal(np.full(20, 98.0), 0.5), normal(np.full(20, 102.0), 0.5)
    weights = combination_weights(past(low, high, people=truth), 14.0, LEVELS, EVEN)
    both = root_scale_wis(combined(np.array([low, high]), weights), truth, LEVELS).mean()
    assert both < root_scale_wis(low, truth, LEVELS).mean() / 2


def test_recent_outcomes_and_like_leads_count_more():
    points = np.array([[[81.0] * 23, [100.0] * 23], [[100.0] * 23, [81.0] * 23]])  # each right once

    def second(lead, age):
        return combination_weights(Past(points, np.full(2, 100.0), np.array(lead), np.array(age)), 14.0, LEVELS, EVEN)[
            1
        ]

    assert second([14.0, 14.0], [10.0, 10.0]) == pytest.approx(0.5)
    assert second([14.0, 14.0], [10.0, 100.0]) > 0.5
    assert second([14.0, 28.0], [10.0, 10.0]) > 0.5
    assert second([14.0, 7.0], [10.0, 10.0]) == pytest.approx(second([14.0, 28.0], [10.0, 10.0]))


def test_many_people_get_the_same_weights():
    one = past(normal([10.0, 20.0], 1.0), normal([12.0, 19.0], 2.0), people=[121.0, 361.0])
    many = one._replace(quantiles=one.quantiles * 1e4, people=one.people * 1e4)
    weights = [combination_weights(known, 14.0, LEVELS, EVEN) for known in (one, many)]
    assert weights[0] == pytest.approx(weights[1])


def test_outcomes_of_which_a_model_said_nothing_are_left_out():
    known = past(normal([10.0, 10.0], 1.0), normal([10.0, 30.0], 1.0), people=[100.0, 900.0])
    silent = known._replace(quantiles=known.quantiles.copy())
    silent.quantiles[0, 1] = np.nan
    assert combination_weights(silent, 14.0, LEVELS, EVEN).tolist() == [0.5, 0.5]


def test_quantiles_are_averaged_on_the_root():
    found = combined(np.array([[[0.0, 100.0]], [[16.0, 400.0]]]), np.array([0.25, 0.75]))
    assert found == pytest.approx(np.array([[9.0, 306.25]]))


def test_a_silent_model_leaves_its_weight_to_the_others():
    quantiles = np.array([[[np.nan] * 2, [np.nan] * 2], [[1.0, 4.0], [np.nan] * 2]])
    found = combined(quantiles, np.array([0.9, 0.1]))
    assert found[0].tolist() == [1.0, 4.0]
    assert np.isnan(found[1]).all()
