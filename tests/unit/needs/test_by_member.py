"""Needs member by member, and what an alternative changes in them."""

from datetime import date

import numpy as np
import pytest

from corridor.needs.needs import estimate_needs, needs_by_member
from corridor.needs.tables import quantiles_of
from corridor.runs.comparison import Comparison

ORIGIN = date(2019, 3, 1)


@pytest.fixture
def compared(make_forecast, make_scenario, make_supply):
    """Return a comparison in which 1,000, 1,000 and 500 people become 2,000, 1,000 and 600; water lasts some days."""
    scenario = make_scenario(make_supply(100_000))
    base, again = (make_forecast({("stock", "camp"): people}) for people in ([1000, 1000, 500], [2000, 1000, 600]))
    return Comparison(scenario, base, {"more": again}, {"more": scenario})


def test_the_quantiles_of_needs_are_those_of_the_members(make_forecast, make_scenario, need_on):
    forecast, scenario = make_forecast({("stock", "camp"): [10, 2000, 300]}), make_scenario()
    needs = estimate_needs(forecast, scenario)
    for item, (need, lasts) in needs_by_member(forecast, scenario).items():
        assert lasts is None
        for place in need.place.values.tolist():
            expected = quantiles_of(need).sel(place=place, date="2019-03-08").values
            assert need_on(needs, item, place=place, day=7) == pytest.approx(tuple(expected), abs=0.001)


def test_a_difference_in_need_is_that_of_each_member_at_the_end_of_each_week(compared):
    changed = compared.needs_differences("more")["need_water"].sel(place="camp")
    assert changed.date.values.astype("datetime64[D]").tolist() == [date(2019, 3, 8), date(2019, 3, 15)]
    np.testing.assert_array_equal(changed.transpose("member", "date"), np.outer([15_000, 0, 1_500], [1, 1]))


def test_a_difference_in_how_long_water_lasts_is_in_days_of_each_member(compared):
    changed = compared.needs_differences("more")["days_of_water"].sel(place="camp")
    assert changed.sizes["date"] == 1
    assert changed.squeeze().values.tolist() == [-3, 0, -2]
    assert "days_of_latrines" not in compared.needs_differences("more")
