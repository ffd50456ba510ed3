"""How long supplies last: what is not covered each day, and the day on which it begins.

Everything is worked out for each member of the forecast, and only then summarised: a day on which
arrivals are high and a delivery is late must count as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.needs.quantities import need_of, people_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from corridor.needs.standards import Item
    from corridor.needs.supplies import Cover

# Smallest share of a need whose lack is more than the rounding of a sum.
_SLACK_FRACTION = 1e-9


def uncovered(item: Item, people: xr.Dataset, covers: Mapping[str, Cover], *, people_per: float) -> xr.DataArray:
    """Return what is needed but neither on site nor delivered.

    What is used up and missed on a day is missed for good. What stays, or is handed to each new
    arrival, is missing until it has been delivered.

    Parameters
    ----------
    people
        (member, date, place), people; from the day after the oldest count on.
    covers
        What covers the item, at the places that were counted.
    people_per
        People whom the quantity of the item serves.

    Returns
    -------
    xarray.DataArray
        (member, date, place) for the places counted, in the unit of the need.
    """
    counted = _counted_days(people, covers)
    at_counted = people.sel(place=list(covers)).where(counted, 0)
    need = need_of(item, people_for(item, at_counted), people_per=people_per)
    on_site = xr.DataArray([cover.on_site for cover in covers.values()], coords={"place": list(covers)})
    delivered = _delivered(people, covers)
    lack = _lack_of_the_day if item.is_used_up else _lack_so_far
    missing = lack(need, on_site, delivered)
    return missing.where(missing > _SLACK_FRACTION * need, 0.0)


def first_day_short(lack: xr.DataArray) -> xr.DataArray:
    """Return the place in the calendar of the first day on which something lacks.

    Parameters
    ----------
    lack
        (member, date, place), any unit.

    Returns
    -------
    xarray.DataArray
        (member, place), days since the first date; the number of dates where nothing ever lacks.
    """
    is_short = lack > 0
    never = is_short.sizes["date"]
    return is_short.argmax("date").where(is_short.any("date"), never)


def _lack_so_far(need: xr.DataArray, on_site: xr.DataArray, delivered: xr.DataArray) -> xr.DataArray:
    return need - on_site - delivered.cumsum("date")


def _lack_of_the_day(need: xr.DataArray, on_site: xr.DataArray, delivered: xr.DataArray) -> xr.DataArray:
    change = delivered - need
    left: xr.DataArray = on_site
    ends = []
    for day in change["date"].values:
        end = left + change.sel(date=day, drop=True)
        ends.append(end)
        left = end.clip(min=0.0)
    return -xr.concat(ends, dim=change["date"])


def _counted_days(people: xr.Dataset, covers: Mapping[str, Cover]) -> xr.DataArray:
    counted_on = xr.DataArray(
        [np.datetime64(cover.counted_on, "ns") for cover in covers.values()],
        coords={"place": list(covers)},
    )
    return people["date"] > counted_on


def _delivered(people: xr.Dataset, covers: Mapping[str, Cover]) -> xr.DataArray:
    days = days_of(people)
    table = [[cover.delivered_on(day) for day in days] for cover in covers.values()]
    coords = {"place": list(covers), "date": people["date"].values}
    return xr.DataArray(table, dims=("place", "date"), coords=coords)


def days_of(people: xr.Dataset | xr.DataArray) -> list[date]:
    """Return the dates of a table as plain dates."""
    days: list[date] = people["date"].values.astype("datetime64[D]").tolist()
    return days
