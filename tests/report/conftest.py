"""Reports that several tests read."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from corridor.report.facts.context import PageOptions
from corridor.report.pages.report_page import write_report
from tests.report.synthetic import make_run

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory) -> Path:
    """Return a RUN folder of an invented siege."""
    return make_run(tmp_path_factory.mktemp("run") / "RUN")


@pytest.fixture(scope="session")
def html(run_folder) -> str:
    """Return the report of that folder."""
    return write_report(run_folder, out=run_folder.parent / "page.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def page_in(run_folder, html) -> Callable[[str], str]:
    """Return what gives the report of that folder in a language; each is written once."""

    @cache
    def written(code: str) -> str:
        if code == "en":
            return html
        out = run_folder.parent / f"page-{code}.html"
        return write_report(run_folder, PageOptions(language=code), out=out).read_text(encoding="utf-8")

    return written


@pytest.fixture(params=["en", "fr", "ar"])
def page(request, page_in) -> str:
    """Return the report of that folder in each language."""
    return page_in(request.param)


@pytest.fixture(scope="session")
def hostile_html(tmp_path_factory) -> str:
    """Return the report of a scenario whose names and addresses try to become code."""
    folder = make_run(
        tmp_path_factory.mktemp("hostile") / "RUN",
        camp=HOSTILE,
        source=f"{HOSTILE} & </script><img src=x onerror=alert(2)>",
        url="javascript:alert(3)",
    )
    return write_report(folder).read_text(encoding="utf-8")
