"""The API: each operation has the name of the Python verb that it calls."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

from corridor.message import message
from corridor.provenance import corridor_version
from corridor.report.languages.language import language_of
from corridor.scenario.timeline import explain
from corridor.serve import proposing
from corridor.serve.answers import Answer, Past, past_of
from corridor.serve.desk import Desk, JobState
from corridor.serve.errors import handlers
from corridor.serve.jobs import Job, Status
from corridor.serve.languages import PageWords, chosen_language, page_words, past_in, screen_in
from corridor.serve.library import TABLES, TableText
from corridor.serve.proposing import WaitingProposal
from corridor.serve.requests import Copy, Fit, LanguageCode, Mended, Report, Table, WhatIf
from corridor.serve.screens import Screen, screen_of
from corridor.serve.security import Guard

ScenarioName = Annotated[str, InPath(min_length=1, max_length=200)]
TableName = Annotated[str, InPath(pattern=f"^({'|'.join(TABLES)})$")]
ProposalName = Annotated[str, InPath(pattern="^[0-9a-zA-Z_-]{1,64}$")]
JobName = Annotated[str, InPath(pattern="^[0-9a-f]{32}$")]
HAND_OVER_S = 0.0005
"""How long a thread holds the interpreter while others wait; a member is simulated without it in a millisecond."""

KnownBy = Annotated[dt.date | None, Query(description="last day known; none is the day of the last report")]


class Listed(BaseModel):
    """A scenario that can be opened."""

    scenario: str
    is_editable: bool


class Words(BaseModel):
    """An answer in words."""

    words: str


def create_app(desk: Desk) -> FastAPI:
    """Return the application: API, security, and the page where its assets are built."""
    settings = desk.settings

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(HAND_OVER_S)
        yield
        sys.setswitchinterval(usual)
        await asyncio.to_thread(desk.close)

    app = FastAPI(
        title="Corridor",
        version=corridor_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        exception_handlers=handlers(),
        generate_unique_id_function=lambda route: route.name,
    )
    _add_scenarios(app, desk)
    _add_tables(app, desk)
    _add_proposals(app, desk)
    _add_forecasts(app, desk)
    _add_jobs(app, desk)
    if settings.assets is not None:
        app.mount("/", StaticFiles(directory=settings.assets, html=True), name="page")
    app.add_middleware(Guard, access=settings.access)
    return app


def _add_scenarios(app: FastAPI, desk: Desk) -> None:
    """Add what is asked about scenario folders."""

    @app.get("/api/scenarios")
    def list_scenarios() -> list[Listed]:
        """Return the scenarios that can be opened."""
        library = desk.library
        return [Listed(scenario=name, is_editable=library.is_editable(name)) for name in library.folders()]

    @app.get("/api/words/{language}")
    def read_words(language: LanguageCode) -> PageWords:
        """Return the sentences of the page in a language."""
        return page_words(language)

    @app.get("/api/scenarios/{scenario}")
    def read_scenario(scenario: ScenarioName, known_by: KnownBy = None, language: LanguageCode = "en") -> Screen:
        """Return a scenario as the page opens it, or all of its problems."""
        read, observations = desk.library.read(scenario)
        is_editable = desk.library.is_editable(scenario)
        screen = screen_of(scenario, read, observations, known_by=known_by, is_editable=is_editable)
        return screen_in(screen, language_of(language))

    @app.get("/api/scenarios/{scenario}/explain")
    def explain_scenario(scenario: ScenarioName) -> Words:
        """Return what happens when, period by period, in words."""
        return Words(words=explain(desk.library.read(scenario)[0]))

    @app.post("/api/scenarios/{scenario}/copy", status_code=201)
    def copy_scenario(scenario: ScenarioName, request: Copy) -> Listed:
        """Copy a scenario into a new folder that can be changed."""
        return Listed(scenario=desk.library.copy(scenario, request.to).name, is_editable=True)


def _add_tables(app: FastAPI, desk: Desk) -> None:
    """Add what is asked about the tables of a scenario."""

    @app.get("/api/scenarios/{scenario}/tables/{table}")
    def read_table(scenario: ScenarioName, table: TableName) -> TableText:
        """Return a table as it stands in its file."""
        return desk.library.table(scenario, table)

    @app.put("/api/scenarios/{scenario}/tables/{table}")
    def write_table(scenario: ScenarioName, table: TableName, request: Table) -> TableText:
        """Write a table if the scenario is sound with it; else return all problems, as ``check`` does."""
        return desk.library.write_table(scenario, TableText(table, request.version, request.columns, request.rows))

    @app.post("/api/scenarios/{scenario}/observations", status_code=201)
    def add_observation(scenario: ScenarioName, request: Report) -> TableText:
        """Write a report into observations.csv if the scenario is sound with it."""
        return desk.library.add_observation(scenario, request.observation())


def _add_proposals(app: FastAPI, desk: Desk) -> None:
    """Add what is asked about proposals that were read in texts."""
    library = desk.library

    @app.get("/api/scenarios/{scenario}/proposals")
    def read_proposals(scenario: ScenarioName) -> list[WaitingProposal]:
        """Return the proposals that wait for a person, the clearest first."""
        return proposing.waiting_proposals(library, scenario)

    @app.post("/api/scenarios/{scenario}/proposals/{proposal}/accept")
    def accept_proposal(scenario: ScenarioName, proposal: ProposalName) -> list[WaitingProposal]:
        """Add a proposal to the tables if the scenario is sound with it, and return those that still wait."""
        return proposing.accept(library, scenario, proposal)

    @app.post("/api/scenarios/{scenario}/proposals/{proposal}/reject")
    def reject_proposal(scenario: ScenarioName, proposal: ProposalName) -> list[WaitingProposal]:
        """Reject a proposal, and return those that still wait."""
        return proposing.reject(library, scenario, proposal)

    @app.post("/api/scenarios/{scenario}/proposals/{proposal}/mend")
    def mend_proposal(scenario: ScenarioName, proposal: ProposalName, request: Mended) -> list[WaitingProposal]:
        """Change fields of a proposal, written as in a table, and return those that wait."""
        return proposing.mend(library, scenario, proposal, request.values)


def _add_forecasts(app: FastAPI, desk: Desk) -> None:
    """Add the verbs."""

    @app.post("/api/calibrate", status_code=202)
    def calibrate(request: Fit) -> JobState:
        """Start to learn from the reports by a day, and to forecast what the scenario states."""
        return desk.state_of(desk.calibrate(request), language_of(request.language))

    @app.post("/api/past")
    def past(request: Fit) -> Past:
        """Return the fitted past, from the first day to the last one known, and what was learnt of the levers."""
        return past_in(past_of(desk.fitted(request)), language_of(request.language))

    @app.post("/api/forecast", response_model=Answer)
    def forecast(request: WhatIf) -> Response:
        """Return the forecast under an alternative and levers; without them, of the scenario as it stands."""
        return Response(desk.answer(request, with_difference=False), media_type="application/json")

    @app.post("/api/compare", response_model=Answer)
    def compare(request: WhatIf) -> Response:
        """Return the same with its differences to the scenario as it stands, member by member."""
        return Response(desk.answer(request, with_difference=True), media_type="application/json")

    @app.post("/api/write_report", status_code=202)
    def write_report(request: WhatIf) -> JobState:
        """Start to write a RUN folder with the report of what is on the screen."""
        return desk.state_of(desk.write_report(request), language_of(request.language))


def _add_jobs(app: FastAPI, desk: Desk) -> None:
    """Add what is asked about jobs."""

    def find(job: str) -> Job:
        known = desk.jobs.find(job)
        if known is None:
            raise HTTPException(404, message("There is no such job, or it is long over."))
        return known

    @app.get("/api/jobs/{job}")
    def read_job(job: JobName, request: Request) -> JobState:
        """Return how far a job is."""
        return desk.state_of(find(job), chosen_language(request.headers))

    @app.delete("/api/jobs/{job}")
    def cancel_job(job: JobName) -> JobState:
        """Cancel a job: at once if it waits, at its next step if it runs."""
        desk.jobs.cancel(find(job))
        return desk.state_of(find(job))

    @app.get("/api/jobs/{job}/report")
    def read_report(job: JobName) -> FileResponse:
        """Return the report that a job has written, to be kept as a file."""
        done: Any = find(job)
        if done.status is not Status.DONE or not isinstance(done.result, Path):
            raise HTTPException(404, message("This job has written no report."))
        name = f"{done.result.parent.name}.html"
        return FileResponse(done.result, media_type="text/html", filename=name)
