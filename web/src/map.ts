// The network on a map of outlines, one day at a time: plain SVG, no tiles, no network.

import { geoMercator } from "d3-geo";
import type { GeoProjection } from "d3-geo";
import { quantilesOn } from "./chart";
import { make, makeSvg, table } from "./dom";
import { people, shortName, way } from "./format";
import { mark, say } from "./say";
import type { Fans, Place, Route, Screen, Way } from "./types";

const WIDEST = 560;
const NARROWEST = 300;
const TALL = 460 / 560;
const MARGIN = 0.1;
const SMALLEST = 4;
const LARGEST = 26;
const LEAST_DEGREES = 0.2;
const THINNEST = 1.5;
const WIDEST_FLOW = 12;
const LIKELY = 1;
const STATES: [Way["state"], string][] = [
  ["open", mark("open")], ["limited", mark("so many people a day: a corridor, or vehicles")], ["held", mark("held by a siege")], ["shut", mark("shut")],
];

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

interface Road {
  route: Route;
  way: Way | undefined;
  /** People who set out that day in either direction: low, likely, high; null where it is not worked out. */
  flow: [number, number, number] | null;
}

function flowOn(answer: Fans | null, route: Route, day: string): [number, number, number] | null {
  const at = answer?.days.indexOf(day) ?? -1;
  if (answer?.flows === undefined || at < 0) return null;
  const back = [...route.route.split("/")[0]?.split(">").reverse() ?? []].join(">");
  const both = answer.flows.filter((row) => row.route === route.route || (route.both_ways && row.route.split("/")[0] === back));
  return [0, 1, 2].map((level) => both.reduce((sum, row) => sum + (row.quantiles[level]?.[at] ?? 0), 0)) as [number, number, number];
}

function roadsOn(screen: Screen, answer: Fans | null, day: string): Road[] {
  return screen.routes.map((route) => ({
    route,
    way: answer?.ways.find((row) => row.route === route.route && covers(row, day)),
    flow: flowOn(answer, route, day),
  }));
}

const largestFlow = (answer: Fans | null): number => Math.max(1, ...(answer?.flows ?? []).flatMap((row) => row.quantiles[LIKELY] ?? []));
const wide = (likely: number, top: number): number => THINNEST + (WIDEST_FLOW - THINNEST) * Math.sqrt(Math.min(likely / top, 1));

function routeName(screen: Screen, route: Route): string {
  const name = (id: string): string => shortName(screen.places.find((row) => row.place === id)?.name ?? id);
  const via = route.route.split("/")[1];
  return `${way(name(route.origin), name(route.destination), route.both_ways)}${via === undefined ? "" : ` (${via.replaceAll("_", " ")})`}`;
}

function flowWords(flow: Road["flow"]): string {
  if (flow === null) return "";
  return flow[2] >= 1 ? say("{likely} ({low}–{high})", { likely: people(flow[1]), low: people(flow[0]), high: people(flow[2]) }) : say("nobody");
}

/** Draw what the lines of the map mean, and the ways of the day as a table. */
export function drawWays(key: HTMLElement, room: HTMLElement, screen: Screen, past: Fans | null, shown: Fans | null, day: string): void {
  const isAhead = shown?.days.includes(day) ?? false;
  const answer = isAhead ? shown : past;
  const roads = roadsOn(screen, answer, day);
  const states = new Set(roads.map((road) => road.way?.state));
  key.replaceChildren(...STATES.filter(([state]) => states.has(state)).map(([state, text]) => make("li", { class: state }, say(text))));
  if (isAhead) key.append(make("li", { class: "flow" }, say("the wider, the more people set out that day; the widest, {people}", { people: people(largestFlow(shown)) })));
  const columns = [say("Way"), say("State"), ...(isAhead ? [say("Set out, likely (low–high)")] : [])];
  const rows = roads.map((road) => [routeName(screen, road.route), road.way?.words ?? "", ...(isAhead ? [flowWords(road.flow)] : [])]);
  room.replaceChildren(table(columns, rows, say("Ways on this day")));
}

/** Draw the network on a day, and return the same in words. */
export function drawMap(room: HTMLElement, screen: Screen, past: Fans | null, shown: Fans | null, day: string): string {
  const places = placed(screen);
  if (places.length === 0) {
    room.replaceChildren(make("p", {}, say("No place has coordinates, so there is no map.")));
    return "";
  }
  const width = Math.min(WIDEST, Math.max(NARROWEST, room.clientWidth)); // a letter is as large on a narrow screen
  const project = projection(places, width);
  const at = (lon: number, lat: number): [number, number] => project([lon, lat]) ?? [0, 0];
  const where = new Map(places.map((row) => [row.place, at(row.lon, row.lat)]));
  const answer = shown?.days.includes(day) ? shown : past;
  const top = largest([past, shown]);
  const most = largestFlow(shown);
  const roads = roadsOn(screen, answer, day).flatMap(({ route, way, flow }) => {
    if (route.points.length === 0) return [];
    const path = `M${route.points.map(([lon, lat]) => at(lon, lat).map((x) => x.toFixed(1)).join(" ")).join("L")}`;
    const name = `${routeName(screen, route)}: ${way?.words ?? ""}${flow === null ? "" : say("; people who set out: {people}", { people: flowWords(flow) })}`;
    const title = makeSvg("title", {}, name);
    return [makeSvg("path", { d: path, class: `road ${way?.state ?? "open"}`, "stroke-width": wide(flow?.[LIKELY] ?? 0, most).toFixed(1) }, title)];
  });
  const marks: SVGElement[] = [];
  const labels: SVGElement[] = [];
  const sentences: string[] = [];
  const taken: [number, number, number, number][] = [];
  const sized = places
    .map((row) => {
      const isBesieged = screen.besieged.some((span) => span.place === row.place && covers(span, day));
      const [low, likely, high] = quantilesOn(answer, row.place, isBesieged ? "inside" : "stock", day) ?? [0, 0, 0];
      return { row, isBesieged, low, likely, high, radius: SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(likely / top) };
    })
    .sort((a, b) => b.likely - a.likely);
  for (const { row, isBesieged, low, likely, high, radius } of sized) {
    const [x, y] = where.get(row.place) ?? [0, 0];
    const told = high >= 1 ? say("{likely} ({low}–{high})", { likely: people(likely), low: people(low), high: people(high) }) : "";
    const name = shortName(row.name);
    const state = isBesieged ? say(", besieged") : "";
    marks.push(makeSvg("circle", { cx: x, cy: y, r: radius, class: `place ${row.kind}${isBesieged ? " besieged" : ""}` }, makeSvg("title", {}, `${row.name}${state}: ${told || say("nobody")}`)));
    if (told) sentences.push(`${name}${state}: ${told}`);
    const across = Math.max(name.length * 7.6, told ? people(likely).length * 7.6 : 0) + 6;
    const toLeft = x + radius + across > width;
    const box: [number, number, number, number] = [toLeft ? x - radius - across : x + radius + 2, y - 14, toLeft ? x - radius : x + radius + across, y + 16];
    const clashes = taken.some(([x0, y0, x1, y1]) => box[0] < x1 && box[2] > x0 && box[1] < y1 && box[3] > y0);
    if (!clashes) {
      taken.push(box);
      const anchor = { x: toLeft ? x - radius - 4 : x + radius + 4, "text-anchor": toLeft ? "end" : "start" };
      labels.push(makeSvg("text", { ...anchor, y: told ? y - 2 : y + 4, class: "name" }, name));
      if (told) labels.push(makeSvg("text", { ...anchor, y: y + 12, class: "count" }, people(likely)));
    }
  }
  const description = say("Map of {places} places and {routes} routes.", { places: places.length, routes: roads.length });
  const picture = makeSvg("svg", { viewBox: `0 0 ${width} ${TALL * width}`, role: "img", "aria-label": description }, ...land(screen, at), ...roads, ...marks, ...labels);
  room.replaceChildren(picture);
  return sentences.join(" · ");
}
