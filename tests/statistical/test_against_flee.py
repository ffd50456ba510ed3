"""Under its preset flee-3.1, Corridor has the law of PyPI flee 3.1 on small networks: moments stored from that.

`python -m verification.against_flee` runs the two side by side, on more cases and with more members.
"""

import csv
import math
from itertools import groupby
from pathlib import Path

import pytest
from scipy import stats

from verification.cases import by_conflict, chosen
from verification.instances import write_instance

pytest.importorskip("corridor.backtest.prescribed", reason="the engine of networks is not there yet")
pytest.importorskip("corridor.sources.flee", reason="the importer of Flee's instances is not there yet")

from corridor.backtest.prescribed import simulate_prescribed
from corridor.scenario.presets import Preset
from corridor.sources.flee import read_flee

pytestmark = pytest.mark.statistical

STORED = Path(__file__).with_name("data") / "flee_moments.csv"
MEMBERS = 200
FALSE_ALARM = 1e-4  # of a case: half for its means, half for its variances, shared evenly by places and days
ENOUGH = 5.0  # people on average, from which the spread of counts is near enough to normal to be tested


def stored():
    """Return the rows of Flee, by case."""
    with STORED.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {case: list(held) for case, held in groupby(rows, key=lambda row: row["case"])}


FLEE = stored()


def simulated(case, folder):
    """Return Corridor's members of a case: people by place name, and everybody under no name; member x day."""
    instance = chosen([case])[case]
    imported = read_flee(write_instance(instance, folder), preset=Preset.FLEE_3_1)
    reports = None if by_conflict(instance) else imported.observations
    data = simulate_prescribed(imported.scenario, reports, members=MEMBERS, seed=20, workers=2).data
    people = {place.name: data.stock.sel(place=place.place).to_numpy() for place in imported.scenario.places}
    everybody = data.stock.sum("place") + data.in_transit.sum("place")
    return {**people, "": everybody.transpose("member", "date").to_numpy()}


def z_of_means(row, people):
    """Return how many standard errors lie between the means; none where both sides are constant and equal."""
    error = math.sqrt(float(row["variance"]) / int(row["members"]) + people.var(ddof=1) / people.size)
    gap = people.mean() - float(row["mean"])
    return gap / error if error else math.copysign(math.inf, gap) if gap else 0.0


def z_of_variances(row, people):
    """Return how many standard errors lie between the variances, by their fourth moments."""
    variance, spread = float(row["variance"]), people.var(ddof=1)
    fourth = ((people - people.mean()) ** 4).mean()
    error = (float(row["fourth_moment"]) - variance**2) / int(row["members"]) + (fourth - spread**2) / people.size
    return (spread - variance) / math.sqrt(error) if error > 0 else 0.0


@pytest.mark.parametrize("case", FLEE)
def test_means_and_variances_are_those_of_flee(case, tmp_path):
    """Each case fails by chance once in 10,000 runs with another seed."""
    people = simulated(case, tmp_path / case)
    rows = FLEE[case]
    limit = stats.norm.isf(FALSE_ALARM / 2 / 2 / len(rows))
    wrong = []
    for row in rows:
        counted = people[row["place"]][:, int(row["day"])]
        found = {"mean": z_of_means(row, counted)}
        if float(row["mean"]) >= ENOUGH:
            found["variance"] = z_of_variances(row, counted)
        wrong += [
            f"day {row['day']}, {row['place'] or 'everybody'}: {what} z = {z:+.1f} "
            f"(Flee {row['mean']}, Corridor {counted.mean():.3f})"
            for what, z in found.items()
            if abs(z) > limit
        ]
    assert wrong == []
