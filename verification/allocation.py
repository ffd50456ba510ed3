"""Who is where when the total is given, on the four public instances: Corridor beside Flee and splits without a model.

    python -m verification.allocation --seed 1 --out docs/development/skill_log.md

reads the instances in the folder `shared/data/flee` beside the repository (or where CORRIDOR_SHARED says) and writes
a table. All that is calibrated are a few parameters for everything at once, on the averaged relative difference of
expected people, as :mod:`verification.searching` says. Leave one out: the instance that is scored has no part in it.
Capacities are those of the instances, or none. About ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corridor.backtest.prescribed import prescribed_totals, simulate_prescribed
from corridor.backtest.scores import ard
from corridor.backtest.totals_given import splits_of
from corridor.engine.compile.compile import Compiled, compile_scenario, reweighed
from corridor.scenario.parameters import DEFINITIONS, Fixed
from corridor.sources.flee import read_flee
from verification.expected.day_matrix import Collapse, run_expected
from verification.expected.tracking import Count, Totals, counts_of, tracked_stock
from verification.pages import put_between
from verification.searching import Around, Scored, points_around, squared_distance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

NAMES = ("burundi", "car", "mali2012", "ssudan")
FLEE = {"as shipped": (0.469, 0.392, 0.357, 0.493), "off": (0.616, 0.652, 0.904, 0.741)}
"""ARD normal of Flee's newest version, measured once; thinned runs where capacities are off."""

STEPWISE, WHOLE = "place by place", "whole way"
LAWS: dict[str, dict[str, float]] = {
    STEPWISE: {},
    WHOLE: {"whole_way": 1.0, "move_chance_camp": 0.0},
}
"""How people choose, and what is stated besides: who has arrived in a camp stays."""

PRIORS: dict[str, dict[str, Around]] = {
    STEPWISE: {
        "camp_weight": Around(1.0, 3.0, 0.1, 100.0),
        "foreign_weight": Around(1.0, 3.0, 0.1, 100.0),
        "conflict_weight": Around(0.25, 2.0, 0.01, 1.0),
        "softening_km": Around(10.0, 4.0, 0.1, 500.0),
        "move_chance_town": Around(0.3, 2.0, 0.01, 1.0),
        "move_chance_camp": Around(0.001, 5.0, 1e-6, 0.1),
        "distance_power": Around(1.0, 1.5, 0.1, 5.0),
    },
    WHOLE: {
        "distance_power": Around(2.0, 1.5, 0.1, 6.0),
        "softening_km": Around(10.0, 4.0, 0.1, 500.0),
        "conflict_detour": Around(2.0, 2.0, 1.0, 5.0, among=(1.0, 1.5, 2.0, 3.0, 5.0)),
        "new_camp_weight": Around(3.0, 3.0, 1.0, 1000.0),
        "new_camp_days": Around(180.0, 2.0, 10.0, 2000.0),
    },
}
"""What is calibrated: prior medians, and one spread around them.

Whole ways: the square of the distance is the textbook's gravity law; a km into fighting counts twice; of two camps
alike, the one that opened lately gets three people of four, for half a year."""

CAPACITY: dict[str, dict[str, Around]] = {
    STEPWISE: {"capacity_buffer": Around(0.9, 0.2, 0.2, 0.98, is_linear=True)},
    WHOLE: {
        "capacity_buffer": Around(0.9, 0.2, 0.2, 0.98, is_linear=True),
        "camp_size_power": Around(0.0, 0.5, 0.0, 2.0, is_linear=True),
    },
}
"""What is calibrated as well where capacities are used."""


def shared() -> Path:
    """Return where the instances are."""
    beside = Path(__file__).resolve().parents[1].parent / "shared"
    return Path(os.environ.get("CORRIDOR_SHARED", beside)) / "data" / "flee"


def prior_of(law: str, has_capacities: bool) -> dict[str, Around]:  # noqa: FBT001 - one of two tracks
    """Return what is calibrated."""
    return PRIORS[law] | (CAPACITY[law] if has_capacities else {})


def stating(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario in which parameters have these values, whatever it said."""
    kept = [row for row in scenario.parameters if row.name not in values]
    stated = [
        DEFINITIONS[name].parameter(preset=scenario.preset).model_copy(update={"prior": Fixed(value=rounded(name, v))})
        for name, v in values.items()
    ]
    return replace(scenario, parameters=(*kept, *stated))


def rounded(name: str, value: float) -> float:
    """Return a value as the parameter takes it: whole where it must be."""
    return float(round(value)) if DEFINITIONS[name].is_whole else value


@dataclass(frozen=True)
class Prepared:
    """An instance, compiled so that other weights and chances need no new map.

    Attributes
    ----------
    scenario, observations
        As imported, with capacities or without, under a law.
    compiled
        With the number of people who set out given.
    columns
        Number of each scored camp among the places.
    reported
        People, (t, camp).
    """

    scenario: Scenario
    observations: Observations
    compiled: Compiled
    columns: list[int]
    reported: Floats

    def collapse(self, values: Mapping[str, float]) -> Collapse:
        """Return the days of the instance for some values of the parameters."""
        return Collapse(reweighed(self.compiled, stating(self.scenario, values)))

    def score(self, values: Mapping[str, float]) -> float:
        """Return the ARD, normal, of expected people."""
        return self.normal(run_expected(self.collapse(values)))

    def normal(self, stock: Floats) -> float:
        """Return the ARD, normal, of people in all places, (t, p)."""
        return ard(stock[:, self.columns], self.reported).normal

    def tracked(self, values: Mapping[str, float]) -> float:
        """Return the ARD where people and attractiveness follow the reports of earlier days."""
        totals = Totals(self.columns, self.reported.sum(1))
        return self.normal(tracked_stock(self.collapse(values), self.counts(), totals))

    def counts(self) -> tuple[Count, ...]:
        """Return the reports of scored camps."""
        return tuple(count for count in counts_of(self.scenario, self.observations) if count.place in self.columns)

    def last_known_shares(self) -> float:
        """Return the ARD of the total split by the latest counts that were known before each day."""
        known = np.zeros(self.reported.shape)
        for count in sorted(self.counts(), key=lambda c: (c.day, c.people)):
            known[max(0, count.known + 1) :, self.columns.index(count.place)] = count.people
        known[known.sum(1) == 0] = 1.0
        people = self.reported.sum(1, keepdims=True) * known / known.sum(1, keepdims=True)
        return ard(people, self.reported).normal


@cache
def prepared(name: str, has_capacities: bool, law: str = STEPWISE, detour: float = 1.0) -> Prepared:  # noqa: FBT001
    """Return an instance, ready for other parameters; the ways that there are depend on how people go round."""
    imported = read_flee(shared() / name)
    scenario, reports = imported.scenario, imported.observations
    if not has_capacities:
        places = [p.model_copy(update={"capacity": None}) if p.kind.is_final else p for p in scenario.places]
        scenario = replace(scenario, places=tuple(places))
    scenario = stating(scenario, LAWS[law] | {"conflict_detour": detour})
    given = prescribed_totals(scenario, reports)
    ids = [p.place for p in scenario.places]
    return Prepared(
        scenario=scenario,
        observations=reports,
        compiled=compile_scenario(scenario, given.set_out.tolist()),
        columns=[ids.index(p) for p in given.places],
        reported=given.counts.astype(np.float64),
    )


def shipped(instance: Prepared) -> dict[str, float]:
    """Return the values that an instance comes with."""
    names = prior_of(STEPWISE, has_capacities=True)
    return {name: float(instance.scenario.parameter(name).prior.value) for name in names}  # type: ignore[union-attr]


@dataclass(frozen=True)
class Found:
    """What came out for one law, with capacities or without.

    Attributes
    ----------
    rows
        Scores of the four instances, by the name of the row.
    chosen
        What was calibrated without each instance, and on all: values, and the strength of the penalty.
    """

    rows: dict[str, tuple[float, ...]]
    chosen: dict[str, tuple[dict[str, float], float]]


@dataclass(frozen=True)
class Track:
    """One law, with capacities or without."""

    law: str
    has_capacities: bool

    @property
    def prior(self) -> dict[str, Around]:
        """Return what is calibrated."""
        return prior_of(self.law, self.has_capacities)

    def instance(self, name: str, values: Mapping[str, float]) -> Prepared:
        """Return an instance that is ready for some values."""
        return prepared(name, self.has_capacities, self.law, values.get("conflict_detour", 1.0))

    def scores(self, name: str, settings: Sequence[Mapping[str, float]]) -> Floats:
        """Return the ARD of an instance for each of some settings."""
        return np.array([self.instance(name, values).score(values) for values in settings])

    def tracked(self, values: Mapping[str, Mapping[str, float]]) -> tuple[float, ...]:
        """Return the ARD of each instance for values of its own, set right by reports of the past."""
        return tuple(self.instance(name, one).tracked(one) for name, one in values.items())


def calibrated(track: Track, points: int, seed: int) -> Found:
    """Return the rows of a law, with capacities or without."""
    settings = points_around(track.prior, points, seed)
    distance = np.array([squared_distance(track.prior, values) for values in settings])
    scored = Scored(distance, {name: track.scores(name, settings) for name in NAMES})
    choices = {name: scored.calibrated([n for n in NAMES if n != name]) for name in NAMES}
    everything = scored.calibrated(NAMES)
    found = {
        "not calibrated": tuple(float(scored.scores[n][0]) for n in NAMES),
        "calibrated on the other three": tuple(float(scored.scores[n][choices[n].point]) for n in NAMES),
        "calibrated on all four (in sample)": tuple(float(scored.scores[n][everything.point]) for n in NAMES),
    }
    if track.law == STEPWISE:
        found["not calibrated"] = tuple(track.instance(name, {}).score({}) for name in NAMES)
    else:
        left_out = {name: settings[choices[name].point] for name in NAMES}
        found["not calibrated, set right by past reports"] = track.tracked(dict.fromkeys(NAMES, settings[0]))
        found["calibrated on the other three, set right by past reports"] = track.tracked(left_out)
    end = f", capacities {'as shipped' if track.has_capacities else 'off'}"
    found = {f"Corridor, {track.law}, {row}{end}": values for row, values in found.items()}
    print("\n".join(f"{row}: {np.round(values, 3)}" for row, values in found.items()), flush=True)
    return Found(found, {n: (settings[c.point], c.strength) for n, c in {**choices, "none": everything}.items()})


def members_row(members: int, seed: int, *, has_capacities: bool) -> tuple[float, ...]:
    """Return the mean ARD of simulated members, place by place, with settings as shipped."""
    found = []
    for name in NAMES:
        one = prepared(name, has_capacities)
        data = simulate_prescribed(one.scenario, one.observations, members=members, seed=seed, workers=2).data
        stock = data.stock.transpose("member", "date", "place").to_numpy().astype(float)
        found.append(float(np.mean([one.normal(member) for member in stock])))
    return tuple(found)


def without_model() -> dict[str, tuple[float, ...]]:
    """Return the rows that need no model."""
    instances = [prepared(name, has_capacities=True) for name in NAMES]
    rows: dict[str, list[float]] = {"last known shares, no model": [i.last_known_shares() for i in instances]}
    for one in instances:
        capacities = [one.scenario.places[p].capacity for p in one.columns]
        for rule, people in splits_of(one.reported, capacities).items():
            rows.setdefault(rule.replace("_", " ") + ", no model", []).append(ard(people, one.reported).normal)
    return {row: tuple(values) for row, values in rows.items()}


def table(rows: dict[str, tuple[float, ...]]) -> list[str]:
    """Return rows as lines of a Markdown table, with their means."""
    lines = ["| ARD, normal | " + " | ".join((*NAMES, "mean")) + " |", "|---|" + "---|" * (len(NAMES) + 1)]
    for row, values in rows.items():
        lines.append(f"| {row} | " + " | ".join(f"{v:.3f}" for v in (*values, float(np.mean(values)))) + " |")
    return lines


def values_table(law: str, found: Mapping[bool, Found]) -> list[str]:
    """Return the values that were found for a law, as lines of a Markdown table."""
    names = list(prior_of(law, has_capacities=True))
    lines = [
        "| capacities | calibrated without | penalty | " + " | ".join(names) + " |",
        "|---" * (len(names) + 3) + "|",
    ]
    for has_capacities, one in found.items():
        for without, (values, strength) in one.chosen.items():
            cells = [f"{rounded(name, values[name]):.3g}" if name in values else "" for name in names]
            start = f"| {'as shipped' if has_capacities else 'off'} | {without} | {strength:g} | "
            lines.append(start + " | ".join(cells) + " |")
    return lines


def page(rows: dict[str, tuple[float, ...]], found: Mapping[Track, Found], asked: argparse.Namespace) -> str:
    """Return the page."""
    command = f"python -m verification.allocation --seed {asked.seed} --points {asked.points}"
    head = f"""Generated on {dt.datetime.now(dt.UTC).date()} by `{command} --members {asked.members}`.

As many people set out each day as the reports of all camps grew by. Corridor runs under its preset `flee-newest`;
expected people are scored, over all days. Calibration: the prior medians and {asked.points} points of a
Latin hypercube around it, the same for all instances. Speeds and the decay of fighting stay as shipped. Not calibrated
is, place by place, what each instance comes with. Flee's figures are of one run of its newest version as shipped, and
of thinned runs with capacities off.
"""
    lines = [head, *table(rows)]
    for law in LAWS:
        one = {track.has_capacities: f for track, f in found.items() if track.law == law}
        lines += ["", f"The values that were found, {law}:", "", *values_table(law, one)]
    return "\n".join([*lines, ""])


def main() -> None:
    """Calibrate, score, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--members", type=int, default=0, help="simulated members as shipped; 0 leaves them out")
    parser.add_argument("--out", type=Path, default=Path("docs/development/skill_log.md"))
    asked = parser.parse_args()
    jobs = [Track(*job) for job in product((WHOLE, STEPWISE), (False, True))]
    with ProcessPoolExecutor(asked.workers) as pool:
        results = [pool.submit(calibrated, job, asked.points, asked.seed) for job in jobs]
        found = {job: result.result() for job, result in zip(jobs, results, strict=True)}
    rows: dict[str, tuple[float, ...]] = {}
    for has, end in ((False, "off"), (True, "as shipped")):
        rows[f"Flee, capacities {end}"] = FLEE[end]
        for law in LAWS:
            rows |= found[Track(law, has)].rows
        if asked.members:
            row = f"Corridor, {STEPWISE}, as shipped, mean of {asked.members} members, capacities {end}"
            rows[row] = members_row(asked.members, asked.seed, has_capacities=has)
    put_between(asked.out, "totals", page(rows | without_model(), found, asked))


if __name__ == "__main__":
    main()
