"""How the tests give commands, and what they see of them."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from corridor.cli import main

KNOWN_BY = "2031-02-15"
FEW = 12
SOON = ("--known-by", "2031-01-20", "--days", 3)
"""Options of a forecast that takes little time: of few days, and too early to look back on earlier forecasts."""
TABLES = ("forecast", "past", "posterior", "fit", "needs", "runout", "balance")


class Outcome(NamedTuple):
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict:
        """Return the one JSON document of standard output."""
        return json.loads(self.out)


def command(*words: object) -> Outcome:
    """Give a command within this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(word) for word in words])
        except SystemExit as leaving:
            code = leaving.code or 0
    return Outcome(int(code), out.getvalue(), err.getvalue())


def forecast(scenario: Path | str, out: Path, *more: object) -> Outcome:
    """Forecast with few members."""
    return command("forecast", scenario, "--known-by", KNOWN_BY, "--members", FEW, "--out", out, *more)


def python(code: str, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new process."""
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, by its path within it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def change(path: Path, old: str, new: str) -> None:
    """Replace text that stands in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8", newline="")
