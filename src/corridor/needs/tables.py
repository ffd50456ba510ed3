"""One table for each quantity that is told: its quantiles by date and place, and whence it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.message import message
from corridor.needs.quantities import loads_of, lost_in_supply, need_of, people_for
from corridor.needs.runout import first_day_short
from corridor.needs.standards import GAP, TRUCKS, amount_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from corridor.needs.standards import Item, Standards
    from corridor.needs.supplies import Cover

LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Table:
    """Quantiles of one quantity.

    Attributes
    ----------
    quantiles
        (quantile, date, place), in the unit of the table; quantiles as in LEVELS.
    sources
        Where the figure is from, by place.
    """

    item: str
    unit: str
    is_whole: bool
    quantiles: xr.DataArray
    standard: str
    sources: Mapping[str, str]


def tables_of_need(item: Item, people: xr.Dataset, standards: Standards) -> Iterator[Table]:
    """Yield what is needed of an item, the trucks that bring it, and what is lost on the way.

    Parameters
    ----------
    people
        stock, waiting, arrivals: (member, date, place), people; the places that need the item.
    """
    need = need_of(item, people_for(item, people), people_per=standards.people_per(item))
    places: list[str] = people["place"].values.tolist()
    yield Table(
        item=item.item,
        unit=item.unit_of_need,
        is_whole=item.is_whole,
        quantiles=quantiles_of(need),
        standard=standards.figure(item.item),
        sources=dict.fromkeys(places, item.citation),
    )
    losses = [(row, lost_in_supply(need, row.fraction_high)) for row in standards.margins_of(item.item)]
    if item.truck is not None:
        truck = standards.truck(item.truck)
        amount = amount_of(truck.carries, truck.unit)
        yield Table(
            item=item.item + TRUCKS,
            unit="trucks/day",
            is_whole=True,
            quantiles=quantiles_of(loads_of(truck, sum((lost for _, lost in losses), need))),
            standard=message("{amount} per truck; what is lost on the way included", amount=amount)
            if losses
            else message("{amount} per truck", amount=amount),
            sources=dict.fromkeys(places, truck.citation),
        )
    for margin, lost in losses:
        yield Table(
            item=margin.margin,
            unit=item.unit_of_need,
            is_whole=False,
            quantiles=quantiles_of(lost),
            standard=message(
                "{low} % to {high} % of what is supplied; {high} % used",
                low=round(100 * margin.fraction_low),
                high=round(100 * margin.fraction_high),
            ),
            sources=dict.fromkeys(places, margin.citation),
        )


def table_of_gap(item: Item, lack: xr.DataArray, standards: Standards, covers: Mapping[str, Cover]) -> Table:
    """Return what is needed of an item, but neither on site nor delivered.

    Parameters
    ----------
    lack
        (member, date, place), in the unit of the need.
    """
    return Table(
        item=item.item + GAP,
        unit=item.unit_of_need,
        is_whole=False,
        quantiles=quantiles_of(lack),
        standard=standards.figure(item.item),
        sources={place: cover.citation for place, cover in covers.items()},
    )


def days_of_running_out(lack: xr.DataArray) -> dict[str, list[int]]:
    """Return, for each place, the quantiles of the first day that is short.

    Parameters
    ----------
    lack
        (member, date, place), any unit.

    Returns
    -------
    dict
        By place, days since the first date, one for each of LEVELS; the number of dates where the
        quantile is not within the horizon.
    """
    days = quantiles_of(first_day_short(lack)).transpose("place", "quantile").astype(int)
    return dict(zip(days["place"].values.tolist(), days.values.tolist(), strict=True))


def quantiles_of(quantity: xr.DataArray) -> xr.DataArray:
    """Return the quantiles over the members; each is the value of a member, never a blend of two.

    Whole things stay whole in this way, and so do dates.
    """
    one = quantity.isel(member=0, drop=True).reset_coords(drop=True)
    values = quantity.transpose("member", ...).to_numpy()
    quantiles = np.quantile(values, LEVELS, axis=0, method="inverted_cdf")
    return xr.DataArray(quantiles, {**one.coords, "quantile": list(LEVELS)}, ("quantile", *one.dims))
