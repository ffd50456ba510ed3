"""Totals given: splits that need no model, beside figures measured with the public instances."""

import numpy as np
import pytest

from corridor.backtest.prescribed import prescribed_totals
from corridor.backtest.scores import ard
from corridor.backtest.totals_given import COLUMNS, MODEL, Allocation, allocate, splits_of
from corridor.errors import UsageError
from corridor.scenario.observations import Observations
from tests.reports import camps
from tests.unit.backtest.instances import NAMES, folder, instance

REPORTED = np.array([[0.0, 0.0]] * 30 + [[30.0, 10.0], [60.0, 40.0]])

# Rescaled ARD of splits of the known total, measured apart from this project's code.
MEASURED = {
    "capacity_shares": (0.337, 0.415, 0.168, 0.424),
    "frozen_shares": (0.342, 0.849, 0.376, 0.798),
    "equal_shares": (0.749, 0.750, 1.075, 0.742),
}


def test_frozen_shares_are_those_of_day_thirty():
    assert splits_of(REPORTED, [None, None])["frozen_shares"][-1].tolist() == [75.0, 25.0]


def test_equal_and_capacity_shares_split_the_total():
    splits = splits_of(REPORTED, [300, 100])
    assert splits["equal_shares"][-1].tolist() == [50.0, 50.0]
    assert splits["capacity_shares"][-1].tolist() == [75.0, 25.0]
    assert all(np.allclose(people.sum(1), REPORTED.sum(1)) for people in splits.values())


def test_a_rule_that_has_nothing_to_go_by_is_left_out():
    assert splits_of(REPORTED, [None, None]).keys() == {"frozen_shares", "equal_shares"}
    assert "frozen_shares" not in splits_of(np.zeros((40, 2)), [1, 1])


@pytest.mark.parametrize("name", NAMES)
def test_splits_score_what_was_measured_with_the_public_instances(root, name):
    path = folder(root) / name
    if not path.is_dir():
        pytest.skip("the public instances in shared/data/flee beside the project are absent")
    scenario, observations = instance(path)
    given = prescribed_totals(scenario, observations)
    reported = given.counts.astype(float)
    splits = splits_of(reported, [scenario.place(place).capacity for place in given.places])
    found = {rule: ard(people, reported).rescaled for rule, people in splits.items()}
    assert found == pytest.approx({rule: values[NAMES.index(name)] for rule, values in MEASURED.items()}, abs=0.001)


def test_rows_tell_the_mean_and_the_spread_of_members():
    reported = np.array([[50.0, 50.0], [60.0, 40.0]])
    members = np.array([[[100.0, 0.0], [60.0, 40.0]], [[0.0, 100.0], [60.0, 40.0]]])
    by_day = np.abs(members - reported).sum(2) / 100
    told = Allocation(
        scenario_name="test",
        seed=1,
        places=("a", "b"),
        reported=reported,
        mean=members.mean(0),
        members=(by_day, by_day),
        splits=splits_of(reported, [None, None]),
    )
    mine, *_ = rows = told.to_rows()
    assert all(tuple(row) == COLUMNS for row in rows)
    assert (mine["model"], mine["members"], mine["ard"]) == (MODEL, 2, 0.0)
    assert (mine["ard_p05"], mine["ard_p50"], mine["ard_p95"]) == (0.5, 0.5, 0.5)
    assert rows[1]["members"] is None
    assert told.by_day()["equal_shares"].tolist() == pytest.approx([0.0, 0.2])


def test_without_reports_of_a_camp_no_total_is_given():
    with pytest.raises(UsageError, match="No camp"):
        allocate(camps("lake", days=20), Observations(()), seed=1)
