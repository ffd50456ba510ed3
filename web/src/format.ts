// Numbers and dates as the report says them; counts of 1 to 9 people are not told.

import { isRightToLeft, language, locale, say } from "./say";

const SMALL = 10;
const DIGITS = 3;
const LONG: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
const SHORT: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: "UTC" };
const DAY_MS = 86_400_000;
const LEFT_TO_RIGHT_MARK = "\u200e";

interface Forms {
  whole: Intl.NumberFormat;
  long: Intl.DateTimeFormat;
  short: Intl.DateTimeFormat;
}

const known = new Map<string, Forms>();

/** Return how numbers and days are written in the language of the page. */
function forms(): Forms {
  const name = locale();
  const found = known.get(name) ?? {
    whole: new Intl.NumberFormat(name, { maximumSignificantDigits: DIGITS }),
    long: new Intl.DateTimeFormat(name, LONG),
    short: new Intl.DateTimeFormat(name, SHORT),
  };
  known.set(name, found);
  return found;
}

const withSign = (sign: string, value: number): string => `${isRightToLeft() ? LEFT_TO_RIGHT_MARK : ""}${sign}${forms().whole.format(Math.abs(value))}`;

export const amount = (value: number): string => forms().whole.format(value);

/** Return a way by its two ends; the arrow points to where the language reads on. */
export function way(origin: string, destination: string, isBothWays = false): string {
  const ends = { origin, destination };
  return isBothWays ? say("{origin} ↔ {destination}", ends) : say("{origin} → {destination}", ends);
}

export function people(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < SMALL) return say("<{below}", { below: SMALL });
  return amount(value);
}

/** Return a signed change, with a real minus. */
export function change(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) < SMALL) return value > 0 ? say("under 10 more") : say("under 10 fewer");
  return withSign(value > 0 ? "+" : "−", value);
}

/** Return a signed change of goods, without one that would tell how few it is for. */
export const signed = (value: number, small: number): string =>
  value === 0 ? "0" : Math.abs(value) < small ? `±${goods(Math.abs(value), small)}` : withSign(value > 0 ? "+" : "−", value);

/** Return days with the first of a month as French has it, an ordinal number, which Intl does not know. */
const firstNamed = (days: string): string => (language() === "fr" ? days.replace(/^1(?=\s)/, "1er") : days);

export const day = (iso: string): string => firstNamed(forms().long.format(new Date(iso)));
export const shortDay = (iso: string): string => firstNamed(forms().short.format(new Date(iso)));
export const seconds = (iso: string): number => Date.parse(iso) / 1000;

export function later(iso: string, days: number): string {
  return new Date(Date.parse(iso) + days * DAY_MS).toISOString().slice(0, 10);
}

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

export const words = (id: string): string => say(id.replaceAll("_", " "));
/** Return an amount of goods, without what so few people need that it would tell how few they are. */
export function goods(value: number, small: number): string {
  return value > 0 && value < small ? say("<{below}", { below: amount(small) }) : amount(value);
}

/** Return a name without what stands in brackets after it, still kept apart from what surrounds it. */
export function shortName(name: string): string {
  const short = name.split(" (")[0] ?? name;
  return short.startsWith("\u2068") && !short.endsWith("\u2069") ? `${short}\u2069` : short;
}

/** Return a unit in words: of what is used up, by the day. */
export function unitWords(unit: string): string {
  const base = unit.replace(/\/day$/, "");
  if (base === "") return "";
  return base === unit ? say(unit) : say("{unit} a day", { unit: say(base) });
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
