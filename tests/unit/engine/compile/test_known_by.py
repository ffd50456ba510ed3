"""What became known after a day cannot change what was computed on it."""

import datetime as dt
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.engine.compile.compile import compile_scenario
from tests.builders import camp, day, drive, event, scenario, screening, town, transit, walk

DAYS, ORIGIN = 20, 10
PLACES = ("town", "ridge", "hub", "camp")
ROUTES = ("town>ridge", "ridge>hub", "hub>camp")
CAPACITIES = ("hub", "camp")
ABOUT_PLACES = (
    "siege",
    "conflict",
    "cold",
    "capacity_change",
    "verification",
    "inflow",
    "reception_rate",
    "camp_closes",
)
ABOUT_ROUTES = ("corridor", "closure", "relocation")

later = st.integers(ORIGIN + 1, DAYS + 5)
values = st.integers(1, 5_000)


@st.composite
def events(draw, known_on):
    """Return an event that became known on a day, whenever it begins and ends."""
    first = draw(st.integers(0, DAYS - 1))
    last = draw(st.none() | st.integers(first, DAYS + 3))
    kind = draw(st.sampled_from(ABOUT_PLACES + ABOUT_ROUTES))
    subject = draw(st.sampled_from(PLACES if kind in ABOUT_PLACES else ROUTES))
    return event(kind, subject, first, last, draw(values), reported_on=day(draw(known_on)))


def stated(known, unknown, capacities):
    """Return a scenario with events that were known in time and events that were not."""
    sizes = dict(zip(CAPACITIES, capacities, strict=True))

    def capacity(place):
        people, known_on = sizes[place]
        return {"capacity": people, "capacity_reported_on": None if known_on is None else day(known_on)}

    places = (
        town("town", 100),
        screening("ridge"),
        transit("hub", **capacity("hub")),
        camp("camp", **capacity("camp")),
    )
    routes = (walk("town", "ridge"), drive("ridge", "hub", 100), drive("hub", "camp", 100))
    return scenario(places, routes, (*known, *unknown), days=DAYS)


def arrays(found):
    """Return every array of a program, as bytes."""
    tables = (*found.program.network, *found.program.calendar)
    return [np.ascontiguousarray(table).tobytes() for table in tables]


def seen_at(scenario_):
    return arrays(compile_scenario(scenario_.known_by(day(ORIGIN))))


in_time = st.lists(events(st.integers(-5, ORIGIN)), max_size=4)
too_late = st.lists(events(later), max_size=4)
late_sizes = st.tuples(values, st.none() | later)


@settings(max_examples=60)
@given(in_time, too_late, too_late, st.lists(late_sizes, min_size=4, max_size=4))
def test_events_and_capacities_that_became_known_later_change_no_array(known, one, other, sizes):
    assert seen_at(stated(known, one, sizes[:2])) == seen_at(stated(known, other, sizes[2:]))


@settings(max_examples=30)
@given(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1), values, values)
def test_details_of_an_opening_that_was_not_known_change_no_array(first, other, seats, other_seats):
    def opening(begins, size):
        later_known = {"reported_on": day(ORIGIN + 1)}
        return (
            event("transport", "hub>camp", begins, None, size, **later_known),
            event("camp_opens", "camp", begins, **later_known),
        )

    sizes = ((500, 0), (900, 0))
    assert seen_at(stated((), opening(first, seats), sizes)) == seen_at(stated((), opening(other, other_seats), sizes))


@settings(max_examples=30)
@given(st.integers(0, ORIGIN), st.integers(0, 15), st.integers(0, 15))
def test_an_end_that_was_not_known_changes_no_array(first, length, other):
    def shut(days):
        known = {"reported_on": day(0), "end_reported_on": day(ORIGIN + 1)}
        return (event("closure", "hub>camp", first, first + days, **known),)

    sizes = ((500, 0), (900, 0))
    assert seen_at(stated(shut(length), (), sizes)) == seen_at(stated(shut(other), (), sizes))


def test_what_was_known_in_time_does_change_the_arrays():
    sizes = ((500, 0), (900, 0))
    base = seen_at(stated((), (), sizes))
    siege = event("siege", "town", ORIGIN + 3, reported_on=day(ORIGIN))
    assert seen_at(stated((siege,), (), sizes)) != base
    assert seen_at(stated((), (), ((501, 0), (900, 0)))) != base


def test_a_camp_that_nobody_knew_would_open_takes_nobody_in():
    opening = event("camp_opens", "camp", 2, reported_on=day(ORIGIN + 1))
    found = compile_scenario(stated((), (opening,), ((500, 0), (900, 0))).known_by(day(ORIGIN)))
    assert not found.program.calendar.place.capacity[:, 3].any()


def test_the_day_on_which_something_became_known_counts_as_known():
    siege = event("siege", "town", 0, reported_on=day(ORIGIN))
    whole = stated((siege,), (), ((500, ORIGIN), (900, ORIGIN)))
    assert seen_at(whole) == arrays(compile_scenario(whole))


def test_a_calendar_that_ends_later_changes_nothing_before():
    short = stated((event("siege", "town", 3, 12),), (), ((500, 0), (900, 0)))
    long = replace(short, end=short.end + dt.timedelta(days=9))
    one, two = (compile_scenario(case).program.calendar for case in (short, long))
    for t in range(DAYS):
        assert (one.place[one.period[t]] == two.place[two.period[t]]).all()
        assert (one.path[one.period[t]] == two.path[two.period[t]]).all()
