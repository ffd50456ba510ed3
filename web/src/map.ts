// The network on a map of outlines, one day at a time: plain SVG, no tiles, no network.

import { geoMercator } from "d3-geo";
import type { GeoProjection } from "d3-geo";
import { quantilesOn } from "./chart";
import { make, makeSvg } from "./dom";
import { people } from "./format";
import type { Fans, Place, Screen } from "./types";

const WIDEST = 560;
const NARROWEST = 300;
const TALL = 460 / 560;
const MARGIN = 0.1;
const SMALLEST = 4;
const LARGEST = 26;
const LEAST_DEGREES = 0.2;

type Placed = Place & { lon: number; lat: number };

function placed(screen: Screen): Placed[] {
  return screen.places.filter((row): row is Placed => row.lon !== null && row.lat !== null);
}

function projection(places: Placed[], width: number): GeoProjection {
  const lons = places.map((row) => row.lon);
  const lats = places.map((row) => row.lat);
  const corners: [number, number][] = [
    [Math.min(...lons) - LEAST_DEGREES, Math.min(...lats) - LEAST_DEGREES],
    [Math.max(...lons) + LEAST_DEGREES, Math.max(...lats) + LEAST_DEGREES],
  ];
  const area = { type: "MultiPoint" as const, coordinates: corners };
  const margin = MARGIN * width;
  return geoMercator().fitExtent([[margin, margin], [width - margin, TALL * width - margin]], area);
}

const covers = (span: { start: string; end: string | null }, day: string): boolean =>
  span.start <= day && (span.end === null || day <= span.end);

function land(screen: Screen, at: (lon: number, lat: number) => [number, number]): SVGElement[] {
  return screen.outlines.map((country) => {
    const path = country.rings.map((ring) => `M${ring.map(([lon, lat]) => at(lon, lat).map((x) => x.toFixed(1)).join(" ")).join("L")}Z`);
    return makeSvg("path", { d: path.join(""), class: "land" }, makeSvg("title", {}, country.name));
  });
}

function largest(answers: (Fans | null)[]): number {
  const stocks = answers.flatMap((row) => row?.series ?? []).filter((row) => row.measure === "stock" || row.measure === "inside");
  return Math.max(1, ...stocks.flatMap((row) => row.quantiles[2] ?? []));
}

/** Draw the network on a day, and return the same in words. */
export function drawMap(room: HTMLElement, screen: Screen, past: Fans | null, shown: Fans | null, day: string): string {
  const places = placed(screen);
  if (places.length === 0) {
    room.replaceChildren(make("p", {}, "No place has coordinates, so there is no map."));
    return "";
  }
  const width = Math.min(WIDEST, Math.max(NARROWEST, room.clientWidth)); // a letter is as large on a narrow screen
  const project = projection(places, width);
  const at = (lon: number, lat: number): [number, number] => project([lon, lat]) ?? [0, 0];
  const where = new Map(places.map((row) => [row.place, at(row.lon, row.lat)]));
  const shut = screen.shut.filter((span) => covers(span, day));
  const answer = shown?.days.includes(day) ? shown : past;
  const top = largest([past, shown]);
  const roads = screen.routes.flatMap((row) => {
    const [from, to] = [where.get(row.origin), where.get(row.destination)];
    if (from === undefined || to === undefined) return [];
    const isShut = shut.some((span) => span.kind === "closure" && [row.route, row.origin, row.destination].includes(span.subject));
    const line = { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: isShut ? "road shut" : "road" };
    return [makeSvg("line", line, makeSvg("title", {}, `${row.route}${isShut ? ", shut" : ""}`))];
  });
  const marks: SVGElement[] = [];
  const labels: SVGElement[] = [];
  const sentences: string[] = [];
  const taken: [number, number, number, number][] = [];
  const sized = places
    .map((row) => {
      const isBesieged = shut.some((span) => span.kind === "siege" && span.subject === row.place);
      const [low, likely, high] = quantilesOn(answer, row.place, isBesieged ? "inside" : "stock", day) ?? [0, 0, 0];
      return { row, isBesieged, low, likely, high, radius: SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(likely / top) };
    })
    .sort((a, b) => b.likely - a.likely);
  for (const { row, isBesieged, low, likely, high, radius } of sized) {
    const [x, y] = where.get(row.place) ?? [0, 0];
    const told = high >= 1 ? `${people(likely)} (${people(low)}–${people(high)})` : "";
    const name = row.name.split(" (")[0] ?? row.name;
    const state = isBesieged ? ", besieged" : "";
    marks.push(makeSvg("circle", { cx: x, cy: y, r: radius, class: `place ${row.kind}${isBesieged ? " besieged" : ""}` }, makeSvg("title", {}, `${row.name}${state}: ${told || "nobody"}`)));
    if (told) sentences.push(`${name}${state}: ${told}`);
    const wide = Math.max(name.length * 7, told ? people(likely).length * 7 : 0) + 6;
    const toLeft = x + radius + wide > width;
    const box: [number, number, number, number] = [toLeft ? x - radius - wide : x + radius + 2, y - 14, toLeft ? x - radius : x + radius + wide, y + 16];
    const clashes = taken.some(([x0, y0, x1, y1]) => box[0] < x1 && box[2] > x0 && box[1] < y1 && box[3] > y0);
    if (!clashes) {
      taken.push(box);
      const anchor = { x: toLeft ? x - radius - 4 : x + radius + 4, "text-anchor": toLeft ? "end" : "start" };
      labels.push(makeSvg("text", { ...anchor, y: told ? y - 2 : y + 4, class: "name" }, name));
      if (told) labels.push(makeSvg("text", { ...anchor, y: y + 12, class: "count" }, people(likely)));
    }
  }
  const description = `Map of ${places.length} places and ${roads.length} routes.`;
  const picture = makeSvg("svg", { viewBox: `0 0 ${width} ${TALL * width}`, role: "img", "aria-label": description }, ...land(screen, at), ...roads, ...marks, ...labels);
  room.replaceChildren(picture);
  return sentences.join(" · ");
}
