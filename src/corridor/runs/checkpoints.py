"""Predictions of an unfinished back-test, stored beside its RUN folder so that it can be resumed."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import numpy as np

from corridor.errors import RunError, UsageError
from corridor.runs.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

TASK = "question.json"


class Checkpoint:
    """A folder with one small file for each prediction.

    The folder states its task; predictions for another task are never taken for predictions for this one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, model: str, origin: date) -> NDArray[np.float64] | None:
        """Return the prediction of a forecaster on an origin; None if there is none or it was damaged."""
        try:
            prediction: NDArray[np.float64] = np.load(self._path(model, origin), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return prediction

    def keep(self, model: str, origin: date, prediction: NDArray[np.float64]) -> None:
        """Store a prediction, whole or not at all."""
        path = self._path(model, origin)
        partial = path.with_suffix(".partial")
        with partial.open("wb") as stream:
            np.save(stream, prediction, allow_pickle=False)
        partial.replace(path)

    def remove(self) -> None:
        """Remove the folder, once the back-test is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __len__(self) -> int:
        """Return how many predictions are stored."""
        return len(list(self.folder.glob("*.npy")))

    def _path(self, model: str, origin: date) -> Path:
        name = hashlib.sha256(model.encode()).hexdigest()[:12]
        return self.folder / f"{origin.isoformat()}-{name}.npy"


def open_checkpoint(run: Path, task: Mapping[str, object], *, resume: bool) -> Checkpoint:
    """Return the checkpoint of a RUN folder: what an interrupted back-test has left, or an empty one.

    Parameters
    ----------
    run
        The RUN folder that the back-test will be written to.
    task
        What decides the predictions: version, hashes of the input, origins, horizons, models, seed.
    resume
        Whether to go on with what an interrupted back-test has left.

    Raises
    ------
    UsageError
        What it has left answers another question.
    RunError
        The folder cannot be written.
    """
    target = run.resolve()
    checkpoint = Checkpoint(target.parent / f".{target.name}.answers.partial")
    path = checkpoint.folder / TASK
    stated = json.dumps(task, indent=2, sort_keys=True, default=str) + "\n"
    if resume and path.is_file():
        changed = _changed(path, json.loads(stated))
        if changed:
            message = (
                f"The interrupted back-test of {run} was another one: {', '.join(changed)} differ. "
                "Give the same command again, or begin anew without --resume."
            )
            raise UsageError(message)
        return checkpoint
    checkpoint.remove()
    try:
        checkpoint.folder.mkdir(parents=True)
    except OSError as error:
        message = f"{checkpoint.folder} could not be written: {error.strerror or error}. Choose another place."
        raise RunError(message) from error
    write_whole(path, stated)
    return checkpoint


def _changed(path: Path, task: Mapping[str, object]) -> list[str]:
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        earlier = None
    if not isinstance(earlier, dict):
        return ["its question, which cannot be read,"]
    return sorted(name for name in {*earlier, *task} if earlier.get(name) != task.get(name))
