"""Forecast: the posterior run on, weighted towards the combination of forecasters, as far as each has done well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from html import escape
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor.backtest.origins import Schedule
from corridor.backtest.runner import NoCache, run_forecasters, scored_forecasts
from corridor.backtest.tasks import forecast_tasks
from corridor.cluster import threads_of
from corridor.engine.run.members import rows_of
from corridor.errors import UsageError
from corridor.forecasters.base import HUB_LEVELS, ForecasterSet, ForecastTask
from corridor.forecasters.combination import SkillWeightedCombination
from corridor.forecasters.mechanism import Mechanism, histories_of
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.forecasters.tilting import reconciling_flow, tilting_weights
from corridor.forecasting.counts_only import samples_of_counts, unknown_series
from corridor.forecasting.hub_table import (
    ALL_PLACES,
    FRAME_COLUMNS,
    frame_of,
    hub_rows,
    past_of_posterior,
    target_quantiles,
    without,
)
from corridor.inference.filtered_history import site_names
from corridor.inference.present import ending_with, with_flow_today
from corridor.inference.projection import FLOWS, project
from corridor.inference.report_series import count_series
from corridor.inference.reprojection import ChosenHistories
from corridor.inference.resampling import systematic
from corridor.scenario.observations import Measure, Observations
from corridor.streams import stream
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd
    import xarray as xr
    from numpy.typing import NDArray

    from corridor.cluster import Workers
    from corridor.engine.program import State
    from corridor.engine.run.simulate import Progress
    from corridor.inference.posterior import Posterior
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CANDIDATES, MOST_CANDIDATES = 4, 2000
"""Histories simulated for each member that is kept, and how many there are at the most if members are fewer."""

DRAWS = 100
"""Draws of the model on each earlier origin, by which it is judged."""

LOOKED_BACK_DAYS = 180
"""Earlier origins within so many days are looked at."""


@dataclass(frozen=True, repr=False)
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
    assumption_only
        Targets that rest on default parameters alone: nobody has reported them, and the scenario states nothing.
    unknown
        Targets and places of which nothing is known, because no report speaks of them and no mechanism either: their
        zeros in `samples` stand for nothing, and quantiles leave them out.
    histories
        What is run again under an alternative, see `supposing`.
    """

    scenario_name: str
    origin_date: date
    horizon_days: int
    samples: xr.Dataset
    past: xr.Dataset
    sites: tuple[str, ...] = ()
    weights: tuple[Mapping[str, str | int | float], ...] = ()
    assumption_only: tuple[str, ...] = ()
    unknown: frozenset[tuple[str, str]] = frozenset()
    histories: ChosenHistories | None = None

    def __repr__(self) -> str:
        """Return the forecast on one screen: people at each site today, in a week, and on the last day."""
        people = self.quantiles([0.1, 0.5, 0.9]).stock
        last = people.sizes["date"] - 1
        lines = [f"Forecast for {self.scenario_name} from {self.origin_date}: people present, likely (8 in 10)"]
        for place in (*self.sites, ALL_PLACES):
            if ("stock", place) in self.unknown:
                lines.append(f"  {place}: unknown; nobody has counted them")
                continue
            today = self.past.stock.sel(place=place, quantile=0.5).isel(date=-1).item()
            ahead = [
                f"in {day + 1} days {middle:,.0f} ({low:,.0f} to {high:,.0f})"
                for day in sorted({min(6, last), last})
                for low, middle, high in [people.sel(place=place).isel(date=day).to_numpy().tolist()]
            ]
            lines.append(f"  {place}: today {today:,.0f}, {', '.join(ahead)}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<pre>{escape(repr(self))}</pre>"

    def quantiles(self, levels: Sequence[float]) -> xr.Dataset:
        """Return quantiles of every target, quantile x date x place, people.

        Examples
        --------
        >>> forecast.quantiles([0.05, 0.5, 0.95]).stock.sel(place="camp")    # doctest: +SKIP
        """
        return without(target_quantiles(self.samples, levels, self.sites), self.unknown)

    def to_frame(self) -> pd.DataFrame:
        """Return the forecast as a table for a notebook: target, place, date, low, lower, likely, upper, high.

        8 in 10 members lie between low and high, half of them between lower and upper. Sums over places stand under
        the place `all`.

        Examples
        --------
        >>> forecast.to_frame().query("target == 'stock' and place == 'camp'")    # doctest: +SKIP
        """
        return frame_of(self.quantiles(list(FRAME_COLUMNS.values())))

    def to_hub_table(self) -> list[dict[str, str | int | float]]:
        """Return the forecast as rows of a hubverse model-output table."""
        return list(hub_rows(self.quantiles(HUB_LEVELS), self.origin_date))

    def past_table(self) -> list[dict[str, str | int | float]]:
        """Return the fitted past in the same columns; horizons are zero or negative."""
        return list(hub_rows(self.past, self.origin_date))


def forecast(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    posterior: Posterior,
    observations: Observations | None = None,
    *,
    horizon_days: int = 28,
    members: int = 1000,
    seed: int,
    workers: Workers = 1,
    progress: Progress = None,
) -> Forecast:
    """Return the posterior run on, weighted towards what the past skill of all forecasters says of people present.

    Forecasts are made on earlier origins, too, with what was known then; how well the model, the trend
    of the reports and the last report carried forward did decides what each weighs. More histories are simulated
    than wanted, and those whose stocks agree with the combined forecast are preferred, see
    :mod:`corridor.forecasters.tilting`. Each stays whole. An alternative is simulated for the same histories, with the
    same draws, random numbers and unexplained flows in people: it differs by what it states.

    Parameters
    ----------
    scenario
        What happens next, as stated: the scenario itself or one of its alternatives. What became
        known after the posterior's last day is cut from it, but for what an alternative adds. A
        parameter that an alternative replaces is drawn from the prior that it states.
    posterior
        What is believed on the last day known.
    observations
        All reports; those that became known after the last day are cut here. Without them the model
        stands alone.
    horizon_days
        Days ahead.
    members
        Number of simulated futures; draws are used in turn.
    seed
        Decides every random number.
    workers
        Threads, or a cluster; they change the time and nothing else.
    progress
        Called with (done, total).

    Raises
    ------
    UsageError
        The horizon passes the end of the calendar.

    Examples
    --------
    >>> ahead = forecast(scenario, posterior, observations, horizon_days=28, seed=7)    # doctest: +SKIP
    >>> ahead.quantiles([0.1, 0.5, 0.9]).stock.sel(place="camp")    # doctest: +SKIP
    """
    if not posterior.has_mechanism:
        return _from_counts(scenario, posterior, observations, horizon_days, members, seed)
    ahead = partial(project, horizon_days=horizon_days, seed=seed, workers=workers)
    base = posterior.compiled.scenario
    known = None if observations is None else observations.known_by(posterior.as_of)
    has_counts = known is not None and bool(count_series(known, base.start))
    unchanged = base.unchanged_after(posterior.as_of) if has_counts else base
    count = candidates_for(members) if has_counts else members
    candidates = ahead(unchanged, posterior, members=count, progress=progress)
    chosen = ChosenHistories(np.arange(members), _net_flow(candidates)[:members])
    past = posterior.past
    weights: tuple[Mapping[str, str | int | float], ...] = ()
    if observations is not None and has_counts:
        combined, weights = _combined(observations, posterior, candidates, seed, workers, progress)
        chosen = _chosen(posterior, candidates, combined, members, seed)
        past = ending_with(past, _state_of(chosen, posterior), posterior.compiled, posterior.reporting)
    is_base = scenario.known_by(posterior.as_of) == base
    samples = candidates if is_base and not has_counts else ahead(scenario, posterior, members=chosen)
    return Forecast(
        scenario_name=scenario.name,
        origin_date=posterior.as_of,
        horizon_days=horizon_days,
        samples=samples.assign_coords(member=np.arange(members)),
        past=past_of_posterior(replace(posterior, past=past)),
        sites=site_names(scenario),
        weights=weights,
        assumption_only=assumption_only(base, known),
        histories=chosen,
    )


def _from_counts(
    scenario: Scenario, posterior: Posterior, observations: Observations | None, days: int, members: int, seed: int
) -> Forecast:
    """Return the forecast of a scenario without a mechanism, from its reports alone."""
    if day_of(posterior.as_of, scenario.start) + days >= scenario.n_days or days < 1:
        message = f"{days} days after {posterior.as_of} do not lie in the calendar, which ends {scenario.end}."
        raise UsageError(message)
    known = (observations or Observations(())).known_by(posterior.as_of)
    samples = samples_of_counts(scenario, known, posterior.as_of, horizon_days=days, members=members, seed=seed)
    unknown = unknown_series(scenario, known)
    return Forecast(
        scenario_name=scenario.name,
        origin_date=posterior.as_of,
        horizon_days=days,
        samples=samples,
        past=without(past_of_posterior(posterior), unknown),
        sites=site_names(scenario),
        unknown=unknown,
        histories=ChosenHistories(np.arange(members), _net_flow(samples)),
    )


def supposing(
    forecast: Forecast,
    scenario: Scenario,
    posterior: Posterior,
    *,
    members: int | None = None,
    seed: int,
    workers: Workers = 1,
) -> Forecast:
    """Return a forecast made again under an alternative: the same histories, so that only what it states differs.

    Parameters
    ----------
    forecast
        Of the scenario as it stands.
    scenario
        The alternative.
    posterior
        What the forecast was made from.
    members
        The first so many members alone; None is all of them.
    seed
        The seed of the forecast.
    workers
        Threads, or a cluster; they change the time and nothing else.
    """
    assert forecast.histories is not None, "every forecast that `forecast` returns has them"
    chosen = forecast.histories.first(members)
    samples = project(
        scenario, posterior, horizon_days=forecast.horizon_days, members=chosen, seed=seed, workers=workers
    )
    return replace(
        forecast,
        scenario_name=scenario.name,
        samples=samples.assign_coords(member=np.arange(chosen.which.size)),
        sites=site_names(scenario),
    )


class _Combined(NamedTuple):
    """Quantiles of the people at each place, (place, day, level), and the correlation of errors at two places."""

    quantiles: Floats
    shared: float


def _combined(
    observations: Observations, posterior: Posterior, usual: xr.Dataset, seed: int, workers: Workers, progress: Progress
) -> tuple[_Combined, tuple[Mapping[str, str | int | float], ...]]:
    """Return what forecasters say together of the people at each place, and their weights."""
    scenario, origin = posterior.compiled.scenario, posterior.as_of
    horizons = Schedule().horizons
    places = tuple(place.place for place in scenario.places)
    days = tuple(range(1, usual.sizes["date"] + 1))
    now = ForecastTask(scenario, observations.known_by(origin), origin, places, days, seed)
    earlier = forecast_tasks(scenario, observations, _looked_back(day_of(origin, scenario.start)), seed)
    tasks = [
        replace(one, workers=threads_of(workers)) for one in (*takewhile(lambda one: one.origin < origin, earlier), now)
    ]
    tasks = [one for one in tasks if count_series(one.observations, scenario.start)]
    pool = SkillWeightedCombination()
    models = ForecasterSet(
        independent=(ReportsForecaster(),),
        sequential=(Mechanism(DRAWS, precomputed=(posterior, usual)),),
        combinations=(pool,),
    )
    spread = 1 if isinstance(workers, int) else workers
    answers = run_forecasters(tasks, models, horizons, cache=NoCache(), workers=spread, progress=progress)
    shares = pool.weights(now, scored_forecasts(now, tasks[:-1], answers, tuple(pool.prior), horizons))
    rows: tuple[Mapping[str, str | int | float], ...] = tuple(
        {"nominal_horizon": day, "member": member, "weight": round(float(share[day - 1]), 4)}
        for day in sorted({*(h for h in horizons if h < days[-1]), days[-1]})
        for member, share in shares.items()
    )
    return _Combined(answers[pool.name, origin], pool.shared(now)), rows


def _chosen(
    posterior: Posterior, candidates: xr.Dataset, combined: _Combined, members: int, seed: int
) -> ChosenHistories:
    """Return histories chosen by the combination's quantiles, and reconciled with it."""
    quantiles, shared = combined
    histories = histories_of(posterior, candidates, range(1, candidates.sizes["date"] + 1))
    share = tilting_weights(histories, quantiles, HUB_LEVELS)
    which = systematic(share, members, float(stream(seed, "tilting").random()))
    further = np.rint(reconciling_flow(histories.of(which), quantiles, HUB_LEVELS, shared)).astype(np.int64)
    state = with_flow_today(posterior.compiled, rows_of(posterior.end_state, which % posterior.draws), further[:, :, 0])
    flows = _net_flow(candidates)[which] + np.diff(further, axis=2).transpose(0, 2, 1)
    return ChosenHistories(which, flows, state)


def _state_of(chosen: ChosenHistories, posterior: Posterior) -> State:
    """Return where everybody is today in chosen histories."""
    return rows_of(posterior.end_state, chosen.which % posterior.draws) if chosen.state is None else chosen.state


def _net_flow(samples: xr.Dataset) -> Ints:
    """Return the unexplained flow of each day, people, (member, day, place)."""
    net = samples[FLOWS[0]] - samples[FLOWS[1]]
    flow: Ints = net.transpose("member", "date", "place").to_numpy().astype(np.int64)
    return flow


_OF_DEATHS = ("deaths", "cumulative_deaths", "cumulative_deaths_under_five")


def assumption_only(scenario: Scenario, observations: Observations | None) -> tuple[str, ...]:
    """Return the targets that rest on default parameters alone: deaths, where no report and no stated rate is of them.

    Parameters
    ----------
    scenario
        A rate of death that it states counts, zero too.
    observations
        What was known.
    """
    is_stated = any(row.name.startswith("death_rate_") for row in scenario.parameters)
    measures = {row.measure for row in observations.to_fit()} if observations is not None else set()
    is_reported = bool(measures & {Measure.DEATHS, Measure.CUMULATIVE_DEATHS})
    return () if is_stated or is_reported else _OF_DEATHS


def candidates_for(members: int) -> int:
    """Return how many histories are simulated for so many members."""
    return max(members, min(CANDIDATES * members, MOST_CANDIDATES))


def _looked_back(day: int) -> Schedule:
    """Return the usual origins of a back-test, but for those that lie too far back."""
    usual = Schedule()
    skipped = max(0, -(-(day - LOOKED_BACK_DAYS - usual.first_day) // usual.every_days))
    return replace(usual, first_day=usual.first_day + skipped * usual.every_days)
