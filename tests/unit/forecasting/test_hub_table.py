"""The rows of a hub table: every series that the scenario has, those of nobody too."""

import datetime as dt

import numpy as np
import xarray as xr

from corridor.forecasting.hub_table import hub_rows
from corridor.report.facts.series import series_table
from corridor.runs.rows import QuantileRow

ORIGIN = dt.date(2031, 1, 1)


def quantiles():
    """Return two days of a camp with people, a town without any, and a sum of stocks alone."""
    stock = [[[5.0, 0.0, 5.0], [6.0, 0.0, 6.0]], [[8.0, 0.0, 8.0], [9.0, 0.0, 9.0]]]
    waiting = [[[1.0, 0.0, np.nan], [0.0, 0.0, np.nan]], [[2.0, 0.0, np.nan], [0.0, 0.0, np.nan]]]
    dims = ("quantile", "date", "place")
    dates = np.array(["2031-01-02", "2031-01-03"], "datetime64[ns]")
    coords = {"quantile": [0.5, 0.9], "date": dates, "place": ["camp", "town", "all"]}
    return xr.Dataset({"stock": (dims, stock), "waiting": (dims, waiting)}, coords=coords)


def test_a_series_of_nobody_has_rows_of_nought_and_one_that_cannot_be_has_none():
    rows = list(hub_rows(quantiles(), ORIGIN))
    assert [row["value"] for row in rows if row["location"] == "town"] == [0.0] * 8
    assert {row["target"] for row in rows if row["location"] == "all"} == {"stock"}
    assert len(rows) == 20


def test_a_report_has_no_series_of_nobody():
    rows = [
        QuantileRow(
            origin_date=ORIGIN,
            target=str(row["target"]),
            horizon=int(row["horizon"]),
            target_end_date=dt.date.fromisoformat(str(row["target_end_date"])),
            location=str(row["location"]),
            output_type="quantile",
            output_type_id=float(row["output_type_id"]),
            value=float(row["value"]),
        )
        for row in hub_rows(quantiles(), ORIGIN)
    ]
    table = series_table([], rows)
    assert table.find("stock", "camp") is not None
    assert table.find("waiting", "town") is None
