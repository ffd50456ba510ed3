"""Making worlds: the arrays that a block of members lives in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.program import (
    COUNT,
    NOTE_GROUP,
    NOTE_PLACE,
    TODAY_OPTION,
    TODAY_PLACE,
    Day,
    Map,
    Rates,
    Record,
    State,
    World,
    empty_table,
)

if TYPE_CHECKING:
    from corridor.engine.compile import Compiled
    from corridor.engine.program import Program
    from corridor.streams import Streams


def cohort_count(compiled: Compiled) -> int:
    """Return the number of cohorts: the groups, twice where people may leave a siege deprived."""
    has_siege = bool(compiled.program.calendar.place.besieged.any())
    return len(compiled.scenario.groups) * (2 if has_siege else 1)


def empty_record(compiled: Compiled, members: int, days: int) -> Record:
    """Return a record with nothing in it yet."""
    themap = compiled.program.map
    places, groups = themap.place.size, themap.share.size
    return Record(
        group=empty_table(NOTE_GROUP, members, days, places, groups),
        place=empty_table(NOTE_PLACE, members, days, places),
        flow=np.zeros((members, days, len(compiled.layout.routes)), dtype=np.int32),
    )


def empty_day(themap: Map, cohorts: int) -> Day:
    """Return room to work in."""
    return Day(
        now=np.zeros(3, dtype=np.int64),
        reached=np.zeros((themap.node.size, cohorts), dtype=np.int64),
        leaving=np.zeros(cohorts, dtype=np.int64),
        trying=np.zeros(2 * cohorts, dtype=np.int64),
        cell=np.zeros(cohorts, dtype=np.int64),
        option=empty_table(TODAY_OPTION, themap.option.size),
        place=empty_table(TODAY_PLACE, themap.place.size),
    )


def first_state(compiled: Compiled, rates: Rates, streams: Streams) -> State:
    """Return everybody where they are before day 0.

    Residents are at home, people in camps have settled, others rest where they are; groups are
    drawn by their shares.
    """
    themap = compiled.program.map
    members, places = rates.place.shape
    cohorts, groups = cohort_count(compiled), themap.share.size
    people = np.zeros((members, themap.slot.size, cohorts), dtype=np.int64)
    share = themap.share / themap.share.sum()
    at = themap.place
    slots = np.where(at.home >= 0, at.home, np.where(at.settled >= 0, at.settled, at.rest))
    for m in range(members):
        count = np.rint(rates.place.initial[m]).astype(np.int64)
        people[m, slots, :groups] = streams.leaving.multinomial(count, share)
    is_town, is_camp = at.home >= 0, at.new >= 0
    sd = np.where(is_town, rates.place.push_sd, rates.member.pull_sd[:, None])
    drift = sd * streams.weather.standard_normal((members, places))
    drift[:, ~(is_town | is_camp)] = 0.0
    count = empty_table(COUNT, members)
    count["joined"] = people.sum((1, 2))
    return State(people, drift, count)


def rows_of(values: Rates | State | Record, rows: slice) -> Rates | State | Record:
    """Return the arrays of some members, as views."""
    return type(values)(*(array[rows] for array in values))


def world_of(program: Program, rates: Rates, state: State, record: Record, streams: Streams) -> World:
    """Return a world for a block of members."""
    day = empty_day(program.map, state.people.shape[2])
    return World(program, rates, state, day, record, streams)


def check_conservation(state: State) -> None:
    """Check that nobody has appeared or vanished.

    Raises
    ------
    AssertionError
        The sum of people everywhere, dead and gone is not what began and joined.
    """
    everywhere = state.people.sum((1, 2)) + state.count.dead + state.count.gone
    assert (everywhere == state.count.joined).all(), "conservation of people"
    assert (state.people >= 0).all(), "no negative people"
