"""Alternatives compared with what is stated, from the same present and with the same random numbers."""

import csv
import json
from collections import defaultdict

import numpy as np
import pytest

from tests.cli.driving import FEW, command

KNOWN_BY = "2031-02-03"
COLUMNS = ["alternative", "target", "target_end_date", "location", "output_type", "output_type_id", "value"]


def compare(scenario, out, *more):
    return command(
        "compare", scenario, "--known-by", KNOWN_BY, "--days", 14, "--members", FEW, "--workers", 1, "--out", out, *more
    )


@pytest.fixture(scope="module")
def compared(siege, tmp_path_factory):
    """Return a comparison of the stated alternative and of a lever that changes nothing, and its outcome."""
    folder = tmp_path_factory.mktemp("compared") / "RUN"
    outcome = compare(siege, folder, "--with", "no_corridor", "--set", "speed_boat_km_per_day=100")
    assert outcome.code == 0, outcome.err
    with (folder / "differences.csv").open(encoding="utf-8", newline="") as stream:
        return folder, outcome, list(csv.DictReader(stream))


def test_differences_are_a_table_with_23_quantiles_and_the_chance_above_zero(compared):
    _, _, rows = compared
    assert list(rows[0]) == COLUMNS
    levels = defaultdict(list)
    for row in rows:
        key = (row["alternative"], row["target"], row["target_end_date"], row["location"])
        levels[key].append((row["output_type"], row["output_type_id"], float(row["value"])))
    for of_one in levels.values():
        quantiles = [value for kind, _, value in of_one if kind == "quantile"]
        (chance,) = (value for kind, level, value in of_one if (kind, level) == ("probability", "above_zero"))
        assert len(quantiles) == 23
        assert quantiles == sorted(quantiles)
        assert 0 <= chance <= 1
        assert chance > 0 or quantiles[-1] <= 0


def test_a_lever_that_changes_nothing_makes_no_difference_in_any_member(compared):
    _, outcome, rows = compared
    assert {row["alternative"] for row in rows} == {"no_corridor"}
    assert "no difference in at least 8 of 10 histories" in outcome.out


def test_without_the_corridor_more_people_stay_inside(compared):
    _, outcome, rows = compared
    last = max(row["target_end_date"] for row in rows)
    inside = [
        float(row["value"])
        for row in rows
        if (row["target"], row["target_end_date"], row["location"], row["output_type"])
        == ("inside", last, "all", "quantile")
    ]
    assert np.median(inside) > 0
    assert "no_corridor: The pause comes, the corridor does not." in outcome.out
    assert "more people still inside" in outcome.out


def test_water_is_compared_as_fifteen_litres_a_day_for_each_person(compared):
    _, _, rows = compared
    last = max(row["target_end_date"] for row in rows)
    values = defaultdict(dict)
    for row in rows:
        if (row["target_end_date"], row["output_type"]) == (last, "quantile"):
            values[row["target"], row["location"]][row["output_type_id"]] = float(row["value"])
    changed = [place for target, place in values if target == "need_water"]
    assert "plain_camp" in changed
    for place in changed:
        expected = {level: 15 * people for level, people in values["stock", place].items()}
        assert values["need_water", place] == pytest.approx(expected, abs=0.01)


def test_the_report_of_a_comparison_states_each_supposition_and_its_difference(compared):
    folder, _, _ = compared
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert "The pause comes, the corridor does not." in html
    assert "more people still inside" in html


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ((), "Nothing is supposed"),
        (("--with", "no_such"), "is not an alternative"),
        (("--set", "capacity_per_day x=3"), "is no event or parameter"),
        (("--add", "pause old_town 2031-02-01"), "begins on or before"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_computed(siege, tmp_path, more, message):
    outcome = compare(siege, tmp_path / "RUN", *more)
    assert outcome.code == 2
    assert message in outcome.err
    assert not (tmp_path / "RUN").exists()


@pytest.mark.usefixtures("no_report")
def test_a_value_that_was_stated_and_never_learnt_is_outside_beyond_what_was_stated(siege, tmp_path):
    levers = ("--set", "transport ridge_screening>junction_transit=50000", "--set", "cold=10")
    outcome = compare(siege, tmp_path / "RUN", *levers)
    assert outcome.code == 0, outcome.err
    seats = "50,000 people per day lies outside what the model was learnt from"
    cold = "10, a factor on the chance of death in the open, lies outside what the model was learnt from"
    assert seats in outcome.err
    assert cold in outcome.err
    assert len(json.loads((tmp_path / "RUN" / "run.json").read_text(encoding="utf-8"))["cautions"]) == 2


@pytest.mark.usefixtures("no_report")
def test_a_sweep_compares_each_of_its_values(siege, tmp_path):
    outcome = compare(siege, tmp_path / "RUN", "--sweep", "corridor old_town>ridge_screening=0..3000/3", "--json")
    assert outcome.code == 0, outcome.err
    names = [f"corridor old_town>ridge_screening={value}" for value in (0, 1500, 3000)]
    assert list(outcome.facts["alternatives"]) == names
