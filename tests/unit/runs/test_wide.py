"""The forecast in wide form, as a table and as a workbook."""

import zipfile
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from corridor.needs.rows import NeedRow, RunOutRow
from corridor.needs.small import limits_of, needs_of_one, small_needs
from corridor.needs.standards import load_standards
from corridor.runs.folder import csv_text
from corridor.runs.wide import COLUMNS, Book, Form, sheets, wide_rows
from corridor.runs.workbook import Sheet, workbook
from corridor.scenario.io.read import read_scenario
from tests.report.synthetic import ORIGIN, START, balance_rows, medians, quantile_rows, write_scenario_texts

FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return read_scenario(write_scenario_texts(tmp_path_factory.mktemp("wide") / "scenario", camp=FORMULA))


@pytest.fixture(scope="module")
def hub():
    return quantile_rows(medians())["forecast"]


NEEDS = (
    NeedRow(ORIGIN, "camp", "water", "litres/day", 1500, 2000, 3000, "15 litres", "Sphere"),
    NeedRow(ORIGIN, "small_camp", "water", "litres/day", 15, 30, 300, "15 litres", "Sphere"),
    NeedRow(ORIGIN, "small_camp", "water_gap", "litres/day", 5, 20, 290, "15 litres", "Sphere"),
    NeedRow(ORIGIN, "gate", "water", "litres/day", 0, 0, 0, "15 litres", "Sphere"),
    NeedRow(ORIGIN, "gate", "tents", "tents", 1, 1, 1, "1 tent per household of 5 people", "Sphere"),
)
RUNOUT = (RunOutRow("small_camp", "water", "litres", 60.0, None, ORIGIN, ORIGIN, "Office"),)


def book_of(path, scenario, hub, form=None):
    """Write a workbook with a form, and read it back."""
    limits = limits_of(needs_of_one(load_standards("sphere-2018")), 10)
    form = form or Form(small=small_needs(limits, NEEDS))
    balance = balance_rows(medians()["stock", "camp"], "camp", START, ORIGIN)
    facts = {"scenario": "Two gates", "notes": ["A note."]}
    path.write_bytes(workbook(sheets(Book(wide_rows(hub, scenario), NEEDS, RUNOUT, balance, facts), form)))
    return CalamineWorkbook.from_path(str(path))


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
    book = book_of(path, scenario, hub)
    assert book.sheet_names == ["People", "Arrivals", "Needs", "Runs short", "Balance", "About"]
    names, ends, first, *_ = book.get_sheet_by_name("People").to_python()
    at = names.index(f"'{FORMULA}")
    assert ends[at : at + 3] == ["low", "likely", "high"]
    assert first[0] == ORIGIN + timedelta(days=1)
    assert first[at] < first[at + 1] < first[at + 2]
    assert book.get_sheet_by_name("Needs").to_python()[1][4:7] == [1500, 2000, 3000]
    assert book.get_sheet_by_name("Balance").to_python()[0][:3] == ["where", "from the day", "until the day"]
    assert book.get_sheet_by_name("About").to_python()[-1] == ["note", "A note."]
    with zipfile.ZipFile(path) as parts:
        assert all(b"<f>" not in parts.read(name) for name in parts.namelist())


def test_a_workbook_tells_nothing_of_fewer_than_ten_people(tmp_path, scenario, hub):
    book = book_of(tmp_path / "guarded.xlsx", scenario, hub)
    rows = book.get_sheet_by_name("People").to_python()
    few = [cell for row in rows[2:] for cell in row[1:] if isinstance(cell, float) and 0 < cell < 10]
    assert few == []
    assert "<10" in rows[2]
    needs = book.get_sheet_by_name("Needs").to_python()[1:]
    assert [row[1:3] + row[4:7] for row in needs] == [
        ["camp", "water", 1500, 2000, 3000],
        ["small_camp", "water", "", "", 300],
    ]
    assert book.get_sheet_by_name("Runs short").to_python() == []


def test_a_balance_in_a_workbook_adds_up_without_what_is_left_out(tmp_path, scenario, hub):
    head, *rows = book_of(tmp_path / "balance.xlsx", scenario, hub).get_sheet_by_name("Balance").to_python()
    assert rows
    for row in rows:
        said = dict(zip(head, row, strict=True))
        shown = {name: 0 if isinstance(value, str) else value for name, value in said.items()}
        gain = shown["arrivals"] + shown["other arrivals"] + shown["rest"]
        loss = shown["departures"] + shown["deaths"] + shown["other departures"]
        assert shown["present before"] + gain - loss == shown["present after"]
        assert all(value % 10 == 0 for value in shown.values() if isinstance(value, float))


def test_a_workbook_speaks_the_language_it_is_given_and_shows_all_to_who_may_see_it(tmp_path, scenario, hub):
    book = book_of(tmp_path / "open.xlsx", scenario, hub, Form(worded=str.upper, below=0))
    assert book.sheet_names[:2] == ["PEOPLE", "ARRIVALS"]
    assert book.get_sheet_by_name("NEEDS").to_python()[0][:3] == ["DATE", "WHERE", "ITEM"]
    assert len(book.get_sheet_by_name("NEEDS").to_python()) == 1 + sum(row.p90 > 0 for row in NEEDS)
    assert len(book.get_sheet_by_name("RUNS SHORT").to_python()) == 1 + len(RUNOUT)


def test_the_same_cells_make_the_same_bytes(tmp_path):
    sheet = Sheet("One", [["a<b&\x00"]], [[date(2020, 1, 1), 1, None, "x"]])
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(workbook([sheet]))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert CalamineWorkbook.from_path(str(tmp_path / "one")).get_sheet_by_index(0).to_python()[0][0] == "a<b&"
