"""The arrays that a block of members is simulated in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from scipy import special

from corridor.engine.kernel.counting import MOST_COUNTED
from corridor.engine.program import (
    RECORD_GROUP,
    RECORD_PLACE,
    TALLY,
    TODAY_PATH,
    TODAY_PLACE,
    VISIT,
    WALKER,
    DayEffects,
    Network,
    Rates,
    Record,
    Scratch,
    SimState,
    State,
    empty_table,
)
from corridor.errors import BoundsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.random import Generator

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Array, Floats, Ints, Program
    from corridor.streams import Streams

MOST_VISITS, FEW_VISITS = 1 << 21, 1 << 8
"""Positions in which there can be people at a time of the day, and those that are looked up fastest; powers of two."""

Part = TypeVar("Part", bound=NamedTuple)
"""Arrays that belong together, members first."""


def cohort_count(compiled: Compiled) -> int:
    """Return the number of cohorts: the groups, twice where people may leave a siege deprived."""
    has_siege = bool(compiled.program.calendar.place.besieged.any())
    return len(compiled.scenario.groups) * (2 if has_siege else 1)


def empty_record(compiled: Compiled, members: int, days: int) -> Record:
    """Return a record with nothing in it yet."""
    network = compiled.program.network
    places, groups = network.place.size, network.share.size
    return Record(
        group=empty_table(RECORD_GROUP, members, days, places, groups),
        place=empty_table(RECORD_PLACE, members, days, places),
        flow=np.zeros((members, days, len(compiled.layout.routes)), dtype=np.int32),
    )


def empty_scratch(network: Network, cohorts: int) -> Scratch:
    """Return arrays to work in; memory that nobody comes to write to is never taken from the machine."""
    return Scratch(
        now=np.array([0, 0, 0, 0, 0, FEW_VISITS - 1, 0, 0, 0, 0, 0], dtype=np.int64),
        visit=empty_table(VISIT, MOST_VISITS),
        visitor=np.zeros((MOST_VISITS, cohorts), dtype=np.int64),
        held_back=np.zeros((MOST_VISITS, cohorts), dtype=np.int64),
        undecided=np.zeros((network.slot.size, cohorts), dtype=np.int64),
        walker=empty_table(WALKER, MOST_VISITS),
        lookup=np.zeros(2 * MOST_VISITS, dtype=np.int64),
        span=np.zeros(int(network.clock.spans[0]) + 1, dtype=np.int64),
        leaving=np.zeros(cohorts, dtype=np.int64),
        trying=np.zeros(2 * cohorts, dtype=np.int64),
        cell=np.zeros(cohorts, dtype=np.int64),
        crowd=np.zeros(network.slot.size, dtype=np.int64),
        weight=np.zeros(network.place.size),
        coming=np.zeros(network.place.size),
        share=np.zeros(network.path.size),
        path=empty_table(TODAY_PATH, network.path.size),
        place=empty_table(TODAY_PLACE, network.place.size),
    )


def day_effects_size(compiled: Compiled) -> int:
    """Return how many random numbers the effects of a day take: two for each place, one for each gate."""
    return 2 * compiled.program.network.place.size + compiled.program.network.queue.size


def day_effects_of(compiled: Compiled, numbers: Floats) -> DayEffects:
    """Return the random effects of days from standard normal numbers, (m, t, number), without unexplained flows."""
    places = compiled.program.network.place.size
    wander, day = numbers[..., :places], numbers[..., places : 2 * places]
    gate = special.ndtri(0.5 + 0.5 * special.ndtr(numbers[..., 2 * places :]))
    none = (*numbers.shape[:-1], 0)
    wander, day, gate = (np.ascontiguousarray(part) for part in (wander, day, gate))
    return DayEffects(wander, day, gate, np.zeros(none), np.zeros(none, dtype=np.int64))


def first_state(compiled: Compiled, rates: Rates, random: Generator, start: Floats) -> State:
    """Return everybody where they are before day 0; start is standard normal, (m, p).

    Groups are drawn at random by their shares.
    """
    network = compiled.program.network
    members = rates.place.shape[0]
    cohorts, groups = cohort_count(compiled), network.share.size
    people = np.zeros((members, network.slot.size, cohorts), dtype=np.int64)
    share = network.share / network.share.sum()
    at = network.place
    slots = list(compiled.layout.begins)
    for m in range(members):
        residents = np.rint(rates.place.initial[m]).astype(np.int64)
        people[m, slots, :groups] = random.multinomial(residents, share)
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
    effects: DayEffects

    def some(self, rows: slice) -> Members:
        """Return some of the members, as views of the same arrays."""
        return Members(
            rows_of(self.rates, rows),
            rows_of(self.state, rows),
            rows_of(self.record, rows),
            rows_of(self.effects, rows),
        )


def each(part: Part, change: Callable[[Array], Array]) -> Part:
    """Return a part with a function applied to each of its arrays."""
    return part._make(change(array) for array in part)


def rows_of(part: Part, rows: slice | Ints) -> Part:
    """Return the arrays of some members: views for a slice, copies for indices."""
    if isinstance(rows, slice):
        return each(part, lambda array: array[rows])
    return each(part, lambda array: array.take(rows, axis=0))  # several times as fast as an index


def copy_of(part: Part) -> Part:
    """Return a part with arrays of its own."""
    return each(part, lambda array: np.array(array, copy=True, subok=True))


def joined(parts: Sequence[Part], axis: int) -> Part:
    """Return parts as one, their arrays joined along an axis: 0 for members, 1 for days."""
    arrays = zip(*parts, strict=True)
    return parts[0]._make(np.concatenate(pieces, axis).view(type(pieces[0])) for pieces in arrays)


def sim_state_of(program: Program, members: Members, streams: Streams) -> SimState:
    """Return all that the kernel needs for a block of members.

    Raises
    ------
    AssertionError
        An array is not contiguous; the compiled kernel relies on it.
    """
    parts = (*program, *members)
    assert all(a.flags.c_contiguous for part in parts for a in part), "contiguous arrays"
    day = empty_scratch(program.network, members.state.people.shape[2])
    return SimState(program, members.rates, members.state, day, members.record, members.effects, streams)


def check_conservation(state: State) -> None:
    """Check that nobody has appeared or vanished.

    Raises
    ------
    AssertionError
        The sum of people everywhere, dead and gone is not what began and joined.
    BoundsError
        There are more people than the record can count.
    """
    most = int(state.tally.joined.max(initial=0))
    if most > MOST_COUNTED:
        message = (
            f"{most:,} people take part, and no more than {MOST_COUNTED:,} can be counted. Check the populations in "
            "places.csv and the people a day of inflow in events.csv."
        )
        raise BoundsError(message)
    everywhere = state.people.sum((1, 2)) + state.tally.dead + state.tally.gone
    assert (everywhere == state.tally.joined).all(), "conservation of people"
    assert (state.people >= 0).all(), "no negative people"
