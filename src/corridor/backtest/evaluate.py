"""Back-test: forecasts made on rolling origins with what was known then, scored by what was reported later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.flow_scores import score_flows
from corridor.backtest.origins import Schedule
from corridor.backtest.runner import NoCache, predictions_at, run_forecasters, weight_rows
from corridor.backtest.scorable import scored_targets
from corridor.backtest.scores import point_scores
from corridor.backtest.summaries import ScoredTargets, facts_of
from corridor.backtest.targets import dummy_places
from corridor.backtest.tasks import forecast_tasks, on_scored_days
from corridor.forecasters.base import HUB_LEVELS, ForecasterSet
from corridor.forecasters.defaults import default_forecasters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

    from corridor.backtest.runner import Cache
    from corridor.cluster import Workers
    from corridor.engine.run.simulate import Progress
    from corridor.forecasters.base import Target
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Scores of each forecaster against the reports that came later.

    Attributes
    ----------
    scenario_name
        Name of the scenario.
    schedule
        When forecasts were made, and for which horizons.
    seed
        What decided all chance.
    origins
        Last days known, of all forecasts.
    targets
        The reports by which forecasts are scored.
    quantiles
        Forecast of each model for each target, people at `HUB_LEVELS`, (target, level).
    unscored
        Reports that were no target, because by the origin nothing had been reported of their place.
    weights
        Weight of each member of a combination on each origin, for each horizon.
    dummies
        Places left out because their reports are one constant, see :func:`corridor.backtest.targets.dummy_places`.
    flows
        Scores of arrivals and departures, rows of :func:`corridor.backtest.flow_scores.score_flows`.
    """

    scenario_name: str
    schedule: Schedule
    seed: int
    origins: tuple[date, ...]
    targets: tuple[Target, ...]
    quantiles: Mapping[str, Floats]
    unscored: int
    weights: tuple[Mapping[str, str | int | float], ...] = ()
    dummies: tuple[str, ...] = ()
    flows: tuple[Mapping[str, object], ...] = ()

    def to_rows(self) -> list[dict[str, object]]:
        """Return scores by model, nominal horizon and place, `all` for all of them together."""
        return list(self._scored.rows)

    def facts(self) -> dict[str, object]:
        """Return the scores by model and horizon with coverage at ten levels and PIT, for machines."""
        return {
            "scenario": self.scenario_name,
            "seed": self.seed,
            "every_days": self.schedule.every_days,
            "first_day": self.schedule.first_day,
            "horizons": list(self.schedule.horizons),
            "origins": len(self.origins),
            "targets": len(self.targets),
            "unscored": self.unscored,
            "dummy_series": list(self.dummies),
            "weights": [dict(row) for row in self.weights],
            "flows": [dict(row) for row in self.flows],
            **facts_of(self._scored),
        }

    def to_hub_table(self) -> list[dict[str, str | int | float]]:
        """Return every forecast that was scored as rows of a hubverse table, after a column for the model."""
        return [
            {
                "model": model,
                "origin_date": target.origin.isoformat(),
                "target": "stock",
                "horizon": target.horizon,
                "target_end_date": target.date.isoformat(),
                "location": target.place,
                "output_type": "quantile",
                "output_type_id": level,
                "value": float(value),
                "nominal_horizon": target.nominal_horizon,
            }
            for model, table in self.quantiles.items()
            for target, line in zip(self.targets, table, strict=True)
            for level, value in zip(HUB_LEVELS, line, strict=True)
        ]

    @cached_property
    def _scored(self) -> ScoredTargets:
        true = np.array([target.people for target in self.targets])
        return ScoredTargets(
            targets=self.targets,
            quantiles=self.quantiles,
            points={model: point_scores(table, HUB_LEVELS, true) for model, table in self.quantiles.items()},
            block=1 + -(-max(self.schedule.horizons) // self.schedule.every_days),
            seed=self.seed,
        )


def evaluate(  # noqa: PLR0913 - workers and progress say how it runs, not what is computed
    scenario: Scenario,
    observations: Observations,
    *,
    schedule: Schedule | None = None,
    models: ForecasterSet | None = None,
    cache: Cache | None = None,
    seed: int,
    workers: Workers = 1,
    progress: Progress = None,
) -> Scores:
    """Forecast on rolling origins, and score against the reports that came later.

    On each origin every forecaster has the scenario and the reports as they were known on that day. Its
    forecast is scored by the reports near the nominal horizons, never by days in between.

    Parameters
    ----------
    scenario
        What the user wrote.
    observations
        All reports.
    schedule
        Origins and horizons; every 14 days from day 30, 7, 14 and 28 days ahead, if not given.
    models
        Who forecasts; Corridor's combination, its members and the three baselines if not given.
    cache
        Stores finished predictions, so that an interrupted back-test can go on.
    seed
        Decides every random number.
    workers
        Processes, or a cluster; their number changes the time and nothing else. With more than one, a script must
        call this below ``if __name__ == "__main__":``.
    progress
        Called with (forecasts made, forecasts in all).

    Raises
    ------
    UsageError
        No report can score any forecast.

    Examples
    --------
    >>> scores = evaluate(scenario, observations, seed=7)    # doctest: +SKIP
    >>> [row for row in scores.to_rows() if row["place"] == "all"]    # doctest: +SKIP
    """
    schedule = schedule or Schedule()
    tasks = tuple(forecast_tasks(scenario, observations, schedule, seed))
    flows = tuple(score_flows(scenario, observations, schedule))
    targets, unscored = scored_targets(scenario, observations, schedule, tasks, required=not flows)
    models = (models or default_forecasters(scenario)) if targets else ForecasterSet()
    tasks = tasks if models.sequential else tuple(on_scored_days(tasks, observations, schedule.horizons))
    predictions = run_forecasters(
        tasks,
        models,
        schedule.horizons,
        cache=NoCache() if cache is None else cache,
        workers=workers,
        progress=progress,
    )
    quantiles = {model: predictions_at(targets, tasks, predictions, model) for model in models.names}
    for model, table in quantiles.items():
        assert np.isfinite(table).all(), f"{model} forecasts every place with reports"
    return Scores(
        scenario_name=scenario.name,
        schedule=schedule,
        seed=seed,
        origins=tuple(task.origin for task in tasks),
        targets=targets,
        quantiles=quantiles,
        unscored=unscored,
        weights=tuple(weight_rows(tasks, models, predictions, schedule.horizons)),
        dummies=dummy_places(observations),
        flows=flows,
    )
