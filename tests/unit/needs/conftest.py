"""A camp, a screening point and a town, with as many people as a test says."""

from datetime import date, timedelta

import numpy as np
import pytest
import xarray as xr

from corridor.forecasting.forecast import Forecast
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.scenario import Group, Scenario, Supply

ORIGIN = date(2019, 3, 1)
START = date(2019, 2, 1)
PLACES = {"camp": PlaceKind.CAMP, "screening": PlaceKind.SCREENING, "town": PlaceKind.TOWN}
MEASURES = ("stock", "waiting", "arrivals")


def _dates(first, count):
    return np.array([first + timedelta(days=step) for step in range(count)], dtype="datetime64[ns]")


def _dataset(leading, size, dates, people):
    shape = (size, len(dates), len(PLACES))
    filled = {name: (("lead", "date", "place"), np.zeros(shape)) for name in MEASURES}
    data = xr.Dataset(filled, coords={"date": dates, "place": list(PLACES)})
    data = data.rename(lead=leading)
    for (name, place), values in people.items():
        column = xr.DataArray(np.asarray(values, dtype=float))
        if column.ndim == 1:
            column = column.rename(dim_0=leading)
        elif column.ndim == 2:
            column = column.rename(dim_0=leading, dim_1="date")
        data[name].loc[{"place": place}] = column
    return data


@pytest.fixture
def make_forecast():
    """Return a maker of forecasts: people by (measure, place), as a number, by member, or by member and date."""

    def make(people=None, *, members=3, days=14, past=None):
        samples = _dataset("member", members, _dates(ORIGIN + timedelta(days=1), days), people or {})
        fitted = _dataset("quantile", 3, _dates(START, (ORIGIN - START).days + 1), past or {})
        return Forecast(
            scenario_name="test",
            origin_date=ORIGIN,
            horizon_days=days,
            samples=samples.assign_coords(member=np.arange(members)),
            past=fitted.assign_coords(quantile=[0.25, 0.5, 0.75]),
        )

    return make


@pytest.fixture
def make_scenario():
    """Return a maker of scenarios with stocks."""

    def make(*stocks):
        return Scenario(
            name="test",
            start=START,
            end=date(2019, 5, 31),
            groups=(Group(group="all", share=1.0),),
            places=tuple(Place(place=place, name=place, kind=kind, population=0) for place, kind in PLACES.items()),
            routes=(),
            stocks=stocks,
        )

    return make


@pytest.fixture
def make_supply():
    """Return a maker of rows of stocks.csv; a count of water on the origin date unless said otherwise."""

    def make(quantity, **fields):
        row = {
            "date": ORIGIN,
            "place": "camp",
            "item": "water",
            "unit": "litres",
            "kind": "on_site",
            "source": "water committee",
        }
        return Supply(quantity=quantity, **(row | fields))

    return make


@pytest.fixture
def need_on():
    """Return a reader of one line of needs.csv: (p10, p50, p90) of an item at a place on a day ahead."""

    def read(needs, item, *, place="camp", day=1):
        when = ORIGIN + timedelta(days=day)
        rows = [row for row in needs.to_rows() if (row["item"], row["place"], row["date"]) == (item, place, when)]
        assert len(rows) == 1
        return rows[0]["p10"], rows[0]["p50"], rows[0]["p90"]

    return read


@pytest.fixture
def runout_of():
    """Return a reader of one line of runout.csv: (p10, p50, p90) in days ahead, None beyond the horizon."""

    def read(needs, item, *, place="camp"):
        rows = [row for row in needs.runout_rows() if (row["item"], row["place"]) == (item, place)]
        assert len(rows) == 1
        dates = (rows[0]["p10"], rows[0]["p50"], rows[0]["p90"])
        return tuple(None if when is None else (when - ORIGIN).days for when in dates)

    return read
