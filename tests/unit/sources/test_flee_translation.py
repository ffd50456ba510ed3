"""What each file of an instance becomes."""

import datetime as dt
import hashlib
from dataclasses import replace

import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.scenario.events import EventKind
from corridor.scenario.io.read import read_folder
from corridor.scenario.observations import Use
from corridor.scenario.parameters import Fixed
from corridor.scenario.places import PlaceKind
from corridor.scenario.presets import Preset
from corridor.sources.flee import read_flee, write_imported
from corridor.sources.flee.beliefs import beliefs
from corridor.sources.flee.locations import ids
from corridor.sources.flee.rules import parameter_values
from tests.flee_instances import FILES, LOCATIONS, ROUTES, conflicts, imported, write_instance

PLACES, ROADS, FIGHTS = "input_csv/locations.csv", "input_csv/routes.csv", "input_csv/conflicts.csv"
SHUT, FIXES, SETTINGS = "input_csv/closures.csv", "input_csv/registration_corrections.csv", "simsetting.yml"
KAPPA, LAYOUT = "source_data/kappa.csv", "source_data/data_layout.csv"


def day(number):
    """Return the date of a day of the tiny instance."""
    return dt.date(2031, 1, 1) + dt.timedelta(days=number)


def spells(result, kind="conflict"):
    """Return the events of a kind, each as its subject, its first and its last day and its size."""
    return [
        (event.subject, (event.start - day(0)).days, event.end and (event.end - day(0)).days, event.value)
        for event in result.scenario.events
        if event.kind.value == kind
    ]


def values(result):
    """Return the parameters as numbers."""
    return parameter_values(result.scenario.parameters)


def test_kinds_of_places_are_those_of_their_types(tmp_path):
    rows = (
        "Mu,South,Uganda,1,2,IDPCamp,,90\nNu,South,Uganda,,,marker,,\nXi,South,Uganda,1,2,conflict,7,9\n"
        "Omi,South,Uganda,1,2,Camp,,\nRho,South,Uganda,1,2,default,,5\n"
    )
    found = {row.name: row for row in imported(tmp_path, {PLACES: LOCATIONS + rows, LAYOUT: None}).scenario.places}
    kinds = {name: row.kind.value for name, row in found.items()}
    assert kinds == {
        "Alpha": "town",
        "Beta": "town",
        "Hub": "transit",
        "Kappa": "camp",
        "Lambda": "camp",
        "Mu": "camp",
        "Nu": "marker",
        "Xi": "town",
        "Omi": "camp",
        "Rho": "town",
    }
    assert (found["Xi"].population, found["Mu"].capacity, found["Omi"].capacity) == (9, 90, None)
    assert (found["Nu"].lat, found["Nu"].lon, found["Mu"].lat) == (None, None, 1.0)


def test_the_first_country_is_at_home_and_names_of_countries_are_kept(tmp_path):
    first, *_, last = imported(tmp_path).scenario.places
    assert (first.country, last.country) == ("XAA", "UGA")
    assert (first.notes["x_country"], first.notes["x_region"]) == ("Ardenia", "North")


def test_ids_are_words_in_ascii_and_unique():
    names = ["Fassala-Mbera", "Kaga Bandoro", "kaga_bandoro", "Ubá", "24 Mayo", "الهول", "Лиман"]
    assert ids(names) == [
        "fassala_mbera",
        "kaga_bandoro",
        "kaga_bandoro_2",
        "uba",
        "place_24_mayo",
        "place_6",
        "place_7",
    ]


def test_capacities_have_no_day_on_which_they_became_known_so_that_no_forecast_has_them(tmp_path):
    scenario = imported(tmp_path).scenario
    assert scenario.place("kappa").capacity == 500
    assert scenario.known_by(scenario.end).place("kappa").capacity is None


def test_camps_hold_the_people_of_day_0_in_a_straight_line_between_counts(tmp_path):
    result = imported(tmp_path)
    assert result.scenario.place("kappa").population == 40
    assert values(result)["day0_counted_twice.kappa"] == 40


@pytest.mark.parametrize(
    ("preset", "settings", "people", "twice"),
    [
        (Preset.FLEE_NEWEST, "", 40, 40),
        (Preset.FLEE_3_1, "", 40, None),
        (Preset.CORRIDOR, "", 20, None),
        (Preset.FLEE_NEWEST, "spawn_rules:\n  insert_day0: False\n", 0, None),
    ],
)
def test_only_the_newest_flee_counts_the_people_of_day_0_twice(tmp_path, preset, settings, people, twice):
    result = imported(tmp_path, {SETTINGS: settings}, preset=preset)
    assert result.scenario.place("kappa").population == people
    assert values(result).get("day0_counted_twice.kappa") == twice


def test_further_columns_become_people_growth_and_notes(tmp_path):
    header = LOCATIONS.splitlines()[0] + ",initial_idps,capacity_per_day,IPC"
    rows = [*(f"{row},," for row in LOCATIONS.splitlines()[1:4]), "Kappa,S,Uganda,1,2,idpcamp,,500,7,12.5,3"]
    text = "\n".join([header, *rows, *LOCATIONS.splitlines()[5:]]) + "\n"
    result = imported(tmp_path, {PLACES: text})
    kappa = result.scenario.place("kappa")
    assert kappa.population == 47
    assert kappa.notes["x_ipc"] == "3"
    assert values(result)["capacity_growth_per_day.kappa"] == 12.5
    assert values(result)["move_chance_camp.kappa"] == 0.1
    older = imported(tmp_path / "older", {PLACES: text}, preset=Preset.FLEE_3_1)
    assert older.scenario.place("kappa").population == 40
    assert "capacity_growth_per_day.kappa" not in values(older)


def test_roads_lead_both_ways_and_parallel_ones_are_told_apart(tmp_path):
    routes = imported(tmp_path, {ROADS: ROUTES + "Beta,Alpha,70\nAlpha,Beta,50,0\n"}).scenario.routes
    assert all(route.both_ways for route in routes)
    assert [route.route for route in routes if "beta" in (route.origin, route.destination)] == [
        "alpha>beta",
        "beta>hub",
        "beta>alpha/road_2",
        "alpha>beta/road_3",
    ]


def test_speeds_and_walks_of_single_roads_are_kept(tmp_path):
    text = "#name1,name2,distance,forced_redirection,max_move_speed,walk_probability\n" + "".join(
        f"{row},{end}\n" for row, end in zip(ROUTES.splitlines()[1:], ["100,0.5", "200,0", "200,", "50,0"], strict=True)
    )
    result = imported(tmp_path, {ROADS: text})
    assert [route.travel_days for route in result.scenario.routes] == [0.5, 0.15, 0.5, 2.4]
    assert values(result)["walk_probability.alpha>beta"] == 0.5


def test_fighting_from_the_map_lasts_until_a_column_falls_to_zero_and_counts_from_the_day_before(tmp_path):
    assert spells(imported(tmp_path, {FIGHTS: conflicts(Beta=[0])})) == [("alpha", -1, None, 1.0)]
    assert spells(imported(tmp_path / "b", {FIGHTS: conflicts(Alpha=[0, 0, 1, 1, 0])})) == [
        ("alpha", -1, 1, 1.0),
        ("alpha", 2, 3, 1.0),
    ]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([0, 0, 1, 1, 0], [(2, 3, 1)]),
        ([1, 0, 1], [(0, 0, 1), (2, None, 1)]),
        ([0.5, 0.5, 1, 1, 0.2, 0], [(0, 4, 0.5)]),
        ([0, 2, 0], [(1, 1, 2)]),
        ([0, 1e-7, 0], []),
    ],
)
def test_flee_hears_of_fighting_when_it_begins_and_when_it_ends(tmp_path, column, expected):
    found = spells(imported(tmp_path, {FIGHTS: conflicts(Alpha=[1], Beta=column)}))
    assert [spell[1:] for spell in found if spell[0] == "beta"] == expected


def test_flee_3_1_lets_fighting_end_only_after_a_day_with_exactly_one(tmp_path):
    found = spells(imported(tmp_path, {FIGHTS: conflicts(Beta=[0.5, 0.5, 0])}, preset=Preset.FLEE_3_1))
    assert ("beta", 0, None, 0.5) in found


def test_under_the_rules_of_corridor_each_change_of_intensity_counts(tmp_path):
    found = spells(imported(tmp_path, {FIGHTS: conflicts(Beta=[0.5, 1, 1, 0])}, preset=Preset.CORRIDOR))
    assert [spell[1:] for spell in found if spell[0] == "beta"] == [(0, 0, 0.5), (1, 2, 1)]


def test_an_end_of_fighting_is_not_known_before_the_day_after_it(tmp_path):
    result = imported(tmp_path, {FIGHTS: conflicts(Beta=[0, 1, 1, 0])})
    (event,) = [row for row in result.scenario.events if row.subject == "beta"]
    assert (event.reported_on, event.end, event.end_reported_on) == (day(1), day(2), day(3))
    assert event.known_by(day(2)).end is None


@pytest.mark.parametrize(
    ("rows", "closed"),
    [
        ("location,Beta,,2,5\n", [("beta", 2, 4)]),
        ("country,Ardenia,Uganda,0,3\n", [("beta>hub", 0, 2)]),
        ("country,Uganda,Ardenia,0,-1\n", [("beta>hub", 0, None)]),
        ("location,Beta,,-1,5\n", []),
        ("location,Beta,,5,2\n", [("beta", 5, None)]),
        ("location,Beta,,4,4\n", []),
        ("location,Beta,,0,9\ncountry,Ardenia,Uganda,2,5\n", [("alpha>beta", 0, 8), ("beta>hub", 0, 4)]),
        ("location,Alpha,,0,4\nlocation,Beta,,0,8\n", [("alpha", 0, 3), ("beta>hub", 0, 7)]),
        ("location,Beta,,0,4\nlocation,Beta,,4,8\n", [("beta", 0, 3), ("beta", 4, 7)]),
        ("location,Beta,,4,8\nlocation,Beta,,0,4\n", [("beta", 0, 3)]),
    ],
)
def test_closures_are_not_counted_so_that_the_end_of_one_opens_what_another_keeps_shut(tmp_path, rows, closed):
    assert [spell[:3] for spell in spells(imported(tmp_path, {SHUT: rows}), "closure")] == closed


def test_under_the_rules_of_corridor_what_any_row_wants_shut_is_shut(tmp_path):
    rows = "location,Beta,,0,9\ncountry,Ardenia,Uganda,2,5\nlink,Hub,Kappa,1,3\nlocation,Lambda,Hub,2,4\n"
    found = spells(imported(tmp_path, {SHUT: rows}, preset=Preset.CORRIDOR), "closure")
    assert [spell[:3] for spell in found] == [
        ("beta", 0, 8),
        ("beta>hub", 2, 4),
        ("hub>kappa", 1, 2),
        ("hub>lambda", 2, 3),
    ]


def test_a_closed_camp_is_none_for_the_time(tmp_path):
    rows = "camp,Kappa,,0,4\nidpcamp,Lambda,,3,-1\n"
    found = spells(imported(tmp_path, {SHUT: rows}), "camp_suspended")
    assert [spell[:3] for spell in found] == [("kappa", 0, 3), ("lambda", 3, None)]


def test_counts_are_kept_as_they_stand_and_only_those_of_the_period_are_used(tmp_path):
    result = imported(tmp_path)
    kappa = [(row.date, row.count, row.use) for row in result.observations if row.place == "kappa"]
    assert kappa == [
        (dt.date(2030, 12, 30), 20, Use.IGNORE),
        (day(2), 60, Use.FIT),
        (day(19), 90, Use.IGNORE),
    ]
    total = [row for row in result.observations if row.place == "kappa+lambda"]
    assert [(row.count, row.use) for row in total] == [(40, Use.HOLD), (200, Use.HOLD)]


def test_files_that_are_added_up_are_added_as_flee_does(tmp_path):
    changes = {
        LAYOUT: "total,refugees.csv\nKappa,kappa.csv,more.csv\nLambda,lambda.csv\n",
        KAPPA: "2031-01-02,100\n2031-01-05,200\n2031-01-09,300\n",
        "source_data/more.csv": "2031-01-01,1\n2031-01-04,2\n2031-01-05,3\n2031-01-07,4\n",
    }
    counts = [(row.date.day, row.count) for row in imported(tmp_path, changes).observations if row.place == "kappa"]
    assert counts == [(1, 101), (2, 101), (4, 202), (5, 203), (7, 304)]


def test_corrections_become_verifications_and_change_the_people_of_day_0(tmp_path):
    result = imported(tmp_path, {FIXES: 'Kappa,2031-01-20,"normalize"\n'})
    (event,) = [row for row in result.scenario.events if row.kind is EventKind.VERIFICATION]
    assert (event.start, event.value, event.notes) == (day(19), 90, {"x_normalize": "true"})
    assert result.scenario.place("kappa").population == 60


def test_a_series_that_is_counted_twice_sets_out_twice_from_a_closed_camp_of_its_own(tmp_path):
    result = imported(tmp_path, {LAYOUT: FILES[LAYOUT] + "Kappa,kappa.csv\n"})
    extra = result.scenario.places[-1]
    assert (extra.place, extra.kind) == ("kappa_counted_again", PlaceKind.CAMP)
    assert spells(result, "camp_closes") == [("kappa_counted_again", 0, None, None)]
    assert {row.use for row in result.observations if row.place == extra.place} == {Use.IGNORE}


def test_settings_become_parameters_with_their_source(tmp_path):
    text = """spawn_rules:
  take_from_population: True
  conflict_spawn_decay: [1.0, 0.5]
  conflict_spawn_decay_interval: 20
move_rules:
  max_walk_speed: 30
  camp_weight: 5.0
  use_pop_for_loc_weight: True
  pop_power_for_loc_weight: 0.2
  start_on_foot: True
"""
    result = imported(tmp_path, {SETTINGS: text})
    found = values(result)
    assert found["speed_foot_km_per_day"] == 30
    assert found["camp_weight"] == 5
    assert found["population_weight_power"] == 0.2
    assert (found["start_on_foot"], found["take_from_population"]) == (1, 1)
    assert (found["conflict_decay.0"], found["conflict_decay.1"], found["conflict_decay_days"]) == (1, 0.5, 20)
    sources = {row.name: row.source for row in result.scenario.parameters}
    assert sources["camp_weight"] == "simsetting.yml of tiny"
    assert sources["foreign_weight"] == "Flee's default; simsetting.yml of tiny says nothing else"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("constant\n    displaced_per_conflict_day: 40", {"displaced_per_conflict_day": 40, "displaced_poisson": 0}),
        ("poisson\n    displaced_per_conflict_day: 40", {"displaced_per_conflict_day": 40, "displaced_poisson": 1}),
        ("pop_ratio", {"displaced_share_per_conflict_day": 0.01}),
        ("constant", {"displaced_per_conflict_day": 500}),
    ],
)
def test_displacement_by_fighting_has_three_modes(tmp_path, mode, expected):
    text = f"spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: {mode}\n"
    assert values(imported(tmp_path, {SETTINGS: text})).items() >= expected.items()


def test_the_rules_of_the_first_version_are_one_switch(tmp_path):
    found = values(imported(tmp_path, {SETTINGS: "move_rules:\n  use_v1_rules: True\n  start_on_foot: True\n"}))
    assert (found["speed_vehicle_km_per_day"], found["camp_weight"], found["start_on_foot"]) == (200, 2, 0)


def test_flee_3_1_does_not_know_the_newer_settings(tmp_path):
    text = "spawn_rules:\n  conflict_spawn_decay: [1.0, 0.5]\n  conflict_spawn_decay_interval: 20\n"
    assert values(imported(tmp_path, {SETTINGS: text}, preset=Preset.FLEE_3_1))["conflict_decay_days"] == 30


def test_under_corridor_only_what_the_file_states_is_taken_over(tmp_path):
    stated = {"speed_vehicle_km_per_day", "awareness_level", "take_from_population"}
    believed = {row.name for row in beliefs() if isinstance(row.prior, Fixed)}
    assert set(values(imported(tmp_path, preset=Preset.CORRIDOR))) == stated | believed


def test_under_corridor_what_an_instance_leaves_open_has_priors_and_no_deaths(tmp_path):
    scenario = imported(tmp_path, preset=Preset.CORRIDOR).scenario
    priors = {row.name: row.prior.prior for row in scenario.parameters}
    assert {priors[name] for name in ("onset_rate_per_day", "push_sd", "pull_sd")} == {"lognormal"}
    assert scenario.parameter("death_rate_waiting_per_day").prior.value == 0
    flee = imported(tmp_path, preset=Preset.FLEE_NEWEST).scenario
    assert "onset_rate_per_day" not in {row.name for row in flee.parameters}


def test_ages_become_groups(tmp_path):
    ages = "age,Default,Beta\n0,10,1\n4,10,1\n5,30,1\n40,50,1\n"
    groups = imported(tmp_path, {"input_csv/demographics_age.csv": ages}).scenario.groups
    assert [(row.group, row.share, row.is_under_five) for row in groups] == [
        ("under_five", 0.2, True),
        ("age_5_to_17", 0.3, False),
        ("age_18_to_59", 0.5, False),
    ]


@pytest.mark.parametrize("preset", Preset)
def test_what_is_written_is_a_sound_scenario_with_its_origin(tmp_path, preset):
    source = write_instance(tmp_path, {SHUT: "camp,Kappa,,0,3\n", FIXES: "Kappa,2031-01-20\n"})
    result = read_flee(source, preset=preset)
    folder = write_imported(result, tmp_path / "out")
    assert read_folder(folder) == (result.scenario, result.observations)
    readme = (folder / "README.md").read_text(encoding="utf-8")
    digest = hashlib.sha256((source / KAPPA).read_bytes()).hexdigest()
    assert f"| {KAPPA} | `{digest}` |" in readme
    assert all(" ".join(str(entry).split()) in readme for entry in result.account)
    assert f"preset `{preset.value}`" in readme


def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    result = imported(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        write_imported(result, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("preset", [Preset.FLEE_3_1, Preset.FLEE_NEWEST])
def test_under_flee_people_may_be_shut_in_without_a_siege(tmp_path, preset):
    result = imported(tmp_path, {SHUT: "location,Alpha,,0,3\n"}, preset=preset)
    assert write_imported(result, tmp_path / "out").is_dir()


def test_under_the_rules_of_corridor_people_who_are_shut_in_are_a_siege_to_be_stated(tmp_path):
    result = imported(tmp_path, {SHUT: "location,Alpha,,0,3\n"}, preset=Preset.CORRIDOR)
    with pytest.raises(ScenarioError, match="If that is a siege, write kind = siege"):
        write_imported(result, tmp_path / "out")


def test_what_breaks_a_rule_of_scenarios_leaves_nothing_behind(tmp_path):
    result = imported(tmp_path)
    broken = replace(result, scenario=replace(result.scenario, places=result.scenario.places[1:]))
    with pytest.raises(ScenarioError, match="out, as it would be written: "):
        write_imported(broken, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
