"""Does Corridor, under its preset flee-3.1, have the law of PyPI flee 3.1? The two run side by side on small networks.

Each case of `cases.py` is written to a folder, read by Corridor's importer, and run by both, some hundreds of members
each; `comparing.py` says what is compared, by which tests, and with what chance of a false alarm. Run it from the root
of the repository, with flee 3.1 installed (`make verify` does both):

    .venv/bin/python -m verification.against_flee --members 300 --seed 1 --out build/against_flee

`--cases awareness_2 pairs` takes single cases or whole groups (networks, rules, closures, people, pairs). Flee's
members are kept in a cache and need not be run again; the first time takes about half an hour on two cores. `--itself`
compares Flee with Flee under another seed: what then fails is a false alarm of the tests. Exit code 0: no cell failed;
1: some did; 2: nothing could be compared.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from verification.cases import by_conflict, chosen
from verification.comparing import FAMILY, STANDARD_ERRORS, Cell, Sample, Verdict, cells_of, verdict_of
from verification.flee_runner import VERSION, FleeError, has_flee, interpreter, run_flee
from verification.instances import write_instance

if TYPE_CHECKING:
    from verification.instances import Instance


def flee_side(folder: Path, members: int, seed: int) -> Sample:
    """Return members of Flee."""
    run = run_flee(folder, members=members, seed=seed)
    return Sample(run.places, run.stock, run.everybody)


def corridor_side(folder: Path, instance: Instance, members: int, seed: int) -> Sample:
    """Return members of Corridor on the same folder, read by its importer, with Flee's law."""
    from corridor.backtest.prescribed import simulate_prescribed  # noqa: PLC0415
    from corridor.scenario.presets import Preset  # noqa: PLC0415
    from corridor.sources.flee import read_flee  # noqa: PLC0415

    imported = read_flee(folder, preset=Preset.FLEE_3_1)
    reports = None if by_conflict(instance) else imported.observations
    ensemble = simulate_prescribed(imported.scenario, reports, members=members, seed=seed, workers=2)
    names = {place.place: place.name for place in imported.scenario.places}
    data = ensemble.data
    stock = data.stock.transpose("member", "date", "place").to_numpy()
    moving = data.in_transit.transpose("member", "date", "place").to_numpy()
    places = tuple(names[str(place)] for place in data.place.to_numpy())
    return Sample(places, stock, (stock + moving).sum(axis=2))


def compare_case(case: str, instance: Instance, asked: argparse.Namespace) -> list[Cell]:
    """Run one case on both sides and return its cells."""
    with tempfile.TemporaryDirectory() as spare:
        folder = write_instance(instance, Path(spare) / case)
        first = flee_side(folder, asked.members, asked.seed)
        if asked.itself:
            second = flee_side(folder, asked.members, asked.seed + 1)
        else:
            second = corridor_side(folder, instance, asked.members, asked.seed)
    return cells_of(case, instance.camp_names, first, second)


def line_of(cell: Cell) -> str:
    """Return a cell as a line of the table."""
    (a, b), (va, vb) = cell.means, cell.variances
    return (
        f"{cell.case:42} {cell.place:12} {cell.day:4} {a:9.3f} {b:9.3f} {cell.z:+8.2f} "
        f"{va:10.3f} {vb:10.3f} {cell.p_variance:9.2g}"
    )


def heading(second: str) -> str:
    """Return the head of the table."""
    return (
        f"{'case':42} {'place':12} {'day':>4} {'Flee':>9} {second:>9} {'z':>8} "
        f"{'var Flee':>10} {'var ' + second[:6]:>10} {'p var':>9}"
    )


def summary_of(verdict: Verdict, cases: int) -> list[str]:
    """Return what the comparison says, in sentences."""
    camps = sum(cell.family == "camps" for cell in verdict.cells)
    largest = max((abs(cell.z) for cell in verdict.cells if cell.family == "camps"), default=0.0)
    beyond = f"{len(verdict.camps)} means beyond {STANDARD_ERRORS:g} standard errors"
    return [
        f"{cases} cases, {len(verdict.cells)} cells, {camps} of them camps or totals.",
        f"Camps: {beyond}; the largest |z| is {largest:.2f}.",
        f"Other places: {len(verdict.others)} means fall by Holm's method at {FAMILY:.0%}.",
        f"Variances: {len(verdict.variances)} fall by Brown and Forsythe's test and Holm's method at {FAMILY:.0%}.",
        f"Chance of any false alarm in this table: at most {verdict.false_alarm:.2g}.",
    ]


def write_result(folder: Path, asked: argparse.Namespace, verdict: Verdict, said: list[str], head: str) -> None:
    """Write all cells as JSON, and the answer with what failed as Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = [*verdict.camps, *verdict.others, *verdict.variances]
    about = {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "flee": VERSION,
        "python": platform.python_version(),
        "members": asked.members,
        "seed": asked.seed,
        "second": "flee, next seed" if asked.itself else "corridor",
        "false_alarm": verdict.false_alarm,
    }
    cells = [
        {k: (None if v in (math.inf, -math.inf) else v) for k, v in asdict(cell).items()} for cell in verdict.cells
    ]
    (folder / "result.json").write_text(json.dumps({**about, "cells": cells}, indent=1) + "\n", encoding="utf-8")
    told = ", ".join(f"{name} {value}" for name, value in about.items())
    table = ["```", head, *(line_of(cell) for cell in dict.fromkeys(failed)), "```"] if failed else ["Nothing failed."]
    text = "\n".join(["# Corridor beside Flee", "", told, "", *said, "", *table, ""])
    (folder / "result.md").write_text(text, encoding="utf-8")


def asked_for() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description="Corridor beside PyPI flee 3.1, on small networks.")
    parser.add_argument("--cases", nargs="*", default=[], help="cases or groups of cases; default all")
    parser.add_argument("--members", type=int, default=300, help="members on each side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--itself", action="store_true", help="Flee beside Flee with the next seed")
    parser.add_argument("--all", action="store_true", help="print every cell, not only what failed")
    parser.add_argument("--out", type=Path, default=Path("build/against_flee"), help="folder of the results")
    return parser.parse_args()


def main() -> int:
    """Compare the cases that were asked for, print the table, write the results."""
    asked = asked_for()
    if not has_flee():
        print(f"{interpreter()} has no flee {VERSION}: say `make verify`, or name another in FLEE_PYTHON.")
        return 2
    cells: list[Cell] = []
    broken: list[str] = []
    cases = chosen(asked.cases)
    head = heading("Flee too" if asked.itself else "Corridor")
    print(head)
    for case, instance in cases.items():
        begun = time.monotonic()
        try:
            found = compare_case(case, instance, asked)
        except Exception as error:  # noqa: BLE001 - one case that cannot run must not hide the others
            broken.append(f"{case}: {type(error).__name__}: {error}")
            if isinstance(error, FleeError):
                print(error, file=sys.stderr)
            continue
        cells += found
        worst = max(found, key=lambda cell: abs(cell.z))
        wrong = [cell for cell in found if abs(cell.z) > STANDARD_ERRORS]
        for cell in found if asked.all else (wrong or [worst]):
            print(line_of(cell), flush=True)
        print(f"{case}: {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)
    verdict = verdict_of(cells)
    said = [*summary_of(verdict, len(cases) - len(broken)), *(f"Could not be compared: {text}" for text in broken)]
    print("", *said, sep="\n")
    write_result(asked.out, asked, verdict, said, head)
    return 2 if broken and not cells else int(verdict.failed or bool(broken))


if __name__ == "__main__":
    sys.exit(main())
