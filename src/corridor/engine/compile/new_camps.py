"""Camps that opened lately: new arrivals are sent to them first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.route_weights import takes_in
from corridor.engine.network.travel_rules import fixed_value
from corridor.scenario.events import EventKind
from corridor.scenario.timeline import periods
from corridor.units import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.engine.network.active_events import Register
    from corridor.engine.program import Bools, Floats
    from corridor.scenario.events import Event
    from corridor.scenario.scenario import Scenario

_K = EventKind


@dataclass(frozen=True)
class NewCamps:
    """When camps opened after day 0, again and again if they did, and for how long each is new.

    Attributes
    ----------
    size
        Number of places.
    opened
        Place and day of each opening.
    days
        How long a camp counts as new.
    weight
        Factor on the weight of a new camp.
    """

    size: int
    opened: tuple[tuple[int, int], ...]
    days: int
    weight: float

    def changes(self, n_days: int) -> set[int]:
        """Return the days on which a camp ceases to be new; its opening is an event."""
        ends = {day + self.days for _, day in self.opened} if self.weight != 1 else set()
        return {day for day in ends if day < n_days}

    def factors(self, day: int) -> Floats:
        """Return the factor on the weight of each place on a day, (p,)."""
        found = np.ones(self.size)
        for p, opened in self.opened:
            if opened <= day < opened + self.days:
                found[p] = self.weight
        return found


def new_camps_of(scenario: Scenario, register: Register) -> NewCamps:
    """Return when the camps of a scenario opened; those that are open from day 0 are never new."""
    found: list[tuple[int, int]] = []
    before: Bools = np.ones(len(scenario.places), dtype=np.bool_)
    for period in periods(scenario):
        takes = _takes_in(scenario, register, register.by_kind(period.events))
        day = day_of(period.start, scenario.start)
        found += [(int(p), day) for p in np.flatnonzero(takes & ~before)]
        before = takes
    return NewCamps(
        size=len(scenario.places),
        opened=tuple(found),
        days=int(fixed_value(scenario, "new_camp_days")),
        weight=fixed_value(scenario, "new_camp_weight"),
    )


def _takes_in(scenario: Scenario, register: Register, of: Mapping[EventKind, tuple[Event, ...]]) -> Bools:
    """Return which places are camps that are neither shut nor suspended, and that an open route leads to."""
    enters = takes_in(
        scenario.places,
        register.opening_camps,
        register.subjects(of[_K.CAMP_OPENS]),
        register.subjects(of[_K.CAMP_CLOSES]),
    )
    reached = np.zeros(len(scenario.places), dtype=np.bool_)
    reached[register.ends[register.open_routes(of), 1]] = True
    found: Bools = register.is_camp & enters & reached & ~register.where(of[_K.CAMP_SUSPENDED])
    return found
