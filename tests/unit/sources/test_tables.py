"""Counts and conflict events as published: what is read, added up, matched, revised and refused. All invented."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from corridor.errors import ScenarioError, UsageError
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import copy_template
from corridor.scenario.observations import Measure, Use
from corridor.sources.tables.events import import_conflict
from corridor.sources.tables.files import read_file
from corridor.sources.tables.into import import_counts
from corridor.sources.tables.layouts import read_counts
from corridor.sources.tables.stated import read_mapping
from corridor.sources.tables.values import DayOrder, day_order, parsed_count, parsed_date

DTM = (
    "operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,numPresentIdpInd,reportingDate,"
    "roundNumber,displacementReason,idpOriginAdmin1Name,assessmentType\n"
    "#operation+name,#country+name,#country+code,#adm1+name,#adm1+code,#adm2+name,#adm2+code,#affected+idps,"
    "#date+reported,#round+code,#cause+type,#adm1+name+origin,#assessment+type\n"
    "Ard crisis,Ard,ARD,,,,,900,2031-03-31T00:00:00,1,Conflict,Not available,BA\n"
    "Ard crisis,Ard,ARD,North,AR01,Northgate,AR0101,180,2031-03-31T00:00:00,1,Conflict,Not available,BA\n"
    "Ard crisis,Ard,ARD,North,AR01,Northgate,AR0101,120,2031-03-31T00:00:00,1,Natural disaster,East,BA\n"
    "Ard crisis,Ard,ARD,East,AR02,Eastmarket,AR0201,600,2031-03-31T00:00:00,1,Conflict,Not available,BA\n"
    "Old flood,Ard,ARD,East,AR02,Eastmarket,AR0201,70,2029-03-31T00:00:00,1,Flood,Not available,SA\n"
)


def imported(path: Path, folder: Path, *, layout="auto", create=True, mapping=None):
    """Import the counts of a file."""
    source = read_file(path)
    stated = read_mapping(mapping) if mapping else {}
    return import_counts(source, read_counts(source, layout, stated), folder, create=create)


def written(tmp_path: Path, text: str, name="table.csv") -> Path:
    """Write a file and return it."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def figures(folder: Path) -> list[tuple]:
    """Return place, day, measure, count and use of each figure of a scenario."""
    return [(row.place, str(row.date), row.measure.value, row.count, row.use.value) for row in read_folder(folder)[1]]


def test_parts_of_a_round_are_added_levels_are_not_and_operations_stay_apart(tmp_path):
    done = imported(written(tmp_path, DTM), tmp_path / "ard")
    assert done.reading.layout == "dtm"
    assert sorted(figures(tmp_path / "ard")) == [
        ("eastmarket", "2029-03-31", "stock", 70, "ignore"),
        ("eastmarket", "2031-03-31", "stock", 600, "fit"),
        ("northgate", "2031-03-31", "stock", 300, "fit"),
    ]
    assert any("1 row of upper levels" in entry.text for entry in done.account)


def test_each_figure_leads_back_to_file_rows_digest_and_import(tmp_path):
    path = written(tmp_path, DTM)
    imported(path, tmp_path / "ard")
    row = next(row for row in read_folder(tmp_path / "ard")[1] if row.place == "northgate")
    assert (row.notes["x_file"], row.notes["x_row"], row.notes["x_import"]) == (
        "table.csv",
        "4-5",
        "counts, layout dtm",
    )
    assert row.notes["x_sha256"] == read_file(path).digest


def test_a_second_import_changes_nothing_and_a_revised_file_dates_its_revision(tmp_path):
    table = DTM.replace("2031-", "2021-").replace(
        "2029-", "2019-"
    )  # a past day: a revision becomes known on the day of its import
    imported(written(tmp_path, table), tmp_path / "ard")
    before = (tmp_path / "ard" / "observations.csv").read_bytes()
    again = imported(written(tmp_path, table), tmp_path / "ard")
    assert (again.added, again.revised, again.unchanged) == (0, 0, 3)
    assert (tmp_path / "ard" / "observations.csv").read_bytes() == before
    revised = imported(written(tmp_path, table.replace(",600,", ",650,")), tmp_path / "ard")
    assert (revised.added, revised.revised) == (0, 1)
    observations = read_folder(tmp_path / "ard")[1]
    rows = [row for row in observations if row.place == "eastmarket" and row.use is Use.FIT]
    assert [row.count for row in rows] == [600, 650]
    assert [row.count for row in observations.known_by("2021-04-01") if row in rows][:1] == [600]
    assert [row.count for row in observations.known_by(rows[1].known_on) if row in rows] == [650]


def test_what_a_person_wrote_stays_and_is_used(tmp_path):
    imported(written(tmp_path, DTM), tmp_path / "ard")
    path = tmp_path / "ard" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    by_hand = [line.replace(",600,,", ",640,,", 1) if ",600," in line else line for line in lines]
    path.write_text("\n".join(by_hand) + "\n", encoding="utf-8")
    again = imported(written(tmp_path, DTM), tmp_path / "ard")
    assert (again.added, again.revised) == (0, 0)
    assert ("eastmarket", "2031-03-31", "stock", 640, "fit") in figures(tmp_path / "ard")


def test_a_shuffled_table_gives_the_same_observations(tmp_path):
    header, tags, *rows = DTM.splitlines()
    imported(written(tmp_path, DTM), tmp_path / "one")
    rows = [rows[index] for index in np.random.default_rng(7).permutation(len(rows))]
    imported(written(tmp_path, "\n".join([header, tags, *rows]) + "\n"), tmp_path / "other")
    assert figures(tmp_path / "one") == figures(tmp_path / "other")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Site;Date;Individuals\nNorth camp;30/04/2031;1 234\nNorth camp;01/05/2031;-\n", [("2031-04-30", 1234)]),
        (
            'Camp list of Ard\n\nSite,As of,People\nNorth camp,"March 1, 2031","1,234"\nTotal,,1234\n',
            [("2031-03-01", 1234)],
        ),
        ("Site,2031-03-01,2031-03-08,Remarks\nNorth camp,100,140,good\n", [("2031-03-01", 100), ("2031-03-08", 140)]),
        ("Date,North camp,South camp\n2031-03-01,100,50\n", [("2031-03-01", 100), ("2031-03-01", 50)]),
        ("site\tweek\tindividuals\nNorth camp\t2031-W17\t12\n", [("2031-04-27", 12)]),
        ("name,when,n\n#loc+name,#date,#affected+ind\nNorth camp,1932768000,12\n", [("2031-04-01", 12)]),
    ],
    ids=["semicolons", "title and total", "days as columns", "camps as columns", "weeks", "tags"],
)
def test_tables_of_many_forms_are_read(tmp_path, text, expected):
    imported(written(tmp_path, text), tmp_path / "out")
    assert [(day, count) for _, day, _, count, _ in figures(tmp_path / "out")] == expected


def test_days_and_months_are_decided_by_the_column_or_asked_for(tmp_path):
    assert day_order(["03/04/2031", "13/04/2031"]) is DayOrder.DAY_FIRST
    path = written(tmp_path, "Site,Date,Individuals\nNorth,03/04/2031,10\nNorth,05/06/2031,20\n")
    with pytest.raises(ScenarioError, match="day or month first"):
        imported(path, tmp_path / "out")
    mapping = written(tmp_path, 'dates = "m/d/Y"\n[columns]\ncount = "Individuals"\n', "mapping.toml")
    imported(path, tmp_path / "out", mapping=mapping)
    assert [day for _, day, *_ in figures(tmp_path / "out")] == ["2031-03-04", "2031-05-06"]


def test_a_source_has_a_judged_grade_and_the_reason_says_how_much_its_counts_change(tmp_path):
    table = "Site,Date,Individuals,Source\n" + "".join(
        f"North,2031-02-{day},{count},Registry\n" for day, count in ((10, 100), (11, 110), (12, 100), (13, 110))
    )
    done = imported(written(tmp_path, table), tmp_path / "out")
    (source,) = read_folder(tmp_path / "out")[0].sources
    assert source.grade == "B"
    assert "they change by 10 % (median of 3 changes)" in source.reason
    assert sum("has grade B: imported from table.csv" in entry.text for entry in done.account) == 1


def test_a_capacity_of_a_site_list_is_known_from_its_first_report_on(tmp_path):
    table = "Site,Latitude,Longitude,Capacity,Date,Individuals\nNorth camp,5.0,30.0,900,2031-04-13,140\n"
    imported(written(tmp_path, table), tmp_path / "out")
    (place,) = read_folder(tmp_path / "out")[0].places
    assert (place.capacity, str(place.capacity_reported_on), place.population) == (900, "2031-04-13", 140)


def test_households_are_never_silently_people(tmp_path):
    path = written(tmp_path, "Site,Date,Households\nNorth,2031-04-13,10\n")
    with pytest.raises(ScenarioError, match="without a household size"):
        imported(path, tmp_path / "out")
    mapping = written(tmp_path, 'household_size = 6\n[columns]\nhouseholds = "Households"\n', "mapping.toml")
    imported(path, tmp_path / "out", mapping=mapping)
    assert [row.people for row in read_folder(tmp_path / "out")[1]] == [60]


def test_a_mapping_with_an_unknown_column_names_the_nearest(tmp_path):
    path = written(tmp_path, "Site,Date,Individuals\nNorth,2031-04-13,10\n")
    mapping = written(tmp_path, '[columns]\ncount = "Individual"\n', "mapping.toml")
    with pytest.raises(UsageError, match="Did you mean Individuals"):
        imported(path, tmp_path / "out", mapping=mapping)


def test_places_match_by_name_alias_pcode_or_coordinates_and_near_spellings_are_only_suggested(tmp_path):
    copy_template("network", tmp_path / "net")
    places = tmp_path / "net" / "places.csv"
    lines = places.read_text(encoding="utf-8").splitlines()
    rows = [f"{lines[0]},pcode,aliases", *(f"{line},," for line in lines[1:])]
    rows = [row.replace(",48000,,,,", ",48000,,,AR01,Bab al-Shamal") for row in rows]
    places.write_text("\n".join(rows) + "\n", encoding="utf-8")
    table = (
        "Site,Pcode,Lat,Lon,Date,Individuals\nBab al-Shamal,,,,2031-04-13,1\nOther,AR01,,,2031-04-14,2\n"
        "MEADOW CAMP,,,,2031-04-15,3\nCamp by the lake,,3.71,30.91,2031-04-16,4\nMeadow cmp,,,,2031-04-17,5\n"
    )
    done = imported(written(tmp_path, table), tmp_path / "net", create=False)
    ours = [row for row in read_folder(tmp_path / "net")[1] if "x_file" in row.notes]
    assert [row.place for row in sorted(ours, key=lambda row: row.date)] == [
        "northgate", "northgate", "meadow_camp", "lakeside_camp",
    ]  # fmt: skip
    (unmatched,) = done.unmatched
    assert unmatched.spot.name == "Meadow cmp"
    assert "if it is Meadow camp" in unmatched.line()


def test_weekly_flows_of_districts_are_added_and_the_newest_week_is_a_least(tmp_path):
    table = (
        "Month End,Year Week,Current (Arrival) Region,Current (Arrival) District,Previous (Departure) District,Reason,"
        "Number of Individuals\n30/04/2031,203117,North,Norville,East,Conflict,180\n"
        "30/04/2031,203117,North,Norville,West,Drought,150\n30/04/2031,203118,North,Norville,West,Conflict,600\n"
    )
    imported(written(tmp_path, table), tmp_path / "out")
    rows = list(read_folder(tmp_path / "out")[1])
    assert [(row.count, row.qualifier.value, str(row.period_start), str(row.date)) for row in rows] == [
        (330, "exact", "2031-04-21", "2031-04-27"),
        (600, "at_least", "2031-04-28", "2031-05-04"),
    ]


def test_new_arrivals_of_the_portal_are_cumulative_and_registered_people_a_stock(tmp_path):
    row = {"geomaster_name": "Belland", "date": "2031-05-31", "month": 6, "households": "0"}
    new = {"pop_data_type_code": "NEW", "pop_frequency_cumulative_code": "C", "population_group_id": "1, 2"}
    old = {"pop_data_type_code": "REG", "pop_frequency_cumulative_code": "C", "population_group_id": "3"}
    data = {"data": [{**row, **new, "individuals": "900"}, {**row, **old, "individuals": "400"}]}
    imported(written(tmp_path, json.dumps(data), "portal.json"), tmp_path / "out")
    assert {(measure, count) for _, _, measure, count, _ in figures(tmp_path / "out")} == {
        (Measure.CUMULATIVE_ARRIVALS.value, 900),
        (Measure.STOCK.value, 400),
    }


def test_an_event_of_many_rows_is_counted_once(tmp_path):
    row = {
        "displacement_type": "Conflict", "iso3": "ARD", "country": "Ard", "latitude": 5.0, "longitude": 30.0,
        "event_name": "Ard: April", "qualifier": "more than", "displacement_start_date": "2031-04-01",
        "displacement_end_date": "2031-04-07",
    }  # fmt: skip
    data = [
        {**row, "figure": 500, "role": "Triangulation", "created_at": "2031-04-09"},
        {**row, "figure": 800, "role": "Recommended figure", "created_at": "2031-04-08"},
        {**row, "figure": 900, "role": "Recommended figure", "created_at": "2031-04-10"},
    ]
    imported(written(tmp_path, json.dumps(data), "idu.json"), tmp_path / "out")
    (only,) = read_folder(tmp_path / "out")[1]
    assert (only.count, only.qualifier.value, str(only.reported_on)) == (900, "more_than", "2031-04-10")


def test_conflict_events_near_a_town_become_fighting_known_with_its_first_event(tmp_path):
    copy_template("network", tmp_path / "net")
    table = (
        "event_date,event_type,location,latitude,longitude,fatalities\n29 June 2031,Battles,Northgate,5.01,30.02,5\n"
        "2031-07-03,Battles,Northgate,5.01,30.02,90\n2031-07-03,Protests,Northgate,5.01,30.02,0\n"
        "2031-07-04,Battles,Far away,1.0,20.0,9\n"
    )
    path = written(tmp_path, table)
    done = import_conflict(read_file(path), tmp_path / "net", "auto")
    (event,) = done.added
    assert (event.subject, event.start, event.end) == ("northgate", dt.date(2031, 6, 29), dt.date(2031, 7, 3))
    assert (event.value, event.known_on, event.end_reported_on) == (0.2, event.start, dt.date(2031, 7, 18))
    assert event in read_folder(tmp_path / "net")[0].events
    assert import_conflict(read_file(path), tmp_path / "net", "acled").added == ()


def bomb() -> bytes:
    """Return a workbook that would unpack to a gigabyte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b'{"result": [', "JSON"),
        (b"a,b\n1,2\n", "no row of headings"),
        (b"event_date,event_type,location,fatalities\n2031-06-29,Battles,Northgate,5\n", "import conflict"),
        (b"Site,Date,Individuals\nNorth,31/02/2031,10\n", "without a date that exists"),
        (b'Site,Date,Individuals\nNorth,2031-02-13,"1,2,3"\n', "no count"),
        (b"Site,Date,Individuals\nNorth,2031-02-13,1e400\n", "no count"),
    ],
)
def test_wrong_files_are_refused_in_words_and_nothing_is_written(tmp_path, data, words):
    path = tmp_path / "table.csv"
    path.write_bytes(data)
    with pytest.raises(ScenarioError, match=words):
        imported(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_workbook_that_unpacks_to_far_more_than_a_table_is_refused(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(bomb())
    with pytest.raises(ScenarioError, match="unpacks to"):
        imported(path, tmp_path / "out")


@pytest.mark.parametrize("value", ["1,2,3", "1e400", "-5", "99999999999", "12.5"])
def test_what_is_no_count_is_named_and_never_guessed(value):
    assert isinstance(parsed_count(value), str)


@pytest.mark.parametrize("value", ["31/02/2031", "2031-13-01", "0001-01-01", "soon", "9999-01-01", ""])
def test_what_is_no_date_is_none(value):
    assert parsed_date(value, DayOrder.DAY_FIRST) is None


@pytest.mark.parametrize(
    "name",
    [
        "dtm_api_admin2_tcd.json",
        "hapi_idps_tcd_hti.csv",
        "iraq_camps_2014.csv",
        "unhcr_situations.csv",
        "idmc_idu.json",
    ],
)
def test_published_files_are_read_and_pass_the_checks(tmp_path, root, name):
    path = root.parent / "shared" / "data" / "sources" / name
    if not path.exists():
        pytest.skip("the published tables are not beside the project")
    imported(path, tmp_path / "out")
    assert len(read_folder(tmp_path / "out")[1]) > 0
