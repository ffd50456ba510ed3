"""Ensemble: simulated histories with labels, checked once, saved and loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from corridor.engine.kernel.counting import MOST_COUNTED
from corridor.errors import BoundsError
from corridor.units import date_of

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.engine.compile.compile import Compiled
    from corridor.engine.program import Record

LABELS = {
    "stock": ("people present at the end of the day", "people"),
    "stock_by_group": ("people present at the end of the day, by group", "people"),
    "stock_under_five": ("children under five present at the end of the day", "people"),
    "inside": ("people who cannot leave a besieged place", "people"),
    "waiting": ("people who wait in the open overnight", "people"),
    "in_transit": ("people on the way to the place", "people"),
    "arrivals": ("people who arrive", "people/day"),
    "departures": ("people who leave", "people/day"),
    "unexplained_arrivals": ("people whom the network does not bring, and reports show", "people/day"),
    "unexplained_departures": ("people whom the network does not take, and reports show gone", "people/day"),
    "deaths": ("deaths in the place or on the way to it", "people/day"),
    "deaths_by_group": ("deaths in the place or on the way to it, by group", "people/day"),
    "cumulative_arrivals": ("people who have arrived since the start", "people"),
    "cumulative_deaths": ("deaths since the start", "people"),
    "cumulative_deaths_under_five": ("deaths of children under five since the start", "people"),
    "flow": ("people who set out along the route", "people/day"),
    "set_out": ("people who set out along the route on the days ahead", "people"),
}
"""Long name and unit of each variable."""

MEASURED_BY_PLACE = ("inside", "waiting", "in_transit", "arrivals", "departures")
"""What is recorded of each place and day, people."""

VARIABLES = ("stock", "deaths", *MEASURED_BY_PLACE, "stock_by_group", "deaths_by_group", "flow")
"""What a simulation has of each member, in order."""


@dataclass(frozen=True)
class Ensemble:
    """Simulated histories.

    Attributes
    ----------
    data
        Whole people. Dimensions member x date x place: ``stock`` and ``waiting`` (present at the
        end of the day), ``inside`` (in a besieged place), ``in_transit`` (on the way to the place),
        ``arrivals``, ``departures`` and ``deaths`` of the day (deaths there or on the way there).
        With a further dimension group: ``stock_by_group``, ``deaths_by_group``. Member x date x
        route: ``flow``, people who set out along the route that day.
    """

    data: xr.Dataset

    def save(self, path: Path) -> None:
        """Write the ensemble to a netCDF file, under a temporary name first."""
        partial = path.with_name(f".{path.name}.partial")
        encoding = {name: {"zlib": True, "complevel": 1} for name in self.data.data_vars}
        self.data.to_netcdf(partial, engine="h5netcdf", encoding=encoding)
        partial.replace(path)

    @staticmethod
    def load(path: Path) -> Ensemble:
        """Read an ensemble from a netCDF file."""
        with xr.open_dataset(path, engine="h5netcdf") as data:
            return Ensemble(data.load())


def ensemble_of(compiled: Compiled, record: Record, *, first_day: int) -> Ensemble:
    """Return the record of members with labels.

    Parameters
    ----------
    compiled
        What the indices mean.
    record
        The days that were written down.
    first_day
        Day of the calendar that the first row holds.

    Raises
    ------
    BoundsError
        More people went back and forth in a day than can be counted.
    """
    scenario = compiled.scenario
    _check_counts(record)
    members, days = record.place.shape[:2]
    start = np.datetime64(date_of(first_day, scenario.start), "ns")
    coords = {
        "member": np.arange(members),
        "date": start + np.arange(days) * np.timedelta64(1, "D"),
        "place": [place.place for place in scenario.places],
        "group": [group.group for group in scenario.groups],
        "route": [route.route for route in compiled.layout.routes],
    }
    place, group = ("member", "date", "place"), ("member", "date", "place", "group")
    variables = {name: (place, np.array(record.place[name])) for name in MEASURED_BY_PLACE}
    data = xr.Dataset(
        {
            "stock": (place, record.group["stock"].sum(3, dtype=np.int32)),
            "deaths": (place, record.group["deaths"].sum(3, dtype=np.int32)),
            **variables,
            "stock_by_group": (group, np.array(record.group["stock"])),
            "deaths_by_group": (group, np.array(record.group["deaths"])),
            "flow": (("member", "date", "route"), record.flow),
        },
        coords=coords,
        attrs={"scenario": scenario.name},
    )
    return Ensemble(labelled(data))


def _check_counts(record: Record) -> None:
    counts = (record.place["arrivals"], record.place["departures"], record.flow)
    if any(values.max(initial=0) >= MOST_COUNTED for values in counts):
        message = (
            f"more people arrive at a place, or leave it, in one day than can be counted, {MOST_COUNTED:,}: who goes "
            "back and forth is counted each time. Check the populations in places.csv and the shortest routes."
        )
        raise BoundsError(message)


def labelled(data: xr.Dataset) -> xr.Dataset:
    """Return the data with a long name and a unit at each variable that is known by its name."""
    named = data.copy()
    for name in LABELS.keys() & named.variables.keys():
        named.variables[name].attrs.update(zip(("long_name", "units"), LABELS[name], strict=True))
    return named
