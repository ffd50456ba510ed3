"""How fighting that goes on drives out fewer and fewer people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor.scenario.events import EventKind
from corridor.units import day_of

if TYPE_CHECKING:
    from corridor.engine.program import Bools, Floats, Ints
    from corridor.engine.settings import Settings
    from corridor.scenario.scenario import Scenario


@dataclass(frozen=True)
class Decay:
    """How fighting that goes on counts for less and less: a factor for each interval of days."""

    factor: tuple[float, ...]
    days: int

    def changes(self, scenario: Scenario) -> set[int]:
        """Return the days on which the factor of any fighting changes."""
        days: set[int] = set()
        if len(self.factor) > 1:
            for event in scenario.events:
                if event.kind is EventKind.CONFLICT:
                    begun = max(0, day_of(event.start, scenario.start))
                    days |= {begun + self.days * i for i in range(1, len(self.factor))}
        return {day for day in days if 0 < day < scenario.n_days}

    def factors(self, day: int | Ints, begun: Floats) -> Floats:
        """Return the factor on a day, for fighting that began on some; 1 where there is none."""
        with np.errstate(invalid="ignore"):
            interval = np.floor((day - np.maximum(begun, 0)) / self.days)
        which = np.where(np.isnan(begun), 0, interval).astype(np.int64).clip(0, len(self.factor) - 1)
        factor: Floats = np.where(np.isnan(begun), 1.0, np.array(self.factor)[which])
        return factor


def decay_of(settings: Settings) -> Decay:
    """Return the decay that a scenario states, interval by interval."""
    return Decay(settings.conflict_decay, settings.conflict_decay_days)


def fresh_intensity(scenario: Scenario, decay: Decay, fighting: Floats) -> Floats:
    """Return the intensity of fighting as far as it still drives people out, (t, p).

    Flee works it out at the end of the day before, unless fighting has begun or ended anywhere
    since; its presets do so too.

    Parameters
    ----------
    scenario
        The scenario.
    decay
        How fighting counts for less.
    fighting
        Shape (t, p): its intensity.
    """
    begun = _begun(fighting)
    days: Ints = np.arange(fighting.shape[0])[:, None]
    if scenario.preset.is_flee:
        is_same = np.append(np.False_, ((fighting[1:] > 0) == (fighting[:-1] > 0)).all(1))
        days = days - is_same[:, None]
    return np.multiply(fighting, decay.factors(days, begun))


def _begun(fighting: Floats) -> Floats:
    """Return the day on which the fighting of each day and place began; NaN where there is none."""
    begun = np.full(fighting.shape, np.nan)
    now = np.full(fighting.shape[1], np.nan)
    for t, row in enumerate(fighting):
        is_on: Bools = row > 0
        now = np.where(is_on, np.where(np.isnan(now), t, now), np.nan)
        begun[t] = now
    return begun
