"""Members in a file: what is written does not depend on how they come, and is read again by place."""

import numpy as np
import pytest
import xarray as xr

from corridor.engine.run.ensemble import Ensemble
from corridor.runs import members_file
from corridor.runs.members_file import read_by_place, regrouped, written

MEMBERS, DAYS, PLACES = 11, 6, ["a", "b", "c", "d", "e"]


@pytest.fixture
def members():
    counts = np.random.default_rng(1).integers(0, 1_000, (MEMBERS, DAYS, len(PLACES)), dtype=np.int32)
    dates = np.datetime64("2031-01-01", "ns") + np.arange(DAYS) * np.timedelta64(1, "D")
    return xr.Dataset(
        {
            "stock": (("member", "date", "place"), counts, {"units": "people"}),
            "flow": (("member", "date", "route"), counts[..., :2].copy()),
        },
        coords={"member": np.arange(MEMBERS), "date": dates, "place": PLACES, "route": ["a>b", "b>c"]},
        attrs={"scenario": "five places"},
    )


def in_blocks(data, size):
    for first in range(0, data.sizes["member"], size):
        yield data.isel(member=slice(first, first + size))


@pytest.mark.parametrize("size", [1, 3, 4, 11, 20])
def test_blocks_are_regrouped_without_a_loss(members, size):
    groups = list(regrouped(in_blocks(members, 3), size))
    assert [group.sizes["member"] for group in groups[:-1]] == [size] * (len(groups) - 1)
    assert xr.concat(groups, "member", data_vars="minimal").identical(members)


@pytest.mark.parametrize("size", [1, 2, 5, 11])
def test_the_file_is_the_same_bytes_in_whatever_blocks_members_come(members, size, tmp_path):
    for name, block in (("one", MEMBERS), ("two", size)):
        given = list(written(tmp_path / name, in_blocks(members, block), MEMBERS, 4))
        assert [group.sizes["member"] for group in given] == [4, 4, 3]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert Ensemble.load(tmp_path / "one").data.identical(members)


@pytest.mark.parametrize("read_bytes", [1, members_file.NUMBER_BYTES * MEMBERS * DAYS * 2, 1 << 28])
def test_all_members_are_read_again_by_place(members, read_bytes, tmp_path, monkeypatch):
    monkeypatch.setattr(members_file, "READ_BYTES", read_bytes)
    list(written(tmp_path / "file", in_blocks(members, 2), MEMBERS, 3))
    parts = list(read_by_place(tmp_path / "file", PLACES[1:]))
    assert xr.concat(parts, "place").stock.identical(members.stock.sel(place=PLACES[1:]))
    assert len(parts) == {1: 4, 1 << 28: 1}.get(read_bytes, 2)


def test_no_place_is_read_where_none_is_wanted(members, tmp_path):
    list(written(tmp_path / "file", [members], MEMBERS, MEMBERS))
    assert list(read_by_place(tmp_path / "file", [])) == []
