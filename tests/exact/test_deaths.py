"""Death takes each person with the stated hazard: worse in cold, after deprivation, in the open, by group."""

import numpy as np
import pytest

from corridor.engine.run.simulate import simulate
from corridor.scenario.scenario import Group
from tests.builders import camp, day, event, scenario, town, transit, waiting_chains, walk

CHAINS, MEMBERS, PEOPLE = 40, 50, 1_000
HISTORIES = CHAINS * MEMBERS


def same_mean(seen, chance, size=PEOPLE):
    """Say whether counts have the mean of a binomial, within five standard errors (false alarm 6e-7)."""
    return abs(seen.mean() - size * chance) < 5 * np.sqrt(size * chance * (1 - chance) / seen.size)


def in_the_open(*events, values=None, days=1, groups=None, capacity=None):
    """Return 40 transit centres, each with 1,000 people and no way on."""
    known = {} if capacity is None else {"capacity": capacity, "capacity_reported_on": day(0)}
    sites = [transit(f"site_{i}", PEOPLE, **known) for i in range(CHAINS)]
    more = {} if groups is None else {"groups": groups}
    return scenario(sites, (), events, days=days, values={"death_rate_waiting_per_day": 0.02, **(values or {})}, **more)


def deaths(stated, seed, members=MEMBERS):
    """Return the deaths of each place in each member, over all days."""
    return simulate(stated, members=members, seed=seed).data.deaths.sum("date").to_numpy().ravel()


@pytest.mark.statistical
@pytest.mark.parametrize("number", range(5))
def test_survivors_of_a_constant_hazard_decay_exponentially(number):
    stated = waiting_chains(CHAINS, PEOPLE, days=5, values={"death_rate_settled_per_day": 0.03})
    alive = simulate(stated, members=MEMBERS, seed=1).data.stock.isel(date=number).to_numpy().ravel()
    kept = np.exp(-0.03 * (number + 1))
    assert same_mean(alive, kept)
    assert abs(alive.var(ddof=1) / (PEOPLE * kept * (1 - kept)) - 1) < 5 * np.sqrt(2.1 / HISTORIES)


def test_the_dead_and_the_living_are_all_that_there_were():
    stated = waiting_chains(CHAINS, PEOPLE, days=5, values={"death_rate_settled_per_day": 0.03})
    data = simulate(stated, members=5, seed=2).data
    assert (data.stock + data.deaths.cumsum("date") == PEOPLE).all()
    assert (data.stock_by_group.sum("group") == data.stock).all()
    assert (data.deaths_by_group.sum("group") == data.deaths).all()


@pytest.mark.statistical
def test_half_the_hazard_is_half_the_deaths():
    # False alarm: 6e-7 (five standard errors); at these hazards the halves differ from a half by 1 in 4,000.
    whole = deaths(waiting_chains(CHAINS, 10_000, values={"death_rate_settled_per_day": 5e-4}), 3)
    half = deaths(waiting_chains(CHAINS, 10_000, values={"death_rate_settled_per_day": 2.5e-4}), 4)
    error = np.sqrt((whole.var() + 4 * half.var()) / HISTORIES)
    assert abs(whole.mean() - 2 * half.mean()) < 5 * error + whole.mean() / 4_000
    assert whole.mean() > half.mean() + 10 * error


@pytest.mark.statistical
@pytest.mark.parametrize(("factor", "subject"), [(3, None), (3, "everywhere"), (1, None)])
def test_cold_multiplies_the_hazard_in_the_open(factor, subject):
    subjects = [None] if subject is None else [f"site_{i}" for i in range(CHAINS)]
    cold = in_the_open(*(event("cold", name, 0, 0, factor) for name in subjects))
    assert same_mean(deaths(cold, 5), 1 - np.exp(-0.02 * factor))


@pytest.mark.statistical
def test_cold_elsewhere_or_on_other_days_changes_nothing():
    cold = in_the_open(event("cold", None, 1, 1, 9), event("cold", "site_0", 0, 0, 9), days=2)
    seen = simulate(cold, members=MEMBERS, seed=6).data.deaths.isel(date=0, place=slice(1, None)).to_numpy()
    assert same_mean(seen.ravel(), 1 - np.exp(-0.02))


@pytest.mark.statistical
def test_of_two_colds_the_worse_counts():
    cold = in_the_open(event("cold", None, 0, 0, 2), *(event("cold", f"site_{i}", 0, 0, 4) for i in range(CHAINS)))
    assert same_mean(deaths(cold, 7), 1 - np.exp(-0.02 * 4))


@pytest.mark.statistical
def test_cold_spares_those_who_have_settled_in_a_camp():
    cold = waiting_chains(
        CHAINS, PEOPLE, events=(event("cold", None, 0, 0, 50),), values={"death_rate_settled_per_day": 0.02}
    )
    assert same_mean(deaths(cold, 8), 1 - np.exp(-0.02))


@pytest.mark.statistical
def test_a_group_dies_by_its_own_multiple_of_the_hazard():
    groups = (Group(group="children", share=0.5), Group(group="adults", share=0.5))
    stated = in_the_open(values={"death_multiplier.children": 3.0}, groups=groups)
    data = simulate(stated, members=MEMBERS, seed=9).data.isel(date=0)
    for group, factor in (("children", 3), ("adults", 1)):
        seen = data.deaths_by_group.sel(group=group).to_numpy().ravel()
        assert same_mean(seen, 0.5 * (1 - np.exp(-0.02 * factor)))


def leaving_a_siege(**values):
    """Return 40 besieged towns that all but empty themselves on day 0 into a site in the open."""
    places, routes, events = [], [], []
    for i in range(CHAINS):
        places += [town(f"town_{i}", PEOPLE), transit(f"site_{i}")]
        routes.append(walk(f"town_{i}", f"site_{i}", 1))
        events.append(event("siege", f"town_{i}"))
    stated = {"leak_rate_per_day": 10.0, "death_rate_waiting_per_day": 0.02, **values}
    return scenario(places, routes, events, days=1, values=stated)


@pytest.mark.statistical
@pytest.mark.parametrize("factor", [1.0, 2.5])
def test_people_who_left_a_siege_run_the_risk_of_the_deprived(factor):
    stated = leaving_a_siege(deprivation_multiplier=factor)
    data = simulate(stated, members=MEMBERS, seed=10).data.sel(place=[f"site_{i}" for i in range(CHAINS)])
    out = 1 - np.exp(-10.0)
    assert same_mean(data.deaths.isel(date=0).to_numpy().ravel(), out * (1 - np.exp(-0.02 * factor)))


@pytest.mark.statistical
def test_deprivation_is_the_lot_of_those_alone_who_left_a_siege():
    besieged_elsewhere = scenario(
        (town("town", 10), *(transit(f"site_{i}", PEOPLE) for i in range(CHAINS))),
        (),
        (event("siege", "town"),),
        days=1,
        values={"death_rate_waiting_per_day": 0.02, "deprivation_multiplier": 9.0},
    )
    seen = simulate(besieged_elsewhere, members=MEMBERS, seed=11).data.deaths.isel(date=0, place=slice(1, None))
    assert same_mean(seen.to_numpy().ravel(), 1 - np.exp(-0.02))


@pytest.mark.statistical
def test_deprivation_wears_off_in_a_camp_at_the_stated_pace():
    # After k nights in the camp a share exp(-k / days) is still deprived; day 0 ends with one night.
    places, routes, events = [], [], [event("cold", None, 5, 5, 40)]
    for i in range(CHAINS):
        places += [town(f"town_{i}", PEOPLE), camp(f"camp_{i}")]
        routes.append(walk(f"town_{i}", f"camp_{i}", 1))
        events += [event("siege", f"town_{i}"), event("corridor", f"town_{i}", 0, 0, 1e6)]
    values = {
        "corridor_uptake_per_day": 10.0,
        "deprivation_multiplier": 3.0,
        "deprivation_days": 4.0,
        "death_rate_new_per_day": 1e-3,
        "new_days": 365.0,
    }
    stated = scenario(places, routes, events, days=6, values=values)
    data = simulate(stated, members=MEMBERS, seed=12).data.sel(place=[f"camp_{i}" for i in range(CHAINS)])
    deprived, new = np.exp(-5 / 4.0), np.exp(-5 / 365.0)
    chance = new * (deprived * (1 - np.exp(-0.12)) + (1 - deprived) * (1 - np.exp(-0.04)))
    before = data.stock.isel(date=4).to_numpy().ravel()
    seen = data.deaths.isel(date=5).to_numpy().ravel()
    # The few deaths of the days before thin out the deprived a little more: 1 in 500 at most.
    assert abs(seen.mean() - before.mean() * chance) < 5 * seen.std() / np.sqrt(seen.size) + seen.mean() / 500


@pytest.mark.statistical
def test_new_arrivals_settle_at_the_stated_pace():
    places, routes, events = [], [], []
    for i in range(CHAINS):
        places += [town(f"town_{i}"), camp(f"camp_{i}")]
        routes.append(walk(f"town_{i}", f"camp_{i}", 1))
        events += [event("inflow", f"town_{i}", 0, 0, PEOPLE), event("cold", f"camp_{i}", 3, 3, 100)]
    values = {"death_rate_new_per_day": 1e-3, "new_days": 2.0}
    data = simulate(scenario(places, routes, events, days=4, values=values), members=MEMBERS, seed=13).data
    seen = data.deaths.isel(date=3).sel(place=[f"camp_{i}" for i in range(CHAINS)]).to_numpy().ravel()
    chance = np.exp(-3e-3) * np.exp(-3 / 2.0) * (1 - np.exp(-0.1))
    assert same_mean(seen, chance)


@pytest.mark.statistical
def test_deaths_on_the_way_count_at_the_place_where_people_were_going():
    places, routes, events = [], [], []
    for i in range(CHAINS):
        places += [town(f"town_{i}"), camp(f"camp_{i}")]
        routes.append(walk(f"town_{i}", f"camp_{i}", 70))
        events.append(event("inflow", f"town_{i}", 0, 0, PEOPLE))
    values = {"death_rate_en_route_per_day": 0.02}
    data = simulate(scenario(places, routes, events, days=3, values=values), members=MEMBERS, seed=14).data
    dead = data.deaths.sum("date")
    assert (dead.sel(place=[f"town_{i}" for i in range(CHAINS)]) == 0).all()
    assert same_mean(dead.sel(place=[f"camp_{i}" for i in range(CHAINS)]).to_numpy().ravel(), 1 - np.exp(-0.02))
    assert (data.deaths.isel(date=1) == 0).all()


@pytest.mark.statistical
def test_the_besieged_die_by_a_hazard_of_their_own():
    besieged = [town(f"town_{i}", PEOPLE) for i in range(CHAINS)]
    sieges = [event("siege", f"town_{i}") for i in range(CHAINS)]
    values = {"death_rate_inside_per_day": 0.02}
    assert same_mean(deaths(scenario(besieged, (), sieges, days=1, values=values), 15), 1 - np.exp(-0.02))
    assert (deaths(scenario(besieged, (), (), days=1, values=values), 15) == 0).all()


@pytest.mark.statistical
@pytest.mark.parametrize(("capacity", "exposed"), [(0, 1.0), (400, 0.6), (999, 0.001)])
def test_a_transit_centre_shelters_as_many_as_it_can_hold(capacity, exposed):
    stated = in_the_open(values={"death_rate_new_per_day": 0.005}, capacity=capacity)
    assert same_mean(deaths(stated, 16), 1 - np.exp(-(exposed * 0.02 + (1 - exposed) * 0.005)))


@pytest.mark.parametrize("capacity", [1_000, 5_000])
def test_nobody_is_exposed_in_a_transit_centre_below_its_capacity(capacity):
    assert (deaths(in_the_open(capacity=capacity), 17) == 0).all()


@pytest.mark.statistical
def test_everybody_is_exposed_where_no_capacity_is_known():
    assert same_mean(deaths(in_the_open(), 18), 1 - np.exp(-0.02))
