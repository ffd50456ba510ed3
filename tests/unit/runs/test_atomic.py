"""A RUN folder is the old one or the new one, whatever happens meanwhile, and files of the user are never lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corridor.errors import RunError
from corridor.runs import atomic
from corridor.runs.atomic import replacing
from corridor.runs.exchange import exchange, mount_points

OWN = frozenset({"run.json", "forecast.csv", "report.html"})


@pytest.fixture(params=["exchange", "two steps"])
def way(request, monkeypatch):
    """Put folders in place as this system can, and as one can that exchanges no names."""
    if request.param == "two steps":
        monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    return request.param


@pytest.fixture
def run(tmp_path):
    """Return an earlier run with notes of the user."""
    folder = tmp_path / "RUN"
    fill(folder, "old")
    (folder / "report.html").write_text("of the old run", encoding="utf-8")
    (folder / "my notes.txt").write_text("mine", encoding="utf-8")
    (folder / "figures").mkdir()
    (folder / "figures" / "a.txt").write_text("mine too", encoding="utf-8")
    return folder


def fill(folder, text):
    folder.mkdir(exist_ok=True)
    for name in ("run.json", "forecast.csv"):
        (folder / name).write_text(text, encoding="utf-8")


def rewrite(folder):
    with replacing(folder, own=OWN) as fresh:
        fill(fresh, "new")
        with (fresh / "run.json").open() as stream:
            os.fsync(stream.fileno())


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


MINE = {"my notes.txt": "mine", "figures/a.txt": "mine too"}
OLD = {"run.json": "old", "forecast.csv": "old", "report.html": "of the old run", **MINE}
NEW = {"run.json": "new", "forecast.csv": "new", **MINE}


@pytest.mark.usefixtures("way")
def test_a_new_run_takes_the_place_of_the_old_one_and_keeps_what_is_the_users(run, tmp_path):
    rewrite(run)
    assert contents(run) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["RUN"]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("failing", ["fsync", "exchange", "replace"])
def test_a_full_disk_leaves_the_old_run_whole(run, tmp_path, monkeypatch, failing):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((atomic, "exchange") if failing == "exchange" else (os, failing)), full)
    if failing == "replace":
        monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    with pytest.raises(RunError, match="No space left on device"):
        rewrite(run)
    assert contents(run) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["RUN"]


def test_an_interrupt_between_two_renames_puts_the_old_run_back(run, monkeypatch):
    rename, calls = os.replace, []

    def second_fails(source, target):
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(atomic, "exchange", lambda *_: False)
    monkeypatch.setattr(os, "replace", second_fails)
    with pytest.raises(KeyboardInterrupt):
        rewrite(run)
    assert contents(run) == OLD


KILLED = """
import ctypes, os, shutil, signal, sys, tempfile
from pathlib import Path
from corridor.runs import atomic

calls = 0
def killer(event, arguments):
    global calls
    if event in {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "open", "ctypes.dlsym"}:
        calls += 1
        if calls == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "two steps":
    atomic.exchange = lambda *_: False
sys.addaudithook(killer)
with atomic.replacing(Path(sys.argv[1]), own=frozenset({"run.json", "forecast.csv", "report.html"})) as fresh:
    for name in ("run.json", "forecast.csv"):
        (fresh / name).write_text("new")
"""


def killed_at(folder, call, way):
    """Write a run in a process that is killed at its nth call to the disk; return whether it came to that."""
    words = [sys.executable, "-c", KILLED, str(folder), str(call), way]
    return subprocess.run(words, check=False).returncode == -9  # noqa: S603 - our own code


def test_a_kill_at_any_call_to_the_disk_leaves_the_old_run_or_the_new_one_whole(run, tmp_path, way):
    fates = []
    for call in range(1, 60):
        if not killed_at(run, call, way):
            break
        if way == "exchange":
            fates.append(contents(run)["run.json"])
            assert contents(run) in (OLD, NEW), call
        with pytest.raises(ZeroDivisionError), replacing(run, own=OWN):
            raise ZeroDivisionError  # the next command sweeps before it works
        assert contents(run) in (OLD, NEW), call
        assert [path.name for path in tmp_path.iterdir()] == ["RUN"], call
    else:
        pytest.fail("the process was never left to end")
    assert contents(run) == NEW
    assert call > 10
    assert way != "exchange" or {"old", "new"} <= set(fates)


def test_sweeping_leaves_alone_what_belongs_to_other_runs(run, tmp_path):
    others = [".RUN.b.abcdefgh.partial", ".RUN.answers.partial", ".OTHER.abcdefgh.partial"]
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / ".RUN.abcdefgh.partial").mkdir()
    rewrite(run)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "RUN"])


def test_files_of_the_user_left_by_a_kill_come_back(run, tmp_path):
    old = tmp_path / ".RUN.abcdefgh.partial" / "old"
    old.mkdir(parents=True)
    (old / "thesis.tex").write_text("years of work", encoding="utf-8")
    (old / "forecast.csv").write_text("of an older run", encoding="utf-8")
    (old / "my notes.txt").write_text("older notes", encoding="utf-8")
    rewrite(run)
    assert contents(run) == {**NEW, "thesis.tex": "years of work"}


def test_what_a_killed_command_was_writing_is_not_taken_for_the_users(run, tmp_path):
    (run / ".report.html.4711.partial").write_text("half", encoding="utf-8")
    killed = tmp_path / ".RUN.abcdefgh.partial" / "new"
    killed.mkdir(parents=True)
    (killed / ".forecast.csv.partial").write_text("half", encoding="utf-8")
    (run / ".mine.4711.partial").write_text("mine", encoding="utf-8")
    rewrite(run)
    assert contents(run) == {**NEW, ".mine.4711.partial": "mine"}


def test_a_second_command_is_refused_and_names_the_first(run):
    with replacing(run, own=OWN) as fresh:
        with pytest.raises(RunError, match=rf"another command \(process {os.getpid()} on .*, since .*\)\. Wait"):
            rewrite(run)
        fill(fresh, "new")
    assert contents(run) == NEW
    rewrite(run)


def test_other_folders_are_not_locked(run, tmp_path):
    with replacing(run, own=OWN) as fresh:
        rewrite(tmp_path / "RUN2")
        fill(fresh, "new")
    assert contents(tmp_path / "RUN2")["run.json"] == "new"


def test_the_lock_of_a_killed_command_does_not_last(run, tmp_path):
    (tmp_path / ".RUN.lock").write_text("process 1 on elsewhere", encoding="utf-8")
    rewrite(run)
    assert [path.name for path in tmp_path.iterdir()] == ["RUN"]


def test_a_file_of_that_name_is_refused_before_any_work(tmp_path):
    (tmp_path / "RUN").write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match="is a file"):
        rewrite(tmp_path / "RUN")
    assert contents(tmp_path) == {"RUN": "a file"}


def test_a_folder_with_other_things_is_refused_before_any_work(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "thesis.doc").write_text("years of work", encoding="utf-8")
    with pytest.raises(RunError, match="holds other things than a run"):
        rewrite(tmp_path / "home")
    assert contents(tmp_path) == {"home/thesis.doc": "years of work"}


def test_a_read_only_folder_is_refused_before_any_work(run, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(RunError, match="is read-only"):
        rewrite(run)
    assert contents(run) == OLD


@pytest.mark.parametrize("where", ["", "figures", "my data"])
def test_a_mount_point_is_refused_before_any_work(run, monkeypatch, tmp_path, where):
    mounts = tmp_path / "mounts"
    point = str(run / where).rstrip("/").replace(" ", "\\040")
    mounts.write_text(f"36 35 98:0 /mnt1 {point} rw,noatime - ext3 /dev/root rw\n", encoding="utf-8")
    monkeypatch.setattr("corridor.runs.exchange._MOUNTS", mounts)
    with pytest.raises(RunError, match=r"something is mounted on .*RUN"):
        rewrite(run)
    assert contents(run) == OLD


def test_the_systems_own_mounts_are_seen():
    assert Path("/proc") in mount_points(Path("/"))


def test_an_exchange_that_the_system_refuses_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        exchange(tmp_path / "absent", tmp_path / "absent too")
