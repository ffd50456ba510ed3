"""Needs as the page shows them: some items, on one day, and the day on which what was counted runs out."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from corridor.needs.needs import estimate_needs
from corridor.needs.quantities import lost_in_supply, need_of, people_for, people_forecast
from corridor.needs.small import limits_of, needs_of_one
from corridor.needs.standards import BUNDLED, Standards, load_standards
from corridor.needs.tables import quantiles_of
from corridor.report.facts.new_arrivals import BY_STATED_WAYS
from corridor.report.facts.water import DELIVERED, WATER

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario

SHOWN = ("water", "food", "latrines", "tents_new_arrivals", "blankets", "health_centres")
"""Items that the page shows; the report has all."""

FEW = 10
"""Counts of people from 1 to below this are not shown, nor what so few need."""

SHOWN_DAY = 7
"""Days ahead for which needs are shown; the last day of a shorter forecast."""


class Need(BaseModel):
    """What a place needs on a day."""

    place: str
    item: str
    label: str
    remark: str = Field(description="for whom alone it is counted; empty: for everybody")
    unit: str
    day: dt.date
    low: float
    likely: float
    high: float
    small: float = Field(description="what ten people need: from zero to less than this is not shown")
    change: float | None = Field(default=None, description="likely change to the base, member by member; none: no base")


class RunOut(BaseModel):
    """When an item runs out at a place; no date lies beyond the horizon."""

    place: str
    item: str
    label: str
    early: dt.date | None
    likely: dt.date | None


def needs_ahead(forecast: Forecast, scenario: Scenario) -> dict[str, xr.DataArray]:
    """Return what each place needs a week ahead of the items that are shown, (member, place), by item.

    Of what is lost on its way, what has to be delivered.
    """
    profile = _profile()
    people = people_forecast(forecast, scenario)
    ahead = min(SHOWN_DAY, people.sizes["date"])
    kinds = {row.place: row.kind for row in scenario.places}
    by_item = {}
    for item in profile.items:
        places = [place for place in people["place"].values.tolist() if kinds[place] in item.place_kinds]
        if item.item in SHOWN and places:
            until = people.sel(place=places).isel(date=slice(ahead))
            need = need_of(item, people_for(item, until).isel(date=-1), people_per=profile.people_per(item))
            lost = (lost_in_supply(need, row.fraction_high) for row in profile.margins_of(item.item))
            by_item[item.item] = sum(lost, need).transpose("member", "place")
    return by_item


def needs_of(forecast: Forecast, scenario: Scenario, base: Mapping[str, xr.DataArray] | None = None) -> list[Need]:
    """Return what each place needs a week ahead, of the items that are shown.

    Parameters
    ----------
    forecast
        Where people will be.
    scenario
        What is supposed in it.
    base
        The needs of the scenario as it stands; its first members are paired with those of the forecast.
    """
    day = forecast.origin_date + dt.timedelta(days=min(SHOWN_DAY, forecast.samples.sizes["date"]))
    rows, limits = [], limits_of(needs_of_one(_profile()), FEW)
    for name, need in needs_ahead(forecast, scenario).items():
        item = _profile().item(name)
        quantities = quantiles_of(need).transpose("place", "quantile").to_numpy().tolist()
        changes: list[float | None] = [None] * len(quantities)
        if base is not None:
            change = need - base[name].isel(member=slice(need.sizes["member"]))
            changes = quantiles_of(change).sel(quantile=0.5).to_numpy().tolist()
        places = need["place"].values.tolist()
        for place, (low, likely, high), changed in zip(places, quantities, changes, strict=True):
            rows.append(
                Need(
                    place=place,
                    item=name,
                    label=DELIVERED if name == WATER else item.label,
                    remark=BY_STATED_WAYS if item.applies_to == "new_arrivals" and scenario.has_mechanism else "",
                    unit=item.unit_of_need,
                    day=day,
                    low=low,
                    likely=likely,
                    high=high,
                    small=limits[name] + sum(limits[row.margin] for row in _profile().margins_of(name)),
                    change=changed,
                )
            )
    return rows


def runout_of(forecast: Forecast, scenario: Scenario) -> list[RunOut]:
    """Return when what was counted on site runs out."""
    counted, profile = {row.item for row in scenario.stocks}, _profile()
    items = tuple(row for row in profile.items if row.covered_by in counted)
    if not items:
        return []
    needs = estimate_needs(forecast, scenario, standards=profile.model_copy(update={"items": items, "margins": ()}))
    return [
        RunOut(place=row.place, item=row.item, label=profile.item(row.item).label, early=row.p10, likely=row.p50)
        for row in needs.runout
    ]


@cache
def _profile() -> Standards:
    return load_standards(next(iter(BUNDLED)))
