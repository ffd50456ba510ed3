"""What a model card says of a forecast, beyond its report: what made it, from what, how well, and for what.

The sections are those of Mitchell et al. (2019), *Model cards for model reporting*: details, intended use, use that is
not intended, data, evaluation, limits, ethical considerations, versions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from corridor.report.facts.basis import basis
from corridor.report.facts.comparison import Status
from corridor.report.facts.tables import MEASURES
from corridor.report.languages.language import translatable

if TYPE_CHECKING:
    from corridor.report.facts.context import ReportContext

MEMBERS = {"reports": translatable("the reports alone"), "mechanism": translatable("the model")}


def details(context: ReportContext) -> tuple[str, ...]:
    """Return what the forecast is of, how it was computed, and what it is an average of."""
    language, run = context.language, context.run.run
    arguments = run.get("arguments")
    members = arguments.get("members") if isinstance(arguments, dict) else None
    first = language.message(
        "It forecasts how many people are at {places} of {scenario}, who arrives, waits and dies, for each day to "
        "{end}, from what was known by {origin}.",
        places=language.plural("{count} place", "{count} places", len(context.run.scenario.places)),
        scenario=language.isolated(context.run.scenario.name),
        origin=language.day(context.origin),
        end=language.day(context.end),
    )
    if context.run.posterior:
        how = language.message(
            "A model of chance moves people from place to place day by day, and a particle filter fits it to the "
            "reports."
        )
    else:
        how = language.message("The reports alone are carried forward, place by place; no model moves people.")
    computed = language.message(
        "Computed by Corridor {version}, with seed {seed}; each figure is taken from {members}.",
        version=run.get("version"),
        seed=run.get("seed"),
        members=language.plural("{count} simulated history", "{count} simulated histories", members)
        if isinstance(members, int)
        else language.message("simulated histories"),
    )
    return tuple(filter(None, (context.supposition, first, how, _weights(context), computed)))


def _weights(context: ReportContext) -> str:
    """Return what the people present on the last day are an average of; nothing where the run has no weights."""
    language, stated = context.language, context.run.run.get("weights")
    last = [
        f"{language.term(MEMBERS.get(str(row['member']), str(row['member'])))} {language.percent(float(row['weight']))}"
        for row in (stated if isinstance(stated, list) else [])
        if row.get("nominal_horizon") == context.run.horizon_days
    ]
    if not last:
        return ""
    return language.message(
        "People who are counted are forecast by an average, weighed by how well each part has done so far; on the last "
        "day: {weights}.",
        weights=language.listed(last),
    )


def data(context: ReportContext) -> tuple[str, ...]:
    """Return the reports that were used, what they count and what none of them counts, and what else was stated."""
    language, scenario = context.language, context.run.scenario
    used = [row.report for row in context.compared if row.status is Status.USED]
    counts = Counter(row.measure for row in used)
    counted = [f"{language.term(MEASURES[one])} ({language.decimal(count)})" for one, count in counts.most_common()]
    missing = [language.term(words) for one, words in MEASURES.items() if not counts[one] and not one.is_cumulative]
    stated = language.message(
        "Stated in the scenario, each with its source: {places}, {routes}, {events}, {parameters}.",
        places=language.plural("{count} place", "{count} places", len(scenario.places)),
        routes=language.plural("{count} route", "{count} routes", len(scenario.routes)),
        events=language.plural("{count} event", "{count} events", len(scenario.events)),
        parameters=language.plural(
            "{count} parameter; all others keep the default of Corridor",
            "{count} parameters; all others keep the default of Corridor",
            len(scenario.parameters),
        ),
    )
    lines = [basis(context)[1]]
    if used:
        days = sorted(row.date for row in used)
        span = {"first": language.day(days[0]), "last": language.day(days[-1])}
        what = language.listed(counted)
        lines.append(language.message("They count: {what}; from {first} to {last}.", what=what, **span))
    if missing:
        lines.append(language.message("No report was used that counts: {what}.", what=language.listed(missing)))
    return (*lines, stated)


def limits(context: ReportContext) -> tuple[str, ...]:
    """Return what the run itself warns of, in its own words, and how many histories the fit has left."""
    language, size = context.language, context.run.run.get("effective_sample_size")
    if not isinstance(size, int | float) or not context.run.posterior:
        return ()
    return (
        language.message(
            "The fit rests on as much as {size} independent histories (effective sample size).",
            size=language.decimal(round(size)),
        ),
    )


def ethics(context: ReportContext) -> tuple[str, ...]:
    """Return how people are protected in what is published, and who has to see to the rest."""
    message, below = context.language.message, context.guard.below
    hidden = message(
        "Counts of people from 1 to {most} are not shown, but as less than {below}.", most=below - 1, below=below
    )
    return (
        message("It holds sums of people by place, group and day, and nothing of anybody alone."),
        hidden if below > 1 else message("Small counts are shown: this page and its report are not for publication."),
        message(
            "Places that are or were besieged, and the first stop on the way out, are drawn to 0.1 degree. The tables "
            "of the RUN folder are exact: publish the pages, not the folder."
        ),
        message("Those who are counted least, because nobody may reach them, are forecast worst: ask who is missing."),
    )
