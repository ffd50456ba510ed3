"""Camps that opened lately: new arrivals are sent to them first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.engine.compile.route_weights import takes_in
from corridor.scenario.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.engine.network.active_events import ActiveEvents
    from corridor.engine.program import Bools, Floats
    from corridor.scenario.events import Event

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
        factor = np.ones(self.size)
        for p, opened in self.opened:
            if opened <= day < opened + self.days:
                factor[p] = self.weight
        return factor


def new_camps_of(active_events: ActiveEvents) -> NewCamps:
    """Return when the camps of a scenario opened; those that are open from day 0 are never new."""
    openings: list[tuple[int, int]] = []
    before: Bools = np.ones(len(active_events.place), dtype=np.bool_)
    for day, _, by_kind in active_events.periods:
        takes = _takes_in(active_events, by_kind)
        openings += [(int(p), day) for p in np.flatnonzero(takes & ~before)]
        before = takes
    return NewCamps(
        size=len(active_events.place),
        opened=tuple(openings),
        days=active_events.settings.new_camp_days,
        weight=active_events.settings.new_camp_weight,
    )


def _takes_in(active_events: ActiveEvents, by_kind: Mapping[EventKind, tuple[Event, ...]]) -> Bools:
    """Return which places are camps that are neither shut nor suspended, and that an open route leads to."""
    enters = takes_in(
        active_events.scenario.places,
        active_events.opening_camps,
        active_events.subjects(by_kind[_K.CAMP_OPENS]),
        active_events.subjects(by_kind[_K.CAMP_CLOSES]),
    )
    reached = np.zeros(len(active_events.place), dtype=np.bool_)
    reached[active_events.ends[active_events.open_routes(by_kind), 1]] = True
    is_suspended = active_events.where(by_kind[_K.CAMP_SUSPENDED])
    takes_in_people: Bools = active_events.is_camp & enters & reached & ~is_suspended
    return takes_in_people
