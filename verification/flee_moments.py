"""Means, variances and fourth moments of PyPI flee 3.1 on some small cases, stored for the tests of every day.

The tests then compare Corridor with them and need no Flee. Run from the root of the repository when a case changes:

    .venv/bin/python -m verification.flee_moments --members 400 --seed 1

Only numbers are stored, one row for each place and day, with version, members, seed and date in the first line.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import tempfile
from pathlib import Path

from verification.cases import chosen
from verification.comparing import days_of
from verification.flee_runner import VERSION, run_flee
from verification.instances import write_instance

STORED = Path(__file__).resolve().parents[1] / "tests" / "statistical" / "data" / "flee_moments.csv"
CASES = (
    "line_of_short_roads",
    "line_that_breaks_the_budget",
    "line_of_a_days_length",
    "markers",
    "ten",
    "parallel_roads_longer_first",
    "capacity",
    "people_of_day_0_crowd",
    "camp_closed",
    "location_closed_on_the_way",
    "fighting_moves",
    "decay_of_fighting",
    "start_on_foot",
    "avoid_short_stints",
    "awareness_2_on_ten",
    "awareness_2+location_closed_on_the_way",
    "awareness_2+avoid_short_stints",
    "spawning_by_population_taken",
)
COLUMNS = ("case", "place", "day", "members", "mean", "variance", "fourth_moment")


def rows_of(case: str, members: int, seed: int) -> list[tuple[object, ...]]:
    """Return the rows of a case; the fourth moment is central, and a row without place counts everybody."""
    with tempfile.TemporaryDirectory() as spare:
        run = run_flee(write_instance(chosen([case])[case], Path(spare) / case), members=members, seed=seed)
    rows: list[tuple[object, ...]] = []
    for day in days_of(run.stock.shape[1]):
        counted = [(place, run.stock[:, day, p]) for p, place in enumerate(run.places)]
        for place, people in [("", run.everybody[:, day]), *counted]:
            fourth = float(((people - people.mean()) ** 4).mean())
            numbers = (f"{x:.6g}" for x in (people.mean(), people.var(ddof=1), fourth))
            rows.append((case, place, day, members, *numbers))
    return rows


def main() -> None:
    """Run Flee on the cases of the tests and store what came out."""
    parser = argparse.ArgumentParser(description="Store moments of PyPI flee 3.1 for the tests.")
    parser.add_argument("--members", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rows = [row for case in CASES for row in rows_of(case, asked.members, asked.seed)]
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    with STORED.open("w", newline="", encoding="utf-8") as file:
        file.write(f"# computed with PyPI flee {VERSION}: {asked.members} members, seed {asked.seed}, {today}\n")
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    print(f"{len(rows)} rows of {len(CASES)} cases: {STORED}")


if __name__ == "__main__":
    main()
