"""The rules that tables must obey together, each with its id, gathered in :data:`RULES`."""

from __future__ import annotations

from corridor.errors import Problem
from corridor.scenario.draft import Draft, Rule

RULES: tuple[Rule, ...] = ()
"""Every rule across tables, in the order of their ids."""


def check(draft: Draft) -> list[Problem]:
    """Return everything that breaks a rule."""
    return [problem for rule in RULES for problem in rule.problems(draft)]
