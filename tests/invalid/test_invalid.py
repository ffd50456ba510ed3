"""One folder for each fault; every message is pinned word for word in its expected.txt."""

import re
from pathlib import Path

import pytest

from corridor.errors import ScenarioError
from corridor.scenario.checks.check import FORMS, RULES
from corridor.scenario.io.read import read_folder

HERE = Path(__file__).parent
FOLDERS = sorted(folder for folder in (HERE / "scenarios").iterdir() if folder.is_dir())
ELSEWHERE = {"F003", "F007", "T008"}  # too large a file, no folder, too many rows: made in tests/unit/scenario
KNOWN = {rule.code for rule in RULES} | set(FORMS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_fault_is_reported_once_with_its_id_its_place_and_these_words(folder):
    with pytest.raises(ScenarioError) as caught:
        read_folder(folder)
    (problem,) = caught.value.problems
    assert problem.code == folder.name[:4].upper()
    assert problem.where is not None
    assert (folder / "expected.txt").read_text(encoding="utf-8") == f"{problem}\n"


def test_every_rule_has_a_folder_that_breaks_it():
    shown = {folder.name[:4].upper() for folder in FOLDERS}
    assert shown | ELSEWHERE == KNOWN
    assert not shown & ELSEWHERE


def test_every_id_in_the_source_is_in_the_tables_for_the_reference(root):
    sources = (root / "src" / "corridor" / "scenario").rglob("*.py")
    written = {code for source in sources for code in re.findall(r'"([FTVMC]\d{3})"', source.read_text("utf-8"))}
    assert written == KNOWN


def test_ids_of_rules_are_unique_and_in_order():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))


def test_every_rule_says_what_it_asks_in_a_sentence():
    assert all(re.fullmatch(r"\w.*[\w_][.]", text) for text in [*FORMS.values(), *(rule.asks for rule in RULES)])
