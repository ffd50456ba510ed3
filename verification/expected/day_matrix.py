"""A day's travel collapsed in advance: from each slot, the chance of every slot a day later.

The positions of a day form a lattice without loops, so that the chances of where the day ends can be
worked out backwards, node by node, and the nodes themselves drop out. What is left is one sparse
matrix for each period. It holds as long as no camp is crowded; where one is, the day has a matrix of
its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from corridor.backtest.prescribed import prescribed_totals
from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.program import NEARLY_FULL, PRUNES
from corridor.errors import UsageError
from verification.expected.forward import Today, carry, chances_to_move

if TYPE_CHECKING:
    from collections.abc import Callable

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Bools, Floats, Rates
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

Row = dict[int, float]


class Collapse:
    """The days of one compiled scenario for middling parameters, collapsed as they are asked for."""

    def __init__(self, compiled: Compiled) -> None:
        if compiled.program.map.queue.size:
            message = "expected values are for networks without gates: no screening, reception or convoys."
            raise UsageError(message)
        self.compiled = compiled
        self.map = compiled.program.map
        uncertain = uncertain_parameters(compiled)
        self.rates: Rates = rates_of(compiled, uncertain, np.zeros((1, len(uncertain.parameters))))
        self.kept: dict[int, sparse.csr_array] = {}
        self.days: dict[int, Today] = {}
        options = self.map.place.last_option - self.map.place.first_option
        self.origin = np.repeat(np.arange(self.map.place.size), options)

    def matrix(self, v: int, people: Floats) -> sparse.csr_array:
        """Return the chances of a day, (slot, slot), given where people are when it begins.

        Parameters
        ----------
        v
            The period that the day lies in.
        people
            Shape (s,): they matter to the appeal of crowded camps alone.
        """
        room = self.room(v, people)
        if (room < 1.0).any():
            return self._collapsed(v, room)
        if v not in self.kept:
            self.kept[v] = self._collapsed(v, room)
        return self.kept[v]

    def carried(self, v: int, people: Floats) -> Floats:
        """Return the expected people of each slot a day later, (s,): what the matrix gives, without one.

        Parameters
        ----------
        v
            The period that the day lies in.
        people
            Shape (s,): people when the day begins.
        """
        room = self.room(v, people)
        is_crowded = bool((room < 1.0).any())
        if v not in self.days:
            self.days[v] = self._today(v, np.ones_like(room))
        today = self.days[v]
        if is_crowded:
            today = today._replace(share=self._shares(v, room), turned=self._turned_away(v, room))
        found: Floats = carry(self.map, today, people)
        return found

    def _today(self, v: int, room: Floats) -> Today:
        calendar = self.compiled.program.calendar
        return Today(
            share=self._shares(v, room),
            is_takeable=np.ascontiguousarray(calendar.option.move[v] > 0),
            is_open=calendar.is_open[v],
            turned=self._turned_away(v, room),
            chance=chances_to_move(self.map, self.rates.place[0], calendar.place[v]),
        )

    def room(self, v: int, people: Floats) -> Floats:
        """Return how far crowding lowers the appeal of each place, (p,)."""
        capacity = self.compiled.program.calendar.place.capacity[v]
        buffer = float(self.rates.member.buffer[0])
        inside = self.inside(people)
        with np.errstate(invalid="ignore"):
            over = (inside - buffer * capacity) / (capacity * (1 - buffer))
        factor = np.clip(1.0 - np.where(np.isfinite(capacity), np.maximum(over, 0.0), 0.0), 0.0, 1.0)
        return np.where(self.map.place.is_camp & np.isfinite(capacity), factor, 1.0)

    def inside(self, people: Floats) -> Floats:
        """Return the people inside each place, home apart, (p,)."""
        total = np.append(0.0, np.cumsum(people))
        found: Floats = total[self.map.place.last_inside] - total[self.map.place.first_inside]
        return found

    def _collapsed(self, v: int, room: Floats) -> sparse.csr_array:
        shares, turned = self._shares(v, room), self._turned_away(v, room)
        ends: list[Row] = [{} for _ in range(self.map.node.size)]
        for n in range(self.map.node.size - 1, -1, -1):
            ends[n] = self._end(v, n, shares, turned, ends)
        rows = {int(s): {int(s): 1.0} for s in range(self.map.slot.size)}
        rows |= {int(rester.slot): ends[rester.node] for rester in self.map.rester}
        rows |= {int(road.slot): self._road(v, road, ends) for road in self.map.road}
        data = [(s, to, chance) for s, row in rows.items() for to, chance in row.items() if chance > 0]
        where = np.array([(s, to) for s, to, _ in data], dtype=np.int64).reshape(-1, 2).T
        size = (self.map.slot.size, self.map.slot.size)
        return sparse.csr_array((np.array([chance for *_, chance in data]), (where[0], where[1])), shape=size)

    def _shares(self, v: int, room: Floats) -> Floats:
        """Return the chance of each option among those of its place, (o,)."""
        power, prunes = float(self.map.law.weight_power[0]), float(self.map.law.pruning[0])
        to = self.map.option.destination
        weight = self.compiled.program.calendar.option.move[v] * self.rates.place.attract[0][to] * room[to] ** power
        if prunes > PRUNES and weight.size:
            most = np.zeros(self.map.place.size)
            np.maximum.at(most, self.origin, weight)
            weight = np.where(weight < most[self.origin] / prunes, 0.0, weight)
        total = np.bincount(self.origin, weights=weight, minlength=self.map.place.size)[self.origin]
        found: Floats = np.divide(weight, total, out=np.zeros(weight.size), where=total > 0)
        return found

    def _turned_away(self, v: int, room: Floats) -> Bools:
        suspended = self.compiled.program.calendar.place.suspended[v]
        found: Bools = self.map.law.turns_back[0] & self.map.place.is_camp & ~suspended & (room < NEARLY_FULL)
        return found

    def _chance(self, v: int, n: int) -> float:
        node, place = self.map.node[n], self.compiled.program.calendar.place[v]
        p = int(node.place)
        if node.first_hop >= node.last_hop:
            return 0.0
        if node.option >= 0 and not self.map.law.waits[0]:
            return 1.0
        is_town = (self.map.place.is_town[p] or place.suspended[p]) and not place.conflict[p] > 0
        if node.keeps_going and is_town:
            return 1.0
        rates = self.rates.place[0, p]
        chance = rates.move_conflict if place.conflict[p] > 0 else rates.move_town if place.suspended[p] else rates.move
        return min(1.0, float(chance))

    def _end(self, v: int, n: int, shares: Floats, turned: Bools, ends: list[Row]) -> Row:
        """Return the chance of each slot for people at a node."""
        node, chance = self.map.node[n], self._chance(v, n)
        p, bound = int(node.place), int(node.option)
        first, last = self.map.place.first_option[p], self.map.place.last_option[p]
        goes = shares[first:last].sum() > 0 if bound < 0 else True
        if chance <= 0.0 or not goes:
            return {int(node.stay): 1.0}
        found: Row = {}
        add(found, {int(node.stay): 1.0}, 1.0 - chance)
        options = range(first, last) if bound < 0 else (bound,)
        for o in options:
            share = chance * (float(shares[o]) if bound < 0 else 1.0)
            if share <= 0.0:
                continue
            is_shut = bound >= 0 and not self.compiled.program.calendar.option.move[v, o] > 0
            if is_shut or turned[self.map.option.destination[o]]:
                add(found, {int(node.drop): 1.0}, share)
            else:
                hop = self.map.hop[node.first_hop + o - first]
                slow = float(self.map.slow[self.map.option.route[o]])
                add(found, _position(hop.node, hop.slot, ends), share * (1 - slow))
                add(found, _position(hop.slow_node, hop.slow_slot, ends) if slow else {}, share * slow)
        return found

    def _road(self, v: int, road: np.record, ends: list[Row]) -> Row:
        if not self.compiled.program.calendar.is_open[v, road.route]:
            return _position(road.shut_node, road.shut_slot, ends)
        has_slow = road.slow_node >= 0 or road.slow_next >= 0
        slow = float(self.map.slow[road.route]) if has_slow else 0.0
        found: Row = {}
        add(found, _position(road.node, road.next, ends), 1 - slow)
        add(found, _position(road.slow_node, road.slow_next, ends) if slow else {}, slow)
        return found


def _position(node: int, slot: int, ends: list[Row]) -> Row:
    return ends[node] if node >= 0 else {int(slot): 1.0}


def add(row: Row, other: Row, share: float) -> None:
    """Add a share of another row of chances to a row."""
    for slot, chance in other.items():
        row[slot] = row.get(slot, 0.0) + share * chance


def expected_stock(scenario: Scenario, reports: Observations) -> Floats:
    """Return the expected people inside each place at the end of each day, (t, p), home apart.

    Where no camp is crowded, nobody dies or departs, no camp's pull wanders and residents are not taken,
    as under Flee's presets, this is exactly the mean over members of :func:`corridor.simulate` with the
    same reports; a crowded camp is looked at with the expected people inside it.

    Parameters
    ----------
    scenario
        A network without gates; middling parameters count.
    reports
        The reports of the camps, which say how many set out each day.

    Raises
    ------
    UsageError
        The scenario has a gate.
    """
    given = prescribed_totals(scenario, reports)
    return run_expected(Collapse(compile_scenario(scenario, given.set_out.tolist())))


def run_expected(collapse: Collapse, each_day: Callable[[int, Floats], None] | None = None) -> Floats:
    """Return the expected people inside each place at the end of each day, (t, p), home apart.

    Parameters
    ----------
    collapse
        A compiled scenario, with the number of people who set out given.
    each_day
        Called at the beginning of each day with its number and the people of each slot, (s,), which it may
        change; it may change ``collapse.rates.place.attract`` and must then forget ``collapse.days``.
    """
    themap, calendar = collapse.map, collapse.compiled.program.calendar
    people: Floats = np.zeros(themap.slot.size)
    people[list(collapse.compiled.layout.begins)] = np.rint(collapse.rates.place.initial[0])
    found: Floats = np.zeros((calendar.period.size, themap.place.size))
    homes = themap.place.home
    for t in range(calendar.period.size):
        if each_day is not None:
            each_day(t, people)
        residents = np.where(homes >= 0, people[homes], 0.0)
        weight = residents * calendar.day_place.source[t]
        if weight.sum() > 0:
            going = calendar.given[t] * weight / weight.sum()
            if themap.law.takes_residents[0]:
                people[homes[homes >= 0]] -= np.minimum(going, residents)[homes >= 0]
            np.add.at(people, themap.place.begin, going)
        people = collapse.carried(int(calendar.period[t]), people)
        found[t] = collapse.inside(people)
    assert math.isfinite(found.sum()), "expected people are finite"
    return found
