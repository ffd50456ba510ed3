"""The page and its answers in the language of the reader: sentences of the report's catalogues, and of its own."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, SkipValidation

from corridor.errors import CorridorError, ScenarioError
from corridor.message import message
from corridor.report.facts.wording import unit_words
from corridor.report.languages.language import ENGLISH, NAMES, language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from corridor.report.languages.language import Language
    from corridor.serve.answers import Answer, Past
    from corridor.serve.screens import Screen
    from corridor.serve.ways import Way


Sentence = SkipValidation[str]
"""A text that stays the message that it is, with its template."""


class PageWords(BaseModel):
    """Sentences in a language, by what they are in English; several forms where a number decides."""

    language: str
    is_right_to_left: bool
    texts: dict[str, str | list[str]] = Field(description="none in English")


@cache
def page_words(code: str) -> PageWords:
    """Return the sentences of a language.

    Parameters
    ----------
    code
        Such as fr.
    """
    language = language_of(code)
    texts = {} if language.is_english else _texts(code)
    return PageWords(language=code, is_right_to_left=language.is_right_to_left, texts=texts)


def _texts(code: str) -> dict[str, str | list[str]]:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - 0.2 s that English need not wait for

    path = files("corridor.report.languages").joinpath(code, "LC_MESSAGES", "corridor.po")
    texts: dict[str, str | list[str]] = {}
    for row in read_po(BytesIO(path.read_bytes()), locale=code):
        if isinstance(row.id, str):
            texts[row.id] = str(row.string)
        else:
            texts[row.id[0]] = list(row.string or ())
    return {text: worded for text, worded in texts.items() if text}


def past_in(past: Past, language: Language) -> Past:
    """Return a past with its sentences in a language."""
    if language.is_english:
        return past
    alarms = [row.model_copy(update={"words": language.worded(row.words)}) for row in past.alarms]
    notes = [language.worded(note) for note in past.notes]
    return past.model_copy(update={"alarms": alarms, "notes": notes, "ways": _ways(past.ways, language)})


def answer_in(answer: Answer, language: Language) -> Answer:
    """Return an answer with its sentences, its needs and its ways in a language."""
    if language.is_english:
        return answer
    needs = [
        row.model_copy(
            update={
                "label": language.term(row.label),
                "remark": language.term(row.remark),
                "unit": unit_words(row.unit, language),
            }
        )
        for row in answer.needs or ()
    ]
    runout = [row.model_copy(update={"label": language.term(row.label)}) for row in answer.runout or ()]
    return answer.model_copy(
        update={
            "notes": [language.worded(note) for note in answer.notes],
            "ways": _ways(answer.ways, language),
            "needs": None if answer.needs is None else needs,
            "runout": None if answer.runout is None else runout,
        }
    )


def screen_in(screen: Screen, language: Language) -> Screen:
    """Return a scenario as the page opens it with the words that are not its own in a language."""
    if language.is_english:
        return screen
    alternatives = [row.model_copy(update={"meaning": language.term(row.meaning)}) for row in screen.alternatives]
    places = [row.model_copy(update={"name": _named(row.name, language)}) for row in screen.places]
    reports = [row.model_copy(update={"brought_from": language.worded(row.brought_from)}) for row in screen.reports]
    return screen.model_copy(update={"alternatives": alternatives, "places": places, "reports": reports})


def chosen_language(headers: Mapping[str, str]) -> Language:
    """Return the language of whoever asks, by the header Accept-Language; English where there is no such page.

    Parameters
    ----------
    headers
        Of the request, with names in small letters.
    """
    first = headers.get("accept-language", "").partition(",")[0].partition(";")[0].partition("-")[0].strip().lower()
    return language_of(first) if first in NAMES else ENGLISH


def error_words(error: Exception, language: Language) -> str:
    """Return what went wrong in words: a mistake of ours is called one."""
    if isinstance(error, ScenarioError):
        if language.is_english:
            return str(error)
        count = len(error.problems)
        return language.plural(
            "{subject}: {count} problem", "{subject}: {count} problems", count, subject=error.subject
        )
    if isinstance(error, CorridorError):
        return language.worded(error.args[0] if error.args else "")
    what = f"{type(error).__name__}: {error}"
    return language.worded(message("Sorry: this is a mistake of Corridor, not of yours ({what}).", what=what))


def problem_facts(error: Exception | None, language: Language) -> list[dict[str, str | int | None]]:
    """Return the problems of an input that an error carries, as ``check --json`` has them, in a language."""
    problems = error.problems if isinstance(error, ScenarioError) else ()
    return [
        {
            "code": row.code,
            "what": language.worded(row.what),
            "fix": language.worded(row.fix),
            "file": row.where.file if row.where else None,
            "line": row.where.line if row.where else None,
            "column": row.where.column if row.where else None,
        }
        for row in problems
    ]


def _named(name: str, language: Language) -> str:
    """Return a name, isolated where it runs against the language, and only there."""
    bare = name.removeprefix("\u2068").removesuffix("\u2069")
    return language.isolated(bare)


def _ways(ways: list[Way], language: Language) -> list[Way]:
    return [row.model_copy(update={"words": language.worded(row.words)}) for row in ways]
