"""What an installer and a stranger's machine rely on."""

import re
import tomllib
from pathlib import Path

import pytest

import corridor

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))


def pins(lock: Path) -> dict[str, str]:
    """Return the pinned version of each package of a lock file."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_lock_files():
    assert {lock.name for lock in LOCKS} >= {"requirements.lock", "requirements-test.lock"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_no_path(lock):
    allowed = re.compile(r"[a-z0-9][a-z0-9._-]*==[^/:@]+\\| {4}--hash=sha256:[0-9a-f]{64}( \\)?")
    assert [line for line in lock.read_text(encoding="utf-8").splitlines() if not allowed.fullmatch(line)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_lock_has_a_hash(lock):
    text = lock.read_text(encoding="utf-8")
    assert len(re.findall(r"^[a-z0-9].*\\\n    --hash=", text, re.MULTILINE)) == len(pins(lock))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_agree_on_what_they_share(lock):
    core = pins(ROOT / "requirements.lock")
    assert {name: pins(lock)[name] for name in core} == core


def test_every_core_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[A-Za-z0-9_-]+", wanted)[0].lower() for wanted in project["dependencies"]}
    assert names <= set(pins(ROOT / "requirements.lock"))


def test_the_version_is_the_same_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_types_ship_with_the_package():
    assert (ROOT / "src" / "corridor" / "py.typed").is_file()


def test_a_notebook_can_complete_the_public_names_before_their_first_use():
    assert set(corridor.__all__) <= set(dir(corridor))
