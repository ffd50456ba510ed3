"""Levers change what holds from a day on, and nothing before it."""

from datetime import date

import pytest

from corridor.runs.inputs import scenario_folder
from corridor.scenario.events import EventKind
from corridor.scenario.io.read import read_scenario
from corridor.scenario.levers import Lever, with_levers

FROM, TO = date(2019, 3, 4), date(2019, 3, 10)


@pytest.fixture(scope="module")
def scenario():
    return read_scenario(scenario_folder("baghouz-2019"))


def in_force(scenario, kind, subject, day):
    return [row for row in scenario.events if row.kind is kind and row.subject == subject and row.covers(day)]


def test_a_lever_replaces_what_is_stated_for_its_days_and_leaves_the_rest(scenario):
    lever = Lever(kind="corridor", subject="baghouz", value=500, start=FROM, end=TO)
    changed = with_levers(scenario, [lever])
    assert [row.value for row in in_force(changed, EventKind.CORRIDOR, "baghouz", FROM)] == [500]
    assert [row.value for row in in_force(changed, EventKind.CORRIDOR, "baghouz", date(2019, 3, 3))] == [None]
    assert [row.value for row in in_force(changed, EventKind.CORRIDOR, "baghouz", date(2019, 3, 11))] == [None]
    others = [row for row in scenario.events if (row.kind, row.subject) != (EventKind.CORRIDOR, "baghouz")]
    assert [row for row in changed.events if row in others] == others


def test_a_lever_is_a_supposition_that_no_cut_removes(scenario):
    lever = Lever(kind="pause", subject="baghouz", start=FROM, end=TO)
    changed = with_levers(scenario, [lever]).known_by(date(2019, 3, 3))
    assert len(in_force(changed, EventKind.PAUSE, "baghouz", FROM)) == 1


def test_a_switch_with_the_value_zero_is_not_in_force(scenario):
    lever = Lever(kind="siege", subject="baghouz", value=0, start=FROM)
    changed = with_levers(scenario, [lever])
    assert in_force(changed, EventKind.SIEGE, "baghouz", FROM) == []
    assert len(in_force(changed, EventKind.SIEGE, "baghouz", date(2019, 3, 3))) == 1


def test_no_levers_change_nothing(scenario):
    assert with_levers(scenario, []) == scenario


def test_a_lever_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="lies before the first"):
        Lever(kind="pause", subject="baghouz", start=TO, end=FROM)


def test_the_capacity_of_a_day_is_that_of_the_event_in_force_or_of_the_place(scenario):
    lever = Lever(kind="capacity_change", subject="al_hol", value=70_000, start=FROM, end=TO)
    changed = with_levers(scenario, [lever])
    stated = scenario.place("al_hol").capacity
    assert changed.capacity_on("al_hol", FROM) == 70_000
    assert changed.capacity_on("al_hol", date(2019, 3, 11)) == stated
