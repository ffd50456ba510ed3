"""What is odd in an instance and can be read is mended, each time with a sentence in the account."""

import pytest

from corridor.scenario.presets import Preset
from tests.flee_instances import FILES, LOCATIONS, ROUTES, conflicts, imported, mended, write_instance

PLACES, ROADS, FIGHTS = "input_csv/locations.csv", "input_csv/routes.csv", "input_csv/conflicts.csv"
PERIOD, SHUT, FIXES = "input_csv/sim_period.csv", "input_csv/closures.csv", "input_csv/registration_corrections.csv"
LAYOUT, SETTINGS, KAPPA = "source_data/data_layout.csv", "simsetting.yml", "source_data/kappa.csv"

# File, its text, words of the account.
CASES = [
    (PLACES, b"\xef\xbb\xbf" + LOCATIONS.encode(), "a byte-order mark is left out"),
    (PLACES, LOCATIONS + ",,,,,,,\n", "a row of blank cells is left out"),
    (PLACES, LOCATIONS.replace("#name,", "name,"), "the header does not begin with #"),
    (PLACES, LOCATIONS.replace("Ardenia", "Ruritania"), "the country 'Ruritania' is not known here"),
    (PLACES, LOCATIONS.replace("forwarding_hub,,", "forwarding_hub,,30"), "30 people of Hub are kept as a note"),
    (PLACES, LOCATIONS.replace(",town,", ",vilage,"), "'vilage' is no type of location; as in Flee, nobody stays"),
    (PLACES, LOCATIONS + "Beta,South,Uganda,1,2,town,,5\n", "'Beta' stands again in line 7. As in Flee the roads"),
    (ROADS, ROUTES.replace("#name1", "name1"), "it is read as a header"),
    (ROADS, ROUTES + "Alpha,Alpha,10\n", "a road from a place to itself is left out"),
    (ROADS, ROUTES + "Alpha,Hub,0\n", "a road of 0 km becomes one of 0.001 km"),
    (ROADS, ROUTES + "Alpha,Hub,10,2\n", "forced_redirection 2 has no effect"),
    (ROADS, ROUTES + "Alpha,Hub,10,1\n", "the road is there twice, as Flee adds it twice"),
    (ROADS, "#a,b,c,d,surface\nAlpha,Kappa,1,0,mud\nHub,Lambda,9,0,\n", "no rule uses the columns surface"),
    (ROADS, "Alpha,Kappa,10\nHub,Alpha,10\n", "the camp Lambda has no road"),
    (FIGHTS, conflicts(Alpha=[1], Nowhere=[1]), "columns of places that locations.csv lacks have no effect: Nowhere"),
    (FIGHTS, conflicts(Alpha=[1]) + "10,1\n11,1\n", "2 days after the period: left out"),
    (FIGHTS, conflicts(Alpha=[1]).replace("5,", "7,"), "as in Flee the order of the rows counts"),
    (FIGHTS, conflicts(Alpha=[1]) + ",,\n", "a row of blank cells is left out"),
    (SHUT, None, "there is no closures.csv"),
    (SHUT, "link,Alpha,Beta,0,3\n", "link Alpha–Beta has no effect in Flee"),
    (SHUT, "remove_forced_redirection,Alpha,Beta,0,3\n", "has no effect in Flee"),
    (SHUT, "location,Alpha,Beta,0,3\n", "Flee passes over the second name"),
    (SHUT, "country,Ardenia,Ugnada,0,3\n", "no place lies in 'Ugnada'"),
    (SHUT, "country,Ardenia,Uganda,50,60\n", "comes after the period and is left out"),
    (FIXES, "# by hand\n,,\nKappa,2031-01-03\nKappa,2031-01-03\n", "a comment is left out"),
    (FIXES, "Kappa,2031-01-03\nKappa,2031-01-03\n", "the correction stands twice and counts once"),
    (FIXES, "Kappa,2030-12-30\n", "a correction before the period is left out"),
    (LAYOUT, None, "nothing was counted, and camps are empty"),
    (LAYOUT, FILES[LAYOUT].replace("total", "Kappa", 1), "the first row, Kappa, is taken for the total"),
    (LAYOUT, FILES[LAYOUT] + "Mu,lambda.csv\n", "Mu is no camp of locations.csv: its people set out"),
    (LAYOUT, FILES[LAYOUT] + "Kappa,kappa.csv\n", "Kappa stands twice: its people set out"),
    (KAPPA, "date,count\n2031-01-03,60\n", "the heading 'date' is passed over"),
    (KAPPA, "2031-01-03,60\n,,\n2031-01-05,70\n", "a row of blank cells is left out"),
    (KAPPA, "2031-01-03,60\n2031-01-05,\n", "2031-01-05 has no count and is passed over"),
    (KAPPA, "2031-01-03,60\n2030-01-05,65\n2031-01-08,70\n", "2030-01-05 stands below a later day"),
    (KAPPA, "2031-01-03,60\n2031-01-03,65\n", "2031-01-03 stands twice"),
    (SETTINGS, None, "there is no simsetting.yml; Flee's defaults hold"),
    ("simsetting.csv", "AgentLogLevel,0\n", "simsetting.csv is of an old version of Flee"),
    (SETTINGS, "move_rules:\n  awareness_level: 1.5\n", "awareness_level 1.5 becomes 1, as in Flee"),
    (SETTINGS, "move_rules:\n  awareness_level: -1\n", "awareness_level -1 becomes 1, as in Flee"),
    (SETTINGS, "move_rules:\n  max_mov_speed: 100\n", "is not a setting of Flee, which passes over it. Did you mean"),
    (SETTINGS, "move_rules:\n  capacity_buffer: 1.0\n", "capacity_buffer 1 becomes 0.999"),
    (SETTINGS, "move_rules:\n  camp_weight: 2\n  camp_weight: 3\n", "camp_weight stands twice; the last holds"),
    (SETTINGS, "spawn_rules:\n  camps_are_sinks: True\n", "camps_are_sinks has no effect: Flee never reads it"),
    (SETTINGS, "move_rules:\n  two_system_decision_making: True\n", "it can never come into force"),
    (SETTINGS, "optimisations:\n  hasten: 10\n", "hasten 10 is not applied: Corridor moves everybody"),
    (
        "input_csv/demographics_gender.csv",
        "gender,Default\nwomen,1.1\nmen,0.9\n",
        "gender (women 1.1, men 0.9) is noted",
    ),
    ("input_csv/agents.csv", "Alpha,1\n", "people one by one are not read"),
]


@pytest.mark.parametrize(("file", "text", "words"), CASES, ids=[f"{case[0]}: {case[2][:40]}" for case in CASES])
def test_it_is_mended_and_the_account_says_so(tmp_path, file, text, words):
    lines = mended(imported(tmp_path, {file: text}))
    assert [line for line in lines if words in line], "\n".join(lines)


def test_a_sound_instance_needs_no_mending(tmp_path):
    text = LOCATIONS.replace("Ardenia", "Burundi")
    assert mended(imported(tmp_path, {PLACES: text})) == []


@pytest.mark.parametrize(
    "variant",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(",", ", ") if text.startswith("#Day") else text,
        lambda text: text.replace("Date,count", ",") if text.startswith("Date,count") else text,
        lambda text: text.replace("Date,count", "DateTime,x") if text.startswith("Date,count") else text,
        lambda text: text.replace("Date,count", "\n# counts") if text.startswith("Date,count") else text,
        lambda text: text.replace("2031-01-03", "2031-1-3"),
        lambda text: "\n" + text if text.startswith("total") else text,
        lambda text: (
            text.replace("StartDate,", '"startdate","').replace("-01\n", '-01"\n') if "Length" in text else text
        ),
    ],
    ids=["CRLF", "no final newline", "blanks", "blank head", "DateTime", "comment", "no zeros", "blank line", "quotes"],
)
def test_the_same_instance_in_another_form_is_the_same_scenario(tmp_path, variant):
    changes = {file: variant(text) for file, text in FILES.items()}
    changes[FIGHTS] = variant(conflicts(Alpha=[1], Beta=[0]))
    one, other = imported(tmp_path / "one"), imported(tmp_path / "other", changes)
    assert one.scenario == other.scenario
    assert one.observations == other.observations


@pytest.mark.parametrize(
    "header",
    [
        '"#name","region","country","lat","lon","location_type","conflict_date","population"',
        "#name,#name,country,latitude,longitude,location_type,flood_time,pop/cap",
        "# name,region,country,gps_x,gps_y,type,conflict_period,population/capacity",
    ],
)
def test_headers_of_all_kinds_are_headers(tmp_path, header):
    text = "\n".join([header, *LOCATIONS.splitlines()[1:]]) + "\n"
    assert imported(tmp_path / "a", {PLACES: text}).scenario == imported(tmp_path / "b").scenario


def test_routes_need_no_header_and_rows_may_be_of_different_lengths(tmp_path):
    text = "Alpha,Beta,50\nBeta,Hub,30,0\nHub,Kappa,100,\nHub,Lambda,120\n"
    assert imported(tmp_path / "a", {ROADS: text}).scenario == imported(tmp_path / "b").scenario


def test_the_older_name_of_the_period_is_read(tmp_path):
    changes = {PERIOD: None, "input_csv/conflict_period.csv": FILES[PERIOD]}
    assert imported(tmp_path / "a", changes).scenario == imported(tmp_path / "b").scenario


def test_files_may_lie_beside_each_other_without_input_csv(tmp_path):
    flat = {file.partition("/")[2]: text for file, text in FILES.items() if file.startswith("input_csv")}
    changes = {**dict.fromkeys(FILES), **flat, FIGHTS: None, "conflicts.csv": conflicts(Alpha=[1])}
    result = imported(tmp_path, changes)
    assert len(result.scenario.places) == 5
    assert len(result.observations) == 0


def test_the_preset_of_corridor_keeps_dates_in_order_and_counts_nobody_twice(tmp_path):
    changes = {
        KAPPA: "2031-01-05,60\n2031-01-03,65\n2031-01-08,70\n",
        LAYOUT: FILES[LAYOUT] + "Kappa,kappa.csv\n",
        ROADS: ROUTES + "Alpha,Hub,10,1\n",
    }
    result = imported(tmp_path, changes, preset=Preset.CORRIDOR)
    assert [row.date.day for row in result.observations if row.place == "kappa"] == [3, 5, 8]
    assert len(result.scenario.places) == 5
    assert len(result.scenario.routes) == 5


def test_the_name_of_the_folder_is_the_only_thing_told_of_where_the_instance_lay(tmp_path):
    result = imported(tmp_path)
    assert str(tmp_path) not in repr(result)
    assert result.scenario.name == "tiny (imported from Flee)"
    assert write_instance(tmp_path / "again").name == "tiny"
