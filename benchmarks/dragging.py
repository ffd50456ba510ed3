"""People who drag sliders on the page at the same time: `python -m benchmarks.dragging --people 20 --seconds 60`.

Each asks for the future under a new position of a slider as soon as the answer to the last one is there, as the page
does. Printed are how many answers came, how long they took, what failed, and the memory of the server.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from corridor.serve.app import create_app
from corridor.serve.desk import Desk, Settings
from corridor.serve.library import Library

DRAGGED_MEMBERS = 300


@dataclass
class Tally:
    """What the people have seen."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    members: list[int] = field(default_factory=list)


def ask(connection: HTTPConnection, path: str, body: object) -> tuple[int, Any]:
    """Return the status and the answer to a question."""
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def wait_for_fit(port: int, question: dict[str, object]) -> None:
    """Learn, so that what follows reruns the future alone."""
    connection = HTTPConnection("127.0.0.1", port)
    _, job = ask(connection, "/api/calibrate", question)
    while job["status"] in {"queued", "running"}:
        time.sleep(0.5)
        connection.request("GET", f"/api/jobs/{job['job']}")
        job = json.loads(connection.getresponse().read())
    assert job["status"] == "done", job


def drag(port: int, question: dict[str, object], until: float, tally: Tally, person: int) -> None:
    """Drag one slider of one person until the time is over."""
    chance = random.Random(person)  # noqa: S311 - where a hand moves, no secret
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        value = round(chance.uniform(500, 9000))
        lever = {"kind": "corridor", "subject": "baghouz", "value": value, "start": "2019-03-04"}
        began = time.perf_counter()
        status, answer = ask(connection, "/api/compare", question | {"levers": [lever], "members": DRAGGED_MEMBERS})
        tally.seconds.append(time.perf_counter() - began)
        if status == 200:
            tally.members.append(answer["members"])
        else:
            tally.failures.append(f"{status} {answer['detail']}")


def memory_mb() -> float:
    """Return the memory that this process holds, which is the server's and little else."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main() -> None:
    """Start a server, let people drag, and print what they saw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, default=8765)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        app = create_app(Desk(Settings(Library(Path(room)), Path(room) / "runs", workers=2)))
        server = uvicorn.Server(uvicorn.Config(app, port=arguments.port, log_level="warning", ws="none"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.05)
        question: dict[str, object] = {"scenario": "baghouz-2019", "known_by": "2019-03-03", "days": 28}
        wait_for_fit(arguments.port, question)
        before, tally = memory_mb(), Tally()
        until = time.monotonic() + arguments.seconds
        people = [
            threading.Thread(target=drag, args=(arguments.port, question, until, tally, person))
            for person in range(arguments.people)
        ]
        for one in people:
            one.start()
        for one in people:
            one.join()
        report(tally, before)
        server.should_exit = True


def report(tally: Tally, before_mb: float) -> None:
    """Print what was seen."""
    failures = sorted(set(tally.failures)) or "none"
    cuts = statistics.quantiles(tally.seconds, n=20)
    print(f"answers      {len(tally.members):,} of {len(tally.seconds):,}; others: {failures}")
    print(f"seconds      P50 {cuts[9]:.2f}, P95 {cuts[18]:.2f}, longest {max(tally.seconds):.2f}")
    print(f"members      {min(tally.members)} to {max(tally.members)}")
    print(f"memory, MB   {before_mb:,.0f} before, {memory_mb():,.0f} after")


if __name__ == "__main__":
    main()
