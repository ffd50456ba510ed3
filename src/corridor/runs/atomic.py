"""Results appear whole or not at all: written under a temporary name, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "run.json"


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old one or the new one, never a part.

    Raises
    ------
    RunError
        The disk is full, or the folder cannot be written to; an earlier file is untouched.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, path)  # noqa: PTH105 - the one call that tests interrupt
    except OSError as error:
        raise RunError(_not_written(path, error)) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def replacing(folder: Path, *, own: frozenset[str]) -> Iterator[Path]:
    """Give a new folder to fill, and put it where the old one was once it is complete.

    Whatever goes wrong before that, an interrupt from the keyboard included, leaves the old folder
    as it was. Files of the old folder that are not among `own` are the user's and are kept.

    Raises
    ------
    RunError
        The folder holds something other than a run, or cannot be written.
    """
    target = folder.resolve()
    _refuse_foreign(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{target.name}."
        workshop = Path(tempfile.mkdtemp(prefix=prefix, suffix=".partial", dir=target.parent))
    except OSError as error:
        raise RunError(_not_written(target, error)) from error
    fresh = workshop / "new"
    try:
        fresh.mkdir()
        yield fresh
        _swap(fresh, target, workshop / "old", own)
    except OSError as error:
        raise RunError(_not_written(target, error)) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _swap(fresh: Path, target: Path, old: Path, own: frozenset[str]) -> None:
    if target.exists():
        os.replace(target, old)  # noqa: PTH105 - the one call that tests interrupt
    try:
        os.replace(fresh, target)  # noqa: PTH105 - the one call that tests interrupt
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
    if old.exists():
        for path in old.iterdir():
            if path.name not in own:
                path.rename(target / path.name)


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        message = f"{target} is a file. Give the name of a folder, new or with an earlier run."
        raise RunError(message)
    if any(target.iterdir()) and not (target / MARK).is_file():
        message = (
            f"{target} holds other things than a run, and writing there would mix them up. "
            "Give a new folder, an empty one, or one with an earlier run."
        )
        raise RunError(message)


def _not_written(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return (
        f"{path} could not be written: {reason}. What was there before is as it was. "
        "Free some space or choose another place, and run the command again."
    )
