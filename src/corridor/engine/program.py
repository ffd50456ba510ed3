"""The compiled scenario: flat arrays that the steps of a day run on.

A *slot* is a position where people can be at the end of a day: at home, resting in a place,
waiting in a queue since a day, on a route at some part of the way, newly arrived or settled in a
camp. A *visit* is a position during a day: a place, and how much of the day's travel is used up. Visits
come into being when somebody arrives, and are forgotten in the evening, so that the cost of a day follows
the positions in which there is anybody.
A *path* is what people may choose from a place: one route, or several in a row, the rest of which
they remember. People in one slot and one *cohort* (a group, deprived or not) are
exchangeable.

What people remember of their recent travel, where it matters, is an index that goes with them, on one of some levels.
Each position of rest or on the way has a slot for each level; tables name that of the lowest, 0. A *cell* is a position
of rest with a level. A *walker* is somebody, or a few, who are moved alone until their day is over, where that takes
less than to bring them together with others.

Index letters: p place, r route, q queue, o path (outgoing), i position of rest, c cell, s slot, k cohort, g group,
t day, v period between changes of events, m member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from corridor.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

QUEUE_AGES = 16
"""Days of joining that a queue tells apart; longer waits share the last."""

STINT_STEPS = 64
"""The recent-travel index is kept in steps of one sixty-fourth; below all of them, people do not stay in a town."""

CARRIED, FORGOTTEN = -1, -2
"""Travel of a day that leaves the recent-travel index as it is, and that sets it to 0."""

HOME, INSIDE, EN_ROUTE, WAITING, NEW, SETTLED = range(6)
"""Classes of exposure to death."""

ROW, DAY, PERIOD, VISITS, HELD, MASK, FULL, LOOK, WALKERS, WALKS, CROWDED = range(11)
"""Where ``Scratch.now`` holds the row of the record, the day, the period, how many visits there are today, and how
many of them people were held back from; the mask of the table that visits are looked up in, whether there was no room
for a visit, and how often something changed that paths are chosen by; how many walkers there are today, whether
few people walk, and whether some camp is so full that people turn back."""

HOLDING = -1
"""Stands for how many visits people are held back from while they are being held back."""

ENDED = -1
"""Stands for how much of the day is used up where people's day has ended."""

PRUNES = 1.001
"""Ratio of weights from which on small ones are left out."""

NEARLY_FULL = 0.5
"""Factor of crowding below which people who are turned back give up for the day."""

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
ShortInts = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
Words = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]
ShortFloats = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
Array = np.ndarray[tuple[int, ...], np.dtype[Any]]
"""An array of any kind, for what is done to all arrays of a part; Any is used for nothing else."""

Table = np.recarray[tuple[int, ...], np.dtype[np.void]]
"""Named columns of one shape; numpy cannot state the types of columns, so that each is Any."""


def _table(ints: str = "", floats: str = "", flags: str = "", small: str = "") -> np.dtype[np.void]:
    """Return the type of a table whose columns are named, by kind of number."""
    kinds = ((ints, np.int64), (floats, np.float64), (small, np.int32), (flags, np.bool_))
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()], align=True)


def empty_table(kind: np.dtype[np.void], *shape: int) -> Table:
    """Return a table of zeros."""
    return np.zeros(shape, dtype=kind).view(np.recarray)


def filled_table(kind: np.dtype[np.void], columns: Mapping[str, npt.ArrayLike]) -> Table:
    """Return a table with given columns, which all have its shape."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    table = empty_table(kind, *next(iter(arrays.values())).shape)
    assert set(arrays) == set(kind.names or ()), "every column of a table is given"
    for name, values in arrays.items():
        table[name] = values
    return table


PLACE = _table(
    "first_path last_path pass_queue admit_queue home rest new settled begin first_inside last_inside morning",
    flags="is_screening is_camp is_town",
)
"""Paths; queues for screening or reception and for admission to a camp; slots of residents, of displaced people at
rest, of new arrivals, of settled people, and of those who have not travelled yet; -1 is none. Slots of those who are
inside, home apart; and the position of rest, free to choose, that people set out from."""

QUEUE = _table("slot place path")
"""First slot (slots follow by days waited), place, and path that a boarding queue leads to."""

PATH = _table("route destination following queue")
"""First route of a path, where the whole of it leads, the path that its rest is at the end of that
route, and the queue for a seat; -1 is none."""

REST = _table("slot place path drop gate", flags="walks")
"""A position of rest in a place: its slot, the path that people there are bound to (-1 is free to choose),
the position of those who forget their path, the queue of a gate that takes in everybody who comes (-1 is none), and
whether they are about to walk."""

HOP = _table("length speed first_way slow_speed first_slow_way rest", flags="goes_on")
"""The first route of a path, by vehicle; rows of those who walk follow those of all paths. Length and a day's travel
in units of the clock, the first of its slots on the way, the same on a slow day (speed 0 is none), the
position of rest at its end, and whether those may go on who arrive before the day is over."""

ROAD = _table(
    "slot route origin rest used next shut_rest shut_used shut_slot slow_rest slow_used slow_next",
    floats="moved shut_moved slow_moved",
)
"""A slot on the way, its route, and the place that it begins at. Position of rest and part of the day with which people
arrive on the next day, or else the slot on the way where they are; the same if the route is shut, and on a slow day;
-1 is none. Travel of the day in steps of the index, where the day ends; -1 leaves the index as it is, -2 makes it 0."""

RESTER = _table("slot rest kinds")
"""A slot of people who may move on in the morning, the position that they do so from, and how many levels of the
recent-travel index are told apart there."""

CLOCK = _table("day kinds width spans", flags="counts_time minds_stints")
"""Units of a day's travel; levels of the recent-travel index, which are slots of each position; the day is gone
through in spans of so many units, no hop shorter than one; whether units are of time or of distance; whether
recent travel matters."""

VISIT = _table("cell used next")
"""A cell and the part of the day used up by those who come there, `ENDED` if their day is; the next visit of the same
span, plus 1; -1 is in no list."""

WALKER = _table("rest level used people cohort")
"""A position of rest and level of recent travel, and the part of the day used up by a few who come there, `ENDED` if
their day is; how many they are, of one cohort."""

SLOT = _table("place exposure", flags="queued")
"""Place that a slot is counted at (roads: where they lead), class of exposure to death, and whether
people wait there for a gate."""

SLOT_BLOCK = _table("first last place exposure", flags="queued")
"""Slots that follow each other and are counted alike, from the first to one before the last."""

DAY_PLACE = _table(floats="inflow verified cold source")
"""People who come from outside; count that a verification sets (NaN is none); factor of cold;
intensity of fighting as far as it still drives people out."""

PERIOD_PLACE = _table(floats="conflict corridor capacity", flags="besieged suspended")
"""Intensity 0..1; people/day, NaN is unknown and 0 no corridor; people, inf is unknown; a camp that
is none for the time."""

PERIOD_PATH = _table(floats="move exit corridor relocation")
"""Weights for ordinary moves, leaks and corridors, 0 is shut; people/day moved by an agency."""

MEMBER_PLACE = _table(
    floats="leak uptake corridor onset attract move move_conflict move_town push_sd push_day_sd depart initial"
)
"""1/day, 1/day, people/day, 1/day, factor, fraction/day thrice, log units twice, chance/day, people."""

MEMBER = _table(floats="gate_sd buffer concentration overflow push_keep pull_sd pull_keep deprivation recover settle")
"""Log units, fraction of capacity, people-equivalents, fraction/day, persistence of wandering from
day to day, log units, persistence, factor, chance/day twice."""

MEMBER_GROUP = _table(floats="held frailty")
"""Fraction held back at screening; factor on every hazard."""

TALLY = _table("dead gone joined")
"""People who died, who left the modelled area, and who began in it or joined."""

RECORD_GROUP = _table(small="stock deaths")
"""People at the end of the day; deaths of the day."""

RECORD_PLACE = _table(small="inside waiting in_transit arrivals departures unexplained")
"""People at the end of the day (three times); people/day (twice); what the network neither brought nor took,
people/day."""

TODAY_PLACE = _table("look drawn", floats="push pull exposed room move", flags="is_quiet fills takes_turns")
"""Factor on leaving today; factor on the weight of the place; share of the people in a site who are
in the open; how far crowding lowers the appeal; the chance to move on from there; what `LOOK` was when shares were last
set there; how many have chosen a path by them since, one more than there are paths once a table is set; whether it is
a town without fighting that people may leave; whether it is a camp whose appeal may change by those who move now; and
whether those who are there change it, or choose by it."""

RULE_FLAGS = _table(
    flags="turns_back waits is_prescribed takes_residents is_poisson",
    floats="per_day share_per_day weight_power pruning",
)
"""Whether people who find the camp at the end of their path nearly full give up for the day; whether
those bound to a path may wait on it; whether the number of people who set out is prescribed; whether they
leave the residents; whether counts of a day are Poisson. People/day and 1/day who become displaced
by fighting of intensity 1; exponent on weights; weights below the largest divided by this are none."""

TODAY_PATH = _table("taken other", floats="weight keep")
"""People who take each path, of the place looked at last; the path that has the rest of its part of the table from
which paths are drawn; weights being worked on; how much of that part is its own."""


class Network(NamedTuple):
    """What never changes during a run."""

    place: Table  # (p,) PLACE
    queue: Table  # (q,) QUEUE
    path: Table  # (o,) PATH
    rest: Table  # (i,) REST
    hop: Table  # (o,) or (2o,) HOP
    part_slot: Ints  # slots on the way of each hop, by part of the way
    road: Table  # ROAD, later parts of a route first
    rester: Table  # RESTER
    slow: Floats  # (r,) chance of a slow day
    slot: Table  # (s,) SLOT
    slot_block: Table  # SLOT_BLOCK, all slots in order
    share: Floats  # (g,) groups among people who join
    rule_flags: Table  # (1,) RULE_FLAGS
    clock: Table  # (1,) CLOCK
    level: Ints  # (kinds,) recent-travel index of each level, in steps
    first_merged: Ints  # (i + 1,) where the rows of each position of rest begin in the next
    merged_part: Ints  # latest parts of the day that are alike: from all people get as far as from those before
    level_below: Ints  # level at each step of the recent-travel index, or the next below


class Calendar(NamedTuple):
    """What depends on the day or on the period."""

    period: Ints  # (t,) period that a day lies in
    prescribed: Ints  # (t,) people who set out, where their number is prescribed
    day_place: Table  # (t, p) DAY_PLACE
    place: Table  # (v, p) PERIOD_PLACE
    gate: Floats  # (v, q) people/day; NaN is unknown, inf is no limit, 0 is shut
    is_open: Bools  # (v, r)
    path: Table  # (v, o) PERIOD_PATH


class Program(NamedTuple):
    """A scenario, compiled."""

    network: Network
    calendar: Calendar


class Rates(NamedTuple):
    """The parameters of each member, in the form that the steps need; m comes first."""

    place: Table  # (m, p) MEMBER_PLACE
    gate: Floats  # (m, q) people/day where the event gives none
    member: Table  # (m,) MEMBER
    hazard: Floats  # (m, 6) 1/day by class of exposure
    group: Table  # (m, g) MEMBER_GROUP


class State(NamedTuple):
    """Where everybody is at the end of a day."""

    people: Ints  # (m, s, k)
    drift: Floats  # (m, p) log units: push of a town, pull of a camp
    tally: Table  # (m,) TALLY


class DayEffects(NamedTuple):
    """Random effects and unexplained flows of each day; rows follow the record."""

    wander: Floats  # (m, t, p) standard normal: steps of the slow wandering of push and pull
    day: Floats  # (m, t, p) standard normal: spread of the day
    gate: Floats  # (m, t, q) half-normal: what goes wrong at a gate
    relative_flow: Floats  # (m, t, p) or (m, t, 0) log units: unexplained flow for each person present
    people_flow: Ints  # (m, t, p) or (m, t, 0) people: unexplained flow where its size is known


class Record(NamedTuple):
    """What is recorded of each day; people, or people/day."""

    group: Table  # (m, t, p, g) RECORD_GROUP
    place: Table  # (m, t, p) RECORD_PLACE
    flow: ShortInts  # (m, t, r) people/day who set out


class Scratch(NamedTuple):
    """Arrays to work in; steps pass them on to each other by argument."""

    now: Ints  # (11,) row of the record, day, period, and so on
    visit: Table  # VISIT, those of today first
    visitor: Ints  # (visit, k) people of each
    held_back: Ints  # (visit, k) people of each whose turn has not come
    undecided: Ints  # (s, k) people at rest whose turn to decide has not come
    walker: Table  # WALKER, those of today first
    lookup: Ints  # number of a visit, plus 1, by a hash of cell and part of the day
    span: Ints  # first visit of each span of the day, and of those whose day has ended, plus 1
    leaving: Ints  # (k,) people who set out from one place, or are served by one gate
    trying: Ints  # (2k,) people chosen from two slots
    cell: Ints  # (k,) people chosen from one slot
    crowd: Ints  # (s,) people in each slot, all cohorts
    weight: Floats  # (p,) how much each place counts
    coming: Floats  # (p,) people who are expected to come today
    share: Floats  # (o,) chance of each path
    path: Table  # (o,) TODAY_PATH
    place: Table  # (p,) TODAY_PLACE


class SimState(NamedTuple):
    """All that a step may read or change."""

    program: Program
    rates: Rates
    state: State
    scratch: Scratch
    record: Record
    effects: DayEffects
    streams: Streams
