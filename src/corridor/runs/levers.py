"""Levers as they are written on the command line: events and parameters that hold after the last day known."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from corridor.errors import Problem, ScenarioError, UsageError
from corridor.message import Message, message
from corridor.scenario import levers as events
from corridor.scenario.events import EventKind
from corridor.scenario.io.cells import suggestion
from corridor.scenario.io.read import read_scenario
from corridor.scenario.io.write import write_scenario
from corridor.scenario.levers import SOURCE, Lever
from corridor.scenario.names import subject_words
from corridor.scenario.observations import Observations
from corridor.scenario.parameters import DEFINITIONS, Fixed, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corridor.scenario.scenario import Scenario

MOST_STEPS = 50
_DAY = r"\d{4}-\d\d-\d\d"
_DAYS = rf"(?P<start>{_DAY})(?:\.\.(?P<end>{_DAY})?)?"
_SET = re.compile(rf"(?P<kind>[a-z_]+)(?:[ .](?P<subject>[^=]+?))?=(?P<times>x?)(?P<value>[\d.]+)(?: +{_DAYS})?")
_ADD = re.compile(rf"(?P<kind>[a-z_]+)(?: +(?P<subject>[a-z][^ ]*))?(?: +(?P<value>[\d.]+))?(?: +{_DAYS})?")
_SWEEP = re.compile(r"(.+)=([\d.]+)\.\.([\d.]+)/(\d+)")
GRAMMAR = (
    'Write --set "KIND SUBJECT=VALUE 2019-03-05..2019-03-12" for an event, --set "NAME SUBJECT=VALUE" or '
    '"NAME SUBJECT=xFACTOR" for a parameter, --add "KIND SUBJECT 2019-03-05..2019-03-12" for an event without a '
    "value; without days it holds from the day after the last day known to the end."
)
OF_SWEEPS = (
    'Write --sweep "KIND SUBJECT=500..5000/10" for an event, --sweep "NAME SUBJECT=500..5000/10" for a parameter.'
)


@dataclass(frozen=True)
class Setting:
    """A parameter as it is supposed to be after the last day known.

    Attributes
    ----------
    name
        Of the parameter.
    subject
        A place, a route or a group; None is everywhere.
    value
        In the unit of the parameter; None where a factor is stated.
    factor
        What the value is multiplied by in each history, as learnt there.
    """

    name: str
    subject: str | None
    value: float | None = None
    factor: float | None = None


def lever_words(lever: Lever | Setting, scenario: Scenario | None = None) -> Message:
    """Return a lever in words, with the names of places where the scenario is given.

    Examples
    --------
    >>> lever_words(Setting("seats_per_day", "suar>al_hol", factor=2))
    'seats per day of suar → al_hol times 2'
    """
    names = {row.place: row.name for row in scenario.places} if scenario else {}
    if isinstance(lever, Lever):
        return lever.words(names)
    name = lever.name.replace("_", " ")
    what = Message(name, DEFINITIONS[lever.name].meaning) if lever.name in DEFINITIONS else Message(name)
    if lever.subject:
        what = message("{parameter} of {place}", parameter=what, place=subject_words(lever.subject, names))
    if lever.value is None:
        return message("{parameter} times {factor}", parameter=what, factor=lever.factor or 0.0)
    return message("{parameter} {value}", parameter=what, value=lever.value)


def parse_set(text: str, origin: date) -> Lever | Setting:
    """Return the lever that sets the value of an event, or sets or multiplies a parameter.

    Parameters
    ----------
    text
        As it was typed.
    origin
        The last day known; a lever without days holds from the day after it.

    Raises
    ------
    UsageError
        The text is no such lever, or it begins on or before the last day known.

    Examples
    --------
    >>> parse_set("transport suar>al_hol=2000 2019-03-05..", date(2019, 3, 3)).start
    datetime.date(2019, 3, 5)
    """
    return _lever(_SET, text, "--set", origin)


def parse_add(text: str, origin: date) -> Lever | Setting:
    """Return the lever that adds an event.

    Parameters
    ----------
    text
        As it was typed.
    origin
        The last day known; a lever without days holds from the day after it.

    Raises
    ------
    UsageError
        The text is no such lever, or it begins on or before the last day known.

    Examples
    --------
    >>> parse_add("pause baghouz 2019-03-05..2019-03-12", date(2019, 3, 3)).end
    datetime.date(2019, 3, 12)
    """
    return _lever(_ADD, text, "--add", origin)


def parse_sweep(text: str, origin: date) -> tuple[Lever | Setting, ...]:
    """Return one lever for each of the evenly spaced values of a sweep.

    Parameters
    ----------
    text
        As it was typed.
    origin
        The last day known; the levers hold from the day after it.

    Raises
    ------
    UsageError
        The text is no sweep.

    Examples
    --------
    >>> [lever.value for lever in parse_sweep("seats_per_day a>b=500..1500/3", date(2019, 3, 3))]
    [500.0, 1000.0, 1500.0]
    """
    parts = _SWEEP.fullmatch(text.strip())
    if parts is None or not 2 <= int(parts[4]) <= MOST_STEPS:  # noqa: PLR2004 - two ends make a sweep
        message = f"--sweep '{text}' cannot be read. {OF_SWEEPS} It has 2 to {MOST_STEPS} values."
        raise UsageError(message)
    low, high, count = float(parts[2]), float(parts[3]), int(parts[4])
    values = (low + (high - low) * k / (count - 1) for k in range(count))
    return tuple(_lever(_SET, f"{parts[1]}={value:.10g}", "--sweep", origin) for value in values)


def with_levers(scenario: Scenario, levers: Iterable[Lever | Setting]) -> Scenario:
    """Return the scenario as levers change it, checked as if it stood in the files.

    Raises
    ------
    ScenarioError
        What is supposed breaks a rule of scenario folders; it lists every problem.
    """
    rows = tuple(levers)
    changed = events.with_levers(scenario, (row for row in rows if isinstance(row, Lever)))
    parameters = tuple(_parameter(row, scenario) for row in rows if isinstance(row, Setting))
    keys = {row.key for row in parameters}
    others = (row for row in scenario.parameters if row.key not in keys)
    supposed = replace(changed, parameters=(*others, *parameters))
    _check(supposed, "; ".join(map(lever_words, rows)))
    return supposed


def _lever(form: re.Pattern[str], text: str, name: str, origin: date) -> Lever | Setting:
    parts = form.fullmatch(text.strip())
    grammar = OF_SWEEPS if name == "--sweep" else GRAMMAR
    if parts is None:
        message = f"{name} '{text}' cannot be read. {grammar}"
        raise UsageError(message)
    kind, subject = parts["kind"], parts["subject"]
    is_factor = bool(parts.groupdict().get("times"))
    if kind in set(EventKind) and not is_factor:
        return _event_lever(parts, text, name, origin)
    if kind not in DEFINITIONS:
        what = (
            "is an event, which takes a value and no factor."
            if kind in set(EventKind)
            else f"is no event or parameter.{_near(kind)}"
        )
        message = f"{name} '{text}': {kind} {what} {grammar}"
        raise UsageError(message)
    if parts["start"] or not parts["value"]:
        message = f"{name} '{text}': a parameter takes a value and no days. {grammar}"
        raise UsageError(message)
    value = _number(parts["value"], text, name)
    return Setting(kind, subject, None if is_factor else value, value if is_factor else None)


def _near(kind: str) -> str:
    """Return ' Did you mean …?' for the kind of event or the parameter that begins so, or is spelt nearly so."""
    names = [*(row.value for row in EventKind), *DEFINITIONS]
    begun = next((name for name in names if name.startswith(kind)), None)
    return f" Did you mean {begun}?" if begun else suggestion(kind, names)


def _event_lever(parts: re.Match[str], text: str, name: str, origin: date) -> Lever:
    value = None if parts["value"] is None else _number(parts["value"], text, name)
    try:
        start = date.fromisoformat(parts["start"]) if parts["start"] else origin + timedelta(days=1)
        end = date.fromisoformat(parts["end"]) if parts["end"] else None
        lever = Lever(kind=EventKind(parts["kind"]), subject=parts["subject"], value=value, start=start, end=end)
    except ValidationError as error:
        what = "; ".join(str(row["msg"]).removeprefix("Value error, ") for row in error.errors())
        message = f"{name} '{text}': {what}. {GRAMMAR}"
        raise UsageError(message) from error
    except ValueError as error:
        message = f"{name} '{text}' names a day that is not in the calendar. Days are written as 2019-03-05."
        raise UsageError(message) from error
    if start <= origin:
        message = (
            f"{name} '{text}' begins on or before {origin}, the last day known. What is past is learnt from "
            f"reports; begin on {origin + timedelta(days=1)} or later."
        )
        raise UsageError(message)
    return lever


def _number(text: str, whole: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        message = f"{name} '{whole}': '{text}' is not a number."
        raise UsageError(message) from error


def _parameter(setting: Setting, scenario: Scenario) -> Parameter:
    row = scenario.parameter(setting.name, setting.subject)
    if setting.value is None:
        return row.multiplied(setting.factor or 0.0, setting.subject, SOURCE)
    return row.model_copy(
        update={"subject": setting.subject, "source": SOURCE, "prior": Fixed(value=setting.value), "factor": 1.0}
    )


def _check(supposed: Scenario, words: str) -> None:
    """Write the scenario as it is supposed and read it back, so that each rule of the files holds for it."""
    with tempfile.TemporaryDirectory() as folder:
        write_scenario(replace(supposed, alternatives=()), Observations(()), folder)
        try:
            read_scenario(folder)
        except ScenarioError as error:
            problems = tuple(Problem(row.code, row.what, row.fix) for row in error.problems)
            raise ScenarioError(words, problems) from error
