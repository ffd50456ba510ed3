"""The answer of a run in three lines, for people and for machines."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import xarray as xr

from corridor.inference.counts_only import uncounted
from corridor.needs.rows import NeedRow, RunOutRow
from corridor.needs.small import limits_of, small_needs
from corridor.report.facts.balance import are_many
from corridor.report.facts.context import item_names
from corridor.report.facts.water import LOSSES, WATER, delivered
from corridor.report.facts.wording import Guard, digits_to_tell
from corridor.report.languages.language import ENGLISH
from corridor.runs.forecast_run import ForecastResult
from corridor.runs.simulation_run import SimulationRun
from corridor.scenario.names import isolated
from corridor.scenario.observations import Observations, by_reports
from corridor.scenario.places import PlaceKind
from corridor.scenario.scenario import Scenario

if TYPE_CHECKING:
    from corridor.needs.needs import Needs

LEVELS = (0.1, 0.5, 0.9)
WEEK_DAYS = 7
SUPPRESS_BELOW = 10


@dataclass(frozen=True)
class Estimate:
    """People, likely and between a low and a high value that hold the truth in 8 of 10 cases."""

    low: float
    likely: float
    high: float

    def whole(self) -> dict[str, int]:
        """Return it in whole people, for machines."""
        return {name: round(value) for name, value in asdict(self).items()}

    def words(self, guard: Guard) -> str:
        """Return the estimate in words; small counts are kept out."""
        digits = digits_to_tell(self.low, self.likely, self.high)
        low, likely, high = (guard.text(value, digits) for value in (self.low, self.likely, self.high))
        return f"likely {likely}, low {low}, high {high}"


class Others(NamedTuple):
    """People on average who come and leave beside those whom the stated ways explain."""

    come: float
    leave: float


@dataclass(frozen=True)
class ForecastAnswer:
    """What a camp manager asks first.

    Attributes
    ----------
    others
        Who comes and leaves otherwise within the days of the arrivals; None where they are few.
    """

    place: str
    place_name: str
    origin_date: date
    last_day: date
    stock: Estimate | None
    arrival_days: int
    arrivals: Estimate | None
    inside: Estimate
    water: NeedRow | None
    first_short: RunOutRow | None
    is_stock_counted: bool
    others: Others | None = None

    def lines(self, guard: Guard) -> tuple[str, str, str]:
        """Return the answer in three lines, small counts kept out of them."""
        name = isolated(self.place_name)
        tomorrow = self.origin_date + timedelta(days=1)
        week = ENGLISH.span(tomorrow, self.origin_date + timedelta(days=self.arrival_days))
        inside = f" Still besieged on {ENGLISH.day(tomorrow)}: {self.inside.words(guard)}." if self.inside.high else ""
        stock = f"{self.stock.words(guard)} (8 in 10)" if self.stock else "unknown; nobody has counted them"
        days = "1 day" if self.arrival_days == 1 else f"{self.arrival_days} days"
        return (
            f"People in {name} on {ENGLISH.day(self.last_day)}: {stock}.",
            f"Arriving there in {days}, {week}: {self._arrivals(guard)}.{inside}",
            f"{self._water(guard)} {self._supplies()}",
        )

    def facts(self) -> dict[str, object]:
        """Return the answer for machines; low and high people are the 10 % and 90 % quantiles."""
        return _facts(self)

    def _arrivals(self, guard: Guard) -> str:
        if self.arrivals is None:
            return "unknown; no report counts arrivals"
        words = self.arrivals.words(guard)
        if self.others is None:
            return words
        come, leave = (guard.text(people, 2) for people in self.others)
        return f"{words} by stated ways; otherwise, on average, {come} come and {leave} leave"

    def _water(self, guard: Guard) -> str:
        row = self.water
        if self.stock is None:
            return "Water to deliver: unknown, as long as nobody has counted who is there."
        if row is None:
            return "Water: no figure."
        digits = digits_to_tell(row.p10, row.p50, row.p90)
        amounts = guard.of(WATER, LOSSES)
        low, likely, high = (amounts.text(value, digits) for value in (row.p10, row.p50, row.p90))
        unit = row.unit.removesuffix("/day")
        when = ENGLISH.day(row.date)
        figure = f"likely {likely} {unit} a day ({low}–{high} in 8 of 10 cases)"
        return f"Water to deliver on {when}, losses included: {figure}."

    def _supplies(self) -> str:
        if not self.is_stock_counted:
            return "Nothing is known of what is on site, so what runs out first cannot be told."
        row = self.first_short
        if row is None or row.p50 is None:
            return f"Nothing that was counted on site is likely to run out by {ENGLISH.day(self.last_day)}."
        thing = item_names().get(row.item, row.item).partition(",")[0].lower()
        if row.p50 <= self.origin_date + timedelta(days=1):
            return f"Short already: {thing}."
        return f"First to run out: {thing}, likely on {ENGLISH.day(row.p50)}."


def guard_of(needs: Needs) -> Guard:
    """Return what keeps small counts, and what few people need, out of what is printed."""
    return Guard(SUPPRESS_BELOW, needs=limits_of(needs.of_one, SUPPRESS_BELOW))


def forecast_answer(run: ForecastResult) -> ForecastAnswer:
    """Return what a forecast says of the place that its report is about: the camp with most reports."""
    forecast = run.forecast
    samples = forecast.samples
    known = run.observations.known_by(forecast.origin_date)
    missing = uncounted(run.scenario, known)
    place = _place_of_answer(run.scenario, samples, missing, known)
    has_arrivals = ("arrivals", place) not in forecast.unknown
    days = min(WEEK_DAYS, forecast.horizon_days)
    week_ends = forecast.origin_date + timedelta(days=days)
    water = [row for row in delivered(run.needs.rows, place) if row.date == week_ends]
    small = small_needs(guard_of(run.needs).needs, run.needs.rows)
    runout = [row for row in run.needs.runout if row.place == place and not small.hides_runout(row)]
    arrivals = _estimate(_within(samples["arrivals"], place, days).sum("date")) if has_arrivals else None
    return ForecastAnswer(
        place=place,
        place_name=run.scenario.place(place).name,
        origin_date=forecast.origin_date,
        last_day=forecast.origin_date + timedelta(days=forecast.horizon_days),
        stock=None if place in missing else _estimate(samples["stock"].sel(place=place).isel(date=-1)),
        arrival_days=days,
        arrivals=arrivals,
        inside=_estimate(samples["inside"].isel(date=0).sum("place")),
        water=None if place in missing else next(iter(water), None),
        first_short=_first_short(runout),
        is_stock_counted=bool(runout),
        others=_others(samples, place, days, arrivals),
    )


def _within(people: xr.DataArray, place: str, days: int) -> xr.DataArray:
    """Return people at a place in the first so many days."""
    return people.sel(place=place).isel(date=slice(days))


def _others(samples: xr.Dataset, place: str, days: int, arrivals: Estimate | None) -> Others | None:
    """Return who comes and leaves in no way that is stated; None where they are few beside the arrivals."""
    if arrivals is None:
        return None
    names = ("unexplained_arrivals", "unexplained_departures")
    others = Others(*(float(_within(samples[name], place, days).mean("member").sum()) for name in names))
    return others if are_many(others.come, arrivals.likely, SUPPRESS_BELOW) else None


def reports_facts(run: ForecastResult) -> list[dict[str, object]]:
    """Return the reports that a forecast rests on, for machines, each with where it was brought from."""
    known = run.observations.known_by(run.forecast.origin_date).to_fit()
    return [
        {
            **row.model_dump(mode="json", exclude_none=True, exclude={"notes"}),
            "known_on": row.known_on.isoformat(),
            "origin": row.origin._asdict() if row.origin else None,
        }
        for row in known
    ]


@dataclass(frozen=True)
class SimulationAnswer:
    """What the assumptions alone say."""

    place: str
    place_name: str
    last_day: date
    members: int
    stock: Estimate
    arrivals: Estimate
    deaths: Estimate

    def lines(self) -> tuple[str, str, str]:
        """Return the answer in three lines, small counts kept out of them."""
        name, last, guard = isolated(self.place_name), ENGLISH.day(self.last_day), Guard(SUPPRESS_BELOW)
        stock, arrivals, deaths = (row.words(guard) for row in (self.stock, self.arrivals, self.deaths))
        return (
            f"People in {name} on {last}: {stock} (8 of 10 of {self.members:,} members).",
            f"Arrived there since the beginning: {arrivals}. Deaths everywhere: {deaths}.",
            "This is what the assumptions alone say; no report was used. For that: corridor forecast.",
        )

    def facts(self) -> dict[str, object]:
        """Return the answer for machines; low and high people are the 10 % and 90 % quantiles."""
        return _facts(self)


def simulation_answer(run: SimulationRun) -> SimulationAnswer:
    """Return what a simulation says of the fullest camp."""
    data = run.members
    place = main_place(run.scenario, data["stock"])
    return SimulationAnswer(
        place=place,
        place_name=run.scenario.place(place).name,
        last_day=run.scenario.end,
        members=data.sizes["member"],
        stock=_estimate(data["stock"].sel(place=place)),
        arrivals=_estimate(data["arrivals"].sel(place=place)),
        deaths=_estimate(data["deaths"]),
    )


def _place_of_answer(scenario: Scenario, samples: xr.Dataset, missing: Collection[str], known: Observations) -> str:
    """Return the counted place of rest with most reports, the fullest of equals; if none is, where most arrive."""
    counted = [row for row in scenario.places if row.place not in missing]
    final = [row.place for row in counted if row.kind.is_final]
    if final:
        last = samples["stock"].isel(date=-1).sel(place=final)
        levels = zip(final, last.median("member").values, last.max("member").values, strict=True)
        fullest = [place for place, *_ in sorted(levels, key=lambda row: (-row[1], -row[2]))]
        return by_reports(fullest, known)[0]
    if counted:
        last = samples["stock"].isel(date=-1).sel(place=[row.place for row in counted])
        return main_place(replace(scenario, places=tuple(counted)), last)
    arrivals = samples["arrivals"].sum("date").median("member")
    return str(arrivals["place"].values[int(arrivals.argmax("place"))])


def main_place(scenario: Scenario, last: xr.DataArray) -> str:
    """Return the camp with the largest median stock on the last day; without camps, the fullest place."""
    fullness = last.median("member")
    camps = [row.place for row in scenario.places if row.kind is PlaceKind.CAMP]
    among = fullness.sel(place=camps) if camps else fullness
    return str(among["place"].values[int(among.argmax("place"))])


def _first_short(rows: Iterable[RunOutRow]) -> RunOutRow | None:
    ahead = [row for row in rows if row.p50 is not None]
    return min(ahead, key=lambda row: (row.p50 or date.max, row.item), default=None)


def _estimate(people: xr.DataArray) -> Estimate:
    return Estimate(*people.quantile(LEVELS, dim="member").values.tolist())


def _facts(answer: ForecastAnswer | SimulationAnswer) -> dict[str, object]:
    """Return the fields of an answer, with people in whole numbers."""
    own = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return asdict(answer) | {name: value.whole() for name, value in own.items() if isinstance(value, Estimate)}
