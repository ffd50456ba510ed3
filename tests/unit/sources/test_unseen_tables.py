"""Tables not seen before: other words, languages, dates and shapes than those of the samples. All invented."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest

from corridor.cli.imported import is_agreed, mapping_to_edit
from corridor.errors import ScenarioError, UsageError
from corridor.sources.tables.figures import Reading
from corridor.sources.tables.files import read_file
from corridor.sources.tables.layouts import read_counts
from corridor.sources.tables.stated import read_mapping


def reading(tmp_path: Path, text: str, name="table.csv", mapping="", encoding="utf-8") -> Reading:
    """Read the counts of a text."""
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    stated = tmp_path / "mapping.toml"
    stated.write_text(mapping, encoding="utf-8")
    return read_counts(read_file(path), "auto", read_mapping(stated))


def figures(read: Reading) -> set[tuple[str, str, str, int]]:
    """Return place, measure, day and count of each figure."""
    return {(row.spot.name, row.measure.value, str(row.date), row.count) for row in read.figures}


def workbook(tmp_path: Path, sheets: dict[str, list[list[object]]]) -> Reading:
    """Read the counts of a workbook."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "table.xlsx")
    return read_counts(read_file(tmp_path / "table.xlsx"), "auto", {})


LAYOUTS = {
    "questions": (
        (
            "1.1.a.2: Survey Date,1.1.b.1: Site ID,1.1.c.1: Site Name,1.1.d.1: LGA,2.2.b.2: Number of IDP Individuals\n"
            "2031-06-01,N1,Alba camp,Vale,1200\n"
        ),
        {("Alba camp", "stock", "2031-06-01", 1200)},
    ),
    "deepest place": (
        (
            "STATE OF DISPLACEMENT,LOCALITY OF DISPLACEMENT,STATE OF ORIGIN,REPORTING DATE,IDPs,HHs\n"
            'East,Alba,South,15 March 2031,"12,000",2400\n'
        ),
        {("Alba", "stock", "2031-03-15", 12000)},
    ),
    "site before district": (
        (
            "Governorate;District;Community;Camp/Site name;# of individuals;# of camps;Last updated\n"
            "East;Vale;Alba;Camp of Hope;3,200;4;12-Jun-31\n"
        ),
        {("Camp of Hope", "stock", "2031-06-12", 3200)},
    ),
    "French": (
        "Territoire;Localité;Date du rapport;Personnes déplacées internes (PDI)\nVal;Alba;31 janvier 2031;45 000\n",
        {("Alba", "stock", "2031-01-31", 45000)},
    ),
    "Spanish": (
        "Departamento,Municipio,Fecha,Personas desplazadas,Hogares\nEste,Alba,25/05/2031,3.450,860\n",
        {("Alba", "stock", "2031-05-25", 3450)},
    ),
    "Arabic": (
        "المحافظة,المخيم,التاريخ,عدد الأفراد,عدد الأسر\nالشرق,ألبا,2031-03-01,٤٥٬٠٠٠,٩٠٠٠\n",
        {("ألبا", "stock", "2031-03-01", 45000)},
    ),
    "year and month apart": (
        "Year,Month,District,IDPs\n2031,February,Alba,120\n2031,3,Alba,130\n",
        {("Alba", "stock", "2031-02-28", 120), ("Alba", "stock", "2031-03-31", 130)},
    ),
    "year, month and day apart": (
        "year,month,day,camp,refugees\n2031,2,20,Alba,120\n",
        {("Alba", "stock", "2031-02-20", 120)},
    ),
    "six digits are months": (
        "District,Period,IDPs\nAlba,203101,100\nAlba,203102,120\n",
        {("Alba", "stock", "2031-01-31", 100), ("Alba", "stock", "2031-02-28", 120)},
    ),
    "six digits are weeks": (
        "District,Period,New arrivals\nAlba,203101,100\nAlba,203117,120\n",
        {("Alba", "arrivals", "2031-01-05", 100), ("Alba", "arrivals", "2031-04-27", 120)},
    ),
    "epidemiological week": (
        "Epi week,Camp,Arrivals\nW12 2031,Alba,120\n",
        {("Alba", "arrivals", "2031-03-23", 120)},
    ),
    "seconds": ("name,timestamp,individuals\nAlba,1927238400,100\n", {("Alba", "stock", "2031-01-27", 100)}),
    "eight digits": ("date,camp,idps\n20310315,Alba,100\n", {("Alba", "stock", "2031-03-15", 100)}),
    "months across": (
        "Camp,203101,203102,Total\nAlba,100,150,250\n",
        {("Alba", "stock", "2031-01-31", 100), ("Alba", "stock", "2031-02-28", 150)},
    ),
    "days across, told by one of them": (
        "Site,03/01/2031,17/01/2031\nAlba,100,150\n",
        {("Alba", "stock", "2031-01-03", 100), ("Alba", "stock", "2031-01-17", 150)},
    ),
    "camps across": (
        "Date,Alba camp,Bero camp,Total,Comment\n17/01/2031,150,1100,1250,ok\n",
        {("Alba camp", "stock", "2031-01-17", 150), ("Bero camp", "stock", "2031-01-17", 1100)},
    ),
    "day of the title": (
        "IDP sites in Norland as of 15 March 2031,,\nSite,Households,Individuals\nAlba,20,100\n",
        {("Alba", "stock", "2031-03-15", 100)},
    ),
    "several measures": (
        "Date;Camp;Nouvelles arrivées;Départs;Décès;Population totale\n31/03/2031;Alba;20;5;1;1250\n",
        {
            ("Alba", "arrivals", "2031-03-31", 20),
            ("Alba", "departures", "2031-03-31", 5),
            ("Alba", "deaths", "2031-03-31", 1),
            ("Alba", "stock", "2031-03-31", 1250),
        },
    ),
    "day of arrival": (
        "Border point,Date of arrival,Number of people\nAlba,1-Mar-2031,120\n",
        {("Alba", "arrivals", "2031-03-01", 120)},
    ),
    "capacity beside people": (
        "Camp,Planned capacity (individuals),Current population (individuals),Date\nAlba,5000,4200,2031-03-31\n",
        {("Alba", "stock", "2031-03-31", 4200)},
    ),
    "marks of footnotes": (
        "Site,Date,IDPs\nAlba,2031-03-31,200*\nBero,2031-03-31,*\n",
        {("Alba", "stock", "2031-03-31", 200)},
    ),
    "totals by name of the upper level": (
        "State,Site,Date,IDPs\nEast,Alba,2031-03-31,100\nEast total,,,100\nGrand total,,,100\n",
        {("Alba", "stock", "2031-03-31", 100)},
    ),
    "rows of upper levels": (
        (
            "Country,Province,District,Date,IDPs\nArd,,,2031-03-31,900\nArd,North,,2031-03-31,300\n"
            "Ard,North,Alba,2031-03-31,180\nArd,North,Bero,2031-03-31,120\nArd,East,,2031-03-31,600\n"
            "Ard,East,Cora,2031-03-31,600\n"
        ),
        {
            ("Alba", "stock", "2031-03-31", 180),
            ("Bero", "stock", "2031-03-31", 120),
            ("Cora", "stock", "2031-03-31", 600),
        },
    ),
    "a place merged over its days": (
        "Country,Site,Date,IDPs\nArd,Alba,2031-03-31,180\nArd,,2031-04-30,190\n",
        {("Alba", "stock", "2031-03-31", 180), ("Alba", "stock", "2031-04-30", 190)},
    ),
    "tags of year and month": (
        "camp,when,refugees\n#loc+camp+name,#date+year+month,#population+refugees\nAlba,2031-01,100\n",
        {("Alba", "stock", "2031-01-31", 100)},
    ),
    "fewer headings than tags": (
        "Site,When\n#loc+name,#date+reported,#affected+idps+ind\nAlba,2031-01-25,100\n",
        {("Alba", "stock", "2031-01-25", 100)},
    ),
    "end of year": (
        (
            "Year,Country of origin,Country of asylum,Refugees under UNHCR's mandate,Asylum-seekers\n"
            '2030,Ard,Norland,"900,000",*\n'
        ),
        {("Norland", "stock", "2030-12-31", 900000)},
    ),
    "points part thousands": (
        "Site;Date;IDPs\nAlba;2031-03-31;45.000\nBero;2031-03-31;1.250\n",
        {("Alba", "stock", "2031-03-31", 45000), ("Bero", "stock", "2031-03-31", 1250)},
    ),
    "points part decimals": (
        "Site;Date;IDPs\nAlba;2031-03-31;45.000\nBero;2031-03-31;1250.000\n",
        {("Alba", "stock", "2031-03-31", 45), ("Bero", "stock", "2031-03-31", 1250)},
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_table_is_read_by_what_its_headings_mean(tmp_path, name):
    text, expected = LAYOUTS[name]
    assert figures(reading(tmp_path, text)) == expected


def test_days_over_households_and_individuals_give_the_individuals(tmp_path):
    rows = [
        ["Matrix of sites"],
        [None, dt.date(2031, 1, 15), None, dt.date(2031, 1, 31), None],
        ["Site", "HH", "Ind", "HH", "Ind"],
        ["Alba", 20, 100, 22, 110],
    ]
    expected = {("Alba", "stock", "2031-01-15", 100), ("Alba", "stock", "2031-01-31", 110)}
    assert figures(workbook(tmp_path, {"S": rows})) == expected


def test_sheets_called_after_camps_or_months_are_about_them(tmp_path):
    camps = {name: [["Date", "IDPs"], ["2031-03-01", count]] for name, count in (("Alba", 100), ("Bero", 300))}
    assert figures(workbook(tmp_path, camps)) == {
        ("Alba", "stock", "2031-03-01", 100),
        ("Bero", "stock", "2031-03-01", 300),
    }
    months = {name: [["Site", "IDPs"], ["Alba", count]] for name, count in (("March 2031", 100), ("April 2031", 300))}
    assert figures(workbook(tmp_path, months)) == {
        ("Alba", "stock", "2031-03-31", 100),
        ("Alba", "stock", "2031-04-30", 300),
    }


@pytest.mark.parametrize("key", ["records", "features"])
def test_any_list_of_objects_and_geojson_are_tables(tmp_path, key):
    own = {"site_name": "Alba", "idp_individuals": 120, "date": "2031-03-31"}
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [30, 4]}, "properties": own}
    read = reading(tmp_path, json.dumps({key: [own if key == "records" else feature]}), "table.json")
    assert figures(read) == {("Alba", "stock", "2031-03-31", 120)}
    assert (read.figures[0].spot.lat, read.figures[0].spot.lon) == ((None, None) if key == "records" else (4, 30))


def test_headings_that_may_be_two_days_are_asked_for_and_a_mapping_answers(tmp_path):
    text = "Site,03/01/2031,04/01/2031\nAlba,100,150\n"
    with pytest.raises(ScenarioError, match="'03/01/2031' may be day or month first"):
        reading(tmp_path, text)
    read = reading(tmp_path, text, mapping='dates = "m/d/Y"')
    assert figures(read) == {("Alba", "stock", "2031-03-01", 100), ("Alba", "stock", "2031-04-01", 150)}


def test_a_place_or_a_day_that_no_column_holds_is_asked_for_and_a_mapping_states_it(tmp_path):
    with pytest.raises(ScenarioError, match='write place = "…" above'):
        reading(tmp_path, "Date,Population\n2031-03-31,100\n")
    read = reading(tmp_path, "Date,Population\n2031-03-31,100\n", mapping='place = "Alba"')
    assert figures(read) == {("Alba", "stock", "2031-03-31", 100)}
    with pytest.raises(ScenarioError, match='write date = "…" above'):
        reading(tmp_path, "Site,IDPs\nAlba,100\n")
    read = reading(tmp_path, "Site,IDPs\nAlba,100\n", mapping='date = "2031-03-31"')
    assert figures(read) == {("Alba", "stock", "2031-03-31", 100)}
    with pytest.raises(UsageError, match="a day, as 2031-03-15"):
        reading(tmp_path, "Site,IDPs\nAlba,100\n", mapping='date = "soon"')


def test_a_number_that_may_be_forty_five_or_thousands_is_not_guessed(tmp_path):
    with pytest.raises(ScenarioError, match=r"'45.000' may be 45 or 45,000"):
        reading(tmp_path, "Site;Date;IDPs\nAlba;2031-03-31;45.000\n")


def test_households_by_day_are_no_people(tmp_path):
    text = "Site,15 Jan 2031 HH,31 Jan 2031 HH\nAlba,20,22\n"
    with pytest.raises(ScenarioError, match="without a household size"):
        reading(tmp_path, text)
    read = reading(tmp_path, text, mapping="household_size = 5")
    assert {(row.count, row.household_size) for row in read.figures} == {(20, 5), (22, 5)}


def test_columns_that_are_not_read_are_named(tmp_path):
    read = reading(tmp_path, "Site,Date,IDPs,Latrines,Phone\nAlba,2031-03-31,100,4,0712\n")
    assert any(entry.text == "2 columns not read: Latrines, Phone." for entry in read.account)


def test_a_flow_of_a_week_or_a_month_begins_with_it(tmp_path):
    text = "Month,Camp,Arrivals,Population\nMarch 2031,Alba,20,100\n"
    starts = {row.measure.value: row.period_start for row in reading(tmp_path, text).figures}
    assert starts == {"arrivals": dt.date(2031, 3, 1), "stock": None}


@pytest.mark.parametrize(("answer", "is_yes"), [("\n", True), ("y\n", True), ("n\n", False), ("", False)])
def test_at_a_terminal_the_columns_are_asked_about_before_anything_is_written(tmp_path, capsys, answer, is_yes):
    read = reading(tmp_path, "Site,Date,IDPs\nAlba,2031-03-31,100\n")
    assert is_agreed(read, io.StringIO(answer)) is is_yes
    shown = capsys.readouterr().out
    assert "Columns: place = 'Site', date = 'Date', count = 'IDPs'" in shown
    assert "row 2: Alba, stock 100 on 2031-03-31" in shown
    assert "nothing is written yet" in shown
    assert '[columns]\nplace = "Site"\ndate = "Date"\ncount = "IDPs"' in mapping_to_edit(read)


def test_the_columns_of_a_known_layout_may_be_written_in_another_way(tmp_path):
    weeks = (
        "MONTH_END,YEAR_WEEK,Current Arrival Region,Current Arrival District,Reason,Number of individuals\n"
        "31/01/2031,203104,Vale,Alba,Drought,100\n31/01/2031,203104,Vale,Alba,Conflict,50\n"
    )
    read = reading(tmp_path, weeks)
    assert (read.layout, figures(read)) == ("prmn", {("Alba", "arrivals", "2031-01-26", 150)})
    rounds = (
        "OPERATION,ADMIN0NAME,ADMIN0PCODE,ADMIN1NAME,ADMIN1PCODE,NUMPRESENTIDPIND,REPORTINGDATE,ASSESSMENTTYPE\n"
        "Ard crisis,Ard,ARD,North,AR01,180,2031-03-31,BA\nArd crisis,Ard,ARD,North,AR01,20,2031-03-31,BA\n"
    )
    read = reading(tmp_path, rounds)
    assert (read.layout, figures(read)) == ("dtm", {("North", "stock", "2031-03-31", 200)})


def test_several_parts_of_a_count_are_asked_about_and_a_mapping_adds_them(tmp_path):
    text = "Shelter,Site,Date,Individuals 0-17,Individuals 18+\ntents,Alba,2031-03-31,60,40\n"
    with pytest.raises(ScenarioError, match="no column is known to hold count"):
        reading(tmp_path, text)
    read = reading(tmp_path, text, mapping='[columns]\ncount = ["Individuals 0-17", "Individuals 18+"]')
    assert figures(read) == {("Alba", "stock", "2031-03-31", 100)}
