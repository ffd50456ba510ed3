// Needs and differences, as small tables.

import { make, table } from "./dom";
import { amount, change, day, later, shortDay, signed, words } from "./format";
import type { Answer, Difference, Screen } from "./types";

const NAMES: Record<string, string> = {
  stock: "People present",
  arrivals: "Arrivals",
  waiting: "Nights spent waiting",
  inside: "Still besieged",
  deaths: "Deaths",
};
const SUMS: Record<string, string> = { all: "everywhere", camps: "all camps" };
const SURE = 0.99;
const WEEK = 7;

const CLEAR = 0.8;
const SMALL = 10;

/** Return whether a difference is more than chance: to one side in most members, and of ten people or more. */
export function isClear(row: Difference): boolean {
  return Math.max(row.chance_above, row.chance_below) >= CLEAR && Math.max(Math.abs(row.low), Math.abs(row.high)) >= SMALL;
}

function percent(row: Difference): string {
  const [share, side] = row.chance_above >= row.chance_below ? [row.chance_above, "more"] : [row.chance_below, "fewer"];
  if (share >= SURE) return `more than 99 in 100 for ${side}`;
  return `${Math.round(share * 100)} in 100 for ${side}`;
}

function placeName(screen: Screen, id: string): string {
  return SUMS[id] ?? (screen.places.find((row) => row.place === id)?.name ?? id);
}

/** Draw the differences that matter: the chosen place first, then sums over all places, then the other camps. */
export function drawDifferences(room: HTMLElement, screen: Screen, shown: Answer | null, place: string, isSupposed: boolean, assumed: string[]): void {
  if (!isSupposed || shown === null) {
    room.replaceChildren(make("p", { class: "quiet" }, "Move a slider or suppose an alternative: here stands what changes against the scenario as it is, history by history."));
    return;
  }
  const camps = new Set(screen.places.filter((row) => row.kind === "camp").map((row) => row.place));
  const rank = (row: Difference): number => (row.place === place ? 0 : SUMS[row.place] !== undefined ? 1 : 2);
  const rows = shown.differences
    .filter((row) => row.place === place || SUMS[row.place] !== undefined || (row.measure === "stock" && camps.has(row.place)))
    .sort((a, b) => rank(a) - rank(b));
  const what = (row: Difference): string => `${NAMES[row.measure] ?? words(row.measure)}, ${placeName(screen, row.place)}`;
  const cells = rows.filter(isClear).map((row) => {
    const says = `${change(row.likely)} (${change(row.low)} to ${change(row.high)})`;
    return [make("span", {}, what(row), make("small", {}, assumed.includes(row.measure) ? `${row.unit}; an assumption only: nobody has reported any` : row.unit)), says, percent(row)];
  });
  const rest = rows.filter((row) => !isClear(row) && row.chance_above + row.chance_below > 0).map((row) => what(row).replace(/^./, (first) => first.toLowerCase()));
  room.replaceChildren(
    ...(cells.length > 0 ? [make("div", { class: "scroll" }, table(["What", "Likely (low to high)", "Chance"], cells, "Difference to the scenario as it is"))] : []),
    ...(rest.length > 0 ? [make("p", { class: "quiet" }, `No clear change: ${rest.join("; ")}.`)] : []),
    ...(cells.length + rest.length === 0 ? [make("p", {}, "Nothing changes, in any simulated history: what was moved is not what holds people back there.")] : []),
  );
}

export function drawNeeds(room: HTMLElement, screen: Screen, shown: Answer | null, place: string, origin: string, isSupposed: boolean): void {
  const when = later(origin, Math.min(WEEK, shown?.days.length ?? WEEK));
  const needs = (shown?.needs ?? []).filter((row) => row.place === place && row.day === when);
  if (shown === null || needs.length === 0) {
    room.replaceChildren(make("p", { class: "quiet" }, `No needs are counted at ${placeName(screen, place)}. Choose a place where people stay.`));
    return;
  }
  const rows = needs.map((row) => {
    const cells = [row.label, `${amount(row.likely)} (${amount(row.low)}–${amount(row.high)})`, row.unit];
    return isSupposed ? [...cells, row.change === null ? "" : signed(row.change)] : cells;
  });
  const columns = ["Item", "Likely (low–high)", "Unit", ...(isSupposed ? ["Change"] : [])];
  const out = (shown.runout ?? [])
    .filter((row) => row.place === place)
    .map((row) => make("li", {}, row.likely === null ? `${row.label}: likely lasts to the end.` : `${row.label}: likely short from ${shortDay(row.likely)}${row.early === null || row.early === row.likely ? "" : `, perhaps from ${shortDay(row.early)}`}.`));
  room.replaceChildren(
    make("p", { class: "quiet" }, `${placeName(screen, place)}, ${day(when)}.`),
    make("div", { class: "scroll" }, table(columns, rows, "Needs")),
    ...(out.length > 0 ? [make("ul", {}, ...out)] : []),
  );
}

