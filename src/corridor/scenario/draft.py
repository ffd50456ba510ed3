"""A scenario on its way in: typed rows that still remember where they were written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from corridor.errors import Problem, Where
from corridor.scenario.events import Event
from corridor.scenario.observations import Observation
from corridor.scenario.parameters import Parameter
from corridor.scenario.places import Place
from corridor.scenario.presets import Preset
from corridor.scenario.routes import Route
from corridor.scenario.scenario import Group, Source, Supply

T = TypeVar("T")
_NOWHERE: Mapping[str, int] = {}


@dataclass(frozen=True)
class Line(Generic[T]):
    """A row and where it was written; `elsewhere` holds the lines of columns that stand lower."""

    row: T
    file: str
    line: int | None
    elsewhere: Mapping[str, int] = field(default_factory=lambda: _NOWHERE)

    def at(self, column: str | None = None) -> Where:
        """Return the position of the row, or of one of its columns."""
        line = self.line if column is None else self.elsewhere.get(column, self.line)
        return Where(self.file, line, column)


@dataclass(frozen=True)
class AlternativeDraft:
    """An alternative whose events and parameters remember their lines."""

    alternative: str
    meaning: str
    add: tuple[Line[Event], ...]
    drop: tuple[str, ...]
    parameters: tuple[Line[Parameter], ...]


@dataclass(frozen=True)
class Draft:
    """Everything that could be read, for the rules to look at.

    `place_ids`, `route_ids`, `group_ids` and `parameter_keys` also hold the ids of rows that were
    faulty elsewhere, so that one slip is not reported again wherever the id is used; None means
    that the ids are unknown. `faulty` names the files in which something is wrong.
    """

    name: str
    start: dt.date | None
    end: dt.date | None
    at: Line[None]
    groups: tuple[Line[Group], ...] = ()
    places: tuple[Line[Place], ...] = ()
    routes: tuple[Line[Route], ...] = ()
    events: tuple[Line[Event], ...] = ()
    parameters: tuple[Line[Parameter], ...] = ()
    sources: tuple[Line[Source], ...] = ()
    stocks: tuple[Line[Supply], ...] = ()
    alternatives: tuple[Line[AlternativeDraft], ...] = ()
    observations: tuple[Line[Observation], ...] = ()
    place_ids: frozenset[str] | None = frozenset()
    route_ids: frozenset[str] | None = frozenset()
    group_ids: frozenset[str] | None = frozenset()
    parameter_keys: frozenset[str] | None = frozenset()
    faulty: frozenset[str] = frozenset()
    preset: Preset = Preset.CORRIDOR

    @property
    def calendar(self) -> tuple[dt.date, dt.date] | None:
        """Return the first and the last day; None if they are unknown or the wrong way round."""
        if self.start is None or self.end is None or self.end < self.start:
            return None
        return self.start, self.end

    @property
    def all_events(self) -> tuple[Line[Event], ...]:
        """Return the events of the table and those that alternatives add."""
        return self.events + tuple(line for other in self.alternatives for line in other.row.add)

    @property
    def all_parameters(self) -> tuple[Line[Parameter], ...]:
        """Return the parameters of the scenario and those of its alternatives."""
        return self.parameters + tuple(line for other in self.alternatives for line in other.row.parameters)


class Finding(NamedTuple):
    """Where a rule is broken, how, and what to do about it."""

    where: Where
    what: str
    fix: str


@dataclass(frozen=True)
class Rule:
    """A rule that tables must obey together: its id, what it asks, and who looks."""

    code: str
    asks: str
    look: Callable[[Draft], Iterator[Finding]]

    def problems(self, draft: Draft) -> list[Problem]:
        """Return what breaks the rule."""
        return [Problem(self.code, finding.what, finding.fix, finding.where) for finding in self.look(draft)]
