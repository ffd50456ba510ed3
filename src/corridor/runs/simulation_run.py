"""A simulation from the priors alone, as a RUN folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import xarray as xr

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.ensemble import labelled
from corridor.engine.run.simulate import members_at_once, members_joined, simulate_in_blocks
from corridor.forecasting.hub_table import TARGETS, hub_rows, sums_over_places, targets_of
from corridor.inference.filtered_history import site_names, under_five_groups
from corridor.inference.projection import with_totals
from corridor.runs.cluster import spread
from corridor.runs.folder import ENSEMBLE, SIMULATION
from corridor.runs.inputs import read_sound, scenario_folder
from corridor.runs.members_file import read_by_place, written
from corridor.runs.new_run import new_run
from corridor.runs.progress import Progress, Tick, silent
from corridor.runs.requests import Draws, Kept, SimulationRequest
from corridor.runs.rows import COLUMNS
from corridor.scenario.scenario import Scenario

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_ROWS = 2_000_000
"""A simulation.csv that could be longer has no towns: no spreadsheet opens it, and ensemble.nc has them."""


@dataclass(frozen=True)
class SimulationRun:
    """A simulation as it was written, with what its answer is made from.

    Attributes
    ----------
    members
        Of each member ``stock`` on the last day and ``arrivals`` since the start, by place, and ``deaths`` everywhere.
    """

    folder: Path
    facts: Mapping[str, object]
    scenario: Scenario
    members: xr.Dataset
    notes: tuple[str, ...] = ()


def make_simulation_run(
    request: SimulationRequest, draws: Draws, *, out: Path, progress: Progress = silent
) -> SimulationRun:
    """Simulate from the priors alone, and write the RUN folder; members are written as they come.

    Parameters
    ----------
    request
        What is simulated, and kept.
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
    source = scenario_folder(request.scenario)
    scenario, _ = read_sound(source)
    with new_run(source, out, progress) as run:
        with (
            spread(draws) as there,
            run.step("simulate", f"Simulating {scenario.n_days:,} days") as tick,
        ):
            known = _write_members(run.folder / ENSEMBLE, scenario, request.keep, there, tick)
        with run.step("write", "Writing the tables") as tick:
            places = _places_in_table(scenario)
            quantiles = _quantiles(run.folder / ENSEMBLE, scenario, places, known.sums, tick)
            run.write_table(SIMULATION, COLUMNS["forecast"], hub_rows(quantiles, scenario.start - timedelta(days=1)))
            arguments = {
                "scenario": request.scenario,
                "members": draws.members,
                "seed": draws.seed,
                "workers": draws.workers,
                "keep": request.keep.value,
            }
            notes = (_left_out(scenario, places),) if len(places) < len(scenario.places) else ()
            facts = run.facts("simulate", arguments, draws, {"scenario": scenario.name, "notes": notes})
            run.close(facts)
    return SimulationRun(out, facts, scenario, known.ends, notes)


class _Known(NamedTuple):
    """What is known of all members while they are written: sums over places by day, and how each ended."""

    sums: xr.Dataset
    ends: xr.Dataset


def _write_members(path: Path, scenario: Scenario, keep: Kept, draws: Draws, tick: Tick) -> _Known:
    """Simulate, and write each block of members as it comes."""
    compiled = compile_scenario(scenario)
    blocks = simulate_in_blocks(compiled, members=draws.members, seed=draws.seed, workers=draws.workers, progress=tick)
    parts = blocks if keep is Kept.ALL else (block.drop_dims("route") for block in blocks)
    groups = written(path, parts, draws.members, members_at_once(compiled))
    sites, young = site_names(scenario), under_five_groups(scenario)
    known = [_Known(_sums(with_totals(part, young), sites), _ends(part)) for part in groups]
    return _Known(*(members_joined(parts, draws.members) for parts in zip(*known, strict=True)))


def _sums(part: xr.Dataset, sites: Sequence[str]) -> xr.Dataset:
    return sums_over_places(part, sites).transpose("member", ...)


def _ends(part: xr.Dataset) -> xr.Dataset:
    return xr.Dataset(
        {
            "stock": part.stock.isel(date=-1, drop=True),
            "arrivals": part.arrivals.sum("date"),
            "deaths": part.deaths.sum(("date", "place")),
        }
    )


def _quantiles(path: Path, scenario: Scenario, places: list[str], sums: xr.Dataset, tick: Tick) -> xr.Dataset:
    """Return quantiles of each target by place, and of sums over places."""
    young, levels, parts, done = under_five_groups(scenario), list(LEVELS), [], 0
    for data in read_by_place(path, places):
        parts.append(targets_of(with_totals(data, young)).quantile(levels, dim="member"))
        done += data.sizes["place"]
        tick(done, len(places))
    return labelled(xr.concat([*parts, sums.quantile(levels, dim="member")], dim="place", join="outer"))


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
