"""The forecast for people who plan in spreadsheets: one row a day and place, with low, likely and high."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from corridor.message import message, term
from corridor.needs.small import SmallNeeds
from corridor.runs.workbook import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from corridor.needs.rows import NeedRow, RunOutRow
    from corridor.runs.workbook import Cell
    from corridor.scenario.scenario import Scenario

LEVELS = {"low": 0.1, "likely": 0.5, "high": 0.9}
TARGETS = ("stock", "arrivals", "departures", "waiting", "inside", "deaths")
COLUMNS = ("date", "place", "name", *(f"{target}_{end}" for target in TARGETS for end in LEVELS))
"""Columns of people.csv."""

HEADINGS = {
    "date": term("date"),
    "place": term("where"),
    "item": term("item"),
    "unit": term("unit"),
    "standard": term("standard"),
    "source": term("source"),
    "on_site": term("on site"),
    "from_date": term("from the day"),
    "until_date": term("until the day"),
    "present_before": term("present before"),
    "arrivals": term("arrivals"),
    "departures": term("departures"),
    "deaths": term("deaths"),
    "other_arrivals": term("other arrivals"),
    "other_departures": term("other departures"),
    "rest": term("rest"),
    "present_after": term("present after"),
}
"""Headings of the columns of the sheets."""

ABOUT = {
    "scenario": term("scenario"),
    "origin_date": term("last day known"),
    "horizon_days": term("days ahead"),
    "alternative": term("alternative"),
    "version": term("version"),
    "seed": term("seed"),
    "standards": term("standards"),
}
"""Facts of the sheet About, and what they are called there."""

LOW, LIKELY, HIGH, EARLY, LATE = term("low"), term("likely"), term("high"), term("early"), term("late")
ENDS = {"low": LOW, "likely": LIKELY, "high": HIGH}
KEY = message(
    "Low and high: the truth should lie between them in 8 of 10 cases. The sheet Balance has averages, which add up: "
    "present before + arrivals − departures − deaths + other arrivals − other departures + rest = present after."
)
_IDS = frozenset({"place", "item", "unit"})
_TENS = 10
_SIGNS = {
    "present_before": 1,
    "arrivals": 1,
    "departures": -1,
    "deaths": -1,
    "other_arrivals": 1,
    "other_departures": -1,
    "rest": 1,
}

Wide = list[dict[str, Any]]


def wide_rows(hub: Iterable[Mapping[str, Any]], scenario: Scenario) -> Wide:
    """Return one row for each day and place of the scenario; what is zero throughout is blank.

    Parameters
    ----------
    hub
        Rows of forecast.csv.
    scenario
        Gives the names and the order of places.
    """
    ends = {level: end for end, level in LEVELS.items()}
    values: dict[tuple[date, str], dict[str, int]] = {}
    for row in hub:
        end = ends.get(row["output_type_id"])
        if end is not None and row["target"] in TARGETS:
            key = (row["target_end_date"], row["location"])
            values.setdefault(key, {})[f"{row['target']}_{end}"] = round(row["value"])
    days = sorted({day for day, _ in values})
    places = [(row.place, row.name) for row in scenario.places if any((day, row.place) in values for day in days)]
    blank: dict[str, Any] = dict.fromkeys(COLUMNS)
    return [
        {**blank, "date": day, "place": place, "name": name, **values.get((day, place), {})}
        for day in days
        for place, name in places
    ]


@dataclass(frozen=True)
class Form:
    """How the workbook is written.

    Attributes
    ----------
    worded
        Returns a message, or a word, in the language of the workbook.
    named
        Returns what stands for a place, an item or a unit, by the column and the id.
    below
        Counts of people from 1 to below this are not written, nor is what would tell them.
    small
        Which needs would.
    """

    worded: Callable[[str], str] = str
    named: Callable[[str, str], str] = lambda _, text: text
    below: int = 10
    small: SmallNeeds = field(default_factory=lambda: SmallNeeds({}))

    def count(self, value: float | None) -> Cell:
        """Return a count of people as it may be written."""
        return f"<{self.below}" if value is not None and 0 < value < self.below else value

    def words(self, row: Mapping[str, Cell]) -> dict[str, Cell]:
        """Return a row with its words in the language, and names for ids."""
        return {name: self._cell(name, value) if isinstance(value, str) else value for name, value in row.items()}

    def _cell(self, column: str, text: str) -> str:
        return self.named(column, text) if column in _IDS else self.worded(text)


class Book(NamedTuple):
    """What a workbook is made from: rows of people.csv, needs.csv, runout.csv, balance.csv, and run.json."""

    wide: Wide
    needs: Sequence[NeedRow]
    runout: Sequence[RunOutRow]
    balance: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]


def sheets(book: Book, form: Form) -> tuple[Sheet, ...]:
    """Return the sheets of forecast.xlsx.

    Parameters
    ----------
    book
        What it is made from.
    form
        How it is written.
    """
    worded = form.worded
    needs = [row for line in book.needs if line.p90 > 0 for row in _need(line, form)]
    short = [form.words(_as_dict(row)) for row in book.runout if not form.small.hides_runout(row)]
    balance = [_balanced(row, form) for row in book.balance]
    return (
        _by_place(worded(term("People")), "stock", book.wide, form),
        _by_place(worded(term("Arrivals")), "arrivals", book.wide, form),
        _table(worded(term("Needs")), {"p10": LOW, "p50": LIKELY, "p90": HIGH}, needs, worded),
        _table(worded(term("Runs short")), {"p10": EARLY, "p50": LIKELY, "p90": LATE}, short, worded),
        _table(worded(term("Balance")), {}, balance, worded),
        Sheet(worded(term("About")), [[worded(KEY)]], _about(book.facts, form)),
    )


def _as_dict(row: NeedRow | RunOutRow) -> dict[str, Cell]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def _need(line: NeedRow, form: Form) -> Iterator[dict[str, Cell]]:
    """Yield a row of needs, without what is for too few people; nothing where no figure of it may be written."""
    ends = ("p10", "p50", "p90")
    row = form.words(_as_dict(line))
    hidden = [end for end in ends if form.small.hides(line.item, getattr(line, end))]
    if not form.small.hides_row(line) and len(hidden) < len(ends):
        yield {**row, **dict.fromkeys(hidden)}


def _balanced(row: Mapping[str, Any], form: Form) -> dict[str, Cell]:
    """Return a balance in tens, what is too small to be written left out of the sum."""
    if form.below <= 1:
        return form.words(row)
    shown = {
        name: 0 if value is None or abs(value) < form.below else round(value / _TENS) * _TENS
        for name, value in row.items()
        if name in _SIGNS
    }
    after = sum(sign * shown[name] for name, sign in _SIGNS.items())
    written = {name: form.count(abs(row[name] or 0)) if shown[name] == 0 else shown[name] for name in _SIGNS}
    unknown = {name: None for name in _SIGNS if row[name] is None}
    return {**form.words(row), **written, **unknown, "present_after": max(after, 0)}


def _by_place(title: str, target: str, wide: Wide, form: Form) -> Sheet:
    names = {row["place"]: row["name"] for row in wide if any(row[f"{target}_{end}"] for end in LEVELS)}
    cells = {(row["date"], row["place"]): [form.count(row[f"{target}_{end}"]) for end in LEVELS] for row in wide}
    days = sorted({day for day, _ in cells}, key=str)
    above: list[Cell] = ["", *(name if end == "low" else "" for name in names.values() for end in LEVELS)]
    below: list[Cell] = [form.worded(HEADINGS["date"]), *(form.worded(ENDS[end]) for _ in names for end in LEVELS)]
    rows = [[date.fromisoformat(str(day)), *(value for place in names for value in cells[day, place])] for day in days]
    return Sheet(title, [above, below], rows)


def _table(
    title: str, renamed: Mapping[str, str], rows: Sequence[Mapping[str, Cell]], worded: Callable[[str], str]
) -> Sheet:
    columns = {name: renamed.get(name, HEADINGS.get(name, name)) for name in (rows[0] if rows else ())}
    return Sheet(title, [[worded(words) for words in columns.values()]], [list(row.values()) for row in rows])


def _about(facts: Mapping[str, Any], form: Form) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [form.worded(words), str(facts[name])] for name, words in ABOUT.items() if facts.get(name) is not None
    ]
    note = form.worded(term("note"))
    small = message(
        "Counts of people from 1 to {most} are written as “<{below}”, and what they need is left out. In the sheet "
        "Balance they count for nothing, and all else is rounded to tens.",
        most=form.below - 1,
        below=form.below,
    )
    if form.below > 1:
        rows.append([note, form.worded(small)])
    rows += [[note, form.worded(one)] for one in facts.get("notes", ())]
    return rows
