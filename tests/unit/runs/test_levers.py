"""Levers as they are written on the command line."""

from datetime import date

import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.runs.inputs import scenario_folder
from corridor.runs.levers import Setting, parse_add, parse_set, parse_sweep, with_levers
from corridor.scenario.io.read import read_scenario
from corridor.scenario.levers import Lever
from corridor.scenario.parameters import Fixed

ORIGIN = date(2019, 3, 3)
TOMORROW = date(2019, 3, 4)


@pytest.fixture(scope="module")
def scenario():
    return read_scenario(scenario_folder("baghouz-2019"))


def test_an_event_without_days_holds_from_the_day_after_the_last_day_known():
    lever = parse_set("transport suar>al_hol=2000", ORIGIN)
    assert lever == Lever(kind="transport", subject="suar>al_hol", value=2000, start=TOMORROW)


def test_an_event_may_have_a_first_and_a_last_day():
    lever = parse_add("pause baghouz 2019-03-05..2019-03-12", ORIGIN)
    assert lever == Lever(kind="pause", subject="baghouz", start=date(2019, 3, 5), end=date(2019, 3, 12))


def test_a_parameter_is_set_or_multiplied():
    assert parse_set("seats_per_day.suar>al_hol=500", ORIGIN) == Setting("seats_per_day", "suar>al_hol", value=500)
    assert parse_set("seats_per_day suar>al_hol=x2", ORIGIN) == Setting("seats_per_day", "suar>al_hol", factor=2)


def test_a_sweep_is_evenly_spaced_from_end_to_end():
    assert [lever.value for lever in parse_sweep("transport a>b=500..2000/4", ORIGIN)] == [500, 1000, 1500, 2000]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pause baghouz 2019-03-03..2019-03-05", "begins on or before 2019-03-03"),
        ("pause baghouz 2019-03-09..2019-03-05", "lies before the first"),
        ("pause baghouz 2019-02-30", "a day that is not in the calendar"),
        ("pauses baghouz", r"pauses is no event or parameter\. Did you mean pause"),
        ("seats_per_day suar>al_hol 5 2019-03-05", "a parameter takes a value and no days"),
        ("?", "cannot be read"),
        ("cold 1.2.3", "'1.2.3' is not a number"),
    ],
)
def test_what_is_no_lever_is_refused_with_the_reason(text, message):
    with pytest.raises(UsageError, match=message):
        parse_add(text, ORIGIN)


@pytest.mark.parametrize("text", ["transport a>b=500..2000", "transport a>b=500..2000/1", "transport=a..b/3"])
def test_what_is_no_sweep_is_refused(text):
    with pytest.raises(UsageError, match=r"cannot be read\. Write --sweep"):
        parse_sweep(text, ORIGIN)


def test_a_sweep_of_what_there_is_not_says_what_there_is_and_how_a_sweep_is_written():
    with pytest.raises(
        UsageError, match=r"seats is no event or parameter\. Did you mean seats_per_day\? Write --sweep"
    ):
        parse_sweep("seats=500..5000/10", ORIGIN)


def test_an_event_takes_no_factor():
    with pytest.raises(UsageError, match="takes a value and no factor"):
        parse_set("transport suar>al_hol=x2", ORIGIN)


def test_a_lever_is_checked_like_a_file(scenario):
    with pytest.raises(ScenarioError, match="baghuz"):
        with_levers(scenario, [parse_add("pause baghuz", ORIGIN)])


def test_a_fixed_parameter_is_multiplied_and_an_uncertain_one_remembers_its_factor(scenario):
    supposed = with_levers(
        scenario, [Setting("push_days", None, factor=2), Setting("leak_rate_per_day", None, factor=3)]
    )
    assert supposed.parameter("push_days").prior == Fixed(value=24)
    leak = supposed.parameter("leak_rate_per_day")
    assert (leak.prior, leak.factor) == (scenario.parameter("leak_rate_per_day").prior, 3)
    assert supposed.events == scenario.events


def test_an_alternative_may_multiply_what_is_learnt(scenario):
    supposed = scenario.with_alternative("reception_doubled")
    stated = scenario.parameter("reception_rate_per_day", "al_hol")
    row = supposed.parameter("reception_rate_per_day", "al_hol")
    assert (row.prior, row.factor) == (stated.prior, 2)
