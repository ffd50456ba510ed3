"""Periods, and the words that explain them."""

import datetime as dt

import pytest

from corridor.errors import UsageError
from corridor.scenario.events import Event
from corridor.scenario.io.read import read_scenario
from corridor.scenario.timeline import Period, cut, explain, from_to, periods

FIRST, LAST = dt.date(2031, 1, 1), dt.date(2031, 1, 31)


def event(start, end=None, kind="siege", subject="a"):
    return Event(start=start, end=end, kind=kind, subject=subject, source="invented")


def test_without_events_the_calendar_is_one_period():
    assert cut(FIRST, LAST, []) == (Period(FIRST, LAST, ()),)


def test_an_event_is_in_force_on_its_first_and_on_its_last_day():
    siege = event(dt.date(2031, 1, 5), dt.date(2031, 1, 9))
    assert cut(FIRST, LAST, [siege]) == (
        Period(FIRST, dt.date(2031, 1, 4), ()),
        Period(dt.date(2031, 1, 5), dt.date(2031, 1, 9), (siege,)),
        Period(dt.date(2031, 1, 10), LAST, ()),
    )


def test_events_that_reach_beyond_the_calendar_are_cut_off():
    early, endless = event(dt.date(2030, 1, 1), dt.date(2031, 1, 2)), event(dt.date(2031, 1, 31))
    late, over = event(dt.date(2031, 2, 1)), event(dt.date(2030, 1, 1), dt.date(2030, 12, 31))
    assert cut(FIRST, LAST, [late, early, endless, over]) == (
        Period(FIRST, dt.date(2031, 1, 2), (early,)),
        Period(dt.date(2031, 1, 3), dt.date(2031, 1, 30), ()),
        Period(LAST, LAST, (endless,)),
    )


def test_an_event_that_takes_over_from_another_begins_a_period():
    one, two = event(FIRST, dt.date(2031, 1, 10)), event(dt.date(2031, 1, 11), subject="b")
    assert [period.events for period in cut(FIRST, LAST, [one, two])] == [(one,), (two,)]


def test_events_of_a_period_stand_in_the_order_of_the_scenario():
    one, two = event(dt.date(2031, 1, 3)), event(FIRST, subject="b")
    assert cut(FIRST, LAST, [one, two])[-1].events == (one, two)


def test_every_day_lies_in_the_one_period_whose_events_cover_it(folder):
    scenario = read_scenario(folder)
    days = [scenario.start + dt.timedelta(days=t) for t in range(scenario.n_days)]
    found = [[p.events for p in periods(scenario) if p.start <= day <= p.end] for day in days]
    assert found == [[tuple(e for e in scenario.events if e.covers(day))] for day in days]


def test_a_siege_with_a_pause_and_no_corridor_is_explained_as_such(folder):
    text = explain(read_scenario(folder), on=dt.date(2031, 2, 3))
    assert text == (
        "Two towns, one under siege (invented)\n"
        "On 3 February 2031, day 34 of 120. This holds on 3 February 2031.\n"
        "    People in Old Town may leave only by leaking out or through a corridor.\n"
        "    Fighting at Old Town stops; this opens no way out by itself.\n"
        "    No corridor leads out of Old Town.\n"
        "    Vehicles carry up to 500 people a day along the way from Ridge screening point to "
        "Junction transit centre.\n"
        "    Vehicles carry up to 700 people a day along the way from Junction transit centre to Plain Camp.\n"
        "    Plain Camp admits up to 650 people a day, first come first served.\n"
        "    Cold multiplies the chance of death in the open by 1.8 at every place.\n"
        "    Ridge screening point screens up to 400 people a day, first come first served.\n"
        "    Camps that take people: Plain Camp (can hold 24,000).\n"
    )


def test_what_is_new_and_what_has_ceased_is_marked(folder):
    passages = explain(read_scenario(folder)).split("\n\n")
    (passage,) = [text for text in passages if text.startswith("From 4 to 5 February 2031 (2 days)")]
    marked = [line for line in passage.splitlines() if line.startswith(("  +", "  -"))]
    assert marked == [
        "  + Up to 1,200 people a day may leave by the way from Old Town to Ridge screening point.",
        "  + Ridge screening point screens up to 600 people a day, first come first served.",
        "  - No longer: No corridor leads out of Old Town.",
        "  - No longer: Ridge screening point screens up to 400 people a day, first come first served.",
    ]


def test_there_is_one_passage_for_each_period_and_one_for_the_whole(folder):
    scenario = read_scenario(folder)
    text = explain(scenario)
    assert text.startswith(
        "Two towns, one under siege (invented)\nFrom 1 January to 30 April 2031 (120 days): 2 towns,"
    )
    assert len(text.split("\n\n")) == 1 + len(periods(scenario))


def test_a_closed_corridor_lets_nobody_out(folder, edit):
    edit("events.csv", "2031-02-03,2031-02-09,pause", "2031-02-03,2031-02-09,closure")
    text = explain(read_scenario(folder), on=dt.date(2031, 2, 5))
    assert "The corridor out of Old Town is shut by a closure." in text


def test_trucks_that_do_not_run_that_day_are_mentioned(folder, edit):
    edit("events.csv", "2031-01-01,,transport,junction_transit", "2031-01-05,,transport,junction_transit")
    text = explain(read_scenario(folder), on=dt.date(2031, 1, 4))
    assert "No vehicles run along the way from Junction transit centre to Plain Camp." in text


def test_a_camp_takes_nobody_before_it_opens_and_after_it_closes(folder, edit):
    edit("events.csv", "2031-03-01,,capacity_change,plain_camp,30000", "2031-03-01,2031-03-31,camp_opens,plain_camp,")
    scenario = read_scenario(folder)
    assert "No camp takes people." in explain(scenario, on=dt.date(2031, 2, 28))
    assert "Camps that take people: Plain Camp (can hold 24,000)." in explain(scenario, on=dt.date(2031, 3, 31))
    assert "No camp takes people." in explain(scenario, on=dt.date(2031, 4, 1))


def test_a_day_outside_the_calendar_cannot_be_explained(folder):
    with pytest.raises(UsageError, match=r"2031-05-01 is not a day of Two towns, .* from 1 January to 30 April 2031"):
        explain(read_scenario(folder), on=dt.date(2031, 5, 1))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (dt.date(2031, 1, 1), dt.date(2031, 1, 1), "on 1 January 2031"),
        (dt.date(2031, 1, 1), dt.date(2031, 1, 9), "from 1 to 9 January 2031"),
        (dt.date(2031, 1, 30), dt.date(2031, 2, 2), "from 30 January to 2 February 2031"),
        (dt.date(2030, 12, 30), dt.date(2031, 1, 2), "from 30 December 2030 to 2 January 2031"),
    ],
)
def test_spans_of_days_read_naturally(first, last, words):
    assert from_to(first, last) == words
