"""The rules that tables must obey together, each with its id, gathered in :data:`RULES`."""

from __future__ import annotations

from corridor.errors import Problem
from corridor.scenario.checks import events, exits, places, reports, settings
from corridor.scenario.draft import Draft, Rule
from corridor.scenario.io.cells import EARLIEST, LATEST
from corridor.scenario.io.tables import MAX_CELL, MAX_ROWS
from corridor.scenario.io.texts import MAX_BYTES, MAX_SETTINGS_BYTES

RULES: tuple[Rule, ...] = (
    *places.RULES,
    *events.RULES,
    *exits.RULES,
    *reports.RULES,
    *settings.RULES,
)
"""Every rule across tables, in the order of their ids."""

FORMS: dict[str, str] = {
    "F001": "scenario.toml, places.csv, routes.csv, events.csv and observations.csv are there.",
    "F002": "Each of them is a plain file that can be opened.",
    "F003": f"A table has at most {MAX_BYTES:,} bytes, scenario.toml and README.md {MAX_SETTINGS_BYTES:,}.",
    "F004": "No file is empty.",
    "F005": "No file is binary.",
    "F006": "Files are UTF-8, with or without a byte-order mark.",
    "F007": "The folder exists.",
    "T001": "Commas or semicolons stand between columns.",
    "T002": "Columns are those of the table, or begin with x_.",
    "T003": "No required column is missing.",
    "T004": "No column stands twice.",
    "T005": "Quotes are closed, and doubled inside a quoted cell.",
    "T006": f"A cell has at most {MAX_CELL:,} characters.",
    "T007": "Each row has as many cells as the header.",
    "T008": f"A table has at most {MAX_ROWS:,} rows.",
    "T009": "places.csv has a row.",
    "T010": "Each column has a name.",
    "T011": "HXL tags are well formed, and tags of dates and coordinates stand above such columns.",
    "T012": "No text holds a control character.",
    "V001": "What is required is not blank.",
    "V002": "Numbers are digits, without separators, with a point before decimals.",
    "V003": "People are whole.",
    "V004": "Dates have the form 2019-03-03 and exist.",
    "V005": f"Dates lie from {EARLIEST} to {LATEST}.",
    "V006": "Words for kinds, measures, qualifiers, uses, grades and presets are those listed.",
    "V007": "Yes and no are true and false.",
    "V008": "Ids are lower-case words joined by underscores; countries are ISO 3166-1 alpha-3.",
    "V009": "Text, numbers and dates of scenario.toml stand where they belong.",
    "V010": "Numbers lie within the bounds of their column.",
    "M001": "scenario.toml is TOML.",
    "M002": "Keys of scenario.toml are those listed.",
    "M003": "Tables and lists of scenario.toml stand where they belong.",
    "M004": "Parameters are those of the reference.",
    "M005": "The name of a parameter with its subject is quoted.",
    "M006": "A prior is fixed, lognormal, normal, uniform or beta.",
}
"""What files, tables, values and settings must be before the rules can look, by the id of the problem."""


def check(draft: Draft) -> list[Problem]:
    """Return everything that breaks a rule, rule by rule."""
    return [problem for rule in RULES for problem in rule.problems(draft)]
