"""The values of simsetting.yml with their lines; only plain values, lists of them, and tables of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corridor.errors import UsageError, Where
from corridor.scenario.io.cells import shown
from corridor.sources.flee.account import Kind, Ledger

if TYPE_CHECKING:
    from yaml import Node

_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "map", "null", "seq", "str")}
DEEPEST = 3
"""Tables within tables beyond this are no settings of Flee."""


@dataclass(frozen=True)
class Value:
    """A value of a setting, and where it stands."""

    value: object
    where: Where
    is_quoted: bool = False

    @property
    def is_on(self) -> bool:
        """Whether it switches anything on."""
        return bool(self.value)


@dataclass(frozen=True)
class Values:
    """What a settings file states, by section and key joined by a point."""

    stated: Mapping[str, Value]
    ledger: Ledger

    def number(self, key: str, default: float) -> float:
        """Return a number, or the default where the file has none; what is none is a problem."""
        entry = self.stated.get(key)
        if entry is None:
            return default
        if isinstance(entry.value, int | float | str) and not isinstance(entry.value, bool):
            try:
                return float(entry.value)
            except ValueError:
                pass
        self.ledger.problem("I008", f"{key} is {_described(entry)}, not a number.", "Write digits alone.", entry.where)
        return default

    def whole(self, key: str, default: int) -> int:
        """Return a whole number; like Flee it cuts off decimals, and says so."""
        number = float(self.number(key, default))
        if not abs(number) < float("inf"):
            self.ledger.problem("I008", f"{key} is {number}, not a whole number.", "Write digits alone.", self.at(key))
            return default
        if not number.is_integer():
            self.ledger.note(Kind.REPAIRED, f"{key} {number:g} becomes {int(number)}, as in Flee.", self.at(key))
        return int(number)

    def switch(self, key: str, *, default: bool) -> bool:
        """Return whether something is on; text, quoted or not, is a problem: Flee takes any text for on."""
        entry = self.stated.get(key)
        if entry is None:
            return default
        if isinstance(entry.value, str):
            what = f"{key} is {_described(entry)}, which Flee takes for True."
            fix = "Write True or False without quotes, whichever is meant."
            self.ledger.problem("I008", what, fix, entry.where)
        return bool(entry.value)

    def at(self, key: str) -> Where | None:
        """Return where a key stands."""
        entry = self.stated.get(key)
        return entry.where if entry else None


def _described(value: Value) -> str:
    return (
        "blank" if value.value is None else f"the text {shown(value.value)}" if value.is_quoted else shown(value.value)
    )


def read_values(text: str, file: str, ledger: Ledger) -> Values:
    """Return the values of a settings file; what is no plain YAML is a problem.

    Raises
    ------
    UsageError
        The library that reads YAML is not installed.
    """
    try:
        import yaml  # noqa: PLC0415 - only the importer needs it
    except ImportError as error:
        message = "Reading simsetting.yml needs PyYAML. Install it with: pip install 'corridor[sources]'"
        raise UsageError(message) from error
    reader = _Reader(file, ledger)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is not None and not isinstance(root, yaml.MappingNode):
            reader.refuse("the file is no table of settings.", root)
        elif root is not None:
            reader.gather(root, ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error)
        fix = "Write KEY: VALUE on each line, indented with blanks below its section."
        where = Where(file, mark.line + 1 if mark else None)
        ledger.problem("I008", f"this is not plain YAML: {reason}.", fix, where)
    except (RecursionError, ValueError):
        fix = "Write plain numbers, True, False and lists of numbers."
        ledger.problem("I008", "the file is too deeply nested, or a value cannot be read.", fix, Where(file))
    return Values(reader.values, ledger)


class _Reader:
    """Walks the nodes of one file and gathers values by key."""

    def __init__(self, file: str, ledger: Ledger) -> None:
        self.file = file
        self.ledger = ledger
        self.values: dict[str, Value] = {}

    def refuse(self, what: str, node: Node) -> None:
        """Add a problem at a node."""
        fix = "Write plain numbers, True, False and lists of numbers, below the sections that Flee reads."
        self.ledger.problem("I008", what, fix, Where(self.file, node.start_mark.line + 1))

    def gather(self, table: Node, path: tuple[str, ...]) -> None:
        """Add the values of a table and of the tables in it."""
        for key, node in _pairs(table):
            name = ".".join((*path, key))
            where = Where(self.file, node.start_mark.line + 1)
            if name in self.values:
                self.ledger.note(Kind.REPAIRED, f"{name} stands twice; the last holds, as in Flee.", where)
            if node.tag not in _PLAIN_TAGS:
                self.refuse(f"{name} has the tag {shown(node.tag)}, and only plain values are read.", node)
            elif _kind(node) == "mapping" and len(path) + 1 < DEEPEST:
                self.values[name] = Value({}, where)
                self.gather(node, (*path, key))
                is_full = any(known.startswith(f"{name}.") for known in self.values)
                self.values[name] = Value({"stated": True} if is_full else {}, where)
            elif path and _kind(node) == "sequence" and all(_kind(part) == "scalar" for part in node.value):
                self.values[name] = Value([_plain(part) for part in node.value], where)
            elif _kind(node) == "scalar":
                self.values[name] = Value(_plain(node), where, is_quoted=getattr(node, "style", None) in {"'", '"'})
            else:
                self.refuse(f"{name} is a table or list of a form that Flee has no use for.", node)


def _kind(node: Node) -> str:
    return str(getattr(node, "id", ""))


def _pairs(table: Node) -> Iterator[tuple[str, Node]]:
    for key, value in table.value:
        yield (str(key.value) if _kind(key) == "scalar" else "?"), value


def _plain(node: Node) -> object:
    from yaml import SafeLoader  # noqa: PLC0415 - only the importer needs it

    loader = SafeLoader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()
