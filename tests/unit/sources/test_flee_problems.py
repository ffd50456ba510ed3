"""What cannot be translated is refused: every problem with file, line and what to do, all of them at once."""

import re
import sys

import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.sources.flee import read_flee
from corridor.sources.flee.account import FORMS
from tests.flee_instances import LOCATIONS, ROUTES, conflicts, imported

PLACES, ROADS, FIGHTS = "input_csv/locations.csv", "input_csv/routes.csv", "input_csv/conflicts.csv"
PERIOD, SHUT, FIXES = "input_csv/sim_period.csv", "input_csv/closures.csv", "input_csv/registration_corrections.csv"
LAYOUT, SETTINGS, KAPPA = "source_data/data_layout.csv", "simsetting.yml", "source_data/kappa.csv"
LAST = LOCATIONS.count("\n") + 1

# File, its text, id, line, and words of the problem.
CASES = [
    (PLACES, None, "I001", None, "the file is missing"),
    (FIGHTS, None, "I001", None, "the file is missing"),
    (PERIOD, None, "I001", None, "StartDate,2019-03-03"),
    (PLACES, LOCATIONS + "Mu,South\n", "I002", LAST, "the row has 2 cells, and 8 are read."),
    (PLACES, LOCATIONS + ",South,Uganda,1,2,town,,\n", "I002", LAST, "the first cell of the row is blank."),
    (ROADS, ROUTES + "Alpha\n", "I002", 6, "the row has 1 cell, and 3 are read."),
    (FIXES, "Kappa\n", "I002", 1, "2 are read"),
    (ROADS, ROUTES + 'Alpha,"Beta\n', "I002", 6, "3 are read"),
    (PLACES, LOCATIONS + 'Mu,South,Uganda,1,2,town,,"22,849"\n', "I003", LAST, "Write it as 22849"),
    (PLACES, LOCATIONS + "Mu,South,Uganda,1,2,town,,12.5\n", "I003", LAST, "'12.5' is not a whole number"),
    (PLACES, LOCATIONS + "Mu,South,Uganda,1,2,conflict_zone,,10\n", "I003", LAST, "'' is not a whole number"),
    (PLACES, LOCATIONS + "Mu,South,Uganda,north,2,town,,10\n", "I003", LAST, "'north' is not a number"),
    (ROADS, ROUTES + "Alpha,Hub,far\n", "I003", 6, "'far' is not a number"),
    (ROADS, ROUTES + "Alpha,Hub,10,3\n", "I003", 6, "Use 0, 1 or 2"),
    (FIGHTS, conflicts(Alpha=[1, "x", 1]), "I003", 3, "'x' is not a number"),
    (FIGHTS, conflicts(Alpha=[1, "", 1]), "I003", 3, "'' is not a number"),
    (SHUT, "bordr,Ardenia,Uganda,0,3\n", "I003", 1, "'bordr' is no type of closure"),
    (SHUT, "location,Alpha,,0,soon\n", "I003", 1, "'soon' is not a whole number"),
    (KAPPA, "2031-01-01,20\n2031-01-03,60.5\n", "I003", 2, "Write it as 60"),
    (KAPPA, '2031-01-01,20\n2031-01-03,"1,060"\n', "I003", 2, "Write it as 1060"),
    (KAPPA, "2031-01-01,20\n3 January,60\n", "I003", 2, "'3 January' is not a date"),
    (KAPPA, "2031-01-01,20\n,60\n", "I003", 2, "'' is not a date"),
    (FIXES, "Kappa,soon\n", "I003", 1, "'soon' is not a date"),
    ("input_csv/demographics_age.csv", "age,Weight\n0,3\n", "I003", 1, "there is no column Default"),
    (PLACES, LOCATIONS + "Mu,South,Uganda,1,2,town,,-5\n", "I004", LAST, "-5 people are not possible"),
    (PLACES, LOCATIONS + "Mu,South,Uganda,123,2,town,,5\n", "I004", LAST, "123 is no latitude"),
    (
        PLACES,
        LOCATIONS.splitlines()[0] + ",initial_idps\n" + "Mu,S,Uganda,1,2,camp,,5,1e300\n",
        "I004",
        2,
        "is not possible as initial_idps",
    ),
    (
        PLACES,
        LOCATIONS.splitlines()[0] + ",conflict_intensity\n" + "Mu,S,Uganda,1,2,conflict_zone,0,5,40\n",
        "I004",
        2,
        "Write a number from 0 to 10.",
    ),
    (
        LAYOUT,
        "total,refugees.csv\nKappa,kappa.csv,big.csv,big.csv\nLambda,lambda.csv\n",
        "I004",
        2,
        "add up to 2,000,000,020 people",
    ),
    (ROADS, ROUTES + "Alpha,Hub,-10\n", "I004", 6, "a road of -10 km is not possible"),
    (ROADS, "#a,b,c,d,max_move_speed\nAlpha,Beta,5000,0,2\n", "I004", 2, "take more than 365 days"),
    (ROADS, "#a,b,c,d,walk_probability\nAlpha,Beta,50,0,2\n", "I004", 2, "2 is not possible as walk_probability"),
    (FIGHTS, conflicts(Alpha=[1, -1]), "I004", 3, "-1 is not possible as an intensity"),
    (KAPPA, "2031-01-01,20\n2031-01-03,-60\n", "I004", 2, "-60 people are not possible"),
    (SETTINGS, "move_rules:\n  camp_movechance: 2\n", "I004", 2, "camp_movechance 2 is not possible"),
    ("input_csv/demographics_age.csv", "age,Default\n0,0\n", "I004", None, "the weights of all ages are 0"),
    (ROADS, ROUTES + "Alpha,Bta,10\n", "I005", 6, "Did you mean Beta?"),
    (ROADS, ROUTES + "Alpha,Beta ,10\n", "I005", 6, "blanks included"),
    (SHUT, "location,Alpha,,0,999999999999\n", "I004", 1, "no period has such a day"),
    (SHUT, f"location,Alpha,,0,{'9' * 400}\n", "I003", 1, "is not a whole number"),
    (KAPPA, "2031-01-03,1e999\n", "I003", 1, "is not a whole number"),
    (ROADS, ROUTES + "Alpha,Hub,1e999\n", "I003", 6, "is not a number"),
    (LAYOUT, f"total,refugees.csv\nKappa,{'k' * 400}\nLambda,lambda.csv\n", "I010", 2, "is not there"),
    (SHUT, "location,Alfa,,0,3\n", "I005", 1, "Did you mean Alpha?"),
    (PLACES, LOCATIONS + "Alpha,South,Uganda,1,2,town,,5\n", "I006", 2, "'Alpha' stands again in line 7"),
    (FIGHTS, "#Day,Alpha,Alpha\n" + "".join(f"{i},1,1\n" for i in range(10)), "I006", 1, "stands twice"),
    (FIGHTS, conflicts(Alpha=[1]).rpartition("8,")[0], "I007", 9, "the table has 8 days, and the period 10"),
    (SETTINGS, 'move_rules:\n  start_on_foot: "False"\n', "I008", 2, "the text 'False', which Flee takes for True"),
    (SETTINGS, "move_rules:\n  max_move_speed: fast\n", "I008", 2, "max_move_speed is 'fast', not a number"),
    (SETTINGS, "move_rules:\n  max_move_speed:\n", "I008", 2, "is blank, not a number"),
    (SETTINGS, "move_rules:\n  awareness_level: .inf\n", "I008", 2, "not a whole number"),
    (SETTINGS, "move_rules:\n\tmax_move_speed: 3\n", "I008", 2, "this is not plain YAML"),
    (SETTINGS, "move_rules: !!python/object/apply:os.system [ls]\n", "I008", 1, "has the tag"),
    (SETTINGS, "move_rules:\n  camp_weight: !!python/name:os.system x\n", "I008", 2, "has the tag"),
    (SETTINGS, "- 1\n- 2\n", "I008", 1, "the file is no table of settings"),
    (SETTINGS, "spawn_rules:\n  conflict_spawn_decay: 0.5\n", "I008", 2, "is not a list of numbers"),
    (SETTINGS, "move_rules:\n  fixed_routes: True\n", "I009", 2, "routes that are worked out beforehand"),
    (SETTINGS, "move_rules:\n  MatchCampReligion: True\n", "I009", 2, "choices by religion"),
    (SETTINGS, "move_rules:\n  flood_rules:\n    max_flood_level: 3\n", "I009", 3, "floods"),
    (SETTINGS, "spawn_rules:\n  sum_from_camps: False\n", "I009", 2, "differs from the preset"),
    (
        SETTINGS,
        "move_rules:\n  default_movechance: 0.001\n",
        "I009",
        None,
        "take towns for camps; here they stay towns: Beta",
    ),
    (FIGHTS, conflicts(Alpha=[1], Kappa=[0, 1]), "I009", 1, "fighting at Kappa, which is no town"),
    (SHUT, "camp,Beta,,0,3\n", "I009", 1, "Beta is no camp"),
    ("location_changes.csv", "3,Kappa,town\n", "I009", None, "changes of places during the period"),
    (PLACES, LOCATIONS + "Mu,South,Uganda,1,2,flood_zone,,5\n", "I009", LAST, "Mu is a flood zone"),
    (LAYOUT, "total,refugees.csv\nKappa,kappa.csv\n", "I010", None, "no row for the camp 'Lambda'"),
    (LAYOUT, "total,refugees.csv\nKappa,kapa.csv\nLambda,lambda.csv\n", "I010", 2, "'kapa.csv' is not there"),
    (LAYOUT, "total,refugees.csv\nKappa,../simsetting.yml\nLambda,lambda.csv\n", "I010", 2, "is not there"),
    (LAYOUT, "total,refugees.csv\nKappa,kappa.csv,lambda.csv\nLambda,lambda.csv\n", "I010", 2, "begins after"),
    (KAPPA, "Date,count\n", "I010", None, "kappa.csv holds no count"),
    (FIXES, "Beta,2031-01-03\n", "I011", 1, "'Beta' has no series"),
    (FIXES, "Kappa,2031-01-04\n", "I011", 1, "no count on 2031-01-04"),
    (FIXES, "Lambda,2031-01-02\n", "I011", 1, "no count on 2031-01-02 with another before it"),
    (FIXES, "Lambda,2031-01-09\n", "I011", 1, "before 2031-01-09 is 0"),
    (PERIOD, "StartDate,1 January\nLength,10\n", "I012", 1, "'1 January' is not a date"),
    (PERIOD, "StartDate,2031-01-01\nLength,ten\n", "I012", 2, "'ten' is not a length"),
    (PERIOD, "StartDate,2031-01-01\nLength,99999\n", "I012", 2, "from 1 to 3,660"),
    (PERIOD, "StartDate,2031-01-01\n", "I012", None, "the row Length is missing"),
    (FIGHTS, None, "I001", None, "the file is missing"),
    (PLACES, b"PK\x03\x04\x00\x00", "F005", 1, "the file is binary"),
    (PLACES, LOCATIONS.encode("utf-16"), "F006", 1, "UTF-16"),
]


def named(case):
    """Return what a case is about, for people."""
    return case if isinstance(case, str) and len(case) < 70 else ""


@pytest.mark.parametrize(("file", "text", "code", "line", "words"), CASES, ids=named)
def test_it_is_refused_with_file_line_and_what_to_do(tmp_path, file, text, code, line, words):
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, {"source_data/big.csv": "2030-12-30,1000000000\n", file: text})
    found = [problem for problem in caught.value.problems if problem.code == code and words in str(problem)]
    assert found, str(caught.value)
    problem = found[0]
    assert problem.fix.endswith((".", "?"))
    if line is not None:
        assert problem.where is not None
        assert (problem.where.line, problem.where.file) == (line, file)


def test_every_form_is_broken_by_some_case_and_every_id_in_the_source_is_documented(root):
    folder = root / "src" / "corridor" / "sources" / "flee"
    written = {code for file in folder.glob("*.py") for code in re.findall(r'"(I\d{3})"', file.read_text("utf-8"))}
    assert written == set(FORMS)
    assert {case[2] for case in CASES} | {"I013"} >= set(FORMS)  # test_flee_mending.py has the coupled instance


def test_all_problems_are_told_at_once_in_the_order_of_files_and_lines(tmp_path):
    changes = {
        PLACES: LOCATIONS + "Mu,South,Uganda,1,2,town,,ten\nNu,South,Uganda,1,2,town,,x\n",
        ROADS: ROUTES + "Alpha,Omega,10\n",
        SETTINGS: "move_rules:\n  fixed_routes: True\n  max_move_speed: fast\n",
    }
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, changes)
    found = [(problem.where.file, problem.where.line) for problem in caught.value.problems]
    assert found == [(PLACES, LAST), (PLACES, LAST + 1), (ROADS, 6), (SETTINGS, 2), (SETTINGS, 3)]


def test_a_correction_cannot_fill_a_camp_beyond_all_bounds(tmp_path):
    changes = {KAPPA: "2031-01-01,900000000\n2031-01-03,1\n2031-01-05,900000000\n", FIXES: "Kappa,2031-01-05\n"}
    with pytest.raises(ScenarioError, match=r"I004.*Kappa would hold 810,000,000,000,000,000 people on day 0"):
        imported(tmp_path, changes)


def test_a_place_with_a_problem_is_not_reported_again_in_the_files_that_name_it(tmp_path):
    changes = {
        PLACES: LOCATIONS.replace(",1000", ',"1,000"'),
        SHUT: "location,Alpha,,0,3\n",
        FIXES: "Kappa,2031-01-20\n",
    }
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, changes)
    assert [(problem.code, problem.where.line) for problem in caught.value.problems] == [("I003", 2)]


def test_without_the_library_that_reads_yaml_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(UsageError, match=r"needs PyYAML. Install it with: pip install 'corridor\[sources\]'"):
        imported(tmp_path)


def test_a_folder_that_is_not_there_is_a_problem_and_not_a_crash(tmp_path):
    with pytest.raises(ScenarioError, match="there is no such folder"):
        read_flee(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (SETTINGS, "move_rules:\n  fixed_routes: True\n"),
        (FIGHTS, conflicts(Alpha=[1], Kappa=[0, 1])),
        (SHUT, "camp,Beta,,0,3\n"),
        ("location_changes.csv", "3,Kappa,town\n"),
    ],
    ids=["setting", "fighting", "closure", "file"],
)
def test_what_has_no_meaning_is_left_out_if_that_is_allowed_and_stays_in_the_account(tmp_path, file, text):
    result = imported(tmp_path, {file: text}, allow_unsupported=True)
    assert [entry.kind.value for entry in result.account].count("unsupported") == 1
