"""The words of the glossary in CONTRIBUTING: a name that we do not use must not come back in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "corridor"
PAGE = ROOT / "CONTRIBUTING.md"
MOST_LINES = 40
PUBLIC = {"totals_given", "whole_way", "unseen_sd"}
"""Options and parameters whose names users write: they may hold a word that is avoided elsewhere."""
PENDING: set[str] = {
    "asked",
    "alike",
    "found",
    "said",
    "told",
    "unseen",
    "way",
    "world",
}
"""Words that still stand in rooms not cleaned yet."""

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def rows(page: str) -> list[str]:
    """Return the rows of the glossary, without its head."""
    table = page.partition("<!-- glossary begins -->")[2].partition("<!-- glossary ends -->")[0]
    return [line for line in table.splitlines() if line.startswith("|")][2:]


def avoided(page: str) -> set[str]:
    """Return the names in the second column."""
    return {name for row in rows(page) for name in re.findall(r"`(\w+)`", row.split("|")[2])}


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and identifier of all that a module defines: functions, classes, parameters, variables."""
    for node in ast.walk(tree):
        if isinstance(node, (*FUNCTION, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.lineno, node.asname
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.lineno, node.name


def breaks(identifier: str, words: set[str]) -> set[str]:
    """Return the words that the identifier consists of or has among its snake_case parts.

    A word in lower case stands for a part, or for several in a row; one with a capital stands for a whole class name.
    """
    plain = f"_{identifier.strip('_')}_"
    for name in PUBLIC:
        plain = plain.replace(f"_{name}_", "__")
    return {word for word in words if (word == identifier if word[0].isupper() else f"_{word}_" in plain)}


def offences(name: str, source: str, words: set[str]) -> list[str]:
    """Return one sentence for each name of a module that is not to be used, that of the module itself included."""
    own = [(1, part) for part in Path(name).with_suffix("").parts]
    every = sorted({*own, *names(ast.parse(source))})
    return [f"{name}, line {line}: {one}" for line, one in every if breaks(one, words)]


def test_no_name_that_the_glossary_avoids_is_used_in_the_code():
    words = avoided(PAGE.read_text(encoding="utf-8")) - PENDING
    assert words
    offending = [
        offence
        for path in sorted(SOURCE.rglob("*.py"))
        for offence in offences(path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8"), words)
    ]
    assert offending == []


def test_the_glossary_is_short():
    assert 0 < len(rows(PAGE.read_text(encoding="utf-8"))) <= MOST_LINES


@pytest.mark.parametrize(
    "source",
    [
        "def told(): ...",
        "def as_told_by(a): ...",
        "def f(told): ...",
        "def f(*, told_by=1): ...",
        "told = 1",
        "for told, a in b: ...",
        "c = [told for told in d]",
        "x.told = 1",
        "import a as told",
        "with a as told: ...",
        "if (told := 1): ...",
        "match a:\n    case told: ...",
        "class Teller: ...",
        "def f(): _told = 1",
    ],
)
def test_a_name_is_caught_wherever_it_is_defined(source):
    assert len(offences("module.py", source, {"told", "Teller"})) == 1


def test_the_name_of_a_module_is_read_too():
    assert offences("cli/telling.py", "", {"telling"}) == ["cli/telling.py, line 1: telling"]


def test_a_word_within_another_and_a_word_in_a_text_are_no_offence():
    source = "def untold(retold, foundation): return 'told'  # told\nmove_chance = x.told\nclass Walker: ..."
    assert offences("module.py", source, {"told", "found", "Chance", "Walk"}) == []


def test_a_public_name_with_such_a_word_stays_and_the_word_alone_does_not():
    assert offences("backtest/totals_given.py", "totals_given_page = 1\ngiven = 2", {"given"}) == [
        "backtest/totals_given.py, line 2: given"
    ]


def test_several_parts_in_a_row_are_one_word():
    assert breaks("let_in_reports", {"let_in"}) == {"let_in"}
    assert breaks("outlet_inside", {"let_in"}) == set()
