"""People times standard: how much of an item the people at a place need, member by member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from corridor.forecasting.forecast import Forecast
    from corridor.needs.standards import Item, Truck
    from corridor.scenario.scenario import Scenario

_MEASURES = ["stock", "waiting", "arrivals"]


def people_forecast(forecast: Forecast, scenario: Scenario) -> xr.Dataset:
    """Return the people to be served on each day of the horizon.

    Towns are left out, as those who live there are at home and no concern of a camp, and so are junctions.

    Returns
    -------
    xarray.Dataset
        stock, waiting, arrivals: (member, date, place), people.
    """
    served = [row.place for row in scenario.places if row.kind.is_site]
    known = set(forecast.samples["place"].values.tolist())
    return forecast.samples[_MEASURES].sel(place=[place for place in served if place in known])


def measure_of(item: Item) -> str:
    """Return the target of the forecast that says for how many people an item is needed."""
    return {"new_arrivals": "arrivals", "present": "stock"}.get(item.applies_to, item.applies_to)


def people_for(item: Item, people: xr.Dataset) -> xr.DataArray:
    """Return the people for whom an item is needed; new arrivals are added up over the dates.

    Parameters
    ----------
    people
        stock, waiting, arrivals: (member, date, place), people.

    Returns
    -------
    xarray.DataArray
        (member, date, place), people.
    """
    there = people[measure_of(item)]  # those who wait are among those present
    return there.cumsum("date") if item.applies_to == "new_arrivals" else there


def need_of(item: Item, people: xr.DataArray, *, people_per: float) -> xr.DataArray:
    """Return the quantity of an item that people need, in its unit of need.

    The equation is people x quantity / people_per, divided by the days that it lasts if it is used
    up, and rounded up if it is counted in whole things.
    """
    days = 1.0 if item.period_days is None else item.period_days
    need = people * item.quantity / people_per / days
    return _whole(need) if item.is_whole else need


def loads_of(truck: Truck, supply: xr.DataArray) -> xr.DataArray:
    """Return the truckloads that bring a supply, what is lost of it included, rounded up."""
    return _whole(supply / truck.carries)


def lost_in_supply(need: xr.DataArray, fraction: float) -> xr.DataArray:
    """Return what must be supplied beyond a need when a share of the supply is lost.

    The equation is need x fraction / (1 - fraction).
    """
    return need * fraction / (1.0 - fraction)


def _whole(quantity: xr.DataArray) -> xr.DataArray:
    whole: xr.DataArray = xr.apply_ufunc(np.ceil, quantity)
    return whole
