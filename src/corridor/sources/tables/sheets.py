"""From a file to sheets of cells: CSV in any common encoding, XLSX, XLS, ODS, or JSON; nothing in it is ever run."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corridor.errors import Problem, ScenarioError, Where

MAX_BYTES = 200_000_000
"""A larger file is refused before it is read."""

MAX_UNPACKED_BYTES = 600_000_000
"""A workbook that unpacks to more is refused: a million rows of counts stay far below."""

MAX_ROWS = 1_048_576
"""Rows of the largest sheet that spreadsheets know."""

Cell = object
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Row:
    """One row: its number in the sheet, counted from one, and its cells."""

    number: int
    cells: tuple[Cell, ...]

    def text(self, index: int | None) -> str:
        """Return a cell as text without outer blanks; what is not there is blank."""
        if index is None or index >= len(self.cells):
            return ""
        value = self.cells[index]
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file, without its blank rows."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SourceFile:
    """A file as it was read: its name, its digest, its sheets, or the document that a JSON file holds."""

    name: str
    digest: str
    sheets: tuple[Sheet, ...] = ()
    document: object = None


def refused(file: str, code: str, what: str, fix: str, row: int | None = None) -> ScenarioError:
    """Return the error that says why a file cannot be imported."""
    return ScenarioError(file, (Problem(code, what, fix, Where(file, row)),))


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
        raise refused(file, "S002", what, "Cut it to the country and the years that the scenario is about.")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if not data.strip():
        raise refused(file, "S003", "the file is empty.", "Download or save it again.")
    if data.startswith((_ZIP, _OLE)):
        return SourceFile(file, digest, _workbook(file, data))
    text = _decoded(file, data)
    start = text.lstrip()[:1000].lower()
    if start.startswith(("<!doctype", "<html", "<head", "<?xml")) or "<html" in start:
        what = "this is a web page, perhaps one that asks to log in, not a table."
        raise refused(file, "S004", what, "Open the address in a browser, log in, and save the table itself.")
    if start.startswith(("{", "[")):
        return SourceFile(file, digest, document=_json(file, text))
    return SourceFile(file, digest, (Sheet("", _csv_rows(file, text)),))


def _decoded(file: str, data: bytes) -> str:
    """Return the text of a file, whatever common encoding it has."""
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in data and not is_wide:
        what = "the file is binary and no workbook that can be read."
        raise refused(file, "S005", what, "Save it as CSV (UTF-8), XLSX or ODS.")
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes  # noqa: PLC0415 - an optional extra

    guess = from_bytes(data).best()
    if guess is None:
        raise refused(file, "S005", "the encoding of the text cannot be told.", "Save it as CSV UTF-8.")
    return str(guess)


def _json(file: str, text: str) -> object:
    try:
        document: object = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError) as error:
        what = f"this begins like JSON and is none: {error}."
        raise refused(file, "S006", what, "Download the file again; it may be cut off.") from None
    return document


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
            if any(cell.strip() for cell in cells):
                rows.append(Row(line, tuple(cells)))
            line = reader.line_num + 1
            if len(rows) > MAX_ROWS:
                what = f"there are more than {MAX_ROWS:,} rows."
                raise refused(file, "S002", what, "Cut it to the country and the years that the scenario is about.")
    except csv.Error:
        what = "a quoted cell that begins in this row is not closed, or is far too long."
        raise refused(file, "S007", what, 'Put one " at each end of the cell.', line) from None
    return tuple(rows)


def _width(sample: Sequence[str], mark: str) -> int:
    """Return in how many lines of a sample a mark stands; the one that parts columns stands in most."""
    counts = [line.count(mark) for line in sample if line.strip()]
    return sum(min(count, 50) for count in counts) if counts else 0


def _workbook(file: str, data: bytes) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook; macros and formulas are not run, the values stored last are read."""
    if data.startswith(_OLE) and b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k" in data:
        what = "the workbook is encrypted."
        raise refused(file, "S008", what, "Open it with its password and save it without one, or as CSV UTF-8.")
    if data.startswith(_ZIP):
        _check_unpacked(file, data)
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - an optional extra

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        what = f"this is no workbook that can be read ({' '.join(str(error).split())[:80]})."
        raise refused(file, "S005", what, "Open it in a spreadsheet and save it as XLSX, ODS or CSV UTF-8.") from None
    return tuple(Sheet(name, _rows(cells)) for name, cells in sheets if cells)


def _rows(table: Iterable[Sequence[Cell]]) -> tuple[Row, ...]:
    return tuple(
        Row(number, tuple(cells))
        for number, cells in enumerate(table, start=1)
        if any(c not in ("", None) for c in cells)
    )


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive unpacks to three hundred times its size and more; sheets unpack to twenty times."""
    return info.file_size > 10_000_000 and info.file_size > 300 * info.compress_size  # noqa: PLR2004


def _check_unpacked(file: str, data: bytes) -> None:
    """Refuse an archive that is damaged or unpacks to far more than a table has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile:
        raise refused(file, "S005", "the workbook is damaged.", "Download or save it again.") from None
    size = sum(info.file_size for info in infos)
    if size > MAX_UNPACKED_BYTES or any(_is_bomb(info) for info in infos):
        what = f"the workbook unpacks to {size:,} bytes, far more than a table has."
        raise refused(file, "S002", what, "Save the sheet that you need as CSV UTF-8.")
    if any(info.flag_bits & 1 for info in infos):
        raise refused(file, "S008", "the file is encrypted.", "Save it without a password.")
