"""From scenario.toml to its parts: calendar, groups, parameters, sources and alternatives."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, Field

from corridor.errors import Problem, Where
from corridor.scenario.draft import AlternativeDraft, Line
from corridor.scenario.events import Event
from corridor.scenario.io.cells import Fault, from_toml, listed, shown, suggestion
from corridor.scenario.io.rows import NOTES, build
from corridor.scenario.io.toml_lines import KeyLines, Path, key_lines
from corridor.scenario.parameters import DEFINITIONS, Beta, Fixed, Learnt, LogNormal, Normal, Parameter, Uniform
from corridor.scenario.presets import Preset
from corridor.scenario.scenario import Group, Source

FILE = "scenario.toml"
AnyPrior = Fixed | LogNormal | Normal | Uniform | Beta | Learnt
PRIORS: dict[str, type[AnyPrior]] = {
    "fixed": Fixed,
    "lognormal": LogNormal,
    "normal": Normal,
    "uniform": Uniform,
    "beta": Beta,
}
IN_ALTERNATIVES: dict[str, type[AnyPrior]] = {**PRIORS, "learnt": Learnt}
_AT = re.compile(r"\s*\(at line (\d+), column (\d+)\)")
_LISTS = ("groups", "sources", "alternatives")

Item = TypeVar("Item", bound=BaseModel)
Thing = TypeVar("Thing")


class _Head(BaseModel):
    name: str = Field(min_length=1, description="name of the scenario, for people")
    start: dt.date = Field(description="first day, as 2018-12-01")
    end: dt.date = Field(description="last day, as 2019-05-31")
    preset: Preset = Field(default=Preset.CORRIDOR, description="whose rules hold on the network")


class _AlternativeHead(BaseModel):
    alternative: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="id of the alternative")
    meaning: str = Field(min_length=1, description="what it supposes, in a sentence")


class _Stated(BaseModel):
    source: str = Field(min_length=1, description="why this number could be given")


@dataclass(frozen=True)
class Settings:
    """The parts of scenario.toml that are sound."""

    name: str
    start: dt.date | None
    end: dt.date | None
    at: Line[None]
    groups: tuple[Line[Group], ...]
    group_ids: frozenset[str] | None
    parameters: tuple[Line[Parameter], ...]
    parameter_keys: frozenset[str] | None
    sources: tuple[Line[Source], ...]
    alternatives: tuple[Line[AlternativeDraft], ...]
    preset: Preset = Preset.CORRIDOR

    @classmethod
    def unread(cls) -> Settings:
        """Return the settings of a file that cannot be read: nothing is known."""
        return cls("", None, None, Line(None, FILE, None), (), None, (), None, (), ())


def read_settings(text: str) -> tuple[Settings, list[Problem]]:
    """Return the parts of a scenario.toml, and every problem with it.

    Parameters
    ----------
    text
        What the file holds.
    """
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Settings.unread(), [_syntax(str(error), text)]
    except (RecursionError, ValueError):
        fix = "Write it with fewer brackets inside brackets, and numbers with fewer digits."
        return Settings.unread(), [
            Problem("M001", "the text is too deeply nested, or a number too long.", fix, Where(FILE))
        ]
    reader = _Reader(key_lines(text))
    return reader.settings(data), reader.problems


def _syntax(message: str, text: str) -> Problem:
    position = _AT.search(message)
    where = Where(FILE, int(position[1]), position[2]) if position else Where(FILE, text.count("\n") + 1)
    saying = _AT.sub("", message).replace("(at end of document)", "").strip().rstrip(".")
    fix = "Write key = value on each line, text in double quotes, and tables as [name] or [[name]]."
    return Problem("M001", f"this is not TOML: {saying[:1].lower()}{saying[1:]}.", fix, where)


class _Reader:
    """Reads one file; gathers the problems on the way."""

    def __init__(self, lines: KeyLines) -> None:
        self.lines = lines
        self.problems: list[Problem] = []

    def settings(self, data: Mapping[str, object]) -> Settings:
        known = (*_Head.model_fields, "groups", "parameters", "sources", "alternatives")
        self._unknown(data, known, ())
        head, values = self._build(_Head, {k: v for k, v in data.items() if k in _Head.model_fields}, ())
        groups = [self._item(Group, item, path) for item, path in self._list(data, "groups", ())]
        sources = [self._item(Source, item, path) for item, path in self._list(data, "sources", ())]
        mentioned = [item.get("group") for item, _ in self._list(data, "groups", (), silent=True)]
        start, end = (value if isinstance(value, dt.date) else None for value in map(values.get, ("start", "end")))
        return Settings(
            name=head.name if head else str(values.get("name", "")),
            start=start,
            end=end,
            at=self._line(None, (), _Head.model_fields),
            groups=_present(groups),
            group_ids=frozenset(group for group in mentioned if isinstance(group, str)),
            parameters=self._parameters(data, ()),
            parameter_keys=frozenset(stated) if isinstance(stated := data.get("parameters", {}), dict) else None,
            sources=_present(sources),
            alternatives=_present(self._alternative(item, path) for item, path in self._list(data, "alternatives", ())),
            preset=head.preset if head else Preset.CORRIDOR,
        )

    def _problem(self, path: Path, fault: Fault, key: str | None = None) -> None:
        full = path if key is None else (*path, key)
        column = key if key is not None else next((str(p) for p in reversed(path) if isinstance(p, str)), None)
        where = Where(FILE, self.lines.line_of(full), column)
        self.problems.append(Problem(fault.code, fault.what, fault.fix, where))

    def _line(self, row: Item | None, path: Path, keys: Iterable[str]) -> Line[Item | None]:
        line = self.lines.line_of(path)
        lines = {key: self.lines.line_of((*path, key)) for key in keys}
        return Line(row, FILE, line, {key: number for key, number in lines.items() if number is not None})

    def _unknown(self, data: Mapping[str, object], known: Iterable[str], path: Path) -> None:
        allowed = list(known)
        for key in data:
            if key not in allowed:
                fix = f"Use {listed(allowed)}.{suggestion(key, allowed)}"
                self._problem(path, Fault("M002", f"{shown(key)} is not a key here.", fix), key)

    def _list(
        self, data: Mapping[str, object], key: str, path: Path, *, silent: bool = False
    ) -> list[tuple[dict[str, object], Path]]:
        items = data.get(key, [])
        if isinstance(items, list) and all(isinstance(item, dict) for item in items):
            return [(item, (*path, key, i)) for i, item in enumerate(items)]
        if not silent:
            header = ".".join([*(str(part) for part in path if isinstance(part, str)), key])
            fix = f"Begin each of them with a line [[{header}]]."
            self._problem(path, Fault("M003", f"{key} is not a list of tables.", fix), key)
        return []

    def _build(
        self, model: type[Item], data: Mapping[str, object], path: Path
    ) -> tuple[Item | None, dict[str, object]]:
        """Return the item, and whichever of its values are sound."""
        fields = model.model_fields
        values = {key: from_toml(fields[key].annotation, value) for key, value in data.items() if key in fields}
        faults = {key: value for key, value in values.items() if isinstance(value, Fault)}
        sound = {key: value for key, value in values.items() if key not in faults}
        notes = {key: str(value) for key, value in data.items() if key.startswith("x_")}
        row, more = build(model, {**sound, NOTES: notes} if NOTES in fields else sound, known=faults)
        for key, fault in {**faults, **more}.items():
            self._problem(path, fault, key)
        return (None if faults else row), sound

    def _item(self, model: type[Item], data: dict[str, object], path: Path) -> Line[Item] | None:
        own = [key for key in data if key.startswith("x_")] if NOTES in model.model_fields else []
        keys = [key for key in model.model_fields if key != NOTES]
        self._unknown(data, keys + own, path)
        row, _ = self._build(model, {key: value for key, value in data.items() if key != NOTES}, path)
        if row is None:
            return None
        line = self._line(None, path, keys)
        return Line(row, FILE, line.line, line.elsewhere)

    def _alternative(self, data: dict[str, object], path: Path) -> Line[AlternativeDraft] | None:
        self._unknown(data, (*_AlternativeHead.model_fields, "drop", "add", "parameters"), path)
        head, _ = self._build(_AlternativeHead, data, path)
        drop = data.get("drop", [])
        if not (isinstance(drop, list) and all(isinstance(item, str) for item in drop)):
            fix = 'Write a list of texts, each a kind or a kind and a subject, as ["pause", "siege old_town"].'
            self._problem(path, Fault("M003", "drop is not a list of texts.", fix), "drop")
            drop = []
        add = [self._item(Event, item, where) for item, where in self._list(data, "add", path)]
        parameters = self._parameters(data, path)
        if head is None:
            return None
        line = self._line(None, path, (*_AlternativeHead.model_fields, "drop"))
        row = AlternativeDraft(head.alternative, head.meaning, _present(add), tuple(drop), parameters)
        return Line(row, FILE, line.line, line.elsewhere)

    def _parameters(self, data: Mapping[str, object], path: Path) -> tuple[Line[Parameter], ...]:
        stated = data.get("parameters", {})
        if not isinstance(stated, dict):
            fix = "Begin each of them with a line [parameters.NAME]."
            self._problem(path, Fault("M003", "parameters is not a table.", fix), "parameters")
            return ()
        return _present(self._parameter(key, item, (*path, "parameters", key)) for key, item in stated.items())

    def _parameter(self, key: str, data: object, path: Path) -> Line[Parameter] | None:
        name = key.partition(".")[0]
        if name not in DEFINITIONS:
            fix = f"The reference lists all parameters.{suggestion(name, DEFINITIONS)}"
            self._problem(path, Fault("M004", f"{shown(name)} is not a parameter.", fix))
            return None
        if not isinstance(data, dict):
            fix = f'Write a table: [parameters.{key}], then prior = "fixed", value = … and source = "…".'
            self._problem(path, Fault("M003", f"{key} is not a table.", fix))
            return None
        inner = [word for word, value in data.items() if isinstance(value, dict)]
        if inner:
            fix = f'Quote the name with its subject: [parameters."{key}.{inner[0]}"].'
            self._problem(path, Fault("M005", f"{key} holds a table {shown(inner[0])}.", fix), inner[0])
            return None
        kind = data.get("prior", "")
        allowed = IN_ALTERNATIVES if path[0] == "alternatives" else PRIORS
        prior_type = allowed.get(kind) if isinstance(kind, str) else None
        if prior_type is None:
            near = suggestion(str(kind), allowed)
            what = f"{shown(kind)} is not a prior." if "prior" in data else "prior is blank."
            self._problem(path, Fault("M006", what, f"Use {listed(allowed)}.{near}"), "prior")
            return None
        return self._with_prior(key, data, path, prior_type)

    def _with_prior(
        self, key: str, data: dict[str, object], path: Path, prior_type: type[AnyPrior]
    ) -> Line[Parameter] | None:
        name, _, subject = key.partition(".")
        fields = [*prior_type.model_fields, "source"]
        self._unknown(data, fields, path)
        prior, _ = self._build(prior_type, {k: v for k, v in data.items() if k in prior_type.model_fields}, path)
        stated, _ = self._build(_Stated, {k: v for k, v in data.items() if k == "source"}, path)
        if prior is None or stated is None:
            return None
        known = DEFINITIONS[name]
        row = Parameter(
            name=name,
            subject=subject or None,
            prior=prior,
            unit=known.unit,
            meaning=known.meaning,
            source=stated.source,
        )
        line = self._line(None, path, fields)
        return Line(row, FILE, line.line, line.elsewhere)


def _present(items: Iterable[Thing | None]) -> tuple[Thing, ...]:
    return tuple(item for item in items if item is not None)
