"""Joint samples made to agree with better quantiles of one variable.

A pool says how many people each camp holds on each day, and nothing of how camps, days and arrivals go together;
the simulated futures say that. So each member keeps its rank among all at a place and on a day, and takes the
pool's quantile of that rank (ensemble copula coupling, Schefzik, Thorarinsdottir and Gneiting 2013,
doi:10.1214/13-STS443). Ranks change from day to day, and people do not come and go for that: a member's correction
is worked out once a week, and goes smoothly from one week to the next. What it adds from day to day is booked as
arrivals, or as departures where fewer than nobody would arrive, so that the people at a place still add up; what it
adds to begin with is a better figure for the present, and nobody's arrival.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from corridor.engine.program import Ints

    Floats = NDArray[np.float64]

WEEK_DAYS = 7
_PATH = ("member", "date", "place")


def corrections(samples: xr.Dataset, quantiles: Floats, levels: Sequence[float]) -> Ints:
    """Return what to add to the stock of each member, whole people, (member, day, place).

    Parameters
    ----------
    samples
        Simulated futures with the variable ``stock``.
    quantiles
        Of the people present, (place, day, level); not a number where there is nothing to agree with.
    levels
        Levels of the quantiles, ascending.
    """
    stock = samples.stock.transpose(*_PATH).to_numpy().astype(np.float64)
    members, days, places = stock.shape
    even = (np.arange(members) + 0.5) / members
    knots = np.array(sorted({0, *range(WEEK_DAYS - 1, days, WEEK_DAYS), days - 1}))
    shifts = np.zeros(stock.shape)
    for p in range(places):
        if np.isfinite(quantiles[p]).all():
            at, usual = np.empty((members, knots.size)), stock[:, :, p].mean(1)
            for k, t in enumerate(knots):
                order = np.lexsort((usual, stock[:, t, p]))
                at[order, k] = np.interp(even, levels, quantiles[p, t]) - stock[order, t, p]
            shifts[:, :, p] = PchipInterpolator(knots, at, axis=1)(np.arange(days)) if knots.size > 1 else at
    return np.rint(shifts).astype(np.int64)


def corrected(samples: xr.Dataset, change: Ints, shares: Sequence[float], young: Sequence[int]) -> xr.Dataset:
    """Return samples whose stocks have changed, with everything that follows from them.

    That is arrivals and their sum, departures, the people by group, and those who wait, who are among those
    present. Nobody is taken who is not there.

    Parameters
    ----------
    samples
        Simulated futures as of :func:`corridor.inference.projection.project`.
    change
        What is added to the stock, (member, day, place).
    shares
        Share of each group among people of whom nothing else is known.
    young
        Groups of children under five.
    """
    stock, arrivals, departures = (
        samples[name].transpose(*_PATH).to_numpy().astype(np.int64) for name in ("stock", "arrivals", "departures")
    )
    by_group = samples.stock_by_group.transpose(*_PATH, "group").to_numpy()
    after = np.maximum(stock + change, 0)
    grown = np.diff(after - stock, axis=1)
    grown = np.concatenate([grown[:, :1] if grown.size else np.zeros_like(stock), grown], axis=1)
    fewer = np.maximum(-grown, 0)
    unarrived = np.minimum(arrivals, fewer)
    arrived = np.maximum(grown, 0) - unarrived
    usual = np.where(stock[..., None] > 0, by_group / np.maximum(stock, 1)[..., None], np.asarray(shares))
    split = np.where((after == stock)[..., None], by_group, _split(after, usual))
    variables = {
        "stock": after,
        "arrivals": arrivals + arrived,
        "departures": departures + fewer - unarrived,
        "waiting": np.minimum(samples.waiting.transpose(*_PATH).to_numpy(), after),
        "cumulative_arrivals": samples.cumulative_arrivals.transpose(*_PATH).to_numpy() + arrived.cumsum(1),
    }
    if young:
        variables["stock_under_five"] = split[..., list(young)].sum(-1)
    variables["stock_by_group"] = split
    dims = {name: (*_PATH, "group")[: values.ndim] for name, values in variables.items()}
    return samples.assign(
        {name: (dims[name], values.astype(samples[name].dtype)) for name, values in variables.items()}
    )


def _split(people: Ints, shares: Floats) -> Ints:
    """Return whole people by group, (..., group), that add up; the largest group takes what is left over."""
    parts: Ints = np.floor(people[..., None] * shares).astype(np.int64)
    largest = shares.argmax(-1)[..., None]
    left = (people - parts.sum(-1))[..., None]
    np.put_along_axis(parts, largest, np.take_along_axis(parts, largest, -1) + left, -1)
    return parts
