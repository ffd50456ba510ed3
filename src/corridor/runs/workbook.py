"""A workbook in the open format of spreadsheets (ECMA-376), the same bytes for the same cells, and no formula in it."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from corridor.runs.folder import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Cell = str | float | date | None
FIRST_DAY = date(1899, 12, 30)
"""From this day on spreadsheets count days."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PLAIN, _DAY, _HEAD = 0, 1, 2
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="3" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


class Sheet(NamedTuple):
    """One sheet: its name, its headings, which stay in view, and its rows."""

    name: str
    headings: Sequence[Sequence[Cell]]
    rows: Iterable[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as the bytes of a workbook; text that a spreadsheet would run as a formula is made harmless.

    Parameters
    ----------
    sheets
        What it holds.
    """
    whole = io.BytesIO()
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)] + [("styles", "styles.xml")]
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{n}.xml": "".join(_sheet(one)) for n, one in enumerate(sheets, start=1)},
    }
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            book.writestr(info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}')
    return whole.getvalue()


def column_name(number: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> column_name(0), column_name(25), column_name(26), column_name(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    for length in range(1, 4):
        if number < 26**length:
            digits = [number // 26**place % 26 for place in range(length - 1, -1, -1)]
            return "".join(_LETTERS[digit] for digit in digits)
        number -= 26**length
    message = "a sheet has no more than 18,278 columns"
    raise AssertionError(message)


def _sheet(sheet: Sheet) -> Iterator[str]:
    top = len(sheet.headings)
    yield (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="{top}" '
        f'topLeftCell="A{top + 1}" state="frozen"/></sheetView></sheetViews>'
        '<cols><col min="1" max="2" width="22" customWidth="1"/></cols><sheetData>'
    )
    for number, row in enumerate(sheet.headings, start=1):
        yield _row(number, row, is_heading=True)
    for number, row in enumerate(sheet.rows, start=top + 1):
        yield _row(number, row, is_heading=False)
    yield "</sheetData></worksheet>"


def _row(number: int, values: Sequence[Cell], *, is_heading: bool) -> str:
    cells = (_cell(f"{column_name(n)}{number}", value, is_heading=is_heading) for n, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(where: str, value: Cell, *, is_heading: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f'<c r="{where}" s="{_DAY}"><v>{(value - FIRST_DAY).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{where}" s="{_PLAIN}"><v>{cell(value)}</v></c>'
    text = escape(_NOT_IN_XML.sub("", cell(value)))
    style = _HEAD if is_heading else _PLAIN
    return f'<c r="{where}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _book(sheets: Sequence[Sheet]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>' for n, sheet in enumerate(sheets, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("xl/workbook.xml", "sheet.main"), ("xl/styles.xml", "styles")]
    parts += [(f"xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    listed = "".join(f'<Override PartName="/{name}" ContentType="{kind}.{what}+xml"/>' for name, what in parts)
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
