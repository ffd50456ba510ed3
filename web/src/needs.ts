// Needs and differences, as small tables.

import { make, table } from "./dom";
import { change, goods, day, later, shortDay, signed, unitWords, words } from "./format";
import { mark, say } from "./say";
import type { Answer, Difference, RunOut, Screen } from "./types";

const NAMES: Record<string, string> = {
  stock: mark("People present"),
  arrivals: mark("Arrivals"),
  waiting: mark("Nights spent waiting"),
  inside: mark("Still besieged"),
  deaths: mark("Deaths"),
};
const SUMS: Record<string, string> = { all: mark("everywhere"), camps: mark("all camps") };
const SURE = 0.99;
const WEEK = 7;

const CLEAR = 0.8;
const SMALL = 10;

/** Return whether a difference is more than chance: to one side in most members, and of ten people or more. */
export function isClear(row: Difference): boolean {
  return Math.max(row.chance_above, row.chance_below) >= CLEAR && Math.max(Math.abs(row.low), Math.abs(row.high)) >= SMALL;
}

function percent(row: Difference): string {
  const isMore = row.chance_above >= row.chance_below;
  const share = isMore ? row.chance_above : row.chance_below;
  if (share >= SURE) return isMore ? say("more than 99 in 100 for more") : say("more than 99 in 100 for fewer");
  const count = Math.round(share * 100);
  return isMore ? say("{count} in 100 for more", { count }) : say("{count} in 100 for fewer", { count });
}

function placeName(screen: Screen, id: string): string {
  const sum = SUMS[id];
  return sum !== undefined ? say(sum) : (screen.places.find((row) => row.place === id)?.name ?? id);
}

/** Draw the differences that matter: the chosen place first, then sums over all places, then the other camps. */
export function drawDifferences(room: HTMLElement, screen: Screen, shown: Answer | null, place: string, isSupposed: boolean, assumed: string[]): void {
  if (!isSupposed || shown === null) {
    room.replaceChildren(make("p", { class: "quiet" }, say("Move a slider or suppose an alternative: here stands what changes against the scenario as it is, history by history.")));
    return;
  }
  const camps = new Set(screen.places.filter((row) => row.kind === "camp").map((row) => row.place));
  const rank = (row: Difference): number => (row.place === place ? 0 : SUMS[row.place] !== undefined ? 1 : 2);
  const rows = shown.differences
    .filter((row) => row.place === place || SUMS[row.place] !== undefined || (row.measure === "stock" && camps.has(row.place)))
    .sort((a, b) => rank(a) - rank(b));
  const what = (row: Difference): string => `${say(NAMES[row.measure] ?? words(row.measure))}${say(", ")}${placeName(screen, row.place)}`;
  const cells = rows.filter(isClear).map((row) => {
    const says = say("{likely} ({low} to {high})", { likely: change(row.likely), low: change(row.low), high: change(row.high) });
    return [make("span", {}, what(row), make("small", {}, assumed.includes(row.measure) ? say("{unit}; an assumption only: nobody has reported any", { unit: unitWords(row.unit) }) : unitWords(row.unit))), says, percent(row)];
  });
  const rest = rows.filter((row) => !isClear(row) && row.chance_above + row.chance_below > 0).map((row) => what(row).replace(/^./, (first) => first.toLowerCase()));
  room.replaceChildren(
    ...(cells.length > 0 ? [make("div", { class: "scroll" }, table([say("What"), say("Likely (low to high)"), say("Chance")], cells, say("Difference to the scenario as it is")))] : []),
    ...(rest.length > 0 ? [make("p", { class: "quiet" }, say("No clear change: {what}.", { what: rest.join(say("; ")) }))] : []),
    ...(cells.length + rest.length === 0 ? [make("p", {}, say("Nothing changes, in any simulated history: what was moved is not what holds people back there."))] : []),
  );
}

function lasts(row: RunOut): string {
  if (row.likely === null) return say("{item}: likely lasts to the end.", { item: row.label });
  const gaps = { item: row.label, day: shortDay(row.likely) };
  if (row.early === null || row.early === row.likely) return say("{item}: likely short from {day}.", gaps);
  return say("{item}: likely short from {day}, perhaps from {early}.", { ...gaps, early: shortDay(row.early) });
}

/** Draw what the chosen place needs a week ahead, and when what was counted runs short. */
export function drawNeeds(room: HTMLElement, screen: Screen, shown: Answer | null, place: string, origin: string, isSupposed: boolean): void {
  const when = later(origin, Math.min(WEEK, shown?.days.length ?? WEEK));
  const needs = (shown?.needs ?? []).filter((row) => row.place === place && row.day === when);
  if (shown === null || needs.length === 0) {
    room.replaceChildren(make("p", { class: "quiet" }, say("No needs are counted at {place}. Choose a place where people stay.", { place: placeName(screen, place) })));
    return;
  }
  const rows = needs.map((row) => {
    const item = make("span", {}, row.label, ...(row.remark === "" ? [] : [make("small", {}, row.remark)]));
    const cells = [item, say("{likely} ({low}–{high})", { likely: goods(row.likely, row.small), low: goods(row.low, row.small), high: goods(row.high, row.small) }), unitWords(row.unit)];
    return isSupposed ? [...cells, row.change === null ? "" : signed(row.change, row.small)] : cells;
  });
  const columns = [say("Item"), say("Likely (low–high)"), say("Unit"), ...(isSupposed ? [say("Change")] : [])];
  const hidden = new Set(needs.filter((row) => row.low > 0 && row.low < row.small).map((row) => row.item)); // the days would tell the need
  const out = (shown.runout ?? [])
    .filter((row) => row.place === place && !hidden.has(row.item))
    .map((row) => make("li", {}, lasts(row)));
  room.replaceChildren(
    make("p", { class: "quiet" }, `${placeName(screen, place)}, ${day(when)}.`),
    make("div", { class: "scroll" }, table(columns, rows, say("Needs"))),
    ...(out.length > 0 ? [make("ul", {}, ...out)] : []),
  );
}

