"""From files to texts: plain text, pages saved from a browser, PDFs with a text layer, folders of them, standard input."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corridor.errors import Problem, ScenarioError, Where
from corridor.sources.encodings import decoded
from corridor.sources.texts.pages import page_text
from corridor.sources.texts.pdfs import pdf_text

MAX_BYTES = 50_000_000
"""A larger file is no report; it is refused before it is read."""

SUFFIXES = frozenset({".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".pdf"})
"""Files that are taken from a folder."""

STANDARD_INPUT = "-"
_NAMED_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_PUT_TEXT = "Save the text of the report as plain text (UTF-8), as a web page or as a PDF with a text layer."


@dataclass(frozen=True)
class Document:
    """The text of a file, its SHA-256, and the day of publication as far as the file itself states it."""

    file: str
    text: str
    sha256: str
    published: dt.date | None = None


def read_documents(names: Iterable[str | Path], *, standard_input: bytes = b"") -> tuple[Document, ...]:
    """Return the texts of files and folders, in their order; a file given twice is read once.

    Parameters
    ----------
    names
        Files, folders, or ``-`` for standard input.
    standard_input
        What stands there.

    Raises
    ------
    ScenarioError
        Any of them holds no text that can be read; it lists all of them.
    """
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for name, data in _contents(names, standard_input, problems):
        if name in documents:
            continue
        document = _document(name, data)
        if isinstance(document, Problem):
            problems.append(document)
        else:
            documents[name] = document
    if problems:
        raise ScenarioError("texts", tuple(problems))
    return tuple(documents.values())


def _contents(
    names: Iterable[str | Path], standard_input: bytes, problems: list[Problem]
) -> Iterator[tuple[str, bytes]]:
    for name in names:
        if str(name) == STANDARD_INPUT:
            yield STANDARD_INPUT, standard_input
            continue
        path = Path(name)
        paths = [path]
        if path.is_dir():
            paths = sorted(item for item in path.rglob("*") if item.suffix.lower() in SUFFIXES and item.is_file())
            if not paths:
                what = "the folder holds no text, page or PDF."
                problems.append(
                    Problem(
                        "X001", what, f"Put files there that end in {', '.join(sorted(SUFFIXES))}.", Where(str(path))
                    )
                )
        for item in paths:
            data = _bytes(item)
            if isinstance(data, Problem):
                problems.append(data)
            else:
                yield str(item), data


def _bytes(path: Path) -> bytes | Problem:
    where = Where(str(path))
    try:
        if not path.is_file():
            what = "there is no such file." if not path.exists() else "this is a device, not a file."
            return Problem("X002", what, "Check the name.", where)
        size = path.stat().st_size
        if size > MAX_BYTES:
            return Problem(
                "X003", f"the file has {size:,} bytes; more than {MAX_BYTES:,} are not read.", _PUT_TEXT, where
            )
        return path.read_bytes()
    except OSError as error:
        return Problem("X002", f"the file cannot be opened ({error.strerror}).", "Check that you may read it.", where)


def _document(name: str, data: bytes) -> Document | Problem:
    text, published = _text(name, data)
    if isinstance(text, Problem):
        return text
    if not text.strip():
        return Problem("X004", "the file holds no text.", _PUT_TEXT, Where(name))
    return Document(name, text, hashlib.sha256(data).hexdigest(), published or _day_in(name))


def _text(name: str, data: bytes) -> tuple[str | Problem, dt.date | None]:
    where = Where(name)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return pdf_text(data, where), None
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xd0\xcf\x11\xe0")):
        what = "this is an archive or an office document, not a text; nothing in it is unpacked."
        return Problem("X005", what, _PUT_TEXT, where), None
    decoded = _decoded(data, where)
    if isinstance(decoded, Problem):
        return decoded, None
    head = decoded[:2_000].lstrip().lower()
    if head.startswith("<?xml") and "<html" not in head:
        return Problem(
            "X006", "this is an XML file, not a report; its entities are not expanded.", _PUT_TEXT, where
        ), None
    if (
        re.match(r"<!doctype html|<html|<head|<body", head)
        or "<html" in head
        or name.lower().endswith((".html", ".htm", ".xhtml"))
    ):
        return page_text(decoded, where)
    return decoded, None


def _decoded(data: bytes, where: Where) -> str | Problem:
    """Return a text in the encoding that a page declares, else in the one that its bytes tell."""
    declared = re.search(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", data[:4_000], re.IGNORECASE)
    if declared and b"\0" not in data:
        encoding = declared[1].decode("ascii").lower()
        try:
            return data.decode("utf-8-sig" if encoding in {"utf-8", "utf8"} else encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    result = decoded(data)
    if result is not None:
        return result.text
    if b"\0" in data:
        return Problem("X007", "the file is binary: it holds a zero byte.", _PUT_TEXT, where)
    return Problem("X008", "the file is binary, or text in an unknown encoding.", "Save it as UTF-8.", where)


def _day_in(name: str) -> dt.date | None:
    match = _NAMED_DAY.search(Path(name).name)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None
