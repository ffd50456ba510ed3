"""Tables that scripts put on pages of the manual, between marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put_between(page: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of a name on a page."""
    begins, ends = f"<!-- {name} begins -->", f"<!-- {name} ends -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begins)
    _, found, after = rest.partition(ends)
    assert found, f"{page} has the marks of {name}"
    page.write_text(f"{before}{begins}\n\n{text}\n{ends}{after}", encoding="utf-8")
