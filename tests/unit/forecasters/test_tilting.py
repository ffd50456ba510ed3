"""Histories weighted towards a combined forecast: as near as their number allows, and otherwise as they were."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy import stats

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.tilting import (
    EFFECTIVE_SHARE,
    MOST_SDS,
    Histories,
    _rank_scores,
    reconciling_flow,
    tilted_quantiles,
    tilting_weights,
)
from corridor.inference.resampling import systematic
from corridor.inference.unexplained_flow import flow_sd

COUNT, DAYS = 2_000, 14


@pytest.fixture(scope="module")
def histories():
    """Return two camps: one that grows by a rate of its own in each history, one that stays."""
    random = np.random.default_rng(3)
    present = np.stack([random.normal(1_000, 20, COUNT), random.normal(500, 50, COUNT)], axis=1)
    growth = random.normal(20, 20, COUNT)
    growing = present[:, :1] + growth[:, None] * np.arange(1, DAYS + 1)
    staying = np.repeat(present[:, 1:], DAYS, axis=1)
    stock = np.stack([growing, staying], axis=1)
    nothing = np.zeros(stock.shape)
    return Histories(present, stock, nothing, nothing, np.arange(1, DAYS + 1), 0.1, np.ones(present.shape))


def own_quantiles(histories, rows=slice(None)):
    return np.moveaxis(np.quantile(histories.stock[rows], HUB_LEVELS, axis=0), 0, 2)


def effective(weights):
    return 1.0 / (weights**2).sum()


def test_histories_that_agree_already_stay_equally_likely(histories):
    weights = tilting_weights(histories, own_quantiles(histories), HUB_LEVELS)
    assert effective(weights) > 0.95 * COUNT
    assert weights.sum() == pytest.approx(1.0)


def test_weights_move_the_stock_to_a_forecast_that_histories_can_reach(histories):
    faster = histories.stock[:, 0, -1] > np.median(histories.stock[:, 0, -1])
    wanted = own_quantiles(histories, faster)
    wanted[1] = np.nan
    tilted = tilted_quantiles(histories, wanted, HUB_LEVELS, 0.0)
    middle = HUB_LEVELS.index(0.5)
    assert tilted[0, -1, middle] == pytest.approx(wanted[0, -1, middle], rel=0.05)
    assert np.isnan(tilted[1]).all()


def test_weights_are_worth_a_stated_share_of_histories_however_far_the_forecast_is(histories):
    weights = tilting_weights(histories, 3 * own_quantiles(histories), HUB_LEVELS)
    assert effective(weights) >= EFFECTIVE_SHARE * COUNT - 1e-6


def test_a_forecast_of_reports_is_one_of_people_divided_by_what_is_reported_for_each(histories):
    doubled = replace(histories, report_factor=np.full(histories.present.shape, 2.0))
    wanted = 1.05 * own_quantiles(histories)
    for people in (tilting_weights, partial(reconciling_flow, shared=0.2)):
        assert people(doubled, 2.0 * wanted, HUB_LEVELS) == pytest.approx(people(histories, wanted, HUB_LEVELS))
    twice = tilted_quantiles(doubled, 2.0 * wanted, HUB_LEVELS, 0.0)
    assert twice == pytest.approx(2.0 * tilted_quantiles(histories, wanted, HUB_LEVELS, 0.0))


def test_the_present_keeps_its_mean(histories):
    faster = histories.stock[:, 0, -1] > np.median(histories.stock[:, 0, -1])
    weights = tilting_weights(histories, own_quantiles(histories, faster), HUB_LEVELS)
    assert weights @ histories.present == pytest.approx(histories.present.mean(0), rel=0.01)


def test_without_a_forecast_nothing_is_weighted(histories):
    nothing = np.full((2, DAYS, len(HUB_LEVELS)), np.nan)
    assert (tilting_weights(histories, nothing, HUB_LEVELS) == 1.0 / COUNT).all()
    assert (systematic(np.full(8, 1 / 8), 8, 0.5) == np.arange(8)).all()


def test_what_weights_leave_open_becomes_flow_within_the_fit_today_and_within_its_law_ahead(histories):
    wanted = 1.05 * own_quantiles(histories)
    flow = reconciling_flow(histories, wanted, HUB_LEVELS, 0.0)
    reached = np.quantile(histories.stock[:, 0, -1] + flow[:, 0, -1], 0.5)
    assert reached == pytest.approx(wanted[0, -1, HUB_LEVELS.index(0.5)], rel=0.01)
    today = histories.present + flow[:, :, 0]
    assert (today >= np.quantile(histories.present, 0.004, axis=0)).all()
    assert (today <= np.quantile(histories.present, 0.996, axis=0)).all()
    far = reconciling_flow(histories, 5 * own_quantiles(histories), HUB_LEVELS, 0.0)[:, 0]
    usual = histories.stock[:, 0, -1] + far[:, 0]
    most = np.exp(MOST_SDS * flow_sd(0.1, DAYS, usual))
    assert (histories.stock[:, 0, -1] + far[:, -1] <= (usual + 1) * most).all()


def test_today_is_as_far_below_the_first_day_as_histories_gain_on_it(histories):
    flow = reconciling_flow(histories, own_quantiles(histories), HUB_LEVELS, 0.0)[:, 0, 0]
    gained = histories.stock[:, 0, 0].mean() - histories.present[:, 0].mean()
    assert abs(flow.mean()) < 0.1 * gained


def test_flow_is_interpolated_by_the_days_ahead_where_some_are_left_out(histories):
    days = np.array([1, 4, 5, 6, 7, 12, 13, 14])
    part = replace(
        histories,
        stock=histories.stock[:, :, days - 1],
        unexplained=histories.unexplained[:, :, days - 1],
        effect=histories.effect[:, :, days - 1],
        days=days,
    )
    wanted = 1.05 * own_quantiles(histories)
    whole = reconciling_flow(histories, wanted, HUB_LEVELS, 0.0)
    assert reconciling_flow(part, wanted[:, days - 1], HUB_LEVELS, 0.0) == pytest.approx(whole[:, :, [0, *days]])


def test_what_is_stated_to_change_is_added_to_histories_as_the_combination_has_them(histories):
    wanted = 1.05 * own_quantiles(histories)
    more = replace(histories, effect=histories.effect + 100.0)
    added = tilted_quantiles(more, wanted, HUB_LEVELS, 0.0) - tilted_quantiles(histories, wanted, HUB_LEVELS, 0.0)
    assert added == pytest.approx(np.full(added.shape, 100.0))


def test_ahead_of_today_places_go_together_as_past_errors_did():
    """Seeded: two camps that have nothing in common get the correlation asked for, and keep their ranges."""
    scores = np.random.default_rng(5).standard_normal((2, COUNT, 2))
    people = 1_000.0 * np.exp(0.2 * scores)
    growing = people[1][:, :, None] * np.ones(DAYS)
    nothing = np.zeros(growing.shape)
    own = Histories(people[0], growing, nothing, nothing, np.arange(1, DAYS + 1), 0.3, np.ones(people[0].shape))
    wanted = own_quantiles(own)
    for shared in (0.0, 0.4):
        flow = reconciling_flow(own, wanted, HUB_LEVELS, shared)
        today, last = people[0] + flow[:, :, 0], growing[:, :, -1] + flow[:, :, -1]
        assert stats.spearmanr(today).statistic == pytest.approx(0.0, abs=0.05)
        assert stats.spearmanr(last).statistic == pytest.approx(shared, abs=0.05)
        assert np.quantile(last, HUB_LEVELS, axis=0).T[:, 2:-2] == pytest.approx(wanted[:, -1, 2:-2], rel=0.01)


def test_places_that_are_empty_in_all_histories_do_not_go_together():
    """Else the order of histories, the same at both, would make their openings one."""
    empty = np.zeros((COUNT, 2, DAYS))
    own = Histories(empty[:, :, 0], empty, empty, empty, np.arange(1, DAYS + 1), 0.3, np.ones((COUNT, 2)))
    wanted = np.tile(np.linspace(0.0, 500.0, len(HUB_LEVELS)), (2, DAYS, 1))
    scores = _rank_scores(empty[:, :, -1], empty.mean(2))
    assert abs(np.corrcoef(scores.T)[0, 1]) < 0.1
    assert np.isfinite(reconciling_flow(own, wanted, HUB_LEVELS, 0.3)).all()
