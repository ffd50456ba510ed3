"""The rules that tables must obey together, each with its id, gathered in :data:`RULES`."""

from __future__ import annotations

from corridor.errors import Problem
from corridor.scenario import rules_events, rules_places, rules_reports, rules_settings, rules_ways
from corridor.scenario.draft import Draft, Rule

RULES: tuple[Rule, ...] = (
    *rules_places.RULES,
    *rules_events.RULES,
    *rules_ways.RULES,
    *rules_reports.RULES,
    *rules_settings.RULES,
)
"""Every rule across tables, in the order of their ids."""


def check(draft: Draft) -> list[Problem]:
    """Return everything that breaks a rule, rule by rule."""
    return [problem for rule in RULES for problem in rule.problems(draft)]
