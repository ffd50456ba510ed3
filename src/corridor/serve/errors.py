"""Whatever goes wrong, in words and with the problems of ``check``, as an answer of the API."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from corridor.errors import CorridorError, RunError, ScenarioError, UsageError
from corridor.message import message
from corridor.serve.fits import NotFittedError
from corridor.serve.jobs import QueueFullError
from corridor.serve.languages import chosen_language, error_words, problem_facts
from corridor.serve.library import ChangedMeanwhileError, UnknownScenarioError

Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
_STATUS: dict[type[CorridorError], int] = {
    UnknownScenarioError: 404,
    ChangedMeanwhileError: 409,
    NotFittedError: 424,
    QueueFullError: 429,
    UsageError: 422,
    ScenarioError: 422,
    RunError: 422,
}
"""The status of each kind of error; 424 is a what-if whose fit must be made first."""

BAD_REQUEST = 400
UNREADABLE = message("The request is not JSON in UTF-8, uncompressed.")
"""Words for what the framework calls an error while it parsed a body."""


def handlers() -> dict[int | type[Exception], Handler]:
    """Return what answers each kind of error."""
    return {
        CorridorError: _corridor_error,
        RequestValidationError: _validation_error,
        HTTPException: _http_error,
        OSError: _os_error,
    }


async def _corridor_error(request: Request, error: CorridorError) -> JSONResponse:
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 422)
    language = chosen_language(request.headers)
    return JSONResponse({"detail": error_words(error, language), "problems": problem_facts(error, language)}, status)


async def _validation_error(request: Request, error: RequestValidationError) -> JSONResponse:
    language = chosen_language(request.headers)
    fields = [(".".join(map(str, row["loc"][1:])) or "request", row["msg"]) for row in error.errors()][:20]
    if language.is_english:
        words = " ".join(f"{field}: {what}." for field, what in fields)
    else:
        names = language.listed(dict.fromkeys(language.isolated(field) for field, _ in fields))
        words = language.message("What was asked is not possible: {fields}.", fields=names)
    return JSONResponse({"detail": words, "problems": []}, 422)


async def _http_error(request: Request, error: HTTPException) -> JSONResponse:
    words = UNREADABLE if error.status_code == BAD_REQUEST else error.detail
    return JSONResponse({"detail": chosen_language(request.headers).worded(words), "problems": []}, error.status_code)


async def _os_error(request: Request, error: OSError) -> JSONResponse:
    words = chosen_language(request.headers).message(
        "A file could not be read or written: {reason}.", reason=error.strerror or ""
    )
    return JSONResponse({"detail": words, "problems": []}, 422)
