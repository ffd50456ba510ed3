"""The recipe for a new kind of event works as it is written: a copy of the code follows it."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.docs.blocks import ROOT, blocks

FILES = ("scenario/events.py", "scenario/events.py", "engine/compile/calendar.py")
EXAMPLE = """
name = "curfew"
start = 2031-01-01
end = 2031-01-10
"""
TABLES = {
    "places.csv": "place,name,kind,population\ntown,Town,town,100\ncamp,Camp,camp,0\n",
    "routes.csv": "origin,destination,distance_km\ntown,camp,10\n",
    "events.csv": "start,end,kind,subject,source\n2031-01-02,2031-01-03,curfew,town,example\n",
    "observations.csv": "date,place,measure,source\n",
    "README.md": "Invented.\n",
    "scenario.toml": EXAMPLE,
}


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """Return a folder with the code as the recipe changes it, and the test that the recipe gives."""
    folder = tmp_path_factory.mktemp("recipe")
    shutil.copytree(ROOT / "src" / "corridor", folder / "corridor", ignore=shutil.ignore_patterns("__pycache__"))
    steps = [block.text for block in blocks(ROOT / "CONTRIBUTING.md") if block.language == "python"]
    *changes, test = steps
    assert len(changes) == len(FILES)
    for file, change in zip(FILES, changes, strict=True):
        path = folder / "corridor" / file
        first = change.splitlines()[0]
        text = path.read_text(encoding="utf-8")
        assert text.count(f"{first}\n") == 1, f"{file} has no line '{first}'"
        path.write_text(text.replace(f"{first}\n", change), encoding="utf-8")
    (folder / "test_curfew.py").write_text(test, encoding="utf-8")
    return folder


def run(folder, *command):
    """Run Python with the changed code."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_DISABLE_JIT": "1"}
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_the_test_of_the_recipe_passes_on_code_changed_by_it(changed):
    done = run(changed, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "test_curfew.py")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_the_new_kind_is_checked_and_explained_without_further_change(changed):
    scenario = changed / "scenario"
    scenario.mkdir()
    for file, text in TABLES.items():
        (scenario / file).write_text(text, encoding="utf-8")
    code = "from corridor import explain, read_scenario; print(explain(read_scenario('scenario')))"
    done = run(changed, "-c", code)
    assert "Nobody sets out from Town; people wait there until it ends." in done.stdout, done.stderr
