"""Measure, print the tables, and write the page on speed: `make bench`, or `python -m benchmarks`."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.beside_flee import beside_flee
from benchmarks.draws import draws
from benchmarks.published import published
from benchmarks.scaling import large, with_members, with_people, with_places
from benchmarks.targets import targets
from benchmarks.timing import Table, machine
from verification.flee_runner import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "speed.md"
SECTIONS: dict[str, Callable[[int], Table]] = {
    "flee": beside_flee,
    "people": with_people,
    "places": with_places,
    "members": with_members,
    "large": large,
    "targets": targets,
    "draws": draws,
    "published": published,
}
OPENING = """# Speed

After this page you can judge how long a run of your scenario takes, and what makes it longer.

This page is written by `make bench`; its figures come from one run, on the machine below. Compare ratios within a
table, not seconds with those of another machine; where other processes ran beside it, two workers gain little.

The cost of a member does not follow the number of people: those in the same position are moved by one draw, which has
the same distribution as moving each alone (see [The model in equations](model.md)). It grows with the number of
positions in which there is anybody.
"""


def as_text(table: Table) -> str:
    """Return a table with aligned columns."""
    lines = [table.head, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.head))]
    body = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(["", table.title, table.text, *body])


def measured(seed: int) -> str:
    """Return when, where and with what it was measured."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("corridor", "numba", "numpy"))
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    return (
        f"Measured on {today}, seed {seed}. Machine: {machine()}. Python {platform.python_version()}, {versions}, "
        f"flee {VERSION}."
    )


def as_page(tables: list[Table], seed: int) -> str:
    """Return the page."""
    sections = []
    for table in tables:
        rows = [table.head, tuple("---:" for _ in table.head), *table.rows]
        grid = "\n".join("| " + " | ".join(row) + " |" for row in rows) if table.rows else ""
        sections.append(f"## {table.title}\n\n{table.text}\n\n{grid}".rstrip())
    return "\n\n".join([OPENING.rstrip(), measured(seed), *sections]) + "\n"


def main() -> int:
    """Measure the sections that were asked for; write the page only where it would be whole."""
    parser = argparse.ArgumentParser(description="What Corridor costs, beside Flee and by itself.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sections", nargs="*", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--out", type=Path, default=None, help="the page; default docs/explanation/speed.md if whole")
    asked = parser.parse_args()
    print(measured(asked.seed))
    tables = []
    for name in asked.sections:
        tables.append(SECTIONS[name](asked.seed))
        print(as_text(tables[-1]), flush=True)
    whole = set(asked.sections) == set(SECTIONS)
    page = asked.out or (PAGE if whole else None)
    if page is not None:
        page.write_text(as_page(tables, asked.seed), encoding="utf-8")
        print(f"\nWritten: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
