"""Charts: the reports on them, the thresholds, and the days."""

from dataclasses import replace
from datetime import date

import pytest

from corridor.report.facts.context import report_context
from corridor.report.facts.series import series_table
from corridor.report.figures import charts
from corridor.report.figures.palette import PAPER
from corridor.report.figures.style import day_axis
from corridor.runs.folder import read_run
from corridor.runs.rows import QuantileRow
from tests.report.synthetic import make_run


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return report_context(read_run(make_run(tmp_path_factory.mktemp("figures") / "RUN")))


def rows_with(chart, field):
    datasets = chart.to_dict()["datasets"].values()
    return [row for rows in datasets for row in rows if field in row]


def signs(chart):
    return {(row["date"][5:], row["sign"]): row for row in rows_with(chart, "sign")}


def test_each_hedge_has_its_own_sign(told):
    found = signs(charts.camp_stock(told, "camp"))
    assert ("01-05", "circle") in found
    assert ("01-25", "triangle-up") in found
    assert ("01-28", "triangle-down") in found
    between = found["01-31", "circle"]
    assert (between["low"], between["value"], between["high"]) == (17_000, 18_000, 19_000)


def test_a_figure_given_as_about_has_a_range_around_it(told):
    row = signs(charts.camp_stock(told, "camp"))["01-20", "circle"]
    assert row["low"] < 13_000 < row["high"]


def test_exact_figures_are_dots_and_others_hollow(told):
    found = signs(charts.camp_stock(told, "camp"))
    assert found["01-05", "circle"]["fill"] == found["01-05", "circle"]["ink"]
    assert found["01-20", "circle"]["fill"] == PAPER


def test_figures_that_were_not_used_are_grey(told):
    found = signs(charts.camp_stock(told, "camp"))
    used = found["01-05", "circle"]["ink"]
    unused = {found[day, "circle"]["ink"] for day in ("01-15", "01-16", "02-05")}
    assert len(unused) == 1
    assert used not in unused


def test_a_count_over_days_is_drawn_at_its_daily_mean(told):
    (row,) = rows_with(charts.daily_arrivals(told, "camp"), "sign")
    assert row["value"] == pytest.approx(2000 / 7)
    assert row["first"] == "2020-01-25"


def test_bands_go_from_the_first_day_through_the_origin_to_the_last(told):
    days = [row["date"] for row in rows_with(charts.camp_stock(told, "camp"), "low0")]
    assert days[0] == "2020-01-01"
    assert days[-1] == "2020-02-29"
    assert len(days) == len(set(days)) == 60


def test_the_past_and_the_future_have_the_same_three_bands(told):
    rows = {row["date"]: row for row in rows_with(charts.camp_stock(told, "camp"), "low0")}
    bands = {f"{end}{rank}" for end in ("low", "high") for rank in range(3)}
    assert bands <= rows["2020-02-01"].keys()
    assert rows["2020-02-01"].keys() == rows["2020-02-02"].keys()
    series = told.series.find("stock", "camp")
    for day in (date(2020, 2, 1), date(2020, 2, 2)):
        drawn = rows[day.isoformat()]
        assert (drawn["low0"], drawn["high1"]) == pytest.approx((series.at(day, 0.025), series.at(day, 0.9)), rel=0.01)


def test_a_measure_that_the_run_does_not_have_is_no_figure(told):
    assert charts.waiting(told, "camp") is None
    assert charts.need_over_time(told, "camp", "helicopters") is None
    assert charts.death_rate(told, "camp", "under_five") is None


def test_death_rate_is_deaths_of_a_week_over_the_people_of_the_week(told):
    row = next(row for row in rows_with(charts.death_rate(told, "camp"), "rate") if row["words"] == "emergency")
    assert row["rate"] == 1
    rate = next(row for row in rows_with(charts.death_rate(told, "camp"), "middle") if row["date"] == "2020-02-01")
    assert rate["middle"] == pytest.approx(10_000 * 3 / (10_000 + 260 * 31), rel=0.01)
    assert rate["low"] < rate["middle"] < rate["high"]


def test_supplies_that_last_are_not_among_those_that_run_short(told):
    rows = rows_with(charts.runout_days(told), "late")
    assert [row["name"].partition(",")[0] for row in rows] == ["Water", "Food", "Toilets"]
    assert rows[2]["late"] == "2020-03-01"
    assert "after 29 Feb" in rows[2]["words"]


def test_quantiles_that_cross_are_put_in_order():
    day = date(2020, 1, 1)
    rows = [
        QuantileRow(day, "stock", 0, day, "camp", "quantile", level, value)
        for level, value in ((0.05, 10), (0.5, 30), (0.95, 20))
    ]
    levels = series_table(rows, []).find("stock", "camp").days[day]
    assert levels == {0.05: 10, 0.5: 20, 0.95: 30}


@pytest.mark.parametrize(("capacity", "is_drawn"), [(20_000, True), (90_000, False)])
def test_the_capacity_is_a_line_from_the_day_it_is_known_and_far_ones_are_left_out(tmp_path, capacity, is_drawn):
    run = make_run(tmp_path / "RUN")
    with (run / "scenario" / "events.csv").open("a", encoding="utf-8") as events:
        events.write(f"2020-01-10,,capacity_change,camp,{capacity},Camp office,\n")
    context = report_context(read_run(run))
    chart = charts.camp_stock(context, "camp")
    days = [row["date"] for row in rows_with(chart, "capacity") if "words" not in row]
    assert bool(days) is is_drawn
    assert not is_drawn or (days[0], days[-1]) == ("2020-01-10", context.end.isoformat())
    assert f"It can hold {capacity:,} on the last day." in chart.to_dict()["description"]
    assert not rows_with(charts.daily_arrivals(context, "camp"), "capacity")


def test_a_capacity_that_changes_is_named_at_both_ends_each_at_its_own_height(tmp_path):
    run = make_run(tmp_path / "RUN")
    with (run / "scenario" / "events.csv").open("a", encoding="utf-8") as events:
        events.write("2020-01-10,,capacity_change,camp,20000,Camp office,\n")
        events.write("2020-01-25,,capacity_change,camp,25000,Camp office,\n")
    chart = charts.camp_stock(report_context(read_run(run)), "camp")
    said = [(row["words"], row["capacity"]) for row in rows_with(chart, "capacity") if "words" in row]
    assert said == [("capacity 20,000", 20000), ("capacity 25,000", 25000)]


def test_a_long_history_is_drawn_from_a_year_before_the_origin_on_with_years_on_its_axis(told):
    scenario = replace(told.run.scenario, start=date(2012, 1, 1))
    long = replace(told, run=replace(told.run, scenario=scenario))
    chart = charts.camp_stock(long, "camp")
    first = chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"][0]
    assert (first["year"], first["month"], first["date"]) == (2019, 1, 31)
    assert day_axis(date(2019, 2, 1), date(2020, 2, 1)).to_dict()["axis"]["format"] == "%b %Y"
    assert day_axis(date(2020, 1, 1), date(2020, 2, 1)).to_dict()["axis"]["format"] == "%-d %b"
