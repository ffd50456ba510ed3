"""Who is where when the total is given, on the four public instances: Corridor beside Flee and splits without a model.

    python -m verification.allocation --seed 1 --out docs/explanation/skill.md

reads the instances in the folder `shared/data/flee` beside the repository (or where CORRIDOR_SHARED says) and writes
a table. All that is calibrated are a few parameters for everything at once, on the averaged relative difference of
expected people: first a Latin hypercube, then steps around the best point so far that grow shorter. Leave one out: the
instance that is scored has no part in either. Capacities are those of the instances, or none. About ten minutes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import qmc

from corridor.engine.collapse import Collapse, run_expected
from corridor.engine.compile import Compiled, compile_scenario
from corridor.engine.given import given_totals
from corridor.engine.simulate import simulate
from corridor.engine.weights import weighing_of
from corridor.forecasting.allocation import splits_of
from corridor.forecasting.scores import ard
from corridor.scenario.observations import Measure, Observations, Use
from corridor.scenario.parameters import DEFINITIONS, Fixed
from corridor.sources.flee import read_flee
from corridor.units import day_of
from verification.pages import put_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

NAMES = ("burundi", "car", "mali2012", "ssudan")
FLEE = {"as shipped": (0.469, 0.392, 0.357, 0.493), "capacities off": (0.616, 0.652, 0.904, 0.741)}
"""ARD normal of Flee's newest version, measured once; thinned runs where capacities are off."""

BOUNDS = {
    "camp_weight": (0.3, 30.0),
    "foreign_weight": (0.1, 10.0),
    "conflict_weight": (0.02, 1.0),
    "softening_km": (1.0, 200.0),
    "move_chance_town": (0.05, 1.0),
    "move_chance_camp": (1e-5, 0.02),
    "distance_power": (0.1, 3.0),
    "capacity_buffer": (0.3, 0.98),
}
"""What is calibrated, and between which values, searched on a logarithmic scale."""

GAIN, LONGEST = 0.5, 1.0
"""How far a camp's log-attractiveness follows the log-ratio of reported and simulated share at each report, and the
most that the ratio counts; chosen beforehand and never changed."""

_NEUTRAL = {"camp_weight": 1.0, "foreign_weight": 1.0, "distance_power": 0.0, "conflict_weight": 1.0}


def shared() -> Path:
    """Return where the instances are."""
    beside = Path(__file__).resolve().parents[1].parent / "shared"
    return Path(os.environ.get("CORRIDOR_SHARED", beside)) / "data" / "flee"


def stating(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """Return a scenario in which parameters have these values, whatever it said."""
    kept = [row for row in scenario.parameters if row.name not in values]
    stated = [
        DEFINITIONS[name].parameter(preset=scenario.preset).model_copy(update={"prior": Fixed(value=value)})
        for name, value in values.items()
    ]
    return replace(scenario, parameters=(*kept, *stated))


@dataclass(frozen=True)
class Prepared:
    """An instance, compiled so that other weights and chances need no new map.

    Attributes
    ----------
    scenario, observations
        As imported, with capacities or without.
    compiled
        With weights that are all alike.
    alike, intensity, length, is_camp, is_abroad
        Of each period and option: the weight but for the parameters, and what these look at.
    columns
        Number of each scored camp among the places.
    reported
        People, (t, camp).
    """

    scenario: Scenario
    observations: Observations
    compiled: Compiled
    alike: Floats
    intensity: Floats
    length: Floats
    is_camp: Floats
    is_abroad: Floats
    columns: list[int]
    reported: Floats

    def collapse(self, values: dict[str, float]) -> Collapse:
        """Return the days of the instance for some values of the parameters."""
        weight = self.alike * values["conflict_weight"] ** self.intensity * values["camp_weight"] ** self.is_camp
        weight *= values["foreign_weight"] ** self.is_abroad
        weight /= (values["softening_km"] + self.length) ** values["distance_power"]
        self.compiled.program.calendar.option["move"] = weight
        return Collapse(Compiled(stating(self.scenario, values), self.compiled.layout, self.compiled.program))

    def score(self, values: dict[str, float]) -> float:
        """Return the ARD, normal, of expected people."""
        return self.normal(run_expected(self.collapse(values)))

    def normal(self, stock: Floats) -> float:
        """Return the ARD, normal, of people in all places, (t, p)."""
        return ard(stock[:, self.columns], self.reported).normal

    def tracked(self, values: dict[str, float]) -> float:
        """Return the ARD where each camp's attractiveness is learnt from the reports of earlier days."""
        collapse = self.collapse(values)
        known = [self.known_before(t) for t in range(self.scenario.n_days)]
        logs = np.zeros(len(self.columns))
        usual = collapse.rates.place["attract"].copy()

        def learn(t: int, inside: Floats) -> None:
            if t == 0 or np.array_equal(known[t], known[t - 1], equal_nan=True):
                return
            there = np.nan_to_num(known[t])
            if there.sum() <= 0 or inside[self.columns].sum() <= 0:
                return
            told, found = ((n + 1) / (n + 1).sum() for n in (there, inside[self.columns]))
            step = GAIN * np.clip(np.log(told / found), -LONGEST, LONGEST)
            logs[:] += np.where(np.isfinite(known[t]), step, 0.0)
            collapse.rates.place["attract"][:] = usual
            collapse.rates.place["attract"][0, self.columns] *= np.exp(logs)
            collapse.days.clear()

        return self.normal(run_expected(collapse, learn))

    def known_before(self, t: int) -> Floats:
        """Return the latest count of each camp that was reported before a day; NaN is none."""
        found = np.full(len(self.columns), np.nan)
        for i, column in enumerate(self.columns):
            place = self.scenario.places[column].place
            rows = [
                (row.date, float(row.people))
                for row in self.observations
                if (row.place, row.measure) == (place, Measure.STOCK)
                and row.use is not Use.IGNORE
                and row.people is not None
                and day_of(row.reported_on or row.date, self.scenario.start) < t
            ]
            found[i] = max(rows)[1] if rows else np.nan
        return found

    def last_known_shares(self) -> float:
        """Return the ARD of the total split by the latest counts that were reported before each day."""
        known = np.nan_to_num([self.known_before(t) for t in range(self.scenario.n_days)])
        known[known.sum(1) == 0] = 1.0
        people = self.reported.sum(1, keepdims=True) * known / known.sum(1, keepdims=True)
        return ard(people, self.reported).normal


@cache
def prepared(name: str, has_capacities: bool) -> Prepared:  # noqa: FBT001 - a key of the cache
    """Return an instance, ready for other parameters."""
    imported = read_flee(shared() / name)
    scenario, reports = imported.scenario, imported.observations
    if not has_capacities:
        places = [p.model_copy(update={"capacity": None}) if p.kind.is_final else p for p in scenario.places]
        scenario = replace(scenario, places=tuple(places))
    given = given_totals(scenario, reports)
    out = given.set_out.tolist()
    compiled = compile_scenario(stating(scenario, _NEUTRAL), out)
    fought = compile_scenario(stating(scenario, _NEUTRAL | {"conflict_weight": np.exp(-1)}), out)
    alike = np.array(compiled.program.calendar.option.move)
    weighing = weighing_of(scenario, compiled.layout)
    ratio = np.divide(fought.program.calendar.option.move, alike, out=np.ones_like(alike), where=alike > 0)
    place = compiled.program.calendar.place
    is_camp = compiled.layout.map.place.is_camp & ~place.suspended
    home = scenario.places[0].country
    abroad = np.array([p.country is not None and p.country != home for p in scenario.places], dtype=np.float64)
    ids = [p.place for p in scenario.places]
    return Prepared(
        scenario=scenario,
        observations=reports,
        compiled=compiled,
        alike=alike,
        intensity=-np.log(ratio),
        length=np.array([way.length_km for way in compiled.layout.ways.rows]),
        is_camp=is_camp[:, weighing.destination].astype(np.float64),
        is_abroad=abroad[weighing.destination],
        columns=[ids.index(p) for p in given.places],
        reported=given.counts.astype(np.float64),
    )


def shipped(instance: Prepared) -> dict[str, float]:
    """Return the values that an instance comes with."""
    return {name: float(instance.scenario.parameter(name).prior.value) for name in BOUNDS}  # type: ignore[union-attr]


def values_at(point: Floats) -> dict[str, float]:
    """Return the parameters at a point of the unit cube."""
    ends = np.log(list(BOUNDS.values()))
    return dict(zip(BOUNDS, np.exp(ends[:, 0] + point * (ends[:, 1] - ends[:, 0])).tolist(), strict=True))


@dataclass(frozen=True)
class Search:
    """How parameters are looked for: points of the hypercube, steps around the best, and the seed."""

    points: int
    steps: int
    seed: int

    def best(self, scores: Callable[[Sequence[str], Floats], float], names: Sequence[str], cube: Floats) -> Floats:
        """Return the point with the least mean score of some instances."""
        first = [scores(names, point) for point in cube]
        best, least = cube[int(np.argmin(first))], min(first)
        rng = np.random.default_rng(self.seed)
        for i in range(self.steps):
            scale = 0.25 * (0.03 / 0.25) ** (i / max(1, self.steps - 1))
            point = np.clip(best + scale * rng.normal(size=best.size) * (rng.random(best.size) < 0.5), 0, 1)
            score = scores(names, point)
            if score < least:
                best, least = point, score
        return best


def calibrated(has_capacities: bool, search: Search) -> dict[str, tuple[float, ...]]:  # noqa: FBT001 - sent to a process
    """Return rows of the table for instances with capacities or without, and the values found."""
    held: dict[tuple[str, bytes], float] = {}

    def score(name: str, point: Floats) -> float:
        key = (name, point.tobytes())
        if key not in held:
            held[key] = prepared(name, has_capacities).score(values_at(point))
        return held[key]

    def mean(names: Iterable[str], point: Floats) -> float:
        return float(np.mean([score(name, point) for name in names]))

    cube = qmc.LatinHypercube(len(BOUNDS), seed=search.seed).random(search.points)
    everything = search.best(mean, NAMES, cube)
    left_out = {name: search.best(mean, [n for n in NAMES if n != name], cube) for name in NAMES}
    end = ", capacities " + ("as shipped" if has_capacities else "off")
    instances = {name: prepared(name, has_capacities) for name in NAMES}
    found = {
        "Corridor, settings as shipped" + end: tuple(i.score(shipped(i)) for i in instances.values()),
        "Corridor, calibrated on the other three" + end: tuple(score(n, left_out[n]) for n in NAMES),
        "Corridor, calibrated on all four (in sample)" + end: tuple(score(n, everything) for n in NAMES),
        "Corridor, calibrated on the other three, attractiveness tracked from past reports" + end: tuple(
            i.tracked(values_at(left_out[n])) for n, i in instances.items()
        ),
        "values" + end: (*(left_out[n].tolist() for n in NAMES), everything.tolist()),  # type: ignore[dict-item]
    }
    print("\n".join(f"{row}: {values}" for row, values in found.items()), flush=True)
    return found


def members_row(members: int, seed: int, *, has_capacities: bool) -> tuple[float, ...]:
    """Return the mean ARD of simulated members, with settings as shipped."""
    found = []
    for name in NAMES:
        one = prepared(name, has_capacities)
        data = simulate(one.scenario, members=members, seed=seed, reports=one.observations, workers=2).data
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


def parameters_table(found: dict[str, tuple[float, ...]]) -> list[str]:
    """Return the values that were found, as lines of a Markdown table."""
    lines = ["| calibrated without | capacities | " + " | ".join(BOUNDS) + " |", "|---|---|" + "---|" * len(BOUNDS)]
    for row, points in found.items():
        for name, point in zip((*NAMES, "none"), points, strict=True):
            values = values_at(np.array(point)).values()
            lines.append(
                f"| {name} | {row.rsplit(' capacities ')[-1]} | " + " | ".join(f"{v:.3g}" for v in values) + " |"
            )
    return lines


def page(rows: dict[str, tuple[float, ...]], found: dict[str, tuple[float, ...]], asked: argparse.Namespace) -> str:
    """Return the page."""
    command = f"python -m verification.allocation --seed {asked.seed} --points {asked.points} --steps {asked.steps}"
    head = f"""Generated on {dt.datetime.now(dt.UTC).date()} by `{command} --members {asked.members}`.

As many people set out each day as the reports of all camps grew by, so that none of this is a forecast. Corridor runs
under its preset `flee-newest`; expected people are scored, over all days. Calibration: {asked.points} points of a
Latin hypercube (the same for all), then {asked.steps} steps around the best; leave one out, the scored instance has no
part in either. Awareness and speed stay as shipped. Flee's figures are of one run of its newest version as shipped, and
of thinned runs with capacities off.

Shipped capacities are mostly the highest count that came later. Capacity shares know them too. Tracked
attractiveness and last known shares use reports of camps from before each day, never later ones; frozen shares use
those of day 30. The search spends the same number of runs in all rows, and a longer one may find better values.
"""
    return "\n".join([head, *table(rows), "", "The values that were found:", "", *parameters_table(found), ""])


def main() -> None:
    """Calibrate, score, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=48)
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--members", type=int, default=20, help="simulated members as shipped; 0 leaves them out")
    parser.add_argument("--out", type=Path, default=Path("docs/explanation/skill.md"))
    asked = parser.parse_args()
    search = Search(asked.points, asked.steps, asked.seed)
    rows = {f"Flee, {row}": values for row, values in FLEE.items()}
    values = {}
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(calibrated, (False, True), (search, search)):
            values |= {row: points for row, points in found.items() if row.startswith("values")}
            rows |= {row: scores for row, scores in found.items() if not row.startswith("values")}
    if asked.members:
        for has, end in ((True, "as shipped"), (False, "off")):
            row = f"Corridor, settings as shipped, mean of {asked.members} members, capacities {end}"
            rows[row] = members_row(asked.members, asked.seed, has_capacities=has)
    put_between(asked.out, "totals", page(rows | without_model(), values, asked))


if __name__ == "__main__":
    main()
