"""Levers: what is supposed beside a scenario, without editing a file; each a kind, a subject, a value and its days."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta

from corridor.errors import Problem, ScenarioError, UsageError
from corridor.scenario.events import Event, EventKind
from corridor.scenario.io.read import read_scenario
from corridor.scenario.io.write import write_scenario
from corridor.scenario.observations import Observations
from corridor.scenario.parameters import DEFINITIONS, Fixed, Parameter
from corridor.scenario.scenario import Alternative, Scenario

SUPPOSED = "Supposition"
_DAY = r"\d{4}-\d\d-\d\d"
_DAYS = rf"(?P<start>{_DAY})(?:\.\.(?P<end>{_DAY})?)?"
_SET = re.compile(rf"(?P<kind>[a-z_]+)(?:[ .](?P<subject>[^=]+?))?=(?P<times>x?)(?P<value>[\d.]+)(?: +{_DAYS})?")
_ADD = re.compile(rf"(?P<kind>[a-z_]+)(?: +(?P<subject>[a-z][^ ]*))?(?: +(?P<value>[\d.]+))? +{_DAYS}")
_GRAMMAR = (
    'Write --set "NAME SUBJECT=VALUE", "NAME SUBJECT=xFACTOR" or "KIND SUBJECT=VALUE 2019-03-05..2019-03-12", and '
    '--add "KIND SUBJECT VALUE 2019-03-05..2019-03-12"; without a last day it holds to the end.'
)


@dataclass(frozen=True)
class Lever:
    """One supposition.

    Attributes
    ----------
    kind
        A kind of event, or the name of a parameter.
    subject
        A place, a route or a group; None is everywhere.
    value
        What is set or added, in the unit of the kind; None is unknown.
    factor
        What the learnt value of a parameter is multiplied by, instead of a value.
    start, end
        First and last day in force; None is the first day after the origin, and to the end.
    replaces
        Whether events of this kind and subject give way for these days.
    """

    kind: str
    subject: str | None = None
    value: float | None = None
    factor: float | None = None
    start: date | None = None
    end: date | None = None
    replaces: bool = False

    @property
    def is_event(self) -> bool:
        """Whether it is about a kind of event; else about a parameter."""
        return self.kind in set(EventKind)

    def words(self) -> str:
        """Return the lever in words.

        Examples
        --------
        >>> parse_set("seats_per_day suar>al_hol=x2").words()
        'seats per day of suar>al_hol times 2'
        """
        subject = f" of {self.subject}" if self.subject else ""
        name = self.kind.replace("_", " ")
        if self.factor is not None:
            return f"{name}{subject} times {self.factor:,.10g}"
        amount = "" if self.value is None else f" {self.value:,.10g}"
        until = f" to {self.end}" if self.end else ""
        days = f" from {self.start}{until}" if self.start else ""
        return f"{name}{subject}{amount}{days}"


def parse_set(text: str) -> Lever:
    """Return the lever that sets or multiplies a value.

    Raises
    ------
    UsageError
        The text is not such a lever.

    Examples
    --------
    >>> parse_set("transport suar>al_hol=2000 2019-03-05..").start
    datetime.date(2019, 3, 5)
    """
    return _lever(_SET, text, "--set")


def parse_add(text: str) -> Lever:
    """Return the lever that adds an event.

    Raises
    ------
    UsageError
        The text is not such a lever.

    Examples
    --------
    >>> parse_add("pause baghouz 2019-03-05..2019-03-12").kind
    'pause'
    """
    return _lever(_ADD, text, "--add")


def parse_sweep(text: str) -> tuple[Lever, ...]:
    """Return one lever for each of the evenly spaced values of a sweep.

    Raises
    ------
    UsageError
        The text is not a sweep.

    Examples
    --------
    >>> [lever.value for lever in parse_sweep("seats_per_day a>b=500..1500/3")]
    [500.0, 1000.0, 1500.0]
    """
    parts = re.fullmatch(r"(.+)=([\d.]+)\.\.([\d.]+)/(\d+)", text.strip())
    if parts is None or not 2 <= int(parts[4]) <= 50:  # noqa: PLR2004 - two ends make a sweep; more than 50 is no table
        message = f"'{text}' is not a sweep. Write it as NAME SUBJECT=500..5000/10, with 2 to 50 values."
        raise UsageError(message)
    low, high, count = float(parts[2]), float(parts[3]), int(parts[4])
    return tuple(parse_set(f"{parts[1]}={low + (high - low) * k / (count - 1):.10g}") for k in range(count))


def with_levers(scenario: Scenario, levers: tuple[Lever, ...], origin: date) -> Scenario:
    """Return the scenario with levers pulled after the origin, each checked as if it stood in the files.

    Parameters
    ----------
    scenario
        What the files state.
    levers
        What is supposed.
    origin
        The last day known; a lever without days holds from the day after it.

    Raises
    ------
    ScenarioError
        What is supposed breaks a rule of scenario folders; it lists every problem.
    UsageError
        A lever begins on or before the origin, or names neither a kind of event nor a parameter.
    """
    events = list(scenario.events)
    added: list[Event] = []
    parameters: list[Parameter] = []
    for lever in levers:
        if lever.is_event:
            event = _event(lever, scenario, origin)
            if lever.replaces:
                events = [part for row in events for part in _around(row, event, scenario.start)]
            added.append(event)
        else:
            parameters.append(_parameter(lever, scenario))
    _check(scenario, tuple(added), tuple(parameters), "; ".join(lever.words() for lever in levers))
    keys = {row.key for row in parameters}
    return replace(
        scenario,
        events=(*events, *added),
        parameters=(*(row for row in scenario.parameters if row.key not in keys), *parameters),
    )


def _lever(form: re.Pattern[str], text: str, option: str) -> Lever:
    parts = form.fullmatch(text.strip())
    try:
        assert parts is not None
        value = float(parts["value"]) if parts["value"] else None
        is_times = form is _SET and parts["times"] == "x"
        return Lever(
            kind=parts["kind"],
            subject=parts["subject"],
            value=None if is_times else value,
            factor=value if is_times else None,
            start=date.fromisoformat(parts["start"]) if parts["start"] else None,
            end=date.fromisoformat(parts["end"]) if parts["end"] else None,
            replaces=form is _SET,
        )
    except (AssertionError, ValueError) as error:
        message = f"{option} '{text}' cannot be read. {_GRAMMAR}"
        raise UsageError(message) from error


def _event(lever: Lever, scenario: Scenario, origin: date) -> Event:
    start = lever.start or origin + timedelta(days=1)
    if start <= origin:
        message = (
            f"'{lever.words()}' begins on or before {origin}, the last day known; the past is learnt, not supposed."
        )
        raise UsageError(message)
    if lever.factor is not None:
        message = f"'{lever.words()}': an event is set to a value; a factor is for parameters. {_GRAMMAR}"
        raise UsageError(message)
    return Event(
        start=start,
        end=lever.end,
        kind=EventKind(lever.kind),
        subject=lever.subject,
        value=lever.value,
        source=SUPPOSED,
        reported_on=scenario.start,
    )


def _around(row: Event, event: Event, known: date) -> list[Event]:
    """Return the parts of an event before and after the days on which another takes its place."""
    if (row.kind, row.subject) != (event.kind, event.subject):
        return [row]
    parts = []
    if row.start < event.start:
        last = event.start - timedelta(days=1)
        is_over = row.end is not None and row.end <= last
        parts.append(row if is_over else row.model_copy(update={"end": last, "end_reported_on": known}))
    if event.end is not None and (row.end is None or row.end > event.end):
        parts.append(row.model_copy(update={"start": max(row.start, event.end + timedelta(days=1))}))
    return parts


def _parameter(lever: Lever, scenario: Scenario) -> Parameter:
    if lever.kind not in DEFINITIONS:
        message = f"'{lever.kind}' is neither a kind of event nor a parameter. {_GRAMMAR}"
        raise UsageError(message)
    if lever.start or lever.end:
        message = f"'{lever.words()}': a parameter holds for all days after the origin. Leave the days out."
        raise UsageError(message)
    stated = scenario.parameter(lever.kind, lever.subject).model_copy(update={"subject": lever.subject})
    if lever.factor is None:
        return stated.model_copy(update={"prior": Fixed(value=lever.value or 0.0), "source": SUPPOSED})
    if isinstance(stated.prior, Fixed):
        return stated.model_copy(update={"prior": Fixed(value=stated.prior.value * lever.factor), "source": SUPPOSED})
    return stated.model_copy(update={"factor": lever.factor, "source": SUPPOSED})


def _check(scenario: Scenario, added: tuple[Event, ...], parameters: tuple[Parameter, ...], words: str) -> None:
    """Read back a folder that states the levers as an alternative, so that each rule of the files holds for them."""
    supposed = Alternative(alternative="levers", meaning=words, add=added, parameters=parameters)
    with tempfile.TemporaryDirectory() as folder:
        write_scenario(replace(scenario, alternatives=(supposed,)), Observations(()), folder)
        try:
            read_scenario(folder)
        except ScenarioError as error:
            problems = tuple(Problem(row.code, row.what, row.fix) for row in error.problems)
            raise ScenarioError(words, problems) from error
