"""What is behind the API: the library, the queue of jobs, the fits, and the latest answers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from corridor.forecasting.extrapolation import extrapolations
from corridor.message import message
from corridor.report.languages.language import ENGLISH, Language, language_of
from corridor.runs.forecast_run import check_calendar
from corridor.runs.requests import ForecastRequest
from corridor.serve.answers import answer_of, with_needs
from corridor.serve.fits import Fits, Fitted, fit, people_if, supposed
from corridor.serve.jobs import Job, Jobs, QueueFullError, Status
from corridor.serve.languages import answer_in, error_words, problem_facts
from corridor.serve.library import Library
from corridor.serve.requests import Fit, WhatIf
from corridor.serve.security import Access
from corridor.serve.writing import run_name, write_run

if TYPE_CHECKING:
    from corridor.scenario.observations import Observations
    from corridor.scenario.scenario import Scenario

MOST_AT_ONCE = 2
"""What-ifs that are calculated at the same time; the others wait for their turn."""

MOST_IN_TURN = 30
"""What-ifs that may wait; a further one is refused."""

BUSY_FROM, BUSY_MEMBERS = 4, 100
"""With so many waiting, so many members are run for those who drag, without needs; whoever rests has all."""

MOST_ANSWERS = 500
"""Answers that are kept, for whoever wants the same; each of the bundled case takes 25 kB."""


@dataclass(frozen=True)
class Settings:
    """What the server serves, to whom, with how many members at rest, and how many threads it takes."""

    library: Library
    runs: Path
    access: Access = field(default_factory=Access)
    members: int = 1000
    workers: int = 1
    assets: Path | None = None


class JobState(BaseModel):
    """How far a job is."""

    job: str
    status: Status
    step: str
    done: int
    total: int
    ahead: int
    detail: str | None = None
    problems: list[dict[str, str | int | None]] = []
    run: str | None = None


class Desk:
    """Answers what the page asks, in turn and in bounded number."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = settings.library
        self.jobs = Jobs()
        self.fits = Fits()
        self._turns = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="corridor-what-if")
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Future[bytes]] = OrderedDict()

    def calibrate(self, request: Fit) -> Job:
        """Return the job that learns and forecasts; it is over at once where that was done before."""
        key = request.key(self.library.version(request.scenario))
        if self.fits.has(key):
            return self.jobs.done(f"fit {key}")
        scenario, observations = self.library.read(request.scenario)
        check_calendar(scenario, ForecastRequest(request.scenario, request.known_by, request.days))

        def work(job: Job) -> None:
            self._learnt(key, request, scenario, observations, job)

        return self.jobs.add(f"fit {key}", work)

    def _learnt(self, key: str, request: Fit, scenario: Scenario, observations: Observations, job: Job) -> Fitted:
        """Return the fit that is at hand, or make it."""
        if not self.fits.has(key):
            members, workers = self.settings.members, self.settings.workers
            self.fits.keep(key, fit(request, scenario, observations, job, members=members, workers=workers))
        return self.fits.find(key)

    def fitted(self, request: Fit) -> Fitted:
        """Return what was learnt; see :meth:`corridor.serve.fits.Fits.find`."""
        return self.fits.find(request.key(self.library.version(request.scenario)))

    def answer(self, request: WhatIf, *, with_difference: bool) -> bytes:
        """Return an :class:`Answer` as JSON, in turn; those of late are at hand, and the same for all who want them."""
        fit_key = request.key(self.library.version(request.scenario))
        fitted = self.fits.find(fit_key)
        with self._lock:
            waiting = sum(not one.done() for one in self._answers.values())
            is_busy = waiting >= BUSY_FROM and request.members is not None
            if is_busy:
                request = request.model_copy(update={"members": min(request.members or BUSY_MEMBERS, BUSY_MEMBERS)})
            key = f"{with_difference} {is_busy} {fit_key} {request.model_dump_json()}"
            self._forget_old()
            answer = self._answers.get(key)
            if answer is None:
                if waiting >= MOST_IN_TURN:
                    raise QueueFullError(message("Too many people are asking at once. Try again in a few seconds."))
                answer = self._turns.submit(self._calculate, fitted, request, with_difference, is_busy)
                self._answers[key] = answer
            self._answers.move_to_end(key)
        return answer.result()

    def _forget_old(self) -> None:
        """Let go of the answers that nobody has wanted for longest, and of those that failed."""
        over = [key for key, one in self._answers.items() if one.done()]
        failed = [key for key in over if self._answers[key].exception() is not None]
        for key in {*failed, *over[: max(0, len(self._answers) - MOST_ANSWERS)]}:
            del self._answers[key]

    def _calculate(self, fitted: Fitted, request: WhatIf, with_difference: bool, is_busy: bool) -> bytes:  # noqa: FBT001 - a task
        scenario = supposed(fitted.scenario, request)
        people = people_if(fitted, request, scenario, 1 if is_busy else self.settings.workers)
        notes = extrapolations(fitted.posterior, request.levers)
        known = scenario.known_by(request.known_by)
        answer = answer_of(people, known, fitted.people if with_difference else None, notes)
        if not is_busy:
            forecast, base = replace(fitted.base, samples=people.samples()), fitted.needs if with_difference else None
            answer = with_needs(answer, forecast, scenario, base)
        return answer_in(answer, language_of(request.language)).model_dump_json().encode()

    def close(self) -> None:
        """Cancel what waits, and end the threads."""
        self._turns.shutdown(wait=False, cancel_futures=True)
        self.jobs.close()

    def write_report(self, request: WhatIf) -> Job:
        """Return the job that writes the RUN folder and the report of a screen; one is written once."""
        scenario, observations = self.library.read(request.scenario)
        check_calendar(scenario, ForecastRequest(request.scenario, request.known_by, request.days))
        supposed(scenario, request)
        key = request.key(self.library.version(request.scenario))
        name = run_name(request, key)

        def work(job: Job) -> Path:
            fitted = self._learnt(key, request, scenario, observations, job)
            return write_run(request, fitted, out=self.settings.runs / name, job=job, workers=self.settings.workers)

        written = self.jobs.latest(f"report {name}")
        if written is not None and isinstance(written.result, Path) and written.result.is_file():
            return written
        return self.jobs.add(f"report {name}", work)

    def state_of(self, job: Job, language: Language = ENGLISH) -> JobState:
        """Return how far a job is, in words of a language."""
        return JobState(
            job=job.job,
            status=job.status,
            step=language.worded(job.step),
            done=job.done,
            total=job.total,
            ahead=self.jobs.ahead_of(job),
            detail=None if job.error is None else error_words(job.error, language),
            problems=problem_facts(job.error, language),
            run=str(job.result.parent) if isinstance(job.result, Path) else None,
        )
