"""RUN folders: written whole, read back the same, refused in words."""

import json
from datetime import date

import pytest
import xarray as xr

from corridor.errors import RunError
from corridor.runs.folder import csv_text, read_run, write_folder
from tests.report.synthetic import facts, make_run, posterior_rows, write_scenario_texts


@pytest.fixture
def run_folder(tmp_path):
    return make_run(tmp_path / "RUN")


def rewrite(run_folder, tmp_path, **more):
    scenario = write_scenario_texts(tmp_path / "again")
    return write_folder(run_folder, run=facts(), tables={}, scenario_folder=scenario, **more)


def test_what_was_written_is_read_back(run_folder):
    run = read_run(run_folder)
    assert run.origin_date == date(2020, 2, 1)
    assert run.horizon_days == 28
    assert run.scenario.name == "Two gates"
    assert len(run.observations) == 14
    assert [row._asdict() for row in run.posterior] == posterior_rows()
    last = run.forecast[-1]
    assert (last.target, last.horizon, last.output_type_id) == ("cumulative_deaths", 28, 0.99)
    assert {row.horizon for row in run.past} == set(range(-31, 1))
    assert run.runout[2].p90 is None


def test_the_ensemble_goes_along(run_folder, tmp_path):
    data = xr.Dataset({"stock": (("member", "date", "place"), [[[5]]])}, coords={"place": ["camp"]})
    rewrite(run_folder, tmp_path, ensemble=data)
    with xr.open_dataset(run_folder / "ensemble.nc", engine="h5netcdf") as found:
        assert found["stock"].sel(place="camp").item() == 5


def test_a_formula_in_a_text_is_made_harmless():
    assert csv_text(("item",), [{"item": "=cmd|calc"}]) == "item\n'=cmd|calc\n"


def test_a_row_with_other_columns_is_our_mistake():
    with pytest.raises(AssertionError, match="a row has the columns item, unit"):
        csv_text(("item", "unit"), [{"item": "water"}])


def test_a_number_that_is_not_finite_is_never_written():
    with pytest.raises(AssertionError, match="finite"):
        csv_text(("p50",), [{"p50": float("nan")}])


def test_a_readme_that_is_a_link_out_of_the_scenario_is_not_copied(tmp_path):
    scenario = write_scenario_texts(tmp_path / "again")
    (tmp_path / "secret").write_text("of somebody else", encoding="utf-8")
    (scenario / "README.md").unlink()
    (scenario / "README.md").symlink_to(tmp_path / "secret")
    folder = write_folder(tmp_path / "RUN", run=facts(), tables={}, scenario_folder=scenario)
    assert not (folder / "scenario" / "README.md").exists()


def test_a_readme_that_is_a_link_within_the_scenario_is_copied(tmp_path):
    scenario = write_scenario_texts(tmp_path / "again")
    (scenario / "notes.md").write_text("ours", encoding="utf-8")
    (scenario / "README.md").unlink()
    (scenario / "README.md").symlink_to(scenario / "notes.md")
    folder = write_folder(tmp_path / "RUN", run=facts(), tables={}, scenario_folder=scenario)
    assert (folder / "scenario" / "README.md").read_text(encoding="utf-8") == "ours"


def test_a_missing_folder_is_told_in_words(tmp_path):
    with pytest.raises(RunError, match=r"does not exist\. Make it with: corridor forecast"):
        read_run(tmp_path / "nowhere")


def test_a_run_that_an_interrupt_set_aside_is_pointed_to(run_folder, tmp_path):
    aside = tmp_path / ".RUN.x.partial"
    aside.mkdir()
    run_folder.rename(aside / "old")
    with pytest.raises(RunError, match=r"left the earlier run in .*\.RUN\.x\.partial"):
        read_run(run_folder)


def test_a_foreign_folder_is_told_in_words(tmp_path):
    with pytest.raises(RunError, match=r"has no run\.json, so it is not a RUN folder"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("run.json", "{", r"run\.json cannot be read"),
        ("run.json", "[]", "holds no table of facts"),
        ("run.json", json.dumps({"schema_version": 2}), "schema_version is 2, and this Corridor reads 1"),
        ("run.json", "{}", "origin_date is None, not a date"),
        ("run.json", json.dumps({"command": {"a": 1}}), "origin_date is None, not a date"),
        ("run.json", json.dumps({"origin_date": "2020-02-01", "horizon_days": 1e9}), "horizon_days is 1000000000"),
        ("forecast.csv", "", "line 1: the columns origin_date, target"),
        ("posterior.csv", "parameter,unit\n", "line 1: the columns prior_p05"),
        ("needs.csv", "date,place,item,unit,p10,p50,p90,standard,source\n2020-02-30,a,b,c,1,2,3,d,e\n", "column date"),
        (
            "needs.csv",
            "date,place,item,unit,p10,p50,p90,standard,source\n2020-02-03,a,b,c,nan,2,3,d,e\n",
            "found 'nan'",
        ),
        ("runout.csv", "place,item,unit,on_site,p10,p50,p90,source\na,b\n", "line 2, column unit: found nothing"),
        (
            "needs.csv",
            'date,place,item,unit,p10,p50,p90,standard,source\n2020-02-03,a,b,c,1,2,3,"of two\nlines",e\n1551571200,a',
            "needs.csv, line 4, column date: found '1551571200', which is not a date such as 2019-03-03",
        ),
        (
            "runout.csv",
            "place,item,unit,on_site,p10,p50,p90,source\na,b,c,1,,soon,,e\n",
            "column p50: found 'soon', which is not a date such as 2019-03-03 or blank",
        ),
    ],
)
def test_a_damaged_file_is_named_with_its_fault(run_folder, file, text, words):
    (run_folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=words):
        read_run(run_folder)


def test_a_binary_file_is_told_in_words(run_folder):
    (run_folder / "forecast.csv").write_bytes(bytes(range(256)))
    with pytest.raises(RunError, match="cannot be read as a table"):
        read_run(run_folder)


@pytest.mark.parametrize("name", ["forecast.csv", "past.csv", "posterior.csv", "needs.csv", "runout.csv"])
def test_a_missing_table_is_named(run_folder, name):
    (run_folder / name).unlink()
    with pytest.raises(RunError, match=f"has no {name}"):
        read_run(run_folder)
