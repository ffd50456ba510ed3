"""The page is built from what is pinned, and whoever has not built it is told how."""

import json
import re

import pytest

from corridor.errors import UsageError
from corridor.serve import start


def test_the_lock_of_the_page_names_no_registry(root):
    text = (root / "web" / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert [name for name, row in packages.items() if "resolved" in row] == []
    assert re.findall(r"registry", text) == []
    assert [name for name, row in packages.items() if name and not row["integrity"].startswith("sha512-")] == []


def test_the_page_pins_what_it_is_built_from(root):
    package = json.loads((root / "web" / "package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_page_has_no_inline_script_and_no_style_in_its_elements(root):
    page = (root / "web" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|https?://", page) == []


def test_a_page_that_is_not_built_says_how_to_build_it(monkeypatch, tmp_path):
    monkeypatch.setattr(start, "files", lambda _: tmp_path)
    with pytest.raises(UsageError, match="make page"):
        start.assets()


@pytest.fixture
def built(monkeypatch, tmp_path):
    """Pretend that the page is built."""
    monkeypatch.setattr(start, "files", lambda _: tmp_path)
    (tmp_path / "serve" / "static").mkdir(parents=True)
    (tmp_path / "serve" / "static" / "index.html").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(host, *names):
    """Return the settings of a server at an address."""
    return start.settings_for(
        None, start.Address(host, 8000), names=names, runs=start.Path("runs"), members=100, workers=1
    )


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_needs_no_token(host):
    access = settings(host).access
    assert access.token is None
    assert {"127.0.0.1", "localhost", "[::1]"} <= access.hosts


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("host", ["192.168.1.20", "fd00::20", "0.0.0.0", "::"])  # noqa: S104 - nothing is bound
def test_every_other_address_gets_a_token_of_its_own_in_the_part_that_no_server_sees(host):
    one, other = settings(host, "Planner.Example"), settings(host)
    assert one.access.token != other.access.token
    assert len(one.access.token) >= 32
    assert "planner.example" in one.access.hosts
    assert host in {"0.0.0.0", "::"} or start.Address(host, 8000).url[7:-6] in one.access.hosts  # noqa: S104
    assert not {"0.0.0.0", "::", "[::]"} & one.access.hosts  # noqa: S104 - nothing is bound
    address = start.page_address("baghouz-2019", start.Address(host, 8000), one)
    assert address.partition("#")[2] == f"scenario=baghouz-2019&token={one.access.token}"
