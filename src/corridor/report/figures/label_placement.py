"""Where the words of a map go, so that none lies on another."""

from __future__ import annotations

import math
from dataclasses import dataclass

BOLD_LETTER_PX = 7.5
LETTER_PX = 6.9
LINE_PX = 15.0
MARGIN_PX = 2.0
_TURNS = (0, 180, 45, -45, 135, -135, 90, -90)
_DISTANCES_PX = (5.0, 20.0, 38.0, 60.0, 85.0)


@dataclass(frozen=True)
class Area:
    """A rectangle of the drawing, in pixels; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        """Whether another rectangle has something in common with this one."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def lies_within(self, size: tuple[float, float]) -> bool:
        """Whether it lies on a sheet of a width and a height."""
        near_left, near_top = min(self.left, size[0] - self.right), min(self.top, size[1] - self.bottom)
        return min(near_left, near_top) >= MARGIN_PX


@dataclass(frozen=True)
class Label:
    """Words on a map: a name, a second line, where they begin, and a leader to their place."""

    name: str
    words: str
    x: float
    y: float
    area: Area
    leader: tuple[float, float, float, float] | None = None


def label_for(
    point: tuple[float, float],
    radius: float,
    text: tuple[str, str],
    taken: list[Area],
    size: tuple[float, float],
) -> Label | None:
    """Return a label beside a point, at the nearest spot that is free; None if there is none.

    Parameters
    ----------
    point
        Where the place is drawn, pixels.
    radius
        How large it is drawn, pixels.
    text
        The name, and a second line or "".
    taken
        What may not be covered.
    size
        Width and height of the sheet, pixels.
    """
    width = max(len(text[0]) * BOLD_LETTER_PX, len(text[1]) * LETTER_PX)
    height = LINE_PX * (2 if text[1] else 1)
    for gap in _DISTANCES_PX:
        for turn in _TURNS:
            angle = math.radians(turn)
            x = point[0] + math.cos(angle) * (radius + gap)
            y = point[1] - math.sin(angle) * (radius + gap)
            left = x - width * (1 - math.cos(angle)) / 2
            top = y - height * (1 + math.sin(angle)) / 2
            area = Area(round(left, 1), round(top, 1), round(left + width, 1), round(top + height, 1))
            if area.lies_within(size) and not any(area.meets(other) for other in taken):
                is_far = gap > _DISTANCES_PX[0]
                leader = (*point, round(x, 1), round(y, 1)) if is_far else None
                return Label(*text, area.left, round(area.top + 11.5, 1), area, leader)
    return None


def free_spot(
    name: str, points: list[tuple[float, float]], taken: list[Area], size: tuple[float, float]
) -> Label | None:
    """Return a label centred on one of some points, the most central that is free; None if none."""
    if not points:
        return None
    middle = tuple(sum(axis) / len(points) for axis in zip(*points, strict=True))
    width = len(name) * BOLD_LETTER_PX * 1.15
    for x, y in sorted(points, key=lambda point: math.dist(point, middle)):
        area = Area(x - width / 2, y - LINE_PX, x + width / 2, y + LINE_PX / 2)
        if area.lies_within(size) and not any(area.meets(other) for other in taken):
            return Label(name, "", x, y, area)
    return None
