r"""Forecasts of Corridor's reports model and the five baselines for the benchmark, leave-one-family-out.

    .venv/bin/python -m verification.benchmark.forecast --data data --out benchmark

writes reports.csv and tasks.csv (what was known when, and what is to be forecast) and forecasts.csv. What other crises
teach is learnt anew for each crisis, without its family.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

from corridor.backtest.runner import prediction_for
from corridor.forecasters.baselines import Baseline, Rule
from corridor.forecasters.reports_model import ReportsForecaster
from verification.benchmark.protocol import COLUMNS, hub_rows, read_questions, write_tasks
from verification.crises import read_crises
from verification.learning import cases_of, learn


def main() -> None:
    """Forecast, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="crises; all that lie there if not given")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    crises, questions = read_crises(options.data), read_questions(options.data)
    write_tasks(questions.values(), options.out)
    cases = {name: cases_of(crisis) for name, crisis in crises.items()}
    with (options.out / "forecasts.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(COLUMNS)
        for name in options.only or questions:
            one = questions[name]
            learned = learn((other, part) for other, part in cases.items() if crises[other].family != one.crisis.family)
            for model in (ReportsForecaster(learned), *(Baseline(rule, learned) for rule in Rule)):
                made = {task.origin: (task, model.forecast(task)) for task in one.tasks}
                lines = [prediction_for(*made[row.origin], row.place, row.horizon) for row in one.targets]
                rows.writerows(hub_rows(model.name, one, np.array(lines)))
            print(f"{name}: {len(one.targets)} reports to be forecast", file=sys.stderr)


if __name__ == "__main__":
    main()
