"""Expected people, set right by the reports of camps as they become known.

Whenever a camp's report becomes known, its people are made as many as were reported, and those whom
the model has sent there since; then all camps are made to add up to the total, where that is given.
What a camp has grown by from report to report, beside what the model sent there meanwhile, changes
how much it attracts from then on. No report counts before the day after it became known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corridor.scenario.observations import Measure, Use
from corridor.units import day_of
from verification.expected.day_matrix import run_expected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.program import Floats
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario
    from verification.expected.day_matrix import Collapse


@dataclass(frozen=True, order=True)
class Count:
    """People counted in a camp at the end of a day, and the day on which that became known."""

    known: int
    day: int
    place: int
    people: float


@dataclass(frozen=True)
class Totals:
    """People of some camps together at the end of each day, where that is given.

    Attributes
    ----------
    places
        The camps, those without any report so far included.
    people
        Shape (t,).
    """

    places: Sequence[int]
    people: Floats


@dataclass(frozen=True)
class Learning:
    """How much reports change.

    Attributes
    ----------
    gain
        Share of the log-ratio of reported and modelled growth by which a camp's attractiveness changes.
    longest
        The most by which it changes at once, log units.
    floor
        Share of the growth of all camps that is added to both, so that nothing is divided by zero.
    sets_stock
        Whether people in a camp are set to what was reported.
    """

    gain: float = 0.5
    longest: float = 1.0
    floor: float = 0.01
    sets_stock: bool = True


def counts_of(scenario: Scenario, observations: Observations) -> tuple[Count, ...]:
    """Return the counts of single camps that are in use, in the order in which they became known."""
    index = {place.place: p for p, place in enumerate(scenario.places)}
    counts = []
    for row in observations:
        if row.measure is not Measure.STOCK or row.use is Use.IGNORE or row.people is None or len(row.places) != 1:
            continue
        day, known = (day_of(date, scenario.start) for date in (row.date, row.reported_on or row.date))
        if row.place in index:
            counts.append(Count(known, day, index[row.place], float(row.people)))
    return tuple(sorted(counts))


def tracked_stock(
    collapse: Collapse, counts: Sequence[Count], totals: Totals | None = None, learning: Learning | None = None
) -> Floats:
    """Return the expected people inside each place at the end of each day, (t, p), home apart.

    Parameters
    ----------
    collapse
        A compiled scenario, with the number of people who set out prescribed.
    counts
        Reports of camps, in the order in which they became known; on day t those known before it are used.
    totals
        What all camps that may report are known to hold together, where that is given.
    learning
        How much reports change.
    """
    tracker = _Tracker(collapse, tuple(counts), totals, learning or Learning())
    return run_expected(collapse, tracker.begin)


@dataclass
class _Tracker:
    """What is known, and what the model has sent to each camp, day by day."""

    collapse: Collapse
    counts: tuple[Count, ...]
    totals: Totals | None
    learning: Learning
    grown: list[Floats] = field(default_factory=list)
    shift: Floats = field(init=False)
    latest: dict[int, Count] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        self.shift = np.zeros(self.collapse.network.place.size)
        self.attract: Floats = self.collapse.rates.place["attract"][0].copy()
        self.logs = np.zeros(self.collapse.network.place.size)
        every = np.flatnonzero(self.collapse.network.place.is_camp).tolist()
        self.camps = every if self.totals is None else list(self.totals.places)

    def begin(self, t: int, people: Floats) -> tuple[Floats, Floats]:
        """Return the people who begin a day and the attractiveness of places, corrected by what became known."""
        inside = self.collapse.inside(people)
        self.grown.append(inside - self.shift)  # people at the end of the day before, without any correction
        fresh: dict[int, Count] = {}
        while self.seen < len(self.counts) and self.counts[self.seen].known < t:
            count = self.counts[self.seen]
            fresh[count.place] = max(count, fresh.get(count.place, count), key=lambda c: c.day)
            self.seen += 1
        fresh = {p: c for p, c in fresh.items() if c.day >= self._last_day(p)}
        if not fresh:
            return people, self.attract
        before, self.latest = self.latest, self.latest | fresh
        grown = {p: self.grown[-1][p] - self._grown_at(count.day)[p] for p, count in self.latest.items()}
        scale = self._scale(t, inside, sum(grown.values()))
        self._learn(before, fresh, scale)
        if self.learning.sets_stock:
            wanted = {p: max(0.0, count.people + grown[p]) * scale for p, count in self.latest.items()}
            people = people.copy()
            for p, many in wanted.items():
                self._put(p, many, float(inside[p]), people)
            self.shift += self.collapse.inside(people) - inside
        return people, self.attract

    def _scale(self, t: int, inside: Floats, grown: float) -> float:
        """Return what a reported person counts for: less than one where counts are higher than the total given."""
        reported = sum(count.people for count in self.latest.values()) + grown
        if self.totals is None or t == 0 or reported <= 0:
            return 1.0
        others = float(sum(inside[p] for p in self.camps if p not in self.latest))
        left = float(self.totals.people[t - 1]) - others
        return left / reported if left > 0 else 1.0

    def _last_day(self, p: int) -> int:
        return self.latest[p].day if p in self.latest else -(10**9)

    def _grown_at(self, day: int) -> Floats:
        """Return people at the end of a day, without any correction; those before day 0 are those who begin it."""
        return self.grown[min(max(day + 1, 0), len(self.grown) - 1)]

    def _learn(self, before: dict[int, Count], fresh: dict[int, Count], scale: float) -> None:
        """Let attractiveness follow the ratio of reported and modelled growth."""
        most = self.learning.longest
        for p in fresh.keys() & before.keys():
            modelled = self._grown_at(fresh[p].day) - self._grown_at(before[p].day)
            floor = max(1.0, self.learning.floor * float(np.maximum(modelled[self.camps], 0).sum()))
            growth = max(0.0, fresh[p].people - before[p].people) * scale + floor
            step = np.log(growth / (max(0.0, float(modelled[p])) + floor))
            self.logs[p] += self.learning.gain * float(np.clip(step, -most, most))
        self.attract = self.collapse.rates.place["attract"][0] * np.exp(self.logs)

    def _put(self, p: int, wanted: float, inside: float, people: Floats) -> None:
        place = self.collapse.network.place[p]
        slots = slice(int(place.first_inside), int(place.last_inside))
        if inside > 0:
            people[slots] *= wanted / inside
        else:
            people[int(place.begin)] += wanted
