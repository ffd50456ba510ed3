"""A forecast weighted towards the combination: it agrees with the back-test, and its histories stay whole."""

from dataclasses import replace

import numpy as np
import pytest

import corridor as co
from corridor.backtest.origins import Schedule
from corridor.forecasters.combination import PRIOR
from corridor.forecasting.forecast import LOOKED_BACK_DAYS, _looked_back, supposing
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal
from corridor.scenario.scenario import Alternative
from tests.builders import camp, day, drive, event, scenario, town
from tests.recovery.cases import BUNDLED, siege_template

ORIGIN, SEED = 72, 7
WAYS = {"horizon_days": 28, "members": 200, "seed": SEED}
PLACES = (town("north", 30_000), camp("lake", 0), camp("hill", 0), camp("sea", 0))
ROUTES = (drive("north", "lake", 60), drive("north", "hill", 90), drive("hill", "sea", 30))
VALUES = {"onset_rate_per_day": LogNormal(median=0.01, within_factor=3), "report_sd_c": 0.05}


@pytest.fixture(scope="module")
def network():
    """Return a town whose people flee to two camps that count them each week, and to one that does not."""
    shut = Alternative(
        alternative="shut",
        meaning="The way to the lake is shut.",
        add=(event("closure", "north>lake", ORIGIN + 1, 110),),
    )
    stated = scenario(PLACES, ROUTES, (event("conflict", "north", 0, 110, 1.0),), days=111, values=VALUES)
    rows = [
        Observation(date=day(n), place=place, measure="stock", count=round(people * n), source="agency")
        for n in range(0, 100, 7)
        for place, people in (("lake", 120), ("hill", 70))
    ]
    return replace(stated, alternatives=(shut,)), Observations(tuple(rows))


@pytest.fixture(scope="module")
def told(network):
    """Return the forecast of the model alone, and pooled."""
    stated, reports = network
    posterior = co.calibrate(stated, reports, as_of=day(ORIGIN), draws=100, seed=SEED)
    return posterior, co.forecast(stated, posterior, **WAYS), co.forecast(stated, posterior, reports, **WAYS)


def test_forecast_and_evaluate_agree(network, told):
    # both learn anew, with 100 and 200 draws: medians within a twentieth, and 80 % ranges within a half of each other
    stated, reports = network
    scores = co.evaluate(stated, reports, schedule=Schedule(14, 30, (7, 14, 28)), seed=SEED)
    found = told[2].quantiles([0.1, 0.5, 0.9]).stock
    compared = 0
    for target, line in zip(scores.targets, scores.quantiles["corridor"], strict=True):
        if target.origin == day(ORIGIN):
            low, middle, high = found.sel(place=target.place).isel(date=target.horizon - 1).to_numpy()
            assert middle == pytest.approx(line[11], rel=0.05)
            assert high - low == pytest.approx(line[19] - line[3], rel=0.5)
            compared += 1
    assert compared >= 4


def test_the_weights_are_told_for_each_week_and_sum_to_one(told):
    weights = told[2].weights
    assert {row["nominal_horizon"] for row in weights} == {7, 14, 28}
    for horizon in (7, 14, 28):
        shares = {row["member"]: row["weight"] for row in weights if row["nominal_horizon"] == horizon}
        assert shares.keys() == PRIOR.keys()
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)
    assert told[1].weights == ()


def test_an_alternative_has_the_unexplained_flows_of_the_scenario_itself_in_people(network, told):
    stated, reports = network
    posterior, _, pooled = told
    other = co.forecast(stated.with_alternative("shut"), posterior, reports, **WAYS)
    for name in ("unexplained_arrivals", "unexplained_departures"):
        usual, supposed = (one.samples[name].sel(place="hill") for one in (pooled, other))
        assert (usual == supposed).all()
    lake = [one.samples.sel(place="lake") for one in (pooled, other)]
    assert float(lake[1].stock.isel(date=-1).median()) < 0.9 * float(lake[0].stock.isel(date=-1).median())
    assert float(lake[1].departures.sum("date").mean()) <= 1.05 * float(lake[0].departures.sum("date").mean())


def test_an_alternative_that_changes_nothing_gives_the_same_bytes(network, told):
    stated, reports = network
    posterior, _, pooled = told
    equal = co.forecast(replace(stated, name="another name"), posterior, reports, **WAYS)
    assert equal.samples.drop_attrs().equals(pooled.samples.drop_attrs())


@pytest.mark.parametrize("which", [1, 2])
def test_every_history_adds_up(told, which):
    days = told[which].samples.isel(place=[1, 2, 3])
    change = days.arrivals - days.departures - days.deaths + days.unexplained_arrivals - days.unexplained_departures
    stock = days.stock.transpose("member", "date", "place").to_numpy()
    change = change.transpose("member", "date", "place").to_numpy()
    assert (np.diff(stock, axis=1) == change[:, 1:]).all()
    assert (days.waiting <= days.stock).all()


def test_the_first_day_ahead_begins_where_the_fit_ends(told):
    # medians of today, of the flows of a day, and of tomorrow, within one in thirty
    today = told[2].past.stock.isel(date=-1).sel(place=["lake", "hill"])
    tomorrow = told[2].quantiles([0.5]).stock.isel(date=0).sel(place=["lake", "hill"], quantile=0.5)
    assert (tomorrow > 0.97 * today.sel(quantile=0.05)).all()
    assert (tomorrow < 1.03 * today.sel(quantile=0.95)).all()


def test_only_origins_of_the_last_months_are_looked_at():
    assert _looked_back(92) == Schedule()
    late = _looked_back(400)
    assert (late.first_day - 30) % 14 == 0
    assert 400 - LOOKED_BACK_DAYS <= late.first_day < 400 - LOOKED_BACK_DAYS + 14


def test_without_any_report_known_the_model_stands_alone(network):
    stated, reports = network
    late = Observations(tuple(row for row in reports if row.date > day(ORIGIN)))
    posterior = co.calibrate(stated, late, as_of=day(ORIGIN), draws=32, seed=SEED)
    ways = {"horizon_days": 7, "members": 32, "seed": SEED}
    alone, asked = co.forecast(stated, posterior, **ways), co.forecast(stated, posterior, late, **ways)
    assert alone.samples.equals(asked.samples)
    assert np.isfinite(asked.samples.stock).all()


def test_the_trend_of_reports_neither_undoes_a_stated_corridor_nor_empties_the_camp_without_it():
    stated = siege_template()
    reports = co.read_observations(BUNDLED / "templates" / "siege")
    posterior = co.calibrate(stated, reports, as_of="2031-02-03", draws=100, seed=SEED)
    made = co.forecast(stated, posterior, reports, horizon_days=14, members=100, seed=SEED)
    without = supposing(made, stated.with_alternative("no_corridor"), posterior, seed=SEED)
    today = float(made.past.stock.isel(date=-1).sel(place="plain_camp", quantile=0.5))
    announced, shut = (one.samples.sel(place="plain_camp") for one in (made, without))
    assert float(announced.stock.isel(date=-1).median()) > 1.1 * today
    assert float(shut.stock.isel(date=-1).median()) == pytest.approx(today, rel=0.1)
    assert (shut.departures.sum("date") <= announced.departures.sum("date") + 50).mean() > 0.95
    for name in ("unexplained_arrivals", "unexplained_departures"):
        assert (announced[name] == shut[name]).all()
