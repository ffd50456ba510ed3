"""How many people set out along each way on the days ahead, as run.json has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario

LEVELS = (0.1, 0.5, 0.9)


def flow_facts(forecast: Forecast, scenario: Scenario) -> dict[str, list[float]]:
    """Return quantiles of the people who set out along each stated route, both ways together; empty without routes.

    Parameters
    ----------
    forecast
        Its samples have ``set_out`` where a mechanism moves people.
    scenario
        What was supposed.
    """
    if "set_out" not in forecast.samples:
        return {}
    people = forecast.samples["set_out"]
    known = set(people["route"].values.tolist())
    facts = {}
    for row in scenario.routes:
        ids = [row.route, row.reversed().route] if row.both_ways else [row.route]
        taken = people.sel(route=[one for one in ids if one in known]).sum("route")
        facts[row.route] = [round(float(value), 1) for value in taken.quantile(list(LEVELS), dim="member")]
    return facts
