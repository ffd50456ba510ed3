"""The walk from the command to the kernel that CONTRIBUTING describes is the one that the code takes."""

import ast
import re
from itertools import pairwise

import pytest

from tests.docs.blocks import ROOT

SOURCE = ROOT / "src" / "corridor"
MOST_FILES = 8
ROW = re.compile(r"^\| \d+ \| `([\w/]+\.py)` \| `(\w+)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def walk():
    """Return the files and functions of the walk, in order."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return ROW.findall(text.partition("<!-- walk begins -->")[2].partition("<!-- walk ends -->")[0])


def functions(file):
    """Return the functions and classes of a module by name."""
    tree = ast.parse((SOURCE / file).read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def imports(file):
    """Return the names that a module imports, each with its module."""
    tree = ast.parse((SOURCE / file).read_text(encoding="utf-8"))
    return {
        (node.module, alias.name) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def test_the_walk_from_the_command_to_the_kernel_is_short(walk):
    assert 1 < len(walk) <= MOST_FILES
    assert walk[0][0].startswith("cli/")
    assert walk[-1][0].startswith("engine/kernel/")


def test_each_function_of_the_walk_stands_in_the_file_named(walk):
    assert [f"{file}: {name}" for file, name in walk if name not in functions(file)] == []


def test_each_file_of_the_walk_imports_the_function_of_the_next(walk):
    broken = [
        f"{file} does not import {name} from {following}"
        for (file, _), (following, name) in pairwise(walk)
        if ("corridor." + following.removesuffix(".py").replace("/", "."), name) not in imports(file)
    ]
    assert broken == []
