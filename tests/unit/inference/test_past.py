"""The fitted past: quantiles over all particles, day by day, with sums since the start."""

from dataclasses import replace

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.members import empty_record
from corridor.inference.filtered_history import PAST_LEVELS, joined_past, past_of, site_names, under_five_groups
from corridor.scenario.scenario import Group
from tests.builders import camp, drive, scenario, screening, town, walk

MEMBERS, DAYS = 200, 5
PLACES = ("town", "ridge", "camp")
SITES = [1, 2]
GROUPS = (
    Group(group="infants", share=0.1, is_under_five=True),
    Group(group="adults", share=0.7),
    Group(group="toddlers", share=0.2, is_under_five=True),
)


@pytest.fixture
def stated():
    places = (town("town", 100), screening("ridge"), camp("camp"))
    return scenario(places, (walk("town", "ridge"), drive("ridge", "camp")), days=DAYS, groups=GROUPS)


@pytest.fixture
def record(stated):
    found = empty_record(compile_scenario(stated), MEMBERS, DAYS)
    rng = np.random.default_rng(2)
    for table in (found.group, found.place):
        for name in table.dtype.names:
            table[name] = rng.integers(0, 500, table.shape)
    return found


def before(amount=0):
    """Return arrivals and deaths before the window."""
    return np.full((MEMBERS, len(PLACES)), amount), np.full((MEMBERS, len(PLACES), len(GROUPS)), amount)


def levels(values):
    return np.quantile(values, PAST_LEVELS, axis=0)


def by_place(past, measure):
    return past[measure][:, :, : len(PLACES)]


def test_children_under_five_are_those_of_all_groups_so_marked(stated):
    assert under_five_groups(stated) == [0, 2]


def test_all_places_but_towns_are_sites(stated):
    assert site_names(stated) == ("ridge", "camp")


@pytest.mark.parametrize("measure", ["arrivals", "waiting", "inside", "departures", "in_transit"])
def test_each_day_and_place_has_its_quantiles(stated, record, measure):
    found = past_of(record, *before(), stated)
    assert found[measure].shape == (len(PAST_LEVELS), DAYS, len(PLACES) + 1)
    assert by_place(found, measure) == pytest.approx(levels(record.place[measure]))


@pytest.mark.parametrize("measure", ["deaths", "stock"])
def test_everybody_is_the_sum_of_the_groups(stated, record, measure):
    found = past_of(record, *before(), stated)
    assert by_place(found, measure) == pytest.approx(levels(record.group[measure].sum(3)))


def test_the_last_place_is_the_sum_over_all_and_no_sum_of_quantiles(stated, record):
    found = past_of(record, *before(), stated)["deaths"]
    assert found[:, :, -1] == pytest.approx(levels(record.group["deaths"].sum((2, 3))))
    assert found[0, :, -1] != pytest.approx(found[0, :, :-1].sum(1))


def test_stocks_are_summed_over_sites_and_leave_the_people_at_home_out(stated, record):
    found = past_of(record, *before(), stated)["stock"]
    assert found[:, :, -1] == pytest.approx(levels(record.group["stock"][:, :, SITES].sum((2, 3))))


def test_arrivals_and_deaths_add_up_since_the_start_of_the_calendar(stated, record):
    found = past_of(record, *before(1_000), stated)
    arrived = 1_000 + record.place["arrivals"].cumsum(1)
    died = 1_000 * len(GROUPS) + record.group["deaths"].sum(3).cumsum(1)
    assert by_place(found, "cumulative_arrivals") == pytest.approx(levels(arrived))
    assert by_place(found, "cumulative_deaths") == pytest.approx(levels(died))


def test_children_under_five_stand_apart_where_there_are_such_groups(stated, record):
    found = past_of(record, *before(10), stated)
    assert by_place(found, "stock_under_five") == pytest.approx(levels(record.group["stock"][..., [0, 2]].sum(3)))
    died = 20 + record.group["deaths"][..., [0, 2]].sum(3).cumsum(1)
    assert by_place(found, "cumulative_deaths_under_five") == pytest.approx(levels(died))
    older = tuple(group.model_copy(update={"is_under_five": False}) for group in GROUPS)
    assert "stock_under_five" not in past_of(record, *before(10), replace(stated, groups=older))


def test_stretches_follow_each_other(stated, record):
    whole = past_of(record, *before(), stated)
    spans = (slice(0, 2), slice(2, 3), slice(3, DAYS))
    parts = [record._replace(group=record.group[:, days], place=record.place[:, days]) for days in spans]
    joined = joined_past([past_of(part, *before(), stated) for part in parts])
    assert (joined["stock"] == whole["stock"]).all()
