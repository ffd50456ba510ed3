"""Write the tables of the reference into its pages, from the code that they describe.

    python -m tools.write_reference

A table stands in a page between ``<!-- from the code: columns Place -->`` and ``<!-- until here -->``, as plain
Markdown; what is between them is never typed. The names are those of ``TABLES`` in ``reference_tables.py``.
"""

from __future__ import annotations

import re
from pathlib import Path

from tools import reference_tables

DOCS = Path(__file__).resolve().parents[1] / "docs"
_PLACE = re.compile(r"(<!-- from the code: (\S+)(?: ([^>]+?))? -->\n).*?(<!-- until here -->)", re.DOTALL)
_PIECES = re.compile(r"(`[^`]+`|https?://\S+)")


def written(text: str) -> str:
    """Return a page with its tables as the code has them now."""
    return _PLACE.sub(lambda found: f"{found[1]}\n{_block(found[2], found[3])}\n\n{found[4]}", text)


def _block(name: str, argument: str | None) -> str:
    if name == "help":
        return f"```text\n{reference_tables.cli_help(argument or '')}\n```"
    arguments = [argument] if argument else []
    return "\n\n".join(markdown(table) for table in reference_tables.TABLES[name](*arguments))


def markdown(table: reference_tables.Table) -> str:
    """Return a table as Markdown."""
    lines = [table.header, ("---",) * len(table.header), *table.rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Return a cell: code stays code, an address becomes a link, and nothing else is a sign of Markdown."""
    return "".join(_piece(piece) for piece in _PIECES.split(" ".join(text.split())))


def _piece(text: str) -> str:
    if text.startswith("`"):
        return text.replace("|", r"\|")
    if text.startswith("http"):
        return f"[link]({text})"
    return re.sub(r"([\\|*$<\[\]])", r"\\\1", text)


def main() -> None:
    """Write every page whose tables have changed."""
    for page in sorted((DOCS / "reference").glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = written(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"Written: {page.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main()
