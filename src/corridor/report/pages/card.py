"""The model card of a forecast: what it is, for what it is meant, from what it was learnt, how well it has done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from corridor.report.facts import card
from corridor.report.facts.answer import answer
from corridor.report.facts.context import report_context
from corridor.report.facts.earlier import earlier_forecasts, since_words
from corridor.report.facts.provenance import fact_lines
from corridor.report.facts.tables import ahead_lines
from corridor.report.facts.verdict import caution, verdict
from corridor.report.pages.backtest_page import HEADER, Line, horizon_lines, read_scores
from corridor.report.pages.embed import page
from corridor.runs.atomic import write_whole
from corridor.runs.earlier import read_earlier
from corridor.runs.folder import CARD, read_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from corridor.report.facts.context import PageOptions
    from corridor.report.languages.language import Language


class BackTest(NamedTuple):
    """A back-test in short: its verdict, how far that can be trusted, and the scores of each horizon."""

    verdict: str
    caution: str
    origins: int
    lines: tuple[Line, ...]


def write_card(run_folder: Path, options: PageOptions | None = None, *, out: Path | None = None) -> Path:
    """Write the model card of a run as one HTML file, model_card.html, and return where it is.

    Parameters
    ----------
    run_folder
        What `forecast` left behind; nothing else is read.
    options
        What it is about, how it is written, and what stands beside it.
    out
        The folder to write into; the RUN folder if not given.

    Raises
    ------
    RunError
        The folder is not the result of a forecast, or the card cannot be written.
    UsageError
        suppress_below is negative, the scenario has no such place, there is no such language, or a run of `since` is
        no earlier forecast of it.
    """
    context = report_context(run_folder, options)
    chosen, folders = context.language, context.since
    earlier = earlier_forecasts(context, (run for one in folders for run in read_earlier(one, context.origin)))
    stated = answer(context)
    filled: dict[str, Any] = {
        "context": context,
        "origin": chosen.day(context.origin),
        "answer": stated,
        "headline": stated.headline,
        "details": card.details(context),
        "data": card.data(context),
        "back_tests": tuple(_back_tests(folders, chosen)),
        "header": tuple(map(chosen.term, HEADER)),
        "since": since_words(context, earlier),
        "ahead": ahead_lines(context),
        "limits": card.limits(context),
        "ethics": card.ethics(context),
        "facts": fact_lines(context.run.run, chosen),
    }
    path = (out or run_folder) / CARD
    write_whole(path, page("card.html.j2", filled, chosen, has_charts=False))
    return path


def _back_tests(folders: Iterable[Path], language: Language) -> Iterator[BackTest]:
    for folder in folders:
        if read_facts(folder).get("command") == "evaluate":
            scores = read_scores(folder)
            main = next(iter(scores["models"]), None)
            if main:
                own = scores["models"][main]
                lines = horizon_lines(scores, main, language)
                yield BackTest(verdict(own, main, language), caution(own, language), scores["origins"], lines)
