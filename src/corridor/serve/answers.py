"""Forecasts, differences and needs as the page draws them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, Field

from corridor.forecasting.extrapolation import learnt_range
from corridor.scenario.events import EventKind
from corridor.serve.languages import Sentence
from corridor.serve.needed import Need, RunOut, needs_of, runout_of
from corridor.serve.people import People, days_of, quantiles
from corridor.serve.sliders import sliders
from corridor.serve.ways import Way, ways_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import xarray as xr

    from corridor.engine.program import Ints
    from corridor.forecasting.forecast import Forecast
    from corridor.scenario.scenario import Scenario
    from corridor.serve.fits import Fitted

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
DRAWN = ("stock", "arrivals", "waiting", "inside", "cumulative_deaths")
FLOW_LEVELS = (0.1, 0.5, 0.9)
MEASURES = (*DRAWN, "deaths")
"""What is drawn or compared."""

Lines = list[list[float]]


class QuantileSeries(BaseModel):
    """Quantiles of a measure at a place, one list of days for each level."""

    measure: str
    place: str
    quantiles: Lines = Field(description="level x day, people")


class RouteFlow(BaseModel):
    """People who set out on a directed route, one list of days for each level of `FLOW_LEVELS`."""

    route: str
    quantiles: Lines = Field(description="low, likely and high x day, people a day")


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

    words: Sentence
    line: str = Field(description="what to write in scenario.toml")


class Past(BaseModel):
    """The fitted past, what was learnt of the levers, and what a reader must know of the fit."""

    days: list[dt.date]
    levels: list[float]
    series: list[QuantileSeries]
    ways: list[Way]
    learnt: list[LearntLever]
    alarms: list[Alarm]
    notes: list[Sentence]
    assumption_only: list[str] = Field(description="measures that nobody has reported and the scenario does not state")


class Answer(BaseModel):
    """What is drawn: fans, needs, and the differences to the base."""

    members: int
    days: list[dt.date]
    levels: list[float]
    series: list[QuantileSeries]
    ways: list[Way] = Field(description="the state of each route by day")
    flows: list[RouteFlow] = Field(description="routes on which anybody sets out")
    needs: list[Need] | None = Field(default=None, description="none: while many ask, they wait for whoever rests")
    runout: list[RunOut] | None = None
    differences: list[Difference] = []
    notes: list[Sentence] = Field(default=[], description="levers outside what the model was learnt from")


def answer_of(people: People, scenario: Scenario, base: People | None = None, notes: tuple[str, ...] = ()) -> Answer:
    """Return a forecast as it is drawn, without needs.

    Parameters
    ----------
    people
        The forecast.
    scenario
        What is supposed in it, as known.
    base
        The forecast of the scenario as it stands; its first members are paired with those of `people`.
    notes
        What the reader must know of it.
    """
    return Answer(
        members=people.members,
        days=list(people.days),
        levels=list(LEVELS),
        series=series_of(people),
        ways=ways_of(scenario, people.days[0], people.days[-1]),
        flows=flows_of(people),
        differences=[] if base is None else differences(people, base, _final(scenario)),
        notes=list(notes),
    )


def with_needs(
    answer: Answer, forecast: Forecast, scenario: Scenario, base: Mapping[str, xr.DataArray] | None = None
) -> Answer:
    """Return an answer with the needs of its forecast, beside those of the base."""
    needs, runout = needs_of(forecast, scenario, base), runout_of(forecast, scenario)
    return answer.model_copy(update={"needs": needs, "runout": runout})


def series_of(people: People) -> list[QuantileSeries]:
    """Return quantiles of what is drawn, at each place where there is anything to draw."""
    places = [
        (measure, place, values[:, :, p])
        for measure in DRAWN
        for p, place in enumerate(people.places)
        if (values := people.of[measure])[:, :, p].any()
    ]
    if not places:
        return []
    lines = np.rint(quantiles(np.hstack([values for _, _, values in places]), LEVELS))
    by_place = lines.reshape(len(LEVELS), len(places), len(people.days)).transpose(1, 0, 2).tolist()
    return [
        QuantileSeries.model_construct(measure=measure, place=place, quantiles=own)
        for (measure, place, _), own in zip(places, by_place, strict=True)
    ]


def flows_of(people: People) -> list[RouteFlow]:
    """Return quantiles of the people who set out on each route that anybody takes."""
    taken = np.flatnonzero(people.flow.any((0, 1))).tolist()
    if not taken:
        return []
    lines = np.rint(quantiles(people.flow[:, :, taken].reshape(people.members, -1), FLOW_LEVELS))
    by_route = lines.reshape(len(FLOW_LEVELS), len(people.days), len(taken)).transpose(2, 0, 1).tolist()
    return [RouteFlow(route=people.routes[r], quantiles=own) for r, own in zip(taken, by_route, strict=True)]


def past_of(fitted: Fitted) -> Past:
    """Return the fitted past as it is drawn, and what was learnt."""
    past = fitted.base.past.sel(quantile=list(LEVELS), method="nearest").transpose("quantile", "date", "place", ...)
    places = past.place.values.tolist()
    series = [
        QuantileSeries(measure=measure, place=place, quantiles=np.rint(lines).tolist())
        for measure in DRAWN
        if measure in past
        for p, place in enumerate(places)
        if np.nan_to_num(lines := past[measure].to_numpy()[:, :, p]).any()
    ]
    posterior = fitted.posterior
    alarms = {row.words: row.line for row in posterior.conflicts}
    return Past(
        days=list(days_of(past)),
        levels=list(LEVELS),
        series=series,
        ways=ways_of(fitted.scenario.known_by(posterior.as_of), fitted.scenario.start, posterior.as_of),
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


def differences(people: People, base: People, final: set[str]) -> list[Difference]:
    """Return how a future differs from the base, member by member, where it does.

    Sums of people present and of arrivals are over the places where people settle, so that nobody who passes
    several places is counted twice.
    """
    paired = base.first(people.members)
    is_final = np.array([place in final for place in people.places])
    names: list[tuple[str, str, str]] = []
    columns: list[Ints] = []
    for measure, (unit, total) in _COMPARED.items():
        change = total(people.of[measure]) - total(paired.of[measure])
        is_of_camps = measure in {"stock", "arrivals"}
        changed = np.flatnonzero(change.any(0)).tolist()
        names += [(measure, "camps" if is_of_camps else "all", unit)]
        columns += [change[:, is_final].sum(1) if is_of_camps else change.sum(1)]
        names += [(measure, people.places[p], unit) for p in changed]
        columns += [change[:, p] for p in changed]
    every = np.stack(columns, axis=1)
    low, likely, high = np.rint(quantiles(every, (0.1, 0.5, 0.9))).tolist()
    above, below = (every > 0).mean(0).tolist(), (every < 0).mean(0).tolist()
    return [
        Difference(
            measure=measure,
            place=place,
            unit=unit,
            low=low[k],
            likely=likely[k],
            high=high[k],
            chance_above=above[k],
            chance_below=below[k],
        )
        for k, (measure, place, unit) in enumerate(names)
    ]


def _final(scenario: Scenario) -> set[str]:
    return {row.place for row in scenario.places if row.kind.is_final}


def _last(values: Ints) -> Ints:
    people: Ints = values[:, -1].astype(np.int64)
    return people


def _sum(values: Ints) -> Ints:
    people: Ints = values.sum(axis=1, dtype=np.int64)
    return people


_COMPARED: dict[str, tuple[str, Callable[[Ints], Ints]]] = {
    "stock": ("people on the last day", _last),
    "arrivals": ("people in all", _sum),
    "waiting": ("person-nights", _sum),
    "inside": ("people on the last day", _last),
    "deaths": ("people in all", _sum),
}
"""Measures that are compared: the unit, and what is made of the days ahead, (m, place)."""
