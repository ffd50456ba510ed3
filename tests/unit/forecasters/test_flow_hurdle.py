"""The hurdle: a chance that nobody comes, learnt from all places, and a flow if somebody does."""

import numpy as np
import pytest

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.flow_hurdle import fitted_hurdle, hurdle_quantiles
from corridor.forecasters.flow_levels import fitted_levels, level_quantiles


def often_empty(share, periods=400, seed=4):
    """Return rates of which a share, drawn independently, is zero."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(periods) < share, 0.0, 50 * np.exp(rng.normal(0, 0.3, periods)))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_chance_of_nobody_is_that_of_the_past(share):
    fit = fitted_hurdle({"lake": often_empty(share)}, 1)
    assert fit.nobody[0] == pytest.approx(share, abs=0.12)


def test_quantiles_are_zero_below_the_chance_of_nobody_and_those_of_somebody_above():
    fit = fitted_hurdle({"lake": often_empty(0.5)}, 1)
    quantiles = hurdle_quantiles(fit, "lake", HUB_LEVELS)
    assert (quantiles[np.array(HUB_LEVELS) <= fit.nobody[0]] == 0).all()
    assert quantiles[-5] == pytest.approx(60, rel=0.3)  # level 0.85; 85 % of flows lie below 68
    assert (np.diff(quantiles) >= 0).all()
    assert (np.array(HUB_LEVELS) <= fit.nobody[0]).sum() == (quantiles == 0).sum()


def test_a_place_seen_little_learns_how_often_nobody_comes_from_the_others():
    known = {f"place_{n}": often_empty(0.9, 60, n) for n in range(8)}
    alone, beside = (fitted_hurdle({**others, "new": np.array([0.0, 50.0, 0.0])}, 1) for others in ({}, known))
    assert beside.nobody[-1] > alone.nobody[-1] + 0.1


def test_where_somebody_always_comes_the_forecast_is_that_of_the_levels():
    rates = {"lake": np.random.default_rng(6).gamma(4.0, 25.0, 80) + 10}
    hurdle, levels = fitted_hurdle(rates, 2), fitted_levels(rates, 2)
    assert hurdle.nobody[0] < 0.01
    ours, theirs = (
        hurdle_quantiles(hurdle, "lake", [0.25, 0.5, 0.75]),
        level_quantiles(levels, "lake", [0.25, 0.5, 0.75]),
    )
    assert ours == pytest.approx(theirs, rel=0.1)


def test_a_series_without_anybody_is_expected_to_stay_so():
    fit = fitted_hurdle({"lake": np.zeros(30), "hill": often_empty(0.2, 30)}, 1)
    assert (hurdle_quantiles(fit, "lake", HUB_LEVELS)[:18] == 0).all()
