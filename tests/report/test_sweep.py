"""A sweep in the report: a table, a curve, and how much is enough."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from corridor.report.facts.context import report_context
from corridor.report.facts.sweep import sweep_steps, sweep_table
from corridor.report.figures.sweep_chart import nights_by_value
from corridor.runs.comparison import COLUMNS
from corridor.runs.folder import csv_text, read_run
from corridor.runs.rows import DifferenceRow
from tests.report.synthetic import HORIZON_DAYS, ORIGIN

GAINS = {500: 0, 1000: -3000, 1500: -5000, 2000: -5100}


@pytest.fixture(scope="module")
def context(run_folder, tmp_path_factory):
    """Return a run that swept the seats of a route: up to 1,500 they bring fewer nights in the open."""
    folder = tmp_path_factory.mktemp("sweep") / "RUN"
    shutil.copytree(run_folder, folder)
    names = {f"transport gate>camp={value}": value for value in GAINS}
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**facts, "swept": names}), encoding="utf-8")
    last = ORIGIN + timedelta(days=HORIZON_DAYS)
    rows = [
        dict(zip(COLUMNS, (name, "waiting_nights", last, "all", "quantile", level, GAINS[value] * factor), strict=True))
        for name, value in reversed(names.items())
        if GAINS[value]
        for level, factor in ((0.1, 1.5), (0.5, 1.0), (0.9, 0.5))
    ]
    (folder / "differences.csv").write_text(csv_text(COLUMNS, rows), encoding="utf-8")
    return report_context(read_run(folder))


def test_each_value_has_a_row_in_order_and_the_smallest_that_is_enough_is_named(context):
    table = sweep_table(context)
    assert [line.value for line in table.lines] == ["500", "1,000", "1,500", "2,000"]
    assert [line.cells[0].likely for line in table.lines] == ["0", "−3,000", "−5,000", "−5,100"]
    assert table.lines[1].cells[0].range == "−4,500 to −1,500"
    assert table.conclusion == (
        "1,500 is enough: beyond it nights in the open hardly fall; at 1,000 there are likely 2,000 more."
    )
    assert table.lever == "Transport, Gate → Main Camp, people a day"


def test_the_curve_has_a_point_for_each_value(context):
    drawn = nights_by_value(context, sweep_steps(context), "seats").to_dict()
    rows = next(rows for rows in drawn["datasets"].values() if "value" in rows[0])
    assert [row["value"] for row in rows] == list(GAINS)
    assert all(row["low"] <= row["likely"] <= row["high"] for row in rows)


def test_a_run_without_a_sweep_has_no_table_of_one(run_folder):
    assert sweep_table(report_context(read_run(run_folder))) is None


def test_fewer_nights_in_the_open_because_people_are_still_inside_are_not_called_enough(context):
    kept = [
        DifferenceRow(name, "inside", context.end, "all", "quantile", level, 9000.0 if value == 2000 else 0.0)
        for name, value in context.run.run["swept"].items()
        for level in ("0.1", "0.5", "0.9")
    ]
    run = replace(context.run, differences=(*context.run.differences, *kept))
    table = sweep_table(replace(context, run=run))
    assert table.conclusion.startswith("No value is enough for everybody: at 2,000 the fewest wait in the open")
    assert table.headings[-1] == "Still inside"
    assert table.lines[-1].cells[-1].likely == "+9,000"
