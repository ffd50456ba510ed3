"""From the folder of an instance of Flee to a scenario, its reports, and the account of what was done."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corridor.errors import Problem, ScenarioError, UsageError, Where
from corridor.scenario.checks.settings import MAX_DAYS
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.cells import shown
from corridor.scenario.io.read import EVERYBODY
from corridor.scenario.observations import Observations
from corridor.scenario.parameters import Parameter
from corridor.scenario.places import Place
from corridor.scenario.presets import Preset
from corridor.scenario.scenario import Grade, Scenario, Source
from corridor.sources.flee.account import Entry, Kind, Ledger, many
from corridor.sources.flee.beliefs import beliefs
from corridor.sources.flee.closures import read_closures
from corridor.sources.flee.demographics import read_groups
from corridor.sources.flee.fighting import FILE as CONFLICTS
from corridor.sources.flee.fighting import Calendar, covered, read_fighting, table_of
from corridor.sources.flee.files import Instance
from corridor.sources.flee.floods import FLOODS
from corridor.sources.flee.locations import MOST_PEOPLE, Location, read_locations, silent_camps
from corridor.sources.flee.reports import Reports, read_reports
from corridor.sources.flee.roads import Roads, read_roads
from corridor.sources.flee.rules import Rules, parameter_values, read_rules, stated
from corridor.sources.flee.series import parsed_date

_NEEDED = ("locations.csv", "routes.csv")
_WHICH = (
    "Name the folder of an instance of Flee, or add the file; if this one changes another, name that one with --base."
)
_MANY = 10
"""From so many problems on that differ only in their row, the first stands for all."""
_PERIODS = ("sim_period.csv", "conflict_period.csv")
_WITHOUT_RULE = {
    "location_changes.csv": "changes of places during the period",
    "agents.csv": "people one by one",
    "region_attributes_IPC.csv": "food security of regions",
    "major_routes.csv": "routes that are worked out beforehand",
}
_ALWAYS_ON = ("location_changes.csv",)
_WHOLE = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Imported:
    """A scenario with its reports, what was done to get there, and the digests of the files by name."""

    scenario: Scenario
    observations: Observations
    account: tuple[Entry, ...]
    digests: Mapping[str, str]


def read_flee(
    source: Path | str,
    *,
    base: Path | str | None = None,
    preset: Preset = Preset.FLEE_NEWEST,
    allow_unsupported: bool = False,
    mend: bool = False,
) -> Imported:
    """Return an instance of Flee as a scenario, with an account of all that was read and changed.

    Parameters
    ----------
    source
        The folder of the instance: input_csv, source_data and simsetting.yml.
    base
        The folder of the instance that `source` changes: files that `source` lacks are taken from there.
    preset
        Whose rules will hold: those of Flee 3.1, of the newest Flee, or Corridor's own.
    allow_unsupported
        Whether what is switched on and has no meaning in Corridor is left out, instead of being a problem.
    mend
        Whether faults of the files whose repair is obvious are repaired, and the repair stated in the account.

    Raises
    ------
    ScenarioError
        The instance cannot be used; it lists every problem, each with file, line and what to do.

    Examples
    --------
    >>> imported = read_flee("flee/burundi")  # doctest: +SKIP
    """
    folders = [Path(one) for one in (source, base) if one is not None]
    for folder in folders:
        if not folder.is_dir():
            what, fix = "there is no such folder.", "Name the folder of an instance: it holds input_csv."
            raise ScenarioError(str(folder), (Problem("F007", what, fix),))
    ledger = Ledger(allow_unsupported=allow_unsupported, mend=mend)
    instance = Instance(folders[0], ledger, base=folders[1] if base is not None else None)
    if base is not None:
        ledger.note(Kind.READ, f"{instance.name} changes the instance {folders[1].resolve().name}.")
    scenario, observations = _translate(instance, preset)
    if ledger.problems:
        raise ScenarioError(str(source), _grouped(sorted(dict.fromkeys(ledger.problems), key=_order)))
    assert scenario is not None, "an instance without problems has a calendar"
    return Imported(scenario, observations, ledger.account(), dict(sorted(instance.digests.items())))


def _order(problem: Problem) -> tuple[str, int, str, str]:
    where = problem.where or Where("")
    return (where.file, where.line or 0, problem.code, problem.what)


def _grouped(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems, many that differ only in their row as one that counts the others."""
    groups: dict[tuple[str, str, str, str | None], list[Problem]] = {}
    for problem in problems:
        where = problem.where or Where("")
        pattern = re.sub(r"'[^']*'|[0-9]+", "…", f"{problem.what} {problem.fix.partition(' Did you mean')[0]}")
        groups.setdefault((problem.code, where.file, pattern, where.column), []).append(problem)
    return tuple(one for rows in groups.values() for one in (rows if len(rows) < _MANY else [_first_of(rows)]))


def _first_of(problems: Sequence[Problem]) -> Problem:
    first, *others = problems
    lines = [str(other.where.line) for other in others[:5] if other.where and other.where.line]
    which = f" (lines {', '.join(lines)}{' and others' if len(others) > len(lines) else ''})" if lines else ""
    return replace(first, what=f"{first.what} {many(len(others), 'row')} more like this{which}.")


def _translate(instance: Instance, preset: Preset) -> tuple[Scenario | None, Observations]:
    """Return the scenario, as far as the instance can be read; None without a calendar."""
    _check_needed(instance)
    rules = read_rules(instance, preset)
    stated_calendar = _read_calendar(instance)
    table = table_of(instance, rules.flood_shares)
    calendar = None if stated_calendar is None else covered(instance, stated_calendar, table)
    locations = {location.name: location for location in read_locations(instance)}
    _check_silent_camps(instance, locations, rules)
    roads = read_roads(instance, locations, preset)
    groups = read_groups(instance)
    _account_of_other_files(instance)
    if calendar is None:
        return None, Observations(())
    fighting = read_fighting(instance, locations, calendar, preset, rules.flood_shares)
    closures = read_closures(instance, locations, roads.routes, calendar, preset)
    reports = read_reports(instance, locations, calendar, preset)
    places = (*_with_day0(instance, locations, reports, rules, preset), *reports.places)
    scenario = Scenario(
        name=f"{instance.name} (imported from Flee)",
        start=calendar.start,
        end=calendar.end,
        groups=groups or (EVERYBODY,),
        places=places,
        routes=roads.routes,
        events=(*fighting, *closures, *reports.events, *_out_of_reach(instance, places, roads, calendar)),
        parameters=(
            *rules.parameters,
            *(() if preset.is_flee else beliefs(rules.parameters)),
            *_of_places(instance, locations, reports, rules, preset),
            *roads.parameters,
        ),
        sources=_sources(reports),
        preset=preset,
    )
    _say_what_is_hindsight(instance, scenario)
    return scenario, Observations(reports.observations)


def _check_needed(instance: Instance) -> None:
    floods = instance.has(instance.file(FLOODS))
    for name in (*_NEEDED, *(() if floods else (CONFLICTS,))):
        file = instance.file(name)
        if instance.has(file):
            continue
        parts = _parts(instance, file)
        if not parts:
            _missing(instance, file)
        elif name == CONFLICTS or not _parts(instance, instance.file(CONFLICTS)):
            what = f"this is a coupled instance, with {', '.join(parts)} in place of {name}."
            fix = (
                "Corridor imports single instances: put the files of one part into a folder of its own, without the "
                "number."
            )
            instance.ledger.problem("I013", what, fix, Where(file))


def _parts(instance: Instance, file: str) -> list[str]:
    """Return the numbered tables that a coupled instance has in place of one, such as conflicts-0.csv."""
    path = instance.path(file)
    return sorted(part.name for part in path.parent.glob(f"{path.stem}-[0-9]*.csv"))


def _missing(instance: Instance, file: str, fix: str = _WHICH) -> None:
    instance.ledger.problem("I001", "the file is missing.", fix, Where(file))


def _read_calendar(instance: Instance) -> Calendar | None:
    file = next((f for name in _PERIODS if instance.has(f := instance.file(name))), None)
    if file is None:
        fix = "Write it: a row StartDate,2019-03-03 and a row Length,300."
        _missing(instance, instance.file(_PERIODS[0]), fix)
        return None
    start: dt.date | None = None
    length: int | None = None
    for row in instance.data_rows(file, 2):
        key, text = row.cell(0).casefold(), row.cell(1)
        if key == "startdate":
            start = parsed_date(text)
            if start is None:
                fix = "Write it with dashes, as 2019-03-03."
                instance.ledger.problem("I012", f"{shown(text)} is not a date.", fix, row.at("StartDate"))
                return None
        elif key == "length":
            length = int(text) if _WHOLE.fullmatch(text) and len(text) < 10 else None  # noqa: PLR2004 - no overflow
            if length is None or not 0 < length <= MAX_DAYS:
                fix = f"Write a number of days from 1 to {MAX_DAYS:,}."
                instance.ledger.problem("I012", f"{shown(text)} is not a length.", fix, row.at("Length"))
                return None
    if start is None or length is None:
        missing = "StartDate" if start is None else "Length"
        fix = f"Add a row {missing},{'2019-03-03' if start is None else '300'}."
        instance.ledger.problem("I012", f"the row {missing} is missing.", fix, Where(file))
        return None
    instance.ledger.note(Kind.READ, f"{file}: {many(length, 'day')} from {start}.")
    return Calendar(start, length)


def _check_silent_camps(instance: Instance, locations: Mapping[str, Location], rules: Rules) -> None:
    chance = parameter_values(rules.parameters).get("move_chance_town", 1.0)
    towns = silent_camps(locations.values(), chance)
    if towns:
        text = (
            f"default_movechance {chance:g} makes Flee take towns for camps; here they stay towns: {', '.join(towns)}."
        )
        instance.ledger.unsupported(text)


def _account_of_other_files(instance: Instance) -> None:
    for name, what in _WITHOUT_RULE.items():
        for file in dict.fromkeys((name, instance.file(name))):
            rows = [row for row in instance.all_rows(file) if not row.is_blank and not row.is_comment]
            if rows and name in _ALWAYS_ON:
                instance.ledger.unsupported(f"Corridor has no {what}; state them as events.", Where(file))
            elif rows:
                text = f"{what} are not read: the setting that would use them decides."
                instance.ledger.note(Kind.REPAIRED, text, Where(file))


def _with_day0(
    instance: Instance, locations: Mapping[str, Location], reports: Reports, rules: Rules, preset: Preset
) -> Iterator[Place]:
    """Yield the places, camps with the people whom Flee puts there before day 0."""
    total = 0
    for location in locations.values():
        if not location.is_camp:
            yield location.place
            continue
        counted = (reports.day0 or {}).get(location.name, 0) if rules.inserts_day0 else 0
        initial = 0 if preset is Preset.FLEE_3_1 else int(location.numbers.get("initial_idps", 0))
        people = counted + initial
        if people > MOST_PEOPLE:
            what = f"{location.name} would hold {people:,} people on day 0."
            fix = f"Correct its counts, corrections or initial_idps: at most {MOST_PEOPLE:,}."
            instance.ledger.problem("I004", what, fix, location.where)
            people = MOST_PEOPLE
        total += people
        yield location.place.model_copy(update={"population": people})
    how = "as interpolated between counts and corrected" if preset.is_flee else "by the last counts until then"
    text = f"{total:,} people in camps on day 0, {how}."
    instance.ledger.note(Kind.TRANSLATED, text)


def _of_places(
    instance: Instance, locations: Mapping[str, Location], reports: Reports, rules: Rules, preset: Preset
) -> Iterator[Parameter]:
    """Yield the parameters of single places."""
    for location in locations.values():
        place, counted = location.place, (reports.day0 or {}).get(location.name, 0)
        if location.is_idp_camp:
            yield stated(f"move_chance_camp.{place.place}", rules.move_chance_idp_camp, rules.source)
        growth = location.numbers.get("capacity_per_day", 0.0)
        if growth and place.capacity and preset is not Preset.FLEE_3_1:
            words = f"capacity_per_day in locations.csv of {instance.name}"
            yield stated(f"capacity_growth_per_day.{place.place}", growth, words)
        if preset is Preset.FLEE_NEWEST and rules.inserts_day0 and place.capacity and counted:
            words = "a rule of Flee: the people of day 0 are taken off the capacity and count as inside, too"
            yield stated(f"day0_counted_twice.{place.place}", float(counted), words)


def _out_of_reach(instance: Instance, places: Sequence[Place], roads: Roads, calendar: Calendar) -> Iterator[Event]:
    """Yield that camps without a road take nobody in."""
    reached = {end for route in roads.routes for end in (route.origin, route.destination)}
    for place in places:
        if place.kind.is_final and place.place not in reached:
            if "x_only_in" not in place.notes:
                text = f"the camp {place.name} has no road, so that nobody can reach it; it is stated as closed."
                instance.ledger.note(Kind.REPAIRED, text, Where(instance.file("routes.csv")))
            yield Event(
                start=calendar.start,
                kind=EventKind.CAMP_CLOSES,
                subject=place.place,
                source=f"routes.csv of {instance.name}: no road leads there",
                reported_on=calendar.start,
            )


def _sources(reports: Reports) -> tuple[Source, ...]:
    names = dict.fromkeys(row.source for row in reports.observations)
    return tuple(
        Source(source=name, grade=Grade.B, reason="a registration, as Flee's instance has it") for name in names
    )


def _say_what_is_hindsight(instance: Instance, scenario: Scenario) -> None:
    note = instance.ledger.note
    capacities = sum(place.capacity is not None for place in scenario.places)
    if capacities:
        text = (
            f"{many(capacities, 'capacity', 'capacities')} without a day of becoming known: Flee's instances often "
            "state the highest count of the whole period. Simulations use them, forecasts do not; add "
            "capacity_reported_on where you know it."
        )
        note(Kind.HINDSIGHT, text)
    if scenario.preset.is_flee and any(place.population for place in scenario.places if place.kind.is_final):
        note(Kind.HINDSIGHT, "the people in camps on day 0 are worked out from counts and corrections of later days.")
    text = "fighting and closures are known from their first day on, their ends from the day after; not before."
    note(Kind.HINDSIGHT, text)


def parsed_preset(text: str) -> Preset:
    """Return a preset by its word.

    Raises
    ------
    UsageError
        There is no such preset.
    """
    try:
        return Preset(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is not a preset. Use {', '.join(Preset)}.") from error
