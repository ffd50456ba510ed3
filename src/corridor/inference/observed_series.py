"""From the record of the days to the quantities that reports are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Floats, Record, ShortFloats
    from corridor.inference.observation_model import ObservedSeries


def daily(compiled: Compiled, record: Record, series: ObservedSeries) -> Floats:
    """Return a series for each member and day of a record, shape (m, t), people.

    Flows of several places counted together are flows across the border of the set: what moves
    between its places is taken out on the day it sets out.
    """
    scenario = compiled.scenario
    index = scenario.place_index
    where = [index[place] for place in series.places]
    if series.measure in {Measure.STOCK, Measure.DEATHS}:
        by_group = record.group[series.measure.value]
        groups = [g for g, row in enumerate(scenario.groups) if series.group in {None, row.group}]
        counted: Floats = by_group[:, :, where][..., groups].sum((2, 3)).astype(np.float64)
        return counted
    flow: Floats = record.place[series.measure.value][:, :, where].sum(2).astype(np.float64)
    if series.measure in {Measure.ARRIVALS, Measure.DEPARTURES} and len(where) > 1:
        inner = [
            r
            for r, route in enumerate(compiled.layout.routes)
            if route.origin in series.places and route.destination in series.places
        ]
        flow -= record.flow[:, :, inner].sum(2)
    return flow.clip(min=0.0)


def counted_until(day: int, history: ShortFloats, series: Sequence[ObservedSeries]) -> Floats:
    """Return what there is of each series on a day, or for flows what there has been, shape (m, series), people.

    Parameters
    ----------
    day
        The last day.
    history
        Shape (m, t, series).
    series
        Which.
    """
    is_flow = np.array([one.measure.is_flow for one in series], dtype=np.bool_)
    until = history[:, : day + 1]
    return np.where(is_flow, until.sum(1, dtype=np.float64), until[:, -1])
