"""Sums over several days, from the members: quantiles of single days cannot give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor.errors import RunError
from corridor.report.facts.series import Estimate
from corridor.runs.folder import ENSEMBLE
from corridor.scenario.observations import Measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from corridor.report.facts.series import SeriesTable

LEVELS = (0.1, 0.5, 0.9)


def arrivals_between(folder: Path, series: SeriesTable, place: str, days: tuple[date, date]) -> Estimate | None:
    """Return how many arrive at a place from the day after the first to the last of two days.

    It is counted in the members where the RUN folder has them. Where it has not, it is the growth
    of the cumulative arrivals over their likely value on the first day; that is too wide by what is
    not known about the past.

    Raises
    ------
    RunError
        The file of members is damaged.
    """
    counted = _counted(folder / ENSEMBLE, Measure.ARRIVALS, place, days)
    return counted or _from_cumulative(series, place, days)


class Passing(NamedTuple):
    """How likely it is that a number is passed, and the middle of the days on which that first happens."""

    fraction: float
    likely_day: date | None


def chance_above(folder: Path, place: str, people: Sequence[float]) -> Passing | None:
    """Return how likely more people than a number for each day ahead are at a place; None without members.

    Where the days of the members are others, it is None too.

    Raises
    ------
    RunError
        The file of members is damaged.
    """
    import numpy as np  # noqa: PLC0415 - one second that only this needs
    import xarray as xr  # noqa: PLC0415

    path = folder / ENSEMBLE
    if not path.is_file():
        return None
    try:
        with xr.open_dataset(path, engine="h5netcdf") as data:
            stock = data[str(Measure.STOCK)].sel(place=place).transpose("member", "date").to_numpy()
            days = data["date"].values.astype("datetime64[D]").tolist()
    except (OSError, KeyError, ValueError) as error:
        message = f"{path} cannot be read: {error}. Run the forecast again."
        raise RunError(message) from error
    if len(days) != len(people):
        return None
    above = stock > np.array(people)
    is_passed = above.any(axis=1)
    first = above[is_passed].argmax(axis=1)
    return Passing(float(is_passed.mean()), days[int(np.median(first))] if first.size else None)


def _counted(path: Path, measure: Measure, place: str, days: tuple[date, date]) -> Estimate | None:
    if not path.is_file():
        return None
    import numpy as np  # noqa: PLC0415 - one second that only this sum needs
    import xarray as xr  # noqa: PLC0415

    try:
        with xr.open_dataset(path, engine="h5netcdf") as data:
            if measure not in data or place not in data["place"].values:
                return None
            when = data["date"].values.astype("datetime64[D]")
            is_chosen = (when > np.datetime64(days[0])) & (when <= np.datetime64(days[1]))
            if is_chosen.sum() != (days[1] - days[0]).days:
                return None
            total = data[str(measure)].sel(place=place).isel(date=is_chosen).sum("date")
            low, likely, high = total.quantile(LEVELS, dim="member").values.tolist()
    except (OSError, KeyError, ValueError) as error:
        message = f"{path} cannot be read: {error}. Run the forecast again."
        raise RunError(message) from error
    return Estimate(low, likely, high)


def _from_cumulative(series: SeriesTable, place: str, days: tuple[date, date]) -> Estimate | None:
    cumulative = series.find(Measure.CUMULATIVE_ARRIVALS, place)
    if cumulative is None:
        return None
    before, after = cumulative.at(days[0], 0.5), cumulative.estimate(days[1], LEVELS[0], LEVELS[2])
    if before is None or after is None:
        return None
    return after.minus(Estimate(before, before, before))
