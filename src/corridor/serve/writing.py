"""The report of what is on the screen: a RUN folder like any other, from the scenario under its levers."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corridor.message import joined, message, term
from corridor.needs.needs import estimate_needs
from corridor.report.facts.context import PageOptions
from corridor.report.languages.language import language_of
from corridor.report.pages.workbook import write_pages
from corridor.runs.folder import REPORT
from corridor.runs.forecast_run import ForecastResult, arguments, result_facts, write_result
from corridor.runs.new_run import new_run
from corridor.runs.progress import forecasting
from corridor.runs.requests import Draws, ForecastRequest
from corridor.scenario.io.write import write_scenario
from corridor.scenario.scenario import Alternative, Scenario
from corridor.serve.fits import supposed, what_if

if TYPE_CHECKING:
    from corridor.serve.fits import Fitted
    from corridor.serve.jobs import Job
    from corridor.serve.requests import WhatIf

ON_THE_SCREEN = "on_the_screen"


def write_run(request: WhatIf, fitted: Fitted, *, out: Path, job: Job, workers: int) -> Path:
    """Write the RUN folder of a screen with its report, and return the report.

    Parameters
    ----------
    request
        The state of the screen.
    fitted
        What was learnt for it.
    out
        The RUN folder.
    job
        Shows the steps.
    workers
        Threads.
    """
    whole, alternative = _with_screen(fitted.scenario, request)
    supposed = whole if alternative is None else whole.with_alternative(alternative)
    draws = Draws(fitted.base.samples.sizes["member"], request.seed, workers)
    with tempfile.TemporaryDirectory(prefix="corridor-") as room:
        folder = write_scenario(whole, fitted.observations, Path(room) / request.scenario)
        with new_run(folder, out, job.steps) as run:
            with run.step("forecast", forecasting(request.days)):
                forecast = what_if(fitted, request.model_copy(update={"members": None}), workers)
            with run.step("needs", message("Estimating needs")):
                needs = estimate_needs(forecast, supposed)
            result = ForecastResult(supposed, fitted.observations, fitted.posterior, forecast, needs)
            with run.step("write", message("Writing the tables")):
                wanted = ForecastRequest(request.scenario, request.known_by, request.days, alternative)
                facts = run.facts("serve", arguments(wanted, draws), draws, result_facts(result, alternative))
                write_result(run, result, facts)
            with run.step("report", message("Writing the report")):
                write_pages(run.folder, PageOptions(language=request.language))
    return out / REPORT


def run_name(request: WhatIf, key: str) -> str:
    """Return the name of the RUN folder of a screen: the same screen and the same fit, by its key, the same folder."""
    digest = hashlib.sha256(f"{key} {request.model_dump_json()}".encode()).hexdigest()[:8]
    return f"{request.scenario}-{request.known_by}-{digest}"


def _with_screen(scenario: Scenario, request: WhatIf) -> tuple[Scenario, str | None]:
    """Return the scenario with what is on the screen as one of its alternatives, and that one's name."""
    if not request.levers:
        return scenario, request.alternative
    under = supposed(scenario, request)
    both = (*under.events, *scenario.events)
    changed = {(row.kind, row.subject) for row in both if (row in under.events) is not (row in scenario.events)}
    everywhere = {kind for kind, subject in changed if subject is None}  # dropping such a kind drops it in all places
    changed |= {(row.kind, row.subject) for row in both if row.kind in everywhere}
    dropped = dict.fromkeys((row.kind, row.subject) for row in scenario.events if (row.kind, row.subject) in changed)
    stated = next((row for row in scenario.alternatives if row.alternative == request.alternative), None)
    names = {row.place: row.name for row in scenario.places}
    screen = Alternative(
        alternative=ON_THE_SCREEN,
        meaning=language_of(request.language).worded(
            joined([*([term(stated.meaning)] if stated else []), *(row.words(names) for row in request.levers)], "; ")
        ),
        add=tuple(row for row in under.known_by(request.known_by).events if (row.kind, row.subject) in changed),
        drop=tuple(f"{kind.value} {subject}" if subject else kind.value for kind, subject in dropped),
        parameters=stated.parameters if stated else (),
    )
    others = tuple(row for row in scenario.alternatives if row.alternative != ON_THE_SCREEN)
    return replace(scenario, alternatives=(*others, screen)), ON_THE_SCREEN
