"""What it costs to read what the field publishes: a table of DTM, and a long report."""

from __future__ import annotations

import datetime as dt
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Table

ROWS, PLACES, REASONS = 100_000, 400, 5
PAGES, PAGE_CHARACTERS = 200, 3_000
HEAD = (
    "operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,numPresentIdpInd,reportingDate,"
    "roundNumber,displacementReason,idpOriginAdmin1Name,assessmentType\n"
)
SENTENCES = (
    "More than {n:,} people arrived at {place} camp on {day} March, according to the authorities.",
    "Some {n:,} families fled the fighting in {place} between {day} and 28 February and took shelter in schools.",
    "The agency distributed food to {n:,} people in {place} and asks for more support before the rains.",
    "The road to {place} was closed on {day} March after a bridge had been washed away by the river.",
    "People who came out said that there was little to eat, and that those who were left behind had no way to leave.",
)


def published(seed: int) -> Table:
    """Return the cost of an import of a hundred thousand rows and of reading two hundred pages.

    Parameters
    ----------
    seed
        For the invented figures.
    """
    chance = random.Random(seed)  # noqa: S311 - a benchmark
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "report.txt").write_text(_report(chance), encoding="utf-8")
        (folder / "dtm.csv").write_text(_table(chance), encoding="utf-8")
        rows = (
            _measured(f"report of {PAGES} pages", "read", folder / "report.txt", "--published", "2031-03-05"),
            _measured(f"DTM, {ROWS:,} rows", "import", "counts", folder / "dtm.csv", folder / "new", "--create"),
        )
    text = (
        f"The command line from its start to its end, in a process of its own. The table has {PLACES} places, "
        f"{ROWS // PLACES // REASONS} rounds and {REASONS} origins; the report {PAGE_CHARACTERS:,} characters a page. "
        "The memory is an upper bound: it counts that of the process which starts them, too."
    )
    return Table("Reading what is published", text, ("what", "CPU s", "memory at most, MB"), rows)


def _measured(what: str, *arguments: object) -> tuple[str, str, str]:
    """Return the processor time and the largest memory of a command; the smaller command has to come first."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = "import sys; from corridor.cli import main; sys.argv[0] = 'corridor'; main()"
    subprocess.run([sys.executable, "-c", code, *map(str, arguments)], check=True, capture_output=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return what, f"{seconds:.1f}", f"{after.ru_maxrss / 1024:.0f}"


def _report(chance: random.Random) -> str:
    sentences, length = [], 0
    while length < PAGES * PAGE_CHARACTERS:
        place = f"{chance.choice('ABDEGKLMNRT')}{chance.choice(('lba', 'erin', 'urma', 'olan', 'ista'))}"
        text = chance.choice(SENTENCES).format(n=chance.randrange(40, 90_000), place=place, day=chance.randrange(1, 5))
        sentences.append(text)
        length += len(text) + 1
    return "\n\n".join(" ".join(sentences[i : i + 6]) for i in range(0, len(sentences), 6))


def _table(chance: random.Random) -> str:
    days = [dt.date(2027, 1, 1) + dt.timedelta(days=28 * number) for number in range(ROWS // PLACES // REASONS)]
    lines = [
        f"Ard crisis,Ard,ARD,Province {place // 20},AR{place // 20:02},District {place},AR{place:04},"
        f"{chance.randrange(5, 90_000)},{day}T00:00:00,{number},Conflict,Province {reason},BA\n"
        for number, day in enumerate(days, start=1)
        for place in range(PLACES)
        for reason in range(REASONS)
    ]
    return HEAD + "".join(lines)
