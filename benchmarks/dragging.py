"""People who drag sliders on the page at the same time.

Each asks for the future under a new position of a slider as soon as the answer to the last one is there, as the page
does.
"""

from __future__ import annotations

import json
import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.timing import Table

DRAGGED_MEMBERS = 300
FIT: dict[str, object] = {"scenario": "baghouz-2019", "known_by": "2019-03-03", "days": 28}


@dataclass
class Tally:
    """What the people have seen."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)


def ask(connection: HTTPConnection, path: str, body: object) -> tuple[int, Any, int]:
    """Return the status and the answer to a question, and its bytes."""
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    return answer.status, json.loads(content), len(content)


def wait_for_fit(url: str) -> None:
    """Learn, so that what follows reruns the future alone."""
    connection = HTTPConnection(urlsplit(url).netloc)
    _, job, _ = ask(connection, "/api/calibrate", FIT)
    while job["status"] in {"queued", "running"}:
        time.sleep(0.5)
        connection.request("GET", f"/api/jobs/{job['job']}")
        job = json.loads(connection.getresponse().read())
    assert job["status"] == "done", job


def drag(url: str, until: float, tally: Tally, person: int) -> None:
    """Drag one slider of one person until the time is over."""
    chance = random.Random(person)  # noqa: S311 - where a hand moves, no secret
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    while time.monotonic() < until:
        value = round(chance.uniform(500, 9000))
        lever = {"kind": "corridor", "subject": "baghouz", "value": value, "start": "2019-03-04"}
        began = time.perf_counter()
        status, answer, size = ask(connection, "/api/compare", FIT | {"levers": [lever], "members": DRAGGED_MEMBERS})
        tally.seconds.append(time.perf_counter() - began)
        if status == 200:
            tally.members.append(answer["members"])
            tally.bytes.append(size)
        else:
            tally.failures.append(f"{status} {answer['detail']}")


def memory_mb(kind: str) -> float:
    """Return the memory that this process holds (VmRSS) or has held at most (VmHWM), which is the server's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split(f"{kind}:")[1].split()[0]) / 1024


def dragging(url: str, people: int, seconds: float) -> Table:
    """Let people drag, and return what they saw."""
    wait_for_fit(url)
    before, tally = memory_mb("VmRSS"), Tally()
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=drag, args=(url, until, tally, person)) for person in range(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    cuts = statistics.quantiles(tally.seconds, n=20)
    errors = "none" if not tally.failures else "; ".join(sorted(set(tally.failures)))
    return Table(
        f"{people} people at once",
        f"{people} people drag a slider for {seconds:g} seconds, each asking again as soon as the answer is there.",
        ("measured", "figure"),
        (
            ("answers", f"{len(tally.members):,} of {len(tally.seconds):,}"),
            ("errors", errors),
            ("seconds to the answer", f"P50 {cuts[9]:.2f}, P95 {cuts[18]:.2f}, longest {max(tally.seconds):.2f}"),
            ("members in an answer", f"{min(tally.members)} to {max(tally.members)}"),
            ("bytes of an answer", f"{statistics.median(tally.bytes):,.0f}"),
            (
                "memory of the server, MB",
                f"{before:,.0f} before, {memory_mb('VmRSS'):,.0f} after, {memory_mb('VmHWM'):,.0f} at most",
            ),
        ),
    )
