"""Making worlds: the arrays that a block of members lives in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from scipy import special

from corridor.engine.program import (
    NOTE_GROUP,
    NOTE_PLACE,
    TALLY,
    TODAY_OPTION,
    TODAY_PLACE,
    Day,
    Map,
    Rates,
    Record,
    State,
    Weather,
    World,
    empty_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Array, Floats, Ints, Program
    from corridor.streams import Streams

Part = TypeVar("Part", bound=NamedTuple)
"""Arrays that belong together, members first."""


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
        touched=np.zeros(themap.node.size, dtype=np.bool_),
        leaving=np.zeros(cohorts, dtype=np.int64),
        trying=np.zeros(2 * cohorts, dtype=np.int64),
        cell=np.zeros(cohorts, dtype=np.int64),
        crowd=np.zeros(themap.slot.size, dtype=np.int64),
        weight=np.zeros(themap.place.size),
        option=empty_table(TODAY_OPTION, themap.option.size),
        place=empty_table(TODAY_PLACE, themap.place.size),
    )


def weather_size(compiled: Compiled) -> int:
    """Return how many numbers a day's weather has: two for each place, one for each gate."""
    return 2 * compiled.program.map.place.size + compiled.program.map.queue.size


def weather_of(compiled: Compiled, numbers: Floats) -> Weather:
    """Return the good and the bad days that standard normal numbers, (m, t, number), stand for."""
    places = compiled.program.map.place.size
    wander, day = numbers[..., :places], numbers[..., places : 2 * places]
    gate = special.ndtri(0.5 + 0.5 * special.ndtr(numbers[..., 2 * places :]))
    return Weather(*(np.ascontiguousarray(part) for part in (wander, day, gate)))


def first_state(compiled: Compiled, rates: Rates, streams: Streams, start: Floats) -> State:
    """Return everybody where they are before day 0; start is standard normal, (m, p).

    Groups are drawn by their shares.
    """
    themap = compiled.program.map
    members = rates.place.shape[0]
    cohorts, groups = cohort_count(compiled), themap.share.size
    people = np.zeros((members, themap.slot.size, cohorts), dtype=np.int64)
    share = themap.share / themap.share.sum()
    at = themap.place
    slots = list(compiled.layout.begins)
    for m in range(members):
        residents = np.rint(rates.place.initial[m]).astype(np.int64)
        people[m, slots, :groups] = streams.leaving.multinomial(residents, share)
    is_town, is_camp = at.is_town, at.is_camp
    sd = np.where(is_town, rates.place.push_sd, rates.member.pull_sd[:, None])
    drift = sd * start
    drift[:, ~(is_town | is_camp)] = 0.0
    tally = empty_table(TALLY, members)
    tally["joined"] = people.sum((1, 2))
    return State(people, drift, tally)


class Members(NamedTuple):
    """All that some members need for some days."""

    rates: Rates
    state: State
    record: Record
    weather: Weather

    def some(self, rows: slice) -> Members:
        """Return some of the members, as views of the same arrays."""
        return Members(
            rows_of(self.rates, rows),
            rows_of(self.state, rows),
            rows_of(self.record, rows),
            rows_of(self.weather, rows),
        )


def each(part: Part, change: Callable[[Array], Array]) -> Part:
    """Return a part with a function applied to each of its arrays."""
    return part._make(change(array) for array in part)


def rows_of(part: Part, rows: slice | Ints) -> Part:
    """Return the arrays of some members: views for a slice, copies for indices."""
    return each(part, lambda array: array[rows])


def copy_of(part: Part) -> Part:
    """Return a part with arrays of its own."""
    return each(part, lambda array: np.array(array, copy=True, subok=True))


def joined(parts: Sequence[Part], axis: int) -> Part:
    """Return parts as one, their arrays joined along an axis: 0 for members, 1 for days."""
    arrays = zip(*parts, strict=True)
    return parts[0]._make(np.concatenate(pieces, axis).view(type(pieces[0])) for pieces in arrays)


def world_of(program: Program, members: Members, streams: Streams) -> World:
    """Return a world for a block of members.

    Raises
    ------
    AssertionError
        An array is not contiguous; the compiled kernel relies on it.
    """
    parts = (*program, *members)
    assert all(a.flags.c_contiguous for part in parts for a in part), "contiguous arrays"
    day = empty_day(program.map, members.state.people.shape[2])
    return World(program, members.rates, members.state, day, members.record, members.weather, streams)


def check_conservation(state: State) -> None:
    """Check that nobody has appeared or vanished.

    Raises
    ------
    AssertionError
        The sum of people everywhere, dead and gone is not what began and joined.
    """
    everywhere = state.people.sum((1, 2)) + state.tally.dead + state.tally.gone
    assert (everywhere == state.tally.joined).all(), "conservation of people"
    assert (state.people >= 0).all(), "no negative people"
