"""Figures and changes that were read in a text and wait for a person: proposals, one row each of proposals.csv."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corridor.scenario.events import EventKind
from corridor.scenario.observations import Measure, Qualifier


class ProposalState(StrEnum):
    """What a person has decided about a proposal."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Proposal(BaseModel):
    """One statement of a text, as a row of observations.csv or events.csv would hold it; no fit uses it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    proposal: str = Field(min_length=1, description="id, from the statement and the text that it stands in")
    state: ProposalState = Field(default=ProposalState.PENDING, description="what a person has decided")
    event: EventKind | None = Field(default=None, description="kind of event; blank for a count")
    measure: Measure | None = Field(default=None, description="what was counted; blank was not understood")
    count: int | None = Field(default=None, ge=0, le=10**9, description="people or households; blank for an event")
    count_high: int | None = Field(default=None, ge=0, le=10**9, description="upper end, for the qualifier between")
    qualifier: Qualifier = Field(default=Qualifier.EXACT, description="how firm the figure is")
    unit: Literal["people", "households"] = Field(default="people", description="what the count counts")
    household_size: float | None = Field(
        default=None, gt=0, le=50, description="people per household, where the text states both"
    )
    place: str | None = Field(default=None, description="place id of the scenario; without one, the name as read")
    place_text: str | None = Field(default=None, description="the words of the text that name the place")
    start: dt.date | None = Field(default=None, description="first day counted, or first day in force")
    end: dt.date | None = Field(default=None, description="day for which it holds, or last day counted or in force")
    group: str | None = Field(default=None, description="group counted; blank is everybody")
    share: float | None = Field(default=None, gt=0, le=1, description="share of a larger count that the text states")
    said_by: str | None = Field(default=None, description="who said so, according to the text")
    source: str | None = Field(default=None, description="publisher of the text")
    published: dt.date | None = Field(default=None, description="day of publication of the text")
    sentence: str = Field(min_length=1, description="the sentence, as it stands in the text")
    file: str = Field(min_length=1, description="file of the text")
    sha256: str = Field(min_length=1, description="SHA-256 of the file")
    span_start: int = Field(ge=0, le=10**9, description="first character of the sentence in the text")
    span_end: int = Field(ge=0, le=10**9, description="character after the last one of the sentence")
    also_at: str | None = Field(default=None, description="where else the same was stated: FILE:FIRST-LAST")
    confidence: float = Field(ge=0, le=1, description="how clear the sentence is, 0 to 1; a rank, no probability")
    gaps: str | None = Field(default=None, description="what the text leaves open, in words")

    @property
    def span(self) -> tuple[int, int]:
        """Return the first character of the sentence in its text, and the one after its last."""
        return self.span_start, self.span_end

    @property
    def place_key(self) -> str | None:
        """Return what tells its place from others: the id, or the name in small letters."""
        name = self.place or self.place_text
        return name.casefold() if name else None

    def facts(self) -> dict[str, object]:
        """Return the proposal for machines, in the form that scripts rely on."""
        facts = self.model_dump(mode="json", exclude={"span_start", "span_end"})
        return {**facts, "span": list(self.span)}
