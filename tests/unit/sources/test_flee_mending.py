"""Under --mend obvious faults of an instance are repaired, each with a sentence in the account; else it is offered."""

from datetime import date

import pytest

from corridor.errors import ScenarioError
from corridor.scenario.events import EventKind
from corridor.scenario.presets import Preset
from corridor.sources.flee import read_flee
from tests.flee_instances import FILES, LOCATIONS, ROUTES, conflicts, imported, mended, write_instance

PLACES, ROADS, FIGHTS = "input_csv/locations.csv", "input_csv/routes.csv", "input_csv/conflicts.csv"
SHUT, FIXES = "input_csv/closures.csv", "input_csv/registration_corrections.csv"
LAYOUT, SETTINGS, FLOODS = "source_data/data_layout.csv", "simsetting.yml", "input_csv/flood_level.csv"
SHORT = "".join(conflicts(Alpha=[1]).splitlines(keepends=True)[:-3])

# File, its text, id of the problem, words of the account.
CASES = [
    (FIGHTS, SHORT, "I007", "Mended: the period ends with the table"),
    (PLACES, LOCATIONS + "Alpha,South,Uganda,1,2,town,,5\n", "I006", "Mended: the row in line 2 is left out"),
    (PLACES, LOCATIONS.replace(",1000", ',"1,000"'), "I003", "Mended: 1000 is read"),
    (PLACES, LOCATIONS + ",South,Uganda,1,2,town,,5\n", "I002", "Mended: the row is left out"),
    (ROADS, ROUTES + "Alpha,Nowhere,10\n", "I005", "Mended: the road is left out"),
    (SHUT, "location,Nowhere,,0,3\n", "I005", "Mended: the closure is left out"),
    (LAYOUT, "total,refugees.csv\nKappa,kappa.csv\n", "I010", "Mended: it is a camp that nobody counted"),
    (LAYOUT, FILES[LAYOUT].replace("Kappa,", "Kappa  ,"), "I010", "Mended: it is read without them"),
    (LAYOUT, FILES[LAYOUT].replace("kappa.csv", "k.csv"), "I010", "Mended: the row is left out, so that Kappa has no"),
    (FIXES, "Beta,2031-01-03\n", "I011", "Mended: the correction is left out"),
    (FIXES, "Kappa,2031-01-04\n", "I011", "Mended: the correction is left out"),
]


@pytest.mark.parametrize(("file", "text", "code", "words"), CASES)
def test_a_fault_is_refused_with_the_option_that_repairs_it_and_repaired_with_it(tmp_path, file, text, code, words):
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path / "refused", {file: text})
    assert [problem.code for problem in caught.value.problems] == [code]
    assert "give --mend" in caught.value.problems[0].fix
    assert any(words in line for line in mended(imported(tmp_path / "mended", {file: text}, mend=True)))


def test_the_period_ends_with_a_table_that_is_too_short(tmp_path):
    result = imported(tmp_path, {FIGHTS: SHORT}, mend=True)
    assert result.scenario.end == date(2031, 1, 7)


def test_a_correction_of_a_place_that_is_a_town_corrects_its_series(tmp_path):
    changes = {
        LAYOUT: FILES[LAYOUT] + "Beta,kappa.csv\n",
        FIXES: "Beta,2031-01-03,normalize\n",
    }
    result = imported(tmp_path, changes)
    (verification,) = (event for event in result.scenario.events if event.kind is EventKind.VERIFICATION)
    assert verification.subject == "beta_counts_only"
    assert verification.value == 60


def test_an_earlier_row_of_a_name_leaves_the_last_with_the_roads(tmp_path):
    result = imported(tmp_path, {PLACES: LOCATIONS + "Beta,South,Uganda,1,2,town,,5\n"})
    assert [place.population for place in result.scenario.places if place.name == "Beta"] == [5]


def test_many_like_problems_are_one_with_a_count(tmp_path):
    roads = ROUTES + "".join(f"Alpha,Nowhere{i},10\n" for i in range(76))
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, {ROADS: roads})
    (problem,) = caught.value.problems
    assert "'Nowhere0' is not a place of locations.csv. 75 rows more like this (lines 7, 8, 9" in problem.what


def test_a_folder_that_changes_an_instance_takes_the_rest_from_it(tmp_path):
    parent = write_instance(tmp_path, name="parent")
    change = tmp_path / "sweep" / "run3"
    change.mkdir(parents=True)
    (change / "routes.csv").write_text(ROUTES.replace("50", "70"))
    (tmp_path / "sweep" / "simsetting.yml").write_text("move_rules:\n  max_move_speed: 100.0\n")
    result = read_flee(change, base=parent)
    assert max(route.distance_km for route in result.scenario.routes if route.origin == "alpha") == 70
    speeds = [row.prior.value for row in result.scenario.parameters if row.key == "speed_vehicle_km_per_day"]
    assert speeds == [100.0]
    assert result.scenario.name == "run3 (imported from Flee)"
    assert any("run3 changes the instance parent" in str(entry) for entry in result.account)


def test_a_coupled_instance_is_named_as_one(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, {FIGHTS: None, "input_csv/conflicts-0.csv": "x", "input_csv/conflicts-1.csv": "x"})
    assert [problem.code for problem in caught.value.problems] == ["I013"]
    assert "conflicts-0.csv, conflicts-1.csv" in caught.value.problems[0].what


def test_numbered_places_and_roads_of_a_coupled_instance_are_not_called_missing(tmp_path):
    numbered = {f"input_csv/{name}-{part}.csv": "x" for name in ("conflicts", "locations", "routes") for part in (0, 1)}
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, {PLACES: None, "input_csv/routes.csv": None, FIGHTS: None, **numbered})
    assert [problem.code for problem in caught.value.problems] == ["I013"]


def test_a_table_that_a_sweep_lacks_is_looked_for_with_base(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, {PLACES: None})
    (missing,) = [problem for problem in caught.value.problems if problem.code == "I001"]
    assert "--base" in missing.fix


FLOODED = {
    PLACES: LOCATIONS.replace("conflict_zone,0", "flood_zone,0"),
    FIGHTS: None,
    FLOODS: conflicts(Alpha=[0, 1, 3, 0]),
    SETTINGS: """spawn_rules:
  take_from_population: True
  flood_zone_spawning_only: True
  conflict_zone_spawning_only: False
  flood_driven_spawning:
    flood_spawn_mode: "pop_ratio"
    displaced_per_flood_day: [0.0, 0.1, 0.2, 0.5]
""",
}


def test_floods_drive_people_out_by_the_share_of_their_level(tmp_path):
    result = imported(tmp_path, FLOODED, preset=Preset.CORRIDOR)
    floods = [(e.start.day, e.end and e.end.day, e.value) for e in result.scenario.events if e.subject == "alpha"]
    assert floods == [(2, 2, 0.2), (3, 3, 1.0)]
    rates = [r.prior.value for r in result.scenario.parameters if r.key == "displaced_share_per_conflict_day"]
    assert rates == [0.5]


def test_shares_of_floods_that_are_no_list_are_a_problem(tmp_path):
    settings = FLOODED[SETTINGS].replace("[0.0, 0.1, 0.2, 0.5]", "much")
    with pytest.raises(ScenarioError) as caught:
        imported(tmp_path, {**FLOODED, SETTINGS: settings})
    assert [problem.code for problem in caught.value.problems] == ["I008"]
