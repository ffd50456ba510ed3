"""The same seed gives the same bytes, whoever does the work; another seed gives others."""

import datetime as dt

import pytest

from corridor.forecasting.forecast import forecast
from corridor.inference.calibrate import calibrate
from corridor.scenario.io.read import read_observations
from tests.recovery.bytes_of import differing, forecast_bytes, posterior_bytes, run_bytes
from tests.recovery.cases import BUNDLED, siege_template

AS_OF = dt.date(2031, 2, 8)


@pytest.fixture(scope="module")
def siege():
    return siege_template(), read_observations(BUNDLED / "templates" / "siege"), AS_OF


@pytest.fixture(scope="module")
def base(siege):
    return run_bytes(*siege, draws=80)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_number_of_workers_changes_no_byte(siege, base, workers):
    assert differing(base, run_bytes(*siege, draws=80, workers=workers)) == []


def test_another_seed_gives_other_histories(siege, base):
    differs = differing(base, run_bytes(*siege, draws=80, seed=8))
    assert {"normal", "bias", "end_state.people", "past.stock", "samples.stock", "table"} <= set(differs)


def test_being_told_of_progress_changes_no_byte(siege, base):
    stated, reports, as_of = siege
    seen = []
    told = calibrate(stated, reports, as_of=as_of, draws=80, seed=7, progress=lambda *step: seen.append(step))
    assert seen
    assert all(base[name] == found for name, found in posterior_bytes(told).items())


def test_a_forecast_leaves_the_posterior_as_it_was(siege):
    stated, reports, as_of = siege
    posterior = calibrate(stated, reports, as_of=as_of, draws=40, seed=7)
    before = posterior_bytes(posterior)
    one = forecast(stated, posterior, members=60, seed=7)
    assert differing(before, posterior_bytes(posterior)) == []
    assert differing(forecast_bytes(one), forecast_bytes(forecast(stated, posterior, members=60, seed=7))) == []


def test_futures_are_the_same_whether_few_or_many_are_asked_for(siege):
    stated, reports, as_of = siege
    posterior = calibrate(stated, reports, as_of=as_of, draws=40, seed=7)
    few, many = (forecast(stated, posterior, members=members, seed=7).samples for members in (15, 40))
    assert few.equals(many.isel(member=slice(15)))
