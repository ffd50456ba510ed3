"""The manual as HTML, built once for the tests that look at it."""

import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def site(root, tmp_path_factory):
    """Return the folder of the built manual; warnings of the builder are errors."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-d", folder / "cache"]
    done = subprocess.run(  # noqa: S603 - our own manual
        [*map(str, command), "-b", "html", str(root / "docs"), str(folder / "html")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"
