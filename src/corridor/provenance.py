"""What produced a result: version, seed, arguments, hashes of the input, time taken."""

from __future__ import annotations

import hashlib
import platform
import time
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def corridor_version() -> str:
    """Return the version of this software."""
    try:
        return version("corridor")
    except PackageNotFoundError:
        return "unknown"


def now() -> str:
    """Return the present moment, in UTC, as text."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def clock_s() -> float:
    """Return a running number of seconds, for measuring how long something takes."""
    return time.perf_counter()


def hash_folder(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder, by its name; folders within it are left out."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def provenance(command: str, arguments: Mapping[str, object], inputs: Mapping[str, str]) -> dict[str, object]:
    """Return what a result must carry so that somebody else can make it again."""
    libraries = ("numpy", "numba", "scipy", "xarray", "pydantic")
    return {
        "software": "corridor",
        "version": corridor_version(),
        "made_at": now(),
        "command": command,
        "arguments": dict(arguments),
        "inputs": dict(inputs),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in libraries},
    }


def today() -> date:
    """Return the present day, in UTC: the day on which what is imported now became known."""
    return datetime.now(UTC).date()
