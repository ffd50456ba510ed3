"""What becomes of proposals: a person accepts, mends or rejects them; only then do rows join the scenario's tables."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from corridor.errors import Problem, ScenarioError, UsageError, Where
from corridor.scenario.events import RULES, Event, Subject
from corridor.scenario.io.append import text_with_rows
from corridor.scenario.io.cells import Fault, converter, listed, suggestion
from corridor.scenario.io.proposals import FILE, proposals_text, read_proposals
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.rows import build
from corridor.scenario.io.write import move_in
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.proposals import Proposal, ProposalState
from corridor.scenario.scenario import Scenario
from corridor.sources.texts.reader import joined_spots, same_statement

MENDED = (
    "event", "measure", "count", "count_high", "qualifier", "unit", "household_size", "place", "start", "end", "group",
    "said_by", "source", "published",
)  # fmt: skip
"""Fields of a proposal that a person may mend; what stands in the text stays."""


def propose(folder: Path | str, proposals: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Add proposals to a scenario folder and return those that are new; what was decided stays decided.

    Parameters
    ----------
    folder
        The scenario folder.
    proposals
        What :func:`corridor.sources.texts.read_proposals_of` gives.
    """
    rows = list(read_proposals(folder))
    new: list[Proposal] = []
    ids = {row.proposal for row in rows}
    for proposal in proposals:
        if proposal.proposal in ids:
            continue
        same = next((i for i, row in enumerate(rows) if same_statement(row, proposal)), None)
        if same is None:
            rows.append(proposal)
            new.append(proposal)
        else:
            rows[same] = joined_spots(rows[same], proposal)
    move_in({FILE: proposals_text(rows)}, Path(folder))
    return tuple(new)


def mend(folder: Path | str, proposal: str, values: Mapping[str, str]) -> Proposal:
    """Change fields of a pending proposal, and return it as it stands then.

    Parameters
    ----------
    folder
        The scenario folder.
    proposal
        The id of the proposal.
    values
        New values by field, written as in a table; an empty text blanks the field.

    Raises
    ------
    ScenarioError
        A value is not possible; nothing is changed.
    UsageError
        There is no such pending proposal or no such field.
    """
    rows = read_proposals(folder)
    (row,) = _pending(rows, [proposal])
    changed = mended(row, values)
    _write(folder, rows, {proposal: changed})
    return changed


def mended(row: Proposal, values: Mapping[str, str]) -> Proposal:
    """Return a proposal with some fields changed, and no gaps that a person has filled."""
    faults: dict[str, Fault] = {}
    fresh: dict[str, object] = row.model_dump()
    for name, text in values.items():
        if name not in MENDED:
            raise UsageError(f"'{name}' is not a field to mend. Use {listed(MENDED)}.{suggestion(name, MENDED)}")
        value = converter(Proposal.model_fields[name].annotation)(text.strip()) if text.strip() else None
        if isinstance(value, Fault):
            faults[name] = value
        elif value is None and name in {"qualifier", "unit"}:
            faults[name] = Fault("V001", f"{name} is blank.", "Write it.")
        else:
            fresh[name] = value
    changed, more = build(Proposal, {key: value for key, value in fresh.items() if value is not None}, known=faults)
    faults.update(more)
    if faults or changed is None:
        problems = (
            Problem(fault.code, fault.what, fault.fix, Where(FILE, None, name)) for name, fault in faults.items()
        )
        raise ScenarioError(f"proposal {row.proposal}", tuple(problems))
    return changed.model_copy(update={"gaps": "; ".join(("mended by a person", *_still_open(changed))) or None})


def _still_open(row: Proposal) -> Iterator[str]:
    for gap in (row.gaps or "").split("; "):
        is_filled = (
            (gap == "no place" and row.place)
            or (gap.startswith("no place of") and row.place)
            or (gap == "no date" and (row.end or row.start))
        )
        if gap and gap != "mended by a person" and not is_filled:
            yield gap


def reject(folder: Path | str, proposals: Collection[str]) -> tuple[Proposal, ...]:
    """Reject pending proposals by their ids, and return them; nothing else changes.

    Raises
    ------
    UsageError
        There is no such pending proposal.
    """
    rows = read_proposals(folder)
    chosen = _pending(rows, proposals)
    _write(folder, rows, {row.proposal: row.model_copy(update={"state": ProposalState.REJECTED}) for row in chosen})
    return chosen


def accept(folder: Path | str, proposals: Collection[str]) -> tuple[Proposal, ...]:
    """Accept proposals by their ids: each becomes a row of the scenario; return those that were added now.

    A proposal that has been accepted before adds nothing. All are added or none.

    Parameters
    ----------
    folder
        The scenario folder, sound.
    proposals
        Ids.

    Raises
    ------
    ScenarioError
        A proposal lacks a place, a date or a measure, or the scenario would not be sound with it; nothing is changed.
    UsageError
        There is no such proposal, or it was rejected.
    """
    rows = read_proposals(folder)
    scenario, observations = read_folder(folder)
    done = {row.proposal for row in rows if row.state is ProposalState.ACCEPTED}
    chosen = _pending(rows, [name for name in dict.fromkeys(proposals) if name not in done])
    problems = [problem for row in chosen for problem in lacks(row, scenario)]
    if problems:
        raise ScenarioError("proposals", tuple(problems))
    added = [row for row in chosen if row.proposal not in _brought(scenario, observations)]
    texts = _tables(Path(folder), added)
    states = {row.proposal: row.model_copy(update={"state": ProposalState.ACCEPTED}) for row in chosen}
    _check_sound(Path(folder), texts)
    move_in({**texts, FILE: proposals_text([states.get(row.proposal, row) for row in rows])}, Path(folder))
    return tuple(added)


def accept_above(folder: Path | str, confidence: float) -> tuple[tuple[Proposal, ...], tuple[Problem, ...]]:
    """Accept all pending proposals of at least some confidence that lack nothing; return them, and why others wait.

    Parameters
    ----------
    folder
        The scenario folder, sound.
    confidence
        From 0 to 1.
    """
    scenario, _ = read_folder(folder)
    clear = [
        row for row in read_proposals(folder) if row.state is ProposalState.PENDING and row.confidence >= confidence
    ]
    lacking = {row.proposal: tuple(lacks(row, scenario)) for row in clear}
    added = accept(folder, [row.proposal for row in clear if not lacking[row.proposal]])
    return added, tuple(problem for problems in lacking.values() for problem in problems)


def lacks(row: Proposal, scenario: Scenario) -> Iterator[Problem]:
    """Yield what a proposal lacks before it can be a row of the scenario."""
    where = Where(f"{FILE}, proposal {row.proposal}")
    ids = [place.place for place in scenario.places]
    needs_place = row.event is None or RULES[row.event].subject is not Subject.ANYWHERE
    if needs_place and row.place not in ids and ">" not in (row.place or ""):
        what = f"{row.place_text or row.place or 'no place'} is not a place of the scenario."
        yield Problem("X101", what, f"Mend it, as place={ids[0] if ids else 'ID'}; places.csv lists the ids.", where)
    if row.event is not None:
        if row.start is None:
            yield Problem("X102", "the first day in force is not known.", "Mend it, as start=2019-03-03.", where)
        return
    if row.measure is None:
        yield Problem("X103", "what was counted was not understood.", "Mend it, as measure=stock.", where)
    if row.end is None:
        yield Problem("X102", "the day for which it holds is not known.", "Mend it, as end=2019-03-03.", where)
    if row.unit == "households" and row.household_size is None:
        yield Problem(
            "X104", "households were counted, and their size is not stated.", "Mend it, as household_size=5.", where
        )
    groups = [group.group for group in scenario.groups]
    if row.group is not None and row.group not in groups:
        what = f"'{row.group}' is not a group of the scenario."
        yield Problem(
            "X105", what, f"Mend it, as group={groups[0]}, or blank it with group=, or reject the proposal.", where
        )


def _pending(rows: Iterable[Proposal], names: Collection[str]) -> tuple[Proposal, ...]:
    by_id = {row.proposal: row for row in rows}
    for name in names:
        if name not in by_id:
            raise UsageError(f"there is no proposal {name}.{suggestion(name, by_id)}")
        if by_id[name].state is not ProposalState.PENDING:
            raise UsageError(f"proposal {name} was {by_id[name].state.value} before.")
    return tuple(by_id[name] for name in dict.fromkeys(names))


def _brought(scenario: Scenario, observations: Observations) -> set[str]:
    """Return the ids of proposals whose rows stand in the tables already."""
    notes = [event.notes for event in scenario.events] + [row.notes for row in observations]
    return {columns.get("x_proposal", "") for columns in notes}


def _tables(folder: Path, rows: Iterable[Proposal]) -> dict[str, str]:
    """Return the texts of the tables with a row for each proposal."""
    counts, events = [], []
    for row in rows:
        if row.event is None:
            counts.append(_observation(row))
        else:
            events.append(_event(row))
    texts = {}
    if counts:
        texts["observations.csv"] = text_with_rows(folder / "observations.csv", counts)
    if events:
        texts["events.csv"] = text_with_rows(folder / "events.csv", events)
    return texts


def _notes(row: Proposal) -> dict[str, str]:
    return {
        "x_file": row.file,
        "x_span": f"{row.span_start}-{row.span_end}",
        "x_sentence": row.sentence,
        "x_sha256": row.sha256,
        "x_proposal": row.proposal,
    }


def _source(row: Proposal) -> str:
    return row.said_by or row.source or Path(row.file).name


def _observation(row: Proposal) -> Observation:
    assert row.end is not None, "a proposal without a date lacks something"
    assert row.measure is not None, "a proposal without a measure lacks something"
    return Observation(
        date=row.end,
        place=row.place or "",
        measure=row.measure,
        count=row.count,
        count_high=row.count_high,
        qualifier=row.qualifier,
        period_start=row.start if row.measure.is_flow and row.start != row.end else None,
        group=row.group,
        household_size=row.household_size if row.unit == "households" else None,
        source=_source(row),
        reported_on=max(row.published, row.end) if row.published else None,
        notes=_notes(row),
    )


def _event(row: Proposal) -> Event:
    assert row.start is not None, "a proposal without a first day lacks something"
    assert row.event is not None, "a count is no event"
    return Event(
        start=row.start,
        end=row.end,
        kind=row.event,
        subject=row.place,
        source=_source(row),
        reported_on=row.published,
        notes=_notes(row),
    )


def _check_sound(folder: Path, texts: Mapping[str, str]) -> None:
    """Read the scenario as it would be; whatever is wrong with it then is raised before anything is written."""
    with tempfile.TemporaryDirectory() as room:
        trial = Path(room) / folder.resolve().name
        shutil.copytree(
            folder,
            trial,
            ignore=lambda _, names: [name for name in names if not name.endswith((".csv", ".toml", ".md"))],
        )
        for file, text in texts.items():
            (trial / file).write_text(text, encoding="utf-8", newline="")
        read_folder(trial)


def _write(folder: Path | str, rows: Iterable[Proposal], changed: Mapping[str, Proposal]) -> None:
    move_in({FILE: proposals_text([changed.get(row.proposal, row) for row in rows])}, Path(folder))
