"""The standards: how much of what people need, and who says so.

A profile is a TOML file; ``standards.toml`` is the one that ships. A user's own has the same shape
and is named by its path. Every figure carries the standard, edition and section it comes from, and
whether it was read at second hand or is an assumption.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corridor.errors import Problem, ScenarioError, Where
from corridor.message import Message, joined, message, term
from corridor.scenario.places import PlaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

BUNDLED = {"sphere-2018": "standards.toml"}
GAP = "_gap"
TRUCKS = "_trucks"
_LARGEST_BYTES = 1_000_000

AppliesTo = Literal["present", "waiting", "new_arrivals"]
Phase = Literal["emergency", "long_term", "both"]
Level = Literal["minimum", "survival", "cold"]

_WHERE_PEOPLE_ARE_SERVED = tuple(kind for kind in PlaceKind if kind.is_site)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Sourced(_Row):
    """A figure with its source."""

    standard: str = Field(min_length=1, description="who set the figure")
    edition: str = Field(min_length=1, description="edition or year")
    section: str = Field(min_length=1, description="page, section or table")
    url: str | None = Field(default=None, description="where it was read")
    second_hand: bool = Field(default=False, description="read in a quotation of the standard")
    assumption: bool = Field(default=False, description="a planning figure, nobody's standard")
    note: str | None = Field(default=None, description="what else one should know")

    @property
    def citation(self) -> Message:
        """Return the source in one line, with what is weak about it."""
        words = term(self.standard), term(self.edition), term(self.section)
        title = dict(zip(("standard", "edition", "section"), words, strict=True))
        parts = [message("{standard} ({edition}), {section}", **title)]
        if self.url:
            parts.append(term(self.url))
        if self.second_hand:
            parts.append(term("read at second hand"))
        if self.assumption:
            parts.append(term("an assumption"))
        return joined(parts, "; ")


class Household(_Sourced):
    """How many people make a household, where goods are given to households."""

    size: float = Field(gt=0, le=50, description="people per household")


class Item(_Sourced):
    """One thing that people need: so much of it, for so many people, for so many days."""

    item: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id, as used in stocks.csv")
    label: str = Field(min_length=1, description="name for people")
    quantity: float = Field(gt=0, le=1e9, description="units for each `per`")
    quantity_high: float | None = Field(
        default=None, gt=0, le=1e9, description="upper end of a stated range; shown, not used"
    )
    unit: str = Field(min_length=1, description="what the quantity is counted in")
    per: Annotated[float, Field(gt=0, le=1e9)] | Literal["household"] = Field(
        default=1, description="the people whom the quantity serves, or household"
    )
    period_days: float | None = Field(default=None, gt=0, le=3660, description="days it lasts; None for what stays")
    is_whole: bool = Field(default=False, description="counted in whole things, rounded up")
    applies_to: AppliesTo = Field(description="whom it is for")
    place_kinds: tuple[PlaceKind, ...] = Field(
        default=_WHERE_PEOPLE_ARE_SERVED, description="the kinds of place where it is needed"
    )
    phase: Phase = Field(description="emergency, long_term or both")
    level: Level = Field(description="minimum, survival or cold")
    stock_item: str | None = Field(default=None, description="name in stocks.csv of what covers it; None is its own id")
    truck: str | None = Field(default=None, description="the truck that brings it")

    @property
    def is_used_up(self) -> bool:
        """Whether it is consumed day by day."""
        return self.period_days is not None

    @property
    def covered_by(self) -> str:
        """Return the name under which stocks.csv lists what covers it."""
        return self.stock_item or self.item

    @property
    def unit_of_need(self) -> str:
        """Return the unit of the need: by the day if it is used up."""
        return f"{self.unit}/day" if self.is_used_up else self.unit


class Margin(_Sourced):
    """A share of what is supplied that does not reach people; stated apart from the need."""

    margin: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id")
    label: str = Field(min_length=1, description="name for people")
    item: str = Field(description="the item that is lost")
    fraction_low: float = Field(ge=0, lt=1, description="low end, share of what is supplied")
    fraction_high: float = Field(ge=0, lt=1, description="high end, share of what is supplied")


class Truck(_Sourced):
    """A truck and what it carries."""

    truck: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id")
    label: str = Field(min_length=1, description="name for people")
    carries: float = Field(gt=0, le=1e9, description="units per load")
    unit: str = Field(min_length=1, description="unit of the load; that of the item")


class ThresholdLevel(_Row):
    """A step on the way to catastrophe."""

    above: float = Field(ge=0, description="reached at this rate, in the unit of the threshold")
    meaning: str = Field(min_length=1)


class Threshold(_Sourced):
    """A rate of death by which an emergency is recognised."""

    threshold: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id")
    label: str = Field(min_length=1, description="name for people")
    unit: str = Field(min_length=1)
    normal_low: float = Field(ge=0, description="usual in a settled population, low end")
    normal_high: float = Field(ge=0, description="usual in a settled population, high end")
    levels: tuple[ThresholdLevel, ...] = Field(min_length=1)

    def meaning_of(self, rate: float) -> str | None:
        """Return what a rate means; None while it is below every level.

        Examples
        --------
        >>> load_standards("sphere-2018").threshold("crude_mortality").meaning_of(2.5)
        'out of control'
        """
        reached = [level for level in self.levels if rate >= level.above]
        return max(reached, key=lambda level: level.above).meaning if reached else None


class Standards(_Row):
    """A profile: items, margins, trucks and thresholds."""

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    household: Household
    items: tuple[Item, ...] = Field(min_length=1)
    margins: tuple[Margin, ...] = ()
    trucks: tuple[Truck, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    def item(self, item: str) -> Item:
        """Return the item with an id."""
        return next(row for row in self.items if row.item == item)

    def margins_of(self, item: str) -> tuple[Margin, ...]:
        """Return what is lost of an item on its way."""
        return tuple(row for row in self.margins if row.item == item)

    def truck(self, truck: str) -> Truck:
        """Return the truck with an id."""
        return next(row for row in self.trucks if row.truck == truck)

    def threshold(self, threshold: str) -> Threshold:
        """Return the threshold with an id."""
        return next(row for row in self.thresholds if row.threshold == threshold)

    def people_per(self, item: Item) -> float:
        """Return how many people the quantity of an item serves."""
        return self.household.size if item.per == "household" else item.per

    def figure(self, item: str) -> Message:
        """Return the figure for an item in words.

        Examples
        --------
        >>> load_standards("sphere-2018").figure("water")
        '15 litres per person per day'
        """
        row = self.item(item)
        amount = amount_of(row.quantity, row.unit)
        if row.per == 1:
            text = message("{amount} per person", amount=amount)
        elif row.per == "household":
            text = message("{amount} per household of {people} people", amount=amount, people=self.people_per(row))
        else:
            text = message("{amount} per {people} people", amount=amount, people=self.people_per(row))
        if row.period_days is None:
            return text
        if row.period_days == 1:
            return message("{amount} per day", amount=text)
        return message("{amount} per {days} days", amount=text, days=row.period_days)


def amount_of(quantity: float, unit: str) -> Message:
    """Return a quantity with its unit, which is singular for one.

    Examples
    --------
    >>> amount_of(1, "toilets"), amount_of(15, "litres")
    ('1 toilet', '15 litres')
    """
    word = term("m²") if unit == "m2" else term(unit.removesuffix("s") if quantity == 1 else unit)
    return message("{amount} {unit}", amount=quantity, unit=word)


def load_standards(name: str | Path) -> Standards:
    """Return a profile of standards: one that ships, by its name, or a user's, by its path.

    Raises
    ------
    ScenarioError
        There is no such profile, or it has problems; every one of them is listed.

    Examples
    --------
    >>> load_standards("sphere-2018").item("water").quantity
    15.0
    """
    file, text = _text_of(str(name))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fix = "Write it as TOML, in the shape of the profile sphere-2018."
        problem = Problem("N002", f"it is not TOML: {error}.", fix)
        raise ScenarioError(file, (problem,)) from error
    try:
        standards = Standards.model_validate(table)
    except ValidationError as error:
        problems = tuple(_problem(file, detail) for detail in error.errors())
        raise ScenarioError(file, problems) from error
    problems = tuple(_cross_problems(file, standards))
    if problems:
        raise ScenarioError(file, problems)
    return standards


def _text_of(name: str) -> tuple[str, str]:
    if name in BUNDLED:
        file = BUNDLED[name]
        return file, files("corridor.needs").joinpath(file).read_text(encoding="utf-8")
    path = Path(name)
    if not path.is_file():
        what = f"'{name}' is neither a profile that ships nor a file."
        fix = f"Use {' or '.join(BUNDLED)}, or give the path of a TOML file."
        raise ScenarioError(path.name, (Problem("N001", what, fix),))
    if path.stat().st_size > _LARGEST_BYTES:
        what = f"it is larger than {_LARGEST_BYTES:,} bytes, which no profile is."
        problem = Problem("N001", what, "Give the path of a profile of standards.")
        raise ScenarioError(path.name, (problem,))
    try:
        return path.name, path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("N002", "it is not text in UTF-8.", "Save it as UTF-8.")
        raise ScenarioError(path.name, (problem,)) from error


def _problem(file: str, detail: ErrorDetails) -> Problem:
    *path, field = (str(part + 1) if isinstance(part, int) else part for part in detail["loc"])
    where = Where(file, column=" ".join([*path, field]))
    if detail["type"] == "missing":
        return Problem("N003", f"{field} is missing.", "Add it; no figure goes without.", where)
    if detail["type"] == "extra_forbidden":
        return Problem("N003", f"{field} is not a field.", "Remove it, or mend its name.", where)
    allowed = detail["msg"].removeprefix("Input should be ")
    return Problem("N003", f"found {detail['input']!r}.", f"Use {allowed}.", where)


def _cross_problems(file: str, standards: Standards) -> Iterator[Problem]:
    where = Where(file)
    items = {row.item: row for row in standards.items}
    trucks = {row.truck: row for row in standards.trucks}
    ids = Counter([*(row.item for row in standards.items), *(m.margin for m in standards.margins)])
    ids.update(row.truck for row in standards.trucks)
    for name in (name for name, count in ids.items() if count > 1):
        yield Problem("N004", f"'{name}' is there twice.", "Keep one, or rename one.", where)
    for row in standards.items:
        if row.item.endswith((GAP, TRUCKS)):
            what = f"'{row.item}' ends like a row that is worked out from an item."
            yield Problem("N004", what, f"Choose a name not ending in {GAP} or {TRUCKS}.", where)
        if row.truck is not None and row.truck not in trucks:
            what = f"'{row.item}' comes by '{row.truck}', which is no truck of this profile."
            yield Problem("N004", what, f"Use one of: {', '.join(trucks) or 'none'}.", where)
        elif row.truck is not None and trucks[row.truck].unit != row.unit:
            what = f"'{row.item}' is in {row.unit} but '{row.truck}' carries "
            yield Problem("N004", f"{what}{trucks[row.truck].unit}.", "Use one unit.", where)
    for margin in standards.margins:
        if margin.item not in items:
            what = f"'{margin.margin}' is about '{margin.item}', which is no item."
            yield Problem("N004", what, f"Use one of: {', '.join(items)}.", where)
