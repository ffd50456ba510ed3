"""RUN folders: what is in them, what is said of them, and that they are whole."""

import csv
import json
import re
from importlib.resources import files

import pytest
import xarray as xr

from corridor.runs.folder import read_run
from tests.cli.driving import FEW, KNOWN_BY, SOON, TABLES, change, command, contents, forecast


@pytest.fixture(scope="module")
def again(siege, tmp_path_factory):
    """Return the RUN folder of the same command as `made`, given anew for machines, without its page."""
    folder = tmp_path_factory.mktemp("again") / "RUN"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corridor.report.pages.report_page.write_report", lambda folder, **_: folder)
        return folder, forecast(siege, folder, "--workers", 1, "--json")


@pytest.fixture(scope="module")
def short(siege, tmp_path_factory):
    """Return the RUN folder of a forecast of few days, without its page."""
    folder = tmp_path_factory.mktemp("short") / "RUN"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("corridor.report.pages.report_page.write_report", lambda folder, **_: folder)
        assert forecast(siege, folder, *SOON).code == 0
    return folder


def rows(path):
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_forecast_leaves_everything_that_the_report_needs(made, siege):
    folder, _ = made
    names = {path.name for path in folder.iterdir()}
    others = {"run.json", "scenario", "ensemble.nc", "report.html", "people.csv", "forecast.xlsx"}
    assert names == {*others, *(f"{table}.csv" for table in TABLES)}
    assert contents(folder / "scenario") == contents(siege)
    run = read_run(folder)
    assert (run.origin_date.isoformat(), run.horizon_days) == (KNOWN_BY, 28)
    assert {row.horizon for row in run.forecast} == set(range(1, 29))
    assert max(row.horizon for row in run.past) == 0
    assert run.posterior
    assert run.needs


def test_run_json_tells_how_to_make_the_run_again(made, siege):
    facts = json.loads((made[0] / "run.json").read_text(encoding="utf-8"))
    arguments = {"scenario": str(siege), "known_by": KNOWN_BY, "days": 28, "with": None, "members": FEW, "seed": 7}
    assert next(iter(facts.items())) == ("schema_version", 1)
    assert facts["arguments"] == {**arguments, "standards": "sphere-2018", "workers": 1}
    assert facts["inputs"].keys() == contents(siege).keys()
    assert facts["timings_s"].keys() >= {"calibrate", "forecast", "needs"}
    assert facts["effective_sample_size"] > 0
    assert facts["version"]


def test_the_people_of_the_last_day_are_those_of_today_and_who_came_less_who_went(made):
    comes, goes = ("arrivals", "other_arrivals", "rest"), ("departures", "deaths", "other_departures")
    run = read_run(made[0])
    assert {row.place for row in run.balance} >= {"plain_camp", "old_town"}
    for row in run.balance:
        change = sum(getattr(row, name) for name in comes) - sum(getattr(row, name) for name in goes)
        assert row.present_before + change == pytest.approx(row.present_after, abs=0.5)
    camp = next(row for row in reversed(run.balance) if row.place == "plain_camp")
    with xr.open_dataset(made[0] / "ensemble.nc") as members:
        assert camp.present_after == pytest.approx(float(members.stock.sel(place="plain_camp")[:, -1].mean()), abs=0.1)
    assert camp.rest == 0
    facts = json.loads((made[0] / "run.json").read_text(encoding="utf-8"))
    assert camp.present_after in {row["present_after"] for row in facts["balance"]}


def test_run_json_has_the_people_who_set_out_along_each_way(made):
    facts = json.loads((made[0] / "run.json").read_text(encoding="utf-8"))
    routes = read_run(made[0]).scenario.routes
    assert list(facts["flows"]) == [row.route for row in routes]
    with xr.open_dataset(made[0] / "ensemble.nc") as members:
        for row in routes:
            ids = [row.route, row.reversed().route] if row.both_ways else [row.route]
            people = members.set_out.sel(route=ids).sum("route")
            assert facts["flows"][row.route] == pytest.approx(people.quantile([0.1, 0.5, 0.9]).values, abs=0.06)
    assert max(likely for _, likely, _ in facts["flows"].values()) > 0
    assert "The wider a way" in (made[0] / "report.html").read_text(encoding="utf-8")


def test_run_json_tells_what_the_people_in_camps_rest_on(made):
    facts = json.loads((made[0] / "run.json").read_text(encoding="utf-8"))
    last = {row["member"]: row["weight"] for row in facts["weights"] if row["nominal_horizon"] == 28}
    assert sum(last.values()) == pytest.approx(1.0, abs=1e-3)
    (said,) = (note for note in facts["notes"] if "average of several forecasts" in note)
    assert f"the model {last['mechanism'] * 100:.0f} %" in said
    assert said.replace("&", "&amp;") in (made[0] / "report.html").read_text(encoding="utf-8")


def test_the_answer_is_three_lines_and_the_path_of_the_report(made):
    folder, outcome = made
    stock, arriving, needs, report = outcome.out.splitlines()
    assert stock.startswith("People in Plain Camp on 15 March 2031: likely ")
    assert "Arriving there in 7 days, 16–22 February: likely " in arriving
    assert "Still besieged on 16 February 2031: likely " in arriving
    assert "litres a day" in needs
    assert report == f"Report: {folder / 'report.html'}"


def test_progress_is_one_plain_line_for_each_step_where_nobody_watches(made):
    steps = [line for line in made[1].err.splitlines() if not line.startswith("Warning: ")]
    assert steps == [
        "Learning from 7 reports ...",
        "Forecasting 28 days ...",
        "Estimating needs ...",
        "Writing the tables ...",
        "Writing the report ...",
    ]


def test_the_answer_for_people_is_the_answer_for_machines(made, again):
    folder, outcome = again
    facts = outcome.facts
    stock = facts["answer"]["stock"]
    last = {
        float(row["output_type_id"]): float(row["value"])
        for row in rows(made[0] / "forecast.csv")
        if (row["target"], row["location"], row["horizon"]) == ("stock", "plain_camp", "28")
    }
    assert [stock["low"], stock["likely"], stock["high"]] == pytest.approx([last[0.1], last[0.5], last[0.9]], abs=0.6)
    assert facts["answer"]["place"] == "plain_camp"
    assert facts["answer"]["water"]["unit"] == "litres/day"
    assert facts["run"] == str(folder)


RESULTS = (*(f"{table}.csv" for table in TABLES), "ensemble.nc")


def test_the_same_seed_gives_the_same_bytes_again(made, again):
    one, other = contents(made[0]), contents(again[0])
    for name in RESULTS:
        assert one[name] == other[name], name


@pytest.mark.usefixtures("no_report")
def test_the_same_seed_gives_the_same_bytes_on_two_workers(siege, made, tmp_path):
    assert forecast(siege, tmp_path / "RUN", "--workers", 2).code == 0
    one, other = contents(made[0]), contents(tmp_path / "RUN")
    for name in RESULTS:
        assert one[name] == other[name], name


@pytest.mark.usefixtures("no_report")
def test_another_seed_gives_other_figures(siege, short, tmp_path):
    assert forecast(siege, tmp_path / "RUN", *SOON, "--seed", 8).code == 0
    assert contents(tmp_path / "RUN")["forecast.csv"] != contents(short)["forecast.csv"]


def test_the_report_is_made_again_from_the_run_alone(made, tmp_path):
    folder, _ = made
    page = tmp_path / "page.html"
    outcome = command("report", folder, "--out", page, "--json")
    assert outcome.facts["report"] == str(page)
    again, first = (
        re.sub(r"data:image[^\"]*", "", path.read_text(encoding="utf-8")) for path in (page, folder / "report.html")
    )
    assert again == first


def test_the_report_hides_more_counts_when_asked(made, tmp_path):
    assert command("report", made[0], "--out", tmp_path / "page.html", "--suppress-below", 500).code == 0
    assert "&lt;500" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_what_is_no_run_has_no_report(siege):
    outcome = command("report", siege)
    assert outcome.code == 1
    assert "not a RUN folder" in outcome.err


def test_the_demo_forecasts_the_bundled_scenario(tmp_path, monkeypatch):
    calls = []

    def note(request, draws, **_):
        calls.append((request, draws))
        raise KeyboardInterrupt

    monkeypatch.setattr("corridor.runs.forecast_run.make_forecast_run", note)
    command("demo", "--out", tmp_path / "RUN")
    ((request, draws),) = calls
    assert (request.scenario, request.known_by.isoformat(), request.days) == ("baghouz-2019", "2019-03-03", 28)
    assert (draws.members, draws.seed) == (1000, 7)


def test_a_simulation_leaves_quantiles_of_the_whole_calendar_and_the_members(siege, tmp_path):
    outcome = command("simulate", siege, "--members", FEW, "--out", tmp_path / "RUN")
    assert outcome.code == 0, outcome.err
    assert {path.name for path in (tmp_path / "RUN").iterdir()} == {
        "run.json",
        "scenario",
        "ensemble.nc",
        "simulation.csv",
    }
    days = {row["target_end_date"] for row in rows(tmp_path / "RUN" / "simulation.csv")}
    assert (min(days), max(days), len(days)) == ("2031-01-01", "2031-04-30", 120)
    assert outcome.out.startswith("People in Plain Camp on 30 April 2031: likely ")
    refused = command("report", tmp_path / "RUN")
    assert refused.code == 1
    assert "is a simulation" in refused.err


def test_a_simulation_is_the_same_on_any_number_of_workers(siege, tmp_path):
    for workers in (1, 2):
        command("simulate", siege, "--members", FEW, "--workers", workers, "--out", tmp_path / str(workers))
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    assert one["simulation.csv"] == two["simulation.csv"]
    assert one["ensemble.nc"] == two["ensemble.nc"]


@pytest.mark.usefixtures("no_report")
def test_an_alternative_moves_what_it_adds_and_says_so(siege, made, tmp_path):
    assert forecast(siege, tmp_path / "RUN", "--with", "second_week").code == 0
    facts = json.loads((tmp_path / "RUN" / "run.json").read_text(encoding="utf-8"))
    assert facts["alternative"] == "second_week"
    assert facts["notes"][0].startswith("This is an alternative, second_week: The corridor opens")
    left = [departed(folder, "0.5") for folder in (made[0], tmp_path / "RUN")]
    assert left[1] > 2 * left[0]
    learnt = [contents(folder)["posterior.csv"] for folder in (made[0], tmp_path / "RUN")]
    assert learnt[0] == learnt[1]


@pytest.mark.usefixtures("no_report")
def test_a_parameter_that_an_alternative_replaces_is_replaced(own_siege, short, tmp_path):
    with (own_siege / "scenario.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            '[[alternatives]]\nalternative = "watertight"\nmeaning = "Nobody leaks out."\n'
            '[alternatives.parameters."leak_rate_per_day.old_town"]\nprior = "fixed"\nvalue = 0\nsource = "supposed"\n'
        )
    assert forecast(own_siege, tmp_path / "RUN", *SOON, "--with", "watertight").code == 0
    assert departed(short, "0.5") > 0
    assert departed(tmp_path / "RUN", "0.99") == 0


def departed(folder, level):
    """Return the sum of a quantile of the people who leave the besieged town each day."""
    wanted = ("departures", "old_town", level)
    found = (r for r in rows(folder / "forecast.csv") if (r["target"], r["location"], r["output_type_id"]) == wanted)
    return sum(float(row["value"]) for row in found)


def test_any_name_goes_through_to_the_answer_and_does_no_harm_in_the_report(own_siege, tmp_path):
    name = "مخيم <script>alert(1)</script>"
    change(own_siege / "places.csv", "Plain Camp", name)
    change(own_siege / "scenario.toml", "Two towns, one under siege (invented)", "<b>Два города</b>")
    outcome = forecast(own_siege, tmp_path / "RUN", *SOON, "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.facts["answer"]["place_name"] == name
    assert outcome.facts["scenario"] == "<b>Два города</b>"
    page = (tmp_path / "RUN" / "report.html").read_text(encoding="utf-8")
    assert "مخيم" in page
    assert "<script>alert" not in page
    assert "<b>Два" not in page


@pytest.mark.usefixtures("no_report")
def test_needs_follow_a_profile_of_ones_own(short, siege, tmp_path):
    shipped = files("corridor.needs").joinpath("standards.toml").read_text(encoding="utf-8")
    before, after = "quantity = 15\n", "quantity = 30\n"
    assert shipped.count(before) == 1
    profile = tmp_path / "ours.toml"
    profile.write_text(shipped.replace(before, after), encoding="utf-8")
    assert forecast(siege, tmp_path / "RUN", *SOON, "--standards", profile).code == 0
    usual, doubled = (
        [float(row["p50"]) for row in rows(folder / "needs.csv") if row["item"] == "water"]
        for folder in (short, tmp_path / "RUN")
    )
    assert doubled == [2 * litres for litres in usual]


def test_a_profile_that_is_not_there_is_a_problem_of_the_input(siege, tmp_path):
    outcome = forecast(siege, tmp_path / "RUN", *SOON, "--standards", tmp_path / "none.toml")
    assert outcome.code == 1
    assert "none.toml" in outcome.err


def test_a_simulation_of_a_large_network_leaves_towns_out_of_the_table_and_says_so(siege, tmp_path, monkeypatch):
    monkeypatch.setattr("corridor.runs.simulation_run.MOST_ROWS", 1_000)
    outcome = command("simulate", siege, "--members", FEW, "--out", tmp_path / "RUN")
    assert outcome.code == 0, outcome.err
    assert "every place is in ensemble.nc" in outcome.err
    assert outcome.err.strip().endswith(json.loads((tmp_path / "RUN" / "run.json").read_text("utf-8"))["notes"][0])
    table = rows(tmp_path / "RUN" / "simulation.csv")
    locations = {row["location"] for row in table}
    assert not locations & {"old_town", "mill_town"}
    whole = tmp_path / "WHOLE"
    monkeypatch.undo()
    assert command("simulate", siege, "--members", FEW, "--out", whole).code == 0
    assert table == [row for row in rows(whole / "simulation.csv") if row["location"] in locations]


def test_a_simulation_keeps_people_by_place_and_on_demand_those_who_take_each_route(siege, tmp_path):
    for keep in ("places", "all"):
        outcome = command("simulate", siege, "--members", FEW, "--keep", keep, "--out", tmp_path / keep)
        assert outcome.code == 0, outcome.err
    with (
        xr.open_dataset(tmp_path / "places" / "ensemble.nc") as few,
        xr.open_dataset(tmp_path / "all" / "ensemble.nc") as whole,
    ):
        assert "route" not in few.dims
        assert int(whole.flow.sum()) > 0
        assert few.identical(whole.drop_dims("route"))
    assert (tmp_path / "places" / "simulation.csv").read_bytes() == (tmp_path / "all" / "simulation.csv").read_bytes()


@pytest.mark.parametrize("at_once", [1, 40_000])
def test_members_that_are_written_as_they_come_leave_the_same_results(siege, tmp_path, monkeypatch, at_once):
    made = {}
    for name, most in (("together", 1 << 40), ("apart", at_once)):
        monkeypatch.setattr("corridor.engine.run.simulate.MOST_BYTES", most)
        monkeypatch.setattr("corridor.runs.members_file.READ_BYTES", most)
        outcome = command("simulate", siege, "--members", FEW, "--workers", 2, "--json", "--out", tmp_path / name)
        assert outcome.code == 0, outcome.err
        made[name] = json.loads(outcome.out)["answer"]
    assert made["apart"] == made["together"]
    assert (tmp_path / "apart" / "simulation.csv").read_bytes() == (
        tmp_path / "together" / "simulation.csv"
    ).read_bytes()
    with (
        xr.open_dataset(tmp_path / "apart" / "ensemble.nc") as one,
        xr.open_dataset(tmp_path / "together" / "ensemble.nc") as two,
    ):
        assert one.identical(two)
