"""What only the built manual shows: directives in comments, so that the pages read as plain Markdown elsewhere.

A page may hold ``<!-- ```{toctree} ... ``` -->``: where the page is read as it stands the comment is invisible, and the
build takes the directive out of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

COMMENT = re.compile(r"^<!--\n(```\{.*?\n```)\n-->$", re.MULTILINE | re.DOTALL)


def take_out(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Take the directives of a page out of their comments."""
    source[0] = COMMENT.sub(r"\1", source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what is done when a page is read."""
    app.connect("source-read", take_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
