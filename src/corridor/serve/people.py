"""People at each place on each day ahead, member by member, as plain arrays: what is drawn is worked out from these."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.engine.run.ensemble import MEASURED_BY_PLACE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corridor.engine.program import Floats, Ints
    from corridor.inference.reprojection import Projected, Reprojection

NEEDED = ("stock", "waiting", "arrivals")
"""Measures that needs are worked out from."""

_DIMENSIONS = ("member", "date", "place")


@dataclass(frozen=True)
class People:
    """People on the days ahead.

    Attributes
    ----------
    days
        Days ahead, (t,).
    places
        Place ids, (p,).
    of
        Whole people by measure, (m, t, p): people present, or people a day.
    routes
        Ids of directed routes, (r,).
    flow
        People a day who set out on each, (m, t, r).
    """

    days: tuple[dt.date, ...]
    places: tuple[str, ...]
    of: Mapping[str, Ints]
    routes: tuple[str, ...]
    flow: Ints

    @property
    def members(self) -> int:
        """Return how many members there are."""
        return self.of["stock"].shape[0]

    def first(self, members: int | None) -> People:
        """Return the first so many members; None is all."""
        few = {name: values[:members] for name, values in self.of.items()}
        return replace(self, of=few, flow=self.flow[:members])

    def samples(self) -> xr.Dataset:
        """Return what needs are worked out from, with labels."""
        days = np.array(self.days, dtype="datetime64[ns]")
        coords = {"member": np.arange(self.members), "date": days, "place": list(self.places)}
        return xr.Dataset({name: (_DIMENSIONS, self.of[name]) for name in NEEDED}, coords=coords)


def people_of(samples: xr.Dataset, measures: Sequence[str]) -> People:
    """Return some measures of a forecast's samples, which do not hold who set out on which route."""
    of = {name: samples[name].transpose(*_DIMENSIONS).to_numpy() for name in measures}
    none = np.zeros((*of["stock"].shape[:2], 0), dtype=np.int64)
    return People(days_of(samples), tuple(samples.place.values.tolist()), of, (), none)


def people_ahead(projected: Projected, projection: Reprojection) -> People:
    """Return the people of projected histories; they stay when the projection is run again."""
    record, posterior = projected.record, projection.posterior
    members = record.place.shape[0]
    deaths = record.group["deaths"].sum(3, dtype=np.int64)
    died = posterior.died[projection.rows[:members]].sum(2)
    of = {
        "stock": record.group["stock"].sum(3, dtype=np.int64),
        "deaths": deaths,
        "cumulative_deaths": deaths.cumsum(1) + died[:, None],
        **{name: record.place[name].astype(np.int64) for name in MEASURED_BY_PLACE},
    }
    ahead = range(1, projection.horizon_days + 1)
    days = tuple(posterior.as_of + dt.timedelta(days=day) for day in ahead)
    return People(
        days=days,
        places=tuple(row.place for row in projected.compiled.scenario.places),
        of=of,
        routes=tuple(row.route for row in projected.compiled.layout.routes),
        flow=record.flow.astype(np.int64),
    )


def days_of(data: xr.Dataset) -> tuple[dt.date, ...]:
    """Return the days of a table with labels."""
    return tuple(data.date.values.astype("datetime64[D]").tolist())


def quantiles(values: Ints, levels: Sequence[float]) -> Floats:
    """Return quantiles of columns, (level, column), as ``numpy.quantile`` has them, in a fraction of its time.

    Parameters
    ----------
    values
        (m, column).
    levels
        Between 0 and 1.
    """
    columns = np.ascontiguousarray(values.T)
    at = (columns.shape[1] - 1) * np.asarray(levels)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, columns.shape[1] - 1)
    columns.partition(np.unique(np.concatenate([below, above])), axis=1)
    low, high, share = columns[:, below].T, columns[:, above].T, (at - below)[:, None]
    between: Floats = np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1 - share))  # noqa: PLR2004 - rounds as numpy does
    return between
