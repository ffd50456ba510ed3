"""Results appear whole or not at all: written under a temporary name, then put in place in one step."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.errors import RunError
from corridor.runs.claim import claimed
from corridor.runs.exchange import exchange, mount_points

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "run.json"
ESCAPED = "backslashreplace"
"""What becomes of a name that is not UTF-8, as folders of other systems may have one; in JSON it remains the name."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Raises
    ------
    RunError
        The disk is full, or the folder cannot be written to; an earlier file is untouched.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            stream.write(content.encode(errors=ESCAPED) if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, path)  # noqa: PTH105 - the one call that tests interrupt
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def replacing(folder: Path, *, own: frozenset[str]) -> Iterator[Path]:
    """Give a new folder to fill, and put it where the old one was once it is complete.

    Whatever goes wrong before that, an interrupt from the keyboard included, leaves the old folder
    as it was. Files of the old folder that are not among `own` are the user's and are kept. Where the
    system can exchange two names in one step, a process that is killed leaves the old folder or the
    new one under the name; what else it leaves is removed by the next command that writes there.

    Raises
    ------
    RunError
        The folder holds something other than a run, cannot be written, or is being written by another command.
    """
    target, new = _target(folder), None
    try:
        with claimed(target) as is_alone:
            if is_alone:
                _sweep(target, own)
            _refuse_foreign(target)
            with _workshop(target) as workshop, _named_as_it_will_be(workshop / "new", target):
                fresh = workshop / "new"
                fresh.mkdir()
                new = fresh.stat()
                yield fresh
                _put_in_place(fresh, target, workshop / "old", own)
    except KeyboardInterrupt as interrupt:
        if new is not None and target.exists() and os.path.samestat(target.stat(), new):
            message = f"{folder} holds the new run, which is whole."
            raise KeyboardInterrupt(message) from interrupt
        raise
    except OSError as error:
        raise not_written(target, error) from error


def _target(folder: Path) -> Path:
    """Return the folder that a name stands for, in a folder that exists."""
    try:
        target = folder.resolve()
    except RuntimeError as error:  # what Python 3.11 and 3.12 raise
        message = f"{folder} is a link that leads nowhere. Give the name of a folder, new or with an earlier run."
        raise RunError(message) from error
    except OSError as error:  # the folder that the command was given in has been removed
        raise not_written(folder, error) from error
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        files = [parent for parent in target.parents if parent.is_file()]
        if files:
            message = f"{files[0]} is a file, so that {target} cannot be in it. Give the name of another folder."
            raise RunError(message) from error
        raise not_written(target, error) from error
    return target


@contextmanager
def _named_as_it_will_be(fresh: Path, target: Path) -> Iterator[None]:
    """Name what cannot be written by its place in the folder as it will be."""
    try:
        yield
    except RunError as error:
        if str(fresh) not in str(error):
            raise
        raise RunError(str(error).replace(str(fresh), str(target))) from error


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    workshop = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    try:
        yield workshop
    finally:
        try:
            shutil.rmtree(workshop, ignore_errors=True)
        except KeyboardInterrupt:
            shutil.rmtree(workshop, ignore_errors=True)
            raise


def _put_in_place(fresh: Path, target: Path, old: Path, own: frozenset[str]) -> None:
    if not target.exists():
        os.replace(fresh, target)  # noqa: PTH105 - the one call that tests interrupt
        return
    for path in _files_of_the_user(target, own):
        _link(path, fresh / path.name)
    if exchange(fresh, target):
        old = fresh
    else:
        _replace_in_two_steps(fresh, target, old)
    _bring_over(old, target, own)


def _replace_in_two_steps(fresh: Path, target: Path, old: Path) -> None:
    """Put the new folder in place where names cannot be exchanged; a kill in between is mended by the next command."""
    os.replace(target, old)  # noqa: PTH105 - the one call that tests interrupt
    try:
        os.replace(fresh, target)  # noqa: PTH105 - the one call that tests interrupt
    except BaseException:
        if not target.exists():  # an interrupt may come just after
            old.rename(target)
        raise


def _sweep(target: Path, own: frozenset[str]) -> None:
    """Remove what a killed command left beside the folder; put back an old run and files of the user found there."""
    name = re.compile(rf"\.{re.escape(target.name)}\.[a-z0-9_]{{8}}\.partial")
    for workshop in [path for path in target.parent.iterdir() if name.fullmatch(path.name) and path.is_dir()]:
        for room in (workshop / "old", workshop / "new"):
            if room.name == "old" and (room / MARK).is_file() and not target.exists():
                room.rename(target)
            elif room.is_dir() and (target / MARK).is_file():
                _bring_over(room, target, own)
        shutil.rmtree(workshop, ignore_errors=True)


def _bring_over(old: Path, target: Path, own: frozenset[str]) -> None:
    for path in _files_of_the_user(old, own):
        if not os.path.lexists(target / path.name):
            path.rename(target / path.name)


def _files_of_the_user(folder: Path, own: frozenset[str]) -> list[Path]:
    """Return what a run did not write, of which files that were being written are no part."""
    unfinished = re.compile(r"\.(?P<name>.+?)(\.\d+)?\.partial")
    paths = [path for path in folder.iterdir() if path.name not in own]
    return [path for path in paths if not (match := unfinished.fullmatch(path.name)) or match["name"] not in own]


def _link(source: Path, target: Path) -> None:
    """Give a file, or all files of a folder, a second name; where that cannot be, copy."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link_file)
    else:
        _link_file(source, target)


def _link_file(source: Path | str, target: Path | str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        message = f"{target} is a file. Give the name of a folder, new or with an earlier run."
        raise RunError(message)
    mounted = mount_points(target)
    if mounted:
        message = (
            f"{target} cannot be replaced, because something is mounted on {mounted[0]}. "
            f"Give a folder within it, for example {target / 'run'}, or one elsewhere."
        )
        raise RunError(message)
    if not os.access(target, os.R_OK | os.W_OK | os.X_OK):
        message = f"{target} is read-only. Give another folder, or allow writing to this one."
        raise RunError(message)
    if any(target.iterdir()) and not (target / MARK).is_file():
        message = (
            f"{target} holds other things than a run, and writing there would mix them up. "
            "Give a new folder, an empty one, or one with an earlier run."
        )
        raise RunError(message)


def not_written(path: Path, error: OSError) -> RunError:
    """Return what says that something could not be written."""
    advice = "Free some space or choose another place" if error.errno in _FULL else "Choose another place"
    return RunError(
        f"{path} could not be written: {error.strerror or error}. What was there before is as it was. "
        f"{advice}, and run the command again."
    )
