"""A fit that goes on from day to day: what it learns, when it begins again, and that it never peeks."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from corridor.backtest.origins import Schedule
from corridor.backtest.tasks import forecast_tasks
from corridor.forecasters.base import HUB_LEVELS, ForecastTask, ScoredForecast, Target
from corridor.forecasters.combination import PRIOR, SkillWeightedCombination
from corridor.forecasters.mechanism import Mechanism
from corridor.inference.calibrate import calibrate
from corridor.inference.online_fit import RunningFit
from corridor.inference.particle_filter import MOST_REJUVENATIONS
from corridor.scenario.observations import Observation, Observations
from corridor.scenario.parameters import LogNormal
from corridor.scenario.scenario import Source
from tests.builders import camp, day, drive, event, scenario, town
from tests.recovery.bytes_of import differing, posterior_bytes

DRAWS, SEED = 32, 7
ORIGINS = (14, 21, 29)
LAST = day(ORIGINS[-1])
LIVELY = {
    "onset_rate_per_day": LogNormal(median=0.03, within_factor=2),
    "push_day_sd": 0.5,
    "move_chance_town": 0.5,
    "report_sd_b": 0.1,
}


def report(place, number, count, *, known=None, source="agency", **fields):
    """Return a report of the people in a camp."""
    when = None if known is None else day(known)
    stated = {"measure": "stock", "count": count, "source": source, "reported_on": when, **fields}
    return Observation(date=day(number), place=place, **stated)


@pytest.fixture(scope="module")
def network():
    """Return a town, two camps, and reports of one of them every five days."""
    stated = scenario(
        (
            town("north", 6_000),
            camp("lake", 0, capacity=3_000, capacity_reported_on=day(0)),
            camp("hill", 0, capacity=900, capacity_reported_on=day(40)),
        ),
        (drive("north", "lake", 60), drive("north", "hill", 90)),
        (
            event("conflict", "north", 1, 35, 1.0, reported_on=day(1), end_reported_on=day(36)),
            event("closure", "north>hill", 32, 34, reported_on=day(31)),
        ),
        days=50,
        values=LIVELY,
    )
    rows = [report("lake", n, 60 * n, known=n + 1) for n in range(5, 46, 5)]
    return stated, Observations(tuple(rows))


def run(stated, reports, *, rejuvenations=0, origins=ORIGINS):
    """Return what a fit that is asked on some days believes on the last, and the fit."""
    fit = RunningFit(draws=DRAWS, seed=SEED, rejuvenations=rejuvenations)
    for number in origins:
        found = fit.learn(stated, reports, day(number))
    return found, fit


def test_asked_once_it_is_the_calibration_of_that_day(network):
    stated, reports = network
    running, _ = run(stated, reports, rejuvenations=MOST_REJUVENATIONS, origins=(29,))
    whole = calibrate(stated, reports, as_of=LAST, draws=DRAWS, seed=SEED)
    assert differing(posterior_bytes(running), posterior_bytes(whole)) == []


def test_the_number_of_workers_changes_no_byte(network):
    fits = [RunningFit(draws=DRAWS, seed=SEED, rejuvenations=0) for _ in range(2)]
    told = [
        posterior_bytes([fit.learn(*network, day(number), workers=1 + n) for number in ORIGINS][-1])
        for n, fit in enumerate(fits)
    ]
    assert differing(*told) == []


def later_counts(stated, reports):
    """Other figures, and more of them, which became known after the last origin."""
    rows = [row if row.known_on <= LAST else row.model_copy(update={"count": 9_999}) for row in reports]
    return stated, Observations((*rows, report("hill", 12, 700, known=ORIGINS[-1] + 1, source="radio")))


def later_events(stated, reports):
    """Fighting that went on for longer, a closure of the other road, and a closure that never was."""
    rows = [
        row.model_copy(update={"end": day(45)})
        if row.kind.value == "conflict"
        else row.model_copy(update={"subject": "north"})
        for row in stated.events
    ]
    unknown = event("closure", "north>lake", 3, reported_on=LAST + dt.timedelta(days=1))
    return stated.with_events((*rows, unknown)), reports


def later_capacities(stated, reports):
    """A capacity that was reported later, and one at no stated time."""
    places = [place.model_copy(update={"capacity": 7}) if place.place == "hill" else place for place in stated.places]
    return replace(stated, places=tuple(places)), reports


def earlier_counts(stated, reports):
    """Another figure that was known in time."""
    rows = [row.model_copy(update={"count": row.count + 300}) if row.date == day(25) else row for row in reports]
    return stated, Observations(tuple(rows))


def forecasts(stated, reports):
    """Return the bytes of what the mechanism and the pool say on each origin."""
    schedule = Schedule(7, ORIGINS[0], (5, 10))
    asked = [one for one in forecast_tasks(stated, reports, schedule, SEED) if one.origin <= LAST]
    assert len(asked) == 3
    walk, said = Mechanism(DRAWS).begin(), []
    pool = SkillWeightedCombination({"mechanism": 1.0, "reports": 2.0})
    for one in asked:
        found = walk.forecast(one)
        lines = np.nan_to_num(found)
        past = [
            ScoredForecast(
                Target(one.origin - dt.timedelta(days=5), "lake", 5, one.origin, 100.0),
                {"mechanism": lines[1, 0], "reports": lines[1, 1]},
            )
        ]
        both = pool.combine(one, {"mechanism": found, "reports": np.full_like(found, 50.0)}, past)
        said += [found.tobytes(), both.tobytes()]
    return said


@pytest.fixture(scope="module")
def base(network):
    return forecasts(*network)


@pytest.mark.parametrize("change", [later_counts, later_events, later_capacities], ids=lambda change: change.__name__)
def test_what_became_known_after_the_last_origin_changes_no_byte(network, base, change):
    assert forecasts(*change(*network)) == base


def test_what_was_known_in_time_changes_bytes(network, base):
    """Without this, bytes that never change would prove nothing."""
    assert forecasts(*earlier_counts(*network)) != base


def test_a_fit_goes_on_where_nothing_about_lived_days_has_changed(network):
    found, fit = run(*network)
    particle_filter = fit._particle_filter  # noqa: SLF001 - whether it began again shows nowhere else
    again = fit.learn(*network, day(31))
    assert fit._particle_filter is particle_filter  # noqa: SLF001
    assert again.as_of == day(31)
    assert fit.last == 31
    assert found.as_of == LAST


def test_a_late_report_about_lived_days_makes_it_begin_again(network):
    stated, reports = network
    late = Observations((*reports, report("lake", 18, 2_500, known=25)))
    found, _ = run(stated, late)
    fresh, _ = run(stated, late, origins=ORIGINS[-1:])
    assert differing(posterior_bytes(found), posterior_bytes(fresh)) == []
    without, _ = run(stated, reports)
    assert "normal" in differing(posterior_bytes(found), posterior_bytes(without))


def test_late_news_of_lived_days_makes_it_begin_again(network):
    stated, reports = network
    news = stated.with_events((*stated.events, event("closure", "north>lake", 10, 17, reported_on=day(25))))
    found, _ = run(news, reports)
    fresh, _ = run(news, reports, origins=ORIGINS[-1:])
    assert differing(posterior_bytes(found), posterior_bytes(fresh)) == []


def test_news_of_days_to_come_does_not(network):
    stated, reports = network
    before = run(stated, reports, origins=ORIGINS[:2])[1]
    particle_filter = before._particle_filter  # noqa: SLF001
    news = stated.with_events((*stated.events, event("closure", "north>lake", 26, 28, reported_on=day(25))))
    before.learn(news, reports, LAST)
    assert before._particle_filter is particle_filter  # noqa: SLF001


def test_new_sources_and_places_are_taken_up_on_the_way(network):
    stated, reports = network
    new = [report(place, n, 20 * n, source="radio") for n in (23, 27) for place in ("hill", "lake")]
    more = Observations((*reports, *new))
    first = run(stated, more, origins=ORIGINS[:2])[1]
    particle_filter = first._particle_filter  # noqa: SLF001
    found = first.learn(stated, more, LAST)
    assert first._particle_filter is particle_filter  # noqa: SLF001
    assert len(found.reporting.series) == 2
    assert found.bias.shape == (DRAWS, 2)
    assert found.stock_draws("hill", 27).shape == (DRAWS,)


def test_a_better_counter_of_a_camp_makes_it_begin_again(network):
    stated, reports = network
    graded = replace(stated, sources=(*stated.sources, Source(source="registry", grade="A", reason="counts heads")))
    better = Observations((*reports, report("lake", 27, 500, source="registry")))
    found, _ = run(graded, better)
    fresh, _ = run(graded, better, origins=ORIGINS[-1:])
    assert differing(posterior_bytes(found), posterior_bytes(fresh)) == []


def asked_of(stated, reports, number=29, days=(1, 7, 14)):
    """Return a question on a day."""
    origin = day(number)
    places = tuple(place.place for place in stated.places)
    return ForecastTask(stated.known_by(origin), reports.known_by(origin), origin, places, days, SEED)


def test_the_mechanism_says_nothing_of_places_without_reports_and_quantiles_rise(network):
    found = Mechanism(DRAWS).begin().forecast(asked_of(*network))
    assert found.shape == (3, 3, len(HUB_LEVELS))
    assert np.isnan(found[[0, 2]]).all()
    assert (found[1] >= 0).all()
    assert (np.diff(found[1], axis=1) >= 0).all()
    assert (np.ptp(found[1], axis=1) > 0).all()


def test_a_mechanism_that_follows_an_origin_says_what_it_would_have_said(network):
    one, two = (asked_of(*network, number=number) for number in (21, 29))
    whole, resumed = (Mechanism(DRAWS).begin() for _ in range(2))
    whole.forecast(one)
    resumed.follow(one)
    assert whole.forecast(two).tobytes() == resumed.forecast(two).tobytes()


def test_the_weights_of_the_pool_sum_to_one_and_go_to_the_better_member(network):
    asked = asked_of(*network)
    pool = SkillWeightedCombination()
    nothing = pool.weights(asked, [])
    prior = np.array(list(PRIOR.values())) / sum(PRIOR.values())
    assert np.array([nothing[name] for name in PRIOR]) == pytest.approx(np.repeat(prior[:, None], 3, axis=1))
    lines = {name: np.linspace(800, 1_200, len(HUB_LEVELS)) for name in PRIOR} | {
        "mechanism": np.linspace(980, 1_020, len(HUB_LEVELS))
    }
    past = [ScoredForecast(Target(day(n), "lake", 7, day(n + 7), 1_000.0), lines) for n in range(20)]
    weights = pool.weights(asked, past)
    assert sum(weights.values()) == pytest.approx(np.ones(3))
    assert all((share >= 0).all() for share in weights.values())
    assert (weights["mechanism"] > nothing["mechanism"]).all()
    assert weights["mechanism"][1] > 0.5  # of the lead that has been seen


def test_the_mechanism_begins_with_more_weight_where_it_hears_more(network):
    stated, reports = network
    more = [report("lake", n, 500, measure="deaths", source="radio") for n in range(5, 30)]
    asked = [asked_of(stated, Observations((*reports, *extra))) for extra in ([], more)]
    few, many = (SkillWeightedCombination().weights(one, [])["mechanism"][0] for one in asked)
    heard = len(asked[1].observations) / len(asked[0].observations)
    assert heard > 3
    assert many / (1 - many) == pytest.approx(heard * few / (1 - few))
