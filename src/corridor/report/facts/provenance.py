"""How a run was made, as lines of its page: versions, files, arguments and seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.report.languages.language import ENGLISH, translatable
from corridor.runs.folder import FLOWS, MESSAGES, NEEDS_OF_ONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from corridor.report.languages.language import Language

LONGEST_FACT = 400
_IN_WORDS = frozenset(
    {"notes", "conflicts", "degenerate", "rests_on", "assumption_only", "cautions", FLOWS, MESSAGES, NEEDS_OF_ONE}
)
"""Facts of run.json that stand in the report as sentences, and so not among those of its making."""

FACTS = {
    "schema_version": translatable("version of the tables"),
    "software": translatable("software"),
    "version": translatable("version"),
    "made_at": translatable("made at"),
    "command": translatable("command"),
    "arguments": translatable("arguments"),
    "known_by": translatable("known by"),
    "days": translatable("days"),
    "with": translatable("alternative"),
    "alternative": translatable("alternative"),
    "standards": translatable("standards"),
    "members": translatable("simulated histories"),
    "seed": translatable("seed"),
    "workers": translatable("workers"),
    "compared": translatable("compared"),
    "swept": translatable("swept"),
    "inputs": translatable("files read, with their SHA-256"),
    "python": translatable("Python"),
    "libraries": translatable("libraries"),
    "scenario": translatable("scenario"),
    "origin_date": translatable("last day known"),
    "horizon_days": translatable("days ahead"),
    "effective_sample_size": translatable("effective sample size"),
    "particles": translatable("histories in the fit"),
    "proposals_waiting": translatable("proposals waiting"),
    "timings_s": translatable("seconds taken"),
    "calibrate": translatable("fit"),
    "forecast": translatable("forecast"),
    "needs": translatable("needs"),
    "compare": translatable("comparison"),
    "write": translatable("tables"),
    "evaluate": translatable("back-test"),
    "every": translatable("days between origins"),
    "every_days": translatable("days between origins"),
    "first_day": translatable("first origin, day"),
    "horizons": translatable("horizons"),
    "origins": translatable("origins"),
    "models": translatable("models"),
    "on": translatable("computed on"),
}
"""What the facts of run.json are called; others stand under their own names."""


def fact_lines(facts: Mapping[str, object], language: Language = ENGLISH) -> tuple[tuple[str, str], ...]:
    """Return what run.json says of the making of the run, one line for each fact.

    Parameters
    ----------
    facts
        What run.json says.
    language
        Of the page; names of files, digests and what was typed stay as they are.

    Examples
    --------
    >>> fact_lines({"seed": 7, "arguments": {"horizon_days": 28}})
    (('seed', '7'), ('arguments: days ahead', '28'))
    """
    lines: list[tuple[str, str]] = []
    for name, value in facts.items():
        if name in _IN_WORDS or (isinstance(value, list) and any(isinstance(one, dict) for one in value)):
            continue
        if isinstance(value, dict):
            label = language.term(FACTS.get(name, name))
            inner = fact_lines(value, language)
            lines += ((language.message("{fact}: {part}", fact=label, part=part), text) for part, text in inner)
        else:
            lines.append((language.term(FACTS.get(name, name)), _fact(value, language)))
    return tuple(lines)


def _fact(value: object, language: Language) -> str:
    values: Iterable[object] = value if isinstance(value, list) else (value,)
    text = language.clauses(_one_fact(one, language) for one in values) or language.message("none")
    return text if len(text) <= LONGEST_FACT else f"{text[:LONGEST_FACT]}…"


def _one_fact(value: object, language: Language) -> str:
    if value is None:
        return language.message("none")
    if isinstance(value, bool):
        return language.message("yes") if value else language.message("no")
    return language.isolated(str(value).removesuffix("."))
