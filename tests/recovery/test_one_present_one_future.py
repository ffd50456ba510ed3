"""Numbers never contradict each other: in small crises, with reports of any mix, what a user gets adds up.

The crises and their reports are drawn by seed. Each is a siege that leaks, a network, or a camp of which flows alone
are reported; reports are stocks, arrivals of a week, departures and cumulative arrivals, with errors or without.
One of each kind is looked at; `pytest --crises 20` looks at twenty.
"""

from dataclasses import replace

import numpy as np
import pytest

import corridor as co
from corridor.forecasting.sensitivity import rests_on
from corridor.scenario.observations import Measure, Observation, Observations, Qualifier
from corridor.scenario.parameters import LogNormal
from corridor.scenario.scenario import Alternative
from tests.builders import camp, day, drive, event, scenario, screening, town

TODAY, AHEAD, SEED = 42, 14, 7
KINDS = ("siege", "network", "flows")
VALUES = {
    "onset_rate_per_day": LogNormal(median=0.01, within_factor=3),
    "leak_rate_per_day": LogNormal(median=0.01, within_factor=3),
    "departure_rate_per_day": LogNormal(median=0.001, within_factor=3),
    "push_sd": 0.5,
    "push_day_sd": 0.5,
    "death_rate_settled_per_day": 1e-4,
}


def crisis(kind, chance):
    """Return a scenario of a kind, with an alternative that changes nothing."""
    people = int(chance.integers(8_000, 40_000))
    match kind:
        case "siege":
            places = (town("north", people), screening("gate"), camp("lake", 500))
            routes = (drive("north", "gate", 20), drive("gate", "lake", 60))
            events = (event("siege", "north", 0, 70),)
        case _:
            places = (town("north", people), town("east", 6_000), camp("lake", 500), camp("hill", 0))
            routes = (drive("north", "lake", 60), drive("north", "east", 40), drive("east", "hill", 90))
            events = (event("conflict", "north", 0, 70, 1.0),)
    stated = scenario(places, routes, events, days=71, values=VALUES)
    same = Alternative(alternative="same", meaning="Nothing else happens.")
    return replace(stated, alternatives=(same,))


def truth_of(stated, seed):
    """Return one history of the scenario, drawn from its priors."""
    return co.simulate(stated, members=1, seed=seed).data.isel(member=0).sel(place="lake")


def mixed_reports(kind, truth, chance):
    """Return reports of a mix drawn by chance of the camp at the lake, one in two with an error."""
    measures = ["arrivals", "cumulative_arrivals"] if kind == "flows" else ["stock", "arrivals", "departures"]
    last = TODAY // 7 - 1
    weeks = [(measure, week) for week in range(last + 1) for measure in measures]
    reported = [one for one in weeks if chance.random() < 0.6 or one == (measures[0], last)]
    spans = [(measure, 7 * week + 1, 7 * week + 7) for measure, week in reported]
    first = [("stock", 0, 0)] if kind == "flows" else []
    return Observations(tuple(lake_report(*one, truth, chance) for one in (*first, *spans)))


def lake_report(measure, first, last, truth, chance):
    """Return a report of a measure at the lake."""
    days = truth[measure.removeprefix("cumulative_")].to_numpy()
    people = {"stock": days[last], "cumulative_arrivals": days[: last + 1].sum()}.get(
        measure, days[first : last + 1].sum()
    )
    has_error = chance.random() < 0.5
    is_sum = measure in {"arrivals", "departures"}
    return Observation(
        date=day(last),
        period_start=day(first) if is_sum else None,
        place="lake",
        measure=Measure(measure),
        count=round(float(people) * (1 + 0.08 * chance.standard_normal() * has_error)),
        qualifier=Qualifier.ABOUT if has_error else Qualifier.EXACT,
        source="agency",
    )


def pytest_generate_tests(metafunc):
    if "made" in metafunc.fixturenames:
        seeds = range(1, metafunc.config.getoption("--crises") + 1)
        cases = [pytest.param((kind, seed), id=f"{kind}-{seed}") for kind in KINDS for seed in seeds]
        metafunc.parametrize("made", cases, indirect=True, scope="module")


@pytest.fixture(scope="module")
def made(request):
    """Return a crisis, its reports, the truth, the fit and the forecast that a user gets."""
    kind, seed = request.param
    chance = np.random.default_rng([seed, KINDS.index(kind)])
    stated = crisis(kind, chance)
    truth = truth_of(stated, seed)
    reports = mixed_reports(kind, truth, chance)
    posterior = co.calibrate(stated, reports, as_of=day(TODAY), draws=80, seed=SEED)
    ways = {"horizon_days": AHEAD, "members": 60, "seed": SEED}
    return stated, reports, truth, posterior, co.forecast(stated, posterior, reports, **ways)


def by_day(samples, name):
    """Return the counts of a variable, (member, day, place)."""
    return samples[name].transpose("member", "date", "place").to_numpy().astype(np.int64)


def change_of(samples):
    """Return what comes and goes in each place on each day, (member, day, place)."""
    come = by_day(samples, "arrivals") + by_day(samples, "unexplained_arrivals")
    gone = by_day(samples, "departures") + by_day(samples, "unexplained_departures") + by_day(samples, "deaths")
    return come - gone


def test_every_history_adds_up_in_every_camp_on_every_day(made):
    samples = made[4].samples.sel(place=[p for p in made[4].sites if p != "gate"])
    assert (np.diff(by_day(samples, "stock"), axis=1) == change_of(samples)[:, 1:]).all()


def test_the_forecast_begins_with_the_people_whom_the_fit_has_today(made):
    samples = made[4].samples.sel(place=["lake"])
    before = (by_day(samples, "stock") - change_of(samples))[:, 0, 0]
    today = made[4].past.stock.isel(date=-1).sel(place="lake")
    assert np.quantile(before, today["quantile"].to_numpy()) == pytest.approx(today.to_numpy())


def test_those_who_wait_are_among_those_present(made):
    assert (made[4].samples.waiting <= made[4].samples.stock).all()
    past = made[4].past.sel(place=list(made[4].samples.place.to_numpy()))
    assert (past.waiting <= past.stock).all()


def test_cumulative_arrivals_go_on_from_the_fit_and_never_fall(made):
    arrivals, total = (by_day(made[4].samples, name) for name in ("arrivals", "cumulative_arrivals"))
    assert (np.diff(total, axis=1) == arrivals[:, 1:]).all()
    assert (total[:, 0] - arrivals[:, 0] >= 0).all()


def test_an_alternative_that_changes_nothing_has_the_same_bytes(made):
    stated, reports, _, posterior, base = made
    ways = {"horizon_days": AHEAD, "members": 60, "seed": SEED}
    other = co.forecast(stated.with_alternative("same"), posterior, reports, **ways)
    assert other.samples.drop_attrs().equals(base.samples.drop_attrs())


def test_a_further_count_that_is_right_brings_the_fit_no_farther_from_the_truth(made):
    # half the width of the 80 % interval is the noise of so few histories: medians of seeds differ by less
    stated, reports, truth, fit, base = made
    count = int(truth.stock[TODAY])
    right = Observation(date=day(TODAY), place="lake", measure="stock", count=count, source="another agency")
    posterior = co.calibrate(stated, Observations((*reports, right)), as_of=day(TODAY), draws=80, seed=SEED)
    low, high = base.past.stock.isel(date=-1).sel(place="lake", quantile=[0.1, 0.9]).to_numpy()
    lake = [place.place for place in stated.places].index("lake")
    before, after = (float(one.past["stock"][4, -1, lake]) for one in (fit, posterior))
    assert abs(after - count) <= abs(before - count) + 0.5 * (high - low) + 1


def test_weekly_arrivals_after_one_count_go_on_and_are_not_undone():
    """One count of 1,200 and eight weeks of 930 arrivals are 8,640 people; the next day is no other camp."""
    places, routes = (town("north", 40_000), camp("lake", 1_200)), (drive("north", "lake", 60),)
    events = (event("conflict", "north", 0, 80, 1.0),)
    stated = scenario(
        places, routes, events, days=81, values={"onset_rate_per_day": LogNormal(median=0.005, within_factor=4)}
    )
    weeks = [
        Observation(
            date=day(7 * n + 7),
            period_start=day(7 * n + 1),
            place="lake",
            measure="arrivals",
            count=930,
            source="agency",
        )
        for n in range(8)
    ]
    count = Observation(date=day(0), place="lake", measure="stock", count=1_200, source="agency")
    reports = Observations((count, *weeks))
    posterior = co.calibrate(stated, reports, as_of=day(56), draws=100, seed=SEED)
    made = co.forecast(stated, posterior, reports, horizon_days=14, members=100, seed=SEED)
    stock = made.quantiles([0.5]).stock.sel(place="lake", quantile=0.5).to_numpy()
    assert stock[0] == pytest.approx(8_640, rel=0.15)
    arrivals = made.samples.arrivals.sel(place="lake").sum("date").median()
    assert 0.5 * 1_860 < float(arrivals) < 2 * 1_860


def test_deaths_that_nobody_reports_or_states_are_marked_as_an_assumption():
    stated = crisis("network", np.random.default_rng(1))
    unstated = tuple(row for row in stated.parameters if not row.name.startswith("death_rate_"))
    stated = replace(stated, parameters=unstated)
    ways = {"horizon_days": 7, "members": 20, "seed": SEED}
    counts = Observations((Observation(date=day(7), place="lake", measure="stock", count=900, source="agency"),))
    died = Observation(date=day(9), period_start=day(1), place="lake", measure="deaths", count=3, source="agency")
    hazard = scenario((), values={"death_rate_settled_per_day": 1e-5}).parameter("death_rate_settled_per_day")
    marked = []
    for scenario_of, reports in (
        (stated, counts),
        (stated, Observations((*counts, died))),
        (replace(stated, parameters=(*stated.parameters, hazard)), counts),
    ):
        posterior = co.calibrate(scenario_of, reports, as_of=day(10), draws=20, seed=SEED)
        marked.append(co.forecast(scenario_of, posterior, reports, **ways).assumption_only)
    assert "deaths" in marked[0]
    assert marked[1] == marked[2] == ()


def test_a_default_that_decides_is_named_until_the_scenario_states_it():
    places, routes = (town("north", 20_000), camp("lake", 0)), (drive("north", "lake", 60),)
    events = (event("conflict", "north", 0, 40, 1.0),)
    stated = scenario(
        places, routes, events, days=41, values={"onset_rate_per_day": LogNormal(median=0.01, within_factor=5)}
    )
    others = tuple(row for row in stated.parameters if row.name != "onset_rate_per_day")
    named = []
    for one in (replace(stated, parameters=others), stated):
        posterior = co.calibrate(one, Observations(()), as_of=day(10), draws=100, seed=SEED)
        ahead = co.forecast(one, posterior, Observations(()), horizon_days=14, members=100, seed=SEED)
        named.append({row.parameter: row for row in rests_on(ahead, posterior)})
    assert named[0]["onset_rate_per_day"].change > 0
    assert named[0]["onset_rate_per_day"].share > 0.5
    assert str(named[0]["onset_rate_per_day"]).startswith("onset_rate_per_day (rate at which residents flee")
    assert "onset_rate_per_day" not in named[1]
