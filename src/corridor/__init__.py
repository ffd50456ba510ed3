"""Forecasts of how people displaced by conflict leave, travel, are screened and arrive.

The nouns are Place, Route, Event, Observation, Scenario, Posterior, Ensemble and Forecast, with
the tables Needs and Scores; the verbs read_scenario (and read_observations), explain, simulate,
calibrate, forecast, compare, evaluate, estimate_needs, write_run and write_report. Each is loaded
when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.backtest.evaluate import Scores, evaluate
    from corridor.backtest.origins import Schedule
    from corridor.engine.run.ensemble import Ensemble
    from corridor.engine.run.simulate import simulate
    from corridor.forecasters.base import ForecasterSet
    from corridor.forecasting.forecast import Forecast, forecast
    from corridor.inference.calibrate import calibrate
    from corridor.inference.posterior import Posterior
    from corridor.needs.needs import Needs, estimate_needs
    from corridor.report.facts.context import PageOptions
    from corridor.report.pages.report_page import write_report
    from corridor.runs.comparison import Comparison, compare
    from corridor.runs.forecast_run import ForecastResult, write_run
    from corridor.runs.requests import Draws
    from corridor.scenario.events import Event
    from corridor.scenario.io.read import read_observations, read_scenario
    from corridor.scenario.io.write import write_scenario
    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.places import Place
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario
    from corridor.scenario.timeline import explain

_HOME = {
    "Comparison": "corridor.runs.comparison",
    "Draws": "corridor.runs.requests",
    "Ensemble": "corridor.engine.run.ensemble",
    "Event": "corridor.scenario.events",
    "Forecast": "corridor.forecasting.forecast",
    "ForecastResult": "corridor.runs.forecast_run",
    "ForecasterSet": "corridor.forecasters.base",
    "Needs": "corridor.needs.needs",
    "Observation": "corridor.scenario.observations",
    "Observations": "corridor.scenario.observations",
    "PageOptions": "corridor.report.facts.context",
    "Place": "corridor.scenario.places",
    "Posterior": "corridor.inference.posterior",
    "Route": "corridor.scenario.routes",
    "Scenario": "corridor.scenario.scenario",
    "Schedule": "corridor.backtest.origins",
    "Scores": "corridor.backtest.evaluate",
    "calibrate": "corridor.inference.calibrate",
    "compare": "corridor.runs.comparison",
    "estimate_needs": "corridor.needs.needs",
    "evaluate": "corridor.backtest.evaluate",
    "explain": "corridor.scenario.timeline",
    "forecast": "corridor.forecasting.forecast",
    "read_observations": "corridor.scenario.io.read",
    "read_scenario": "corridor.scenario.io.read",
    "simulate": "corridor.engine.run.simulate",
    "write_report": "corridor.report.pages.report_page",
    "write_run": "corridor.runs.forecast_run",
    "write_scenario": "corridor.scenario.io.write",
}

__all__ = [
    "Comparison",
    "Draws",
    "Ensemble",
    "Event",
    "Forecast",
    "ForecastResult",
    "ForecasterSet",
    "Needs",
    "Observation",
    "Observations",
    "PageOptions",
    "Place",
    "Posterior",
    "Route",
    "Scenario",
    "Schedule",
    "Scores",
    "calibrate",
    "compare",
    "estimate_needs",
    "evaluate",
    "explain",
    "forecast",
    "read_observations",
    "read_scenario",
    "simulate",
    "write_report",
    "write_run",
    "write_scenario",
]


def __dir__() -> list[str]:
    """Return the public names, so that a notebook completes them before their first use."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that starting costs nothing."""
    if name not in _HOME:
        message = f"module 'corridor' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOME[name]), name)
