"""Proposals of a scenario that were read in texts: shown with their sentences, accepted, mended or rejected."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from corridor.scenario.io.proposals import read_proposals
from corridor.scenario.proposals import Proposal, ProposalState
from corridor.sources.texts import review
from corridor.sources.texts.review import lacks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.scenario.scenario import Scenario
    from corridor.serve.library import Library


class WaitingProposal(BaseModel):
    """A statement of a text that waits for a person."""

    proposal: str
    kind: str | None = Field(description="measure, or kind of event; none was not understood")
    is_event: bool
    qualifier: str
    count: int | None
    count_high: int | None
    unit: str
    place: str | None = Field(description="place id; none is not known")
    place_text: str | None = Field(description="the words of the text that name the place")
    start: dt.date | None
    end: dt.date | None
    said_by: str | None
    sentence: str
    file: str
    span_start: int
    span_end: int
    confidence: float
    lacking: list[str] = Field(description="what must be mended before it can be accepted")


def waiting_proposals(library: Library, name: str) -> list[WaitingProposal]:
    """Return the proposals of a scenario that wait, the clearest first."""
    scenario, _ = library.read(name)
    pending = [row for row in read_proposals(library.folder(name)) if row.state is ProposalState.PENDING]
    return [_shown(row, scenario) for row in sorted(pending, key=lambda row: -row.confidence)]


def accept(library: Library, name: str, proposal: str) -> list[WaitingProposal]:
    """Add a proposal to the scenario's tables, and return those that still wait."""
    with library.writing:
        review.accept(library.editable_folder(name), [proposal])
        return waiting_proposals(library, name)


def reject(library: Library, name: str, proposal: str) -> list[WaitingProposal]:
    """Reject a proposal, and return those that still wait."""
    with library.writing:
        review.reject(library.editable_folder(name), [proposal])
        return waiting_proposals(library, name)


def mend(library: Library, name: str, proposal: str, values: Mapping[str, str]) -> list[WaitingProposal]:
    """Change fields of a proposal, and return those that wait."""
    with library.writing:
        review.mend(library.editable_folder(name), proposal, values)
        return waiting_proposals(library, name)


def _shown(row: Proposal, scenario: Scenario) -> WaitingProposal:
    kind = row.event or row.measure
    facts = row.model_dump(include=set(WaitingProposal.model_fields))
    problems = [f"{problem.what[:1].upper()}{problem.what[1:]}" for problem in lacks(row, scenario)]
    return WaitingProposal(**facts, kind=kind and kind.value, is_event=row.event is not None, lacking=problems)
