"""Forecasts of how people displaced by conflict leave, travel, are screened and arrive.

The nouns are Place, Route, Event, Observation, Scenario, Posterior, Ensemble and Forecast, with
the tables Needs and Scores; the verbs read_scenario (and read_observations), explain, simulate,
calibrate, forecast, evaluate, estimate_needs and write_report. Each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.engine.ensemble import Ensemble
    from corridor.engine.simulate import simulate
    from corridor.forecasting.evaluate import Scores, evaluate
    from corridor.forecasting.forecast import forecast
    from corridor.forecasting.futures import Forecast
    from corridor.forecasting.models import Models
    from corridor.forecasting.origins import Schedule
    from corridor.inference.calibrate import calibrate
    from corridor.inference.posterior import Posterior
    from corridor.needs.needs import Needs, estimate_needs
    from corridor.report.page import write_report
    from corridor.scenario.events import Event
    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.places import Place
    from corridor.scenario.read import read_observations, read_scenario
    from corridor.scenario.routes import Route
    from corridor.scenario.scenario import Scenario
    from corridor.scenario.timeline import explain
    from corridor.scenario.write import write_scenario

_HOME = {
    "Ensemble": "corridor.engine.ensemble",
    "Event": "corridor.scenario.events",
    "Forecast": "corridor.forecasting.futures",
    "Models": "corridor.forecasting.models",
    "Needs": "corridor.needs.needs",
    "Observation": "corridor.scenario.observations",
    "Observations": "corridor.scenario.observations",
    "Place": "corridor.scenario.places",
    "Posterior": "corridor.inference.posterior",
    "Route": "corridor.scenario.routes",
    "Scenario": "corridor.scenario.scenario",
    "Schedule": "corridor.forecasting.origins",
    "Scores": "corridor.forecasting.evaluate",
    "calibrate": "corridor.inference.calibrate",
    "estimate_needs": "corridor.needs.needs",
    "evaluate": "corridor.forecasting.evaluate",
    "explain": "corridor.scenario.timeline",
    "forecast": "corridor.forecasting.forecast",
    "read_observations": "corridor.scenario.read",
    "read_scenario": "corridor.scenario.read",
    "simulate": "corridor.engine.simulate",
    "write_report": "corridor.report.page",
    "write_scenario": "corridor.scenario.write",
}

__all__ = [
    "Ensemble",
    "Event",
    "Forecast",
    "Models",
    "Needs",
    "Observation",
    "Observations",
    "Place",
    "Posterior",
    "Route",
    "Scenario",
    "Schedule",
    "Scores",
    "calibrate",
    "estimate_needs",
    "evaluate",
    "explain",
    "forecast",
    "read_observations",
    "read_scenario",
    "simulate",
    "write_report",
    "write_scenario",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use, so that starting costs nothing."""
    if name not in _HOME:
        message = f"module 'corridor' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOME[name]), name)
