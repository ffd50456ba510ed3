"""For whom alone the needs of new arrivals are counted: those who come by ways that the scenario states."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from corridor.needs.standards import BUNDLED, GAP, load_standards
from corridor.report.languages.language import translatable

if TYPE_CHECKING:
    from corridor.report.facts.context import ReportContext

BY_STATED_WAYS = translatable("only for those who arrive by stated ways")


def arrivals_remark(context: ReportContext, item: str) -> str:
    """Return for whom alone an item is counted; nothing where it is for everybody, or arrivals are what was counted."""
    is_for_some = context.run.scenario.has_mechanism and item.removesuffix(GAP) in _for_new_arrivals()
    return context.language.term(BY_STATED_WAYS) if is_for_some else ""


@cache
def _for_new_arrivals() -> frozenset[str]:
    """Return the items of the bundled standards that are for new arrivals; their names are those of the page, too."""
    rows = load_standards(next(iter(BUNDLED))).items
    return frozenset(row.item for row in rows if row.applies_to == "new_arrivals")
