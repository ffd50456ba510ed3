"""The regression on levels beside closed forms: what it remembers, what it learns, and its bounds."""

import numpy as np
import pytest

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.flow_levels import MOST, fitted_levels, level_quantiles, weighted_past

MIDDLE = HUB_LEVELS.index(0.5)


def test_a_weighted_past_halves_each_value_every_half_life():
    assert weighted_past(np.array([8.0, 0.0, 0.0, 1.0]), 1.0).tolist() == pytest.approx([8, 4, 2, 2])


def test_one_period_known_is_expected_again_with_a_wide_range():
    fit = fitted_levels({"lake": np.array([20.0])}, 1)
    quantiles = level_quantiles(fit, "lake", HUB_LEVELS)
    assert 10 < quantiles[MIDDLE] < 30
    assert quantiles[0] < 8
    assert quantiles[-1] == MOST * 20


def test_steady_flows_narrow_the_range_and_wild_ones_of_another_place_hardly_widen_it():
    rng = np.random.default_rng(2)
    steady, wild = 100 * np.exp(rng.normal(0, 0.05, 60)), 100 * np.exp(rng.normal(0, 1.5, 60))
    alone, beside = (
        level_quantiles(fitted_levels(rates, 1), "steady", HUB_LEVELS)
        for rates in ({"steady": steady}, {"steady": steady, "wild": wild})
    )
    for quantiles in (alone, beside):
        assert quantiles[MIDDLE] == pytest.approx(100, rel=0.1)
        assert (np.diff(quantiles) >= 0).all()
    widths = [one[-4] - one[3] for one in (alone, beside)]  # 80 % intervals
    assert widths[0] < 20
    assert widths[1] < 60  # the wild place itself varies by hundreds


def test_multiplying_all_flows_multiplies_the_forecast():
    rate = np.random.default_rng(5).gamma(0.7, 300, 40)
    small, large = (level_quantiles(fitted_levels({"lake": rate * by}, 2), "lake", HUB_LEVELS) for by in (1, 50))
    assert large / 50 == pytest.approx(small, rel=0.02)


def test_a_place_where_almost_nobody_arrives_is_expected_to_stay_so():
    rate = np.zeros(80)
    rate[[20, 50]] = 30.0
    assert level_quantiles(fitted_levels({"lake": rate}, 1), "lake", HUB_LEVELS)[MIDDLE] < 0.5
