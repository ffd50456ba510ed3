"""Forecast times standards: what will be needed where and when, and how long supplies last."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import xarray as xr

from corridor.errors import ScenarioError
from corridor.message import message, several, term
from corridor.needs.quantities import measure_of, need_of, people_for, people_forecast
from corridor.needs.rows import NeedRow, RunOutRow
from corridor.needs.runout import days_of, first_day_short, uncovered
from corridor.needs.small import needs_of_one
from corridor.needs.standards import Standards, load_standards
from corridor.needs.supplies import covers_known_on, stock_problems
from corridor.needs.tables import days_of_running_out, table_of_gap, tables_of_need

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from corridor.forecasting.forecast import Forecast
    from corridor.message import Message
    from corridor.needs.small import PersonNeed
    from corridor.needs.standards import Item
    from corridor.needs.supplies import Cover, Covers
    from corridor.needs.tables import Table
    from corridor.scenario.scenario import Scenario

    Cell = str | int | float | dt.date | None

_DECIMALS = 3
_SHOWN = 30
"""Lines of needs that fit on a screen."""


@dataclass(frozen=True, repr=False)
class Needs:
    """What will be needed, day by day and place by place, and when supplies run out.

    Beside each item stand, where they can be told: ITEM_gap (needed, but neither on site nor
    delivered), ITEM_trucks (truckloads a day), and the margins of the profile.

    Attributes
    ----------
    standards
        Name of the profile.
    origin_date
        Last day that was known.
    rows
        In order of date and place; the items in the order of the profile.
    runout
        For what was counted on site; whatever is not here is unknown.
    notes
        What the reader must know, in sentences.
    of_one
        What one person needs, by item.
    """

    standards: str
    origin_date: dt.date
    rows: tuple[NeedRow, ...]
    runout: tuple[RunOutRow, ...]
    notes: tuple[str, ...]
    of_one: Mapping[str, PersonNeed] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return the needs on one screen: the last day of each item and place, and the first day without."""
        last = max((row.date for row in self.rows), default=self.origin_date)
        lines = [f"Needs ({self.standards}) from {self.origin_date}, on {last}, likely (8 in 10)"]
        lines += [
            f"  {row.place}, {row.item}: {row.p50:,.0f} ({row.p10:,.0f} to {row.p90:,.0f}) {row.unit}"
            for row in self.rows
            if row.date == last and row.p90 > 0
        ][:_SHOWN]
        lines += [f"  {row.item} at {row.place} runs out by {row.p50}" for row in self.runout if row.p50 is not None]
        return "\n".join([*lines, *(f"! {note}" for note in self.notes)])

    def _repr_html_(self) -> str:
        """Return the same for a notebook."""
        return f"<pre>{escape(repr(self))}</pre>"

    @property
    def citations(self) -> tuple[str, ...]:
        """Return the standards and the sources of the rows, each once."""
        of_needs = (text for row in self.rows for text in (row.standard, row.source))
        return tuple(dict.fromkeys((*of_needs, *(row.source for row in self.runout))))

    def to_rows(self) -> list[dict[str, Cell]]:
        """Return the lines of needs.csv."""
        return [_as_dict(row) for row in self.rows]

    def runout_rows(self) -> list[dict[str, Cell]]:
        """Return the lines of runout.csv."""
        return [_as_dict(row) for row in self.runout]


def estimate_needs(
    forecast: Forecast, scenario: Scenario, *, standards: str | Path | Standards = "sphere-2018"
) -> Needs:
    """Return what the people of a forecast will need.

    Each member of the forecast is turned into needs, and only then are the quantiles taken.

    Parameters
    ----------
    forecast
        Where people will be, member by member.
    scenario
        Gives the kinds of places, and the stocks; only what was known on the origin date is used.
    standards
        A profile that ships, the path of a user's own, or a profile in hand.

    Raises
    ------
    ScenarioError
        The profile has problems, or stocks are given in units that it does not count in.

    Examples
    --------
    >>> needs = estimate_needs(forecast, scenario)  # doctest: +SKIP
    >>> needs.to_rows()[0]["item"]  # doctest: +SKIP
    'water'
    """
    basis = _basis_of(forecast, scenario, standards)
    tables: list[Table] = []
    runout: list[RunOutRow] = []
    for item, places in basis.items():
        tables.extend(tables_of_need(item, basis.people.sel(place=places), basis.profile))
        counted = basis.counted(item, places)
        if counted:
            lack = basis.lack(item, counted)
            tables.append(table_of_gap(item, lack, basis.profile, counted))
            runout.extend(_runout_of(item, lack, counted))
    rows = sorted(_rows_of(tables), key=lambda row: (row.date, row.place))
    notes = (*basis.covers.notes, *_caveats(forecast, basis.profile, basis.covers))
    return Needs(
        basis.profile.name, forecast.origin_date, tuple(rows), tuple(runout), notes, needs_of_one(basis.profile)
    )


class ItemByMember(NamedTuple):
    """What is needed of an item in each member of a forecast, and how long what was counted lasts.

    Attributes
    ----------
    need
        (member, date, place), in the unit of need.
    lasts
        (member, place) where the item was counted, days from the day after the origin on without lack; all days
        ahead where nothing lacks. None is counted nowhere.
    """

    need: xr.DataArray
    lasts: xr.DataArray | None


def needs_by_member(
    forecast: Forecast, scenario: Scenario, *, standards: str | Path | Standards = "sphere-2018"
) -> dict[str, ItemByMember]:
    """Return what each member of a forecast needs, by item; arguments as in :func:`estimate_needs`.

    Raises
    ------
    ScenarioError
        The profile has problems, or stocks are given in units that it does not count in.
    """
    basis = _basis_of(forecast, scenario, standards)
    by_item = {}
    for item, places in basis.items():
        people = people_for(item, basis.people.sel(place=places))
        counted = basis.counted(item, places)
        lasts = first_day_short(basis.lack(item, counted)) if counted else None
        need = need_of(item, people, people_per=basis.profile.people_per(item))
        by_item[item.item] = ItemByMember(need.transpose("member", "date", "place"), lasts)
    return by_item


@dataclass(frozen=True)
class _Basis:
    """What needs are worked out from: the profile, the people, and the stocks that were counted."""

    scenario: Scenario
    profile: Standards
    people: xr.Dataset
    covers: Covers
    since_count: xr.Dataset
    unknown: frozenset[tuple[str, str]]

    def items(self) -> Iterator[tuple[Item, list[str]]]:
        """Yield each item that is needed anywhere, and where."""
        for item in self.profile.items:
            fitting = {row.place for row in self.scenario.places if row.kind in item.place_kinds}
            measure = measure_of(item)
            places = [
                place
                for place in self.people["place"].values.tolist()
                if place in fitting and (measure, place) not in self.unknown
            ]
            if places:
                yield item, places

    def counted(self, item: Item, places: list[str]) -> dict[str, Cover]:
        """Return what covers an item, by place, where it was counted."""
        known = self.covers.by_item.get(item.covered_by, {})
        return {place: known[place] for place in places if place in known}

    def lack(self, item: Item, counted: Mapping[str, Cover]) -> xr.DataArray:
        """Return what of an item is neither on site nor delivered, (member, date, place)."""
        lack = uncovered(item, self.since_count, counted, people_per=self.profile.people_per(item))
        return lack.sel(date=self.people["date"])


def _basis_of(forecast: Forecast, scenario: Scenario, standards: str | Path | Standards) -> _Basis:
    profile = standards if isinstance(standards, Standards) else load_standards(standards)
    problems = stock_problems(scenario, profile)
    if problems:
        raise ScenarioError(scenario.name, problems)
    people = people_forecast(forecast, scenario)
    covers = covers_known_on(forecast.origin_date, scenario, profile)
    return _Basis(scenario, profile, people, covers, _since_first_count(forecast, people, covers), forecast.unknown)


def _since_first_count(forecast: Forecast, people: xr.Dataset, covers: Covers) -> xr.Dataset:
    """Return the people from the day after the oldest count on; the past as fitted, its median."""
    first, origin = covers.first_count, forecast.origin_date
    if first is None or first >= origin:
        return people
    fitted = forecast.past[list(people.data_vars)].sel(place=people["place"])
    median = fitted.sel(quantile=0.5, method="nearest", drop=True)
    since = [first < day <= origin for day in days_of(median)]
    before = median.isel(date=since).expand_dims(member=people["member"])
    return xr.concat([before, people], dim="date")


def _rows_of(tables: list[Table]) -> Iterator[NeedRow]:
    for table in tables:
        by_day = _written(table).transpose("date", "place", "quantile")
        places = by_day["place"].values.tolist()
        for day, at_places in zip(days_of(by_day), by_day.values.tolist(), strict=True):
            for place, (p10, p50, p90) in zip(places, at_places, strict=True):
                source = table.sources[place]
                yield NeedRow(day, place, table.item, table.unit, p10, p50, p90, table.standard, source)


def _runout_of(item: Item, lack: xr.DataArray, covers: Mapping[str, Cover]) -> Iterator[RunOutRow]:
    days = days_of(lack)
    for place, positions in days_of_running_out(lack).items():
        cover = covers[place]
        p10, p50, p90 = (days[at] if at < len(days) else None for at in positions)
        yield RunOutRow(place, item.item, item.unit, cover.on_site, p10, p50, p90, cover.citation)


def _caveats(forecast: Forecast, profile: Standards, covers: Covers) -> Iterator[Message]:
    first = covers.first_count
    if first is not None and first < forecast.origin_date:
        yield message(
            "Stocks were counted on {day} or later: what was used from then to {origin} is worked out from the likely "
            "number of people.",
            day=first,
            origin=forecast.origin_date,
        )
    weak = [term(row.label) for row in profile.items if row.second_hand]
    if weak:
        yield message("Read at second hand, to be checked against the standard: {items}.", items=several(weak, "; "))
    assumed = [term(row.label) for row in profile.items if row.assumption]
    if assumed:
        yield message("Planning figures of the profile, nobody's standard: {items}.", items=several(assumed, "; "))


def _written(table: Table) -> xr.DataArray:
    return table.quantiles.astype(int) if table.is_whole else table.quantiles.round(_DECIMALS)


def _as_dict(row: NeedRow | RunOutRow) -> dict[str, Cell]:
    return {field.name: getattr(row, field.name) for field in fields(row)}
