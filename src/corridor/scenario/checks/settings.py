"""Rules about scenario.toml: calendar, groups, parameters, sources, alternatives."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from corridor.errors import Where
from corridor.scenario.checks.events import known_routes
from corridor.scenario.checks.places import repeated
from corridor.scenario.draft import Draft, Finding, Line, Rule
from corridor.scenario.events import EventKind
from corridor.scenario.io.cells import listed, shown, suggestion
from corridor.scenario.parameters import DEFINITIONS, Beta, Fixed, Learnt, LogNormal, Parameter, Uniform

MAX_DAYS = 3_660
"""Ten years; a longer calendar is taken for a slip of the pen."""

SHARES_WITHIN = 0.001
"""Shares of groups add up to 1 within this."""

_STEP = re.compile(r"0|[1-9][0-9]{0,4}")
_Z90 = 1.6449  # standard normal: 90 % of it lies within this many standard deviations


def _calendar_forwards(draft: Draft) -> Iterator[Finding]:
    if draft.start is not None and draft.end is not None and draft.end < draft.start:
        what = f"the calendar ends on {draft.end}, before it starts on {draft.start}."
        yield Finding(draft.at.at("end"), what, "Put the earlier day first.")


def _calendar_not_endless(draft: Draft) -> Iterator[Finding]:
    if draft.start is not None and draft.end is not None and (draft.end - draft.start).days >= MAX_DAYS:
        what = f"the calendar has {(draft.end - draft.start).days + 1:,} days."
        yield Finding(draft.at.at("end"), what, f"Use at most {MAX_DAYS:,} days, about ten years.")


def _own_group_ids(draft: Draft) -> Iterator[Finding]:
    for line, first in repeated(draft.groups, lambda row: row.group):
        what = f"the group {line.row.group} stands in line {first.line} already."
        yield Finding(line.at("group"), what, "Delete one of them, or give this group a name of its own.")


def _shares_add_up(draft: Draft) -> Iterator[Finding]:
    total = math.fsum(line.row.share for line in draft.groups)
    is_whole = draft.group_ids is not None and len(draft.group_ids) == len(draft.groups)
    if draft.groups and is_whole and abs(total - 1) > SHARES_WITHIN:
        what = f"the shares of the groups add up to {total:.4g}."
        yield Finding(draft.groups[-1].at("share"), what, "Make them add up to 1; a last group may hold the rest.")


def _known_subject(draft: Draft) -> Iterator[Finding]:
    subjects = {"place": draft.place_ids, "route": known_routes(draft), "group": draft.group_ids}
    for line in draft.all_parameters:
        name, subject, per = line.row.name, line.row.subject, DEFINITIONS[line.row.name].per
        if subject is None or (per == "step" and _STEP.fullmatch(subject)):
            continue
        if per is None:
            what = f"{name} is one number for the whole scenario, not for {shown(subject)}."
            yield Finding(line.at(), what, f"Write [parameters.{name}].")
            continue
        if per == "step":
            what = f"{shown(subject)} is not the number of a step, and {name} is given by step."
            yield Finding(line.at(), what, f'Count steps from 0, as [parameters."{name}.0"].')
            continue
        known = subjects[per]
        if known is not None and subject not in known:
            what = f"{shown(subject)} is not a {per} of this scenario, and {name} is given by {per}."
            fix = f"Use {listed(sorted(known))}.{suggestion(subject, known)}"
            yield Finding(line.at(), what, fix)


def span(parameter: Parameter) -> tuple[float, float]:
    """Return the two ends between which a parameter lies: of all of it, or of 90 % of it."""
    prior = parameter.prior
    if isinstance(prior, Fixed):
        return prior.value, prior.value
    if isinstance(prior, LogNormal):
        return prior.median / prior.within_factor, prior.median * prior.within_factor
    if isinstance(prior, Learnt):
        known = DEFINITIONS[parameter.name]
        return known.low, known.high
    if isinstance(prior, Uniform):
        return prior.low, prior.high
    low, high = prior.mean - _Z90 * prior.sd, prior.mean + _Z90 * prior.sd
    return (max(low, 0.0), min(high, 1.0)) if isinstance(prior, Beta) else (low, high)


def _within_bounds(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_parameters:
        known = DEFINITIONS[line.row.name]
        low, high = span(line.row)
        if low < known.low or high > known.high:
            extent = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
            what = f"{line.row.key} would be {extent} {known.unit}."
            fix = f"Choose a prior that lies between {known.low:,.10g} and {known.high:,.10g}: {known.meaning}."
            yield Finding(_where(line), what, fix)


def _where(line: Line[Parameter]) -> Where:
    column = {Fixed: "value", LogNormal: "median", Uniform: "high"}.get(type(line.row.prior), "mean")
    return line.at(column)


def _possible_prior(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_parameters:
        prior = line.row.prior
        if isinstance(prior, Uniform) and prior.high <= prior.low:
            what = f"the upper end {prior.high:g} is not above the lower end {prior.low:g}."
            yield Finding(line.at("high"), what, 'Write low below high, or prior = "fixed" with one value.')
        if isinstance(prior, Beta) and prior.sd**2 >= prior.mean * (1 - prior.mean):
            most = math.sqrt(prior.mean * (1 - prior.mean))
            what = f"a fraction with mean {prior.mean:g} cannot have a standard deviation of {prior.sd:g}."
            yield Finding(line.at("sd"), what, f"Use less than {most:.2g}.")


def _fixed_where_needed(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_parameters:
        if DEFINITIONS[line.row.name].must_be_fixed and not isinstance(line.row.prior, Fixed | Learnt):
            what = f"{line.row.name} is taken as known, so that a prior would do nothing."
            yield Finding(line.at("prior"), what, 'Write prior = "fixed" and value = ….')


def _whole_where_needed(draft: Draft) -> Iterator[Finding]:
    for line in draft.all_parameters:
        known, prior = DEFINITIONS[line.row.name], line.row.prior
        if known.is_whole and isinstance(prior, Fixed) and not prior.value.is_integer():
            what = f"{line.row.key} would be {prior.value:.4g}, and it is a whole number."
            fix = f"Use a whole number from {known.low:g} to {known.high:g}: {known.meaning}."
            yield Finding(line.at("value"), what, fix)


def _population_stated_once(draft: Draft) -> Iterator[Finding]:
    stated = {line.row.place: line for line in draft.places if line.row.population is not None}
    for line in draft.all_parameters:
        place = stated.get(line.row.subject or "")
        if line.row.name == "population" and place is not None:
            what = f"places.csv, line {place.line}, gives the population of {place.row.place} already."
            yield Finding(line.at(), what, "Leave it blank there if it is uncertain, or delete the parameter.")


def _source_graded_once(draft: Draft) -> Iterator[Finding]:
    for line, first in repeated(draft.sources, lambda row: row.source):
        what = f"the source {shown(line.row.source)} is graded in line {first.line} already."
        yield Finding(line.at("source"), what, "Keep one of the two grades.")


def _source_spelt_as_cited(draft: Draft) -> Iterator[Finding]:
    graded = {line.row.source for line in draft.sources}
    cited = {line.row.source for line in draft.observations}
    if "observations.csv" in draft.faulty:
        return
    for line in draft.sources:
        if line.row.source not in cited:
            folded = {"".join(name.casefold().split()): name for name in sorted(cited - graded)}
            near = folded.get("".join(line.row.source.casefold().split()))
            if near is not None:
                what = f"{shown(line.row.source)} is graded, but observations.csv writes {shown(near)}."
                yield Finding(line.at("source"), what, "Spell the source alike in both, or its grade is not used.")


def _own_alternative_ids(draft: Draft) -> Iterator[Finding]:
    for line, first in repeated(draft.alternatives, lambda row: row.alternative):
        what = f"the alternative {line.row.alternative} stands in line {first.line} already."
        yield Finding(line.at("alternative"), what, "Give each alternative an id of its own.")


def _dropped_exist(draft: Draft) -> Iterator[Finding]:
    if "events.csv" in draft.faulty:
        return
    kinds = {kind.value for kind in EventKind}
    present = {line.row.kind.value for line in draft.events}
    present |= {f"{line.row.kind.value} {line.row.subject}" for line in draft.events}
    for line in draft.alternatives:
        for words in line.row.drop:
            if words not in present:
                is_kind = words.split(" ")[0] in kinds
                what = f"{line.row.alternative} drops {shown(words)}, and there is no such event."
                near = suggestion(words, present if is_kind else kinds)
                fix = f"Write KIND or KIND SUBJECT as in events.csv.{near}"
                yield Finding(line.at("drop"), what, fix)


RULES = (
    Rule("C401", "The calendar does not end before it starts.", _calendar_forwards),
    Rule("C402", f"The calendar has at most {MAX_DAYS:,} days.", _calendar_not_endless),
    Rule("C403", "Each group has a name of its own.", _own_group_ids),
    Rule("C404", f"The shares of the groups add up to 1, within {SHARES_WITHIN:g}.", _shares_add_up),
    Rule("C405", "A parameter is about a subject that it can be about, and that exists.", _known_subject),
    Rule("C406", "90 % of a prior lies within the bounds of its parameter.", _within_bounds),
    Rule("C407", "The numbers of a prior fit together.", _possible_prior),
    Rule("C408", "Parameters that shape the map have one value.", _fixed_where_needed),
    Rule("C409", "A population is given in the table or as a parameter, not both.", _population_stated_once),
    Rule("C410", "A source is graded once.", _source_graded_once),
    Rule("C411", "A graded source is spelt as the observations spell it.", _source_spelt_as_cited),
    Rule("C412", "Each alternative has an id of its own.", _own_alternative_ids),
    Rule("C413", "What an alternative drops exists.", _dropped_exist),
    Rule("C414", "Switches and numbers of steps are whole.", _whole_where_needed),
)
"""The rules about scenario.toml."""
