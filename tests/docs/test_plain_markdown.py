"""The manual reads as plain Markdown where nobody builds it, and its tables are those of the code."""

import re

import pytest

from tests.docs.blocks import pages
from tools.reference_tables import Table
from tools.write_reference import markdown, written

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def test_tables_of_the_reference_are_those_of_the_code():
    stale = [page.name for page in pages() if written(text := page.read_text(encoding="utf-8")) != text]
    assert stale == [], "run: python -m tools.write_reference"


def test_no_page_shows_a_directive_that_only_a_build_understands():
    sign = re.compile(r"^(?:`{3,}|:{3,})\{|\{[a-z]+\}`", re.MULTILINE)
    shown = {page.name: COMMENT.sub("", page.read_text(encoding="utf-8")) for page in pages()}
    assert [name for name, text in shown.items() if sign.search(text)] == []


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("a | b", r"a \| b"),
        ("`a|b` of $5 * 2", r"`a\|b` of \$5 \* 2"),
        ("<script> [1]", r"\<script> \[1\]"),
        ("see https://example.org/x", "see [link](https://example.org/x)"),
    ],
)
def test_a_cell_is_taken_for_nothing_but_text(cell, words):
    assert markdown(Table(("head",), [(cell,)])).splitlines()[-1] == f"| {words} |"
