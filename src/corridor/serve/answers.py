"""Forecasts, differences and needs as the page draws them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, Field

from corridor.forecasting.extrapolation import learnt_range
from corridor.scenario.events import EventKind
from corridor.serve.needed import Need, RunOut, needs_of, runout_of
from corridor.serve.sliders import sliders

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario
    from corridor.serve.fits import Fitted

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
DRAWN = ("stock", "arrivals", "waiting", "inside", "cumulative_deaths")

Lines = list[list[float]]


class QuantileSeries(BaseModel):
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


class LearntLever(BaseModel):
    """What the fit says of a lever whose value nobody states: in 8 of 10 cases between low and high."""

    kind: EventKind
    subject: str | None
    low: float
    likely: float
    high: float


class Alarm(BaseModel):
    """A report that the fit cannot explain."""

    words: str
    line: str = Field(description="what to write in scenario.toml")


class Past(BaseModel):
    """The fitted past, what was learnt of the levers, and what a reader must know of the fit."""

    days: list[dt.date]
    levels: list[float]
    series: list[QuantileSeries]
    learnt: list[LearntLever]
    alarms: list[Alarm]
    notes: list[str]
    assumption_only: list[str] = Field(description="measures that nobody has reported and the scenario does not state")


class Answer(BaseModel):
    """What is drawn: fans, needs, and the differences to the base."""

    members: int
    days: list[dt.date]
    levels: list[float]
    series: list[QuantileSeries]
    needs: list[Need] | None = Field(default=None, description="none: while many ask, they wait for whoever rests")
    runout: list[RunOut] | None = None
    differences: list[Difference] = []
    notes: list[str] = Field(default=[], description="levers outside what the model was learnt from")


def answer_of(
    forecast: Forecast, scenario: Scenario, base: Forecast | None = None, notes: tuple[str, ...] = ()
) -> Answer:
    """Return a forecast as it is drawn, without needs.

    Parameters
    ----------
    forecast
        The forecast.
    scenario
        What is supposed in it.
    base
        The forecast of the scenario as it stands; its first members are paired with those of `forecast`.
    notes
        What the reader must know of it.
    """
    return Answer(
        members=forecast.samples.sizes["member"],
        days=_days(forecast.samples),
        levels=list(LEVELS),
        series=series_of(forecast.samples),
        differences=[] if base is None else differences(forecast.samples, base.samples, _final(scenario)),
        notes=list(notes),
    )


def with_needs(answer: Answer, forecast: Forecast, scenario: Scenario) -> Answer:
    """Return an answer with the needs of its forecast: half of the work that is not the members'."""
    return answer.model_copy(update={"needs": needs_of(forecast, scenario), "runout": runout_of(forecast, scenario)})


def series_of(samples: xr.Dataset) -> list[QuantileSeries]:
    """Return quantiles of what is drawn, at each place where there is anything to draw."""
    places = samples.place.values.tolist()
    series = []
    for measure in DRAWN:
        values = samples[measure].transpose("member", "date", "place").to_numpy()
        some = [p for p in range(len(places)) if values[:, :, p].any()]
        lines = np.rint(np.quantile(values[:, :, some], LEVELS, axis=0)) if some else np.zeros((len(LEVELS), 0, 0))
        series += [
            QuantileSeries(measure=measure, place=places[p], quantiles=lines[:, :, k].tolist())
            for k, p in enumerate(some)
        ]
    return series


def past_of(fitted: Fitted) -> Past:
    """Return the fitted past as it is drawn, and what was learnt."""
    past = fitted.base.past.sel(quantile=list(LEVELS), method="nearest").transpose("quantile", "date", "place", ...)
    places = past.place.values.tolist()
    series = [
        QuantileSeries(measure=measure, place=place, quantiles=np.rint(lines).tolist())
        for measure in DRAWN
        if measure in past
        for p, place in enumerate(places)
        if (lines := past[measure].to_numpy()[:, :, p]).any()
    ]
    posterior = fitted.posterior
    alarms = {str(row): row.line for row in posterior.conflicts}
    return Past(
        days=_days(past),
        levels=list(LEVELS),
        series=series,
        learnt=list(_learnt(fitted)),
        alarms=[Alarm(words=words, line=line) for words, line in alarms.items()],
        notes=[note for note in posterior.notes if note not in alarms],
        assumption_only=list(fitted.base.assumption_only),
    )


def _learnt(fitted: Fitted) -> Iterator[LearntLever]:
    for slider in sliders(fitted.scenario, fitted.posterior.as_of):
        learnt = learnt_range(fitted.posterior, slider.kind, slider.subject)
        if learnt is not None and learnt.quantiles is not None:
            low, likely, high = learnt.quantiles
            yield LearntLever(kind=slider.kind, subject=slider.subject, low=low, likely=likely, high=high)


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


def _days(data: xr.Dataset) -> list[dt.date]:
    days: list[dt.date] = data.date.values.astype("datetime64[D]").tolist()
    return days
