from datetime import date

from corridor.needs.needs import estimate_needs

ORIGIN = date(2019, 3, 1)
THOUSAND = {("stock", "camp"): 1000}


def test_a_hundred_thousand_litres_last_a_thousand_people_six_days(
    make_forecast, make_scenario, make_supply, runout_of, need_on
):
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(make_supply(100_000)))
    assert runout_of(needs, "water") == (7, 7, 7)
    gaps = [need_on(needs, "water_gap", day=day)[1] for day in (1, 6, 7, 8)]
    assert gaps == [0, 0, 5_000, 15_000]


def test_the_same_water_lasts_longer_when_only_survival_is_served(make_forecast, make_scenario, make_supply, runout_of):
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(make_supply(100_000)))
    assert runout_of(needs, "water_survival") == (14, 14, 14)


def test_stock_that_is_just_enough_does_not_run_out(make_forecast, make_scenario, make_supply, runout_of):
    forecast = make_forecast(THOUSAND, days=14)
    soap = make_supply(1000 * 0.25 / 30 * 14, item="soap", unit="kg")
    needs = estimate_needs(forecast, make_scenario(make_supply(14 * 15_000), soap))
    assert runout_of(needs, "water") == (None, None, None)
    assert runout_of(needs, "soap") == (None, None, None)


def test_each_member_runs_out_on_its_own_day(make_forecast, make_scenario, make_supply, runout_of):
    people = {("stock", "camp"): [*[2000] * 3, *[1000] * 3, *[10] * 4]}
    needs = estimate_needs(make_forecast(people, members=10), make_scenario(make_supply(100_000)))
    assert runout_of(needs, "water") == (4, 7, None)


def test_a_delivery_in_time_puts_the_day_off(make_forecast, make_scenario, make_supply, runout_of, need_on):
    stocks = (make_supply(100_000), make_supply(30_000, kind="pipeline", reported_on=ORIGIN, date=date(2019, 3, 8)))
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(*stocks))
    assert runout_of(needs, "water") == (9, 9, 9)
    assert [need_on(needs, "water_gap", day=day)[1] for day in (7, 8, 9)] == [0, 0, 5_000]


def test_a_delivery_that_is_late_does_not_undo_the_days_without(
    make_forecast, make_scenario, make_supply, runout_of, need_on
):
    stocks = (make_supply(15_000), make_supply(30_000, kind="pipeline", reported_on=ORIGIN, date=date(2019, 3, 5)))
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(*stocks))
    assert runout_of(needs, "water") == (2, 2, 2)
    gaps = [need_on(needs, "water_gap", day=day)[1] for day in (1, 2, 3, 4, 5, 6)]
    assert gaps == [0, 15_000, 15_000, 0, 0, 15_000]


def test_what_comes_every_day_counts_from_the_day_it_begins(
    make_forecast, make_scenario, make_supply, runout_of, need_on
):
    stocks = (
        make_supply(30_000),
        make_supply(12_000, kind="per_day", reported_on=ORIGIN, date=date(2019, 3, 2), unit="litres/day"),
        make_supply(15_000, kind="per_day", reported_on=ORIGIN, date=date(2019, 3, 10)),
    )
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(*stocks))
    assert runout_of(needs, "water") == (None, None, None)
    fewer = estimate_needs(make_forecast(THOUSAND), make_scenario(make_supply(20_000), *stocks[1:2]))
    assert runout_of(fewer, "water") == (7, 7, 7)
    assert need_on(fewer, "water_gap", day=8) == (3_000, 3_000, 3_000)


def test_tents_are_short_once_more_are_needed_than_there_are(
    make_forecast, make_scenario, make_supply, runout_of, need_on
):
    growing = {("stock", "camp"): [[1000 + 50 * day for day in range(1, 15)]]}
    tents = make_supply(210, item="tents", unit="tents")
    needs = estimate_needs(make_forecast(growing, members=1), make_scenario(tents))
    assert runout_of(needs, "tents") == (2, 2, 2)
    assert need_on(needs, "tents_gap", day=1) == (0, 0, 0)
    assert need_on(needs, "tents_gap", day=14) == (130, 130, 130)


def test_a_tent_delivered_stays(make_forecast, make_scenario, make_supply, runout_of, need_on):
    stocks = (
        make_supply(150, item="tents", unit="tents"),
        make_supply(50, item="tents", unit="tents", kind="pipeline", reported_on=ORIGIN, date=date(2019, 3, 4)),
    )
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(*stocks))
    assert runout_of(needs, "tents") == (1, 1, 1)
    assert [need_on(needs, "tents_gap", day=day)[1] for day in (1, 2, 3, 14)] == [50, 50, 0, 0]


def test_arrivals_without_a_blanket_still_need_one_the_day_after(make_forecast, make_scenario, make_supply, need_on):
    blankets = make_supply(100, item="blankets", unit="blankets")
    needs = estimate_needs(make_forecast({("arrivals", "camp"): 60}), make_scenario(blankets))
    assert [need_on(needs, "blankets_gap", day=day)[1] for day in (1, 2, 3)] == [0, 20, 80]


def test_a_stock_that_nobody_counted_is_not_a_stock_of_zero(make_forecast, make_scenario, make_supply):
    unknown = estimate_needs(make_forecast(THOUSAND), make_scenario())
    assert unknown.runout_rows() == []
    assert not any(row["item"].endswith("_gap") for row in unknown.to_rows())
    zero = estimate_needs(make_forecast(THOUSAND), make_scenario(make_supply(0)))
    assert {row["item"] for row in zero.runout_rows()} == {"water", "water_survival"}


def test_a_pipeline_without_a_count_tells_no_run_out_but_is_noted(make_forecast, make_scenario, make_supply):
    pipeline = make_supply(500, kind="pipeline", reported_on=ORIGIN, date=date(2019, 3, 8))
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(pipeline))
    assert needs.runout_rows() == []
    assert any("water" in note and "on_site" in note for note in needs.notes)


def test_a_count_at_one_place_says_nothing_of_another(make_forecast, make_scenario, make_supply):
    people = THOUSAND | {("waiting", "screening"): 500}
    needs = estimate_needs(make_forecast(people), make_scenario(make_supply(100_000)))
    assert {row["place"] for row in needs.runout_rows()} == {"camp"}


def test_what_became_known_after_the_origin_is_not_used(make_forecast, make_scenario, make_supply, runout_of):
    late = make_supply(1e9, reported_on=date(2019, 3, 2))
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(make_supply(15_000), late))
    assert runout_of(needs, "water") == (2, 2, 2)


def test_a_delivery_not_said_to_be_known_by_then_is_left_out_and_noted(
    make_forecast, make_scenario, make_supply, runout_of
):
    stocks = (make_supply(100_000), make_supply(1e9, kind="pipeline", date=date(2019, 3, 3)))
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(*stocks))
    assert runout_of(needs, "water") == (7, 7, 7)
    assert any("3 March 2019" in note and "reported_on" in note for note in needs.notes)


def test_the_latest_count_is_used_and_stores_counted_together_add_up(
    make_forecast, make_scenario, make_supply, runout_of
):
    old = make_supply(1e9, date=date(2019, 2, 20))
    stores = (make_supply(45_000), make_supply(60_000, source="hospital"))
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(old, *stores))
    assert runout_of(needs, "water") == (8, 8, 8)
    assert needs.runout_rows()[0]["on_site"] == 105_000
    assert "hospital and water committee" in needs.runout_rows()[0]["source"]


def test_what_was_used_since_the_count_is_taken_off(make_forecast, make_scenario, make_supply, runout_of):
    past = {("stock", "camp"): [100, 1000, 5000]}
    stocks = (
        make_supply(100_000, date=date(2019, 2, 27)),
        make_supply(7_000, kind="pipeline", date=date(2019, 2, 27)),
    )
    needs = estimate_needs(make_forecast(THOUSAND, past=past), make_scenario(*stocks))
    assert runout_of(needs, "water") == (5, 5, 5)
    assert any("27 February 2019" in note for note in needs.notes)


def test_counts_of_different_days_are_each_followed_from_their_own_day(
    make_forecast, make_scenario, make_supply, runout_of
):
    past = {("stock", "camp"): 1000, ("stock", "screening"): 1000}
    stocks = (make_supply(100_000), make_supply(100_000, place="screening", date=date(2019, 2, 26)))
    people = THOUSAND | {("stock", "screening"): 1000}
    needs = estimate_needs(make_forecast(people, past=past), make_scenario(*stocks))
    assert runout_of(needs, "water") == (7, 7, 7)
    assert runout_of(needs, "water", place="screening") == (4, 4, 4)


def test_goods_for_which_there_is_no_figure_are_named_in_the_notes(make_forecast, make_scenario, make_supply):
    stoves = make_supply(12, item="stoves", unit="stoves")
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(stoves))
    assert any("stoves" in note for note in needs.notes)


def test_a_line_of_run_out_has_the_columns_of_its_file(make_forecast, make_scenario, make_supply):
    needs = estimate_needs(make_forecast(THOUSAND), make_scenario(make_supply(100_000)))
    row = needs.runout_rows()[0]
    assert list(row) == ["place", "item", "unit", "on_site", "p10", "p50", "p90", "source"]
    assert row["p50"] == date(2019, 3, 8)
    assert row["unit"] == "litres"
    assert "counted on 1 March 2019" in row["source"]
