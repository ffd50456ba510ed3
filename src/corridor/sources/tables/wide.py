"""Columns whose headings are days or places, and days that a title states for a whole sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corridor.sources.tables.headings import meaning_of, part_of_date, words_of
from corridor.sources.tables.sheets import Row
from corridor.sources.tables.spans import DateForm, form_of, span_of
from corridor.sources.tables.values import DayOrder, parsed_count, parsed_date

_BESIDE = re.compile(
    r"\b(idps?|inds?|individuals?|individus|people|persons|personnes|pop|hhs?|households?|m[eé]nages|total|population|"
    r"as of|families|refugees|au|stock|count)\b|[()#]",
    re.IGNORECASE,
)
"""Words beside the day of a heading."""

_HOUSEHOLDS = {"hh", "hhs", "household", "households", "families", "menages", "familles", "hogares", "familias"}
_NO_PLACE = re.compile(r"total|sum|note|comment|source|remark|^#|^no\.?$", re.IGNORECASE)
_NAME = r"[^\W\d_]{3,12}\.?"
_DAYS = re.compile(
    rf"\b(?:[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-][0-9]{{4}}"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th|er)?[ -]{_NAME},?[ -][0-9]{{4}}|{_NAME} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}})\b"
)
_MONTHS = re.compile(rf"\b{_NAME}[ -][0-9]{{4}}\b")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|er)\b")


@dataclass(frozen=True)
class Wide:
    """The columns whose headings are days or places; the roles that they stand for; a heading that is not clear."""

    meanings: Mapping[int, object] = field(default_factory=dict)
    instead_of: frozenset[str] = frozenset()
    ambiguous: str | None = None

    @property
    def is_days(self) -> bool:
        """Whether the headings are days."""
        return self.ambiguous is not None or any(isinstance(value, dt.date) for value in self.meanings.values())


def wide_columns(headings: Sequence[str], columns: Mapping[str, int], rows: Sequence[Row], order: str | None) -> Wide:
    """Return the columns whose headings are days, or, beside a column of days and none of places, places.

    Parameters
    ----------
    headings
        The headings of the sheet.
    columns
        Which column is what, as far as its heading says it.
    rows
        The rows below the headings.
    order
        Whether days or months stand first in headings, if the user states it.
    """
    count = columns.get("count")
    has_count = "households" in columns or (count is not None and words_of(headings[count]) != ("total",))
    days, ambiguous = _days(headings, order)
    if (days or ambiguous) and (not has_count or len(days) > 1) and not ("date" in columns and has_count):
        return Wide(days, frozenset({"count", "households", "date", *columns} - _KEPT), ambiguous)
    if "date" in columns and "place" not in columns and not has_count:
        places = _places(headings, columns, rows)
        return Wide(places, frozenset({"count"})) if places else Wide()
    return Wide()


_KEPT = {"place", "pcode", "lat", "lon", "capacity", "measure", "source", "household_size"}
"""Roles of columns that a table with a column for each day may have."""


def _days(headings: Sequence[str], order: str | None) -> tuple[dict[int, object], str | None]:
    """Return the columns whose headings are days, individuals before households, and one that may be two days."""
    texts = {i: _day_text(heading) for i, heading in enumerate(headings) if is_day(heading)}
    form = form_of(texts.values(), stated=order)
    spans = {i: span_of(text, form) for i, text in texts.items()}
    unclear = next((headings[i] for i, span in spans.items() if span is None), None)
    days: dict[int, object] = {i: span[1] for i, span in spans.items() if span is not None}
    of_people = {day for i, day in days.items() if not is_of_households(headings[i])}
    people = {i: day for i, day in days.items() if not is_of_households(headings[i]) or day not in of_people}
    return people, unclear


def is_of_households(heading: str) -> bool:
    """Whether a heading says that households are counted below it."""
    return bool(_HOUSEHOLDS & set(words_of(heading)))


def _places(headings: Sequence[str], columns: Mapping[str, int], rows: Sequence[Row]) -> dict[int, object]:
    """Return the columns of counts whose headings are names of places."""
    free = [i for i, text in enumerate(headings) if text and i not in columns.values() and not _NO_PLACE.search(text)]
    named = [i for i in free if part_of_date(headings[i]) is None and _is_name(headings[i])]
    return {i: headings[i] for i in named if _holds_counts(i, rows)}


def _is_name(heading: str) -> bool:
    meaning = meaning_of(heading)
    return meaning is None or meaning.role == "place"


def _holds_counts(index: int, rows: Sequence[Row]) -> bool:
    values = [parsed_count(row.cells[index]) for row in rows if index < len(row.cells)]
    known = [value for value in values if value is not None]
    return bool(known) and 2 * sum(isinstance(value, int) for value in known) >= len(known)


def is_day(cell: object) -> bool:
    """Whether a heading is a day, a week or a month, perhaps among words of what is counted."""
    text = _day_text(cell)
    return bool(re.search(r"[0-9]", text)) and len(text) > 3 and day_of_heading(cell) is not None  # noqa: PLR2004


def _day_text(cell: object) -> str:
    if isinstance(cell, dt.date):
        return (cell.date() if isinstance(cell, dt.datetime) else cell).isoformat()
    text = str(cell)
    return text if parsed_date(text) else " ".join(_BESIDE.sub(" ", text).strip(" -_:").split())


def day_of_heading(cell: object) -> dt.date | None:
    """Return the day that a heading names, perhaps among other words, as 15 Nov 2014 IDPs; None if it names none."""
    text = _day_text(cell)
    span = span_of(text, DateForm()) or span_of(text, DateForm(DayOrder.DAY_FIRST))
    span = span or span_of(text, DateForm(DayOrder.MONTH_FIRST))
    return span[1] if span else None


def day_within(cells: Iterable[object]) -> dt.date | None:
    """Return the one day, else the one month's last day, that some texts name; None if they name none or several.

    Examples
    --------
    >>> day_within(["IDP sites in Norland as of 15 March 2031"])
    datetime.date(2031, 3, 15)
    """
    texts = [
        _day_text(cell) if isinstance(cell, dt.date) else " ".join(str(cell).replace("_", " ").split())
        for cell in cells
    ]
    for pattern in (_DAYS, _MONTHS):
        days = {parsed_date(_ORDINAL.sub("", match)) for text in texts for match in pattern.findall(text)} - {None}
        if days:
            return days.pop() if len(days) == 1 else None
    return None
