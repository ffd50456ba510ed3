"""Scores beside closed forms: normal, uniform and point forecasts, known skills, Flee's own score by hand."""

import numpy as np
import pytest
from scipy import stats

from corridor.backtest.scores import (
    SCORES,
    ard,
    is_covered,
    pit,
    point_scores,
    skill_interval,
    skill_of,
)
from corridor.forecasters.base import HUB_LEVELS

LEVELS = np.array(HUB_LEVELS)


def scores(quantiles, true):
    """Return the scores of forecasts."""
    return point_scores(np.asarray(quantiles, dtype=float), HUB_LEVELS, np.asarray(true, dtype=float))


def test_a_sure_and_right_forecast_scores_nothing():
    found = scores([[50.0] * 23], [50])
    assert {name: float(value[0]) for name, value in found.items()} == dict.fromkeys(SCORES, 0.0)


def test_a_sure_forecast_scores_its_error():
    found = scores([[50.0] * 23], [80])
    for name in ("wis", "crps", "mae"):
        assert found[name][0] == pytest.approx(30)
    for name in ("wis_log1p", "crps_log1p"):
        assert found[name][0] == pytest.approx(np.log(81 / 51))


def test_wis_is_the_weighted_sum_of_interval_scores():
    quantiles = np.linspace(100, 200, 23) ** 1.1
    true = 390.0
    total = 0.5 * abs(quantiles[11] - true)
    for k in range(11):
        low, high, alpha = quantiles[k], quantiles[22 - k], 2 * LEVELS[k]
        penalty = max(low - true, 0, true - high)
        total += alpha / 2 * (high - low + 2 / alpha * penalty)
    assert scores([quantiles], [true])["wis"][0] == pytest.approx(total / 11.5)


def test_crps_of_a_normal_is_near_its_closed_form():
    mean, sd = 10_000, 500
    truths = np.array([9_000.0, 10_000, 10_700])
    found = scores(np.tile(stats.norm(mean, sd).ppf(LEVELS), (3, 1)), truths)["crps"]
    z = (truths - mean) / sd
    exact = sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert found == pytest.approx(exact, rel=0.02)


def test_a_central_interval_counts_its_ends_in():
    quantiles = np.tile(100 * LEVELS, (4, 1))
    inside = is_covered(quantiles, HUB_LEVELS, np.array([10.0, 90.0, 9.9, 90.1]), 0.8)
    assert inside.tolist() == [True, True, False, False]


@pytest.mark.statistical
def test_pit_of_a_true_forecast_is_even():
    # Kolmogorov-Smirnov at 0.001: one false alarm in a thousand seeds.
    true = np.random.default_rng(3).normal(10_000, 700, 2_000)
    ranks = pit(np.tile(stats.norm(10_000, 700).ppf(LEVELS), (2_000, 1)), HUB_LEVELS, true, seed=3)
    assert stats.kstest(ranks, "uniform").pvalue > 0.001


@pytest.mark.statistical
def test_pit_of_a_forecast_with_a_lump_at_zero_is_even():
    # Kolmogorov-Smirnov at 0.001: one false alarm in a thousand seeds.
    true = np.maximum(0, np.random.default_rng(4).normal(0, 100, 2_000))
    quantiles = np.maximum(0, stats.norm(0, 100).ppf(LEVELS))
    ranks = pit(np.tile(quantiles, (2_000, 1)), HUB_LEVELS, true, seed=4)
    assert stats.kstest(ranks, "uniform").pvalue > 0.001


def test_pit_is_the_level_of_a_quantile_that_is_met_and_beyond_the_outermost_within_the_rest():
    quantiles = np.tile(100 * LEVELS, (4, 1))
    found = pit(quantiles, HUB_LEVELS, np.array([25.0, 27.5, 0.0, 99.5]), seed=1)
    assert found[:2] == pytest.approx([0.25, 0.275])
    assert 0 < found[2] < 0.01
    assert 0.99 < found[3] < 1


def test_skill_is_against_the_better_rival():
    model = np.array([1.0, 1.0])
    rivals = {"persistence": np.array([4.0, 0.0]), "drift": np.array([1.0, 1.5])}
    assert skill_of(model, rivals) == (pytest.approx(1 - 2 / 2.5), "drift")


def test_there_is_no_skill_against_a_rival_without_error():
    assert skill_of(np.ones(2), {"persistence": np.zeros(2)})[0] is None


def test_the_interval_of_a_skill_holds_it_and_the_seed_decides_it():
    chance = np.random.default_rng(5)
    model, rival = chance.gamma(2, 1, 200), chance.gamma(2, 2, 200)
    origins = np.repeat(np.arange(40), 5)
    first, again, other = (skill_interval(model, {"drift": rival}, origins, block=3, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert first.low < first.value < first.high
    assert first.value == skill_of(model, {"drift": rival})[0]


def test_the_interval_of_a_constant_skill_is_a_point():
    origins = np.repeat(np.arange(10), 2)
    found = skill_interval(np.full(20, 1.0), {"drift": np.full(20, 4.0)}, origins, block=3, seed=1)
    assert found == (0.75, 0.75, 0.75)


def test_too_few_origins_have_no_interval():
    found = skill_interval(np.ones(4), {"drift": np.full(4, 2.0)}, np.array([0, 0, 1, 1]), block=3, seed=1)
    assert found == (0.5, None, None)


@pytest.mark.statistical
def test_the_interval_of_a_skill_holds_the_truth_about_as_often_as_it_says():
    # 90 % intervals of 200 samples; below 78 % or above 99 % has a chance under 0.001 if they hold 90 %.
    held = 0
    for seed in range(200):
        chance = np.random.default_rng(seed)
        model, rival = chance.gamma(4, 1, 60), chance.gamma(4, 2, 60)
        found = skill_interval(model, {"drift": rival}, np.arange(60), block=3, seed=seed)
        held += found.low <= 0.5 <= found.high
    assert 156 <= held <= 198


def test_ard_is_the_mean_over_days_of_the_share_that_is_elsewhere():
    simulated = np.array([[50.0, 150.0], [30.0, 30.0]])
    reported = np.array([[100.0, 100.0], [60.0, 60.0]])
    found = ard(simulated, reported)
    assert found.normal == pytest.approx((100 / 200 + 60 / 120) / 2)
    assert found.rescaled == pytest.approx((100 / 200 + 0) / 2)


def test_ard_of_a_day_without_anybody_reported_divides_by_one():
    assert ard(np.array([[3.0, 0.0]]), np.array([[0.0, 0.0]])) == (3.0, 0.0)


def test_ard_of_a_day_without_anybody_simulated_is_one():
    assert ard(np.array([[0.0, 0.0]]), np.array([[7.0, 3.0]])) == (1.0, 1.0)


def test_ard_rounds_differences_to_four_decimals():
    assert ard(np.array([[1.0, 2.0]]), np.array([[1.00004, 2.0]])).normal == 0
