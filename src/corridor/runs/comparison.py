"""Alternatives compared: the same members, and in each the difference that an alternative makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasting.forecast import Forecast, supposing
from corridor.runs.rows import DIFFERENCES

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """

    scenario: Scenario
    base: Forecast
    alternatives: Mapping[str, Forecast]
    supposed: Mapping[str, Scenario]

    def differences(self, name: str) -> xr.Dataset:
        """Return an alternative minus the scenario as stated, member x date x place, people.

        ``stock``, ``inside`` and ``waiting`` are of the end of a day; ``arrivals``, ``deaths``, ``waiting_nights``
        (nights that people wait in the open) and ``days_over_capacity`` are counted from the day after the origin.
        The place ``all`` is the sum over places.
        """
        supposed = self.supposed[name]
        return _measures(self.alternatives[name], supposed) - _measures(self.base, self.scenario)

    def to_rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows of differences.csv; what an alternative changes in no member is left out."""
        for name in self.alternatives:
            changed = self.differences(name)
            for target in map(str, changed.data_vars):
                for place in changed.place.values.tolist():
                    values = changed[target].sel(place=place).transpose("date", "member").to_numpy()
                    if values.any():
                        yield from self._rows((name, target, place), values)

    def _rows(self, key: tuple[str, str, str], values: np.ndarray) -> Iterator[dict[str, object]]:
        quantiles = np.quantile(values, HUB_LEVELS, axis=1)
        above = (values > 0).mean(axis=1)
        for t in range(values.shape[0]):
            day = self.base.origin_date + timedelta(days=t + 1)
            for level, value in zip(HUB_LEVELS, quantiles[:, t].tolist(), strict=True):
                yield _row(key, day, "quantile", level, round(value, 3))
            yield _row(key, day, "probability", "above_zero", round(float(above[t]), 4))


def compare(
    base: Forecast,
    scenario: Scenario,
    posterior: Posterior,
    alternatives: Mapping[str, Scenario] | Iterable[str],
    *,
    seed: int,
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
    return Comparison(scenario, base, again, supposed)


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
