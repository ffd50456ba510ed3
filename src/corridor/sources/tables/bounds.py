"""What a workbook would take before it is read: one that is made to fill the memory is refused, in words."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.parsers import expat

from corridor.sources.tables.figures import counted
from corridor.sources.tables.sheets import refused

MAX_UNPACKED_BYTES = 600_000_000
"""A workbook that unpacks to more is refused: a million rows of counts stay far below."""

MAX_CELLS = 40_000_000
"""A sheet whose last cell spans more is refused: a million rows of thirty columns stay below."""

MAX_TEXT_BYTES = 1_000_000_000
"""Nor may the texts of its cells be longer, the same text counted as often as it stands there."""

_COLUMN = re.compile(rb"""r\s*=\s*["']([A-Za-z]{2,3})[0-9]""")
_ROW = re.compile(rb"""r\s*=\s*["'][A-Za-z]{0,3}([0-9]{4,})""")
_TEXT_CELL = re.compile(rb"""t\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>([0-9]+)</""")
_UNSTORED = re.compile(
    rb"""<c [^>]*?r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"""
)
_CELLS = {"table:table-cell", "table:covered-table-cell"}
_LEAST_CELL_BYTES = 20
_HEAD_BYTES = 10_000
_CHUNK_BYTES, _OVERLAP_BYTES = 4_000_000, 64
_AS_CSV = "Save the sheet that you need as CSV UTF-8."


def encrypted(file: str) -> Exception:
    """Return the error that says that a workbook is encrypted."""
    fix = "Open it with its password and save it without one, or as CSV UTF-8."
    return refused(file, "S008", "the workbook is encrypted.", fix)


def checked_parts(file: str, data: bytes) -> Iterator[str]:
    """Yield what has to be known about a workbook; refuse one that is damaged, encrypted or made to fill a machine."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_unpacked(file, archive.infolist())
            names = archive.namelist()
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise encrypted(file)
            if "xl/workbook.bin" in names:
                raise refused(file, "S005", "this is a binary workbook (XLSB).", "Save it as XLSX, ODS or CSV UTF-8.")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                yield "the workbook holds macros; they were not run."
            _check_entities(file, archive)
            _check_open_document(file, archive)
            yield from _checked_sheets(file, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise refused(file, "S005", "the workbook is damaged.", "Download or save it again.") from None


def _check_entities(file: str, archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that declares entities of XML: no spreadsheet does, and a small one may unfold to gigabytes."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                start = part.read(_HEAD_BYTES)
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                what = f"the workbook declares entities of XML ({name}), which are not expanded."
                raise refused(file, "S005", what, "Open it in a spreadsheet and save it as XLSX, ODS or CSV UTF-8.")


def _check_unpacked(file: str, infos: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive that unpacks to far more than a table has."""
    size = sum(info.file_size for info in infos)
    if size > MAX_UNPACKED_BYTES or any(_is_bomb(info) for info in infos):
        what = f"the workbook unpacks to {size:,} bytes, far more than a table has."
        raise refused(file, "S002", what, _AS_CSV)
    if any(info.flag_bits & 1 for info in infos):
        raise encrypted(file)


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive unpacks to three hundred times its size and more; sheets unpack to twenty times."""
    return info.file_size > 10_000_000 and info.file_size > 300 * info.compress_size  # noqa: PLR2004


def _checked_sheets(file: str, archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the formulas without stored values; refuse sheets with a cell too far out, or with endless text."""
    for name in archive.namelist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            continue
        columns, rows, unstored = 26, 1, []
        for chunk in _chunks(archive, name):
            columns = max([columns, *(_column_number(code) for code in set(_COLUMN.findall(chunk)))])
            rows = max([rows, *map(int, set(_ROW.findall(chunk)))])
            unstored += _UNSTORED.findall(chunk)
        _check_extent(file, rows, columns)
        if unstored:
            cells = list(dict.fromkeys(unstored))
            first = cells[0].decode() + (" and the like" if len(cells) > 1 else "")
            what = counted(len(cells), f"formulas without a stored value ({first})")
            yield f"{what}: none is run; open the workbook in a spreadsheet, save it, and import it again."
    _check_texts(file, archive)


def _chunks(archive: zipfile.ZipFile, name: str, overlap: int = _OVERLAP_BYTES) -> Iterator[bytes]:
    """Yield a part of an archive piece by piece; pieces overlap, so that nothing short is cut."""
    tail = b""
    with archive.open(name) as part:
        while piece := part.read(_CHUNK_BYTES):
            yield tail + piece
            tail = piece[-overlap:] if overlap else b""


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _check_texts(file: str, archive: zipfile.ZipFile) -> None:
    """Refuse shared texts that are so long, and stand in so many cells, that they fill the memory."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    texts = re.split(rb"<(?:\w+:)?si>", archive.read("xl/sharedStrings.xml"))
    lengths = [len(text) for text in texts[1:]]
    sheets = [info for info in archive.infolist() if info.filename.startswith("xl/worksheets/")]
    most = sum(info.file_size for info in sheets) // _LEAST_CELL_BYTES
    if max(lengths, default=0) * most <= MAX_TEXT_BYTES:
        return
    total = 0
    for info in sheets:
        for chunk in _chunks(archive, info.filename):
            total += sum(lengths[index] for index in map(int, _TEXT_CELL.findall(chunk)) if index < len(lengths))
    _check_total(file, total)


def _check_total(file: str, total: int) -> None:
    if total > MAX_TEXT_BYTES:
        raise refused(file, "S002", f"the texts of the workbook fill {total:,} bytes.", _AS_CSV)


def _check_open_document(file: str, archive: zipfile.ZipFile) -> None:
    """Refuse an ODS whose repeated cells reach too far out, or hold endless text; its entities are not expanded."""
    if "content.xml" not in archive.namelist():
        return
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = extent.start, extent.end
    parser.CharacterDataHandler = extent.text
    try:
        for chunk in _chunks(archive, "content.xml", overlap=0):
            parser.Parse(chunk, False)  # noqa: FBT003 - more follows
    except expat.ExpatError:
        raise refused(file, "S005", "the workbook is damaged.", "Download or save it again.") from None
    _check_extent(file, extent.rows, extent.columns)
    _check_total(file, extent.characters)


def _check_extent(file: str, rows: int, columns: int) -> None:
    if rows * columns > MAX_CELLS:
        what = f"a sheet of the workbook reaches to row {rows:,} and column {columns:,}."
        raise refused(file, "S002", what, f"Delete what stands far from the table, or: {_AS_CSV}")


class _Extent:
    """Follows the tables of an ODS: how far the cells that hold anything reach, repeats included, and their texts."""

    def __init__(self) -> None:
        self.rows = self.columns = self.characters = 0
        self._row = self._column = self._last_column = self._row_characters = 0
        self._repeats = self._row_repeats = 1
        self._cell_characters = 0
        self._has_value = False

    def start(self, tag: str, stated: dict[str, str]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table:table":
            self._row = 0
        elif tag == "table:table-row":
            self._row_repeats = _repeats(stated, "table:number-rows-repeated")
            self._column = self._last_column = self._row_characters = 0
        elif tag in _CELLS:
            self._repeats = _repeats(stated, "table:number-columns-repeated")
            self._cell_characters, self._has_value = 0, "office:value-type" in stated

    def text(self, text: str) -> None:
        """Count the characters of a cell."""
        self._cell_characters += len(text.strip())

    def end(self, tag: str) -> None:
        """End a row or a cell."""
        if tag == "table:table-row":
            self._row += self._row_repeats
            if self._last_column:
                self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._last_column)
                self.characters += self._row_characters * self._row_repeats
        elif tag in _CELLS:
            self._column += self._repeats
            if self._has_value or self._cell_characters:
                self._last_column = self._column
                self._row_characters += self._cell_characters * self._repeats


def _repeats(stated: dict[str, str], name: str) -> int:
    text = stated.get(name, "1")
    return int(text) if text.isdigit() and len(text) < 10 else 10**9  # noqa: PLR2004 - digits
