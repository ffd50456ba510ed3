// Reports that just came in: part of the state of the screen until they are kept in the scenario.

import { fillSelect, make } from "./dom";
import { amount, capital, day, words } from "./format";
import { mark, say } from "./say";
import type { Report, Screen } from "./types";

export const MEASURES = ["stock", "arrivals", "cumulative_arrivals", "departures", "waiting", "inside", "deaths", "cumulative_deaths"];
export const QUALIFIERS = ["exact", "about", "at_least", "more_than", "at_most", "almost"];
const NAMES: Record<string, string> = { stock: mark("people present"), inside: mark("people still besieged") };
/** What ids say as words, for the catalogues. */
export const ID_WORDS = [
  mark("exact"), mark("about"), mark("at least"), mark("more than"), mark("at most"), mark("almost"), mark("between"),
  mark("arrivals"), mark("cumulative arrivals"), mark("departures"), mark("waiting"), mark("inside"), mark("deaths"), mark("cumulative deaths"),
];
const COUNT = /^\d{1,9}$/;
/** Thousands set apart in the way of any language. */
const GROUPED = /^\d{1,3}([\s,.'’]\d{3})+$/;

export const measureName = (measure: string): string => (NAMES[measure] === undefined ? words(measure) : say(NAMES[measure] ?? measure));

export function fillForm(form: HTMLFormElement, screen: Screen): void {
  const field = <T extends HTMLElement>(name: string): T => form.elements.namedItem(name) as unknown as T;
  const date = field<HTMLInputElement>("date");
  date.min = screen.start;
  date.max = screen.end;
  if (date.value === "" || date.value < screen.start || date.value > screen.end) date.value = screen.known_by;
  fillSelect(field("place"), screen.places.map((row) => [row.place, row.name]), screen.main_place);
  fillSelect(field("measure"), MEASURES.map((name) => [name, capital(measureName(name))]), "stock");
  fillSelect(field("qualifier"), QUALIFIERS.map((name) => [name, words(name)]), "exact");
}

/** Return the report in the form, or what is wrong with it. */
export function readForm(form: HTMLFormElement, screen: Screen): Report | string {
  const values = new FormData(form);
  const text = (name: string): string => String(values.get(name) ?? "").trim();
  const typed = text("count");
  const count = GROUPED.test(typed) ? typed.replace(/\D/g, "") : typed; // 12.5 is not 125
  if (text("date") === "") return say("Give the date for which the figure holds.");
  if (text("date") < screen.start || text("date") >= screen.end) return say("The date lies outside the calendar, {first} to {last}.", { first: day(screen.start), last: day(screen.end) });
  if (!COUNT.test(count)) return say("Write the people as a whole number, such as 60,000.");
  if (text("source") === "") return say("Say who gave the figure.");
  return { date: text("date"), place: text("place"), measure: text("measure"), qualifier: text("qualifier"), count: Number(count), source: text("source") };
}

type Figure = Pick<Report, "date" | "place" | "measure" | "qualifier" | "count" | "source">;

/** Return whether two reports are one: the same figure, of the same, by the same. */
export function isSameFigure(one: Figure, other: Figure): boolean {
  const names: (keyof Figure)[] = ["date", "place", "measure", "qualifier", "count", "source"];
  return names.every((name) => one[name] === other[name]);
}

interface Hooks {
  remove: (report: Report) => void;
  keep: (report: Report) => void;
}

export function drawReports(list: HTMLElement, screen: Screen, reports: Report[], hooks: Hooks): void {
  const button = (text: string, act: () => void): HTMLButtonElement => {
    const made = make("button", { type: "button" }, text);
    made.addEventListener("click", act);
    return made;
  };
  list.replaceChildren(
    ...reports.map((row) => {
      const name = screen.places.find((one) => one.place === row.place)?.name ?? row.place;
      const says = `${day(row.date)}, ${name}: ${row.qualifier === "exact" ? "" : `${words(row.qualifier)} `}${amount(row.count)} ${measureName(row.measure)} (${row.source}) `;
      const remove = button(say("Remove"), () => hooks.remove(row));
      return make("li", {}, says, remove, ...(screen.is_editable ? [" ", button(say("Keep in the scenario"), () => hooks.keep(row))] : []));
    }),
  );
}
