"""Commands killed, starved of disk and started twice over one RUN folder: the old run or the new one is whole there.

    python -m verification.faults --kills 200 --seed 1

Each command writes over a run of another seed. It is ended with kill -9 at a random moment of a random one of its
steps; the folder must then hold one of the two runs, byte for byte, with a file of the user in it. At the end one
more run is let through, and nothing may be left beside the folder. Standard output has one row for each command
and fault, the target beside what was measured; the exit code is 1 if one was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.cli import main
from corridor.runs.requests import Draws, SimulationRequest
from corridor.runs.simulation_run import make_simulation_run
from corridor.scenario.io.write import copy_template

if TYPE_CHECKING:
    from collections.abc import Iterator

MINE, TEXT = "my notes.txt", "of the user"
SEEDS = (1, 2)
COMMANDS = {
    "simulate": ("--members", "8"),
    "forecast": ("--known-by", "2031-02-15", "--days", "3", "--members", "12"),
    "evaluate": ("--members", "8", "--every", "20", "--horizons", "7"),
}
PATIENCE_S = 600.0


@dataclass
class Child:
    """A command that runs in a process of its own, and what it has written on standard error."""

    pid: int
    pipe: int
    lines: list[tuple[float, str]] = field(default_factory=list)

    def listen(self, seconds: float) -> bool:
        """Read what comes within a time; return whether the command is still at work."""
        if not select.select([self.pipe], [], [], seconds)[0]:
            return True
        text = os.read(self.pipe, 65536).decode(errors="replace")
        self.lines += [(time.monotonic(), line) for line in text.splitlines()]
        return bool(text)

    def end(self) -> int:
        """Wait for the end; return the exit code, negative after a signal."""
        limit = time.monotonic() + PATIENCE_S
        while self.listen(1.0):
            if time.monotonic() > limit:
                os.kill(self.pid, signal.SIGKILL)
        os.close(self.pipe)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@dataclass(frozen=True)
class Stage:
    """A folder with a scenario, one command, and the two runs that it makes."""

    room: Path
    name: str
    whole: dict[int, dict[str, bytes]]
    steps_s: tuple[float, ...]

    @property
    def run(self) -> Path:
        """Return the folder that is written again and again."""
        return self.room / "RUN"

    def begin(self, seed: int, largest_file: int | None = None) -> Child:
        """Start the command with a seed."""
        words = [self.name, str(self.room / "siege"), *COMMANDS[self.name], "--workers", "1"]
        return begun([*words, "--seed", str(seed), "--out", str(self.run)], largest_file)

    def seed_there(self) -> int | None:
        """Return the seed of the run that is whole in the folder; None if none is."""
        held = contents(self.run)
        if held.pop(MINE, b"") != TEXT.encode():
            return None
        return next((seed for seed, files in self.whole.items() if held == files), None)

    def beside(self) -> list[str]:
        """Return what lies beside the folder and should not; what --resume goes on with may."""
        return sorted(
            path.name for path in self.room.iterdir() if path.name not in {"RUN", "siege", ".RUN.answers.partial"}
        )


@dataclass(frozen=True)
class Row:
    """What was to be and what was measured."""

    command: str
    fault: str
    tries: int
    measured: str
    misses: int


def begun(words: list[str], largest_file: int | None = None) -> Child:
    """Start a command in a fork of this process, which has loaded what takes long."""
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return Child(pid, read)
    os.dup2(write, 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", closefd=False) for stream in (1, 2))
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    code: object = 3
    try:
        main(words)
    except SystemExit as leaving:
        code = leaving.code or 0
    except BaseException:  # noqa: BLE001 - a fork that goes on would be a second parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 3)
    raise AssertionError("the fork has ended")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a run; of run.json what is the same each time, and of pages that they are whole."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    held = {name: path.read_bytes() for name, path in files.items()}
    for name, data in held.items():
        if name == "run.json":
            facts = json.loads(data)
            held[name] = str((facts["command"], facts["seed"], sorted(facts))).encode()
        elif name.endswith(".html"):
            held[name] = data.rstrip()[-7:]
    return held


def staged(room: Path, name: str) -> Stage:
    """Return a command with the runs that it makes, and how long each of its steps takes."""
    room.mkdir()
    copy_template("siege", room / "siege")
    loaded(room)
    stage = Stage(room, name, {}, ())
    steps: tuple[float, ...] = ()
    for seed in SEEDS:
        began = time.monotonic()
        child = stage.begin(seed)
        assert child.end() == 0, [line for _, line in child.lines]
        moments = [began, *(moment for moment, line in child.lines if line.endswith(" ...")), time.monotonic()]
        steps = tuple(after - before for before, after in pairwise(moments))
        stage.whole[seed] = contents(stage.run)
    (stage.run / MINE).write_text(TEXT, encoding="utf-8")
    return Stage(room, name, stage.whole, steps)


def loaded(room: Path) -> None:
    """Load what commands need, so that forks have it; the library that draws pages survives no fork once it is used."""
    for module in ("cli.answers", "runs.forecast_run", "runs.backtest_run"):
        import_module(f"corridor.{module}")
    make_simulation_run(SimulationRequest(str(room / "siege")), Draws(members=1), out=room / "RUN")
    shutil.rmtree(room / "RUN")


def kills(stage: Stage, count: int, chances: random.Random) -> Row:
    """Kill the command so many times at random moments, then let it through once."""
    before, ends, misses = SEEDS[-1], {"old": 0, "new": 0}, 0
    for _ in range(count):
        seed = next(seed for seed in SEEDS if seed != before)
        child = stage.begin(seed)
        step = chances.randrange(len(stage.steps_s))
        moment = time.monotonic() + chances.uniform(0, 1.1 * stage.steps_s[step])
        while sum(line.endswith(" ...") for _, line in child.lines) < step and child.listen(PATIENCE_S):
            moment = time.monotonic() + chances.uniform(0, 1.1 * stage.steps_s[step])
        time.sleep(max(0.0, moment - time.monotonic()))
        os.kill(child.pid, signal.SIGKILL)
        child.end()
        there = stage.seed_there()
        misses += there is None
        ends["new" if there == seed else "old"] += there is not None
        before = there or before
    left = len(stage.beside())
    seed = next(seed for seed in SEEDS if seed != before)
    code = stage.begin(seed).end()
    misses += code != 0 or stage.seed_there() != seed or bool(stage.beside())
    words = (
        f"old run whole {ends['old']}, new run whole {ends['new']}; "
        f"{left} leftovers, {len(stage.beside())} after one more run"
    )
    return Row(stage.name, "kill -9", count, words, misses)


def full_disk(stage: Stage, count: int, chances: random.Random) -> Row:
    """Let files grow to a random size only, so that writing fails in the midst of one."""
    before, refused, misses = stage.seed_there(), 0, 0
    largest = max(path.stat().st_size for path in stage.run.rglob("*") if path.is_file())
    for _ in range(count):
        seed = next(seed for seed in SEEDS if seed != before)
        child = stage.begin(seed, chances.randrange(largest))
        code, err = child.end(), " ".join(line for _, line in child.lines)
        refused += code == 1
        misses += code != 1 or "could not be written" not in err or stage.seed_there() != before or bool(stage.beside())
    return Row(stage.name, "file too large", count, f"refused with words and the old run whole {refused}", misses)


def two_at_once(stage: Stage, count: int, chances: random.Random) -> Row:
    """Start the command twice with different seeds into the one folder."""
    both, refused, misses = 0, 0, 0
    for _ in range(count):
        first = stage.begin(SEEDS[0])
        time.sleep(chances.uniform(0, stage.steps_s[0]))
        second = stage.begin(SEEDS[1])
        codes = (first.end(), second.end())
        words = " ".join(line for child in (first, second) for _, line in child.lines)
        is_refused = sorted(codes) == [0, 1] and "being written by another command" in words
        both += codes == (0, 0)
        refused += is_refused
        misses += not (is_refused or codes == (0, 0)) or stage.seed_there() is None or bool(stage.beside())
    words = f"second refused {refused}, one after the other {both}"
    return Row(stage.name, "two at once", count, words, misses)


def read_only(stage: Stage) -> Row:
    """Write into a folder that this user may not write to."""
    if os.geteuid() == 0:
        return Row(stage.name, "read-only folder", 0, "not tried: root may write everywhere", 0)
    before = stage.seed_there()
    stage.room.chmod(0o555)
    code = stage.begin(SEEDS[0]).end()
    stage.room.chmod(0o755)
    return Row(stage.name, "read-only folder", 1, f"exit code {code}", int(code != 1 or stage.seed_there() != before))


def measured(commands: list[str], count: int, seed: int) -> Iterator[Row]:
    """Yield a row for each command and fault, as it is measured."""
    with tempfile.TemporaryDirectory() as room:
        for name in commands:
            chances = random.Random(f"{seed} {name}")  # noqa: S311 - moments, not secrets
            stage = staged(Path(room) / name, name)
            few = max(1, count // 20)
            yield kills(stage, count, chances)
            yield full_disk(stage, few, chances)
            yield two_at_once(stage, few, chances)
            yield read_only(stage)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="kills of each command")
    parser.add_argument("--commands", nargs="+", default=list(COMMANDS), choices=list(COMMANDS))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(
        "| command | fault | tries | target: misses | measured: misses | seen |\n|---|---|---|---|---|---|", flush=True
    )
    missed = 0
    for row in measured(given.commands, given.kills, given.seed):
        print(f"| {row.command} | {row.fault} | {row.tries} | 0 | {row.misses} | {row.measured} |", flush=True)
        missed += row.misses
    raise SystemExit(missed > 0)
