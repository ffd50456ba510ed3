// The state of the screen, whole, as it stands in the address: who opens the address sees the same screen.

import { language } from "./say";
import type { Lever, Report } from "./types";

export interface State {
  language: string;
  scenario: string | null;
  knownBy: string | null;
  days: number | null;
  alternative: string | null;
  begins: string | null;
  place: string | null;
  measure: string;
  day: string | null;
  levers: Lever[];
  reports: Report[];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOST = 20;
const LANGUAGES = ["en", "fr", "ar"];

export function emptyState(scenario: string | null): State {
  return {
    language: language(),
    scenario,
    knownBy: null,
    days: null,
    alternative: null,
    begins: null,
    place: null,
    measure: "stock",
    day: null,
    levers: [],
    reports: [],
  };
}

const day = (text: string | null | undefined): string | null => (text && DAY.test(text) ? text : null);
const whole = (text: string | null | undefined): number | null => (text && /^\d{1,9}$/.test(text) ? Number(text) : null);

function lever(text: string): Lever | null {
  const [kind, subject, value, start, end] = text.split("|");
  const first = day(start);
  if (!kind || first === null) return null;
  const amount = value ? Number(value) : null;
  if (amount !== null && !Number.isFinite(amount)) return null;
  return { kind, subject: subject || null, value: amount, start: first, end: day(end) };
}

function report(text: string): Report | null {
  const [date, place, measure, qualifier, count, ...source] = text.split("|");
  const when = day(date);
  const people = whole(count);
  if (when === null || people === null || !place || !measure || !qualifier) return null;
  return { date: when, place, measure, qualifier, count: people, source: source.join("|") || "not stated" };
}

const present = <T>(values: (T | null)[]): T[] => values.filter((value): value is T => value !== null).slice(0, MOST);

/** Return the state that an address holds; whatever is not understood is left out. */
export function readState(hash: string): { state: State; token: string | null } {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const asked = parts.get("language") ?? "";
  const state: State = {
    language: LANGUAGES.includes(asked) ? asked : "en",
    scenario: parts.get("scenario"),
    knownBy: day(parts.get("known_by")),
    days: whole(parts.get("days")),
    alternative: parts.get("alternative"),
    begins: day(parts.get("begins")),
    place: parts.get("place"),
    measure: parts.get("measure") ?? "stock",
    day: day(parts.get("day")),
    levers: present(parts.getAll("lever").map(lever)),
    reports: present(parts.getAll("report").map(report)),
  };
  return { state, token: parts.get("token") };
}

/** Return the part of an address that holds a state. */
export function writeState(state: State): string {
  const parts = new URLSearchParams();
  const put = (name: string, value: string | number | null): void => {
    if (value !== null && value !== "") parts.append(name, String(value));
  };
  put("language", state.language === "en" ? null : state.language);
  put("scenario", state.scenario);
  put("known_by", state.knownBy);
  put("days", state.days);
  put("alternative", state.alternative);
  put("begins", state.begins);
  put("place", state.place);
  put("measure", state.measure === "stock" ? null : state.measure);
  put("day", state.day);
  for (const row of state.levers) put("lever", [row.kind, row.subject, row.value, row.start, row.end].map((x) => x ?? "").join("|"));
  for (const row of state.reports) put("report", [row.date, row.place, row.measure, row.qualifier, row.count, row.source].join("|"));
  return `#${parts.toString()}`;
}
