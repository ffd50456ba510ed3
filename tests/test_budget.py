"""The size that a reader is asked to take in: short functions, short modules, few parameters, a docstring each."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "corridor"
FUNCTION_LINES = 40
MODULE_LINES = 300
PARAMETERS = 6
NOT_COUNTED = {"workers", "progress"}  # how a thing runs, not what is computed: the answer is the same without them

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTED = (ast.Module, ast.ClassDef, *FUNCTION)
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def docstring_lines(tree: ast.AST) -> set[int]:
    """Return the numbers of the lines that docstrings fill."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            found |= set(range(text.lineno, text.end_lineno + 1))
    return found


def code_lines(source: str, tree: ast.Module) -> set[int]:
    """Return the numbers of the lines that hold a token other than comment, docstring and blank."""
    held = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            held |= set(range(token.start[0], token.end[0] + 1))
    return held - docstring_lines(tree)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function, inner ones and methods included."""
    yield from (node for node in ast.walk(tree) if isinstance(node, FUNCTION))


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Return the names of the parameters that count: without self and cls, and those of how it runs."""
    a = function.args
    starred = [arg for arg in (a.vararg, a.kwarg) if arg is not None]
    names = [arg.arg for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs, *starred)]
    own = names[1:] if names[:1] in (["self"], ["cls"]) else names
    return [name for name in own if name not in NOT_COUNTED]


def is_overload(node: ast.AST) -> bool:
    """Whether the function only declares one of several types and has no body of its own."""
    return any(ast.unparse(mark).split(".")[-1] == "overload" for mark in getattr(node, "decorator_list", []))


def public(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield the public classes, functions and methods below a module, by dotted name."""
    for child in node.body:
        if isinstance(child, (ast.ClassDef, *FUNCTION)) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{prefix}{child.name}.")


def too_long(source: str) -> list[str]:
    """Return one sentence for each function over its budget, and one for the module."""
    tree = ast.parse(source)
    lines = code_lines(source, tree)
    found = [f"the module has {len(lines)} code lines, {MODULE_LINES} allowed"] if len(lines) > MODULE_LINES else []
    for function in functions(tree):
        count = len(lines & set(range(function.lineno, function.end_lineno + 1)))
        if count > FUNCTION_LINES:
            found.append(f"line {function.lineno}: {function.name} has {count} code lines, {FUNCTION_LINES} allowed")
    return found


def too_many_parameters(source: str) -> list[str]:
    """Return one sentence for each function that takes more than its share of parameters."""
    return [
        f"line {f.lineno}: {f.name} takes {len(parameters(f))} parameters, {PARAMETERS} allowed"
        for f in functions(ast.parse(source))
        if len(parameters(f)) > PARAMETERS
    ]


def undocumented(source: str) -> list[str]:
    """Return one sentence for each public thing without a docstring."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["the module has no docstring"]
    return found + [
        f"line {node.lineno}: {name} has no docstring"
        for name, node in public(tree)
        if not ast.get_docstring(node) and not is_overload(node)
    ]


def prints(source: str) -> list[str]:
    """Return one sentence for each call of print."""
    return [
        f"line {node.lineno}: print belongs in the commands"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


def is_command(path: Path) -> bool:
    """Whether a module holds commands: there a parameter is an option, and answers are printed."""
    return path.relative_to(SOURCE).parts[0] in {"cli", "cli.py"}


def broken(rule, paths: Iterator[Path]) -> list[str]:
    """Return what a rule finds, with the module in front."""
    return [f"{p.relative_to(SOURCE)}: {said}" for p in paths for said in rule(p.read_text(encoding="utf-8"))]


def modules() -> list[Path]:
    """Return the modules of the project."""
    return sorted(SOURCE.rglob("*.py"))


def test_there_are_modules_to_look_at():
    assert modules()


def test_functions_and_modules_stay_short():
    assert broken(too_long, modules()) == []


def test_functions_take_few_parameters():
    assert broken(too_many_parameters, (p for p in modules() if not is_command(p))) == []


def test_everything_public_has_a_docstring():
    assert broken(undocumented, modules()) == []


def test_only_commands_print():
    assert broken(prints, (p for p in modules() if not is_command(p))) == []


def body(count: int) -> str:
    """Return a function with one line of head and so many lines of body."""
    return "def f():\n" + "    x = 1\n" * count


def test_a_function_of_forty_lines_is_accepted():
    assert too_long(body(39)) == []


def test_a_function_of_forty_one_lines_is_caught():
    assert too_long(body(40)) == ["line 1: f has 41 code lines, 40 allowed"]


def test_a_method_and_an_inner_function_are_measured_too():
    inner = "class A:\n    def m(self):\n        async def g():\n" + "            x = 1\n" * 40
    assert [said.split(" has ")[0] for said in too_long(inner)] == ["line 2: m", "line 3: g"]


def test_a_module_of_three_hundred_and_one_lines_is_caught():
    assert too_long("x = 1\n" * 300) == []
    assert too_long("x = 1\n" * 301) == ["the module has 301 code lines, 300 allowed"]


def test_comments_docstrings_and_blank_lines_are_free():
    padding = '    """One.\n\n    Two.\n    """\n' + "    # why\n\n" * 50
    assert too_long("def f():\n" + padding + "    x = 1\n" * 39) == []


def test_a_text_over_several_lines_counts_in_full():
    text = 'def f():\n    x = """\n' + "word\n" * 40 + '"""\n'
    assert too_long(text) == ["line 1: f has 43 code lines, 40 allowed"]


@pytest.mark.parametrize(
    "signature",
    ["a, b, c, d, e, f, g", "a, b, c, /, d, *, e, f, g", "a, b, c, d, e, *f, **g", "self, a, b, c, d, e, f, g"],
)
def test_a_seventh_parameter_is_caught(signature):
    assert too_many_parameters(f"def f({signature}): ...") == ["line 1: f takes 7 parameters, 6 allowed"]


def test_self_is_not_counted_among_the_parameters():
    assert too_many_parameters("class A:\n    def f(self, a, b, c, d, e, g): ...") == []


def test_how_it_runs_is_not_counted_among_the_parameters():
    assert too_many_parameters("def f(a, b, c, d, e, f, *, workers, progress): ...") == []


def test_a_missing_docstring_is_caught_at_every_level():
    source = "class A:\n    def m(self): ...\ndef f(): ...\n"
    assert undocumented(source) == [
        "the module has no docstring",
        "line 1: A has no docstring",
        "line 2: A.m has no docstring",
        "line 3: f has no docstring",
    ]


def test_private_names_and_overloads_need_no_docstring():
    source = '"""M."""\ndef _f(): ...\nclass _A:\n    def m(self): ...\n@typing.overload\ndef g(): ...\n'
    assert undocumented(source) == []


def test_a_print_is_caught_and_the_word_is_not():
    assert prints('"""print(1)"""\nfootprint(1)\nprint(2)\n') == ["line 3: print belongs in the commands"]
