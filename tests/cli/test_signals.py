"""Ctrl+C and the request to end: one line, exit code 130 or 143, nothing half written, whenever they come."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import corridor
from tests.cli.driving import command, python

COMMAND = [sys.executable, "-c", "from corridor.cli import main\nif __name__ == '__main__':\n    main()"]
WORDS = {signal.SIGINT: "Interrupted", signal.SIGTERM: "Terminated", signal.SIGHUP: "The terminal was closed"}
PATIENCE_S = 120


STARTED = []


def heard():
    """Let a process hear signals that whoever started the tests ignores, as nohup and a job in the background do."""
    for number in WORDS:
        signal.signal(number, signal.SIG_DFL)


def started(*words, **more):
    process = subprocess.Popen(  # noqa: S603 - our own code
        [*COMMAND, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heard,  # noqa: PLW1509 - no thread of the tests holds a lock
        **more,
    )
    STARTED.append(process)
    return process


@pytest.fixture(autouse=True)
def nothing_runs_on():
    """End what a failed test has left running: it would slow down all that come after it."""
    yield
    for process in STARTED:
        if process.poll() is None:
            process.kill()
            process.communicate()
    STARTED.clear()


def signalled(process, number, *, group=False):
    """Send a signal; return the exit code, the last line on standard error and all of it, and the seconds it took."""
    began = time.monotonic()
    (os.killpg if group else os.kill)(process.pid, number)
    _, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, err.splitlines()[-1] if err else "", err, time.monotonic() - began


def wait_for(process, condition):
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < limit, "it never came to that"
        time.sleep(0.05)


@pytest.fixture
def endless(tmp_path):
    """Return a scenario whose members take minutes, with the arguments of a command that simulates it."""
    folder = tmp_path / "network"
    assert command("new", folder, "--template", "network").code == 0
    return ("simulate", folder, "--members", 20_000, "--workers", 2, "--out", tmp_path / "RUN")


@pytest.fixture
def back_test(tmp_path):
    """Return the arguments of a command that evaluates with two worker processes."""
    folder = tmp_path / "network"
    assert command("new", folder, "--template", "network").code == 0
    return ("evaluate", folder, "--members", 20_000, "--workers", 2, "--out", tmp_path / "RUN")


def children(pid):
    """Return the worker processes of a command."""
    numbers = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in numbers}
    return [child for child, words in commands.items() if b"spawn_main" in words]


def is_alive(pid):
    try:
        return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


@pytest.mark.parametrize("number", WORDS, ids=WORDS.values())
def test_a_signal_to_a_command_with_worker_processes_ends_them_and_names_resume(back_test, tmp_path, number):
    process = started(*back_test, start_new_session=True)
    wait_for(process, lambda: len(children(process.pid)) == 2)
    workers = children(process.pid)
    time.sleep(1)
    code, line, err, _ = signalled(process, number, group=number == signal.SIGINT)
    assert code == 128 + number
    assert line.startswith(f"{WORDS[number]}; nothing was changed. ")
    assert "--resume" in line
    assert "Traceback" not in err
    assert not any(is_alive(worker) for worker in workers)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".RUN.answers.partial", "network"]


def test_a_worker_process_that_is_killed_is_no_mistake_of_ours_and_names_resume(back_test, tmp_path):
    process = started(*back_test)
    wait_for(process, lambda: len(children(process.pid)) == 2)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "A worker process was ended from outside" in err
    assert "--resume" in err
    assert "mistake of Corridor" not in err
    assert not (tmp_path / "RUN").exists()


def test_worker_processes_end_with_a_command_that_is_killed(back_test):
    process = started(*back_test)
    wait_for(process, lambda: len(children(process.pid)) == 2)
    workers = children(process.pid)
    time.sleep(1)
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    limit = time.monotonic() + PATIENCE_S
    while any(is_alive(worker) for worker in workers):
        assert time.monotonic() < limit, "a worker outlives its command"
        time.sleep(0.05)


@pytest.mark.parametrize("number", WORDS, ids=WORDS.values())
def test_a_signal_while_members_are_simulated_ends_in_one_line(endless, tmp_path, number):
    process = started(*endless)
    wait_for(process, lambda: any(tmp_path.glob(".RUN.*.partial")))
    time.sleep(1)
    code, line, err, _ = signalled(process, number)
    assert code == 128 + number
    assert line == f"{WORDS[number]}; nothing was changed."
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["network"]


@pytest.mark.parametrize("number", WORDS, ids=WORDS.values())
def test_a_signal_soon_after_the_start_ends_in_one_line(number):
    chances = random.Random(5)  # noqa: S311 - moments, not secrets
    for _ in range(8):
        process = started("check", "no such scenario")
        while not has_handler(process.pid):
            assert process.poll() is None
        time.sleep(chances.uniform(0, 0.3))
        code, _, err, _ = signalled(process, number)
        assert "Traceback" not in err
        has_answered = "there is no such folder" in err  # then it was over before, or the interpreter was ending
        assert code in ({1, -number, 128 + number} if has_answered else {128 + number})


READS = """
import signal, sys, time
from corridor.runs import simulation_run
from corridor.cli import main

read = simulation_run.read_sound

class Kept:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

def becomes_an_error(folder):
    try:
        signal.raise_signal(signal.SIGTERM)
    except KeyboardInterrupt:
        raise ImportError("initialization failed")

def is_lost(folder):
    Kept()
    time.sleep(50)

def is_swallowed(folder):
    try:
        signal.raise_signal(signal.SIGTERM)
    except BaseException:
        return read(folder)

simulation_run.read_sound = HOW
main(sys.argv[1:])
"""


@pytest.mark.parametrize("how", ["becomes_an_error", "is_lost", "is_swallowed"])
def test_a_signal_within_code_that_cannot_be_interrupted_is_no_mistake_of_ours(siege, tmp_path, how):
    done = python(READS.replace("HOW", how), "simulate", siege, "--members", 2, "--out", tmp_path / "RUN")
    assert (done.returncode, done.stderr) == (143, "Terminated; nothing was changed.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_has_answered_ends_at_once(siege):
    code = "import atexit; from corridor.cli import main; atexit.register(print, 'late'); main()"
    done = python(code, "check", siege)
    assert done.returncode == 0
    assert "no problems" in done.stdout
    assert "late" not in done.stdout


def has_handler(pid):
    """Whether a process has a handler for SIGTERM: the interpreter has begun with our code."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    caught = next((line.split()[1] for line in lines if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def test_nothing_slow_is_imported_before_signals_are_answered():
    # without site-packages, whose start-up files import much; the package is found by its folder
    source = Path(corridor.__file__).parents[1]
    script = f"import sys; sys.path.insert(0, {str(source)!r}); from corridor.cli import main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    loaded = set(done.stdout.split())
    assert {name for name in loaded if name.startswith("corridor")} == {
        "corridor",
        "corridor.cli",
        "corridor.cli.signals",
    }
    assert loaded.isdisjoint({"typing", "re", "dataclasses", "pathlib", "inspect", "typer"})
