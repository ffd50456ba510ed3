"""Networks by hand: how far a day goes under each law, who remembers a way, who is turned back, how many set out.

Where numbers are drawn, all members are added up and held against the closed form by chi-squared or by five
standard errors; the false-alarm rate is 1e-6 for each such test.
"""

import numpy as np
import pytest
from scipy import stats

from corridor.backtest.prescribed import simulate_prescribed
from corridor.engine.run.simulate import simulate
from corridor.errors import BoundsError
from corridor.scenario.presets import Preset
from tests.builders import along, camp, drive, event, marker, people, scenario, town, under
from tests.networks import counted

OWN, OLD, NEW = Preset.CORRIDOR, Preset.FLEE_3_1, Preset.FLEE_NEWEST
FLEE = (OLD, NEW)
EVERY = (OWN, *FLEE)
CROWD = 100_000
FALSE_ALARM = 1e-6
FAST = {"speed_vehicle_km_per_day": 200.0}


def crowd(places, routes, events=(), *, preset=NEW, days=5, values=None):
    """Return a scenario in which a crowd sets out from the first place on day 0."""
    inflow = event("inflow", places[0].place, 0, 0, CROWD)
    return under(preset, scenario(places, routes, (inflow, *events), days=days, values=values))


def line(*km, preset=NEW, days=5, values=None):
    """Return a crowd at the beginning of a line of towns that ends in a camp."""
    towns = [town(f"p{i}") for i in range(len(km))]
    places = (*towns, camp(f"p{len(km)}"))
    roads = [drive(f"p{i}", f"p{i + 1}", length) for i, length in enumerate(km)]
    return crowd(places, roads, preset=preset, days=days, values=values)


def told(stated, *, members=1, seed=1):
    """Return what happens."""
    return simulate(stated, members=members, seed=seed)


def comes_on(stated, place):
    """Return the day on which the whole crowd arrives in a place; None if it never does."""
    arrived = people(told(stated), "arrivals", place)[0]
    days = np.flatnonzero(arrived)
    assert (arrived[days] == CROWD).all()
    return int(days[0]) if days.size else None


def fits(seen, shares):
    """Say whether counted people fit the shares of a multinomial law; cells of no share are empty."""
    seen, shares = np.asarray(seen), np.asarray(shares)
    assert shares.sum() == pytest.approx(1.0)
    assert (seen[shares == 0] == 0).all()
    expected = shares[shares > 0] * seen.sum()
    return expected.size == 1 or stats.chisquare(seen[shares > 0], expected).pvalue > FALSE_ALARM


# --- a day's travel ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", FLEE)
@pytest.mark.parametrize(
    ("km", "comes"),
    [
        ((199,), 0),
        ((200,), 1),  # exactly a day's travel does not arrive
        ((399,), 1),
        ((400,), 2),
        ((50, 190), 0),  # the full day's travel again after the first arrival
        ((50, 300), 1),
        ((50, 399), 1),  # 200 km into the second route on the first day, not 150
        ((50, 400), 2),
        ((300, 190), 1),  # 100 km after a night on the way, then a full day's travel again
        ((300, 300), 2),
    ],
)
def test_under_flee_a_full_day_of_travel_begins_again_after_each_arrival(preset, km, comes):
    assert comes_on(line(*km, preset=preset, values=FAST), f"p{len(km)}") == comes


@pytest.mark.parametrize(
    ("km", "comes"),
    [((200,), 0), ((400,), 1), ((50, 190), 1), ((50, 150), 0), ((50, 350), 1), ((50, 375), 2), ((300, 100), 1)],
)
def test_under_corridors_own_law_what_is_used_up_of_a_day_is_used_up(km, comes):
    assert comes_on(line(*km, preset=OWN, values=FAST), f"p{len(km)}") == comes


@pytest.mark.parametrize(("preset", "reached"), [(OWN, "p3"), (OLD, "p4"), (NEW, "p4")])
def test_several_hops_of_60_km_fit_into_a_day_of_200_km(preset, reached):
    ensemble = told(line(*[60] * 6, preset=preset, values=FAST))
    # Corridor: 7 parts of 24 for each hop, three of them; the fourth ends on the way.  Flee: a hop begins below 200 km.
    stock = people(ensemble, "stock", reached, 0) + people(ensemble, "in_transit", "p4", 0)
    assert people(ensemble, "arrivals", reached, 0) == CROWD
    assert people(ensemble, "arrivals", f"p{int(reached[1]) + 1}", 0) == 0
    assert stock == CROWD


@pytest.mark.statistical
@pytest.mark.parametrize("preset", EVERY)
def test_a_line_with_a_chance_to_stay_has_the_distribution_worked_out_by_hand(preset):
    # 50 km, a town that 0.4 leave every day, 200 km (Flee) or 160 km (Corridor) at 200 km a day.
    second = 160 if preset is OWN else 300
    stated = line(50, second, preset=preset, days=5, values={**FAST, "move_chance_town.p1": 0.4})
    ensemble = told(stated, members=40, seed=2)
    for t in range(5):
        at_town = 0.6 ** (t + 1)
        # Flee: everyone who leaves spends a night on the way.  Corridor: only those who come through on day 0,
        # with 18 parts of the day left for a way of 19.
        on_the_way = 0.4 * 0.6**t if preset.is_flee or t == 0 else 0.0
        seen = [
            people(ensemble, measure, place, t).sum()
            for measure, place in (("stock", "p1"), ("in_transit", "p2"), ("stock", "p2"))
        ]
        assert fits(seen, [at_town, on_the_way, 1 - at_town - on_the_way]), t


@pytest.mark.parametrize(("preset", "comes"), [(OWN, 3), (OLD, 2), (NEW, 2)])
def test_who_starts_on_foot_walks_the_first_route_and_rides_the_second(preset, comes):
    # 100 km at 35 km a day end on the third day; 300 km by vehicle follow at once only where a full day begins again.
    values = {"start_on_foot": 1, "displaced_per_conflict_day": CROWD}
    stated = scenario(
        (town("home", 2 * CROWD), town("hub"), camp("camp")),
        (drive("home", "hub", 100), drive("hub", "camp", 300)),
        (event("conflict", "home", 0, 0),),
        values=values,
    )
    ensemble = told(under(preset, stated))
    assert people(ensemble, "arrivals", "hub")[0].tolist() == [0, 0, CROWD, 0, 0]
    assert people(ensemble, "arrivals", "camp")[0].argmax() == comes


@pytest.mark.parametrize("preset", EVERY)
def test_slow_days_make_nobody_faster_or_slower_who_starts_on_foot(preset):
    values = {"start_on_foot": 1, "displaced_per_conflict_day": CROWD, "walk_probability": 0.5}
    stated = scenario(
        (town("home", 2 * CROWD), camp("camp"), town("elsewhere")),
        (drive("home", "camp", 100),),
        (event("conflict", "home", 0, 0),),
        values=values,
    )
    ensemble = told(under(preset, stated))
    assert people(ensemble, "arrivals", "camp")[0].tolist() == [0, 0, CROWD, 0, 0]
    assert people(ensemble, "stock", "elsewhere").sum() == 0


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("preset", "shares"),
    [
        (OWN, [3 / 4, 3 / 16, 1 / 16, 0]),  # 90, 180 and 270 km on foot arrive
        (OLD, [3 / 4, 3 / 16, 3 / 64, 1 / 64]),  # 270 km on foot do not yet arrive
        (NEW, [3 / 4, 3 / 16, 3 / 64, 1 / 64]),
    ],
)
def test_each_day_on_a_route_goes_on_foot_with_its_chance(preset, shares):
    values = {"walk_probability.p0>p1": 0.25, "speed_foot_km_per_day": 90.0, "speed_vehicle_km_per_day": 360.0}
    ensemble = told(line(270, preset=preset, days=4, values=values), seed=3)
    assert fits(people(ensemble, "arrivals", "p1")[0], shares)


@pytest.mark.parametrize("preset", FLEE)
@pytest.mark.parametrize(
    ("first", "minds", "stays"),
    [
        (40, 0, True),
        (40, 1, False),
        (480, 1, False),  # index (0.5 + 120/360)/2 = 0.42
        (560, 1, True),  # index (0.5 + 200/360)/2 = 0.53
    ],
)
def test_nobody_who_travelled_little_of_late_stays_in_a_town_where_short_stints_are_avoided(
    preset, first, minds, stays
):
    values = {"avoid_short_stints": minds, "move_chance_town.p1": 0.0}
    ensemble = told(line(first, 40, preset=preset, values=values))
    assert people(ensemble, "stock", "p1", 4) == (CROWD if stays else 0)
    assert people(ensemble, "stock", "p2", 4) == (0 if stays else CROWD)


# --- ways of several hops ---------------------------------------------------------------------------------


def two_ahead(preset, chance, *, days, events=()):
    """Return a town, a hub 40 km away, and two camps 50 km beyond it; people look two places ahead."""
    return crowd(
        (town("home"), town("hub"), camp("one"), camp("two")),
        (drive("home", "hub", 40), drive("hub", "one", 50), drive("hub", "two", 50)),
        events,
        preset=preset,
        days=days,
        values={"awareness_level": 2, "move_chance_town.hub": chance, "conflict_weight": 1e-12},
    )


@pytest.mark.statistical
@pytest.mark.parametrize(("preset", "shares"), [(OLD, [1, 0, 0]), (NEW, [1 / 2, 1 / 4, 1 / 4])])
def test_a_remembered_way_carries_people_past_a_place_that_holds_others_except_in_flee_3_1(preset, shares):
    # Weights 1/(10 + 40), 1/(10 + 90) twice: half are bound for the hub, a quarter for each camp.
    ensemble = told(two_ahead(preset, 0.0, days=2), seed=4)
    for t in range(2):
        assert fits([people(ensemble, "stock", place, t).sum() for place in ("hub", "one", "two")], shares)


@pytest.mark.statistical
def test_who_waits_on_the_way_in_flee_3_1_still_remembers_where_to():
    # Fighting at one camp from day 1 on, which nobody then chooses any more.  Half go on every day: on day 0
    # half of those bound for it (1/8) and a quarter of the free (1/8); later the others who are bound: 1/16, 1/32.
    stated = two_ahead(OLD, 0.5, days=3, events=(event("conflict", "one", 1),))
    arrived = people(told(stated, seed=5), "arrivals", "one")[0]
    wanted = np.array([1 / 4, 1 / 16, 1 / 32])
    assert fits([*arrived, CROWD - arrived.sum()], [*wanted, 1 - wanted.sum()])


@pytest.mark.parametrize("preset", EVERY)
def test_where_people_are_aware_of_nothing_nobody_moves(preset):
    stated = line(40, 40, preset=preset, values={"awareness_level": 0})
    assert (people(told(stated), "stock", "p0") == CROWD).all()


@pytest.mark.statistical
@pytest.mark.parametrize("preset", EVERY)
def test_a_junction_costs_no_awareness_and_is_no_destination(preset):
    # One hop ahead: a camp 20 + 30 km away beyond a junction weighs as much as one 50 km away.
    stated = crowd(
        (town("home"), marker("fork"), camp("beyond"), camp("beside")),
        (drive("home", "fork", 20), drive("fork", "beyond", 30), drive("home", "beside", 50)),
        preset=preset,
        days=1,
        values={"awareness_level": 1},
    )
    ensemble = told(stated, seed=6)
    assert people(ensemble, "stock", "fork", 0) == 0
    assert fits([people(ensemble, "stock", place, 0).sum() for place in ("beyond", "beside")], [1 / 2, 1 / 2])


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("preset", "shares"), [(OWN, [2 / 5, 1 / 5, 2 / 5]), (OLD, [3 / 5, 0, 2 / 5]), (NEW, [3 / 5, 0, 2 / 5])]
)
def test_parallel_roads_each_weigh_and_under_flee_all_travel_on_the_first(preset, shares):
    stated = crowd(
        (town("home"), camp("camp"), camp("other")),
        (drive("home", "camp", 20, via="low"), drive("home", "camp", 50, via="high"), drive("home", "other", 20)),
        preset=preset,
        days=1,
    )
    ensemble = told(stated, seed=7)
    seen = [along(ensemble, road, 0).sum() for road in ("home>camp/low", "home>camp/high", "home>other")]
    assert fits(seen, shares)


@pytest.mark.statistical
def test_ways_that_weigh_less_than_the_best_by_more_than_the_threshold_are_left_out():
    # Weights 1/20, 1/40, 1/100 and a threshold of 3: the last is left out.
    stated = crowd(
        (town("home"), camp("near"), camp("far"), camp("farthest")),
        (drive("home", "near", 10), drive("home", "far", 30), drive("home", "farthest", 90)),
        days=1,
        values={"pruning_threshold": 3.0},
    )
    ensemble = told(stated, seed=8)
    seen = [people(ensemble, "stock", place, 0).sum() for place in ("near", "far", "farthest")]
    assert fits(seen, [2 / 3, 1 / 3, 0])


# --- closures and crowding --------------------------------------------------------------------------------


@pytest.mark.parametrize(("km", "last", "back"), [(700, None, 1), (1_000, None, 2), (1_000, 1, 2)])
@pytest.mark.parametrize("preset", FLEE)
def test_under_flee_people_are_turned_back_on_the_day_on_which_they_would_have_arrived(preset, km, last, back):
    places, routes = (town("home"), camp("camp")), (drive("home", "camp", km),)
    stated = crowd(places, routes, (event("closure", "home>camp", 1, last),), preset=preset)
    ensemble = told(stated)
    assert people(ensemble, "stock", "home")[0, : back + 1].tolist() == [0] * back + [CROWD]
    assert people(ensemble, "arrivals", "camp")[0, : back + 2].sum() == 0
    moving = people(ensemble, "in_transit", "home")[0] + people(ensemble, "in_transit", "camp")[0]
    assert moving[: back + 1].tolist() == [CROWD] * back + [0]


def test_under_corridors_own_law_people_turn_back_at_once():
    places, routes = (town("home"), camp("camp")), (drive("home", "camp", 1_000),)
    ensemble = told(crowd(places, routes, (event("closure", "home>camp", 1),), preset=OWN))
    assert people(ensemble, "stock", "home")[0].tolist() == [0, CROWD, CROWD, CROWD, CROWD]


@pytest.mark.parametrize("preset", FLEE)
@pytest.mark.parametrize(("a_day", "inside"), [(7, 952), (30, 960), (40, 960), (100, 1_000)])
def test_under_flee_a_camp_turns_people_away_above_95_percent_and_nobody_is_lost(preset, a_day, inside):
    stated = scenario(
        (town("home"), camp("camp", capacity=1_000)),
        (drive("home", "camp", 10),),
        (event("inflow", "home", 0, None, a_day),),
        days=150,
        values={"capacity_buffer": 0.9},
    )
    ensemble = told(under(preset, stated), members=2)
    at_home, in_camp = (people(ensemble, "stock", place) for place in ("home", "camp"))
    assert (at_home + in_camp == a_day * np.arange(1, 151)).all()
    assert (in_camp[:, -1] == inside).all()


@pytest.mark.parametrize(
    ("values", "inside"),
    [
        ({}, 98),
        ({"capacity_scaling.camp": 2.0}, 194),
        ({"day0_counted_twice.camp": 50}, 50),
        ({"day0_counted_twice.camp": 100}, 210),  # a capacity below 1 is none
        ({"capacity_growth_per_day.camp": 2}, 162),  # full from day 15 to day 17, then all who wait go
    ],
)
def test_the_capacity_of_a_camp_is_scaled_counted_and_grows_as_stated(values, inside):
    # 8 people a day for 25 days; they go while the camp is not above 95 percent.
    stated = scenario(
        (town("home"), camp("camp", 10, capacity=100)),
        (drive("home", "camp", 10),),
        (event("inflow", "home", 0, None, 8),),
        days=25,
        values=values,
    )
    assert people(told(under(NEW, stated)), "stock", "camp", 24) == inside


# --- setting out ------------------------------------------------------------------------------------------

TOWNS = (("north", 1_000, 1.0), ("east", 3_000, 0.5), ("west", 500, 2.0), ("calm", 4_000, 0.0))


def fought_over(values, *, days=3, preset=NEW, first=0):
    """Return four towns, three of which are fought over, and a camp that all can reach on the same day."""
    return under(
        preset,
        scenario(
            (*(town(name, count) for name, count, _ in TOWNS), camp("camp")),
            [drive(name, "camp", 50) for name, *_ in TOWNS],
            [event("conflict", name, first, None, level) for name, _, level in TOWNS if level],
            days=days,
            values=values,
        ),
    )


@pytest.mark.statistical
@pytest.mark.parametrize("preset", EVERY)
def test_given_numbers_set_out_in_proportion_to_residents_and_fighting(preset):
    reports = counted("camp", (0, 2_000, 1_500, 2_500))
    found = simulate_prescribed(
        fought_over({"take_from_population": 0}, days=4, preset=preset), reports, members=50, seed=9
    )
    assert (people(found, "stock", "camp") == [0, 2_000, 2_000, 2_500]).all()  # 500 are owed first
    weights = np.array([count * level for _, count, level in TOWNS])
    assert fits([along(found, f"{name}>camp").sum() for name, *_ in TOWNS], weights / weights.sum())


def test_where_residents_run_out_the_others_who_set_out_join():
    reports = counted("camp", (0, 10_000))
    found = simulate_prescribed(fought_over({"take_from_population": 1}, days=2), reports, members=3, seed=10)
    assert (people(found, "stock", "camp", 1) == 10_000).all()


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"displaced_per_conflict_day": 101}, {"north": [101] * 3, "east": [50] * 3, "west": [202] * 3}),
        (
            {"displaced_share_per_conflict_day": 0.1},
            {"north": [100] * 3, "east": [150] * 3, "west": [100] * 3},
        ),
        (
            {"displaced_share_per_conflict_day": 0.1, "take_from_population": 1},
            {"north": [100, 90, 81], "east": [150, 142, 135], "west": [100, 80, 64]},
        ),
    ],
)
@pytest.mark.parametrize("preset", EVERY)
def test_each_day_of_fighting_drives_out_a_number_or_a_share_rounded_down(preset, values, wanted):
    found = told(fought_over({"take_from_population": 0, **values}, preset=preset), members=2)
    for name, counts in wanted.items():
        assert (along(found, f"{name}>camp") == counts).all()
    assert (along(found, "calm>camp") == 0).all()


@pytest.mark.statistical
def test_the_number_driven_out_can_be_a_poisson_number():
    stated = fought_over({"displaced_per_conflict_day": 6, "displaced_poisson": 1, "take_from_population": 0}, days=100)
    found = told(stated, members=20, seed=11)
    for name, _, level in TOWNS[:3]:
        seen = along(found, f"{name}>camp").ravel()
        cells = np.arange(30)
        law = stats.poisson(6 * level)
        low, high = law.ppf(0.01), law.ppf(0.99)
        counted = [(np.clip(seen, low, high) == k).sum() for k in cells if low <= k <= high]
        shares = [law.cdf(low), *(law.pmf(k) for k in cells if low < k < high), law.sf(high - 1)]
        assert fits(counted, shares), name


@pytest.mark.statistical
@pytest.mark.parametrize(("preset", "late"), [(OWN, 0), (OLD, 1), (NEW, 1)])
def test_fighting_that_goes_on_drives_out_fewer_and_flee_notices_a_day_later(preset, late):
    # West has been fought over from day 0, north from day 4 on: factors 1 and 1/4, of three days each.
    values = {"conflict_decay.0": 1.0, "conflict_decay.1": 0.25, "conflict_decay_days": 3, "take_from_population": 0}
    stated = scenario(
        (town("north", 1_000), town("west", 1_000), camp("camp")),
        (drive("north", "camp", 50), drive("west", "camp", 50)),
        (event("conflict", "west", 0), event("conflict", "north", 4)),
        days=11,
        values=values,
    )
    reports = counted("camp", [1_000 * t for t in range(11)])
    found = simulate_prescribed(under(preset, stated), reports, members=30, seed=12)
    north = [0 if t < 4 else 1.0 if t < 7 + late else 0.25 for t in range(11)]
    west = [1.0 if t < 3 + late else 0.25 for t in range(11)]
    for t in range(1, 11):
        seen = [along(found, f"{name}>camp", t).sum() for name in ("north", "west")]
        assert fits(seen, np.array([north[t], west[t]]) / (north[t] + west[t])), t


def test_people_who_go_back_and_forth_more_often_than_can_be_counted_are_refused():
    """Two thousand million people on a road of 500 m: their moves of a day wrapped into negative numbers."""
    towns = (town("one", 10**9), town("two", 10**9))
    fighting = tuple(event("conflict", place.place, 0, 2, 1.0) for place in towns)
    restless = {"onset_rate_per_day": 5.0, "move_chance_town": 1.0}
    roads = (drive("one", "two", 0.5, both_ways=True),)
    with pytest.raises(BoundsError, match="more people arrive at a place, or leave it, in one day than can be counted"):
        simulate(scenario(towns, roads, fighting, days=2, values=restless), members=1, seed=1)
