"""How sure the answer is: the reports that it rests on, the notes of the run, and what may be wrong with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from corridor.report.facts.comparison import Status
from corridor.report.facts.wording import number

if TYPE_CHECKING:
    from corridor.report.facts.context import ReportContext, Worded
    from corridor.scenario.observations import Observation

THIN = 100
STALE_DAYS = 14
MOST_SOURCES = 3


def basis(context: ReportContext) -> tuple[str, ...]:
    """Return how sure the figures are, and on how many reports they rest."""
    message = context.language.message
    sure = message(
        "Low and high: in 8 of 10 cases the true number should lie between them, in 1 of 10 below, "
        "in 1 of 10 above, provided that what this page says the model assumes holds."
    )
    used = [row.report for row in context.compared if row.status is Status.USED]
    if not used:
        return (sure, message("No report was used: this is what the assumptions alone say."))
    return (sure, _reports(context, used))


def _reports(context: ReportContext, used: list[Observation]) -> str:
    """Return on how many reports the forecast rests, by whom, how good they are, and which is the newest."""
    language = context.language
    counts = Counter(row.source for row in used)
    grades = Counter(context.run.scenario.grade_of(row.source).value for row in used)
    named = language.listed(
        f"{language.isolated(name)} ({language.decimal(count)})" for name, count in counts.most_common(MOST_SOURCES)
    )
    graded = (
        language.message("{count} of grade {grade}", count=language.decimal(grades[grade]), grade=grade)
        for grade in sorted(grades)
    )
    newest = max(used, key=lambda row: (row.date, row.known_on))
    return language.message(
        "It rests on {reports} by {sources}: {most}; {graded} (A is a head count, D is hearsay). "
        "{unused}The newest is for {day}, by {source}.",
        reports=language.plural("{count} report", "{count} reports", len(used)),
        sources=language.plural("{count} source", "{count} sources", len(counts)),
        most=named if len(counts) <= MOST_SOURCES else language.message("most of them from {sources}", sources=named),
        graded=language.listed(graded),
        unused=_unused(context),
        day=language.day(newest.date),
        source=language.isolated(newest.source),
    )


def _unused(context: ReportContext) -> str:
    """Return how many reports were not used, as a sentence with a blank after it; nothing where all were."""
    language = context.language
    held = sum(row.status is Status.HELD for row in context.compared)
    ignored = sum(row.status is Status.IGNORED for row in context.compared)
    gaps = {"held": language.decimal(held), "ignored": language.decimal(ignored)}
    if held and ignored:
        return language.message("Not used: {held} held back and {ignored} ignored. ", **gaps)
    if held:
        return language.message("Not used: {held} held back. ", **gaps)
    return language.message("Not used: {ignored} ignored. ", **gaps) if ignored else ""


def _sentences(context: ReportContext, key: str) -> tuple[Worded, ...]:
    """Return the sentences under a key of run.json, none where an earlier version wrote none."""
    stated = context.run.run.get(key)
    return tuple(context.worded(str(one)) for one in stated) if isinstance(stated, list) else ()


def run_notes(context: ReportContext) -> tuple[Worded, ...]:
    """Return the notes of the run, but for those that are alarms."""
    alarms = run_alarms(context)
    return tuple(note for note in _sentences(context, "notes") if note not in alarms)


def run_alarms(context: ReportContext) -> tuple[Worded, ...]:
    """Return the reports that the fit contradicts, and days that left few histories: the fit may be wrong."""
    degenerate = context.run.run.get("degenerate")
    return (*_sentences(context, "conflicts"), *([context.worded(str(degenerate))] if degenerate else []))


def cautions(context: ReportContext) -> tuple[Worded, ...]:
    """Return which levers lie outside what the model was learnt from."""
    return _sentences(context, "cautions")


def warnings(context: ReportContext) -> tuple[str, ...]:
    """Return what else may be wrong: reports that wait, few histories, old reports."""
    language, sentences = context.language, []
    waiting = context.run.run.get("proposals_waiting")
    if isinstance(waiting, int) and waiting > 0:
        sentences.append(
            language.plural(
                "{count} figure, read from a text, waits for a decision (corridor review); nothing of it is used.",
                "{count} figures, read from texts, wait for a decision (corridor review); nothing of it is used.",
                waiting,
            )
        )
    size = context.run.run.get("effective_sample_size")
    if isinstance(size, int | float) and size < THIN and not context.run.run.get("degenerate"):
        sentences.append(
            language.message(
                "The fit rests on few distinct histories (about {size}; {enough} or more is comfortable): the ranges "
                "may be too narrow.",
                size=number(size, 2, language),
                enough=THIN,
            )
        )
    used = [row.report.date for row in context.compared if row.status is Status.USED]
    age_days = (context.origin - max(used)).days if used else 0
    if age_days > STALE_DAYS:
        sentences.append(
            language.plural(
                "The newest report that was used is {count} day old.",
                "The newest report that was used is {count} days old.",
                age_days,
            )
        )
    return tuple(sentences)
