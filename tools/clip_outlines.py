"""Cut the country outlines that ship with Corridor out of Natural Earth.

    npm pack world-atlas && tar xf world-atlas-*.tgz          # gives package/countries-*.json
    python tools/clip_outlines.py package src/corridor/bundled/outlines

The input is TopoJSON, in which neighbours share their border. Borders are simplified while they are
still shared, so that no gap opens between two countries, and only then cut to the region. The
output is GeoJSON: one feature per country, degrees, west to east and south to north in `bbox`.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

from corridor.sources.countries import country_codes

Point = tuple[float, float]
Line = list[Point]


@dataclass(frozen=True)
class Cut:
    """One file to make: what it is cut from, where (degrees) and how coarse (degrees)."""

    name: str
    source: str
    west: float
    south: float
    east: float
    north: float
    tolerance_deg: float


CUTS = (
    Cut("world-110m", "countries-110m.json", -180, -60, 180, 84, 0.08),
    Cut("near_east-50m", "countries-50m.json", 33, 29, 49, 41, 0.01),
)
DECIMALS = 2
SHORT_NAMES = {
    "W. Sahara": "ESH",
    "Dem. Rep. Congo": "COD",
    "Dominican Rep.": "DOM",
    "Falkland Is.": "FLK",
    "Greenland": "GRL",
    "Fr. S. Antarctic Lands": "ATF",
    "Puerto Rico": "PRI",
    "Central African Rep.": "CAF",
    "Eq. Guinea": "GNQ",
    "New Caledonia": "NCL",
    "Solomon Is.": "SLB",
    "N. Cyprus": "CYP",
    "Somaliland": "SOM",
    "Bosnia and Herz.": "BIH",
    "S. Sudan": "SSD",
}
"""Names as Natural Earth shortens them, with the code under which tables list places there."""


def main(package: Path, target: Path) -> None:
    """Write every cut into the target folder."""
    for cut in CUTS:
        topology = json.loads((package / cut.source).read_text(encoding="utf-8"))
        path = target / f"{cut.name}.json"
        text = json.dumps(clipped(topology, cut), ensure_ascii=False, separators=(",", ":"))
        path.write_text(text + "\n", encoding="utf-8")


def clipped(topology: dict, cut: Cut) -> dict:
    """Return the countries of a topology, simplified and cut to a region."""
    arcs = [simplified(arc, cut.tolerance_deg) for arc in decoded_arcs(topology)]
    features = []
    for country in topology["objects"]["countries"]["geometries"]:
        polygons = [
            rings
            for polygon in polygons_of(country)
            if (rings := [ring for line in polygon if (ring := cut_ring(joined(line, arcs), cut))])
        ]
        if polygons:
            name = country["properties"]["name"]
            code = SHORT_NAMES.get(name) or country_codes([name])[name]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"name": name, "code": code},
                    "geometry": {"type": "MultiPolygon", "coordinates": polygons},
                }
            )
    bbox = [cut.west, cut.south, cut.east, cut.north]
    return {"type": "FeatureCollection", "bbox": bbox, "features": features}


def decoded_arcs(topology: dict) -> list[Line]:
    """Return the shared lines in degrees; in the file each point is a step from the last."""
    (scale_x, scale_y) = topology["transform"]["scale"]
    (shift_x, shift_y) = topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((x * scale_x + shift_x, y * scale_y + shift_y))
        lines.append(line)
    return lines


def polygons_of(country: dict) -> list:
    """Return the polygons of a country, each a list of rings, each a list of line numbers."""
    if country["type"] == "Polygon":
        return [country["arcs"]]
    return country["arcs"] if country["type"] == "MultiPolygon" else []


def joined(numbers: list[int], arcs: list[Line]) -> Line:
    """Return a ring from its lines; a negative number means a line walked backwards."""
    ring: Line = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(line[1:] if ring else line)
    return ring


def simplified(line: Line, tolerance_deg: float) -> Line:
    """Return a line without the points that lie closer than a tolerance (Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        farthest = max(range(first + 1, last), key=lambda n: distance(line[n], line[first], line[last]))
        if distance(line[farthest], line[first], line[last]) > tolerance_deg:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [line[number] for number in sorted(keep)]


def distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from a segment, in degrees."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))


def cut_ring(ring: Line, cut: Cut) -> list[list[float]]:
    """Return the part of a ring inside a region, rounded; empty if nothing is left of it."""
    sides = ((0, cut.west, 1), (0, cut.east, -1), (1, cut.south, 1), (1, cut.north, -1))
    for axis, limit, sign in sides:
        ring = cut_side(ring, axis, limit, sign)
    rounded = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring]
    thinned = [point for n, point in enumerate(rounded) if n == 0 or point != rounded[n - 1]]
    if len(thinned) < 3:
        return []
    return thinned if thinned[0] == thinned[-1] else [*thinned, thinned[0]]


def cut_side(ring: Line, axis: int, limit: float, sign: int) -> Line:
    """Return the part of a ring on the inner side of one straight edge (Sutherland and Hodgman)."""
    kept: Line = []
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        is_start_in, is_end_in = (sign * (point[axis] - limit) >= 0 for point in (start, end))
        if is_start_in:
            kept.append(start)
        if is_start_in != is_end_in:
            share = (limit - start[axis]) / (end[axis] - start[axis])
            across = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
            kept.append((limit, across) if axis == 0 else (across, limit))
    return kept


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
