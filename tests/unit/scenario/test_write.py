"""Folders written: whole or not at all, and safe to open in a spreadsheet."""

from dataclasses import replace
from pathlib import Path

import pytest

from corridor.errors import UsageError
from corridor.scenario.io.read import read_folder
from corridor.scenario.io.write import copy_template, neutralise, template_names, write_scenario


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@here", "\tx", "\rx", "'=x", "''@x"])
def test_text_that_a_spreadsheet_would_run_is_guarded(text):
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize("text", ["", "al-Hol", "'quoted'", "الهول", "a=b", " =x", "<script>"])
def test_other_text_is_left_alone(text):
    assert neutralise(text) == text


def test_formulas_are_guarded_in_the_tables_and_not_in_the_scenario(folder, edit, tmp_path):
    edit("places.csv", "Plain Camp", "=cmd()")
    scenario, reports = read_folder(folder)
    written = write_scenario(scenario, reports, tmp_path / "out")
    assert "plain_camp,'=cmd(),camp" in (written / "places.csv").read_text(encoding="utf-8")
    assert read_folder(written) == (scenario, reports)


def test_negative_numbers_are_not_guarded(folder, edit, tmp_path):
    edit("places.csv", "11.20,20.90", "-11.20,-20.90")
    written = write_scenario(*read_folder(folder), tmp_path / "out")
    assert ",-11.2,-20.9," in (written / "places.csv").read_text(encoding="utf-8")


def test_a_readme_is_written_where_there_is_none(folder, tmp_path):
    written = write_scenario(*read_folder(folder), tmp_path / "out")
    assert "- Camp registry (grade A)" in (written / "README.md").read_text(encoding="utf-8")


def test_a_readme_that_is_there_is_kept_and_so_is_everything_else_of_the_user(folder):
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    before = (folder / "README.md").read_text(encoding="utf-8")
    write_scenario(*read_folder(folder), folder)
    assert (folder / "README.md").read_text(encoding="utf-8") == before
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_stocks_that_are_gone_leave_no_table_behind(folder):
    scenario, reports = read_folder(folder)
    write_scenario(replace(scenario, stocks=()), reports, folder)
    assert not (folder / "stocks.csv").exists()
    assert read_folder(folder)[0].stocks == ()


def test_a_folder_that_is_there_is_written_over_and_nothing_is_left_beside_it(folder):
    scenario, reports = read_folder(folder)
    renamed = replace(scenario, name="Renamed")
    write_scenario(renamed, reports, folder)
    assert read_folder(folder) == (renamed, reports)
    assert list(folder.parent.iterdir()) == [folder]


def test_a_disk_that_fills_up_leaves_what_was_there(folder, monkeypatch):
    scenario, reports = read_folder(folder)
    write = Path.write_text

    def fail(self, *args, **options):
        if self.name == "observations.csv":
            raise OSError(28, "No space left on device")
        return write(self, *args, **options)

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="No space left"):
        write_scenario(replace(scenario, name="Renamed"), reports, folder)
    assert read_folder(folder) == (scenario, reports)
    assert list(folder.parent.iterdir()) == [folder]


def test_a_new_folder_can_be_read_by_whoever_can_read_its_neighbours(folder, tmp_path):
    written = write_scenario(*read_folder(folder), tmp_path / "out")
    (tmp_path / "usual").mkdir()
    assert written.stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("name", template_names())
def test_a_copied_template_is_a_sound_scenario(tmp_path, name):
    copied = copy_template(name, tmp_path / "deep" / "mine")
    scenario, _ = read_folder(copied)
    assert scenario.n_days > 90
    assert (copied / "README.md").exists()


def test_a_template_goes_into_an_empty_folder(tmp_path):
    copy_template("siege", tmp_path)
    assert (tmp_path / "places.csv").exists()


def test_a_template_never_overwrites_anything(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=r"is not empty\. Name a folder that is new or empty\."):
        copy_template("siege", tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        copy_template("siege", tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_misspelt_template_is_suggested(tmp_path):
    with pytest.raises(UsageError, match=r"'seige' is not a template. Use network or siege. Did you mean siege\?"):
        copy_template("seige", tmp_path / "new")
