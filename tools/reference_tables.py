"""What the tables of the reference say, taken from the types, rules and standards of the code."""

from __future__ import annotations

import datetime as dt
import io
import os
from contextlib import redirect_stdout, suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args, get_origin

from pydantic_core import PydanticUndefined

import corridor
from corridor.cli import main
from corridor.needs.standards import GAP, TRUCKS, Item, load_standards
from corridor.runs.rows import COLUMNS
from corridor.scenario.checks.check import FORMS, RULES
from corridor.scenario.events import RULES as EVENT_RULES
from corridor.scenario.events import Event
from corridor.scenario.io.cells import bare
from corridor.scenario.io.rows import NOTES, bounds
from corridor.scenario.observations import Observation
from corridor.scenario.parameters import DEFINITIONS, Beta, Fixed, Learnt, LogNormal, Normal, Prior, Uniform
from corridor.scenario.places import Place
from corridor.scenario.routes import Route
from corridor.scenario.scenario import Alternative, Group, Source, Supply
from corridor.sources.flee.account import FORMS as FLEE_FORMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

MODELS: dict[str, type[BaseModel]] = {
    model.__name__: model for model in (Place, Route, Event, Observation, Supply, Group, Source, Alternative)
}
PRIORS: tuple[type[BaseModel], ...] = (Fixed, LogNormal, Normal, Uniform, Beta, Learnt)
_ID = r"^[a-z][a-z0-9_]*$"
_KIND = {bool: "true or false", int: "whole number", float: "number", dt.date: "date", str: "text"}


class Table(NamedTuple):
    """A table: its header and its rows."""

    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def columns(name: str) -> Iterator[Table]:
    """Yield the columns of a table of a scenario folder, or the keys of a part of scenario.toml."""
    fields = {key: field for key, field in MODELS[name].model_fields.items() if key != NOTES}
    rows = [(f"`{key}`", _allowed(field), _default(field), _meaning(field)) for key, field in fields.items()]
    yield Table(("name", "what it takes", "if left out", "meaning"), rows)


def _meaning(field: FieldInfo) -> str:
    assert field.description, "a column of the reference has a meaning"
    return field.description


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    if field.default in (None, "", ()):
        return "blank"
    return f"`{str(field.default).lower()}`" if isinstance(field.default, bool) else f"`{field.default}`"


def _allowed(field: FieldInfo) -> str:
    kind = bare(field.annotation)
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _one_of(member.value for member in kind)
    if any(getattr(rule, "pattern", None) == _ID for rule in field.metadata):
        return "id"
    if kind in {int, float} and field.metadata:
        return bounds(field).replace("a number", _KIND[kind])
    return _KIND.get(kind, "list")


def _one_of(words: object) -> str:
    return ", ".join(f"`{word}`" for word in words)


def event_kinds() -> Iterator[Table]:
    """Yield every kind of event with its subject, its size and its effect."""
    rows = []
    for kind, rule in EVENT_RULES.items():
        size = "–" if rule.unit is None else rule.unit
        if rule.needs_value:
            size += ", required"
        elif rule.parameter:
            size += f"; blank takes `{rule.parameter}`"
        effect = rule.effect.format(subject="SUBJECT", value="VALUE")
        rows.append((f"`{kind.value}`", rule.subject.value, size, effect))
    yield Table(("kind", "subject", "value", "effect"), rows)


def parameters() -> Iterator[Table]:
    """Yield every parameter with its default, its bounds and its source."""
    rows = []
    sources = list(dict.fromkeys(row.source for row in DEFINITIONS.values()))
    for row in DEFINITIONS.values():
        meaning = row.meaning + (f"; may be stated per {row.per}" if row.per else "")
        meaning += "; must be fixed" if row.must_be_fixed else ""
        meaning += " and whole" if row.is_whole else ""
        default = f"{prior_words(row.default)} [{sources.index(row.source) + 1}]"
        span = f"{row.low:,.10g} to {row.high:,.10g}"
        flee = prior_words(row.flee_default) if row.flee_default else ""
        rows.append((f"`{row.name}`", meaning, row.unit, default, flee, span))
    yield Table(("parameter", "meaning", "unit", "default", "Flee", "bounds"), rows)
    numbered = [(f"[{number}]", source) for number, source in enumerate(sources, start=1)]
    yield Table(("default", "comes from"), numbered)


def prior_words(prior: Prior) -> str:
    """Return a prior in words."""
    match prior:
        case Fixed():
            return f"{prior.value:,g}"
        case LogNormal():
            return f"{prior.median:,g} within a factor of {prior.within_factor:g}"
        case Normal():
            return f"{prior.mean:,g} ± {prior.sd:g}"
        case Uniform():
            return f"{prior.low:,g} to {prior.high:,g}"
        case Learnt():
            return f"as learnt, times {prior.factor:,g}"
    return f"{prior.mean:g} ± {prior.sd:g}, between 0 and 1"


def priors() -> Iterator[Table]:
    """Yield the priors that a parameter may have, with their keys."""
    rows = []
    for model in PRIORS:
        keys = [key for key in model.model_fields if key != "prior"]
        rows.append((f"`{model.model_fields['prior'].default}`", _one_of(keys), str(model.__doc__)))
    yield Table(("prior", "keys", "meaning"), rows)


def check_rules() -> Iterator[Table]:
    """Yield the rules across tables."""
    yield Table(("id", "what it asks"), [(f"`{rule.code}`", rule.asks) for rule in RULES])


def check_forms() -> Iterator[Table]:
    """Yield what single files, cells and settings must be."""
    yield Table(("id", "what it asks"), [(f"`{code}`", asks) for code, asks in FORMS.items()])


def import_forms() -> Iterator[Table]:
    """Yield what an instance of Flee must be before it can be translated."""
    yield Table(("id", "what it asks"), [(f"`{code}`", asks) for code, asks in FLEE_FORMS.items()])


def standards(part: str) -> Iterator[Table]:
    """Yield a part of the profile that ships: items, others or thresholds."""
    yield {"items": _items, "others": _others, "thresholds": _thresholds}[part]()


def _items() -> Table:
    profile = load_standards("sphere-2018")
    rows = []
    for row in profile.items:
        figure = profile.figure(row.item)
        if row.quantity_high is not None:
            figure += f" (up to {row.quantity_high:g})"
        used_for = f"{_WHOM[row.applies_to]}; {row.level}, {row.phase.replace('_', ' ')}"
        rows.append((f"`{row.item}`", row.label, figure, used_for, _source(row)))
    header = ("item", "name", "figure", "for whom; level, phase", "source")
    return Table(header, rows)


_WHOM = {
    "present": "all who live or wait there",
    "stock": "all who live there",
    "waiting": "those who wait",
    "new_arrivals": "new arrivals, added up",
}


def _source(row: Item) -> str:
    marks = [word for word, is_so in (("SECOND HAND", row.second_hand), ("ASSUMPTION", row.assumption)) if is_so]
    marked = f"{' and '.join(marks)}: " if marks else ""
    note = f" {row.note}" if row.note else ""
    link = f" {row.url}" if row.url else ""
    return f"{marked}{row.standard} ({row.edition}), {row.section}.{note}{link}"


def _others() -> Table:
    profile = load_standards("sphere-2018")
    house = profile.household
    rows = [("household", "Household", f"{house.size:g} people", _source(house))]
    for row in profile.margins:
        share = f"{row.fraction_low:.0%} to {row.fraction_high:.0%} of what is supplied"
        rows.append((f"`{row.margin}`", row.label, share, _source(row)))
    trucks = [(f"`{r.truck}`", r.label, f"{r.carries:,g} {r.unit} per load", _source(r)) for r in profile.trucks]
    rows += trucks
    return Table(("id", "name", "figure", "source"), rows)


def _thresholds() -> Table:
    rows = []
    for row in load_standards("sphere-2018").thresholds:
        levels = "; ".join(f"from {level.above:g}: {level.meaning}" for level in row.levels)
        usual = f"{row.normal_low:g}" + (f" to {row.normal_high:g}" if row.normal_high > row.normal_low else "")
        rows.append((row.label, row.unit, usual, levels, _source(row)))
    return Table(("threshold", "unit", "usual", "levels", "source"), rows)


def run_table(name: str) -> Iterator[Table]:
    """Yield the columns of a table of a RUN folder."""
    yield Table(("column", "meaning"), [(f"`{column}`", _RUN[column]) for column in COLUMNS[name]])


_RUN = {
    "from_date": "last day known",
    "until_date": "up to the end of this day",
    "present_before": "people present at the end of the first of these days",
    "present_after": "people present at the end of the last",
    "arrivals": "people who arrive by routes of the scenario",
    "departures": "people who leave by routes of the scenario, or for good at its rate of departures",
    "deaths": "people who die there or on the way there",
    "other_arrivals": "people who come and whom no route explains",
    "other_departures": "people who go and whom no route explains",
    "rest": "above zero residents who become displaced, below zero people held back at screening",
    "origin_date": "last day known",
    "target": "what is forecast: see above",
    "horizon": "days from the last day known; zero and less is the past",
    "target_end_date": "the day forecast",
    "location": "place id; `all` is the sum over places",
    "output_type": "always `quantile`",
    "output_type_id": "level of the quantile, 0 to 1",
    "value": "people",
    "parameter": "parameter, with its subject; `report_factor.SOURCE.MEASURE` is the bias of a source as a factor",
    "unit": "unit of the figures",
    "prior_p05": "5 % quantile before the reports were read",
    "prior_p50": "middle before the reports were read",
    "prior_p95": "95 % quantile before the reports were read",
    "p05": "5 % quantile",
    "p10": "10 % quantile; of dates, the early one",
    "p50": "middle",
    "p90": "90 % quantile; of dates, the late one",
    "p95": "95 % quantile",
    "date": "day",
    "place": "place id",
    "item": f"item of the standard; `ITEM{GAP}` is what lacks, `ITEM{TRUCKS}` the truckloads; margins have an id",
    "on_site": "what was counted on site",
    "standard": "the figure of the standard, in words",
    "source": "where the figure comes from",
    "measure": "what was counted",
    "group": "group counted; blank is everybody",
    "period_start": "first day counted, for flows; blank is the date itself, or the start of the calendar",
    "reported": "the figure as it was reported",
}


def cli_help(command: str = "") -> str:
    """Return the help of the commands, or of one command."""
    out = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        with redirect_stdout(out), suppress(SystemExit):
            main([*command.split(), "--help"])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return out.getvalue().rstrip()


def names(listed: str) -> Iterator[Table]:
    """Yield public names of the library with the first sentences of their docstrings."""
    rows = [(f"`corridor.{name}`", _first_sentence(getattr(corridor, name).__doc__)) for name in listed.split()]
    yield Table(("name", "meaning"), rows)


def _first_sentence(docstring: str) -> str:
    return " ".join(docstring.strip().partition("\n\n")[0].split())


TABLES: dict[str, Callable[..., Iterator[Table]]] = {
    "columns": columns,
    "event-kinds": event_kinds,
    "parameters": parameters,
    "priors": priors,
    "check-rules": check_rules,
    "check-forms": check_forms,
    "import-forms": import_forms,
    "standards": standards,
    "run-table": run_table,
    "names": names,
}
