"""Every command and every Python block of the manual runs, and says what the page shows."""

import tomllib

import pytest

from corridor.scenario.io.settings import read_settings
from tests.docs.blocks import DEMO, ROOT, RUN, SHOWN, blocks, pages, run_page

ALL = [block for page in pages() for block in blocks(page)]
RUN_PAGES = [page for page in pages() if page != DEMO and any(block.is_run for block in blocks(page))]
MOST_NOT_RUN = 7  # two serve a page, two need a cluster, two download all that is needed, one is for other systems


def name(page):
    """Return the name of a page for people."""
    return str(page.relative_to(ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("page", RUN_PAGES, ids=name)
def test_the_blocks_of_a_page_run_and_say_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run_page(page, tmp_path)


def test_few_blocks_are_not_run_and_each_says_why():
    not_run = [block for block in ALL if block.remark.startswith("no-run")]
    assert len(not_run) <= MOST_NOT_RUN
    for block in not_run:
        reason = block.remark.removeprefix("no-run:").strip()
        assert len(reason.split()) > 3, f"{block}: it does not say why it is not run"


def test_no_block_escapes_by_an_unknown_language():
    strange = [
        f"{block}: '{block.language}'"
        for block in ALL
        if block.language not in RUN | SHOWN and not block.remark.startswith("no-run:")
    ]
    assert strange == []


@pytest.mark.parametrize("block", [block for block in ALL if block.language == "toml"], ids=str)
def test_settings_that_a_page_shows_can_be_read(block):
    data = tomllib.loads(block.text)
    if "start" in data:
        assert read_settings(block.text)[1] == []
