"""Sums over days come from the members where there are any."""

from datetime import date

import numpy as np
import pytest
import xarray as xr

from corridor.errors import RunError
from corridor.report.facts.members import arrivals_between, chance_above
from corridor.report.facts.series import series_table
from corridor.runs.rows import QuantileRow

ORIGIN = date(2020, 2, 1)
WEEK = (ORIGIN, date(2020, 2, 8))


@pytest.fixture
def series():
    rows = [
        QuantileRow(ORIGIN, "cumulative_arrivals", h, day, "camp", "quantile", level, value)
        for h, day, values in ((0, WEEK[0], (90, 100, 110)), (7, WEEK[1], (80, 170, 260)))
        for level, value in zip((0.1, 0.5, 0.9), values, strict=True)
    ]
    return series_table(rows, [])


def save_members(folder, days):
    arrivals = np.repeat(np.arange(11)[:, None, None], days, axis=1)
    dates = np.datetime64("2020-02-02", "ns") + np.arange(days) * np.timedelta64(1, "D")
    data = xr.Dataset(
        {"arrivals": (("member", "date", "place"), arrivals)},
        coords={"date": dates, "place": ["camp"]},
    )
    data.to_netcdf(folder / "ensemble.nc", engine="h5netcdf")


def test_a_week_is_summed_within_each_member(tmp_path, series):
    save_members(tmp_path, 28)
    found = arrivals_between(tmp_path, series, "camp", WEEK)
    assert (found.low, found.likely, found.high) == (7, 35, 63)


def test_without_members_it_is_the_growth_of_the_cumulative_count(tmp_path, series):
    found = arrivals_between(tmp_path, series, "camp", WEEK)
    assert (found.low, found.likely, found.high) == (0, 70, 160)


def test_members_that_end_too_soon_are_not_summed(tmp_path, series):
    save_members(tmp_path, 3)
    assert arrivals_between(tmp_path, series, "camp", WEEK).likely == 70


def test_a_place_that_nobody_counts_has_no_arrivals(tmp_path, series):
    assert arrivals_between(tmp_path, series, "elsewhere", WEEK) is None


def test_a_damaged_file_of_members_is_reported(tmp_path, series):
    (tmp_path / "ensemble.nc").write_bytes(b"not netCDF")
    with pytest.raises(RunError, match=r"ensemble\.nc cannot be read: .* Run the forecast again"):
        arrivals_between(tmp_path, series, "camp", WEEK)


def save_stocks(folder):
    """Save ten members of five days; member m has m people on the third day, and none before or after."""
    stock = np.zeros((10, 5, 1), dtype=int)
    stock[:, 2, 0] = np.arange(10)
    dates = np.datetime64("2020-02-02", "ns") + np.arange(5) * np.timedelta64(1, "D")
    data = xr.Dataset({"stock": (("member", "date", "place"), stock)}, coords={"date": dates, "place": ["camp"]})
    data.to_netcdf(folder / "ensemble.nc", engine="h5netcdf")


def test_the_chance_of_passing_a_capacity_counts_members_and_names_the_middle_first_day(tmp_path):
    save_stocks(tmp_path)
    assert chance_above(tmp_path, "camp", [6] * 5) == (0.3, date(2020, 2, 4))
    assert chance_above(tmp_path, "camp", [9] * 5) == (0.0, None)
    assert chance_above(tmp_path, "camp", [9, 9, 5, 9, 9]) == (0.4, date(2020, 2, 4))


def test_without_members_there_is_no_chance(tmp_path):
    assert chance_above(tmp_path, "camp", [6] * 5) is None
