"""The commands of the benchmark, from a checkout of a made instance to the table."""

import csv
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest

from corridor.benchmark.forecasts import FORECASTS
from tests.cli.driving import command
from verification.instances import Fighting, Instance, Spot, Way, write_instance

WEEKS = [7 * n for n in range(13)]


def made(seed):
    """Return an instance with two camps that grow, counted every week."""
    rng = np.random.default_rng(seed)
    camps = {
        name: tuple((day, int(1000 + by * day + rng.integers(0, 90))) for day in WEEKS)
        for name, by in (("lake", 30), ("hill", 12))
    }
    spots = (Spot("city", "conflict_zone", 9000), Spot("lake", "camp", 0), Spot("hill", "camp", 0))
    ways = (Way("city", "lake", 50.0), Way("city", "hill", 80.0))
    return Instance(spots, ways, 90, camps=camps, fighting=(Fighting("city", 0, 90),))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return the folder of the benchmark with two made instances, by the names of public ones."""
    folder = tmp_path_factory.mktemp("benchmark")
    for seed, name in enumerate(("burundi", "car")):
        write_instance(made(seed), folder / "FabFlee" / "config_files" / name)
    outcome = command("benchmark", "layout", folder / "FabFlee", folder / "data")
    assert outcome.out == f"2 of 9 instances lie in {folder / 'data' / 'flee'}.\n"
    assert "Not in this checkout: mali2012, " in outcome.err
    return folder / "data"


@pytest.fixture(scope="module")
def tables(data):
    """Return the folder of our forecasts."""
    out = data.parent / "benchmark"
    outcome = command("benchmark", "forecast", data, "--out", out, "--workers", 1, "--json")
    assert outcome.code == 0, outcome.err
    assert list(outcome.facts["targets"]) == ["burundi", "car"]
    return out


def test_a_forecast_of_others_is_scored_beside_ours(data, tables):
    with (tables / FORECASTS).open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["model"] == "persistence"]
    theirs = tables.parent / "theirs.csv"
    with theirs.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows({**row, "model": "theirs"} for row in rows[: 23 * (len(rows) // 23 - 1)])
    outcome = command("benchmark", "score", data, tables / FORECASTS, theirs)
    assert outcome.code == 0, outcome.err
    lines = [line.split(" | ") for line in outcome.out.splitlines()[2:]]
    assert {line[0].removeprefix("| ") for line in lines} >= {"reports", "persistence", "weighted_line", "theirs"}
    assert "theirs left out 1 target; no model is scored on those." in outcome.err


def test_the_example_of_the_page_makes_a_table_that_is_scored(data, tables, monkeypatch):
    page = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "benchmark.md"
    (example,) = re.findall(r"^    import csv\n(?:    .*\n|\n)+", page.read_text(encoding="utf-8"), re.MULTILINE)
    monkeypatch.chdir(tables.parent)
    assert tables.name == "benchmark"
    exec(textwrap.dedent(example), {})  # noqa: S102 - the page is ours
    outcome = command("benchmark", "score", data, tables / FORECASTS, "theirs.csv")
    assert outcome.code == 0, outcome.err
    assert "| theirs | 28 | " in outcome.out
    assert "left out" not in outcome.err


def test_a_table_with_faults_is_refused_with_all_of_them(data, tables):
    broken = tables.parent / "broken.csv"
    text = (tables / FORECASTS).read_text(encoding="utf-8")
    broken.write_text(text.replace(",quantile,0.5,", ",quantile,half,", 2), encoding="utf-8")
    outcome = command("benchmark", "score", data, broken)
    assert outcome.code == 1
    assert "broken.csv: 4 problems" in outcome.err
    assert "'half', which is none of the 23 levels" in outcome.err


def test_a_forecast_that_stands_in_two_files_is_refused(data, tables):
    outcome = command("benchmark", "score", data, tables / FORECASTS, tables / FORECASTS)
    assert outcome.code == 2
    assert "of reports that stand in another file, too" in outcome.err


def test_a_file_that_is_not_there_is_named(data, tmp_path):
    outcome = command("benchmark", "score", data, tmp_path / "nowhere.csv")
    assert outcome.code == 1
    assert "nowhere.csv: cannot be read: No such file or directory." in outcome.err


def test_a_family_alone_has_nobody_to_learn_from(tmp_path):
    write_instance(made(3), tmp_path / "FabFlee" / "config_files" / "car")
    command("benchmark", "layout", tmp_path / "FabFlee", tmp_path / "data")
    outcome = command("benchmark", "forecast", tmp_path / "data", "--out", tmp_path / "out")
    assert outcome.code == 2
    assert "Nothing can be learnt for crises of the family car" in outcome.err
    assert not (tmp_path / "out").exists()
