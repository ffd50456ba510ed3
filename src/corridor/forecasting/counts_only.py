r"""Samples of the coming days from reports alone, for a scenario in which nothing is stated that moves people.

*Stocks.* Each place has the quantiles of :mod:`corridor.forecasters.reports_model`. A member goes through them by a
score that wanders as a random walk does, ``z_d = W_d / sqrt(d)``, so that the scores of two days ``s < t`` have
correlation ``sqrt(s / t)``. Scores of places share a part ``rho``, the correlation that errors at two places have, see
:mod:`corridor.forecasters.dependence`.

*Flows.* A place that reports arrivals or departures has those of :mod:`corridor.forecasters.flows`, period by period,
spread evenly over the days of a period.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy.special import ndtr

from corridor.backtest.flow_scores import flow_series
from corridor.forecasters.base import HUB_LEVELS, ForecastTask
from corridor.forecasters.dependence import shared_errors
from corridor.forecasters.flows import POOL, flow_past, flow_quantiles
from corridor.forecasters.learned import shipped
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.forecasting.hub_table import ALL_PLACES, TARGETS
from corridor.inference.counts_only import uncounted
from corridor.inference.filtered_history import under_five_groups
from corridor.inference.projection import with_totals
from corridor.inference.report_series import report_series
from corridor.scenario.observations import Measure
from corridor.streams import stream
from corridor.units import date_of, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from numpy.random import Generator
    from numpy.typing import NDArray

    from corridor.forecasters.flows import FlowPast, FlowSeries
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def samples_of_counts(
    scenario: Scenario, observations: Observations, origin: date, *, horizon_days: int, members: int, seed: int
) -> xr.Dataset:
    """Return samples of the coming days from reports alone, member x date x place, people.

    A place without a count of people present has none, and one without reports of a flow has no such flow.

    Parameters
    ----------
    scenario
        Its places and groups.
    observations
        What was known on the origin.
    origin
        Last day known.
    horizon_days
        Days ahead.
    members
        Number of samples.
    seed
        Decides every random number.
    """
    places = tuple(place.place for place in scenario.places)
    task = ForecastTask(scenario, observations, origin, places, tuple(range(1, horizon_days + 1)), seed)
    counts, today = report_series(observations, scenario.start), day_of(origin, scenario.start)
    shape = (members, horizon_days, len(places))
    stock = np.zeros(shape, dtype=np.int64)
    if counts:
        quantiles = ReportsForecaster().forecast(task)
        shared = shared_errors(counts, today, shipped())
        stock = _along(quantiles, shared, members, stream(seed, "counts only/stock"))
    flows = {
        measure: _flows(flow_series(observations, measure, scenario.start), places, today, shape, seed)
        for measure in (Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS, Measure.DEPARTURES)
    }
    arrivals = flows[Measure.ARRIVALS]
    arrivals = np.where(arrivals.any((0, 1)), arrivals, flows[Measure.CUMULATIVE_ARRIVALS])
    before = np.array([counts[p].people[-1] if p in counts else 0 for p in places])
    change = np.diff(np.concatenate([np.broadcast_to(before, (members, 1, before.size)), stock], axis=1), axis=1)
    beyond = np.rint(change).astype(np.int64) - arrivals + flows[Measure.DEPARTURES]
    beyond[..., [place not in counts for place in places]] = 0
    people = {"stock": stock, "arrivals": arrivals, "departures": flows[Measure.DEPARTURES]}
    people |= {"unexplained_arrivals": np.maximum(beyond, 0), "unexplained_departures": np.maximum(-beyond, 0)}
    arrived = xr.DataArray(_arrived(observations, places), dims=("place",))
    return with_totals(_labelled(scenario, people, origin), under_five_groups(scenario), arrived)


def unknown_series(scenario: Scenario, observations: Observations) -> frozenset[tuple[str, str]]:
    """Return the targets and places of which no report speaks: their number is unknown, which is not none.

    Parameters
    ----------
    scenario
        One in which nothing is stated that moves people.
    observations
        What was known on the origin.
    """
    missing = uncounted(scenario, observations)
    counted = {place.place for place in scenario.places} - {*missing}
    arriving, cumulative, leaving = (
        flow_series(observations, measure, scenario.start).keys()
        for measure in (Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS, Measure.DEPARTURES)
    )
    known = {
        "stock": counted,
        "stock_under_five": counted,
        "arrivals": arriving | cumulative,
        "cumulative_arrivals": arriving | cumulative,
        "departures": leaving,
    }
    places = [place.place for place in scenario.places]
    single = {(target, place) for target in TARGETS for place in places if place not in known.get(target, ())}
    return frozenset(single | {(target, ALL_PLACES) for target in TARGETS if not known.get(target)})


def _along(quantiles: Floats, shared: float, members: int, random: Generator) -> Ints:
    """Return people along quantiles, (place, day, level), of members, (member, day, place)."""
    places, days, _ = quantiles.shape
    own, common = random.standard_normal((members, days, places)), random.standard_normal((members, days, 1))
    steps = np.sqrt(1 - shared) * own + np.sqrt(shared) * common
    score = steps.cumsum(1) / np.sqrt(np.arange(1, days + 1))[:, None]
    people = np.zeros((members, days, places))
    for p in range(places):
        for d in range(days):
            people[:, d, p] = np.interp(ndtr(score[:, d, p]), HUB_LEVELS, np.nan_to_num(quantiles[p, d]))
    rounded: Ints = np.rint(people).astype(np.int64)
    return rounded


def _flows(
    known: Mapping[str, FlowSeries], places: tuple[str, ...], today: int, shape: tuple[int, int, int], seed: int
) -> Ints:
    """Return the people of each day that places with reports of a flow have, (member, day, place)."""
    people = np.zeros(shape, dtype=np.int64)
    past = cache(partial(flow_past, known))
    for p, place in enumerate(places):
        if place in known:
            people[..., p] = _flow((past, place, known[place]), today, shape[:2], stream(seed, "counts only/flow", p))
    return people


def _flow(
    of: tuple[Callable[[int], FlowPast], str, FlowSeries], today: int, shape: tuple[int, int], random: Generator
) -> Ints:
    """Return the people of each day of one place, (member, day), from its usual periods."""
    past, place, own = of
    members, days = shape
    length = max(1, round(float(np.median(own.length))))
    people = np.zeros(shape, dtype=np.int64)
    end, steps = int(own.end[-1]), 0
    while end < today + days:
        end, steps = end + length, steps + 1
        if end <= today:
            continue
        levels = flow_quantiles(past(steps), place, float(length))[POOL]
        total = np.rint(np.interp(random.random(members), HUB_LEVELS, levels)).astype(np.int64)
        by_day = random.multinomial(total, np.full(length, 1 / length))
        first = end - length - today
        inside = slice(max(0, first), min(days, first + length))
        people[:, inside] += by_day[:, inside.start - first : inside.stop - first]
    return people


def _arrived(observations: Observations, places: tuple[str, ...]) -> Ints:
    """Return the arrivals reported so far, (place,): the last cumulative count, else the sum."""
    total = dict.fromkeys(places, 0)
    last: dict[str, int] = {}
    for row in sorted(observations.to_fit(), key=lambda row: row.date):
        if row.measure is Measure.ARRIVALS and row.place in total:
            total[row.place] += round(row.people or 0)
        elif row.measure is Measure.CUMULATIVE_ARRIVALS:
            last[row.place] = round(row.people or 0)
    return np.array([last.get(place, total[place]) for place in places], dtype=np.int64)


def _labelled(scenario: Scenario, people: Mapping[str, Ints], origin: date) -> xr.Dataset:
    """Return samples with labels, groups by their shares; what no report counts is zero."""
    stock = people["stock"]
    share = np.array([group.share for group in scenario.groups])
    upto = np.rint(stock[..., None] * np.concatenate([[0.0], share.cumsum() / share.sum()])).astype(np.int32)
    dims, by_group = ("member", "date", "place"), ("member", "date", "place", "group")
    zeros = np.zeros(stock.shape, dtype=np.int32)
    nothing = dict.fromkeys(("deaths", "inside", "waiting", "in_transit"), zeros)
    start = np.datetime64(date_of(1, origin), "ns")
    return xr.Dataset(
        {name: (dims, rows) for name, rows in nothing.items()}
        | {name: (dims, rows.astype(np.int32)) for name, rows in people.items()}
        | {
            "stock_by_group": (by_group, np.diff(upto, axis=3)),
            "deaths_by_group": (by_group, np.zeros((*stock.shape, share.size), dtype=np.int32)),
        },
        coords={
            "member": np.arange(stock.shape[0]),
            "date": start + np.arange(stock.shape[1]) * np.timedelta64(1, "D"),
            "place": [place.place for place in scenario.places],
            "group": [group.group for group in scenario.groups],
        },
        attrs={"scenario": scenario.name},
    )
