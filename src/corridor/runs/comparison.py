"""Alternatives compared: the same members, and in each the difference that an alternative makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasting.forecast import Forecast, supposing
from corridor.needs.needs import needs_by_member
from corridor.runs.requests import STANDARDS
from corridor.runs.rows import DIFFERENCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import xarray as xr

    from corridor.cluster import Workers
    from corridor.inference.posterior import Posterior
    from corridor.scenario.scenario import Scenario

EVERYWHERE = "all"
COLUMNS = DIFFERENCES.columns
"""Columns of differences.csv."""

STOCKS = ("stock", "inside", "waiting")
SUMS = {"arrivals": "arrivals", "deaths": "deaths", "waiting_nights": "waiting"}
"""Targets that are counted from the day after the origin on, and what they add up."""

OVER_CAPACITY = "days_over_capacity"

NEED, LASTS = "need_", "days_of_"
"""What the targets of needs begin with, before the item: what is needed, and how long what was counted lasts."""

_WEEK = 7


@dataclass(frozen=True)
class Comparison:
    """A forecast and those of alternatives, member by member from the same present and with the same random numbers.

    Attributes
    ----------
    scenario
        The scenario as it is stated.
    base
        Its forecast.
    alternatives
        The forecast of each alternative, by name.
    supposed
        The scenario under each alternative, by name.
    standards
        The profile of standards by which needs are worked out.
    """

    scenario: Scenario
    base: Forecast
    alternatives: Mapping[str, Forecast]
    supposed: Mapping[str, Scenario]
    standards: str = STANDARDS

    def differences(self, name: str) -> xr.Dataset:
        """Return an alternative minus the scenario as stated, member x date x place, people.

        ``stock``, ``inside`` and ``waiting`` are of the end of a day; ``arrivals``, ``deaths``, ``waiting_nights``
        (nights that people wait in the open) and ``days_over_capacity`` are counted from the day after the origin.
        The place ``all`` is the sum over places.
        """
        supposed = self.supposed[name]
        return _measures(self.alternatives[name], supposed) - _measures(self.base, self.scenario)

    def needs_differences(self, name: str) -> dict[str, xr.DataArray]:
        """Return what an alternative changes in needs, member x date x place, by target.

        ``need_ITEM`` is what a place needs of an item on the last day of each week ahead and on the last day, in the
        unit of the standards; ``days_of_ITEM``, on the last day, how many of the days ahead what was counted of it
        lasts.
        """
        again = self._needs_of(self.alternatives[name], self.supposed[name])
        return {target: again[target] - before for target, before in self._base_needs.items()}

    @cached_property
    def _base_needs(self) -> dict[str, xr.DataArray]:
        return self._needs_of(self.base, self.scenario)

    def _needs_of(self, made: Forecast, scenario: Scenario) -> dict[str, xr.DataArray]:
        last = made.samples.sizes["date"] - 1
        shown = sorted({*range(_WEEK - 1, last, _WEEK), last})
        by_target = {}
        for item, (need, lasts) in needs_by_member(made, scenario, standards=self.standards).items():
            by_target[NEED + item] = need.isel(date=shown)
            if lasts is not None:
                by_target[LASTS + item] = lasts.expand_dims(date=made.samples["date"].to_numpy()[[last]])
        return by_target

    def to_rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows of differences.csv; what an alternative changes in no member is left out."""
        for name in self.alternatives:
            for target, changed in (*self.differences(name).items(), *self.needs_differences(name).items()):
                by_place = changed.transpose("place", "date", "member").to_numpy()
                days = changed.date.values.astype("datetime64[D]").tolist()
                for place, values in zip(changed.place.values.tolist(), by_place, strict=True):
                    if values.any():
                        yield from _rows((name, str(target), place), days, values)


def _rows(key: tuple[str, str, str], days: Sequence[date], values: np.ndarray) -> Iterator[dict[str, object]]:
    """Yield what differences.csv has of one target at one place; values are (date, member)."""
    quantiles = np.quantile(values, HUB_LEVELS, axis=1)
    above = (values > 0).mean(axis=1)
    for t, day in enumerate(days):
        for level, value in zip(HUB_LEVELS, quantiles[:, t].tolist(), strict=True):
            yield _row(key, day, "quantile", level, round(value, 3))
        yield _row(key, day, "probability", "above_zero", round(float(above[t]), 4))


def compare(  # noqa: PLR0913 - workers say how it runs, not what is computed
    base: Forecast,
    scenario: Scenario,
    posterior: Posterior,
    alternatives: Mapping[str, Scenario] | Iterable[str],
    *,
    seed: int,
    standards: str = STANDARDS,
    workers: Workers = 1,
) -> Comparison:
    """Return a forecast beside those of alternatives, in which its histories are run again.

    Parameters
    ----------
    base
        The forecast of the scenario as it is stated.
    scenario
        The scenario as it is stated.
    posterior
        What the forecast was made from.
    alternatives
        Names of alternatives that the scenario states, or scenarios as they are supposed, by name.
    seed
        The seed of the forecast.
    standards
        A profile that ships, or the path of a user's own: by it the needs of alternatives are compared.
    workers
        Threads, or a cluster; they change the time and nothing else.

    Examples
    --------
    >>> comparison = compare(base, scenario, posterior, ["sealed"], seed=7)    # doctest: +SKIP
    >>> comparison.differences("sealed").stock.sel(place="camp").quantile([0.1, 0.5, 0.9], "member")    # doctest: +SKIP
    """
    if isinstance(alternatives, Mapping):
        supposed = dict(alternatives)
    else:
        supposed = {name: scenario.with_alternative(name) for name in alternatives}
    again = {name: supposing(base, stated, posterior, seed=seed, workers=workers) for name, stated in supposed.items()}
    return Comparison(scenario, base, again, supposed, standards)


def _measures(made: Forecast, scenario: Scenario) -> xr.Dataset:
    samples = made.samples
    data = samples[list(STOCKS)].assign({name: samples[flow].cumsum("date") for name, flow in SUMS.items()})
    data = data.astype(np.int64)
    whole = data.sum("place").expand_dims(place=[EVERYWHERE])
    places, days = samples.place.values.tolist(), samples.date.values.astype("datetime64[D]").tolist()
    known = scenario.known_by(made.origin_date)
    limits = [[known.capacity_on(place, when) for place in places] for when in days]
    most = np.array([[np.inf if limit is None else limit for limit in row] for row in limits])
    over = (samples["stock"].transpose("member", "date", "place") > most).cumsum("date")
    together = _joined(data, whole)
    return together.assign({OVER_CAPACITY: over.reindex(place=together.place, fill_value=0).astype(np.int64)})


def _joined(data: xr.Dataset, whole: xr.Dataset) -> xr.Dataset:
    import xarray as xr  # noqa: PLC0415 - a second that only this needs

    return xr.concat([data, whole], dim="place")


def _row(key: tuple[str, str, str], day: object, kind: str, level: object, value: float) -> dict[str, object]:
    return dict(zip(COLUMNS, (key[0], key[1], day, key[2], kind, level, value), strict=True))
