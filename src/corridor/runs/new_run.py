"""A RUN folder being made: the steps that all kinds of run share, and everything written or nothing."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.provenance import hash_folder, provenance
from corridor.runs.atomic import replacing
from corridor.runs.folder import OWN, SCENARIO, copy_scenario, write_facts, write_table, write_text
from corridor.runs.progress import Stopwatch
from corridor.scenario.io.proposals import count_proposals
from corridor.scenario.proposals import ProposalState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from corridor.runs.progress import Progress, Tick
    from corridor.runs.requests import Draws


@dataclass(frozen=True)
class NewRun:
    """A RUN folder being filled; it takes the place of an earlier one once it is complete.

    Attributes
    ----------
    folder
        Where its files are written meanwhile.
    inputs
        Hashes of the files of the scenario folder that it is made from, as they were when it was begun.
    proposals_waiting
        How many proposals waited there for a person.
    stopwatch
        Opens and times the steps.
    """

    folder: Path
    inputs: Mapping[str, str]
    proposals_waiting: int
    stopwatch: Stopwatch

    def step(self, name: str, words: str) -> AbstractContextManager[Tick]:
        """Open a step, known to machines by a name and to people by words."""
        return self.stopwatch.step(name, words)

    def write_table(self, file: str, columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> None:
        """Write a table of the folder."""
        write_table(self.folder / file, columns, rows)

    def write_json(self, file: str, facts: Mapping[str, object]) -> None:
        """Write facts for machines into the folder."""
        write_text(self.folder / file, json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False) + "\n")

    def facts(
        self, command: str, arguments: Mapping[str, object], draws: Draws | None, more: Mapping[str, object]
    ) -> dict[str, object]:
        """Return what run.json states: how the run was made, and what it holds."""
        return {
            **provenance(command, arguments, self.inputs),
            "seed": draws.seed if draws else None,
            **more,
            "proposals_waiting": self.proposals_waiting,
            "timings_s": self.stopwatch.seconds,
        }

    def close(self, facts: Mapping[str, object]) -> None:
        """Write run.json, by which the folder is a run."""
        write_facts(self.folder, facts)


@contextmanager
def new_run(source: Path, out: Path, progress: Progress) -> Iterator[NewRun]:
    """Open a RUN folder to be filled from a scenario folder, and put it in place at the end.

    The scenario is copied into it at once: whoever edits it meanwhile changes neither the run nor what it says
    that it was made from.

    Parameters
    ----------
    source
        The scenario folder.
    out
        The RUN folder; an earlier run there is replaced once the new one is complete.
    progress
        Opens each step.

    Raises
    ------
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    with replacing(out, own=OWN) as fresh:
        copy_scenario(source, fresh / SCENARIO)
        waiting = count_proposals(source)[ProposalState.PENDING]
        yield NewRun(fresh, hash_folder(source), waiting, Stopwatch(progress))
