"""Standard normal numbers become the values of parameters, and values become arrays."""

import math

import numpy as np
import pytest
from scipy import stats

from corridor.engine.compile.compile import compile_scenario
from corridor.engine.compile.rates import Values, own_parameter, prior_values, rates_of, uncertain_parameters
from corridor.scenario.parameters import DEFINITIONS, Beta, Fixed, LogNormal, Normal, Uniform
from corridor.scenario.scenario import Group
from tests.builders import camp, compiled_rates, drive, event, parameter, scenario, screening, town, walk

Z = np.linspace(-4, 4, 81)
LOG_SD = math.log(3) / stats.norm.ppf(0.95)


@pytest.mark.parametrize(
    ("key", "prior", "law"),
    [
        ("population", LogNormal(median=9_000, within_factor=3), stats.lognorm(LOG_SD, scale=9_000)),
        ("population", Normal(mean=9_000, sd=500), stats.norm(9_000, 500)),
        ("population", Uniform(low=2_000, high=8_000), stats.uniform(2_000, 6_000)),
        ("held_fraction", Beta(mean=0.3, sd=0.1), stats.beta(0.3 * 20, 0.7 * 20)),
        ("held_fraction", Beta(mean=0.02, sd=0.03), stats.beta(0.02 * 20.7777777778, 0.98 * 20.7777777778)),
    ],
)
def test_a_value_is_the_quantile_of_its_prior_at_the_probability_of_its_number(key, prior, law):
    assert prior_values(parameter(key, prior), Z) == pytest.approx(law.ppf(stats.norm.cdf(Z)), rel=1e-6)


def test_nine_tenths_of_a_log_normal_lie_within_its_factor():
    prior = parameter("population", LogNormal(median=1_000, within_factor=4))
    assert prior_values(prior, stats.norm.ppf([0.05, 0.5, 0.95])) == pytest.approx([250, 1_000, 4_000])


def test_a_beta_has_its_mean_and_its_standard_deviation():
    numbers = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    values = prior_values(parameter("held_fraction", Beta(mean=0.3, sd=0.1)), numbers)
    assert values.mean() == pytest.approx(0.3, abs=1e-5)
    assert values.std() == pytest.approx(0.1, abs=1e-4)


def test_a_fixed_value_is_itself_whatever_the_number():
    assert prior_values(parameter("population", 123.0), Z).tolist() == [123.0] * Z.size


@pytest.mark.parametrize(
    ("key", "prior"),
    [
        ("held_fraction", Normal(mean=0.5, sd=5.0)),
        ("new_days", LogNormal(median=10, within_factor=1_000)),
        ("deprivation_multiplier", Uniform(low=-5, high=5_000)),
        ("leak_rate_per_day", Fixed(value=50.0)),
    ],
)
def test_values_stay_within_the_bounds_of_their_definition(key, prior):
    known, values = DEFINITIONS[key], prior_values(parameter(key, prior), Z)
    assert values.min() >= known.low
    assert values.max() <= known.high
    assert {known.low, known.high} & set(values.tolist())


def towns(*, values):
    """Return two besieged towns with unknown corridors, each with a screening point of unknown rate."""
    places = (town("one", None), town("two", None), screening("ridge"), screening("gate"), camp("camp"))
    routes = (walk("one", "ridge"), walk("two", "gate"), drive("ridge", "camp"), drive("gate", "camp"))
    events = [event(kind, place) for place in ("one", "two") for kind in ("siege", "corridor")]
    events += [event("transport", f"{place}>camp", 0) for place in ("ridge", "gate")]
    return scenario(places, routes, events, values=values)


SINGLES = {
    "population": ("one", "two"),
    "corridor_capacity_per_day": ("one", "two"),
    "screening_rate_per_day": ("ridge", "gate"),
    "seats_per_day": ("ridge>camp", "gate>camp"),
}


@pytest.mark.parametrize(("name", "subjects"), SINGLES.items())
def test_what_each_subject_has_for_itself_is_drawn_for_each(name, subjects):
    found = compile_scenario(towns(values={name: LogNormal(median=500, within_factor=3)}))
    keys = uncertain_parameters(found).keys
    assert [key for key in keys if key.startswith(name)] == [f"{name}.{subject}" for subject in subjects]
    values = Values(found.scenario, uncertain_parameters(found), np.eye(len(keys)))
    one, two = values.many(name, list(subjects)).T
    assert not np.allclose(one, two)


@pytest.mark.parametrize("name", ["leak_rate_per_day", "corridor_uptake_per_day", "push_sd"])
def test_what_is_stated_for_all_is_drawn_once(name):
    found = compile_scenario(towns(values={name: LogNormal(median=0.1, within_factor=3)}))
    assert [key for key in uncertain_parameters(found).keys if key.startswith(name)] == [name]
    values = Values(
        found.scenario, uncertain_parameters(found), np.full((3, len(uncertain_parameters(found).keys)), 1.0)
    )
    one, two = values.many(name, ["one", "two"]).T
    assert (one == two).all()


def test_a_parameter_of_ones_own_comes_before_the_one_for_all():
    found = compile_scenario(
        towns(values={"leak_rate_per_day": 0.1, "leak_rate_per_day.two": LogNormal(median=0.2, within_factor=2)})
    )
    keys = uncertain_parameters(found).keys
    assert "leak_rate_per_day.two" in keys
    assert "leak_rate_per_day" not in keys
    values = Values(found.scenario, uncertain_parameters(found), np.zeros((2, len(keys))))
    assert values.one("leak_rate_per_day", "one").tolist() == [0.1, 0.1]
    assert values.one("leak_rate_per_day", "two") == pytest.approx([0.2, 0.2])


def test_a_parameter_that_nothing_asks_for_is_not_drawn():
    prior = LogNormal(median=0.1, within_factor=3)
    names = ("leak_rate_per_day", "corridor_capacity_per_day", "screening_rate_per_day", "onset_rate_per_day")
    quiet = scenario((town("town", 5), camp("camp")), (walk("town", "camp"),), values=dict.fromkeys(names, prior))
    assert not set(names) & {row.name for row in uncertain_parameters(compile_scenario(quiet)).parameters}


def test_a_fixed_parameter_is_not_drawn():
    stated = towns(values=dict.fromkeys(SINGLES, 7.0))
    assert uncertain_parameters(compile_scenario(stated)).keys == ()


def test_no_parameter_is_drawn_twice():
    prior = LogNormal(median=0.1, within_factor=3)
    names = [name for name, known in DEFINITIONS.items() if not known.must_be_fixed and known.low < 0.1 < known.high]
    keys = uncertain_parameters(compile_scenario(towns(values=dict.fromkeys(names, prior)))).keys
    assert len(keys) == len(set(keys))
    assert len(keys) > 20


def test_a_general_prior_of_a_place_gets_the_place_as_its_subject():
    stated = towns(values={"population": LogNormal(median=500, within_factor=3)})
    assert own_parameter(stated, "population", "one").key == "population.one"
    assert own_parameter(stated, "leak_rate_per_day", "one").key == "leak_rate_per_day"


def test_a_stated_population_is_taken_as_it_is():
    compiled, rates = compiled_rates(scenario((town("town", 321), camp("camp"))), members=2)
    assert rates.place.initial.tolist() == [[321, 0], [321, 0]]
    assert compiled.scenario.places[1].population == 0


def test_a_camp_of_which_nothing_is_known_begins_empty():
    _, rates = compiled_rates(scenario((camp("camp", None),)))
    assert rates.place.initial.tolist() == [[0.0]]


def test_a_camp_whose_population_has_a_prior_begins_with_it():
    _, rates = compiled_rates(scenario((camp("camp", None),), values={"population.camp": 4_321.0}))
    assert rates.place.initial.tolist() == [[4_321.0]]


def test_rates_of_leaving_a_camp_add_up_and_become_a_chance():
    values = {"departure_rate_per_day": 0.02, "return_rate_per_day.camp": 0.03}
    _, rates = compiled_rates(scenario((camp("camp"), camp("other")), values=values))
    assert rates.place.depart[0] == pytest.approx([1 - math.exp(-0.05), 1 - math.exp(-0.02)])


def test_memories_in_days_become_shares_kept_and_chances_a_day():
    values = {"push_days": 10.0, "pull_days": 20.0, "new_days": 5.0, "deprivation_days": 4.0}
    _, rates = compiled_rates(scenario((camp("camp"),), values=values))
    member = rates.member[0]
    assert member.push_keep == pytest.approx(math.exp(-0.1))
    assert member.pull_keep == pytest.approx(math.exp(-0.05))
    assert member.settle == pytest.approx(1 - math.exp(-0.2))
    assert member.recover == pytest.approx(1 - math.exp(-0.25))


def test_hazards_stand_by_class_of_exposure_and_home_has_none():
    values = {
        f"death_rate_{name}_per_day": 0.1 * (i + 1)
        for i, name in enumerate(("inside", "en_route", "waiting", "new", "settled"))
    }
    _, rates = compiled_rates(scenario((camp("camp"),), values=values))
    assert rates.hazard[0].tolist() == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_groups_have_fractions_and_multiples_of_their_own():
    groups = (Group(group="children", share=0.3), Group(group="adults", share=0.7))
    values = {"held_fraction.adults": 0.25, "death_multiplier.children": 3.0}
    _, rates = compiled_rates(scenario((camp("camp"),), groups=groups, values=values))
    assert rates.group.held[0].tolist() == [0.0, 0.25]
    assert rates.group.frailty[0].tolist() == [3.0, 1.0]


def test_the_chance_to_move_on_is_that_of_the_kind_of_place():
    values = {"move_chance_town": 0.1, "move_chance_transit": 0.2, "move_chance_camp": 0.3}
    _, rates = compiled_rates(scenario((town("town"), screening("ridge"), camp("camp")), values=values))
    assert rates.place.move[0].tolist() == [0.1, 0.2, 0.3]


def test_each_member_has_rates_of_its_own_numbers():
    stated = towns(values={"leak_rate_per_day": LogNormal(median=0.1, within_factor=3)})
    compiled = compile_scenario(stated)
    uncertain = uncertain_parameters(compiled)
    z = np.zeros((3, len(uncertain.parameters)))
    z[:, uncertain.keys.index("leak_rate_per_day")] = stats.norm.ppf([0.05, 0.5, 0.95])
    rates = rates_of(compiled, uncertain, z)
    assert rates.place.leak[:, 0] == pytest.approx([0.1 / 3, 0.1, 0.3])


def test_where_fewer_people_move_on_more_an_empty_place_counts_as_one_of_a_single_person():
    values = {"move_chance_population_power": -0.5, "move_chance_population_base": 100.0, "move_chance_town": 0.01}
    _, rates = compiled_rates(scenario((town("empty", 0), town("one", 1), town("usual", 100)), values=values))
    assert rates.place.move[0] == pytest.approx([0.1, 0.1, 0.01])
