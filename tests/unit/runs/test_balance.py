"""The balance of each place adds up, and is the mean of the members."""

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from corridor.runs.balance import SIGNS, balance_facts, balance_rows
from tests.builders import camp, day, scenario

DAYS = 10


@pytest.fixture(scope="module")
def forecast():
    """Return members of two camps in which people come, go and die, and of one where nobody ever is."""
    random, shape = np.random.default_rng(5), (4, DAYS, 3)
    people = {name: random.integers(0, 50, shape) for name in SIGNS}
    for rows in people.values():
        rows[..., 2] = 0
    change = sum(sign * people[name] for name, sign in SIGNS.items())
    before = np.array([[1000, 2000, 0]] * 4) + np.array([[3], [0], [-3], [6]]) * np.array([1, 1, 0])
    people["stock"] = before[:, None, :] + change.cumsum(1)
    places = ["one", "two", "empty"]
    samples = xr.Dataset(
        {name: (("member", "date", "place"), rows) for name, rows in people.items()}, coords={"place": places}
    )
    return SimpleNamespace(samples=samples, horizon_days=DAYS, origin_date=day(30), sites=("one",), unknown=frozenset())


@pytest.fixture(scope="module")
def rows(forecast):
    return balance_rows(forecast, scenario([camp("one"), camp("two"), camp("empty")], days=60))


def test_each_balance_adds_up_within_rounding(rows):
    for row in rows:
        comes = row["arrivals"] + row["other_arrivals"] + row["rest"]
        goes = row["departures"] + row["deaths"] + row["other_departures"]
        assert row["present_before"] + comes - goes == pytest.approx(row["present_after"], abs=0.5)
        assert row["rest"] == 0


def test_a_balance_starts_from_today_and_ends_with_the_mean_of_the_members(rows, forecast):
    last = next(row for row in rows if (row["place"], row["until_date"]) == ("one", day(30 + DAYS)))
    assert last["present_before"] == 1001.5
    assert last["present_after"] == pytest.approx(float(forecast.samples.stock[:, -1, 0].mean()), abs=0.05)
    assert last["arrivals"] == pytest.approx(float(forecast.samples.arrivals[..., 0].sum("date").mean()), abs=0.05)


def test_there_is_a_balance_for_a_week_and_the_last_day_and_none_where_nobody_is(rows):
    assert [(row["place"], row["until_date"]) for row in rows] == [
        (place, day(30 + days)) for place in ("one", "two") for days in (7, DAYS)
    ]


def test_run_json_has_the_balance_of_the_sites_on_the_last_day(rows, forecast):
    (fact,) = balance_facts(rows, forecast.sites, day(30 + DAYS))
    assert (fact["place"], fact["until_date"]) == ("one", day(30 + DAYS).isoformat())
    assert fact["present_before"] == 1001.5


def test_who_is_held_back_at_screening_is_the_rest_of_the_sum(forecast):
    held = forecast.samples.assign(stock=forecast.samples.stock - xr.DataArray(np.arange(1, DAYS + 1), dims="date"))
    fewer = SimpleNamespace(samples=held, horizon_days=DAYS, origin_date=day(30), unknown=frozenset())
    rows = balance_rows(fewer, scenario([camp("one")], days=60))
    assert [row["rest"] for row in rows] == [-6, -9]  # the first day stands for the sum's beginning
