"""How fast the page answers while people drag: `make bench-page`, or `python -m benchmarks.page`."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
from pathlib import Path

from benchmarks.dragging import dragging, wait_for_fit
from benchmarks.redraw import redraw
from benchmarks.serving import served
from benchmarks.timing import Table, machine

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "speed_of_the_page.md"
OPENING = """# Speed of the page

After this page you can judge how many people one `corridor serve` can answer, and how long each of them waits.

Written by `make bench-page`: the bundled case of Baghouz as known on 3 March 2019, 28 days ahead, 300 members while
somebody drags, two threads. The first fit is not counted: it takes as long as `corridor forecast`.
"""


def section(table: Table) -> str:
    """Return a table as Markdown."""
    rows = [table.head, tuple("---" for _ in table.head), *table.rows]
    grid = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"## {table.title}\n\n{table.text}\n\n{grid}"


def main() -> None:
    """Measure one person alone, then many at once; print the figures and write the page of the manual."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    with served() as url:
        wait_for_fit(url)
        sections = [section(redraw(url, arguments.moves)), section(dragging(url, arguments.people, arguments.seconds))]
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    measured = (
        f"Measured on {today}. Machine: {machine()}. Python {platform.python_version()}. Before it began, "
        f"{load:.1f} other processes were running at a time; with more than none, these are upper bounds."
    )
    text = "\n\n".join([OPENING.rstrip(), measured, *sections]) + "\n"
    arguments.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
