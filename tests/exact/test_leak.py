"""The two-place chain: who is still inside, and who has arrived, has a law that can be written down."""

import numpy as np
import pytest
from scipy import stats

from corridor.engine.run.simulate import simulate
from corridor.scenario.parameters import LogNormal
from tests.builders import camp, event, leaking_chains, scenario, town, walk

CHAINS, MEMBERS, DAYS = 40, 50, 4
PEOPLE, RATE = 1_000, 0.15
HISTORIES = CHAINS * MEMBERS


@pytest.fixture(scope="module")
def leak():
    """Return 2,000 independent histories of one leak: 40 chains side by side in each of 50 members."""
    return simulate(leaking_chains(CHAINS, PEOPLE, RATE, days=DAYS), members=MEMBERS, seed=11).data


def still_inside(leak, number):
    towns = [f"town_{i}" for i in range(CHAINS)]
    return leak.inside.sel(place=towns).isel(date=number).to_numpy().ravel()


@pytest.mark.statistical
@pytest.mark.parametrize("number", range(DAYS))
def test_the_mean_number_that_leaked_is_that_of_a_constant_hazard(leak, number):
    # False alarm: 6e-7 (five standard errors).
    left = PEOPLE - still_inside(leak, number)
    chance = 1 - np.exp(-RATE * (number + 1))
    error = np.sqrt(PEOPLE * chance * (1 - chance) / HISTORIES)
    assert abs(left.mean() - PEOPLE * chance) < 5 * error


@pytest.mark.statistical
@pytest.mark.parametrize("number", range(DAYS))
def test_the_number_that_leaked_varies_exactly_as_a_binomial_does(leak, number):
    # False alarm: 6e-7 (five standard errors of a variance, from the fourth moment of the binomial).
    left = PEOPLE - still_inside(leak, number)
    law = stats.binom(PEOPLE, 1 - np.exp(-RATE * (number + 1)))
    kurtosis = 3 + float(law.stats(moments="k"))
    error = law.var() * np.sqrt((kurtosis - 1) / HISTORIES)
    assert abs(left.var(ddof=1) - law.var()) < 5 * error


@pytest.mark.statistical
def test_the_number_still_inside_has_the_whole_law_of_the_binomial(leak):
    # False alarm: 1e-6 (chi-squared over 20 cells of equal expectation).
    inside = still_inside(leak, DAYS - 1)
    law = stats.binom(PEOPLE, np.exp(-RATE * DAYS))
    edges = np.unique(law.ppf(np.linspace(0, 1, 21)[1:-1]))
    cells = np.concatenate(([-np.inf], edges, [np.inf]))
    seen = np.histogram(inside - 0.5, cells)[0]
    expected = np.diff(np.concatenate(([0.0], law.cdf(edges), [1.0]))) * HISTORIES
    assert stats.chisquare(seen, expected).pvalue > 1e-6


def test_everybody_who_leaked_has_reached_the_camp_on_the_same_day(leak):
    arrived = leak.arrivals.sel(place=[f"camp_{i}" for i in range(CHAINS)]).cumsum("date").to_numpy()
    inside = leak.inside.sel(place=[f"town_{i}" for i in range(CHAINS)]).to_numpy()
    assert (arrived + inside == PEOPLE).all()


@pytest.mark.statistical
def test_the_mean_number_driven_out_by_fighting_is_that_of_rate_times_intensity():
    # False alarm: 6e-7 (five standard errors).
    places, routes, events = [], [], []
    for i in range(CHAINS):
        places += [town(f"town_{i}", PEOPLE), camp(f"camp_{i}")]
        routes.append(walk(f"town_{i}", f"camp_{i}", 1))
        events.append(event("conflict", f"town_{i}", 0, 0, 0.5))
    values = {"onset_rate_per_day": 0.2}
    data = simulate(scenario(places, routes, events, days=2, values=values), members=MEMBERS, seed=12).data
    fled = data.departures.sel(place=[f"town_{i}" for i in range(CHAINS)])
    chance = 1 - np.exp(-0.2 * 0.5)
    error = np.sqrt(PEOPLE * chance * (1 - chance) / HISTORIES)
    assert abs(float(fled.isel(date=0).mean()) - PEOPLE * chance) < 5 * error
    assert (fled.isel(date=1) == 0).all()


@pytest.mark.statistical
def test_a_pause_stops_the_fighting_that_drives_people_out():
    events = (event("conflict", "town"), event("pause", "town", 1, 2))
    fighting = scenario(
        (town("town", 10_000), camp("camp")),
        (walk("town", "camp", 1),),
        events,
        days=4,
        values={"onset_rate_per_day": 0.2},
    )
    fled = simulate(fighting, members=5, seed=13).data.departures.sel(place="town").to_numpy()
    assert (fled[:, [0, 3]] > 0).all()
    assert (fled[:, [1, 2]] == 0).all()


@pytest.mark.statistical
def test_days_that_are_better_or_worse_spread_the_hazard_as_a_log_normal():
    # False alarm: 1e-6 (Kolmogorov-Smirnov). With 5 x 10^7 people the binomial adds less than 2e-3 to the spread.
    people, rate, sd = 50_000_000, 0.01, 0.4
    chains = leaking_chains(CHAINS, people, rate, values={"push_day_sd": sd})
    inside = still_inside(simulate(chains, members=20, seed=14).data, 0)
    hazard = -np.log(inside / people)
    assert stats.kstest(np.log(hazard / rate) / sd, "norm").pvalue > 1e-6


@pytest.mark.statistical
def test_the_push_wanders_with_the_stated_spread_and_memory():
    # False alarm: 2e-6 (five standard errors, over two spreads and one memory; 800 histories).
    people, rate, sd, memory = 50_000_000, 0.001, 0.6, 5.0
    chains = leaking_chains(CHAINS, people, rate, days=12, values={"push_sd": sd, "push_days": memory})
    data = simulate(chains, members=20, seed=15).data
    inside = data.inside.sel(place=[f"town_{i}" for i in range(CHAINS)]).transpose("date", ...).to_numpy()
    before = np.concatenate((np.full((1, *inside.shape[1:]), people), inside[:-1]))
    push = np.log(-np.log(inside / before) / rate).reshape(12, -1)
    spread = 5 * sd / np.sqrt(2 * push.shape[1])
    assert abs(push[0].std() - sd) < spread
    assert abs(push[-1].std() - sd) < spread
    kept = np.exp(-1 / memory)
    assert abs(np.corrcoef(push[5], push[6])[0, 1] - kept) < 5 * (1 - kept**2) / np.sqrt(push.shape[1])


@pytest.mark.statistical
def test_a_median_stated_with_a_factor_gives_each_history_a_rate_of_its_own():
    # False alarm: 1e-6 (Kolmogorov-Smirnov over 300 members).
    people, median, factor = 100_000_000, 0.01, 3.0
    stated = leaking_chains(1, people, LogNormal(median=median, within_factor=factor))
    inside = simulate(stated, members=300, seed=16).data.inside.sel(place="town_0").to_numpy()[:, 0]
    z = np.log(-np.log(inside / people) / median) / (np.log(factor) / stats.norm.ppf(0.95))
    assert stats.kstest(z, "norm").pvalue > 1e-6
