"""A camp whose people come in ways that the network does not know: the fit follows its counts where that may be."""

import numpy as np
import pytest

import corridor as co
from corridor.engine.run.members import check_conservation
from corridor.scenario.observations import Observation, Observations
from tests.builders import camp, day, drive, event, scenario, town

ORIGIN, SEED = 60, 7
COUNTS = {7: 0, 14: 0, 21: 4_000, 28: 6_000, 35: 6_100, 42: 9_000, 49: 9_500, 56: 9_400}


def fitted(unexplained):
    """Return what is believed of a camp that fills although hardly anybody can get there."""
    stated = scenario(
        (town("north", 20_000), camp("lake", 0), camp("hill", 0)),
        (drive("north", "lake", 60), drive("north", "hill", 4_000)),
        (event("conflict", "north", 0, 80, 1.0),),
        days=81,
        values={"onset_rate_per_day": 0.002, "unseen_sd": unexplained, "report_sd_c": 0.05, "bias_sd_c": 0.01},
    )
    rows = [
        Observation(date=day(n), place="hill", measure="stock", count=count, source="agency")
        for n, count in COUNTS.items()
    ]
    return co.calibrate(stated, Observations(tuple(rows)), as_of=day(ORIGIN), draws=100, seed=SEED)


@pytest.fixture(scope="module")
def followed():
    return fitted(0.3)


def test_the_fit_follows_the_counts(followed):
    for n, count in COUNTS.items():
        low, middle, high = np.quantile(followed.stock_draws("hill", n), [0.05, 0.5, 0.95])
        assert middle == pytest.approx(count, rel=0.1, abs=60)
        assert low - 0.05 * count - 60 <= count <= high + 0.05 * count + 60


def test_without_it_the_fit_stays_with_the_network():
    assert np.quantile(fitted(0.0).stock_draws("hill", 56), 0.95) < 2_000


def test_everybody_counted_in_is_there_and_nobody_is_lost(followed):
    check_conservation(followed.end_state)
    told = co.forecast(followed.compiled.scenario, followed, horizon_days=7, members=100, seed=SEED)
    assert float(told.samples.stock.sel(place="hill").isel(date=0).median()) == pytest.approx(9_400, rel=0.1)


def test_the_counts_are_what_the_fit_says_of_them(followed):
    rows = {row["date"]: row for row in followed.fit_rows()}
    assert all(rows[day(n)]["p50"] == pytest.approx(count, rel=0.1, abs=60) for n, count in COUNTS.items())
