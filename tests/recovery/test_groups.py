"""Groups that nothing tells apart are learnt as one, and the law is the same."""

from dataclasses import replace

import numpy as np
import pytest

import corridor as co
from corridor.inference import calibrate as door
from corridor.inference.group_merging import merged
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import DEFINITIONS, LogNormal
from corridor.scenario.scenario import Group
from tests.builders import camp, day, drive, event, scenario, town

GROUPS = (Group(group="children", share=0.3, is_under_five=True), Group(group="others", share=0.7))
ORIGIN, SEED = 40, 7


@pytest.fixture(scope="module")
def network():
    """Return a town, a camp that counts its people, and two groups."""
    stated = scenario(
        (town("north", 30_000), camp("lake", 0)),
        (drive("north", "lake", 60),),
        (event("conflict", "north", 0, 80, 1.0),),
        days=81,
        values={"onset_rate_per_day": LogNormal(median=0.01, within_factor=3), "report_sd_c": 0.05},
    )
    rows = [
        Observation(date=day(n), place="lake", measure="stock", count=100 * n, source="agency")
        for n in range(7, ORIGIN, 7)
    ]
    return replace(stated, groups=GROUPS), Observations(tuple(rows))


def learn(network):
    stated, reports = network
    return co.calibrate(stated, reports, as_of=day(ORIGIN), draws=400, seed=SEED)


def test_people_of_each_group_are_those_of_a_fit_that_tells_them_apart(network, monkeypatch):
    # means of 400 draws each; limits at 4 standard errors: false-alarm rate about 1e-4 each
    alike = learn(network)
    monkeypatch.setattr(door, "merged", lambda scenario, reports: scenario)  # noqa: ARG005 - as it is called
    apart = learn(network)
    for g in range(2):
        one, other = (found.end_state.people[:, :, g].sum(1) for found in (alike, apart))
        error = np.hypot(one.std(), other.std()) / np.sqrt(30)  # resampled draws share ancestors
        assert abs(one.mean() - other.mean()) < 4 * error
    total = alike.end_state.people.sum((1, 2))
    children = alike.end_state.people[:, :, 0].sum(1)
    assert (children / total).mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / total.min() / 400))


def test_nobody_is_lost_and_the_forecast_has_the_groups(network):
    posterior = learn(network)
    state = posterior.end_state
    assert (state.people.sum((1, 2)) <= state.tally["joined"]).all()
    told = co.forecast(network[0], posterior, network[1], horizon_days=14, members=100, seed=SEED)
    assert list(told.samples.group.to_numpy()) == ["children", "others"]
    assert (told.samples.stock_by_group.sum("group") == told.samples.stock).all()
    assert {"stock_under_five", "cumulative_deaths_under_five"} <= set(told.past.data_vars)
    lake = told.past.sel(place="lake").isel(date=-1)
    children, all_there = (float(one.sel(quantile=0.5)) for one in (lake.stock_under_five, lake.stock))
    assert children == pytest.approx(0.3 * all_there, rel=0.02)  # those of the last day are drawn, some 1,100 of them


def test_groups_that_nothing_tells_apart_are_one_beside_those_that_something_does(network, monkeypatch):
    # means of 400 draws each; limits at 4 standard errors: false-alarm rate about 1e-4 each
    shares = {"children": 0.3, "elders": 0.1, "men": 0.2, "women": 0.4}
    groups = tuple(Group(group=name, share=share, is_under_five=name == "children") for name, share in shares.items())
    frailty = DEFINITIONS["death_multiplier"].parameter("children")
    stated = replace(network[0], groups=groups, parameters=(*network[0].parameters, frailty))
    row = Observation(date=day(9), place="lake", measure="stock", count=180, source="agency", group="men")
    reports = Observations((*network[1], row))
    fitted = merged(stated, reports)
    assert [(one.group, round(one.share, 9)) for one in fitted.groups] == [
        ("children", 0.3),
        ("men", 0.2),
        ("elders_and_women", 0.5),
    ]
    alike = learn((stated, reports))
    monkeypatch.setattr(door, "merged", lambda scenario, reports: scenario)  # noqa: ARG005 - as it is called
    apart = learn((stated, reports))
    assert alike.end_state.people.shape == apart.end_state.people.shape
    assert alike.died.shape == apart.died.shape
    for g in range(len(groups)):
        one, other = (found.end_state.people[:, :, g].sum(1) for found in (alike, apart))
        error = np.hypot(one.std(), other.std()) / np.sqrt(30)  # resampled draws share ancestors
        assert abs(one.mean() - other.mean()) < 4 * error


@pytest.mark.parametrize("tells", ["parameter", "any_group", "report"])
def test_groups_that_anything_tells_apart_stay_apart(network, tells):
    stated, reports = network
    assert len(merged(stated, reports).groups) == 1
    if tells == "report":
        row = Observation(date=day(9), place="lake", measure="stock", count=5, source="agency", group="children")
        reports = Observations((*reports, row))
    else:
        subject = "children" if tells == "parameter" else None
        stated = replace(stated, parameters=(*stated.parameters, DEFINITIONS["death_multiplier"].parameter(subject)))
    assert merged(stated, reports) is stated
