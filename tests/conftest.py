"""What several folders of tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# The first example of a property may wait for the compiler, which says nothing about the property.
settings.register_profile("corridor", deadline=None)
settings.load_profile("corridor")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Send tests that share what takes time to make to the same worker, so that it is made once."""
    for item in items:
        group = shared_by(item)
        if group is not None and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group))


def shared_by(item):
    """Return the folder or the file whose fixtures a test shares with others; None for a test by itself."""
    used = [found[-1] for found in item._fixtureinfo.name2fixturedefs.values()]  # noqa: SLF001 - pytest has no other way
    of_folders = [one.baseid for one in used if one.scope == "session" and one.baseid.count("/") > 0]
    of_file = [one.baseid for one in used if one.scope == "module"]
    return next(iter([*sorted(of_folders), *of_file]), None)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data(root: Path) -> Path:
    """Return the folder of published figures that lies beside the repository, or skip."""
    folder = root.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder shared/data beside the repository is absent")
    return folder
