"""Is the posterior what it says? Simulation-based calibration of inference and forecast, end to end.

Truths are drawn from the prior of a scenario and live by its rules; sources tell of them with biases and errors;
inference and forecast are run on what they tell. If prior, history, figures and inference fit together, the rank of
each truth among the draws is uniform, and 50 % and 90 % intervals hold half and nine tenths of the truths (Talts and
others 2018, arXiv:1804.06788). A U of ranks says that intervals are too narrow, a hump that they are too wide, a
slope that they lie to one side.

Three scenarios (tests/recovery/cases.py): `siege`, the template that ships with Corridor, `network`, five towns with
fighting in three of them, and three camps that are counted weekly, and `weekly`, a camp that is counted once and
reports its arrivals each week. With `--pooled` the days ahead are those of the combination of forecasters, as a user
gets them, and not of the model alone. Run it from the root of the repository, with the number of truths and of draws;
either takes about a quarter of an hour on one core:

    .venv/bin/python -m verification.calibration_by_simulation siege --truths 200 --draws 500 --seed 1 --out ranks.csv

It prints, for each question, the ranks in ten bins, how often the intervals held the truth, and the p-value of a
chi-squared test of even ranks. Ranks are called uneven where p lies below 0.01 divided by the number of questions: if
all is well, one run in a hundred or fewer calls any of them so. It also prints how many fits called themselves
degenerate. The CSV has one row for each truth and question: truth, question, true, rank, low, median, high.

Few draws make intervals too narrow, because few histories survive the reports. docs/explanation/inference.md has what
was found.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

from tests.recovery.cases import CASES
from tests.recovery.truths import Case, believed, learnt, rank, truths_of

BINS = 10
FALSE_ALARM = 0.01
"""Chance that any question is called uneven although all is well, at most."""

COLUMNS = ("truth", "question", "true", "rank", "low", "median", "high")


Row = tuple[int, str, float, float, float, float, float]


def rows_of(case: Case, truths: int, draws: int, *, is_pooled: bool, seed: int) -> tuple[list[Row], int]:
    """Return one row for each truth and question, and how many fits called themselves degenerate."""
    drawn = truths_of(case, count=truths, seed=seed)
    rows, degenerate = [], 0
    begun = time.monotonic()
    for m, reports in enumerate(drawn.reports):
        posterior = learnt(case, reports, draws=draws, seed=m)
        degenerate += bool(posterior.notes)
        found = believed(case, posterior, reports=reports if is_pooled else None, seed=m)
        for question in case.questions:
            low, median, high = (float(x) for x in np.quantile(found[question], (0.05, 0.5, 0.95)))
            fact = float(drawn.true[question][m])
            rows.append((m, question, fact, rank(found[question], fact), low, median, high))
        passed = time.monotonic() - begun
        print(f"\r{m + 1} of {truths} truths, {passed:.0f} s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows, degenerate


def line_of(question: str, ranks: np.ndarray) -> tuple[str, float]:
    """Return what is printed of a question, and how likely such ranks would be if they were even."""
    counts = np.histogram(ranks, BINS, (0.0, 1.0))[0]
    p_value = float(stats.chisquare(counts).pvalue)
    held = {level: np.mean(np.abs(ranks - 0.5) < level / 2) for level in (0.5, 0.9)}
    error = 1.96 * np.sqrt(0.09 / ranks.size)
    text = (
        f"{question:46} ranks {' '.join(f'{count:3}' for count in counts)}   "
        f"50 %: {held[0.5]:.0%}   90 %: {held[0.9]:.0%}, by chance 90 ± {100 * error:.0f} %   p {p_value:.3g}"
    )
    return text, p_value


def main() -> None:
    """Run the calibration, print what came of it, and write the ranks."""
    parser = argparse.ArgumentParser(description="Simulation-based calibration of inference and forecast.")
    parser.add_argument("case", choices=sorted(CASES))
    parser.add_argument("--truths", type=int, default=200)
    parser.add_argument("--draws", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pooled", action="store_true")
    parser.add_argument("--out", type=Path, default=None)
    asked = parser.parse_args()
    case = CASES[asked.case]()
    rows, degenerate = rows_of(case, asked.truths, asked.draws, is_pooled=asked.pooled, seed=asked.seed)
    if asked.out is not None:
        with asked.out.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
    uneven = []
    for question in case.questions:
        text, p_value = line_of(question, np.array([row[3] for row in rows if row[1] == question]))
        uneven += [question] if p_value < FALSE_ALARM / len(case.questions) else []
        print(text)
    print(f"{degenerate} of {asked.truths} fits called themselves degenerate.")
    print(f"Uneven: {', '.join(uneven)}." if uneven else "No question has uneven ranks.")


if __name__ == "__main__":
    main()
