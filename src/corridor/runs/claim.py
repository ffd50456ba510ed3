"""One command at a time writes a RUN folder: it holds a lock, which says who it is."""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from corridor.errors import RunError
from corridor.provenance import now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST_HOLDER = 1000


@contextmanager
def claimed(target: Path) -> Iterator[bool]:
    """Hold a folder for this command alone, and say whether the system can.

    The lock is the system's own, on a hidden file beside the folder: it ends with the process, however that ends.

    Parameters
    ----------
    target
        The folder, which need not exist; the folder that it is to lie in does.

    Raises
    ------
    RunError
        Another command holds it.
    OSError
        The lock cannot be written.
    """
    path = target.parent / f".{target.name}.lock"
    descriptor = _locked(path, target)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            with suppress(OSError):
                path.unlink()
            os.close(descriptor)


def _locked(path: Path, target: Path) -> int | None:
    """Return the open lock; None where the system or the file system has none."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        return None
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, _LONGEST_HOLDER).decode("utf-8", "replace").strip()
            os.close(descriptor)
            message = (
                f"{target} is being written by another command ({holder or 'which has just begun'}). "
                "Wait until that has ended, or give another folder."
            )
            raise RunError(message) from None
        except OSError:
            os.close(descriptor)
            return None
        if _is_at(path, descriptor):
            os.truncate(descriptor, 0)
            os.write(descriptor, f"process {os.getpid()} on {platform.node()}, since {now()}\n".encode())
            return descriptor
        os.close(descriptor)  # whoever held it has removed it meanwhile


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))  # noqa: PTH116 - beside its like
    except FileNotFoundError:
        return False
