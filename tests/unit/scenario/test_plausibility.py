"""What check asks about although every rule is kept, and how input by hand is read a little kinder."""

import csv
from pathlib import Path

import pytest

from corridor.cli.summary import summary_of
from corridor.errors import ScenarioError
from corridor.scenario.checks.whereabouts import countries_of
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import copy_template

HEADER = "date,place,measure,count,source\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a copy of the template of five towns, without reports."""
    copy_template("network", tmp_path / "scenario")
    (tmp_path / "scenario" / "observations.csv").write_text(HEADER, encoding="utf-8")
    return tmp_path / "scenario"


def with_reports(folder: Path, *rows: str) -> Path:
    """Return the folder with these rows of observations."""
    (folder / "observations.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return folder


def warnings(folder: Path) -> str:
    """Return what check warns of, in one text."""
    return "\n".join(summary_of(folder).warnings)


def problems(folder: Path) -> list[str]:
    """Return the problems of a folder."""
    with pytest.raises(ScenarioError) as caught:
        read_folder(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_cumulative_series_that_falls_is_asked_about(folder):
    with_reports(folder, "2031-05-05,meadow_camp,cumulative_arrivals,2500,ODP")
    assert "falls" not in warnings(folder)
    with_reports(
        folder,
        "2031-05-05,meadow_camp,cumulative_arrivals,2500,ODP",
        "2031-05-12,meadow_camp,cumulative_arrivals,300,ODP",
    )
    assert "falls from 2,500 on 2031-05-05 to 300 on 2031-05-12" in warnings(folder)


def test_two_exact_counts_of_one_source_for_one_day_are_asked_about(folder):
    with_reports(folder, "2031-05-05,meadow_camp,stock,2500,DTM", "2031-05-05,meadow_camp,stock,2600,DTM")
    assert "two exact counts, 2,500 and 2,600" in warnings(folder)


@pytest.mark.parametrize(
    ("counts", "strange"),
    [
        ((2000, 21000, 2100), "21,000 as stock of meadow_camp on 2031-05-02 stands between"),
        ((9400, 123000, 15100), "123,000 as stock"),
        ((9400, 1230, 15100), "1,230 as stock"),
        ((90600, 9400, 12300), "90,600 as stock of meadow_camp on 2031-05-01 comes before"),
        ((9060, 9400, 123000), "123,000 as stock of meadow_camp on 2031-05-03 comes after 9,060"),
        ((2000, 21000, 25000), ""),
        ((2000, 2100, 9000), ""),
        ((2000, 300, 2500), "300 as stock"),
        ((100, 2000, 21000), ""),
    ],
)
def test_a_count_ten_times_its_neighbours_is_asked_about_and_growth_is_not(folder, counts, strange):
    rows = [f"2031-05-0{i},meadow_camp,stock,{count},DTM" for i, count in enumerate(counts, start=1)]
    text = warnings(with_reports(folder, *rows))
    assert strange in text
    assert bool(strange) is ("digit too many" in text)


def test_a_hedged_count_ten_times_its_neighbours_is_asked_about(folder):
    rows = [f"2031-05-0{i},meadow_camp,stock,{n},about,DTM" for i, n in enumerate((2000, 20000, 2000), start=1)]
    text = "date,place,measure,count,qualifier,source\n" + "\n".join(rows)
    (folder / "observations.csv").write_text(text, encoding="utf-8")
    assert "20,000 as stock" in warnings(folder)


def test_swapped_coordinates_are_asked_about(folder):
    places = (folder / "places.csv").read_text(encoding="utf-8")
    assert "swapped" not in warnings(folder)
    (folder / "places.csv").write_text(places.replace("5.00,30.00", "30.00,5.00"), encoding="utf-8")
    assert "latitude and longitude of northgate may be swapped" in warnings(folder)


def test_dates_of_another_form_are_one_problem_with_a_count(folder):
    rows = [f"{day}/05/2031,meadow_camp,stock,2000,DTM" for day in range(10, 29)]
    (problem,) = problems(with_reports(folder, *rows))
    assert "'10/05/2031' is not a date in the form 2019-03-03, and 18 more cells of date down to line 20" in problem


def test_a_point_before_three_digits_is_asked_about_and_never_cut_off(folder):
    (problem,) = problems(with_reports(folder, "2031-05-05,meadow_camp,stock,65.099,DTM"))
    assert "'65.099' may be 65,099, or 65 and a fraction." in problem
    assert "write 65099" in problem


def test_headings_may_have_capitals(folder):
    text = "Date,Place,Measure,Count,Source\n2031-05-05,meadow_camp,stock,2500,DTM\n"
    (folder / "observations.csv").write_text(text, encoding="utf-8")
    assert [row.count for row in read_folder(folder)[1]] == [2500]


def test_decimal_commas_are_read_where_semicolons_part_the_columns(folder):
    places = (folder / "places.csv").read_text(encoding="utf-8").replace(".", "POINT").replace(",", ";")
    (folder / "places.csv").write_text(places.replace("POINT", ","), encoding="utf-8")
    scenario, _ = read_folder(folder)
    assert (scenario.places[1].lat, scenario.places[1].lon) == (4.7, 30.6)


def test_a_spreadsheet_beside_missing_observations_is_named(folder):
    (folder / "observations.csv").rename(folder / "observations.xlsx")
    (problem,) = problems(folder)
    assert "observations.xlsx lies beside it" in problem
    assert "corridor import counts observations.xlsx" in problem


def test_a_scenario_without_a_readme_is_read(folder):
    (folder / "README.md").unlink()
    assert len(read_folder(folder)[0].places) == 7


def test_a_report_after_the_calendar_names_the_end(folder):
    (problem,) = problems(with_reports(folder, "2031-09-05,meadow_camp,stock,2500,DTM"))
    assert "write end = 2031-09-05 in scenario.toml" in problem


def all_swapped(folder: Path) -> Path:
    """Return the folder with latitude and longitude of every place swapped."""
    path = folder / "places.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"lat": row["lon"], "lon": row["lat"]} for row in rows)
    return folder


def places_at(folder: Path, country: str, *points: tuple[float, float]) -> Path:
    """Return a folder of camps without routes at points of latitude and longitude, in a country or in none named."""
    rows = "".join(f"camp_{n},Camp {n},camp,{lat},{lon},{country}\n" for n, (lat, lon) in enumerate(points))
    (folder / "places.csv").write_text("place,name,kind,lat,lon,country\n" + rows, encoding="utf-8")
    for name in ("routes.csv", "events.csv"):
        header = (folder / name).read_text(encoding="utf-8").splitlines()[0]
        (folder / name).write_text(header + "\n", encoding="utf-8")
    (folder / "stocks.csv").unlink(missing_ok=True)
    dates = 'name = "Camps"\nstart = 2031-01-01\nend = 2031-12-31\n'
    (folder / "scenario.toml").write_text(dates, encoding="utf-8")
    return folder


CAMPS = {
    "IRQ": ((36.8, 42.9), (36.2, 43.9), (35.5, 44.9), (33.4, 44.4)),
    "TCD": ((13.5, 14.7), (13.8, 15.3), (12.1, 15.1)),
    "UKR": ((49.8, 24.0), (50.4, 30.5), (48.4, 35.0)),
    "COD": ((-1.7, 29.2), (-4.3, 15.3), (0.5, 29.5)),
}


@pytest.mark.parametrize("country", CAMPS)
def test_all_coordinates_swapped_are_asked_about_where_countries_are_named(folder, country):
    places_at(folder, country, *CAMPS[country])
    assert "swapped" not in warnings(folder)
    assert "latitude and longitude of all places may be swapped: none" in warnings(all_swapped(folder))


def test_all_coordinates_swapped_are_asked_about_where_they_put_camps_into_the_sea(folder):
    places_at(folder, "", *CAMPS["IRQ"])
    assert "swapped" not in warnings(folder)
    assert "none of 4 looked up lies on land" in warnings(all_swapped(folder))


EAST_AFRICA = ((2.0, 45.3), (3.1, 43.6), (0.4, 42.5), (9.6, 44.1))


def test_all_coordinates_swapped_on_land_are_asked_about_where_the_scenario_is_called_after_its_country(folder):
    places_at(folder, "", *EAST_AFRICA)
    path = folder / "scenario.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"Camps"', '"prmn somalia 2031"'), encoding="utf-8")
    assert "swapped" not in warnings(folder)
    assert "none of 4 looked up lies in Somalia" in warnings(all_swapped(folder))


def test_the_summary_says_in_which_countries_places_lie_unless_the_table_does(folder):
    places_at(folder, "", *EAST_AFRICA)
    assert countries_of(read_folder(folder)[0]) == ("Somalia", "Somaliland")
    assert "by their coordinates places lie in France" in summary_of(all_swapped(folder)).words()
    places_at(folder, "IRQ", *CAMPS["IRQ"])
    assert countries_of(read_folder(folder)[0]) == ()


def test_all_coordinates_swapped_are_asked_about_where_routes_become_shorter_than_the_straight_line(folder):
    towns = ((60.0, 10.0), (60.0, 11.0), (60.0, 12.0), (60.0, 13.0))
    places_at(folder, "", *towns)
    rows = "".join(f"camp_{n},camp_{n + 1},58,true\n" for n in range(3))
    (folder / "routes.csv").write_text("origin,destination,distance_km,both_ways\n" + rows, encoding="utf-8")
    assert "swapped" not in warnings(folder)
    assert "3 of 3 routes are shorter than the straight line" in warnings(all_swapped(folder))


def test_islands_that_no_outline_shows_are_not_called_swapped(folder):
    places_at(folder, "CPV", (15.0, -23.5), (16.0, -24.0), (14.9, -23.6))
    assert "swapped" not in warnings(folder)
