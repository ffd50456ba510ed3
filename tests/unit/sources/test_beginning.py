"""corridor new --from: a sound scenario from files alone. Places, people and events are invented."""

import json
from pathlib import Path

import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.scenario.io.read import read_folder
from corridor.scenario.places import PlaceKind
from corridor.sources.beginning import FileKind, begin_scenario

SITES = (
    "Site,Kind,Latitude,Longitude,Population,Planned capacity\n"
    "Northgate,town,5.0,30.0,48000,\n"
    "Eastmarket,town,4.7,30.6,,\n"
    "Meadow camp,camp,4.2,30.1,,9000\n"
    "Lakeside camp,camp,4.3,30.8,,15000\n"
)
COUNTS = (
    "Site,Date,Individuals\n"
    "Meadow camp,03/03/2031,1200\n"
    "Meadow camp,31/03/2031,4100\n"
    "Lakeside camp,17/03/2031,1500\n"
    "Lakeside camp,31/03/2031,3050\n"
)
EVENTS = (
    "event_date,event_type,location,latitude,longitude,fatalities\n"
    "2031-03-08,Battles,Northgate,5.01,30.02,14\n"
    "2031-03-20,Battles,Hill Cross,4.9,30.3,3\n"
    "2030-01-20,Battles,Old Cross,4.6,30.4,30\n"
)
LINE = {"type": "LineString", "coordinates": [[30.0, 5.0], [30.1, 4.2], [30.8, 4.3], [30.6, 4.7], [30.0, 5.0]]}
TEXTS = {"sites.csv": SITES, "counts.csv": COUNTS, "events.csv": EVENTS, "roads.geojson": json.dumps(LINE)}


@pytest.fixture
def files(tmp_path) -> dict[str, Path]:
    """Return the files by name."""
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in TEXTS}


def test_places_counts_fighting_and_roads_become_a_sound_scenario_in_any_order(files, tmp_path):
    begun = begin_scenario(list(files.values()), tmp_path / "one")
    other = begin_scenario(list(files.values())[::-1], tmp_path / "other")
    assert dict(begun.kinds)["roads.geojson"] is FileKind.ROADS
    assert (begun.scenario.places, begun.scenario.routes) == (other.scenario.places, other.scenario.routes)
    assert {row.route for row in begun.scenario.routes} >= {"northgate>meadow_camp", "eastmarket>lakeside_camp"}
    assert [row.subject for row in begun.scenario.events] == ["northgate"]
    assert begun.reports == 4
    readme = (tmp_path / "one" / "README.md").read_text(encoding="utf-8")
    assert "- counts.csv: counts" in readme
    assert "Left out, and why" in readme


def test_who_is_where_on_the_first_day_is_counted_or_has_a_prior_with_its_reason(files, tmp_path):
    scenario = begin_scenario(list(files.values()), tmp_path / "out").scenario
    assert (scenario.place("northgate").population, scenario.place("meadow_camp").population) == (48000, 1200)
    assert scenario.place("lakeside_camp").population is None
    stated = {row.key: row for row in scenario.parameters}
    assert stated["population.lakeside_camp"].prior.median == 1500
    assert "first counted, on 2031-03-17" in stated["population.lakeside_camp"].source
    assert "no file says how many live there" in stated["population.eastmarket"].source
    assert all(row.source.startswith("assumed: ") for row in scenario.parameters)
    assert {row.source for row in scenario.sources} == {"counts.csv"}
    assert str(scenario.place("meadow_camp").capacity_reported_on) == "2031-03-03"


def test_counts_alone_are_enough_and_the_account_says_that_nobody_travels(files, tmp_path):
    begun = begin_scenario([files["counts.csv"], files["roads.geojson"]], tmp_path / "out")
    assert not begun.scenario.has_mechanism
    assert {place.kind for place in begun.scenario.places} == {PlaceKind.HOST_COMMUNITY}
    account = "\n".join(entry.text for entry in begun.account)
    assert "no town is among the places" in account
    assert "roads.geojson: roads are of use once there are towns" in account
    assert str(begun.last_known) == "2031-03-31"


def test_without_a_list_of_towns_those_with_fighting_within_the_days_of_the_counts_are_taken(files, tmp_path):
    files["sites.csv"].write_text(SITES.replace("Northgate,town,5.0,30.0,48000,\nEastmarket,town,4.7,30.6,,\n", ""))
    begun = begin_scenario(list(files.values()), tmp_path / "out")
    towns = [place.place for place in begun.scenario.places if place.kind is PlaceKind.TOWN]
    assert towns == ["northgate", "hill_cross"]
    assert "meadow_camp>northgate" in {row.route for row in begun.scenario.routes}
    assert {row.subject for row in begun.scenario.parameters if row.name == "population"} >= set(towns)


def test_a_gazetteer_gives_coordinates_to_places_that_a_table_of_counts_names_by_code(tmp_path):
    (tmp_path / "gazetteer.csv").write_text("name,pcode,lat,lon\nNorth Ard,AR01,5,30\nEast Ard,AR02,4,31\n")
    (tmp_path / "counts.csv").write_text("District,admin2Pcode,Date,IDPs\nNorth,AR01,2031-03-03,12\n")
    begun = begin_scenario([tmp_path / "gazetteer.csv", tmp_path / "counts.csv"], tmp_path / "out")
    kinds = {place.place: (place.kind, place.lat) for place in begun.scenario.places}
    assert kinds == {"north_ard": (PlaceKind.HOST_COMMUNITY, 5), "east_ard": (PlaceKind.TOWN, 4)}
    assert [row.place for row in read_folder(begun.folder)[1]] == ["north_ard"]


def test_what_cannot_be_begun_leaves_no_folder_behind(files, tmp_path):
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ScenarioError, match="no table of counts is among the files; they hold places, roads"):
        begin_scenario([files["sites.csv"], files["roads.geojson"]], tmp_path / "out")
    with pytest.raises(ScenarioError, match="no such file"):
        begin_scenario([tmp_path / "absent.csv"], tmp_path / "out")
    files["roads.geojson"].write_text('{"type": "LineString", "coordinates": [[', encoding="utf-8")
    with pytest.raises(ScenarioError, match="begins like JSON and is none"):
        begin_scenario(list(files.values()), tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == before
    begin_scenario([files["counts.csv"]], tmp_path / "out")
    with pytest.raises(UsageError, match="is not empty"):
        begin_scenario([files["counts.csv"]], tmp_path / "out")
