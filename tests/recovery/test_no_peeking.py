"""Nothing that became known after the last day known changes a byte of what is believed or forecast."""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import corridor
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.read import read_observations, read_scenario
from corridor.scenario.observations import Observation, Observations, Use
from corridor.scenario.scenario import Supply
from tests.recovery.bytes_of import differing, run_bytes

BUNDLED = Path(corridor.__file__).parent / "bundled"
CASES = {
    "baghouz": (BUNDLED / "baghouz_2019", dt.date(2019, 1, 25)),
    "siege": (BUNDLED / "templates" / "siege", dt.date(2031, 2, 4)),
}
LATER = dt.timedelta(days=3)
OPENS = {EventKind.CAMP_OPENS, EventKind.OPENING, EventKind.TRANSPORT}
"""What is announced by these is shut until the announcement; test_known_by says so of the engine."""


@cache
def bundled(case):
    """Return a scenario, its reports and a day in the middle of it."""
    folder, as_of = CASES[case]
    return read_scenario(folder), read_observations(folder), as_of


@cache
def untouched(case):
    stated, reports, as_of = bundled(case)
    return run_bytes(stated, reports, as_of)


def changed(case, change):
    """Return the names of what differs once a scenario and its reports are changed."""
    stated, reports, as_of = bundled(case)
    return differing(untouched(case), run_bytes(*change(stated, reports, as_of), as_of))


def other_counts(stated, reports, as_of):
    """Ten times as many people in every figure that became known later, and other words about them."""
    rows = [
        row.model_copy(update={"count": 10 * (row.count or 0) + 1, "qualifier": "exact", "source": "somebody else"})
        if row.known_on > as_of or row.date > as_of
        else row
        for row in reports
    ]
    assert sum(row is not old for row, old in zip(rows, reports, strict=True)) > 1
    return stated, Observations(tuple(rows))


def later_figures_out(stated, reports, as_of):
    kept = tuple(row for row in reports if row.known_on <= as_of)
    assert len(kept) < len(reports)
    return stated, Observations(kept)


def more_figures(stated, reports, as_of):
    """Figures about days that had passed, or were yet to come, and that became known a day too late."""
    camp = next(place.place for place in stated.places if place.kind.is_final)
    late = {
        "place": camp,
        "measure": "stock",
        "count": 1,
        "source": "late",
        "reported_on": as_of + dt.timedelta(days=1),
    }
    new = [Observation(date=as_of - dt.timedelta(days=ago), **late) for ago in (0, 1, 5, 20)]
    future = Observation(**{**late, "date": as_of + dt.timedelta(days=1), "reported_on": as_of})
    return stated, Observations((*reports, *new, future))


def figures_kept_back(stated, reports, as_of):
    """Figures that are held back or ignored, although they were known."""
    rows = [row if row.use is Use.FIT else row.model_copy(update={"count": 1}) for row in reports]
    about = {"date": as_of, "place": stated.places[0].place, "measure": "inside", "count": 10**6, "source": "radio"}
    return stated, Observations((*rows, *(Observation(**about, use=use) for use in (Use.HOLD, Use.IGNORE))))


def other_events(stated, reports, as_of):
    """Other sizes, ends, beginnings and kinds of whatever became known later."""
    kinds = {kind: EventKind.COLD if kind in {EventKind.CONFLICT, EventKind.PAUSE} else kind for kind in EventKind}

    def other(row):
        if row.known_on <= as_of:
            return row
        update = {"value": 3.0, "end": None, "end_reported_on": None, "reported_on": row.known_on}
        if row.kind not in OPENS:
            update |= {"start": stated.start, "kind": kinds[row.kind]}
        return row.model_copy(update=update)

    rows = tuple(other(row) for row in stated.events)
    assert rows != stated.events
    return stated.with_events(rows), reports


def later_events_out(stated, reports, as_of):
    kept = tuple(row for row in stated.events if row.known_on <= as_of)
    assert len(kept) < len(stated.events)
    return stated.with_events(kept), reports


def more_events(stated, reports, as_of):
    """A siege, a closure and a cold spell that began long ago, and that nobody knew of."""
    late = {"source": "late", "start": stated.start, "reported_on": as_of + dt.timedelta(days=1)}
    town = stated.places[0].place
    new = [
        Event(kind="closure", subject=stated.routes[-1].route, **late),
        Event(kind="closure", subject=town, **late),
        Event(kind="conflict", subject=town, value=1.0, **late),
        Event(kind="cold", value=50.0, **late),
    ]
    return stated.with_events((*stated.events, *new)), reports


def other_ends(stated, reports, as_of):
    """Other ends of whatever was known to have begun, but not yet to have ended."""
    rows = tuple(
        row.model_copy(update={"end": row.end + LATER})
        if row.end and row.end_reported_on and row.known_on <= as_of < row.end_reported_on
        else row
        for row in stated.events
    )
    if rows == stated.events:
        first = rows[0].model_copy(update={"end": as_of - LATER, "end_reported_on": as_of + LATER})
        return stated.with_events((first, *rows[1:])), reports
    return stated.with_events(rows), reports


def other_capacities(stated, reports, as_of):
    """Capacities of a few people, reported later or at no stated time."""
    known = [row for row in stated.places if row.capacity_reported_on and row.capacity_reported_on <= as_of]
    blank = [row.place for row in stated.places if row not in known and row.kind.value in {"camp", "transit"}]
    days = [None, as_of + dt.timedelta(days=1)]
    places = tuple(
        row.model_copy(update={"capacity": 5, "capacity_reported_on": days[blank.index(row.place) % 2]})
        if row.place in blank
        else row
        for row in stated.places
    )
    return replace(stated, places=places), reports


def other_stocks(stated, reports, as_of):
    """Goods on site are no people: they change no forecast, whenever they became known."""
    camp = next(place.place for place in stated.places if place.kind.is_final)
    new = Supply(date=as_of, place=camp, item="tents", quantity=9, unit="tents", kind="on_site", source="late")
    return replace(stated, stocks=(new,)), reports


CHANGES = (
    other_counts,
    later_figures_out,
    more_figures,
    figures_kept_back,
    other_events,
    later_events_out,
    more_events,
    other_ends,
    other_capacities,
    other_stocks,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_became_known_later_changes_no_byte(change):
    assert changed("siege", change) == []


def everything_later(stated, reports, as_of):
    """Every one of these changes, except those that leave out what the others change."""
    for change in CHANGES:
        if change not in {later_figures_out, later_events_out}:
            stated, reports = change(stated, reports, as_of)
    return stated, reports


def test_all_that_became_known_later_at_once_changes_no_byte_of_a_larger_case():
    assert changed("baghouz", everything_later) == []


def test_leaving_out_all_that_became_known_later_changes_no_byte_of_a_larger_case():
    def left_out(stated, reports, as_of):
        return later_events_out(*later_figures_out(stated, reports, as_of), as_of)

    assert changed("baghouz", left_out) == []


def half_as_many_again(stated, reports, as_of):
    """Half as many people again in the last figure that was known and weighed."""
    rows = list(reports)
    last = max(i for i, row in enumerate(rows) if row.use is Use.FIT and row.known_on <= as_of and row.count)
    rows[last] = rows[last].model_copy(update={"count": 3 * rows[last].count // 2})
    return stated, Observations(tuple(rows))


def an_event_known_today(stated, reports, as_of):
    """A closure from tomorrow on, of which people knew today: the forecast hears of it, the fit does not."""
    event = Event(kind="cold", start=as_of + dt.timedelta(days=1), value=40.0, source="radio", reported_on=as_of)
    return stated.with_events((*stated.events, event)), reports


@pytest.mark.parametrize("case", CASES)
def test_what_was_known_in_time_changes_bytes(case):
    """Without this, bytes that never change would prove nothing."""
    assert "normal" in changed(case, half_as_many_again)
    heard = changed(case, an_event_known_today)
    assert "samples.deaths" in heard
    assert "end_state.people" not in heard


@pytest.mark.parametrize("case", CASES)
def test_a_report_counts_from_the_day_on_which_it_became_known(case):
    stated, reports, as_of = bundled(case)
    weighed = [row for row in reports if row.use is Use.FIT and row.count and row.known_on <= as_of]
    report = max(weighed, key=lambda row: row.known_on)
    without = Observations(tuple(row for row in reports if row is not report))
    day_before = report.known_on - dt.timedelta(days=1)
    before = [run_bytes(stated, rows, day_before) for rows in (reports, without)]
    assert differing(*before) == []
    on_the_day = [run_bytes(stated, rows, report.known_on) for rows in (reports, without)]
    assert "normal" in differing(*on_the_day)
