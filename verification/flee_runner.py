"""Many members of PyPI flee 3.1 on an instance: in fresh processes, on two at a time, kept by what decided them.

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
    folder: Path, *, members: int, seed: int, hasten: int | None = None, days: int | None = None, workers: int = 2
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
    days
        Ends the run early.
    workers
        Processes at a time.
    """
    kept = cache_folder() / f"{hash_of(folder)}-s{seed}-m{members}-h{hasten}-d{days}.npz"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        options = [f"--seed={seed}"]
        options += [] if hasten is None else [f"--hasten={hasten}"]
        options += [] if days is None else [f"--days={days}"]
        _compute(folder, kept, members, options, workers)
    with np.load(kept) as found:
        places = tuple(str(name) for name in found["places"])
        return FleeRun(places, found["stock"], found["everybody"], found["cpu_seconds"])


def _compute(folder: Path, kept: Path, members: int, options: list[str], workers: int) -> None:
    """Run batches of members side by side, join them, and keep them under the final name."""
    edges = np.linspace(0, members, min(workers, members) + 1).astype(int)
    with tempfile.TemporaryDirectory(dir=kept.parent) as spare:
        parts = [Path(spare) / f"{first}.npz" for first in edges[:-1]]
        spans = zip(parts, edges[:-1], edges[1:], strict=True)
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(lambda span: _batch(folder, span, options), spans))
        loaded = [dict(np.load(part)) for part in parts]
        joined = {name: np.concatenate([part[name] for part in loaded]) for name in loaded[0] if name != "places"}
        whole = Path(spare) / "whole.npz"
        np.savez_compressed(whole, places=loaded[0]["places"], **joined)
        whole.replace(kept)


def _batch(folder: Path, span: tuple[Path, int, int], options: list[str]) -> None:
    """Run one batch in a process of its own."""
    out, first, behind = span
    command = [interpreter(), "-P", str(WORKER), str(folder), str(out), *options, "--members", str(first), str(behind)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        message = f"Flee {VERSION} failed on {folder} with {interpreter()}:\n{done.stderr.strip()}"
        raise FleeError(message)
