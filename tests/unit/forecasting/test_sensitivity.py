"""Defaults that decide: an effect that cannot be is not named, and figures are written as people write them."""

import numpy as np
import pytest

from corridor.forecasting.sensitivity import Sensitivity, _moved
from tests.builders import camp, scenario, town

SEED = 5


@pytest.mark.parametrize(("name", "is_named"), [("death_rate_settled_per_day", False), ("onset_rate_per_day", True)])
def test_more_deaths_or_departures_are_never_named_as_a_reason_for_more_people(name, is_named):
    stated = scenario((town("north", 5_000), camp("lake", 500)), (), days=10)
    z = np.random.default_rng(SEED).normal(size=400)
    moved = _moved(stated.parameter(name), z, "people", 1_000 + 300 * z, z.size)
    assert (moved is not None) is is_named
    assert _moved(stated.parameter(name), z, "people", 1_000 - 300 * z, z.size).change < 0


def test_a_few_distinct_draws_show_nothing_however_often_each_is_taken():
    parameter = scenario((town("north", 5_000), camp("lake", 500)), (), days=10).parameter("onset_rate_per_day")
    z = np.repeat(np.random.default_rng(SEED).normal(size=5), 100)
    people = 1_000 + 100 * z + np.random.default_rng(SEED + 1).normal(0, 100, z.size)
    assert _moved(parameter, z, "people", people, 500) is not None
    assert _moved(parameter, z, "people", people, 5) is None


def test_rates_are_written_without_powers_of_ten():
    one = Sensitivity("leak_rate_per_day", "rate", "1/day", 2.71e-5, 5.66e-5, "people inside", -3133.5, 0.2)
    assert str(one) == "leak_rate_per_day (rate) at 0.000057 rather than 0.000027 a day means 3,100 fewer people inside"
