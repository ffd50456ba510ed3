"""Back-test of flows: arrivals, cumulative arrivals and departures, over the periods that the reports have.

On each origin the periods that had ended, and were known, are the past. A target is the report whose period begins
after the origin and ends nearest to a nominal horizon, at most `TOLERANCE_DAYS` off. A cumulative count is read as its
increase since the count before; where it falls, somebody corrected it, and there is no flow to score.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.origins import TOLERANCE_DAYS
from corridor.backtest.scores import COVERED, is_covered, point_scores, skill_of
from corridor.forecasters.base import HUB_LEVELS
from corridor.forecasters.flows import NAMES, RULES, FlowSeries, flow_past, flow_quantiles
from corridor.scenario.observations import Measure, Qualifier, Use
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.backtest.origins import Schedule
    from corridor.forecasters.flows import FlowPast
    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

MEASURES = (Measure.ARRIVALS, Measure.CUMULATIVE_ARRIVALS, Measure.DEPARTURES)
COLUMNS = (
    *("measure", "model", "nominal_horizon", "targets", "wis", "wis_log1p", "mae"),
    *(f"coverage_{round(100 * level)}" for level in COVERED),
    *("best_baseline", "skill", "skill_log1p"),
)
"""Columns of flow_scores.csv."""


@dataclass(frozen=True)
class FlowTarget:
    """A reported flow by which forecasts are scored.

    Attributes
    ----------
    origin
        Last day known.
    place
        Where.
    nominal_horizon
        Days ahead for which a forecast was scheduled.
    end
        Last day of the period.
    people
        Those counted in it.
    """

    origin: date
    place: str
    nominal_horizon: int
    end: int
    people: float


def score_flows(scenario: Scenario, observations: Observations, schedule: Schedule) -> list[dict[str, object]]:
    """Return scores by measure, forecaster and horizon, as rows with the columns `COLUMNS`; none without targets.

    Parameters
    ----------
    scenario
        The calendar.
    observations
        All reports.
    schedule
        Origins and horizons.
    """
    rows = []
    for measure in MEASURES:
        targets, quantiles = flow_forecasts(scenario, observations, schedule, measure)
        if targets:
            rows += _rows(measure.value, targets, quantiles)
    return rows


def flow_series(observations: Iterable[Observation], measure: Measure, start: date) -> dict[str, FlowSeries]:
    """Return the reported periods of each place, by place.

    Parameters
    ----------
    observations
        What was known.
    measure
        Arrivals, cumulative arrivals or departures.
    start
        Day 0.
    """
    by_place: dict[str, dict[date, Observation]] = defaultdict(dict)
    for row in sorted(observations, key=lambda row: row.known_on):
        says_how_many = row.count is not None and row.qualifier in {Qualifier.EXACT, Qualifier.ABOUT}
        if row.is_plain and row.measure is measure and row.use is Use.FIT and says_how_many:
            by_place[row.place][row.date] = row
    series = {}
    for place, rows in sorted(by_place.items()):
        periods = [rows[when] for when in sorted(rows)]
        one = _increases(periods, start) if measure.is_cumulative else _periods(periods, start)
        if one.end.size:
            series[place] = one
    return series


def _periods(rows: Sequence[Observation], start: date) -> FlowSeries:
    end = [day_of(row.date, start) for row in rows]
    length = [day_of(row.date, row.period_start or row.date) + 1.0 for row in rows]
    return FlowSeries(np.array(end, dtype=np.int64), np.array(length), np.array([row.people or 0.0 for row in rows]))


def _increases(rows: Sequence[Observation], start: date) -> FlowSeries:
    end = np.array([day_of(row.date, start) for row in rows], dtype=np.int64)
    total = np.array([row.people or 0.0 for row in rows])
    rose = np.diff(total) >= 0
    return FlowSeries(end[1:][rose], np.diff(end)[rose].astype(np.float64), np.diff(total)[rose])


def flow_forecasts(
    scenario: Scenario, observations: Observations, schedule: Schedule, measure: Measure
) -> tuple[list[FlowTarget], dict[str, Floats]]:
    """Return the targets of a measure, and the quantiles of each forecaster for them, (target, level)."""
    targets: list[FlowTarget] = []
    lines: dict[str, list[Floats]] = {name: [] for name in NAMES}
    for known, ahead in _ahead(scenario, observations, schedule, measure):
        seen: dict[int, FlowPast] = {}
        for target, length in ahead:
            steps = max(1, round((target.end - int(known[target.place].end[-1])) / length))
            if steps not in seen:
                seen[steps] = flow_past(known, steps)
            quantiles = flow_quantiles(seen[steps], target.place, length)
            targets.append(target)
            for name in NAMES:
                lines[name].append(quantiles[name].round(1))
    return targets, {name: np.array(rows) for name, rows in lines.items()}


def flow_horizons(scenario: Scenario, observations: Observations, schedule: Schedule) -> set[int]:
    """Return the horizons at which any reported flow can score a forecast, without making one.

    Parameters
    ----------
    scenario
        The calendar.
    observations
        All reports.
    schedule
        Origins and horizons.
    """
    return {
        target.nominal_horizon
        for measure in MEASURES
        for _, ahead in _ahead(scenario, observations, schedule, measure)
        for target, _ in ahead
    }


def _ahead(
    scenario: Scenario, observations: Observations, schedule: Schedule, measure: Measure
) -> Iterator[tuple[dict[str, FlowSeries], list[tuple[FlowTarget, float]]]]:
    """Yield the series known on each origin, by place, and the targets of a measure with the days of their periods."""
    whole = flow_series(observations, measure, scenario.start)
    for origin in schedule.origins(scenario) if whole else ():
        today = day_of(origin, scenario.start)
        known = flow_series(observations.known_by(origin), measure, scenario.start)
        ahead = []
        for place in known:
            for horizon in schedule.horizons:
                n = _nearest(whole[place], today, horizon)
                if n is not None:
                    one = whole[place]
                    target = FlowTarget(origin, place, horizon, int(one.end[n]), float(one.people[n]))
                    ahead.append((target, float(one.length[n])))
        yield known, ahead


def _nearest(series: FlowSeries, today: int, horizon: int) -> int | None:
    """Return the number of the period after today that ends nearest to a horizon, if any is near."""
    away = np.abs(series.end - today - horizon).astype(np.float64)
    away[series.end - series.length < today] = np.inf
    best = int(np.argmin(away))
    return best if away[best] <= TOLERANCE_DAYS else None


def _rows(measure: str, targets: Sequence[FlowTarget], quantiles: Mapping[str, Floats]) -> list[dict[str, object]]:
    horizons = np.array([target.nominal_horizon for target in targets])
    true = np.array([target.people for target in targets])
    scores = {name: point_scores(table, HUB_LEVELS, true) for name, table in quantiles.items()}
    rows = []
    for name in NAMES:
        for horizon in sorted(set(horizons.tolist())):
            chosen = horizons == horizon
            row: dict[str, object] = {"measure": measure, "model": name, "nominal_horizon": horizon}
            row["targets"] = int(chosen.sum())
            row |= {score: float(scores[name][score][chosen].mean()) for score in ("wis", "wis_log1p", "mae")}
            for level in COVERED:
                covered = is_covered(quantiles[name][chosen], HUB_LEVELS, true[chosen], level)
                row[f"coverage_{round(100 * level)}"] = float(covered.mean())
            for ending in ("", "_log1p"):
                rivals = {rule: scores[rule][f"wis{ending}"][chosen] for rule in RULES}
                skill, best = skill_of(scores[name][f"wis{ending}"][chosen], rivals)
                row |= {f"skill{ending}": skill} | ({"best_baseline": best} if not ending else {})
            rows.append({column: row[column] for column in COLUMNS})
    return rows
