"""Counts alone: a forecast comes out without routes, events or parameters, and says what it rests on."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from corridor.forecasters.base import HUB_LEVELS, ForecastTask
from corridor.forecasters.reports_model import ReportsForecaster
from corridor.forecasting.forecast import forecast
from corridor.inference.calibrate import calibrate
from corridor.inference.counts_only import uncounted
from corridor.needs.needs import estimate_needs
from corridor.runs.balance import balance_rows
from corridor.scenario.io.read import EVERYBODY
from corridor.scenario.observations import Measure, Observation, Observations
from corridor.scenario.places import Place, PlaceKind
from corridor.scenario.scenario import Scenario

START = dt.date(2031, 3, 1)


def scenario() -> Scenario:
    """Return two camps between which nothing moves anybody."""
    places = tuple(
        Place(place=name, name=name.title(), kind=PlaceKind.CAMP, population=0) for name in ("north", "south")
    )
    return Scenario("Counts", START, START + dt.timedelta(days=200), (EVERYBODY,), places, ())


def weekly(place: str, measure: Measure, counts) -> list[Observation]:
    """Return a count a week."""
    days = [START + dt.timedelta(days=7 * week) for week in range(len(counts))]
    return [
        Observation(date=day, place=place, measure=measure, count=count, source="Registry")
        for day, count in zip(days, counts, strict=True)
    ]


def made(rows, *, day=70, seed=7):
    """Return posterior and forecast of four weeks."""
    origin, reports = START + dt.timedelta(days=day), Observations(tuple(rows))
    posterior = calibrate(scenario(), reports, as_of=origin, draws=200, seed=seed)
    return posterior, forecast(scenario(), posterior, reports, horizon_days=28, members=400, seed=seed)


def test_the_people_present_go_on_from_their_counts_and_nothing_is_learnt():
    """Seeded; the median of 400 samples leaves the reports model's 40 to 60 % in fewer than 1 of 10,000."""
    rows = weekly("north", Measure.STOCK, range(1000, 1110, 10))
    posterior, future = made(rows)
    assert (posterior.has_mechanism, posterior.summary()) == (False, [])
    assert any("No mechanism was used" in note for note in posterior.notes)
    assert any("in South" in note and "unknown" in note for note in posterior.notes)
    task = ForecastTask(scenario(), Observations(tuple(rows)), posterior.as_of, ("north",), (28,), 7)
    low, high = np.interp([0.4, 0.6], HUB_LEVELS, ReportsForecaster().forecast(task)[0, 0])
    assert low - 1 <= float(future.samples.stock.sel(place="north").isel(date=-1).median()) <= high + 1
    assert future.samples.stock.sel(place="south").max() == 0
    assert float(future.past.stock.sel(place="north", quantile=0.5)[-1]) == 1100


def test_where_nobody_has_counted_people_their_number_is_unknown_and_not_none():
    reports = Observations(tuple(weekly("north", Measure.STOCK, [900, 1000])))
    assert uncounted(scenario(), reports) == ("south",)
    assert uncounted(replace(scenario(), events=("an event",)), reports) == ()


def test_what_no_report_counts_is_left_out_of_the_tables_and_not_nought():
    _, future = made(weekly("north", Measure.STOCK, range(1000, 1110, 10)))
    listed = {(row["target"], row["location"]) for row in (*future.to_hub_table(), *future.past_table())}
    assert listed == {("stock", "north"), ("stock", "all")}
    assert "south: unknown" in repr(future)
    needs = estimate_needs(future, scenario(), standards="sphere-2018")
    assert {row.place for row in needs.rows} == {"north"}
    assert not any("new arrivals" in row.standard for row in needs.rows)
    balance = balance_rows(future, scenario())
    assert {(row["place"], row["arrivals"], row["deaths"]) for row in balance} == {("north", None, None)}


def test_reported_arrivals_go_on_as_arrivals():
    rows = weekly("south", Measure.ARRIVALS, [0, *[700] * 10])
    weeks = [row.model_copy(update={"period_start": row.date - dt.timedelta(days=6)}) for row in rows if row.count]
    _, future = made(weeks)
    week = future.samples.arrivals.sel(place="south").isel(date=slice(7)).sum("date")
    assert 560 < float(week.median()) < 840
    assert float(future.samples.cumulative_arrivals.sel(place="south").isel(date=0).min()) >= 7000


def test_people_add_up_from_day_to_day():
    _, future = made(weekly("north", Measure.STOCK, [900, 1000, 950, 1200, 1150, 1300, 1250, 1400, 1350, 1500, 1450]))
    now = future.samples
    change = now.arrivals - now.departures - now.deaths + now.unexplained_arrivals - now.unexplained_departures
    before = now.stock.isel(date=slice(-1)).values
    assert np.array_equal(now.stock.isel(date=slice(1, None)).values, before + change.isel(date=slice(1, None)).values)


def test_the_same_seed_gives_the_same_samples_and_later_reports_change_nothing():
    rows = weekly("north", Measure.STOCK, [900, 1000, 950, 1200, 1150, 1300, 1250, 1400, 1350, 1500, 1450, 9000, 9999])
    _, one = made(rows)
    _, other = made(rows[:11])
    assert one.samples.equals(other.samples)


@pytest.mark.parametrize("part", [{"routes": ("a route",)}, {"events": ("an event",)}, {"parameters": ("one",)}])
def test_whatever_moves_people_is_a_mechanism(part):
    assert not scenario().has_mechanism
    assert replace(scenario(), **part).has_mechanism


def test_a_notebook_gets_a_table_of_the_quantiles_with_a_column_for_each():
    """Seeded; the table is the quantiles of the forecast, exactly."""
    _, future = made(weekly("north", Measure.STOCK, range(1000, 1110, 10)))
    frame = future.to_frame()
    assert list(frame.columns) == ["target", "place", "date", "low", "lower", "likely", "upper", "high"]
    rows = frame[(frame.target == "stock") & (frame.place == "north")]
    likely = future.quantiles([0.5]).stock.sel(place="north").isel(quantile=0)
    assert rows.likely.tolist() == likely.values.tolist()
    assert (rows.date.to_numpy() == likely.date.values).all()
    assert (frame.low <= frame.lower).all()
    assert frame[frame.place == "all"].target.unique().tolist() == ["stock"]


def test_variables_carry_their_names_in_words_and_their_units():
    _, future = made(weekly("north", Measure.STOCK, range(1000, 1110, 10)))
    for data in (future.samples, future.past, future.quantiles([0.5])):
        assert [name for name, row in data.data_vars.items() if not row.attrs.get("long_name")] == []
    assert future.samples.stock.attrs["units"] == "people"
    assert future.samples.arrivals.attrs["units"] == "people/day"
    assert future.quantiles([0.5]).arrivals.attrs == future.samples.arrivals.attrs
