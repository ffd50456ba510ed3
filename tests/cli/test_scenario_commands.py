"""The commands that need no time: new, check, explain."""

import csv
import shutil
from datetime import date, timedelta
from itertools import pairwise

import pytest

from corridor.scenario.io.read import read_folder
from tests.cli.driving import FEW, SOON, change, command, contents, forecast, python

SPELT_OUT = """
import sys
from corridor.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("template", ["siege", "network"])
def test_a_new_scenario_has_no_problems_and_says_what_to_do_next(tmp_path, template):
    made = command("new", tmp_path / "mine", "--template", template)
    assert made.code == 0
    assert f"corridor check {tmp_path / 'mine'}" in made.out
    assert command("check", tmp_path / "mine").code == 0


def test_new_leaves_a_folder_that_is_not_empty_alone(siege):
    before = contents(siege)
    outcome = command("new", siege)
    assert (outcome.code, outcome.out) == (2, "")
    assert "is not empty" in outcome.err
    assert contents(siege) == before


def test_new_refuses_a_template_that_does_not_exist(tmp_path):
    outcome = command("new", tmp_path / "mine", "--template", "seige")
    assert outcome.code == 2
    assert "siege" in outcome.err
    assert not (tmp_path / "mine").exists()


def test_check_says_how_large_a_sound_scenario_is(siege):
    said = command("check", siege).out
    assert "no problems" in said
    assert "5 places, 4 routes, 11 events" in said
    assert "10 reports, from 7 January 2031 to 10 March 2031: 8 to learn from, 1 held back, 1 ignored" in said


def test_check_counts_for_machines_what_reading_gives(siege):
    facts = command("check", siege, "--json").facts
    scenario, observations = read_folder(siege)
    assert facts["problems"] == []
    assert (facts["places"], facts["routes"], facts["events"]) == (
        len(scenario.places),
        len(scenario.routes),
        len(scenario.events),
    )
    assert facts["reports"]["count"] == len(observations)
    assert date.fromisoformat(facts["reports"]["last"]) == max(row.date for row in observations)


def test_check_warns_of_what_is_sound_but_weak(own_siege):
    change(own_siege / "observations.csv", ",fit", ",hold")
    change(own_siege / "places.csv", ",2031-01-01,", ",,")
    (own_siege / "stocks.csv").unlink()
    outcome = command("check", own_siege)
    assert outcome.code == 0
    assert "Warning: no report may be learnt from" in outcome.out
    assert "which no forecast uses: junction_transit, plain_camp" in outcome.out
    assert "Warning: no stocks.csv" in outcome.out


def with_a_fall(folder):
    """Let the camp of the small siege be counted weekly, and lose a third of its register from 25 February on."""
    weeks = [date(2031, 1, 7) + timedelta(days=7 * i) for i in range(14)]
    counts = [4_000 + 20 * i - (1_500 if i > 6 else 0) for i in range(14)]
    with (folder / "observations.csv").open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    told = {"place": "plain_camp", "measure": "stock", "qualifier": "exact", "source": "Camp registry", "use": "fit"}
    rows = [
        told | {"date": when, "count": count, "reported_on": when} for when, count in zip(weeks, counts, strict=True)
    ]
    with (folder / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def test_check_asks_about_a_fall_and_changes_nothing(own_siege):
    with_a_fall(own_siege)
    before = contents(own_siege)
    outcome = command("check", own_siege)
    assert outcome.code == 0
    assert "To confirm: Plain Camp, 4,120 people on 18 February 2031, 2,640 on 25 February 2031" in outcome.out
    assert contents(own_siege) == before
    (fall,) = command("check", own_siege, "--json").facts["to_confirm"]
    assert (fall["place"], fall["first_people"], fall["last_date"]) == ("plain_camp", 4120, "2031-02-25")
    assert fall["line"].startswith("2031-02-25,2031-02-25,verification,plain_camp,2640,")
    assert fall["columns_to_add"] == []


@pytest.mark.usefixtures("no_report")
def test_a_forecast_says_that_a_fall_was_taken_for_people_who_left(own_siege, tmp_path):
    with_a_fall(own_siege)
    known = "2031-03-05"
    outcome = command(
        "forecast", own_siege, "--known-by", known, "--days", 3, "--members", FEW, "--out", tmp_path / "RUN", "--json"
    )
    assert outcome.code == 0, outcome.err
    (said,) = (note for note in outcome.facts["notes"] if "re-registration" in note)
    assert said.startswith("The count of Plain Camp fell from 4,120 on 18 February 2031 to 2,640 on 25 February 2031")
    early = forecast(own_siege, tmp_path / "early", *SOON, "--json")
    assert not any("re-registration" in note for note in early.facts["notes"])


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_line_that_check_gives_is_sound_and_settles_the_question(own_siege, delimiter):
    with_a_fall(own_siege)
    change(own_siege / "events.csv", ",", delimiter)
    (fall,) = command("check", own_siege, "--json").facts["to_confirm"]
    path = own_siege / "events.csv"
    path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{fall['line']}\n", encoding="utf-8")
    settled = command("check", own_siege, "--json")
    assert settled.code == 0
    assert settled.facts["to_confirm"] == []
    assert settled.facts["events"] == 12


def test_check_says_which_columns_its_line_needs(own_siege):
    with_a_fall(own_siege)
    path = own_siege / "events.csv"
    path.write_text("start,kind,subject,source\n2031-01-01,siege,old_town,invented\n", encoding="utf-8")
    settings = own_siege / "scenario.toml"
    settings.write_text(settings.read_text(encoding="utf-8").partition("[[alternatives]]")[0], encoding="utf-8")
    outcome = command("check", own_siege)
    assert "add to events.csv with the new columns end, value, reported_on:" in outcome.out
    assert outcome.out.rstrip().endswith("reports of Camp registry,2031-02-25,2640,2031-02-25")


def test_check_lists_every_problem_with_its_line(own_siege):
    change(own_siege / "places.csv", "Plain Camp,camp", "Plain Camp,kamp")
    change(own_siege / "routes.csv", "junction_transit,plain_camp,130", "junction_transit,plain_camp,-130")
    change(own_siege / "observations.csv", "2031-02-10,plain_camp", "2031-02-31,plain_camp")
    outcome = command("check", own_siege)
    assert (outcome.code, outcome.out) == (1, "")
    for where in ("places.csv, line 6", "routes.csv, line 5", "observations.csv, line 8"):
        assert where in outcome.err
    assert "Traceback" not in outcome.err


def test_check_lists_every_problem_for_machines(own_siege):
    change(own_siege / "places.csv", "Plain Camp,camp", "Plain Camp,kamp")
    change(own_siege / "routes.csv", "junction_transit,plain_camp,130", "junction_transit,plain_camp,-130")
    outcome = command("check", own_siege, "--json")
    assert outcome.code == outcome.facts["exit_code"] == 1
    found = {(row["file"], row["line"], row["column"]) for row in outcome.facts["problems"]}
    assert {("places.csv", 6, "kind"), ("routes.csv", 5, "distance_km")} <= found


def test_check_finds_stocks_in_a_unit_that_nobody_counts_in(own_siege):
    change(own_siege / "stocks.csv", "18000,blankets", "18000,bales")
    outcome = command("check", own_siege)
    assert outcome.code == 1
    assert "'bales'" in outcome.err


def test_a_scenario_that_does_not_exist_is_a_problem_of_the_input():
    outcome = command("check", "no-such-scenario")
    assert outcome.code == 1
    assert "baghouz-2019" in outcome.err


def test_a_folder_goes_before_a_bundled_scenario_of_the_same_name(siege, tmp_path, monkeypatch):
    shutil.copytree(siege, tmp_path / "baghouz-2019")
    monkeypatch.chdir(tmp_path)
    assert command("check", "baghouz-2019", "--json").facts["scenario"] == read_folder(siege)[0].name


def test_explain_tells_of_one_day(siege):
    assert "On 5 February 2031, day 36 of 120." in command("explain", siege, "--on", "2031-02-05").out


def test_explain_gives_machines_every_period_without_gaps(siege):
    periods = command("explain", siege, "--json").facts["periods"]
    assert (periods[0]["start"], periods[-1]["end"]) == ("2031-01-01", "2031-04-30")
    days = [(date.fromisoformat(row["start"]), date.fromisoformat(row["end"])) for row in periods]
    assert all((after[0] - before[1]).days == 1 for before, after in pairwise(days))
    assert all(row["holds"] for row in periods)


def test_explain_gives_machines_one_period_for_a_day(siege):
    (period,) = command("explain", siege, "--on", "2031-02-05", "--json").facts["periods"]
    assert period["start"] <= "2031-02-05" <= period["end"]


def test_a_day_outside_the_calendar_is_wrong_usage(siege):
    outcome = command("explain", siege, "--on", "2035-01-01")
    assert (outcome.code, outcome.out) == (2, "")


@pytest.mark.parametrize("day", ["yesterday", "2031-02-30", "3/3/2019", ""])
def test_what_is_no_date_is_wrong_usage(siege, day):
    outcome = command("explain", siege, "--on", day)
    assert outcome.code == 2
    assert "Write it as 2019-03-03" in outcome.err


def test_a_terminal_without_the_letters_of_a_name_gets_the_rest(own_siege):
    change(own_siege / "places.csv", "Plain Camp", "مخيم الهول")
    done = python(SPELT_OUT, "explain", own_siege, PYTHONIOENCODING="ascii:strict")
    assert done.returncode == 0, done.stderr
    assert "Old Town" in done.stdout


def test_the_language_of_the_machine_does_not_matter_for_reading(own_siege):
    change(own_siege / "places.csv", "Plain Camp", "مخيم الهول")
    done = python(SPELT_OUT, "explain", own_siege, "--json", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert "\\u0645\\u062e\\u064a\\u0645" in done.stdout
