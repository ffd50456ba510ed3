"""On a Dask cluster commands make the same bytes as on one machine, whatever becomes of a worker."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest

from corridor.errors import RunError
from corridor.runs.cluster import _check as cluster_check
from tests.cli.driving import KNOWN_BY, command, contents

dask = pytest.importorskip("dask", reason="the extra distributed is not installed")
distributed = pytest.importorskip("distributed", reason="the extra distributed is not installed")

PATIENCE_S = 120
SIMULATION = ("--members", 200, "--seed", 3, "--workers", 1)


def begun(*words):
    """Start a part of Dask; it listens on a port that is free."""
    code = f"from distributed.cli.{words[0]} import main; main()"
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *words[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture
def cluster(tmp_path_factory):
    """Return the address of a real scheduler with two workers, and their processes; tests kill some of them."""
    room = tmp_path_factory.mktemp("cluster")
    place = room / "scheduler.json"
    parts = [begun("dask_scheduler", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(place))]
    rest = ("--no-dashboard", "--no-nanny", "--nthreads", "1", "--local-directory", str(room))
    parts += [begun("dask_worker", "--scheduler-file", str(place), *rest) for _ in range(2)]
    limit = time.monotonic() + PATIENCE_S
    while not place.is_file():
        assert time.monotonic() < limit, "the scheduler does not start"
        time.sleep(0.2)
    with distributed.Client(scheduler_file=str(place), set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE_S)
        address = client.scheduler.address
    yield address, parts
    for part in parts:
        part.kill()
        part.wait()


def figures(folder):
    """Return the files of a run but run.json and the page, which state when it was made."""
    return {name: data for name, data in contents(folder).items() if name != "run.json" and not name.endswith(".html")}


@contextmanager
def simulating(*words):
    """Give the process of a command that has begun to simulate."""
    code = (
        "import sys; from corridor.runs import cluster; cluster.PATIENCE_S = 8; "
        "from corridor.cli import main; main(sys.argv[1:])"
    )
    arguments = [sys.executable, "-c", code, *map(str, words)]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own code
        assert process.stderr.readline().startswith("Simulating")
        yield process


@pytest.mark.usefixtures("no_report")
def test_a_comparison_on_a_cluster_has_the_same_bytes(siege, cluster, tmp_path):
    words = (siege, "--known-by", KNOWN_BY, "--days", 5, "--members", 12, "--with", "no_corridor")
    for name, more in (("one", ()), ("other", ("--on", cluster[0]))):
        outcome = command("compare", *words, "--out", tmp_path / name, *more)
        assert outcome.code == 0, outcome.err
    assert figures(tmp_path / "one") == figures(tmp_path / "other")


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (OSError("it has just left"), None),
        (ImportError("No module named 'corridor'"), "has no Corridor"),
        ("0.0.1", "have Corridor 0.0.1, and this is"),
    ],
)
def test_a_worker_without_this_version_is_refused_and_one_that_has_just_left_is_not(answer, refusal):
    client = SimpleNamespace(
        wait_for_workers=lambda *_, **__: None,
        run=lambda of, **__: {"one": of(), "other": answer},
    )
    refused = nullcontext() if refusal is None else pytest.raises(RunError, match=refusal)
    with refused:
        cluster_check(client, "tcp://127.0.0.1:9")


def test_where_no_scheduler_answers_it_is_said_and_nothing_is_left(siege, tmp_path, monkeypatch):
    monkeypatch.setattr("corridor.runs.cluster.PATIENCE_S", 1)
    outcome = command("simulate", siege, *SIMULATION, "--out", tmp_path / "RUN", "--on", "tcp://127.0.0.1:9")
    assert outcome.code == 1
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("authority", "why"), [(None, "none are set"), ("missing.pem", "No such file")])
def test_an_address_with_tls_needs_certificates_and_says_so_at_once(siege, tmp_path, authority, why):
    files = {f"distributed.comm.tls.{name}": authority for name in ("ca-file", "client.cert", "client.key")}
    with dask.config.set(files):
        outcome = command("simulate", siege, *SIMULATION, "--out", tmp_path / "RUN", "--on", "tls://127.0.0.1:9")
    assert outcome.code == 1
    assert "tls://127.0.0.1:9 needs certificates" in outcome.err
    assert why in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_is_killed_changes_nothing(siege, cluster, tmp_path):
    address, (_, worker, _) = cluster
    words = ("simulate", siege, *SIMULATION)
    assert command(*words, "--out", tmp_path / "one").code == 0
    with simulating(*words, "--out", tmp_path / "other", "--on", address) as process:
        time.sleep(1)
        os.kill(worker.pid, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    assert figures(tmp_path / "one") == figures(tmp_path / "other")


def test_where_the_scheduler_is_killed_one_line_says_so_and_nothing_is_left(siege, cluster, tmp_path):
    address, (scheduler, *_) = cluster
    with simulating("simulate", siege, "--members", 4000, "--out", tmp_path / "RUN", "--on", address) as process:
        os.kill(scheduler.pid, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1
    assert err.startswith(f"The cluster at {address} was lost: its scheduler, or all workers.")
    assert "evaluate --resume goes on where it was." in err
    assert list(tmp_path.iterdir()) == []
