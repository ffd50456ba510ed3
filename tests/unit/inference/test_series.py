"""From the record of the days to what reports count: places together, groups apart, flows across a border."""

import numpy as np
import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.run.members import empty_record
from corridor.inference.observation_model import ObservedSeries
from corridor.inference.observed_series import counted_until, daily
from corridor.scenario.observations import Measure
from corridor.scenario.scenario import Group
from tests.builders import camp, drive, scenario, screening, town, walk

MEMBERS, DAYS = 3, 4
PLACES = ("old_town", "ridge", "plain", "hill")
GROUPS = (Group(group="children", share=0.5), Group(group="adults", share=0.5))
ROUTES = (("old_town", "ridge"), ("ridge", "plain"), ("plain", "hill"))


@pytest.fixture
def compiled():
    places = (town("old_town", 100), screening("ridge"), camp("plain"), camp("hill"))
    routes = (walk("old_town", "ridge"), drive("ridge", "plain"), drive("plain", "hill"))
    return compile_scenario(scenario(places, routes, days=DAYS, groups=GROUPS))


@pytest.fixture
def record(compiled):
    """Return a record in which every number is different."""
    found = empty_record(compiled, MEMBERS, DAYS)
    rng = np.random.default_rng(1)
    for table in (found.group, found.place):
        for name in table.dtype.names:
            table[name] = rng.integers(1_000, 2_000, table.shape)
    found.flow[:] = rng.integers(0, 400, found.flow.shape)
    return found


def series(measure, *places, group=None):
    return ObservedSeries(places=places, measure=Measure(measure), group=group)


def at(place):
    return PLACES.index(place)


@pytest.mark.parametrize("measure", ["arrivals", "departures", "waiting", "inside"])
def test_one_place_is_read_off(compiled, record, measure):
    found = daily(compiled, record, series(measure, "plain"))
    assert (found == record.place[measure][:, :, at("plain")]).all()


@pytest.mark.parametrize("measure", ["stock", "deaths"])
def test_everybody_is_the_sum_of_the_groups(compiled, record, measure):
    whole = daily(compiled, record, series(measure, "plain"))
    children, adults = (daily(compiled, record, series(measure, "plain", group=row.group)) for row in GROUPS)
    assert (whole == children + adults).all()
    assert (children == record.group[measure][:, :, at("plain"), 0]).all()


@pytest.mark.parametrize("measure", ["stock", "waiting", "inside", "deaths"])
def test_people_of_places_counted_together_add_up(compiled, record, measure):
    whole = daily(compiled, record, series(measure, "ridge", "hill"))
    assert (
        whole == daily(compiled, record, series(measure, "ridge")) + daily(compiled, record, series(measure, "hill"))
    ).all()


@pytest.mark.parametrize("measure", ["arrivals", "departures"])
def test_who_goes_from_one_to_another_of_the_places_crosses_no_border(compiled, record, measure):
    together = daily(compiled, record, series(measure, "ridge", "plain", "hill"))
    apart = sum(daily(compiled, record, series(measure, place)) for place in ("ridge", "plain", "hill"))
    routes = [(row.origin, row.destination) for row in compiled.layout.routes]
    inner = sum(record.flow[:, :, routes.index(pair)] for pair in ROUTES[1:])
    assert (together == apart - inner).all()
    assert (together < apart).any()


def test_a_flow_across_a_border_is_never_negative(compiled, record):
    record.place["arrivals"][:] = 1
    assert (daily(compiled, record, series("arrivals", "ridge", "plain")) >= 0).all()


def test_a_level_is_that_of_the_day_and_a_flow_what_there_has_been():
    history = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    found = counted_until(1, history, (series("stock", "plain"), series("arrivals", "plain")))
    assert found.tolist() == [[2.0, 1.0 + 3.0], [8.0, 7.0 + 9.0]]
