"""Forecasts, differences and needs as the page draws them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, Field

from corridor.needs.needs import estimate_needs
from corridor.needs.standards import BUNDLED, Standards, load_standards
from corridor.report.facts.context import item_names

if TYPE_CHECKING:
    import xarray as xr

    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
DRAWN = ("stock", "arrivals", "waiting", "inside", "cumulative_deaths")
SHOWN_NEEDS = ("water", "food", "latrines", "tents_new_arrivals", "blankets", "health_centres")

Lines = list[list[float]]


class Series(BaseModel):
    """Quantiles of a measure at a place, one list of days for each level."""

    measure: str
    place: str
    quantiles: Lines = Field(description="level x day, people")


class Difference(BaseModel):
    """A measure under what is supposed, less the same without, member by member."""

    measure: str = Field(description="what is compared")
    place: str = Field(description="place id; camps: all places where people settle; all: everywhere")
    unit: str
    low: float
    likely: float
    high: float
    chance_above: float = Field(description="fraction of members in which it is above zero")
    chance_below: float = Field(description="fraction of members in which it is below zero")


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


class Answer(BaseModel):
    """What is drawn: fans, needs, and the differences to the base."""

    members: int
    days: list[dt.date]
    levels: list[float]
    series: list[Series]
    needs: list[Need]
    runout: list[RunOut]
    differences: list[Difference] = []
    notes: list[str] = []


def answer_of(forecast: Forecast, scenario: Scenario, base: Forecast | None = None) -> Answer:
    """Return a forecast as it is drawn.

    Parameters
    ----------
    forecast
        The forecast.
    scenario
        What is supposed in it.
    base
        The forecast of the scenario as it stands; its first members are paired with those of `forecast`.
    """
    needs, runout = _needs(forecast, scenario)
    return Answer(
        members=forecast.samples.sizes["member"],
        days=_days(forecast.samples),
        levels=list(LEVELS),
        series=series_of(forecast.samples),
        needs=needs,
        runout=runout,
        differences=[] if base is None else differences(forecast.samples, base.samples, _final(scenario)),
    )


def series_of(samples: xr.Dataset) -> list[Series]:
    """Return quantiles of what is drawn, at each place where there is anything to draw."""
    places = samples.place.values.tolist()
    series = []
    for measure in DRAWN:
        values = samples[measure].transpose("member", "date", "place").to_numpy()
        some = [p for p in range(len(places)) if values[:, :, p].any()]
        lines = np.rint(np.quantile(values[:, :, some], LEVELS, axis=0)) if some else np.zeros((len(LEVELS), 0, 0))
        series += [
            Series(measure=measure, place=places[p], quantiles=lines[:, :, k].tolist()) for k, p in enumerate(some)
        ]
    return series


def past_of(base: Forecast) -> Answer:
    """Return the fitted past as it is drawn."""
    past = base.past.sel(quantile=list(LEVELS), method="nearest").transpose("quantile", "date", "place", ...)
    places = past.place.values.tolist()
    series = [
        Series(measure=measure, place=place, quantiles=np.rint(lines).tolist())
        for measure in DRAWN
        if measure in past
        for p, place in enumerate(places)
        if (lines := past[measure].to_numpy()[:, :, p]).any()
    ]
    return Answer(members=0, days=_days(past), levels=list(LEVELS), series=series, needs=[], runout=[])


def differences(samples: xr.Dataset, base: xr.Dataset, final: set[str]) -> list[Difference]:
    """Return how a future differs from the base, member by member, where it does.

    Sums of people present and of arrivals are over the places where people settle, so that nobody who passes
    several places is counted twice.
    """
    paired = base.isel(member=slice(samples.sizes["member"]))
    places = samples.place.values.tolist()
    is_final, everywhere = np.array([place in final for place in places]), np.ones(len(places), bool)
    rows = []
    for measure, unit, total in (
        ("stock", "people on the last day", _last),
        ("arrivals", "people in all", _sum),
        ("waiting", "person-nights", _sum),
        ("inside", "people on the last day", _last),
        ("deaths", "people in all", _sum),
    ):
        change = total(samples[measure]) - total(paired[measure])
        where, among = ("camps", is_final) if measure in {"stock", "arrivals"} else ("all", everywhere)
        rows.append(_difference(measure, where, unit, change[:, among].sum(axis=1)))
        rows += [
            _difference(measure, place, unit, change[:, p]) for p, place in enumerate(places) if change[:, p].any()
        ]
    return rows


def _final(scenario: Scenario) -> set[str]:
    return {row.place for row in scenario.places if row.kind.is_final}


def _last(values: xr.DataArray) -> np.ndarray:
    people: np.ndarray = values.transpose("member", "date", "place").to_numpy()[:, -1].astype(np.int64)
    return people


def _sum(values: xr.DataArray) -> np.ndarray:
    people: np.ndarray = values.transpose("member", "date", "place").to_numpy().sum(axis=1, dtype=np.int64)
    return people


def _difference(measure: str, place: str, unit: str, change: np.ndarray) -> Difference:
    low, likely, high = np.rint(np.quantile(change, (0.1, 0.5, 0.9))).tolist()
    return Difference(
        measure=measure,
        place=place,
        unit=unit,
        low=low,
        likely=likely,
        high=high,
        chance_above=float((change > 0).mean()),
        chance_below=float((change < 0).mean()),
    )


def _needs(forecast: Forecast, scenario: Scenario) -> tuple[list[Need], list[RunOut]]:
    needs, names = estimate_needs(forecast, scenario, standards=_shown_standards(scenario)), item_names()
    rows = [
        Need(
            place=row.place,
            item=row.item,
            label=names.get(row.item, row.item),
            unit=row.unit,
            day=row.date,
            low=row.p10,
            likely=row.p50,
            high=row.p90,
        )
        for row in needs.rows
        if row.item in SHOWN_NEEDS
    ]
    runout = [
        RunOut(place=row.place, item=row.item, label=names.get(row.item, row.item), early=row.p10, likely=row.p50)
        for row in needs.runout
    ]
    return rows, runout


def _shown_standards(scenario: Scenario) -> Standards:
    """Return the standards of what is shown, and of what was counted on site."""
    profile = load_standards(next(iter(BUNDLED)))
    counted = {row.item for row in scenario.stocks}
    items = tuple(row for row in profile.items if row.item in SHOWN_NEEDS or row.covered_by in counted)
    return profile.model_copy(update={"items": items, "margins": ()})


def _days(data: xr.Dataset) -> list[dt.date]:
    days: list[dt.date] = data.date.values.astype("datetime64[D]").tolist()
    return days
