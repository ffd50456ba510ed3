"""Members written into a file as they come, and read from it by place: more of them than memory holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

CHUNK_BYTES = 1 << 17
"""Of a variable, written together: some members, all days, a few places."""

COMPRESSED = {"compression": "gzip", "compression_opts": 1, "shuffle": True}

READ_BYTES = 1 << 28
NUMBER_BYTES = 80
"""Memory that is taken when places are read, and what a number for each of their days takes: variables as they are
recorded, totals since the start, and the floating-point copies of one."""


def written(path: Path, parts: Iterable[xr.Dataset], total: int, size: int) -> Iterator[xr.Dataset]:
    """Write blocks of members to a netCDF file, and yield each, regrouped, once it is written.

    The file depends on the members and on the size of groups, and not on the blocks in which they come.

    Parameters
    ----------
    path
        The file.
    parts
        Blocks of members, in order.
    total
        Members in all.
    size
        Members in a group, which are held in memory together.
    """
    done = 0
    for group in regrouped(parts, size):
        if done == 0:
            _begin(path, group, total)
        _put(path, group, done)
        done += group.sizes["member"]
        yield group


def regrouped(parts: Iterable[xr.Dataset], size: int) -> Iterator[xr.Dataset]:
    """Yield blocks of members as groups of a size, the last of which may be smaller."""
    held: list[xr.Dataset] = []
    for part in parts:
        held.append(part)
        while sum(one.sizes["member"] for one in held) >= size:
            whole = _together(held)
            yield whole.isel(member=slice(size))
            held = [whole.isel(member=slice(size, None))]
    if any(one.sizes["member"] for one in held):
        yield _together(held)


def read_by_place(path: Path, places: Sequence[str]) -> Iterator[xr.Dataset]:
    """Yield all members at a few places, then at the next few, so many that memory holds them.

    Parameters
    ----------
    path
        The file.
    places
        Places, in the order of the file.
    """
    with xr.open_dataset(path, engine="h5netcdf", cache=False) as data:
        size = max(1, READ_BYTES // (NUMBER_BYTES * data.sizes["member"] * data.sizes["date"]))
        for first in range(0, len(places), size):
            yield data.drop_dims("route", errors="ignore").sel(place=list(places[first : first + size])).load()


def _together(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    if len(parts) == 1:
        return parts[0]
    return xr.concat(parts, dim="member", data_vars="minimal", coords="minimal", compat="override", join="override")


def _begin(path: Path, group: xr.Dataset, total: int) -> None:
    """Write the file with its coordinates, and variables without values."""
    import h5netcdf  # noqa: PLC0415 - loads HDF5

    empty = group.drop_vars(list(group.data_vars)).assign_coords(member=np.arange(total))
    empty.to_netcdf(path, engine="h5netcdf")
    with h5netcdf.File(path, "a") as file:
        for name, row in group.data_vars.items():
            variable = file.create_variable(str(name), row.dims, row.dtype, chunks=_chunks(row), **COMPRESSED)
            variable.attrs.update(row.attrs)


def _chunks(row: xr.DataArray) -> tuple[int, ...]:
    """Return how much of a variable stands together: what is written at once, of as few places as is sensible."""
    members, days, places = row.shape[:3]
    days = min(days, max(1, CHUNK_BYTES // (row.dtype.itemsize * members)))
    few = max(1, CHUNK_BYTES // (row.dtype.itemsize * members * days))
    return (members, days, min(places, few), *row.shape[3:])


def _put(path: Path, group: xr.Dataset, first: int) -> None:
    import h5netcdf  # noqa: PLC0415 - loads HDF5

    with h5netcdf.File(path, "a") as file:
        for name, row in group.data_vars.items():
            file.variables[str(name)][first : first + row.shape[0]] = row.to_numpy()
