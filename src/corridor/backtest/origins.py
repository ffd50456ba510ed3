"""Rolling origins: when forecasts are made, and how far ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.errors import UsageError
from corridor.units import date_of

if TYPE_CHECKING:
    from datetime import date

    from corridor.scenario.scenario import Scenario

TOLERANCE_DAYS = 3
"""A report this many days before or after the nominal horizon still stands for it."""


@dataclass(frozen=True)
class Schedule:
    """When forecasts are made, and how far ahead they look.

    Attributes
    ----------
    every_days
        Days from one origin to the next.
    first_day
        Day of the calendar of the first origin; the start is day 0.
    horizons
        Nominal horizons, days.
    """

    every_days: int = 14
    first_day: int = 30
    horizons: tuple[int, ...] = (7, 14, 28)

    def __post_init__(self) -> None:
        """Refuse a schedule that never comes to a forecast."""
        if self.every_days < 1 or self.first_day < 0 or not self.horizons or min(self.horizons) < 1:
            message = (
                f"Origins every {self.every_days} days from day {self.first_day} with horizons "
                f"{', '.join(map(str, self.horizons)) or 'none'} make no forecast. Days between origins and "
                "horizons are 1 or more, the first day is 0 or more."
            )
            raise UsageError(message)
        if len(set(self.horizons)) < len(self.horizons):
            message = f"The horizons {', '.join(map(str, self.horizons))} name a day twice."
            raise UsageError(message)

    @property
    def days(self) -> tuple[int, ...]:
        """Return the days ahead that a target may lie on, and the first, at which a forecast meets today, ascending."""
        around = {h + d for h in self.horizons for d in range(-TOLERANCE_DAYS, TOLERANCE_DAYS + 1)}
        return tuple(sorted({1, *(day for day in around if day >= 1)}))

    def origins(self, scenario: Scenario) -> tuple[date, ...]:
        """Return the origins whose first target window begins within the calendar."""
        last = scenario.n_days - 1 - max(1, min(self.horizons) - TOLERANCE_DAYS)
        return tuple(date_of(day, scenario.start) for day in range(self.first_day, last + 1, self.every_days))
