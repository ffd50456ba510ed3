"""A name or a date that cannot be is refused in words, in a notebook as on the command line."""

import datetime as dt

import pytest

from corridor.errors import UsageError
from corridor.inference.calibrate import calibrate
from corridor.scenario.io.read import read_folder
from corridor.units import as_date


def test_a_day_in_another_form_is_refused_with_the_form_that_is_read(folder):
    scenario, reports = read_folder(folder)
    with pytest.raises(UsageError, match=r"'15/02/2031' is no date\. Write year-month-day, such as 2019-03-03"):
        calibrate(scenario, reports, as_of="15/02/2031", seed=1)
    with pytest.raises(UsageError, match="is no date"):
        reports.known_by("2031-02-30")
    assert as_date("2031-02-15") == as_date(dt.date(2031, 2, 15)) == dt.date(2031, 2, 15)


def test_a_parameter_that_does_not_exist_is_refused_with_those_like_it(folder):
    scenario, _ = read_folder(folder)
    with pytest.raises(UsageError, match=r"no parameter 'softning_km'\. Did you mean softening_km"):
        scenario.parameter("softning_km")
    with pytest.raises(UsageError, match=r"no parameter 'zzz'\. There are: "):
        scenario.parameter("zzz")


def test_a_place_that_does_not_exist_is_refused_with_those_like_it(folder):
    scenario, _ = read_folder(folder)
    with pytest.raises(UsageError, match=r"no place 'plain_kamp' in .*\. Did you mean plain_camp"):
        scenario.place("plain_kamp")
