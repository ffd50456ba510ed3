"""Rules about observations and stocks: places, measures, days, and ends of intervals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corridor.scenario.checks.places import repeated
from corridor.scenario.draft import Draft, Finding, Line, Rule
from corridor.scenario.io.cells import listed, shown, suggestion
from corridor.scenario.observations import Measure, Observation, Qualifier, Use
from corridor.scenario.places import PlaceKind

_HOUSEHOLDS = re.compile(r"\b(households?|famil(y|ies)|ménages?|familles?)\b", re.IGNORECASE)
_PEOPLE = re.compile(r"\b(people|persons?|individuals?|members?|personnes?|individus?)\b", re.IGNORECASE)
_IGNORE = "Correct the day, change the calendar in scenario.toml, or write use = ignore."


def _fitted(draft: Draft) -> Iterator[Line[Observation]]:
    return (line for line in draft.observations if line.row.use is not Use.IGNORE)


def _known_places(draft: Draft) -> Iterator[Finding]:
    if draft.place_ids is None:
        return
    for line in draft.observations:
        for place in line.row.places:
            if place in draft.place_ids:
                continue
            what = f"{shown(place)} is not a place of this scenario."
            fix = f"Use an id of places.csv, or several joined by +.{suggestion(place, draft.place_ids)}"
            if ">" in place:
                what = f"{shown(place)} is a route; reports are about places."
                fix = "Name the place that people left, with departures, or the place that they reached, with arrivals."
            yield Finding(line.at("place"), what, fix)


def _each_place_once(draft: Draft) -> Iterator[Finding]:
    for line in draft.observations:
        places = line.row.places
        if len(set(places)) < len(places):
            twice = next(place for place in places if places.count(place) > 1)
            yield Finding(line.at("place"), f"{twice} is counted twice.", "Name each place once.")


def _measure_suits(draft: Draft) -> Iterator[Finding]:
    kinds = {line.row.place: line.row.kind for line in draft.places}
    for line in draft.observations:
        if line.row.measure is not Measure.INSIDE:
            continue
        for place in line.row.places:
            kind = kinds.get(place, PlaceKind.TOWN)
            if kind is not PlaceKind.TOWN:
                what = f"inside counts people trapped in a town, and {place} is a {kind.value}."
                yield Finding(line.at("measure"), what, "Use stock for people present there.")


def _ends_of_interval(draft: Draft) -> Iterator[Finding]:
    for line in draft.observations:
        row = line.row
        if row.qualifier is not Qualifier.BETWEEN:
            if row.count_high is not None:
                what = f"count_high has no meaning with the qualifier {row.qualifier.value}."
                yield Finding(line.at("count_high"), what, "Write between as the qualifier, or leave the cell blank.")
        elif row.count is None or row.count_high is None:
            column = "count" if row.count is None else "count_high"
            yield Finding(
                line.at(column), "between needs both ends.", "Write count and count_high, or change the qualifier."
            )
        elif row.count_high < row.count:
            what = f"the upper end {row.count_high:,} is below the lower end {row.count:,}."
            yield Finding(line.at("count_high"), what, "Write the smaller figure as count, the larger as count_high.")


def _period_forwards(draft: Draft) -> Iterator[Finding]:
    for line in draft.observations:
        if line.row.period_start is not None and line.row.period_start > line.row.date:
            what = f"the first day counted, {line.row.period_start}, is after the last, {line.row.date}."
            yield Finding(line.at("period_start"), what, "The column date holds the last day counted.")


def _period_of_flows(draft: Draft) -> Iterator[Finding]:
    for line in draft.observations:
        if line.row.period_start is not None and not line.row.measure.is_flow:
            what = f"{line.row.measure.value} is counted on one day and has no period."
            fix = "Leave period_start blank, or use arrivals, departures or deaths for what happened over days."
            yield Finding(line.at("period_start"), what, fix)


def _known_groups(draft: Draft) -> Iterator[Finding]:
    if draft.group_ids is None:
        return
    for line in draft.observations:
        group = line.row.group
        if group is not None and group not in draft.group_ids:
            what = f"{shown(group)} is not a group of this scenario."
            near = suggestion(group, draft.group_ids)
            fix = f"Use a group of scenario.toml, or leave the cell blank for everybody.{near}"
            yield Finding(line.at("group"), what, fix)


def _reported_afterwards(draft: Draft) -> Iterator[Finding]:
    for line in draft.observations:
        if line.row.reported_on is not None and line.row.reported_on < line.row.date:
            what = f"the figure became known on {line.row.reported_on}, before the day it is for, {line.row.date}."
            yield Finding(line.at("reported_on"), what, "Correct one of the days; a forecast is not an observation.")


def _date_in_calendar(draft: Draft) -> Iterator[Finding]:
    if draft.calendar is None:
        return
    start, end = draft.calendar
    for line in _fitted(draft):
        if not start <= line.row.date <= end:
            what = f"{line.row.date} lies outside the calendar, {start} to {end}."
            key = "end" if line.row.date > end else "start"
            fix = f"Correct the day, write {key} = {line.row.date} in scenario.toml, or write use = ignore."
            yield Finding(line.at("date"), what, fix)


def _period_in_calendar(draft: Draft) -> Iterator[Finding]:
    if draft.calendar is None:
        return
    for line in _fitted(draft):
        begin = line.row.period_start
        if (
            begin is not None
            and begin < draft.calendar[0]
            and line.row.measure.is_flow
            and not line.row.measure.is_cumulative
        ):
            what = f"the first day counted, {begin}, is before the calendar begins on {draft.calendar[0]}."
            yield Finding(line.at("period_start"), what, _IGNORE)


def _flows_in_parts(draft: Draft) -> list[list[Line[Observation]]]:
    """Return the rows that give one flow, of one source and one day of becoming known, in several exact figures."""
    flows: dict[object, list[Line[Observation]]] = {}
    for line in _fitted(draft):
        row = line.row
        is_plain = row.measure.is_flow and not row.measure.is_cumulative and row.qualifier is Qualifier.EXACT
        if is_plain and row.count is not None:
            flows.setdefault((*row.subject, row.known_on, row.household_size), []).append(line)
    return [lines for lines in flows.values() if len({line.row.count for line in lines}) > 1]


def _reported_once(draft: Draft) -> Iterator[Finding]:
    def key(row: Observation) -> object:
        return (*row.subject, row.count, row.count_high, row.qualifier, row.household_size)

    in_parts = {line.line for lines in _flows_in_parts(draft) for line in lines}
    for line, first in repeated(draft.observations, key):
        if line.line not in in_parts:
            what = f"the same figure stands in line {first.line} already."
            fix = "Delete one of the rows; a figure given twice would count twice."
            if line.row.measure.is_flow:
                fix += " If they are parts of one flow, by origin, reason or sex, write their sum in one row."
            yield Finding(line.at("count"), what, fix)


def _flow_in_one_row(draft: Draft) -> Iterator[Finding]:
    for lines in _flows_in_parts(draft):
        row = lines[0].row
        counts = [line.row.count or 0 for line in lines]
        rows = listed((str(line.line) for line in lines), "and")
        what = (
            f"lines {rows} give {row.measure.value} of {row.place} until {row.date} by {row.source} as "
            f"{listed((f'{count:,}' for count in counts), 'and')}."
        )
        fix = (
            f"If they are parts of one flow, by origin, reason or sex, write their sum, {sum(counts)}, in one row; "
            "if one corrects another, say in reported_on when each became known; if they count different things, "
            "say so in definition."
        )
        yield Finding(lines[1].at("count"), what, fix)


def _households_have_a_size(draft: Draft) -> Iterator[Finding]:
    for line in _fitted(draft):
        row = line.row
        text = row.definition or ""
        if row.household_size is None and row.count is not None and _HOUSEHOLDS.search(text):
            if _PEOPLE.search(text):
                continue
            what = f"the definition {shown(text)} says households, and no household_size turns them into people."
            fix = (
                "Write household_size, people per household, with its reason in the README; or correct the definition."
            )
            yield Finding(line.at("definition"), what, fix)


def _places_of_stocks(draft: Draft) -> Iterator[Finding]:
    if draft.place_ids is None:
        return
    for line in draft.stocks:
        if line.row.place not in draft.place_ids:
            what = f"{shown(line.row.place)} is not a place of this scenario."
            fix = f"Use an id of places.csv.{suggestion(line.row.place, draft.place_ids)}"
            yield Finding(line.at("place"), what, fix)


def _stocked_once(draft: Draft) -> Iterator[Finding]:
    for line, first in repeated(
        draft.stocks, lambda row: (row.date, row.place, row.item, row.quantity, row.unit, row.kind, row.source)
    ):
        what = f"the same supply stands in line {first.line} already."
        yield Finding(line.at("item"), what, "Delete one of the rows; a supply given twice would count twice.")


RULES = (
    Rule("C301", "An observation names places of the scenario.", _known_places),
    Rule("C302", "Places counted together are named once each.", _each_place_once),
    Rule("C303", "People inside are counted in towns.", _measure_suits),
    Rule("C304", "An interval has two ends in order, and only the qualifier between has them.", _ends_of_interval),
    Rule("C305", "A period begins no later than it ends.", _period_forwards),
    Rule("C306", "Only what happens over days has a period.", _period_of_flows),
    Rule("C307", "An observation names a group of the scenario, or none.", _known_groups),
    Rule("C308", "A figure becomes known on its day or later.", _reported_afterwards),
    Rule("C309", "A figure that is used has its day in the calendar.", _date_in_calendar),
    Rule("C310", "Flows that are used are counted within the calendar.", _period_in_calendar),
    Rule("C311", "A figure is given once.", _reported_once),
    Rule("C312", "Stocks are at places of the scenario.", _places_of_stocks),
    Rule("C313", "A supply is given once.", _stocked_once),
    Rule(
        "C314",
        "A source gives a flow of a period in one row; parts by origin, reason or sex are added.",
        _flow_in_one_row,
    ),
    Rule("C315", "A figure whose definition says households has a household size.", _households_have_a_size),
)
"""The rules about observations and stocks."""
