"""What goes wrong: the exit code, the words, and that nothing of worth is lost."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from corridor.engine.compile.compile import compile_scenario
from corridor.runs.atomic import write_whole
from tests.cli.driving import FEW, SOON, change, command, contents, forecast, python

PAGE = "corridor.report.pages.workbook"


@pytest.fixture(scope="module")
def short_run(siege, tmp_path_factory):
    """Return a RUN folder of three days without a page, which tests copy."""
    folder = tmp_path_factory.mktemp("short") / "RUN"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{PAGE}.write_report", lambda folder, _options: folder)
        assert forecast(siege, folder, *SOON).code == 0
    return folder


@pytest.fixture
def earlier(short_run, tmp_path, no_report):  # noqa: ARG001 - a fixture cannot be marked with usefixtures
    """Return a RUN folder of one's own with what it held."""
    folder = tmp_path / "RUN"
    shutil.copytree(short_run, folder)
    return folder, contents(folder)


def fail_with(error):
    """Return a function that only fails."""

    def fail(*_, **__):
        raise error

    return fail


RUN = "corridor.runs.forecast_run"


@pytest.mark.parametrize(
    "step",
    [f"{RUN}.{step}" for step in ("calibrate", "forecast", "estimate_needs", "write_result")]
    + [f"{PAGE}.write_report"],
)
def test_an_interrupted_forecast_leaves_the_earlier_run_whole(siege, earlier, monkeypatch, step):
    folder, before = earlier
    monkeypatch.setattr(step, fail_with(KeyboardInterrupt()))
    outcome = forecast(siege, folder, *SOON)
    assert (outcome.code, outcome.out) == (130, "")
    assert "nothing was changed" in outcome.err
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["RUN"]


def test_an_interrupt_once_the_new_run_is_in_place_says_so(siege, earlier, monkeypatch):
    folder, before = earlier
    remove = shutil.rmtree

    def interrupted(*_, **__):
        monkeypatch.setattr("corridor.runs.atomic.shutil.rmtree", remove)
        raise KeyboardInterrupt

    monkeypatch.setattr("corridor.runs.atomic.shutil.rmtree", interrupted)
    outcome = forecast(siege, folder, *SOON, "--seed", 8)
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err.endswith(f"Interrupted; {folder} holds the new run, which is whole.\n")
    assert [path.name for path in folder.parent.iterdir()] == ["RUN"]
    assert contents(folder).keys() == before.keys()
    assert contents(folder)["forecast.csv"] != before["forecast.csv"]


@pytest.mark.parametrize("call", ["os.fsync", "corridor.runs.atomic.exchange"])
def test_a_full_disk_is_said_and_leaves_the_earlier_run_whole(siege, earlier, monkeypatch, call):
    folder, before = earlier
    monkeypatch.setattr(call, fail_with(OSError(28, "No space left on device")))
    outcome = forecast(siege, folder, *SOON)
    assert (outcome.code, outcome.out) == (1, "")
    assert "No space left on device" in outcome.err
    assert "Free some space" in outcome.err
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["RUN"]


def test_a_full_disk_at_the_page_of_a_back_test_names_its_place_and_what_is_kept(siege, tmp_path, monkeypatch):
    def write_page(folder, **_):
        monkeypatch.setattr("corridor.runs.atomic.os.replace", fail_with(OSError(28, "No space left on device")))
        write_whole(folder / "evaluation.html", "")

    monkeypatch.setattr("corridor.report.pages.backtest_page.write_evaluation", write_page)
    outcome = command(
        "evaluate", siege, "--every", 60, "--horizons", 7, "--members", FEW, "--workers", 1, "--out", tmp_path / "RUN"
    )
    assert outcome.code == 1, outcome.err
    assert f"{tmp_path / 'RUN' / 'evaluation.html'} could not be written: No space left on device." in outcome.err
    assert "forecasts are kept; with --resume the same command goes on." in outcome.err


def test_advice_where_one_may_not_write_is_not_to_free_space(siege, tmp_path, monkeypatch):
    monkeypatch.setattr("corridor.runs.atomic.tempfile.mkdtemp", fail_with(OSError(13, "Permission denied")))
    outcome = forecast(siege, tmp_path / "RUN", *SOON)
    assert outcome.code == 1
    assert "Permission denied. What was there before is as it was. Choose another place" in outcome.err


def test_a_link_to_itself_and_a_folder_within_a_file_are_refused_with_words(siege, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for name, words in (("loop", "is a link that leads nowhere"), ("file/RUN", "is a file, so that")):
        outcome = forecast(siege, tmp_path / name, *SOON)
        assert outcome.code == 1
        assert words in outcome.err


def test_an_answer_that_nobody_reads_on_is_no_problem_of_the_input(siege):
    code = "import sys; from corridor.cli import main; main(sys.argv[1:])"
    words = [sys.executable, "-c", code, "explain", str(siege)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 141


def test_a_folder_whose_name_is_not_utf_8_is_run_and_named(siege, tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    shutil.copytree(siege, folder)
    outcome = command("simulate", folder, "--members", 2, "--out", tmp_path / "RUN")
    assert outcome.code == 0, outcome.err
    facts = json.loads((tmp_path / "RUN" / "run.json").read_text(encoding="utf-8"))
    assert facts["arguments"]["scenario"] == str(folder)


def test_a_scenario_that_is_edited_meanwhile_is_kept_as_it_was_run(siege, tmp_path, monkeypatch):
    folder, out = tmp_path / "siege", tmp_path / "RUN"
    shutil.copytree(siege, folder)
    before = (folder / "places.csv").read_bytes()

    def edit_and_compile(scenario):
        change(folder / "places.csv", "12000", "99999")
        return compile_scenario(scenario)

    monkeypatch.setattr("corridor.runs.simulation_run.compile_scenario", edit_and_compile)
    assert command("simulate", folder, "--members", 2, "--out", out).code == 0
    assert (out / "scenario" / "places.csv").read_bytes() == before
    facts = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert facts["inputs"]["places.csv"] == hashlib.sha256(before).hexdigest()


def test_a_port_that_is_taken_is_said_before_the_page_is_named(siege):
    pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    with socket.create_server(("127.0.0.1", 0)) as other:
        outcome = command("serve", siege, "--port", other.getsockname()[1])
    assert (outcome.code, outcome.out) == (2, "")
    assert "Another program listens there; give another --port." in outcome.err


def test_a_command_given_in_a_folder_that_was_removed_has_words(tmp_path):
    code = "import os; from corridor.cli import main; os.rmdir(os.getcwd()); main(['demo'])"
    (tmp_path / "gone").mkdir()
    done = python(f"import os; os.chdir({str(tmp_path / 'gone')!r}); {code}")
    assert done.returncode == 1
    assert "corridor-demo could not be written: No such file or directory." in done.stderr


@pytest.mark.parametrize(("name", "value"), [("messages", [1, 2]), ("needs_of_one_person", {"water": 1})])
def test_a_run_whose_facts_were_changed_is_no_mistake_of_ours(earlier, monkeypatch, name, value):
    folder, _ = earlier
    monkeypatch.undo()  # the page is to be written
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**facts, name: value}), encoding="utf-8")
    outcome = command("report", folder)
    assert outcome.code == 1
    assert f"run.json: {name} is not as Corridor writes it." in outcome.err


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_closed_stream_stops_no_work(siege, tmp_path, closed):
    code = f"import sys; sys.{closed} = None; from corridor.cli import main; main(sys.argv[1:])"
    done = python(code, "simulate", siege, "--members", 2, "--out", tmp_path / "RUN")
    assert done.returncode == 0
    assert (tmp_path / "RUN" / "run.json").is_file()
    assert ("Results: " in done.stdout, "Simulating" in done.stderr) == (closed == "stderr", closed == "stdout")


def test_a_disk_that_is_full_of_progress_stops_no_work(siege, tmp_path):
    code = "import sys; sys.stderr = open('/dev/full', 'w'); from corridor.cli import main; main()"
    done = python(code, "simulate", siege, "--members", 2, "--out", tmp_path / "RUN")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("words", [("--version",), ("check", "--help")])
def test_a_full_disk_has_words_for_help_too(words):
    code = "import sys; sys.stdout = open('/dev/full', 'w'); from corridor.cli import main; main()"
    done = python(code, *words)
    assert (done.returncode, done.stderr) == (1, "No space left on device.\n")


def test_a_new_run_takes_the_place_of_the_earlier_one_and_keeps_what_is_not_ours(siege, earlier):
    folder, before = earlier
    (folder / "my notes.txt").write_text("keep", encoding="utf-8")
    assert forecast(siege, folder, *SOON, "--days", 4).code == 0
    now = contents(folder)
    assert now["my notes.txt"] == b"keep"
    assert now["forecast.csv"] != before["forecast.csv"]


def test_a_simulation_leaves_nothing_of_a_forecast_behind(siege, earlier):
    folder, _ = earlier
    assert command("simulate", siege, "--members", 2, "--out", folder).code == 0
    assert "forecast.csv" not in contents(folder)
    assert forecast(siege, folder, *SOON).code == 0
    assert "simulation.csv" not in contents(folder)


@pytest.mark.parametrize("name", ["forecast", "simulate"])
def test_a_folder_that_is_not_ours_is_refused_before_any_work(siege, tmp_path, monkeypatch, name):
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")
    monkeypatch.setattr("corridor.runs.forecast_run.calibrate", fail_with(AssertionError("began to work")))
    monkeypatch.setattr("corridor.runs.simulation_run.simulate_in_blocks", fail_with(AssertionError("began to work")))
    more = ["--known-by", "2031-02-15"] if name == "forecast" else []
    outcome = command(name, siege, *more, "--out", tmp_path)
    assert outcome.code == 1
    assert "holds other things than a run" in outcome.err
    assert contents(tmp_path) == {"thesis.tex": b"years of work"}


@pytest.mark.parametrize("name", ["forecast", "simulate"])
def test_a_broken_scenario_makes_no_run_and_every_problem_is_listed(own_siege, tmp_path, name):
    change(own_siege / "places.csv", "Plain Camp,camp", "Plain Camp,kamp")
    change(own_siege / "events.csv", "pause,old_town", "pause,new_town")
    more = ["--known-by", "2031-02-15"] if name == "forecast" else []
    outcome = command(name, own_siege, *more, "--out", tmp_path / "RUN")
    assert (outcome.code, outcome.out) == (1, "")
    assert "places.csv, line 6" in outcome.err
    assert "events.csv, line 5" in outcome.err
    assert not (tmp_path / "RUN").exists()


@pytest.mark.parametrize(
    "more",
    [
        ["--days", 400],
        ["--days", 0],
        ["--members", 0],
        ["--members", "many"],
        ["--workers", 0],
        ["--seed", -1],
        ["--known-by", "2030-12-31"],
        ["--known-by", "soon"],
        ["--with", "no_such_alternative"],
        ["--no-such-option"],
    ],
    ids=lambda more: " ".join(map(str, more)),
)
def test_what_makes_no_sense_is_wrong_usage(siege, tmp_path, monkeypatch, more):
    monkeypatch.setattr("corridor.runs.forecast_run.calibrate", fail_with(AssertionError("began to work")))
    outcome = forecast(siege, tmp_path / "RUN", *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err
    assert not (tmp_path / "RUN").exists()


def test_wrong_usage_is_one_document_for_machines(siege, tmp_path):
    outcome = forecast(siege, tmp_path / "RUN", "--with", "no_such_alternative", "--json")
    assert outcome.code == outcome.facts["exit_code"] == 2
    assert "second_week" in outcome.facts["error"]


def test_no_command_at_all_is_wrong_usage():
    assert command().code == 2


def test_a_mistake_of_ours_is_owned_without_a_traceback(siege, monkeypatch):
    monkeypatch.setattr("corridor.scenario.timeline.explain", fail_with(AssertionError("people are conserved")))
    outcome = command("explain", siege)
    assert (outcome.code, outcome.out) == (3, "")
    assert "AssertionError: people are conserved" in outcome.err
    assert "--verbose" in outcome.err
    assert "Traceback" not in outcome.err


def test_a_mistake_of_ours_is_shown_in_full_when_asked(siege, monkeypatch):
    monkeypatch.setattr("corridor.scenario.timeline.explain", fail_with(AssertionError("people are conserved")))
    outcome = command("explain", siege, "--verbose")
    assert outcome.code == 3
    assert "Traceback" in outcome.err


def test_a_mistake_of_ours_is_one_document_for_machines(siege, monkeypatch):
    monkeypatch.setattr("corridor.scenario.timeline.explain", fail_with(AssertionError("people are conserved")))
    outcome = command("explain", siege, "--json")
    assert outcome.code == outcome.facts["exit_code"] == 3


def test_too_little_memory_is_said_in_words(siege, tmp_path, monkeypatch):
    monkeypatch.setattr("corridor.runs.simulation_run.simulate_in_blocks", fail_with(MemoryError()))
    outcome = command("simulate", siege, "--out", tmp_path / "RUN")
    assert outcome.code == 1
    assert "--members" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_limit_of_addresses_is_named_with_how_to_lift_it(siege, tmp_path):
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (300_000_000, 300_000_000));"
    code = f"{limit} import sys; from corridor.cli import main; main(sys.argv[1:])"
    done = python(code, "simulate", siege, "--members", 2, "--workers", 2, "--out", tmp_path / "RUN")
    assert done.returncode == 1
    assert "The libraries alone need 0.7 GB" in done.stderr
    assert "lift it with: ulimit -v unlimited." in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_limit_of_addresses_under_which_no_figure_can_be_drawn_is_refused_before_any_work(siege, tmp_path):
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (30 * 10**9,) * 2); "
        "from corridor.cli import main; main(sys.argv[1:])"
    )
    outcome = python(limited, "forecast", siege, "--known-by", "2031-02-15", "--out", tmp_path / "RUN")
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert "ulimit -v unlimited" in outcome.stderr
    assert list(tmp_path.iterdir()) == []
