"""A day's travel collapsed in advance: from each slot, the chance of every slot a day later.

The positions of a day form a lattice without loops, so that the chances of where the day ends can be
worked out backwards, node by node, and the nodes themselves drop out. What is left is one sparse
matrix for each period. It holds as long as no camp is crowded; where one is, the day has a matrix of
its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from corridor.backtest.prescribed import prescribed_totals
from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import rates_of, uncertain_parameters
from corridor.engine.program import NEARLY_FULL, PRUNES, Floats
from corridor.errors import UsageError
from verification.expected.forward import Today, carry, chances_to_move, index_after
from verification.expected.numbering import day_of

if TYPE_CHECKING:
    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Bools, Rates
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

Row = dict[int, float]
Morning = Callable[[int, Floats], tuple[Floats, Floats]]


class Collapse:
    """The days of one compiled scenario for middling parameters, each collapsed on first use."""

    def __init__(self, compiled: Compiled) -> None:
        if compiled.program.network.queue.size:
            message = "expected values are for networks without gates: no screening, reception or convoys."
            raise UsageError(message)
        self.compiled = compiled
        self.network = compiled.program.network
        self.day = day_of(compiled.layout)
        self.kinds = compiled.layout.tables.kinds
        uncertain = uncertain_parameters(compiled)
        self.rates: Rates = rates_of(compiled, uncertain, np.zeros((1, len(uncertain.parameters))))
        self.matrices: dict[int, sparse.csr_array] = {}
        self.days: dict[int, Today] = {}
        paths = self.network.place.last_path - self.network.place.first_path
        self.origin = np.repeat(np.arange(self.network.place.size), paths)

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
        if v not in self.matrices:
            self.matrices[v] = self._collapsed(v, room)
        return self.matrices[v]

    def carried(self, v: int, people: Floats, attract: Floats | None = None) -> Floats:
        """Return the expected people of each slot a day later, (s,): what the matrix gives, without one.

        Parameters
        ----------
        v
            The period that the day lies in.
        people
            Shape (s,): people when the day begins.
        attract
            Shape (p,): attractiveness of each place on the day; that of the scenario if None.
        """
        room = self.room(v, people)
        if v not in self.days:
            self.days[v] = self._today(v, np.ones_like(room))
        today = self.days[v]
        if attract is not None or (room < 1.0).any():
            today = today._replace(share=self._shares(v, room, attract), turned=self._turned_away(v, room))
        people_after: Floats = carry(self.network, self.day, today, people)
        return people_after

    def _today(self, v: int, room: Floats) -> Today:
        calendar = self.compiled.program.calendar
        return Today(
            share=self._shares(v, room),
            is_takeable=np.ascontiguousarray(calendar.path.move[v] > 0),
            is_open=calendar.is_open[v],
            turned=self._turned_away(v, room),
            chance=chances_to_move(self.network, self.day, self.rates.place[0], calendar.place[v]),
        )

    def room(self, v: int, people: Floats) -> Floats:
        """Return how far crowding lowers the appeal of each place, (p,)."""
        capacity = self.compiled.program.calendar.place.capacity[v]
        buffer = float(self.rates.member.buffer[0])
        inside = self.inside(people)
        with np.errstate(invalid="ignore"):
            over = (inside - buffer * capacity) / (capacity * (1 - buffer))
        factor = np.clip(1.0 - np.where(np.isfinite(capacity), np.maximum(over, 0.0), 0.0), 0.0, 1.0)
        return np.where(self.network.place.is_camp & np.isfinite(capacity), factor, 1.0)

    def inside(self, people: Floats) -> Floats:
        """Return the people inside each place, home apart, (p,)."""
        total = np.append(0.0, np.cumsum(people))
        people_inside: Floats = total[self.network.place.last_inside] - total[self.network.place.first_inside]
        return people_inside

    def _collapsed(self, v: int, room: Floats) -> sparse.csr_array:
        shares, turned = self._shares(v, room), self._turned_away(v, room)
        network, day, kinds = self.network, self.day, self.kinds
        chances = chances_to_move(network, self.day, self.rates.place[0], self.compiled.program.calendar.place[v])
        ends: list[Row] = [{} for _ in range(day.node.size * kinds)]
        for c in range(len(ends) - 1, -1, -1):
            ends[c] = self._end(v, c, float(chances[c]), (shares, turned), ends)
        rows = {int(s): {int(s): 1.0} for s in range(network.slot.size)}
        for rester in day.rester:
            rows |= {int(rester.slot) + index: ends[rester.cell + index] for index in range(rester.kinds)}
        for road in day.road:
            rows |= {int(road.slot) + index: self._road(v, road, index, ends) for index in range(kinds)}
        data = [(s, to, chance) for s, row in rows.items() for to, chance in row.items() if chance > 0]
        where = np.array([(s, to) for s, to, _ in data], dtype=np.int64).reshape(-1, 2).T
        size = (self.network.slot.size, self.network.slot.size)
        return sparse.csr_array((np.array([chance for *_, chance in data]), (where[0], where[1])), shape=size)

    def _shares(self, v: int, room: Floats, attract: Floats | None = None) -> Floats:
        """Return the chance of each path among those of its place, (o,)."""
        attract = self.rates.place.attract[0] if attract is None else attract
        power, prunes = float(self.network.rule_flags.weight_power[0]), float(self.network.rule_flags.pruning[0])
        to = self.network.path.destination
        weight = self.compiled.program.calendar.path.move[v] * attract[to] * room[to] ** power
        if prunes > PRUNES and weight.size:
            most = np.zeros(self.network.place.size)
            np.maximum.at(most, self.origin, weight)
            weight = np.where(weight < most[self.origin] / prunes, 0.0, weight)
        total = np.bincount(self.origin, weights=weight, minlength=self.network.place.size)[self.origin]
        shares: Floats = np.divide(weight, total, out=np.zeros(weight.size), where=total > 0)
        return shares

    def _turned_away(self, v: int, room: Floats) -> Bools:
        suspended = self.compiled.program.calendar.place.suspended[v]
        turned: Bools = (
            self.network.rule_flags.turns_back[0] & self.network.place.is_camp & ~suspended & (room < NEARLY_FULL)
        )
        return turned

    def _end(self, v: int, c: int, chance: float, today: tuple[Floats, Bools], ends: list[Row]) -> Row:
        """Return the chance of each slot for people at a cell."""
        (shares, turned), kinds = today, self.kinds
        node, index = self.day.node[c // kinds], c % kinds
        p, bound = int(node.place), int(node.path)
        stay, drop = (int(slot) + index_after(index, float(node.moved)) for slot in (node.stay, node.drop))
        first, last = self.network.place.first_path[p], self.network.place.last_path[p]
        goes = shares[first:last].sum() > 0 if bound < 0 else True
        if chance <= 0.0 or not goes:
            return {stay: 1.0}
        row: Row = {}
        add(row, {stay: 1.0}, 1.0 - chance)
        paths = range(first, last) if bound < 0 else (bound,)
        for o in paths:
            share = chance * (float(shares[o]) if bound < 0 else 1.0)
            if share <= 0.0:
                continue
            is_shut = bound >= 0 and not self.compiled.program.calendar.path.move[v, o] > 0
            if is_shut or turned[self.network.path.destination[o]]:
                add(row, {drop: 1.0}, share)
            else:
                hop = self.day.hop[node.first_hop + o - first]
                slow = float(self.network.slow[self.network.path.route[o]])
                add(row, _target(hop.cell, hop.slot, index_after(index, hop.moved), ends), share * (1 - slow))
                shift = index_after(index, hop.slow_moved)
                add(row, _target(hop.slow_cell, hop.slow_slot, shift, ends) if slow else {}, share * slow)
        return row

    def _road(self, v: int, road: np.record, index: int, ends: list[Row]) -> Row:
        if not self.compiled.program.calendar.is_open[v, road.route]:
            return _target(road.shut_cell, road.shut_slot, index_after(index, road.shut_moved), ends)
        has_slow = road.slow_cell >= 0 or road.slow_next >= 0
        slow = float(self.network.slow[road.route]) if has_slow else 0.0
        row: Row = {}
        add(row, _target(road.cell, road.next, index_after(index, road.moved), ends), 1 - slow)
        shift = index_after(index, road.slow_moved)
        add(row, _target(road.slow_cell, road.slow_next, shift, ends) if slow else {}, slow)
        return row


def _target(cell: int, slot: int, shift: int, ends: list[Row]) -> Row:
    return ends[cell + shift] if cell >= 0 else {int(slot) + shift: 1.0}


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
    prescribed = prescribed_totals(scenario, reports)
    return run_expected(Collapse(compile_scenario(scenario, prescribed.set_out.tolist())))


def run_expected(collapse: Collapse, each_day: Morning | None = None) -> Floats:
    """Return the expected people inside each place at the end of each day, (t, p), home apart.

    Parameters
    ----------
    collapse
        A compiled scenario, with the number of people who set out prescribed.
    each_day
        Called at the beginning of each day with its number and the people of each slot, (s,); returns the people
        of each slot whom the day is to begin with, and the attractiveness of each place on it, (p,).
    """
    network, calendar = collapse.network, collapse.compiled.program.calendar
    people: Floats = np.zeros(network.slot.size)
    people[list(collapse.compiled.layout.begins)] = np.rint(collapse.rates.place.initial[0])
    stock: Floats = np.zeros((calendar.period.size, network.place.size))
    homes = network.place.home
    attract = None
    for t in range(calendar.period.size):
        if each_day is not None:
            people, attract = each_day(t, people)
        residents = np.where(homes >= 0, people[homes], 0.0)
        weight = residents * calendar.day_place.source[t]
        if weight.sum() > 0:
            going = calendar.prescribed[t] * weight / weight.sum()
            if network.rule_flags.takes_residents[0]:
                people[homes[homes >= 0]] -= np.minimum(going, residents)[homes >= 0]
            np.add.at(people, network.place.begin, going)
        people = collapse.carried(int(calendar.period[t]), people, attract)
        stock[t] = collapse.inside(people)
    assert math.isfinite(stock.sum()), "expected people are finite"
    return stock
