"""Conflict by area and period, thresholds that a user sets, and spells that go on in a later file. All invented."""

from pathlib import Path

import pytest

from corridor.scenario.io.read import read_folder
from corridor.sources.beginning import begin_scenario
from corridor.sources.tables.events import Thresholds, import_conflict
from corridor.sources.tables.files import read_file

SITES = (
    "name,kind,lat,lon,population,pcode\nNorthgate,town,5.00,30.00,48000,AR0101\nEastmarket,town,4.00,31.00,65000,AR020105\n"
    "Meadow camp,camp,4.50,30.50,,\n"
)
COUNTS = "Site,Date,IDPs\nMeadow camp,2031-03-01,100\nMeadow camp,2031-05-31,300\n"
EVENTS = "event_date,event_type,location,latitude,longitude,fatalities\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a scenario with two towns."""
    for name, text in (("sites.csv", SITES), ("counts.csv", COUNTS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return begin_scenario([tmp_path / "sites.csv", tmp_path / "counts.csv"], tmp_path / "ard").folder


def imported(folder: Path, text: str, name="events.csv", thresholds=None):
    """Import a table of conflict, and return the events of the scenario as text."""
    path = folder.parent / name
    path.write_text(text, encoding="utf-8")
    done = import_conflict(read_file(path), folder, "auto", thresholds or Thresholds())
    scenario, _ = read_folder(folder)
    return done, [
        (row.subject, str(row.start), str(row.end), row.value, str(row.reported_on)) for row in scenario.events
    ]


AGGREGATES = {
    "months by name": (
        (
            "Country,Admin1,Admin2,ISO3,Admin2 Pcode,Month,Year,Events,Fatalities\n"
            "Ard,North,Northgate,ARD,AR0101,March,2031,4,40\nArd,North,Northgate,ARD,AR0101,April,2031,0,0\n"
        ),
        ("northgate", "2031-03-01", "2031-03-31", 0.4, "2031-03-31"),
    ),
    "months by span, parts counted twice": (
        (
            "location_code,admin2_code,admin2_name,event_type,events,fatalities,reference_period_start,reference_period_end\n"
            "ARD,AR0101,Northgate,political_violence,4,40,2031-03-01,2031-03-31\n"
            "ARD,AR0101,Northgate,civilian_targeting,4,40,2031-03-01,2031-03-31\n"
            "ARD,AR0101,Northgate,demonstration,9,,2031-03-01,2031-03-31\n"
        ),
        ("northgate", "2031-03-01", "2031-03-31", 0.4, "2031-03-31"),
    ),
    "weeks by position": (
        (
            "WEEK,COUNTRY,ADMIN1,EVENT_TYPE,EVENTS,FATALITIES,CENTROID_LATITUDE,CENTROID_LONGITUDE\n"
            "2031-03-01,Ard,Nordia,Battles,2,20,5.01,30.02\n"
        ),
        ("northgate", "2031-03-01", "2031-03-07", 0.4, "2031-03-07"),
    ),
    "an area whose code that of a town continues": (
        "Country,Admin2,Admin2 Pcode,Month,Year,Events,Fatalities\nArd,Eastern,AR0201,March,2031,4,40\n",
        ("eastmarket", "2031-03-01", "2031-03-31", 0.4, "2031-03-31"),
    ),
}


@pytest.mark.parametrize("name", AGGREGATES)
def test_counts_by_area_and_period_are_spells_known_at_their_end(folder, name):
    text, expected = AGGREGATES[name]
    assert imported(folder, text)[1] == [expected]


def test_a_user_may_set_what_is_near_calm_and_severe(folder):
    text = EVENTS + "2031-03-05,Battles,Hamlet,5.3,30.0,5\n2031-03-12,Battles,Hamlet,5.3,30.0,5\n"
    done, events = imported(folder, text, thresholds=Thresholds(40, 3, 10))
    assert [(row[0], row[1], row[3]) for row in events] == [
        ("northgate", "2031-03-05", 0.5),
        ("northgate", "2031-03-12", 0.5),
    ]
    assert any("40 km to the town; a spell ends after 3 days" in entry.text for entry in done.account)


def test_a_spell_that_goes_on_in_a_later_file_ends_later_unless_a_person_has_changed_its_end(folder):
    first = EVENTS + "2031-03-05,Battles,Northgate,5.0,30.0,5\n"
    later = first + "2031-03-12,Battles,Northgate,5.0,30.0,5\n"
    imported(folder, first)
    done, events = imported(folder, later, "later.csv")
    assert (done.extended, done.added) == (1, ())
    assert [(row[1], row[2]) for row in events] == [("2031-03-05", "2031-03-12")]
    path = folder / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("05,2031-03-12,", "05,2031-03-10,", 1), encoding="utf-8")
    done, events = imported(folder, later + "2031-03-20,Battles,Northgate,5.0,30.0,5\n", "last.csv")
    assert (done.extended, events[0][2]) == (0, "2031-03-10")


def test_counts_of_conflict_begin_a_scenario_with_other_files(tmp_path):
    for name, text in (("sites.csv", SITES), ("counts.csv", COUNTS), ("acled.csv", AGGREGATES["weeks by position"][0])):
        (tmp_path / name).write_text(text, encoding="utf-8")
    begun = begin_scenario([tmp_path / name for name in ("sites.csv", "counts.csv", "acled.csv")], tmp_path / "ard")
    assert [event.subject for event in begun.scenario.events] == ["northgate"]


def test_a_list_of_sites_whose_day_stands_in_its_title_is_counts_and_one_of_towns_is_not(tmp_path):
    sites = "Sites as of 15 March 2031,,,\nSite,Lat,Lon,IDPs\nMeadow camp,4.5,30.5,100\n"
    towns = "Towns, census of 1 March 2031,,\nTown,Lat,Lon,Population\nNorthgate,5.0,30.0,48000\n"
    for name, text in (("sites.csv", sites), ("towns.csv", towns)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    begun = begin_scenario([tmp_path / "sites.csv", tmp_path / "towns.csv"], tmp_path / "ard")
    assert {name: kind.value for name, kind in begun.kinds} == {"sites.csv": "counts", "towns.csv": "places"}
