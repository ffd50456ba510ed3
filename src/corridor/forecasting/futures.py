"""The posterior run on: joint samples of the coming days, and their quantiles as a hubverse table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.engine.compile import Compiled, compile_scenario
from corridor.engine.ensemble import ensemble_of
from corridor.engine.rates import Uncertain, rates_of, uncertain_parameters
from corridor.engine.simulate import continue_members
from corridor.engine.worlds import rows_of
from corridor.errors import UsageError
from corridor.inference.past import PAST_LEVELS, site_names, young_groups
from corridor.streams import stream
from corridor.units import date_of, day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.engine.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.scenario import Scenario

HUB_LEVELS = (0.01, 0.025, *(round(0.05 * i, 2) for i in range(1, 20)), 0.975, 0.99)
"""Quantile levels of a hubverse table, 23 of them."""

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

ALL_PLACES = "all"
"""The location of sums: of stocks over all places but towns, of deaths and people on the way over
all places."""

_SUMMED = ("deaths", "cumulative_deaths", "in_transit", "cumulative_deaths_under_five")
_SUMMED_SITES = ("stock", "stock_under_five")


@dataclass(frozen=True)
class Forecast:
    """Joint samples of the coming days, and quantiles of the fitted past.

    Attributes
    ----------
    scenario_name
        Name of the scenario.
    origin_date
        Last day known.
    horizon_days
        Days ahead.
    samples
        Whole people, member x date x place, for the days after the origin: the variables of
        ``TARGETS`` with cumulative ones since the start of the calendar, and ``stock_by_group``,
        ``deaths_by_group``.
    past
        The same without groups, quantile x date x place, from the start to the origin.
    sites
        Places that are no towns; sums of stocks are over them.
    weights
        How much the model and what reports alone say weigh in the stocks, by days ahead: rows of
        nominal_horizon, member and weight; none where the model stands alone.
    """

    scenario_name: str
    origin_date: date
    horizon_days: int
    samples: xr.Dataset
    past: xr.Dataset
    sites: tuple[str, ...] = ()
    weights: tuple[Mapping[str, str | int | float], ...] = ()

    def quantiles(self, levels: Sequence[float]) -> xr.Dataset:
        """Return quantiles of every target, quantile x date x place, people.

        Examples
        --------
        >>> forecast.quantiles([0.05, 0.5, 0.95]).stock.sel(place="camp")    # doctest: +SKIP
        """
        return target_quantiles(self.samples, levels, self.sites)

    def to_hub_table(self) -> list[dict[str, str | int | float]]:
        """Return the forecast as rows of a hubverse model-output table."""
        return hub_rows(self.quantiles(HUB_LEVELS), self.origin_date)

    def past_table(self) -> list[dict[str, str | int | float]]:
        """Return the fitted past in the same columns; horizons are zero or negative."""
        return hub_rows(self.past, self.origin_date)


def run_on(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    posterior: Posterior,
    *,
    horizon_days: int = 28,
    members: int = 1000,
    seed: int,
    workers: int = 1,
    progress: Progress = None,
) -> Forecast:
    """Run the posterior on with its state: what the model says of the coming days by itself.

    Parameters
    ----------
    scenario
        What happens next, as stated: the scenario itself or one of its alternatives. What became
        known after the posterior's last day is cut from it, but for what an alternative adds. A
        parameter that an alternative replaces is drawn from the prior that it states.
    posterior
        What is believed on the last day known.
    horizon_days
        Days ahead.
    members
        Number of simulated futures; draws are used in turn.
    seed
        Decides every random number.
    workers
        Threads; their number changes the time and nothing else.
    progress
        Called with (done, total).

    Raises
    ------
    UsageError
        The horizon passes the end of the calendar.
    """
    origin_day = day_of(posterior.as_of, scenario.start)
    last = origin_day + horizon_days
    if last >= scenario.n_days or horizon_days < 1:
        message = f"{horizon_days} days after {posterior.as_of} do not lie in the calendar, which ends {scenario.end}."
        raise UsageError(message)
    compiled = compile_scenario(scenario.known_by(posterior.as_of))
    rows = np.arange(members) % posterior.draws
    rates = rates_of(compiled, *_from_now_on(compiled, posterior, rows, seed))
    state = rows_of(posterior.end_state, rows)
    record, _ = continue_members(
        compiled, rates, state, days=(origin_day + 1, last), seed=seed, workers=workers, progress=progress
    )
    future = ensemble_of(compiled, record, first_day=origin_day + 1)
    return Forecast(
        scenario_name=scenario.name,
        origin_date=posterior.as_of,
        horizon_days=horizon_days,
        samples=with_totals(
            future.data.drop_vars("flow"),
            young_groups(scenario),
            xr.DataArray(posterior.arrived[rows], dims=("member", "place")),
            xr.DataArray(posterior.died[rows], dims=("member", "place", "group")),
        ),
        past=past_of_posterior(posterior),
        sites=site_names(scenario),
    )


def _from_now_on(compiled: Compiled, posterior: Posterior, rows: np.ndarray, seed: int) -> tuple[Uncertain, np.ndarray]:
    """Return what is uncertain from now on, and its draws: as learnt, or anew where it was replaced."""
    learnt = posterior.uncertain.parameters
    wanted = uncertain_parameters(compiled).parameters
    kept = [j for j, parameter in enumerate(learnt) if parameter in wanted]
    replaced = tuple(parameter for parameter in wanted if parameter not in learnt)
    anew = stream(seed, "replaced").standard_normal((rows.size, len(replaced)))
    normal = np.hstack([posterior.normal[rows][:, kept], anew])
    return Uncertain((*(learnt[j] for j in kept), *replaced)), normal


def with_totals(
    data: xr.Dataset, young: Sequence[int], arrived: xr.DataArray | int = 0, died: xr.DataArray | int = 0
) -> xr.Dataset:
    """Return the data with arrivals and deaths since the start, and those of children under five.

    Parameters
    ----------
    data
        What an ensemble holds.
    young
        Groups of children under five.
    arrived, died
        People up to the day before, (member, place) and (member, place, group).
    """
    deaths = data.deaths_by_group.cumsum("date") + died
    found = data.assign(
        cumulative_arrivals=data.arrivals.cumsum("date") + arrived,
        cumulative_deaths=deaths.sum("group"),
    )
    if young:
        found = found.assign(
            stock_under_five=data.stock_by_group.isel(group=list(young)).sum("group"),
            cumulative_deaths_under_five=deaths.isel(group=list(young)).sum("group"),
        )
    return found.transpose("member", "date", "place", ...)


def past_of_posterior(posterior: Posterior) -> xr.Dataset:
    """Return the quantiles of the fitted past with labels; sums over places stand under `all`."""
    scenario = posterior.compiled.scenario
    days = next(iter(posterior.past.values())).shape[1]
    dates = [np.datetime64(date_of(day, scenario.start), "ns") for day in range(days)]
    places = [*(place.place for place in scenario.places), ALL_PLACES]
    dims = ("quantile", "date", "place")
    found = xr.Dataset(
        {name: (dims, posterior.past[name]) for name in TARGETS if name in posterior.past},
        coords={"quantile": list(PAST_LEVELS), "date": dates, "place": places},
    )
    summed = [name for name in found.data_vars if name in (*_SUMMED, *_SUMMED_SITES)]
    return found.assign(
        {name: found[name].where(found.place != ALL_PLACES) for name in found.data_vars if name not in summed}
    )


def target_quantiles(data: xr.Dataset, levels: Sequence[float], sites: Sequence[str]) -> xr.Dataset:
    """Return quantiles over members of each target; some are also summed over places."""
    targets = data[[name for name in TARGETS if name in data]]
    camps = targets.sel(place=list(sites))
    sums = xr.merge(
        [
            targets[[name for name in _SUMMED if name in targets]].sum("place"),
            camps[[name for name in _SUMMED_SITES if name in targets]].sum("place"),
        ]
    ).expand_dims(place=[ALL_PLACES])
    parts = [part.quantile(list(levels), dim="member") for part in (targets, sums)]
    return xr.concat(parts, dim="place", join="outer")


def hub_rows(quantiles: xr.Dataset, origin: date) -> list[dict[str, str | int | float]]:
    """Return quantiles as rows of a hubverse model-output table, without empty ones."""
    rows: list[dict[str, str | int | float]] = []
    levels = [float(level) for level in quantiles["quantile"]]
    days = [day_of(d.astype("datetime64[D]").item(), origin) for d in quantiles["date"].values]
    for target in (name for name in TARGETS if name in quantiles):
        values = quantiles[target].transpose("place", "date", "quantile")
        for place, block in zip(values.place.values.tolist(), values.values, strict=True):
            if not np.nanmax(block, initial=0.0) > 0.0:
                continue
            rows += [
                {
                    "origin_date": origin.isoformat(),
                    "target": target,
                    "horizon": horizon,
                    "target_end_date": date_of(horizon, origin).isoformat(),
                    "location": str(place),
                    "output_type": "quantile",
                    "output_type_id": level,
                    "value": round(float(value), 1),
                }
                for horizon, line in zip(days, block, strict=True)
                for level, value in zip(levels, line, strict=True)
            ]
    return rows
