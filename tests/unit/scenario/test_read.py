"""What the door lets in, and what it turns away."""

import datetime as dt
import os

import pytest

from corridor.errors import ScenarioError
from corridor.scenario.io.read import read_folder, read_observations, read_scenario
from corridor.scenario.io.write import template_names

TABLES = ("places.csv", "routes.csv", "events.csv", "observations.csv", "stocks.csv")


def problems(folder):
    with pytest.raises(ScenarioError) as caught:
        read_folder(folder)
    return caught.value.problems


@pytest.mark.parametrize("name", template_names())
def test_every_template_is_sound(root, name):
    scenario, reports = read_folder(root / "src" / "corridor" / "bundled" / "templates" / name)
    assert "invented" in scenario.name
    assert len(reports) > 0


def test_scenario_and_observations_come_from_the_same_folder(folder):
    assert (read_scenario(folder), read_observations(folder)) == read_folder(folder)


def test_blank_is_unknown_and_not_zero(folder):
    town = read_scenario(folder).place("old_town")
    assert town.population is None
    assert town.capacity is None


def test_byte_order_marks_are_taken_off(folder):
    sound = read_folder(folder)
    for file in (*TABLES, "scenario.toml"):
        (folder / file).write_bytes(b"\xef\xbb\xbf" + (folder / file).read_bytes())
    assert read_folder(folder) == sound


def test_semicolons_and_windows_line_ends_mean_the_same(folder):
    sound = read_folder(folder)
    for file in TABLES:
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_bytes(text.replace(",", ";").replace("\n", "\r\n").encode())
    toml = folder / "scenario.toml"
    toml.write_bytes(toml.read_bytes().replace(b"\n", b"\r\n"))
    assert read_folder(folder) == sound


def test_a_row_of_hxl_tags_is_skipped_and_lines_still_count_it(folder, edit):
    sound = read_folder(folder)
    header = (folder / "routes.csv").read_text(encoding="utf-8").splitlines()[0]
    edit("routes.csv", header, header + "\n#loc+id+origin,#loc +id +dest,#distance+km,,")
    assert read_folder(folder) == sound
    edit("routes.csv", "old_town,ridge_screening,6", "old_town,ridge_screening,six")
    assert [problem.where.line for problem in problems(folder)] == [3]


def test_blank_rows_of_a_spreadsheet_are_skipped(folder):
    sound = read_folder(folder)
    with (folder / "routes.csv").open("a", encoding="utf-8") as file:
        file.write("\n,,,,\n \n")
    assert read_folder(folder) == sound


@pytest.mark.parametrize("name", ["مخيم الهول", "Лиман", "محطّة، الشمال", "حلب\u200f"])
def test_names_in_any_script_come_through(folder, edit, name):
    edit("places.csv", "Plain Camp", name)
    assert read_scenario(folder).place("plain_camp").name == name


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-2+3", "@here", "<script>alert(1)</script>", "'quoted'"])
def test_names_that_look_like_code_come_through_unchanged(folder, edit, name):
    edit("places.csv", "Plain Camp", name)
    assert read_scenario(folder).place("plain_camp").name == name


def test_exactly_one_guard_before_a_formula_is_taken_off(folder, edit):
    edit("places.csv", "Plain Camp", "''=cmd()")
    assert read_scenario(folder).place("plain_camp").name == "'=cmd()"


def test_columns_named_x_are_kept_as_notes(folder, edit):
    edit("stocks.csv", "kind,source\n", "kind,source,x_ملاحظة\n")
    text = (folder / "stocks.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    lines[1] += ",by truck"
    lines[2:] = [line + "," for line in lines[2:]]
    (folder / "stocks.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    notes = [row.notes for row in read_scenario(folder).stocks]
    assert notes == [{"x_ملاحظة": "by truck"}, {}, {}, {}]


def test_lines_are_right_after_and_inside_cells_of_several_lines(folder, edit):
    edit("observations.csv", "people registered and present", '"people registered\nand\npresent"')
    edit("observations.csv", "9400", "nine")
    edit("observations.csv", "2031-01-09,fit", "2031-13-09,fit")
    found = [(problem.where.line, problem.where.column) for problem in problems(folder)]
    assert found == [(4, "reported_on"), (5, "count")]


def test_rules_too_know_on_which_line_of_a_long_row_a_cell_begins(folder, edit):
    edit("observations.csv", "people registered and present", '"people registered\r\nand present"')
    edit("observations.csv", "2031-01-09,fit", "2031-01-02,fit")
    (problem,) = problems(folder)
    assert (problem.code, problem.where.line, problem.where.column) == ("C308", 3, "reported_on")


def test_all_problems_of_all_files_are_listed_by_file_and_line(folder, edit):
    edit("routes.csv", "130", "-130")
    edit("places.csv", "plain_camp,Plain Camp,camp", "plain_camp,Plain Camp,kamp")
    edit("places.csv", "12000", "NaN")
    edit("observations.csv", "9060", "1e999")
    edit("scenario.toml", "share = 0.8", "share = 0.9")
    edit("events.csv", "siege,old_town", "siege,old_twon")
    (folder / "README.md").unlink()
    found = [(problem.where.file, problem.where.line, problem.code) for problem in problems(folder)]
    assert found == [
        ("events.csv", 2, "C202"),
        ("observations.csv", 2, "V010"),
        ("places.csv", 3, "V002"),
        ("places.csv", 6, "V006"),
        ("routes.csv", 5, "V010"),
        ("scenario.toml", 13, "C404"),
    ]


def test_a_message_reads_as_a_sentence_with_place_finding_and_fix(folder, edit):
    edit("places.csv", "plain_camp,Plain Camp,camp", "plain_camp,Plain Camp,kamp")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    assert str(caught.value) == (
        f"{folder}: 1 problem\n"
        "  V006  places.csv, line 6, column kind: 'kamp' is not a kind of place.\n"
        "      Use town, transit, screening, reception, camp, host_community or marker. Did you mean camp?"
    )


def test_a_missing_folder_is_said_to_be_missing(tmp_path):
    (problem,) = problems(tmp_path / "nowhere")
    assert problem.code == "F007"


@pytest.mark.parametrize(
    ("there", "missing"),
    [("Places.CSV", "places.csv"), ("scenario.toml.txt", "scenario.toml"), ("routes.csv.txt", "routes.csv")],
)
def test_a_file_that_is_missing_but_for_its_name_is_named(folder, there, missing):
    (folder / missing).rename(folder / there)
    (problem,) = problems(folder)
    assert problem.code == "F001"
    assert problem.fix == f"{there} lies beside it: rename it {missing}."


def test_an_archive_is_no_folder_and_is_to_be_unpacked(tmp_path):
    (tmp_path / "valley.zip").write_bytes(b"PK")
    (problem,) = problems(tmp_path / "valley.zip")
    assert (problem.code, problem.what) == ("F007", "this is a file, not a folder.")
    assert "unpack" in problem.fix


def test_a_line_for_spreadsheets_alone_is_one_problem(folder):
    text = (folder / "places.csv").read_text(encoding="utf-8")
    (folder / "places.csv").write_text("sep=;\n" + text.replace(",", ";"), encoding="utf-8")
    (problem,) = problems(folder)
    assert problem.code == "T001"
    assert "'sep=;'" in problem.what


def test_a_table_of_sixty_megabytes_is_refused_unread(folder):
    with (folder / "observations.csv").open("wb") as file:
        file.truncate(60_000_000)
    (problem,) = problems(folder)
    assert str(problem) == (
        "F003  observations.csv: the file has 60,000,000 bytes; more than 50,000,000 are not read.\n"
        "      Leave out what the scenario does not need."
    )


def test_settings_of_two_megabytes_are_refused_unread(folder):
    with (folder / "scenario.toml").open("wb") as file:
        file.truncate(2_000_000)
    assert [problem.code for problem in problems(folder)][:1] == ["F003"]


def test_a_table_of_more_than_a_million_rows_is_refused(folder):
    with (folder / "stocks.csv").open("a", encoding="utf-8") as file:
        file.write("a,b,c,1,e,f,g\n" * 1_000_001)
    (problem,) = problems(folder)
    assert (problem.code, problem.what) == ("T008", "there are more than 1,000,000 rows.")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_place_of_a_table_does_not_make_the_reader_wait(folder):
    (folder / "stocks.csv").unlink()
    os.mkfifo(folder / "stocks.csv")
    (problem,) = problems(folder)
    assert problem.code == "F002"


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "9" * 5_000])
def test_toml_that_would_exhaust_the_parser_is_a_problem_and_no_crash(folder, text):
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    assert problems(folder)[0].code == "M001"


def test_a_number_beyond_all_numbers_in_toml_is_a_problem_and_no_crash(folder, edit):
    edit("scenario.toml", "value = 3.0", "value = 1" + "0" * 400)
    (problem,) = problems(folder)
    assert (problem.code, problem.where.line) == ("V010", 30)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_toml_numbers_that_are_none_are_problems(folder, edit, number):
    edit("scenario.toml", "value = 3.0", f"value = {number}")
    (problem,) = problems(folder)
    assert problem.where.column == "value"


def test_a_control_character_escaped_in_toml_is_found(folder, edit):
    edit("scenario.toml", "invented: two guesses", "invented:\\u0007 two guesses")
    (problem,) = problems(folder)
    assert (problem.code, problem.where.line) == ("T012", 20)


def test_people_written_as_a_decimal_by_a_spreadsheet_are_whole(folder, edit):
    edit("places.csv", "12000", "12000.0")
    population = read_scenario(folder).place("mill_town").population
    assert (population, type(population)) == (12_000, int)


def test_a_scenario_without_groups_has_one_of_everybody(folder):
    toml = folder / "scenario.toml"
    text = toml.read_text(encoding="utf-8")
    begin, end = text.index("[[groups]]"), text.index("# What is left out")
    toml.write_text((text[:begin] + text[end:]).replace("death_multiplier.under_five", "move_chance_town.old_town"))
    toml.write_text(toml.read_text(encoding="utf-8").replace("value = 3.0", "value = 0.3"))
    observations = folder / "observations.csv"
    observations.write_text(observations.read_text(encoding="utf-8").replace("under_five", ""))
    assert [(group.group, group.share) for group in read_scenario(folder).groups] == [("everybody", 1.0)]


def test_a_road_that_leads_both_ways_can_be_named_from_either_end(folder, edit):
    edit("routes.csv", "junction_transit,plain_camp,130,vehicle,false", "junction_transit,plain_camp,130,vehicle,yes")
    edit("events.csv", "transport,junction_transit>plain_camp", "transport,plain_camp>junction_transit")
    assert "plain_camp>junction_transit" in {event.subject for event in read_scenario(folder).events}


def test_dates_in_toml_may_be_quoted(folder, edit):
    edit("scenario.toml", "start = 2031-01-01", 'start = "2031-01-01"')
    assert read_scenario(folder).start == dt.date(2031, 1, 1)
