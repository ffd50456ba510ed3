"""Two folders exchange their names in one step, where the system can."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are taken as they are written
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})
_MOUNTS = Path("/proc/self/mountinfo")


def exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders; return False, and change nothing, where the system cannot.

    Whoever looks, and whenever the process is killed, finds each name on one of the two.

    Raises
    ------
    OSError
        The system can, and refuses this.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))


def mount_points(folder: Path) -> list[Path]:
    """Return what is mounted on a folder or within it; such a folder cannot be renamed or replaced."""
    points = [folder] if folder.is_mount() else []
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return points
    mounted = [Path(_unescaped(line.split(" ")[4])) for line in lines if line.count(" ") > 4]  # noqa: PLR2004
    return points + [point for point in mounted if point not in points and point.is_relative_to(folder)]


def _unescaped(text: str) -> str:
    """Return a path of the kernel's list, where blanks stand as octal numbers."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text
