"""People who drag sliders on the page at the same time.

Each drags one of the sliders that the page shows, in the steps that it has, and asks for the future under its next
position as soon as the answer to the last one is there, as the page does.
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
    states: set[tuple[object, ...]] = field(default_factory=set)


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


def sliders_of(url: str) -> list[dict[str, Any]]:
    """Return the sliders that the page shows, but for those that switch something on and off."""
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", f"/api/scenarios/{FIT['scenario']}?known_by={FIT['known_by']}")
    screen = json.loads(connection.getresponse().read())
    return [row for row in screen["sliders"] if row["unit"] is not None]


def drag(url: str, until: float, tally: Tally, person: int, slider: dict[str, Any]) -> None:
    """Drag one slider of one person to and fro until the time is over."""
    chance = random.Random(person)  # noqa: S311 - where a hand moves, no secret
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    steps = round((slider["high"] - slider["low"]) / slider["step"])
    at = chance.randrange(steps + 1)
    while time.monotonic() < until:
        at = min(max(at + chance.choice((-5, -3, -2, -1, 1, 2, 3, 5)), 0), steps)
        value = slider["low"] + at * slider["step"]
        lever = {"kind": slider["kind"], "subject": slider["subject"], "value": value, "start": "2019-03-04"}
        began = time.perf_counter()
        status, answer, size = ask(connection, "/api/compare", FIT | {"levers": [lever], "members": DRAGGED_MEMBERS})
        tally.seconds.append(time.perf_counter() - began)
        if status == 200:
            tally.states.add((slider["kind"], slider["subject"], at, answer["members"]))
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
    sliders = sliders_of(url)
    before, tally = memory_mb("VmRSS"), Tally()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=drag, args=(url, until, tally, person, sliders[person % len(sliders)]))
        for person in range(people)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    cuts = statistics.quantiles(tally.seconds, n=20)
    answers = f"{len(tally.members):,} of {len(tally.seconds):,}, for {len(tally.states):,} different states"
    errors = "none" if not tally.failures else "; ".join(sorted(set(tally.failures)))
    return Table(
        f"{people} people at once",
        f"{people} people drag {len(sliders)} sliders for {seconds:g} seconds, each going on by some steps as soon as "
        "the answer is there. Who comes to a state that somebody has been at gets the same answer.",
        ("measured", "figure"),
        (
            ("answers", answers),
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
