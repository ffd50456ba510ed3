"""From a PDF with a text layer to its text, by pypdf (BSD, pure Python, 2 MB, releases in 2026), bounded in size."""

from __future__ import annotations

import io
import logging

from corridor.errors import Problem, Where

MAX_PAGES = 2_000
"""Pages beyond this are not read."""

MAX_CHARACTERS = 20_000_000
"""Nor is more text than this: a report has a thousandth of it."""


def pdf_text(data: bytes, where: Where) -> str | Problem:
    """Return the text of a PDF, one form feed between pages; a problem if it is locked, broken or a picture.

    Parameters
    ----------
    data
        The file.
    where
        Its name, for messages.
    """
    try:
        from pypdf import PdfReader  # noqa: PLC0415 - it takes a second to load, and PDFs alone need it
    except ModuleNotFoundError:
        fix = "Install it with: pip install 'corridor[sources]'; or save the report as plain text."
        return Problem("X010", "reading a PDF needs pypdf, which is not installed.", fix, where)
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            what, fix = "the PDF is encrypted.", "Open it with its password and print it to a PDF without one."
            return Problem("X011", what, fix, where)
        return _text_of(reader, where)
    except Exception as error:  # noqa: BLE001 - whatever a broken PDF does to the library, the user is told so
        what = f"the PDF cannot be read ({type(error).__name__})."
        return Problem("X012", what, "Open it in a viewer and print it to a new PDF, or save its text.", where)


def _text_of(reader: object, where: Where) -> str | Problem:
    pages = getattr(reader, "pages")  # noqa: B009 - the library is loaded above only
    if len(pages) > MAX_PAGES:
        fix = "Split it and read the part that matters."
        return Problem("X013", f"the PDF has {len(pages):,} pages; more than {MAX_PAGES:,} are not read.", fix, where)
    texts: list[str] = []
    total = 0
    for page in pages:
        texts.append(page.extract_text())
        total += len(texts[-1])
        if total > MAX_CHARACTERS:
            what = f"the PDF holds more than {MAX_CHARACTERS:,} characters."
            return Problem("X013", what, "Split it and read the part that matters.", where)
    if not total or not "".join(texts).strip():
        what = "the PDF has no text layer: its pages are pictures."
        return Problem(
            "X014", what, "Run it through text recognition, or type the sentences with figures into a text file.", where
        )
    return "\f".join(texts)
