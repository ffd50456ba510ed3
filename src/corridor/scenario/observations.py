"""What people reported: a figure, how firm it is, who reported it, and when it became known."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from corridor.message import Message, joined, message
from corridor.units import as_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_DIGEST_SHOWN = 12


class Measure(StrEnum):
    """What was counted."""

    STOCK = "stock"
    ARRIVALS = "arrivals"
    CUMULATIVE_ARRIVALS = "cumulative_arrivals"
    DEPARTURES = "departures"
    WAITING = "waiting"
    INSIDE = "inside"
    DEATHS = "deaths"
    CUMULATIVE_DEATHS = "cumulative_deaths"

    @property
    def is_cumulative(self) -> bool:
        """Whether it counts from period_start, or from the start of the scenario."""
        return self in {Measure.CUMULATIVE_ARRIVALS, Measure.CUMULATIVE_DEATHS}

    @property
    def is_flow(self) -> bool:
        """Whether it counts what happened over days rather than people present on one."""
        return self not in {Measure.STOCK, Measure.WAITING, Measure.INSIDE}


class Qualifier(StrEnum):
    """How the figure was hedged by whoever gave it."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    ALMOST = "almost"
    BETWEEN = "between"


class Use(StrEnum):
    """What a figure is used for."""

    FIT = "fit"
    HOLD = "hold"
    IGNORE = "ignore"


class Origin(NamedTuple):
    """Where a figure was brought from: a file with its sheet and rows, or its characters; its digest; which import.

    `sentence` is what a text states; fields that do not apply are blank.
    """

    file: str
    sheet: str
    rows: str
    characters: str
    sentence: str
    sha256: str
    brought_by: str

    def words(self) -> Message:
        """Return the origin in words, the sentence apart.

        Examples
        --------
        >>> Origin("dtm.csv", "", "4-5", "", "", "9f" * 32, "counts, layout dtm").words()
        'dtm.csv, row 4-5; SHA-256 9f9f9f9f9f9f; counts, layout dtm'
        """
        where = (
            self.file,
            message("sheet {sheet}", sheet=self.sheet) if self.sheet else "",
            message("row {rows}", rows=self.rows) if self.rows else "",
            message("characters {span}", span=self.characters) if self.characters else "",
        )
        digest = f"SHA-256 {self.sha256[:_DIGEST_SHOWN]}" if self.sha256 else ""
        parts = (joined(filter(None, where)), digest, self.brought_by)
        return joined(filter(None, parts), "; ")


class Observation(BaseModel):
    """One reported figure, one row of observations.csv."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: dt.date = Field(description="day for which it holds; for flows, the last day counted")
    place: str = Field(description="place id; several places counted together are joined by +")
    measure: Measure = Field(description="what was counted")
    count: int | None = Field(default=None, ge=0, le=10**9, description="people (or households); blank is not reported")
    count_high: int | None = Field(default=None, ge=0, le=10**9, description="upper end, for the qualifier between")
    qualifier: Qualifier = Field(default=Qualifier.EXACT, description="how firm the figure is")
    period_start: dt.date | None = Field(
        default=None, description="first day counted, for flows; blank is the date itself"
    )
    group: str | None = Field(default=None, description="group counted; blank is everybody")
    household_size: float | None = Field(
        default=None, gt=0, le=50, description="people per household if households were counted"
    )
    definition: str | None = Field(default=None, description="what exactly was counted")
    source: str = Field(min_length=1, description="who reported it")
    url: str | None = Field(default=None, description="address of the source")
    reported_on: dt.date | None = Field(
        default=None, description="day on which it became known; blank is the date itself"
    )
    use: Use = Field(default=Use.FIT, description="fit, hold back for checks, or ignore")
    notes: dict[str, str] = Field(default_factory=dict, description="columns named x_…")

    @property
    def known_on(self) -> dt.date:
        """Return the day on which the figure became known."""
        return self.reported_on or self.date

    @property
    def places(self) -> tuple[str, ...]:
        """Return the ids of the places counted together."""
        return tuple(part.strip() for part in self.place.split("+"))

    @property
    def is_plain(self) -> bool:
        """Whether everybody is counted, in one place alone."""
        return self.group is None and len(self.places) == 1

    @property
    def only_bounds(self) -> bool:
        """Whether the figure only bounds what there is: "at least" and "at most" are no counts to go on from."""
        return self.qualifier in {Qualifier.AT_LEAST, Qualifier.AT_MOST}

    @property
    def origin(self) -> Origin | None:
        """Return where the figure was brought from; None if somebody wrote it by hand."""
        notes = self.notes
        if "x_file" not in notes:
            return None
        brought_by = notes.get("x_import") or _proposed(notes.get("x_proposal"))
        names = ("x_file", "x_sheet", "x_row", "x_span", "x_sentence", "x_sha256")
        file, sheet, rows, characters, sentence, sha256 = (notes.get(name, "") for name in names)
        return Origin(file, sheet, rows, characters, sentence, sha256, brought_by)

    @property
    def people(self) -> float | None:
        """Return the figure in people; None if it was not reported."""
        if self.count is None:
            return None
        return self.count * (self.household_size or 1)

    @property
    def people_high(self) -> float | None:
        """Return the upper end in people; None unless it was given."""
        if self.count_high is None:
            return None
        return self.count_high * (self.household_size or 1)

    @property
    def subject(self) -> tuple[object, ...]:
        """Return what the figure is about and who gave it: all but the figure itself."""
        return (self.date, self.place, self.measure, self.source, self.period_start, self.group, self.definition)


def _proposed(proposal: str | None) -> str:
    return message("read, proposal {proposal}", proposal=proposal) if proposal else ""


REVISES = "x_revises"
"""The note of a figure that replaces the earlier ones of its subject, from the day on which it became known."""


@dataclass(frozen=True)
class Observations:
    """Reported figures in order of their dates; :meth:`known_by` is the only way to cut them."""

    rows: tuple[Observation, ...]

    def __iter__(self) -> Iterator[Observation]:
        """Iterate over the figures."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return how many figures there are."""
        return len(self.rows)

    def known_by(self, day: dt.date | str) -> Observations:
        """Return the figures that were known by the end of a day, and no others; a revision replaces what it revises.

        Examples
        --------
        >>> Observations(()).known_by("2019-03-03")
        Observations(rows=())
        """
        cut = as_date(day)
        known = [row for row in self.rows if row.known_on <= cut and row.date <= cut]
        revised = {row.subject: row for row in known if REVISES in row.notes}
        return Observations(tuple(row for row in known if revised.get(row.subject, row) is row))

    def to_fit(self) -> tuple[Observation, ...]:
        """Return the figures that the model may learn from, in order of their dates."""
        usable = (row for row in self.rows if row.use is Use.FIT and row.count is not None)
        return tuple(sorted(usable, key=lambda row: row.date))


def by_reports(places: Iterable[str], reports: Iterable[Observation]) -> list[str]:
    """Return places, the one that most reports speak of first; equal ones stay in their order.

    Parameters
    ----------
    places
        Ids of places.
    reports
        The reports that count.
    """
    counts = Counter(place for row in reports for place in row.places)
    return sorted(places, key=lambda place: -counts[place])
