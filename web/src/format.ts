// Numbers and dates as the report says them; counts of 1 to 9 people are not told.

const SMALL = 10;
const DIGITS = 3;
const whole = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: DIGITS });
const dates = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const DAY_MS = 86_400_000;

export const amount = (value: number): string => whole.format(value);

export function people(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < SMALL) return "<10";
  return whole.format(value);
}

/** Return a signed change, with a real minus. */
export function change(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) < SMALL) return value > 0 ? "under 10 more" : "under 10 fewer";
  return `${value > 0 ? "+" : "−"}${whole.format(Math.abs(value))}`;
}

/** Return a signed change of goods, which have no small counts to keep. */
export const signed = (value: number): string => (value === 0 ? "0" : `${value > 0 ? "+" : "−"}${whole.format(Math.abs(value))}`);

export const day = (iso: string): string => dates.format(new Date(iso));
export const shortDay = (iso: string): string => short.format(new Date(iso));
export const seconds = (iso: string): number => Date.parse(iso) / 1000;

export function later(iso: string, days: number): string {
  return new Date(Date.parse(iso) + days * DAY_MS).toISOString().slice(0, 10);
}

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

export const words = (id: string): string => id.replaceAll("_", " ");
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
