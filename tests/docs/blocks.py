"""Blocks of code in the manual: how they are found, and how they are run.

``console``: each line that begins with $ is run by bash; what follows is what it says, errors included.
``bash``: run as it stands. ``python``: run with the names of the blocks before it on the page; a block
``text output`` below it is what it prints. In what is said, ... stands for anything. A block whose first
line says ``no-run: REASON`` is not run. The blocks of a page share one folder, in their order.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "docs" / "tutorial" / "baghouz.md"
RUN = frozenset({"console", "bash", "python"})
SHOWN = frozenset({"text", "toml"})
_FENCE = re.compile(r"^(`{3,})(.*)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line of its fence, and what the fence says."""

    page: Path
    line: int
    language: str
    remark: str
    text: str

    @property
    def is_run(self) -> bool:
        """Whether the block is to be run."""
        return self.language in RUN and not self.remark.startswith("no-run")

    @property
    def is_output(self) -> bool:
        """Whether the block says what the block before it prints."""
        return self.language == "text" and self.remark == "output"

    def __str__(self) -> str:
        """Return where the block stands."""
        return f"{self.page.relative_to(ROOT)}, line {self.line}"


def pages() -> list[Path]:
    """Return the pages of the manual, and the page that greets."""
    manual = (page for page in (ROOT / "docs").rglob("*.md") if "_build" not in page.parts)
    return [ROOT / "README.md", *sorted(manual)]


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page that are no directives, in their order."""
    return [block for block in _fenced(page) if not block.language.startswith("{")]


def _fenced(page: Path) -> Iterator[Block]:
    lines = enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
    for number, line in lines:
        opening = _FENCE.match(line)
        if opening:
            fence, info = opening[1], opening[2].strip()
            language, _, remark = info.partition(" ")
            inner = []
            for _, text in lines:
                if text.strip() == fence:
                    break
                inner.append(text)
            yield Block(page, number, language, remark.strip(), "\n".join(inner) + "\n")


def run_page(page: Path, folder: Path) -> None:
    """Run the blocks of a page in a folder, which is the present one, and compare what they say."""
    names: dict[str, object] = {"__name__": "__main__"}
    printed = None
    for block in blocks(page):
        if block.is_output:
            assert printed is not None, f"{block}: no Python block stands before it"
            assert_says(printed, block.text, block)
        elif block.is_run and block.language == "python":
            printed = python(block, names)
        elif block.is_run:
            console(block, folder)


def python(block: Block, names: dict[str, object]) -> str:
    """Run a Python block and return what it prints."""
    out = io.StringIO()
    code = compile("\n" * block.line + block.text, str(block.page), "exec")
    with redirect_stdout(out):
        exec(code, names)  # noqa: S102 - our own manual
    return out.getvalue()


def console(block: Block, folder: Path) -> None:
    """Run the commands of a block, each in a shell of its own, and compare what they say."""
    for command, expected in commands(block):
        done = shell(command, folder)
        assert done.returncode == 0, f"{block}: {command}\n{done.stdout}"
        if expected:
            assert_says(done.stdout, expected, block)


def commands(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a block, each with what it is expected to say; nothing is anything."""
    if block.language == "bash":
        return [(f"set -e\n{block.text}", "")]
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        else:
            assert found, f"{block}: it must begin with $"
            found[-1][1].append(line)
    return [(command, "\n".join(lines)) for command, lines in found]


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with the corridor of this environment; errors are said where answers are."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(  # noqa: S603 - our own manual
        ["/bin/bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "80", "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def assert_says(found: str, expected: str, block: Block) -> None:
    """Check what was said against what a page shows, where ... is anything."""
    pattern = re.escape(_trimmed(expected)).replace(re.escape("..."), ".*?")
    assert re.fullmatch(pattern, _trimmed(found), re.DOTALL), f"{block}: expected\n{expected}\nbut it says\n{found}"


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
