"""The series of counts of an instance: rows as they stand, sums of several files, values between rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple

from corridor.errors import Problem, Where
from corridor.scenario.io.cells import shown, to_date
from corridor.scenario.presets import Preset
from corridor.sources.flee.account import Kind
from corridor.sources.flee.files import Instance, Row
from corridor.sources.flee.locations import MOST_PEOPLE

_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_HEADINGS = {"date", "datetime"}


class Count(NamedTuple):
    """One row of a series."""

    date: dt.date
    people: int
    where: Where
    known: dt.date | None = None
    """Day on which it was known, where that is later: a sum may hold a count of a later day."""


@dataclass(frozen=True)
class CampSeries:
    """The counts of one name of data_layout.csv, in the order of the file."""

    name: str
    files: str
    counts: tuple[Count, ...]


def parsed_date(text: str) -> dt.date | None:
    """Return a date as Flee reads it, with or without leading zeros; None if it is none."""
    parts = _DATE.fullmatch(text.strip())
    date = to_date(f"{parts[1]}-{int(parts[2]):02}-{int(parts[3]):02}") if parts else None
    return date if isinstance(date, dt.date) else None


def read_counts(instance: Instance, file: str) -> tuple[Count, ...]:
    """Return the counts of one file in its own order; what is odd is mended or a problem.

    Parameters
    ----------
    instance
        Whose file it is.
    file
        Its name within the instance.
    """
    rows = list(instance.all_rows(file))
    if rows and _is_heading(instance, rows[0]):
        rows = rows[1:]
    counts = [count for row in rows if (count := _count(instance, row)) is not None]
    ordered = [(one, other) for one, other in pairwise(counts) if other.date < one.date]
    twice = [other for one, other in pairwise(counts) if other.date == one.date]
    for _, other in ordered:
        text = f"{other.date} stands below a later day; the order of the file is kept, as Flee goes by it."
        instance.ledger.note(Kind.REPAIRED, text, other.where)
    for other in twice:
        text = f"{other.date} stands twice; as in Flee the first counts for the days before, the last from then on."
        instance.ledger.note(Kind.REPAIRED, text, other.where)
    return tuple(counts)


def _is_heading(instance: Instance, row: Row) -> bool:
    """Whether a first row is a heading."""
    first = row.cell(0)
    if not first or row.is_comment or row.cells[0] in {"Date", "DateTime"}:
        return True
    if first.casefold() in _HEADINGS:
        text = f"the heading {shown(first)} is passed over; Flee stops at it."
        instance.ledger.note(Kind.REPAIRED, text, row.at())
        return True
    return False


def _count(instance: Instance, row: Row) -> Count | None:
    if row.is_comment:
        return None
    if row.is_blank:
        instance.ledger.note(Kind.REPAIRED, "a row of blank cells is left out; Flee stops at it.", row.at())
        return None
    date = parsed_date(row.cell(0))
    if date is None:
        what = f"{shown(row.cell(0))} is not a date in the form 2019-03-03."
        instance.ledger.problem("I003", what, "Write year, month and day with dashes.", row.at("date"))
        return None
    if not row.cell(1):
        instance.ledger.note(Kind.REPAIRED, f"{date} has no count and is passed over, as in Flee.", row.at())
        return None
    people = instance.whole(row, 1, "count")
    return None if people is None else _possible(instance, row, Count(date, people, row.at()))


def _possible(instance: Instance, row: Row, count: Count) -> Count | None:
    if 0 <= count.people <= MOST_PEOPLE:
        return count
    fix = f"Write a number of people from 0 to {MOST_PEOPLE:,}."
    instance.ledger.problem("I004", f"{count.people:,} people are not possible.", fix, row.at("count"))
    return None


def summed(one: Sequence[Count], other: Sequence[Count]) -> tuple[Count, ...] | None:
    """Return the sum of two files as Flee forms it; None if the second begins after the first.

    On a day of the second file alone, the *next* count of the first is added; on a day of the first
    alone, the last count of the second. Days after the end of either file are lost.
    """
    sums: list[Count] = []
    ahead, end = 0, len(one) - 1
    last: Count | None = None
    for count in other:
        while one[ahead].date < count.date:
            if last is None:
                return None
            sums.append(one[ahead]._replace(people=one[ahead].people + last.people))
            if ahead == end:
                break
            ahead += 1
        if count.date <= one[ahead].date:
            known = one[ahead].date if one[ahead].date > count.date else None
            sums.append(count._replace(people=count.people + one[ahead].people, known=known))
            last = count
            ahead += count.date == one[ahead].date and ahead < end
    return tuple(row for i, row in enumerate(sums) if i == 0 or row[:2] != sums[i - 1][:2])


def carried(one: Sequence[Count], other: Sequence[Count]) -> tuple[Count, ...]:
    """Return the sum of two files on each day of either; a count holds until the next, and from its day on."""
    by_date = {count.date: count for count in (*other, *one)}
    return tuple(
        count._replace(people=_latest(one, date) + _latest(other, date)) for date, count in sorted(by_date.items())
    )


def _latest(counts: Sequence[Count], date: dt.date) -> int:
    return latest(counts, date) or 0


def latest(counts: Sequence[Count], date: dt.date) -> int | None:
    """Return the last count for a day or the days before; None where there is none yet."""
    past = [count for count in counts if count.date <= date]
    return max(past, key=lambda count: count.date).people if past else None


def read_series(instance: Instance, row: Row, folder: str, preset: Preset) -> CampSeries | None:
    """Return the series that a row of data_layout.csv names; None if it cannot be read.

    Parameters
    ----------
    instance
        Whose file it is.
    row
        A name, then one file or several that are added up.
    folder
        Where the files lie within the instance, with a slash at the end, or nothing.
    preset
        Whose rules will hold; Corridor's own carry counts forward where files are added up.
    """
    ledger = instance.ledger
    files = [cell.strip() for cell in row.cells[1:] if cell.strip()]
    missing = [file for file in files if not _is_inside(file) or not instance.has(f"{folder}{file}")]
    for file in missing:
        fix = "Add the file, or take its name out of the row."
        fault = Problem("I010", f"the file {shown(file)} is not there.", fix, row.at())
        ledger.repairable(fault, f"the row is left out, so that {row.cell(0)} has no counts")
    if missing or not files:
        if not files:
            ledger.problem("I010", f"{row.cells[0]} has no file.", "Write the name of its file.", row.at())
        return None
    parts = [read_counts(instance, f"{folder}{file}") for file in files]
    for file, part in zip(files, parts, strict=True):
        if not part:
            fault = Problem("I010", f"{file} holds no count.", "Add a row with a date and a count.", row.at())
            ledger.repairable(fault, f"the row is left out, so that {row.cell(0)} has no counts")
            return None
    counts = parts[0]
    for file, part in zip(files[1:], parts[1:], strict=True):
        total = summed(counts, part) if preset.is_flee else carried(counts, part)
        if total is None:
            what = f"{file} begins after the files before it, so that Flee cannot add them up."
            ledger.problem("I010", what, "Begin it with a count of 0 on their first day, or name it first.", row.at())
            return None
        lost = {count.date for count in (*counts, *part)} - {count.date for count in total}
        words = f", without {len(lost)} days after the end of one of them, as in Flee" if lost else ""
        ledger.note(Kind.TRANSLATED, f"{row.cells[0]}: the files {listed_files(files)} are added up{words}.", row.at())
        counts = total
    largest = max(counts, key=lambda count: count.people)
    if largest.people > MOST_PEOPLE:
        what = f"the files of {row.cells[0]} add up to {largest.people:,} people on {largest.date}."
        ledger.problem("I004", what, f"Correct them: at most {MOST_PEOPLE:,} are possible.", row.at())
        return None
    return CampSeries(row.cells[0], listed_files(files), counts)


def _is_inside(file: str) -> bool:
    """Whether the name of a file cannot lead out of the instance."""
    path = PurePath(file)
    return not path.is_absolute() and ".." not in path.parts


def listed_files(files: Sequence[str]) -> str:
    """Return the names of files that are added up."""
    return " + ".join(files)
