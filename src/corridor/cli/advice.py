"""What ``check`` asks the user to look at: falls that may have been re-registrations. Nothing is changed by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.scenario.io.write import line_to_add
from corridor.scenario.timeline import in_words

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from corridor.inference.reregistrations import Drop
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

EVENTS = "events.csv"


@dataclass(frozen=True)
class Fall:
    """A fall of reported people, and the line of events.csv that says that it was a re-registration.

    Attributes
    ----------
    place, name
        Where.
    first_date, first_people, first_source
        The report before it.
    last_date, last_people, last_source
        The report after it.
    times_usual
        How many times the usual movement of the place over as many days it is.
    line
        What to add to events.csv, in the order of its columns.
    columns_to_add
        Columns that the line needs and events.csv lacks; their cells are the last of the line.
    """

    place: str
    name: str
    first_date: date
    first_people: float
    first_source: str
    last_date: date
    last_people: float
    last_source: str
    times_usual: float
    line: str
    columns_to_add: tuple[str, ...]

    def words(self) -> str:
        """Return the advice, in two lines."""
        sources = self.first_source
        if self.first_source != self.last_source:
            sources = f"{self.first_source}, then {self.last_source}: do they count the same?"
        adding = f" with the new column{'s' * (len(self.columns_to_add) > 1)} " if self.columns_to_add else ""
        return (
            f"To confirm: {self.name}, {self.first_people:,.0f} people on {in_words(self.first_date)}, "
            f"{self.last_people:,.0f} on {in_words(self.last_date)} and no recovery ({sources}). Departures like "
            f"that are unusual here: {self.times_usual:.0f} times its usual movement. If it was a re-registration, "
            f"add to {EVENTS}{adding}{', '.join(self.columns_to_add)}:\n  {self.line}"
        )


def falls_of(scenario: Scenario, observations: Observations, folder: Path) -> tuple[Fall, ...]:
    """Return what is to be confirmed of a sound scenario, by place and date.

    Parameters
    ----------
    scenario, observations
        What the folder holds.
    folder
        Where events.csv lies.
    """
    from corridor.inference.reregistrations import unexplained_drops

    return tuple(_fall(scenario, drop, folder) for drop in unexplained_drops(scenario, observations))


def _fall(scenario: Scenario, drop: Drop, folder: Path) -> Fall:
    before, after = drop.before, drop.after
    line, lacking = line_to_add(drop.as_event(), folder / EVENTS)
    return Fall(
        place=after.place,
        name=scenario.place(after.place).name,
        first_date=before.date,
        first_people=before.people or 0.0,
        first_source=before.source,
        last_date=after.date,
        last_people=after.people or 0.0,
        last_source=after.source,
        times_usual=round(drop.times_usual, 1),
        line=line,
        columns_to_add=lacking,
    )
