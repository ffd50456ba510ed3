"""Which reports can score a forecast; where none can, why, and what to try."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from corridor.backtest.flow_scores import MEASURES, flow_horizons, flow_series
from corridor.backtest.origins import Schedule
from corridor.backtest.targets import dummy_places, targets_of
from corridor.backtest.tasks import forecast_tasks
from corridor.errors import UsageError
from corridor.inference.report_series import count_series, true_reports
from corridor.scenario.observations import Measure, Qualifier, Use
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corridor.forecasters.base import ForecastTask, Target
    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.scenario import Scenario

HORIZONS = (1, 3, 7, 14, 28, 56, 91, 182, 365)
"""Days ahead that are tried where those asked for score nothing."""

MOST_HORIZONS = 3
"""So many of them are proposed at most."""

_LEAST_REPORTS = 2
_SCORED = frozenset({Measure.STOCK, *MEASURES})


def scored_targets(
    scenario: Scenario,
    observations: Observations,
    schedule: Schedule,
    tasks: Iterable[ForecastTask],
    *,
    required: bool,
) -> tuple[tuple[Target, ...], int]:
    """Return the targets, and how many more there would be at places without a report.

    Parameters
    ----------
    scenario, observations
        Everything, whenever it became known.
    schedule
        Origins and horizons.
    tasks
        The forecast task of each origin.
    required
        Whether to refuse a scenario without any.

    Raises
    ------
    UsageError
        There is none, and one is required.
    """
    reported = {task.origin: count_series(task.observations, scenario.start).keys() for task in tasks}
    dummies = dummy_places(observations)
    places = [row.place for row in scenario.places if row.place not in dummies]
    candidates = [
        target
        for target in targets_of(observations, reported, schedule.horizons, places)
        if target.date <= scenario.end
    ]
    targets = tuple(target for target in candidates if target.place in reported[target.origin])
    if required and not targets:
        raise UsageError(why_nothing(scenario, observations, schedule))
    return targets, len(candidates) - len(targets)


def why_nothing(scenario: Scenario, observations: Observations, schedule: Schedule) -> str:
    """Return why no report can score a forecast, and which origins and horizons would do, in words.

    Parameters
    ----------
    scenario, observations
        Everything, whenever it became known.
    schedule
        Origins and horizons that score nothing.
    """
    reason = _reason(scenario, observations, schedule)
    other = next(_others(scenario, observations, schedule), None)
    advice = "Add reports" if other is None else f"Try {_options(schedule, other)}"
    return f"No report of {scenario.name} can be held against a forecast: {reason}. {advice}."


def _reason(scenario: Scenario, observations: Observations, schedule: Schedule) -> str:
    """Return the first thing that is missing, in words."""
    days = [day_of(row.date, scenario.start) for row in observations if _may_score(row)]
    true = true_reports(observations)
    if not days:
        return f"none counts people in one place, exact or about so many{_kinds(observations)}"
    if not schedule.origins(scenario):
        return f"the first origin would be day {schedule.first_day}, and the calendar ends on day {scenario.n_days - 1}"
    if max(days) <= schedule.first_day:
        return f"the last report is of day {max(days)}, the first origin day {schedule.first_day}"
    if not true and not any(flow_series(observations, measure, scenario.start) for measure in MEASURES):
        return "cumulative counts need an earlier one that is not higher"
    if true and set(true) <= set(dummy_places(observations)):
        return "each place has one figure that never changes once it is not zero: filled in, it seems, and not counted"
    near = ", ".join(map(str, schedule.horizons))
    return (
        f"none lies within three days of {near} days after an origin, every {schedule.every_days} days from day "
        f"{schedule.first_day}, with an earlier report of its place"
    )


def _may_score(row: Observation) -> bool:
    """Say whether a report counts people in one place, and how many."""
    is_used = row.use is not Use.IGNORE and row.qualifier in {Qualifier.EXACT, Qualifier.ABOUT}
    return is_used and row.is_plain and row.count is not None and row.measure in _SCORED


def _kinds(observations: Observations) -> str:
    """Return what the reports are instead, in words."""
    kinds = Counter(_kind(row) for row in observations)
    listed = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f" ({listed})" if listed else ": there is none at all"


def _kind(row: Observation) -> str:
    """Return why a report scores nothing."""
    if row.use is Use.IGNORE:
        return "to be ignored"
    if row.measure not in _SCORED:
        return f"of {row.measure.value}"
    if not row.is_plain:
        return "of several places, or of some people"
    return "bounds or without a figure"


def _others(scenario: Scenario, observations: Observations, schedule: Schedule) -> Iterator[Schedule]:
    """Yield schedules that would score something, those nearest to what was asked first."""
    reports = [row for row in observations if _may_score(row)]
    if max(Counter((row.place, row.measure) for row in reports).values(), default=0) < _LEAST_REPORTS:
        return
    known = sorted({day for row in reports if (day := day_of(row.known_on, scenario.start)) >= 0})
    for first_day in dict.fromkeys((schedule.first_day, Schedule().first_day, *known[:2])):
        for every_days in dict.fromkeys((schedule.every_days, min(schedule.every_days, 7), 1)):
            tried = replace(schedule, first_day=first_day, every_days=every_days)
            for horizons in (schedule.horizons, HORIZONS):
                if met := _horizons_met(scenario, observations, replace(tried, horizons=horizons)):
                    yield tried if horizons is schedule.horizons else replace(tried, horizons=met[:MOST_HORIZONS])


def _horizons_met(scenario: Scenario, observations: Observations, schedule: Schedule) -> tuple[int, ...]:
    """Return the horizons of a schedule at which anything is scored, ascending."""
    tasks = forecast_tasks(scenario, observations, schedule, 0)
    targets, _ = scored_targets(scenario, observations, schedule, tasks, required=False)
    met = {target.nominal_horizon for target in targets} | flow_horizons(scenario, observations, schedule)
    return tuple(sorted(met))


def _options(stated: Schedule, other: Schedule) -> str:
    """Return the options of the command that make the other schedule of one."""
    parts = []
    if other.every_days != stated.every_days:
        parts.append(f"--every {other.every_days}")
    if other.first_day != stated.first_day:
        parts.append(f"--first-day {other.first_day}")
    if other.horizons != stated.horizons:
        parts.append(f"--horizons {','.join(map(str, other.horizons))}")
    return " ".join(parts)
