"""The forecast in wide form, as a table and as a workbook."""

import zipfile
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from corridor.needs.needs import Needs
from corridor.needs.rows import NeedRow
from corridor.runs.folder import csv_text
from corridor.runs.wide import COLUMNS, sheets, wide_rows
from corridor.runs.workbook import Sheet, write_workbook
from corridor.scenario.io.read import read_scenario
from tests.report.synthetic import ORIGIN, START, balance_rows, medians, quantile_rows, write_scenario_texts

FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return read_scenario(write_scenario_texts(tmp_path_factory.mktemp("wide") / "scenario", camp=FORMULA))


@pytest.fixture(scope="module")
def hub():
    return quantile_rows(medians())["forecast"]


def needs():
    rows = (
        NeedRow(ORIGIN, "camp", "water", "litres/day", 1.5, 2, 3, "15 litres", "Sphere"),
        NeedRow(ORIGIN, "small_camp", "water", "litres/day", 0, 0, 0, "15 litres", "Sphere"),
    )
    return Needs("sphere-2018", ORIGIN, rows, (), ())


def test_a_row_of_people_csv_has_low_likely_and_high_of_every_measure(scenario, hub):
    rows = wide_rows(hub, scenario)
    day = ORIGIN + timedelta(days=7)
    (camp,) = (row for row in rows if (row["date"], row["place"]) == (day, "camp"))
    stated = {
        level: row["value"]
        for row in hub
        for level in [row["output_type_id"]]
        if (row["target"], row["location"], row["target_end_date"]) == ("stock", "camp", day)
    }
    assert [camp[f"stock_{end}"] for end in ("low", "likely", "high")] == [round(stated[n]) for n in (0.1, 0.5, 0.9)]
    assert camp["inside_likely"] is None
    assert len(rows) == len({row["target_end_date"] for row in hub}) * 4


def test_a_name_that_is_a_formula_is_harmless_in_people_csv(scenario, hub):
    text = csv_text(COLUMNS, wide_rows(hub, scenario))
    assert f",'{FORMULA}," in text
    assert f",{FORMULA}," not in text


def test_a_workbook_reads_back_with_dates_numbers_and_no_formula(tmp_path, scenario, hub):
    path = tmp_path / "forecast.xlsx"
    balance = balance_rows(medians()["stock", "camp"], "camp", START, ORIGIN)
    write_workbook(
        path, sheets(wide_rows(hub, scenario), needs(), balance, {"scenario": "Two gates", "notes": ["A note."]})
    )
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["People", "Arrivals", "Needs", "Runs short", "Balance", "About"]
    names, ends, first, *_ = book.get_sheet_by_name("People").to_python()
    at = names.index(f"'{FORMULA}")
    assert ends[at : at + 3] == ["low", "likely", "high"]
    assert first[0] == ORIGIN + timedelta(days=1)
    assert first[at] < first[at + 1] < first[at + 2]
    assert book.get_sheet_by_name("Needs").to_python()[1][4:7] == [1.5, 2, 3]
    assert len(book.get_sheet_by_name("Needs").to_python()) == 2
    assert len(book.get_sheet_by_name("Balance").to_python()) == 1 + len(balance)
    assert book.get_sheet_by_name("About").to_python()[-1] == ["note", "A note."]
    with zipfile.ZipFile(path) as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist())


def test_the_same_cells_make_the_same_bytes(tmp_path):
    sheet = Sheet("One", [["a<b&\x00"]], [[date(2020, 1, 1), 1, None, "x"]])
    for name in ("one", "two"):
        write_workbook(tmp_path / name, [sheet])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert CalamineWorkbook.from_path(str(tmp_path / "one")).get_sheet_by_index(0).to_python()[0][0] == "a<b&"
