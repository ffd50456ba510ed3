"""Draw how data flow through Corridor, as an SVG for the manual.

Usage: python -m tools.draw_data_flow [FILE]    (docs/images/data_flow.svg if left out)

Boxes stand for files or for rooms of ``src/corridor``, arrows for what is passed on. An arrow between two rooms is
drawn only if one of them imports the other: a picture that the code contradicts is refused.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "corridor"
PICTURE = ROOT / "docs" / "images" / "data_flow.svg"

COLUMN, ROW, WIDTH, HEIGHT, MARGIN = 300, 126, 260, 84, 20
"""Pitch of columns and rows, size of a box, and margin, pixels."""

FILL = {True: "#eef4fa", False: "#fff7e6"}
EDGE = {True: "#2f6090", False: "#b07a1a"}


@dataclass(frozen=True)
class Box:
    """A box of the picture: a room of the code, or files if the room is blank; how many columns it spans."""

    name: str
    column: int
    row: int
    lines: tuple[str, ...]
    room: str = ""
    span: int = 1

    @property
    def x(self) -> int:
        """Return the left edge."""
        return MARGIN + self.column * COLUMN

    @property
    def y(self) -> int:
        """Return the upper edge."""
        return MARGIN + self.row * ROW

    @property
    def width(self) -> int:
        """Return the width."""
        return WIDTH + (self.span - 1) * COLUMN


@dataclass(frozen=True)
class Arrow:
    """What is passed from one box to another."""

    start: str
    end: str
    label: str = ""


BOXES = (
    Box(
        "scenario folder",
        0,
        0,
        ("places, routes, events, parameters with priors:", "each with its source and the day known"),
        span=2,
    ),
    Box("observations.csv", 2, 0, ("who reported how many people,", "and when it became known")),
    Box(
        "read and check",
        0,
        1,
        ("all problems at once, by file and line;", "cut to what was known by the day of the forecast"),
        "scenario",
        3,
    ),
    Box("compile and simulate", 0, 2, ("network and rates as arrays;", "a kernel simulates the days"), "engine"),
    Box("learn", 1, 2, ("particle filter: simulated histories", "weighted by the reports"), "inference"),
    Box("reports alone", 2, 2, ("trend of the reports,", "last report carried forward"), "forecasters"),
    Box("standards, stocks.csv", 0, 3, ("litres, tents, staff per person;", "supplies on site")),
    Box("project", 1, 3, ("each draw of the posterior", "simulated ahead"), "inference"),
    Box("measure", 2, 3, ("all forecasters on earlier days,", "scored by the reports that followed"), "backtest"),
    Box("estimate needs", 0, 4, ("people × standard, less supplies,", "member by member"), "needs"),
    Box(
        "combine",
        1,
        4,
        ("average of the forecasters by past skill; simulated", "members coupled to it: the forecast"),
        "forecasting",
        2,
    ),
    Box("RUN folder", 0, 5, ("forecast.csv, needs.csv, posterior.csv,", "ensemble.nc, run.json"), "runs", 2),
    Box("write the report", 2, 5, ("report.html: one file that", "needs no network"), "report"),
)

ARROWS = (
    Arrow("scenario folder", "read and check"),
    Arrow("observations.csv", "read and check"),
    Arrow("read and check", "compile and simulate"),
    Arrow("read and check", "learn"),
    Arrow("read and check", "reports alone"),
    Arrow("compile and simulate", "learn"),
    Arrow("learn", "project", "posterior"),
    Arrow("project", "measure"),
    Arrow("reports alone", "measure"),
    Arrow("project", "combine"),
    Arrow("measure", "combine", "weights"),
    Arrow("standards, stocks.csv", "estimate needs"),
    Arrow("combine", "estimate needs"),
    Arrow("estimate needs", "RUN folder"),
    Arrow("combine", "RUN folder"),
    Arrow("RUN folder", "write the report"),
)


def main(picture: Path = PICTURE) -> None:
    """Write the picture."""
    picture.write_text(drawn(), encoding="utf-8")


def drawn() -> str:
    """Return the picture as SVG.

    Raises
    ------
    ValueError
        An arrow joins two rooms of which neither imports the other.
    """
    refused = contradicted()
    if refused:
        message = f"no import stands behind: {', '.join(refused)}"
        raise ValueError(message)
    right = max(box.x + box.width for box in BOXES) + MARGIN
    bottom = max(box.y for box in BOXES) + HEIGHT + MARGIN
    boxes = {box.name: box for box in BOXES}
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {bottom}" width="{right}" height="{bottom}" '
            'font-family="Helvetica, Arial, sans-serif" role="img" aria-label="Data flow of a forecast in Corridor">'
        ),
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>'
        ),
        f'<rect width="{right}" height="{bottom}" fill="#fff"/>',
        *(arrow_svg(boxes[arrow.start], boxes[arrow.end], arrow.label) for arrow in ARROWS),
        *map(box_svg, BOXES),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def box_svg(box: Box) -> str:
    """Return a box: its name, the room in which the code stands, and what happens there."""
    is_code = bool(box.room)
    middle = box.x + box.width / 2
    frame = f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{HEIGHT}" rx="8" fill="{FILL[is_code]}" '
    room = f' <tspan font-weight="normal" font-family="monospace" fill="#2f6090">{box.room}</tspan>' if is_code else ""
    lines = [
        (
            f'<text x="{middle:g}" y="{box.y + 24}" text-anchor="middle" font-size="16" font-weight="bold" fill="#222">'
            f"{escape(box.name)}{room}</text>"
        )
    ]
    lines += [
        f'<text x="{middle:g}" y="{box.y + 46 + 19 * number}" text-anchor="middle" font-size="14" fill="#333">'
        f"{escape(line)}</text>"
        for number, line in enumerate(box.lines)
    ]
    return "\n".join([f'{frame}stroke="{EDGE[is_code]}" stroke-width="1.5"/>', *lines])


def arrow_svg(start: Box, end: Box, label: str) -> str:
    """Return an arrow: down where one box lies above the other, else across."""
    if start.row == end.row:
        y = start.y + HEIGHT / 2
        leftward = end.x < start.x
        x1, x2 = (start.x, end.x + end.width + 2) if leftward else (start.x + start.width, end.x - 2)
        line = (x1, y, x2, y)
    else:
        left, right = max(start.x, end.x), min(start.x + start.width, end.x + end.width)
        x = (left + right) / 2
        line = (x, start.y + HEIGHT, x, end.y - 2)
    x1, y1, x2, y2 = line
    drawn_line = (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="#555" stroke-width="1.8" '
        'marker-end="url(#tip)"/>'
    )
    if not label:
        return drawn_line
    words = (
        f'<text x="{x1 + 8:g}" y="{(y1 + y2) / 2 + 5:g}" font-size="13" font-style="italic" fill="#555">{label}</text>'
    )
    return f"{drawn_line}\n{words}"


def contradicted() -> list[str]:
    """Return the arrows between two rooms of which neither imports the other."""
    rooms = {box.name: box.room for box in BOXES}
    imported = {(room, other) for room in set(rooms.values()) - {""} for other in rooms_imported_by(room)}
    pairs = [(arrow, rooms[arrow.start], rooms[arrow.end]) for arrow in ARROWS]
    return [
        f"{arrow.start} → {arrow.end}"
        for arrow, one, other in pairs
        if one and other and one != other and not {(one, other), (other, one)} & imported
    ]


def rooms_imported_by(room: str) -> set[str]:
    """Return the rooms that the modules of a room import."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (SOURCE / room).rglob("*.py"))
    modules = (node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {parts[1] for module in modules if (parts := module.split("."))[0] == "corridor" and len(parts) > 1}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
