"""What is on site and on its way, place by place, as it was known on the day of the forecast."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.errors import Problem, Where
from corridor.message import Message, message, term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from corridor.needs.standards import Standards
    from corridor.scenario.scenario import Scenario, Supply


@dataclass(frozen=True)
class Cover:
    """What covers one item at one place.

    Attributes
    ----------
    on_site
        Units counted on site, at the end of a day.
    counted_on
        That day; what came and went before is in the count.
    deliveries
        Units that arrive once, by the day on which they do.
    daily
        Units that arrive every day from a day on, until the next such figure.
    source
        Who counted.
    """

    on_site: float
    counted_on: date
    deliveries: Mapping[date, float]
    daily: Mapping[date, float]
    source: str

    def delivered_on(self, day: date) -> float:
        """Return the units that reach the place on a day; nothing up to the count itself."""
        if day <= self.counted_on:
            return 0.0
        since = max((start for start in self.daily if start <= day), default=None)
        return self.deliveries.get(day, 0.0) + (self.daily[since] if since else 0.0)

    @property
    def citation(self) -> Message:
        """Return who counted, and when."""
        return message("stocks.csv: {source}, counted on {day}", source=self.source, day=self.counted_on)


@dataclass(frozen=True)
class Covers:
    """What covers which item where; whatever is not here is unknown, which is not zero.

    Attributes
    ----------
    by_item
        For each name in stocks.csv, what covers it at each place that was counted.
    notes
        What could not be used, in sentences.
    """

    by_item: Mapping[str, Mapping[str, Cover]]
    notes: tuple[str, ...]

    @property
    def first_count(self) -> date | None:
        """Return the day of the oldest count in use; None if there is none."""
        days = (cover.counted_on for places in self.by_item.values() for cover in places.values())
        return min(days, default=None)


def stock_problems(scenario: Scenario, standards: Standards) -> tuple[Problem, ...]:
    """Return what in the stocks of a scenario does not fit the units of the standards."""
    units = {row.covered_by: row.unit for row in standards.items}
    problems = []
    for row in scenario.stocks:
        unit = units.get(row.item)
        allowed = {unit, f"{unit}/day"} if row.kind == "per_day" else {unit}
        if unit is not None and row.unit not in allowed:
            what = f"{row.item} at {row.place} is in '{row.unit}'; {standards.name} counts in {unit}."
            fix = f"Convert the quantity and write {unit} as its unit, as {standards.name} does."
            problems.append(Problem("N005", what, fix, Where("stocks.csv", column="unit")))
    return tuple(problems)


def covers_known_on(origin: date, scenario: Scenario, standards: Standards) -> Covers:
    """Return what was known on a day to be on site or on its way.

    The latest count of an item at a place is used; stores counted there on the same day are added
    up. What was to arrive by then is taken to have arrived. A delivery that does not say when it
    became known was not known before it came, as everywhere in a scenario; the notes name it.
    """
    items = {row.covered_by for row in standards.items}
    rows: dict[tuple[str, str], list[Supply]] = defaultdict(list)
    for row in scenario.known_by(origin).stocks:
        rows[row.item, row.place].append(row)
    by_item: dict[str, dict[str, Cover]] = defaultdict(dict)
    names = {row.place: row.name for row in scenario.places}
    notes = [
        message(
            "{quantity}, due at {place} on {day}, are not counted on: stocks.csv does not say that they were known of "
            "by {origin} (column reported_on).",
            quantity=_quantity(row),
            place=names[row.place],
            day=row.date,
            origin=origin,
        )
        for row in scenario.stocks
        if row.reported_on is None and row.date > origin
    ]
    for (item, place), supplies in rows.items():
        counted = [row for row in supplies if row.kind == "on_site" and row.date <= origin]
        if item not in items:
            notes.append(_no_figure(standards.name, item, names[place]))
        elif not counted:
            notes.append(_not_counted(item, names[place], origin))
        else:
            by_item[item][place] = _cover(counted, supplies, origin)
    return Covers(by_item, tuple(notes))


def _no_figure(standards: str, item: str, place: str) -> Message:
    return message(
        "{standards} has no figure for {item}, which {place} has in stock.",
        standards=standards,
        item=item,
        place=place,
    )


def _not_counted(item: str, place: str, origin: date) -> Message:
    return message(
        "How much {item} there is at {place} was not known on {day}, so that what lacks, and when it runs out, is "
        "unknown: stocks.csv takes a row of kind on_site, 0 for none.",
        item=term(item.replace("_", " ")),
        place=place,
        day=origin,
    )


def _quantity(row: Supply) -> Message:
    """Return how much of what, the item once where its unit names it."""
    item = row.item.replace("_", " ")
    amount = message("{amount} {unit}", amount=row.quantity, unit=term(row.unit))
    return amount if item == row.unit else message("{amount} of {item}", amount=amount, item=term(item))


def _cover(counted: list[Supply], supplies: list[Supply], origin: date) -> Cover:
    day = max(row.date for row in counted)
    stores = [row for row in counted if row.date == day]
    return Cover(
        on_site=sum(row.quantity for row in stores),
        counted_on=min(day, origin),
        deliveries=_by_day(row for row in supplies if row.kind == "pipeline"),
        daily=_by_day(row for row in supplies if row.kind == "per_day"),
        source=" and ".join(sorted({row.source for row in stores})),
    )


def _by_day(rows: Iterable[Supply]) -> dict[date, float]:
    total: dict[date, float] = defaultdict(float)
    for row in rows:
        total[row.date] += row.quantity
    return dict(total)
