"""A small sound scenario folder that tests may spoil."""

import shutil

import pytest


@pytest.fixture
def folder(root, tmp_path):
    """Return a fresh copy of the siege template."""
    return shutil.copytree(root / "src" / "corridor" / "bundled" / "templates" / "siege", tmp_path / "siege")


@pytest.fixture
def edit(folder):
    """Return what replaces text in a file of the folder, the first time it occurs."""

    def replace(file, old, new):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return replace
