"""Sudden falls of reported people that ordinary departures do not explain: re-registrations to be confirmed.

A verification exercise finds that fewer people live in a camp than its register says. The next report is lower,
and nobody has left. A scenario says so with an event ``verification``; where it does not, the fall is taken for
departures. Here such falls are looked for in the reports alone, and listed for somebody who knows. They are never
applied.

Reports are compared on the root of people, ``u``. The *usual movement* of a place is robust: with steps ``du`` over
``g`` days, its drift ``m`` is the median of ``du / g``, and its scale ``s`` is 1.4826 times the median of
``|du - m g| / sqrt(g)``, both over all steps but the one in question. A fall by ``f`` is listed if

- it is far beyond the usual: ``f - max(0, -m) g > TIMES sqrt(s^2 g + 1/2)``, where 1/2 is the variance of the
  difference of two counts of independent people;
- it is large: at least `LEAST_SHARE` of the people, and some are left;
- it stays: all reports of the `AROUND_DAYS` days before lie above the middle between its two reports, all of those
  after below (at least the nearest `FEWEST_AROUND` on either side);
- it is sudden: at least half of all that was lost between the highest report of the days before and the lowest
  of those after;
- the usual is known: there are `FEWEST_STEPS` other steps;
- no event explains it: no verification, closing or suspension of the place, and no relocation out of it, between
  the two reports.

`tests/statistical/test_drops.py` holds `TIMES` to its rate of false alarms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.inference.report_series import true_reports
from corridor.scenario.events import Event, EventKind
from corridor.scenario.observations import Use
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corridor.scenario.observations import Observation, Observations
    from corridor.scenario.scenario import Scenario

    Floats = NDArray[np.float64]

TIMES = 6.0
"""A fall is far beyond the usual from so many times the usual movement on."""

LEAST_SHARE = 0.1
"""Smaller falls, as a share of the people, are not listed."""

AROUND_DAYS = 28
FEWEST_AROUND = 2
"""A fall is looked at with the reports of so many days, and at least so many, on either side."""

FEWEST_STEPS = 5
"""Fewer other steps than this do not say what is usual."""

_NORMAL = 1.4826
"""Standard deviation of a normal law, over the median of its absolute deviations."""

_COUNTING = 0.5
"""Variance of the difference of two roots of counts."""

_SAYS_WHY = frozenset({EventKind.VERIFICATION, EventKind.CAMP_CLOSES, EventKind.CAMP_SUSPENDED})


@dataclass(frozen=True)
class Drop:
    """A fall from one report of a place to the next that may have been a re-registration.

    Attributes
    ----------
    before, after
        The two reports of people present.
    times_usual
        How many times the usual movement of the place over as many days it is.
    """

    before: Observation
    after: Observation
    times_usual: float

    def as_event(self) -> Event:
        """Return the event that says that it was one, known from the day on which the lower report was."""
        return Event(
            start=self.after.date,
            end=self.after.date,
            kind=EventKind.VERIFICATION,
            subject=self.after.place,
            value=self.after.people,
            source=f"taken for a re-registration from reports of {self.after.source}",
            reported_on=self.after.known_on,
        )


def unexplained_drops(scenario: Scenario, observations: Observations, *, as_of: date | None = None) -> tuple[Drop, ...]:
    """Return the falls that look like re-registrations, by place and date.

    Parameters
    ----------
    scenario
        Its events explain some falls.
    observations
        Only reports of people present that may be learnt from are looked at.
    as_of
        Last day known; events and reports that became known later are not looked at. None knows everything.
    """
    if as_of is not None:
        scenario, observations = scenario.known_by(as_of), observations.known_by(as_of)
    fit = type(observations)(tuple(row for row in observations if row.use is Use.FIT))
    return tuple(
        drop
        for place, rows in true_reports(fit).items()
        for drop in _drops(rows)
        if scenario.start <= drop.after.date <= scenario.end
        and not any(_explains(scenario, event, drop) for event in scenario.events)
    )


def _drops(rows: Sequence[Observation]) -> Iterator[Drop]:
    """Yield the falls of a place, explained or not."""
    days = np.array([day_of(row.date, rows[0].date) for row in rows], dtype=np.float64)
    people = np.array([row.people for row in rows], dtype=np.float64)
    roots, gaps = np.sqrt(people), np.diff(days)
    is_fall = (people[1:] > 0) & (people[1:] <= (1 - LEAST_SHARE) * people[:-1])
    for i in np.flatnonzero(is_fall).tolist():
        others = np.arange(gaps.size) != i
        if others.sum() >= FEWEST_STEPS and _is_shift(days, roots, i):
            times = _times_usual(np.diff(roots), gaps, others)[i]
            if times > TIMES:
                yield Drop(rows[i], rows[i + 1], float(times))


def _times_usual(steps: Floats, gaps: Floats, others: NDArray[np.bool_]) -> Floats:
    """Return by how many times the usual movement each step falls, (step,); some steps say what is usual."""
    drift = np.median(steps[others] / gaps[others])
    scale = _NORMAL * np.median(np.abs(steps - drift * gaps)[others] / np.sqrt(gaps[others]))
    times: Floats = (-steps - max(0.0, -drift) * gaps) / np.sqrt(scale**2 * gaps + _COUNTING)
    return times


def _is_shift(days: Floats, roots: Floats, i: int) -> bool:
    """Whether a fall after report i is from one lasting level to another."""
    earlier, later = np.arange(i, -1, -1), np.arange(i + 1, days.size)
    before = roots[earlier[(days[i] - days[earlier] <= AROUND_DAYS) | (i - earlier < FEWEST_AROUND)]]
    after = roots[later[(days[later] - days[i + 1] <= AROUND_DAYS) | (later - i <= FEWEST_AROUND)]]
    if min(before.size, after.size) < FEWEST_AROUND:
        return False
    middle, fall = (roots[i] + roots[i + 1]) / 2, roots[i] - roots[i + 1]
    return bool(before.min() > middle > after.max() and fall >= (before.max() - after.min()) / 2)


def _explains(scenario: Scenario, event: Event, drop: Drop) -> bool:
    """Whether an event may be why people were fewer in the second report than in the first."""
    place, first, last = drop.after.place, drop.before.date, drop.after.date
    if event.start > last or (event.end is not None and event.end < first):
        return False
    if event.kind is EventKind.RELOCATION:
        return any(route.route == event.subject and route.origin == place for route in scenario.routes)
    return event.kind in _SAYS_WHY and event.subject == place
