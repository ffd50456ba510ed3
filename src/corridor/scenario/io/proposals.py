"""The proposals of a scenario folder: proposals.csv, read and written whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corridor.errors import ScenarioError
from corridor.scenario.io.rows import layout_of, typed_rows
from corridor.scenario.io.tables import read_table
from corridor.scenario.io.write import table_text
from corridor.scenario.proposals import Proposal, ProposalState

FILE = "proposals.csv"


def read_proposals(folder: Path | str) -> tuple[Proposal, ...]:
    """Return the proposals of a scenario folder, in the order of the file; none if there is no such file.

    Parameters
    ----------
    folder
        The scenario folder.

    Raises
    ------
    ScenarioError
        The file has problems; all of them are listed.
    """
    path = Path(folder) / FILE
    if not path.exists():
        return ()
    table, problems = read_table(path, layout_of(Proposal))
    if table is not None:
        rows = typed_rows(table, Proposal)
        problems = problems + rows.problems
        if not problems:
            return tuple(line.row for line in rows.lines)
    raise ScenarioError(str(path), tuple(problems))


def proposals_text(rows: Sequence[Proposal]) -> str:
    """Return proposals as the text of their file."""
    return table_text(Proposal, rows)


def count_proposals(folder: Path | str) -> dict[ProposalState, int]:
    """Return how many proposals of a scenario folder are in each state."""
    counts = Counter(row.state for row in read_proposals(folder))
    return {state: counts[state] for state in ProposalState}
