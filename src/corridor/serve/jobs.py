"""Work that takes more than a second: queued in bounded number, with progress, and cancelled on request."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

from corridor.errors import CorridorError
from corridor.message import message

MOST_WAITING = 16
"""Jobs that may wait; a further one is refused."""

MOST_KEPT = 64
"""Finished jobs whose results can still be read."""

Tick = Callable[[int, int], None]


class Status(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {Status.DONE, Status.FAILED, Status.CANCELLED}


class QueueFullError(CorridorError):
    """As many jobs wait as may."""


class CancelledJobError(Exception):
    """Raised inside a job that was cancelled, at its next step."""


@dataclass
class Job:
    """One piece of work.

    Attributes
    ----------
    job
        Its id.
    key
        Requests with the same key share a job while it is not over.
    status, step, done, total
        How far it is; `step` is in words, `total` is 0 where it is unknown.
    wanted_by
        How many requests share it; it is cancelled when the last of them cancels.
    result
        What it returned.
    error
        What stopped it.
    """

    job: str
    key: str
    work: Callable[[Job], Any]
    status: Status = Status.QUEUED
    step: str = ""
    done: int = 0
    total: int = 0
    wanted_by: int = 1
    result: Any = None
    error: Exception | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def steps(self, words: str) -> Iterator[Tick]:
        """Open a step by its words; what it gives is called with (done, total)."""
        self.step, self.done, self.total = words, 0, 0
        self._stop_if_cancelled()
        yield self.tick

    def tick(self, done: int, total: int) -> None:
        """Take note of progress, and end the job here if it was cancelled."""
        self._stop_if_cancelled()
        self.done, self.total = done, total

    def _stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise CancelledJobError


class Jobs:
    """Jobs one after the other in a thread of their own."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._known: OrderedDict[str, Job] = OrderedDict()
        self._is_open = True
        self._thread = threading.Thread(target=self._run, name="corridor-jobs", daemon=True)
        self._thread.start()

    def add(self, key: str, work: Callable[[Job], Any]) -> Job:
        """Return the job with a key that is not over yet, or a new one at the end of the queue.

        Raises
        ------
        QueueFullError
            As many jobs wait as may.
        """
        with self._lock:
            for job in self._known.values():
                if job.key == key and not job.status.is_over and not job.cancelled.is_set():
                    job.wanted_by += 1
                    return job
            if len(self._waiting) >= MOST_WAITING:
                raise QueueFullError(
                    message("{count} jobs are waiting already. Try again in a minute.", count=MOST_WAITING)
                )
            job = Job(uuid4().hex, key, work)
            self._waiting.append(job)
            self._known[job.job] = job
            self._forget_old()
            self._lock.notify()
            return job

    def done(self, key: str) -> Job:
        """Return a job that is over without having waited: what it is for is at hand."""
        with self._lock:
            job = Job(uuid4().hex, key, lambda _: None, Status.DONE)
            self._known[job.job] = job
            self._forget_old()
            return job

    def latest(self, key: str) -> Job | None:
        """Return the last job with a key; None if there is none, or if it is long over."""
        with self._lock:
            return next((job for job in reversed(self._known.values()) if job.key == key), None)

    def find(self, job: str) -> Job | None:
        """Return the job with an id; None if there is none, or if it is long over."""
        with self._lock:
            return self._known.get(job)

    def ahead_of(self, job: Job) -> int:
        """Return how many jobs will run before one that waits."""
        with self._lock:
            return self._waiting.index(job) if job in self._waiting else 0

    def cancel(self, job: Job) -> None:
        """End a job that nobody else wants: at once if it waits, at its next step if it runs."""
        with self._lock:
            job.wanted_by -= 1
            if job.wanted_by > 0:
                return
            job.cancelled.set()
            if job in self._waiting:
                self._waiting.remove(job)
                job.status = Status.CANCELLED

    def close(self) -> None:
        """Cancel everything, and end the thread."""
        with self._lock:
            self._is_open = False
            for job in self._known.values():
                job.cancelled.set()
            self._lock.notify()
        self._thread.join(timeout=10)

    def _forget_old(self) -> None:
        over = [job.job for job in self._known.values() if job.status.is_over]
        for job in over[: max(0, len(self._known) - MOST_KEPT)]:
            del self._known[job]

    def _run(self) -> None:
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._waiting or not self._is_open)
                if not self._is_open:
                    return
                job = self._waiting.popleft()
                job.status = Status.RUNNING
            try:
                job.result = job.work(job)
                job.status = Status.DONE
            except CancelledJobError:
                job.status = Status.CANCELLED
            except Exception as error:  # noqa: BLE001 - whoever reads the job sees it
                job.error = error
                job.status = Status.FAILED
