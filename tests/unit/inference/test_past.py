"""The fitted past: quantiles over all particles, day by day, with sums since the start."""

import numpy as np
import pytest

from corridor.engine.compile import compile_scenario
from corridor.engine.worlds import empty_record
from corridor.inference.past import PAST_LEVELS, joined_past, past_of, young_groups
from corridor.scenario.scenario import Group
from tests.builders import camp, scenario, town, walk

MEMBERS, DAYS, PLACES = 200, 5, 2
GROUPS = (
    Group(group="infants", share=0.1, is_under_five=True),
    Group(group="adults", share=0.7),
    Group(group="toddlers", share=0.2, is_under_five=True),
)


@pytest.fixture
def stated():
    return scenario((town("town", 100), camp("camp")), (walk("town", "camp"),), days=DAYS, groups=GROUPS)


@pytest.fixture
def record(stated):
    found = empty_record(compile_scenario(stated), MEMBERS, DAYS)
    rng = np.random.default_rng(2)
    for table in (found.group, found.place):
        for name in table.dtype.names:
            table[name] = rng.integers(0, 500, table.shape)
    return found


def before(amount):
    """Return arrivals and deaths before the stretch."""
    return np.full((MEMBERS, PLACES), amount), np.full((MEMBERS, PLACES, len(GROUPS)), amount)


def levels(values):
    return np.quantile(values, PAST_LEVELS, axis=0)


def test_children_under_five_are_those_of_all_groups_so_marked(stated):
    assert young_groups(stated) == [0, 2]


@pytest.mark.parametrize("measure", ["arrivals", "waiting", "inside", "departures", "in_transit"])
def test_each_day_and_place_has_its_quantiles(record, measure):
    found = past_of(record, *before(0), [])[measure]
    assert found.shape == (len(PAST_LEVELS), DAYS, PLACES + 1)
    assert found[:, :, :PLACES] == pytest.approx(levels(record.place[measure]))


def test_the_last_place_is_the_sum_over_all_and_no_sum_of_quantiles(record):
    found = past_of(record, *before(0), [])["stock"]
    assert found[:, :, PLACES] == pytest.approx(levels(record.group["stock"].sum((2, 3))))
    assert found[0, :, PLACES] != pytest.approx(found[0, :, :PLACES].sum(1))


def test_arrivals_and_deaths_add_up_since_the_start_of_the_calendar(record):
    found = past_of(record, *before(1_000), [])
    arrived = 1_000 + record.place["arrivals"].cumsum(1)
    died = 1_000 * len(GROUPS) + record.group["deaths"].sum(3).cumsum(1)
    assert found["cumulative_arrivals"][:, :, :PLACES] == pytest.approx(levels(arrived))
    assert found["cumulative_deaths"][:, :, :PLACES] == pytest.approx(levels(died))


def test_children_under_five_stand_apart_where_there_are_such_groups(record):
    found = past_of(record, *before(10), [0, 2])
    assert "stock_under_five" not in past_of(record, *before(10), [])
    assert found["stock_under_five"][:, :, :PLACES] == pytest.approx(levels(record.group["stock"][..., [0, 2]].sum(3)))
    died = 20 + record.group["deaths"][..., [0, 2]].sum(3).cumsum(1)
    assert found["cumulative_deaths_under_five"][:, :, :PLACES] == pytest.approx(levels(died))


def test_stretches_follow_each_other(record):
    whole = past_of(record, *before(0), [])
    parts = [type(record)(*(part[:, days] for part in record)) for days in (slice(0, 2), slice(2, 3), slice(3, DAYS))]
    joined = joined_past([past_of(part, *before(0), []) for part in parts])
    assert (joined["stock"] == whole["stock"]).all()
