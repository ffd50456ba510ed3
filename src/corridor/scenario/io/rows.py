"""From cells to typed rows, with every fault of every cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from corridor.errors import Problem, Where
from corridor.scenario.draft import Line
from corridor.scenario.io.cells import DECIMAL_COMMA, Converter, Fault, bare, converter, shown
from corridor.scenario.io.tables import Layout, Record, Table, plain
from corridor.scenario.routes import route_id

Row = TypeVar("Row", bound=BaseModel)
_MANY = 4
_OF_ONE_CAUSE = {
    "V002": "Write digits alone in the whole column, decimals after a point, as 1250 or 0.5.",
    "V003": "People are whole: write digits alone in the whole column, without a point between thousands.",
    "V004": "Write year, month and day with dashes in the whole column, as 2019-03-03.",
}
"""Faults that a whole column has of one cause, and how to mend it there."""

NOTES = "notes"
"""The field that gathers the columns named x_…."""

_FEWER_THAN_WHOLE = {
    "throughput_per_day": "Write 1, or leave the cell blank and state an event: screening_rate, or reception_rate "
    "at a reception site, with the value {text}. Parts of a person are carried over to the next day there."
}
"""What to write in place of a fraction where rounding says something else: 0.5 would become a gate that is shut."""

_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": ("an id", "Use lower-case letters, digits and underscores, beginning with a letter"),
    r"^[A-Z]{3}$": ("a country code", "Use the three capital letters of ISO 3166-1, as SYR"),
}


def layout_of(model: type[BaseModel], *, needs_rows: bool = False) -> Layout:
    """Return the columns of the table whose rows are of a type."""
    fields = {name: field for name, field in model.model_fields.items() if name != NOTES}
    required = tuple(name for name, field in fields.items() if field.is_required())
    return Layout(tuple(fields), required, needs_rows)


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """The rows of a table that are sound, and what is wrong with the others."""

    lines: tuple[Line[Row], ...]
    problems: list[Problem]


def typed_rows(table: Table, model: type[Row]) -> Rows[Row]:
    """Return the rows of a table as typed values, and a problem for each faulty cell."""
    plan = [
        (table.index[name], name, _converter(table, name, field))
        for name, field in model.model_fields.items()
        if name in table.index
    ]
    notes = sorted((i, name, str) for name, i in table.index.items() if name.startswith("x_"))
    absent = {name for name, field in model.model_fields.items() if field.is_required() and name not in table.index}
    lines: list[Line[Row]] = []
    problems: list[Problem] = []
    for record in table.rows:
        values, faults = _values(record, plan)
        if NOTES in model.model_fields and notes:
            values[NOTES] = _values(record, notes)[0]
        row, more = build(model, values, known=absent.union(faults))
        faults.update(more)
        if row is not None and not faults:
            lines.append(Line(row, table.file, record.line, _lower_lines(table, record)))
        for name, fault in faults.items():
            line = record.line_of(table.index[name]) if name in table.index else record.line
            problems.append(Problem(fault.code, fault.what, fault.fix, Where(table.file, line, name)))
    return Rows(tuple(lines), summarised(problems))


def summarised(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with one in place of many of one sort in one column, as dates of another form."""
    groups: dict[tuple[str, str | None], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.code, problem.where.column if problem.where else None), []).append(problem)
    rows: list[Problem] = []
    for (code, column), group in groups.items():
        if code not in _OF_ONE_CAUSE or len(group) < _MANY:
            rows += group
            continue
        first, last = group[0], group[-1]
        numbers = [problem.where.line for problem in group if problem.where]
        what = (
            f"{first.what[:-1]}, and {len(group) - 1:,} more cells of {column} down to line {numbers[-1]} are like it."
        )
        rows.append(Problem(code, what, first.fix if last.fix == first.fix else _OF_ONE_CAUSE[code], first.where))
    return rows


def _converter(table: Table, name: str, field: FieldInfo) -> Converter:
    """Return what reads a column; where semicolons part the columns, decimals may follow a comma.

    A column has decimal commas if one of its cells can be nothing else: not three digits behind the comma, or a
    coordinate.
    """
    convert = converter(field.annotation)
    if table.delimiter != ";" or bare(field.annotation) is not float:
        return convert
    texts = [plain(record.cells[table.index[name]]) for record in table.rows]
    commas = [text for text in texts if DECIMAL_COMMA.fullmatch(text)]
    is_decimal = name in {"lat", "lon"} or any(len(text.partition(",")[2]) != 3 for text in commas)  # noqa: PLR2004
    if not commas or not is_decimal:
        return convert
    return lambda text: convert(text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text)


def _values(record: Record, plan: Iterable[tuple[int, str, Converter]]) -> tuple[dict[str, object], dict[str, Fault]]:
    values: dict[str, object] = {}
    faults: dict[str, Fault] = {}
    for index, name, convert in plan:
        text = plain(record.cells[index])
        if text:
            value = convert(text)
            if isinstance(value, Fault):
                faults[name] = _mended(name, text, value)
            else:
                values[name] = value
    return values, faults


def _mended(name: str, text: str, fault: Fault) -> Fault:
    """Return a fault with the advice of its column, where a fraction has another remedy than rounding it."""
    if fault.code != "V003" or name not in _FEWER_THAN_WHOLE or not text.startswith(("0.", ".")):
        return fault
    return fault._replace(fix=_FEWER_THAN_WHOLE[name].format(text=text))


def _lower_lines(table: Table, record: Record) -> dict[str, int]:
    if not any("\n" in cell or "\r" in cell for cell in record.cells):
        return _NONE
    return {name: record.line_of(index) for name, index in table.index.items()}


_NONE: dict[str, int] = {}


def build(
    model: type[Row], values: Mapping[str, object], *, known: Iterable[str] = ()
) -> tuple[Row | None, dict[str, Fault]]:
    """Return a row of a type, or what is wrong with its values.

    Parameters
    ----------
    model
        The type of the row.
    values
        Its values, converted already.
    known
        Fields whose fault is known already.
    """
    try:
        return model(**values), {}
    except ValidationError as error:
        skipped = set(known)
        faults: dict[str, Fault] = {}
        for detail in error.errors(include_url=False):
            name = str(detail["loc"][-1]) if detail["loc"] else ""
            if name not in skipped:
                field = model.model_fields[str(detail["loc"][0])]
                faults[name] = _fault(detail["type"], name, detail["input"], field)
        return None, faults


def _fault(kind: str, name: str, value: object, field: FieldInfo) -> Fault:
    """Translate what pydantic found."""
    meaning = f": {field.description}" if field.description else ""
    if kind in {"missing", "string_too_short"}:
        return Fault("V001", f"{name} is blank.", f"Write it{meaning}.")
    if kind == "string_pattern_mismatch":
        pattern = next(p for p in (getattr(m, "pattern", None) for m in field.metadata) if p)
        noun, how = _PATTERNS[pattern]
        return Fault("V008", f"{shown(value)} is not {noun}.", f"{how}{_as_id(noun, str(value))}.")
    assert kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}, f"no words for {kind}"
    return Fault("V010", f"{_figure(value)} is not possible as {name}.", f"Use {bounds(field)}{meaning}.")


def _as_id(noun: str, text: str) -> str:
    words = "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())
    return f", as {words}" if noun == "an id" and words[:1].isalpha() else ""


def _figure(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else shown(value).strip("'")


def bounds(field: FieldInfo) -> str:
    """Return the numbers that a field allows, in words.

    Examples
    --------
    >>> from corridor.scenario.routes import Route
    >>> bounds(Route.model_fields["distance_km"])
    'a number above 0 and at most 20,000'
    """
    ends = {type(rule): rule for rule in field.metadata}
    if {Ge, Le} <= ends.keys():
        return f"a number from {ends[Ge].ge:,.10g} to {ends[Le].le:,.10g}"
    words = []
    for rule in field.metadata:
        for kind, word, value in (
            (Gt, "above", getattr(rule, "gt", None)),
            (Ge, "of at least", getattr(rule, "ge", None)),
            (Lt, "below", getattr(rule, "lt", None)),
            (Le, "at most", getattr(rule, "le", None)),
        ):
            if isinstance(rule, kind):
                words.append(f"{word} {value:,.10g}")
    return f"a number {' and '.join(words)}"


def ids_of(table: Table | None, column: str) -> frozenset[str] | None:
    """Return the ids that a table mentions, of faulty rows too; None if rows or columns are lost."""
    if table is None or not table.is_whole:
        return None
    return frozenset(plain(row.cells[table.index[column]]) for row in table.rows)


def route_ids_of(table: Table | None) -> frozenset[str] | None:
    """Return the ids of the routes that a table mentions; None if rows or columns are lost."""
    if table is None or not table.is_whole:
        return None
    indexes = [table.index[column] for column in ("origin", "destination", "via") if column in table.index]
    return frozenset(route_id(*(plain(row.cells[i]) for i in indexes)) for row in table.rows)
