"""Tables of the reference, rendered from the code that they describe, and help from the commands.

Each directive stands for one table: ``{columns} Place``, ``{event-kinds}``, ``{parameters}``,
``{priors}``, ``{check-rules}``, ``{check-forms}``, ``{import-forms}``, ``{standards}``, ``{run-table} needs`` and
``{cli-help} forecast``. What they print is worked out in ``tables.py`` beside this file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import tables
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx

_PIECES = re.compile(r"(`[^`]+`|https?://\S+)")


class Rendered(SphinxDirective):
    """A table that is worked out when the page is built."""

    optional_arguments = 1
    has_content = False

    def run(self) -> list[nodes.Node]:
        """Return the table, or the tables, that the directive stands for."""
        found = tables.TABLES[self.name](*self.arguments)
        return [table_node(table) for table in found]


class CliHelp(SphinxDirective):
    """The help of a command."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = False
    option_spec: ClassVar[dict[str, object]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the help as it stands in a terminal of 80 columns."""
        text = tables.cli_help(*self.arguments)
        return [nodes.literal_block(text, text, language="text", classes=["cli-help"])]


def table_node(table: tables.Table) -> nodes.table:
    """Return a table as sphinx wants it."""
    node = nodes.table("", classes=["rendered"])
    if table.title:
        node += nodes.title("", "", *pieces(table.title))
    group = nodes.tgroup("", cols=len(table.header))
    group += [nodes.colspec("", colwidth=width) for width in table.widths or [1] * len(table.header)]
    group += nodes.thead("", row_node(table.header))
    group += nodes.tbody("", *map(row_node, table.rows))
    node += group
    return node


def row_node(cells: tuple[str, ...]) -> nodes.row:
    """Return one row; within a cell, `text` is code and an address is a link."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *pieces(cell))) for cell in cells))


def pieces(text: str) -> Iterator[nodes.Node]:
    """Yield the text of a cell as text, code and links."""
    for piece in _PIECES.split(text):
        if piece.startswith("`"):
            yield nodes.literal("", piece.strip("`"))
        elif piece.startswith("http"):
            yield nodes.reference("", "link", refuri=piece)
        elif piece:
            yield nodes.Text(piece)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    for name in tables.TABLES:
        app.add_directive(name, Rendered)
    app.add_directive("cli-help", CliHelp)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
