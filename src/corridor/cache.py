"""Folders of the user's own where what takes long to make is stored between commands: compiled code, the chart library.

What is stored there can be made again at any time, so that whoever cannot write there only waits longer.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def cache_folder(name: str) -> Path | None:
    """Return a folder of the user's own, made if it is not there; None where none can be written.

    Parameters
    ----------
    name
        Of the folder; what is stored under a name never changes.
    """
    home = os.environ.get("XDG_CACHE_HOME")
    usual = (Path(home) if home else Path.home() / ".cache") / "corridor"
    spare = Path(tempfile.gettempdir()) / f"corridor-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    for root in (usual, spare):
        if _is_writable(root / name) and (root is usual or _is_private(root)):
            return root / name
    return None


def _is_writable(folder: Path) -> bool:
    """Return whether files can be written to a folder; it is made if it is not there."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        os.utime(folder)  # the folder used last is removed last
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_private(root: Path) -> bool:
    """Return whether a folder is the user's own and nobody else can write to it: what is stored there is run."""
    state = root.lstat()
    return not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & 0o022)
