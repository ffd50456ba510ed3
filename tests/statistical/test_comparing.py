"""The comparison with Flee raises no more false alarms than it says, and sees what differs."""

import csv

import numpy as np
import pytest

from corridor.streams import stream
from verification.cases import GROUPS, all_cases, by_conflict, chosen
from verification.comparing import Sample, brown_forsythe, cell_of, cells_of, days_of, holm, verdict_of
from verification.instances import diamond, write_instance

pytestmark = pytest.mark.statistical

NAMES = ("case", "camp", "camps", 10)


def sample(rng, mean, members=200, days=60, places=("camp", "town")):
    """Return members whose counts are Poisson, independent by day and place."""
    stock = rng.poisson(mean, (members, days, len(places)))
    return Sample(places, stock, np.full((members, days), 300))


def test_days_looked_at_are_those_that_exist_and_the_last():
    assert days_of(60) == (10, 50, 59)
    assert days_of(110) == (10, 50, 100, 109)
    assert days_of(101) == (10, 50, 100)


def test_holm_rejects_in_order_and_stops_at_the_first_that_stands():
    assert holm([0.001, 0.04, 0.02, 0.9], 0.05) == [True, False, False, False]
    assert holm([0.001, 0.004, 0.02, 0.9], 0.05) == [True, True, True, False]
    assert holm([], 0.05) == []


def test_two_constants_agree_only_where_they_are_equal():
    three, four = np.full(50, 3), np.full(50, 4)
    assert cell_of(NAMES, three, three).z == 0
    assert cell_of(NAMES, three, four).z == np.inf
    assert cell_of(NAMES, four, three).z == -np.inf
    assert brown_forsythe(three, four) == 1.0


def test_a_difference_of_means_is_given_in_standard_errors():
    a, b = np.array([0, 2] * 50), np.array([1, 3] * 50)
    error = np.sqrt(2 * a.var(ddof=1) / 100)
    assert cell_of(NAMES, a, b).z == pytest.approx(1 / error)


def test_one_law_on_both_sides_seldom_fails():
    """One law in 60 comparisons of 6 + 3 cells each: the bound on any failure is 0.02 for each; 8 or more of 60 would
    happen once in 20,000 sets of seeds if the bound were met exactly."""
    rng = stream(1, "comparing")
    verdicts = [verdict_of(cells_of("case", ("camp",), sample(rng, 4.0), sample(rng, 4.0))) for _ in range(60)]
    assert all(verdict.false_alarm < 0.021 for verdict in verdicts)
    assert sum(verdict.failed for verdict in verdicts) < 8


def test_a_shift_of_a_tenth_in_a_camp_is_seen():
    """Six standard errors and more in three cells: missed less than once in a thousand seeds."""
    rng = stream(2, "comparing")
    verdict = verdict_of(cells_of("case", ("camp",), sample(rng, 60.0), sample(rng, 66.0)))
    assert {cell.place for cell in verdict.camps} == {"camp"}
    assert {cell.place for cell in verdict.others} == {"town"}


def test_a_doubled_variance_is_seen_where_the_means_agree():
    """Missed less than once in a thousand seeds."""
    rng = stream(3, "comparing")
    narrow = sample(rng, 50.0)
    wide = Sample(narrow.places, np.rint(50 + 10 * rng.standard_normal(narrow.stock.shape)), narrow.everybody)
    verdict = verdict_of(cells_of("case", ("camp",), narrow, wide))
    assert len(verdict.variances) == 6


def test_another_number_of_people_is_seen():
    rng = stream(4, "comparing")
    one, other = sample(rng, 5.0), sample(rng, 5.0)
    verdict = verdict_of(cells_of("case", ("camp",), one, Sample(other.places, other.stock, other.everybody + 1)))
    assert [cell.place for cell in verdict.camps] == ["(everybody)"] * 3


def test_every_case_is_in_one_group_and_can_be_chosen():
    names = [name for group in GROUPS.values() for name in group()]
    assert len(names) == len(set(names)) == len(all_cases())
    assert list(chosen(["pairs"])) == list(GROUPS["pairs"]())
    with pytest.raises(SystemExit, match="no such case: nothing"):
        chosen(["nothing"])


def test_an_instance_is_written_in_the_layout_of_flee(tmp_path):
    instance = diamond().under(move_rules__awareness_level=2, spawn_rules__take_from_population=True)
    folder = write_instance(instance, tmp_path / "diamond")
    rows = list(csv.reader((folder / "input_csv" / "conflicts.csv").read_text().splitlines()))
    assert rows[:2] == [["#Day", "city"], ["0", "1.0"]]
    assert len(rows) == 61
    assert (folder / "source_data" / "data_layout.csv").read_text().splitlines() == [
        "total,refugees.csv",
        "near,near.csv",
        "far,far.csv",
    ]
    assert "  awareness_level: 2\n" in (folder / "simsetting.yml").read_text()
    assert "  take_from_population: true\n" in (folder / "simsetting.yml").read_text()


def test_spawning_by_fighting_is_known_from_the_settings():
    assert [name for name, instance in all_cases().items() if by_conflict(instance)] == [
        "spawning_constant",
        "spawning_constant_by_intensity",
        "spawning_by_population",
        "spawning_by_population_taken",
    ]
