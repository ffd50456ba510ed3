"""The workbook of a forecast in the language of its readers, without counts that are too small to be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.report.facts.context import report_context
from corridor.report.facts.wording import unit_words
from corridor.report.languages.language import language_of
from corridor.report.pages.report_page import write_report
from corridor.runs.atomic import write_whole
from corridor.runs.folder import WORKBOOK
from corridor.runs.wide import Book, Form, sheets, wide_rows
from corridor.runs.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from corridor.report.facts.context import PageOptions, ReportContext


def write_people(run_folder: Path, options: PageOptions, *, out: Path | None = None) -> Path:
    """Write the workbook of a run as forecast.xlsx, and return where it is.

    Parameters
    ----------
    run_folder
        What `forecast` left behind.
    options
        The language, and which counts are too small to be written.
    out
        The folder to write into; the RUN folder if not given.
    """
    path = (out or run_folder) / WORKBOOK
    write_whole(path, people_workbook(report_context(run_folder, options)))
    return path


def write_pages(run_folder: Path, options: PageOptions) -> Path:
    """Write the report into the folder of a fresh run, and return it; its workbook again where that is not in English.

    Parameters
    ----------
    run_folder
        A run that was just made.
    options
        How the pages are written.
    """
    if not language_of(options.language).is_english:
        write_people(run_folder, options)
    return write_report(run_folder, options)


def people_workbook(context: ReportContext) -> bytes:
    """Return people, arrivals, needs, what runs short and the balance by place, as the bytes of a workbook."""
    run = context.run
    wide = wide_rows((row._asdict() for row in run.forecast), run.scenario)
    book = Book(wide, run.needs, run.runout, [row._asdict() for row in run.balance], run.run)
    named: dict[str, Callable[[str], str]] = {
        "place": lambda place: run.scenario.place(place).name,
        "item": context.item,
        "unit": lambda unit: unit_words(unit, context.language),
    }
    form = Form(
        worded=lambda text: context.worded(text).text,
        named=lambda column, text: named[column](text),
        below=round(context.guard.below),
        small=context.small_needs,
    )
    return workbook(sheets(book, form))
