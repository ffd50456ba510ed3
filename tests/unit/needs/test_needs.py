import math
from datetime import date

import numpy as np
import pytest

from corridor.errors import ScenarioError
from corridor.needs.needs import estimate_needs
from corridor.needs.standards import load_standards


def test_a_thousand_people_need_fifteen_thousand_litres_a_day(make_forecast, make_scenario, need_on):
    needs = estimate_needs(make_forecast({("stock", "camp"): 1000}), make_scenario())
    assert need_on(needs, "water") == (15_000, 15_000, 15_000)


@pytest.mark.parametrize(("people", "toilets"), [(0, 0), (1, 1), (50, 1), (51, 2), (1000, 20), (1001, 21)])
def test_a_toilet_is_needed_for_every_fifty_people_begun(make_forecast, make_scenario, need_on, people, toilets):
    needs = estimate_needs(make_forecast({("stock", "camp"): people}), make_scenario())
    assert need_on(needs, "latrines") == (toilets, toilets, toilets)


@pytest.mark.parametrize(
    ("item", "quantity"),
    [
        ("water_survival", 7_500),
        ("water_losses", round(15_000 * 0.35 / 0.65, 3)),
        ("water_survival_losses", round(7_500 * 0.35 / 0.65, 3)),
        ("water_trucks", 3),
        ("water_survival_trucks", 2),
        ("taps", 4),
        ("latrines_long_term", 50),
        ("soap", round(1000 * 0.25 / 30, 3)),
        ("food_energy", 2_100_000),
        ("food", 555),
        ("food_trucks", 1),
        ("covered_area", 3_500),
        ("covered_area_cold", 4_500),
        ("tents", 200),
        ("site_area", 45_000),
        ("doctors", 1),
        ("nurses", 1),
        ("beds", 1),
    ],
)
def test_the_needs_of_a_thousand_people_are_as_worked_out_by_hand(
    make_forecast, make_scenario, need_on, item, quantity
):
    needs = estimate_needs(make_forecast({("stock", "camp"): 1000}), make_scenario())
    assert need_on(needs, item) == (quantity, quantity, quantity)


def test_nobody_needs_nothing(make_forecast, make_scenario):
    rows = estimate_needs(make_forecast(), make_scenario()).to_rows()
    assert rows
    assert {row[level] for row in rows for level in ("p10", "p50", "p90")} == {0}


def test_people_who_wait_are_part_of_the_stock_and_served_once(make_forecast, make_scenario, need_on):
    people = {("stock", "screening"): 400, ("waiting", "screening"): 300}
    needs = estimate_needs(make_forecast(people), make_scenario())
    assert need_on(needs, "water", place="screening") == (6_000, 6_000, 6_000)
    assert need_on(needs, "blankets_on_the_way", place="screening") == (400, 400, 400)


def test_blankets_for_new_arrivals_add_up_over_the_days(make_forecast, make_scenario, need_on):
    people = {("arrivals", "camp"): 40, ("stock", "camp"): 5000}
    needs = estimate_needs(make_forecast(people), make_scenario())
    assert [need_on(needs, "blankets", day=day)[1] for day in (1, 2, 14)] == [40, 80, 560]


def test_households_are_formed_of_all_who_came_and_not_day_by_day(make_forecast, make_scenario, need_on):
    needs = estimate_needs(make_forecast({("arrivals", "camp"): 1}), make_scenario())
    found = [need_on(needs, "water_containers", day=day)[1] for day in (1, 2, 3, 5, 6)]
    assert found == [math.ceil(2 * people / 5) for people in (1, 2, 3, 5, 6)]


def test_another_household_size_changes_what_is_given_to_households(make_forecast, make_scenario, need_on):
    sphere = load_standards("sphere-2018")
    larger = sphere.model_copy(update={"household": sphere.household.model_copy(update={"size": 6.0})})
    forecast = make_forecast({("stock", "camp"): 1200})
    assert need_on(estimate_needs(forecast, make_scenario(), standards=larger), "tents") == (200, 200, 200)
    assert need_on(estimate_needs(forecast, make_scenario()), "tents") == (240, 240, 240)


def test_towns_have_no_needs_of_a_camp(make_forecast, make_scenario):
    rows = estimate_needs(make_forecast({("stock", "town"): 900}), make_scenario()).to_rows()
    assert {row["place"] for row in rows} == {"camp", "screening"}


def test_a_site_is_not_laid_out_where_people_only_pass_through(make_forecast, make_scenario):
    rows = estimate_needs(make_forecast({("waiting", "screening"): 900}), make_scenario()).to_rows()
    assert "site_area" not in {row["item"] for row in rows if row["place"] == "screening"}


def test_quantiles_rise_with_their_level(make_forecast, make_scenario, make_supply):
    chance = np.random.default_rng(7)
    people = {
        ("stock", "camp"): chance.integers(0, 5000, size=(50, 14)),
        ("arrivals", "camp"): chance.integers(0, 300, size=(50, 14)),
        ("waiting", "screening"): chance.integers(0, 900, size=(50, 14)),
    }
    stocks = (make_supply(300_000), make_supply(700, item="blankets", unit="blankets"))
    needs = estimate_needs(make_forecast(people, members=50), make_scenario(*stocks))
    assert all(row["p10"] <= row["p50"] <= row["p90"] for row in needs.to_rows())
    assert any(row["p10"] < row["p90"] for row in needs.to_rows())
    last = date.max
    assert all((r["p10"] or last) <= (r["p50"] or last) <= (r["p90"] or last) for r in needs.runout_rows())


def test_whole_things_stay_whole_in_every_quantile(make_forecast, make_scenario):
    people = {("stock", "camp"): [10, 333, 777, 1234]}
    rows = estimate_needs(make_forecast(people, members=4), make_scenario()).to_rows()
    whole = {row.item for row in load_standards("sphere-2018").items if row.is_whole}
    assert all(isinstance(row["p50"], int) for row in rows if row["item"] in whole)


def test_each_line_says_by_which_figure_and_whose(make_forecast, make_scenario):
    rows = estimate_needs(make_forecast({("stock", "camp"): 1000}), make_scenario()).to_rows()
    water = next(row for row in rows if row["item"] == "water")
    assert list(water) == ["date", "place", "item", "unit", "p10", "p50", "p90", "standard", "source"]
    assert water["unit"] == "litres/day"
    assert water["standard"] == "15 litres per person per day"
    assert "Sphere" in water["source"]
    assert "read at second hand" in water["source"]
    assert all(row["standard"] and row["source"] for row in rows)


def test_losses_are_stated_apart_and_not_in_the_need(make_forecast, make_scenario, need_on):
    needs = estimate_needs(make_forecast({("stock", "camp"): 1000}), make_scenario())
    lost = need_on(needs, "water_losses")[1]
    assert lost / (lost + need_on(needs, "water")[1]) == pytest.approx(0.35, abs=1e-6)


def test_lines_come_in_order_of_date_and_place(make_forecast, make_scenario):
    rows = estimate_needs(make_forecast(), make_scenario()).to_rows()
    order = [(row["date"], row["place"]) for row in rows]
    assert order == sorted(order)
    assert order[0][0] == date(2019, 3, 2)


def test_stocks_in_another_unit_are_refused_all_at_once(make_forecast, make_scenario, make_supply):
    stocks = (make_supply(40, unit="m3"), make_supply(3, item="food", unit="tonnes"))
    with pytest.raises(ScenarioError) as caught:
        estimate_needs(make_forecast(), make_scenario(*stocks))
    assert ["litres" in problem.fix for problem in caught.value.problems] == [True, False]
    assert len(caught.value.problems) == 2


def test_second_hand_figures_and_assumptions_are_named_in_the_notes(make_forecast, make_scenario):
    notes = estimate_needs(make_forecast(), make_scenario()).notes
    assert any("second hand" in note and "Water" in note for note in notes)
    assert any("nobody's standard" in note and "Tents" in note for note in notes)
