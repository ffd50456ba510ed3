"""Many members of PyPI flee 3.1 on an instance: in fresh processes, two at a time, kept by what decided them.

The interpreter that has flee is the one that runs this, or the one that FLEE_PYTHON names. What was computed is kept
under a folder of the user's cache by the hash of the instance, the worker, the seed and the members: asking again is
cheap, and changing any of them computes anew.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WORKER = Path(__file__).with_name("flee_worker.py")
VERSION = "3.1"
BLOCK = 100  # members in one process; what is kept of a smaller number serves a larger one


@dataclass(frozen=True)
class FleeRun:
    """Members of Flee on one instance.

    Attributes
    ----------
    places
        Names, in the order of locations.csv.
    stock
        People in each place at the end of the day: member x day x place.
    everybody
        People in the simulation by day, also those on the way: member x day.
    cpu_seconds
        What each member cost.
    """

    places: tuple[str, ...]
    stock: np.ndarray
    everybody: np.ndarray
    cpu_seconds: np.ndarray

    @property
    def agent_steps(self) -> np.ndarray:
        """Return the number of agents times days that each member moved."""
        return self.everybody.sum(axis=1, dtype=np.int64)


class FleeError(RuntimeError):
    """Flee could not run an instance, or is not installed; the text says what it said."""


def interpreter() -> str:
    """Return the Python that has flee."""
    return os.environ.get("FLEE_PYTHON", sys.executable)


def has_flee() -> bool:
    """Say whether flee of the right version can be imported there."""
    asked = "import importlib.metadata as m; print(m.version('flee'))"
    done = subprocess.run([interpreter(), "-c", asked], capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() == VERSION


def cache_folder() -> Path:
    """Return where runs are kept: outside the repository."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return Path(os.environ.get("FLEE_CACHE", home / "corridor" / "flee"))


def hash_of(folder: Path) -> str:
    """Return a hash of the worker and of every file of an instance, with its name."""
    digest = hashlib.sha256(WORKER.read_bytes())
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:20]


def run_flee(
    folder: Path,
    *,
    members: int,
    seed: int,
    hasten: int | None = None,
    cache: Path | None = None,
    workers: int = 2,
) -> FleeRun:
    """Run members of an instance, or fetch them where they have been run before.

    Parameters
    ----------
    folder
        The instance, in Flee's layout.
    members, seed
        Member m of a seed is the same run whatever the number of members.
    hasten
        Replaces the instance's own thinning.
    cache
        Where runs are kept; blank is the user's cache.
    workers
        Processes at a time.
    """
    home = cache or cache_folder()
    home.mkdir(parents=True, exist_ok=True)
    stem = f"{hash_of(folder)}-s{seed}" + ("" if hasten is None else f"-h{hasten}")
    options = [f"--seed={seed}"] + ([] if hasten is None else [f"--hasten={hasten}"])
    spans = [(first, min(first + BLOCK, members)) for first in range(0, members, BLOCK)]

    def block(span: tuple[int, int]) -> dict[str, np.ndarray]:
        kept = home / f"{stem}-{span[0]}-{span[1]}.npz"
        if not kept.exists():
            _compute(folder, kept, span, options)
        with np.load(kept) as found:
            return dict(found)

    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(block, spans))
    joined = (np.concatenate([part[name] for part in parts]) for name in ("stock", "everybody", "cpu_seconds"))
    return FleeRun(tuple(str(name) for name in parts[0]["places"]), *joined)


def _compute(folder: Path, kept: Path, span: tuple[int, int], options: list[str]) -> None:
    """Run a block of members in a process of its own, and keep it under its final name once it is whole."""
    with tempfile.TemporaryDirectory(dir=kept.parent) as spare:
        out = Path(spare) / "block.npz"
        command = [interpreter(), "-P", str(WORKER), str(folder), str(out), *options, "--members", *map(str, span)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            message = f"Flee {VERSION} failed on {folder} with {interpreter()}:\n{done.stderr.strip()}"
            raise FleeError(message)
        out.replace(kept)
