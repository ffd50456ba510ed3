"""The present: what has come since the last counts, and how the fitted past leads to it."""

import numpy as np
import pytest

from corridor.inference.calibrate import calibrate
from corridor.inference.filtered_history import PAST_LEVELS
from corridor.inference.present import ending_with, stock_of, with_flow_today
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal
from tests.builders import camp, day, scenario

LAST = 20
COUNTED = {"lake": 10, "hill": 18}
MIDDLE = PAST_LEVELS.index(0.5)


@pytest.fixture(scope="module")
def posterior():
    """Return what is believed of three camps, two of which were counted some days ago."""
    values = {"population.meadow": LogNormal(median=1_000, within_factor=2), "unseen_sd": 0.2}
    stated = scenario((camp("lake", 2_000), camp("hill", 1_000), camp("meadow", None)), days=LAST + 10, values=values)
    rows = [
        Observation(date=day(number), place=place, measure="stock", count=1_500, source="registry")
        for place, number in COUNTED.items()
    ]
    return calibrate(stated, Observations(tuple(rows)), as_of=day(LAST), draws=100, seed=1)


def moved(posterior, **people):
    """Return the past once so many people have come to places since their last counts."""
    places = [place.place for place in posterior.compiled.scenario.places]
    flow = np.tile([people.get(place, 0) for place in places], (posterior.draws, 1))
    state = with_flow_today(posterior.compiled, posterior.end_state, flow)
    return ending_with(posterior.past, state, posterior.compiled, posterior.reporting), state


def test_the_past_ends_with_the_present(posterior):
    past, state = moved(posterior, lake=300, hill=-200)
    stock = stock_of(posterior.compiled, state).sum(2)
    with_sum = np.column_stack([stock, stock.sum(1)])
    assert past["stock"][:, -1] == pytest.approx(np.quantile(with_sum, PAST_LEVELS, axis=0))


def test_what_has_changed_since_the_last_count_comes_in_equal_parts_on_the_days_since(posterior):
    past, _ = moved(posterior, lake=300, hill=-200)
    change = (past["stock"] - posterior.past["stock"])[MIDDLE]
    for p, (place, people) in enumerate((("lake", 300), ("hill", -200))):
        counted = COUNTED[place]
        assert change[: counted + 1, p] == pytest.approx(np.zeros(counted + 1))
        assert np.diff(change[counted:, p]) == pytest.approx(np.full(LAST - counted, people / (LAST - counted)))
    assert change[:, 2] == pytest.approx(np.zeros(LAST + 1))
    assert (change[: COUNTED["lake"] + 1, 3] == 0).all()
    assert (np.diff(past["stock"], axis=0) >= 0).all()


def test_where_nothing_has_changed_the_past_stays(posterior):
    past, _ = moved(posterior)
    for name, people in posterior.past.items():
        assert past[name] == pytest.approx(people, abs=1e-6)
