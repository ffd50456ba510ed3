"""Quantiles of labelled samples, and their rows in a hubverse model-output table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.engine.run.ensemble import labelled
from corridor.inference.filtered_history import PAST_LEVELS
from corridor.units import date_of, day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    import pandas as pd

    from corridor.inference.posterior import Posterior

TARGETS = (
    "stock",
    "arrivals",
    "cumulative_arrivals",
    "departures",
    "waiting",
    "inside",
    "deaths",
    "cumulative_deaths",
    "in_transit",
    "stock_under_five",
    "cumulative_deaths_under_five",
)
"""What is forecast: the measures of reports, people on the way, and children under five where the
scenario has such a group."""

FRAME_COLUMNS = {"low": 0.1, "lower": 0.25, "likely": 0.5, "upper": 0.75, "high": 0.9}
"""Columns of a table of quantiles, and their levels: 8 in 10 lie between low and high, half between lower and upper."""

ALL_PLACES = "all"
"""The location of sums: of stocks over all places but towns, of deaths and people on the way over
all places."""

_SUMMED = ("deaths", "cumulative_deaths", "in_transit", "cumulative_deaths_under_five")
_SUMMED_SITES = ("stock", "stock_under_five")


def past_of_posterior(posterior: Posterior) -> xr.Dataset:
    """Return the quantiles of the fitted past with labels; sums over places stand under `all`."""
    scenario = posterior.compiled.scenario
    days = next(iter(posterior.past.values())).shape[1]
    dates = [np.datetime64(date_of(day, scenario.start), "ns") for day in range(days)]
    places = [*(place.place for place in scenario.places), ALL_PLACES]
    dims = ("quantile", "date", "place")
    past = xr.Dataset(
        {name: (dims, posterior.past[name]) for name in TARGETS if name in posterior.past},
        coords={"quantile": list(PAST_LEVELS), "date": dates, "place": places},
    )
    summed = [name for name in past.data_vars if name in (*_SUMMED, *_SUMMED_SITES)]
    single = {name: past[name].where(past.place != ALL_PLACES) for name in past.data_vars if name not in summed}
    return labelled(past.assign(single))


def target_quantiles(
    data: xr.Dataset, levels: Sequence[float], sites: Sequence[str], places: Sequence[str] | None = None
) -> xr.Dataset:
    """Return quantiles over members of each target; some are also summed over places.

    Parameters
    ----------
    data
        People, (member, date, place) for each target.
    levels
        Levels of the quantiles.
    sites
        Places over which stocks are summed.
    places
        Places that have quantiles of their own; None for all.
    """
    single = targets_of(data) if places is None else targets_of(data).sel(place=list(places))
    parts = [part.quantile(list(levels), dim="member") for part in (single, sums_over_places(data, sites))]
    return labelled(xr.concat(parts, dim="place", join="outer"))


def targets_of(data: xr.Dataset) -> xr.Dataset:
    """Return what is forecast, of all that there is."""
    return data[[name for name in TARGETS if name in data]]


def sums_over_places(data: xr.Dataset, sites: Sequence[str]) -> xr.Dataset:
    """Return what has a sum, at one place of its own: stocks over sites, deaths and people on the way over all places.

    Parameters
    ----------
    data
        People, (member, date, place) for each target.
    sites
        Places over which stocks are summed.
    """
    camps = data.sel(place=list(sites))
    sums = [
        data[[name for name in _SUMMED if name in data]].sum("place"),
        camps[[name for name in _SUMMED_SITES if name in data]].sum("place"),
    ]
    return xr.merge(sums).expand_dims(place=[ALL_PLACES])


def without(data: xr.Dataset, unknown: Collection[tuple[str, str]]) -> xr.Dataset:
    """Return quantiles with nothing in place of the targets and places that are unknown.

    Parameters
    ----------
    data
        Quantiles, with the dimension place.
    unknown
        Targets and places.
    """
    if not unknown:
        return data
    places = data["place"].values.tolist()
    known = {
        name: xr.DataArray([(name, place) not in unknown for place in places], dims="place") for name in data.data_vars
    }
    return labelled(data.assign({name: data[name].where(is_known) for name, is_known in known.items()}))


def frame_of(quantiles: xr.Dataset) -> pd.DataFrame:
    """Return quantiles as a table: a row for each target, place and date, a column for each of `FRAME_COLUMNS`."""
    named = quantiles.assign_coords(quantile=list(FRAME_COLUMNS)).to_dataarray("target")
    wide = named.transpose("target", "place", "date", "quantile").to_dataset("quantile")
    return wide.to_dataframe().dropna(how="all").reset_index()[["target", "place", "date", *FRAME_COLUMNS]]


def hub_rows(quantiles: xr.Dataset, origin: date) -> Iterator[dict[str, str | int | float]]:
    """Yield quantiles as rows of a hubverse model-output table: each series that can be, zero throughout or not.

    Which series there are is decided by the scenario, never by the seed. Rows are made as they are taken: a large
    network has more of them than memory holds.
    """
    levels = [float(level) for level in quantiles["quantile"]]
    days = [day_of(d.astype("datetime64[D]").item(), origin) for d in quantiles["date"].values]
    for target in (name for name in TARGETS if name in quantiles):
        values = quantiles[target].transpose("place", "date", "quantile")
        for place, block in zip(values.place.values.tolist(), values.values, strict=True):
            if np.isnan(block).all():
                continue
            for horizon, line in zip(days, block.tolist(), strict=True):
                common: dict[str, str | int | float] = {
                    "origin_date": origin.isoformat(),
                    "target": target,
                    "horizon": horizon,
                    "target_end_date": date_of(horizon, origin).isoformat(),
                    "location": str(place),
                    "output_type": "quantile",
                }
                for level, value in zip(levels, line, strict=True):
                    yield {**common, "output_type_id": level, "value": round(value, 1)}
