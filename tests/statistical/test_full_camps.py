"""Under Flee's rules, a camp that several roads fill at once holds what it would hold if people moved one by one.

Each mean is held to 0.1 %, and each variance to 5 %, or to what so many members can tell: a row fails by chance once in
a million times. `make verify` adds a camp of 50,000, which takes minutes one by one.
"""

import os

import numpy as np
import pytest
from scipy import stats

from corridor.engine.run.simulate import simulate
from corridor.scenario.presets import Preset
from tests.builders import people
from tests.statistical.one_by_one import PLACES, filling, in_groups, one_by_one

pytestmark = pytest.mark.statistical

MEMBERS = {20: 600, 100: 600, 1_000: 100, **({50_000: 30} if os.environ.get("CORRIDOR_LARGE_CAMPS") else {})}
LOOKED_AT = (24, 30, 39)  # the camp is filling, has just filled, and is full
FALSE_ALARM = 1e-6
LIMIT = stats.norm.isf(FALSE_ALARM / 2)


def error_of_variance(counts):
    """Return the standard error of a variance, by the fourth moment."""
    fourth = ((counts - counts.mean()) ** 4).mean()
    return np.sqrt((fourth - counts.var() ** 2) / counts.size)


def beyond(one, other, allowed):
    """Return the rows whose mean is off by more than a share of it, and whose variance by more than 5 %, and chance."""
    wrong = []
    for place, a, b in zip(PLACES, one.astype(float), other.astype(float), strict=True):
        for day in LOOKED_AT:
            x, y = a[:, day], b[:, day]
            error = LIMIT * np.sqrt(x.var() / x.size + y.var() / y.size)
            if abs(y.mean() - x.mean()) > allowed * x.mean() + error:
                wrong.append((place, day, "mean", x.mean(), y.mean()))
            error = LIMIT * np.hypot(error_of_variance(x), error_of_variance(y))
            if abs(y.var() - x.var()) > 0.05 * x.var() + error:
                wrong.append((place, day, "variance", x.var(), y.var()))
    return wrong


@pytest.fixture(scope="module", params=MEMBERS)
def full(request):
    """Return the capacity of a camp and people by place, member and day, as Corridor moves them."""
    return request.param, in_groups(request.param, MEMBERS[request.param], seed=2)


def test_a_full_camp_holds_what_it_does_if_people_move_one_by_one(full):
    capacity, moved = full
    assert beyond(one_by_one(capacity, MEMBERS[capacity], seed=1), moved, allowed=0.001) == []


def test_in_the_order_in_which_people_were_displaced_a_full_camp_holds_one_percent_more_at_most(full):
    # Of people in camps 2 % leave a day here, twenty times as many as by Flee's default; with that, 0.1 %.
    capacity, moved = full
    in_order = one_by_one(capacity, MEMBERS[capacity], seed=1, as_displaced=True)
    camp = PLACES.index("camp")
    gap = in_order[camp].mean(0) - moved[camp].mean(0)
    error = LIMIT * np.sqrt(in_order[camp].var(0) / MEMBERS[capacity] + moved[camp].var(0) / MEMBERS[capacity])
    assert (abs(gap)[list(LOOKED_AT)] <= (0.01 * capacity + error)[list(LOOKED_AT)]).all()


@pytest.mark.parametrize("capacity", [20, 1_000])
def test_under_corridors_own_rules_a_camp_is_never_above_its_capacity(capacity):
    ensemble = simulate(filling(capacity, Preset.CORRIDOR), members=20, seed=3)
    inside = people(ensemble, "stock", "camp") - people(ensemble, "waiting", "camp")
    assert inside.max() == capacity
