"""An instance of Flee, invented for these tests, from its files to scores: import, check, simulate, evaluate."""

import csv

import pytest

from corridor.backtest.prescribed import prescribed_totals
from corridor.backtest.scores import ard
from corridor.scenario.io.read import read_folder
from tests.cli.driving import command
from verification.expected.day_matrix import expected_stock

MEMBERS = 4


@pytest.fixture(scope="module")
def scenario(root, tmp_path_factory):
    """Return the scenario folder that the instance becomes."""
    folder = tmp_path_factory.mktemp("flee") / "scenario"
    outcome = command("import", "flee", root / "tests" / "data" / "flee" / "two_valleys", folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert "8 places, 10 routes" in outcome.out
    return folder


def rows(path):
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_scenario_has_no_problems_and_says_when_the_border_is_shut(scenario):
    assert command("check", scenario).code == 0
    shut, open_again = (command("explain", scenario, "--on", day).out for day in ("2031-02-22", "2031-03-01"))
    border = "Nobody may enter or leave by the way from Corra to Ford"
    assert border in shut
    assert border not in open_again


def test_people_reach_the_camps_in_a_simulation(scenario, tmp_path):
    assert command("simulate", scenario, "--members", MEMBERS, "--seed", 1, "--out", tmp_path / "RUN").code == 0
    last = {
        row["location"]: float(row["value"])
        for row in rows(tmp_path / "RUN" / "simulation.csv")
        if (row["target"], row["target_end_date"], row["output_type_id"]) == ("stock", "2031-04-08", "0.5")
    }
    assert all(last[camp] > 1_000 for camp in ("lakeside", "hilltop", "old_quarry"))


def test_members_with_totals_given_are_as_far_off_as_expected_people_and_closer_than_equal_shares(
    scenario, tmp_path, monkeypatch
):
    """Four members: their mean moves by chance with a standard deviation of 0.005, a quarter of the tolerance."""
    monkeypatch.setattr("corridor.report.pages.totals_given_page.write_allocation", lambda folder, **_: folder)
    outcome = command(
        *("evaluate", scenario, "--totals-given", "--members", MEMBERS, "--seed", 1),
        *("--workers", 1, "--out", tmp_path / "RUN"),
    )
    assert outcome.code == 0, outcome.err
    table = {row["model"]: row for row in rows(tmp_path / "RUN" / "allocation.csv")}
    stated, reports = read_folder(scenario)
    totals = prescribed_totals(stated, reports)
    camps = [[place.place for place in stated.places].index(place) for place in totals.places]
    expected = ard(expected_stock(stated, reports)[:, camps], totals.counts.astype(float))
    assert float(table["corridor"]["ard"]) == pytest.approx(expected.normal, abs=0.02)
    assert float(table["corridor"]["ard_rescaled"]) == pytest.approx(expected.rescaled, abs=0.02)
    assert float(table["corridor"]["ard"]) < float(table["equal_shares"]["ard"])
