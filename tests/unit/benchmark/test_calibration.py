"""Levels set right by other crises: nothing of the family scored takes part; what was off elsewhere is mended."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from corridor.benchmark.calibration import NO_FAMILY, learnt_for, levels_of_reports
from corridor.benchmark.crises import Crisis
from corridor.benchmark.learning import cases_of, learnt_without
from corridor.benchmark.protocol import prepared
from corridor.errors import UsageError
from corridor.forecasters.base import HUB_LEVELS
from corridor.inference.report_series import ReportSeries

DAYS = np.arange(0, 240, 7)
MIDDLE = HUB_LEVELS.index(0.5)


def made(name, seed):
    """Return a crisis of three camps that grow in bursts that nothing announces."""
    rng = np.random.default_rng(seed)
    bursts = rng.exponential(400, (3, DAYS.size)) * (rng.random((3, DAYS.size)) < 0.3)
    series = {f"{name} {n}": ReportSeries(DAYS, 2000.0 + np.cumsum(line).round()) for n, line in enumerate(bursts)}
    return Crisis(name, name, dt.date(2031, 1, 1), 240, series)


def learnt(crises, *families):
    return learnt_for(families, crises, {name: prepared(one) for name, one in crises.items()}, lambda _: None)


@pytest.fixture(scope="module")
def crises():
    return {name: made(name, seed) for seed, name in enumerate(("coast", "hills", "plain"))}


def test_what_is_learnt_for_a_family_knows_nothing_of_it(crises):
    other = {**crises, "coast": made("coast", 99)}
    before, after = (learnt(one, "coast", NO_FAMILY) for one in (crises, other))
    assert before["coast"].to_json() == after["coast"].to_json()
    assert before[NO_FAMILY].to_json() != after[NO_FAMILY].to_json()


def test_levels_rise_and_put_half_of_the_reports_of_other_crises_below_the_middle(crises):
    levels = learnt(crises, NO_FAMILY)[NO_FAMILY].levels
    assert (np.diff(levels) > 0).all()
    assert 0 < levels[0] < levels[-1] < 1
    cases = {name: cases_of(one) for name, one in crises.items()}
    reached = np.concatenate(
        [
            levels_of_reports(prepared(one), {"others": learnt_without({name}, crises, cases)})["others"]
            for name, one in crises.items()
        ]
    )
    assert np.mean(reached < levels[MIDDLE]) == pytest.approx(0.5, abs=0.02)
    assert abs(np.mean(reached < 0.5) - 0.5) > abs(np.mean(reached < levels[MIDDLE]) - 0.5)


def test_a_place_that_was_empty_has_no_level(crises):
    empty = Crisis("empty", "empty", dt.date(2031, 1, 1), 240, {"camp": ReportSeries(DAYS[::20], np.array([0.0, 9.0]))})
    learned = learnt_without(set(), crises, {name: cases_of(one) for name, one in crises.items()})
    assert levels_of_reports(replace(prepared(crises["coast"]), tasks=()), {"any": learned}) == {}
    assert learnt({**crises, "empty": empty}, "coast")["coast"].levels.shape == (len(HUB_LEVELS),)


def test_a_family_alone_has_nobody_to_learn_from(crises):
    with pytest.raises(UsageError, match="Nothing can be learnt for crises of the family coast"):
        learnt({"coast": crises["coast"]}, "coast")
