"""What several folders of tests share."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]

# The first example of a property may wait for the compiler, which says nothing about the property.
settings.register_profile("corridor", deadline=None)
settings.load_profile("corridor")


SHARING = (
    *("tests/cli/", "tests/report/", "tests/serve/"),
    *("tests/docs/test_site.py", "tests/recovery/test_no_peeking.py"),
)
"""Folders and files whose tests share what takes time to make."""


class ShareFixtures(LoadScopeScheduling):
    """Sends tests that share a fixture to the same worker, so that it is made once; all others to whoever is free."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        shared = next((place for place in SHARING if file.startswith(place)), None)
        return shared or (file if has_own_fixtures(file) else nodeid)


@cache
def has_own_fixtures(file):
    """Return whether a file has fixtures that are made once for all of its tests."""
    path = ROOT / file
    return path.suffix == ".py" and 'scope="module"' in path.read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Return who decides which worker runs which test (groups by mark are lost on pytest 9.2 with xdist 3.8)."""
    return ShareFixtures(config, log)


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
