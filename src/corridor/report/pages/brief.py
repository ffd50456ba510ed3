"""The brief: one printed page for forwarding, as PDF and as PNG, drawn without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import vl_convert

from corridor.report.facts.answer import answer
from corridor.report.facts.balance import balance_table
from corridor.report.facts.context import report_context
from corridor.report.facts.ordering import order_table
from corridor.report.figures import charts
from corridor.report.figures.palette import FORECAST, INK, QUIET, REPORT
from corridor.report.figures.style import FONT
from corridor.report.languages.language import translatable
from corridor.report.pages.embed import picture, specification
from corridor.report.pages.report_page import made_words
from corridor.runs.atomic import write_whole
from corridor.runs.folder import BRIEF_PDF, BRIEF_PNG

if TYPE_CHECKING:
    from pathlib import Path

    from corridor.report.facts.answer import Answer
    from corridor.report.facts.context import PageOptions, ReportContext
    from corridor.report.languages.language import Language

WIDTH, HEIGHT, MARGIN = 595, 842, 38
"""A4, in points."""

INSIDE = WIDTH - 2 * MARGIN
TILE, MOST_NOTE_LINES = 72, 3
"""Height of a figure of the first screen, in points, and how many lines its note may have."""

NOTE_SIZES = (6.6, 6.0, 5.4, 4.9)
"""Sizes of the letters of a note, in points: the first in which it fits is taken."""

SHORTEST, TALLEST = 120, 250
PNG_PPI = 150
COLUMNS = (250, 390)
"""Where the columns of the table begin, from the margin."""

SCALE = 0.68
"""Of the chart: its letters become as large as those beside it."""

_AXES_PX = 62
BOTH_SCRIPTS = "Segoe UI, Tahoma, Arial, DejaVu Sans"
_WIDE, _NARROW = frozenset("mwMW@%"), frozenset("ijltfr.,:;'|!()[] -")
_MISUSE = translatable(
    "Not to stop, turn back, detain or target anybody, and not to turn people away because fewer were forecast. "
    "It holds as long as what the report lists as assumed holds."
)


class Line(NamedTuple):
    """A line of text: what it says, how large, in which colour, how far in, what stands in columns beside it.

    A sentence of the run itself is in English in every language.
    """

    text: str
    size: float
    colour: str = INK
    is_bold: bool = False
    indent: float = 0
    beside: tuple[str, ...] = ()
    is_english: bool = False


GAP, PLAIN = Line("", 5), Line("", 8.8)


def write_brief(run_folder: Path, options: PageOptions | None = None, *, out: Path | None = None) -> tuple[Path, Path]:
    """Write the brief of a run as brief.pdf and brief.png, and return where they are.

    Parameters
    ----------
    run_folder
        What `forecast` left behind; nothing else is read.
    options
        What it is about, how it is written, and what stands beside it.
    out
        The folder to write into; the RUN folder if not given.

    Raises
    ------
    RunError
        The folder is not the result of a forecast, or the brief cannot be written.
    UsageError
        suppress_below is negative, the scenario has no such place, or there is no such language.
    """
    svg = brief_svg(report_context(run_folder, options))
    folder = out or run_folder
    paths = folder / BRIEF_PDF, folder / BRIEF_PNG
    write_whole(paths[0], vl_convert.svg_to_pdf(svg))
    write_whole(paths[1], vl_convert.svg_to_png(svg, scale=1, ppi=PNG_PPI))
    return paths


def brief_svg(context: ReportContext) -> str:
    """Return the brief as a drawing of one A4 page; the chart takes what room the words leave."""
    stated = answer(context)
    above, below = _above(context, stated), _below(context, stated)
    room = HEIGHT - 2 * MARGIN - _height(above) - _height(below) - _tiles_height(stated) - 24
    total = balance_table(context)
    summed = _wrapped(f"• {total.sentence}", PLAIN) if total else []
    if room - _height(summed) >= SHORTEST:
        below, room = [*summed, *below], room - _height(summed)
    while room < SHORTEST and len(below) > 1:
        room += _height([below.pop(-2)])  # the last line says what it must not be used for, and stays
    height = int(min(max(room, SHORTEST), TALLEST))
    parts: list[str] = []
    y = float(MARGIN)
    pen = Pen(parts, context.language)
    y = pen.write(above, y)
    y = pen.draw_tiles(stated, y + 6)
    chart = charts.camp_stock(context, context.main_place, height=int(height / SCALE) - _AXES_PX)
    if chart is not None:
        spec = specification(chart, is_supposed=context.supposition is not None)
        drawn = picture(spec, int(INSIDE / SCALE) - _AXES_PX)
        parts.append(f'<g transform="translate({MARGIN} {y + 6:g}) scale({SCALE})">{drawn}</g>')
        y += height + 10
    pen.write(below, y)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{escape(FONT.replace(chr(39), ""))}"><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>"
    )
    return _in_one_font(svg) if context.language.is_right_to_left else svg


def _in_one_font(svg: str) -> str:
    """Return a drawing in fonts with Latin and Arabic letters: what draws it fills gaps of a font with any other."""
    return svg.replace('font-family="', f'font-family="{BOTH_SCRIPTS}, ')


def _above(context: ReportContext, stated: Answer) -> list[Line]:
    message, supposed = context.language.message, context.supposition or ""
    banner = message("An alternative, not the forecast. {supposition}", supposition=supposed)
    return [
        Line(context.run.scenario.name, 10, FORECAST, is_bold=True),
        *_wrapped(made_words(context), Line("", 8.5, QUIET)),
        *(_wrapped(banner, Line("", 9, REPORT, is_bold=True)) if supposed else ()),
        *_wrapped(stated.headline, Line("", 15, INK, is_bold=True)),
    ]


def _below(context: ReportContext, stated: Answer) -> list[Line]:
    message = context.language.message
    lines = [line for sentence in stated.sentences for line in _wrapped(f"• {sentence}", PLAIN)]
    for alarm in stated.alarms:
        lines += _wrapped(alarm.text, Line("", 8.2, REPORT, is_english=alarm.is_english))
    for warning in stated.warnings:
        lines += _wrapped(warning, Line("", 8.2, REPORT))
    order = order_table(context)
    if order is not None:
        title = message("What {place} must have", place=context.name(context.main_place))
        lines += [GAP, Line(title, 9, INK, is_bold=True, beside=order.days)]
        for row in order.lines:
            cells = (
                message("{likely} ({range})", likely=one.likely, range=one.range) if one.range else one.likely
                for one in row.estimates
            )
            is_named = row.unit.casefold() in row.item.casefold()
            what = row.item if is_named else context.language.listed((row.item, row.unit))
            lines.append(Line(what, 8.2, INK, beside=tuple(cells)))
    lines.append(GAP)
    lines.append(Line(message("How sure"), 9.5, INK, is_bold=True))
    for sentence in stated.basis:
        lines += _wrapped(sentence, Line("", 8, QUIET))
    return [*lines, *_wrapped(message(_MISUSE), Line("", 8, QUIET))]


def _tiles_height(stated: Answer) -> float:
    return TILE + 6.0 if stated.tiles else 0.0


class Pen(NamedTuple):
    """Writes lines on the page, from the left or from the right as the language does."""

    parts: list[str]
    language: Language

    def write(self, lines: list[Line], y: float, x: float = MARGIN) -> float:
        """Write lines below each other, and return where the last ends.

        Parameters
        ----------
        lines
            The lines.
        y
            Where they begin, in points from the top.
        x
            Where they begin, in points from the side on which lines of the language begin.
        """
        for line in lines:
            y += line.size * 1.34
            self._text(line, x + line.indent, y, f' fill="{line.colour}"{_weight(line)}')
            for at, end, one in zip(COLUMNS, (*COLUMNS[1:], INSIDE), line.beside, strict=False):
                self._text(_shortened(line._replace(text=one), 0.86 * (end - at)), x + at, y)
        return y

    def draw_tiles(self, stated: Answer, y: float) -> float:
        """Draw the figures of the first screen side by side, and return where they end."""
        if not stated.tiles:
            return y
        gap = 6
        width = (INSIDE - gap * (len(stated.tiles) - 1)) / len(stated.tiles)
        for number, tile in enumerate(stated.tiles):
            x = MARGIN + number * (width + gap)
            self._box(x, y, width, "#f3f6f9")
            self._box(x, y, 3, FORECAST)
            likely = Line(tile.likely, 13, INK, is_bold=True)
            ends = self.language.listed((tile.low, tile.high))
            words = [likely, *(Line(text, 7.4, INK) for text in (tile.label, ends))]
            words += note_lines(tile.note, width - 12)
            self.write([_shortened(line, width - 12) for line in words], y + 1, x + 8)
        return y + TILE

    def _text(self, line: Line, x: float, y: float, look: str = "") -> None:
        if self.language.is_right_to_left:
            text = line.text if line.is_english else self.language.drawn(line.text)
            where = f'x="{WIDTH - x:.1f}" text-anchor="end"'
        else:
            text = line.text.replace("\u2068", "").replace("\u2069", "")
            where = f'x="{x:.1f}"'
        at = f'{where} y="{y - line.size * 0.3:.1f}" font-size="{line.size:.1f}"'
        self.parts.append(f"<text {at}{look}>{escape(text)}</text>")

    def _box(self, x: float, y: float, width: float, colour: str) -> None:
        left = WIDTH - x - width if self.language.is_right_to_left else x
        self.parts.append(f'<rect x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{TILE}" fill="{colour}"/>')


def _weight(line: Line) -> str:
    return ' font-weight="600"' if line.is_bold else ""


def note_lines(text: str, room: float) -> list[Line]:
    """Return the note of a figure in as many lines as fit, whole, the letters smaller if they must be.

    Parameters
    ----------
    text
        The note.
    room
        How wide a line may be, in points.
    """
    ways = [_wrapped(text, Line("", size, QUIET), room) for size in NOTE_SIZES]
    return next((lines for lines in ways if len(lines) <= MOST_NOTE_LINES), ways[-1])[:MOST_NOTE_LINES]


def _shortened(line: Line, room: float) -> Line:
    """Return a line that fits into its room, the letters smaller if they must be."""
    wide = _width(line.text, line)
    return line if wide <= room else line._replace(size=line.size * room / wide)


def _height(lines: list[Line]) -> float:
    return sum(line.size * 1.34 for line in lines)


def _wrapped(text: str, like: Line, room: float = INSIDE) -> list[Line]:
    """Return a text in lines as wide as there is room: that of the page, where no other is given."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, like) <= room - like.indent:
            lines[-1] = longer
        else:
            lines.append(word)
    return [like._replace(text=line) for line in lines]


def _width(text: str, like: Line) -> float:
    """Return how wide a text is at most, in points, in any of the fonts that may draw it."""
    wide = sum(
        0.92 if letter in _WIDE else 0.36 if letter in _NARROW else 0.66 if letter.isupper() else 0.575
        for letter in text
    )
    return wide * like.size * (1.06 if like.is_bold else 1.0)
