"""From a file to sheets of cells: CSV in any common encoding, XLSX, XLS, ODS, or JSON; nothing in it is ever run."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

from corridor.sources.encodings import decoded
from corridor.sources.tables.sheets import MAX_ROWS, Row, Sheet, SourceFile, refused
from corridor.sources.tables.workbooks import OLE, ZIP, sheets_of_workbook

MAX_BYTES = 200_000_000
"""A larger file is refused before it is read."""

_CUT = "Cut it to the country and the years that the scenario is about."
_PAGE = re.compile(r"<!doctype html|</?(html|head|body|script|form|div|meta|title)\b|<a\s+href=", re.IGNORECASE)
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_KNOWN_BINARIES = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"SQLite format 3\0", "a database"),
)


def read_file(path: Path) -> SourceFile:
    """Return the sheets of a file, or the document of a JSON file.

    Raises
    ------
    ScenarioError
        The file is missing, empty, encrypted, too large, no table, or a page saved under the name of one.
    """
    file = path.name
    if not path.is_file():
        raise refused(file, "S001", "there is no such file.", "Name a CSV, XLSX, ODS or JSON file.")
    if path.stat().st_size > MAX_BYTES:
        what = f"the file has {path.stat().st_size:,} bytes; more than {MAX_BYTES:,} are not read."
        raise refused(file, "S002", what, _CUT)
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"the file cannot be opened ({error.strerror})."
        raise refused(file, "S001", what, "Check that you may read it.") from None
    digest = hashlib.sha256(data).hexdigest()
    if not data.strip():
        raise _empty(file)
    if data.startswith((ZIP, OLE)):
        sheets, notes = sheets_of_workbook(file, data)
        return SourceFile(file, digest, sheets, notes=notes)
    text, notes = _text(file, data)
    if text.lstrip().startswith(("{", "[")):
        return SourceFile(file, digest, document=_json(file, text), notes=notes)
    return SourceFile(file, digest, (Sheet("", _csv_rows(file, text)),), notes=notes)


def _empty(file: str) -> Exception:
    return refused(file, "S003", "the file is empty.", "Download or save it again.")


def _text(file: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file that may be a table or JSON, with what has to be known about how it was read."""
    kind = next((name for mark, name in _KNOWN_BINARIES if data.startswith(mark)), None)
    if kind:
        raise refused(file, "S005", f"this is {kind}, not a table.", "Save the table as CSV (UTF-8), XLSX or ODS.")
    result = decoded(data)
    if result is None:
        what = "the file is binary and no workbook that can be read."
        raise refused(file, "S005", what, "Save it as CSV (UTF-8), XLSX or ODS.")
    text = result.text
    if not text.strip():
        raise _empty(file)
    start = text[:3000]
    if _PAGE.search(start) and not start.lstrip().startswith(("{", "[")):
        what = "this is a web page, perhaps one that asks to log in, not a table."
        raise refused(file, "S004", what, "Open the address in a browser, log in, and save the table itself.")
    if start.lstrip().startswith(("<?xml", "<!DOCTYPE", "<!ENTITY")):
        what = "this is an XML document, not a table; its entities are not expanded."
        raise refused(file, "S004", what, "Save the table as CSV (UTF-8), XLSX or ODS.")
    if result.is_certain:
        return text, ()
    return text, (f"the text is not UTF-8 and was read as {result.encoding}: check the names of the places.",)


def _json(file: str, text: str) -> object:
    try:
        document: object = json.loads(text, parse_constant=str)
        if _HALF_CHARACTER.search(text):
            json.dumps(document, ensure_ascii=False).encode()
    except RecursionError:
        raise _no_json(file, "it is nested too deeply") from None
    except UnicodeEncodeError:
        raise _no_json(file, "half of a character stands in a text") from None
    except ValueError as error:
        is_long = "digits" in str(error)
        raise _no_json(file, "a number in it has thousands of digits" if is_long else str(error)) from None
    return document


def _no_json(file: str, why: str) -> Exception:
    fix = "Download the file again; it may be cut off."
    return refused(file, "S006", f"this begins like JSON and is none: {why}.", fix)


def _csv_rows(file: str, text: str) -> tuple[Row, ...]:
    """Return the rows of a text whose columns are parted by commas, semicolons, tabs or bars."""
    sample = text.splitlines()[:25]
    delimiter = max(",;\t|", key=lambda mark: (_width(sample, mark), mark == ","))
    rows: list[Row] = []
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cells) and any(map(str.strip, cells)):
                rows.append(Row(line, tuple(cells)))
            line = reader.line_num + 1
            if len(rows) > MAX_ROWS:
                raise refused(file, "S002", f"there are more than {MAX_ROWS:,} rows.", _CUT)
    except csv.Error:
        raise _unclosed(file, line) from None
    if rows and text.count('"') % 2 and "\n" in "".join(map(str, rows[-1].cells)).strip():
        raise _unclosed(file, rows[-1].number)
    return tuple(rows)


def _unclosed(file: str, line: int) -> Exception:
    what = "a quoted cell that begins in this row is not closed, or is far too long."
    return refused(file, "S007", what, 'Put one " at each end of the cell.', line)


def _width(sample: Sequence[str], mark: str) -> int:
    """Return in how many lines of a sample a mark stands; the one that parts columns stands in most."""
    counts = [line.count(mark) for line in sample if line.strip()]
    return sum(min(count, 50) for count in counts) if counts else 0
