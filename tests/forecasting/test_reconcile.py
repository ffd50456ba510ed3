"""Futures made to agree with other quantiles: ranks stay, people add up, nobody is invented where nothing is known."""

import numpy as np
import pytest
import xarray as xr

from corridor.forecasting.copula_coupling import WEEK_DAYS, corrected, corrections

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MEMBERS, DAYS = 200, 17
PATH = ("member", "date", "place")
KNOTS = (0, 6, 13, 16)


@pytest.fixture(scope="module")
def samples():
    """Return futures of two camps whose people add up, in two groups."""
    rng = np.random.default_rng(5)
    arrivals = rng.poisson(30, (MEMBERS, DAYS, 2))
    departures = rng.poisson(5, (MEMBERS, DAYS, 2))
    stock = rng.poisson(1_000, (MEMBERS, 1, 2)) + (arrivals - departures).cumsum(1)
    young = rng.binomial(stock, 0.2)
    told = {
        "stock": stock,
        "arrivals": arrivals,
        "departures": departures,
        "cumulative_arrivals": arrivals.cumsum(1),
        "waiting": stock // 2,
        "stock_under_five": young,
    }
    by_group = np.stack([young, stock - young], axis=-1)
    return xr.Dataset(
        {name: (PATH, values) for name, values in told.items()} | {"stock_by_group": ((*PATH, "group"), by_group)},
        coords={"place": ["lake", "hill"]},
    )


def wanted(first, last):
    """Return quantiles for the lake that go straight, and none for the hill."""
    found = np.full((2, DAYS, len(LEVELS)), np.nan)
    found[0] = np.linspace(first, last, DAYS)[:, None] * np.array([0.8, 0.9, 1.0, 1.1, 1.2])
    return found


def agreed(samples, quantiles):
    return corrected(samples, corrections(samples, quantiles, LEVELS), [0.2, 0.8], [0])


@pytest.mark.parametrize(("first", "last"), [(1_500, 2_500), (900, 300), (20, 0)])
def test_at_the_weeks_ends_the_quantiles_are_those_wanted_and_ranks_are_kept(samples, first, last):
    quantiles = wanted(first, last)
    found = agreed(samples, quantiles).stock.sel(place="lake").to_numpy()
    before = samples.stock.sel(place="lake").to_numpy()
    for day in KNOTS:
        assert np.quantile(found[:, day], LEVELS) == pytest.approx(quantiles[0, day], abs=0.02 * first + 1)
        order = np.lexsort((found[:, day], before[:, day]))
        assert (np.diff(found[order, day]) >= -1).all()  # whole people


def test_the_people_at_a_place_still_add_up(samples):
    for first, last in ((1_500, 2_500), (900, 300), (20, 0)):
        found = agreed(samples, wanted(first, last))
        gained = found.arrivals - found.departures
        assert (found.stock.diff("date") == gained.isel(date=slice(1, None))).all()
        assert (found.waiting <= found.stock).all()
        assert (found.stock_by_group.sum("group") == found.stock).all()
        assert (found.stock_by_group.isel(group=0) == found.stock_under_five).all()
        assert (found.cumulative_arrivals.diff("date") == found.arrivals.isel(date=slice(1, None))).all()
        assert min(int(found[name].min()) for name in found.data_vars) >= 0


def test_a_first_correction_is_nobodys_arrival(samples):
    before = int(samples.arrivals.sel(place="lake").sum())
    line = samples.stock.sel(place="lake").mean("member").to_numpy() + 50_000.0
    higher = np.full((2, DAYS, len(LEVELS)), np.nan)
    higher[0] = line[:, None] + np.array([-2, -1, 0, 1, 2])
    found = agreed(samples, higher)
    assert int(found.stock.min("member").sel(place="lake").min()) > 50_000
    assert int(found.arrivals.sel(place="lake").sum()) < 1.5 * before


def test_where_nothing_is_wanted_nothing_changes(samples):
    found = agreed(samples, wanted(1_500, 2_500)).sel(place="hill")
    xr.testing.assert_equal(found, samples.sel(place="hill"))
    none = agreed(samples, np.full((2, DAYS, len(LEVELS)), np.nan))
    xr.testing.assert_equal(none, samples)


def test_corrections_stay_between_those_of_the_weeks_ends(samples):
    change = corrections(samples, wanted(1_500, 2_500), LEVELS)[:, :, 0]
    week = change[:, WEEK_DAYS - 1 : 2 * WEEK_DAYS]
    ends = np.sort(week[:, [0, -1]], axis=1)
    assert (week >= ends[:, :1]).all()
    assert (week <= ends[:, 1:]).all()
    assert (np.abs(np.diff(week, axis=1)).max(1) < (ends[:, 1] - ends[:, 0]) / 2 + 2).all()


def test_people_come_to_an_empty_camp_in_the_shares_of_the_groups(samples):
    empty = samples.copy(deep=True)
    for name in empty.data_vars:
        empty[name].loc[{"place": "lake"}] = 0
    found = agreed(empty, wanted(1_000, 1_000)).sel(place="lake")
    assert float(found.stock_under_five.sum() / found.stock.sum()) == pytest.approx(0.2, abs=0.01)


def test_one_day_ahead_can_be_corrected_too(samples):
    day = samples.isel(date=[0])
    found = corrected(day, corrections(day, wanted(2_000, 2_000)[:, :1], LEVELS), [0.2, 0.8], [0])
    assert float(found.stock.sel(place="lake").median()) == pytest.approx(2_000, abs=5)
    assert (found.arrivals == day.arrivals).all()
