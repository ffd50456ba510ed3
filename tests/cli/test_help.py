"""Help: quick, because nothing heavy is loaded, and with an example that works."""

import re
import shlex

import pytest

from tests.cli.driving import command, python

COMMANDS = (
    "demo",
    "new",
    "check",
    "explain",
    "simulate",
    "forecast",
    "compare",
    "evaluate",
    "report",
    "serve",
    "read",
    "review",
    "import",
    "benchmark",
)
HEAVY = {
    "altair",
    "h5netcdf",
    "jinja2",
    "numba",
    "numpy",
    "pandas",
    "pydantic",
    "rich",
    "scipy",
    "vl_convert",
    "xarray",
    "yaml",
}
LOADED = """
import sys
from corridor.cli import main
try:
    main(sys.argv[1:])
except SystemExit as leaving:
    assert not leaving.code
print("loaded:", *{name.partition(".")[0] for name in sys.modules})
"""


def example(name):
    """Return the example of a command's help, as words."""
    line = re.search(r"Example:\n +corridor (.*)", command(name, "--help").out)
    assert line, f"the help of {name} has no example"
    return shlex.split(line[1])


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        *([name, "--help"] for name in COMMANDS),
        *(["import", name, "--help"] for name in ("flee", "counts", "conflict")),
        *(["benchmark", name, "--help"] for name in ("layout", "forecast", "score")),
    ],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(words):
    done = python(LOADED, *words)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_help_lists_every_command():
    listed = re.findall(r"^  ([a-z]+)  ", command("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example_of_it(name):
    assert example(name)[0] == name


@pytest.mark.parametrize("name", ["check", "explain"])
def test_an_example_that_needs_no_time_works_as_it_stands(name):
    outcome = command(*example(name))
    assert outcome.code == 0, outcome.err
    assert "Baghouz" in outcome.out


def test_the_example_of_new_works_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command(*example("new")).code == 0


@pytest.mark.parametrize("name", ["simulate", "forecast"])
def test_help_states_the_defaults_of_chance(name):
    said = " ".join(command(name, "--help").out.split())
    assert "[default: 7;" in said
    assert "[default: 1000;" in said
    assert "[default: (all cores);" in said


def test_the_version_is_said():
    outcome = command("--version")
    assert outcome.code == 0
    assert re.fullmatch(r"corridor \d+\.\d+\.\d+\n", outcome.out)
