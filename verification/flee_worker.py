"""Run members of an instance with PyPI flee 3.1 and write down who was where; a process of its own for each batch.

This file knows flee, numpy and the standard library only, so that any interpreter that has flee can run it:

    python flee_worker.py INSTANCE OUT.npz --seed 1 --members 0 50 [--hasten 10]

Flee keeps its settings, and the debt of its spawning, in globals, and has no seed. Both are put right here before
every member: settings are emptied and read again, debts are zero, and `random` and `numpy.random` are seeded from the
seed and the number of the member. Demographics are not read: no rule of movement uses them, and drawing them would
slow Flee.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import tempfile
import time
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
from flee import InputGeography, flee, spawning
from flee.datamanager import handle_refugee_data, read_period
from flee.SimulationSettings import SimulationSettings


def settings_of(folder: Path, hasten: int | None) -> None:
    """Empty Flee's global settings and debts, and read those of an instance."""
    for table in ("log_levels", "spawn_rules", "move_rules", "optimisations"):
        getattr(SimulationSettings, table).clear()
    for total in ("__refugees_raw", "__refugee_debt"):
        setattr(spawning, total, 0)
    SimulationSettings.ReadFromYML(str(folder / "simsetting.yml"))
    SimulationSettings.ConflictInputFile = str(folder / "input_csv" / "conflicts.csv")
    SimulationSettings.log_levels.update(dict.fromkeys(SimulationSettings.log_levels, 0))
    if hasten is not None:
        SimulationSettings.optimisations["PopulationScaleDownFactor"] = hasten


def period_of(folder: Path) -> tuple[str, int]:
    """Return first date and number of days, from the file of either name."""
    files = (folder / "input_csv" / f"{name}_period.csv" for name in ("conflict", "sim"))
    return read_period.read_conflict_period(str(next(file for file in files if file.exists())))


def sim_state_of(folder: Path, start: str) -> tuple[object, object, object]:
    """Return Flee's ecosystem, geography and table of data for an instance, with the people of day 0 in their camps."""
    tables = folder / "input_csv"
    geography = InputGeography.InputGeography()
    geography.ReadConflictInputCSV(str(tables / "conflicts.csv"))
    geography.ReadLocationsFromCSV(str(tables / "locations.csv"))
    geography.ReadLinksFromCSV(str(tables / "routes.csv"))
    geography.ReadClosuresFromCSV(str(tables / "closures.csv"))
    world, places = geography.StoreInputGeographyInEcosystem(flee.Ecosystem())
    data = handle_refugee_data.RefugeeTable(
        data_directory=str(folder / "source_data"),
        data_layout="data_layout.csv",
        start_date=start,
        population_scaledown_factor=SimulationSettings.optimisations["PopulationScaleDownFactor"],
    )
    data.ReadL1Corrections(str(tables / "registration_corrections.csv"))
    for camp in world.get_camp_names():
        spawning.add_initial_refugees(world, data, places[camp])
    return world, geography, data


def member(folder: Path, hasten: int | None) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Run one member; return the names of places, people in each at the end of each day, and all people by day."""
    settings_of(folder, hasten)
    start, days = period_of(folder)
    world, geography, data = sim_state_of(folder, start)
    inside, everybody = np.zeros((days, len(world.locations)), np.int32), np.zeros(days, np.int32)
    for t in range(days):
        geography.AddNewConflictZones(world, t)
        spawning.spawn_daily_displaced(world, t, data, SumFromCamps=False)
        spawning.refresh_spawn_weights(world)
        world.enact_border_closures(t)
        world.evolve()
        inside[t] = [place.numAgents for place in world.locations]
        everybody[t] = len(world.agents)
    return world.locationNames, inside, everybody


def seeded(seed: int, number: int) -> None:
    """Seed both of the generators that Flee draws from, for one member."""
    words = np.random.SeedSequence([seed, number]).generate_state(2)
    random.seed(int(words[0]))
    np.random.seed(words[1])  # noqa: NPY002 - Flee draws from the global generator


def batch(asked: argparse.Namespace) -> dict[str, np.ndarray]:
    """Run the members that were asked for; return their stocks and what they cost."""
    stocks, totals, seconds, names = [], [], [], []
    for number in range(*asked.members):
        seeded(asked.seed, number)
        begun = time.process_time()
        names, inside, everybody = member(asked.instance, asked.hasten)
        seconds.append(time.process_time() - begun)
        stocks.append(inside)
        totals.append(everybody)
    return {
        "places": np.array(names),
        "stock": np.stack(stocks),
        "everybody": np.stack(totals),
        "cpu_seconds": np.array(seconds),
    }


def main() -> int:
    """Run a batch; say what Flee said where it failed."""
    parser = argparse.ArgumentParser(description="Run members of an instance with PyPI flee 3.1.")
    parser.add_argument("instance", type=lambda text: Path(text).resolve())
    parser.add_argument("out", type=lambda text: Path(text).resolve())
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--members", type=int, nargs=2, required=True, metavar=("FIRST", "BEHIND_LAST"))
    parser.add_argument("--hasten", type=int, default=None)
    asked = parser.parse_args()
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as elsewhere:
        os.chdir(elsewhere)
        try:
            with redirect_stdout(said), redirect_stderr(said):
                found = batch(asked)
        except (Exception, SystemExit):  # noqa: BLE001 - Flee leaves by sys.exit() too; both are told
            print("\n".join(said.getvalue().splitlines()[-5:]), traceback.format_exc(), sep="\n", file=sys.stderr)
            return 1
        finally:
            os.chdir("/")
    np.savez_compressed(asked.out, **found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
