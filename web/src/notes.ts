// What a reader must know of what is shown, as a short list; nothing where there is nothing to know.

import { make } from "./dom";
import { day, shortName } from "./format";
import { say } from "./say";
import type { Past, Screen } from "./types";

/** Return a sentence of the fit with its days in words and its places by name. */
export function forPeople(text: string, screen: Screen): string {
  const names = new Map(screen.places.map((row) => [row.place, shortName(row.name)]));
  return text
    .replace(/\b\d{4}-\d\d-\d\d\b/g, (iso) => day(iso))
    .replace(/\b(at|in|of|from|to) ([a-z][a-z0-9_]*)/g, (found, word: string, id: string) => (names.has(id) ? `${word} ${names.get(id) ?? id}` : found));
}

/** Draw the reports that the fit cannot explain, each with what to write about it. */
export function drawAlarms(room: HTMLElement, past: Past | null): void {
  const alarms = past?.alarms ?? [];
  room.hidden = alarms.length === 0;
  const items = alarms.map((row) =>
    make("li", {}, row.words, make("details", {}, make("summary", {}, say("What to write in scenario.toml")), make("pre", {}, row.line))),
  );
  room.replaceChildren(make("p", {}, make("b", {}, say("The fit cannot explain what was reported. Do not rely on this forecast before that is settled:"))), make("ul", {}, ...items));
}

export function drawNotes(room: HTMLElement, heading: string, notes: string[]): void {
  room.hidden = notes.length === 0;
  room.replaceChildren(make("p", {}, make("b", {}, heading)), make("ul", {}, ...notes.map((text) => make("li", {}, text))));
}
