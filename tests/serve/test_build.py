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
