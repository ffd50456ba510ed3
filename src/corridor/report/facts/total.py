"""People at all sites together, where that tells nothing of a site with too few people to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor.report.facts.context import EVERYWHERE
from corridor.report.facts.series import HIGH, LOW
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from datetime import date

    from corridor.report.facts.context import ReportContext
    from corridor.report.facts.series import Estimate

FEWEST_SITES = 2


def sites(context: ReportContext) -> tuple[str, ...]:
    """Return the sites that anybody is at, before or after the origin: camps, transit, screening, reception."""
    kinds = {row.place: row.kind for row in context.run.scenario.places}
    series = context.series.places(Measure.STOCK)
    return tuple(row.place for row in series if row.place in kinds and kinds[row.place].is_site)


def people_in_all(context: ReportContext, when: date) -> Estimate | None:
    """Return the people at all sites on a day; None for a single site, or where a hidden site could be worked out.

    Parameters
    ----------
    context
        The run.
    when
        The day.
    """
    places = sites(context)
    whole = context.series.find(Measure.STOCK, EVERYWHERE)
    total = whole.estimate(when, LOW, HIGH) if whole else None
    if total is None or len(places) < FEWEST_SITES:
        return None
    likely = [context.series.rows[Measure.STOCK, place].at(when, 0.5) or 0.0 for place in places]
    hidden = [people for people in likely if context.guard.hides(people)]
    rest = total.likely - sum(people for people in likely if not context.guard.hides(people))
    return None if hidden and abs(rest) < context.guard.below else total
