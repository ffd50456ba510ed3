"""corridor import flee: the folder, the account, the exit codes."""

import pytest

from corridor.scenario.io.read import read_folder
from tests.cli.driving import command, contents
from tests.flee_instances import write_instance


@pytest.fixture
def source(tmp_path):
    """Return a small instance of Flee."""
    return write_instance(tmp_path)


def test_an_instance_becomes_a_folder_that_has_no_problems(source, tmp_path):
    outcome = command("import", "flee", source, tmp_path / "out")
    assert (outcome.code, outcome.err) == (0, "")
    assert "5 places, 4 routes" in outcome.out
    assert "- input_csv/locations.csv: 5 locations." in outcome.out
    checked = command("check", tmp_path / "out")
    assert checked.code == 0
    assert "tiny (imported from Flee): no problems." in checked.out


def test_the_newest_flee_is_the_preset_unless_another_is_named(source, tmp_path):
    command("import", "flee", source, tmp_path / "newest")
    command("import", "flee", source, tmp_path / "own", "--preset", "corridor")
    presets = [read_folder(tmp_path / name)[0].preset.value for name in ("newest", "own")]
    assert presets == ["flee-newest", "corridor"]


def test_machines_get_the_account_line_by_line_with_files_and_digests(source, tmp_path):
    facts = command("import", "flee", source, tmp_path / "out", "--json").facts
    assert (facts["places"], facts["routes"], facts["preset"]) == (5, 4, "flee-newest")
    speed = next(row for row in facts["account"] if "max_move_speed" in row["text"])
    assert (speed["kind"], speed["file"], speed["line"]) == ("translated", "simsetting.yml", 7)
    assert len(facts["files"]["simsetting.yml"]) == 64


def test_an_instance_with_problems_leaves_no_folder_and_exit_code_1(tmp_path):
    source = write_instance(tmp_path, {"simsetting.yml": "move_rules:\n  fixed_routes: True\n"})
    outcome = command("import", "flee", source, tmp_path / "out")
    assert (outcome.code, outcome.out) == (1, "")
    assert "I009  simsetting.yml, line 2: move_rules.fixed_routes is on" in outcome.err
    assert "--allow-unsupported" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_what_is_unsupported_is_left_out_where_that_is_allowed(tmp_path):
    source = write_instance(tmp_path, {"simsetting.yml": "move_rules:\n  fixed_routes: True\n"})
    outcome = command("import", "flee", source, tmp_path / "out", "--allow-unsupported")
    assert outcome.code == 0
    assert "Left out: Corridor has no such rule:" in outcome.out


def test_a_folder_that_holds_anything_is_left_alone_and_exit_code_2(source, tmp_path):
    command("import", "flee", source, tmp_path / "out")
    before = contents(tmp_path / "out")
    outcome = command("import", "flee", source, tmp_path / "out")
    assert (outcome.code, outcome.out) == (2, "")
    assert "is not empty" in outcome.err
    assert contents(tmp_path / "out") == before


def test_a_preset_that_does_not_exist_is_wrong_usage(source, tmp_path):
    outcome = command("import", "flee", source, tmp_path / "out", "--preset", "flee")
    assert outcome.code == 2
    assert "'flee' is not a preset. Use corridor, flee-3.1, flee-newest." in outcome.err


def test_a_source_that_is_not_there_is_a_problem(tmp_path):
    outcome = command("import", "flee", tmp_path / "nowhere", tmp_path / "out", "--json")
    assert outcome.code == 1
    assert [row["code"] for row in outcome.facts["problems"]] == ["F007"]


def test_an_empty_folder_that_is_there_is_filled(source, tmp_path):
    (tmp_path / "out").mkdir()
    assert command("import", "flee", source, tmp_path / "out").code == 0
    assert (tmp_path / "out" / "README.md").is_file()
