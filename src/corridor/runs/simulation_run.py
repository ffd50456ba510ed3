"""A simulation from the priors alone, as a RUN folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from corridor.engine.run.ensemble import Ensemble
from corridor.engine.run.simulate import simulate
from corridor.forecasting.hub_table import TARGETS, hub_rows, target_quantiles
from corridor.inference.filtered_history import site_names, under_five_groups
from corridor.inference.projection import with_totals
from corridor.runs.cluster import spread
from corridor.runs.folder import ENSEMBLE, SIMULATION
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.new_run import new_run
from corridor.runs.progress import Progress, silent
from corridor.runs.requests import Draws
from corridor.runs.rows import COLUMNS
from corridor.scenario.scenario import Scenario

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_ROWS = 2_000_000
"""A simulation.csv that could be longer has no towns: no spreadsheet opens it, and ensemble.nc has them."""


@dataclass(frozen=True)
class SimulationRun:
    """A simulation as it was written, with what its answer is made from."""

    folder: Path
    facts: Mapping[str, object]
    scenario: Scenario
    ensemble: Ensemble
    notes: tuple[str, ...] = ()


def make_simulation_run(name: str, draws: Draws, *, out: Path, progress: Progress = silent) -> SimulationRun:
    """Simulate from the priors alone, and write the RUN folder.

    Parameters
    ----------
    name
        A scenario folder, or the name of a bundled scenario.
    draws
        Members, seed and workers.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    progress
        Opens each step.

    Raises
    ------
    ScenarioError
        The scenario has problems.
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    source = scenario_folder(name)
    scenario, _ = read_sound(source)
    with new_run(source, out, progress) as run:
        with (
            spread(draws) as there,
            run.step("simulate", f"Simulating {scenario.n_days:,} days") as tick,
        ):
            ensemble = simulate(scenario, members=draws.members, seed=draws.seed, workers=there.workers, progress=tick)
        with run.step("write", "Writing the tables"):
            data = with_totals(ensemble.data, under_five_groups(scenario))
            places = _places_in_table(scenario)
            quantiles = target_quantiles(data, LEVELS, site_names(scenario), places)
            rows = hub_rows(quantiles, scenario.start - timedelta(days=1))
            run.write_table(SIMULATION, COLUMNS["forecast"], rows)
            ensemble.save(run.folder / ENSEMBLE)
            arguments = {"scenario": name, "members": draws.members, "seed": draws.seed, "workers": draws.workers}
            notes = (_left_out(scenario, places),) if len(places) < len(scenario.places) else ()
            facts = run.facts("simulate", arguments, draws, {"scenario": scenario.name, "notes": notes})
            run.close(facts)
    return SimulationRun(out, facts, scenario, ensemble, notes)


def _places_in_table(scenario: Scenario) -> list[str]:
    """Return the places that simulation.csv has: all, or the sites alone where it would be too long to be read."""
    names = [place.place for place in scenario.places]
    most = len(TARGETS) * len(names) * scenario.n_days * len(LEVELS)
    return names if most <= MOST_ROWS else list(site_names(scenario))


def _left_out(scenario: Scenario, places: list[str]) -> str:
    return (
        f"{SIMULATION} has the {len(places):,} places that are no towns, and sums over all {len(scenario.places):,}; "
        f"every place is in {ENSEMBLE}."
    )
