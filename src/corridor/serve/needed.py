"""Needs as the page shows them: some items, on one day, and the day on which what was counted runs out."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING

from pydantic import BaseModel

from corridor.needs.needs import estimate_needs
from corridor.needs.quantities import need_of, people_for, people_forecast
from corridor.needs.standards import BUNDLED, Standards, load_standards
from corridor.needs.tables import quantiles_of

if TYPE_CHECKING:
    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario

SHOWN = ("water", "food", "latrines", "tents_new_arrivals", "blankets", "health_centres")
"""Items that the page shows; the report has all."""

SHOWN_DAY = 7
"""Days ahead for which needs are shown; the last day of a shorter forecast."""


class Need(BaseModel):
    """What a place needs on a day."""

    place: str
    item: str
    label: str
    unit: str
    day: dt.date
    low: float
    likely: float
    high: float


class RunOut(BaseModel):
    """When an item runs out at a place; no date lies beyond the horizon."""

    place: str
    item: str
    label: str
    early: dt.date | None
    likely: dt.date | None


def needs_of(forecast: Forecast, scenario: Scenario) -> list[Need]:
    """Return what each place needs a week ahead, of the items that are shown."""
    profile = _profile()
    people = people_forecast(forecast, scenario)
    ahead = min(SHOWN_DAY, people.sizes["date"])
    day = forecast.origin_date + dt.timedelta(days=ahead)
    kinds = {row.place: row.kind for row in scenario.places}
    rows = []
    for item in profile.items:
        places = [place for place in people["place"].values.tolist() if kinds[place] in item.place_kinds]
        if item.item not in SHOWN or not places:
            continue
        until = people.sel(place=places).isel(date=slice(ahead))
        need = need_of(item, people_for(item, until).isel(date=-1), people_per=profile.people_per(item))
        quantities = quantiles_of(need).transpose("place", "quantile").to_numpy().tolist()
        rows += [
            Need(
                place=place,
                item=item.item,
                label=item.label,
                unit=item.unit_of_need,
                day=day,
                low=low,
                likely=likely,
                high=high,
            )
            for place, (low, likely, high) in zip(places, quantities, strict=True)
        ]
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
